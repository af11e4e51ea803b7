"""Outputs that stand, with some bytes of them replaced: read and copied piece by piece, never held whole.

old and new bytes → Patches.replace → where the old ones stand → Patches.put_down → Stage
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gleanings.aside import share
from gleanings.render.output.publish import Made, Page, Staged
from gleanings.render.output.stage import Stage
from gleanings.values import Value

_PIECE = 1 << 18
"""Bytes that are read at once."""
_MUCH = 4_000_000
"""Bytes to copy from which on a second process pays."""
_START = 64
"""Bytes by which others are looked for before they are compared."""


class _Cut(Value, kw_only=True):
    """Bytes of a file that make room for others."""

    start: int
    end: int
    new: bytes


class Patches:
    """What an edit makes of the outputs in a folder: some replaced in part, some whole. Nothing is touched there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cuts: dict[str, list[_Cut]] = {}
        self._files: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        """The whole content of an output of which no part is replaced, as it will be. Raises OSError."""
        return self._files[path] if path in self._files else (self._folder / path).read_bytes()

    def write(self, path: str, content: bytes) -> None:
        """Replace an output as a whole; one of which that is the content is left."""
        try:
            stands = self.read(path) == content
        except FileNotFoundError:
            stands = False
        if not stands:
            self._files[path] = content

    def replace(self, path: str, old: bytes, new: bytes, *, followed_by: bytes = b"") -> bool:
        """Replace bytes of an output by others; returns whether the old ones stood there, once.

        One of the bytes `followed_by`, if there are any, has to come next. Raises OSError.
        """
        if old == new:
            return True
        with _opened(self._folder / path) as file:
            found = list(_find(file, old))
            if len(found) != 1:
                return False
            start, end = found[0], found[0] + len(old)
            behind = os.pread(file, 1, end)
            if followed_by and (not behind or behind not in followed_by):
                return False
        self._cuts.setdefault(path, []).append(_Cut(start=start, end=end, new=new))
        return True

    def put_down(self, stage: Stage) -> Iterator[Made]:
        """Every output that changed, put on the stage. Raises OSError and GleaningsError."""
        for path, content in self._files.items():
            yield stage.take(Page(path=path, content=content))
        sizes = {path: (self._folder / path).stat().st_size for path in self._cuts}
        paths = sorted(sizes, key=lambda path: sizes[path], reverse=True)
        pays = len(paths) > 1 and sum(sizes.values()) >= _MUCH
        yield from share(paths, lambda path: self._patch(path, stage), kind=Staged, pays=pays)

    def _patch(self, path: str, stage: Stage) -> Staged:
        with _opened(self._folder / path) as file:
            return stage.take_pieces(path, _pieces(file, sorted(self._cuts[path], key=_beginning)))


def _beginning(cut: _Cut) -> int:
    return cut.start


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDONLY)
    try:
        yield file
    finally:
        os.close(file)


def _find(file: int, wanted: bytes) -> Iterator[int]:
    """Where the bytes begin in a file."""
    start, at = wanted[:_START], 0
    while len(piece := os.pread(file, _PIECE, at)) >= len(start) > 0:
        found = piece.find(start)
        while found >= 0:
            if os.pread(file, len(wanted), at + found) == wanted:
                yield at + found
            found = piece.find(start, found + 1)
        # What begins at the end of this piece is seen whole in the next one.
        at += len(piece) - len(start) + 1


def _pieces(file: int, cuts: list[_Cut]) -> Iterator[bytes]:
    """The content of a file with the new bytes in it."""
    at = 0
    for cut in cuts:
        yield from _between(file, at, cut.start)
        yield cut.new
        at = cut.end
    yield from _between(file, at, os.fstat(file).st_size)


def _between(file: int, start: int, end: int) -> Iterator[bytes]:
    while start < end and (piece := os.pread(file, min(_PIECE, end - start), start)):
        yield piece
        start += len(piece)

"""Outputs on their way: put on the disk as soon as they are made, out of sight, so that nobody has to hold them.

    Page → Stage.take → Staged (path, digest, file) → publish, which moves the file to its place

The stage is a folder in .gleanings/. What a build that was killed leaves there, the next one clears.
"""

# pathlib is slow:
# ruff: noqa: PTH106, PTH208

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from gleanings.problems import GleaningsError
from gleanings.records import as_mark
from gleanings.render.output.journal import Left, look_at_left
from gleanings.render.output.publish import Kept, Made, Page, Staged

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


class Stage:
    """Where the outputs of one build wait; copies of this process may put theirs there too."""

    def __init__(self, folder: Path | None, standing: Mapping[str, str]) -> None:
        """Without a folder, outputs stay at hand. `standing` (path → digest) is what stands in the output folder.
        Raises GleaningsError where the folder cannot be made."""
        self._folder = folder
        self._standing = standing
        self._numbers = itertools.count()
        self._mine = ""
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise GleaningsError(f"{folder} cannot be written: {error.strerror}") from error

    def take(self, page: Page, digest: str | None = None) -> Made:
        """The output, put down; one that stands as it should is kept. Whoever knows its `digest` gives it. Raises
        GleaningsError where that cannot be."""
        digest = digest or page.digest
        if self._standing.get(page.path) == digest:
            return Kept(path=page.path, digest=digest)
        if self._folder is None:
            return page
        file, left = self._write(page.path, (page.content,), replaces=page.path in self._standing)
        return Staged(path=page.path, digest=digest, size=len(page.content), file=file, left=left)

    def take_pieces(self, path: str, pieces: Iterable[bytes]) -> Staged:
        """The same for an output that comes in pieces and has changed, on a stage with a folder."""
        seen = sha256()

        def watched() -> Iterator[bytes]:
            for piece in pieces:
                seen.update(piece)
                yield piece

        file, left = self._write(path, watched(), replaces=True)
        return Staged(path=path, digest=as_mark(seen.hexdigest()), size=left[1], file=file, left=left)

    def _write(self, path: str, pieces: Iterable[bytes], *, replaces: bool) -> tuple[str, Left]:
        """A new file here with this content, which `replaces` another one or not."""
        try:
            name = f"{self._open()}/{next(self._numbers)}"
            file = os.open(name, _NEW_FILE, 0o666)
            try:
                for piece in pieces:
                    _write(file, piece)
                if replaces:
                    _begin_writing_back(file)
                left = look_at_left(file)
            finally:
                os.close(file)
        except OSError as error:
            raise GleaningsError(f"{path} cannot be written: {error.strerror}") from error
        return name, left

    def _open(self) -> str:
        """This process's own folder: in a shared one they would wait for each other."""
        mine = f"{self._folder}/{os.getpid()}"
        if self._mine != mine:
            Path(mine).mkdir()
            self._mine = mine
        return mine


@contextmanager
def open_stage(folder: Path, standing: Mapping[str, str]) -> Iterator[Stage]:
    """A stage for the length of the block; what a build that was killed left in `folder` is cleared first."""
    _clear(folder)
    try:
        yield Stage(folder, standing)
    finally:
        _clear(folder)


def _clear(folder: Path) -> None:
    """Remove the stage: seldom is there more than the folders of processes, out of which all was moved."""
    try:
        for mine in os.listdir(folder):
            os.rmdir(f"{folder}/{mine}")
        os.rmdir(folder)
    except FileNotFoundError:
        pass
    except OSError:
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
        else:
            # Whoever needs the folder will tell.
            with suppress(OSError):
                folder.unlink()


def _begin_writing_back(file: int) -> None:
    """Let the system bring to the disk what was written, while we go on. Before a file takes the place of another,
    ext4 does so in any case (ext4(5), auto_da_alloc), and whoever moves it waits."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)


def _write(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]

"""Pages into public/: only what changed is written, only what an earlier build of ours wrote is removed.

    plan: all outputs, none twice → ground.py: what cannot work is told → journal opened (.gleanings/) → strangers.py:
    files of others make room → remove what is gone → move or write what differs → journal closed

A kill at any moment leaves every file whole, the old one or the new one; the journal lets the next build finish and
clear up. What others put into the folder is left alone; where an output has to stand, it is kept elsewhere.
"""

# pathlib is slow where there are thousands of files:
# ruff: noqa: PTH102, PTH105, PTH108

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG

from gleanings.aside import share
from gleanings.copies import is_wanted
from gleanings.problems import GleaningsError
from gleanings.records import as_mark, digest_bytes
from gleanings.render.output.ground import Ground
from gleanings.render.output.journal import (
    Left,
    Look,
    Settling,
    Standing,
    close_journal,
    digest_file,
    find_looks,
    find_standing,
    look_at_left,
    open_journal,
)
from gleanings.render.output.strangers import choose_places, keep_strangers
from gleanings.values import Value, field

_CHUNK = 1 << 20
_MANY = 500
"""Outputs to put into their places from which on a second process pays."""


class Page(Value, kw_only=True, tag=True):
    """An output that we made."""

    path: str
    """Below public/, with forward slashes: `2026/11/index.html`."""
    content: bytes

    @property
    def digest(self) -> str:
        """A mark of the content, as the journal keeps it."""
        return digest_bytes(self.content)


class Staged(Value, kw_only=True, tag=True):
    """An output that we made and that waits on the disk; see stage.py."""

    path: str
    digest: str
    size: int
    file: str
    """Where it waits; published, it is there no more."""
    left: Left


class Kept(Value, kw_only=True, tag=True):
    """An output of an earlier build that stands as it should; see find_standing."""

    path: str
    digest: str


class Copy(Value, kw_only=True):
    """An output that is a person's file, copied as it is."""

    path: str
    source: Path


Made = Page | Staged | Kept
"""An output of which the content is known."""
Output = Made | Copy


class Placed(Value):
    """An output in its place."""

    digest: str
    """A person may save a file while it is copied."""
    left: Left


class Report(Value, kw_only=True):
    """What publishing did, in paths below public/, sorted."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    strangers: Mapping[Path, str] = field(default_factory=dict)
    """Where files are kept that were not ours and made room → the paths at which they stood; also those of builds
    before that did not come to their end."""
    looks: Mapping[str, Look] = field(default_factory=dict)
    """The system's record of every output of which it is sure what is in it, as it was when that was sure."""


class SameAddress(GleaningsError):
    """Two outputs want one place."""


def publish(
    outputs: Iterable[Output],
    out: Path,
    *,
    journal: Path,
    standing: Standing | None = None,
    sources: Iterable[Path] = (),
    meanwhile: Callable[[], None] | None = None,
) -> Report:
    """Make the folder `out` hold exactly these outputs, besides what is not ours.

    `journal` is a file of ours that remembers what was written to this folder, beside it `replaced/` keeps what was
    not ours and made room; `standing` is what find_standing said of the folder a moment ago; over a link to one
    of the folders `sources` nothing is written. `meanwhile` is called when all is written, while files settle. Raises
    SameAddress and, for what stands in the way, GleaningsError before anything is written; GleaningsError also where
    the system refuses.
    """
    standing = standing or find_standing(out, journal=journal)
    planned = _plan(outputs)
    before = standing.journal
    digests = {path: _digest(output) for path, output in planned.items()}
    kept = journal.with_name("replaced")
    settling = Settling()
    placed: dict[str, Placed] = {}
    replaced: dict[str, str] = {}
    try:
        _clear_up(before.known if before.interrupted else before.changed, out)
        changed = [
            path
            for path, output in planned.items()
            if not _stands(path, output, digests[path], standing.digests, out)
        ]
        unchanged = tuple(digests.keys() - set(changed))
        gone = sorted(path for path in before.known if path not in planned)
        touches = bool(changed or gone or before.interrupted or before.known.keys() != planned.keys())
        removed: tuple[str, ...] = ()
        places = choose_places(_find_strangers(changed, gone, standing, out, sources), kept)
        replaced = {place: place.partition("/")[2] for place in before.replaced} | places
        if touches:
            open_journal(journal, before, digests, replaced)
            keep_strangers(places, out, kept)
            # Removed first: a file of ours may stand where a folder has to be now.
            removed = tuple(path for path in gone if _remove(out, path, before.known[path]))
            placed = {
                path: one for part in _put_all([planned[path] for path in changed], out) for path, one in part.items()
            }
            digests |= {path: one.digest for path, one in placed.items()}
        if changed:
            settling.wrote(f"{out}/{changed[-1]}")
        if meanwhile is not None:
            meanwhile()
        settling.wait()
        left = {path: one.left for path, one in placed.items()}
        looks = find_looks(left, unchanged, standing, out)
        if touches:
            close_journal(journal, digests, looks)
    except OSError as error:
        made_room = f" (files that made room are kept in {kept})" if _find_kept(replaced, kept) else ""
        raise GleaningsError(f"{_place(error, out)} cannot be written: {error.strerror}{made_room}") from error
    return Report(
        written=tuple(changed),
        unchanged=tuple(sorted(unchanged)),
        removed=removed,
        strangers=_find_kept(replaced, kept),
        looks=looks,
    )


def _find_kept(replaced: Mapping[str, str], kept: Path) -> dict[Path, str]:
    return {there: path for place, path in replaced.items() if os.path.lexists(there := kept / place)}


def _place(error: OSError, out: Path) -> object:
    return error.filename2 or error.filename or out


def _plan(outputs: Iterable[Output]) -> dict[str, Output]:
    """Outputs by path, sorted. Raises SameAddress."""
    planned: dict[str, Output] = {}
    for output in outputs:
        parts = output.path.split("/")
        if not output.path or output.path.startswith("/") or ".." in parts or "\0" in output.path:
            raise GleaningsError(f'an output cannot stand outside the folder: "{output.path}"')
        if output.path in planned and not _same(planned[output.path], output):
            raise SameAddress(f"two pages want the address /{_address(output.path)} (change one of them)")
        planned[output.path] = output
    for path in planned:
        folder = path.rpartition("/")[0]
        while folder:
            if folder in planned:
                raise SameAddress(f"/{folder} is a file and a folder with /{path} in it (change one of them)")
            folder = folder.rpartition("/")[0]
    return dict(sorted(planned.items()))


def _same(one: Output, other: Output) -> bool:
    return not isinstance(one, Copy) and not isinstance(other, Copy) and one.digest == other.digest


def _address(path: str) -> str:
    return path.removesuffix("index.html")


def _digest(output: Output) -> str:
    if not isinstance(output, Copy):
        return output.digest
    try:
        return digest_file(output.source)
    except OSError as error:
        finding = f"{output.source} cannot be read: {error.strerror}"
        raise GleaningsError(f"{finding} (give yourself the right to read it)") from error


def _find_strangers(
    changed: Iterable[str], gone: Sequence[str], standing: Standing, out: Path, sources: Iterable[Path]
) -> list[str]:
    """Paths at which something stands that no build put there of which we know. Raises GleaningsError where an output
    cannot be written or removed, and OSError."""
    journal, digests = standing.journal, standing.digests
    ground = Ground(out, {path for path in gone if digests.get(path) in journal.known[path]}, sources)
    ground.try_gone(gone)
    return [
        path
        for path in changed
        if ground.try_page(path)
        and not (path in digests and (digests[path] in journal.known[path] or journal.is_sure(path)))
    ]


def _stands(path: str, output: Output, digest: str, standing: Mapping[str, str], out: Path) -> bool:
    """Whether the folder holds the output already."""
    if path in standing:
        return standing[path] == digest
    target = f"{out}/{path}"
    try:
        there = os.lstat(target)
        size = _size(output)
        return S_ISREG(there.st_mode) and (size is None or there.st_size == size) and digest_file(target) == digest
    except OSError:
        # What stands in the way is told elsewhere.
        return False


def _size(output: Output) -> int | None:
    match output:
        case Page(content=content):
            return len(content)
        case Staged(size=size):
            return size
        case Copy(source=source):
            return source.stat().st_size
        case Kept():
            return None


def _put_all(changed: Sequence[Output], out: Path) -> list[dict[str, Placed]]:
    """`put` for many, on all cores where that pays: each takes whole folders, as in a shared one they would wait for
    each other."""
    folders: dict[str, list[Output]] = defaultdict(list)
    for output in changed:
        folders[output.path.partition("/")[0]].append(output)
    jobs = sorted(folders.values(), key=len, reverse=True)
    return share(jobs, lambda outputs: put(outputs, out), kind=dict[str, Placed], pays=len(changed) >= _MANY)


def put(changed: Iterable[Output], out: Path) -> dict[str, Placed]:
    """Make each file hold its output, from one moment to the next; returns what was placed, by path. Stops when
    nobody waits for it any more: another build may follow."""
    folders: set[str] = set()
    placed = {}
    for output in changed:
        if not is_wanted():
            break
        target = f"{out}/{output.path}"
        folder, _, name = target.rpartition("/")
        _make_folder(folder, folders)
        beside = f"{folder}/{_name_beside(name)}"
        match output:
            case Staged(path=path, digest=digest):
                placed[path] = Placed(digest, _move(output, target, beside))
            case Page(path=path, content=content, digest=digest):
                Path(beside).write_bytes(content)
                placed[path] = Placed(digest, look_at_left(beside))
                os.replace(beside, target)
            case Copy(path=path, source=source):
                digest = _copy(source, beside)
                placed[path] = Placed(digest, look_at_left(beside))
                os.replace(beside, target)
            case Kept(path=path):
                raise GleaningsError(f"{path} was changed by another program while it was being built (build again)")
    return placed


def _make_folder(folder: str, made: set[str]) -> None:
    if folder in made:
        return
    try:
        os.mkdir(folder)
    except FileExistsError:
        pass
    except FileNotFoundError:
        _make_folder(folder.rpartition("/")[0], made)
        os.mkdir(folder)
    made.add(folder)


def _move(staged: Staged, target: str, beside: str) -> Left:
    try:
        os.replace(staged.file, target)
    except FileNotFoundError:
        # A copy of this process may have moved it already, before it came to grief.
        if not os.path.lexists(target) or digest_file(target) != staged.digest:
            raise
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # The output lies on another disk.
        shutil.copyfile(staged.file, beside)
        left = look_at_left(beside)
        os.replace(beside, target)
        return left
    return staged.left


def _copy(source: Path, beside: str) -> str:
    """Copy a file; returns the digest of what was copied."""
    seen = sha256()
    with source.open("rb") as original, Path(beside).open("wb") as copy:
        while chunk := original.read(_CHUNK):
            copy.write(chunk)
            seen.update(chunk)
    return as_mark(seen.hexdigest())


def _name_beside(name: str) -> str:
    # A file's name has at most 255 bytes.
    return f".{os.fsdecode(os.fsencode(name)[:200])}.gleanings"


def _remove(out: Path, path: str, digests: tuple[str, ...]) -> bool:
    """Remove a file if it is still what we wrote, and folders that this leaves empty."""
    target = out / path
    is_ours = not target.is_symlink() and target.is_file() and digest_file(target) in digests
    if is_ours:
        target.unlink()
    elif os.path.lexists(target):
        return False
    # A build that was killed may have come no further than its folders.
    for folder in target.parents:
        if folder == out or out not in folder.parents:
            break
        try:
            folder.rmdir()
        except OSError:
            break
    return is_ours


def _clear_up(paths: Iterable[str], out: Path) -> None:
    """Half-written files that a killed build left beside their targets."""
    for path in paths:
        folder, slash, name = path.rpartition("/")
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            os.unlink(f"{out}/{folder}{slash}{_name_beside(name)}")

"""Pages into public/: only what changed is written, only what an earlier build of ours wrote is removed.

    plan: all outputs, none twice → journal (.gleanings/) → remove what is gone → write what differs → journal closed

A kill at any moment leaves every file whole, the old one or the new one; the journal lets the next build finish and
clear up. Files that other programs put into the folder are left alone.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG

from gleanings.files.atomic import write_bytes
from gleanings.problems import GleaningsError
from gleanings.values import Value, field

_VERSION = 2
_CHUNK = 1 << 20
_FRESH_NS = 100_000_000
"""Times of files are coarser than the clock."""
_FRESH_ON_COARSE_NS = 3_000_000_000
"""The same where a file system keeps whole seconds."""


class Page(Value, kw_only=True):
    """An output that we made."""

    path: str
    """Below public/, with forward slashes: `2026/11/index.html`."""
    content: bytes

    @property
    def digest(self) -> str:
        """A mark of the content, as the journal keeps it."""
        return sha256(self.content).hexdigest()[:32]


class Kept(Value, kw_only=True):
    """An output of an earlier build that stands as it should; see find_standing."""

    path: str
    digest: str


class Copy(Value, kw_only=True):
    """An output that is a person's file, copied as it is."""

    path: str
    source: Path


Output = Page | Copy | Kept


class Report(Value, kw_only=True):
    """What publishing did, in paths below public/, sorted."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class SameAddress(GleaningsError):
    """Two outputs want one place."""


class _Journal(Value):
    """What earlier builds wrote: path → the digests its content may have."""

    file: Path
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    interrupted: bool = False
    """The build that wrote it did not come to its end."""
    looks: Mapping[str, Look] = field(default_factory=dict)
    """Path → the system's record of the file as we left it."""


Look = tuple[int, ...]
"""Inode, size, and the times of content and inode: the last cannot be set back by an edit of equal size and time."""


class Standing(Value):
    """Outputs of earlier builds that stand in a folder."""

    digests: Mapping[str, str] = field(default_factory=dict)
    """Path → digest of what is in the file now."""
    looks: Mapping[str, Look] = field(default_factory=dict)
    """Path → the system's record of the file before it was read."""


def find_standing(out: Path, *, journal: Path, trusting: bool = True) -> Standing:
    """What of earlier builds stands; files that the system says nobody touched are not read again, unless `trusting`
    is off."""
    before = _load_journal(journal)
    digests: dict[str, str] = {}
    looks: dict[str, Look] = {}
    for path, known in before.known.items():
        with contextlib.suppress(OSError):
            look = _look_at(f"{out}/{path}")
            if look is None:
                continue
            sure = trusting and not before.interrupted and before.looks.get(path) == look
            digests[path] = known[0] if sure else _digest_of_file(out / path)
            looks[path] = look
    return Standing(digests, looks)


def _look_at(path: str) -> Look | None:
    """None where that is no plain file."""
    there = os.lstat(path)
    return (there.st_ino, there.st_size, there.st_mtime_ns, there.st_ctime_ns) if S_ISREG(there.st_mode) else None


def _sure_looks(planned: Iterable[str], written: Collection[str], standing: Standing, out: Path) -> dict[str, Look]:
    """The records of files of which we know what is in them: those just written, and those that nobody touched since
    they were looked at; without those so young that an edit might leave the same record."""
    if os.name != "posix":
        return {}
    looks = {path: look for path in planned if (look := _look_at(f"{out}/{path}")) is not None}
    newest = max((look[-1] for look in looks.values()), default=0)
    return {
        path: look
        for path, look in looks.items()
        if (path in written or standing.looks.get(path) == look)
        and look[-1] < newest - (_FRESH_NS if look[-1] % 1_000_000_000 else _FRESH_ON_COARSE_NS)
    }


def publish(outputs: Iterable[Output], out: Path, *, journal: Path, standing: Standing | None = None) -> Report:
    """Make the folder `out` hold exactly these outputs, besides what is not ours.

    `journal` is a file of ours that remembers what was written to this folder; `standing` is what find_standing said
    of it a moment ago. Raises SameAddress before anything is written, and GleaningsError where the system refuses.
    """
    standing = standing or Standing()
    planned = _plan(outputs)
    before = _load_journal(journal)
    digests = {path: _digest(output) for path, output in planned.items()}
    try:
        if before.interrupted:
            _clear_up(before, out)
        changed = [
            path
            for path, output in planned.items()
            if not _stands(path, output, digests[path], standing.digests, out)
        ]
        gone = sorted(path for path in before.known if path not in planned)
        if changed or gone or before.interrupted or set(before.known) != set(planned):
            _save_journal(journal, _both(before.known, digests), done=False)
            # Removed first: a file of ours may stand where a folder has to be now.
            removed = tuple(path for path in gone if _remove(out, path, before.known[path]))
            digests |= _write(changed, planned, out)
            looks = _sure_looks(planned, set(changed), standing, out)
            _save_journal(journal, {path: (digest,) for path, digest in digests.items()}, done=True, looks=looks)
        else:
            removed = ()
    except OSError as error:
        raise GleaningsError(f"{error.filename or out} cannot be written: {error.strerror}") from error
    written = set(changed)
    return Report(
        written=tuple(changed), unchanged=tuple(path for path in planned if path not in written), removed=removed
    )


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
    match output:
        case Page() | Kept():
            return output.digest
        case Copy(source=source):
            return _digest_of_file(source)


def _digest_of_file(path: Path) -> str:
    seen = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            seen.update(chunk)
    return seen.hexdigest()[:32]


def _stands(path: str, output: Output, digest: str, standing: Mapping[str, str], out: Path) -> bool:
    """Whether the folder holds the output already."""
    if path in standing:
        return standing[path] == digest
    return _holds(out / path, output)


def _holds(path: Path, output: Output) -> bool:
    try:
        there = path.lstat()
        match output:
            case Page(content=content):
                return there.st_size == len(content) and path.read_bytes() == content
            case Copy(source=source):
                return there.st_size == source.stat().st_size and _digest_of_file(path) == _digest_of_file(source)
            case Kept(digest=digest):
                return _digest_of_file(path) == digest
    except (FileNotFoundError, NotADirectoryError):
        return False
    except IsADirectoryError:
        raise GleaningsError(f"{path} is a folder, but a page has to stand there (move it away)") from None


def _write(changed: Iterable[str], planned: Mapping[str, Output], out: Path) -> dict[str, str]:
    """Write them; returns the digests of copies, since a person may save a file while it is copied."""
    made: set[Path] = set()
    copied: dict[str, str] = {}
    for path in changed:
        target = out / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        beside = _beside(target)
        seen = sha256()
        with beside.open("wb") as file:
            for chunk in _chunks(planned[path]):
                file.write(chunk)
                if isinstance(planned[path], Copy):
                    seen.update(chunk)
        beside.replace(target)
        if isinstance(planned[path], Copy):
            copied[path] = seen.hexdigest()[:32]
    return copied


def _chunks(output: Output) -> Iterator[bytes]:
    match output:
        case Page(content=content):
            yield content
        case Copy(source=source):
            with source.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        case Kept(path=path):
            raise GleaningsError(f"{path} was changed by another program while it was being built (build again)")


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name[:200]}.gleanings")


def _remove(out: Path, path: str, digests: tuple[str, ...]) -> bool:
    """Remove a file if it is still what we wrote, and folders that this leaves empty."""
    target = out / path
    if target.is_symlink() or not target.is_file() or _digest_of_file(target) not in digests:
        return False
    target.unlink()
    for folder in target.parents:
        if folder == out or out not in folder.parents:
            break
        try:
            folder.rmdir()
        except OSError:
            break
    return True


def _clear_up(journal: _Journal, out: Path) -> None:
    """Half-written files that a killed build left beside their targets."""
    for path in journal.known:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            _beside(out / path).unlink()


def _both(before: Mapping[str, tuple[str, ...]], now: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {path: (digest,) for path, digest in now.items()}
    for path, digests in before.items():
        merged[path] = tuple(dict.fromkeys((*digests, *merged.get(path, ()))))
    return merged


def _load_journal(file: Path) -> _Journal:
    """What was written before; a damaged journal counts as none."""
    try:
        document = json.loads(file.read_bytes())
        if document["version"] not in (1, _VERSION):
            return _Journal(file)
        known = {str(path): tuple(map(str, digests)) for path, digests in document["files"].items()}
        if any(path.startswith("/") or ".." in path.split("/") for path in known):
            return _Journal(file)
        looks = {str(path): tuple(map(int, look)) for path, look in document.get("looks", {}).items()}
        return _Journal(file, known, interrupted=document["done"] is not True, looks=looks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _Journal(file)


def _save_journal(
    file: Path, known: Mapping[str, tuple[str, ...]], *, done: bool, looks: Mapping[str, Look] | None = None
) -> None:
    files = {path: list(known[path]) for path in sorted(known)}
    document = {"version": _VERSION, "done": done, "files": files, "looks": looks or {}}
    write_bytes(file, json.dumps(document, separators=(",", ":")).encode())

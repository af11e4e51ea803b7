"""What earlier builds wrote to a folder, and what of it stands there.

The journal is a file in .gleanings/: every output's digest, and the system's own record of the file as we left it. It
is written before a build touches the folder and closed behind, so that the next one knows of a build that was killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE, S_ISREG

from gleanings.records import as_mark
from gleanings.unchanged import settling_ns
from gleanings.values import Value, field

_SETTLED_SECONDS = 0.012
"""So long after a file was written, whoever changes it leaves another time on it, whatever clock the disk has."""

_COARSE_CLOCK = 5
"""CLOCK_REALTIME_COARSE of linux/time.h: it moves on with each tick of the kernel, every 1 to 10 ms."""
_SHORTEST_TICK_SECONDS = 0.001
_NEVER = 1 << 63
_VERSION = 2
_CHUNK = 1 << 20

Look = tuple[int, ...]
"""Inode, size, and the times of content and inode: the last cannot be set back by an edit of equal size and time."""


Left = tuple[int, int, int]
"""Inode, size, and the time of content: a file as it was left, before it was moved to its place."""


class Settling:
    """Waits until whoever changes a file that was written here leaves another time on it."""

    def __init__(self) -> None:
        """Before the first file is written."""
        self._began = _tick()
        self._ended = 0
        self._until = 0.0

    def wrote(self, sample: str) -> None:
        """All are written, among them the sample."""
        if _tells_changes_apart(sample):
            return
        self._ended, self._until = _tick(), time.monotonic() + _SETTLED_SECONDS
        if not self._began <= os.stat(sample).st_ctime_ns <= self._ended:  # noqa: PTH116
            # The disk has a clock of its own, as others' disks do.
            self._ended = _NEVER

    def wait(self) -> None:
        """Wait for it; at once where nothing was written."""
        while time.monotonic() < self._until and _tick() <= self._ended:
            time.sleep(0.0005)


def _tells_changes_apart(file: str) -> bool:
    """Whether whoever changes a file that was looked at leaves another time on it at once, as since Linux 6.13
    (multigrain timestamps); found out by changes that change nothing."""
    began, times = time.monotonic(), []
    try:
        mode = S_IMODE(os.stat(file).st_mode)  # noqa: PTH116
        for _ in range(3):
            os.chmod(file, mode)  # noqa: PTH101
            times.append(os.stat(file).st_ctime_ns)  # noqa: PTH116
    except OSError:
        return False
    # A coarse clock may tick meanwhile, but not twice.
    return times[0] < times[1] < times[2] and time.monotonic() - began < _SHORTEST_TICK_SECONDS


def _tick() -> int:
    """What time Linux puts on a file that is written now, in nanoseconds since the epoch; elsewhere nobody knows."""
    return time.clock_gettime_ns(_COARSE_CLOCK) if sys.platform == "linux" else 0


class Journal(Value):
    """What earlier builds wrote: path → the digests its content may have."""

    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    interrupted: bool = False
    """The build that wrote it did not come to its end."""
    looks: Mapping[str, Look] = field(default_factory=dict)
    """Path → the system's record of the file as we left it."""
    changed: tuple[str, ...] = ()
    """Paths of those that were written again since; whether all of them were, nobody noted."""
    replaced: tuple[str, ...] = ()
    """Where that build, if it was interrupted, or those before it kept what was not ours: `1/index.html`."""

    def is_sure(self, path: str) -> bool:
        """Whether what it says of an output came to be; else another program may have put there what stands there."""
        return path in self.known and not self.interrupted and path not in self.changed


class Standing(Value):
    """Outputs of earlier builds that stand in a folder."""

    digests: Mapping[str, str] = field(default_factory=dict)
    """Path → digest of what is in the file now."""
    looks: Mapping[str, Look] = field(default_factory=dict)
    """Path → the system's record of the file before it was read."""
    since: int = 0
    """When the first of them was looked at, in nanoseconds since the epoch."""
    journal: Journal = field(default_factory=Journal)


def find_standing(out: Path, *, journal: Path, trusting: bool = True) -> Standing:
    """What of earlier builds stands; files that the system says nobody touched are not read again, unless `trusting`
    is off."""
    before = load_journal(journal)
    trusted = before.looks if trusting and not before.interrupted else {}
    digests: dict[str, str] = {}
    looks: dict[str, Look] = {}
    since = time.time_ns()
    for path, known in before.known.items():
        with contextlib.suppress(OSError):
            look = _look_at(f"{out}/{path}")
            if look is None:
                continue
            digests[path] = known[0] if trusted.get(path) == look else digest_file(f"{out}/{path}")
            looks[path] = look
    return Standing(digests, looks, since, before)


def find_looks(written: Mapping[str, Left], kept: Iterable[str], standing: Standing, out: Path) -> dict[str, Look]:
    """The records of files of which we know what is in them, by path: those `written` and settled, each still as it
    was left, and those `kept` as they stood; without those so young when looked at that an edit might leave the
    same."""
    if os.name != "posix":
        return {}
    looks = {}
    for path, left in written.items():
        with contextlib.suppress(OSError):
            look = _look_at(f"{out}/{path}")
            if look is not None and look[:3] == left and not _is_coarse(look):
                looks[path] = look
    # By the clock of the disk, as far as that is known.
    newest = max((look[-1] for look in looks.values()), default=standing.since)
    sure = standing.journal.looks
    for path in kept:
        look = standing.looks.get(path)
        if look is None:
            continue
        if sure.get(path) == look or look[-1] < newest - settling_ns(look[-1]):
            looks[path] = look
    return looks


def _is_coarse(look: Look) -> bool:
    return look[-1] % 1_000_000_000 == 0


def look_at_left(file: str | int) -> Left:
    """A file that was just written, by its path or open."""
    there = os.stat(file)  # noqa: PTH116
    return there.st_ino, there.st_size, there.st_mtime_ns


def _look_at(path: str) -> Look | None:
    """None where that is no plain file."""
    there = os.lstat(path)
    return (there.st_ino, there.st_size, there.st_mtime_ns, there.st_ctime_ns) if S_ISREG(there.st_mode) else None


def digest_file(path: str | Path) -> str:
    """A mark of what is in a file, as `Page.digest` gives it."""
    seen = sha256()
    with open(path, "rb") as file:  # noqa: PTH123 — for thousands of files
        while chunk := file.read(_CHUNK):
            seen.update(chunk)
    return as_mark(seen.hexdigest())


def note_changes(file: Path, now: Mapping[str, str]) -> None:
    """Note, before a few outputs are written again, what they will hold (`now`: path → digest); each is still known
    by what it held. Nobody has to read the whole journal for that."""
    changes = _load_changes(file)
    for path, digest in now.items():
        changes[path] = (digest, *changes.get(path, ()))[:2]
    _put(_changes_of(file), changes)


def _load_changes(file: Path) -> dict[str, tuple[str, ...]]:
    try:
        document = json.loads(_changes_of(file).read_bytes())
        return {str(path): tuple(map(str, digests)) for path, digests in document.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _changes_of(file: Path) -> Path:
    """Beside the journal, what was written since."""
    return file.with_name(f"{file.stem}-changes.json")


def load_journal(file: Path) -> Journal:
    """What was written before; a damaged journal counts as none."""
    try:
        document = json.loads(file.read_bytes())
        if document["version"] not in (1, _VERSION):
            return Journal()
        known = {str(path): tuple(map(str, digests)) for path, digests in document["files"].items()}
        looks = {str(path): tuple(map(int, look)) for path, look in document.get("looks", {}).items()}
        changes = _load_changes(file)
        for path, digests in changes.items():
            known[path] = (*digests, *known.get(path, ()))
            looks.pop(path, None)
        if any(path.startswith("/") or ".." in path.split("/") for path in known):
            return Journal()
        interrupted = document["done"] is not True
        replaced = tuple(map(str, document.get("replaced", ()))) if interrupted else ()
        return Journal(known, interrupted=interrupted, looks=looks, changed=tuple(changes), replaced=replaced)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Journal()


def open_journal(file: Path, before: Journal, now: Mapping[str, str], replaced: Iterable[str] = ()) -> None:
    """Note, before anything is touched, what stands there and what will (`now`: path → digest), and where is kept
    what makes room (`replaced`)."""
    known: dict[str, tuple[str, ...]] = {path: (digest,) for path, digest in now.items()}
    for path, digests in before.known.items():
        known[path] = tuple(dict.fromkeys((*digests, *known.get(path, ()))))
    known = {path: known[path] for path in sorted(known)}
    _put(file, {"version": _VERSION, "done": False, "files": known, "replaced": list(replaced)})


def close_journal(file: Path, now: Mapping[str, str], looks: Mapping[str, Look]) -> None:
    """Note what stands there now that all is written."""
    known = {path: (now[path],) for path in sorted(now)}
    _put(file, {"version": _VERSION, "done": True, "files": known, "looks": looks})
    _changes_of(file).unlink(missing_ok=True)


def _put(file: Path, document: Mapping[str, object]) -> None:
    # Not forced to the disk: what a power cut leaves is judged by the records of the files, or counts as none.
    beside = file.with_name(f"{file.name}.new")
    file.parent.mkdir(parents=True, exist_ok=True)
    beside.write_bytes(json.dumps(document, separators=(",", ":")).encode())
    beside.replace(file)

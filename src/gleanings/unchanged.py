"""What stands since the last build: `build` answers before anything is imported, or knows which files to look at.

A build that told no problem leaves a stamp: the system's own record (inode, size, times of content and of the inode)
of every file and folder that decides the output, and of every output. While all of them stand as they were, the
output is what a build would write; where a few differ, those are what has to be looked at. The time of the inode
(ctime) cannot be set back, so that an edit of equal size and time is noticed; what was too fresh to be told from a
later edit counts as different. Only POSIX systems have that.

Imports nothing but what the interpreter holds anyway.
"""
# pathlib alone would cost as much as all of this:
# ruff: noqa: PTH100, PTH105, PTH108, PTH112, PTH113, PTH114, PTH116, PTH117, PTH118, PTH120, PTH123, PTH208

from __future__ import annotations

import os
import sys
from _collections_abc import Iterable, Iterator

_VERSION = "gleanings-stamp 2"
_FRESH_NS = 100_000_000
"""Times of files are coarser than the clock: what changed this shortly before a build may change again unseen."""
_FRESH_ON_COARSE_NS = 3_000_000_000
"""The same where a file system keeps whole seconds."""
_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_SKIPPED = {"__pycache__"}
_NONE = "-"
"""The look of a file that is not there."""
_UNSURE = "?"
"""No file looks like this."""


class Stamp:
    """What a build left: the looks of its inputs and outputs, and from when until when they tell the outcome."""

    __slots__ = ("_lines", "counts", "file", "inputs", "outputs", "root", "token", "window")

    def __init__(self, file: str, root: str, lines: list[str], inputs: int, outputs: int) -> None:
        self.file = file
        self.root = root
        self.token = lines[3]
        """Names the build that left it."""
        self.window = lines[4]
        self.counts = lines[5]
        """Pages and files, as words with a blank between them."""
        paths, looks = lines[_HEAD : _HEAD + inputs + outputs], lines[_HEAD + inputs + outputs :]
        self.inputs = dict(zip(paths[:inputs], looks[:inputs], strict=True))
        self.outputs = dict(zip(paths[inputs:], looks[inputs:], strict=True))

    def is_of(self, now: float) -> bool:
        """Whether it tells the outcome at this time (seconds since the epoch)."""
        since, until = self.window.split(" ")
        return float(since) <= now and (until == "None" or now < float(until))

    def find_changed(self) -> list[str]:
        """Inputs and outputs that are not as they were, in the order of the stamp."""
        changed = []
        for looks in (self.inputs, self.outputs):
            for path, known in looks.items():
                if look(path) != known and not self._lists_the_same(path):
                    changed.append(path)
        return changed

    def _lists_the_same(self, folder: str) -> bool:
        """Whether a folder still holds the files it held: an editor that saves by renaming changes the folder too."""
        if folder not in self.inputs or not os.path.isdir(folder):
            return False
        start = f"{folder}/"
        before = {path[len(start) :] for path in self.inputs if path.startswith(start)}
        return {name for name in before if "/" not in name} == set(_names(folder, self.root))


_HEAD = 7
"""Lines before the paths: version, program, root, token, window, counts, numbers of inputs and outputs."""


def load(root: str, name: str = "unchanged") -> Stamp | None:
    """The stamp of a site; None where there is none to be believed, or that of another program."""
    file = _stamp_file(root, name)
    try:
        with open(file, encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, ValueError):
        return None
    body, _, last = text.rstrip("\n").rpartition("\n")
    lines = body.split("\n")
    if len(lines) < _HEAD or lines[0] != _VERSION or last != _sum(f"{body}\n"):
        return None
    inputs, outputs = map(int, lines[6].split(" "))
    if lines[1] != _program() or lines[2] != root or len(lines) != _HEAD + 2 * (inputs + outputs):
        return None
    return Stamp(file, root, lines, inputs, outputs)


class Outlook:
    """What a command line asks of a site that was built before, and what differs since."""

    __slots__ = ("as_json", "changed", "stamp")

    def __init__(self, stamp: Stamp, changed: list[str], *, as_json: bool) -> None:
        self.stamp = stamp
        self.changed = changed
        self.as_json = as_json

    def answer(self) -> str | None:
        """What `build` prints where nothing is to be done; None: do it properly."""
        if self.changed or is_locked(self.stamp.root):
            return None
        pages, files = map(int, self.stamp.counts.split(" "))
        return describe(pages, 0, files, 0, seconds=0.0, as_json=self.as_json)


def look_around(arguments: list[str], *, cwd: str, now: float) -> Outlook | None:
    """What a stamp knows of the build that a command line asks for; None where there is no stamp to be believed.

    `arguments` are those of the command line, `now` is in seconds since the epoch. Only `build` and `build --json`,
    with or without `-C DIR`, are understood.
    """
    rest, folder = list(arguments), ""
    if len(rest) >= 2 and rest[0] == "-C":
        folder, rest = rest[1] or ".", rest[2:]
    if rest not in (["build"], ["build", "--json"]) or os.name != "posix":
        return None
    root = _find_root(folder, cwd)
    stamp = load(root) if root else None
    if stamp is None or not stamp.is_of(now):
        return None
    return Outlook(stamp, stamp.find_changed(), as_json="--json" in rest)


def describe(pages: int, written: int, unchanged: int, removed: int, *, seconds: float, as_json: bool) -> str:
    """What `build` prints of a build without problems."""
    if as_json:
        counted = f'"pages": {pages},\n  "written": {written},\n  "unchanged": {unchanged},\n  "removed": {removed}'
        return f'{{\n  {counted},\n  "problems": []\n}}\n'
    return (
        f"{pages} page{'s' if pages != 1 else ''}: {written} file{'s' if written != 1 else ''} written,"
        f" {unchanged} unchanged, {removed} removed in {seconds:.1f} s\n"
    )


def look_at_inputs(root: str, now_ns: int) -> dict[str, str] | None:
    """Path → look for a stamp, taken before a build reads anything; None where no stamp can tell the outcome.

    `root` is the site's folder, `now_ns` the present in nanoseconds since the epoch.
    """
    looks = {}
    for path in _inputs(root):
        if path is None or "\n" in path:
            return None
        looks[path] = look_at_input(path, now_ns)
    return looks


def look_at_input(path: str, now_ns: int) -> str:
    """The look of an input that is read after this; what changed a moment ago may change again unseen."""
    known = look(path)
    if known == _NONE:
        return known
    changed = int(known.split(" ")[3])
    fresh = changed > now_ns - (_FRESH_NS if changed % 1_000_000_000 else _FRESH_ON_COARSE_NS)
    return _UNSURE if fresh else known


def look(path: str) -> str:
    """The system's record of a file or folder."""
    try:
        there = os.stat(path)
    except OSError:
        return _NONE
    return f"{there.st_ino} {there.st_size} {there.st_mtime_ns} {there.st_ctime_ns} {there.st_mode} {there.st_dev}"


def save(
    root: str,
    inputs: dict[str, str],
    outputs: Iterable[str],
    *,
    token: str,
    pages: int,
    window: str,
    name: str = "unchanged",
    known: dict[str, str] | None = None,
) -> None:
    """Leave a stamp. `outputs` are paths of files, of which `known` has the looks of those that were not touched; it
    tells the outcome within the `window`, see describe_window."""
    known = known or {}
    there = {path: known.get(path) or look(path) for path in outputs}
    if any("\n" in path for path in there):
        return
    head = [_VERSION, _program(), root, token, window, f"{pages} {len(there)}", f"{len(inputs)} {len(there)}"]
    body = "\n".join([*head, *inputs, *there, *inputs.values(), *there.values()]) + "\n"
    file = _stamp_file(root, name)
    beside = f"{file}.tmp"
    with open(beside, "w", encoding="utf-8") as stream:
        stream.write(f"{body}{_sum(body)}\n")
    os.replace(beside, file)


def describe_window(since: float, until: float | None) -> str:
    """From when until when (seconds since the epoch) a stamp tells the outcome."""
    return f"{since!r} {until!r}"


def forget(root: str, name: str = "unchanged") -> None:
    """Before a build touches anything: what the stamp says is no longer sure."""
    try:
        os.unlink(_stamp_file(root, name))
    except OSError:
        return


def is_locked(root: str) -> bool:
    """Whether another run holds the site: then `build` has to say so."""
    from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock

    try:
        lock = os.open(f"{root}/.gleanings/lock", os.O_RDWR)
    except OSError:
        return True
    try:
        flock(lock, LOCK_EX | LOCK_NB)
        flock(lock, LOCK_UN)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def _find_root(folder: str, cwd: str) -> str | None:
    """The site at `folder`; with an empty name, in the nearest folder upwards."""
    root = os.path.normpath(os.path.join(cwd, folder)) if folder else cwd
    while True:
        if os.path.isfile(f"{root}/site.yaml"):
            return root
        above = os.path.dirname(root)
        if folder or above == root:
            return None
        root = above


def _stamp_file(root: str, name: str) -> str:
    return f"{root}/.gleanings/{name}"


def _inputs(root: str) -> Iterator[str | None]:
    """Every file and folder that decides the output; None where that cannot be told (a linked folder)."""
    yield f"{root}/site.yaml"
    yield f"{root}/feeds.yaml"
    theme = f"{_PACKAGE}/_theme"
    if not os.path.isdir(theme):
        theme = os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "templates")
    for folder in (f"{root}/content", f"{root}/templates", theme, _PACKAGE):
        yield folder
        yield from _below(folder, root)
    # Installing another version of a library renames folders in here.
    yield os.path.dirname(os.__file__)
    for path in sys.path:
        if path.endswith("-packages") and os.path.isabs(path):
            yield path


def _below(folder: str, root: str) -> Iterator[str | None]:
    for name in sorted(_names(folder, root)):
        path = f"{folder}/{name}"
        yield path
        if os.path.isdir(path):
            yield from (None,) if os.path.islink(path) else _below(path, root)


def _names(folder: str, root: str) -> list[str]:
    """What lies in a folder; among roundups without what editors write beside a file while saving it."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    place = f"{folder}/".removeprefix(f"{root}/content/")
    roundups = len(place) < len(folder) and not place.startswith(("media/", "pages/"))
    return [name for name in names if name not in _SKIPPED and not (roundups and _is_scratch(folder, name))]


def _is_scratch(folder: str, name: str) -> bool:
    """Whether an editor put the file beside another: no roundup and no page is called like that."""
    return name[-1] in "~#" or (name[0] == "." and not os.path.isdir(f"{folder}/{name}"))


def _program() -> str:
    return f"{sys.hexversion} {_PACKAGE}"


def _sum(text: str) -> str:
    from binascii import crc32

    return str(crc32(text.encode()))

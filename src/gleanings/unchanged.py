"""What stands since the last build: `build` answers before anything is imported, or knows which files to look at.

A plain build or a preview that told no problem leaves a stamp: the system's own record (inode, size, times of content
and of the inode) of every file and folder that decides the output, and of every output. While all of them stand as
they were, the output is what a build would write; where a few differ, those are what has to be looked at. The time of
the inode (ctime) cannot be set back, so that an edit of equal size and time is noticed; what was too fresh to be told
from a later edit counts as different. Only POSIX systems have that.

Imports nothing but what the interpreter holds anyway.
"""
# pathlib alone would cost as much as all of this:
# ruff: noqa: PTH100, PTH105, PTH108, PTH112, PTH113, PTH114, PTH117, PTH118, PTH120, PTH123, PTH208

from __future__ import annotations

import os
import sys
from _collections_abc import Iterable, Iterator

_VERSION = "gleanings-stamp 4"
_FRESH_NS = 100_000_000
"""Times of files are coarser than the clock: what changed this shortly before a build may change again unseen."""
_FRESH_ON_COARSE_NS = 3_000_000_000
"""The same where a file system keeps whole seconds."""
_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_BYTE_CODE = "__pycache__"
_NONE = "-"
"""The look of a file that is not there."""
_ODD_NAMES = "surrogateescape"
"""How Python holds names of files that are not UTF-8."""
_UNSURE = "?"
"""No file looks like this."""


Looks = dict[str, tuple[int, ...] | None]
"""Path of an output → inode, size, times of content and inode while it held what was written; None where that is not
sure."""


class Stamp:
    """What a build left: the looks of its inputs and outputs, and from when until when they tell the outcome."""

    __slots__ = ("inputs", "lines", "outputs")

    def __init__(self, lines: list[str], inputs: dict[str, str], outputs: dict[str, str]) -> None:
        """`lines` are what stands before the paths; `inputs` and `outputs` give path → look, with paths from the
        site's folder where they lie in it."""
        self.lines = lines
        self.inputs = inputs
        self.outputs = outputs

    @property
    def root(self) -> str:
        """The site's folder."""
        return self.lines[2]

    @property
    def kind(self) -> str:
        """Which of a site's stamps it is: each output folder has its own, named like its journal."""
        return self.lines[3]

    @property
    def token(self) -> str:
        """Names the build that left it."""
        return self.lines[5]

    @property
    def mark(self) -> str:
        """Of the program that left it; see records.program_mark."""
        return self.lines[6]

    @property
    def counts(self) -> tuple[int, int]:
        """Pages and files of the site."""
        pages, files = self.lines[8].split(" ")
        return int(pages), int(files)

    @property
    def waiting(self) -> list[str]:
        """What the build said of roundups that wait for their day, line by line."""
        return self.lines[9].split("\t") if self.lines[9] else []

    def is_of(self, options: str, now: float) -> bool:
        """Whether it tells the outcome of a build with these options at this time (seconds since the epoch)."""
        since, until = self.lines[7].split(" ")
        return self.lines[4] == options and float(since) <= now and (until == "None" or now < float(until))

    def find_changed(self) -> list[str]:
        """Inputs and outputs that are not as they were, in the order of the stamp."""
        try:
            root = os.open(self.root, os.O_RDONLY)
        except OSError:
            return [self.root]
        try:
            # From the site's folder the system finds a file in half the time.
            changed = [
                path
                for looks in (self.inputs, self.outputs)
                for path, known in looks.items()
                if look(path, root) != known and not self._lists_the_same(path)
            ]
        finally:
            os.close(root)
        return list(map(self._find, changed))

    def has_same_theme(self) -> bool:
        """Whether templates, settings and program are as they were: all inputs but those in content/."""
        return all(
            look(self._find(path)) == known or self._lists_the_same(path)
            for path, known in self.inputs.items()
            if not path.startswith("content")
        )

    def was_there(self, path: str) -> bool:
        """Whether an input stood there as a file or folder."""
        return self.inputs.get(_place(path, self.root), _NONE) != _NONE

    def renew(self, inputs: dict[str, str], written: Looks, *, token: str) -> None:
        """Leave the stamp again with other looks of some inputs, and of outputs that were written."""
        self.lines[5] = token
        self.inputs |= {_place(path, self.root): known for path, known in inputs.items()}
        self.outputs |= _as_looks(written, self.root)
        self.save()

    def save(self) -> None:
        """Leave it in the site's folder; where that cannot be, there is none."""
        paths, looks = [*self.inputs, *self.outputs], [*self.inputs.values(), *self.outputs.values()]
        if any("\n" in path for path in paths):
            return
        body = "\n".join([*self.lines, f"{len(self.inputs)} {len(self.outputs)}", *paths, *looks]) + "\n"
        file = _stamp_file(self.root, self.kind)
        beside = f"{file}.tmp"
        try:
            with open(beside, "w", encoding="utf-8", errors=_ODD_NAMES) as stream:
                stream.write(f"{body}{_sum(body)}\n")
            os.replace(beside, file)
        except OSError:
            return

    def _lists_the_same(self, place: str) -> bool:
        """Whether a folder still holds the files it held: an editor that saves by renaming changes the folder too."""
        folder = self._find(place)
        if place not in self.inputs or not os.path.isdir(folder):
            return False
        # Where a link takes the place of a folder, nobody who reads the site goes on.
        if os.path.dirname(place) not in ("", "/") and os.path.islink(folder):
            return False
        start = f"{place}/"
        before = {path[len(start) :] for path in self.inputs if path.startswith(start)}
        try:
            return {name for name in before if "/" not in name} == set(_names(folder, self.root))
        except OSError:
            return False

    def _find(self, place: str) -> str:
        """The whole path of something that the stamp knows."""
        return os.path.join(self.root, place)


_HEAD = 10
"""Lines before the numbers: version, program, root, kind, options, token, mark, window, counts, waiting."""
PLAIN = "published"
"""The kind of stamp that `build` leaves for public/."""


def make_stamp(
    root: str,
    inputs: dict[str, str],
    outputs: Looks,
    *,
    kind: str,
    options: str,
    token: str,
    mark: str,
    since: float,
    until: float | None,
    pages: int,
    waiting: Iterable[str],
) -> Stamp:
    """A stamp of what stands now. It tells the outcome from `since` until `until` (seconds since the epoch); see the
    properties for the rest."""
    there = _as_looks(outputs, root)
    window, counts = f"{since!r} {until!r}", f"{pages} {len(there)}"
    lines = [_VERSION, _program(), root, kind, options, token, mark, window, counts, "\t".join(waiting)]
    return Stamp(lines, {_place(path, root): known for path, known in inputs.items()}, there)


def load(root: str, kind: str) -> Stamp | None:
    """A stamp of a site; None where there is none to be believed, or that of another program."""
    try:
        with open(_stamp_file(root, kind), encoding="utf-8", errors=_ODD_NAMES) as stream:
            text = stream.read()
    except (OSError, ValueError):
        return None
    body, _, last = text.rstrip("\n").rpartition("\n")
    lines = body.split("\n")
    if len(lines) <= _HEAD or lines[0] != _VERSION or last != _sum(f"{body}\n"):
        return None
    inputs, outputs = map(int, lines[_HEAD].split(" "))
    paths, looks = lines[_HEAD + 1 : _HEAD + 1 + inputs + outputs], lines[_HEAD + 1 + inputs + outputs :]
    if lines[1:4] != [_program(), root, kind] or len(paths) != len(looks):
        return None
    pairs = list(zip(paths, looks, strict=True))
    return Stamp(lines[:_HEAD], dict(pairs[:inputs]), dict(pairs[inputs:]))


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
        pages, files = self.stamp.counts
        return describe(pages, 0, files, 0, seconds=0.0, as_json=self.as_json)


def understand(arguments: list[str]) -> tuple[str, bool] | None:
    """The folder of the site and whether to answer in JSON, where `build` is asked for and nothing else, with or
    without `-C DIR` (an empty name without it) and `--json`; None for any other command line."""
    rest, folder = list(arguments), ""
    if len(rest) >= 2 and rest[0] == "-C":
        folder, rest = rest[1] or ".", rest[2:]
    return (folder, "--json" in rest) if rest in (["build"], ["build", "--json"]) else None


def look_around(folder: str, *, as_json: bool, cwd: str, now: float) -> Outlook | None:
    """What a stamp knows of the build that was asked for (see `understand`); None where there is no stamp to be
    believed. `now` is in seconds since the epoch."""
    root = _find_root(folder, cwd) if os.name == "posix" else None
    stamp = load(root, PLAIN) if root else None
    if stamp is None or not stamp.is_of("", now):
        return None
    return Outlook(stamp, stamp.find_changed(), as_json=as_json)


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
    return _UNSURE if changed > now_ns - settling_ns(changed) else known


def settling_ns(changed: int) -> int:
    """How long after a change of that time (both in nanoseconds) another one may leave the same time on a file."""
    return _FRESH_NS if changed % 1_000_000_000 else _FRESH_ON_COARSE_NS


def look(path: str, folder: int | None = None) -> str:
    """The system's record of a file or folder; a relative path begins at the open `folder`."""
    try:
        there = os.stat(path, dir_fd=folder)
    except OSError:
        return _NONE
    return f"{there.st_ino} {there.st_size} {there.st_mtime_ns} {there.st_ctime_ns}"


def _as_looks(known: Looks, root: str) -> dict[str, str]:
    return {_place(path, root): " ".join(map(str, one)) if one else _UNSURE for path, one in known.items()}


def forget(root: str, kind: str) -> bool:
    """Before a build touches anything: what the stamp says is no longer sure. Returns whether there was one."""
    try:
        os.unlink(_stamp_file(root, kind))
    except OSError:
        return False
    return True


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


def _place(path: str, root: str) -> str:
    """A path from the site's folder, where it lies in it."""
    return path.removeprefix(f"{root}/")


def _find_root(folder: str, cwd: str) -> str | None:
    """The site at `folder`; with an empty name, in the nearest folder upwards. None for a name that may lead over a
    link, and back to elsewhere."""
    if ".." in folder.split("/"):
        return None
    root = os.path.normpath(os.path.join(cwd, folder)) if folder else cwd
    while True:
        if os.path.isfile(f"{root}/site.yaml"):
            return root
        above = os.path.dirname(root)
        if folder or above == root:
            return None
        root = above


def _stamp_file(root: str, kind: str) -> str:
    return f"{root}/.gleanings/unchanged" + (f"-{kind}" if kind != PLAIN else "")


def _inputs(root: str) -> Iterator[str | None]:
    """Every file and folder that decides the output; None where that cannot be told (a linked folder, or one that
    cannot be read)."""
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
    try:
        names = sorted(_names(folder, root))
    except OSError:
        yield None
        return
    for name in names:
        path = f"{folder}/{name}"
        yield path
        if os.path.isdir(path):
            yield from (None,) if os.path.islink(path) else _below(path, root)


def _names(folder: str, root: str) -> list[str]:
    """What lies in a folder; among roundups without what editors write beside a file while saving it. Nothing where
    there is no folder; raises OSError where it cannot be read."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    place = f"{folder}/".removeprefix(f"{root}/content/")
    roundups = len(place) < len(folder) and not place.startswith(("media/", "pages/"))
    if folder.startswith(_PACKAGE):
        return [name for name in names if name != _BYTE_CODE]
    return [name for name in names if not (roundups and _is_scratch(folder, name))]


def _is_scratch(folder: str, name: str) -> bool:
    """Whether an editor put the file beside another: no roundup and no page is called like that."""
    return (name[-1] in "~#" or name[0] == ".") and not os.path.isdir(f"{folder}/{name}")


def _program() -> str:
    return f"{sys.hexversion} {_PACKAGE}"


def _sum(text: str) -> str:
    from binascii import crc32

    return str(crc32(text.encode("utf-8", _ODD_NAMES)))

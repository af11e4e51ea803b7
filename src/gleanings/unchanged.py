"""Nothing changed, nothing to do: `build` answers before anything is imported.

A build that told no problem leaves a stamp: the system's own record (inode, size, times of content and of the inode)
of every file and folder that decides the output, and of every output. While all of them stand as they were, the
output is what a build would write. The time of the inode (ctime) cannot be set back, so that an edit of equal size
and time is noticed; what was too fresh to be told from a later edit leaves no stamp. Only POSIX systems have that.

Imports nothing but what the interpreter holds anyway.
"""
# pathlib alone would cost as much as all of this:
# ruff: noqa: PTH100, PTH105, PTH108, PTH112, PTH113, PTH114, PTH116, PTH117, PTH118, PTH120, PTH123

from __future__ import annotations

import os
import sys
from _collections_abc import Iterator

_VERSION = "gleanings-stamp 1"
_FRESH_NS = 100_000_000
"""Times of files are coarser than the clock: what changed this shortly before a build may change again unseen."""
_FRESH_ON_COARSE_NS = 3_000_000_000
"""The same where a file system keeps whole seconds."""
_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_SKIPPED = {"__pycache__"}


def answer(arguments: list[str], *, cwd: str, now: float) -> str | None:
    """What `build` prints where a look at the files shows that nothing is to be done; None: do it properly.

    `arguments` are those of the command line, `now` is in seconds since the epoch. Only `build` and `build --json`,
    with or without `-C DIR`, are answered.
    """
    folder, as_json = _understand(arguments)
    if folder is None or os.name != "posix":
        return None
    root = _find_root(folder, cwd)
    if root is None:
        return None
    try:
        with open(_stamp_file(root), encoding="utf-8") as file:
            text = file.read()
    except (OSError, ValueError):
        return None
    counts = _check(text, root, now)
    if counts is None or _is_locked(root):
        return None
    pages, files = counts
    if as_json:
        counted = f'"pages": {pages},\n  "written": 0,\n  "unchanged": {files},\n  "removed": 0'
        return f'{{\n  {counted},\n  "problems": []\n}}\n'
    return f"{pages} page{'s' if pages != 1 else ''}: 0 files written, {files} unchanged, 0 removed in 0.0 s\n"


def look_at_inputs(root: str, now_ns: int) -> list[str] | None:
    """Lines for a stamp, taken before a build reads anything; None where something is too fresh to be sure.

    `root` is the site's folder, `now_ns` the present in nanoseconds since the epoch.
    """
    lines = []
    for path in _inputs(root):
        if path is None:
            return None
        line, changed = _look(path)
        fresh = _FRESH_NS if changed % 1_000_000_000 else _FRESH_ON_COARSE_NS
        if changed > now_ns - fresh or "\n" in path:
            return None
        lines.append(line)
    return lines


def save(root: str, inputs: list[str], outputs: list[str], *, pages: int, since: float, until: float | None) -> None:
    """Leave a stamp. `outputs` are paths of files; it holds from `since` until `until` (seconds since the epoch)."""
    if any("\n" in path for path in outputs):
        return
    lines = [
        _VERSION,
        _program(),
        root,
        f"{since!r} {until!r}",
        f"{pages} {len(outputs)}",
        *inputs,
        *(_look(path)[0] for path in outputs),
    ]
    body = "\n".join(lines) + "\n"
    beside = _stamp_file(root) + ".tmp"
    with open(beside, "w", encoding="utf-8") as file:
        file.write(f"{body}{_sum(body)}\n")
    os.replace(beside, _stamp_file(root))


def forget(root: str) -> None:
    """Before a build touches anything: what the stamp says is no longer sure."""
    try:
        os.unlink(_stamp_file(root))
    except OSError:
        return


def _understand(arguments: list[str]) -> tuple[str | None, bool]:
    rest, folder = list(arguments), "."
    above = True
    if len(rest) >= 2 and rest[0] == "-C":
        folder, above = rest[1], False
        rest = rest[2:]
    if rest not in (["build"], ["build", "--json"]):
        return None, False
    return (folder if not above else "", "--json" in rest)


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


def _stamp_file(root: str) -> str:
    return f"{root}/.gleanings/unchanged"


def _check(text: str, root: str, now: float) -> tuple[int, int] | None:
    """Numbers of pages and files where everything stands as the stamp says."""
    body, _, last = text.rstrip("\n").rpartition("\n")
    lines = body.split("\n")
    if len(lines) < 5 or last != _sum(f"{body}\n") or lines[0] != _VERSION:
        return None
    if lines[1] != _program() or lines[2] != root:
        return None
    since, until = lines[3].split(" ")
    if now < float(since) or (until != "None" and now >= float(until)):
        return None
    for line in lines[5:]:
        if _look(line[line.index(" /") + 1 :])[0] != line:
            return None
    pages, files = lines[4].split(" ")
    return int(pages), int(files)


def _look(path: str) -> tuple[str, int]:
    """The system's record of a file or folder as a line, and when it last changed (nanoseconds)."""
    try:
        there = os.stat(path)
    except OSError:
        return f"- {path}", 1
    record = (there.st_mode, there.st_ino, there.st_dev, there.st_size, there.st_mtime_ns, there.st_ctime_ns)
    return f"{' '.join(map(str, record))} {path}", there.st_ctime_ns


def _inputs(root: str) -> Iterator[str | None]:
    """Every file and folder that decides the output; None where that cannot be told (a linked folder)."""
    yield f"{root}/site.yaml"
    yield f"{root}/feeds.yaml"
    theme = f"{_PACKAGE}/_theme"
    if not os.path.isdir(theme):
        theme = os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "templates")
    for folder in (f"{root}/content", f"{root}/templates", theme, _PACKAGE):
        yield folder
        for place, folders, files in os.walk(folder):
            folders[:] = sorted(name for name in folders if name not in _SKIPPED)
            for name in folders:
                path = f"{place}/{name}"
                yield None if os.path.islink(path) else path
            for name in sorted(files):
                yield f"{place}/{name}"
    # Installing another version of a library renames folders in here.
    yield os.path.dirname(os.__file__)
    for path in sys.path:
        if path.endswith("-packages") and os.path.isabs(path):
            yield path


def _program() -> str:
    return f"{sys.hexversion} {_PACKAGE}"


def _sum(text: str) -> str:
    from binascii import crc32

    return str(crc32(text.encode()))


def _is_locked(root: str) -> bool:
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

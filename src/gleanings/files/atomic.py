"""Whole files or none: a kill at any moment leaves the old file or the new one."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from gleanings.patterns import later
from gleanings.problems import FileChanged, GleaningsError

_BESIDE = later(r"\..+\.[0-9a-f]{8}\.tmp")
"""A file on its way to its place."""


def write_bytes(path: Path, content: bytes) -> bool:
    """Make `path` hold `content`; returns False, and writes nothing, where it already does.

    Missing folders are made. A symbolic link stays one and its target is replaced; the mode of an old file is kept.
    Raises GleaningsError where the system refuses (no space, no permission).
    """
    target = path.resolve() if path.is_symlink() else path
    try:
        if _holds(target, content):
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, content)
    except OSError as error:
        raise GleaningsError(f"{path} cannot be written: {error.strerror}") from error
    return True


def replace_text(path: Path, *, before: bytes, after: bytes) -> None:
    """Replace a person's file, provided that it still holds `before` (b"" with no file counts as not there).

    Raises FileChanged where it does not, GleaningsError where the system refuses.
    """
    now = path.read_bytes() if path.exists() else b""
    if now != before:
        raise FileChanged(f"{path} was changed by another program meanwhile; nothing was written (try again)")
    write_bytes(path, after)


def clear_up(folder: Path, *, below: bool = True) -> None:
    """Remove what a killed run left beside the files in a folder, and `below` it; nobody else may be writing. What
    the system keeps does no harm."""
    for here, folders, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and _BESIDE.fullmatch(name):
                with contextlib.suppress(OSError):
                    Path(here, name).unlink()
        if not below:
            folders.clear()


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def _replace(target: Path, content: bytes) -> None:
    beside = target.with_name(f".{target.name[:80]}.{os.urandom(4).hex()}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise

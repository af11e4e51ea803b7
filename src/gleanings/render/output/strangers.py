"""Files that stand where an output has to and that no build wrote of which we know: a person may want them back.

choose_places → noted in the journal → keep_strangers, so that the next build tells of what a killed one moved
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path

from gleanings.problems import GleaningsError


def choose_places(strangers: Iterable[str], kept: Path) -> dict[str, str]:
    """Where each of the files at these paths can be kept, in a new folder of `kept`: place below `kept` → path."""
    # Others may have made room before.
    folder = next(str(number) for number in count(1) if not os.path.lexists(kept / str(number)))
    return {f"{folder}/{path}": path for path in strangers}


def keep_strangers(places: dict[str, str], out: Path, kept: Path) -> None:
    """Move files of the folder `out` to their places in `kept`. Raises GleaningsError for one that cannot be moved,
    and OSError where there can be no such place."""
    for place, path in places.items():
        target = kept / place
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _move(out / path, target)
        except OSError as error:
            with suppress(OSError):
                os.removedirs(target.parent)
            finding = f"{out / path} has to make room, but cannot be moved to {target}: {error.strerror}"
            raise GleaningsError(f"{finding} (move it away)") from error


def _move(file: Path, target: Path) -> None:
    try:
        file.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _move_to_another_disk(file, target)


def _move_to_another_disk(file: Path, target: Path) -> None:
    if not file.is_symlink() and not file.is_file():
        raise GleaningsError(f"{file} is no file, but a page has to stand there (move it away)")
    try:
        shutil.copy2(file, target, follow_symlinks=False)
        file.unlink()
    except OSError:
        # It stays where it is: the next build would leave another copy.
        target.unlink(missing_ok=True)
        raise

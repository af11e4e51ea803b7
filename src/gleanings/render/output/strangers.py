"""Files that stand where an output has to and that no build wrote of which we know: a person may want them back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from itertools import count
from pathlib import Path


def keep_strangers(paths: Iterable[str], out: Path, kept: Path) -> dict[str, Path]:
    """Move the files that stand in `out` at these paths into a new folder in `kept`; returns where each of them is
    now. Raises OSError."""
    if not out.is_dir() or not any(out.iterdir()):
        return {}
    strangers = [path for path in paths if (out / path).is_symlink() or (out / path).is_file()]
    # Others may have made room before.
    folder = next(place for number in count(1) if not os.path.lexists(place := kept / str(number)))
    moved = {path: folder / path for path in strangers}
    for path, place in moved.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(out / path, place)
    return moved

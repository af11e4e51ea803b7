"""The ground on which outputs will stand: what cannot work is found before anything is touched.

Looked at are the folders of outputs that will be written or removed, and nothing else of the output folder.
"""

# pathlib is slow where there are thousands of files:
# ruff: noqa: PTH112, PTH114

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from stat import S_ISDIR, S_ISLNK

from gleanings.problems import GleaningsError


class Ground:
    """An output folder, and what is known of the folders in it."""

    def __init__(self, out: Path, removed: Collection[str], sources: Iterable[Path]) -> None:
        """`removed` are paths of files that will be taken away first; no link may lead to the folders `sources`."""
        self._out = out
        self._removed = removed
        self._taken = [Path(os.path.realpath(folder)) for folder in (out, *sources)]
        self._links: set[str] = set()
        self._known: dict[str, bool] = {"": os.path.isdir(out)}

    def try_gone(self, paths: Iterable[str]) -> None:
        """Look for outputs that are no more. Raises GleaningsError where one lies behind a link that leads to what is
        no output."""
        folders = {
            "/".join(parts[:depth]) for parts in (path.split("/") for path in paths) for depth in range(1, len(parts))
        }
        for place in (f"{self._out}/{folder}" for folder in sorted(folders)):
            if os.path.islink(place) and os.path.isdir(place):
                self._try_link(place)

    def try_page(self, path: str) -> os.stat_result | None:
        """What stands where this output has to, as the system knows it; None where nothing does. Raises
        GleaningsError where the output cannot be written there, and OSError."""
        if not self._has_folder(path.rpartition("/")[0]):
            return None
        there = _look_at(f"{self._out}/{path}")
        if there is None or not S_ISDIR(there.st_mode):
            return there
        if not self._will_be_gone(path):
            raise GleaningsError(f"{self._out}/{path} is a folder, but a page has to stand there (move it away)")
        return None

    def _has_folder(self, folder: str) -> bool:
        """Whether it is there already, and will be."""
        known = self._known.get(folder)
        if known is None:
            known = self._known[folder] = self._has_folder(folder.rpartition("/")[0]) and self._is_folder(folder)
        return known

    def _is_folder(self, path: str) -> bool:
        place = f"{self._out}/{path}"
        there = _look_at(place)
        if there is None or (path in self._removed and not S_ISDIR(there.st_mode)):
            return False
        if S_ISLNK(there.st_mode):
            self._try_link(place)
        elif not S_ISDIR(there.st_mode):
            raise GleaningsError(f"{place} is no folder, but a page has to stand in it (move it away)")
        return True

    def _try_link(self, place: str) -> None:
        if place in self._links:
            return
        if not os.path.isdir(place):
            raise GleaningsError(f"{place} leads to no folder, but a page has to stand in it (take the link away)")
        there = Path(os.path.realpath(place))
        if any(there.is_relative_to(taken) or taken.is_relative_to(there) for taken in self._taken):
            raise GleaningsError(f"{place} leads to {there}, which is no place for its pages (take the link away)")
        # Another link to the same folder would make two outputs one file.
        self._taken.append(there)
        self._links.add(place)

    def _will_be_gone(self, folder: str) -> bool:
        """Whether all that is in a folder will be removed, and with it the folder."""
        start = len(f"{self._out}/")
        for here, folders, names in os.walk(f"{self._out}/{folder}"):
            place = here[start:]
            if any(f"{place}/{name}" not in self._removed for name in names):
                return False
            if any(os.path.islink(f"{here}/{name}") for name in folders):
                return False
            if not folders and not names and not any(path.startswith(f"{place}/") for path in self._removed):
                return False
        return True


def _look_at(place: str) -> os.stat_result | None:
    try:
        return os.lstat(place)
    except FileNotFoundError:
        return None

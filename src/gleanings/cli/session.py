"""What a command is given: the site it works on, and the clock."""

from __future__ import annotations

import os
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gleanings.problems import UsageError
from gleanings.project import Project, find_project


class Session:
    """One run of the command line."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def project(self) -> Project:
        """The site: the folder given with -C, else the nearest folder upwards. Raises SiteMissing."""
        return find_project(self._folder or Path(), search_upwards=self._folder is None)

    def path(self, written: str) -> Path:
        """A path as a person wrote it on the command line, relative to -C DIR or the current folder."""
        return (self._folder or Path.cwd()).absolute() / Path(written)

    @property
    def rehearses(self) -> bool:
        """Whether another present stands in for the real one."""
        return bool(os.environ.get("GLEANINGS_NOW"))

    def now(self) -> datetime:
        """The present, aware, UTC; `GLEANINGS_NOW` (RFC 3339) stands in for it in rehearsals and tests."""
        written = os.environ.get("GLEANINGS_NOW")
        if not written:
            return datetime.now(UTC)
        try:
            moment = datetime.fromisoformat(written)
            if not MINYEAR < moment.year < MAXYEAR:
                raise OverflowError  # it may be another year elsewhere, and the calendar has none
        except (ValueError, OverflowError):
            raise UsageError(f"GLEANINGS_NOW is {written!r} (write it like 2026-11-20T12:00:00+00:00)") from None
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)

    def today(self, timezone: str) -> date:
        """Today in `timezone`, a name of the IANA database."""
        return self.now().astimezone(ZoneInfo(timezone)).date()

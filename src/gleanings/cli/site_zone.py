"""The zone whose days are the site's."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from gleanings.problems import ProblemsFound
from gleanings.project import Project
from gleanings.settings import read_site


def read_zone(project: Project) -> tzinfo:
    """The zone that site.yaml names; a broken site.yaml, which `check` tells, keeps nobody from the inbox: UTC."""
    try:
        return ZoneInfo(read_site(project)[0].timezone)
    except ProblemsFound:
        return UTC

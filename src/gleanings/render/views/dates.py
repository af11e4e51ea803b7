"""Dates as a page shows them and as a machine reads them; no locale of the machine is asked."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from gleanings.patterns import later
from gleanings.values import Value

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_ISO = later(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?$")


class Shown(Value, kw_only=True):
    """A date twice: for people and for the `datetime` attribute."""

    text: str
    """`30 November 2026`, `November 2026` or `2026`, as precise as it is known."""
    machine: str
    """ISO 8601 at the same precision; with a time and zone where there is one."""
    year: str


def show_date(day: date) -> Shown:
    """A day, or the day of a moment (the moment is kept for machines)."""
    machine = day.isoformat(timespec="seconds") if isinstance(day, datetime) else day.isoformat()
    return Shown(text=f"{day.day} {MONTHS[day.month - 1]} {day.year}", machine=machine, year=f"{day.year:04}")


@lru_cache(maxsize=4096)
def show_written(text: str | None) -> Shown | None:
    """A date as a person wrote it (ISO at any precision); what is none is shown as it is, and None stays None."""
    if not text:
        return None
    found = _ISO.match(text.strip())
    if not found or (found[2] and not 1 <= int(found[2]) <= 12):
        return Shown(text=text, machine="", year="")
    year, month, day = found.groups()
    if not month:
        return Shown(text=year, machine=year, year=year)
    name = MONTHS[int(month) - 1]
    if not day:
        return Shown(text=f"{name} {year}", machine=f"{year}-{month}", year=year)
    return Shown(text=f"{int(day)} {name} {year}", machine=f"{year}-{month}-{day}", year=year)

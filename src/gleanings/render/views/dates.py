"""Dates as a page shows them and as a machine reads them; no locale of the machine is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from gleanings.model import Entry, Roundup
from gleanings.patterns import later
from gleanings.values import Value

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_ISO = later(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?$")

_COARSE = later(r"\d{4}(-\d\d)?")


class Shown(Value, kw_only=True):
    """A date twice: for people and for the `datetime` attribute."""

    text: str
    """`30 November 2026`, `November 2026` or `2026`, as precise as it is known."""
    machine: str
    """ISO 8601 at the same precision; with a time and zone where there is one."""
    year: str


def show_date(day: date) -> Shown:
    """A day, or the day of a moment (the moment is kept for machines)."""
    machine = fixed(day).isoformat(timespec="seconds") if isinstance(day, datetime) else day.isoformat()
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


def fixed(moment: datetime) -> datetime:
    """The same moment, at whole minutes from UTC: RFC 822, RFC 3339 and HTML know no seconds there, which zones had
    until 1972. Such a zone is not looked up again and again either."""
    offset = moment.utcoffset() or timedelta()
    if not offset.seconds % 60:
        return moment.replace(tzinfo=timezone(offset))
    # Up to the next minute, so that midnight stays on its day.
    return moment.astimezone(timezone(timedelta(minutes=-(-offset // timedelta(minutes=1)))))


def last_change(roundup: Roundup) -> datetime:
    """When a roundup last changed: as its file says, or by a dated correction that is younger."""
    correction = latest_update(roundup.walk_entries(), roundup.date.tzinfo)
    return max(moment for moment in (roundup.date, roundup.updated, correction) if moment)


def latest_update(entries: Iterable[Entry], zone: tzinfo | None) -> datetime | None:
    """The newest dated correction of any of the entries."""
    moments = (_moment_of(update.date, zone) for entry in entries for update in entry.updates if update.date)
    return max((moment for moment in moments if moment), default=None)


def _moment_of(written: str, zone: tzinfo | None) -> datetime | None:
    """The first moment of a date at any precision; without a zone of its own it is the site's."""
    text = written.strip()
    text += "-01" * (2 - text.count("-")) if _COARSE.fullmatch(text) else ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)

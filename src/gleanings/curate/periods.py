"""Names, periods, addresses: what a roundup's file name says.

`2026-11` month, `2026-w47` ISO week, `2026-11-20` day, `2026` year, each with an optional `-word` behind it where a
period has two; or any slug.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import quote

from gleanings.model import PeriodKind
from gleanings.patterns import later
from gleanings.values import Value

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

YEARS = range(1900, 2200)
"""Years that a reading list can be of; others are slips of the finger."""
_WEEK = later(r"(\d{4})-[wW](\d{1,2})(?:-(.+))?", re.ASCII)
_DAY = later(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:-(.+))?", re.ASCII)
_MONTH = later(r"(\d{4})-(\d{1,2})(?:-(.+))?", re.ASCII)
_YEAR = later(r"(\d{4})(?:-(.+))?", re.ASCII)
PART = r"(?!\.+\Z)[\w.~-]+"
"""One part of an address; dots alone would lead elsewhere."""
_SLUG = later(PART)
_PLAIN = "/!$&'()*+,;=:@"
"""What an address may hold as it is, besides letters and digits (RFC 3986, pchar)."""
_FIELD = later(r"\{(month|mon|yy|year|week|day|date|number|title)(?::0?(\d))?\}")


class NoPeriod(ValueError):
    """A file name looks like a period and is none, or cannot be part of an address; says why and the cure."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure


class Period(Value, kw_only=True):
    """What the last part of a roundup's name means."""

    kind: PeriodKind
    first: date | None = None
    """None where the name is a slug."""
    last: date | None = None
    parts: tuple[str, ...]
    """Of the address: ("2026", "11")."""


def parse_period(stem: str) -> Period:
    """The period that a file's name without folder and `.yaml` stands for. Raises NoPeriod."""
    if found := _WEEK.fullmatch(stem):
        return _week(stem, found)
    if found := _DAY.fullmatch(stem):
        return _day(stem, found)
    if found := _MONTH.fullmatch(stem):
        return _month(stem, found)
    if (found := _YEAR.fullmatch(stem)) and int(found[1]) in YEARS:
        return _year(found)
    if not _SLUG.fullmatch(stem):
        raise NoPeriod(f'the file\'s name "{stem}" cannot be part of an address', "use letters, digits and hyphens")
    return Period(kind="none", parts=(stem.lower(),))


def _week(stem: str, found: re.Match[str]) -> Period:
    year, week = _sensible_year(stem, found), int(found[2])
    try:
        first = date.fromisocalendar(year, week, 1)
    except ValueError:
        raise NoPeriod(
            f'"{stem}" looks like a week, and {year} has no week {week}',
            f"weeks of {year} run from w01 to w{_weeks(year)}",
        ) from None
    _insist(stem, found[2], f"{year}-w{week:02}")
    return Period(
        kind="week", first=first, last=first + timedelta(days=6), parts=(found[1], f"w{week:02}", *_word(found[3]))
    )


def _day(stem: str, found: re.Match[str]) -> Period:
    year = _sensible_year(stem, found)
    try:
        day = date(year, int(found[2]), int(found[3]))
    except ValueError:
        raise NoPeriod(f'"{stem}" looks like a day and is in no calendar', "name it like 2026-11-20") from None
    _insist(stem, found[2], day.isoformat())
    _insist(stem, found[3], day.isoformat())
    return Period(kind="day", first=day, last=day, parts=(found[1], found[2], found[3], *_word(found[4])))


def _month(stem: str, found: re.Match[str]) -> Period:
    year, month = _sensible_year(stem, found), int(found[2])
    if not 1 <= month <= 12:
        raise NoPeriod(f'"{stem}" looks like a month, and there is no month {found[2]}', "months run from 01 to 12")
    _insist(stem, found[2], f"{year}-{month:02}")
    last = date(year, month + 1, 1) - timedelta(days=1) if month < 12 else date(year, 12, 31)
    return Period(kind="month", first=date(year, month, 1), last=last, parts=(found[1], found[2], *_word(found[3])))


def _year(found: re.Match[str]) -> Period:
    year = int(found[1])
    return Period(kind="year", first=date(year, 1, 1), last=date(year, 12, 31), parts=(found[1], *_word(found[2])))


def _sensible_year(stem: str, found: re.Match[str]) -> int:
    year = int(found[1])
    if year not in YEARS:
        raise NoPeriod(
            f'"{stem}" looks like a period outside the years {YEARS[0]} to {YEARS[-1]}',
            "correct its year, or name it otherwise and give it a date",
        )
    return year


def _insist(stem: str, digits: str, proper: str) -> None:
    if len(digits) != 2:
        raise NoPeriod(f'"{stem}" writes a period with one digit', f"name it like {proper}")


def _word(word: str | None) -> tuple[str, ...]:
    if word is None:
        return ()
    if not _SLUG.fullmatch(word):
        raise NoPeriod(
            f'the word "{word}" in the file\'s name cannot be part of an address', "use letters, digits and hyphens"
        )
    return (word.lower(),)


def _weeks(year: int) -> int:
    """52 or 53: the 28th of December is always in the last week."""
    return date(year, 12, 28).isocalendar().week


def address_of(series: str, parts: tuple[str, ...]) -> str:
    """The site-absolute address of a roundup: its folder, unless that is `main`, and the parts of its name."""
    folder = () if series == "main" else (series,)
    return f"/{encode('/'.join((*folder, *parts)))}/"


def encode(path: str) -> str:
    """A path as part of an address, percent-encoded where it must be."""
    return quote(path, safe=_PLAIN)


def period_name(kind: PeriodKind, day: date) -> str:
    """The name of the period of that kind in which `day` lies: `2026-11`, `2026-w47`, `2026-11-20`, `2026`."""
    match kind:
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year:04}-w{week:02}"
        case "day":
            return day.isoformat()
        case "year":
            return f"{day.year:04}"
        case _:
            return f"{day.year:04}-{day.month:02}"


_CADENCES: Mapping[str, PeriodKind] = {
    "weekly": "week",
    "week": "week",
    "daily": "day",
    "day": "day",
    "yearly": "year",
    "annual": "year",
    "year": "year",
}


def kind_of_cadence(cadence: str) -> PeriodKind:
    """Which period a series' new roundups are named for; months where the cadence says nothing else."""
    return _CADENCES.get(cadence.casefold(), "month")


def fill_pattern(pattern: str, *, period: Period, day: date, number: int | None, series_title: str) -> str:
    """A title from a series' pattern; whatever is not a known field stays as written.

    `{week}` is the ISO week of the period, or of `day`, and `{date}` is `day`, as ISO 8601 writes it.
    """
    start = period.first or day
    shown = day if period.kind in ("none", "day", "week") else start
    fields: dict[str, str | int] = {
        "month": MONTHS[start.month - 1],
        "mon": MONTHS[start.month - 1][:3],
        "yy": f"{shown.year % 100:02}",
        "year": f"{start.isocalendar().year if period.kind == 'week' else start.year}",
        "week": start.isocalendar().week,
        "day": day.day,
        "date": day.isoformat(),
        "number": "" if number is None else number,
        "title": series_title,
    }

    def fill(found: re.Match[str]) -> str:
        value = fields[found[1]]
        return f"{value:0{found[2]}d}" if found[2] and isinstance(value, int) else str(value)

    return _FIELD.sub(fill, pattern)


def default_pattern(kind: PeriodKind) -> str:
    """The pattern of titles where the series gives none."""
    match kind:
        case "month":
            return "{month} {year}"
        case "week":
            return "Week {week}, {year}"
        case "day":
            return "{day} {month} {year}"
        case "year":
            return "{year}"
        case _:
            return "{title}"

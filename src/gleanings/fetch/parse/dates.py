"""Dates as feeds really write them → an instant in UTC, or nothing; never a guess."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from gleanings.fetch.parse.parsed import Precision
from gleanings.patterns import later
from gleanings.values import Value


class ParsedDate(Value, kw_only=True):
    when: datetime
    """Aware, UTC. A day, month or year is its first instant, in UTC: no zone moves it to the day before."""
    precision: Precision = "time"
    day: date | None = None
    """Of a time: the day as it was written, in its own zone; None where seconds were counted."""
    flags: tuple[str, ...] = ()
    """`zone-assumed`: no zone was written. `zone-ignored`: the zone is impossible and was read as UTC."""


EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""Further in the future nothing is believed; clocks differ by hours, not by days."""

_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2,
    "met": 1, "mest": 2, "eet": 2, "eest": 3, "msk": 3, "msd": 4, "sast": 2, "ist": 5.5, "pkt": 5, "sgt": 8, "hkt": 8,
    "cst": -6, "cdt": -5, "est": -5, "edt": -4, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8,
    "hst": -10, "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "brt": -3, "art": -3, "jst": 9, "kst": 9, "awst": 8,
    "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
"""Hours east of Greenwich. RFC 822's American names, and what feeds use beside them; IST is India, CST is America."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv januar jänner jän enero ene janeiro gennaio januari января январь янв januára",
            "february feb februar février févr fevrier febrero fevereiro febbraio februari февраля февраль februára",
            "march mar märz mär maerz mrz mars marzo março marco maart mrt марта март мар marca",
            "april apr avril avr abril abr aprile апреля апрель апр apríla",
            "may mai mayo maio maggio mag mei мая май mája",
            "june jun juin juni junio junho giugno giu июня июнь июн júna",
            "july jul juillet juil juli julio julho luglio lug июля июль июл júla",
            "august aug août aout agosto ago augustus августа август авг augusta",
            "september sep sept septembre septiembre setembro set settembre сентября сентябрь сен сент septembra",
            "october oct octobre oktober okt octubre outubro out ottobre ott октября октябрь окт októbra",
            "november nov novembre noviembre novembro ноября ноябрь ноя нояб novembra",
            "december dec décembre decembre déc dezember dez diciembre dic dezembro dicembre декабря декабрь дек",
        ),
        1,
    )
    for name in names.split()
}
"""Month names in English, German, French, Spanish, Portuguese, Italian, Dutch, Russian and Slovak."""

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?(?![a-z]))?"
_ZONE = (
    r"\s*(?P<zone>[+\-−]\d{1,2}:?\d{2}|[+\-−]\d{1,2}|[a-z][a-z_]*(?:/[a-z_+\-0-9/]+)?(?:[+\-]\d{1,2}:?\d{0,2})?)?"
    r"(?:\s*[(\[][^()\[\]]*[)\]])?"
)
_TIME = rf"(?:(?:\s*[,tà@\-]?\s*|\s+(?:at|um|à|kl\.?|o)\s+){_CLOCK}{_ZONE})?"


def _written(day: str) -> re.Pattern[str]:
    return later(rf"{day}{_TIME}\s*", re.I)


_ISO = _written(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_COMPACT = later(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:[.,]\d+)?)?"
    + _ZONE,
    re.I,
)
_DAY_FIRST = _written(
    r"(?:[^\W\d]+\.?,?\s*)?(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?[\s\-/]*(?:de\s+)?(?P<name>[^\W\d]+)\.?,?"
    r"[\s\-/]*(?:de\s+|г\.?\s*)?(?P<year>\d{4}|\d{2}(?!\d))(?:\s*г\.?)?,?"
)
_MONTH_FIRST = _written(
    r"(?:[^\W\d]+\.?,?\s+)??(?P<name>[^\W\d]+)\.?\s*(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!:),?"
)
_UNIX_DATE = later(
    r"(?:[^\W\d]+\s+)?(?P<name>[^\W\d]+)\s+(?P<day>\d{1,2})\s+"
    + _CLOCK
    + r"\s*(?P<zone>[a-z]{1,5}|[+\-]\d{4})?\s*(?P<year>\d{4})",
    re.I,
)
_CJK = later(
    r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일号]"
    r"(?:\s*(?:\([^()]*\)|[^\W\d]+)?\s*" + _CLOCK + _ZONE + r")?\s*",
    re.I,
)
_NUMERIC = _written(r"(?P<first>\d{1,2})[-/.](?P<second_part>\d{1,2})[-/.](?P<year>\d{4}),?")
_SHAPES = (_ISO, _COMPACT, _DAY_FIRST, _MONTH_FIRST, _UNIX_DATE, _CJK)
_PERIOD = later(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?")
_ORDINAL = later(r"(?P<year>\d{4})-(?P<nth>\d{3})")
_LABEL = later(r"(?:published|posted|updated|date|on|created|veröffentlicht|publié)(?:\s+on)?\s*:?\s+", re.I)


def parse_date(text: str | None, *, now: datetime) -> ParsedDate | None:
    """The instant a feed's date means; None where it is none, ambiguous, or outside 1990 … a day from `now`.

    A time without a zone is read as UTC, and flagged. Never raises.
    """
    written = _tidy(text)
    if not written or len(written) > 120:
        return None
    for reader in (_read_number, _read_period, _read_ordinal, _read_shapes, _read_numeric):
        try:
            found = reader(written)
        except (ValueError, OverflowError):
            return None
        if found is not None:
            return found if EARLIEST <= found.when <= now + AHEAD else None
    return None


def is_ahead(text: str | None, *, now: datetime) -> bool:
    """True for a date that reads well but lies further ahead than is believed."""
    return parse_date(text, now=now) is None and parse_date(text, now=now + timedelta(days=36500)) is not None


def _tidy(text: str | None) -> str:
    """Without references, CDATA marks, labels and doubled spaces."""
    written = (text or "")[:400].replace("<![CDATA[", "").replace("]]>", "")
    written = re.sub(r"&(?:nbsp|#160|#xa0);|<[^<>]*>|[\u200e\u200f\ufeff]", " ", written, flags=re.I)
    written = " ".join(written.split())
    return _LABEL.sub("", written, count=1) if _LABEL.match(written) else written


def _read_number(text: str) -> ParsedDate | None:
    """Seconds or milliseconds since 1970. Epoch zero is a placeholder, and far too small anyway."""
    if not re.fullmatch(r"\d{9,10}(?:\.\d+)?|\d{12,13}", text):
        return None
    seconds = float(text) / (1000 if len(text.partition(".")[0]) > 10 else 1)
    return ParsedDate(when=datetime.fromtimestamp(int(seconds), UTC))


def _read_period(text: str) -> ParsedDate | None:
    match = _PERIOD.fullmatch(text)
    if not match:
        return None
    month = match["month"]
    when = datetime(int(match["year"]), int(month or 1), 1, tzinfo=UTC)
    return ParsedDate(when=when, precision="month" if month else "year")


def _read_ordinal(text: str) -> ParsedDate | None:
    """ISO 8601's day of the year: 2025-177."""
    match = _ORDINAL.fullmatch(text)
    if not match:
        return None
    year, nth = int(match["year"]), int(match["nth"])
    when = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=nth - 1)
    if when.year != year:
        raise ValueError(text)
    return ParsedDate(when=when, precision="day")


def _read_shapes(text: str) -> ParsedDate | None:
    for shape in _SHAPES:
        match = shape.fullmatch(text)
        if match:
            parts = match.groupdict()
            month = _MONTHS.get(parts["name"].lower()) if "name" in parts else int(parts["month"])
            if month is not None:
                return _build(_full_year(parts["year"]), month, int(parts["day"]), parts)
    return None


def _read_numeric(text: str) -> ParsedDate | None:
    """Day and month as numbers: only where no other reading is possible."""
    match = _NUMERIC.fullmatch(text)
    if not match:
        return None
    first, second = int(match["first"]), int(match["second_part"])
    dotted = "." in text[: match.start("year")]
    if second > 12:
        day, month = second, first
    elif first > 12 or dotted or first == second:
        day, month = first, second
    else:
        return None
    return _build(int(match["year"]), month, day, match.groupdict())


def _full_year(written: str) -> int:
    """RFC 5322 §4.3 reads 00–49 as 20xx; feeds are younger, so that 68 is the limit of POSIX."""
    year = int(written)
    if len(written) > 2:
        return year
    return year + (2000 if year < 69 else 1900)


def _build(year: int, month: int, day: int, parts: dict[str, str | None]) -> ParsedDate:
    """Raises ValueError for what the calendar or the clock does not have."""
    if parts.get("hour") is None:
        return ParsedDate(when=datetime(year, month, day, tzinfo=UTC), precision="day")
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(half)
        hour = hour % 12 + (12 if half == "p" else 0)
    later = timedelta()
    if (hour, minute, second) == (24, 0, 0):
        hour, later = 0, timedelta(days=1)
    local = datetime(year, month, day, hour, minute, 59 if second == 60 else second) + later
    offset, flags = _find_zone(parts.get("zone"))
    return ParsedDate(when=local.replace(tzinfo=offset).astimezone(UTC), day=local.date(), flags=flags)


def _find_zone(written: str | None) -> tuple[tzinfo, tuple[str, ...]]:
    """The zone and what is to be said about it."""
    if not written:
        return UTC, ("zone-assumed",)
    name = written.lower().replace("−", "-")
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name])), ()
    match = re.fullmatch(r"(?:[a-z]{2,5})?([+-])(\d{1,2}):?(\d{2})?", name)
    if match:
        hours, minutes = int(match[2]), int(match[3] or 0)
        if hours <= 14 and minutes < 60:
            offset = timedelta(hours=hours, minutes=minutes)
            return timezone(-offset if match[1] == "-" else offset), ()
        return UTC, ("zone-ignored",)
    if "/" in written:
        try:
            return ZoneInfo("/".join(part.title() if part.islower() else part for part in written.split("/"))), ()
        except (LookupError, ValueError, OSError):
            return UTC, ("zone-ignored",)
    return UTC, ("zone-ignored",)

"""A saved link, and what readers of all formats share: tags, moments, addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from gleanings.exchange.addresses import find_fault
from gleanings.patterns import later
from gleanings.values import Mutable, Value, field

_SEPARATORS = later(r"[,;|]")
_NUMBER = later(r"\d{9,17}(?:\.\d+)?")
_DAYS = ("%Y/%m/%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
_FORMS = tuple(f"{day}{time}" for day in _DAYS for time in ("", " %H:%M", " %H:%M:%S"))
_FIRST_YEAR = 1991
"""No page is older, and a date before that is a mistake."""


class SavedLink(Value, kw_only=True):
    """A link as another program kept it; its texts are as they came."""

    url: str
    title: str = ""
    saved: datetime | None = None
    """When; aware, UTC."""
    tags: tuple[str, ...] = ()
    note: str = ""
    """The person's own words."""
    summary: str = ""
    """The page's words."""
    to_read: bool = False
    """It was marked so, or was unread in a place for reading."""


class LeftOut(Value):
    """What could not be taken over."""

    place: str
    """Behind the file's name: `:12` is a line."""
    reason: str


class SavedLinks(Value, kw_only=True):
    """What a file holds, in its order."""

    links: tuple[SavedLink, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unread_dates: int = 0
    """How many links say when they were saved in a way that cannot be read."""


class Gathering(Mutable):
    """Links as they are found."""

    links: list[SavedLink] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unread_dates: int = 0

    def take(self, link: SavedLink, place: str, *, dated: bool = False) -> None:
        """Keep the link, if it leads into the web. It is `dated` where its file says something of when it came."""
        fault = find_fault(link.url) if link.url else "there is no address"
        if fault:
            self.leave_out(place, fault)
        else:
            self.links.append(link)
            self.unread_dates += dated and link.saved is None

    def leave_out(self, place: str, reason: str) -> None:
        self.left_out.append(LeftOut(place, reason))

    def done(self) -> SavedLinks:
        return SavedLinks(links=tuple(self.links), left_out=tuple(self.left_out), unread_dates=self.unread_dates)


def read_moment(written: str) -> datetime | None:
    """Seconds since 1970 (or thousandths, or millionths of them), a date or time of ISO 8601 or of a mail, a day as
    people write it; None for anything else, also where day and month may be either (`1/2/2026`)."""
    text = written.strip()
    try:
        if _NUMBER.fullmatch(text):
            seconds = float(text)
            while seconds > 1e11:
                seconds /= 1000
            moment = datetime.fromtimestamp(seconds, UTC)
        else:
            moment = _read_written(text.removesuffix(" UTC"))
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None


def _read_written(text: str) -> datetime:
    """Raises ValueError."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        for form in _FORMS:
            with suppress(ValueError):
                return datetime.strptime(text, form)
        return parsedate_to_datetime(text)


def read_tags(written: str, separator: str | None = None) -> tuple[str, ...]:
    """Tags in one text: a JSON list, or words with separators between them (of some usual ones, if none is given)."""
    text = written.strip()
    if text.startswith("["):
        try:
            return even_tags(str(tag) for tag in json.loads(text))
        except (ValueError, RecursionError):
            text = text.strip("[]").replace('"', "").replace("'", "")
    return even_tags(text.split(separator) if separator else _SEPARATORS.split(text))


def even_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each once in whatever case, without a leading `#` and spaces around it."""
    found: dict[str, str] = {}
    for tag in tags:
        if even := " ".join(tag.split()).lstrip("#").strip():
            found.setdefault(even.casefold(), even)
    return tuple(found.values())

"""A site as it was read: who it is, and all that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from gleanings.model import FeedsFile, Person, Place, PlainPage, Roundup
from gleanings.values import Value, field


class Series(Value, kw_only=True):
    key: str
    """`main`, or the folder's name."""
    title: str
    pattern: str | None = None
    """Title pattern with {month} {mon} {yy} {year} {week} {day} {date} {number} {number:02} {title}."""
    cadence: str | None = None
    intro: str | None = None
    style: str | None = None


class Goal(Value, kw_only=True):
    year: int
    count: int
    kind: str | None = None
    """None: any kind counts."""


class NavItem(Value, kw_only=True):
    title: str
    url: str
    """Site-absolute path or a full address."""


class FeedSettings(Value, kw_only=True):
    """How the feeds we publish are made."""

    limit: int = 20
    link: Literal["permalink", "external"] = "permalink"


class Site(Value, kw_only=True):
    """Everything in site.yaml."""

    title: str
    url: str
    """Absolute, ends with a slash; its path is the folder the site is served from."""
    author: Person
    email: str | None = None
    description: str = ""
    lang: str = "en"
    timezone: str = "UTC"
    """A name of the IANA database; decides which month it is."""
    series: tuple[Series, ...] = ()
    """`main` first; every folder with roundups has one."""
    goals: tuple[Goal, ...] = ()
    feeds: FeedSettings = field(default_factory=FeedSettings)
    look: Mapping[str, str] = field(default_factory=dict)
    nav: tuple[NavItem, ...] = ()
    rules: Mapping[str, Literal["error", "warning", "off"]] = field(default_factory=dict)

    def find_series(self, key: str) -> Series:
        """The series of that key; a folder that nobody declared is one by its own name."""
        return next((series for series in self.series if series.key == key), Series(key=key, title=key))


# ── everything together ──


class Appearance(Value, kw_only=True):
    """Where a work stands: one entry of one roundup."""

    roundup: str
    """Roundup.name."""
    anchor: str
    place: Place
    date: date


class Library(Value, kw_only=True):
    """All that was written, read and checked: what the renderer turns into pages."""

    site: Site
    roundups: tuple[Roundup, ...]
    """Oldest first: by date, then number, then name."""
    pages: tuple[PlainPage, ...] = ()
    feeds: FeedsFile = field(default_factory=FeedsFile)
    media: tuple[str, ...] = ()
    """Files below content/media/, as `media/…` paths, sorted."""
    works: Mapping[str, tuple[Appearance, ...]] = field(default_factory=dict)
    """Work identity → every entry that points at it, oldest first; see identity.work_key."""
    keys: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """Roundup.name → for each entry, in the order of the page, the identities of the works that it points at, its own
    first; see identity.work_key, which says the same of roundups that are missing here."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Roundup.name → a mark that changes with all that the roundup was read from."""

    def roundup(self, name: str) -> Roundup | None:
        """The roundup of that name, or None."""
        return next((roundup for roundup in self.roundups if roundup.name == name), None)

    def addresses(self) -> dict[str, str]:
        """Files below content/ → the addresses of their pages, so that a note may link to a file by its name."""
        roundups = {f"{roundup.name}.yaml": roundup.address for roundup in self.roundups}
        return roundups | {f"pages/{page.name}.md": page.address for page in self.pages}

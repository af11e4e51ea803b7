"""The frozen values that flow between the stages.

feeds.yaml → Feed → Candidate → inbox → (a person picks) → content/*.yaml → Entry → Roundup → Library → pages

Site and Library are in sites.py. Nothing here does I/O. A later step that knows more makes a new value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from gleanings.values import Value

State = Literal["new", "later", "picked", "skipped", "backlog"]
STATES: tuple[State, ...] = ("new", "later", "picked", "skipped", "backlog")

KINDS: tuple[str, ...] = (
    "paper", "article", "post", "repo", "tool", "book", "course", "video", "podcast",
    "talk", "thread", "dataset", "model", "newsletter",
)  # fmt: skip
"""What a work can be: the values of the key `kind`."""


# ── whom we read ──


class Place(Value, kw_only=True):
    """Where something stands in a person's file."""

    path: str
    """Relative to the site."""
    line: int
    """From 1."""
    column: int
    """From 1, in characters."""


class Feed(Value, kw_only=True):
    """A source in feeds.yaml."""

    url: str
    """As written, except that `feed:` is read as https."""
    title: str | None = None
    """The person's own name for it; without it the feed's own title is shown."""
    home: str | None = None
    """The site that belongs to the feed (`site:` in feeds.yaml), for the blogroll."""
    tags: tuple[str, ...] = ()
    section: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    public: bool = True
    interval_hours: int | None = None
    """A longer pause between looks than the default of one hour."""
    was: str | None = None
    """An earlier address of the same feed, whose history it carries on."""
    group: str | None = None
    """A heading on the blogroll; OPML folders become groups."""
    place: Place


class FeedsFile(Value, kw_only=True):
    """Everything in feeds.yaml, in the order written."""

    feeds: tuple[Feed, ...] = ()
    links: tuple[str, ...] = ()
    """Single pages that are read once into the inbox."""


# ── what waits in the inbox ──


class Candidate(Value, kw_only=True):
    """Something a feed or a link brought that waits for a person's judgement."""

    id: str
    """Short, lower case, stable for the life of the inbox; what `inbox` prints and `pick` takes."""
    state: State = "new"
    feed: str | None
    """The feed's address as in feeds.yaml; None for a single link."""
    url: str | None
    """The address to show: cleaned of tracking parameters, otherwise as published; see identity.display."""
    title: str
    """Plain text, never markup."""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    """Aware, UTC; None where the feed gave no usable date. Never invented."""
    published_precision: Literal["time", "day", "month", "year"] = "time"
    updated: datetime | None = None
    first_seen: datetime
    """Aware, UTC: when a fetch first brought it."""
    summary: str = ""
    """Plain text."""
    content: str = ""
    """Clean HTML, ready to stand in a page."""
    source: str | None = None
    """The publication's name: the feed's title, or the page's site name."""
    kind: str | None = None
    """One of KINDS."""
    lang: str | None = None
    """BCP 47."""
    discussion: str | None = None
    also_in: tuple[str, ...] = ()
    """Addresses of further feeds that carried the same work."""
    flags: tuple[str, ...] = ()
    """Short words about its quality: truncated, paid, repaired, no-title, zone-assumed …"""
    roundup: str | None = None
    """Where it was picked to."""


# ── what a person wrote ──


class Person(Value, kw_only=True):
    name: str
    url: str | None = None


class Link(Value, kw_only=True):
    """A further link of an entry, under its role; also a work in `also`."""

    url: str
    role: str = ""
    """`paper`, `code`, `video` …; an unknown role is shown as written; empty in `also`."""
    title: str | None = None
    authors: tuple[Person, ...] = ()
    note: str | None = None


class Quote(Value, kw_only=True):
    text: str
    """Markdown."""
    by: str | None = None
    url: str | None = None
    note: str | None = None
    """The person's comment under the quote; Markdown."""


class Image(Value, kw_only=True):
    src: str
    """Relative to content/, or absolute."""
    alt: str | None = None
    """None: not said (check warns). Empty: decorative."""
    caption: str | None = None


class Update(Value, kw_only=True):
    """A later correction."""

    note: str
    date: str | None = None
    """ISO, at the precision written."""


class Via(Value, kw_only=True):
    name: str | None = None
    url: str | None = None


class Entry(Value, kw_only=True):
    """One thing in a roundup. Every key is optional; `order` says in which order they were written."""

    place: Place
    anchor: str
    """Unique in its roundup and stable: the `id` written, else made from the title, the address or the words."""
    order: tuple[str, ...] = ()
    """The keys written, canonical names, in the order of the file: the parts appear on the page in this order."""

    url: str | None = None
    title: str | None = None
    """Inline Markdown without links or HTML."""
    label: str | None = None
    also: tuple[Link, ...] = ()
    authors: tuple[Person, ...] = ()
    source: str | None = None
    published: str | None = None
    """ISO at the precision written: `2024`, `2024-01`, `2024-01-05` or with a time."""
    kind: str | None = None
    lang: str | None = None
    note: str | None = None
    """Markdown. A bare sentence is an entry whose only part is its note."""
    thought: str | None = None
    quotes: tuple[Quote, ...] = ()
    links: tuple[Link, ...] = ()
    related: tuple[Entry, ...] = ()
    via: tuple[Via, ...] = ()
    tags: tuple[str, ...] = ()
    """As written, the section's default tags included."""
    pick: bool | str = False
    """The pick of the month; a sentence says why."""
    status: Literal["reading", "want"] | None = None
    read: str | None = None
    """The day it was read, ISO."""
    images: tuple[Image, ...] = ()
    updates: tuple[Update, ...] = ()
    again: bool | str = False
    archive: str | None = None
    bare: bool = False
    """Written as a bare link or a bare sentence."""
    blank: tuple[str, ...] = ()
    """Keys with nothing behind them: a note that waits for its words."""

    def walk(self) -> Iterator[Entry]:
        """This entry and all related ones below it, downwards."""
        yield self
        for child in self.related:
            yield from child.walk()

    def addresses(self) -> Iterator[str]:
        """Every work this very entry points at: its own, those of `also`, those of `links`."""
        if self.url:
            yield self.url
        for link in (*self.also, *self.links):
            yield link.url


class Section(Value, kw_only=True):
    """A titled group of entries; without a title a group with its own lead-in. Sections nest."""

    title: str | None = None
    anchor: str = ""
    """Unique in its roundup; empty without a title."""
    intro: str | None = None
    outro: str | None = None
    entries: tuple[Entry, ...] = ()
    sections: tuple[Section, ...] = ()
    style: str | None = None
    """`list`, `notes` or `articles`; None: the theme chooses."""
    place: Place | None = None

    def parts(self) -> Iterator[Entry | Section]:
        """Its own entries and the sections in it, in the order of the page."""
        yield from self.entries
        yield from self.sections

    def walk_entries(self) -> Iterator[Entry]:
        """Every entry in the section, subsections and related entries included, in the order of the page."""
        return _walk(self.parts())


def _walk(parts: Iterable[Entry | Section]) -> Iterator[Entry]:
    for part in parts:
        if isinstance(part, Section):
            yield from _walk(part.parts())
        elif part.related:
            yield from part.walk()
        else:
            yield part


def sections_stand_first(order: Sequence[str]) -> bool:
    """Whether `sections` was written above `entries`, by the keys of a roundup in their order."""
    return "sections" in order and "entries" in order and order.index("sections") < order.index("entries")


PeriodKind = Literal["month", "week", "day", "year", "none"]


class Roundup(Value, kw_only=True):
    """One published issue: one YAML file in content/."""

    name: str
    """The path below content/ without `.yaml`: `2026-11`, `weekly/2026-w47`."""
    path: str
    """The file, relative to the site: `content/2026-11.yaml`."""
    series: str
    """Key of its series: `main`, or the folder's name."""
    address: str
    """Site-absolute path with slashes at both ends: `/2026/11/`."""
    period: PeriodKind
    title: str
    """Inline Markdown; filled from the series' pattern where the file gives none."""
    subtitle: str | None = None
    date: datetime
    """Aware, in the site's zone. A date without a time is that day's 00:00 with `dated_by_day`."""
    dated_by_day: bool = True
    updated: datetime | None = None
    number: int | None = None
    summary: str | None = None
    intro: str | None = None
    entries: tuple[Entry, ...] = ()
    sections: tuple[Section, ...] = ()
    outro: str | None = None
    tags: tuple[str, ...] = ()
    style: str | None = None
    draft: bool = False
    aliases: tuple[str, ...] = ()
    """Old site-absolute paths that lead here."""
    cover: Image | None = None
    toc: bool | None = None
    """None: the theme chooses by length."""
    lang: str | None = None
    comments: str | bool | None = None
    """Where readers may answer, an address on the web or on this site; or whether they may."""
    author: Person | None = None
    order: tuple[str, ...] = ()
    """The keys written, in the order of the file."""

    @property
    def sections_first(self) -> bool:
        """Whether the sections stand above the entries."""
        return sections_stand_first(self.order)

    def parts(self) -> Iterator[Entry | Section]:
        """Its own entries and its outermost sections, in the order of the page."""
        first, then = (self.sections, self.entries) if self.sections_first else (self.entries, self.sections)
        yield from first
        yield from then

    def walk_entries(self) -> Iterator[Entry]:
        """Every entry, sections and related entries included, in the order of the page."""
        return _walk(self.parts())


class PlainPage(Value, kw_only=True):
    """A page from content/pages/*.md."""

    name: str
    """File name without `.md`, with folders."""
    path: str
    address: str
    title: str
    body: str
    """Markdown, front matter taken off."""
    summary: str | None = None
    lang: str | None = None
    aliases: tuple[str, ...] = ()
    draft: bool = False

"""What templates are given: frozen values that can load, save and fetch nothing.

Addresses in views are site-absolute (`/2026/11/#mixtral`; see addresses.py) unless a field says absolute. Prose is
`Markup`, finished HTML but for the marks that `assemble` settles on the whole page (footnotes, heading levels);
everything else is text that the templates escape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Literal

from markupsafe import Markup

from gleanings.render.prose.languages import direction
from gleanings.render.views.dates import Shown
from gleanings.values import Value

Style = Literal["list", "notes", "articles"]
"""How entries are set: `list` runs title and a short note into one line, `notes` puts the note under a title line,
`articles` makes each title a heading."""


class PersonView(Value, kw_only=True):
    name: str
    url: str | None = None
    """Their own page, as the person wrote it."""
    address: str | None = None
    """Our page about what was read of theirs, where there is one."""


class TagView(Value, kw_only=True):
    name: str
    """As written."""
    address: str


class LinkView(Value, kw_only=True):
    """A further link of an entry, or a further work of it (`also`)."""

    url: str
    role: str = ""
    """As written: `paper`, `code` …"""
    word: str = ""
    """The role as shown: `pdf` is `PDF`."""
    title: Markup | None = None
    authors: tuple[PersonView, ...] = ()
    note: Markup | None = None
    host: str = ""


class QuoteView(Value, kw_only=True):
    text: Markup
    by: str | None = None
    url: str | None = None
    host: str = ""
    note: Markup | None = None


class ImageView(Value, kw_only=True):
    src: str
    """Site-absolute, or absolute on another host."""
    alt: str
    """Empty where the picture is decorative, or where nobody said what it shows."""
    caption: Markup | None = None
    width: int | None = None
    """Pixels, where the file is ours."""
    height: int | None = None
    foreign: bool = False
    """On another host: shown without a referrer."""


class UpdateView(Value, kw_only=True):
    note: Markup
    date: Shown | None = None


class ViaView(Value, kw_only=True):
    name: str
    url: str | None = None


class SeenIn(Value, kw_only=True):
    """Another roundup in which the same work stands."""

    title: Markup
    address: str
    """With the entry's anchor."""
    date: Shown


PartKind = Literal["note", "thought", "quotes", "links", "via", "images", "updates", "related"]


class EntryView(Value, kw_only=True):
    """One entry as it stands in its roundup."""

    roundup: str
    """Roundup.name."""
    anchor: str
    address: str
    """`/2026/11/#anchor`."""
    permalink: str
    """The same, absolute."""
    date: Shown
    """Of the roundup."""
    url: str | None = None
    """The work; None where the entry has none."""
    host: str = ""
    """Of the work, for showing."""
    title: Markup | None = None
    """Inline HTML; None where the sentence carries the link, or where the person gave none."""
    text: str = ""
    """A name for the entry in plain text, never empty: the title, else the first words, else the host."""
    titleless: bool = False
    """No title line: the note itself links to the work, or the entry is a thought without a link. A label and further
    works then stand before the parts."""
    inline: bool = False
    """Title and note stand on one line."""
    brief: bool = False
    """No title line, and nothing but one paragraph, so that a list may have it as one of its lines."""
    label: str | None = None
    also: tuple[LinkView, ...] = ()
    authors: tuple[PersonView, ...] = ()
    source: str | None = None
    source_address: str | None = None
    published: Shown | None = None
    kind: str | None = None
    lang: str | None = None
    dir: Literal["rtl"] | None = None
    """`rtl` where the work's language is written from the right."""
    parts: tuple[tuple[PartKind, object], ...] = ()
    """(kind, value) in the order in which the keys were written; the value is the field of that name."""
    note: Markup | None = None
    thought: Markup | None = None
    quotes: tuple[QuoteView, ...] = ()
    links: tuple[LinkView, ...] = ()
    """In the steady order of roles, whatever the order written."""
    related: tuple[EntryView, ...] = ()
    via: tuple[ViaView, ...] = ()
    tags: tuple[TagView, ...] = ()
    pick: bool = False
    pick_reason: Markup | None = None
    status: Literal["reading", "want"] | None = None
    read: Shown | None = None
    images: tuple[ImageView, ...] = ()
    updates: tuple[UpdateView, ...] = ()
    archive: str | None = None
    also_in: tuple[SeenIn, ...] = ()
    again_reason: Markup | None = None

    def walk(self) -> Iterator[EntryView]:
        """This entry and all related ones below it, downwards."""
        yield self
        for child in self.related:
            yield from child.walk()


class SectionView(Value, kw_only=True):
    title: Markup | None = None
    text: str = ""
    """The title in plain text."""
    anchor: str = ""
    intro: Markup | None = None
    outro: Markup | None = None
    entries: tuple[EntryView, ...] = ()
    sections: tuple[SectionView, ...] = ()
    style: Style = "notes"

    def walk_entries(self) -> Iterator[EntryView]:
        for entry in self.entries:
            yield from entry.walk()
        for section in self.sections:
            yield from section.walk_entries()


class RoundupLine(Value, kw_only=True):
    """A roundup as one line of a list."""

    name: str
    address: str
    title: Markup
    text: str
    """The title in plain text."""
    date: Shown
    number: int | None = None
    works: int = 0
    first: tuple[str, ...] = ()
    """Names of its first works, plain text."""
    lang: str | None = None
    """None where it is the site's."""
    draft: bool = False
    waiting: bool = False
    """Of a day to come."""

    @property
    def dir(self) -> Literal["ltr", "rtl"]:
        """How `lang` is written."""
        return direction(self.lang) or "ltr"


class RoundupView(Value, kw_only=True):
    """A whole roundup."""

    name: str
    address: str
    permalink: str
    """Absolute."""
    series: str
    series_title: str
    series_address: str | None = None
    """None where there is only one series."""
    title: Markup
    text: str
    """The title in plain text."""
    subtitle: Markup | None = None
    date: Shown
    updated: Shown | None = None
    changed: Shown
    """The last of all its dates: that of the roundup, `updated`, those of corrections."""
    number: int | None = None
    summary: Markup | None = None
    description: str = ""
    """One or two plain sentences for search engines and link previews."""
    intro: Markup | None = None
    entries: tuple[EntryView, ...] = ()
    sections: tuple[SectionView, ...] = ()
    outro: Markup | None = None
    sections_first: bool = False
    """Whether `sections` was written before `entries`."""
    tags: tuple[TagView, ...] = ()
    style: Style = "notes"
    draft: bool = False
    waiting: bool = False
    """Of a day to come: shown in previews only, and marked."""
    cover: ImageView | None = None
    picture: ImageView | None = None
    """The one drawn for link previews, where that is done."""
    toc: bool = False
    lang: str | None = None
    comments: str | bool | None = None
    """Where readers may answer, an address; or whether they may, for a template of the site's own."""
    author: PersonView
    works: int = 0
    """How many entries with a work, related ones included."""
    words: int = 0
    minutes: int = 1
    """Reading time at 230 words a minute."""
    previous: RoundupLine | None = None
    next: RoundupLine | None = None

    def walk_entries(self) -> Iterator[EntryView]:
        """Every entry in the order of the page, related ones included."""
        own = (one for entry in self.entries for one in entry.walk())
        inner = (entry for section in self.sections for entry in section.walk_entries())
        yield from chain(inner, own) if self.sections_first else chain(own, inner)


class FeedLink(Value, kw_only=True):
    """One of our feeds, for autodiscovery and for the page about subscribing."""

    title: str
    address: str
    type: str
    """Media type."""
    format: str
    """`RSS`, `Atom`, `JSON Feed`."""


class NavView(Value, kw_only=True):
    title: str
    address: str


class SiteView(Value, kw_only=True):
    """Who we are; every template has it as `site`."""

    title: str
    url: str
    """Absolute, with a slash at the end."""
    description: str
    author: PersonView
    email: str | None
    lang: str
    nav: tuple[NavView, ...]
    feeds: tuple[FeedLink, ...]
    """Of the whole site: roundups and entries in three formats."""
    series: tuple[NavView, ...]
    """Title and page of each series, where there are several."""
    style_address: str
    """The stylesheet, with a mark that changes when it does."""
    theme_colours: Mapping[str, str]
    """`light` and `dark`: the grounds, for the browser's own frame."""


class PageView(Value, kw_only=True):
    """What the head of a page says; every page's template has it as `page`."""

    address: str
    canonical: str
    """Absolute."""
    title: str
    """Plain text; the site's own title is added to it where it is another."""
    description: str = ""
    kind: str
    """The template's name without its ending: `roundup`, `tag` …"""
    lang: str
    dir: Literal["rtl"] | None = None
    type: str = "website"
    """OpenGraph's word for it."""
    image: ImageView | None = None
    """A picture for link previews; its `src` is absolute."""
    data: Markup | None = None
    """JSON-LD."""
    feeds: tuple[FeedLink, ...] = ()
    """Of this page alone, before those of the site."""
    published: str | None = None
    modified: str | None = None
    hidden: bool = False
    """Not for search engines."""

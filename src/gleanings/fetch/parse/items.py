"""One `<item>` or `<entry>` → ParsedItem. All dialects at once: feeds mix RSS, Atom and modules as they please."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element

from gleanings.fetch.parse.absolute import base_of
from gleanings.fetch.parse.content import cut_texts, with_text
from gleanings.fetch.parse.dates import ParsedDate, is_ahead, parse_date
from gleanings.fetch.parse.item_links import with_file_as_link, with_links
from gleanings.fetch.parse.media import find_duration, find_media
from gleanings.fetch.parse.parsed import ParsedItem, Setting
from gleanings.fetch.parse.platforms import PLATFORM_RULES
from gleanings.fetch.parse.texts import Markup, language_tag, plain_name, plain_title, split_names, unique
from gleanings.fetch.parse.vocabulary import Part, attribute, text_of
from gleanings.values import replace

MOST_CATEGORIES = 30
MOST_AUTHORS = 100


def read_item(part: Part, setting: Setting) -> ParsedItem:
    """The steps: text, links, people, dates, media; then what only this host does; what is too long is cut."""
    lang = language_tag(attribute(part.element, "xml:lang") or part.text("dc:language", "language")) or setting.lang
    base = base_of(setting.base, attribute(part.element, "xml:base"))
    item = ParsedItem(
        title=_read_title(part, setting),
        authors=_read_authors(part) or setting.authors,
        categories=_read_categories(part),
        source=_read_source(part),
        media=find_media(part, base),
        duration_seconds=find_duration(part),
        lang=lang,
    )
    item = with_links(item, part, setting, base)
    item = _with_dates(item, part, setting)
    item = with_text(item, part, item.url or base)
    for rule in PLATFORM_RULES:
        item = rule(item, part, setting.url)
    return cut_texts(with_file_as_link(item))


# ── title, people, topics ──


def _read_title(part: Part, setting: Setting) -> str | None:
    """The plain title; Media RSS and iTunes only where there is no other."""
    for element in part.all("title", "atom:title", "dc:title", "media:title", "itunes:title"):
        title = plain_title(text_of(element), "text" if len(element) else _markup(element, setting))
        if title:
            return title
    group = next(part.parts("media:group"), None)
    return _read_title(group, setting) if group else None


def _markup(element: Element, setting: Setting) -> Markup:
    kind = attribute(element, "type").lower()
    if setting.format != "atom":
        return "guess"
    if kind in ("html", "xhtml", "text/html", "application/xhtml+xml"):
        return "html"
    return "text" if kind in ("text", "text/plain") else "guess"


def _read_authors(part: Part) -> tuple[str, ...]:
    """All who are named, from the most exact element that names anybody."""
    for names in (
        ("dc:creator",),
        ("author", "atom:author"),
        ("dcterms:creator",),
        ("itunes:author", "media:credit"),
    ):
        found = unique(_names_in(part, names), limit=MOST_AUTHORS)
        if found:
            return found
    return ()


def _names_in(part: Part, names: tuple[str, ...]) -> Iterator[str | None]:
    for child in part.parts(*names):
        if len(child.element):
            yield from (plain_name(name) for name in child.texts("name", "atom:name", "foaf:name"))
        else:
            yield from (plain_name(name) for name in split_names(text_of(child.element)))


def read_feed_authors(part: Part) -> tuple[str, ...]:
    """The authors of an Atom feed, whom its entries inherit (RFC 4287 §4.2.1)."""
    return unique(_names_in(part, ("author",)), limit=MOST_AUTHORS)


def _read_categories(part: Part) -> tuple[str, ...]:
    elements = part.all("category", "atom:category", "dc:subject")
    written = (attribute(one, "label") or attribute(one, "term") or text_of(one) for one in elements)
    return unique((plain_title(text[:400]) for text in written), limit=MOST_CATEGORIES)


def _read_source(part: Part) -> str | None:
    """The original publication in a planet feed."""
    for child in part.parts("source", "atom:source"):
        title = child.text("title", "atom:title") or (None if len(child.element) else text_of(child.element))
        if title:
            return plain_title(title)
    return None


# ── dates ──

_PUBLISHED = (
    "pubdate",
    "published",
    "issued",
    "atom:published",
    "dc:date",
    "dcterms:issued",
    "dcterms:created",
    "created",
)
_UPDATED = ("updated", "modified", "atom:updated", "dcterms:modified")


def _with_dates(item: ParsedItem, part: Part, setting: Setting) -> ParsedItem:
    """What was published is never said to be updated, nor the other way round."""
    written = list(part.texts(*_PUBLISHED))[:8]
    published = _first_date(written, setting.now)
    updated = _first_date(list(part.texts(*_UPDATED))[:8], setting.now)
    flags = published.flags if published else ()
    if written and not published:
        flags = ("future-date",) if is_ahead(written[0], now=setting.now) else ("odd-date",)
    return replace(
        item,
        published=published.when if published else None,
        published_precision=published.precision if published else "time",
        updated=updated.when if updated else None,
        flags=(*item.flags, *flags),
    )


def _first_date(written: list[str], now: datetime) -> ParsedDate | None:
    return next((found for text in written if (found := parse_date(text, now=now))), None)


def date_of(part: Part, now: datetime) -> datetime | None:
    """When an item says it is from; for choosing the newest of too many."""
    found = _first_date(list(part.texts(*_PUBLISHED, *_UPDATED))[:8], now)
    return found.when if found else None

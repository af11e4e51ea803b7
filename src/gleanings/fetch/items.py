"""One `<item>` or `<entry>` → ParsedItem. All dialects at once: feeds mix RSS, Atom and their modules as they please."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from xml.etree.ElementTree import Element

from gleanings.fetch.dates import ParsedDate, is_ahead, parse_date
from gleanings.fetch.platforms import PLATFORM_RULES
from gleanings.fetch.links import FeedLink, base_of, choose_alternate, resolve, site_of
from gleanings.fetch.media import find_duration, find_image, find_media
from gleanings.fetch.parsed import ParsedItem
from gleanings.fetch.texts import Markup, language_tag, plain_name, plain_title, show, split_names, unique
from gleanings.fetch.vocabulary import Part, attribute, markup_of, text_of

LONGEST_TEXT = 1_000_000
MOST_CATEGORIES = 30
MOST_AUTHORS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What an item inherits from its feed."""

    format: str
    url: str
    """The feed's final address."""
    base: str
    """What relative links are relative to: the feed's xml:base, else its address."""
    home: str | None
    lang: str | None
    authors: tuple[str, ...] = ()
    now: datetime


def read_item(part: Part, setting: Setting) -> ParsedItem:
    """The steps: text, links, people, dates, media; then what only this host does."""
    lang = language_tag(attribute(part.element, "xml:lang") or part.text("dc:language", "language")) or setting.lang
    base = base_of(setting.base, attribute(part.element, "xml:base"))
    item = ParsedItem(
        title=_read_title(part, setting),
        authors=_read_authors(part) or setting.authors,
        categories=_read_categories(part),
        source=_read_source(part),
        image=find_image(part, base),
        media=find_media(part, base),
        duration_seconds=find_duration(part),
        lang=lang,
    )
    item = _with_links(item, part, setting, base)
    item = _with_dates(item, part, setting)
    item = _with_text(item, part, item.url or base)
    for rule in PLATFORM_RULES:
        item = rule(item, part, setting.url)
    return item


# ── title, people, topics ──


def _read_title(part: Part, setting: Setting) -> str | None:
    """The plain title; Media RSS and iTunes only where there is no other."""
    for element in part.all("title", "atom:title", "dc:title", "media:title", "itunes:title"):
        markup = _markup(element, setting)
        written = markup_of(element) if len(element) and markup != "text" else text_of(element)
        title = plain_title(written, "html" if len(element) else markup)
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


# ── links ──


def read_links(part: Part, base: str) -> list[FeedLink]:
    """Every Atom link, absolute; also those that stand in RSS."""
    links = []
    for element in part.all("link", "atom:link"):
        href = resolve(attribute(element, "href"), base_of(base, attribute(element, "xml:base")))
        if href:
            links.append(
                FeedLink(
                    href=href,
                    rel=attribute(element, "rel").lower().rpartition("/")[2] or "alternate",
                    type=attribute(element, "type").lower(),
                    hreflang=attribute(element, "hreflang"),
                )
            )
    return links


def _with_links(item: ParsedItem, part: Part, setting: Setting, base: str) -> ParsedItem:
    """The link, its rivals told apart: feedburner:origLink, RSS `<link>`, alternates, a guid that is a permalink."""
    links = read_links(part, base)
    guid_element = part.first("guid", "id", "atom:id", "dc:identifier")
    guid = text_of(guid_element).strip() if guid_element is not None else ""
    guid = guid or attribute(part.element, "rdf:about")
    written = [text for text in (text_of(one).strip() for one in part.all("link")) if text]
    original = resolve(part.text("feedburner:origlink"), base)
    plain = next((found for text in written if (found := resolve(text, base))), None)
    url = original or plain or choose_alternate(links, setting.lang)
    flags: tuple[str, ...] = ("bad-link",) if written and not plain and not url else ()
    permalink = resolve(guid, "") if guid_element is not None else None
    declared = attribute(guid_element, "isPermaLink").lower() if guid_element is not None else ""
    guess = None
    if url is None and permalink:
        if declared == "false":
            guess = permalink
        else:
            url, flags = permalink, (*flags, "link-from-id")
    discussion = resolve(part.text("comments"), base) or next(
        (one.href for one in links if one.rel == "replies"), None
    )
    return replace(
        item,
        guid=show(guid, limit=2000) or None,
        url=url,
        url_guess=guess,
        aliases=unique((plain if original else None,), limit=5),
        discussion=None if discussion == url else discussion,
        via=_find_via(url, permalink if declared != "false" else None, links, setting),
        flags=(*item.flags, *flags),
    )


def _find_via(url: str | None, permalink: str | None, links: list[FeedLink], setting: Setting) -> str | None:
    """The linking page of a link blog: what says so, else an own page beside a foreign link."""
    said = next((link.href for link in links if link.rel == "via"), None)
    own = {site for site in (site_of(setting.home), site_of(setting.url)) if site}
    if said or not url or site_of(url) in own:
        return said
    related = [link.href for link in links if link.rel == "related"]
    return next((one for one in (permalink, *related) if one and one != url and site_of(one) in own), None)


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
        published_text=show(written[0], limit=200) if written else None,
        updated=updated.when if updated else None,
        flags=(*item.flags, *flags),
    )


def _first_date(written: list[str], now: datetime) -> ParsedDate | None:
    return next((found for text in written if (found := parse_date(text, now=now))), None)


def date_of(part: Part, now: datetime) -> datetime | None:
    """When an item says it is from; for choosing the newest of too many."""
    found = _first_date(list(part.texts(*_PUBLISHED, *_UPDATED))[:8], now)
    return found.when if found else None


# ── text ──


def _with_text(item: ParsedItem, part: Part, base: str) -> ParsedItem:
    """The text is the longest form the feed gives; a second form is its summary; a third is not needed."""
    content, base = _read_content(part, base)
    described = next(
        (text for one in part.all("description", "summary", "atom:summary") if (text := as_html(one))), ""
    )
    summary = described or next((text for one in part.all("itunes:summary") if (text := as_html(one))), "")
    if not content:
        content, summary = summary, ""
    if content.strip() == summary.strip():
        summary = ""
    cut = len(content) > LONGEST_TEXT or len(summary) > LONGEST_TEXT
    return replace(
        item,
        content_html=content[:LONGEST_TEXT],
        summary_html=summary[:LONGEST_TEXT],
        base_url=base,
        flags=(*item.flags, "cut") if cut else item.flags,
    )


def _read_content(part: Part, base: str) -> tuple[str, str]:
    """The full text and its base."""
    for element in part.all("content:encoded", "content", "atom:content", "xhtml:body", "body"):
        if attribute(element, "src") or (attribute(element, "url") and not element.text):
            continue
        found = as_html(element)
        if found.strip():
            return found, base_of(base, attribute(element, "xml:base"))
    return "", base


_WIDE_SPACE = re.compile(r"\n\s*\n")


def as_html(element: Element) -> str:
    """A text construct of RFC 4287 §3.1, or RSS's escaped HTML, as HTML."""
    kind = attribute(element, "type").lower()
    mode = attribute(element, "mode").lower()
    if kind in ("text", "text/plain", "text/markdown") and mode != "escaped" and not len(element):
        return paragraphs(element.text or "")
    if mode == "base64" or (
        kind and not kind.startswith("text/") and "/" in kind and not kind.endswith(("xml", "html"))
    ):
        return ""
    return markup_of(element)


def paragraphs(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs, line ends stay."""
    blocks = (html.escape(block.strip(), quote=False) for block in _WIDE_SPACE.split(text))
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks if block)

"""A feed's bytes → ParsedFeed, whatever the dialect: the one way in."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from gleanings.fetch.binary import recognise_binary
from gleanings.fetch.parse.absolute import base_of, choose_alternate, resolve
from gleanings.fetch.parse.decode import decode
from gleanings.fetch.parse.elements import Tree, local_name, read_tree
from gleanings.fetch.parse.item_links import read_links
from gleanings.fetch.parse.items import date_of, read_feed_authors, read_item
from gleanings.fetch.parse.jsonfeed import elements_of, load_json, read_json_feed
from gleanings.fetch.parse.parsed import FeedUnreadable, ParsedFeed, Setting
from gleanings.fetch.parse.texts import language_tag, plain_title, show
from gleanings.fetch.parse.vocabulary import Names, Part, attribute
from gleanings.patterns import later
from gleanings.values import replace

__all__ = ["FeedUnreadable", "parse_feed"]

MOST_ITEMS = 1000
_LONGEST_TTL = 24 * 60
_MOST_TAGS = 1_000_000
"""An element costs some hundred bytes of memory; this many would be as many as the feed's whole run may take."""


def parse_feed(body: bytes, *, url: str, content_type: str | None, now: datetime) -> ParsedFeed:
    """Bytes → text → elements → items. `url` is where the bytes came from, `now` is aware UTC.

    Raises FeedUnreadable, and nothing else: for an empty body, a web page, a binary file, anything that is no feed.
    """
    _refuse_binary(body)
    decoded = decode(body, content_type)
    text = decoded.text
    if not text.strip("\ufeff\x00 \t\r\n"):
        raise FeedUnreadable("the answer is empty", "empty")
    flags = ("repaired",) if decoded.replaced else ()
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return _with_flags(_read_json(text, url=url, now=now), flags)
    if text.count("<") > _MOST_TAGS:
        raise FeedUnreadable("this has more elements than any feed needs", "not-feed")
    tree = read_tree(text)
    if tree is None:
        raise _no_feed(text, None)
    return _with_flags(_read_xml(tree, text, url=url, now=now), (*flags, *tree.flags))


def _with_flags(feed: ParsedFeed, flags: tuple[str, ...]) -> ParsedFeed:
    return replace(feed, flags=tuple(dict.fromkeys((*flags, *feed.flags)))) if flags else feed


_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def _newest(dates: list[datetime | None]) -> list[int] | None:
    """The places of the newest 1,000, in the order of the feed; None where all can stay.

    Without dates what stands higher in a feed is newer.
    """
    if len(dates) <= MOST_ITEMS:
        return None
    ages = [(when or _LONG_AGO, -place) for place, when in enumerate(dates)]
    return sorted(heapq.nlargest(MOST_ITEMS, range(len(dates)), key=ages.__getitem__))


def _read_json(text: str, *, url: str, now: datetime) -> ParsedFeed:
    document, whole = load_json(text)
    root = elements_of(document)
    if root is not None:
        return _read_xml(Tree(root), text, url=url, now=now)
    feed = read_json_feed(document, url=url, now=now)
    kept = _newest([item.published or item.updated for item in feed.items])
    if kept is not None:
        feed = replace(feed, items=tuple(feed.items[place] for place in kept), flags=(*feed.flags, "cut"))
    return feed if whole else replace(feed, flags=(*feed.flags, "incomplete"))


def _read_xml(tree: Tree, text: str, *, url: str, now: datetime) -> ParsedFeed:
    """The steps: which dialect, the feed's own facts, then its items."""
    root = tree.root
    names = Names(root)
    found = _find_format(root, names, damaged="repaired" in tree.flags)
    if found is None:
        raise _no_feed(text, root)
    kind, head = found
    feed = _read_head(Part(head, names), root, url=url)
    setting = Setting(
        format=kind,
        url=url,
        base=_find_base(Part(head, names), root, kind=kind, url=url),
        lang=feed.lang,
        authors=read_feed_authors(Part(head, names)) if kind == "atom" else (),
        now=now,
    )
    parts = [Part(element, names) for element in _find_items(root, names)]
    kept = _newest([date_of(part, now) for part in parts]) if len(parts) > MOST_ITEMS else None
    if kept is not None:
        parts, feed = [parts[place] for place in kept], replace(feed, flags=(*feed.flags, "cut"))
    return replace(feed, items=tuple(read_item(part, setting) for part in parts))


def _find_base(head: Part, root: Element, *, kind: str, url: str) -> str:
    """What items' relative addresses are relative to: xml:base; in RSS, which has no rule, the channel's own link
    where that is absolute; else the feed's address."""
    written = (attribute(root, "xml:base"), attribute(head.element, "xml:base"))
    channel = next((found for text in head.texts("link") if (found := resolve(text, ""))), None)
    start = channel if channel and kind != "atom" and not any(written) else url
    return base_of(base_of(start, written[0]), written[1])


_FORMATS = {"rss": "rss", "rdf": "rdf", "feed": "atom", "channel": "rss", "entry": "atom"}


def _find_format(root: Element, names: Names, *, damaged: bool) -> tuple[str, Element] | None:
    """The dialect and the element that holds the feed's own facts. Of a damaged feed the items are enough."""
    for element in (root, *root):
        kind = _FORMATS.get(local_name(names.name(element)))
        if kind:
            channel = next((child for child in element if local_name(child.tag) == "channel"), None)
            return kind, element if channel is None else channel
    if damaged and (item := next(_find_items(root, names), None)) is not None:
        return "rss" if local_name(names.name(item)) == "item" else "atom", root
    return None


def _find_items(root: Element, names: Names) -> Iterator[Element]:
    """Items in the order of the document, wherever they stand; items inside of items are not looked for."""
    if local_name(names.name(root)) == "entry":
        yield root
        return
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element is not root and names.name(element) in ("item", "entry", "atom:entry", "rss:item"):
            yield element
        else:
            waiting.extend(reversed(element))


def _read_head(head: Part, root: Element, *, url: str) -> ParsedFeed:
    base = base_of(base_of(url, attribute(root, "xml:base")), attribute(head.element, "xml:base"))
    lang = head.text("language", "dc:language") or attribute(head.element, "xml:lang") or attribute(root, "xml:lang")
    links = read_links(head, base)
    written = next((found for text in head.texts("link") if (found := resolve(text, base))), None)
    return ParsedFeed(
        title=next((found for text in head.texts("title", "dc:title") if (found := plain_title(text))), None),
        home=written or choose_alternate(links, language_tag(lang)),
        lang=language_tag(lang),
        generator=show(head.text("generator") or "", limit=200) or None,
        ttl_minutes=_read_ttl(head),
        flags=("complete",) if "fh:complete" in head else (),
    )


_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}


def _read_ttl(head: Part) -> int | None:
    """Minutes between looks that the feed asks for, at most a day: ttl, else sy:updatePeriod."""
    written = head.text("ttl") or ""
    if re.fullmatch(r"\d{1,12}", written, re.ASCII):
        return min(int(written), _LONGEST_TTL) or None
    period = _PERIODS.get((head.text("sy:updateperiod") or "").lower())
    often = head.text("sy:updatefrequency") or "1"
    if period is None:
        return None
    times = int(often) if re.fullmatch(r"[1-9]\d{0,3}", often, re.ASCII) else 1
    return min(max(period // times, 1), _LONGEST_TTL)


# ── what is no feed ──


def _refuse_binary(body: bytes) -> None:
    """Raises FeedUnreadable for what is no text at all, told by its first bytes."""
    if not body.strip():
        raise FeedUnreadable("the answer is empty", "empty")
    name = recognise_binary(body[:16])
    if name is not None:
        raise FeedUnreadable(f"this is {name}, not a feed", "binary")


_OTHERS = {
    "opml": "this is OPML, a list of feeds; `gleanings feeds import` takes the file",
    "urlset": "this is a sitemap, not a feed",
    "sitemapindex": "this is an index of sitemaps, not a feed",
    "svg": "this is a picture (SVG), not a feed",
    "opensearchdescription": "this is a description of a search, not a feed",
    "error": "this is an error message in XML, not a feed",
}
_PAGE = later(r"<(?:!doctype\s+html|html|head|body)\b", re.I)


def _no_feed(text: str, root: Element | None) -> FeedUnreadable:
    """Why this is no feed."""
    name = local_name(root.tag) if root is not None else ""
    if name in _OTHERS:
        return FeedUnreadable(_OTHERS[name], "not-feed")
    if name == "html" or _PAGE.search(text, 0, 5000):
        return FeedUnreadable("this is a web page, not a feed", "html")
    if name and name != "piece":
        return FeedUnreadable(f"this is XML of another kind (<{name[:40]}>), not a feed", "not-feed")
    if any(ord(letter) < 9 for letter in text[:512]) or text[:512].count("\ufffd") > 50:
        return FeedUnreadable("this is a binary file, not a feed", "binary")
    return FeedUnreadable("this is neither RSS nor Atom nor JSON Feed", "not-feed")

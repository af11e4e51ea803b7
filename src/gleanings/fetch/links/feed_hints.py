"""The feeds that a page offers: declared in its head, known from its host, or linked to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from gleanings.fetch.links.page_parts import Parts, parse_whole
from gleanings.fetch.parse.absolute import base_of, resolve
from gleanings.fetch.parse.decode import decode
from gleanings.fetch.parse.texts import show
from gleanings.patterns import later
from gleanings.values import Value

Format = Literal["Atom", "RSS", "JSON Feed", "feed"]

_TYPES: dict[str, Format] = {
    "application/atom+xml": "Atom",
    "application/rss+xml": "RSS",
    "application/rdf+xml": "RSS",
    "application/feed+json": "JSON Feed",
    "application/json": "JSON Feed",
}
_ORDER: tuple[Format, ...] = ("Atom", "RSS", "JSON Feed", "feed")
_COMMENTS = later(r"comment|kommentar|/replies|commentaire", re.I)
_FEED_PATHS = later(
    r"/(?:feed|feeds|rss|atom|index|blog|posts)?/?(?:feed|rss|atom|index)(?:2|\.xml|\.rss|\.atom|\.json|\.rdf)?/?$|"
    r"\.(?:rss|atom|rdf)$|/feed\.(?:xml|json)$|/(?:rss|atom|feed)\.xml$",
    re.I,
)
_MOST = 20
_MOST_OFFERED = 4


class FoundFeed(Value, kw_only=True):
    """A feed that a page offers."""

    url: str
    format: Format = "feed"
    title: str = ""
    """As the page calls it; empty where it does not."""
    comments: bool = False
    """It carries what others said."""


def find_feeds(body: bytes, *, url: str, content_type: str | None = None) -> tuple[FoundFeed, ...]:
    """The feeds that a page declares, and those known of its host; without any, those that it links to."""
    parts = parse_whole(decode(body, content_type).text, anchors=True)
    named = [link.get("href", "") for link in parts.links if "canonical" in link["rel"].split()]
    known = (feed for address in (url, *named[:1]) for feed in find_host_feeds(address))
    found: dict[str, FoundFeed] = {}
    for feed in (*_find_declared_feeds(parts, url=url), *known):
        found.setdefault(feed.url, feed)
    if found:
        return tuple(sorted(found.values(), key=lambda feed: feed.comments))
    return find_likely_feeds(url) or tuple(_find_linked_feeds(parts, url=url))


def _find_declared_feeds(parts: Parts, *, url: str) -> tuple[FoundFeed, ...]:
    """`link rel=alternate` with a feed's type: Atom before RSS before JSON Feed, comments last."""
    base = base_of(url, parts.base)
    found: dict[str, FoundFeed] = {}
    for link in parts.links:
        rels = link["rel"].split()
        kind = link.get("type", "").lower().partition(";")[0].strip()
        if (
            not ({"alternate", "feed"} & set(rels))
            or "stylesheet" in rels
            or (kind not in _TYPES and "feed" not in rels)
        ):
            continue
        address = resolve(link.get("href"), base) if link.get("href", "").strip() else None
        if address is None or (kind == "application/json" and "feed" not in address.lower()):
            continue
        title = show(link.get("title", ""), limit=120)
        comments = bool(_COMMENTS.search(title) or _COMMENTS.search(urlsplit(address).path))
        feed = FoundFeed(url=address, format=_TYPES.get(kind, "feed"), title=title, comments=comments)
        found.setdefault(address, feed)
    return tuple(sorted(found.values(), key=lambda feed: (feed.comments, _ORDER.index(feed.format))))[:_MOST]


def _find_linked_feeds(parts: Parts, *, url: str) -> Iterator[FoundFeed]:
    """Links of the same site whose addresses look like feeds."""
    base = base_of(url, parts.base)
    seen: set[str] = set()
    for href, words in parts.anchors:
        address = resolve(href, base)
        if address is None or address in seen or not _FEED_PATHS.search(urlsplit(address).path):
            continue
        seen.add(address)
        if len(seen) <= _MOST:
            yield FoundFeed(url=address, title=show(words, limit=120), comments=bool(_COMMENTS.search(address)))


def format_offer(found: tuple[FoundFeed, ...]) -> str:
    """The feeds of a page in a sentence for the person who gave the page's address; empty where there are none."""
    if not found:
        return ""
    named = [
        f"{feed.format} {feed.url}" + (f" ({feed.title})" if feed.title else "") for feed in found[:_MOST_OFFERED]
    ]
    more = f" and {len(found) - _MOST_OFFERED} more" if len(found) > _MOST_OFFERED else ""
    return f"its feeds: {', '.join(named)}{more}"


# ── hosts ──


def find_host_feeds(url: str) -> tuple[FoundFeed, ...]:
    """Feeds known from the address alone: YouTube, GitHub, Medium, Reddit, arXiv, Hacker News."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    host = (parts.hostname or "").removeprefix("www.")
    path = [part for part in parts.path.split("/") if part]
    match host:
        case "youtube.com" | "m.youtube.com":
            return _youtube(path, parse_qs(parts.query))
        case "github.com":
            return _github(path)
        case "medium.com" if path and path[0] not in ("m", "tag", "search"):
            return _known(f"https://medium.com/feed/{path[0]}", "RSS", path[0])
        case "reddit.com" | "old.reddit.com" if len(path) > 1 and path[0] in ("r", "user"):
            return _known(f"https://www.reddit.com/{path[0]}/{path[1]}/.rss", "Atom", f"{path[0]}/{path[1]}")
        case "arxiv.org" if len(path) > 1 and path[0] == "list":
            return _known(f"https://rss.arxiv.org/atom/{path[1]}", "Atom", path[1])
        case "news.ycombinator.com":
            return _known("https://news.ycombinator.com/rss", "RSS", "Hacker News")
    return ()


def find_likely_feeds(url: str) -> tuple[FoundFeed, ...]:
    """Where Substack's and Mastodon's feeds are, judged by the address; their pages declare none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    host = parts.hostname or ""
    path = [part for part in parts.path.split("/") if part]
    if host.endswith(".substack.com") or (len(path) == 2 and path[0] == "p"):
        return _known(f"https://{parts.netloc}/feed", "RSS", host)
    if path and re.fullmatch(r"@[\w.]+", path[0]) and host not in ("youtube.com", "www.youtube.com", "medium.com"):
        return _known(f"https://{parts.netloc}/{path[0]}.rss", "RSS", path[0])
    return ()


def _youtube(path: list[str], query: dict[str, list[str]]) -> tuple[FoundFeed, ...]:
    address = "https://www.youtube.com/feeds/videos.xml"
    if len(path) > 1 and path[0] == "channel":
        return _known(f"{address}?channel_id={path[1]}", "Atom", "Videos")
    if "list" in query:
        return _known(f"{address}?playlist_id={query['list'][0]}", "Atom", "Playlist")
    return ()


def _github(path: list[str]) -> tuple[FoundFeed, ...]:
    if len(path) > 1:
        start = f"https://github.com/{path[0]}/{path[1]}"
        names = (("releases", "Releases"), ("commits", "Commits"), ("tags", "Tags"))
        return tuple(feed for name, title in names for feed in _known(f"{start}/{name}.atom", "Atom", title))
    return _known(f"https://github.com/{path[0]}.atom", "Atom", "Activity") if path else ()


def _known(url: str, kind: Format, title: str) -> tuple[FoundFeed, ...]:
    """A feed at an address that was put together; none where that is no address."""
    address = resolve(url, "")
    return (FoundFeed(url=address, format=kind, title=title),) if address else ()

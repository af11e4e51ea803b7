"""What a web page says about itself, gathered from its elements before anything is judged."""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from gleanings.patterns import later
from gleanings.values import Mutable, field

_MOST_CHARACTERS = 2 * 1024 * 1024
_MOST_VALUES = 200
_MOST_ANCHORS = 5000
_BYLINES = frozenset({"byline", "author", "author-name", "byline__name", "post-author"})
_COMMENT_MARKS = later(
    r"\A\s*(?:<!--|//\s*<!\[?CDATA\[|<!\[?CDATA\[|/\*\s*<!\[?CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*\Z"
)
_TRAILING_COMMA = later(r",\s*([}\]])")
_MOST_NODES = 500


class Parts(Mutable):
    """A page's own words about itself. Names are in lower case, values in the page's order, white space folded."""

    meta: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """`<meta>` by name, property or http-equiv."""
    links: list[dict[str, str]] = field(default_factory=list)
    """`<link>`s with their attributes, `rel` in lower case."""
    anchors: list[tuple[str, str]] = field(default_factory=list)
    """Address and words of `<a>`s; only where they were asked for."""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    """`<h1>`s."""
    times: list[tuple[str, str]] = field(default_factory=list)
    """Of `<time>`: datetime (or its words), and what marks it (itemprop, class, pubdate)."""
    people: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """`author` (rel, itemprop, microformats) and `byline` (class)."""
    items: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Microdata: values by itemprop."""
    data: list[dict[str, Any]] = field(default_factory=list)
    """JSON-LD, every node by itself."""
    lang: str = ""
    base: str = ""


def parse_head(text: str) -> Parts:
    """What stands before the body: nearly everything, for a fraction of the time."""
    end = re.search(r"</head\s*>|<body[\s>]", text, re.I)
    return _gather(text[: end.start()] if end else text[:_MOST_CHARACTERS], anchors=False) or Parts()


def parse_whole(text: str, *, anchors: bool = False) -> Parts:
    """What the first two million characters say, or the head where they cannot be read.

    With `anchors` also where the links lead.
    """
    return _gather(text[:_MOST_CHARACTERS], anchors=anchors) or parse_head(text)


def has_more_data(text: str) -> bool:
    """True where the page carries JSON-LD."""
    return "ld+json" in text[:_MOST_CHARACTERS].lower()


def _gather(text: str, *, anchors: bool) -> Parts | None:
    from gleanings.fetch.links.page_tree import PageRejected, find_elements

    parts = Parts()
    try:
        for name, attrs, words in find_elements(text, anchors=anchors):
            _read(parts, name, attrs, words)
            if name not in ("meta", "link", "time"):
                _read_marks(parts, attrs, words)
    except PageRejected:
        return None
    return parts


def _read(parts: Parts, name: str, attrs: dict[str, str], words: Callable[[], str]) -> None:
    """Keep what an element says by its name."""
    match name:
        case "meta":
            _read_meta(parts, attrs)
        case "link" if len(parts.links) < _MOST_VALUES:
            parts.links.append(attrs | {"rel": attrs.get("rel", "").lower()})
        case "html":
            parts.lang = parts.lang or attrs.get("lang", "") or attrs.get("xml:lang", "")
        case "base":
            parts.base = parts.base or attrs.get("href", "")
        case "title" if not parts.title:
            parts.title = fold(words())
        case "h1":
            parts.headings.append(fold(words()))
        case "time":
            marks = (attrs.get("itemprop", ""), attrs.get("class", ""), *("pubdate",) * ("pubdate" in attrs))
            parts.times.append((attrs.get("datetime", "") or fold(words()), " ".join(marks).lower()))
        case "a" if attrs.get("href") and len(parts.anchors) < _MOST_ANCHORS:
            parts.anchors.append((attrs["href"], fold(words())))
        case "script" if "ld+json" in attrs.get("type", "").lower():
            parts.data.extend(parse_data(words()))


def _read_meta(parts: Parts, attrs: dict[str, str]) -> None:
    content = fold(attrs.get("content", ""))
    if not content:
        return
    for name in ("property", "name", "itemprop", "http-equiv"):
        for key in attrs.get(name, "").lower().split():
            kept = parts.items if name == "itemprop" else parts.meta
            if len(kept[key]) < _MOST_VALUES:
                kept[key].append(content)


def _read_marks(parts: Parts, attrs: dict[str, str], words: Callable[[], str]) -> None:
    """Keep what an element is marked as: rel, microdata, microformats, the usual classes."""
    classes = attrs.get("class", "").lower().split()
    properties = attrs.get("itemprop", "").lower().split()
    if "author" in attrs.get("rel", "").lower().split() or "author" in properties or "p-author" in classes:
        parts.people["author"].append(fold(words()))
    elif not _BYLINES.isdisjoint(classes):
        parts.people["byline"].append(fold(words()))
    if "p-name" in classes and "h-card" not in classes:
        parts.items["p-name"].append(fold(words()))
    for name in ("headline", "datepublished"):
        if name in properties:
            value = attrs.get("content", "") or attrs.get("datetime", "")
            parts.items[name].append(value or fold(words()))


def fold(text: str) -> str:
    return " ".join(text.split())


# ── JSON-LD ──


def parse_data(text: str) -> list[dict[str, Any]]:
    """The nodes of a JSON-LD script: `@graph` and lists opened, comments and trailing commas forgiven."""
    text = _COMMENT_MARKS.sub("", text.strip()).strip().rstrip(";")
    if not text or len(text) > 1_000_000:
        return []
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text), html.unescape(text)):
        try:
            return list(_nodes(json.loads(attempt, strict=False)))[:_MOST_NODES]
        except (ValueError, RecursionError):
            continue
    return []


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of a document, the outer before the inner; `mainEntity` and the like count by themselves."""
    waiting = [value]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting[:0] = one[:_MOST_NODES]
        elif isinstance(one, dict):
            yield one
            waiting += [one[name] for name in ("@graph", "mainEntity", "itemReviewed") if name in one]


def types_of(node: dict[str, Any]) -> list[str]:
    """The node's types, without the vocabulary's address."""
    written = node.get("@type")
    listed = written if isinstance(written, list) else [written]
    return [name.rpartition("/")[2] for name in listed if isinstance(name, str)]

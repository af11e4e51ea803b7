"""What a web page says about itself, gathered from its tags in one linear walk, before anything is judged."""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_MOST_CHARACTERS = 2 * 1024 * 1024
_MOST_VALUES = 200
_TOKEN = re.compile(
    r"<!--.*?(?:--!?>|\Z)"
    r"|<[!?][^>]*(?:>|\Z)"
    r"|<(/?)([a-zA-Z][^\s/>]*+)((?:[^>\"']++|\"[^\"]*\"|'[^']*'|[\"'])*+)(?:>|\Z)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]+)(?:\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
_RAW = frozenset({"script", "style", "textarea", "title", "noscript", "iframe", "xmp", "template", "svg"})
_VOID = frozenset({"meta", "link", "br", "img", "hr", "input", "source", "base", "wbr", "area", "embed", "col"})
_TELLING = re.compile(r"itemprop|rel\s*=|byline|author|p-name|dt-published|h-card|pubdate", re.I)
_COMMENT_MARKS = re.compile(
    r"\A\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*\Z"
)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_MOST_NODES = 500


@dataclass(slots=True)
class Parts:
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
    return _gather(text[: end.start()] if end else text[:_MOST_CHARACTERS], anchors=False)


def parse_whole(text: str, *, anchors: bool = False) -> Parts:
    """What the first two million characters say; with `anchors` also where the links lead."""
    return _gather(text[:_MOST_CHARACTERS], anchors=anchors)


def has_more_data(text: str) -> bool:
    """True where the page carries JSON-LD."""
    return "ld+json" in text[:_MOST_CHARACTERS].lower()


class _Gatherer:
    def __init__(self, *, anchors: bool) -> None:
        self.parts = Parts()
        self._anchors = anchors
        self._open: list[tuple[str, list[str], str, str]] = []
        """Elements whose words are wanted: tag, words so far, what they are, an attribute that goes before them."""

    def text(self, words: str) -> None:
        for _, parts, _, _ in self._open:
            parts.append(words)

    def start(self, tag: str, written: str) -> None:
        if tag in ("meta", "link", "time", "html", "base", "h1", "a") or _TELLING.search(written):
            self._read(tag, read_attributes(written))

    def end(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                for opened in self._open[at:]:
                    self._keep(*opened)
                del self._open[at:]
                return

    def finish(self) -> Parts:
        for opened in self._open:
            self._keep(*opened)
        return self.parts

    def _read(self, tag: str, attrs: dict[str, str]) -> None:
        parts = self.parts
        match tag:
            case "meta":
                self._read_meta(attrs)
            case "link":
                if len(parts.links) < _MOST_VALUES:
                    parts.links.append(attrs | {"rel": attrs.get("rel", "").lower()})
            case "html":
                parts.lang = parts.lang or attrs.get("lang", "") or attrs.get("xml:lang", "")
            case "base":
                parts.base = parts.base or attrs.get("href", "")
            case "h1":
                self._want(tag, "heading", "")
            case "time":
                marks = " ".join(
                    (attrs.get("itemprop", ""), attrs.get("class", ""), *("pubdate",) * ("pubdate" in attrs))
                )
                self._want(tag, f"time {marks.lower()}", attrs.get("datetime", ""))
        if tag == "a" and self._anchors and attrs.get("href"):
            self._want(tag, "anchor", attrs["href"])
        if tag not in ("meta", "link", "time"):
            self._read_marks(tag, attrs)

    def _read_meta(self, attrs: dict[str, str]) -> None:
        content = fold(attrs.get("content", ""))
        if not content:
            return
        for name in ("property", "name", "itemprop", "http-equiv"):
            for key in attrs.get(name, "").lower().split():
                kept = self.parts.items if name == "itemprop" else self.parts.meta
                if len(kept[key]) < _MOST_VALUES:
                    kept[key].append(content)

    def _read_marks(self, tag: str, attrs: dict[str, str]) -> None:
        if tag in _VOID:
            return
        classes = attrs.get("class", "").lower().split()
        properties = attrs.get("itemprop", "").lower().split()
        if "author" in attrs.get("rel", "").lower().split() or "author" in properties or "p-author" in classes:
            self._want(tag, "author", "")
        elif any(word in ("byline", "author", "author-name", "byline__name", "post-author") for word in classes):
            self._want(tag, "byline", "")
        if "p-name" in classes and "h-card" not in classes:
            self._want(tag, "item p-name", "")
        for name in ("headline", "datepublished"):
            if name in properties:
                self._want(tag, f"item {name}", attrs.get("content", "") or attrs.get("datetime", ""))

    def _want(self, tag: str, what: str, value: str) -> None:
        if len(self._open) < 20:
            self._open.append((tag, [], what, value))

    def _keep(self, tag: str, words: list[str], what: str, value: str) -> None:
        del tag
        text = fold(html.unescape("".join(words)[:2000]))
        parts = self.parts
        kind, _, rest = what.partition(" ")
        match kind:
            case "heading":
                parts.headings.append(text)
            case "time":
                parts.times.append((value or text, rest))
            case "anchor" if len(parts.anchors) < 5000:
                parts.anchors.append((value, text))
            case "item":
                parts.items[rest].append(value or text)
            case "author" | "byline":
                parts.people[kind].append(text)


def _gather(text: str, *, anchors: bool) -> Parts:
    gatherer = _Gatherer(anchors=anchors)
    at = 0
    while (found := _TOKEN.search(text, at)) is not None:
        if found.start() > at:
            gatherer.text(text[at : found.start()])
        at = found.end()
        if found[2] is None:
            continue
        tag = found[2].lower()
        if found[1]:
            gatherer.end(tag)
        elif tag in _RAW:
            at = _read_raw(gatherer.parts, text, at, tag, found[3])
        else:
            gatherer.start(tag, found[3])
    gatherer.text(text[at:])
    return gatherer.finish()


def _read_raw(parts: Parts, text: str, at: int, tag: str, written: str) -> int:
    """Read over an element whose content is no mark-up; returns where it ends."""
    if written.endswith("/"):
        return at
    end = _ENDS[tag].search(text, at)
    stop = end.start() if end else len(text)
    if tag == "title" and not parts.title:
        parts.title = fold(html.unescape(text[at : min(stop, at + 2000)]))
    elif tag == "script" and "ld+json" in written.lower():
        parts.data.extend(parse_data(text[at:stop]))
    return end.end() if end else len(text)


_ENDS = {tag: re.compile(rf"</{tag}[^>]*(?:>|\Z)", re.I) for tag in _RAW}


def read_attributes(written: str) -> dict[str, str]:
    """A tag's attributes, names in lower case, references read; the first of two of one name counts."""
    attrs: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written[:20_000]):
        attrs.setdefault(name.lower(), html.unescape(double or single or bare))
    return attrs


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

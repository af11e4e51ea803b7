"""Element names as feeds write them → one spelling each: `dc:creator`, `content:encoded`, `pubdate`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

_PREFIXES = {
    "www.w3.org/2005/atom": "atom", "purl.org/atom/ns": "atom", "purl.org/rss/1.0": "",
    "www.w3.org/1999/xhtml": "xhtml",
    "my.netscape.com/rdf/simple/0.9": "", "channel.netscape.com/rdf/simple/0.9": "", "backend.userland.com/rss2": "",
    "backend.userland.com/rss": "", "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf", "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/elements/1.0": "dc", "purl.org/dc/terms": "dcterms", "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy", "search.yahoo.com/mrss": "media",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes", "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "www.youtube.com/xml/schemas/2015": "yt", "gdata.youtube.com/schemas/2007": "yt",
    "arxiv.org/schemas/atom": "arxiv",
    "purl.org/syndication/history/1.0": "fh", "purl.org/syndication/thread/1.0": "thr",
    "wellformedweb.org/commentapi": "wfw", "purl.org/rss/1.0/modules/slash": "slash",
}  # fmt: skip
"""Namespace, without scheme and trailing `/` or `#`, in lower case → the prefix that stands for it here."""


class Names:
    """One document's names. A prefix declared for a known namespace means that; any other is taken at its word."""

    def __init__(self, root: Element) -> None:
        self._prefixes: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._atom = False
        for element in (root, *root[:1]):
            self._learn(element)
        self._atom = self.name(root) in ("atom:feed", "atom:entry", "feed", "entry")

    def _learn(self, element: Element) -> None:
        for attribute, value in element.attrib.items():
            if attribute.lower().startswith("xmlns:"):
                space = re.sub(r"^https?://|[/#]+$", "", value.strip().lower())
                prefix = attribute[6:].lower()
                self._prefixes[prefix] = _PREFIXES.get(space, prefix)

    def name(self, element: Element) -> str:
        """The element's name in our spelling; Atom's own names have no prefix in an Atom document."""
        tag = element.tag
        known = self._known.get(tag)
        if known is None:
            known = self._known[tag] = self._spell(tag)
        return known[5:] if self._atom and known.startswith("atom:") else known

    def _spell(self, tag: str) -> str:
        prefix, _, local = tag.lower().rpartition(":")
        prefix = self._prefixes.get(prefix, prefix)
        return f"{prefix}:{local}" if prefix else local


class Part:
    """An element with its children by name."""

    __slots__ = ("_children", "_names", "element")

    def __init__(self, element: Element, names: Names) -> None:
        self.element = element
        self._names = names
        self._children: dict[str, list[Element]] = {}
        for child in element:
            self._children.setdefault(names.name(child), []).append(child)

    def all(self, *names: str) -> Iterator[Element]:
        """The children of these names: all of the first name, then all of the second …"""
        for name in names:
            yield from self._children.get(name, ())

    def first(self, *names: str) -> Element | None:
        """The first child of the first name that there is."""
        return next(self.all(*names), None)

    def parts(self, *names: str) -> Iterator[Part]:
        for element in self.all(*names):
            yield Part(element, self._names)

    def texts(self, *names: str) -> Iterator[str]:
        """What stands in the children of these names, trimmed; empty ones are left out."""
        for element in self.all(*names):
            written = text_of(element).strip()
            if written:
                yield written

    def text(self, *names: str) -> str | None:
        """The first text there is under these names."""
        return next(self.texts(*names), None)

    def __contains__(self, name: str) -> bool:
        return name in self._children


def attribute(element: Element, name: str) -> str:
    """An attribute's value, trimmed, whatever the case of its name; empty where there is none."""
    attributes = element.attrib
    if not attributes:
        return ""
    value = attributes.get(name)
    if value is None:
        wanted = name.lower()
        value = next((value for key, value in attributes.items() if key.lower() == wanted), "")
    return value.strip()


def text_of(element: Element) -> str:
    """All text in an element."""
    return "".join(element.itertext()) if len(element) else element.text or ""


_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def markup_of(element: Element) -> str:
    """What stands in an element as HTML: escaped markup as it was meant, real child elements written out again."""
    if not len(element):
        return element.text or ""
    return "".join(_write(element))


def _write(element: Element) -> Iterator[str]:
    """The inner HTML of an element; depth costs no stack."""
    yield html.escape(element.text or "", quote=False)
    waiting: list[tuple[Element, bool]] = [(child, False) for child in reversed(element)]
    while waiting:
        node, done = waiting.pop()
        tag = node.tag.rpartition(":")[2].lower()
        if done:
            if tag not in _VOID:
                yield f"</{tag}>"
            yield html.escape(node.tail or "", quote=False)
            continue
        attributes = (f' {key}="{html.escape(value)}"' for key, value in node.attrib.items() if _is_html(key))
        yield f"<{tag}{''.join(attributes)}>"
        yield html.escape(node.text or "", quote=False)
        waiting.append((node, True))
        waiting += [(child, False) for child in reversed(node)]


def _is_html(attribute: str) -> bool:
    return not attribute.lower().startswith(("xmlns", "xml:")) and re.fullmatch(r"[\w.-]+", attribute) is not None

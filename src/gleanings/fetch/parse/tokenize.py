"""The only door to feedparser: a damaged piece of a feed → the elements that can be made out in it.

feedparser's forgiving tokenizer calls out each tag and text as it finds them; we keep them as a tree. What it would
make of them (one author of three, the last link, guessed dates and encodings, cleaned and broken HTML) is left to
our own readers, which see the same tree whether a feed was well-formed or not.
"""

from __future__ import annotations

import html
from xml.etree.ElementTree import Element

from feedparser.api import LooseFeedParser

from gleanings.patterns import later

_NEVER_NEST = frozenset(
    {"item", "entry", "channel", "title", "link", "guid", "pubdate", "id", "updated", "published"}
)
_MAX_DEPTH = 200
_ENTITY = later(r"&(#\d+|#[xX][0-9a-fA-F]+|\w+);")


def tokenize(text: str) -> Element | None:
    """The elements in a piece of XML that is not well-formed; tag names in lower case, prefixes as written.

    None where feedparser itself gives up.
    """
    tree = _Tree()
    try:
        tree.feed(text)
    except Exception:  # noqa: BLE001 - feedparser raises what it likes on what strangers wrote
        return None
    return tree.root


class _Tree(LooseFeedParser):  # type: ignore[misc]
    """feedparser's tokenizer with our own handlers: what is open is a stack, what is closed has its place."""

    def __init__(self) -> None:
        self.root = Element("piece")
        self.open = [self.root]
        super().__init__(encoding="utf-8")

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        if tag in _NEVER_NEST and any(element.tag == tag for element in self.open[-8:]):
            self.unknown_endtag(tag)
        element = Element(tag, {name.lower(): _unescape(value) for name, value in attrs})
        if len(self.open) < _MAX_DEPTH:
            self.open[-1].append(element)
            self.open.append(element)

    def unknown_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, text: str, escape: int = 1) -> None:
        element = self.open[-1]
        if len(element):
            element[-1].tail = (element[-1].tail or "") + text
        else:
            element.text = (element.text or "") + text

    def handle_charref(self, ref: str) -> None:
        self.handle_data(html.unescape(f"&#{ref};"))

    def handle_entityref(self, ref: str) -> None:
        self.handle_data(html.unescape(f"&{ref};"))

    def parse_declaration(self, i: int) -> int:
        """CDATA is text; other declarations say nothing. Returns where tokenizing goes on."""
        raw: str = self.rawdata
        if raw.startswith("<![CDATA[", i):
            end = raw.find("]]>", i)
            self.handle_data(raw[i + 9 : end if end >= 0 else len(raw)])
            return end + 3 if end >= 0 else len(raw)
        end = raw.find(">", i)
        return end + 1 if end >= 0 else len(raw)


def _unescape(value: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match.group()), value)

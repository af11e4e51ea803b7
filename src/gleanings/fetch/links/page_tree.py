"""The elements of a web page that say something about it, out of Beautiful Soup's forgiving tree.

The only module that imports bs4; whoever needs no page never loads it. A page is a stranger's: the tree holds only
what is wanted, and neither its depth nor its size grows with the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.exceptions import ParserRejectedMarkup
from bs4.filter import SoupStrainer

from gleanings.patterns import later

_DEEPEST = 20
"""Beautiful Soup walks up to the root for words after an element: what is deeper counts as its parent's words."""
_MOST_ELEMENTS = 20_000
_MOST_VOID = 400
"""Its reader looks every end tag up among the void elements that it has seen."""
_MOST_WORDS = 2000

_WANTED = frozenset({"html", "base", "title", "h1", "time"})
_SEALED = frozenset({"script", "style", "textarea", "title", "noscript", "iframe", "xmp", "template", "svg"})
"""What stands in these is no part of the page's own words."""
_KEPT_VOID = frozenset({"meta", "link", "base"})
_VOID = _KEPT_VOID | {"br", "img", "hr", "input", "source", "wbr", "area", "embed", "col", "track", "param"}
_TELLING_CLASSES = later(r"byline|author|p-name|dt-published|h-card", re.I)
_NO_REFERENCE = later(r"&#(?!(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})[^0-9a-fA-F])")


class PageRejected(Exception):
    """The reader gave the page up."""


Element = tuple[str, dict[str, str], Callable[[], str]]
"""Name, attributes (names in lower case, references read; of two of one name the first), and what gives its words."""


def find_elements(text: str, *, anchors: bool) -> Iterator[Element]:
    """What says something about the page: `meta`, `link`, headings, times, people, data; with `anchors` also links.

    In the page's order, an element after those that stand in it: of two bylines the closer one comes first.
    Raises PageRejected where the reader gives up.
    """
    try:
        soup = _Soup(
            f"<html>{_tame(text)}",
            "html.parser",
            parse_only=_Wanted(anchors=anchors),
            multi_valued_attributes=None,
            on_duplicate_attribute="ignore",
            store_line_numbers=False,
        )
    except ParserRejectedMarkup as error:
        raise PageRejected(str(error)) from error
    for tag in _close(tag for tag in soup.descendants if isinstance(tag, Tag)):
        yield tag.name, {name: str(value) for name, value in tag.attrs.items()}, partial(_read_words, tag)


def _close(tags: Iterable[Tag]) -> Iterator[Tag]:
    """Tags in the order in which they open → in the order in which they close."""
    still_open: list[Tag] = []
    for tag in tags:
        while still_open and still_open[-1] is not tag.parent:
            yield still_open.pop()
        still_open.append(tag)
    yield from reversed(still_open)


def _read_words(tag: Tag) -> str:
    """The text in an element: all of a script's, else 2,000 characters, without `svg`, `noscript` and the like."""
    if tag.name == "script":
        return "".join(tag.strings)
    kept: list[str] = []
    room = _MOST_WORDS
    for text in tag.strings:
        if text.parent is not tag and text.parent is not None and text.parent.name in _SEALED:
            continue
        kept.append(text[:room])
        room -= len(text)
        if room <= 0:
            break
    return "".join(kept)


class _Wanted(SoupStrainer):
    """Which elements the tree begins with; what stands in these comes along."""

    def __init__(self, *, anchors: bool) -> None:
        super().__init__()
        self._anchors = anchors

    def allow_tag_creation(self, nsprefix: str | None, name: str, attrs: Any) -> bool:
        del nsprefix
        if name in _WANTED or name in _KEPT_VOID:
            return True
        if name in _SEALED:
            return name != "script" or "ld+json" in attrs.get("type", "").lower()
        if name == "a" and self._anchors and "href" in attrs:
            return True
        return (
            "itemprop" in attrs
            or "author" in attrs.get("rel", "").lower()
            or bool(_TELLING_CLASSES.search(attrs.get("class", "")))
        )

    def allow_string_creation(self, string: str) -> bool:
        del string
        return False


class _Soup(BeautifulSoup):
    """A tree that stays small and shallow, whatever the page."""

    _elements = 0
    _voids = 0

    def handle_starttag(self, name: str, *rest: Any, **named: Any) -> Tag | None:
        if self._is_refused(name):
            self.endData()
            return None
        tag = super().handle_starttag(name, *rest, **named)
        if tag is not None:
            self._elements += 1
            self._voids += name in _VOID
            if name == "html":
                self.handle_endtag(name)  # Everything would stand in it, and everything would be kept.
        return tag

    def _is_refused(self, name: str) -> bool:
        inside = self.currentTag
        return (
            len(self.tagStack) > _DEEPEST
            or self._elements >= _MOST_ELEMENTS
            or (name in _VOID and (name not in _KEPT_VOID or self._voids >= _MOST_VOID))
            or (inside is not None and inside.name in _SEALED and inside.name != "title")
        )


def _tame(text: str) -> str:
    """Write what html.parser would stumble over, or try again at every place, so that it reads it at once.

    Bogus references end its reading, unknown `<![` sections are an error to it, and for the end of an unfinished
    comment or tag it searches the rest of the page each time.
    """
    text = _NO_REFERENCE.sub("&amp;#", text.replace("<![", "<!").replace("--!>", "-->"))
    return f"{text}{'-->' if text.rfind('<!--') > text.rfind('-->') else ''}</html>"

"""HTML as plain text, and the first words of it."""

from __future__ import annotations

import re
import unicodedata

from gleanings.fetch.clean.sanitise import normalise
from gleanings.fetch.clean.tidy import BLOCKS
from gleanings.fetch.clean.tree import Element, parse_tree
from gleanings.patterns import later

EXCERPT_LENGTH = 300

_BREAKING = BLOCKS | {
    "br",
    "tr",
    "td",
    "th",
    "caption",
    "dd",
    "dt",
    "article",
    "header",
    "footer",
    "main",
    "center",
    "h1",
}
_TAIL = later(
    r"\s*(?:(?:The (?:post|article|entry)\b.{1,300}\bappeared first on\b.*)"
    r"|(?:(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)?\s*"
    r"(?:Read more|Continue reading\b.{0,200}|Read the (?:rest|full)\b.{0,200})\W*))\Z",
    re.I | re.S,
)
_CUT_MARK = later(r"\s*\[\s*(?:…|\.\.\.)\s*\]\s*\Z")
_JOINED = frozenset("\u200d\ufe0e\ufe0f")


def plain_text(html: str) -> str:
    """The words of any HTML, white space folded; blocks are parted by a space, references are characters."""
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    return text_in_line(parse_tree(normalise(html)))


def text_in_line(node: Element, *, limit: int | None = None) -> str:
    """The words below `node` in one line; with a limit, hardly more than that many characters of them."""
    parts: list[str] = []
    _gather(node, parts, [limit if limit is not None else 1 << 60])
    return " ".join("".join(parts).split())


def excerpt(text: str, *, length: int = EXCERPT_LENGTH) -> str:
    """At most `length` characters of plain text, ending on a word; an ellipsis says that there is more.

    What only leads elsewhere ("Read more", "The post … appeared first on …") is taken off first.
    """
    text = _CUT_MARK.sub(" …", _TAIL.sub("", text)).strip()
    if len(text) <= length:
        return text
    cut = text.rfind(" ", 0, length)
    if cut < length // 2:
        cut = _whole_character(text, length - 1)
    return text[:cut].rstrip(" ,;:–—-(/") + "…"


def first_sentence(text: str, *, length: int = 80) -> str:
    """A stand-in for a title: the first sentence, at most `length` characters."""
    found = re.match(r".{8,}?[.!?](?=\s|\Z)|.{4,}?[。！？]", text)
    sentence = found[0] if found else text
    return excerpt(sentence.removesuffix("."), length=length)


def _gather(node: Element, parts: list[str], left: list[int]) -> None:
    for child in node.children:
        if left[0] <= 0:
            return
        if isinstance(child, str):
            parts.append(child)
            left[0] -= len(child)
        elif not _is_reference(child):
            if child.tag in _BREAKING:
                parts.append(" ")
            _gather(child, parts, left)
            if child.tag in _BREAKING:
                parts.append(" ")


def _is_reference(element: Element) -> bool:
    """A footnote's number is no word of the sentence."""
    return element.tag == "sup" and any(
        isinstance(child, Element) and child.tag == "a" and child.get("href").startswith("#")
        for child in element.children
    )


def _whole_character(text: str, cut: int) -> int:
    """The nearest place at or before `cut` that parts no emoji and no accent from its letter."""
    while cut > 1 and (
        text[cut] in _JOINED or text[cut - 1] in _JOINED or unicodedata.combining(text[cut]) or _modifies(text[cut])
    ):
        cut -= 1
    return cut


def _modifies(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff" or "\U0001f3fb" <= character <= "\U0001f3ff"

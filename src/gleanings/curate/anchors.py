"""Anchors: the place of an entry or a section on its page. They are promises, made of what rarely changes."""

from __future__ import annotations

from gleanings import identity
from gleanings.patterns import later
from gleanings.slugs import slug

RESERVED = ("intro", "outro", "content", "main", "search", "nav", "footnotes", "toc", "top")
"""Places that the page itself may use."""
_LINK = later(r"!?\[([^\]]*)\]\([^)]*\)")
_FOOTNOTE = later(r"\[\^[^\]]*\]")
_LENGTH = 60
_WORDS = 8


class Anchors:
    """Gives each entry and section of one roundup an anchor that no other has."""

    def __init__(self, fixed: frozenset[str]) -> None:
        """`fixed` are the ids that the person gave; they are kept free for their owners."""
        self._taken = {*RESERVED, *fixed}

    def make(self, *, title: str | None, url: str | None, words: str | None) -> str:
        """From the title, else the address, else the first words; a number behind it where that is taken."""
        return self._free(_cut(slug(plain_words(title) if title else _name(url, words))))

    def _free(self, wanted: str) -> str:
        anchor, count = wanted, 1
        while anchor in self._taken:
            count += 1
            anchor = f"{wanted}-{count}"
        self._taken.add(anchor)
        return anchor


def plain_words(text: str) -> str:
    """Inline Markdown without footnote marks and addresses."""
    if "[" in text:
        text = _LINK.sub(r"\1", _FOOTNOTE.sub("", text))
    return text


def _name(url: str | None, words: str | None) -> str:
    if url:
        shown = identity.display(url)
        return shown.partition("://")[2].removeprefix("www.") or shown
    return " ".join(plain_words(words or "entry").split()[:_WORDS])


def _cut(text: str) -> str:
    if len(text) <= _LENGTH:
        return text
    return text[: _LENGTH + 1].rpartition("-")[0] or text[:_LENGTH]

"""How long a roundup is, and how it is set for that."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

from gleanings.model import Entry, Roundup
from gleanings.render.views.values import Style

_STYLES: Mapping[str | None, Style] = {"list": "list", "notes": "notes", "articles": "articles"}
_WORDS_A_MINUTE = 230
_HAN_A_MINUTE = 500
"""Characters of Chinese and Japanese, which have no spaces between words."""
_NOT_HAN = bytes(byte for byte in range(256) if not 0xE3 <= byte <= 0xE9)
"""Of UTF-8, all bytes but those with which U+3000 to U+9FFF begin."""
_OUTLINE = bytes(ord(" ") if chr(byte).isspace() else ord("x") for byte in range(128)).ljust(256, b"x")
"""ASCII → a space where it is one, `x` where it is not: words are counted without making them."""
_LIST_WORDS = 30
_ARTICLE_WORDS = 170


def choose_style(wanted: str | None, entries: Iterable[Entry]) -> Style:
    """The style asked for; without one, by the length of the notes: a line, a paragraph, a review."""
    if wanted in _STYLES:
        return _STYLES[wanted]
    entries = tuple(entries)
    lengths = sorted(_count(entry.note or "") for entry in entries)
    if not lengths:
        return "notes"
    rich = any(entry.quotes or entry.images or entry.thought or entry.updates or entry.pick for entry in entries)
    if lengths[-1] <= _LIST_WORDS and not rich:
        return "list"
    return "articles" if lengths[len(lengths) // 2] > _ARTICLE_WORDS else "notes"


def count_works(roundup: Roundup) -> int:
    """Entries that point at a work, related ones included."""
    return sum(1 for entry in roundup.walk_entries() if entry.url)


def count_words(roundup: Roundup) -> int:
    """The words to read: of the person, and of those quoted."""
    texts: list[str | None] = [roundup.intro, roundup.outro]
    for entry in roundup.walk_entries():
        texts += [entry.title, entry.note, entry.thought, *(quote.text for quote in entry.quotes)]
    return sum(_count(text) for text in texts if text)


@lru_cache(maxsize=512)
def _count(text: str) -> int:
    if text.isascii():
        # Counted, not split: a note has hundreds.
        return f" {text}".encode().translate(_OUTLINE).count(b" x")
    words = len(text.split())
    han = len(text.encode("utf-8", "surrogatepass").translate(None, _NOT_HAN))
    return words + round(han * _WORDS_A_MINUTE / _HAN_A_MINUTE)


def minutes_of(words: int) -> int:
    """Reading time."""
    return max(1, math.ceil(words / _WORDS_A_MINUTE))


def wants_contents(roundup: Roundup) -> bool:
    """A table of contents, where asked for; else from four titled sections, or three and many entries."""
    if roundup.toc is not None:
        return roundup.toc
    titled = sum(1 for section in roundup.sections if section.title)
    return titled >= 4 or (titled >= 3 and sum(1 for _ in roundup.walk_entries()) >= 12)

"""Which straight quotes of a line open, which close, and which are apostrophes.

The rules of markdown-it's `smartquotes`, for the tokens of the short way (quick_lines.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category

from gleanings.patterns import later
from gleanings.values import Mutable

_QUOTE = later(r"[\"']")
_INSIDE_WORD = later(r"(?<=[^\W_])'(?=[^\W_])")
_SPACES = frozenset("\t\n\x0b\x0c\r \u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))
_APOSTROPHE = "’"


class Token(Mutable, gc=False):
    """A piece of a line: `words` of running text, or finished `html` that quotes beside it see as `words`."""

    words: str
    level: int
    """How many elements it stands in."""
    html: str | None = None
    is_address: bool = False
    """Words that were written as a bare address."""


class _Open(NamedTuple):
    """A quote that may open, as long as none closes it."""

    token: Token
    at: int
    quote: str


@lru_cache(maxsize=1024)
def kind_of(character: str) -> str:
    """`space`, `mark` (punctuation, symbols) or `word`, as CommonMark divides them."""
    if character in _SPACES:
        return "space"
    return "mark" if category(character)[0] in "PS" else "word"


def pair_quotes(tokens: Sequence[Token], marks: Sequence[str]) -> None:
    """Put a language's quotation marks in the place of straight ones, within each element by itself."""
    waiting: list[_Open] = []
    for index, token in enumerate(tokens):
        while waiting and waiting[-1].token.level > token.level:
            waiting.pop()
        if token.html is None:
            if "'" in token.words:
                token.words = _INSIDE_WORD.sub(_APOSTROPHE, token.words)
            if "'" in token.words or '"' in token.words:
                _pair_in(token, tokens, index, waiting, marks)


def _pair_in(token: Token, tokens: Sequence[Token], index: int, waiting: list[_Open], marks: Sequence[str]) -> None:
    at = 0
    while (found := _QUOTE.search(token.words, at)) is not None:
        here, quote, at = found.start(), found[0], found.end()
        before = token.words[here - 1] if here else _nearest(tokens[index - 1 :: -1] if index else (), -1)
        behind = token.words[at] if at < len(token.words) else _nearest(tokens[index + 1 :], 0)
        can_open, can_close = _sides(quote, before, behind)
        opening = _opening(quote, token.level, waiting) if can_close else None
        if opening is not None:
            start, end = marks[2:] if quote == "'" else marks[:2]
            _replace(token, here, end)
            _replace(waiting[opening].token, waiting[opening].at, start)
            at += len(end) - 1 + (len(start) - 1 if waiting[opening].token is token else 0)
            del waiting[opening:]
        elif can_open:
            waiting.append(_Open(token, here, quote))
        elif quote == "'":
            _replace(token, here, _APOSTROPHE)


def _nearest(tokens: Iterable[Token], which: int) -> str:
    """The character next to a quote at the edge of its token; the ends of a line are space."""
    return next((token.words[which] for token in tokens if token.words), " ")


def _sides(quote: str, before: str, behind: str) -> tuple[bool, bool]:
    """Whether a quote between two characters may open, and may close."""
    left, right = kind_of(before), kind_of(behind)
    if quote == behind == '"' and "0" <= before <= "9":
        return False, False
    can_open = right != "space" and (right != "mark" or left != "word")
    can_close = left != "space" and (left != "mark" or right != "word")
    if can_open and can_close:
        return left == "mark", right == "mark"
    return can_open, can_close


def _opening(quote: str, level: int, waiting: Sequence[_Open]) -> int | None:
    """The nearest quote of the same kind in the same element."""
    for index in range(len(waiting) - 1, -1, -1):
        if waiting[index].token.level < level:
            return None
        if waiting[index].quote == quote:
            return index
    return None


def _replace(token: Token, at: int, mark: str) -> None:
    token.words = f"{token.words[:at]}{mark}{token.words[at + 1 :]}"

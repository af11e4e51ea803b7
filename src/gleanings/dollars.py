"""Is it maths or money? One rule for feeds and for notes.

A pair of dollars is maths only where nothing else fits: no white space just inside either dollar, no line break and
no code between them, no digit behind the closing one, and a body that looks like TeX. `$5 and $10`, `$2B`,
`Wrapping<$t>` and `$x` stay text.
"""

from __future__ import annotations

from collections.abc import Iterator

from gleanings.patterns import later

_NUMBER = r"\d+(?:[.,]\d+)?"
_VARIABLE = r"[A-Za-z]['′!]?"
_CALL = r"[A-Za-z]['′]?\([^()\s]+(?:, ?[^()\s]+)*\)"
"""`O(n)`, `P(A|B)`."""
_TERM = rf"(?:{_CALL}|\d*{_VARIABLE}|{_NUMBER})"
_TEX = later(
    rf"[\\^_{{}}=<>]|\A[-−+]?(?:{_NUMBER}|{_VARIABLE}|{_CALL})\Z|"
    rf"\A[-−+]?(?=[^A-Za-z]*[A-Za-z]){_TERM}(?: ?[-−+*/] ?{_TERM})+\Z"
)
"""A sign of TeX's own; a number, a variable, a function; a sum of such with a letter in it. `2B` alone is money."""


def looks_like_tex(body: str) -> bool:
    """True where the words between two dollars can be a formula."""
    if not body or body[0].isspace() or body[-1].isspace() or "`" in body:
        return False
    return _TEX.search(body) is not None


def closing_dollar(text: str, opening: int) -> int | None:
    """Where the formula ends that the `$` at `opening` starts; None where that dollar is just a dollar.

    Only single dollars are judged; the caller has dealt with `$$` and knows that the opening one is not escaped.
    """
    end = opening + 1
    while end < len(text) and text[end] != "$":
        if text[end] == "\n":
            return None
        end += 2 if text[end] == "\\" else 1
    if end >= len(text) or (end + 1 < len(text) and (text[end + 1].isdigit() or text[end + 1] == "$")):
        return None
    return end if looks_like_tex(text[opening + 1 : end]) else None


def find_inline_maths(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every inline formula of a text, dollars included, from left to right.

    A refused pair gives up its first dollar only: the second may open the next one.
    """
    at = 0
    while (at := text.find("$", at)) >= 0:
        if text.startswith("$$", at):
            at += 2
            continue
        closing = None if at and text[at - 1] == "\\" else closing_dollar(text, at)
        if closing is None:
            at += 1
            continue
        yield at, closing + 1
        at = closing + 1

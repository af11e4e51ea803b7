"""A guard before the parser: HTML nested thousands deep takes every tree builder quadratic time.

The HTML standard has a parser look up its stack of open elements at most tags, so 50,000 open `<div>`s cost seconds.
Start tags beyond a depth that no article has are left out, their text stays.
"""

from __future__ import annotations

from collections import Counter

from gleanings.identity.words import words
from gleanings.patterns import later

MAX_OPEN = 250

_FEW = 2 * MAX_OPEN
_TAG = later(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>?")
_UNCOUNTED = words("""
    area base br col embed hr img input link meta param source track wbr
    p li dt dd td th tr tbody thead tfoot option rp rt colgroup caption
""")
"""Empty ones, and those that the next of their like closes."""


def limit_nesting(html: str) -> str:
    """The same HTML without the tags that would open more than MAX_OPEN elements at once.

    An end tag closes one element of its own name and nothing else, so the count is never below the true depth.
    """
    if html.count("<") <= _FEW:
        return html
    opened: Counter[str] = Counter()
    depth = 0
    cuts: list[tuple[int, int]] = []
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _UNCOUNTED:
            continue
        if tag[1]:
            if opened[name]:
                opened[name] -= 1
                depth -= 1
        elif depth >= MAX_OPEN:
            cuts.append(tag.span())
        else:
            opened[name] += 1
            depth += 1
    return _without(html, cuts) if cuts else html


def _without(html: str, cuts: list[tuple[int, int]]) -> str:
    parts = []
    at = 0
    for start, end in cuts:
        parts.append(html[at:start])
        at = end
    parts.append(html[at:])
    return "".join(parts)

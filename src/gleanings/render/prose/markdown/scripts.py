"""What a text's script asks of the markup: its direction, and whether a line end is a space."""

from __future__ import annotations

from gleanings.patterns import later

_RIGHT_TO_LEFT = later("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_HAN = (("\u2e80", "\u30ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\uff00", "\uffef"))


def direction(text: str) -> str:
    """The attribute that lets a browser find out the direction of a text; empty where it is from left to right."""
    return ' dir="auto"' if not text.isascii() and _RIGHT_TO_LEFT.search(text) else ""


def runs_on(before: str, after: str) -> bool:
    """Whether a line end is no space: between Chinese or Japanese characters (CSS Text 3, 4.1.2)."""
    return _is_han(before[-1:]) and _is_han(after[:1])


def _is_han(character: str) -> bool:
    return any(first <= character <= last for first, last in _HAN)

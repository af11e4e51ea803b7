"""How a language is written."""

from __future__ import annotations

from typing import Literal

_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"))


def direction(lang: str | None) -> Literal["rtl"] | None:
    """`rtl` for the languages that are written from the right."""
    return "rtl" if lang and lang.lower().partition("-")[0] in _RIGHT_TO_LEFT else None

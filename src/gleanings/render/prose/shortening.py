"""Long plain text, made short for where there is little room."""

from __future__ import annotations

_WORDS_OF_A_NAME = 9
_LONGEST_NAME = 90


def clip(text: str, limit: int) -> str:
    """At most so many characters, up to the end of a word where there are words; dots say that there is more."""
    if len(text) <= limit:
        return text
    end = text.rfind(" ", 0, limit)
    # Chinese and Japanese have no spaces, and some addresses are longer than all there is room for.
    if end < limit // 2:
        end = limit - 1
    return text[:end].rstrip(" ,;:.") + "…"


def name_from(text: str) -> str:
    """The first words, as the name of something that has none; empty where there are none."""
    words = text.split(maxsplit=_WORDS_OF_A_NAME)
    name = " ".join(words[:_WORDS_OF_A_NAME])
    limit = _LONGEST_NAME if " " in name else _LONGEST_NAME // 2
    if len(name) > limit:
        return clip(name, limit)
    return f"{name}…" if len(words) > _WORDS_OF_A_NAME else name

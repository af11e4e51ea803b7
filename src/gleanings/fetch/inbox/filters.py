"""`include` and `exclude` of a feed: which of its entries a person wants to see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def is_wanted(texts: Iterable[str], *, include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    """True where any of `texts` (title, summary, categories) has a word of `include`, and none has one of `exclude`.

    Words are whole words in any case; `agent*` is every word that begins so; a pattern may be several words. Without
    `include` everything is wanted that is not excluded.
    """
    joined = "\n".join(texts)
    if include and not any(_pattern(word).search(joined) for word in include):
        return False
    return not any(_pattern(word).search(joined) for word in exclude)


@lru_cache(maxsize=1024)
def _pattern(written: str) -> re.Pattern[str]:
    words = [r"\w*".join(re.escape(part) for part in word.split("*")) for word in written.split()]
    inner = r"\s+".join(words) or r"(?!)"
    return re.compile(rf"(?<!\w){inner}(?!\w)", re.IGNORECASE)

"""Words as parts of addresses. Addresses are promises: what is made of a text here never changes."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from gleanings.patterns import later

_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})
_IN_WORDS = (
    ("'", later(r"(?<=[^\W_])'(?=[^\W_])"), ""),
    (",", later(r"(?<=[0-9]),(?=[0-9]{3})"), ""),
    ("+", later(r"(?<=[A-Za-z0-9])\+\+"), "pp"),
    ("#", later(r"(?<=\b[A-Za-z])#(?![A-Za-z0-9])"), "-sharp"),
)
"""Signs that do not part words, in the order in which they are taken: the sign, where it is one, what it becomes."""
_LONGEST = 200
"""Names of files have at most 255 bytes."""
_REST = later(r"[^a-z0-9]+")


@lru_cache(maxsize=20_000)
def slug(text: str) -> str:
    """Lower-case ASCII letters, digits and single hyphens; never empty, and the same on every machine.

    Letters of other scripts are transliterated. `C++` and `C#` keep their difference from `C`. A text without a
    letter or digit in any script (😀) becomes `x-` and eight digits of its hash, which end a very long one as well.
    """
    ready = text.replace("`", "'")
    if not ready.isascii():
        ready = ready.translate(_SAME)
    for sign, pattern, instead in _IN_WORDS:
        if sign in ready:
            ready = pattern.sub(instead, ready)
    if not ready.isascii():
        ready = _transliterate(ready)
    made = _REST.sub("-", ready.lower()).strip("-")
    if 0 < len(made) <= _LONGEST:
        return made
    mark = sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{made[:_LONGEST].strip('-') or 'x'}-{mark}"


def _transliterate(text: str) -> str:
    from slugify import slugify

    # The library takes whichever of two transliterators is installed unless told; only one is ours.
    made: str = slugify(text, entities=False, decimal=False, hexadecimal=False, backend="text-unidecode")
    return made

"""What straight marks and bare addresses in prose become: rules of our own, without a parser.

`...` → …, `--` → –, `---` → —, `'26` → ’26; the quotation marks of a language; where an address in running text ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from gleanings.patterns import later

_QUOTES: dict[str, tuple[str, ...]] = {
    "": ("“", "”", "‘", "’"),
    "en": ("“", "”", "‘", "’"),
    "de": ("„", "“", "‚", "‘"),
    "fr": ("«\u202f", "\u202f»", "‹\u202f", "\u202f›"),
    "es": ("«", "»", "“", "”"),
    "it": ("«", "»", "“", "”"),
    "pt": ("«", "»", "“", "”"),
    "ru": ("«", "»", "„", "“"),
    "uk": ("«", "»", "„", "“"),
    "pl": ("„", "”", "«", "»"),
    "cs": ("„", "“", "‚", "‘"),
    "nl": ("“", "”", "‘", "’"),
    "sv": ("”", "”", "’", "’"),
    "fi": ("”", "”", "’", "’"),
    "da": ("»", "«", "›", "‹"),
    "nb": ("«", "»", "‘", "’"),
    "no": ("«", "»", "‘", "’"),
}
"""Language → opening and closing marks, double then single. Other languages keep their quotes as typed."""

_BARE_ADDRESS = later(r"(?<![\w/@.-])https?://[^\s<>]*[^\s<>?!.,:;*_~'\"]")
_APOSTROPHES = later(r"(?<!\w)'(?=\d\d(?:s\b|\b)|(?:tis|twas|em|til|cause|n)\b)", re.IGNORECASE)
_EM_DASH = later(r"(?<!-)---(?!-)")
_EN_DASH = later(r"(?<=\s)--(?=\s|$)|^--(?=\s)|(?<=[^\s-])--(?=[^\s-]|$)")
_ELLIPSIS = later(r"(?<!\.)\.\.\.(?!\.)")


@lru_cache(maxsize=64)
def quotes_of(lang: str) -> tuple[str, ...] | None:
    """The quotation marks of a language (BCP 47); None where quotes, dashes and dots stay as typed."""
    return _QUOTES.get(lang.lower().replace("_", "-").split("-")[0])


def smarten(text: str) -> str:
    """Dots, dashes and apostrophes of running text, never of code, addresses or maths.

    Less than usual in such rules: `(c)` is the third point of a list more often than a copyright sign.
    """
    if "..." in text:
        text = _ELLIPSIS.sub("…", text)
    if "--" in text:
        text = _EN_DASH.sub("–", _EM_DASH.sub("—", text))
    return _APOSTROPHES.sub("’", text) if "'" in text else text


def find_addresses(text: str) -> Iterator[tuple[int, str]]:
    """Where each bare address of a text begins, and the address."""
    for found in _BARE_ADDRESS.finditer(text):
        yield found.start(), _without_outer_bracket(found[0])


def _without_outer_bracket(address: str) -> str:
    """The address without a bracket that closes one before it: `(see https://e.org/)`, but `https://e.org/a(b)`."""
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1]
    return address

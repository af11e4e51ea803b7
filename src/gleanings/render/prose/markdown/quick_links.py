"""Links and pictures as the short way takes them: what they look like, and their addresses in ASCII."""

from __future__ import annotations

import re
from urllib.parse import quote

from gleanings.patterns import later


class Unsure(Exception):
    """This text needs the full parser."""


_BLANKS = later(r"[^\S\x85]+")
LABEL = r"\[((?:[^\[\]`\\<$]++|`[^`]+`(?!`))*+)\]"
_HOST = r"[A-Za-z0-9-]{1,32}(?:\.[A-Za-z0-9-]{1,32}){0,6}(?::\d+)?"
# What may stand in them is said by what may not: to prepare a set of letters beyond Latin takes Python 4 ms each.
_NOWHERE = r"\x00-\x20\"%;<>\[\\\]^`{|}\x7f-\xa0"
_PATH = rf"(?:[^(){_NOWHERE}]|%[0-9A-Fa-f]{{2}})"
_NEAR = rf"(?:[^():#{_NOWHERE}]|%[0-9A-Fa-f]{{2}})"
_PATHS = rf"(?:{_PATH}++|\({_PATH}*+\))*+"
ADDRESS = (
    rf"(?:https?://{_HOST}|mailto:[\w.+-]+@{_HOST})(?:[/?#]{_PATHS})?|/(?!/){_PATHS}|#{_PATHS}|"
    rf"[\w.]{_NEAR}*+(?:#{_NEAR}*+)?"
)
"""An address that a parser leaves as it is, but for letters beyond ASCII (see `encoded`): on the web, on this site, a
file."""
TITLE = r"""(?: +("[^"\\&\n]*"|'[^'\\&\n]*'))?"""
LINK = later(rf"{LABEL}\( *({ADDRESS}){TITLE} *\)", re.ASCII)
REFERRED = later(rf"{LABEL}(?:\[([^\[\]\\`<$]*)\])?(?![(\[:])")
"""`[words][label]`, `[words][]`, `[label]`: a link if there is such a definition, else just brackets."""
OUTER = later(rf"\[(?:[^\[\]`\\<$]++|`[^`]+`(?!`)|{LABEL}(?:\([^()\s<]*\))?)*+\](?![(\[:])")
"""Brackets around brackets or links."""
_PICTURE = rf"!\[([^\[\]\\`<$\n]*)\]\( *({ADDRESS}){TITLE} *\)"
PICTURE_IN_PLACE = later(_PICTURE, re.ASCII)
LINKED_PICTURE = later(rf"\[{_PICTURE}\]\( *({ADDRESS}){TITLE} *\)", re.ASCII)
AUTOLINK = later(
    rf"<(https?://{_HOST}(?:[/?#][^{_NOWHERE}]*+)?|"
    r"[\w.+-]+@[A-Za-z0-9]{1,32}(?:[.-][A-Za-z0-9]{1,32}){0,6})>",
    re.ASCII,
)
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def title_of(written: str | None) -> str:
    """A title without its quotes."""
    return written[1:-1] if written else ""


def plain_label(written: str) -> str:
    """The label of a definition, as it is compared."""
    return _BLANKS.sub(" ", written).strip(" ").lower().upper()


def encoded(address: str) -> str:
    """An address in ASCII. Raises `Unsure` where a parser may leave some of its letters."""
    if address.isascii():
        return address
    if any(letter == "\u1680" or "\u2000" <= letter <= "\u3000" or letter > "\ud7ff" for letter in address):
        raise Unsure
    return quote(address, safe=_PRINTABLE)

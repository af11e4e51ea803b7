"""Addresses in files of other programs: as an attribute holds them, and whether our own files can."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from gleanings.addresses import strip_credentials
from gleanings.files.kinds import find_address_fault
from gleanings.identity import is_web_address
from gleanings.patterns import later

_REFERENCE = later(r"&(?:#(?:[0-9]+|[xX][0-9A-Fa-f]+);?|([A-Za-z][A-Za-z0-9]*+)(?:;|(?!=)))")


def read_attribute(written: str) -> str:
    """The value of an attribute. A name without `;` before `=`, a letter or a digit is no reference there, so that
    `?a=1&section=2` is an address (HTML, 13.2.5.73)."""
    return _REFERENCE.sub(_character, written) if "&" in written else written


def _character(found: re.Match[str]) -> str:
    return html5.get(found[0][1:], found[0]) if found[1] else unescape(found[0])


def find_fault(address: str) -> str:
    """Why an address cannot stand in our files, which would refuse it when they are read; empty where it can."""
    shown = strip_credentials(address)[:80]
    if not is_web_address(address):
        return f"{shown!r} is no web address"
    if not address.isascii() and any("\ud800" <= character <= "\udfff" for character in address):
        return f"{shown!r} has a character that is none"
    return find_address_fault(address)[0]

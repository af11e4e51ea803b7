"""A file that another program wrote → text, whatever its encoding."""

from __future__ import annotations

import re

from gleanings.patterns import later

_META = later(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*((?:big5|cp|euc|gb|iso|koi8|shift|utf|windows)[\w.-]*)", re.IGNORECASE
)
_OF_WINDOWS = ("iso-8859-1", "iso8859-1")
"""What browsers read as Windows writes (Encoding, 4.2)."""
_PROLOG = later(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")


def decode(content: bytes) -> str:
    """By the byte order mark; else as UTF-8; else as the file says; else as Windows writes. Never raises."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _PROLOG.match(content) or _META.search(content[:4096])
    name = declared[1].decode("ascii").lower() if declared else "cp1252"
    try:
        return content.decode("cp1252" if name in _OF_WINDOWS else name, "replace")
    except (LookupError, UnicodeError):
        return content.decode("cp1252", "replace")

"""A file that another program wrote → text, whatever its encoding."""

from __future__ import annotations

from gleanings.patterns import later

_PROLOG = later(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")


def decode(content: bytes) -> str:
    """By the byte order mark; else as UTF-8; else as the file says; else as Windows writes. Never raises."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _PROLOG.match(content)
    try:
        return content.decode(declared[1].decode("ascii") if declared else "cp1252", "replace")
    except LookupError:
        return content.decode("cp1252", "replace")

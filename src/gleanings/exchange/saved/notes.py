"""A remark from another program as Markdown that shows exactly it."""

from __future__ import annotations

from gleanings.files.writing import format_title
from gleanings.patterns import later

_BLOCK_MARK = later(r"(?=[#>=|:~]|-[-:|\s]*\Z)")
"""What would make a heading, a quotation, a table … of a line."""

_BEHIND_BULLETS = later(r"\A(?:(?:[-+]|\d{1,9}[.)])\s+)+(?=[#>=|:~]|-\s*\Z)")


def format_note(text: str) -> str:
    """Plain text as Markdown: paragraphs and lines stay, nothing in it becomes markup but a list's dashes."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    return "\n".join(_line(line) for line in lines)


def _line(line: str) -> str:
    escaped = format_title(line)
    if _BLOCK_MARK.match(escaped):
        return f"\\{escaped}"
    return _BEHIND_BULLETS.sub(r"\g<0>\\", escaped)

"""A remark from another program as Markdown that shows exactly it."""

from __future__ import annotations

from gleanings.files.writing import format_title
from gleanings.patterns import later

_BLOCK_MARK = later(r"(?=[#>=|]|~{3}|:|-+\s*\Z)")
"""What would make a heading, a quotation, a table … of a line."""


def format_note(text: str) -> str:
    """Plain text as Markdown: paragraphs and lines stay, nothing in it becomes markup but a list's dashes."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    return "\n".join(_line(line) for line in lines)


def _line(line: str) -> str:
    escaped = format_title(line)
    return f"\\{escaped}" if _BLOCK_MARK.match(escaped) else escaped

"""What to type, as cures say it: a text in quotes that hold it; a text too long to show is told of in words."""

from __future__ import annotations

LONGEST = 60
SPACE_BEHIND_COLON = "put a space behind the colon"
SPACE_BEHIND_DASH = "put a space behind the dash"


def cure_by_quotes(text: str, *, noun: str = "it", key: str = "") -> str:
    """Have a text put in quotes, behind its `key` where one is given."""
    line = " ".join(text.split())
    if len(line) > LONGEST:
        return f"put the whole text in {_name_quotes(line)}"
    return f"put {noun} in quotes: {f'{key}: ' if key else ''}{in_quotes(line)}"


def cure_by_typing(before: str, text: str, *, otherwise: str) -> str:
    """Have `before` and the text behind it typed; `otherwise` says the same without the text."""
    line = " ".join(text.split())
    return f"write {before}{line}" if len(line) <= LONGEST else otherwise


def in_quotes(text: str) -> str:
    """A text of one line in quotes, as YAML reads them: a backslash means something between double ones."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _name_quotes(text: str) -> str:
    """The quotes that hold a text as it is, if any do."""
    if "'" not in text:
        return "single quotes"
    if '"' not in text and "\\" not in text:
        return "double quotes"
    return "single quotes, and write each ' inside twice"

"""Lines and texts that begin with letters which mean something else to YAML."""

from __future__ import annotations

from gleanings.files.cures import SPACE_BEHIND_DASH, cure_by_quotes, cure_by_typing
from gleanings.files.desk import find_invisible
from gleanings.files.traps.trouble import Finding, Trouble, inside_block, line_above
from gleanings.patterns import later

_GLUED_DASH = later(r"-([^\s-].*)")
_BEGINNING = later(r"[ -]*(?:[\w-]+[ ]*:[ ]*)?")
_SPECIAL = "*&!@`%|>"


def find_invisible_start(trouble: Trouble) -> Finding | None:
    """A letter that nobody sees, where a line's spaces, a dash or a key's colon end: it came with pasted text."""
    for at in (trouble.context_line, trouble.line, line_above(trouble, trouble.line)):
        found = find_invisible(trouble.lines[at])
        if found and _BEGINNING.fullmatch(trouble.lines[at][: found[0]]):
            return Finding(
                at, found[0], f"{found[1]} stands here", "write a plain space for it, or delete it", "invisible"
            )
    return None


def find_second_document(trouble: Trouble) -> Finding | None:
    if "document" not in trouble.problem or trouble.context != "expected a single document in the stream":
        return None
    return Finding(
        trouble.line,
        0,
        "a second document begins with this line of dashes",
        "take the line away; one file holds one document",
    )


def find_directive(trouble: Trouble) -> Finding | None:
    if "directive" not in trouble.context and "directive" not in trouble.problem:
        return None
    return Finding(trouble.context_line, 0, "a line cannot begin with %", "quote the text or take the line away")


def find_special_start(trouble: Trouble) -> Finding | None:
    """A text that begins with a letter which means something else to YAML."""
    for line, column in ((trouble.context_line, trouble.context_column), (trouble.line, trouble.column)):
        letter = trouble.lines[line][column : column + 1]
        before = trouble.lines[line][:column]
        at_start = not before.strip() or before.rstrip().endswith((":", "-", "[", ",", "{"))
        if not letter or letter not in _SPECIAL or not at_start:
            continue
        text = trouble.lines[line][column:].rstrip()
        if letter == "*" and not before.strip() and text[1:2] == " ":
            cure = cure_by_typing("- ", text[1:], otherwise="begin it with - instead")
            return Finding(line, column, "an item of a list cannot begin with *", cure, "dash")
        if letter == "|":
            return Finding(
                line,
                column,
                "text stands behind | in the same line",
                "write it in the lines below, indented deeper than its key",
                "block-text",
            )
        return Finding(
            line,
            column,
            f"a text without quotes cannot begin with {letter}",
            cure_by_quotes(text),
            "special-start",
        )
    if "entries are not allowed" in trouble.problem or "keys are not allowed" in trouble.problem:
        text = trouble.behind.rstrip()
        return Finding(
            trouble.line,
            trouble.column,
            f'a text without quotes cannot begin with "{text[:2]}"',
            cure_by_quotes(text),
            "special-start",
        )
    return None


def find_glued_dash(trouble: Trouble) -> Finding | None:
    """`-url: x`, `-https://…`."""
    for at in (trouble.context_line, trouble.line, line_above(trouble, trouble.line)):
        line = trouble.lines[at]
        found = _GLUED_DASH.fullmatch(line.strip())
        if found and not inside_block(trouble, at):
            return Finding(
                at,
                len(line) - len(line.lstrip()),
                "the dash has no space behind it",
                cure_by_typing("- ", found[1], otherwise=SPACE_BEHIND_DASH),
                "dash",
            )
    return None

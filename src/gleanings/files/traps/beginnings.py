"""Lines and texts that begin with letters which mean something else to YAML."""

from __future__ import annotations

from gleanings.files.cures import SPACE_BEHIND_DASH, cure_by_quotes, cure_by_typing
from gleanings.files.desk import OTHER_DASH, WIDE_COLON, WIDE_COLON_STANDS, find_invisible
from gleanings.files.traps.trouble import (
    Finding,
    Trouble,
    indent_of,
    inside_block,
    line_above,
    looks_like_key,
    nearest_key,
)
from gleanings.patterns import later

_GLUED_DASH = later(r"-([^\s-].*)")
_BEGINNING = later(r"[ -]*(?:[\w-]+[ ]*:[ ]*)?")
_FENCE = later(r"`{3,}[ ]*\w*[ ]*")
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


def find_fence(trouble: Trouble) -> Finding | None:
    """The backticks between which an answer in a chat shows a file."""
    fences = [at for at, line in enumerate(trouble.lines) if _FENCE.fullmatch(line)]
    if not {trouble.line, trouble.context_line} & set(fences):
        return None
    return Finding(
        fences[0], 0, "a line of backticks is no YAML", "take the lines of backticks around the file away", "fence"
    )


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


def find_other_dash(trouble: Trouble) -> Finding | None:
    """`– https://…`, `• url: x`."""
    for at in (trouble.context_line, trouble.line, line_above(trouble, trouble.line)):
        found = OTHER_DASH.fullmatch(trouble.lines[at].strip())
        if found and (found[2].startswith("http") or looks_like_key(found[2])) and not inside_block(trouble, at):
            return Finding(
                at,
                indent_of(trouble.lines[at]),
                f"an item of a list begins with -, and not with {found[1]}",
                cure_by_typing("- ", found[2], otherwise="begin it with - instead"),
                "dash",
            )
    return None


def find_wide_colon(trouble: Trouble) -> Finding | None:
    """`title：Foo`, with the colon of a Chinese or Japanese keyboard."""
    for at in (trouble.context_line, trouble.line, line_above(trouble, trouble.line)):
        found = WIDE_COLON.fullmatch(trouble.lines[at].strip())
        if found and nearest_key(found[2]):
            cure = cure_by_typing(f"{found[1]}{found[2]}: ", found[3], otherwise="write a plain colon and a space")
            return Finding(at, trouble.lines[at].index("："), WIDE_COLON_STANDS, cure, "colon")
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

"""Lines that begin in the wrong column."""

from __future__ import annotations

from gleanings.files.traps.trouble import (
    KEY_LINE,
    Finding,
    Trouble,
    indent_of,
    inside_block,
    line_above,
    looks_like_key,
    name_of,
    nearest_key,
)
from gleanings.patterns import later

_BLOCK_HEAD = later(r"(?:^|[:\s-])[ ]*[|>][-+0-9]*[ ]*(?:#.*)?$")


def find_tab(trouble: Trouble) -> Finding | None:
    """A tab in the indentation."""
    line = trouble.lines[trouble.line]
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" not in indent or trouble.column > len(indent):
        return None
    return Finding(
        trouble.line,
        indent.index("\t"),
        "the line is indented with a tab",
        "use spaces; YAML knows no tabs here",
        "tab",
    )


def find_unindented_text(trouble: Trouble) -> Finding | None:
    """Text of a `|` that is not indented deeper than its key, or less than its first line."""
    at = trouble.context_line if "simple key" in trouble.context else trouble.line
    column = indent_of(trouble.lines[at])
    for above in range(at - 1, -1, -1):
        line = trouble.lines[above]
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if _BLOCK_HEAD.search(line) and (found := KEY_LINE.match(line)):
            key_column = len(found["indent"]) + len(found["dashes"])
            if column < key_column or looks_like_key(trouble.lines[at]):
                return None
            message = f'this line is not indented like the text of "{found["key"]}" that began in line {above + 1}'
            return Finding(
                at,
                column,
                message,
                f"indent every line of the text alike, deeper than {found['key']}:",
                "indentation",
            )
        if indent_of(line) < column:
            return None
    return None


def find_colon_in_further_line(trouble: Trouble) -> Finding | None:
    """A text without quotes that goes on in further lines, and has a colon there.

    A key before the colon is one that is indented too deep.
    """
    line = trouble.lines[trouble.line]
    word = trouble.before.strip()
    if "mapping values" not in trouble.problem or (looks_like_key(line) and nearest_key(word)):
        return None
    start = _find_text_start(trouble)
    if start is None:
        return None
    key = KEY_LINE.match(trouble.lines[start])
    cure = f"write {key['key']}: | and the text below it, indented" if key else "put the whole text in quotes"
    message = f"a colon with a space behind it stands in a text without quotes, which began in line {start + 1}"
    return Finding(trouble.line, trouble.column, message, cure, "colon")


def _find_text_start(trouble: Trouble) -> int | None:
    """The line above in which a text without quotes begins that goes on to the line in trouble."""
    column = indent_of(trouble.lines[trouble.line])
    for above in range(trouble.line - 1, -1, -1):
        line = trouble.lines[above]
        found = KEY_LINE.match(line)
        text = found["value"] if found else line.lstrip(" -")
        begins = found is not None or line.lstrip().startswith("- ")
        if begins:
            start = indent_of(line) + len(found["dashes"] if found else "")
            return above if start < column and text and text[0] not in "|>\"'[{#" else None
        if line.lstrip().startswith("#"):
            return None
    return None


def find_indentation(trouble: Trouble) -> Finding | None:
    """A line that begins in a column where nothing above it begins."""
    line = trouble.lines[trouble.line]
    column = indent_of(line)
    if trouble.before.strip(" -") and "mapping values" not in trouble.problem:
        return None
    name = name_of(line)
    begins_dash = line.lstrip().startswith("- ")
    if begins_dash and (holder := _find_section(trouble, column)) is not None:
        message = f'a list stands under "{holder}:" without a key of its own'
        return Finding(
            trouble.line, column, message, f"write entries: above it, in column {column + 1}", "indentation"
        )
    best = _find_sibling(trouble, dash=begins_dash)
    if best is None:
        return Finding(
            trouble.line,
            column,
            f"{name} does not fit the lines above it",
            "begin it in the same column as its neighbours",
            "indentation",
        )
    above, wanted = best
    if wanted == column:
        message = f"{name} stands where an item of the list that began above is wanted"
        cure = 'indent it like the keys of its entry, or put "- " before it if it begins a new one'
        if "expected '-'" not in trouble.problem:
            message, cure = f"{name} does not fit the lines above it", "look for what is not closed above"
        return Finding(trouble.line, column, message, cure, "indentation")
    depth = "deeper" if column > wanted else "less deep"
    stands_odd = indent_of(trouble.lines[above]) % 2 == 1 and column % 2 == 0
    if stands_odd or _goes_on_like(trouble, column):
        # Two lines against one, or an odd column among even ones: it is the line above that stands apart.
        moved = indent_of(trouble.lines[above]) + column - wanted
        if moved >= 0:
            depth = "less deep" if column > wanted else "deeper"
            message = f"{name_of(trouble.lines[above])} is indented {depth} than the keys below it"
            return Finding(
                above, indent_of(trouble.lines[above]), message, f"begin it in column {moved + 1}", "indentation"
            )
    message = f"{name} is indented {depth} than its neighbour in line {above + 1}"
    cure = f"put the dash in column {wanted + 1}" if begins_dash else f"begin it in column {wanted + 1}"
    return Finding(trouble.line, column, message, cure, "indentation")


def _find_section(trouble: Trouble, column: int) -> str | None:
    """The key of a section that stands in `column`, directly above the line in trouble; None elsewhere."""
    at = line_above(trouble, trouble.line)
    found = KEY_LINE.match(trouble.lines[at])
    if found is None or at == trouble.line or len(found["indent"]) + len(found["dashes"]) != column:
        return None
    depth = column
    for above in range(at, -1, -1):
        line = trouble.lines[above]
        if line.strip() and indent_of(line) < depth:
            if not line.lstrip().startswith("- "):
                return found["key"] if line.strip() == "sections:" else None
            depth = indent_of(line)
    return None


def _goes_on_like(trouble: Trouble, column: int) -> bool:
    """True where the next key below begins in `column` too, before anything less deep does."""
    for line in trouble.lines[trouble.line + 1 :]:
        if line.strip() and indent_of(line) <= column:
            return indent_of(line) == column and looks_like_key(line) and not line.lstrip().startswith("- ")
    return False


def _find_sibling(trouble: Trouble, *, dash: bool) -> tuple[int, int] | None:
    """The line above, and its column, that the line in trouble most likely wants to be aligned with."""
    column = indent_of(trouble.lines[trouble.line])
    choices: list[tuple[int, int, int, int]] = []
    lowest = 1_000_000
    for above in range(trouble.line - 1, -1, -1):
        line = trouble.lines[above]
        found = KEY_LINE.match(line)
        begins_dash = line.lstrip().startswith("- ")
        if not (found or begins_dash) or indent_of(line) >= lowest or inside_block(trouble, above):
            continue
        if line.lstrip().startswith("#"):
            continue
        lowest = indent_of(line)
        dashes = len(line[lowest:]) - len(line[lowest:].lstrip("- ")) if begins_dash else 0
        starts = {lowest} if dash or not begins_dash else {lowest + dashes}
        if dash and not begins_dash:
            continue
        choices += [(abs(start - column), trouble.line - above, above, start) for start in starts]
    if not choices:
        return None
    _, _, above, start = min(choices)
    return above, start

"""YAML's traps in words: where libyaml gave up becomes a sentence about the line that began the trouble.

libyaml names the place where it could not go on, which is often below the mistake: an unclosed quotation mark
swallows lines until the next one. Each trap looks at the lines and the tokens before that place and says what it
recognises; the first that does speaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from gleanings.files.trouble import (
    KEY_LINE,
    Finding,
    Trouble,
    indent_of,
    inside_block,
    last_token_before,
    line_above,
    looks_like_key,
    name_of,
    quoted,
    shorten_text,
)
from gleanings.patterns import later
from gleanings.problems import Problem

_BREAK = later(r"\r\n|\r|\n")
_CONTROL = later("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLOCK_HEAD = later(r"(?:^|[:\s-])[ ]*[|>][-+0-9]*[ ]*(?:#.*)?$")
_GLUED_KEY = later(r"(?:-[ ]+)*([A-Za-z][\w-]*):(\S.*)")
_GLUED_DASH = later(r"-([^\s-].*)")
_PAIRS = {"[": "]", "{": "}"}
_SPECIAL = "*&!@`%|>"


def explain(error: Exception, text: str, path: str, *, tokens: Sequence[Any], too_deep: int | None = None) -> Problem:
    """One problem for a text that libyaml refused with `error`; `tokens` are those it could read."""
    lines = _BREAK.split(text)
    control = _CONTROL.search(text)
    if too_deep is not None:
        found = _find_too_deep(lines, too_deep)
    elif control is not None:
        found = _find_control(text, control)
    else:
        trouble = _make_trouble(error, lines, tokens)
        found = next(finding for trap in TRAPS if (finding := trap(trouble)) is not None)
    return Problem(
        path=path,
        line=found.line + 1,
        column=found.column + 1,
        code=found.code,
        message=found.message,
        cure=found.cure,
    )


def _make_trouble(error: Exception, lines: Sequence[str], tokens: Sequence[Any]) -> Trouble:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    context = getattr(error, "context_mark", None) or mark
    place = (line, column)
    if line >= len(lines) or not lines[line].strip():
        line = next((at for at in range(min(line, len(lines) - 1), -1, -1) if lines[at].strip()), 0)
        column = len(lines[line])
    return Trouble(
        lines=lines,
        tokens=[token for token in tokens if (token.start_mark.line, token.start_mark.column) <= place],
        problem=str(getattr(error, "problem", None) or error),
        context=str(getattr(error, "context", None) or ""),
        line=line,
        column=column,
        context_line=min(context.line, len(lines) - 1) if context else line,
        context_column=context.column if context else column,
    )


# ── before any trap ──


def _find_too_deep(lines: Sequence[str], limit: int) -> Finding:
    deepest = max(range(len(lines)), key=lambda at: len(lines[at]) - len(lines[at].lstrip(" [{-")))
    return Finding(
        deepest, 0, f"lists and mappings are nested more than {limit} deep", "write it flatter", "too-deep"
    )


def _find_control(text: str, found: re.Match[str]) -> Finding:
    before = _BREAK.split(text[: found.start()])
    name = f"U+{ord(found[0]):04X}"
    return Finding(
        len(before) - 1,
        len(before[-1]),
        f"an invisible control character ({name}) stands here",
        "delete it",
        "control-character",
    )


# ── the traps, in the order in which they are tried ──


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


def find_unclosed_quote(trouble: Trouble) -> Finding | None:
    """A quotation mark that nothing closes, or that is closed lines below by the next text's opening one."""
    if "quoted scalar" in trouble.context and "end of stream" in trouble.problem:
        line, column = trouble.context_line, trouble.context_column
        mark = trouble.lines[line][column]
        return Finding(
            line,
            column,
            f"the quotation mark {mark} that opens here is never closed",
            _cure_quote(trouble.lines[line], column),
            "unclosed-quote",
        )
    swallowed = trouble.lines[trouble.context_line + 1 : trouble.line + 1]
    if "quoted scalar" in trouble.context and any(map(looks_like_key, swallowed)):
        line, column = trouble.context_line, trouble.context_column
        message = (
            f"the quotation mark {trouble.lines[line][column]} that opens here is not closed before the next key"
        )
        return Finding(line, column, message, _cure_quote(trouble.lines[line], column), "unclosed-quote")
    for token in reversed(trouble.tokens):
        if token.id != "<scalar>" or not token.style or token.style not in "'\"":
            continue
        start, end = token.start_mark, token.end_mark
        if end.line == start.line or end.line < trouble.context_line - 1 or end.line < trouble.line - 1:
            continue
        message = f"the quotation mark {token.style} that opens here is closed only in line {end.line + 1}"
        return Finding(
            start.line, start.column, message, _cure_quote(trouble.lines[start.line], start.column), "unclosed-quote"
        )
    return None


def _cure_quote(line: str, column: int) -> str:
    mark = line[column]
    rest = line[column + 1 :].rstrip()
    if mark == "'" and re.match(r"\w*'\w", rest):
        return f'put the text into double quotes: "{shorten_text(rest)}"'
    return f"close the quote: {mark}{shorten_text(rest)}{mark}"


def find_escape(trouble: Trouble) -> Finding | None:
    if "escape" not in trouble.problem and "hexdecimal" not in trouble.problem:
        return None
    line = trouble.lines[trouble.line]
    at = line.rfind("\\", 0, trouble.column + 1)
    return Finding(
        trouble.line,
        max(at, 0),
        f"{line[at : at + 2]} means nothing between double quotes",
        "use single quotes, in which a backslash is a backslash, or write \\\\",
        "escape",
    )


def find_text_behind_quote(trouble: Trouble) -> Finding | None:
    """`"Foo" and bar`, `'It's fine'`."""
    token = last_token_before(trouble)
    if token is None or token.id != "<scalar>" or not token.style or token.style not in "'\"":
        return None
    if token.end_mark.line != trouble.line or trouble.before[token.end_mark.column :].strip():
        return None
    if not trouble.behind.strip():
        return None
    mark = token.style
    if mark == "'" and token.end_mark.column == trouble.column:
        cure = "write the apostrophe twice ('') or put the whole into double quotes"
    elif mark == '"':
        cure = 'put the whole into single quotes, or write \\" for the marks inside'
    else:
        cure = "put the whole into double quotes"
    return Finding(
        trouble.line, trouble.column, f"text stands behind the closing quotation mark {mark}", cure, "behind-quote"
    )


def find_flow(trouble: Trouble) -> Finding | None:
    """A `[` or `{` that is not closed, or a colon between the two."""
    open_tokens: list[Any] = []
    for token in trouble.tokens:
        if token.id in ("[", "{"):
            open_tokens.append(token)
        elif token.id in ("]", "}") and open_tokens:
            open_tokens.pop()
    if "flow" in trouble.context and trouble.context_line == trouble.line and trouble.behind.startswith(":"):
        return Finding(
            trouble.line,
            trouble.column,
            "a colon with a space behind it stands in a text without quotes",
            "put the text in quotes",
            "colon",
        )
    if "flow" not in trouble.context and not (open_tokens and open_tokens[0].start_mark.line < trouble.line):
        return None
    if open_tokens:
        line, column = open_tokens[0].start_mark.line, open_tokens[0].start_mark.column
    else:
        line, column = trouble.context_line, trouble.context_column
    opening = trouble.lines[line][column]
    closing = _PAIRS.get(opening, "]")
    rest = trouble.lines[line][column:].rstrip()
    if closing in rest and " #" in rest:
        return Finding(
            line,
            column + rest.index(" #") + 1,
            "what stands behind # is a comment",
            "put the text with # in quotes",
            "comment",
        )
    if closing in rest and line == trouble.line:
        return Finding(
            line,
            column,
            f"what stands between {opening} and {closing} cannot be read",
            "put commas between the items, and quotes around texts with commas or brackets",
            "flow",
        )
    return Finding(
        line,
        column,
        f"the {opening} that opens here is never closed",
        f"write {shorten_text(rest)}{closing}, or quote a text that begins with {opening}",
        "unclosed-bracket",
    )


def find_text_behind_bracket(trouble: Trouble) -> Finding | None:
    """`[draft] Foo`: a text that begins with a bracket."""
    token = last_token_before(trouble)
    if token is None or token.id not in ("]", "}") or token.end_mark.line != trouble.line:
        return None
    if trouble.before[token.end_mark.column :].strip() and not trouble.behind.startswith(":"):
        return None
    start = _opening_of(trouble, token)
    if trouble.behind.lstrip().startswith(token.id):
        return Finding(
            trouble.line, trouble.column, f"one {token.id} too many stands here", "take it away", "bracket"
        )
    opening = trouble.lines[start.line][start.column]
    text = trouble.lines[start.line][start.column :].rstrip()
    return Finding(
        start.line,
        start.column,
        f"a text without quotes cannot begin with {opening}",
        f"put it in quotes: {quoted(text)}",
        "special-start",
    )


def _opening_of(trouble: Trouble, closing: Any) -> Any:
    depth = 0
    for token in reversed(trouble.tokens[: trouble.tokens.index(closing) + 1]):
        depth += (token.id in ("]", "}")) - (token.id in ("[", "{"))
        if depth == 0:
            return token.start_mark
    return closing.start_mark


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
            return Finding(
                line, column, "an item of a list cannot begin with *", f"write - {text[1:].strip()}", "dash"
            )
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
            f"put it in quotes: {quoted(text)}",
            "special-start",
        )
    if "entries are not allowed" in trouble.problem or "keys are not allowed" in trouble.problem:
        text = trouble.behind.rstrip()
        return Finding(
            trouble.line,
            trouble.column,
            f'a text without quotes cannot begin with "{text[:2]}"',
            f"put it in quotes: {quoted(text)}",
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
                f"write - {shorten_text(found[1])}",
                "dash",
            )
    return None


def find_glued_colon(trouble: Trouble) -> Finding | None:
    """`title:Foo`."""
    places = [trouble.context_line, trouble.line] if "simple key" in trouble.context else []
    if "mapping values" in trouble.problem:
        places.append(line_above(trouble, trouble.line))
    for at in places:
        line = trouble.lines[at]
        found = _GLUED_KEY.fullmatch(line.strip())
        if found and not found[2].startswith("//"):
            return Finding(
                at,
                line.index(":"),
                f'no space stands behind the colon of "{found[1]}"',
                f"write {found[1]}: {shorten_text(found[2])}",
                "colon",
            )
    return None


def find_colon_in_text(trouble: Trouble) -> Finding | None:
    """`title: Foo: bar`."""
    if "mapping values" not in trouble.problem:
        return None
    line = trouble.lines[trouble.line]
    found = KEY_LINE.match(line)
    if not found or found["value"] is None or found.start("value") > trouble.column:
        return None
    key, value = found["key"], found["value"].rstrip()
    return Finding(
        trouble.line,
        trouble.column,
        "a colon with a space behind it stands in a text without quotes",
        f"put the text in quotes: {key}: {quoted(value)}",
        "colon",
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


def find_missing_colon(trouble: Trouble) -> Finding | None:
    """A line that should be a key and has no colon, or the further line of a text that is not indented."""
    if "mapping values" in trouble.problem:
        at = line_above(trouble, trouble.line)
        if (
            at == trouble.line
            or ":" in re.sub(r"https?:", "", trouble.lines[at])
            or indent_of(trouble.lines[at]) > indent_of(trouble.lines[trouble.line])
        ):
            return None
    elif "simple key" in trouble.context:
        at = trouble.context_line
    else:
        return None
    text = trouble.lines[at].strip().lstrip("- ")
    column = trouble.lines[at].find(text)
    word = text.split()[0] if text else ""
    rest = text[len(word) :].strip()
    above = trouble.lines[line_above(trouble, at)]
    key = KEY_LINE.match(above)
    if at and key and key["value"] and rest and indent_of(above) + len(key["dashes"]) >= column:
        return Finding(
            at,
            column,
            f'this line has no key; if it goes on with the text of "{key["key"]}", it is not indented',
            f"write {key['key']}: | and the text below it, indented",
            "indentation",
        )
    cure = f"write {word}: {shorten_text(rest)}" if rest else f"write {word}:"
    return Finding(at, column, f'"{shorten_text(text)}" has no colon behind its key', cure, "colon")


def find_indentation(trouble: Trouble) -> Finding | None:
    """A line that begins in a column where nothing above it begins."""
    line = trouble.lines[trouble.line]
    column = indent_of(line)
    if trouble.before.strip(" -") and "mapping values" not in trouble.problem:
        return None
    if "mapping values" in trouble.problem and trouble.before.strip(" -").count(" ") > 2:
        text = trouble.lines[trouble.line].strip()
        above = line_above(trouble, trouble.line)
        message = f"a colon with a space behind it stands in a text without quotes, which began in line {above + 1}"
        return Finding(
            trouble.line,
            trouble.column,
            message,
            f"quote the text, or write | behind its key: {shorten_text(text)}",
            "colon",
        )
    name = name_of(line)
    best = _find_sibling(trouble, dash=line.lstrip().startswith("- "))
    if best is None:
        return Finding(
            trouble.line,
            column,
            f"{name} does not fit to the lines above it",
            "begin it in the same column as its neighbours",
            "indentation",
        )
    above, wanted = best
    if wanted == column:
        message = f"{name} stands where an item of the list that began above is wanted"
        cure = 'indent it like the keys of its entry, or put "- " before it if it begins a new one'
        if "expected '-'" not in trouble.problem:
            message, cure = f"{name} does not fit to the lines above it", "look for what is not closed above"
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
    return Finding(trouble.line, column, message, f"begin it in column {wanted + 1}", "indentation")


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


def find_anything(trouble: Trouble) -> Finding:
    """What no trap recognised, in libyaml's own words."""
    words = f"{trouble.context}, {trouble.problem}" if trouble.context else trouble.problem
    return Finding(
        trouble.line,
        trouble.column,
        f"this cannot be read as YAML: {words}",
        "compare it with the lines above; a text with special characters wants quotes",
    )


TRAPS: tuple[Callable[[Trouble], Finding | None], ...] = (
    find_tab,
    find_second_document,
    find_directive,
    find_unclosed_quote,
    find_escape,
    find_text_behind_quote,
    find_text_behind_bracket,
    find_flow,
    find_special_start,
    find_glued_dash,
    find_glued_colon,
    find_colon_in_text,
    find_unindented_text,
    find_missing_colon,
    find_indentation,
    find_anything,
)

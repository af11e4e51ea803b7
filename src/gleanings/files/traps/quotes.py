"""Traps around quotation marks: not closed, closed too early, a backslash between two."""

from __future__ import annotations

import re

from gleanings.files.cures import LONGEST, cure_by_quotes
from gleanings.files.traps.trouble import Finding, Trouble, last_token_before, looks_like_key


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
        return cure_by_quotes(rest.removesuffix(mark), noun="the text")
    if len(rest) > LONGEST:
        return f"close the quote: put {mark} where the text ends"
    return f"close the quote: {mark}{rest}{mark}"


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

"""Traps around brackets: not closed, or at the beginning of a text."""

from __future__ import annotations

from typing import Any

from gleanings.files.cures import cure_by_quotes, cure_by_typing
from gleanings.files.traps.trouble import Finding, Trouble, last_token_before

_PAIRS = {"[": "]", "{": "}"}


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
        f"{cure_by_typing('', rest + closing, otherwise=f'put {closing} where it ends')}"
        f", or quote a text that begins with {opening}",
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
        cure_by_quotes(text),
        "special-start",
    )


def _opening_of(trouble: Trouble, closing: Any) -> Any:
    depth = 0
    for token in reversed(trouble.tokens[: trouble.tokens.index(closing) + 1]):
        depth += (token.id in ("]", "}")) - (token.id in ("[", "{"))
        if depth == 0:
            return token.start_mark
    return closing.start_mark

"""YAML's traps in words: where libyaml gave up becomes a sentence about the line that began the trouble.

libyaml names the place where it could not go on, which is often below the mistake: an unclosed quotation mark
swallows lines until the next one. Each trap looks at the lines and the tokens before that place and says what it
recognises; the first that does speaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from gleanings.files.nodes import MAX_DEPTH
from gleanings.files.traps.beginnings import (
    find_directive,
    find_fence,
    find_glued_dash,
    find_invisible_start,
    find_other_dash,
    find_second_document,
    find_special_start,
    find_wide_colon,
)
from gleanings.files.traps.brackets import find_flow, find_text_behind_bracket
from gleanings.files.traps.colons import find_colon_in_text, find_glued_colon, find_missing_colon
from gleanings.files.traps.indentation import (
    find_colon_in_further_line,
    find_indentation,
    find_tab,
    find_unindented_text,
)
from gleanings.files.traps.quotes import find_escape, find_text_behind_quote, find_unclosed_quote
from gleanings.files.traps.trouble import Finding, Trouble
from gleanings.patterns import later
from gleanings.problems import Problem

_BREAK = later(r"\r\n|\r|\n")
_CONTROL = later("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONFLICT = later(r"^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?\r?$", re.MULTILINE)


def explain(error: Exception, text: str, path: str, *, tokens: Sequence[Any], too_deep: int | None = None) -> Problem:
    """One problem for a text that libyaml refused with `error`; `tokens` are those it could read."""
    lines = _BREAK.split(text)
    control = _CONTROL.search(text)
    if too_deep is None and "nesting depth" in str(error):
        # libyaml 0.2.6 has a limit of its own, which it may reach before it has made the first node.
        too_deep = MAX_DEPTH
    if too_deep is not None:
        found = _find_too_deep(lines, too_deep)
    elif (conflict := _CONFLICT.search(text)) is not None:
        found = _find_conflict(text, conflict)
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


def _find_too_deep(lines: Sequence[str], limit: int) -> Finding:
    deepest = max(range(len(lines)), key=lambda at: len(lines[at]) - len(lines[at].lstrip(" [{-")))
    return Finding(
        deepest, 0, f"lists and mappings are nested more than {limit} deep", "write it flatter", "too-deep"
    )


def _find_conflict(text: str, found: re.Match[str]) -> Finding:
    return Finding(
        len(_BREAK.split(text[: found.start()])) - 1,
        0,
        "git left a conflict here",
        "keep one of the two versions, and take the lines of <<<<<<<, ======= and >>>>>>> away",
        "conflict",
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
    find_invisible_start,
    find_second_document,
    find_directive,
    find_fence,
    find_unclosed_quote,
    find_escape,
    find_text_behind_quote,
    find_text_behind_bracket,
    find_flow,
    find_special_start,
    find_glued_dash,
    find_other_dash,
    find_wide_colon,
    find_glued_colon,
    find_colon_in_text,
    find_unindented_text,
    find_colon_in_further_line,
    find_missing_colon,
    find_indentation,
    find_anything,
)
"""In the order in which they are tried."""

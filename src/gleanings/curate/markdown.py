"""Just enough Markdown for the house rules: code and formulas blanked out, offsets kept.

The rules look for damage, not for structure; scanning costs a hundredth of parsing, and an archive of thousands of
notes is checked at every run.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gleanings.dollars import find_inline_maths
from gleanings.patterns import later

_BLANK = "\N{MIDDLE DOT}"
_FENCE = later(r"[ >]*(?:(?:[-*+]|\d+[.)])[ ]+)*(`{3,}|~{3,})(.*)")
_CODE_SPAN = later(r"`(`*)(?!`)(.+?)(?<!`)`\1(?!`)", re.DOTALL)
_DISPLAY = later(r"\$\$.+?\$\$", re.DOTALL)
_LIST_ITEM = later(r"\s*(?:[-*+]|\d+[.)])\s")
_LETTER = later(r"\S")


@lru_cache(maxsize=64)
def mask(text: str) -> str:
    """The text with every letter of code and formulas turned into a dot; every other letter stays where it is."""
    if "```" in text or "~~~" in text or "\n    " in text:
        text = _mask_blocks(text)
    if "`" in text:
        text = _CODE_SPAN.sub(_mask_span, text)
    if "$" in text:
        text = _DISPLAY.sub(lambda found: _dots(found[0]), text)
        for start, end in find_inline_maths(text):
            text = text[:start] + _dots(text[start:end]) + text[end:]
    return text


def find_open_fence(text: str) -> int | None:
    """Where a fence begins that nothing closes; None where all are closed."""
    at, open_at, mark = 0, None, ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if found and open_at is None and not (found[1][0] == "`" and "`" in found[2]):
            open_at, mark = at + found.start(1), found[1]
        elif open_at is not None and _closes(line, mark):
            open_at = None
        at += len(line)
    return open_at


def _mask_span(found: re.Match[str]) -> str:
    escaped = found.start() and found.string[found.start() - 1] == "\\"
    return found[0] if escaped else _dots(found[0])


def _mask_blocks(text: str) -> str:
    made, mark, in_list, above_blank, in_code = [], "", False, True, False
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if mark:
            if _closes(line, mark):
                mark = ""
            made.append(_dots(line))
            continue
        if found and not (found[1][0] == "`" and "`" in found[2]):
            mark = found[1]
            made.append(_dots(line))
            continue
        in_list = in_list or bool(_LIST_ITEM.match(line))
        # Four spaces after a blank line are code, except inside a list, where they are a paragraph of an item.
        in_code = line.startswith("    ") and not in_list and (above_blank or in_code) and bool(line.strip())
        made.append(_dots(line) if in_code else line)
        above_blank = not line.strip()
    return "".join(made)


def _closes(line: str, mark: str) -> bool:
    bare = line.strip(" >\r\n\t")
    return len(bare) >= len(mark) and bare == mark[0] * len(bare)


def _dots(text: str) -> str:
    return _LETTER.sub(_BLANK, text)

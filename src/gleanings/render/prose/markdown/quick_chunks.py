"""A text of Markdown cut into chunks at its blank lines, as blocks are seldom divided by them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gleanings.patterns import holds, later
from gleanings.render.prose.markdown.highlight import code_block
from gleanings.render.prose.markdown.quick_links import Unsure

FENCED = later(
    r"^((`|~)\2{2,})(?!\2)((?:(?<=`)[^`\n]*|(?<=~)[^\n]*))\n(.*?)^ {0,3}\1\2* *$", re.MULTILINE | re.DOTALL
)
_ITEM = later(r" |(?:[-+*]|[0-9]{1,9}[.)])(?:[ \n]|\Z)")
"""A chunk that begins so may belong to a list before it, or to indented code."""
_ITEM_LINE = later(r"^(?: |(?:[-+*]|[0-9]{1,9}[.)])(?: |$))", re.MULTILINE)
_BLANK = later(r"\n\n(?=[^\n])")
_CODE_WITHOUT_GAP = later(r"[^\n]\n```|```\n[^\n]")


class Code(str):
    """HTML among chunks of Markdown: fenced code, and nothing in the place of a chunk that is done."""

    __slots__ = ()


def cut(text: str) -> list[str]:
    """The chunks between blank lines; fenced code is a chunk of its own, wherever it begins but in a formula."""
    if not holds(text, "```") and not holds(text, "~~~"):
        return _cut_at_blanks(text)
    chunks, at = [], 0
    for found in FENCED.finditer(text):
        before = text[at : found.start()]
        if "$$" in before and "$$" in before.rpartition("\n\n")[2]:
            raise Unsure
        chunks += _cut_at_blanks(before)
        chunks.append(Code(code_block(found[4], found[3])))
        at = found.end()
    return chunks + _cut_at_blanks(text[at:])


def has_gaps(text: str) -> bool:
    """Whether there are blank lines in a text of several parts, outside code."""
    if not holds(text, "```") and not holds(text, "~~~"):
        return True
    outside = FENCED.sub("```", text)
    if "\n\n" not in outside:
        return False
    if _CODE_WITHOUT_GAP.search(outside):
        raise Unsure
    return True


def _cut_at_blanks(text: str) -> list[str]:
    text = text.strip("\n")
    if not text:
        return []
    return _BLANK.split(text) if "\n\n\n" in text else text.split("\n\n")


def end_of_region(chunks: Sequence[str], index: int) -> int:
    """Behind the chunks that may belong to the blocks of the one at `index`: only lists and code go on."""
    end = index + 1
    if end < len(chunks) and _ITEM_LINE.search(chunks[index]):
        while end < len(chunks) and type(chunks[end]) is not Code and _ITEM.match(chunks[end]):
            end += 1
    return end

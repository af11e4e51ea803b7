"""Rules about the Markdown of one text, or of one entry's texts together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gleanings.curate.markdown import find_open_fence, mask
from gleanings.curate.passages import Passage
from gleanings.curate.rules.finding import Finding, at
from gleanings.patterns import later

_ADDRESS_START = later(r"<?(?:https?:|mailto:|/|#|\.{1,2}/|media/|www\.)")
_DESTINATION = later(r"<[^<>\n]*>|(?:[^\s()]|\([^\s()]*(?:\([^\s()]*\)[^\s()]*)*\))*")
_LINK_END = later(r"\s*(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))?\s*\)", re.DOTALL)
_NO_BRACKET = later(r"\[([^\[\]()\n]+)\((https?://[^\s()]+)\)")
_NO_ADDRESS = later(r"(?<![\w\\\])])\[([^\[\]\n^][^\[\]\n]*)\]\([ ]*\)")
_SPACED = later(r"(?<![\w\\\])])\[([^\[\]\n^][^\[\]\n]*)\][ ]+\(<?https?://[^\s()]+\)")
_ITEM = later(r"(?P<indent>[ ]*)(?:[-*+]|\d{1,9}[.)])(?:[ ]+|$)")
_HEADING = later(r"^ {0,3}(#{1,6})(?:[ \t]|$)", re.MULTILINE)
_NOTE_MARK = later(r"\[\^([^\]\s]+)\](:?)")
_TODO = later(r"^[^\w\n]*TODO\b(?![-./]\w)|\bTODO(?=[ ]*[:!…)\]]|[^\w\n]*$)|\bFIXME\b", re.MULTILINE)
_CONFLICT = later(r"^<{7} \S", re.MULTILINE)
_BROKEN_OFF = later(r"(?:,|(?<=\s)(?:and|or|but|the|an))\s*\Z")


def find_unclosed_link(passage: Passage) -> Iterator[Finding]:
    """A Markdown link is closed: [words](address)."""
    if "](" not in passage.text and "(http" not in passage.text:
        return
    text = mask(passage.text)
    start = -1
    while (start := text.find("](", start + 1)) >= 0:
        if not _ADDRESS_START.match(text, start + 2):
            continue
        destination = _DESTINATION.match(text, start + 2)
        if destination is None or not _LINK_END.match(text, destination.end()):
            opening = max(text.rfind("[", 0, start), 0)
            yield at(passage, opening, f'the link "{_shown(passage.text[opening:])}" is not closed',
                     "put ) behind its address, and no space into it")  # fmt: skip
    for found in _NO_BRACKET.finditer(text):
        if "]" not in text[found.end() :].partition("\n\n")[0]:
            yield at(
                passage,
                found.start(),
                f'the link "{_shown(found[0])}" lacks its ]',
                f"write [{found[1]}]({found[2]})",
            )
    yield from _find_parted_links(passage, text)


def _find_parted_links(passage: Passage, text: str) -> Iterator[Finding]:
    """Links without an address, and with a space before it; `text` is that of the passage without code."""
    for found in _NO_ADDRESS.finditer(text):
        yield at(passage, found.start(), f'the link "{_shown(found[0])}" has no address', "write it into the ( )")
    for found in _SPACED.finditer(text):
        # `- [x] (https://…)` is a task, and [words] may be defined below.
        if found[1] not in "xX " and f"[{found[1]}]:" not in text:
            cure = "take the space before ( away"
            yield at(passage, found.start(), f'the link "{_shown(found[0])}" has a space inside', cure)


def find_unclosed_code(passage: Passage) -> Iterator[Finding]:
    """A block of code is closed; else everything behind it is code too."""
    if "```" in passage.text or "~~~" in passage.text:
        open_at = find_open_fence(passage.text)
        if open_at is not None:
            yield at(
                passage, open_at, "the block of code that begins here is never closed", "close it with the same marks"
            )


def find_empty_bullet(passage: Passage) -> Iterator[Finding]:
    """No point of a list is left empty."""
    if passage.inline or not any(_is_marker(line.strip()) for line in passage.text.split("\n")):
        return
    lines = mask(passage.text).split("\n")
    offset = 0
    for number, line in enumerate(lines):
        if _is_marker(line.strip()) and _is_item(lines, number):
            indent = len(line) - len(line.lstrip())
            yield at(passage, offset + indent, "a point of the list is empty", "write it or take it away")
        offset += len(line) + 1


def _is_marker(bare: str) -> bool:
    return bare in ("-", "*", "+") or (bare[-1:] in (".", ")") and bare[:-1].isdigit() and len(bare) < 10)


def _is_item(lines: Sequence[str], number: int) -> bool:
    """True for an empty item, False for a line under a heading or in a paragraph, or one whose words follow below."""
    line = lines[number]
    indent = len(line) - len(line.lstrip())
    following = lines[number + 1] if number + 1 < len(lines) else ""
    if following.strip() and len(following) - len(following.lstrip()) > indent:
        return False
    above = lines[number - 1] if number else ""
    if not above.strip():
        return True
    item = _ITEM.match(above)
    # `2024.` under words goes on with them; a dash there would make them a heading, which nobody means.
    return item is not None and (indent < item.end() or (indent == item.end() and line.strip() in "-*+"))


def find_skipped_heading(passage: Passage) -> Iterator[Finding]:
    """Headings go down one level at a time."""
    if "#" not in passage.text:
        return
    level = 0
    for found in _HEADING.finditer(mask(passage.text)):
        below = len(found[1])
        if level and below > level + 1:
            yield at(passage, found.start(1), f"a heading of level {below} stands under one of level {level}",
                     f"write {'#' * (level + 1)}")  # fmt: skip
        level = below


def find_unfinished(passage: Passage) -> Iterator[Finding]:
    """Nothing is published half-written: no TODO, no sentence that breaks off."""
    text = passage.text
    if "<<<<<<<" in text and (conflict := _CONFLICT.search(mask(text))):
        yield at(passage, conflict.start(), "git left a conflict here",
                 "keep one of the two versions, and take the lines of <<<<<<<, ======= and >>>>>>> away")  # fmt: skip
    if "TODO" in text or "FIXME" in text:
        for found in _TODO.finditer(mask(text)):
            start = found.end() - len("FIXME" if found[0].endswith("FIXME") else "TODO")
            yield at(
                passage,
                start,
                f"the text is unfinished: {found[0].strip(' -*([')}",
                "finish it or take the mark away",
            )
            return
    is_quotation = passage.keys[-1] == "text"
    if not passage.inline and not is_quotation and _BROKEN_OFF.search(text[-12:]):
        last = text.split()[-1]
        yield at(passage, len(text.rstrip()) - len(last), f'the text breaks off in mid-sentence, behind "{last}"',
                 "finish the sentence")  # fmt: skip


def find_footnote_faults(passages: Sequence[Passage]) -> Iterator[Finding]:
    """Each footnote mark has its footnote, and each footnote its mark."""
    marked = [(passage, mask(passage.text)) for passage in passages if "[^" in passage.text]
    if not marked:
        return
    bodies: dict[str, tuple[Passage, int]] = {}
    twice: list[tuple[str, Passage, int]] = []
    marks: dict[str, tuple[Passage, int]] = {}
    for passage, text in marked:
        for found in _NOTE_MARK.finditer(text):
            before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            if before.endswith("\\"):
                continue
            is_body = found[2] and not before.strip(" >")
            label = found[1]
            if is_body and bodies.get(label, (None,))[0] is passage:
                twice.append((label, passage, found.start()))
            (bodies if is_body else marks).setdefault(label, (passage, found.start()))
    for label, passage, offset in twice:
        yield at(passage, offset, f"a second footnote is called [^{label}], and is not shown",
                 "give it and its mark another label")  # fmt: skip
    for label, (passage, offset) in marks.items():
        if label not in bodies:
            other = next((body for body in bodies if body.casefold() == label.casefold()), None)
            cure = f"write [^{other}], as the footnote has it" if other else f"add a line: [^{label}]: …"
            yield at(passage, offset, f"the footnote mark [^{label}] has no footnote", cure)
    # Of two spellings of one label only the mark is told.
    folded = {label.casefold() for label in marks if label not in bodies}
    for label, (passage, offset) in bodies.items():
        if label.casefold() not in folded and label not in marks:
            yield at(
                passage,
                offset,
                f"the footnote [^{label}] has no mark in the text",
                f"put [^{label}] where it belongs",
            )


def _shown(text: str) -> str:
    line = text.split("\n")[0]
    return line if len(line) <= 50 else f"{line[:49]}…"

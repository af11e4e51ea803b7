"""Prose as HTML by a short way: what most notes hold, and the full parser for the rest, region by region.

A text is cut at blank lines. These chunks are taken here: paragraphs, headings, rules, fenced code, tables with a
bar at either end of each row, quotes and callouts of such chunks, lists (quick_lists.py), footnotes of a paragraph.
Every line must begin with something that can only be what it is taken for; what stands in it is for quick_lines.py.

A chunk that is not certain becomes a region, which the full parser reads by itself. That gives what it gives in its
place: at the outermost level a parser is done with a block where a chunk begins that is neither indented nor a point
of a list. Some things reach further, fences, HTML, definitions of every kind, notes in place: where a region has one
of these, the whole text is handed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from gleanings.patterns import later
from gleanings.punctuation import quotes_of
from gleanings.render.prose.assembly import mark_definitions
from gleanings.render.prose.markdown import quick_lines
from gleanings.render.prose.markdown.highlight import code_block
from gleanings.render.prose.markdown.mathml import render_maths
from gleanings.render.prose.markdown.quick_lines import Unsure
from gleanings.render.prose.markdown.quick_lists import LINE_OF_WORDS, TRIMMED, render_list
from gleanings.render.prose.markdown.scripts import direction

_PARAGRAPH = later(rf"(?:{LINE_OF_WORDS}(?:\n|\Z))+")
_HEADING = later(r"(#{1,6}) +([^\n]*[^\n# ]) *(?:\n|\Z)")
_RULE = later(r"(?:\*{3,}|-{3,}|_{3,})(?:\n|\Z)")
_FENCED = later(
    r"^((`|~)\2{2,})(?!\2)((?:(?<=`)[^`\n]*|(?<=~)[^\n]*))\n(.*?)^ {0,3}\1\2* *$", re.MULTILINE | re.DOTALL
)
_FORMULA = later(r"\$\$([^$\n]*(?:\n(?! *\n)[^$\n]*)*)\$\$ *(?:\n|\Z)")
_TABLE = later(r"\|[^\n\\]*\| *\n\|(?: *:?-+:? *\|)+ *(?:\n\|[^\n\\]*\| *)*")
_QUOTE = later(r"(?:>[^\n]*(?:\n|\Z))+")
_QUOTE_MARK = later(r"^> ?", re.MULTILINE)
_CALLOUT = later(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\] *(?:\n|\Z)", re.IGNORECASE | re.ASCII)
_FOOTNOTE = later(rf"\[\^([\w.-]+)\]: ?({LINE_OF_WORDS}(?:\n {{0,4}}{LINE_OF_WORDS})*)(?:\n|\Z)")
_ITEM = later(r" |(?:[-+*]|[0-9]{1,9}[.)])(?:[ \n]|\Z)")
"""A chunk that begins so may belong to a list before it, or to indented code."""
_ITEM_LINE = later(r"^(?: |(?:[-+*]|[0-9]{1,9}[.)])(?: |$))", re.MULTILINE)
_BLANK = later(r"\n\n(?=[^\n])")
_CONTROLS = later(r"[\x00-\x09\x0b-\x1f\x7f]")
_FAR_REACHING = later(r"```|~~~|<(?!https?://)[A-Za-z/!?]|\^\[|\]:|^ *[:~](?: |$)", re.MULTILINE)
_DEEPEST = 3
"""Quotes in quotes; a parser has a limit, too."""


class _Region(str):
    """Markdown for the full parser."""

    __slots__ = ()


class _Code(str):
    """HTML of fenced code, among chunks of Markdown."""

    __slots__ = ()


def render_text(text: str, lang: str, scope: Callable[[], str], full: Callable[[str], str]) -> str | None:
    """Prose of any length as block HTML, with its footnotes; None where the full parser must read it as a whole.

    `full` renders a region of the text that has no footnotes of its own; nothing is asked of it before all regions
    are known.
    """
    if _has_controls(text):
        return None
    blocks = _Blocks(quotes_of(lang), scope, depth=0)
    try:
        blocks.read(text)
    except Unsure:
        return None
    body = "".join([full(part) if type(part) is _Region else part for part in blocks.out])
    return body + mark_definitions(scope(), blocks.definitions) if blocks.definitions else body


def render_line(text: str, lang: str, scope: Callable[[], str] | None) -> str | None:
    """A line of Markdown as inline HTML; None where it is for the full parser."""
    if _has_controls(text):
        return None
    try:
        return quick_lines.render_line(text, quotes_of(lang), scope)
    except Unsure:
        return None


def render_title(text: str, scope: Callable[[], str] | None) -> str | None:
    """A work's title as inline HTML; None where it is for the full parser."""
    if _has_controls(text):
        return None
    try:
        return quick_lines.render_title(text, scope)
    except Unsure:
        return None


def _has_controls(text: str) -> bool:
    """Whether there are control characters but line ends; most texts are printable, which is quicker to find out."""
    return not text.replace("\n", "").isprintable() and _CONTROLS.search(text) is not None


class _Blocks:
    """A text while it is read."""

    def __init__(self, quotes: tuple[str, ...] | None, scope: Callable[[], str], *, depth: int) -> None:
        self.quotes = quotes
        self.scope = scope
        self.depth = depth
        """How many quotes this stands in."""
        self.out: list[str] = []
        self.definitions: dict[str, str] = {}
        """Footnotes: label → body."""

    def read(self, text: str) -> None:
        """Take a text chunk by chunk; raises `Unsure` where all of it is for the full parser."""
        chunks = list(_cut(text))
        index = 0
        while index < len(chunks):
            chunk = chunks[index]
            end = index + 1
            taken = len(self.out)
            try:
                if type(chunk) is _Code:
                    self.out.append(chunk)
                elif (found := _PARAGRAPH.match(chunk)) is not None and found.end() == len(chunk):
                    self.out.append(self.paragraph(chunk))
                else:
                    end = self.chunk(chunks, index)
            except Unsure:
                del self.out[taken:]
                end = _end_of_region(chunks, index)
                self.hand_over("\n\n".join(chunks[index:end]))
            index = end

    def hand_over(self, region: str) -> None:
        if self.depth or _FAR_REACHING.search(region):
            raise Unsure
        self.out.append(_Region(region))

    def line(self, words: str) -> str:
        return quick_lines.render_line(words, self.quotes, self.scope)

    def paragraph(self, words: str) -> str:
        words = words.strip(TRIMMED)
        return f"<p{direction(words)}>{self.line(words)}</p>\n"

    def chunk(self, chunks: Sequence[str], index: int) -> int:
        """Every block of a chunk, and where the next one begins: a list takes chunks of points with it."""
        chunk = chunks[index].rstrip("\n")
        at = 0
        while at < len(chunk):
            if (found := _PARAGRAPH.match(chunk, at)) is not None:
                self.out.append(self.paragraph(found[0]))
                at = found.end()
            elif (found := _HEADING.match(chunk, at)) is not None:
                level = len(found[1])
                self.out.append(f"<h\x01{level}>{self.line(found[2].strip(TRIMMED))}</h\x01{level}>\n")
                at = found.end()
            elif (found := _RULE.match(chunk, at)) is not None and (not at or chunk[at] != "-"):
                self.out.append("<hr>\n")
                at = found.end()
            elif not at and (found := _FORMULA.match(chunk)) is not None:
                self.formula(found[1].strip())
                at = found.end()
            elif (found := _FOOTNOTE.match(chunk, at)) is not None:
                self.footnote(found, chunks[index + 1 : index + 2])
                at = found.end()
            else:
                return self.rest(chunk, at, chunks, index)
        return index + 1

    def rest(self, chunk: str, at: int, chunks: Sequence[str], index: int) -> int:
        """Blocks that must end with their chunk."""
        if chunk[at] == ">":
            self.quote(chunk, at)
            return index + 1
        if chunk[at] == "|" and at == 0:
            self.table(chunk)
            return index + 1
        end = _end_of_region(chunks, index)
        loose = end > index + 1
        begins = chunk[at:].lstrip(" ")
        if at and (loose or (begins[:1].isdigit() and not begins.startswith(("1.", "1)")))):
            raise Unsure
        points = [point.rstrip("\n") for point in chunks[index:end]] if loose else [chunk[at:]]
        self.out.append(render_list(points, self.line))
        return end

    def quote(self, chunk: str, at: int) -> None:
        """A quote whose every line says so, or a callout."""
        found = _QUOTE.match(chunk, at)
        if found is None or found.end() < len(chunk) or self.depth >= _DEEPEST:
            raise Unsure
        inner = _Blocks(self.quotes, self.scope, depth=self.depth + 1)
        words = _QUOTE_MARK.sub("", found[0])
        kind = _CALLOUT.match(words)
        if kind is None and words.startswith("[!"):
            raise Unsure
        inner.read(words[kind.end() :] if kind else words)
        if inner.definitions:
            raise Unsure
        if kind is None:
            self.out += "<blockquote>\n", *inner.out, "</blockquote>\n"
        else:
            name = kind[1].lower()
            head = f'<div class="callout {name}" role="note">\n<p class="callout-title">{name.capitalize()}</p>\n'
            self.out += head, *inner.out, "</div>\n"

    def table(self, chunk: str) -> None:
        """A table with bars at either end of every row, and as many cells in each."""
        if _TABLE.fullmatch(chunk) is None:
            raise Unsure
        head, rule, *rows = [
            [cell.strip(TRIMMED) for cell in row.rstrip(" ")[1:-1].split("|")] for row in chunk.split("\n")
        ]
        if any(len(row) != len(rule) for row in (head, *rows)):
            raise Unsure
        sides = [
            ' class="center"' if one[0] == one[-1] == ":" else ' class="right"' if one[-1] == ":" else ""
            for one in rule
        ]
        self.out.append('<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n<thead>\n')
        self.row("th", head, sides)
        self.out.append("</thead>\n")
        if rows:
            self.out.append("<tbody>\n")
            for row in rows:
                self.row("td", row, sides)
            self.out.append("</tbody>\n")
        self.out.append("</table></div>\n")

    def row(self, name: str, cells: Sequence[str], sides: Sequence[str]) -> None:
        body = "".join([f"<{name}{side}>{self.line(cell)}</{name}>" for cell, side in zip(cells, sides, strict=True)])
        self.out.append(f"<tr>{body}</tr>\n")

    def formula(self, tex: str) -> None:
        element = render_maths(tex, display=True)
        if element is None:
            raise Unsure
        self.out.append(f'<div class="maths" tabindex="0">{element}</div>\n')

    def footnote(self, found: re.Match[str], behind: Sequence[str]) -> None:
        """A footnote of one paragraph; what is indented behind it would belong to it."""
        if behind and behind[0].startswith(" "):
            raise Unsure
        words = re.sub(r"\n +", "\n", found[2])
        self.definitions.setdefault(found[1], self.paragraph(words))


def _cut(text: str) -> Iterator[str]:
    """The chunks between blank lines; fenced code is a chunk of its own, wherever it begins but in a formula."""
    at = 0
    if "```" in text or "~~~" in text:
        for found in _FENCED.finditer(text):
            if "$$" in text[at : found.start()]:
                raise Unsure
            yield from _cut_at_blanks(text[at : found.start()])
            yield _Code(code_block(found[4], found[3]))
            at = found.end()
    yield from _cut_at_blanks(text[at:])


def _cut_at_blanks(text: str) -> list[str]:
    text = text.strip("\n")
    if not text:
        return []
    return _BLANK.split(text) if "\n\n\n" in text else text.split("\n\n")


def _end_of_region(chunks: Sequence[str], index: int) -> int:
    """Behind the chunks that may belong to the blocks of the one at `index`: only lists and code go on."""
    end = index + 1
    if _ITEM_LINE.search(chunks[index]):
        while end < len(chunks) and type(chunks[end]) is not _Code and _ITEM.match(chunks[end]):
            end += 1
    return end

"""Prose as HTML by a short way: what most notes hold, and the full parser for the rest, region by region.

A text is cut at blank lines. These chunks are taken here: paragraphs, figures, headings, rules, fenced code, quotes
and callouts of such chunks, tables (quick_tables.py), lists (quick_lists.py), terms and what they mean, footnotes,
addresses by label. Every line must begin with something that can only be what it is taken for; what stands in it is
for quick_lines.py.

A chunk that is not certain becomes a region, which the full parser reads by itself. That gives what it gives in its
place: at the outermost level a parser is done with a block where a chunk begins that is neither indented nor a point
of a list. Some things reach further, fences, HTML, definitions of every kind, notes in place: where a region has one
of these, the whole text is handed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from gleanings.patterns import holds, later
from gleanings.render.prose.assembly import mark_definitions
from gleanings.render.prose.markdown import quick_lines
from gleanings.render.prose.markdown.around import Around, Raw, ready_for_html
from gleanings.render.prose.markdown.mathml import render_maths
from gleanings.render.prose.markdown.quick_chunks import FENCED, Code, cut, end_of_region, has_gaps
from gleanings.render.prose.markdown.quick_links import ADDRESS, TITLE, Unsure, encoded, plain_label, title_of
from gleanings.render.prose.markdown.quick_lists import LINE_OF_WORDS, TRIMMED, Words, render_list
from gleanings.render.prose.markdown.quick_tables import RULE_OF_TABLE, TABLE, render_table
from gleanings.render.prose.markdown.scripts import direction
from gleanings.values import replace

_PARAGRAPH = later(rf"{LINE_OF_WORDS}(?:\n *{LINE_OF_WORDS})*(?:\n|\Z)")
_UNDERLINE = later(r"(?:(=+)|-+) *(?:\n|\Z)")
_HEADING = later(r"(#{1,6}) +([^\n]*[^\n# ])(?: +#+)? *(?:\n|\Z)")
_RULE = later(r"([-*_])(?: *\1){2,} *(?:\n|\Z)")
_FORMULA = later(r"\$\$([^$\n]*(?:\n(?! *\n)[^$\n]*)*)\$\$ *(?:\n|\Z)")
_QUOTE = later(r"(?:>[^\n]*(?:\n|\Z))+")
_QUOTE_MARK = later(r"^> ?", re.MULTILINE)
_CALLOUT = later(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\] *(?:\n|\Z)", re.IGNORECASE | re.ASCII)
_MEANINGS = later(rf"({LINE_OF_WORDS})((?:\n: {{1,3}}{LINE_OF_WORDS}(?:\n *{LINE_OF_WORDS})*)+)")
_MEANING = later(r"\n: +")
_FOOTNOTE = later(r"\[\^([\w.-]+)\]: ?")
_TOO_FAR_IN = "\n     "
"""Where a line goes on a footnote's, it is indented less."""
_MORE_OF_FOOTNOTE = later(r"(?: {4}[^\n]*\n*)+")
_DEFINITION = later(rf"\[([^\[\]\\\n]*[^\[\]\\\s])\]: +(?:({ADDRESS})|<({ADDRESS})>){TITLE} *(?:\n|\Z)", re.ASCII)
_NOT_THE_FIRST = later(r" *(?!1[.)])[0-9]")
"""A number that begins no list directly below a paragraph."""
_CONTROLS = bytes({*range(0x20), 0x7F} - {0x0A})
_FAR_REACHING = later(r"```|~~~|<(?!https?://)[A-Za-z/!?]|\^\[|\]:|^ *[:~](?: |$)", re.MULTILINE)
_DEEPEST = 5
"""Quotes and lists in each other; a parser has a limit, too."""


class _Region(str):
    """Markdown for the full parser."""

    __slots__ = ()


def render_text(text: str, around: Around, full: Callable[[str], str]) -> str | None:
    """Prose of any length as block HTML, with its footnotes; None where the full parser must read it as a whole.

    `full` renders a region of the text that has no footnotes of its own; nothing is asked of it before all regions
    are known.
    """
    if _has_controls(FENCED.sub("", text) if "\t" in text else text):
        return None
    blocks = _Blocks(ready_for_html(text, around))
    try:
        blocks.read(text)
    except Unsure:
        return None
    return blocks.html(full)


def render_line(text: str, around: Around) -> str | None:
    """A line of Markdown as inline HTML; None where it is for the full parser."""
    if _has_controls(text):
        return None
    around = ready_for_html(text, around)
    try:
        html = quick_lines.render_line(text, around)
    except Unsure:
        return None
    return around.settled(html, is_raw=around.raw is not None and around.raw.found)


def render_title(text: str, around: Around) -> str | None:
    """A work's title as inline HTML; None where it is for the full parser."""
    if _has_controls(text):
        return None
    try:
        return quick_lines.render_title(text, around)
    except Unsure:
        return None


def _has_controls(text: str) -> bool:
    """Whether there are control characters but line ends; tabs stand in code at most."""
    content = text.encode("utf-8", "surrogatepass")
    return len(content.translate(None, _CONTROLS)) < len(content)


class _Blocks:
    """A text while it is read."""

    def __init__(self, around: Around, *, depth: int = 0, in_point: bool = False) -> None:
        self.around = around
        self.depth = depth
        """How many quotes and lists this stands in."""
        self.in_point = in_point
        """Whether this is what a point of a list holds."""
        self.out: list[str] = []
        self.footnotes: dict[str, str] = {}
        """Label → body."""
        self.labels: list[str] = []
        """The chunks that say where a label leads."""
        self.count = 0
        """Parts with blank lines between them, and fenced code."""

    def read(self, text: str) -> None:
        """Take a text chunk by chunk; raises `Unsure` where all of it is for the full parser."""
        chunks = cut(text)
        if not self.depth and holds(text, "]:"):
            chunks = self.without_labels(chunks)
        index = 0
        while index < len(chunks):
            chunk = chunks[index]
            end = index + 1
            taken = len(self.out)
            self.count += 1
            try:
                if type(chunk) is Code:
                    self.out.append(self.around.keep(chunk))
                elif (found := _PARAGRAPH.match(chunk)) is not None and found.end() == len(chunk):
                    self.out.append(self.paragraph(chunk, in_point=self.in_point))
                else:
                    end = self.chunk(chunks, index)
            except Unsure:
                del self.out[taken:]
                end = end_of_region(chunks, index)
                self.hand_over("\n\n".join(chunks[index:end]))
            index = end

    def html(self, full: Callable[[str], str]) -> str | None:
        """All that was read; `full` renders regions. None where HTML must be cleaned together with one."""
        around, regions = self.around, [part for part in self.out if type(part) is _Region]
        is_raw = around.raw is not None and around.raw.found
        if is_raw and regions:
            return None
        parts = [full(self.with_labels(part)) if type(part) is _Region else part for part in self.out]
        body = around.settled("".join(parts), is_raw=is_raw)
        return body + mark_definitions(around.scope(), self.footnotes) if self.footnotes and around.scope else body

    def without_labels(self, chunks: Sequence[str]) -> list[str]:
        """The chunks, with nothing in the place of those that say where labels lead; from here on that is known."""
        definitions: dict[str, tuple[str, str]] = {}
        others = []
        for chunk in chunks:
            found = list(_definitions(chunk)) if chunk[0] == "[" and type(chunk) is not Code else []
            is_done = found != [] and found[-1].end() == len(chunk.rstrip("\n"))
            others.append(Code() if is_done else chunk)
            if is_done:
                self.labels.append(chunk)
                for one in found:
                    address = encoded(one[2] or one[3])
                    definitions.setdefault(plain_label(one[1]), (address, title_of(one[4])))
        self.around = replace(self.around, definitions=definitions)
        return others

    def with_labels(self, region: str) -> str:
        """A region and all that its labels may mean."""
        return "\n\n".join((region, *self.labels)) if "[" in region else region

    def hand_over(self, region: str) -> None:
        if self.depth or _FAR_REACHING.search(region):
            raise Unsure
        self.out.append(_Region(region))

    def line(self, words: str) -> str:
        return quick_lines.render_line(words, self.around)

    def paragraph(self, words: str, *, in_point: bool) -> str:
        words = words.strip(TRIMMED)
        if words.endswith(")") and words[0] in "![" and (figure := quick_lines.render_figure(words, self.around)):
            return figure
        if in_point:
            html = Words(self.line(words))
            if side := direction(words):
                html.side = side
            return html
        return f"<p{direction(words)}>{self.line(words)}</p>\n"

    def chunk(self, chunks: Sequence[str], index: int) -> int:
        """Every block of a chunk, and where the next one begins: some blocks take chunks behind with them."""
        chunk = chunks[index].rstrip("\n")
        if not self.depth and ":" in chunk and "\n:" in chunk and _MEANINGS.fullmatch(chunk) is not None:
            return self.meanings(chunks, index)
        at = 0
        while at < len(chunk):
            end = self.leaf(chunk, at)
            if end == at and chunk[at] == "[" and (found := _FOOTNOTE.match(chunk, at)) is not None:
                words = _PARAGRAPH.match(chunk, found.end())
                if words is not None:
                    end = words.end()
                    if _TOO_FAR_IN in words[0] or (end < len(chunk) and not chunk.startswith("[^", end)):
                        raise Unsure
                    behind = chunks[index + 1 :] if end == len(chunk) else ()
                    index += self.footnote(found[1], words[0].removesuffix("\n"), behind)
            if end == at:
                return self.rest(chunk[at:], chunks, index, begins=not at)
            at = end
        return index + 1

    def leaf(self, chunk: str, at: int) -> int:
        """The block that begins at `at` and holds no other, and where it ends; `at` where there is none."""
        mark = chunk[at]
        if "|" in chunk and (found := TABLE.match(chunk, at)) is not None:
            if found.end() < len(chunk):
                raise Unsure
            self.out += render_table(found[1], found[2], found[3].split("\n")[1:], self.line)
        elif (found := _PARAGRAPH.match(chunk, at)) is not None:
            if "|" in found[0] and RULE_OF_TABLE.match(chunk, found.end()):
                raise Unsure
            if found.end() < len(chunk) and (underline := _UNDERLINE.match(chunk, found.end())) is not None:
                self.heading("1" if underline[1] else "2", found[0])
                return underline.end()
            self.out.append(self.paragraph(found[0], in_point=self.in_point))
        elif mark == "#" and (found := _HEADING.match(chunk, at)) is not None:
            self.heading(str(len(found[1])), found[2])
        elif mark in "-*_" and (found := _RULE.match(chunk, at)) is not None and (not at or mark != "-"):
            self.out.append("<hr>\n")
        elif mark == "$" and not at and (found := _FORMULA.match(chunk)) is not None:
            self.formula(found[1])
        else:
            return at
        return found.end()

    def rest(self, chunk: str, chunks: Sequence[str], index: int, *, begins: bool) -> int:
        """Blocks that must end with their chunk, and lists, which may go on behind it."""
        if chunk[0] == ">":
            self.quote(chunk)
            return index + 1
        if not begins and _NOT_THE_FIRST.match(chunk):
            raise Unsure
        end = end_of_region(chunks, index)
        if end > index + 1:
            chunk = "\n\n".join((chunk, *chunks[index + 1 : end])).rstrip("\n")
        self.out.append(render_list(chunk.split("\n"), self.point))
        return end

    def inside(self, text: str, *, in_point: bool = False) -> _Blocks:
        """What a text holds that stands in a block of this one."""
        if self.depth >= _DEEPEST:
            raise Unsure
        inner = _Blocks(self.around, depth=self.depth + 1, in_point=in_point)
        inner.read(text)
        if inner.footnotes:
            raise Unsure
        return inner

    def point(self, text: str) -> tuple[Sequence[str], bool]:
        """The parts of a point of a list, and whether blank lines stand between them."""
        if (found := _PARAGRAPH.match(text)) is not None and found.end() == len(text):
            return [self.paragraph(text, in_point=True)], False
        inner = self.inside(text, in_point=True)
        return inner.out, inner.count > 1 and has_gaps(text)

    def quote(self, chunk: str) -> None:
        """A quote or a callout; a paragraph may go on in lines that do not say so."""
        found = _QUOTE.match(chunk)
        if found is None:
            raise Unsure
        words, lazy = _QUOTE_MARK.sub("", found[0]), chunk[found.end() :]
        kind = _CALLOUT.match(words)
        words = words[kind.end() :] if kind else words
        if lazy and not (_PARAGRAPH.fullmatch(words) and _PARAGRAPH.fullmatch(lazy)):
            raise Unsure
        body = self.inside(words + lazy).out
        if kind is None:
            self.out += "<blockquote>\n", *body, "</blockquote>\n"
        else:
            name = kind[1].lower()
            head = f'<div class="callout {name}" role="note">\n<p class="callout-title">{name.capitalize()}</p>\n'
            self.out += head, *body, "</div>\n"

    def heading(self, level: str, words: str) -> None:
        keep = self.around.keep
        start, end = keep(f"<h\x01{level}>"), keep(f"</h\x01{level}>\n")
        self.out.append(f"{start}{self.line(words.strip(TRIMMED))}{end}")

    def formula(self, tex: str) -> None:
        is_plain = tex.isascii() and not (self.depth and "\n" in tex)
        element = render_maths(tex.strip(), display=True) if is_plain else None
        if element is None:
            raise Unsure
        self.out.append(f'<div class="maths" tabindex="0">{self.around.keep(element)}</div>\n')

    def meanings(self, chunks: Sequence[str], index: int) -> int:
        """Terms, each with what it means in lines behind a colon."""
        self.out.append("<dl>\n")
        while index < len(chunks) and (found := _MEANINGS.fullmatch(chunks[index].rstrip("\n"))) is not None:
            self.out.append(f"<dt>{self.line(found[1].strip())}</dt>\n")
            for meaning in _MEANING.split(found[2])[1:]:
                words = re.sub(r"\n {1,2}", "\n", meaning).strip(TRIMMED)
                side, body = direction(words), self.line(words)
                self.out.append(f"<dd>{f'<span{side}>{body}</span>' if side else body}</dd>\n")
            index += 1
        if index < len(chunks) and chunks[index].startswith((" ", ":", "~")):
            raise Unsure
        self.out.append("</dl>\n")
        return index

    def footnote(self, label: str, words: str, behind: Sequence[str]) -> int:
        """A footnote, and how many chunks it has behind its first paragraph."""
        count = 0
        while count < len(behind) and behind[count].startswith(" "):
            if _MORE_OF_FOOTNOTE.fullmatch(behind[count]) is None:
                raise Unsure
            count += 1
        text = re.sub(r"\n {1,4}", "\n", "\n\n".join((words, *behind[:count])))
        raw = self.around.raw or Raw()
        before, raw.found = raw.found, False
        html = "".join(self.inside(text).out) if count else self.paragraph(text, in_point=False)
        html = self.around.settled(html, is_raw=raw.found)
        self.footnotes.setdefault(label, html)
        raw.found = raw.found or before
        return count


def _definitions(chunk: str) -> Iterator[re.Match[str]]:
    """The lines at the beginning of a chunk that say where labels lead."""
    at = 0
    while (
        chunk.startswith("[", at)
        and not chunk.startswith("[^", at)
        and (found := _DEFINITION.match(chunk, at)) is not None
    ):
        yield found
        at = found.end()

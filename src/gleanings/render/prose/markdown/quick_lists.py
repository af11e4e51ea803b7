"""Lists by the short way: points of words, without a blank line between them or with one between all of them.

Takes: bullets and numbers, tasks, lists in lists where no line is blank, points that go on over several lines.
Hands over (raises `Unsure`): points that begin with anything but words, paragraphs in a point, points that stand
neither below each other nor further in by a list's own indentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from gleanings.patterns import later
from gleanings.render.prose.markdown.quick_lines import Unsure
from gleanings.render.prose.markdown.scripts import direction

_WORDS = (
    r"(?:[^\x00-\x20#$*+\-0-9:<=>\[_`|~\x7f-\xa0]|\[(?!\^)|[-+#~:=|][A-Za-z0-9]|~~(?=[^\s~])|"
    r"\*{1,2}(?=[^\s*])|_{1,2}(?=[^\s_])|`{1,2}(?!`)|\$(?!\$)|[0-9](?![0-9]{0,8}[.)](?:[ \n]|\Z)))"
)
LINE_OF_WORDS = rf"{_WORDS}[^\n]*"
"""A line that can only be a paragraph's: it begins with nothing that could begin any other block."""

TRIMMED = " \t\n\x0b\x0c\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What a parser takes away from either end of a paragraph."""

_POINT = later(rf"( *)([-+*]|[0-9]{{1,9}}[.)])( {{1,4}})(?:\[([ xX])\] |(?!\[[ xX]\] ))({LINE_OF_WORDS})")
_GOES_ON = later(rf" *({LINE_OF_WORDS})")
_DEEPEST = 4
_TASKS = {" ": ("to do", "☐"), "x": ("done", "☑"), "X": ("done", "☑")}


def render_list(chunks: Sequence[str], line: Callable[[str], str]) -> str:
    """A list as HTML; with more than one chunk there are blank lines between its points.

    `line` renders what stands in a point.
    """
    lines = [row for chunk in chunks for row in chunk.split("\n")]
    points = _List(lines, line, is_loose=len(chunks) > 1)
    for chunk in chunks[1:]:
        if _POINT.fullmatch(chunk.partition("\n")[0]) is None:
            raise Unsure
    html = points.read(outer=0, depth=1)
    if points.at < len(lines):
        raise Unsure
    return html


class _List:
    """The lines of a list while they are read."""

    def __init__(self, lines: Sequence[str], line: Callable[[str], str], *, is_loose: bool) -> None:
        self.lines = lines
        self.found = [_POINT.fullmatch(row) for row in lines]
        self.line = line
        self.is_loose = is_loose
        self.at = 0

    def read(self, *, outer: int, depth: int) -> str:
        """The list that begins here, `outer` columns in at least, up to the first point that is none of it."""
        first = self.found[self.at]
        if first is None or depth > _DEEPEST:
            raise Unsure
        indent, kind = len(first[1]), first[2][-1]
        if not outer <= indent <= outer + 3:
            raise Unsure
        out: list[str] = []
        has_tasks = False
        while self.at < len(self.lines):
            point = self.found[self.at]
            if point is None or (point[2][-1] != kind and len(point[1]) == indent):
                raise Unsure
            if len(point[1]) != indent:
                break
            has_tasks = has_tasks or point[4] is not None
            out.append(self.point(point, indent + len(point[2]) + len(point[3]), depth))
        name, number = ("ol", int(first[2][:-1])) if kind in ".)" else ("ul", 1)
        start = f' start="{number}"' if number != 1 else ""
        tasks = ' class="tasks"' if has_tasks else ""
        return f"<{name}{start}{tasks}>\n{''.join(out)}</{name}>\n"

    def point(self, point: re.Match[str], column: int, depth: int) -> str:
        """A point, the lines it goes on over, and the list in it; its words begin at `column`."""
        words = [point[5]]
        self.at += 1
        while self.at < len(self.lines) and self.found[self.at] is None:
            words.append(self.more(column))
        body, inner = self.body("\n".join(words)), ""
        behind = self.found[self.at] if self.at < len(self.lines) else None
        if behind is not None and len(behind[1]) >= column:
            if self.is_loose or (behind[2][0].isdigit() and int(behind[2][:-1]) != 1):
                raise Unsure
            inner = self.read(outer=column, depth=depth + 1)
        return f"{_head(point[4])}{body}{inner}</li>\n"

    def more(self, column: int) -> str:
        """The next line of the same paragraph, wherever it begins."""
        row = self.lines[self.at]
        found = _GOES_ON.fullmatch(row)
        if found is None or found.start(1) > column:
            raise Unsure
        self.at += 1
        return found[1]

    def body(self, words: str) -> str:
        words = words.strip(TRIMMED)
        side = direction(words)
        if self.is_loose:
            return f"<p{side}>{self.line(words)}</p>\n"
        return f"<span{side}>{self.line(words)}</span>" if side else self.line(words)


def _head(task: str | None) -> str:
    """The beginning of a point; a task's box is a character with a name."""
    if task is None:
        return "<li>"
    name, box = _TASKS[task]
    return f'<li class="task"><span role="img" aria-label="{name}">{box}</span> '

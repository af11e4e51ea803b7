"""Lists by the short way: bullets, numbers and tasks, whatever blocks the points hold, loose or tight.

Hands over (raises `Unsure`): points that stand neither below each other nor as far in as the words of the one above,
lists of two kinds with nothing between them, lines without indentation behind anything but a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from gleanings.patterns import later
from gleanings.render.prose.markdown.around import TAG
from gleanings.render.prose.markdown.quick_links import Unsure

_WORDS = (
    r"(?:[^\x00-\x20#$*+\-0-9:<=>\[_`|~\x7f-\xa0]|\[(?!\^)|[+#~:=][^\s+#~:=|-]|-[^\s|:-]|--+ ?[^\s|:-]|\|[A-Za-z0-9]|"
    r"~~(?=[^\s~])|\*{1,3}(?=[^\s*])|_{1,3}(?=[^\s_])|`{1,2}(?!`)|\$(?!\$)|<(?=https?://)|"
    rf"(?={TAG} *\S)<|"
    r"[0-9](?![0-9]{0,8}[.)](?:[ \n]|\Z)))"
)
LINE_OF_WORDS = rf"{_WORDS}[^\n]*"
"""A line that can only be a paragraph's: it begins with nothing that could begin any other block."""

TRIMMED = " \t\n\x0b\x0c\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What a parser takes away from either end of a paragraph."""

_POINT = later(
    r"(?! *(?:-(?: *-){2,}|\*(?: *\*){2,}) *\Z)( {0,3})([-+*]|[0-9]{1,9}[.)]) {1,4}(?=[^ ])(?:\[([ xX])\] )?"
)
_LINE = later(LINE_OF_WORDS)
_TABLE_RULE = later(r" *[|:-][|: -]+")
_TO_DO = '<li class="task"><span role="img" aria-label="to do">☐</span> '
_DONE = '<li class="task"><span role="img" aria-label="done">☑</span> '
_TASKS = {" ": _TO_DO, "x": _DONE, "X": _DONE}
"""How a task begins: its box is a character with a name."""


class Words(str):
    """A paragraph of a point, as HTML: it has an element of its own in a loose list only."""

    side = ""
    """The attribute for its direction."""


def render_list(rows: Sequence[str], read: Callable[[str], tuple[Sequence[str], bool]]) -> str:
    """A list as HTML.

    `read` makes the parts of a point from its text, and tells whether blank lines stand between them.
    """
    found = [_POINT.match(row) for row in rows]
    first = found[0]
    if first is None:
        raise Unsure
    indent, kind = first[1], first[2][-1]
    points: list[tuple[str | None, Sequence[str]]] = []
    is_loose, at = False, 0
    while at < len(rows):
        point = found[at]
        if point is None or point[1] != indent or point[2][-1] != kind:
            raise Unsure
        start, task = point.end(), point[3]
        if task is not None and _LINE.match(rows[at], start) is None:
            raise Unsure
        end = behind = at + 1
        text = rows[at][start:]
        if end < len(rows) and ((below := found[end]) is None or below[1] != indent):
            margin = " " * (start if task is None else start - len("[x] "))
            end, behind = _end_of_point(rows, found, at, margin)
            text = "\n".join([text, *[_without(margin, row) for row in rows[at + 1 : end]]])
        parts, has_gaps = read(text)
        points.append((task, parts))
        is_loose = is_loose or has_gaps or end < behind < len(rows)
        at = behind
    name, number = ("ol", int(first[2][:-1])) if kind in ".)" else ("ul", 1)
    start_at = f' start="{number}"' if number != 1 else ""
    tasks, items = "", []
    for task, parts in points:
        if task is None:
            items.append("<li>")
        else:
            tasks = ' class="tasks"'
            items.append(_TASKS[task])
        items += [_paragraph(part, is_loose=is_loose) if type(part) is Words else part for part in parts]
        items.append("</li>\n")
    return f"<{name}{start_at}{tasks}>\n{''.join(items)}</{name}>\n"


def _end_of_point(
    rows: Sequence[str], found: Sequence[re.Match[str] | None], at: int, margin: str
) -> tuple[int, int]:
    """Behind the last line of the point at `at`, and behind the blank lines that follow it."""
    end = at + 1
    for index in range(end, len(rows)):
        row = rows[index]
        if not row:
            continue
        if row.isspace() or ("|" in rows[index - 1] and _TABLE_RULE.fullmatch(row)):
            raise Unsure
        if not row.startswith(margin):
            if index > end or found[index] is not None:
                return end, index
            if not all(map(_is_words, (*rows[at:index], row))) or _LINE.match(row.lstrip(" ")) is None:
                raise Unsure
        end = index + 1
    return end, len(rows)


def _is_words(row: str) -> bool:
    """Whether a row can only be a paragraph's, in a point or not, so that one without indentation may go on."""
    row = row.lstrip(" ")
    point = _POINT.match(row)
    return _LINE.match(row, point.end() if point else 0) is not None


def _without(margin: str, row: str) -> str:
    """A row of a point as if it stood by itself."""
    return row[len(margin) :] if row.startswith(margin) else row.lstrip(" ")


def _paragraph(words: Words, *, is_loose: bool) -> str:
    if is_loose:
        return f"<p{words.side}>{words}</p>\n"
    return f"<span{words.side}>{words}</span>" if words.side else words

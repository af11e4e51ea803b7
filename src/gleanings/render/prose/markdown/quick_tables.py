"""Tables by the short way.

Hands over (raises `Unsure`): a head of other than as many cells as the line below it, and empty rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gleanings.patterns import later
from gleanings.render.prose.markdown.quick_links import Unsure
from gleanings.render.prose.markdown.quick_lists import LINE_OF_WORDS, TRIMMED

_ROW = rf"(?:\||(?={LINE_OF_WORDS}))[^\n]*"
TABLE = later(
    rf"(?=[^\n]*\|)({_ROW})\n((?=[|:-][|: -])(?!- )\|?(?: *:?-+:? *\|)*(?: *:?-+:?)? *)((?:\n{_ROW})*)(?:\n|\Z)"
)
"""Its head, the line below it, its rows."""
RULE_OF_TABLE = later(r"(?!- )[|:-][|: -]")
"""The line below the head of a table."""
_BAR = later(r"(?<!\\)\|")


def render_table(head: str, rule: str, rows: Sequence[str], line: Callable[[str], str]) -> Iterator[str]:
    """A table as HTML, piece by piece; the line below its head says how many cells each row has, and to which side
    they lean. `line` renders the words of a cell."""
    sides = [
        ' class="center"' if one[0] == one[-1] == ":" else ' class="right"' if one[-1] == ":" else ""
        for one in _cells(rule)
    ]
    if len(_cells(head)) != len(sides) or not all(row.strip(TRIMMED) for row in rows):
        raise Unsure
    yield '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n<thead>\n'
    yield _row("th", head, sides, line)
    yield "</thead>\n"
    if rows:
        yield "<tbody>\n"
        for row in rows:
            yield _row("td", row, sides, line)
        yield "</tbody>\n"
    yield "</table></div>\n"


def _row(name: str, row: str, sides: Sequence[str], line: Callable[[str], str]) -> str:
    cells = _cells(row)
    cells += [""] * (len(sides) - len(cells))
    body = "".join([f"<{name}{side}>{line(cell)}</{name}>" for cell, side in zip(cells, sides, strict=False)])
    return f"<tr>{body}</tr>\n"


def _cells(row: str) -> list[str]:
    """The words of a row's cells."""
    row = row.strip(TRIMMED)
    cells = [cell.replace("\\|", "|") for cell in _BAR.split(row)] if "\\" in row else row.split("|")
    cells = cells[1 if cells[0] == "" else 0 :]
    cells = cells[: -1 if cells and cells[-1] == "" else None]
    return [cell.strip(TRIMMED) for cell in cells]

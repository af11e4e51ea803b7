"""Tables of links as CSV: what each program calls its columns, and how it writes tags and what is unread.

Columns are found by name, in any order and any case; unknown ones are passed over. Lines may end as they like, and
semicolons or tabs may part the columns.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gleanings.exchange.saved.values import Gathering, SavedLink, SavedLinks, even_tags, read_moment, read_tags
from gleanings.patterns import later
from gleanings.values import Value

Row = Mapping[str, str]
"""Our name of a column → what stands in it."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "url": ("url", "link", "href", "address", "uri"),
    "title": ("title", "name"),
    "note": ("note", "notes", "comment", "comments", "annotation"),
    "summary": ("excerpt", "selection", "summary", "description"),
    "tags": ("tags", "tag", "labels", "keywords"),
    "folder": ("folder", "collection"),
    "saved": ("time_added", "created", "timestamp", "saved", "saved date", "date_added", "date", "added", "time"),
    "status": ("status", "state", "toread", "to_read", "unread"),
}
"""Our name of a column → what programs call it, the surest first."""
_TO_READ = frozenset({"unread", "to read", "later", "yes", "true", "1"})
_NO_FOLDERS = frozenset({"", "unsorted", "archive", "starred"})
_LINE = later(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SEPARATOR_LINE = later(r"\ufeff?sep=.?\s*$", re.IGNORECASE)
"""What Excel reads before the table: `sep=;`."""
_NO_DATE = later(r"\s*-?0*\s*")
_MOST_TROUBLES = 100
"""So often a table is begun again behind a row that swallowed the rest."""


class Layout(Value):
    """How one program writes its table."""

    separator: str | None = None
    """Between tags; None: any of the usual ones."""
    unread_folder: str = ""
    """The folder of what is to be read."""


LAYOUTS: Mapping[str, Layout] = {
    "pocket": Layout(separator="|"),
    "raindrop": Layout(separator=","),
    "instapaper": Layout(unread_folder="unread"),
    "csv": Layout(),
}


def parse_table(text: str, layout: Layout) -> SavedLinks:
    """The links of a table whose first line names its columns. A row that cannot be read is left out."""
    gathering = Gathering()
    names: dict[int, str] = {}
    for line, cells in _rows(text.removeprefix("\ufeff")):
        if isinstance(cells, str):
            gathering.leave_out(f":{line}", cells)
        elif not names:
            names = {} if _SEPARATOR_LINE.fullmatch(cells[0] if cells else "") else find_columns(cells)
        elif any(cell.strip() for cell in cells):
            row = {names[at]: cell.strip() for at, cell in enumerate(cells) if at in names}
            gathering.take(_link(row, layout), f":{line}", dated=not _NO_DATE.fullmatch(row.get("saved", "")))
    return gathering.done()


def find_columns(cells: list[str]) -> dict[int, str]:
    """Place of a column → our name for it."""
    written = [" ".join(cell.strip().casefold().split()) for cell in cells]
    found: dict[int, str] = {}
    for name, spellings in _COLUMNS.items():
        place = next((written.index(spelling) for spelling in spellings if spelling in written), None)
        if place is not None:
            found[place] = name
    return found


def read_header(text: str) -> list[str]:
    """The names of the columns as they are written, in lower case."""
    try:
        cells = next(csv.reader([_first_line(text)], delimiter=_delimiter(text)), [])
    except csv.Error:
        return []
    return [cell.strip().casefold() for cell in cells]


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Line (from 1) and cells of each row; for one that cannot be read, the reason."""
    lines = _LINE.findall(text)
    options: dict[str, Any] = {"delimiter": _delimiter(text)}
    begin, troubles = 0, 0
    reader = csv.reader(lines, **options)
    while True:
        line = begin + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line + 1, f"the row cannot be read ({error})"
            continue
        at_end = begin + reader.line_num == len(lines)
        if at_end and troubles < _MOST_TROUBLES and _is_open(lines[line:], options):
            # All that follows was taken for the words of one cell.
            yield line + 1, "a quotation mark is opened and never closed"
            begin, troubles = line + 1, troubles + 1
            reader = csv.reader(lines[begin:], **options)
            continue
        yield line + 1, cells


def _is_open(lines: list[str], options: Mapping[str, Any]) -> bool:
    """Whether a table ends within quotation marks."""
    try:
        for _ in csv.reader(lines, **options, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _first_line(text: str) -> str:
    """The first line with words of the table."""
    lines = (line for line in text[:65536].splitlines() if line.strip())
    return next((line for line in lines if not _SEPARATOR_LINE.match(line)), "")


def _delimiter(text: str) -> str:
    return max(",;\t", key=_first_line(text).count)


def _link(row: Row, layout: Layout) -> SavedLink:
    url, title = row.get("url", ""), row.get("title", "")
    folder = row.get("folder", "")
    unread = layout.unread_folder and folder.casefold() == layout.unread_folder
    folders = () if unread or folder.casefold() in _NO_FOLDERS else tuple(folder.split("/"))
    return SavedLink(
        url=url,
        title="" if title == url else title,
        saved=read_moment(row.get("saved", "")),
        tags=even_tags((*read_tags(row.get("tags", ""), layout.separator), *folders)),
        note=row.get("note", ""),
        summary=row.get("summary", ""),
        to_read=bool(unread) or row.get("status", "").casefold() in _TO_READ,
    )

"""What a roundup says elsewhere, from its own file alone: its line and its works in lists, search, open data.

    roundup → Rows, OpenData

Both are remembered under a mark of all that went in, with what their texts asked of the site besides (pictures,
addresses of other files).
"""

from __future__ import annotations

from typing import Any

from gleanings.model import Roundup
from gleanings.records import Records, digest, digest_bytes, digest_packed
from gleanings.render.indexes.values import WorkLine
from gleanings.render.indexes.works import roundup_line, work_line
from gleanings.render.pages.outputs import OpenData, open_data
from gleanings.render.prose.rendering import Lookups, Prose, Seen, Unreadable
from gleanings.render.search.files import Indexed
from gleanings.render.search.indexing import index_roundup
from gleanings.render.views.values import RoundupLine, SiteView
from gleanings.values import Value


class Rows(Value, kw_only=True):
    """What other pages, search and open data say of a roundup."""

    line: RoundupLine
    works: tuple[WorkLine, ...]
    """In the order of the page."""
    marks: tuple[str, ...]
    """For each of them, what changes with it."""
    indexed: Indexed
    data_mark: str
    """Changes with its open data."""
    lookups: Lookups
    unreadable: tuple[Unreadable, ...]


def rows_key(mark: str, site: SiteView) -> str:
    """Under which a roundup's rows are remembered; `mark` is of all that it was read from."""
    return digest(mark, site.url, site.lang)


def find_rows(roundup: Roundup, key: str, prose: Prose, records: Records) -> Rows | None:
    """The rows remembered, where they still hold."""
    records.keep(f"prose {roundup.name}")
    records.keep(f"data {roundup.name}")
    rows = records.load(f"rows {roundup.name}", key, Rows)
    return rows if rows is not None and prose.holds(rows.lookups) else None


def find_data(name: str, key: str, records: Records) -> OpenData | None:
    """The open data remembered beside rows that hold, by the roundup's name and rows_key."""
    return records.load(f"data {name}", key, OpenData)


def make_rows(roundup: Roundup, site: SiteView, prose: Prose) -> tuple[Rows, OpenData]:
    """What other pages, search and open data say of a roundup."""
    with prose.watch() as seen:
        line = roundup_line(roundup, prose)
        works = tuple(work_line(entry, roundup, line, prose) for entry in roundup.walk_entries())
        indexed = index_roundup(roundup, line.text, prose)
        data = open_data(roundup, site.url, prose)
        rows = Rows(
            line=line,
            works=works,
            marks=tuple(map(digest_packed, works)),
            indexed=indexed,
            data_mark=digest_bytes(data.roundup + data.entries),
            **asked(seen),
        )
        return rows, data


def remember_rows(name: str, key: str, rows: Rows, data: OpenData, records: Records) -> None:
    """Leave them for the next build, by the roundup's name and rows_key."""
    records.save(f"rows {name}", key, rows)
    records.save(f"data {name}", key, data)


def asked(seen: Seen) -> dict[str, Any]:
    """Fields of Rows or of a Part: what their texts asked of the site, and which of them cannot be read."""
    # A text without an anchor stands elsewhere with one.
    return {"lookups": seen.lookups(), "unreadable": tuple(one for one in seen.unreadable() if one.anchor)}

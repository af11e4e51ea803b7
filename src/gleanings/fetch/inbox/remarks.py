"""What a person said of a candidate before it came here: tags and a note of an import, for whoever picks it.

They have a table of their own, made when the first of them comes: an inbox that never had one needs no change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from gleanings.fetch.inbox import records
from gleanings.fetch.inbox.database import Connection
from gleanings.values import Value

_TABLE = "CREATE TABLE IF NOT EXISTS remarks (candidate INTEGER PRIMARY KEY, tags TEXT NOT NULL, note TEXT NOT NULL)"


class Remark(Value, kw_only=True):
    """A person's own words about a candidate."""

    tags: tuple[str, ...] = ()
    note: str = ""
    """Markdown."""


def save_remark(db: Connection, number: int, remark: Remark) -> None:
    """Keep a remark, if it says something. To be called in a transaction."""
    if not remark.tags and not remark.note:
        return
    db.execute(_TABLE)
    db.execute(
        "INSERT OR REPLACE INTO remarks (candidate, tags, note) VALUES (?, ?, ?)",
        (number, records.storable(json.dumps(remark.tags, ensure_ascii=False)), records.storable(remark.note)),
    )


def find_remarks(db: Connection, ids: Iterable[str] | None = None) -> dict[str, Remark]:
    """The candidates' remarks by id; those of None: of all."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'remarks'").fetchone() is None:
        return {}
    wanted = None if ids is None else set(ids)
    rows = db.execute("SELECT id, tags, note FROM remarks JOIN candidates ON number = candidate")
    return {
        row["id"]: Remark(tags=tuple(json.loads(row["tags"])), note=row["note"])
        for row in rows
        if wanted is None or row["id"] in wanted
    }

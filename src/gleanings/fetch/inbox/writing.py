"""Candidates and items as a reading of a feed changes them, row by row. To be called in a transaction."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import assert_never

from gleanings.fetch.inbox import records
from gleanings.fetch.inbox.database import Connection
from gleanings.fetch.inbox.digested import Brought, Uncleaned
from gleanings.fetch.inbox.memory import Changes, Ignore, Insert, Join, KnownItem, known_after
from gleanings.model import Candidate, State
from gleanings.values import Value

MOST_CHANGES = 24
"""So many edits of an entry are followed; a feed that flaps between two versions is left alone after that."""


class Tally(Value, kw_only=True):
    """What one reading of a feed changed in the inbox."""

    new: int = 0
    updated: int = 0
    backlog: int = 0
    rekeyed: int = 0
    turned_over: bool = False


def apply_changes(db: Connection, feed: str, position: int, changes: Changes) -> Tally:
    """Write down what was decided about a feed's items. To be called in a transaction."""
    new = updated = backlog = 0
    for change in changes.changes:
        match change:
            case Insert(item=item, state=state):
                _insert(db, feed, item, state)
                new += state == "new"
                backlog += state == "backlog"
            case Join(item=item, candidate=candidate, raise_to_new=raised):
                updated += _join(db, feed, position, item, candidate)
                if raised:
                    db.execute("UPDATE candidates SET state = 'new' WHERE number = ?", (candidate,))
            case Ignore(item=item):
                _save_item(db, feed, known_after(item, None))
            case _:
                assert_never(change)
    _mark_present(db, feed, changes.arrived, present=1)
    _mark_present(db, feed, changes.left, present=0)
    return Tally(new=new, updated=updated, backlog=backlog, rekeyed=changes.rekeyed, turned_over=changes.turned_over)


def _insert(db: Connection, feed: str, item: Brought, state: State) -> None:
    number = insert_candidate(
        db, item.draft, item.work or f"{feed} {item.key}", state, _works_of(item), item.uncleaned
    )
    _save_item(db, feed, known_after(item, number))


def insert_candidate(
    db: Connection,
    draft: Candidate,
    identity: str,
    state: State,
    works: Iterable[str],
    uncleaned: Uncleaned | None = None,
) -> int:
    values = {**records.write_candidate(draft), "uncleaned": records.write_uncleaned(uncleaned)}
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    cursor = db.execute(
        f"INSERT INTO candidates (id, state, {columns}) VALUES (?, ?, {marks})",  # noqa: S608
        (_free_id(db, identity), state, *values.values()),
    )
    number = cursor.lastrowid
    assert number is not None
    _save_works(db, works, number)
    return number


def _save_works(db: Connection, works: Iterable[str], number: int) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO works (work, candidate) VALUES (?, ?)",
        [(records.storable(work), number) for work in works],
    )


def _join(db: Connection, feed: str, position: int, item: Brought, number: int) -> bool:
    """Remember the item as the candidate's; take its words over where this feed may. True: its words changed."""
    before = db.execute(
        "SELECT candidates.*, feeds.position AS position FROM candidates"
        " LEFT JOIN feeds ON feeds.url = candidates.feed WHERE number = ?",
        (number,),
    ).fetchone()
    _save_item(db, feed, known_after(item, number))
    _save_works(db, _works_of(item), number)
    owner = before["position"]
    if before["feed"] != feed and owner is not None and owner <= position:
        return False
    values = {**records.write_candidate(item.draft), "uncleaned": records.write_uncleaned(item.uncleaned)}
    del values["first_seen"]
    different = any(before[name] != value for name, value in values.items() if name not in ("flags", "updated"))
    if not different or before["changes"] >= MOST_CHANGES:
        return False
    settings = ", ".join(f"{name} = ?" for name in values)
    own = before["feed"] == feed
    db.execute(
        f"UPDATE candidates SET {settings}, changes = changes + ? WHERE number = ?",  # noqa: S608
        (*values.values(), int(own), number),
    )
    return own and before["state"] in ("new", "later", "backlog")


def _save_item(db: Connection, feed: str, item: KnownItem) -> None:
    db.execute(
        "INSERT OR REPLACE INTO items (feed, key, candidate, hash, present, path, title_key, stamp)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        records.write_item(feed, item),
    )


def _mark_present(db: Connection, feed: str, keys: Iterable[str], *, present: int) -> None:
    db.executemany("UPDATE items SET present = ? WHERE feed = ? AND key = ?", [(present, feed, key) for key in keys])


def _free_id(db: Connection, identity: str) -> str:
    """The shortest id, of four letters or more, that nobody has; the same identity asks for the same letters."""
    letters = short_letters(identity)
    for length in range(4, len(letters) + 1):
        short = letters[:length]
        if db.execute("SELECT 1 FROM candidates WHERE id = ?", (short,)).fetchone() is None:
            return short
    return _free_id(db, identity + "+")


def _works_of(item: Brought) -> tuple[str, ...]:
    return (item.work, *item.aliases) if item.work else ()


def short_letters(identity: str) -> str:
    """Letters and digits for an id, of which the first few do: no 0/o, 1/l/i; a letter first."""
    first, rest = "abcdefghjkmnpqrstuvwxyz", "abcdefghjkmnpqrstuvwxyz23456789"
    number = int.from_bytes(blake2b(identity.encode("utf-8", "replace"), digest_size=12).digest(), "big")
    number, index = divmod(number, len(first))
    letters = [first[index]]
    for _ in range(15):
        number, index = divmod(number, len(rest))
        letters.append(rest[index])
    return "".join(letters)

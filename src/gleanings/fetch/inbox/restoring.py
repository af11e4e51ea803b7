"""Decisions out of the inbox and back into it, on this machine or a new one."""

from __future__ import annotations

from gleanings.fetch.inbox import records
from gleanings.fetch.inbox.database import Connection, Row
from gleanings.fetch.inbox.decisions import DECIDED, Decision, Restored
from gleanings.fetch.inbox.digest import fold
from gleanings.fetch.inbox.memory import KnownItem
from gleanings.fetch.inbox.remarks import Remark, find_remarks, save_remark
from gleanings.fetch.inbox.writing import insert_candidate
from gleanings.patterns import later

_ID = later(r"[a-hj-km-np-z][a-hj-km-np-z2-9]{3,15}")


def list_decisions(db: Connection) -> list[Decision]:
    """Every decision, the oldest first."""
    seen = _group(db, "SELECT candidate, feed, key FROM items WHERE candidate IS NOT NULL ORDER BY feed, key")
    works = _group(db, "SELECT candidate, work FROM works ORDER BY work")
    remarks = find_remarks(db)
    marks = ",".join("?" * len(DECIDED))
    rows = db.execute(
        f"SELECT * FROM candidates WHERE state IN ({marks}) ORDER BY decided, id",  # noqa: S608
        DECIDED,
    )
    return [
        Decision(
            candidate=records.read_candidate(row, ()),
            decided=records.read_moment(row["decided"]),
            seen=tuple((one["feed"], one["key"]) for one in seen.get(row["number"], ())),
            works=tuple(one["work"] for one in works.get(row["number"], ())),
            remark=remarks.get(row["id"], Remark()),
        )
        for row in rows
    ]


def _group(db: Connection, query: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in db.execute(query):
        found.setdefault(row["candidate"], []).append(row)
    return found


def judge(db: Connection, decision: Decision) -> Restored:
    """What taking a decision over would mean; the newer of two decisions stays."""
    number = find_candidate(db, decision)
    if number is None:
        return "restored"
    row = db.execute("SELECT state, decided FROM candidates WHERE number = ?", (number,)).fetchone()
    ours, theirs = records.read_moment(row["decided"]), decision.decided
    stays = row["state"] in DECIDED and (theirs is None or (ours is not None and ours >= theirs))
    return "known" if stays else "changed"


def restore(db: Connection, decision: Decision) -> Restored:
    """Take a decision over, and say what that meant. To be called in a transaction."""
    verdict = judge(db, decision)
    if verdict == "known":
        return verdict
    number = find_candidate(db, decision)
    if number is None:
        number = _insert(db, decision)
    candidate = decision.candidate
    db.execute(
        "UPDATE candidates SET state = ?, roundup = ?, decided = ? WHERE number = ?",
        (candidate.state, candidate.roundup, records.write_moment(decision.decided), number),
    )
    _save_items(db, number, decision)
    save_remark(db, number, decision.remark)
    return verdict


def find_candidate(db: Connection, decision: Decision) -> int | None:
    """The candidate that it is about: by the items that brought it, else by its work."""
    questions: list[tuple[str, tuple[str, ...]]] = [
        ("SELECT candidate AS number FROM items WHERE feed = ? AND key = ?", pair) for pair in decision.seen
    ]
    questions += [("SELECT candidate AS number FROM works WHERE work = ?", (work,)) for work in decision.works]
    for question, answer in questions:
        row = db.execute(question, answer).fetchone()
        if row is not None and row["number"] is not None:
            return int(row["number"])
    return None


def _insert(db: Connection, decision: Decision) -> int:
    """The candidate anew, under its old id where nobody else has that."""
    candidate = decision.candidate
    identity = next(iter(decision.works), " ".join(next(iter(decision.seen), ("", ""))))
    number = insert_candidate(db, candidate, identity, candidate.state, decision.works)
    if _ID.fullmatch(candidate.id):
        db.execute("UPDATE OR IGNORE candidates SET id = ? WHERE number = ?", (candidate.id, number))
    return number


def _save_items(db: Connection, number: int, decision: Decision) -> None:
    """Remember the items that were it, so that no feed brings it back; nobody has seen them in a feed here."""
    candidate = decision.candidate
    for feed, key in decision.seen:
        item = KnownItem(
            key=key,
            candidate=number,
            hash=b"",
            present=False,
            title_key=fold(candidate.title) if feed else "",
            stamp=(candidate.published or candidate.updated) if feed else None,
        )
        db.execute(
            "INSERT OR IGNORE INTO items (feed, key, candidate, hash, present, path, title_key, stamp)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            records.write_item(feed, item),
        )

"""The inbox of one site: polling states, candidates, what was decided. A feed's reading is one transaction."""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from gleanings.fetch.inbox import records
from gleanings.fetch.inbox.database import Connection, Row, open_database, transaction
from gleanings.fetch.inbox.decisions import Decision, Restored
from gleanings.fetch.inbox.memory import Changes, KnownItem, KnownWork
from gleanings.fetch.inbox.remarks import Remark, find_remarks, save_remark
from gleanings.fetch.inbox.writing import Tally, apply_changes, insert_candidate
from gleanings.fetch.poll.polling import PollState
from gleanings.fetch.retrieve.peace import HostState
from gleanings.model import STATES, Candidate, State
from gleanings.problems import UsageError
from gleanings.values import Value


class KeptBody(Value, kw_only=True):
    """Bytes that could not be read, kept so that a better parser need not ask for them again."""

    url: str
    """What answered."""
    content_type: str | None
    body: bytes


class Store:
    """The inbox of one site, open."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    @classmethod
    @contextlib.contextmanager
    def open(cls, path: Path, *, writable: bool = True) -> Iterator[Store]:
        """The inbox at `path`, made if it is not there (in memory, and not on disk, unless `writable`).

        Raises StateUnusable for a damaged one (which is kept aside), one of a newer version, a full or read-only
        disk, here and in the block.
        """
        with open_database(path, writable=writable) as connection:
            yield cls(connection)

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        """All that is written in the block, or none of it."""
        return transaction(self._db)

    # ── candidates, for a person ──

    def candidates(
        self, states: Sequence[State] = ("new",), feeds: Sequence[str] | None = None, *, headlines: bool = False
    ) -> list[Candidate]:
        """Candidates in any of `states`, of any of `feeds` (None: all, links too), newest first; of equals those
        first that stood higher in their feed.

        With `headlines` their summaries and contents may be missing, which is quicker.
        """
        marks = ",".join("?" * len(states))
        query = f"SELECT * FROM candidates WHERE state IN ({marks}) ORDER BY number"  # noqa: S608
        rows = self._db.execute(query, tuple(states))
        also = self._also_in()
        wanted = None if feeds is None else set(feeds)
        found = []
        for row in rows:
            others = also.get(row["number"], ())
            if wanted is None or row["feed"] in wanted or not wanted.isdisjoint(others):
                found.append(_read(row, others, headlines=headlines))
        return sorted(found, key=records.newest_first)

    def by_ids(self, ids: Iterable[str]) -> list[Candidate]:
        """The candidates of those ids, in that order; the beginning of an id does where it is unmistakable.

        Raises UsageError, which names every id that is unknown or ambiguous.
        """
        found, wrong = [], []
        also = self._also_in()
        for written in dict.fromkeys(text.strip().lower() for text in ids):
            rows = self._rows_of(written)
            if len(rows) == 1:
                found.append(_read(rows[0], also.get(rows[0]["number"], ())))
            else:
                wrong.append(_explain_id(written, rows))
        if wrong:
            raise UsageError("; ".join(wrong))
        return found

    def _rows_of(self, written: str) -> list[Row]:
        exact = self._db.execute("SELECT * FROM candidates WHERE id = ?", (written,)).fetchall()
        if exact or len(written) < 2 or not written.isalnum():
            return exact
        return self._db.execute(
            "SELECT * FROM candidates WHERE id GLOB ? ORDER BY id LIMIT 5", (f"{written}*",)
        ).fetchall()

    def picked_for(self, roundup: str) -> list[Candidate]:
        """Candidates that went into that roundup, without their contents."""
        rows = self._db.execute("SELECT * FROM candidates WHERE state = 'picked' AND roundup = ?", (roundup,))
        return [_read(row, (), headlines=True) for row in rows]

    def decide(
        self, ids: Iterable[str], state: State, *, now: datetime, roundup: str | None = None
    ) -> list[Candidate]:
        """Put candidates into a state, for good or until decided otherwise; returns them as they are now.

        `roundup` says where a pick went. Raises UsageError as `by_ids`, and then changes nothing.
        """
        chosen = [candidate.id for candidate in self.by_ids(ids)]
        with self.transaction():
            self._db.executemany(
                "UPDATE candidates SET state = ?, roundup = ?, decided = ? WHERE id = ?",
                [(state, roundup, records.write_moment(now), short) for short in chosen],
            )
        return self.by_ids(chosen)

    def count_by_state(self) -> dict[State, int]:
        """How many candidates are in each state."""
        rows = dict(self._db.execute("SELECT state, COUNT(*) FROM candidates GROUP BY state").fetchall())
        return {state: rows.get(state, 0) for state in STATES}

    def _also_in(self) -> dict[int, tuple[str, ...]]:
        """Candidate → every feed but its own that carried it, in the order of feeds.yaml."""
        rows = self._db.execute(
            "SELECT DISTINCT items.candidate AS number, items.feed AS feed, feeds.position AS position"
            " FROM items JOIN candidates ON candidates.number = items.candidate"
            " LEFT JOIN feeds ON feeds.url = items.feed WHERE items.feed IS NOT candidates.feed"
            " ORDER BY position IS NULL, position, items.feed"
        )
        found: dict[int, tuple[str, ...]] = {}
        for row in rows:
            found[row["number"]] = (*found.get(row["number"], ()), row["feed"])
        return found

    # ── polling ──

    def feed_states(self) -> dict[str, PollState]:
        """What is remembered of every feed ever polled, by its address."""
        rows = self._db.execute("SELECT state FROM feeds")
        states = (records.read_poll_state(row["state"]) for row in rows)
        return {state.url: state for state in states}

    def host_states(self) -> dict[str, HostState]:
        """What hosts asked for, by host."""
        return {row["host"]: records.read_host(row) for row in self._db.execute("SELECT * FROM hosts")}

    def save_hosts(self, hosts: Iterable[HostState]) -> None:
        """Remember what hosts asked for. To be called in a transaction."""
        self._db.executemany(
            "INSERT OR REPLACE INTO hosts (host, next_allowed, paused_until, strikes) VALUES (?, ?, ?, ?)",
            [records.write_host(host) for host in hosts],
        )

    def arrange_feeds(self, urls: Sequence[str]) -> tuple[str, ...]:
        """Remember the order of feeds.yaml; returns feeds that were in it before and are not any more."""
        rows = self._db.execute("SELECT url, position FROM feeds").fetchall()
        places = {url: place for place, url in enumerate(urls)}
        gone = tuple(sorted(row["url"] for row in rows if row["position"] is not None and row["url"] not in places))
        moved = [(places.get(row["url"]), row["url"]) for row in rows if places.get(row["url"]) != row["position"]]
        if moved:
            with self.transaction():
                self._db.executemany("UPDATE feeds SET position = ? WHERE url = ?", moved)
        return gone

    def rename_feed(self, old: str, new: str) -> bool:
        """Carry the history of a feed over to its new address (`was:`); False where there is none to carry."""
        known = {row["url"] for row in self._db.execute("SELECT url FROM feeds WHERE url IN (?, ?)", (old, new))}
        if old not in known or new in known:
            return False
        state = records.read_poll_state(
            self._db.execute("SELECT state FROM feeds WHERE url = ?", (old,)).fetchone()["state"]
        )
        with self.transaction():
            self._db.execute("DELETE FROM feeds WHERE url = ?", (old,))
            self._db.execute("DELETE FROM bodies WHERE feed = ?", (old,))
            self._db.execute(
                "INSERT INTO feeds (url, state) VALUES (?, ?)",
                (new, records.write_poll_state(records.moved_state(state, new))),
            )
            self._db.execute("UPDATE items SET feed = ? WHERE feed = ?", (new, old))
            self._db.execute("UPDATE candidates SET feed = ? WHERE feed = ?", (new, old))
        return True

    def known_items(self, feed: str) -> dict[str, KnownItem]:
        """The feed's items as they were last seen, by key."""
        rows = self._db.execute("SELECT * FROM items WHERE feed = ?", (feed,))
        return {row["key"]: records.read_item(row) for row in rows}

    def known_hashes(self, feed: str) -> frozenset[bytes]:
        """Marks of the feed's items as they were last seen."""
        return frozenset(row["hash"] for row in self._db.execute("SELECT hash FROM items WHERE feed = ?", (feed,)))

    def known_works(self, works: Iterable[str]) -> dict[str, KnownWork]:
        """Candidates for those works, whoever brought them."""
        found = {}
        for work in works:
            row = self._db.execute(
                "SELECT number, state, first_seen FROM works JOIN candidates ON number = candidate WHERE work = ?",
                (records.storable(work),),
            ).fetchone()
            if row is not None:
                found[work] = records.read_known_work(row)
        return found

    def kept_body(self, feed: str) -> KeptBody | None:
        """The bytes of the feed that could not be read when they came; None where none are kept."""
        row = self._db.execute("SELECT * FROM bodies WHERE feed = ?", (feed,)).fetchone()
        if row is None:
            return None
        body = zlib.decompress(row["body"])
        return KeptBody(url=row["url"], content_type=row["content_type"], body=body)

    def save_state(self, state: PollState, position: int | None) -> None:
        """Remember how a feed's polling stands. To be called in a transaction."""
        self._db.execute(
            "INSERT INTO feeds (url, position, state) VALUES (?, ?, ?)"
            " ON CONFLICT (url) DO UPDATE SET position = excluded.position, state = excluded.state",
            (state.url, position, records.write_poll_state(state)),
        )

    def save_body(self, feed: str, kept: KeptBody | None) -> None:
        """Keep a feed's bytes, or (None) no longer. To be called in a transaction."""
        if kept is None:
            self._db.execute("DELETE FROM bodies WHERE feed = ?", (feed,))
            return
        self._db.execute(
            "INSERT OR REPLACE INTO bodies (feed, url, content_type, body) VALUES (?, ?, ?, ?)",
            (feed, kept.url, kept.content_type, zlib.compress(kept.body)),
        )

    # ── what a reading of a feed changes ──

    def apply(self, feed: str, position: int, changes: Changes) -> Tally:
        """Write down what was decided about a feed's items. To be called in a transaction."""
        return apply_changes(self._db, feed, position, changes)

    def insert_link(self, url: str, work: str, candidate: Candidate, *, picked: bool) -> bool:
        """Take in a single page, in its own state or as `picked`; False where its work was here already. To be called
        in a transaction."""
        known = self.known_works((work,)).get(work)
        if known is not None:
            number = known.candidate
        else:
            number = insert_candidate(self._db, candidate, work, "picked" if picked else candidate.state, (work,))
        self._db.execute(
            "INSERT OR REPLACE INTO items (feed, key, candidate, hash, present, path, title_key)"
            " VALUES ('', ?, ?, x'', 1, '', '')",
            (url, number),
        )
        return known is None

    def known_links(self) -> frozenset[str]:
        """Single pages that were read into the inbox."""
        return frozenset(row["key"] for row in self._db.execute("SELECT key FROM items WHERE feed = ''"))

    # ── what people said and decided, on its way from and to other places ──

    def remarks(self, ids: Iterable[str]) -> dict[str, Remark]:
        """Tags and notes that candidates came with, by id; candidates without any lack."""
        return find_remarks(self._db, ids)

    def save_remark(self, work: str, remark: Remark) -> None:
        """Keep tags and note with the candidate of that work. To be called in a transaction."""
        save_remark(self._db, self.known_works((work,))[work].candidate, remark)

    def decisions(self) -> list[Decision]:
        """What was decided about which candidates, the oldest decision first."""
        from gleanings.fetch.inbox.restoring import list_decisions

        return list_decisions(self._db)

    def judge(self, decision: Decision) -> Restored:
        """What `restore` would do."""
        from gleanings.fetch.inbox.restoring import judge

        return judge(self._db, decision)

    def restore(self, decision: Decision) -> Restored:
        """Take a decision over, unless the inbox has a newer one. To be called in a transaction."""
        from gleanings.fetch.inbox.restoring import restore

        return restore(self._db, decision)


def _read(row: Row, also_in: tuple[str, ...], *, headlines: bool = False) -> Candidate:
    """A candidate from its row; what was put off when it came is cleaned now."""
    candidate = records.read_candidate(row, also_in)
    if headlines or row["uncleaned"] is None:
        return candidate
    from gleanings.fetch.inbox.cleaning import fill_in

    return fill_in(candidate, records.read_uncleaned(row["uncleaned"]))


def _explain_id(written: str, rows: Sequence[Row]) -> str:
    if not rows:
        return (
            f"there is no candidate {json.dumps(written, ensure_ascii=False)} (ids are what `gleanings inbox` prints)"
        )
    names = ", ".join(row["id"] for row in rows)
    return f"{written} is the beginning of several ids ({names})"

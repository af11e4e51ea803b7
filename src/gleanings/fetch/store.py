"""The memory on disk: polling states, candidates, their aliases, what was decided. The only door to sqlite3.

One SQLite file in write-ahead mode: a kill at any moment leaves the state before or after a transaction, and the
inbox can be read while a fetch writes. A feed's reading is one transaction.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

from gleanings.fetch import records
from gleanings.fetch.brought import Brought, Uncleaned
from gleanings.fetch.memory import Changes, Ignore, Insert, Join, KnownItem, KnownWork, known_after
from gleanings.fetch.polling import HostState, PollState
from gleanings.model import STATES, Candidate, State
from gleanings.problems import GleaningsError, UsageError

StoreError = sqlite3.DatabaseError
"""What a block in which the store is open must let pass, so that `Store.open` can explain it."""

VERSION = 1
MOST_CHANGES = 24
"""So many edits of an entry are followed; a feed that flaps between two versions is left alone after that."""

_SCHEMA = """
CREATE TABLE feeds (url TEXT PRIMARY KEY, position INTEGER, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE bodies (
    feed TEXT PRIMARY KEY, url TEXT NOT NULL, content_type TEXT, body BLOB NOT NULL
);
CREATE TABLE hosts (
    host TEXT PRIMARY KEY, next_allowed TEXT, paused_until TEXT, strikes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE candidates (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, feed TEXT, url TEXT,
    title TEXT NOT NULL, authors TEXT NOT NULL, published TEXT, published_precision TEXT NOT NULL, updated TEXT,
    first_seen TEXT NOT NULL,
    summary TEXT NOT NULL, content TEXT NOT NULL, source TEXT, kind TEXT, lang TEXT, discussion TEXT,
    flags TEXT NOT NULL, roundup TEXT, changes INTEGER NOT NULL DEFAULT 0, decided TEXT, uncleaned TEXT
);
CREATE INDEX candidates_by_state ON candidates (state);
CREATE TABLE works (work TEXT PRIMARY KEY, candidate INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE items (
    feed TEXT NOT NULL, key TEXT NOT NULL, candidate INTEGER, hash BLOB NOT NULL, present INTEGER NOT NULL,
    path TEXT NOT NULL, title_key TEXT NOT NULL, stamp TEXT, PRIMARY KEY (feed, key)
) WITHOUT ROWID;
CREATE INDEX items_by_candidate ON items (candidate);
"""

_MIGRATIONS: tuple[str, ...] = ()
"""What leads from schema version 1 + i to the next."""


class StateUnusable(GleaningsError):
    """The inbox's database cannot be read or written; nothing in it was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one reading of a feed changed in the inbox."""

    new: int = 0
    updated: int = 0
    backlog: int = 0
    rekeyed: int = 0
    turned_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBody:
    """Bytes that could not be read, kept so that a better parser need not ask for them again."""

    url: str
    """What answered."""
    content_type: str | None
    body: bytes


class Store:
    """The inbox of one site, open."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._path = path

    @classmethod
    @contextlib.contextmanager
    def open(cls, path: Path, *, writable: bool = True) -> Iterator[Store]:
        """The database at `path`, made if it is not there (in memory, and not on disk, unless `writable`).

        Raises StateUnusable for a damaged one (which is kept aside), one of a newer version, a full or read-only
        disk, here and in the block.
        """
        store = None
        try:
            store = cls(_connect(path, writable=writable), path)
            store._prepare(writable=writable)
            yield store
        except sqlite3.DatabaseError as error:
            if store is not None:
                store._db.close()
                store = None
            raise _explain(error, path, writable=writable) from error
        finally:
            if store is not None:
                store._db.close()

    def _prepare(self, *, writable: bool) -> None:
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found == VERSION:
            return
        if found > VERSION:
            raise StateUnusable(
                f"{self._path} was written by a newer gleanings (format {found}, this one knows {VERSION}); update it"
            )
        if found == 0:
            with self.transaction():
                for statement in _SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {VERSION}")
        elif writable:
            self._migrate(found)

    def _migrate(self, found: int) -> None:
        """Bring an older database up to date; a copy of it is kept beside."""
        copy = sqlite3.connect(self._path.with_name(f"{self._path.name}.v{found}"))
        with contextlib.closing(copy):
            self._db.backup(copy)
        with self.transaction():
            for script in _MIGRATIONS[found - 1 :]:
                for statement in script.split(";\n"):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written in the block, or none of it."""
        self._db.execute("BEGIN IMMEDIATE")
        with _Ending(self._db):
            yield

    # ── candidates, for a person ──

    def candidates(
        self, states: Sequence[State] = ("new",), feeds: Sequence[str] | None = None, *, headlines: bool = False
    ) -> list[Candidate]:
        """Candidates in any of `states`, of any of `feeds` (None: all, links too), newest first.

        With `headlines` their summaries and contents may be missing, which is quicker.
        """
        marks = ",".join("?" * len(states))
        rows = self._db.execute(f"SELECT * FROM candidates WHERE state IN ({marks})", tuple(states))  # noqa: S608
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

    def _rows_of(self, written: str) -> list[sqlite3.Row]:
        exact = self._db.execute("SELECT * FROM candidates WHERE id = ?", (written,)).fetchall()
        if exact or len(written) < 2 or not written.isalnum():
            return exact
        return self._db.execute(
            "SELECT * FROM candidates WHERE id GLOB ? ORDER BY id LIMIT 5", (f"{written}*",)
        ).fetchall()

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
        """The bytes that the feed last sent."""
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
        new = updated = backlog = 0
        for change in changes.changes:
            match change:
                case Insert(item=item, state=state):
                    self._insert(feed, item, state)
                    new += state == "new"
                    backlog += state == "backlog"
                case Join(item=item, candidate=candidate, raise_to_new=raised):
                    updated += self._join(feed, position, item, candidate)
                    if raised:
                        self._db.execute("UPDATE candidates SET state = 'new' WHERE number = ?", (candidate,))
                case Ignore(item=item):
                    self._save_item(feed, known_after(item, None))
        self._mark_present(feed, changes.arrived, present=1)
        self._mark_present(feed, changes.left, present=0)
        return Tally(
            new=new, updated=updated, backlog=backlog, rekeyed=changes.rekeyed, turned_over=changes.turned_over
        )

    def insert_link(self, url: str, work: str, candidate: Candidate, *, picked: bool) -> bool:
        """Take in a single page; False where its work was here already. To be called in a transaction."""
        known = self.known_works((work,)).get(work)
        if known is not None:
            number = known.candidate
        else:
            number = self._insert_candidate(candidate, work, "picked" if picked else "new", (work,))
        self._db.execute(
            "INSERT OR REPLACE INTO items (feed, key, candidate, hash, present, path, title_key)"
            " VALUES ('', ?, ?, x'', 1, '', '')",
            (url, number),
        )
        return known is None

    def known_links(self) -> frozenset[str]:
        """Single pages that were read into the inbox."""
        return frozenset(row["key"] for row in self._db.execute("SELECT key FROM items WHERE feed = ''"))

    def _insert(self, feed: str, item: Brought, state: State) -> None:
        number = self._insert_candidate(
            item.draft, item.work or f"{feed} {item.key}", state, _works_of(item), item.uncleaned
        )
        self._save_item(feed, known_after(item, number))

    def _insert_candidate(
        self,
        draft: Candidate,
        identity: str,
        state: State,
        works: Iterable[str],
        uncleaned: Uncleaned | None = None,
    ) -> int:
        values = {**records.write_candidate(draft), "uncleaned": records.write_uncleaned(uncleaned)}
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        cursor = self._db.execute(
            f"INSERT INTO candidates (id, state, {columns}) VALUES (?, ?, {marks})",  # noqa: S608
            (self._free_id(identity), state, *values.values()),
        )
        number = cursor.lastrowid
        assert number is not None
        self._save_works(works, number)
        return number

    def _save_works(self, works: Iterable[str], number: int) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO works (work, candidate) VALUES (?, ?)",
            [(records.storable(work), number) for work in works],
        )

    def _join(self, feed: str, position: int, item: Brought, number: int) -> bool:
        """Remember the item as the candidate's; take its words over where this feed may. True: its words changed."""
        before = self._db.execute(
            "SELECT candidates.*, feeds.position AS position FROM candidates"
            " LEFT JOIN feeds ON feeds.url = candidates.feed WHERE number = ?",
            (number,),
        ).fetchone()
        self._save_item(feed, known_after(item, number))
        self._save_works(_works_of(item), number)
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
        self._db.execute(
            f"UPDATE candidates SET {settings}, changes = changes + ? WHERE number = ?",  # noqa: S608
            (*values.values(), int(own), number),
        )
        return own and before["state"] in ("new", "later", "backlog")

    def _save_item(self, feed: str, item: KnownItem) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO items (feed, key, candidate, hash, present, path, title_key, stamp)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            records.write_item(feed, item),
        )

    def _mark_present(self, feed: str, keys: Iterable[str], *, present: int) -> None:
        self._db.executemany(
            "UPDATE items SET present = ? WHERE feed = ? AND key = ?", [(present, feed, key) for key in keys]
        )

    def _free_id(self, identity: str) -> str:
        """The shortest id, of four letters or more, that nobody has; the same identity asks for the same letters."""
        letters = short_letters(identity)
        for length in range(4, len(letters) + 1):
            short = letters[:length]
            if self._db.execute("SELECT 1 FROM candidates WHERE id = ?", (short,)).fetchone() is None:
                return short
        return self._free_id(identity + "+")


def _works_of(item: Brought) -> tuple[str, ...]:
    return (item.work, *item.aliases) if item.work else ()


def _read(row: sqlite3.Row, also_in: tuple[str, ...], *, headlines: bool = False) -> Candidate:
    """A candidate from its row; what was put off when it came is cleaned now."""
    candidate = records.read_candidate(row, also_in)
    if headlines or row["uncleaned"] is None:
        return candidate
    from gleanings.fetch.filling import fill_in

    return fill_in(candidate, records.read_uncleaned(row["uncleaned"]))[0]


class _Ending(contextlib.AbstractContextManager[None]):
    """Commits, or rolls back where the block did not come to its end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._db.execute("COMMIT")
        elif self._db.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")


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


def _connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    try:
        if writable:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateUnusable(f"{path.parent} cannot be written: {error.strerror}") from error
    there = path.exists() and path.stat().st_size > 0
    connection = sqlite3.connect(str(path) if writable or there else ":memory:", timeout=10.0, isolation_level=None)
    if there and not writable and not _is_readable(connection):
        # A write-ahead log wants files beside it; in a read-only folder nobody writes, so it can do without.
        connection.close()
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    if writable:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
    return connection


def _is_readable(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("PRAGMA user_version")
    except sqlite3.OperationalError:
        return False
    return True


def _explain(error: sqlite3.DatabaseError, path: Path, *, writable: bool) -> StateUnusable:
    """What went wrong, in a sentence; a damaged database is put aside so that the next run starts anew."""
    text = str(error)
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        if not writable:
            return StateUnusable(
                f"{path} is damaged ({text}); `gleanings fetch` will put it aside and start a new inbox"
            )
        aside = _put_aside(path)
        return StateUnusable(
            f"{path} is damaged ({text}); it was kept as {aside.name}, and the next run starts a new inbox"
            " (what was picked is known from the roundups)"
        )
    if "full" in text:
        return StateUnusable(f"{path} cannot be written: the disk is full (nothing was changed)")
    if "readonly" in text or "unable to open" in text:
        return StateUnusable(f"{path} cannot be written: {text} (is the folder read-only?)")
    if "locked" in text:
        return StateUnusable(f"{path} is held by another program (try again)")
    return StateUnusable(f"{path} cannot be used: {text}")


def _put_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink()
    with contextlib.suppress(OSError):
        path.rename(aside)
    return aside


def _explain_id(written: str, rows: Sequence[sqlite3.Row]) -> str:
    if not rows:
        return (
            f"there is no candidate {json.dumps(written, ensure_ascii=False)} (ids are what `gleanings inbox` prints)"
        )
    names = ", ".join(row["id"] for row in rows)
    return f"{written} is the beginning of several ids ({names})"

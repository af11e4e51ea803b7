"""The inbox's database file: made, opened, explained when it fails. The only door to sqlite3.

One SQLite file in write-ahead mode: a kill at any moment leaves the state before or after a transaction, and the
inbox can be read while a fetch writes.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from gleanings.problems import GleaningsError

Connection = sqlite3.Connection
Row = sqlite3.Row
StoreError = sqlite3.DatabaseError
"""What a block in which the store is open must let pass, so that `Store.open` can explain it."""

VERSION = 1
_PATIENCE = 10.0
"""Seconds to wait for whoever writes."""

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


class StateUnusable(GleaningsError):
    """The inbox's database cannot be read or written; nothing in it was changed."""


@contextlib.contextmanager
def open_database(path: Path, *, writable: bool) -> Iterator[Connection]:
    """The database at `path`, made if it is not there (in memory, and not on disk, unless `writable`).

    Raises StateUnusable for a damaged one (which is kept aside), one of a newer version, a full or read-only disk,
    here and in the block.
    """
    connection = None
    try:
        connection = _connect(path, writable=writable)
        _prepare(connection, path)
        yield connection
    except sqlite3.DatabaseError as error:
        if connection is not None:
            connection.close()
            connection = None
        raise _explain(error, path, writable=writable) from error
    finally:
        if connection is not None:
            connection.close()


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All that is written in the block, or none of it."""
    connection.execute("BEGIN IMMEDIATE")
    with _Ending(connection):
        yield


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


def _prepare(connection: Connection, path: Path) -> None:
    """Make what is not there yet. Raises StateUnusable for what a newer version made."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == VERSION:
        return
    if found > VERSION:
        raise StateUnusable(
            f"{path} was written by a newer gleanings (format {found}, this one knows {VERSION}); update it"
        )
    with transaction(connection):
        # Another process may have made it while this one waited for its turn.
        if connection.execute("PRAGMA user_version").fetchone()[0] != 0:
            return
        for statement in _SCHEMA.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    try:
        if writable:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateUnusable(f"{path.parent} cannot be written: {error.strerror}") from error
    there = path.exists() and path.stat().st_size > 0
    connection = sqlite3.connect(
        str(path) if writable or there else ":memory:", timeout=_PATIENCE, isolation_level=None
    )
    if there and not writable and not _is_readable(connection):
        # A write-ahead log wants files beside it; in a read-only folder nobody writes, so it can do without.
        connection.close()
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    if writable:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
    return connection


def _write_ahead(connection: Connection) -> None:
    """Let others read while one writes. Where another process is about to do so with a new database, SQLite does not
    wait for it by itself (https://sqlite.org/rescode.html#busy)."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


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

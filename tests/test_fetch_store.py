"""The memory on disk: kills, damage, versions, full disks, ids."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetching import START, Reader
from gleanings.fetch.inbox.database import StateUnusable
from gleanings.fetch.inbox.digested import Uncleaned
from gleanings.fetch.inbox.records import read_poll_state, read_uncleaned, write_poll_state, write_uncleaned
from gleanings.fetch.inbox.store import Store
from gleanings.fetch.inbox.writing import short_letters
from gleanings.fetch.parse.parsed import ParsedItem
from gleanings.fetch.poll.moving import Move
from gleanings.fetch.poll.polling import PollState
from gleanings.model import Candidate, State
from gleanings.problems import GleaningsError, UsageError
from loopback import Loopback, item, loopback, reply, rss


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def reader(tmp_path: Path, server: Loopback) -> Reader:
    """Somebody with three new candidates: a, b, c."""
    made = Reader(tmp_path)
    made.fetch(server.script("/feed", reply(rss(item("a"), item("b"), item("c")))))
    return made


def test_candidates_are_found_by_id_and_by_its_beginning(reader: Reader) -> None:
    one = reader.inbox()[0]
    with Store.open(reader.path) as store:
        assert store.by_ids([one.id]) == [one]
        assert store.by_ids([f" {one.id.upper()[:3]} "]) == [one]


def test_every_unknown_id_is_named_and_nothing_is_decided(reader: Reader) -> None:
    one = reader.inbox()[0]
    with Store.open(reader.path) as store, pytest.raises(UsageError) as caught:
        store.decide([one.id, "1111", "o"], "skipped", now=START)
    assert '"1111"' in str(caught.value)
    assert '"o"' in str(caught.value)
    assert len(reader.inbox()) == 3


def test_the_beginning_of_two_ids_is_not_guessed(reader: Reader) -> None:
    db = sqlite3.connect(reader.path)
    for number, short in enumerate(("abcd", "abce", "xyz2"), 1):
        db.execute("UPDATE candidates SET id = ? WHERE number = ?", (short, number))
    db.commit()
    db.close()
    with Store.open(reader.path) as store, pytest.raises(UsageError, match="abcd, abce"):
        store.by_ids(["abc"])


def test_a_decision_can_be_taken_back(reader: Reader) -> None:
    states: tuple[State, ...] = ("skipped", "later", "new", "picked")
    for state in states:
        reader.decide("a", state)
        assert reader.titles(state).count("a") == 1
    (picked,) = reader.inbox("picked")
    assert picked.roundup == "2026-11"


@given(st.text())
def test_ids_begin_with_a_letter_and_have_nothing_to_mistake(identity: str) -> None:
    letters = short_letters(identity)
    assert letters == short_letters(identity)
    assert letters[0].isalpha()
    assert len(letters) == 16
    assert not set(letters) & set("01oil")
    assert letters == letters.lower()


def test_ids_are_short_and_stay_unmistakable_among_many(tmp_path: Path) -> None:
    with Store.open(tmp_path / "inbox.sqlite3") as store:
        with store.transaction():
            for number in range(3000):
                page = Candidate(id="", feed=None, url=f"https://a.example/{number}", title="x", first_seen=START)
                store.insert_link(page.url or "", f"work-{number}", page, picked=False)
        ids = [candidate.id for candidate in store.candidates()]
    assert len(set(ids)) == 3000
    assert {len(short) for short in ids} <= {4, 5}


def test_a_poll_state_survives_writing_and_reading() -> None:
    state = PollState(
        url="https://a.example/",
        etag='"ü\xe9"',
        next_check=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        failures=3,
        unreadable=True,
        move=Move(to="https://b.example/", since=START, sightings=2),
    )
    assert read_poll_state(write_poll_state(state)) == state
    assert read_poll_state('{"url": "x", "from_the_future": 1}') == PollState(url="x")


def test_an_item_put_off_by_another_version_is_read_as_far_as_it_is_known() -> None:
    published = datetime(2026, 1, 2, tzinfo=UTC)
    raw = Uncleaned(
        item=ParsedItem(title="One", authors=("Ada",), published=published, content_html="<p>a</p>"),
        key="e1",
        substack=False,
    )
    written = write_uncleaned(raw)
    assert written is not None
    assert read_uncleaned(written) == raw
    told = json.loads(written)
    told["item"]["a field of another version"] = "x"
    assert read_uncleaned(json.dumps(told)) == raw


def test_an_inbox_that_is_not_there_is_empty_and_stays_not_there(tmp_path: Path) -> None:
    with Store.open(tmp_path / "none" / "inbox.sqlite3", writable=False) as store:
        assert store.candidates(("new",)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "damage",
    [pytest.param(b"this is no database at all" * 99, id="no-database"), pytest.param(None, id="torn-pages")],
)
def test_a_damaged_database_is_kept_aside_with_a_word(reader: Reader, damage: bytes | None) -> None:
    whole = reader.path.read_bytes()
    broken = damage if damage is not None else whole[:100] + b"\xff" * (len(whole) - 100)
    reader.path.write_bytes(broken)
    with pytest.raises(StateUnusable, match="gleanings fetch"), Store.open(reader.path, writable=False) as store:
        store.candidates(("new",))
    assert reader.path.read_bytes() == broken
    with pytest.raises(StateUnusable, match="damaged"), Store.open(reader.path) as store:
        store.candidates(("new",))
    (aside,) = reader.folder.glob("*.damaged-1")
    assert aside.read_bytes() == broken
    assert reader.inbox() == []


def test_a_database_of_a_newer_version_is_refused_as_it_is(reader: Reader) -> None:
    db = sqlite3.connect(reader.path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    before = reader.path.read_bytes()
    with pytest.raises(StateUnusable, match="newer"), Store.open(reader.path):
        pass
    assert reader.path.read_bytes() == before


def test_a_full_disk_leaves_the_old_state_whole(reader: Reader) -> None:
    before = reader.inbox()

    def fill() -> None:
        page = Candidate(id="", feed=None, url="x", title="x", content="words " * 100_000, first_seen=START)
        with Store.open(reader.path) as store:
            store._db.execute("PRAGMA max_page_count = 1")  # SQLite makes it the present size
            with store.transaction():
                store.insert_link("x", "x", page, picked=False)

    with pytest.raises(StateUnusable, match="full"):
        fill()
    assert reader.inbox() == before


def test_a_folder_that_cannot_be_written_gives_a_clear_error(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("no folder")
    with pytest.raises(GleaningsError, match="cannot be written"), Store.open(blocker / "inbox.sqlite3"):
        pass


def test_a_transaction_that_breaks_off_changes_nothing(reader: Reader) -> None:
    before = reader.inbox()

    def broken() -> None:
        with Store.open(reader.path) as store, store.transaction():
            store._db.execute("DELETE FROM candidates")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert reader.inbox() == before


def test_the_inbox_can_be_read_and_decided_while_a_fetch_is_open(reader: Reader) -> None:
    with Store.open(reader.path) as fetching:
        fetching.candidates(("new",))
        reader.decide("a", "later")
        assert [candidate.title for candidate in fetching.candidates(("later",))] == ["a"]


def test_two_that_open_a_new_inbox_at_once_both_find_it_made(tmp_path: Path) -> None:
    path = tmp_path / "inbox.sqlite3"
    first = threading.Barrier(4)

    def look() -> int:
        first.wait()
        with Store.open(path) as store:
            return len(store.candidates())

    with ThreadPoolExecutor(4) as threads:
        assert [look.result() for look in [threads.submit(look) for _ in range(4)]] == [0] * 4

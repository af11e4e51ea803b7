"""A backup of decisions: what was decided here holds on another machine, whatever its feeds bring."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetching import START, Reader
from gleanings.fetch.inbox.decisions import DECIDED, Decision, format_decisions, parse_decisions
from gleanings.fetch.inbox.remarks import Remark
from gleanings.fetch.inbox.store import Store
from gleanings.identity import work_key
from gleanings.model import Candidate
from gleanings.problems import GleaningsError
from loopback import Loopback, item, loopback, reply, rss


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


def export(reader: Reader) -> str:
    with Store.open(reader.path) as store:
        return "\n".join(format_decisions(store.decisions()))


def restore(reader: Reader, text: str) -> Counter[str]:
    decisions, left_out = parse_decisions(text)
    assert left_out == ()
    with Store.open(reader.path) as store, store.transaction():
        return Counter(map(store.restore, decisions))


def feed_of(reader: Reader) -> str:
    return reader.run.reports[0].url


def decided(tmp_path: Path, url: str) -> Reader:
    """Somebody who decided about a, b and c of a feed, and not about d."""
    reader = Reader(tmp_path / "old")
    reader.fetch(url)
    for title, state in (("a", "skipped"), ("b", "later"), ("c", "picked")):
        reader.wait(minutes=1)
        reader.decide(title, state)  # type: ignore[arg-type]
    return reader


@pytest.fixture
def old(tmp_path: Path, server: Loopback) -> Reader:
    return decided(tmp_path, server.script("/feed", reply(rss(*map(item, "abcd")))))


@pytest.fixture
def new(tmp_path: Path) -> Reader:
    return Reader(tmp_path / "new", now=START + timedelta(days=1))


def test_a_backup_of_a_restored_inbox_is_the_same(old: Reader, new: Reader) -> None:
    assert restore(new, export(old)) == {"restored": 3}
    assert export(new) == export(old)
    assert restore(new, export(old)) == {"known": 3}
    assert [one.id for one in new.inbox("picked")] == [one.id for one in old.inbox("picked")]
    assert [one.roundup for one in new.inbox("picked")] == ["2026-11"]


def test_what_was_decided_does_not_come_back_with_the_feed(old: Reader, new: Reader) -> None:
    restore(new, export(old))
    new.fetch(feed_of(old))
    assert new.titles("new", "backlog") == ["d"]
    assert (new.titles("skipped"), new.titles("later"), new.titles("picked")) == (["a"], ["b"], ["c"])


def test_the_feed_brings_back_the_words_of_what_waits(old: Reader, new: Reader) -> None:
    restore(new, export(old))
    assert new.inbox("later")[0].content == ""
    new.fetch(feed_of(old))
    assert new.inbox("later")[0].content == old.inbox("later")[0].content != ""


def test_a_feed_that_was_read_first_is_put_right(old: Reader, new: Reader) -> None:
    new.fetch(feed_of(old))
    assert restore(new, export(old)) == {"changed": 3}
    assert new.titles() == ["d"]


def test_entries_that_share_an_address_are_told_apart(tmp_path: Path, server: Loopback, new: Reader) -> None:
    show = "https://show.example/all"
    url = server.script("/feed", reply(rss(*(item(name, link=show) for name in "abcd"))))
    restore(new, export(decided(tmp_path, url)))
    new.fetch(url)
    assert (new.titles("new", "backlog"), new.titles("skipped")) == (["d"], ["a"])


def test_of_two_decisions_the_newer_one_stays(old: Reader, new: Reader) -> None:
    first = export(old)
    old.wait(hours=1)
    old.decide("a", "later")
    restore(new, export(old))
    assert restore(new, first) == {"known": 3}
    assert new.titles("later") == ["a", "b"]
    old.wait(hours=1)
    old.decide("b", "skipped")
    assert restore(new, export(old)) == {"changed": 1, "known": 2}
    assert new.titles("skipped") == ["b"]


def test_a_decision_counts_more_than_what_an_import_made(old: Reader, new: Reader) -> None:
    page = Candidate(id="", state="later", feed=None, url="https://blog.example/a", title="a", first_seen=START)
    with Store.open(new.path) as store, store.transaction():
        store.insert_link("https://blog.example/a", work_key("https://blog.example/a"), page, picked=False)
    assert restore(new, export(old)) == {"restored": 2, "changed": 1}
    assert new.titles("skipped") == ["a"]


def test_an_inbox_without_decisions_gives_an_empty_backup(new: Reader) -> None:
    assert json.loads(export(new)) == {"gleanings": "inbox", "version": 1, "decisions": []}


@pytest.mark.parametrize(
    ("decision", "reason"),
    [
        pytest.param(7, "it is no decision", id="number"),
        pytest.param({"state": "new"}, "'new' is no state (later, picked, skipped)", id="state"),
        pytest.param({"state": "later", "url": "javascript:x"}, "'javascript:x' is no web address", id="address"),
        pytest.param({"state": "later", "works": ["//a.example/"]},
                     "it does not say what was decided about, and when", id="no-time"),
    ],
)  # fmt: skip
def test_a_decision_that_cannot_be_read_is_told_and_stops_no_other(decision: object, reason: str) -> None:
    good = {"state": "skipped", "works": ["//a.example/x"], "decided": "2026-11-20T12:00:00+00:00"}
    document = {"gleanings": "inbox", "version": 1, "decisions": [decision, good]}
    decisions, left_out = parse_decisions(json.dumps(document))
    assert [(one.place, one.reason) for one in left_out] == [(": decision 1", reason)]
    assert [one.candidate.state for one in decisions] == ["skipped"]


WORDS = st.text("abcXYZ é中<>&\"'[]*_\\.,:;!?", max_size=30).map(lambda text: " ".join(text.split()))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """Any decision that an inbox could hold."""
    url = f"https://{draw(st.sampled_from(('a', 'b')))}.example/{draw(st.integers(0, 99))}"
    return Decision(
        candidate=Candidate(
            id="abcd",
            state=draw(st.sampled_from(DECIDED)),
            feed=draw(st.sampled_from((None, "https://feed.example/"))),
            url=url,
            title=draw(WORDS),
            authors=tuple(filter(None, draw(st.lists(WORDS, max_size=2)))),
            published=draw(st.none() | MOMENTS),
            first_seen=draw(MOMENTS),
            summary=draw(WORDS),
            roundup=draw(st.sampled_from((None, "2026-11"))),
        ),
        decided=draw(MOMENTS),
        seen=(("https://feed.example/", draw(st.text(min_size=1, max_size=9))),),
        works=(work_key(url),),
        remark=Remark(tags=tuple(filter(None, draw(st.lists(WORDS, max_size=2)))), note=draw(WORDS)),
    )


@given(st.lists(decisions(), max_size=4))
def test_what_is_written_is_read_back(written: list[Decision]) -> None:
    assert parse_decisions("\n".join(format_decisions(written))) == (tuple(written), ())


@given(st.text(max_size=60) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_no_text_makes_reading_fail_in_another_way(text: str) -> None:
    for document in (text, f'{{"gleanings": "inbox", "version": 1, "decisions": {text}}}'):
        try:
            parse_decisions(document)
        except GleaningsError:
            continue

"""Politeness over days: validators, intervals, pauses, moves; against a server that writes down what it is asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fetching import START, Reader, feed
from gleanings.fetch.poll.polling import is_dead, is_silent
from loopback import Loopback, Play, after, hang_up, item, loopback, redirect, reply, rss

ONE = rss(item("one"))
TWO = rss(item("two"), item("one"))


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def validators(server: Loopback, path: str = "/feed") -> list[tuple[str | None, str | None]]:
    """If-None-Match and If-Modified-Since of each request."""
    return [(got.header("if-none-match"), got.header("if-modified-since")) for got in server.asked(path)]


def told(**headers: str) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


# ── conditional requests ──


@pytest.mark.parametrize(
    ("first", "sent"),
    [
        pytest.param(told(ETag='"abc"'), ('"abc"', None), id="etag"),
        pytest.param(told(ETag='W/"abc"'), ('W/"abc"', None), id="weak"),
        pytest.param(told(ETag="abc"), ("abc", None), id="no-quotes"),
        pytest.param(told(Last_Modified="yesterday"), (None, "yesterday"), id="odd-date"),
        pytest.param(
            told(ETag='"1"', Last_Modified="Wed, 01 Jan 0001 00:00:00 GMT"),
            ('"1"', "Wed, 01 Jan 0001 00:00:00 GMT"),
            id="both",
        ),
    ],
)
def test_validators_come_back_as_they_were(
    server: Loopback, reader: Reader, first: dict[str, str], sent: tuple[str | None, str | None]
) -> None:
    url = server.script("/feed", reply(ONE, headers=first), reply(status=304))
    assert reader.look(url).verdict.outcome == "fetched"
    reader.wait(hours=2)
    assert reader.look(url).verdict.outcome == "unchanged"
    assert validators(server) == [(None, None), sent]


def test_an_empty_validator_is_none(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE, headers=told(ETag="", Last_Modified="")))
    for _ in range(2):
        reader.look(url)
        reader.wait(hours=25)
    assert validators(server) == [(None, None), (None, None)]


def test_a_feed_that_only_ever_asks_for_peace_is_not_fine(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", *[reply(status=429, headers=told(Retry_After="86400"))] * 41, reply(ONE))
    for _ in range(41):
        reader.look(url)
        reader.wait(days=1, minutes=1)
    assert reader.state(url).failing_since == START
    assert is_dead(reader.state(url), now=reader.now)
    reader.look(url)
    assert reader.state(url).failing_since is None


def test_a_new_validator_of_the_same_bytes_is_remembered(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE, headers=told(ETag='"1"')), reply(ONE, headers=told(ETag='"2"')))
    for _ in range(3):
        report = reader.look(url)
        reader.wait(hours=2)
    assert report.verdict.outcome == "unchanged"
    assert [etag for etag, _ in validators(server)] == [None, '"1"', '"2"']


def test_a_validator_that_the_next_answer_lacks_is_dropped(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE, headers=told(ETag='"1"', Last_Modified="x")), reply(TWO))
    for _ in range(3):
        reader.look(url)
        reader.wait(hours=25)
    assert validators(server) == [(None, None), ('"1"', "x"), (None, None)]


def test_a_304_updates_what_is_remembered(server: Loopback, reader: Reader) -> None:
    url = server.script(
        "/feed",
        reply(ONE, headers=told(ETag='"1"')),
        reply(status=304, headers=told(ETag='"2"', Last_Modified="now", Cache_Control="max-age=18000")),
    )
    reader.look(url)
    reader.wait(hours=2)
    assert reader.look(url).next_check == reader.now + timedelta(hours=5)
    reader.wait(hours=6)
    reader.look(url)
    assert validators(server)[2] == ('"2"', "now")


def test_a_304_that_nobody_asked_for_is_an_error(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(status=304))
    report = reader.look(url)
    assert report.verdict.outcome == "failed"
    assert "304" in (report.verdict.problem or "")


def test_after_a_month_of_304_one_request_asks_without_conditions(server: Loopback, reader: Reader) -> None:
    not_modified = reply(status=304)
    url = server.script("/feed", reply(ONE, headers=told(ETag='"1"')), not_modified)
    reader.look(url)
    for _ in range(5):
        reader.wait(days=8)
        reader.look(url)
    assert [etag for etag, _ in validators(server)] == [None, '"1"', '"1"', '"1"', '"1"', None]
    server.script("/feed", reply(ONE, headers=told(ETag='"1"')), not_modified)
    for _ in range(5):
        reader.wait(days=8)
        reader.look(url)
    assert [etag for etag, _ in validators(server)][6:] == [None, '"1"', '"1"', '"1"', '"1"']


def test_a_body_that_cannot_be_read_is_kept_and_read_again_after_a_304(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply('{"nothing": 1}', headers=told(ETag='"1"')), reply(status=304))
    assert reader.look(url).verdict.outcome == "failed"
    reader.wait(hours=2)
    assert reader.look(url).verdict.outcome == "failed"
    assert [etag for etag, _ in validators(server)] == [None, '"1"']


def test_an_edited_address_is_asked_without_the_old_one_s_validators(server: Loopback, reader: Reader) -> None:
    old = server.script("/old", reply(ONE, headers=told(ETag='"1"')))
    new = server.script("/feed", reply(ONE))
    reader.look(old)
    reader.wait(hours=2)
    reader.look(new)
    assert validators(server) == [(None, None)]


def test_validators_of_a_redirect_s_end_go_to_its_end(server: Loopback, reader: Reader) -> None:
    url = server.script("/old", redirect("/feed", 302))
    server.script("/feed", reply(ONE, headers=told(ETag='"1"')), reply(status=304))
    reader.look(url)
    reader.wait(hours=2)
    assert reader.look(url).verdict.outcome == "unchanged"
    assert validators(server, "/old") == [(None, None), (None, None)]
    assert validators(server) == [(None, None), ('"1"', None)]


def test_a_build_date_alone_is_no_change(server: Loopback, reader: Reader) -> None:
    first = rss(item("one"), head="<lastBuildDate>Wed, 18 Nov 2026 08:00:00 GMT</lastBuildDate>")
    url = server.script("/feed", reply(first), reply(first.replace("08:00:00 GMT</last", "09:00:00 GMT</last")))
    reader.look(url)
    reader.wait(hours=25)
    assert reader.look(url).verdict.outcome == "unchanged"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(""), id="empty-200"),
        pytest.param(reply(status=204), id="204"),
        pytest.param(reply(status=205), id="205"),
        pytest.param(reply(TWO, status=206), id="206"),
        pytest.param(reply(TWO, status=226), id="226"),
        pytest.param(reply("<!doctype html><title>Log in</title><p>Please", headers=told(ETag='"x"')), id="portal"),
    ],
)
def test_an_answer_of_no_use_changes_neither_entries_nor_validators(
    server: Loopback, reader: Reader, answer: bytes
) -> None:
    url = server.script("/feed", reply(ONE, headers=told(ETag='"1"')), answer)
    reader.look(url)
    reader.wait(hours=2)
    assert reader.look(url).verdict.outcome == "failed"
    reader.wait(hours=2)
    reader.look(url)
    assert validators(server)[2] == ('"1"', None)
    assert reader.titles() == ["one"]


# ── intervals and pauses ──


def test_a_feed_is_not_asked_again_within_the_hour(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE, headers=told(ETag='"1"')))
    reader.look(url)
    reader.wait(minutes=10)
    report = reader.look(url)
    assert (report.verdict.outcome, report.next_check) == ("skipped", reader.now + timedelta(minutes=50))
    assert len(server.asked()) == 1


def test_force_skips_our_interval_and_max_age(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE, headers=told(ETag='"1"', Cache_Control="max-age=86400")))
    reader.look(url)
    reader.look(url, force=True)
    assert len(server.asked()) == 2


def test_the_ttl_of_a_feed_is_heeded(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(rss(item("one"), head="<ttl>300</ttl>"), headers=told(ETag='"1"')))
    assert reader.look(url).next_check == reader.now + timedelta(hours=5)


def test_a_host_that_asks_for_peace_gets_it_for_all_its_feeds(server: Loopback, reader: Reader) -> None:
    urls = [server.script(f"/{number}", reply(ONE, headers=told(ETag='"1"'))) for number in range(3)]
    server.script("/0", reply(status=429, headers=told(Retry_After="7200")))
    reports = reader.fetch(*urls)
    assert [report.verdict.outcome for report in reports] == ["failed", "skipped", "skipped"]
    for report in (*reports, *reader.fetch(*urls)):
        assert "asked us to wait until 2026-11-20 14:00" in (report.verdict.problem or "")
        assert report.next_check is not None
        assert timedelta(0) <= report.next_check - reader.now - timedelta(hours=2) < timedelta(seconds=30)
    reader.wait(hours=1)
    reader.fetch(*urls, force=True)
    assert len(server.asked()) == 1
    reader.wait(hours=1, seconds=2)
    reader.fetch(*urls)
    assert {request.path for request in server.asked()} == {"/0"}
    server.script("/0", reply(ONE))
    reader.wait(hours=3)
    assert [report.verdict.outcome for report in reader.fetch(*urls)] == ["fetched"] * 3


def test_peace_without_a_length_doubles_and_a_success_ends_it(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(status=429))
    waits = []
    for _ in range(3):
        due = reader.look(url).next_check
        assert due is not None
        waits.append(round((due - reader.now) / timedelta(hours=1)))
        reader.wait(hours=waits[-1], seconds=3)
    assert waits == [1, 2, 4]
    server.script("/feed", reply(ONE), reply(status=429))
    reader.look(url)
    reader.wait(days=2)
    due = reader.look(url).next_check
    assert due is not None
    assert round((due - reader.now) / timedelta(hours=1)) == 1


def test_a_503_on_a_private_host_pauses_its_feed_alone(server: Loopback, reader: Reader) -> None:
    broken = server.script("/broken", reply(status=503, headers=told(Retry_After="36000")))
    fine = server.script("/fine", reply(ONE))
    assert [report.verdict.outcome for report in reader.fetch(broken, fine)] == ["failed", "fetched"]
    reader.wait(hours=9)
    reader.look(broken, force=True)
    assert len(server.asked("/broken")) == 1
    reader.wait(hours=2)
    reader.look(broken)
    assert len(server.asked("/broken")) == 2


def test_a_missing_feed_is_asked_more_and_more_rarely_and_keeps_its_entries(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE), reply(status=404))
    reader.look(url)
    days = []
    reader.wait(days=1)
    for _ in range(5):
        due = reader.look(url).next_check
        assert due is not None
        days.append((due - reader.now).days)
        reader.now = due
    assert days == [1, 2, 4, 7, 7]
    assert reader.titles() == ["one"]
    assert not is_dead(reader.state(url), now=reader.now)
    assert is_dead(reader.state(url), now=reader.now + timedelta(days=20))


def test_trouble_backs_off_by_hours_and_is_forgotten_by_a_success(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(status=500), hang_up, reply(ONE, headers=told(ETag='"1"')), reply(status=500))
    hours = []
    for _ in range(4):
        due = reader.look(url).next_check
        assert due is not None
        hours.append(round((due - reader.now) / timedelta(hours=1)))
        reader.now = due
    assert hours == [1, 2, 1, 1]


def test_gone_means_gone_until_the_file_changes(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE), reply(status=410))
    reader.look(url)
    reader.wait(days=2)
    assert reader.look(url).verdict.outcome == "gone"
    for _ in range(3):
        reader.wait(days=40)
        assert reader.look(url, force=True).verdict.outcome == "gone"
    assert not is_dead(reader.state(url), now=reader.now)
    assert len(server.asked()) == 2
    reader.file_mark = "2"
    assert reader.look(url).verdict.outcome == "gone"
    assert len(server.asked()) == 3
    assert reader.titles() == ["one"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply("<html>", status=403, headers={"cf-mitigated": "challenge"}), id="header"),
        pytest.param(reply("<html><head><title>Just a moment...</title>"), id="200"),
        pytest.param(reply("<html><head><title>Just a moment...</title>", status=503), id="503"),
    ],
)
def test_bot_protection_is_named_and_never_evaded(server: Loopback, reader: Reader, answer: bytes) -> None:
    url = server.script("/feed", answer)
    report = reader.look(url)
    assert report.verdict.problem == "blocked by bot protection"
    assert report.next_check == reader.now + timedelta(days=1)
    reader.wait(hours=23)
    assert (reader.look(url, force=True).verdict.problem or "").startswith(
        "blocked by bot protection, not asked before"
    )
    assert len(server.asked()) == 1
    assert reader.inbox("new", "backlog") == []


def test_without_a_network_nothing_is_held_against_anybody(server: Loopback, reader: Reader) -> None:
    urls = [server.script("/feed", reply(ONE), host=f"127.0.0.{number}") for number in (1, 2)]
    server.close()
    reader.fetch(*urls)
    assert reader.run.no_network
    with pytest.raises(KeyError):
        reader.state(urls[0])


def test_one_unreachable_host_among_others_is_that_host_s_failure(server: Loopback, reader: Reader) -> None:
    with loopback() as closed:
        dead = closed.script("/feed", reply(ONE), host="127.0.0.2")
    fine = server.script("/feed", reply(ONE))
    reports = reader.fetch(dead, fine)
    assert [report.verdict.outcome for report in reports] == ["failed", "fetched"]
    assert not reader.run.no_network
    assert reader.state(dead).failures == 1


def test_hosts_are_asked_at_once_and_a_slow_one_holds_up_nobody(server: Loopback, reader: Reader) -> None:
    all_are_asked = threading.Barrier(24)

    def play(connection: socket.socket) -> None:
        all_are_asked.wait(20)
        connection.sendall(reply(ONE))

    urls = [server.script("/feed", play, host=f"127.0.0.{number}") for number in range(1, 25)]
    reports = reader.fetch(*urls)
    assert [report.url for report in reports] == urls
    assert all(report.verdict.problem is None for report in reports)


def test_feeds_of_one_host_are_asked_one_after_another_over_one_connection(server: Loopback, reader: Reader) -> None:
    urls = [server.script(f"/{number}", after(0.05, reply(ONE))) for number in range(5)]
    reader.fetch(*urls)
    asked = server.asked()
    assert len({request.connection for request in asked}) == 1
    assert [request.path for request in asked] == [f"/{number}" for number in range(5)]


def test_one_feed_s_trouble_is_nobody_else_s(server: Loopback, reader: Reader) -> None:
    plays: list[bytes | Play] = [
        hang_up,
        reply("<html><title>x</title>"),
        reply(status=500),
        b"?\r\n\r\n",
        redirect("file:///x"),
    ]
    bad = [server.script(f"/{number}", play, host=f"127.0.0.{number + 2}") for number, play in enumerate(plays)]
    fine = server.script("/feed", reply(ONE))
    reports = reader.fetch(*bad, fine)
    assert [report.verdict.outcome for report in reports] == ["failed"] * 5 + ["fetched"]


def test_the_same_feed_written_twice_is_asked_once(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE))
    server.script("/feed/", reply(ONE))
    reports = reader.fetch(url, url + "/")
    assert [report.verdict.outcome for report in reports] == ["fetched", "skipped"]
    assert url in (reports[1].verdict.problem or "")
    assert len(server.asked()) == 1


def test_two_feeds_that_end_at_one_address_are_asked_for_once(server: Loopback, reader: Reader) -> None:
    one = server.script("/a", redirect("/feed"))
    two = server.script("/b", redirect("/feed"))
    server.script("/feed", reply(ONE))
    reports = reader.fetch(one, two)
    assert [report.verdict.outcome for report in reports] == ["fetched", "skipped"]
    assert one in (reports[1].verdict.problem or "")
    assert len(server.asked("/feed")) == 1


def test_a_feed_that_is_no_longer_wanted_is_not_asked(server: Loopback, reader: Reader) -> None:
    one, two = (server.script(path, reply(rss(item(path[1:])))) for path in ("/a", "/b"))
    reader.fetch(one, two)
    reader.wait(days=2)
    reader.fetch(two)
    assert list(reader.run.removed) == [one]
    assert len(server.asked("/a")) == 1
    assert reader.titles() == ["a", "b"]
    reader.fetch(two)
    assert not reader.run.removed


def test_a_feed_that_has_been_silent_for_half_a_year_is_named(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE))
    state = reader.look(url).state
    assert state is not None
    assert not is_silent(state, now=reader.now + timedelta(days=170))
    assert is_silent(state, now=reader.now + timedelta(days=179))


def test_a_clock_set_back_a_year_does_not_stop_the_fetching(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(ONE, headers=told(ETag='"1"', Cache_Control="max-age=604800")))
    reader.look(url)
    reader.wait(days=-365)
    assert reader.look(url).verdict.outcome == "unchanged"
    assert reader.state(url).next_check == reader.now + timedelta(days=7)


# ── moves ──


def moved(reader: Reader, url: str) -> str | None:
    return reader.look(url).verdict.moved_to


def test_a_permanent_move_is_proposed_after_a_week_and_three_sightings(server: Loopback, reader: Reader) -> None:
    url = server.script("/old", redirect("/new", 308))
    target = server.script("/new", redirect("/feed", 302))
    server.script("/feed", reply(ONE, headers=told(ETag='"1"')))
    proposals = []
    for _ in range(4):
        proposals.append(moved(reader, url))
        reader.wait(days=3)
    assert proposals == [None, None, None, target]


def test_a_passing_redirect_is_never_proposed(server: Loopback, reader: Reader) -> None:
    url = server.script("/old", redirect("/feed", 307))
    server.script("/feed", reply(ONE))
    for _ in range(5):
        assert moved(reader, url) is None
        reader.wait(days=5)


def test_a_move_is_proposed_at_once_when_the_old_address_is_gone(server: Loopback, reader: Reader) -> None:
    url = server.script("/old", redirect("/feed"), reply(status=404))
    target = server.script("/feed", reply(ONE))
    assert moved(reader, url) is None
    reader.wait(days=1, hours=1)
    assert moved(reader, url) == target


def test_a_move_to_a_page_that_is_no_feed_is_not_believed(server: Loopback, reader: Reader) -> None:
    url = server.script("/old", redirect("/login"))
    server.script("/login", reply("<!doctype html><html><title>Log in</title>"))
    for _ in range(6):
        assert moved(reader, url) is None
        reader.wait(days=3)
    assert reader.state(url).move is None


def test_a_step_to_https_is_proposed_at_once() -> None:
    from gleanings.fetch.poll.moving import Move, is_ripe

    now = datetime(2026, 1, 1)
    assert is_ripe(Move(to="https://a.example/feed", since=now), url="http://a.example/feed", now=now)
    assert not is_ripe(Move(to="https://b.example/feed", since=now), url="http://a.example/feed", now=now)


def test_a_self_link_elsewhere_is_not_followed(server: Loopback, reader: Reader) -> None:
    head = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://other.example/feed"/>'
    url = server.script("/feed", reply(rss(item("one"), head=head)))
    report = reader.look(feed(url))
    assert report.verdict.moved_to is None
    assert reader.state(url).move is None

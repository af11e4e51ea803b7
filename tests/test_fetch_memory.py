"""Identity and memory: what is new, what is the same under another name, what never comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fetching import START, Reader, feed, without_time
from gleanings.fetch.retrieve.http import Client
from gleanings.identity import work_key
from gleanings.model import Candidate
from gleanings.values import replace
from loopback import Loopback, item, loopback, reply, rss


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def play(server: Loopback, reader: Reader, *bodies: str) -> list[tuple[int, int]]:
    """Let one feed show those bodies, day after day; returns (new, updated) of each day."""
    counts = []
    for body in bodies:
        url = server.script("/feed", reply(body))
        tally = reader.look(url).tally
        counts.append((tally.new, tally.updated))
        reader.wait(days=1, hours=1)
    return counts


# ── the same entry ──


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(item("a", text="teh words"), item("a", text="the words"), id="a-typo-mended"),
        pytest.param(item("a", title="Old"), item("a", title="New"), id="another-title"),
        pytest.param(item("a"), item("a", date="Fri, 20 Nov 2026 08:00:00 GMT"), id="another-date"),
        pytest.param(item("a"), item("a", guid="other"), id="another-guid"),
        pytest.param(item("a"), item("a", guid="other", title="New"), id="another-guid-and-title-same-second"),
        pytest.param(
            item("a", guid="http://www.blog.example/a", link=""),
            item("a", guid="https://blog.example/a", link=""),
            id="guid-on-https",
        ),
        pytest.param(item("a"), item("a", link="https://blog.example/a?utm_source=rss"), id="tracking-added"),
        pytest.param(
            item("a", guid="", link="http://www.blog.example/a/"),
            item("a", guid="", link="https://blog.example/a", title="New"),
            id="no-guid-another-form-of-the-address",
        ),
        pytest.param(
            item("a"),
            item("a", guid="b", link="https://new.example/b"),
            id="other-guid-and-address-but-same-title-and-second",
        ),
        pytest.param(
            item("a", guid="oai:arXiv.org:2401.04088v1", link="https://arxiv.org/abs/2401.04088v1"),
            item("a", guid="oai:arXiv.org:2401.04088v2", link="https://arxiv.org/abs/2401.04088v2"),
            id="a-paper-s-second-version",
        ),
    ],
)
def test_it_is_the_same_entry(server: Loopback, reader: Reader, before: str, after: str) -> None:
    new, _ = zip(*play(server, reader, rss(before), rss(after), rss(after)), strict=True)
    assert new == (1, 0, 0)
    assert len(reader.inbox("new", "later", "backlog")) == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param(item("a", link="https://show.example/podcast"), item("b", link="https://show.example/podcast"),
                     id="episodes-that-link-to-the-show"),
        pytest.param(item("a", link="https://show.example/live"), item("b", link="https://show.example/live",
                     date="Thu, 19 Nov 2026 08:00:00 GMT"), id="what-stands-at-one-address-on-two-days"),
        pytest.param(item("a", link="https://log.example/2026#a"), item("b", link="https://log.example/2026#b"),
                     id="days-of-a-log"),
        pytest.param(item("a", link="https://blog.example/?id=1"), item("b", link="https://blog.example/?id=2"),
                     id="another-query"),
        pytest.param(item("a", title="Links for today"), item("b", title="Links for today",
                     date="Thu, 19 Nov 2026 08:00:00 GMT"), id="same-title-another-day"),
        pytest.param(item("a", guid="same"), item("b", guid="same"), id="one-guid-two-addresses"),
        pytest.param(item("a", link="https://blog.example/"), item("b", link="https://blog.example/"),
                     id="both-link-home"),
        pytest.param(item("a", link="", guid=""), item("b", link="", guid=""), id="titles-only"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("together", [True, False], ids=["together", "a-day-apart"])
def test_these_are_two_entries(server: Loopback, reader: Reader, one: str, two: str, together: bool) -> None:
    if together:
        play(server, reader, rss(one, two), rss(two, one))
    else:
        play(server, reader, rss(one), rss(two, one), rss(two, one))
    assert len(reader.inbox("new", "backlog")) == 2


def test_one_item_twice_in_a_feed_is_one_entry(server: Loopback, reader: Reader) -> None:
    older = item("a", text="old", date="Tue, 17 Nov 2026 08:00:00 GMT")
    play(server, reader, rss(older, item("a", text="newer")))
    (candidate,) = reader.inbox()
    assert "newer" in candidate.summary + candidate.content


def test_an_edit_reaches_the_inbox_and_is_counted(server: Loopback, reader: Reader) -> None:
    counts = play(server, reader, rss(item("a", text="teh")), rss(item("a", text="the", title="New title")))
    assert counts == [(1, 0), (0, 1)]
    (candidate,) = reader.inbox()
    assert candidate.title == "New title"


def test_a_feed_that_flaps_is_left_alone_after_24_changes(server: Loopback, reader: Reader) -> None:
    bodies = [rss(item("a", text=f"version {number % 2}")) for number in range(40)]
    counts = play(server, reader, *bodies)
    assert sum(updated for _, updated in counts) == 24
    assert len(reader.inbox()) == 1


# ── moves of whole feeds ──


def slugs(host: str, guid: str, *, titles: str = "Post") -> list[str]:
    return [
        item(
            f"p{number}",
            title=f"{titles} {number}",
            link=f"https://{host}/p/slug-{number}",
            guid=f"{guid}-{number}",
            date=f"Wed, {10 + number} Nov 2026 08:00:00 GMT",
        )
        for number in range(8)
    ]


def test_a_blog_that_moves_to_another_host_brings_nothing_new(server: Loopback, reader: Reader) -> None:
    counts = play(
        server,
        reader,
        rss(*slugs("old.substack.example", "a")),
        rss(*slugs("new.example", "b", titles="Renamed"), item("really-new")),
    )
    assert counts[0] == (8, 0)
    assert counts[1][0] == 1
    assert len(reader.inbox()) == 9
    assert reader.run.reports[0].tally.rekeyed == 8


def test_decisions_survive_the_move(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(rss(*slugs("old.example", "a"))))
    reader.look(url)
    for number in range(8):
        reader.decide(f"Post {number}", "skipped")
    reader.wait(days=2)
    server.script("/feed", reply(rss(*slugs("new.example", "b", titles="Renamed"))))
    reader.look(url)
    assert reader.inbox("new", "backlog", "later") == []


def test_a_feed_that_shows_nothing_it_showed_before_says_so(server: Loopback, reader: Reader) -> None:
    play(
        server,
        reader,
        rss(*slugs("a.example", "a")),
        rss(*(item(f"n{number}", date="Sat, 21 Nov 2026 08:00:00 GMT") for number in range(6))),
    )
    tally = reader.run.reports[0].tally
    assert (tally.turned_over, tally.new) == (True, 6)


def test_old_posts_under_new_names_do_not_flood_the_inbox(server: Loopback, reader: Reader) -> None:
    fresh = [
        item(f"x{number}", title=f"Other {number}", date=f"Wed, {9 + number} Nov 2026 07:00:00 GMT")
        for number in range(8)
    ]
    play(server, reader, rss(*slugs("a.example", "a")), rss(*fresh))
    assert reader.run.reports[0].tally.backlog == 8


def test_was_carries_the_history_over(server: Loopback, reader: Reader) -> None:
    old = server.script("/old", reply(rss(item("a"), item("b"))))
    reader.look(old)
    reader.decide("a", "skipped")
    reader.wait(days=2)
    new = server.script("/new", reply(rss(item("a"), item("b"))))
    report = reader.look(feed(new, was=old))
    assert (report.tally.new, report.tally.backlog) == (0, 0)
    assert [(candidate.title, candidate.feed) for candidate in reader.inbox()] == [("b", new)]
    assert reader.run.removed == ()


# ── several feeds ──


def test_a_second_feed_that_carries_a_work_is_named_beside_the_first(server: Loopback, reader: Reader) -> None:
    one = server.script("/feed", reply(rss(item("a", title="As the first says"))), host="127.0.0.1")
    two = server.script("/feed", reply(rss(item("a", guid="x", title="As the second says"))), host="127.0.0.2")
    reader.fetch(one, two)
    (candidate,) = reader.inbox()
    assert (candidate.title, candidate.feed, candidate.also_in) == ("As the first says", one, (two,))


def test_the_order_in_which_answers_come_does_not_matter(server: Loopback, tmp_path: Path) -> None:
    bodies = [
        rss(item("shared", title=f"from {number}", guid=f"g{number}"), item(f"own-{number}")) for number in range(4)
    ]
    found = []
    for round_, hosts in enumerate([(1, 2, 3, 4), (4, 3, 2, 1)]):
        reader = Reader(tmp_path / str(round_))
        urls = [server.script("/feed", reply(body), host=f"127.0.0.{n + 1}") for n, body in enumerate(bodies)]
        for number in hosts:
            reader.fetch(*urls, wanted=frozenset({urls[number - 1]}))
        found.append(reader.inbox())
    assert found[0] == found[1]
    assert "from 0" in {candidate.title for candidate in found[0]}


def test_recorded_answers_played_twice_make_the_same_inbox(server: Loopback, tmp_path: Path) -> None:
    urls = [server.script("/feed", reply(rss(item(f"{n}"), item("x"))), host=f"127.0.0.{n + 1}") for n in range(6)]
    inboxes = []
    for round_ in range(2):
        reader = Reader(tmp_path / str(round_))
        reader.fetch(*urls)
        inboxes.append(without_time(reader.inbox()))
    assert inboxes[0] == inboxes[1]


# ── what was decided ──


@pytest.mark.parametrize("state", ["skipped", "picked", "later"])
def test_what_was_decided_never_comes_back(server: Loopback, reader: Reader, state: str) -> None:
    url = server.script("/feed", reply(rss(item("a"))))
    reader.look(url)
    reader.decide("a", state)  # type: ignore[arg-type]
    changed = [
        rss(item("a", text="edited")),
        rss(item("a", date="Sat, 21 Nov 2026 08:00:00 GMT")),
        rss(item("a", guid="another")),
        rss(),
        rss(item("a", guid="another")),
    ]
    play(server, reader, *changed)
    assert reader.inbox("new", "backlog") == []
    assert len(reader.inbox(state)) == 1  # type: ignore[arg-type]


def test_a_skipped_work_is_not_offered_again_by_another_feed(server: Loopback, reader: Reader) -> None:
    one = server.script("/feed", reply(rss(item("a"))))
    reader.fetch(one)
    reader.decide("a", "skipped")
    two = server.script(
        "/feed", reply(rss(item("a", guid="x", link="http://www.blog.example/a/?utm_source=y"))), host="127.0.0.2"
    )
    reader.fetch(one, two)
    assert reader.inbox("new", "backlog") == []


def test_what_left_the_feed_stays(server: Loopback, reader: Reader) -> None:
    play(server, reader, rss(item("a"), item("b")), rss(item("b")), rss(item("a"), item("b")))
    assert reader.titles() == ["a", "b"]


def test_decisions_outlive_a_feed_that_is_removed_and_added_again(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(rss(item("a"), item("b"))))
    other = server.script("/other", reply(rss(item("c"))))
    reader.fetch(url, other)
    reader.decide("a", "skipped")
    reader.wait(days=2)
    reader.fetch(other)
    reader.wait(days=60)
    reader.fetch(url, other)
    assert reader.titles() == ["b", "c"]
    assert reader.titles("skipped") == ["a"]


def test_works_in_roundups_are_not_offered_after_the_state_is_lost(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(rss(item("a"), item("b"))))
    reader.fetch(url, picked=frozenset({work_key("http://blog.example/a")}))
    assert reader.titles() == ["b"]
    assert reader.titles("picked") == ["a"]


# ── new feeds ──


def test_a_new_feed_s_old_entries_go_to_the_backlog(server: Loopback, reader: Reader) -> None:
    def day(days: int) -> str:
        return (START - timedelta(days=days)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    url = server.script(
        "/feed", reply(rss(item("old", date=day(46)), item("young", date=day(44)), item("none", date=None)))
    )
    tally = reader.look(url).tally
    assert (tally.new, tally.backlog) == (2, 1)
    assert reader.titles() == ["none", "young"]
    reader.wait(days=2)
    server.script("/feed", reply(rss(item("late", date=day(300)), item("young", date=day(44)))))
    assert reader.look(url).tally.new == 1


def test_a_thousand_undated_entries_do_not_flood_the_inbox(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(rss(*(item(f"n{number}", date=None) for number in range(300)))))
    tally = reader.look(url).tally
    assert (tally.new, tally.backlog) == (20, 280)


def test_a_date_is_never_invented(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(rss(item("a", date=None), item("b", date="Mon, 32 Foo"))))
    reader.look(url)
    assert [(candidate.published, candidate.first_seen) for candidate in reader.inbox()] == [(None, START)] * 2


# ── filters, links ──


def test_filters_choose_whole_words_in_any_case(server: Loopback, reader: Reader) -> None:
    items = [
        item("1", title="An LLM does it"),
        item("2", title="Agents everywhere"),
        item("3", title="Smaller things", text="of the llm kind"),
        item("4", title="Cooking", more="<category>LLM</category>"),
        item("5", title="Skillmatch"),
        item("6", title="LLM prices fall"),
    ]
    url = server.script("/feed", reply(rss(*items)))
    reader.look(feed(url, include=("LLM", "agent*"), exclude=("prices fall",)))
    assert reader.titles() == ["Agents everywhere", "An LLM does it", "Cooking", "Smaller things"]


def test_a_filter_that_changes_lets_in_what_it_kept_out(server: Loopback, reader: Reader) -> None:
    url = server.script("/feed", reply(rss(item("red"), item("blue"))))
    reader.look(feed(url, include=("red",)))
    assert reader.titles() == ["red"]
    reader.wait(days=2)
    reader.look(feed(url))
    assert reader.titles() == ["blue", "red"]


def test_what_is_not_dated_is_listed_by_its_last_change_then_as_in_its_feed(server: Loopback, reader: Reader) -> None:
    changed = "<atom:updated>2026-11-{}T08:00:00Z</atom:updated>"
    moment = "Thu, 19 Nov 2026 08:00:00 GMT"
    undated = [item(name, date=None) for name in ("one", "two", "three", "four")]
    same = [item(name, date=moment) for name in ("five", "six", "seven")]
    updated = [item(f"day {day}", date=None, more=changed.format(day)) for day in ("17", "18")]
    reader.look(server.script("/feed", reply(rss(*updated, *same, *undated))))
    assert [candidate.title for candidate in reader.inbox()] == [
        *("one", "two", "three", "four"), *("five", "six", "seven"), *("day 18", "day 17")
    ]  # fmt: skip


def test_a_single_page_is_read_once(server: Loopback, reader: Reader) -> None:
    asked = []

    def read_link(url: str, *, client: Client, now: object) -> Candidate:
        asked.append(url)
        return Candidate(id="", feed=None, url=url, title="A page", first_seen=START)

    for _ in range(2):
        reader.fetch(links=["https://a.example/page"], read_link=read_link)
        reader.wait(days=2)
    (candidate,) = reader.inbox()
    assert (candidate.title, candidate.feed, len(asked)) == ("A page", None, 1)


def test_a_single_page_that_fails_is_tried_again_and_stops_nobody(server: Loopback, reader: Reader) -> None:
    def broken(url: str, *, client: Client, now: object) -> Candidate:
        raise ValueError("odd")

    url = server.script("/feed", reply(rss(item("a"))))
    reports = reader.fetch(url, links=["https://a.example/page"], read_link=broken)
    assert [report.verdict.outcome for report in reports] == ["fetched", "failed"]
    reports = reader.fetch(url, links=["https://a.example/page"], read_link=broken)
    assert reports[1].verdict.outcome == "failed"


# ── worker processes ──


def test_worker_processes_bring_the_same(server: Loopback, tmp_path: Path) -> None:
    long = "many words " * 30_000
    urls = [
        server.script("/feed", reply(rss(item(f"{n}", text=long), item("x"))), host=f"127.0.0.{n + 1}")
        for n in range(12)
    ]
    inboxes = []
    for processes in (1, 2):
        reader = Reader(tmp_path / str(processes))
        reader.fetch(*urls, processes=processes)
        inboxes.append([replace(candidate, content="") for candidate in reader.inbox()])
    assert len(inboxes[0]) == 13
    assert inboxes[0] == inboxes[1]


def test_halves_of_characters_and_other_hostile_text_are_stored_and_known_again(
    server: Loopback, reader: Reader
) -> None:
    entry = (
        r'{"id": "\ud83d", "url": "https://a.example/\udc00", "title": "half \ud83d \u0000",'
        r' "content_text": "\udfff", "authors": [{"name": "\ud800"}], "tags": ["\udbff"]}'
    )
    body = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "\\ud83d", "items": [{entry}]}}'
    url = server.script("/feed", reply(body), reply(body + " "))
    assert reader.look(url).tally.new == 1
    reader.wait(days=2)
    assert reader.look(url).verdict.outcome == "unchanged"
    assert len(reader.inbox()) == 1


def test_what_waits_to_be_read_is_bounded() -> None:
    from gleanings.fetch.crew import Room

    room = Room(most=10)
    room.enter(99)  # a single large answer is let in
    entered = threading.Event()

    def come() -> None:
        room.enter(5)
        entered.set()

    threading.Thread(target=come, daemon=True).start()
    assert not entered.wait(0.2)
    room.leave(99)
    assert entered.wait(5)


def test_what_is_cleaned_when_looked_at_is_what_is_cleaned_at_once(server: Loopback, tmp_path: Path) -> None:
    hostile = (
        "&lt;p onclick='x'&gt;Words &lt;script&gt;alert(1)&lt;/script&gt;&lt;a href='/b'&gt;there&lt;/a&gt;&lt;/p&gt;"
    )
    url = server.script("/feed", reply(rss(item("a", text=hostile), item("b"))))
    found = []
    for name, most in (("at-once", 1_000_000), ("later", 0)):
        reader = Reader(tmp_path / name)
        reader.look(url, clean_at_once=most)
        found.append(reader.inbox())
    assert found[0] == found[1]
    (content,) = [candidate.content for candidate in found[1] if candidate.title == "a"]
    assert "Words" in content
    assert "script" not in content
    assert "onclick" not in content

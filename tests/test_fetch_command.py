"""`fetch`, `inbox`, `later`, `skip` as a person runs them: in a process of its own, over days."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fetching import START
from loopback import Loopback, after, item, loopback, redirect, reply, rss


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@dataclass
class Site:
    """A site folder and the command line on it."""

    root: Path
    now: Any = START

    def feeds(self, *urls: str, more: str = "") -> bytes:
        """Write feeds.yaml; returns its bytes."""
        text = "# whom I read\nfeeds:\n" + "".join(f"  - {url}\n" for url in urls) + more
        (self.root / "feeds.yaml").write_text(text, encoding="utf-8")
        return text.encode()

    def start(self, *words: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "GLEANINGS_NOW": self.now.isoformat(), "COLUMNS": "100"}
        return subprocess.Popen(
            [sys.executable, "-m", "gleanings", "-C", str(self.root), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment,
        )

    def run(self, *words: str, status: int = 0) -> str:
        """Standard output of a command that ends with that status."""
        process = self.start(*words)
        out, self.err = process.communicate(timeout=60)
        assert process.returncode == status, (process.returncode, out, self.err)
        assert "Traceback" not in self.err
        return out

    def json(self, *words: str, status: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", status=status))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    text = "title: T\nurl: https://example.org/r/\nauthor: {name: A, email: me@example.org}\n"
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "content").mkdir()
    return Site(tmp_path)


def test_from_the_feed_to_the_inbox_and_out_of_it(site: Site, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("one"), item("two"), item("three"), title="My feed")))
    before = site.feeds(url)
    assert site.json("fetch") == [
        {"feed": url, "outcome": "fetched", "new": 3, "updated": 0, "problem": None,
         "next": "2026-11-21T12:00:00+00:00", "moved_to": None}
    ]  # fmt: skip
    (asked,) = server.asked()
    assert (asked.header("user-agent") or "").endswith(" (+https://example.org/r/; me@example.org)")
    found = site.json("inbox")
    assert set(found[0]) == {
        "id", "state", "feed", "url", "title", "authors", "published", "updated", "first_seen", "summary",
        "content", "kind", "discussion", "also_in", "flags",
    }  # fmt: skip
    ids = {candidate["title"]: candidate["id"] for candidate in found}
    shown = site.run("inbox")
    assert shown.startswith("My feed (3)\n")
    assert re.search(rf"^  {ids['one']} +2026-11-18  one$", shown, re.MULTILINE)
    site.run("skip", ids["one"], ids["two"])
    site.run("later", ids["two"])
    assert [candidate["title"] for candidate in site.json("inbox")] == ["three"]
    assert [candidate["title"] for candidate in site.json("inbox", "--state", "later")] == ["two"]
    assert len(site.json("inbox", "--state", "all")) == 3
    site.now += timedelta(days=2)
    site.json("fetch")
    assert [candidate["title"] for candidate in site.json("inbox")] == ["three"]
    assert (site.root / "feeds.yaml").read_bytes() == before


def test_feeds_are_chosen_by_address_title_or_a_part_of_either(site: Site, server: Loopback) -> None:
    one = server.script("/alpha", reply(rss(item("a"))))
    two = server.script("/beta", reply(rss(item("b"))), host="127.0.0.2")
    site.feeds(one, f"{{url: {two}, title: Second Thoughts}}")
    assert [report["feed"] for report in site.json("fetch", "ALPHA")] == [one]
    assert [report["feed"] for report in site.json("fetch", "second", one)] == [one, two]
    assert [candidate["title"] for candidate in site.json("inbox", "thoughts")] == ["b"]
    site.run("fetch", "nonsense", status=2)
    assert "nonsense" in site.err


def test_a_failed_feed_is_status_1_and_the_others_are_fetched(site: Site, server: Loopback) -> None:
    good = server.script("/good", reply(rss(item("a"))))
    bad = server.script("/bad", reply(status=500), host="127.0.0.2")
    site.feeds(bad, good)
    reports = site.json("fetch", status=1)
    assert [report["outcome"] for report in reports] == ["failed", "fetched"]
    assert reports[0]["next"] == "2026-11-20T13:00:00+00:00"
    shown = site.run("fetch")
    assert f"{bad}: not due · next look 13:00" in shown


def test_no_network_is_status_3_and_changes_nothing(site: Site, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("a"))))
    server.close()
    site.feeds(url)
    for _ in range(2):
        assert [report["outcome"] for report in site.json("fetch", status=3)] == ["failed"]
    assert "no network" in site.err


def test_nothing_to_fetch_is_fine(site: Site) -> None:
    site.feeds()
    assert "no feeds" in site.run("fetch")
    assert site.json("fetch") == []
    assert site.json("inbox") == []


def test_a_site_without_feeds_yaml_is_told_how_to_begin_one(site: Site) -> None:
    site.run("fetch", status=1)
    assert site.err == f"gleanings: there is no feeds.yaml in {site.root} (gleanings feeds add URL makes one)\n"


def test_where_nothing_is_new_the_way_to_what_waits_is_told(site: Site, server: Loopback) -> None:
    site.now += timedelta(days=400)
    url = server.script("/feed", reply(rss(item("one"), item("two"), title="Old Times")))
    site.feeds(url)
    shown = site.run("fetch")
    assert "Old Times: nothing new, 2 to the backlog" in shown
    assert shown.count("older ones are in the backlog: gleanings inbox --state backlog\n") == 1
    assert site.run("inbox") == ""
    assert site.err == "nothing new\n2 older ones are in the backlog: gleanings inbox --state backlog\n"
    site.run("later", site.json("inbox", "--state", "backlog")[0]["id"])
    site.run("inbox")
    assert site.err == (
        "nothing new\n1 kept for later: gleanings inbox --state later\n"
        "1 older one is in the backlog: gleanings inbox --state backlog\n"
    )


def test_feeds_of_one_title_are_told_apart(site: Site, server: Loopback) -> None:
    one = server.script("/rss", reply(rss(item("a"), title="Twice")))
    two = server.script("/other", reply(rss(item("b"), title="Twice")))
    site.feeds(one, two)
    shown = site.run("fetch")
    assert f"Twice ({one}): 1 new" in shown
    assert f"Twice ({two}): 1 new" in shown


def test_a_feed_that_is_taken_out_is_told_once_and_by_its_address(site: Site, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("a"))))
    site.feeds(url)
    site.run("fetch")
    site.feeds()
    assert f"no longer in feeds.yaml: {url} (" in site.run("fetch")
    assert "no longer" not in site.run("fetch")


def test_a_move_is_proposed_with_the_line_to_change(site: Site, server: Loopback) -> None:
    url = server.script("/old", redirect("/feed"))
    server.script("/feed", reply(rss(item("a"))))
    before = site.feeds(url)
    for _ in range(3):
        shown = site.run("fetch")
        site.now += timedelta(days=4)
    target = url.replace("/old", "/feed")
    assert f"feeds.yaml:3: the feed has moved for good; change the line\n    - {url}\n    - {target}\n" in shown
    assert (site.root / "feeds.yaml").read_bytes() == before


def test_a_move_is_proposed_without_the_password_and_for_no_other_feed(site: Site, server: Loopback) -> None:
    url = server.script("/old", redirect("/feed"))
    other = server.script("/older", reply(rss(item("b"))))
    server.script("/feed", reply(rss(item("a"))))
    site.feeds(url.replace("http://", "http://me:s3cret@"), other)
    for _ in range(3):
        shown = site.run("fetch")
        site.now += timedelta(days=4)
    target = url.replace("/old", "/feed")
    says = "feeds.yaml:3: the feed has moved for good; change the line (its user name and password stay)"
    assert f"{says}\n    - {url}\n    - {target}\n" in shown
    site.feeds(url.replace("http://", "feed:http://"), other)
    for _ in range(3):
        shown = site.run("fetch")
        site.now += timedelta(days=4)
    assert f"feeds.yaml:3: the feed has moved for good to {target}\n" in shown


def test_a_second_run_answers_at_once_with_status_4(site: Site, server: Loopback) -> None:
    go = threading.Event()

    def play(connection: socket.socket) -> None:
        go.wait(30)
        connection.sendall(reply(rss(item("a"))))

    site.feeds(server.script("/feed", play))
    first = site.start("fetch")
    try:
        wait_for(lambda: bool(server.asked()))
        site.run("fetch", status=4)
        assert site.json("inbox") == []
        assert first.poll() is None
    finally:
        go.set()
        first.communicate(timeout=30)
    assert first.returncode == 0
    assert len(server.asked()) == 1


def wait_for(true: Any, seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def test_a_killed_run_loses_only_what_was_under_way(site: Site, server: Loopback) -> None:
    quick = [server.script("/feed", reply(rss(item(f"q{n}")))) for n in range(1)]
    quick += [server.script("/feed", reply(rss(item(f"q{n}"))), host=f"127.0.0.{n + 1}") for n in range(1, 5)]
    slow = [
        server.script("/feed", after(30, b""), reply(rss(item(f"s{n}"))), host=f"127.0.0.{n + 20}") for n in range(3)
    ]
    site.feeds(*quick, *slow)
    process = site.start("fetch")
    wait_for(lambda: len(site.json("inbox", "--state", "all")) == 5)
    process.kill()
    process.communicate()
    server.forget()
    site.now += timedelta(minutes=1)
    site.run("fetch")
    assert {request.host for request in server.asked()} == {f"127.0.0.{n + 20}" for n in range(3)}
    assert len(site.json("inbox", "--state", "all")) == 8


def test_ctrl_c_waits_for_no_slow_host_and_keeps_what_was_done(site: Site, server: Loopback) -> None:
    quick = server.script("/feed", reply(rss(item("quick"))))
    slow = [server.script("/feed", after(30, b""), host=f"127.0.0.{n + 2}") for n in range(4)]
    site.feeds(quick, *slow)
    process = site.start("fetch")
    wait_for(lambda: len(site.json("inbox", "--state", "all")) == 1)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    _, err = process.communicate()
    assert "Traceback" not in err


def test_a_fault_of_our_own_is_one_feed_s_and_leaves_its_trace(site: Site) -> None:
    from gleanings.cli.fetching import _keep_traces
    from gleanings.fetch.poll.polling import Verdict
    from gleanings.fetch.reports import Report
    from gleanings.project import Project

    report = Report(url="https://a.example/", feed=None, verdict=Verdict(outcome="failed"), trace="ValueError: odd")
    _keep_traces(Project(site.root), [report])
    assert "ValueError: odd" in (site.root / ".gleanings" / "fetch-errors.txt").read_text()


def test_a_work_that_stands_in_a_roundup_is_marked_and_not_offered(site: Site, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("one"), item("two"))))
    site.feeds(url)
    site.run("fetch")
    (site.root / "content" / "2026-10.yaml").write_text("entries:\n  - http://blog.example/one/\n", encoding="utf-8")
    assert re.search(r"one\n.* seen in 2026-10", site.run("inbox"))
    (site.root / ".gleanings" / "inbox.sqlite3").unlink()
    for left in (site.root / ".gleanings").glob("inbox*"):
        left.unlink()
    site.run("fetch")
    assert [candidate["title"] for candidate in site.json("inbox")] == ["two"]


def test_hostile_words_do_not_reach_the_terminal(site: Site, server: Loopback) -> None:
    title = "a\u202eb&#27;[31m\u200b c"
    url = server.script("/feed", reply(rss(item("x", title=title), title=title)))
    site.feeds(url)
    for words in (["fetch"], ["inbox"]):
        shown = site.run(*words)
        assert not set(shown) & {"\x1b", "\u202e"}


def test_a_damaged_inbox_is_told_and_put_aside(site: Site, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("a"))))
    site.feeds(url)
    site.run("fetch")
    file = site.root / ".gleanings" / "inbox.sqlite3"
    file.write_bytes(b"not a database " * 500)
    site.run("inbox", status=1)
    assert "damaged" in site.err
    site.run("fetch", status=1)
    assert "kept as inbox.sqlite3.damaged-1" in site.err
    site.now += timedelta(hours=1)
    site.run("fetch")
    assert len(site.json("inbox")) == 1


def test_a_password_in_an_address_is_never_shown(site: Site, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("a")))).replace("http://", "http://me:s3cret@")
    site.feeds(url)
    shown = site.run("fetch") + site.err + json.dumps(site.json("fetch", "--force"))
    shown += json.dumps(site.json("inbox"))
    assert "s3cret" not in shown
    server.script("/feed", reply(status=500))
    site.now += timedelta(days=2)
    assert "s3cret" not in site.run("fetch", status=1) + site.err


def test_one_of_two_thousand_feeds_can_be_asked_alone(site: Site, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("a"))))
    site.feeds(url, more="".join(f"  - https://feed-{n}.invalid/\n" for n in range(2000)))
    (outcome,) = site.json("fetch", url)
    assert (outcome["feed"], outcome["new"]) == (url, 1)

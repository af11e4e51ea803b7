"""One feed entry, from feeds.yaml to the page and the feed item, stop by stop, as the README tells it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from bs4 import BeautifulSoup

from loopback import Loopback, loopback, reply

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>The Slow Web</title><link>https://slow.example/</link><description>d</description>
<item>
  <title>Why I print &lt;em&gt;web pages&lt;/em&gt; *at all*</title>
  <link>https://slow.example/p/print?utm_source=rss</link>
  <guid isPermaLink="false">tag:slow.example,2026:print</guid>
  <dc:creator>Ada Reader</dc:creator>
  <pubDate>Wed, 18 Nov 2026 08:00:00 GMT</pubDate>
  <content:encoded><![CDATA[<p onclick="x()">Paper waits.</p><script>alert(1)</script>]]></content:encoded>
</item>
<item>
  <title>Housekeeping</title>
  <link>https://slow.example/p/housekeeping</link>
  <pubDate>Tue, 17 Nov 2026 08:00:00 GMT</pubDate>
  <description>Nothing of note.</description>
</item>
</channel></rss>"""

NOTE = "It waits for me on the desk, and nothing else of the web does."


class Month:
    """A person's month in a fresh site, command by command."""

    def __init__(self, site: Path, server: Loopback) -> None:
        self.site = site
        self.server = server

    def run(self, *arguments: str, now: str = "2026-11-20T12:00:00+00:00", status: int = 0) -> str:
        """Run a command in the site; returns its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "gleanings", "-C", str(self.site), *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "GLEANINGS_NOW": now},
            check=False,
        )
        assert done.returncode == status, f"{arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def month(self) -> Path:
        return self.site / "content" / "2026-11.yaml"

    def inbox(self, *arguments: str) -> list[dict[str, object]]:
        document = json.loads(self.run("inbox", "--json", *arguments))
        assert isinstance(document, list)
        return document

    def page(self, path: str) -> BeautifulSoup:
        return BeautifulSoup((self.site / "public" / path).read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """The month lived once; each test looks at one stop of it."""
    site = tmp_path_factory.mktemp("journey") / "reading"
    with loopback() as server:
        address = server.script(
            "/feed", reply(FEED, headers={"ETag": '"v1"', "Content-Type": "application/rss+xml"}), reply(status=304)
        )
        lived = Month(site, server)
        subprocess.run(
            [sys.executable, "-m", "gleanings", "init", str(site), "--url", "https://reader.example/"],
            check=True,
            capture_output=True,
            env={**os.environ, "GLEANINGS_NOW": "2026-11-02T12:00:00+00:00"},
        )
        (site / "feeds.yaml").write_text(f"feeds:\n  - url: {address}\n    tags: [paper]\n", encoding="utf-8")
        yield lived


def test_01_fetch_brings_what_the_feed_has_into_the_inbox(month: Month) -> None:
    month.run("fetch")
    assert [row["title"] for row in month.inbox()] == ["Why I print web pages *at all*", "Housekeeping"]


def test_02_the_inbox_holds_clean_words_and_addresses(month: Month) -> None:
    row = month.inbox()[0]
    assert row["url"] == "https://slow.example/p/print"
    assert row["authors"] == ["Ada Reader"]
    assert datetime.fromisoformat(str(row["published"])) == datetime(2026, 11, 18, 8, tzinfo=UTC)
    assert row["content"] == "<p>Paper waits.</p>"
    assert row["state"] == "new"


def test_03_fetching_again_sends_the_validators_and_stores_nothing_new(month: Month) -> None:
    told = json.loads(month.run("fetch", "--json", now="2026-11-21T12:00:00+00:00"))
    assert [(row["outcome"], row["new"]) for row in told] == [("unchanged", 0)]
    assert [request.header("If-None-Match") for request in month.server.asked("/feed")] == [None, '"v1"']
    assert len(month.inbox()) == 2


def test_04_pick_inserts_an_entry_and_changes_nothing_else(month: Month) -> None:
    before = month.month.read_text(encoding="utf-8").splitlines()
    month.run("pick", str(month.inbox()[0]["id"]))
    after = month.month.read_text(encoding="utf-8").splitlines()
    rest = iter(after)
    assert all(line in rest for line in before), "lines of the file were changed or moved"
    assert "  - url: https://slow.example/p/print" in after


def test_05_what_was_picked_is_waiting_for_a_note_and_leaves_the_inbox(month: Month) -> None:
    assert [row["title"] for row in month.inbox()] == ["Housekeeping"]
    assert [row["title"] for row in month.inbox("--state", "picked")] == ["Why I print web pages *at all*"]
    month.run("check")


def test_06_skip_puts_the_rest_aside(month: Month) -> None:
    month.run("skip", str(month.inbox()[0]["id"]))
    assert month.inbox() == []


def test_07_the_person_writes_a_note(month: Month) -> None:
    assert "is still to be written" in month.run("check")
    before, after = month.month.read_text(encoding="utf-8").split("  - url: https://slow.example/p/print\n")
    written = after.replace("    note: |\n", f"    note: |\n      {NOTE}\n", 1)
    month.month.write_text(f"{before}  - url: https://slow.example/p/print\n{written}", encoding="utf-8")
    month.run("check", "--strict")


def test_08_build_writes_the_page_with_title_author_date_link_and_note(month: Month) -> None:
    month.run("build", "--future")
    entry = next(
        link.find_parent(class_="h-entry") or link.find_parent("article") or link.find_parent("li")
        for link in month.page("2026/11/index.html").find_all("a", href="https://slow.example/p/print")
    )
    assert entry is not None
    words = entry.get_text(" ", strip=True)
    for wanted in ("Why I print web pages *at all*", "Ada Reader", "The Slow Web", "2026", NOTE.rstrip(".")):
        assert wanted in words
    assert entry.find("script") is None


def test_09_the_tag_of_the_feed_has_a_page(month: Month) -> None:
    shown = month.page("tags/paper/index.html").find("a", string=re.compile("Why I print web pages"))
    assert shown


def test_10_subscribers_get_the_roundup_and_the_entry_with_the_note(month: Month) -> None:
    # On the first of December November is out.
    month.run("build", now="2026-12-01T12:00:00+00:00")
    roundups = feedparser.parse((month.site / "public" / "feed.xml").read_bytes())
    newest = roundups.entries[0]
    assert newest.link == "https://reader.example/2026/11/"
    assert NOTE in newest.content[0].value
    entries = feedparser.parse((month.site / "public" / "entries" / "atom.xml").read_bytes()).entries
    mine = next(entry for entry in entries if "print" in entry.title)
    assert {link.rel: link.href for link in mine.links}["related"] == "https://slow.example/p/print"
    assert NOTE in mine.content[0].value


def test_11_a_second_build_writes_nothing(month: Month) -> None:
    told = json.loads(month.run("build", "--json", now="2026-12-01T12:00:00+00:00"))
    assert (told["written"], told["removed"]) == (0, 0)


def test_12_nothing_that_was_judged_comes_back(month: Month) -> None:
    month.run("fetch", "--force", now="2026-12-02T12:00:00+00:00")
    assert month.inbox() == []

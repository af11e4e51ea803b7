"""`gleanings feeds`: find a feed behind an address, insert it and nothing else, tell how all are doing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopback import Loopback, item, loopback, redirect, reply, rss

FEEDS = """\
# Whom we read.
feeds:
  - url: https://ada.example/feed   # a friend
    title: Ada
  - https://eva.example/feed

links: []
"""


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site.yaml").write_text("title: T\nurl: https://example.org/\nauthor: A\n", encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    return tmp_path


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gleanings", "-C", str(site), "feeds", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "GLEANINGS_NOW": "2026-11-20T12:00:00+00:00"},
        check=False,
    )


def feeds(site: Path) -> str:
    return (site / "feeds.yaml").read_text(encoding="utf-8")


def test_a_feed_is_added_by_its_address_with_one_request(site: Path, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("a"), title="Bo: a &lt;log&gt;")))
    done = run(site, "add", url)
    assert (done.returncode, done.stderr) == (0, "")
    added = f'  - url: {url}\n    title: "Bo: a <log>"\n'
    assert feeds(site) == FEEDS.replace("\nlinks", f"{added}\nlinks")
    assert len(server.asked()) == 1


def test_a_password_that_a_feed_wants_is_written_and_never_shown(site: Path, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("a")))).replace("http://", "http://me:s3cret@")
    done = run(site, "add", url)
    assert f"  - url: {url}\n" in feeds(site)
    assert "s3cret" not in done.stdout + done.stderr
    server.script("/page", reply(status=500))
    done = run(site, "add", url.replace("/feed", "/page"))
    assert (done.returncode, "s3cret" in done.stderr) == (1, False)


def test_a_password_goes_along_where_a_feed_moved_on_its_host(site: Path, server: Loopback) -> None:
    url = server.script("/old", redirect("/feed")).replace("http://", "http://me:s3cret@")
    server.script("/feed", reply(rss(item("a"))))
    run(site, "add", url)
    assert f"  - url: {url.replace('/old', '/feed')}\n" in feeds(site)


def test_what_a_person_says_of_a_feed_is_written(site: Path, server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("a"))))
    run(site, "add", url, "--title", "Bo", "--tag", "llm", "--tag", "moe", "--section", "Papers")
    assert f"  - url: {url}\n    title: Bo\n    section: Papers\n    tags: [llm, moe]\n" in feeds(site)


def test_of_a_page_s_feeds_the_best_is_added_and_the_others_are_named(site: Path, server: Loopback) -> None:
    page = (
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
        '<link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate" '
        'type="application/atom+xml" href="/atom">'
    )
    home = server.script("/", reply(page, headers={"Content-Type": "text/html"}))
    done = run(site, "add", home)
    assert done.returncode == 0
    assert f"  - url: {home}atom\n" in feeds(site)
    assert "/rss (RSS)" in done.stderr
    assert "/comments/feed (RSS, Comments)" in done.stderr


def test_a_page_with_a_broken_base_still_has_its_feed(site: Path, server: Loopback) -> None:
    page = '<base href="//[x"><link rel="alternate" type="application/rss+xml" href="/rss">'
    home = server.script("/", reply(page, headers={"Content-Type": "text/html"}))
    done = run(site, "add", home)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"  - url: {home}rss\n" in feeds(site)


def test_a_permanent_redirect_is_written_as_its_target(site: Path, server: Loopback) -> None:
    new = server.script("/new", reply(rss(item("a"))))
    old = server.script("/old", reply(status=301, headers={"Location": "/new"}))
    run(site, "add", old)
    assert f"  - url: {new}\n" in feeds(site)


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        pytest.param(
            "ada.example/feed",
            2,
            '"ada.example/feed" is no web address (write https://ada.example/feed)',
            id="without-scheme",
        ),
        pytest.param("file:///etc/passwd", 2, "an address begins with https://", id="a-file"),
        pytest.param("http://www.ada.example/feed/", 1, "in feeds.yaml already, line 3", id="there-already"),
        pytest.param("feed://ada.example/feed", 1, "in feeds.yaml already, line 3", id="old-scheme"),
        pytest.param("feed:ada.example/feed", 1, "in feeds.yaml already, line 3", id="old-scheme-without-slashes"),
        pytest.param("feed://me:pw@[x", 2, '"feed://[x" is no web address', id="no-host"),
    ],
)
def test_an_address_that_cannot_be_added_is_explained(site: Path, address: str, status: int, word: str) -> None:
    done = run(site, "add", address)
    assert done.returncode == status
    assert word in done.stderr
    assert feeds(site) == FEEDS


def test_the_first_feed_of_a_site_makes_its_file(site: Path, server: Loopback) -> None:
    (site / "feeds.yaml").unlink()
    url = server.script("/feed", reply(rss(item("a"), title="Bo")))
    assert run(site, "add", url).returncode == 0
    assert feeds(site) == f"feeds:\n  - url: {url}\n    title: Bo\n"


OPML = """\
<opml version="2.0"><body><outline text="Papers">
  <outline text="Bo" type="rss" xmlUrl="https://bo.example/feed" htmlUrl="https://bo.example/" category="llm"/>
  <outline text="Ada" xmlUrl="https://ada.example/feed"/></outline>
  <outline text="" xmlUrl="https://cy.example/feed"/>
  <outline text="Off" xmlUrl="https://off.example/feed" isComment="true"/>
</body></opml>
"""


def test_an_opml_file_is_imported_and_nothing_else_changes(site: Path) -> None:
    (site / "list.opml").write_text(OPML, encoding="utf-8")
    done = run(site, "import", "list.opml")
    assert (done.returncode, done.stdout) == (0, "2 new, 1 in feeds.yaml already\n")
    assert "left out: Off" in done.stderr
    assert feeds(site) == FEEDS.replace(
        "eva.example/feed\n",
        "eva.example/feed\n  - url: https://bo.example/feed\n    title: Bo\n    site: https://bo.example/\n"
        "    group: Papers\n    tags: [llm]\n  - https://cy.example/feed\n",
    )
    assert run(site, "import", "list.opml").stdout == "0 new, 3 in feeds.yaml already\n"


@pytest.mark.parametrize(("name", "status"), [("feeds.yaml", 1), ("nowhere.opml", 2)])
def test_a_file_without_feeds_is_an_error(site: Path, name: str, status: int) -> None:
    assert run(site, "import", name).returncode == status


def test_the_list_goes_out_as_opml(site: Path) -> None:
    done = run(site, "export")
    assert done.returncode == 0
    assert done.stdout.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">')
    assert '<outline type="rss" text="Ada" title="Ada" xmlUrl="https://ada.example/feed" />' in done.stdout


@pytest.mark.parametrize("command", ["list", "export"])
def test_a_feed_whose_address_is_none_is_told_with_its_line(site: Path, command: str) -> None:
    (site / "feeds.yaml").write_text("feeds:\n  - feed://[x\n", encoding="utf-8")
    done = run(site, command)
    assert done.returncode == 1
    assert 'feeds.yaml:2:5: "feed://[x" is no web address' in done.stderr


def test_the_list_tells_how_each_feed_is_doing(site: Path, server: Loopback) -> None:
    good = server.script("/good", reply(rss(item("a"), title="Good")))
    bad = server.script("/bad", reply(status=404))
    (site / "feeds.yaml").write_text(f"feeds: [{good}, {bad}, https://never.example/feed]\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "gleanings", "-C", str(site), "fetch", "/good", "/bad"],
        env={**os.environ, "GLEANINGS_NOW": "2026-11-20T12:00:00+00:00"},
        capture_output=True,
        check=False,
    )
    listed = json.loads(run(site, "list", "--json").stdout)
    assert [(one["feed"], one["condition"]) for one in listed] == [
        (good, "fine"),
        (bad, "failing"),
        ("https://never.example/feed", "never fetched"),
    ]
    assert listed[0]["newest"] == "2026-11-18T08:00:00+00:00"
    assert listed[0]["next"] == "2026-11-20T13:00:00+00:00" or listed[0]["next"] > "2026-11-20T13:00:00"
    assert listed[1]["failing_since"] == "2026-11-20T12:00:00+00:00"
    shown = run(site, "list").stdout
    assert "Good: fine · newest entry 2026-11-18" in shown
    assert "failing · since 2026-11-20" in shown


def test_without_feeds_the_list_says_how_to_begin(site: Path) -> None:
    (site / "feeds.yaml").unlink()
    assert "gleanings feeds add URL" in run(site, "list").stdout

"""What a host asks of one command, all commands keep to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gleanings.fetch.inbox.store import Store
from gleanings.fetch.retrieve.peace import HostState
from gleanings.project import Project
from loopback import Loopback, item, loopback, reply, rss

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PEACE = reply(status=429, headers={"Retry-After": "3600"})
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text("title: Things\nurl: https://example.org/\n", encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    return tmp_path


def run(site: Path, *arguments: str, now: datetime = NOW) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gleanings", "-C", str(site), *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "GLEANINGS_NOW": now.isoformat(), "PYTHONUTF8": "1"},
        timeout=60,
        check=False,
    )


def test_a_pause_asked_of_a_single_page_holds_for_the_next_fetch(site: Path, server: Loopback) -> None:
    page, other = server.script("/page", PEACE), server.script("/other", reply("<title>Two</title>", headers=HTML))
    (site / "feeds.yaml").write_text(f"feeds: []\nlinks:\n  - {page}\n  - {other}\n", encoding="utf-8")
    for _ in range(2):
        assert "asked us to wait until 2026-11-20 13:00 UTC" in run(site, "fetch", "--force").stdout
    assert len(server.asked()) == 1
    server.script("/page", reply("<title>One</title>", headers=HTML))
    assert run(site, "fetch", now=NOW + timedelta(minutes=61)).stdout.count("1 new") == 2


@pytest.mark.parametrize("first", [("add",), ("feeds", "add")])
def test_a_pause_asked_of_one_command_holds_for_the_others(
    site: Path, server: Loopback, first: tuple[str, ...]
) -> None:
    run(site, *first, server.script("/a", PEACE))
    feed = server.script("/feed", reply(rss(item("one"))))
    (site / "feeds.yaml").write_text(f"feeds:\n  - {feed}\n", encoding="utf-8")
    (site / "content/2026-10.yaml").write_text(f"entries:\n  - {feed}/page\n", encoding="utf-8")
    for command in (("add", f"{feed}/b"), ("feeds", "add", f"{feed}/c"), ("fill", "2026-10"), ("fetch", "--force")):
        done = run(site, *command)
        assert "asked us to wait until 2026-11-20 13:00 UTC" in done.stdout + done.stderr
    assert len(server.asked()) == 1
    assert "1 new" in run(site, "fetch", now=NOW + timedelta(minutes=61)).stdout


def test_a_pause_that_a_wrong_clock_wrote_down_is_forgotten(site: Path, server: Loopback) -> None:
    feed = server.script("/feed", reply(rss(item("one"))))
    (site / "feeds.yaml").write_text(f"feeds:\n  - {feed}\n", encoding="utf-8")
    with Store.open(Project(site).inbox_file) as store, store.transaction():
        store.save_hosts((HostState(host="127.0.0.1", paused_until=NOW + timedelta(days=900)),))
    assert "1 new" in run(site, "fetch").stdout

"""Links of old roundups: which are gone, which moved, and which merely do not talk to programs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fetching import START
from gleanings.fetch.links.check import check_links
from gleanings.fetch.retrieve.gates import Gates
from gleanings.fetch.retrieve.http import Client, line_maker
from gleanings.fetch.retrieve.urls import find_private_origins
from loopback import Loopback, hang_up, loopback, redirect, reply


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


def check(*urls: str) -> list[tuple[str, str, str | None]]:
    gates = Gates(now=START, states={}, make_line=line_maker(), pause_seconds=0)
    client = Client(agent="test", gates=gates, private_origins=find_private_origins(urls))
    try:
        return [(found.url, found.condition, found.moved_to) for found in check_links(urls, client=client)]
    finally:
        gates.stop()


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_found(server: Loopback, status: int) -> None:
    url = server.script("/x", reply(status=status))
    assert check(url) == [(url, "gone", None)]


def test_a_page_that_moved_for_good_is_found_with_its_new_address(server: Loopback) -> None:
    new = server.script("/new", reply("<title>x</title>"))
    url = server.script("/old", redirect("/new"))
    assert check(url) == [(url, "moved", new)]


def test_a_server_that_does_not_answer_is_found(server: Loopback) -> None:
    url = server.script("/x", hang_up)
    assert check(url) == [(url, "broken", None)]


def test_a_server_that_fails_is_found(server: Loopback) -> None:
    url = server.script("/x", reply(status=500))
    assert check(url) == [(url, "broken", None)]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply("<title>x</title>"), id="fine"),
        pytest.param(reply(b"%PDF-1.7" + bytes(50_000)), id="a-file"),
        pytest.param(reply(status=403), id="forbidden-to-programs"),
        pytest.param(reply(status=429), id="too-many-requests"),
        pytest.param(reply(status=503), id="busy"),
        pytest.param(redirect("/y", 302), id="moved-for-now"),
        pytest.param(redirect("/login"), id="login"),
    ],
)
def test_what_is_not_certain_is_no_finding(server: Loopback, answer: bytes) -> None:
    server.script("/y", reply("<title>y</title>"))
    server.script("/login", reply("<title>Log in</title>"))
    assert check(server.script("/x", answer)) == []


def test_each_address_is_asked_once(server: Loopback) -> None:
    url = server.script("/x", reply("<title>x</title>"))
    assert check(url, url) == []
    assert len(server.asked()) == 1


def test_check_links_warns_at_the_entry_and_says_what_to_write(server: Loopback, tmp_path: Path) -> None:
    gone = server.script("/gone", reply(status=404))
    fine = server.script("/fine", reply("<title>x</title>"), host="127.0.0.2")
    kept = server.script("/kept", reply(status=410))
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text("title: T\nurl: https://example.org/\nauthor: A\n", encoding="utf-8")
    (tmp_path / "content" / "2026-11.yaml").write_text(
        f"entries:\n  - {{url: '{fine}', title: A, note: N.}}\n  - {{url: '{gone}', title: B, note: N.}}\n"
        f"  - {{url: '{kept}', title: C, note: N., archive: 'https://web.archive.org/web/2026/{kept}'}}\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "gleanings", "-C", str(tmp_path), "check", "--links", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [(row["path"], row["line"], row["code"], row["severity"]) for row in json.loads(done.stdout)]
    assert found == [("content/2026-11.yaml", 3, "link-gone", "warning")]
    assert done.returncode == 0
    assert [request.path for request in server.asked()].count("/kept") == 0

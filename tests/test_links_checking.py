"""Links of old roundups: which are gone, which moved, and which merely do not talk to programs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fetching import START
from gleanings.fetch.links.check import LinkFinding, check_links
from gleanings.fetch.retrieve.gates import Gates
from gleanings.fetch.retrieve.http import Client, line_maker
from gleanings.fetch.retrieve.urls import find_private_origins
from loopback import Loopback, hang_up, loopback, redirect, reply


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


def check(*urls: str) -> list[tuple[str, str, str | None]]:
    """Address, condition (`untold` where nothing is known of it), new address."""
    gates = Gates(now=START, states={}, make_line=line_maker(), pause_seconds=0)
    client = Client(agent="test", gates=gates, private_origins=find_private_origins(urls))
    try:
        return [
            (found.url, found.condition, found.moved_to)
            if isinstance(found, LinkFinding)
            else (found.url, "untold", None)
            for found in check_links(urls, client=client)
        ]
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
        pytest.param(redirect("/y", 302), id="moved-for-now"),
        pytest.param(redirect("/login"), id="login"),
    ],
)
def test_what_is_not_certain_is_no_finding(server: Loopback, answer: bytes) -> None:
    server.script("/y", reply("<title>y</title>"))
    server.script("/login", reply("<title>Log in</title>"))
    assert check(server.script("/x", answer)) == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(status=403), id="forbidden-to-programs"),
        pytest.param(reply(status=429), id="too-many-requests"),
        pytest.param(reply(status=503), id="busy"),
        pytest.param(reply(status=999), id="shut-by-an-odd-number"),
    ],
)
def test_a_link_of_a_host_that_refuses_is_told_apart(server: Loopback, answer: bytes) -> None:
    url = server.script("/x", answer)
    assert check(url) == [(url, "untold", None)]


def test_links_that_a_host_in_need_of_peace_was_not_asked_for_are_told_apart(server: Loopback) -> None:
    busy = server.script("/busy", reply(status=429))
    gone = server.script("/gone", reply(status=404))
    assert check(busy, gone) == [(busy, "untold", None), (gone, "untold", None)]
    assert server.asked("/gone") == []


def test_each_address_is_asked_once(server: Loopback) -> None:
    url = server.script("/x", reply("<title>x</title>"))
    assert check(url, url) == []
    assert len(server.asked()) == 1


def run_check(folder: Path, files: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`check --links` in a site of these files."""
    site = {"site.yaml": "title: T\nurl: https://site.example/\nauthor: A\n"}
    for name, text in (site | files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "gleanings", "-C", str(folder), "check", "--links", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_links_warns_at_the_entry_and_says_what_to_write(server: Loopback, tmp_path: Path) -> None:
    gone = server.script("/gone", reply(status=404))
    fine = server.script("/fine", reply("<title>x</title>"), host="127.0.0.2")
    kept = server.script("/kept", reply(status=410))
    copy = server.script("/copy", reply("<title>x</title>"), host="127.0.0.2")
    roundup = (
        f"entries:\n  - {{url: '{fine}', title: A, note: N.}}\n  - {{url: '{gone}', title: B, note: N.}}\n"
        f"  - {{url: '{kept}', note: 'See [it]({kept}).', archive: '{copy}'}}\n"
    )
    done = run_check(tmp_path, {"content/2026-11.yaml": roundup}, "--json")
    found = [(row["path"], row["line"], row["code"], row["severity"]) for row in json.loads(done.stdout)]
    assert found == [("content/2026-11.yaml", 3, "link-gone", "warning")]
    assert json.loads(done.stdout)[0]["cure"] == "give readers a copy with `archive:`"
    assert done.returncode == 0
    assert server.asked("/kept") == []
    assert len(server.asked("/copy")) == 1


ROUNDUP = """\
intro: |
  Words and [a link](@1).
author: {name: A, url: @2}
comments: @3
entries:
  - url: @4
    title: Foo
    also:
      - @5
      - {url: @6, authors: [{name: A, url: @7}]}
    authors:
      - B
      - {name: C, url: @8}
    links:
      code: @9
      video: [@10, {url: @11, note: And @12.}]
    via: {name: D, url: @13}
    quotes: {text: "Of [this](@14(x))", url: @15, note: <@16>}
    thought: See (@17).
    pick: For @18?a=1&amp;b=2
    archive: @19
    related:
      - @20
sections:
  - intro: "[One](<@21>)"
    entries: ["A sentence with @22, `@99` and [a page](https://site.example/2026/11/)."]
outro: |
  [Bye][1]

  [1]: @23
"""
PATHS = [{14: "/(x)", 18: "/?a=1&b=2"}.get(number, "/") for number in range(1, 25)]
ABOUT = """\
---
title: About
---

Words and [a link](@24).
"""


def test_check_links_asks_every_link_and_names_its_own_place(server: Loopback, tmp_path: Path) -> None:
    gone = [server.script(path, reply(status=404), host=f"127.0.0.{at}") for at, path in enumerate(PATHS, start=1)]
    texts = {"content/2026-11.yaml": ROUNDUP, "content/pages/about.md": ABOUT}
    files = {path: re.sub(r"@(\d+)", rf"http://127.0.0.\1:{server.port}/", text) for path, text in texts.items()}
    done = run_check(tmp_path, files, "--json")
    rows = [row for row in json.loads(done.stdout) if row["code"] == "link-gone"]
    # The work at 4 has a copy; what stands in code or on this very site is not asked for.
    assert sorted(row["message"].partition(": ")[0] for row in rows) == sorted(
        url for url in gone if ".4:" not in url
    )
    for row in rows:
        behind = files[row["path"]].splitlines()[row["line"] - 1][row["column"] - 1 :]
        # Of a remark on one of several links only the list is known.
        assert behind.startswith("[") or behind.replace("&amp;", "&").startswith(row["message"].partition(": ")[0])
    assert {row["cure"] for row in rows if ".20:" in row["message"]} == {"give readers a copy with `archive:`"}
    assert {row["cure"] for row in rows if ".9:" in row["message"]} == {"link to a copy of it, or take the link out"}


def test_an_address_that_several_places_have_is_told_at_each(server: Loopback, tmp_path: Path) -> None:
    new = server.script("/new", reply("<title>x</title>"))
    old = server.script("/old", redirect("/new"))
    roundup = f"intro: See {old}\nentries:\n  - {{url: '{old}', links: {{pdf: '{old}'}}, note: N.}}\n"
    done = run_check(tmp_path, {"content/2026-11.yaml": roundup})
    assert [line.partition(" warning: ")[0] for line in done.stdout.splitlines()] == [
        "content/2026-11.yaml:1:12:", "content/2026-11.yaml:3:12:", f"content/2026-11.yaml:3:{len(old) + 29}:",
    ]  # fmt: skip
    assert done.stdout.count(f"the page has moved for good (write {new})") == 3
    assert len(server.asked("/old")) == 1


def test_check_links_counts_at_the_end_what_could_not_be_asked(server: Loopback, tmp_path: Path) -> None:
    busy = server.script("/busy", reply(status=429))
    gone = server.script("/gone", reply(status=404))
    shut = server.script("/shut", reply(status=403), host="127.0.0.2")
    roundup = f"entries:\n  - {busy}\n  - {gone}\n  - {shut}\n  - mailto:ada@example.org\n"
    done = run_check(tmp_path, {"content/2026-11.yaml": roundup}, "--strict")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "nothing to object to: 4 entries in 1 roundup",
        "3 links could not be asked, for hosts refuse programs or want peace: 127.0.0.1 (2), 127.0.0.2",
    ]

"""`add` and `fill` with pages that answer, as a person runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from gleanings.curate.filling import find_gaps, plan_fill
from loopback import Loopback, loopback, reply

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PAGE = """<!doctype html><html lang=en><head>
<title>On *stars*: a study | Letters</title>
<meta property="og:site_name" content="Letters">
<meta property="og:title" content="On *stars*: a study">
<meta name="author" content="Ada One">
<meta property="article:published_time" content="2026-10-05T08:00:00Z">
</head><body><article><p>Words.</p></article></body></html>"""
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as server:
        yield server


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text("title: Things\nurl: https://example.org/\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(site: Path) -> Run:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gleanings", "-C", str(site), *arguments],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "GLEANINGS_NOW": "2026-11-20T12:00:00+00:00", "PYTHONUTF8": "1"},
            timeout=60,
            check=False,
        )

    return run


def test_a_link_is_added_with_what_its_page_says(site: Path, run: Run, server: Loopback) -> None:
    url = server.script("/a", reply(PAGE, headers=HTML))
    done = run("add", f"{url}?utm_source=x", "--note", "Good.")
    assert (done.returncode, done.stderr) == (0, "")
    [entry] = yaml.load((site / "content/2026-11.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)["entries"]
    assert entry == {
        "url": url,
        "title": r"On \*stars\*: a study",
        "authors": ["Ada One"],
        "source": "Letters",
        "published": "2026-10-05",
        "note": "Good.\n",
    }
    assert list(entry) == ["url", "title", "authors", "source", "published", "note"]


def test_a_link_whose_page_says_nothing_is_added_all_the_same(site: Path, run: Run, server: Loopback) -> None:
    url = server.script("/gone", reply(status=404))
    done = run("add", url)
    assert done.returncode == 0
    assert "no title" in done.stderr
    assert yaml.safe_load((site / "content/2026-11.yaml").read_text(encoding="utf-8"))["entries"][0]["url"] == url


def test_a_link_whose_host_is_not_reached_is_added_all_the_same(site: Path, run: Run, server: Loopback) -> None:
    url = server.script("/a", reply(PAGE, headers=HTML))
    server.close()
    done = run("add", url)
    assert done.returncode == 0
    assert url in done.stderr
    assert yaml.safe_load((site / "content/2026-11.yaml").read_text(encoding="utf-8"))["entries"][0]["url"] == url


def test_offline_asks_nobody(site: Path, run: Run, server: Loopback) -> None:
    url = server.script("/a", reply(PAGE, headers=HTML))
    assert run("add", url, "--offline").returncode == 0
    assert server.asked() == []


def test_fill_writes_what_pages_say_and_changes_nothing_else(site: Path, run: Run, server: Loopback) -> None:
    one = server.script("/a", reply(PAGE, headers=HTML))
    two = server.script("/b", reply(PAGE.replace("On *stars*: a study", "Two"), headers=HTML))
    file = site / "content/2026-11.yaml"
    before = (
        f"entries:\r\n  - {one}  # good\r\n  - url: {two}\r\n    authors: [Bob Two]\r\n    note: >\r\n      Mine.\r\n"
    )
    file.write_bytes(before.encode())
    done = run("fill")
    assert (done.returncode, done.stderr) == (0, "")
    rest = "    source: Letters\r\n    published: 2026-10-05\r\n"
    assert file.read_bytes().decode() == (
        f"entries:\r\n  - url: {one}  # good\r\n"
        "    title: 'On \\*stars\\*: a study'\r\n    authors: [Ada One]\r\n"
        f"{rest}"
        f"  - url: {two}\r\n"
        "    title: Two\r\n"
        f"{rest}"
        "    authors: [Bob Two]\r\n    note: >\r\n      Mine.\r\n"
    )
    assert run("fill", "2026-11").stdout == "nothing is missing\n"


def test_fill_without_a_network_says_so(site: Path, run: Run, server: Loopback) -> None:
    url = server.script("/a", reply(PAGE, headers=HTML))
    server.close()
    (site / "content/2026-11.yaml").write_text(f"entries:\n  - {url}\n", encoding="utf-8")
    done = run("fill")
    assert done.returncode == 3
    assert "no network" in done.stderr


def test_a_link_is_added_with_the_place_that_it_names(site: Path, run: Run, server: Loopback) -> None:
    url = server.script("/a", reply(PAGE, headers=HTML))
    for place in ("part-2", "/route-a", "/route-b"):
        assert run("add", f"{url}#{place}").returncode == 0
    entries = yaml.safe_load((site / "content/2026-11.yaml").read_text(encoding="utf-8"))["entries"]
    assert [entry["url"] for entry in entries] == [f"{url}#part-2", f"{url}#/route-a", f"{url}#/route-b"]


def test_a_note_that_carries_the_link_needs_no_title(site: Path, run: Run, server: Loopback) -> None:
    one, other = (server.script(path, reply(PAGE, headers=HTML)) for path in ("/a", "/b"))
    facts = "    authors: [Ada One]\n    published: 2026-10-05\n    source: Letters\n"
    file = site / "content/2026-11.yaml"
    file.write_text(
        f"entries:\n  - url: {one}\n{facts}    note: See [this]({one}/).\n"
        f"  - url: {other}\n{facts}    note: See [that]({other}c).\n",
        encoding="utf-8",
    )
    assert run("fill").returncode == 0
    first, second = (part for part in file.read_text(encoding="utf-8").split("  - url: ")[1:])
    assert "title:" not in first
    assert "title: " in second


def test_fill_tells_of_pages_that_say_nothing_and_goes_on(site: Path, run: Run, server: Loopback) -> None:
    good = server.script("/a", reply(PAGE, headers=HTML))
    bad = server.script("/b", reply(status=404))
    (site / "content/2026-10.yaml").write_text(f"entries:\n  - {bad}\n", encoding="utf-8")
    (site / "content/2026-11.yaml").write_text(f"entries:\n  - {good}\n", encoding="utf-8")
    (site / "content/2026-12.yaml").write_text("entries: [broken\n", encoding="utf-8")
    done = run("fill")
    assert done.returncode == 1
    assert f"{bad}: not found (404)" in done.stderr
    assert "content/2026-12.yaml:" in done.stderr
    assert (site / "content/2026-10.yaml").read_text(encoding="utf-8") == f"entries:\n  - {bad}\n"
    assert "On \\*stars" in (site / "content/2026-11.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        (
            "entries:\n  - url: https://e.org/a\n    title:\n    authors: []\n    note: x\n",
            'entries:\n  - url: https://e.org/a\n    title: "On: stars"\n    authors: [Ada One]\n    note: x\n',
        ),
        (
            "entries:\n  - title: # later\n    author:\n    url: https://e.org/a\n",
            'entries:\n  - title: "On: stars" # later\n    author: [Ada One]\n    url: https://e.org/a\n',
        ),
        (
            "entries:\n  - {url: https://e.org/a, title: , tags: [x]}\n",
            'entries:\n  - {url: https://e.org/a, authors: [Ada One], title:  "On: stars", tags: [x]}\n',
        ),
    ],
)
def test_a_key_that_waits_for_its_value_is_given_it(text: str, filled: str) -> None:
    [gap] = find_gaps(text, path="x.yaml")
    assert plan_fill(text, [(gap, {"title": "On: stars", "authors": ["Ada One"]})], path="x.yaml") == filled

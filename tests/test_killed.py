"""`kill -9` at any moment of any command that writes: nothing is torn, and the next command heals.

GLEANINGS_KILLS sets how many kills there are (12).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from loopback import Loopback, item, loopback, reply, rss

KILLS = int(os.environ.get("GLEANINGS_KILLS", "12"))
ITEMS = 24
MONTH = "content/2026-11.yaml"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


class Desk:
    """Somebody at work whose machine dies now and then."""

    def __init__(self, site: Path, server: Loopback) -> None:
        self.site = site
        self.feed = server.script("/feed", reply(rss(*(item(f"post-{number}") for number in range(ITEMS)))))
        (site / "content").mkdir()
        (site / "site.yaml").write_text("title: Things\nurl: https://example.org/\n", encoding="utf-8")
        (site / "feeds.yaml").write_text(f"feeds:\n  - url: {self.feed}\n", encoding="utf-8")
        self.month = site / MONTH
        self.month.write_text("date: 2026-11-01\nentries:\n  - A first thought.  # mine\n", encoding="utf-8")

    def run(self, *arguments: str, dies_after: float | None = None) -> tuple[int, str]:
        """A command's exit status and output; killed after so many seconds where it still runs then."""
        running = subprocess.Popen(
            [sys.executable, "-m", "gleanings", "-C", str(self.site), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={key: value for key, value in os.environ.items() if key != "GLEANINGS_NOW"},
        )
        try:
            output, _ = running.communicate(timeout=dies_after)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            output, _ = running.communicate()
        return running.returncode, output

    def inbox(self) -> list[dict[str, str]]:
        status, output = self.run("inbox", "--state", "all", "--json")
        assert status == 0
        found: list[dict[str, str]] = json.loads(output)
        return found

    def urls(self) -> Counter[str]:
        """Addresses in the month's file; it has to be whole."""
        entries = yaml.safe_load(self.month.read_text(encoding="utf-8"))["entries"]
        return Counter(entry["url"] for entry in entries if isinstance(entry, dict))


def is_what_it_was_and_more(before: str, after: str) -> bool:
    """Whether every line of before stands in after, in its order."""
    rest = iter(after.splitlines())
    return all(line in rest for line in before.splitlines())


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_after_a_kill_at_any_moment_of_any_command_everything_is_whole(tmp_path: Path, server: Loopback) -> None:
    desk, dice = Desk(tmp_path, server), random.Random(int(os.environ.get("GLEANINGS_SEEDS", "11")))
    lasted: dict[str, float] = {}
    wanted: set[str] = set()

    def work(command: str, number: int) -> list[str]:
        match command:
            case "fetch":
                return ["fetch", "--force"]
            case "pick":
                waiting = [one for one in desk.inbox() if one["url"] not in wanted]
                one = dice.choice(waiting)
                wanted.add(one["url"])
                return ["pick", one["id"], "--to", "2026-11"]
            case "add":
                wanted.add(url := f"https://added.example/{number}")
                return ["add", url, "--to", "2026-11", "--offline"]
            case _:
                text = desk.month.read_text(encoding="utf-8")
                desk.month.write_text(text.replace("A first", f"A first {number}", 1), encoding="utf-8")
                return ["build"]

    for command in ("fetch", "pick", "add", "build"):
        started = time.perf_counter()
        assert desk.run(*work(command, 0))[0] == 0
        lasted[command] = time.perf_counter() - started
    for number in range(1, KILLS + 1):
        command = dice.choice(sorted(lasted))
        arguments = work(command, number)
        before = desk.month.read_text(encoding="utf-8")
        desk.run(*arguments, dies_after=dice.uniform(0.05, 1.0) * lasted[command])
        after = desk.month.read_text(encoding="utf-8")
        assert is_what_it_was_and_more(before, after), f"kill {number}, {command}"
        assert max(desk.urls().values()) == 1
    assert desk.run("fetch", "--force")[0] == 0
    found = desk.inbox()
    assert sorted(one["url"] for one in found) == sorted(f"https://blog.example/{n}" for n in names())
    for url in sorted(wanted - desk.urls().keys()):
        ids = [one["id"] for one in found if one["url"] == url]
        status, _ = desk.run(*(["pick", *ids] if ids else ["add", url, "--offline"]), "--to", "2026-11")
        assert status == 0, url
    assert desk.urls() == Counter(dict.fromkeys(wanted, 1))
    assert desk.run("check")[0] == 0
    assert desk.run("build")[0] == 0
    assert desk.run("build", "--out", "clean", "--force")[0] == 0
    assert tree(desk.site / "public") == tree(desk.site / "clean")
    left = [path for path in desk.site.rglob("*") if path.is_file()]
    assert not [path for path in left if path.name.endswith((".tmp", ".gleanings", "~"))]


def names() -> list[str]:
    return [f"post-{number}" for number in range(ITEMS)]

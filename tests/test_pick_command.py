"""`pick`, as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from gleanings.fetch.inbox.store import Store
from gleanings.files.lock import hold
from gleanings.identity import work_key
from gleanings.model import Candidate
from gleanings.project import Project

NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
FEED = "https://feeds.example/letters"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text("title: Things\nurl: https://example.org/\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(site: Path) -> Run:
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gleanings", "-C", str(site), *arguments],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "GLEANINGS_NOW": NOW.isoformat(), "PYTHONUTF8": "1", **environment},
            timeout=60,
            check=False,
        )

    return run


def candidate(url: str | None = "https://letters.example/p/one", title: str = "One", **more: object) -> Candidate:
    values: dict[str, object] = {"id": "", "feed": FEED, "url": url, "title": title, "first_seen": NOW}
    return Candidate(**(values | more))  # type: ignore[arg-type]


def fill_inbox(site: Path, *candidates: Candidate) -> list[str]:
    """Puts candidates into the inbox; returns their ids in the same order."""
    with Store.open(Project(site).inbox_file) as store:
        with store.transaction():
            for number, new in enumerate(candidates):
                work = work_key(new.url) if new.url else f"no address {number}"
                store.insert_link(new.url or work, work, new, picked=False)
        found = {new.title: new.id for new in store.candidates()}
    return [found[new.title] for new in candidates]


def states(site: Path) -> dict[str, tuple[str, str | None]]:
    with Store.open(Project(site).inbox_file) as store:
        return {
            new.title: (new.state, new.roundup) for new in store.candidates(("new", "later", "picked", "skipped"))
        }


def roundup(site: Path, name: str = "2026-11") -> str:
    return (site / "content" / f"{name}.yaml").read_bytes().decode("utf-8")


def test_a_candidate_becomes_an_entry_that_is_ready_for_a_note(site: Path, run: Run) -> None:
    (site / "content/2026-11.yaml").write_text(
        "# mine\nentries:\n  - https://old.example/  # first\n", encoding="utf-8"
    )
    (site / "feeds.yaml").write_text(f"feeds:\n  - url: {FEED}\n    tags: [letters, llm]\n", encoding="utf-8")
    [one] = fill_inbox(
        site,
        candidate(
            "https://arxiv.org/pdf/2401.04088v2",
            "On *stars*: a <b>study</b>",
            authors=("Ada One", "Two, Bob"),
            source="Letters",
            published=datetime(2026, 10, 5, 8, tzinfo=UTC),
        ),
    )
    done = run("pick", one)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{one}  On *stars*: a <b>study</b> → content/2026-11.yaml\n"
    assert roundup(site) == (
        "# mine\n"
        "entries:\n"
        "  - https://old.example/  # first\n"
        "  - url: https://arxiv.org/abs/2401.04088v2\n"
        r"    title: 'On \*stars\*: a \<b>study\</b>'" + "\n"
        '    authors: [Ada One, "Two, Bob"]\n'
        "    source: Letters\n"
        "    published: 2026-10-05\n"
        "    kind: paper\n"
        "    tags: [letters, llm]\n"
        "    note: |\n"
    )
    assert states(site) == {"On *stars*: a <b>study</b>": ("picked", "2026-11")}
    assert run("check").returncode == 0


def test_several_candidates_stand_in_the_order_given(site: Path, run: Run) -> None:
    ids = fill_inbox(site, *(candidate(f"https://letters.example/{n}", f"Letter {n}") for n in range(4)))
    assert run("pick", ids[2], ids[0], ids[3]).returncode == 0
    entries = yaml.safe_load(roundup(site))["entries"]
    assert [entry["title"] for entry in entries] == ["Letter 2", "Letter 0", "Letter 3"]


def test_a_roundup_that_is_not_there_is_begun_for_the_month_of_the_site_s_zone(site: Path, run: Run) -> None:
    with (site / "site.yaml").open("a", encoding="utf-8") as file:
        file.write("timezone: Pacific/Kiritimati\n")
    [one] = fill_inbox(site, candidate())
    done = run("pick", one, GLEANINGS_NOW="2026-11-30T12:00:00+00:00")
    assert done.returncode == 0
    text = roundup(site, "2026-12")
    assert text.startswith("# yaml-language-server: $schema=../.gleanings/roundup.schema.json\n")
    assert (site / ".gleanings/roundup.schema.json").is_file()
    assert yaml.safe_load(text)["entries"][0]["url"] == "https://letters.example/p/one"
    assert run("check").returncode == 0


def test_a_moment_is_a_day_of_the_site_s_zone_and_a_day_is_itself(site: Path, run: Run) -> None:
    (site / "site.yaml").write_text(
        "title: Things\nurl: https://example.org/\ntimezone: Asia/Tokyo\n", encoding="utf-8"
    )
    moment = datetime(2026, 11, 18, 15, tzinfo=UTC)
    ids = fill_inbox(
        site,
        candidate("https://a.example/a", "A", published=moment),
        candidate(
            "https://a.example/b", "B", published=datetime(2026, 11, 18, tzinfo=UTC), published_precision="day"
        ),
        candidate("https://a.example/c", "C", published=datetime(2026, 1, 1, tzinfo=UTC), published_precision="year"),
        candidate("https://a.example/d", "D"),
    )
    listed = {line.split()[-1]: line.split()[1:-1] for line in run("inbox").stdout.splitlines() if line[:2] == "  "}
    assert [listed[name] for name in "ABCD"] == [["2026-11-19"], ["2026-11-18"], ["2026"], ["no", "date"]]
    assert run("pick", *ids, "--to", "2026-11").returncode == 0
    entries = yaml.load(roundup(site), yaml.BaseLoader)["entries"]
    assert [entry.get("published") for entry in entries] == ["2026-11-19", "2026-11-18", "2026", None]


def test_a_feed_names_the_section_of_its_picks_and_the_command_line_overrules_it(site: Path, run: Run) -> None:
    (site / "content/2026-11.yaml").write_text("sections:\n  - title: Letters\n    intro: Two.\n", encoding="utf-8")
    (site / "feeds.yaml").write_text(f"feeds:\n  - url: {FEED}\n    section: Letters\n", encoding="utf-8")
    one, two = fill_inbox(site, candidate(), candidate("https://letters.example/p/two", "Two"))
    assert run("pick", one).returncode == 0
    assert run("pick", two, "--section", "Other").returncode == 0
    sections = yaml.safe_load(roundup(site))["sections"]
    assert [(section["title"], len(section["entries"])) for section in sections] == [("Letters", 1), ("Other", 1)]


def test_to_names_another_roundup(site: Path, run: Run) -> None:
    [one] = fill_inbox(site, candidate())
    assert run("pick", one, "--to", "weekly/2026-w47").returncode == 0
    assert "letters.example" in roundup(site, "weekly/2026-w47")
    assert states(site) == {"One": ("picked", "weekly/2026-w47")}


def test_a_mistyped_roundup_is_not_begun(site: Path, run: Run) -> None:
    [one] = fill_inbox(site, candidate())
    for name in ("2026-13", "2026-1l", "november", "../x", "pages/about"):
        done = run("pick", one, "--to", name)
        assert done.returncode == 2, name
        assert "Traceback" not in done.stderr
    assert states(site) == {"One": ("new", None)}
    assert list((site / "content").iterdir()) == []


def test_an_unknown_id_changes_nothing(site: Path, run: Run) -> None:
    [one] = fill_inbox(site, candidate())
    done = run("pick", one, "zzzz")
    assert done.returncode == 2
    assert "zzzz" in done.stderr
    assert list((site / "content").iterdir()) == []


def test_a_work_of_an_earlier_roundup_is_left_out_with_the_place_and_the_others_go_on(site: Path, run: Run) -> None:
    (site / "content/2026-03.yaml").write_text(
        "entries:\n  - title: x\n    also: [https://x.example/]\n    links:\n      pdf: https://arxiv.org/pdf/2401.04088\n",
        encoding="utf-8",
    )
    old, new = fill_inbox(site, candidate("https://alphaxiv.org/abs/2401.04088", "Old"), candidate())
    done = run("pick", old, new)
    assert done.returncode == 1
    assert "content/2026-03.yaml:2" in done.stderr
    assert "--again" in done.stderr
    assert "Old" not in roundup(site)
    assert "One" in roundup(site)
    assert states(site) == {"Old": ("new", None), "One": ("picked", "2026-11")}

    again = run("pick", old, "--again")
    assert again.returncode == 0
    assert yaml.safe_load(roundup(site))["entries"][1]["again"] is True
    assert run("check").returncode == 0


def test_a_pick_that_was_cut_off_before_it_was_noted_is_only_noted(site: Path, run: Run) -> None:
    [one] = fill_inbox(site, candidate())
    assert run("pick", one).returncode == 0
    before = roundup(site)
    with Store.open(Project(site).inbox_file) as store:
        store.decide([one], "new", now=NOW)
    done = run("pick", one)
    assert done.returncode == 0
    assert "already" in done.stdout
    assert roundup(site) == before
    assert states(site) == {"One": ("picked", "2026-11")}


def test_two_candidates_of_one_work_become_one_entry(site: Path, run: Run) -> None:
    one, two = fill_inbox(site, candidate(None, "No address"), candidate("https://youtu.be/dQw4w9WgXcQ", "Talk"))
    with Store.open(Project(site).inbox_file) as store, store.transaction():
        store.insert_link(
            "https://m.youtube.com/watch?v=dQw4w9WgXcQ",
            "other",
            candidate("https://m.youtube.com/watch?v=dQw4w9WgXcQ", "Talk, again", feed="https://other.example/feed"),
            picked=False,
        )
        three = next(new.id for new in store.candidates() if new.title == "Talk, again")
    assert run("pick", one, two, three).returncode == 0
    entries = yaml.safe_load(roundup(site))["entries"]
    assert [entry["title"] for entry in entries] == ["No address", "Talk"]
    assert {state for state, _ in states(site).values()} == {"picked"}


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(("https://a.example/changelog#v26", "https://a.example/changelog#v27"), id="parts-of-a-page"),
        pytest.param(("https://cast.example/show", "https://cast.example/show"), id="one-address-of-all-episodes"),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_entries_of_a_feed_that_share_a_page_are_each_written_or_left_as_they_were(
    site: Path, run: Run, addresses: tuple[str, str], at_once: bool
) -> None:
    with Store.open(Project(site).inbox_file) as store:
        with store.transaction():
            for name, address in zip(("One", "Two"), addresses, strict=True):
                store.insert_link(name, name, candidate(address, name), picked=False)
        ids = {new.title: new.id for new in store.candidates()}
    done = [run("pick", *ids.values())] if at_once else [run("pick", short) for short in ids.values()]
    assert [ended.returncode for ended in done] == ([1] if at_once else [0, 1])
    first, second = ids
    assert f"{ids[second]}  {second}: was in content/2026-11.yaml already and is left out" in done[-1].stderr
    assert states(site) == {first: ("picked", "2026-11"), second: ("new", None)}

    assert run("pick", ids[second], "--again").returncode == 0
    entries = yaml.safe_load(roundup(site))["entries"]
    assert [(entry["title"], entry.get("again")) for entry in entries] == [(first, None), (second, True)]
    assert states(site)[second] == ("picked", "2026-11")
    assert run("check").returncode == 0
    assert "already" in run("pick", *ids.values()).stdout


def test_where_nothing_is_safe_the_lines_are_printed_and_nothing_is_decided(site: Path, run: Run) -> None:
    (site / "content/2026-11.yaml").write_text("entries: ~\n", encoding="utf-8")
    [one] = fill_inbox(site, candidate())
    done = run("pick", one)
    assert done.returncode == 1
    assert "- url: https://letters.example/p/one" in done.stderr
    assert roundup(site) == "entries: ~\n"
    assert states(site) == {"One": ("new", None)}


def test_a_broken_roundup_is_told_with_its_place(site: Path, run: Run) -> None:
    (site / "content/2026-11.yaml").write_text("entries:\n  - title: a: b\n", encoding="utf-8")
    [one] = fill_inbox(site, candidate())
    done = run("pick", one)
    assert done.returncode == 1
    assert done.stderr.startswith("content/2026-11.yaml:2")
    assert run("pick", one, "--to", "2026-12").returncode == 0


def test_mode_and_symbolic_link_survive(site: Path, run: Run) -> None:
    real = site / "elsewhere.yaml"
    real.write_bytes(b"\xef\xbb\xbfentries:\r\n  - https://old.example/\r\n")
    real.chmod(0o640)
    (site / "content/2026-11.yaml").symlink_to(real)
    [one] = fill_inbox(site, candidate())
    assert run("pick", one).returncode == 0
    assert (site / "content/2026-11.yaml").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes().startswith(
        b"\xef\xbb\xbfentries:\r\n  - https://old.example/\r\n  - url: https://letters.example/p/one\r\n"
    )


def test_pick_waits_for_another_run_to_end(site: Path, run: Run) -> None:
    [one] = fill_inbox(site, candidate())
    done: list[subprocess.CompletedProcess[str]] = []
    with hold(Project(site)):
        picking = threading.Thread(target=lambda: done.append(run("pick", one)))
        picking.start()
        time.sleep(1.0)
        assert done == []
        assert not (site / "content/2026-11.yaml").exists()
    picking.join()
    assert done[0].returncode == 0


def test_what_a_stranger_put_into_a_title_harms_neither_terminal_nor_file(site: Path, run: Run) -> None:
    title = "x\x1b[2J\u202e evil\x07: # ] }"
    [one] = fill_inbox(site, candidate(title=title))
    done = run("pick", one)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert yaml.safe_load(roundup(site))["entries"][0]["title"] == title

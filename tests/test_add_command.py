"""`add --offline` and `new`, as a person runs them; what `fill` finds to do and writes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from gleanings.curate.filling import find_gaps, plan_fill
from gleanings.curate.picking import Entry

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
            env={**os.environ, "GLEANINGS_NOW": "2026-11-20T12:00:00+00:00", "PYTHONUTF8": "1", **environment},
            timeout=60,
            check=False,
        )

    return run


def write(site: Path, name: str, text: str) -> None:
    file = site / "content" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def text_of(site: Path, name: str = "2026-11") -> str:
    return (site / "content" / f"{name}.yaml").read_text(encoding="utf-8")


# ── add ──


def test_a_link_is_added_clean_and_with_its_kind(site: Path, run: Run) -> None:
    write(site, "2026-11", "entries:\n- https://old.example/\n")
    done = run("add", "https://arxiv.org/pdf/2401.04088?utm_source=x", "--offline")
    assert (done.returncode, done.stderr) == (0, "")
    assert text_of(site) == (
        "entries:\n- https://old.example/\n- url: https://arxiv.org/abs/2401.04088\n  kind: paper\n  note: |\n"
    )
    assert run("check").returncode == 0


def test_a_note_comes_with_the_link(site: Path, run: Run) -> None:
    done = run("add", "https://new.example/", "--offline", "--note", "Good: *really*\n\n- yes", "--section", "Notes")
    assert done.returncode == 0
    section = yaml.safe_load(text_of(site))["sections"][0]
    assert section == {
        "title": "Notes",
        "entries": [{"url": "https://new.example/", "note": "Good: *really*\n\n- yes\n"}],
    }


def test_an_archived_copy_keeps_both_addresses(site: Path, run: Run) -> None:
    assert run("add", "https://web.archive.org/web/2020/https://old.example/a", "--offline").returncode == 0
    [entry] = yaml.safe_load(text_of(site))["entries"]
    assert entry["url"] == "https://old.example/a"
    assert entry["archive"] == "https://web.archive.org/web/2020/https://old.example/a"


def test_a_bare_arxiv_number_is_a_link_too(site: Path, run: Run) -> None:
    assert run("add", "arXiv:2401.04088v2", "--offline").returncode == 0
    assert yaml.safe_load(text_of(site))["entries"][0]["url"] == "https://arxiv.org/abs/2401.04088v2"


def test_a_repeat_is_told_with_its_place_and_added_only_when_meant(site: Path, run: Run) -> None:
    write(site, "2026-03", "sections:\n  - title: x\n    entries:\n      - http://www.old.example/a/\n")
    write(site, "2026-04", "entries: [broken\n")
    done = run("add", "https://old.example/a#part", "--offline")
    assert done.returncode == 1
    assert "content/2026-03.yaml:4" in done.stderr
    assert not (site / "content/2026-11.yaml").exists()
    assert run("add", "https://old.example/a", "--offline", "--again").returncode == 0
    assert yaml.safe_load(text_of(site))["entries"][0]["again"] is True


def test_a_page_that_only_looks_alike_is_no_repeat(site: Path, run: Run) -> None:
    write(site, "2026-03", "entries:\n  - https://old.example/a?id=1\n  - note: see https://old.example/b\n")
    assert run("add", "https://old.example/a?id=2", "--offline").returncode == 0
    assert run("add", "https://old.example/b", "--offline").returncode == 0


@pytest.mark.parametrize(
    ("written", "finding"),
    [
        pytest.param("old.example/a", "lacks its beginning (write https://old.example/a)", id="no-scheme"),
        pytest.param("no link", '"no link" is no web address (an address begins with https://)', id="words"),
        pytest.param("ftp://old.example/", "is no web address (an address begins with https://)", id="another-web"),
        pytest.param("htp://old.example/", 'addresses with "htp:" are not linked to', id="a-slip"),
        pytest.param(
            "https:/old.example/a", "names no host that there can be (write it as https://host/path)", id="one-slash"
        ),
        pytest.param("https://old.example/a 2", "has a space in it (write %20 for the space", id="a-space"),
        pytest.param("", '"" is no web address (an address begins with https://)', id="nothing"),
        pytest.param("https://", "names no host", id="no-host"),
    ],
)
def test_what_is_no_link_is_refused_with_its_fault(site: Path, run: Run, written: str, finding: str) -> None:
    done = run("add", "--offline", "--", written)
    assert done.returncode == 2
    assert finding in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list((site / "content").iterdir()) == []


# ── new ──


def test_the_first_roundup_is_that_of_today(site: Path, run: Run) -> None:
    done = run("new")
    assert (done.returncode, done.stdout) == (0, "content/2026-11.yaml\n")
    assert text_of(site) == (
        "# yaml-language-server: $schema=../.gleanings/roundup.schema.json\n"
        "\n"
        "# title: November 2026\n"
        "# intro: |\n"
        "#   What it is about, in Markdown.\n"
        "\n"
        "entries:\n"
    )
    assert (site / ".gleanings/roundup.schema.json").is_file()
    assert run("check").returncode == 0


def test_the_next_roundup_follows_the_latest(site: Path, run: Run) -> None:
    write(site, "2026-11", "entries: []\n")
    write(site, "2026-12", "entries: []\n")
    assert run("new").stdout == "content/2027-01.yaml\n"


def test_numbers_go_on_from_the_highest_and_fill_no_gap(site: Path, run: Run) -> None:
    write(site, "2026-01", "number: 3\n")
    write(site, "2026-02", "title: x\nnumber: 7\n")
    write(site, "weekly/2026-w01", "number: 40\n")
    run("new")
    assert yaml.safe_load(text_of(site))["number"] == 8


def test_a_pattern_with_numbers_begins_with_one(site: Path, run: Run) -> None:
    with (site / "site.yaml").open("a", encoding="utf-8") as file:
        file.write('series:\n  weekly: {pattern: "Letter {number:02}: {date}", cadence: weekly}\n')
    assert run("new", "weekly").stdout == "content/weekly/2026-w47.yaml\n"
    text = text_of(site, "weekly/2026-w47")
    assert "$schema=../../.gleanings/roundup.schema.json" in text
    assert '# title: "Letter 01: 2026-11-22"' in text
    assert yaml.safe_load(text)["number"] == 1
    assert run("new", "weekly").stdout == "content/weekly/2026-w48.yaml\n"
    assert yaml.safe_load(text_of(site, "weekly/2026-w48"))["number"] == 2


def test_a_series_without_a_cadence_goes_on_as_it_began(site: Path, run: Run) -> None:
    write(site, "log/2026-11-19", "entries: []\n")
    assert run("new", "log").stdout == "content/log/2026-11-20.yaml\n"


@pytest.mark.parametrize(
    ("series", "roundup"),
    [
        pytest.param("weekly: {pattern: 'Log: {date}'}", "weekly/2026-w47", id="by-the-folder-s-name"),
        pytest.param("log: {pattern: 'Week {week}'}", "log/2026-w47", id="by-the-pattern"),
        pytest.param("log: {}", "log/2026-11", id="by-nothing"),
    ],
)
def test_a_series_without_a_cadence_begins_as_it_is_called(site: Path, run: Run, series: str, roundup: str) -> None:
    with (site / "site.yaml").open("a", encoding="utf-8") as file:
        file.write(f"series:\n  {series}\n")
    assert run("new", roundup.partition("/")[0]).stdout == f"content/{roundup}.yaml\n"


def test_a_series_that_looks_mistyped_is_not_begun(site: Path, run: Run) -> None:
    write(site, "weekly/2026-w46", "entries: []\n")
    for command in (
        ["new", "wekly/2026-w50"],
        ["add", "https://new.example/", "--to", "wekly/2026-w50", "--offline"],
    ):
        done = run(*command)
        assert (done.returncode, 'no series "wekly" (did you mean weekly/2026-w50?' in done.stderr) == (2, True)
    assert not (site / "content/wekly").exists()
    (site / "content/wekly").mkdir()
    assert run("new", "wekly/2026-w50").returncode == 0


def test_a_roundup_with_a_name_of_its_own_gets_a_date(site: Path, run: Run) -> None:
    assert run("new", "summer-reading").returncode == 0
    assert str(yaml.safe_load(text_of(site, "summer-reading"))["date"]) == "2026-11-20"
    assert run("check").returncode == 0


@pytest.mark.parametrize("name", ["2026-13", "../outside", "pages/about", "media", "a b", "2026-w54", ".hidden"])
def test_a_name_that_is_none_is_refused(site: Path, run: Run, name: str) -> None:
    done = run("new", name)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert list((site / "content").iterdir()) == []


def test_a_roundup_that_is_there_is_not_begun_again(site: Path, run: Run) -> None:
    write(site, "2026-11", "title: mine\n")
    done = run("new", "2026-11")
    assert done.returncode == 2
    assert "there already" in done.stderr
    assert text_of(site) == "title: mine\n"


# ── fill ──

GAPS = """\
entries:
  - https://a.example/  # bare
  - url: https://b.example/
    note: |
      No title yet.
  - url: https://c.example/
    title: Complete enough
    authors: [Ada One]
  - url: https://d.example/
    title: Only a title
  - url: https://e.example/
    authors: [Ada One]
    note: The sentence carries [the link](https://e.example/).
  - A sentence.
  - title: A group
    related: [https://f.example/]
sections:
  - title: S
    entries:
      - {url: https://g.example/, tags: [x]}
"""


def test_entries_without_title_or_without_authors_and_date_have_gaps() -> None:
    found = [(gap.url, gap.line, gap.lacks) for gap in find_gaps(GAPS, path="x")]
    rest = ("authors", "source", "published")
    assert found == [
        ("https://a.example/", 2, ("title", *rest)),
        ("https://b.example/", 3, ("title", *rest)),
        ("https://d.example/", 9, rest),
        ("https://f.example/", 16, ("title", *rest)),
        ("https://g.example/", 20, ("title", *rest)),
    ]


def test_facts_are_written_where_they_lacked_and_nowhere_else() -> None:
    facts: Entry = {"title": "T: t", "authors": ("Bob Two",), "published": "2026-01"}
    filled = plan_fill(GAPS, [(gap, facts) for gap in find_gaps(GAPS, path="x")], path="x")
    new = '    title: "T: t"\n    authors: [Bob Two]\n    published: 2026-01\n'
    shown = 'title: "T: t", authors: [Bob Two], published: 2026-01'
    assert filled == (
        GAPS.replace("  - https://a.example/  # bare\n", f"  - url: https://a.example/  # bare\n{new}")
        .replace("  - url: https://b.example/\n", f"  - url: https://b.example/\n{new}")
        .replace("https://d.example/\n", "https://d.example/\n    authors: [Bob Two]\n    published: 2026-01\n")
        .replace("[https://f.example/]", f"[{{url: https://f.example/, {shown}}}]")
        .replace("{url: https://g.example/, tags", f"{{url: https://g.example/, {shown}, tags")
    )
    assert find_gaps(filled, path="x") == ()


def test_fill_has_nothing_to_do_where_nothing_is_missing(site: Path, run: Run) -> None:
    write(site, "2026-11", "entries:\n  - A sentence.\n")
    done = run("fill")
    assert (done.returncode, done.stdout) == (0, "nothing is missing\n")


def test_fill_tells_of_a_roundup_that_is_not_there(site: Path, run: Run) -> None:
    done = run("fill", "2026-10")
    assert done.returncode == 2
    assert "content/2026-10.yaml" in done.stderr

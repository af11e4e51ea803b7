"""`export`, as a person runs it: roundups as Markdown, HTML and data, complete and fit for other places."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

CASES = Path(__file__).parent / "exported"
SITE = "title: Things\nurl: https://example.org/reading/\nauthor: Ada Example\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content/media").mkdir(parents=True)
    (tmp_path / "content/pages").mkdir()
    (tmp_path / "site.yaml").write_text(SITE, encoding="utf-8")
    files = {
        "2026-10.yaml": (CASES / "2026-10.yaml").read_text(encoding="utf-8"),
        "2026-09.yaml": "entries:\n  - A thought of September[^1].\n  - {note: 'Two[^1]\n\n\n      [^1]: Old.'}\n",
        "2026-11.yaml": "draft: true\nentries: [A draft]\n",
        "2026-12.yaml": "entries: [A day to come]\n",
        "pages/about.md": "---\ntitle: About\n---\nWe.\n",
        "media/cover.png": "",
        "media/chart.png": "",
        "media/chart (1).png": "",
    }
    for name, text in files.items():
        (tmp_path / "content" / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(site: Path) -> Run:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gleanings", "-C", str(site), "export", *arguments],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "GLEANINGS_NOW": "2026-11-20T12:00:00+00:00", "PYTHONUTF8": "1"},
            timeout=60,
            check=False,
        )

    return run


def test_a_roundup_is_one_markdown_document_with_all_its_words(run: Run) -> None:
    done = run("markdown")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (CASES / "2026-10.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_what_is_private_never_leaves_and_every_address_is_absolute(run: Run, form: str) -> None:
    done = run(form, "2026-10")
    assert "SECRET" not in done.stdout
    assert done.returncode == 0
    if form == "html":
        addresses = re.findall(r'(?:href|src)="([^"]*)"', done.stdout)
        assert [one for one in addresses if not one.startswith("https://")] == []
        assert "https://example.org/reading/media/chart%20(1).png" in addresses
        assert done.stdout.startswith("<h1>October 2026</h1>\n<p><em>Every device there is</em></p>\n")


def test_open_data_is_that_of_the_site_and_of_these_roundups_alone(run: Run) -> None:
    data = json.loads(run("json", "2026-10").stdout)
    assert [one["name"] for one in data["roundups"]] == ["2026-10"]
    assert data["entries"][0]["authors"] == ["Albert Q. Jiang", {"name": "A_B_ C*", "url": "https://example.org/as"}]
    assert [one["name"] for one in json.loads(run("json", "--all").stdout)["roundups"]] == ["2026-09", "2026-10"]


def test_an_address_is_absolute_however_it_is_written(site: Path, run: Run) -> None:
    (site / "content/2026-10.yaml").write_text(
        'entries:\n  - note: |\n      [a](//cdn.example/x) [b](?x=a:b) [c](../09/) <img src="../09/x.png">\n\n'
        '      <blockquote cite="/archive/">d</blockquote>\n',
        encoding="utf-8",
    )
    assert run("markdown").stdout.splitlines()[2:] == [
        "[a](https://cdn.example/x) [b](https://example.org/reading/2026/10/?x=a:b) "
        '[c](https://example.org/reading/2026/09/) <img src="https://example.org/reading/2026/09/x.png">',
        "",
        '<blockquote cite="https://example.org/reading/archive/">d</blockquote>',
    ]


def test_several_roundups_share_the_numbers_of_footnotes(run: Run) -> None:
    text = run("markdown", "2026-10", "2026-09").stdout
    numbers = re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert text.index("# October 2026") < text.index("# September 2026")
    assert text.endswith(f"[^{len(numbers)}]: Old.\n")


def test_without_a_name_it_is_the_newest_that_is_out_and_a_name_gives_any(run: Run) -> None:
    assert run("markdown").stdout.startswith("# October 2026\n")
    draft = run("markdown", "2026-11")
    assert draft.stdout == "# November 2026\n\nA draft\n"
    assert draft.stderr == "content/2026-11.yaml is not out yet: its page cannot be reached from what you export\n"
    assert run("html", "2026-11", "2026-12").stdout.startswith("<h1>November 2026</h1>\n<p>A draft</p>\n")


def test_a_name_may_be_that_of_the_file(run: Run) -> None:
    for name in ("2026-10", "content/2026-10.yaml", "./content/2026-10.yaml"):
        assert run("markdown", name).stdout.startswith("# October 2026\n")


def test_a_broken_file_is_told_where_it_matters(site: Path, run: Run) -> None:
    (site / "content/2026-08.yaml").write_text("titel: x\n", encoding="utf-8")
    assert run("markdown", "2026-10").returncode == 0
    done = run("markdown")
    assert done.returncode == 1
    assert done.stderr == 'content/2026-08.yaml:1:1: unknown key "titel" (did you mean "title"?)\n'
    assert run("markdown", "2026-08").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("markdown", "2026-01"), "there is no roundup '2026-01' (the newest is 2026-12)", id="unknown"),
        pytest.param(("json", "--all", "2026-10"), "--all names every roundup already", id="all-and-a-name"),
        pytest.param(("inbox", "2026-10"), "the inbox has no roundups", id="inbox-of-a-roundup"),
        pytest.param(("word",), "'word' is not one of 'markdown', 'html', 'json', 'inbox'", id="format"),
    ],
)
def test_words_that_are_off_are_explained(run: Run, arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_site_without_roundups_has_nothing_to_export(site: Path, run: Run) -> None:
    for file in (site / "content").glob("*.yaml"):
        file.unlink()
    done = run("html")
    assert (done.returncode, done.stderr) == (
        1,
        "gleanings: no roundup is out yet (name one to export it nevertheless)\n",
    )


def test_exporting_writes_nothing(site: Path, run: Run) -> None:
    before = sorted(site.rglob("*"))
    for form in ("markdown", "html", "json", "inbox"):
        assert run(form).returncode == 0
    assert sorted(site.rglob("*")) == before

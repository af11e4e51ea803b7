"""`gleanings init`: a site that builds at once, and never at the cost of a file that was there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

NOW = "2026-11-21T10:00:00+00:00"


def gleanings(*arguments: str, cwd: Path, now: str = NOW) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gleanings", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "GLEANINGS_NOW": now, "NO_COLOR": "1"},
        check=False,
    )


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_new_site_checks_clean_and_builds_at_once(tmp_path: Path) -> None:
    assert gleanings("init", "mine", cwd=tmp_path).returncode == 0
    check = gleanings("-C", "mine", "check", "--strict", cwd=tmp_path)
    assert check.returncode == 0, check.stderr
    build = gleanings("-C", "mine", "build", cwd=tmp_path)
    assert build.returncode == 0, build.stderr
    page = (tmp_path / "mine/public/2026/11/index.html").read_text(encoding="utf-8")
    assert "As We May Think" in page
    assert "A note to yourself" not in page


def test_the_first_roundup_is_named_after_the_month_and_dated_today(tmp_path: Path) -> None:
    gleanings("init", "mine", cwd=tmp_path, now="2027-02-01T00:00:00+00:00")
    assert "content/2027-02.yaml" in files_below(tmp_path / "mine")
    assert "\ndate: 2027-02-01 " in (tmp_path / "mine/content/2027-02.yaml").read_text(encoding="utf-8")


def test_editors_find_the_schema_that_the_first_line_names_and_it_accepts_the_roundup(tmp_path: Path) -> None:
    gleanings("init", "mine", cwd=tmp_path)
    roundup = tmp_path / "mine/content/2026-11.yaml"
    text = roundup.read_text(encoding="utf-8")
    named = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    schema = json.loads((roundup.parent / named).read_text(encoding="utf-8"))
    # Editors' YAML readers and ours take a date for a text.
    jsonschema.validate(yaml.load(text, Loader=yaml.BaseLoader), schema)


def test_what_was_said_on_the_command_line_stands_in_site_yaml(tmp_path: Path) -> None:
    title = r'Sea: "notes" & # more @AUTHOR@ \1'
    run = gleanings(
        "init", "mine", "--title", title, "--url", "https://example.net/read", "--author", "Zoë Ó", cwd=tmp_path
    )
    assert run.returncode == 0, run.stderr
    site = yaml.safe_load((tmp_path / "mine/site.yaml").read_text(encoding="utf-8"))
    assert (site["title"], site["url"], site["author"]["name"]) == (title, "https://example.net/read/", "Zoë Ó")


def test_a_folder_that_is_a_site_is_refused_and_left_alone(tmp_path: Path) -> None:
    gleanings("init", "mine", cwd=tmp_path)
    before = {name: (tmp_path / "mine" / name).read_bytes() for name in files_below(tmp_path / "mine")}
    run = gleanings("init", "mine", "--title", "Another", cwd=tmp_path)
    assert run.returncode == 2
    assert "mine is a site already" in run.stderr
    assert {name: (tmp_path / "mine" / name).read_bytes() for name in files_below(tmp_path / "mine")} == before


def test_other_files_in_the_folder_are_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    (tmp_path / "mine/.gitignore").write_text("*.bak\n", encoding="utf-8")
    run = gleanings("init", "mine", cwd=tmp_path)
    assert run.returncode == 0
    assert (tmp_path / "mine/feeds.yaml").read_text(encoding="utf-8") == "feeds: []\n"
    assert (tmp_path / "mine/.gitignore").read_text(encoding="utf-8") == "*.bak\n"
    assert "Kept as they were: .gitignore, feeds.yaml." in run.stderr
    assert "/public/" in run.stderr


def test_the_three_next_steps_are_told(tmp_path: Path) -> None:
    run = gleanings("init", "my list", cwd=tmp_path)
    assert run.stdout.splitlines() == [
        "Next:",
        "  1. cd 'my list' && gleanings build, then open public/index.html",
        "  2. edit content/2026-11.yaml, your first roundup, while gleanings serve shows it",
        "  3. put the feeds that you follow into feeds.yaml, then: gleanings fetch",
    ]


def test_the_folder_is_relative_to_the_one_given_with_c(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    gleanings("-C", "lists", "init", "mine", cwd=tmp_path)
    assert (tmp_path / "lists/mine/site.yaml").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("mine", "--url", "example.org"), "write it like https://", id="address-without-scheme"),
        pytest.param(("mine", "--url", "ftp://example.org/"), "no address of a site", id="address-of-no-web-site"),
        pytest.param(("mine", "--url", "https://[::1"), "no address of a site", id="address-with-open-bracket"),
        pytest.param(("mine", "--title", "  "), "--title is empty", id="empty-title"),
        pytest.param(("mine", "--author", "a\x07b"), "cannot be shown", id="control-code"),
        pytest.param(("taken",), "taken is a file", id="folder-is-a-file"),
        pytest.param((), "Missing argument 'DIR'", id="no-folder"),
    ],
)
def test_wrong_usage_is_told_in_a_line_and_makes_nothing(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    run = gleanings("init", *arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "mine").exists()

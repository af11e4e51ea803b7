"""The archives that benchmarks are run on: the same on every run, and nothing that `check` would object to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def archive(folder: Path, *, entries: int, tool: str = "gleanings", seed: str = "1") -> Path:
    made = run(BENCHMARKS / "archives.py", folder, f"--entries={entries}", f"--for={tool}", PYTHONHASHSEED=seed)
    assert made.returncode == 0, made.stderr
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("tool", ["gleanings", "hugo", "pelican", "eleventy"])
def test_an_archive_is_the_same_on_every_run(tool: str, tmp_path: Path) -> None:
    first = tree(archive(tmp_path / "a", entries=80, tool=tool, seed="1"))
    second = tree(archive(tmp_path / "b", entries=80, tool=tool, seed="2"))
    assert first == second
    assert sum(name.endswith(("2025-11.yaml", "2025-12.yaml", "2025-11.md", "2025-12.md")) for name in first) == 2


def test_an_archive_checks_clean_and_builds_whole(tmp_path: Path) -> None:
    site = archive(tmp_path / "site", entries=240)
    found = run("-m", "gleanings", "-C", site, "check", "--json")
    assert (found.returncode, json.loads(found.stdout)) == (0, [])
    built = run("-m", "gleanings", "-C", site, "build", "--json")
    assert built.returncode == 0, built.stderr
    data = json.loads((site / "public/data/entries.json").read_text(encoding="utf-8"))
    assert len(data["entries"]) == 240
    assert all(100 <= len(entry["note"].split()) <= 420 for entry in data["entries"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All outputs of a small archive."""
    site = archive(tmp_path_factory.mktemp("whole") / "site", entries=80)
    assert run("-m", "gleanings", "-C", site, "build").returncode == 0
    return tree(site / "public")


def part(name: str, folder: Path) -> dict[str, bytes]:
    """The outputs of the same archive that a part of the site has."""
    site = archive(folder / "site", entries=80)
    built = run(BENCHMARKS / "part_of_site.py", name, site)
    assert built.returncode == 0, built.stderr
    return tree(site / "public")


def test_the_plain_set_is_part_of_the_whole_build_byte_for_byte(whole: dict[str, bytes], tmp_path: Path) -> None:
    """What the comparison with peers measures is the real templates' work, not something made for it."""
    plain = part("plain", tmp_path)
    pages = {name for name in plain if name.endswith(".html") or name == "feed.xml"}
    assert {"index.html", "2025/11/index.html", "archive/index.html", "tags/index.html", "feed.xml"} <= pages
    assert [name for name in sorted(pages) if plain[name] != whole[name]] == []
    assert len(plain) < len(whole) / 3


def test_every_page_and_feed_is_the_whole_build_but_for_the_search_index(
    whole: dict[str, bytes], tmp_path: Path
) -> None:
    searchless = {name: content for name, content in whole.items() if not name.startswith("search/index/")}
    assert part("pages", tmp_path) == searchless
    assert len(searchless) < len(whole)

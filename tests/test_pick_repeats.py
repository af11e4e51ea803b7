"""Repeats are found whatever the earlier roundup wrote, without reading the whole archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleanings.curate.repeats import load_standings
from gleanings.files.writing import format_text
from gleanings.identity import is_web_address, work_key
from gleanings.project import Project
from test_identity_works import DIFFERENT, SAME


def written(addresses: str) -> list[str]:
    """The addresses that can stand in a roundup and carry their target as readable text."""
    return [url for url in addresses.split() if is_web_address(url) and "/redirect/2/" not in url]


def write(root: Path, addresses: list[str]) -> None:
    (root / "content").mkdir()
    for number, url in enumerate(addresses):
        file = root / f"content/{1900 + number}-01.yaml"
        file.write_text(f"entries:\n  - A sentence.\n  - {format_text(url)}\n", encoding="utf-8")


@pytest.mark.parametrize("addresses", SAME)
def test_every_spelling_in_an_archive_is_found(addresses: str, tmp_path: Path) -> None:
    urls = written(addresses)
    write(tmp_path, urls)
    key = work_key(urls[0])
    found = load_standings(Project(tmp_path), {key})[key]
    assert [urls[int(standing.roundup[:4]) - 1900] for standing in found] == urls
    assert {standing.line for standing in found} == {3}


@pytest.mark.parametrize("addresses", DIFFERENT)
def test_what_only_looks_alike_is_not_found(addresses: str, tmp_path: Path) -> None:
    first, *others = written(addresses)
    write(tmp_path, others)
    assert load_standings(Project(tmp_path), {work_key(first)}) == {}


def test_works_under_also_links_and_related_count(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/2026-01.yaml").write_text(
        "sections:\n"
        "  - sections:\n"
        "      - entries:\n"
        "          - title: x\n"
        "            also: {link: https://a.example/}\n"
        "            links:\n"
        "              code: [https://b.example/, {url: https://c.example/}]\n"
        "            related:\n"
        "              - title: y\n"
        "                related: https://d.example/\n"
        "            note: not [this](https://e.example/)\n",
        encoding="utf-8",
    )
    keys = {name: f"//{name}.example" for name in "abcde"}
    found = load_standings(Project(tmp_path), set(keys.values()))
    lines = {name: [standing.line for standing in found.get(key, ())] for name, key in keys.items()}
    assert lines == {"a": [4], "b": [4], "c": [4], "d": [10], "e": []}

"""Hand-edited files in awkward styles, before and after; the cases are in insert_styles/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from _pytest.mark.structures import ParameterSet

from gleanings.files.insert import insert_entries, insert_items, insert_keys
from gleanings.files.writing import Block
from gleanings.problems import ProblemsFound, UnsafeInsertion

FOLDER = Path(__file__).parent / "insert_styles"
ENTRY = {"url": "https://new.example/paper", "title": "A new paper", "authors": ("Ada One",)}
READ_BACK = {"url": "https://new.example/paper", "title": "A new paper", "authors": ["Ada One"]}
_CASE = re.compile(r"^## ([^\n]+)\n\n```before\n(.*?)```\n(?:```after\n(.*?)```\n)?", re.MULTILINE | re.DOTALL)


def cases(*names: str) -> list[ParameterSet]:
    return [case for name in names for case in cases_of(name)]


def cases_of(name: str) -> Iterator[ParameterSet]:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    for title, before, after in _CASE.findall(text):
        yield pytest.param(real(before), real(after), id=f"{name}: {title}")


def real(shown: str) -> str:
    """The text that a case shows with visible stand-ins."""
    return (
        shown.replace("␍\n", "\r\n")
        .replace("◆", "\ufeff")
        .removesuffix("\n" * shown.endswith("⌫\n"))
        .replace("⌫", "")
    )


def as_read(text: str) -> dict[str, object]:
    """What another YAML program reads, every scalar as text."""
    data = yaml.load(text.removeprefix("\ufeff"), Loader=yaml.CBaseLoader)
    return data if isinstance(data, dict) else {}


def only_adds(before: str, after: str) -> bool:
    """True where `before` is what remains when letters are taken out of `after`."""
    rest = iter(after)
    return all(letter in rest for letter in before)


@pytest.mark.parametrize(
    ("before", "after"), cases("block-lists", "comments", "block-scalars", "brackets", "files", "anchors")
)
def test_an_entry_is_inserted_in_the_file_s_own_style(before: str, after: str) -> None:
    result = insert_entries(before, [ENTRY], path="content/x.yaml")
    assert result == after
    assert only_adds(before, result)
    entries = as_read(result)["entries"]
    assert isinstance(entries, list)
    assert entries[-1] == READ_BACK


@pytest.mark.parametrize(("before", "after"), cases("sections"))
def test_an_entry_is_inserted_into_its_section(before: str, after: str) -> None:
    result = insert_entries(before, [ENTRY], path="content/x.yaml", section="Papers")
    assert result == after
    assert only_adds(before, result)


@pytest.mark.parametrize(("before", "after"), cases("refused"))
def test_where_nothing_is_safe_the_lines_are_handed_back(before: str, after: str) -> None:
    with pytest.raises(UnsafeInsertion) as refusal:
        insert_entries(before, [ENTRY], path="content/x.yaml")
    assert "content/x.yaml" in str(refusal.value)
    assert yaml.safe_load(refusal.value.lines) == [READ_BACK]


def test_a_broken_file_is_refused_with_its_place() -> None:
    with pytest.raises(ProblemsFound) as refusal:
        insert_entries("title: a\nentries:\n  - title: b: c\n", [ENTRY], path="content/x.yaml")
    assert str(refusal.value).startswith("content/x.yaml:3")


def test_several_entries_are_set_apart_where_they_have_several_lines() -> None:
    waiting = {**ENTRY, "note": Block("")}
    assert insert_entries("entries:\n", [waiting, "https://new.example/", waiting], path="x") == (
        "entries:\n"
        "  - url: https://new.example/paper\n    title: A new paper\n    authors: [Ada One]\n    note: |\n\n"
        "  - https://new.example/\n\n"
        "  - url: https://new.example/paper\n    title: A new paper\n    authors: [Ada One]\n    note: |\n"
    )


def test_a_note_that_waits_for_words_is_left_out_between_brackets() -> None:
    result = insert_entries("entries: []\n", [{"url": "https://new.example/", "note": Block("")}], path="x")
    assert result == "entries: [{url: https://new.example/}]\n"


def test_a_comment_deeper_than_the_entry_does_not_become_part_of_its_waiting_note() -> None:
    before = "entries:\n  # the best of the month\n            # so far\n  # and the rest\n"
    result = insert_entries(before, [{"url": "https://new.example/", "note": Block("")}], path="x")
    assert as_read(result) == {"entries": [{"url": "https://new.example/", "note": ""}]}
    assert only_adds(before, result)


def test_a_feed_is_inserted_into_the_list_of_feeds() -> None:
    before = "# whom we read\nfeeds:\n  - https://old.example/feed  # daily\nlinks: []\n"
    assert insert_items(before, ["https://new.example/feed"], key="feeds", path="feeds.yaml") == (
        "# whom we read\nfeeds:\n  - https://old.example/feed  # daily\n  - https://new.example/feed\nlinks: []\n"
    )


FILLED = [
    pytest.param(
        "entries:\n  - https://a.example/ # good\n  - x\n",
        'entries:\n  - url: https://a.example/ # good\n    title: "A: b"\n    authors: [Ada One]\n  - x\n',
        id="a-bare-link",
    ),
    pytest.param(
        "entries:\n  - url: https://a.example/\n    note: >\n      Good\n",
        'entries:\n  - url: https://a.example/\n    title: "A: b"\n    authors: [Ada One]\n    note: >\n      Good\n',
        id="an-entry-with-a-note",
    ),
    pytest.param(
        "entries:\n- note: Good.\n  url: https://a.example/",
        'entries:\n- note: Good.\n  url: https://a.example/\n  title: "A: b"\n  authors: [Ada One]\n',
        id="no-line-break-at-the-end",
    ),
    pytest.param(
        "entries: [https://a.example/, x]\n",
        'entries: [{url: https://a.example/, title: "A: b", authors: [Ada One]}, x]\n',
        id="a-bare-link-in-brackets",
    ),
    pytest.param(
        "entries:\n  - {url: https://a.example/, tags: [x]}\n",
        'entries:\n  - {url: https://a.example/, title: "A: b", authors: [Ada One], tags: [x]}\n',
        id="an-entry-in-braces",
    ),
    pytest.param(
        "entries:\n  - 'https://a.example/'\n",
        "entries:\n  - url: 'https://a.example/'\n    title: \"A: b\"\n    authors: [Ada One]\n",
        id="a-quoted-link",
    ),
    pytest.param(
        "entries:\n  -   https://a.example/\n\n  # end\n",
        'entries:\n  -   url: https://a.example/\n      title: "A: b"\n      authors: [Ada One]\n\n  # end\n',
        id="a-wide-gap",
    ),
    pytest.param(
        "entries:\r\n  - https://a.example/\r\n",
        'entries:\r\n  - url: https://a.example/\r\n    title: "A: b"\r\n    authors: [Ada One]\r\n',
        id="windows-line-ends",
    ),
]


@pytest.mark.parametrize(("before", "after"), FILLED)
def test_keys_are_inserted_into_an_entry(before: str, after: str) -> None:
    result = insert_keys(
        before, {("entries", 0): {"title": "A: b", "authors": ("Ada One",)}}, behind=("url", "link"), path="x"
    )
    assert result == after
    assert only_adds(before, result)


def test_a_related_link_alone_gains_keys_in_braces() -> None:
    before = "entries:\n  - title: x\n    related: https://a.example/\n"
    assert insert_keys(before, {("entries", 0, "related"): {"title": "A"}}, behind=("url", "link"), path="x") == (
        "entries:\n  - title: x\n    related: {url: https://a.example/, title: A}\n"
    )


def test_an_alias_gains_no_keys() -> None:
    before = "entries:\n  - url: &a https://a.example/\n  - *a\n"
    with pytest.raises(UnsafeInsertion):
        insert_keys(before, {("entries", 1): {"title": "A"}}, behind=("url", "link"), path="x")

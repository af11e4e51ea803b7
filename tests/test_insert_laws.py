"""Laws of insertion over many styles of files, and of the writing of values."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gleanings.files.insert import insert_entries, insert_keys
from gleanings.files.writing import Block, format_item, format_text, format_title, read_back

ANY_LINE = st.text(max_size=40)
HARD_LINES = st.sampled_from(
    ["no", "on", "1.10", "012", "2024-01-05", "@x", "a: b", " # c", "a # b", "- x", "? x", "~", "null", "{a}", "[a]",
     "a, b", "'", '"', "\\", "a\\*b", "a:", ":a", "%a", "`a`", "!a", "&a", "*a", "|", ">", "---", "...", "", " ",
     " a ", "\t", "a\tb", "ü", "😀", "\u2028", "\x85", "\ufeff", "a\nb", "12:30", "0x1f", "1e3", "1_000", "<<", "=",
     "# a", "a?", "https://e.org/a,b#c"]
)  # fmt: skip
LINES = st.one_of(HARD_LINES, ANY_LINE, st.tuples(HARD_LINES, HARD_LINES).map(" ".join))
NOTES = st.lists(LINES, max_size=4).map("\n".join).map(Block)
ENTRIES = st.fixed_dictionaries(
    {"url": st.sampled_from(["https://new.example/a", "https://new.example/a?b=c,d#e", "https://new.example/{x}"])},
    optional={
        "title": LINES,
        "authors": st.lists(LINES, max_size=3).map(tuple),
        "published": st.just("2024-01-05"),
        "links": st.dictionaries(st.sampled_from(["code", "pdf"]), LINES, min_size=1),
        "again": st.sampled_from([True]),
        "note": NOTES,
    },
)


def read(text: str) -> Any:
    return yaml.load(text.removeprefix("\ufeff"), Loader=yaml.BaseLoader)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A roundup as somebody may have typed it: any mixture of indentation, quotes, comments, brackets, line ends."""
    step = draw(st.sampled_from([0, 1, 2, 4, 8]))
    gap = draw(st.sampled_from([1, 1, 3]))
    airy = draw(st.booleans())
    lines = draw(
        st.lists(st.sampled_from(["# a comment", "", "title: T # t", "tags: [a, b]"]), max_size=3, unique=True)
    )
    count = draw(st.integers(0, 3))
    lines.append("entries:" + draw(st.sampled_from(["", " # all", "   "])))
    for number in range(count):
        lines += draw(typed_entries(number, " " * step, gap))
        lines += [""] * airy
        lines += draw(
            st.lists(st.sampled_from(["", " " * step + "# c", " " * (step + 6) + "# deep", "# margin"]), max_size=2)
        )
    lines += draw(
        st.sampled_from([[], ["", "sections:", "- title: S"], ["outro: |", "  The end.", ""], ["# end"], ["..."]])
    )
    if draw(st.booleans()) and "..." not in lines:
        lines.insert(0, "---")
    text = draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))
    return draw(st.sampled_from(["", "\ufeff"])) + text


@st.composite
def typed_entries(draw: st.DrawFn, number: int, margin: str, gap: int) -> list[str]:
    dash = f"{margin}-{' ' * gap}"
    keys = " " * len(dash)
    return draw(
        st.sampled_from(
            [
                [f"{dash}https://old.example/{number}"],
                [f"{dash}'a sentence' # said"],
                [f"{dash}{{url: https://old.example/{number}, tags: [a, b]}}"],
                [f"{dash}url: https://old.example/{number}", f"{keys}title: T"],
                [f"{dash}url: https://old.example/{number}", f"{keys}note: |", f"{keys}  One.", "", f"{keys}  Two."],
                [f"{dash}note: |+", f"{keys}  Kept.", "", ""],
                [f"{dash}note: >-", f"{keys}    Folded", f"{keys}    text."],
                [f"{dash}|", f"{keys}A block."],
                [f"{dash}url: https://old.example/{number}", f"{keys}note:"],
                [f'{dash}title: "quoted', f'{keys}  over lines"'],
                [f"{dash}related:", f"{keys}- https://old.example/x", f"{keys}- title: y"],
                [f"{margin}-", f"{keys}  url: https://old.example/{number}"],
            ]
        )
    )


def only_adds(before: str, after: str) -> bool:
    rest = iter(after)
    return all(letter in rest for letter in before)


def ended(data: Any) -> Any:
    """The data without the line break that a block scalar at the very end of a file may or may not have."""
    return re.sub(r'(\\n)+"', '"', json.dumps(data, sort_keys=True))


@settings(max_examples=250, deadline=None)
@given(files(), st.lists(ENTRIES, min_size=1, max_size=2))
def test_inserting_adds_the_entries_and_changes_nothing_else(before: str, entries: list[dict[str, Any]]) -> None:
    after = insert_entries(before, entries, path="x")
    assert only_adds(before, after)
    old, new = read(before) or {}, read(after)
    kept = old.get("entries") or []
    assert ended(new["entries"][: len(kept)]) == ended(kept)
    assert new["entries"][len(kept) :] == [read_back(entry) for entry in entries]
    assert {key: new[key] for key in old if key != "entries"} == {key: old[key] for key in old if key != "entries"}


@settings(max_examples=100, deadline=None)
@given(files(), ENTRIES)
def test_inserting_twice_keeps_both(before: str, entry: dict[str, Any]) -> None:
    once = insert_entries(before, [entry], path="x")
    twice = insert_entries(once, ["https://new.example/last"], path="x", section="S")
    assert only_adds(once, twice)
    assert read(twice)["sections"][0]["entries"] == ["https://new.example/last"]
    assert read(twice)["entries"][-1] == read_back(entry)


@settings(max_examples=100, deadline=None)
@given(
    files(), st.fixed_dictionaries({"title": LINES, "authors": st.lists(LINES, min_size=1, max_size=2).map(tuple)})
)
def test_bare_links_gain_keys_and_nothing_else_changes(before: str, facts: dict[str, Any]) -> None:
    old = (read(before) or {}).get("entries") or []
    bare = [number for number, entry in enumerate(old) if isinstance(entry, str) and entry.startswith("https:")]
    after = insert_keys(before, {("entries", number): facts for number in bare}, behind=("url", "link"), path="x")
    assert only_adds(before, after)
    new = (read(after) or {}).get("entries") or []
    filled = {"title": read_back(facts["title"]), "authors": read_back(facts["authors"])}
    wanted = [{"url": entry, **filled} if number in bare else entry for number, entry in enumerate(old)]
    assert ended(new) == ended(wanted)


@given(LINES)
def test_text_is_read_back_as_it_was(text: str) -> None:
    written = format_text(text)
    assert read(f"k: {written}") == {"k": read_back(text)}
    assert read(f"k: [{format_text(text, in_flow=True)}, x]") == {"k": [read_back(text), "x"]}
    assert "\n" not in written


@given(HARD_LINES)
def test_every_other_program_reads_the_text_as_text(text: str) -> None:
    assert yaml.safe_load(f"k: {format_text(text)}") == {"k": text}


@given(ENTRIES)
def test_an_entry_is_read_back_as_it_was(entry: dict[str, Any]) -> None:
    assert read("\n".join(["k:", *format_item(entry, indent=2), ""])) == {"k": [read_back(entry)]}


MARKUP = st.sampled_from(
    ["*", "**", "_", "__", "`", "``", "<", "<b>", "</b>", "<!--", "&amp;", "&", "&#42;", "[", "](", ")", "[^1]", "![",
     "\\", "\\*", "~~", "a", "b c", " ", ":", "snake_case", "<https://e.org>", "1.", "#", "$2B", "!", "_a_", "*a*",
     "[a]: b", "|"]
)  # fmt: skip


@given(st.one_of(st.lists(MARKUP, max_size=8).map("".join), st.text(max_size=30)))
def test_a_title_from_outside_shows_as_it_is(text: str) -> None:
    rendered = MarkdownIt("commonmark").enable("strikethrough").renderInline(format_title(text))
    shown = "\ufffd".join(" ".join(text.split()).split("\0"))
    assert html.unescape(rendered) == shown
    assert not re.search(r"<[a-z/!]", rendered.replace("&lt;", ""))


def test_formulas_in_a_title_from_outside_stay_formulas() -> None:
    assert (
        format_title(r"An $O(n_i^2)$ bound for *all* $\mathcal{G}_*$")
        == r"An $O(n_i^2)$ bound for \*all\* $\mathcal{G}_*$"
    )


def test_a_title_stays_legible() -> None:
    for title in (
        "snake_case and 2 > 1",
        "Q&A: what now?",
        "[D] A question",
        "C# & F#",
        "50% off (really!)",
        "a ~ b",
    ):
        assert format_title(title) == title

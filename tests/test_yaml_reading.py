"""YAML as people mean it: what is text, where things stand, what is refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.files import yaml
from gleanings.files.cures import in_quotes
from gleanings.files.nodes import MappingNode, place_of, plain
from gleanings.files.yaml import compose, decode
from gleanings.problems import Problem, ProblemsFound


def read(text: str) -> object:
    node = compose(text, "x.yaml")
    return None if node is None else plain(node)


def refused(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ProblemsFound) as found:
        compose(text, "x.yaml")
    return found.value.problems


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "No",
        "on",
        "yes",
        "true",
        "1.10",
        "012",
        "1_000",
        "0x1F",
        "1e3",
        "2024-01-05",
        "12:30",
        "=",
        ".inf",
        "NULL",
    ],
)
def test_words_stay_what_was_typed(word: str) -> None:
    assert read(f"key: {word}\n") == {"key": word}


@pytest.mark.parametrize("word", ["", "~", "null", "# a comment"])
def test_nothing_is_null(word: str) -> None:
    assert read(f"key: {word}\n") == {"key": None}


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_a_text_in_quotes_as_cures_write_them_reads_as_itself(text: str) -> None:
    assert read(f"key: {in_quotes(text)}\n") == {"key": text}


@pytest.mark.parametrize("word", ['""', '"~"', "'null'"])
def test_quoted_words_are_never_null(word: str) -> None:
    assert read(f"key: {word}\n") == {"key": word.strip("\"'")}


def test_byte_order_mark_line_ends_and_final_newline_make_no_difference() -> None:
    text = "a: one\nb:\n  - two\n"
    for other in ("\ufeff" + text, text.replace("\n", "\r\n"), text.rstrip("\n")):
        assert read(other) == {"a": "one", "b": ["two"]}


def test_columns_count_characters_and_lines_are_those_of_editors() -> None:
    node = compose('\ufefftitle: "🎉 \x85 \u2028 ü"\nnext: [ä, ö]\n', "x.yaml")
    assert isinstance(node, MappingNode)
    (_, title), (_, following) = node.value
    assert (place_of(title), place_of(following.value[1])) == ((1, 8), (2, 11))
    assert title.value == "🎉 \x85 \u2028 ü"


def test_a_program_in_a_tag_does_not_run() -> None:
    (problem,) = refused('a: !!python/object/apply:os.system ["exit 3"]\n')
    assert (problem.line, problem.column, problem.code) == (1, 4, "tag")


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.process_time()
    (problem, *_) = refused("\n".join(lines))
    assert problem.code == "alias"
    assert time.process_time() - started < 0.5


def test_an_alias_inside_itself_is_refused() -> None:
    (problem,) = refused("a: &a\n  - *a\n")
    assert (problem.line, problem.code) == (1, "alias")


def test_every_key_given_twice_is_told() -> None:
    problems = refused("a: 1\nb: 2\na: 3\nc:\n  d: 1\n  d: 2\n")
    assert [(problem.line, problem.code) for problem in problems] == [(3, "duplicate-key"), (6, "duplicate-key")]
    assert "line 1" in problems[0].message


def test_merged_keys_give_way_to_written_ones() -> None:
    text = "base: &b {kind: paper, lang: de}\nmore: &m {lang: fr, source: S}\nx:\n  <<: [*b, *m]\n  kind: post\n"
    document = read(text)
    assert isinstance(document, dict)
    assert document["x"] == {"kind": "post", "lang": "de", "source": "S"}


@pytest.mark.parametrize("text", ["[" * 5000, "- " * 5000, "{a: " * 5000])
def test_depth_is_bounded(text: str) -> None:
    assert refused(text)[0].code == "too-deep"


def test_size_is_bounded() -> None:
    assert refused("a" * (yaml.MAX_BYTES + 1))[0].code == "too-big"


def test_an_invisible_letter_is_found_where_it_stands() -> None:
    (problem,) = refused("a: one\nb: t\x07wo\n")
    assert (problem.line, problem.column, problem.code) == (2, 5, "control-character")
    assert "U+0007" in problem.message


@pytest.mark.parametrize(
    ("text", "line", "column", "name"),
    [
        pytest.param("a:\n\xa0 - one\n", 2, 1, "a no-break space (U+00A0)", id="before-a-dash"),
        pytest.param("a:\n  - one\n  -\xa0two\n", 3, 4, "a no-break space (U+00A0)", id="behind-a-dash"),
        pytest.param("a: one\n\u202f\nb: two\n", 2, 1, "a no-break space (U+202F)", id="alone-in-its-line"),
        pytest.param("a:\n  - b:\xa0one\n    c: two\n", 2, 7, "a no-break space (U+00A0)", id="behind-a-colon"),
        pytest.param("a: one\n\u200bb two\n", 2, 1, "an invisible character (U+200B)", id="before-a-key"),
    ],
)
def test_an_invisible_letter_that_came_with_pasted_text_is_named(
    text: str, line: int, column: int, name: str
) -> None:
    (problem,) = refused(text)
    assert (problem.line, problem.column, problem.code) == (line, column, "invisible")
    assert problem.message == f"{name} stands here"


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        pytest.param(b"title: x\nnote: caf\xe9\n", 2, "UTF-8", id="latin-1"),
        pytest.param("title: x\n".encode("utf-16"), 1, "UTF-16", id="utf-16"),
    ],
)
def test_another_encoding_is_named(content: bytes, line: int, word: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        decode(content, "x.yaml")
    (problem,) = found.value.problems
    assert (problem.line, problem.code) == (line, "encoding")
    assert word in problem.message


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        compose(text, "x.yaml")
    except ProblemsFound as found:
        return found.problems
    return ()


@given(st.text(max_size=200))
def test_no_text_raises_anything_but_problems_with_a_place(text: str) -> None:
    lines = text.count("\n") + text.count("\r") + 1
    assert all(problem.line is not None and 1 <= problem.line <= lines for problem in problems_of(text))


@given(st.lists(st.sampled_from(list("ab:- \n\t'\"[]{}#|>*&!%@`,?\\"))).map("".join))
def test_no_heap_of_special_letters_raises_anything_else(text: str) -> None:
    assert all(problem.message and problem.line for problem in problems_of(text))

"""Declared once: values, problems, JSON Schema and manual come from the same keys."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from gleanings.curate.keys import ROUNDUP
from gleanings.curate.schema import reference_tables, schema_json
from gleanings.files.compound import ListOf
from gleanings.files.desk import Desk
from gleanings.files.kinds import Line, Number
from gleanings.files.nodes import plain
from gleanings.files.shape import Key, Shape, Written
from gleanings.files.yaml import compose
from test_curate_cases import load_cases

POINT = Shape(
    "point",
    "a point",
    (
        Key("name", Line(), "What it is called.", ("title",), required=True, example="name: home"),
        Key("x", Number(0, 9), "Across."),
        Key("tags", ListOf(Line(), "a list of tags", single=True, commas=True), "Words."),
    ),
)


def read(text: str) -> tuple[object, list[str]]:
    desk = Desk("x.yaml", text)
    node = compose(text, "x.yaml")
    assert node is not None
    value = POINT.read(node, desk)
    return value, [str(problem) for problem in desk.problems]


def test_values_come_under_canonical_names_in_the_order_written() -> None:
    value, problems = read("tags: a, b\ntitle: home\nx: 07\n")
    assert problems == []
    assert isinstance(value, Written)
    assert list(value.values.items()) == [("tags", ("a", "b")), ("name", "home"), ("x", 7)]


def test_all_faults_of_a_mapping_come_at_once() -> None:
    _, problems = read("titel: home\nx: ten\ntags: {a: 1}\ny: 1\n")
    assert [problem.partition(" ")[0] for problem in problems] == [
        "x.yaml:1:1:", "x.yaml:2:4:", "x.yaml:3:7:", "x.yaml:4:1:", "x.yaml:1:1:",
    ]  # fmt: skip
    assert 'did you mean "title"?' in problems[0]
    assert 'under "x"' in problems[1]
    assert 'the key "name" is missing' in problems[4]


def test_a_null_is_as_if_the_key_were_not_there() -> None:
    value, problems = read("name: home\nx:\ntags: ~\n")
    assert problems == []
    assert isinstance(value, Written)
    assert dict(value.values) == {"name": "home"}


def validator() -> jsonschema.Draft7Validator:
    schema = json.loads(schema_json())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


@pytest.mark.parametrize("text", load_cases("odd_but_right"))
def test_the_schema_accepts_what_check_accepts(text: str) -> None:
    node = compose(text, "x.yaml")
    assert list(validator().iter_errors(plain(node) if node is not None else None)) == []


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"titel": "x"}, id="roundup"),
        pytest.param({"entries": [{"titel": "x"}]}, id="entry"),
        pytest.param({"entries": [{"related": [{"related": [{"ulr": "x"}]}]}]}, id="nested"),
        pytest.param({"sections": [{"entrys": []}]}, id="section"),
        pytest.param({"entries": [{"kind": "papr"}]}, id="kind"),
        pytest.param({"entries": "none"}, id="text-for-a-list"),
    ],
)
def test_the_schema_refuses_what_check_refuses(document: object) -> None:
    assert list(validator().iter_errors(document)) != []


def test_the_schema_has_words_for_every_key() -> None:
    definitions = json.loads(schema_json())["definitions"]
    assert definitions["roundup"]["properties"].keys() == {
        spelling for key in ROUNDUP.keys for spelling in (key.name, *key.aliases)
    }
    assert all(key["description"] for shape in definitions.values() for key in shape["properties"].values())


def test_the_manual_says_what_the_code_knows() -> None:
    manual = Path(__file__).parent.parent / "docs" / "keys.md"
    assert manual.read_text(encoding="utf-8") == reference_tables(), (
        "docs/keys.md is behind the declarations; write it anew with: python scripts/write_reference.py"
    )

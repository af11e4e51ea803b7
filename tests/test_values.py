"""Values: frozen, equal by their fields, and the same again when they come out of a pickle."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys

import pytest

from gleanings.model import Entry, Link, Place
from gleanings.values import Mutable, Value, field, put_together, replace, take_apart

PLACE = Place(path="content/2026-11.yaml", line=3, column=5)
ENTRY = Entry(place=PLACE, anchor="a", url="https://example.org/", also=(Link(url="https://example.com/"),))


class Cell(Value, gc=True):
    content: list[object]


class Tally(Mutable):
    counts: dict[str, int] = field(default_factory=dict)


def test_a_value_cannot_be_changed_and_what_replaces_it_is_another() -> None:
    with pytest.raises(AttributeError):
        ENTRY.title = "x"  # type: ignore[misc]
    other = replace(ENTRY, title="x")
    assert (other.title, ENTRY.title) == ("x", None)
    assert other != ENTRY
    assert {ENTRY, other, replace(other, title=None)} == {ENTRY, other}


def test_a_value_shows_every_field() -> None:
    assert repr(PLACE) == "Place(path='content/2026-11.yaml', line=3, column=5)"
    assert "blank=()" in repr(ENTRY)


def test_no_two_of_what_changes_share_a_default() -> None:
    one, other = Tally(), Tally()
    one.counts["a"] = 1
    assert other.counts == {}


@pytest.mark.parametrize("value", [PLACE, ENTRY])
def test_a_value_taken_apart_is_put_together_again(value: Value) -> None:
    make, parts = take_apart(value)
    assert make(*parts) == value
    assert pickle.loads(pickle.dumps(value)) == value


def test_a_value_is_not_put_together_from_too_few_fields() -> None:
    with pytest.raises(ValueError):
        put_together(Place, ("content/2026-11.yaml", 3))


def test_the_collector_finds_a_circle_through_a_value_that_says_so() -> None:
    assert not gc.is_tracked(PLACE)
    assert gc.is_tracked(Cell([]))


def test_a_library_that_was_hidden_for_a_moment_can_be_loaded() -> None:
    code = "import sys, gleanings.values; assert 'typing_extensions' not in sys.modules; import typing_extensions"
    subprocess.run([sys.executable, "-c", code], check=True)

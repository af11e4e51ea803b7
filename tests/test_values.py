"""Values: frozen, equal by their fields, and the same again when they come out of a file."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from collections.abc import Iterator

import pytest
from markupsafe import Markup
from msgspec import inspect

from gleanings.model import Entry, Link, Place
from gleanings.render.output.plan import Done, Remembered
from gleanings.render.prose.rendering import Fragment
from gleanings.render.retouch.sketch import Sketch
from gleanings.render.rows import Rows
from gleanings.render.search.files import Layout
from gleanings.render.shaping import Part, Shaped
from gleanings.values import Mutable, Value, field, pack, replace, unpack

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
def test_a_value_comes_out_as_it_was_packed(value: Value) -> None:
    assert repr(unpack(pack(value), type(value))) == repr(value)
    assert pickle.loads(pickle.dumps(value)) == value


def test_html_stays_html_when_it_is_packed() -> None:
    found = unpack(pack({("a", "b"): Markup("<p>")}), dict[tuple[str, ...], Markup])
    assert found == {("a", "b"): Markup("<p>")}
    assert type(found["a", "b"]) is Markup
    assert type(unpack(pack(Markup("x")), str)) is str


BROKEN = pack({"path": "x", "line": "3", "column": 5})


@pytest.mark.parametrize("content", [b"", b"\xc1", pack(ENTRY), pack(PLACE)[:-1], BROKEN, b"\x91" * 9999])
def test_what_is_not_of_the_kind_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        unpack(content, Place)


def test_what_is_no_value_is_not_packed() -> None:
    with pytest.raises(NotImplementedError):
        pack(object())


def find_kinds(kind: inspect.Type) -> Iterator[inspect.Type]:
    """A kind and all that is in it, as msgspec sees them."""
    todo, seen = [kind], set[int]()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        fields = getattr(one, "fields", ())
        todo += [field.type for field in fields]
        todo += [part for name in ("types", "item_types") for part in getattr(one, name, ())]
        todo += [part for name in ("item_type", "key_type", "value_type") if (part := getattr(one, name, None))]


@pytest.mark.parametrize("kind", [Rows, Part, Shaped, Done, Remembered, Fragment, Layout, Sketch])
def test_nothing_that_is_packed_has_a_time_which_would_lose_its_zone(kind: type) -> None:
    found = list(find_kinds(inspect.type_info(kind)))
    assert len(found) > 1
    assert not [one for one in found if isinstance(one, (inspect.DateTimeType, inspect.AnyType))]


def test_the_collector_finds_a_circle_through_a_value_that_says_so() -> None:
    assert not gc.is_tracked(PLACE)
    assert gc.is_tracked(Cell([]))


def test_a_library_that_was_hidden_for_a_moment_can_be_loaded() -> None:
    code = "import sys, gleanings.values; assert 'typing_extensions' not in sys.modules; import typing_extensions"
    subprocess.run([sys.executable, "-c", code], check=True)

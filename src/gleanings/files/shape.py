"""Declared once: what may stand in a file. From the same declaration come the values that are read, all problems of
a file at once, the JSON Schema for editors (files/schema.py) and the reference in the manual.

A *kind* says what may stand in one place: a text, a day, one of some words, a list, a mapping (files/kinds.py has the
plain ones, files/compound.py those made of others). A *shape* is the kind of a mapping with known keys:

    PERSON = Shape("person", "somebody", (Key("name", LINE, "…"), Key("url", ADDRESS, "…")), make=make_person)

Reading never stops at the first fault: each is told to the *desk*, and what stands around it is read all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

from gleanings.files.cures import SPACE_BEHIND_COLON, cure_by_quotes, cure_by_typing
from gleanings.files.desk import (
    Desk,
    begins_item,
    find_invisible,
    find_nearest,
    find_text_in_comment,
    name_invisible,
    object_to_form,
    shorten,
    suggest,
)
from gleanings.files.nodes import MappingNode, Node, ScalarNode, SequenceNode, is_null
from gleanings.model import Place
from gleanings.problems import Problem
from gleanings.values import Value


class Kind(Protocol):
    """What may stand in one place."""

    @property
    def words(self) -> str:
        """What is wanted, for messages and the reference: `a web address`."""

    def read(self, node: Node, desk: Desk) -> Any:
        """The value of a node that is not null; None, with the reason told to the desk, where it cannot be."""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what may stand here."""


class Key(Value):
    """One key of a mapping."""

    name: str
    kind: Kind
    says: str
    """What it carries, in a sentence; hover help in editors and a row of the reference."""
    aliases: tuple[str, ...] = ()
    """Other spellings that are read the same way."""
    example: str = ""
    required: bool = False


class Written(Value, kw_only=True):
    """A mapping as it was written: values under canonical names, in the order of the file."""

    values: Mapping[str, Any]
    place: Place
    bare: bool = False
    """Written without keys: a text that stands for a mapping."""
    blank: tuple[str, ...] = ()
    """Keys with nothing behind them that say nothing elsewhere either, such as a `note:` that waits for its words."""


class Shape:
    """The kind of a mapping with known keys. `make` turns what was written into the value that is wanted."""

    def __init__(
        self,
        name: str,
        words: str,
        keys: Iterable[Key],
        *,
        make: Callable[[Written], Any] | None = None,
        foreign: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        """Its name in the JSON Schema and the reference."""
        self.words = words
        self.keys = tuple(keys)
        self._make = make
        self._by_name = {spelling: key for key in self.keys for spelling in (key.name, *key.aliases)}
        self._required = tuple(key for key in self.keys if key.required)
        self._foreign = foreign or {}
        """Keys that belong elsewhere → where, for a better message than "unknown"."""

    def read(self, node: Node, desk: Desk) -> Any:
        if not isinstance(node, MappingNode):
            listed = isinstance(node, SequenceNode)
            first = self.keys[0].name
            cure = (
                "write keys here, and lists behind them" if listed else f"write keys with a colon, such as {first}: …"
            )
            object_to_form(node, desk, self.words, cure)
            return None
        before = len(desk.problems)
        values: dict[str, Any] = {}
        spelled: dict[str, str] = {}
        blank: list[str] = []
        outer = desk.key
        for key_node, value_node in node.value:
            written = key_node.value
            key = self._by_name.get(written)
            if key is None:
                self._object_to_key(node, key_node, value_node, desk)
                continue
            name = key.name
            if is_null(value_node):
                blank.append(name)
                if desk.has_glued_comment:
                    find_text_in_comment(key_node, desk)
            elif name in spelled:
                message = f'"{written}" and "{spelled[name]}" are the same key'
                desk.object(key_node, "duplicate-key", message, "keep one of them")
            else:
                spelled[name] = desk.key = written
                value = key.kind.read(value_node, desk)
                if value is not None:
                    values[name] = value
                elif isinstance(value_node, ScalarNode) and not value_node.value.strip():
                    blank.append(name)
        desk.key = outer
        if self._required:
            faulty = _has_errors(desk.problems[before:])
            self._object_to_gaps(node, desk, spelled=spelled, values=values, faulty=faulty)
        if self._make is None:
            blank = [name for name in blank if name not in values]
            return Written(values=values, place=desk.place(node), blank=tuple(blank))
        if len(desk.problems) > before and any(key.name not in values for key in self._required):
            return None
        return self._make(Written(values=values, place=desk.place(node)))

    def knows(self, spelling: str) -> bool:
        """True for a key of this shape, or another spelling of one."""
        return spelling in self._by_name

    def spellings(self, name: str) -> tuple[str, ...]:
        """Every spelling of a key, the canonical one first."""
        return tuple(spelling for spelling, key in self._by_name.items() if key.name == name)

    def _object_to_gaps(
        self, node: Node, desk: Desk, *, spelled: Container[str], values: Container[str], faulty: bool
    ) -> None:
        """Required keys that are not there, or that say nothing; a `faulty` mapping has been told of already."""
        for key in self._required:
            if key.name not in spelled:
                desk.object(node, "missing-key", f'the key "{key.name}" is missing', f"add it: {key.example}")
            elif key.name not in values and not faulty:
                desk.object(node, "missing-key", f'the key "{key.name}" is empty', f"write it: {key.example}")

    def _object_to_key(self, node: MappingNode, key_node: Node, value_node: Node, desk: Desk) -> None:
        written = key_node.value
        name, colon, rest = written.partition(":")
        if colon and rest and name in self._by_name and is_null(value_node):
            message = f'no space stands behind the colon of "{name}"'
            desk.object(key_node, "colon", message, cure_by_typing(f"{name}: ", rest, otherwise=SPACE_BEHIND_COLON))
        elif written in self._foreign:
            desk.object(key_node, "unknown-key", f'the key "{written}" does not belong here', self._foreign[written])
        elif invisible := find_invisible(written):
            seen = "".join(letter for letter in written if not name_invisible(letter)).strip()
            message = f'{invisible[1]} stands at the key "{shorten(seen)}"'
            desk.object(key_node, "invisible", message, "write a space, or delete it")
        elif " " in written and (begins_item(key_node, desk) or find_nearest(written, self._by_name) is None):
            text = f"{written}: {value_node.value}" if isinstance(value_node, ScalarNode) else f"{written}: …"
            if begins_item(key_node, desk):
                cure = cure_by_quotes(text, noun="the sentence")
            else:
                cure = "if it is text, write | behind the key of that text, and the text below it, indented"
            desk.object(key_node, "unknown-key", f'"{shorten(written)}" is no key, for a key has no spaces', cure)
        else:
            cure = self._suggest_text(node, key_node, value_node, desk) or self._suggest(written)
            desk.object(key_node, "unknown-key", f'unknown key "{written}"', cure)

    def _suggest_text(self, node: MappingNode, key_node: Node, value_node: Node, desk: Desk) -> str:
        """The cure for a word and a colon that most likely belong to a text: a sentence behind a dash, a further line
        of the text above. Empty where a key was meant."""
        written = key_node.value
        if not isinstance(value_node, ScalarNode) or " " not in value_node.value:
            return ""
        if len(node.value) == 1 and begins_item(key_node, desk):
            cure = cure_by_quotes(f"{written}: {value_node.value}", noun="the sentence")
            return f"{self._suggest(written)} or {cure}" if find_nearest(written, self._by_name) else cure
        above = next((pair for pair, below in pairwise(node.value) if below[0] is key_node), None)
        if above and _breaks_off(above[1]) and not find_nearest(written, self._by_name, cutoff=0.75):
            return f"if it goes on with the text above, write {above[0].value}: | and the text below it, indented"
        return ""

    def _suggest(self, written: str) -> str:
        """The nearest key under its own name (`tags` for `tagz`); another word for a key is told with that name."""
        near = find_nearest(written, self._by_name)
        if near is None:
            return suggest(written, [key.name for key in self.keys], noun="key")
        name = self._by_name[near].name
        if near in name:
            return f'did you mean "{name}"?'
        return f'did you mean "{near}"? it is another word for "{name}"'

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/definitions/{self.name}"}


def _breaks_off(node: Node) -> bool:
    """True for a text without quotes that no full stop ends."""
    return isinstance(node, ScalarNode) and not node.style and " " in node.value and node.value[-1] not in ".!?…"


def _has_errors(problems: Sequence[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)

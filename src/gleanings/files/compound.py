"""Kinds made of other kinds: lists, mappings with keys of the person's own, one kind or another by form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gleanings.files.desk import Desk, has_other_dash, object_to_form
from gleanings.files.nodes import MappingNode, Node, ScalarNode, SequenceNode, is_null
from gleanings.files.shape import Kind, Shape
from gleanings.patterns import later
from gleanings.values import Value

_BETWEEN_SEMICOLONS = later(r"(?:&#?\w+;|[^;])+")
_NAME_ENDINGS = ("jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md", "m.d.")


class ListOf(Value):
    """A list; read as a tuple. With `single`, one alone needs no list; with `commas`, a text is split at commas, with
    `names` first at semicolons, between which "Last, First" is one name."""

    item: Kind
    words: str
    single: bool = False
    commas: bool = False
    names: bool = False

    def read(self, node: Node, desk: Desk) -> tuple[Any, ...] | None:
        if isinstance(node, SequenceNode):
            values = [self._read_item(item, desk) for item in node.value]
            return tuple(value for value in values if value is not None)
        if self.names and isinstance(node, ScalarNode) and ";" in node.value:
            return self._read_parts(node, _split_at_semicolons(node.value), desk)
        if self.commas and isinstance(node, ScalarNode) and "," in node.value:
            return self._read_parts(node, _split_at_commas(node.value), desk)
        if self.single and isinstance(node, MappingNode) and not isinstance(self.item, (ByForm, Shape)):
            object_to_form(node, desk, self.words)
            return None
        if self.single:
            value = self.item.read(node, desk)
            return None if value is None else (value,)
        if isinstance(node, MappingNode):
            desk.object(
                node,
                "type",
                f"{self.words} is wanted {desk.where}, and this is a mapping without a dash",
                'put "- " before each of its items',
            )
        else:
            cure = 'put each into a line of its own, with "- " before it'
            object_to_form(node, desk, self.words, None if has_other_dash(node) else cure)
        return None

    def _read_parts(self, node: ScalarNode, texts: list[str], desk: Desk) -> tuple[Any, ...]:
        parts = [_part_of(node, text) for text in texts]
        return tuple(value for part in parts if (value := self.item.read(part, desk)) is not None)

    def _read_item(self, node: Node, desk: Desk) -> Any:
        if is_null(node):
            desk.object(
                node, "empty-item", "a dash with nothing behind it", "write something there or take the dash away"
            )
            return None
        return self.item.read(node, desk)

    def schema(self) -> dict[str, Any]:
        item = self.item.schema()
        listed: dict[str, Any] = {"type": "array", "items": item}
        return {"anyOf": [listed, item, {"type": "null"}]} if self.single else {"anyOf": [listed, {"type": "null"}]}


def _split_at_commas(text: str) -> list[str]:
    parts: list[str] = []
    for part in (piece.strip() for piece in text.split(",")):
        if parts and part.casefold() in _NAME_ENDINGS:
            parts[-1] = f"{parts[-1]}, {part}"
        elif part:
            parts.append(part)
    return parts


def _split_at_semicolons(text: str) -> list[str]:
    """`Lovelace, Ada; Babbage, Charles` → Ada Lovelace, Charles Babbage. The semicolon of `&amp;` parts nothing."""
    between = _BETWEEN_SEMICOLONS.findall(text)
    if len(between) == 1:
        return _split_at_commas(text)
    parts = []
    for part in between:
        names = _split_at_commas(part)
        if names:
            parts.append(f"{names[1]} {names[0]}" if len(names) == 2 else part.strip())
    return parts


def _part_of(node: ScalarNode, text: str) -> ScalarNode:
    return ScalarNode(node.tag, text, node.start_mark, node.end_mark, node.style)


class MapOf(Value):
    """A mapping whose keys the person chooses; read as pairs of key and value, in order."""

    value: Kind
    words: str

    def read(self, node: Node, desk: Desk) -> tuple[tuple[str, Any], ...] | None:
        if not isinstance(node, MappingNode):
            object_to_form(node, desk, self.words)
            return None
        pairs = []
        for key, item in node.value:
            if is_null(item):
                desk.object(
                    key, "empty-item", f'"{key.value}" has nothing behind its colon', "write it or take it away"
                )
                continue
            value = self.value.read(item, desk)
            if value is not None:
                pairs.append((key.value, value))
        return tuple(pairs)

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.value.schema()}


class ByForm(Value):
    """One kind for a text, another for a mapping, a third for a list: the form says which, so that messages are about
    the one the person meant."""

    words: str
    text: Kind | None = None
    mapping: Kind | None = None
    listed: Kind | None = None

    def read(self, node: Node, desk: Desk) -> Any:
        if isinstance(node, ScalarNode):
            kind = self.text
        else:
            kind = self.mapping if isinstance(node, MappingNode) else self.listed
        if kind is None:
            object_to_form(node, desk, self.words)
            return None
        return kind.read(node, desk)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [kind.schema() for kind in (self.text, self.mapping, self.listed) if kind is not None]}


class Making(Value, gc=True):
    """A kind whose value is made into another."""

    kind: Kind
    make: Callable[[Any], Any]

    @property
    def words(self) -> str:
        return self.kind.words

    def read(self, node: Node, desk: Desk) -> Any:
        value = self.kind.read(node, desk)
        return None if value is None else self.make(value)

    def schema(self) -> dict[str, Any]:
        return self.kind.schema()


class Later(Value, gc=True):
    """A kind that is declared further down, so that shapes can contain themselves."""

    name: str
    get: Callable[[], Shape]

    @property
    def words(self) -> str:
        return self.get().words

    def read(self, node: Node, desk: Desk) -> Any:
        return self.get().read(node, desk)

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/definitions/{self.name}"}

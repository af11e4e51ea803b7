"""Declared once: what may stand in a file. From the same declaration come the values that are read, all problems of
a file at once, the JSON Schema for editors (files/schema.py) and the reference in the manual.

A *kind* says what may stand in one place: a text, a day, one of some words, a list, a mapping (files/kinds.py has the
plain ones). A *shape* is the kind of a mapping with known keys:

    PERSON = Shape("person", "somebody", (Key("name", LINE, "…"), Key("url", ADDRESS, "…")), make=make_person)

Reading never stops at the first fault: each is told to the *desk*, and what stands around it is read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, Protocol

from gleanings.files.yaml import MappingNode, Node, ScalarNode, SequenceNode, is_null, place_of
from gleanings.model import Place
from gleanings.patterns import later
from gleanings.problems import Problem, Severity
from gleanings.values import Value

_BREAK = later(r"\r\n|\r|\n")
_GLUED_COMMENT = later(r" #\w")


class Desk:
    """Where a file is read: its path, and the problems found so far."""

    __slots__ = ("_lines", "_text", "has_glued_comment", "key", "path", "problems")

    def __init__(self, path: str, text: str = "") -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.key = ""
        """The key whose value is being read, for messages."""
        self._lines: list[str] | None = None
        self.open(text)

    def open(self, text: str) -> None:
        """Have the file's text at hand, for findings about how something was written."""
        self._text = text
        self._lines = None
        self.has_glued_comment = " #" in text and _GLUED_COMMENT.search(text) is not None

    @property
    def where(self) -> str:
        """`under "tags"`, or `here` at the top of a file."""
        return f'under "{self.key}"' if self.key else "here"

    def line(self, at: int) -> str:
        """A line of the file, counted from 0; empty where there is none."""
        if self._lines is None:
            self._lines = _BREAK.split(self._text)
        return self._lines[at] if at < len(self._lines) else ""

    def object(
        self, node: Node, code: str, message: str, cure: str | None = None, *, severity: Severity = "error"
    ) -> None:
        """Tell a problem at the beginning of `node`."""
        line, column = place_of(node)
        self.problems.append(
            Problem(
                path=self.path, line=line, column=column, code=code, message=message, cure=cure, severity=severity
            )
        )

    def place(self, node: Node) -> Place:
        line, column = place_of(node)
        return Place(path=self.path, line=line, column=column)

    @property
    def failed(self) -> bool:
        """True where something was found that keeps the file from being used."""
        return any(problem.severity == "error" for problem in self.problems)


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
    """Keys with a text that says nothing, such as a `note: |` that waits for its words; null is no text."""


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
                self._object_to_key(key_node, value_node, desk)
            elif is_null(value_node):
                if desk.has_glued_comment:
                    _find_text_in_comment(key_node, desk)
            elif key.name in spelled:
                message = f'"{written}" and "{spelled[key.name]}" are the same key'
                desk.object(key_node, "duplicate-key", message, "keep one of them")
            else:
                spelled[key.name] = desk.key = written
                value = key.kind.read(value_node, desk)
                if value is not None:
                    values[key.name] = value
                elif isinstance(value_node, ScalarNode) and not value_node.value.strip():
                    blank.append(key.name)
        desk.key = outer
        self._object_to_gaps(node, desk, spelled=spelled, values=values, faulty=_has_errors(desk.problems[before:]))
        if self._make is None:
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

    def _object_to_key(self, key_node: Node, value_node: Node, desk: Desk) -> None:
        written = key_node.value
        name, colon, rest = written.partition(":")
        if colon and rest and name in self._by_name and is_null(value_node):
            message = f'no space stands behind the colon of "{name}"'
            desk.object(key_node, "colon", message, f"write {name}: {shorten(rest)}")
        elif written in self._foreign:
            desk.object(key_node, "unknown-key", f'the key "{written}" does not belong here', self._foreign[written])
        else:
            cure = self._suggest(written)
            desk.object(key_node, "unknown-key", f'unknown key "{written}"', cure)

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


class ListOf(Value):
    """A list; read as a tuple. With `single`, one alone needs no list; with `commas`, a text is split at commas."""

    item: Kind
    words: str
    single: bool = False
    commas: bool = False

    def read(self, node: Node, desk: Desk) -> tuple[Any, ...] | None:
        if isinstance(node, SequenceNode):
            values = [self._read_item(item, desk) for item in node.value]
            return tuple(value for value in values if value is not None)
        if self.commas and isinstance(node, ScalarNode) and "," in node.value:
            parts = [_part_of(node, part) for part in _split_at_commas(node.value)]
            return tuple(value for part in parts if (value := self.item.read(part, desk)) is not None)
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
            object_to_form(node, desk, self.words, None if _has_glued_dash(node) else cure)
        return None

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


class MapOf(Value):
    """A mapping whose keys the person chooses; read as pairs of key and value, in order."""

    value: Kind
    words: str
    key_words: str = "name"

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


def _find_text_in_comment(key_node: Node, desk: Desk) -> None:
    """`title: #1 of its kind` has no title: YAML takes it for a comment."""
    end = key_node.end_mark
    rest = desk.line(end.line)[end.column :]
    if re.match(r":[ \t]+#\w", rest):
        desk.object(
            key_node,
            "comment",
            f'"{key_node.value}" is empty: what stands behind # is a comment',
            f'put it in quotes: "{shorten(rest[1:].strip())}"',
            severity="warning",
        )


def find_writing_fault(node: ScalarNode, desk: Desk) -> None:
    """Tell of texts that YAML read otherwise than they were meant: a quotation that swallowed the keys below it, a
    number sign that began a comment (`Issue #4`)."""
    start, end = node.start_mark.line, node.end_mark.line
    if node.style:
        if start != end and node.style in "'\"":
            swallowed = next((at for at in range(start + 1, end + 1) if _KEY_LINE.match(desk.line(at))), None)
            if swallowed is not None:
                message = f"the quotation mark {node.style} that opens here is closed only in line {end + 1}"
                cure = f"close the quote before line {swallowed + 1}, which begins with a key"
                desk.object(node, "unclosed-quote", message, cure)
    elif desk.has_glued_comment and re.match(r"[ \t]+#\d", desk.line(end)[node.end_mark.column :]):
        lost = desk.line(end)[node.end_mark.column :].strip()
        desk.object(
            node,
            "comment",
            f'what stands behind # is a comment, so that "{shorten(lost)}" is lost',
            f'put the text in quotes: "{shorten(node.value)} {shorten(lost)}"',
            severity="warning",
        )


_KEY_LINE = later(
    r"[ ]*(?:- +)*(?:url|title|note|tags|authors|entries|sections|source|kind|links|quotes|related|via|published):"
    r"(?:\s|$)"
)


def suggest(written: str, known: Iterable[str], *, noun: str) -> str:
    """The cure for an unknown word: the nearest right one, else all of them."""
    names = sorted(known)
    near = find_nearest(written, names)
    return f'did you mean "{near}"?' if near else f"a {noun} is one of: {', '.join(names)}"


def find_nearest(written: str, known: Iterable[str]) -> str | None:
    """The known word that an unknown one was probably meant to be."""
    from difflib import get_close_matches

    names = sorted(known)
    word = written.strip().casefold()
    near = get_close_matches(word, names, n=1, cutoff=0.6) or [name for name in names if name in word.split()]
    return near[0] if near else None


def object_to_form(node: Node, desk: Desk, wanted: str, cure: str | None = None) -> None:
    """Tell that a text, a list or a mapping stands where something else is wanted, and how that may have come."""
    found, likely = _describe(node)
    desk.object(node, "type", f"{wanted} is wanted {desk.where}, and this is {found}", cure or likely)


def _has_errors(problems: Sequence[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _has_glued_dash(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value.startswith("-")


def _describe(node: Node) -> tuple[str, str | None]:
    if isinstance(node, ScalarNode):
        if _has_glued_dash(node):
            return f'the text "{shorten(node.value)}"', "put a space behind each dash, and one item on each line"
        return f'the text "{shorten(node.value)}"', None
    form = "a list" if isinstance(node, SequenceNode) else "a mapping"
    if isinstance(node, (SequenceNode, MappingNode)) and node.flow_style:
        bracket = "[" if isinstance(node, SequenceNode) else "{"
        return form, f"quote a text that begins with {bracket}"
    if isinstance(node, SequenceNode):
        return form, "for text over several lines write | behind the colon"
    return form, "for text over several lines, or with a colon in it, write | behind the key's colon"


def shorten(text: str, length: int = 40) -> str:
    """A text for quoting in a message: one line, not long."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


_NAME_ENDINGS = ("jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md", "m.d.")


def _split_at_commas(text: str) -> list[str]:
    parts: list[str] = []
    for part in (piece.strip() for piece in text.split(",")):
        if parts and part.casefold() in _NAME_ENDINGS:
            parts[-1] = f"{parts[-1]}, {part}"
        elif part:
            parts.append(part)
    return parts


def _part_of(node: ScalarNode, text: str) -> ScalarNode:
    return ScalarNode(node.tag, text, node.start_mark, node.end_mark, node.style)

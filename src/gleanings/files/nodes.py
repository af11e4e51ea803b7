"""What YAML is read into: nodes with tags of our own. The only door to PyYAML, and that on libyaml."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from gleanings.patterns import put_off_compiling

# Its own readers, which are not used here, ask for a large part of Unicode.
with put_off_compiling():
    from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError

    try:
        from yaml._yaml import CParser
    except ImportError:  # PyYAML built without libyaml; told in words by yaml.compose
        CParser = None  # type: ignore[assignment, misc]

__all__ = [
    "HAS_LIBYAML",
    "LIST",
    "MAPPING",
    "MAX_DEPTH",
    "NULL",
    "TEXT",
    "Composer",
    "MappingNode",
    "Node",
    "ScalarNode",
    "SequenceNode",
    "YAMLError",
    "is_null",
    "place_of",
    "plain",
    "walk_once",
]

HAS_LIBYAML = CParser is not None
MAX_DEPTH = 120
TEXT, NULL, LIST, MAPPING = "text", "null", "list", "mapping"
_NULLS = frozenset(("", "~", "null"))


class Composer(CParser or object):  # type: ignore[misc]
    """libyaml's parser and composer, with tags of our own: what carries another tag was tagged by hand.

    All three callbacks are called for every node, so that they are as short as can be. What is nested too deep ends
    with an IndexError, before it is more than the stack can take.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        levels = [None] * MAX_DEPTH
        take_level = levels.pop

        def descend(parent: Node | None, index: Any) -> None:
            take_level()

        self.descend_resolver = descend
        self.ascend_resolver = partial(levels.append, None)

    @staticmethod
    def resolve(kind: type[Node], value: str | None, implicit: Any) -> str:
        if kind is ScalarNode:
            return NULL if value in _NULLS and implicit[0] else TEXT
        return LIST if kind is SequenceNode else MAPPING


def is_null(node: Node) -> bool:
    """True for an empty value, `~` and `null`."""
    return bool(node.tag == NULL)


def plain(node: Node) -> Any:
    """The node as text, None, lists and dicts."""
    if isinstance(node, ScalarNode):
        return None if node.tag == NULL else node.value
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.value]
    return {key.value: plain(value) for key, value in node.value}


def place_of(node: Node) -> tuple[int, int]:
    """Line and column of a node's beginning, both from 1, the column in characters."""
    mark = node.start_mark
    return mark.line + 1, mark.column + 1


def walk_once(root: Node) -> Iterator[Node]:
    """Every node of the graph, each once."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, MappingNode):
            todo += [part for pair in node.value for part in pair]
        elif isinstance(node, SequenceNode):
            todo += node.value

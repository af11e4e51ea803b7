"""Where every value of a YAML text begins and ends, aliases told from what they stand for.

PyYAML's marks do not say it alone: an alias carries the marks of its anchor, a block list ends where the next token
begins, comments and blank lines included.
"""

from __future__ import annotations

from typing import Any

from gleanings.files.nodes import MappingNode, Node, ScalarNode, SequenceNode, plain
from gleanings.patterns import later
from gleanings.values import Value

_ALIAS = later(r"\*[^\s,\[\]{}]+")
_BETWEEN = later(r"(?:[ \t\r\n,:?\[{-]|(?<![^\s\[{,])#[^\r\n]*)*")
_PROPERTIES = later(r"(?:[&!][^\s,\[\]{}]*(?:[ \t\r\n]|#[^\r\n]*)*)*")
_TO_DASH = later(r"(?:[&!][^\s]*|[ \t\r\n]|#[^\r\n]*)*")


class Spot(Value, kw_only=True):
    """One value at one place of a text; offsets count characters, a byte order mark not included."""

    node: Node
    start: int
    """Where it begins, its anchor included."""
    end: int
    """Just behind its last character that is not blank."""
    raw_end: int
    """The same with the blank lines that a block scalar at its end may own."""
    alias: bool = False
    items: tuple[Spot, ...] = ()
    """Of a list; empty for an alias."""
    pairs: tuple[tuple[Spot, Spot], ...] = ()
    """Keys and values of a mapping; empty for an alias."""

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, SequenceNode) and not self.alias

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, MappingNode) and not self.alias

    @property
    def is_text(self) -> bool:
        return isinstance(self.node, ScalarNode) and not self.alias

    @property
    def flow(self) -> bool:
        """True for `[…]` and `{…}`."""
        return bool(getattr(self.node, "flow_style", False))

    @property
    def value(self) -> Any:
        """Text, None, list or dict."""
        return plain(self.node)

    def pair(self, key: str) -> tuple[Spot, Spot] | None:
        """The key and its value, where this is a mapping that has it."""
        return next((pair for pair in self.pairs if pair[0].node.value == key), None)

    def get(self, key: str) -> Spot | None:
        """The value under `key`, where this is a mapping that has it."""
        found = self.pair(key)
        return found[1] if found else None


def lay_out(root: Node, text: str) -> Spot:
    """The spots of a document; `text` is without byte order mark, `root` what `compose` made of it."""
    return _Surveyor(text).spot(root, 0)


class _Surveyor:
    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: set[int] = set()

    def spot(self, node: Node, behind: int) -> Spot:
        """The spot of the value that follows the offset `behind`."""
        if id(node) in self._seen:
            return self._alias(node, behind)
        self._seen.add(id(node))
        start = node.start_mark.index
        if isinstance(node, ScalarNode):
            return self._scalar(node, start)
        if isinstance(node, SequenceNode):
            items: list[Spot] = []
            for item in node.value:
                items.append(self.spot(item, items[-1].end if items else start))
            return self._collection(node, start, items[-1] if items else None, items=tuple(items))
        assert isinstance(node, MappingNode)
        pairs: list[tuple[Spot, Spot]] = []
        for key_node, value_node in node.value:
            key = self.spot(key_node, pairs[-1][1].end if pairs else start)
            pairs.append((key, self.spot(value_node, key.end)))
        return self._collection(node, start, pairs[-1][1] if pairs else None, pairs=tuple(pairs))

    def _alias(self, node: Node, behind: int) -> Spot:
        between = _BETWEEN.match(self._text, behind)
        found = _ALIAS.match(self._text, between.end() if between else behind)
        start, end = found.span() if found else (behind, behind)
        return Spot(node=node, start=start, end=end, raw_end=end, alias=True)

    def _scalar(self, node: ScalarNode, start: int) -> Spot:
        raw_end = node.end_mark.index
        end = raw_end
        if node.style in ("|", ">"):
            end = start + len(self._text[start:raw_end].rstrip(" \t\r\n"))
        return Spot(node=node, start=start, end=end, raw_end=raw_end)

    def _collection(self, node: SequenceNode | MappingNode, start: int, last: Spot | None, **children: Any) -> Spot:
        end = raw_end = node.end_mark.index
        if not node.flow_style and last is not None:
            end, raw_end = last.end, last.raw_end
        return Spot(node=node, start=start, end=end, raw_end=raw_end, **children)


def opening(spot: Spot, text: str) -> int:
    """The offset of a flow collection's bracket, behind its anchor."""
    found = _PROPERTIES.match(text, spot.start)
    return found.end() if found else spot.start


def first_dash(spot: Spot, text: str) -> int:
    """The offset of a block list's first dash, behind its anchor and comments."""
    found = _TO_DASH.match(text, spot.start)
    return found.end() if found else spot.start


def line_start(text: str, offset: int) -> int:
    """Where the line of `offset` begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Behind the line break of the line of `offset`, or the end of the text."""
    found = _LINE_BREAK.search(text, offset)
    return found.end() if found else len(text)


_LINE_BREAK = later(r"\r\n|\n|\r")


def column(text: str, offset: int) -> int:
    """Characters before `offset` on its line."""
    return offset - line_start(text, offset)

"""From a finding about a value back to the line and column in the file: looked up only for what was found, so that
reading need not remember where each word stood."""

from __future__ import annotations

from gleanings.curate.keys import ENTRY, ROUNDUP
from gleanings.curate.passages import Keys
from gleanings.curate.plain_pages import compose_front
from gleanings.files.nodes import MappingNode, Node, ScalarNode, SequenceNode, place_of
from gleanings.files.yaml import compose, decode
from gleanings.model import Place
from gleanings.patterns import later
from gleanings.problems import ProblemsFound
from gleanings.project import Project
from gleanings.values import Value

_BREAK = later(r"\r\n|\r|\n")


class _Source(Value):
    text: str
    lines: list[str]
    root: Node | None


class Places:
    """Finds places in the files of one site; each file is read once, and only if it is asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._sources: dict[str, _Source | None] = {}

    def find(self, path: str, owner: Place | None, keys: Keys, offset: int = 0) -> tuple[int, int]:
        """Line and column of the letter `offset` of the value at `keys` below `owner`; as near as can be said."""
        fallback = (owner.line, owner.column) if owner else (1, 1)
        source = self._source(path)
        if source is None:
            return fallback
        node = _find_owner(source.root, owner) if source.root is not None else None
        node = _go_down(node, keys) if node is not None else None
        if node is None:
            return fallback
        return _in_scalar(node, source.lines, offset) if isinstance(node, ScalarNode) else place_of(node)

    def find_in_page(self, path: str, body: str, offset: int) -> tuple[int, int]:
        """Line and column of the letter `offset` of the body of a plain page, which ends the file."""
        source = self._source(path)
        if source is None:
            return 1, 1
        before = source.text[: len(source.text) - len(body) + offset]
        lines = _BREAK.split(before)
        return len(lines), len(lines[-1]) + 1

    def find_key(self, path: str, keys: tuple[str, ...]) -> tuple[int, int]:
        """Line and column of a key itself, given the way to it from the top of the file."""
        source = self._source(path)
        node = source.root if source else None
        place = (1, 1)
        for key in keys:
            if not isinstance(node, MappingNode):
                break
            for name, value in node.value:
                if name.value == key:
                    place, node = place_of(name), value
        return place

    def _source(self, path: str) -> _Source | None:
        if path not in self._sources:
            self._sources[path] = self._load(path)
        return self._sources[path]

    def _load(self, path: str) -> _Source | None:
        try:
            text = decode((self._project.root / path).read_bytes(), path)
            root = compose_front(text, path) if path.endswith(".md") else compose(text, path)
        except (OSError, ProblemsFound):
            return None
        return _Source(text, _BREAK.split(text), root)


def _find_owner(root: Node, owner: Place | None) -> Node | None:
    """The value that begins where `owner` says."""
    if owner is None:
        return root
    wanted = (owner.line, owner.column)
    todo = [root]
    while todo:
        node = todo.pop()
        if place_of(node) == wanted and not isinstance(node, SequenceNode) and node is not root:
            return node
        if isinstance(node, MappingNode):
            todo += [
                value for _, value in node.value if not isinstance(value, ScalarNode) or place_of(value) == wanted
            ]
        elif isinstance(node, SequenceNode):
            todo += node.value
    return root if place_of(root) == wanted else None


def _go_down(node: Node, keys: Keys) -> Node:
    """The value at `keys`, or the last one on the way that is there."""
    for key in keys:
        if isinstance(node, MappingNode) and isinstance(key, str):
            values = {name.value: value for name, value in node.value}
            spellings = (key, *ENTRY.spellings(key), *ROUNDUP.spellings(key))
            below = next((values[name] for name in spellings if name in values), None)
            if below is None:
                return node
            node = below
        elif isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
    return node


def _in_scalar(node: ScalarNode, lines: list[str], offset: int) -> tuple[int, int]:
    line, column = place_of(node)
    before = node.value[:offset]
    if node.style == "|":
        body = lines[line:]
        first = next((text for text in body if text.strip()), "")
        indent = len(first) - len(first.lstrip(" "))
        down = before.count("\n")
        return line + 1 + down, indent + len(before) - (before.rfind("\n") + 1) + 1
    snippet = node.value[offset : offset + 12].split("\n")[0]
    seen = before.count(snippet) if snippet else 0
    for at in range(line - 1, min(node.end_mark.line + 1, len(lines))):
        start = column - 1 if at == line - 1 else 0
        while snippet and (start := lines[at].find(snippet, start)) >= 0:
            if seen == 0:
                return at + 1, start + 1
            seen -= 1
            start += 1
    return line, column

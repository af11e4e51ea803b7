"""YAML as people mean it, with places: the only door to PyYAML, and that on libyaml.

All plain scalars are text (`no`, `on`, `1.10`, `012`, `2024-01-05` stay what was typed); empty, `~` and `null` are
null. Tags, recursive aliases, alias bombs, keys given twice, and files beyond a size or depth are refused. What a
text or a number *means* is for the key that asks for it (files/shape.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError

from gleanings.patterns import later
from gleanings.problems import GleaningsError, Problem, ProblemsFound

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML built without libyaml; told in words by compose()
    CParser = None  # type: ignore[assignment, misc]

__all__ = [
    "MappingNode",
    "Node",
    "ScalarNode",
    "SequenceNode",
    "compose",
    "decode",
    "is_null",
    "key_places",
    "place_of",
    "plain",
]

MAX_BYTES = 8_000_000
"""A month of 150 entries has 70 kB."""
MAX_DEPTH = 120
MAX_NODES = 500_000
"""Counted with every alias written out."""

TEXT, NULL, LIST, MAPPING = "text", "null", "list", "mapping"
_NULLS = frozenset(("", "~", "null"))
_FOREIGN_BREAKS = later("[\x85\u2028\u2029]")
_STAND_INS = {"\x85": "\uf785", "\u2028": "\uf728", "\u2029": "\uf729"}
_BACK = {ord(stand_in): letter for letter, stand_in in _STAND_INS.items()}


_ANCHORED_TEXT = later(r"(?m)(?:^[ ]*|[:\-\[,][ ]+)&[^\s&]+(?:[ ]+[^\s#]|[ ]*\r?$)")


class _Composer(CParser or object):  # type: ignore[misc]
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


def decode(content: bytes, path: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises ProblemsFound."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = "the file is not UTF-8 text"
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            message = "the file is UTF-16 and not UTF-8"
        raise ProblemsFound(
            [
                Problem(
                    path=path,
                    line=line,
                    column=column,
                    code="encoding",
                    message=message,
                    cure="save it with the encoding UTF-8",
                ),
            ]
        ) from None


def compose(text: str, path: str) -> Node | None:
    """The node graph of a file, with marks; None for an empty one.

    `text` may begin with a byte order mark. Raises ProblemsFound, in words about the line where the trouble began,
    for whatever is not YAML and for what we refuse. Raises GleaningsError where PyYAML lacks libyaml.
    """
    if CParser is None:
        raise GleaningsError(
            "PyYAML was installed without libyaml, which reads our files "
            "(install it with: python -m pip install --force-reinstall --no-cache-dir pyyaml)"
        )
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES:
        raise ProblemsFound(
            [
                Problem(
                    path=path,
                    code="too-big",
                    message=f"the file has more than {MAX_BYTES // 1_000_000} MB",
                    cure="split it into several",
                ),
            ]
        )
    # libyaml breaks lines at these three letters, editors do not; in a text they are text.
    foreign = not text.isascii() and any(letter in text for letter in _STAND_INS)
    source = _FOREIGN_BREAKS.sub(lambda found: _STAND_INS[found[0]], text) if foreign else text
    try:
        node: Node | None = _Composer(source).get_single_node()
    except (YAMLError, UnicodeEncodeError, IndexError) as error:
        from gleanings.files.traps import explain

        depth = MAX_DEPTH if isinstance(error, IndexError) else None
        raise ProblemsFound([explain(error, source, path, tokens=_scan(source), too_deep=depth)]) from None
    if node is None:
        return None
    problems = _find_refused(node, path)
    # One letter is looked for ten times as fast as two.
    if "&" in source and " &" in source and _ANCHORED_TEXT.search(source):
        problems += _find_unused_anchors(source, path)
    if problems:
        raise ProblemsFound(problems)
    if foreign:
        for part in _walk_once(node):
            if isinstance(part, ScalarNode):
                part.value = part.value.translate(_BACK)
    return node


def _scan(source: str) -> list[Any]:
    """The tokens of a text as far as they can be read."""
    scanner, tokens = _Composer(source), []
    try:
        while scanner.check_token():
            tokens.append(scanner.get_token())
    except (YAMLError, UnicodeEncodeError):
        pass
    return tokens


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


def key_places(node: MappingNode) -> dict[str, tuple[int, int]]:
    """Where each key of a mapping stands."""
    return {key.value: place_of(key) for key, _ in node.value}


def _walk_once(root: Node) -> Iterator[Node]:
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


def _find_refused(root: Node, path: str) -> list[Problem]:
    """Tags, keys that are no text, keys given twice, aliases that contain themselves or multiply."""
    problems: list[Problem] = []
    try:
        _measure(root, path, {}, problems)
    except _Refused as refused:
        problems.append(refused.problem)
    return problems


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


_OPEN = -1


def _is_text_or_nothing(token: Any) -> bool:
    """True for a text without quotes, and for what follows a value that is not there."""
    return token.plain if token.id == "<scalar>" else token.id in ("?", "<block end>", "<stream end>")


def _find_unused_anchors(source: str, path: str) -> list[Problem]:
    """`title: &c of hops`: YAML takes the first word for a name and drops it."""
    tokens = _scan(source)
    used = {token.value for token in tokens if token.id == "<alias>"}
    return [
        Problem(
            path=path,
            line=anchor.start_mark.line + 1,
            column=anchor.start_mark.column + 1,
            code="special-start",
            message=f"a text without quotes cannot begin with &: &{anchor.value} is read as a name, and dropped",
            cure="put the text in quotes",
        )
        for anchor, following in pairwise(tokens)
        if anchor.id == "<anchor>" and anchor.value not in used and _is_text_or_nothing(following)
    ]


def _measure(node: Node, path: str, seen: dict[int, int], problems: list[Problem]) -> int:
    """How many nodes there are at and below `node` with aliases written out; collects what is wrong on the way.

    `seen` holds the sizes of collections met before. Raises _Refused where going on makes no sense.
    """
    if type(node) is ScalarNode:
        if node.tag != TEXT and node.tag != NULL:
            problems.append(_tag(node, path))
        return 1
    known = seen.get(id(node))
    if known is not None:
        if known == _OPEN:
            raise _Refused(
                _at(
                    node,
                    path,
                    "alias",
                    "an alias stands inside the very thing that it stands for",
                    "write the words out instead of the alias",
                )
            )
        return known
    seen[id(node)] = _OPEN
    size = 1
    if isinstance(node, MappingNode):
        if node.tag != MAPPING:
            problems.append(_tag(node, path))
        merging = _check_keys(node, path, problems)
        for _, value in node.value:
            # A key was judged above; text without a tag, the common value, is judged here without a call.
            size += (
                2 if type(value) is ScalarNode and value.tag == TEXT else 1 + _measure(value, path, seen, problems)
            )
        if merging:
            _merge(node, path, problems)
    else:
        if node.tag != LIST:
            problems.append(_tag(node, path))
        for item in node.value:
            size += 1 if type(item) is ScalarNode and item.tag == TEXT else _measure(item, path, seen, problems)
    if size > MAX_NODES:
        raise _Refused(
            _at(
                node,
                path,
                "alias",
                f"the aliases multiply into more than {MAX_NODES} values",
                "write the words out instead of the aliases",
            )
        )
    seen[id(node)] = size
    return size


def _check_keys(node: MappingNode, path: str, problems: list[Problem]) -> bool:
    """Finds keys that are no text and keys given twice; True where a merge key (`<<`) is among them."""
    first: dict[str, Node] = {}
    for key, _ in node.value:
        if type(key) is not ScalarNode:
            problems.append(
                _at(key, path, "key", "a key is a list or a mapping here", "quote the text if it begins with [ or {")
            )
            continue
        if key.tag != TEXT and key.tag != NULL:
            problems.append(_tag(key, path))
        if key.value.startswith("-") and key.value[1:2].isalpha():
            problems.append(
                _at(key, path, "dash", "the dash has no space behind it", f"write - {key.value[1:]}: and so on")
            )
            continue
        earlier = first.setdefault(key.value, key)
        if earlier is not key:
            line = earlier.start_mark.line + 1
            problems.append(
                _at(
                    key,
                    path,
                    "duplicate-key",
                    f'the key "{key.value}" is given twice (first in line {line})',
                    "keep one of them",
                )
            )
    return "<<" in first


def _merge(node: MappingNode, path: str, problems: list[Problem]) -> None:
    """Puts the keys of `<<: *alias` into the mapping; keys written there win (https://yaml.org/type/merge.html)."""
    own = [(key, value) for key, value in node.value if key.value != "<<"]
    sources = [value for key, value in node.value if key.value == "<<"]
    taken = {key.value for key, _ in own}
    for source in sources:
        for part in source.value if isinstance(source, SequenceNode) else [source]:
            if not isinstance(part, MappingNode):
                problems.append(
                    _at(
                        part,
                        path,
                        "merge",
                        "<< takes the keys of another mapping, and this is none",
                        "write <<: *name, where &name stands before a mapping",
                    )
                )
                continue
            own += [(key, value) for key, value in part.value if key.value not in taken]
            taken.update(key.value for key, _ in part.value)
    node.value = own


def _tag(node: Node, path: str) -> Problem:
    return _at(
        node,
        path,
        "tag",
        f"a tag ({_shown_tag(node.tag)}) stands here, and tags are not read",
        "take it away, or quote the text if it begins with !",
    )


def _shown_tag(tag: str) -> str:
    tag = tag.replace("tag:yaml.org,2002:", "!!")
    return tag if len(tag) <= 40 else f"{tag[:39]}…"


def _at(node: Node, path: str, code: str, message: str, cure: str) -> Problem:
    line, column = place_of(node)
    return Problem(path=path, line=line, column=column, code=code, message=message, cure=cure)

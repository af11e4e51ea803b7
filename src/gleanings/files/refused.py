"""What is YAML, and refused: tags, keys that are no text, keys given twice, aliases that loop or multiply."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from gleanings.files.nodes import (
    LIST,
    MAPPING,
    NULL,
    TEXT,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    place_of,
)
from gleanings.problems import Problem

MAX_NODES = 500_000
"""Counted with every alias written out."""
_OPEN = -1
_BEGINNINGS = ("url", "link", "title")
"""Keys with which people begin an entry."""


def find_refused(root: Node, path: str) -> list[Problem]:
    """What is refused in a file's nodes. Puts the keys of merged mappings where they belong on the way."""
    problems: list[Problem] = []
    try:
        _measure(root, path, {}, problems)
    except _Refused as refused:
        problems.append(refused.problem)
    return problems


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _is_text_or_nothing(token: Any) -> bool:
    """True for a text without quotes, and for what follows a value that is not there."""
    return token.plain if token.id == "<scalar>" else token.id in ("?", "<block end>", "<stream end>")


def find_unused_anchors(tokens: Sequence[Any], path: str) -> list[Problem]:
    """`title: &c of hops`: YAML takes the first word for a name and drops it."""
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
    begins, goes_on = _find_beginning(node), False
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
        if earlier is key:
            continue
        line, cure = earlier.start_mark.line + 1, "keep one of them"
        if key.value == begins:
            goes_on = True
            cure = "put a dash before it, under the dash above, if a new entry begins here; else keep one of the two"
        elif goes_on:
            # It belongs to the entry whose dash is missing.
            continue
        message = f'the key "{key.value}" is given twice (first in line {line})'
        problems.append(_at(key, path, "duplicate-key", message, cure))
    return "<<" in first


def _find_beginning(node: MappingNode) -> str | None:
    """The key with which an entry in a list begins; None for what is no entry."""
    if node.flow_style or not node.value or not node.start_mark.column:
        return None
    key = node.value[0][0].value
    return key if key in _BEGINNINGS else None


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

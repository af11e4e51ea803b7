"""YAML as people mean it, with places.

All plain scalars are text (`no`, `on`, `1.10`, `012`, `2024-01-05` stay what was typed); empty, `~` and `null` are
null. Tags, recursive aliases, alias bombs, keys given twice, and files beyond a size or depth are refused. What a
text or a number *means* is for the key that asks for it (files/shape.py).
"""

from __future__ import annotations

from typing import Any

from gleanings.files.nodes import HAS_LIBYAML, MAX_DEPTH, Composer, Node, ScalarNode, YAMLError, walk_once
from gleanings.files.refused import find_refused, find_unused_anchors
from gleanings.patterns import later
from gleanings.problems import GleaningsError, Problem, ProblemsFound

MAX_BYTES = 8_000_000
"""A month of 150 entries has 70 kB."""
_FOREIGN_BREAKS = later("[\x85\u2028\u2029]")
_STAND_INS = {"\x85": "\uf785", "\u2028": "\uf728", "\u2029": "\uf729"}
_BACK = {ord(stand_in): letter for letter, stand_in in _STAND_INS.items()}
_ANCHORED_TEXT = later(r"(?m)(?:^[ ]*|[:\-\[,][ ]+)&[^\s&]+(?:[ ]+[^\s#]|[ ]*\r?$)")


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
    if not HAS_LIBYAML:
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
        node: Node | None = Composer(source).get_single_node()
    except (YAMLError, IndexError) as error:
        from gleanings.files.traps import explain

        depth = MAX_DEPTH if isinstance(error, IndexError) else None
        raise ProblemsFound([explain(error, source, path, tokens=_scan(source), too_deep=depth)]) from None
    if node is None:
        return None
    problems = find_refused(node, path)
    # One letter is looked for ten times as fast as two.
    if "&" in source and " &" in source and _ANCHORED_TEXT.search(source):
        problems += find_unused_anchors(_scan(source), path)
    if problems:
        raise ProblemsFound(problems)
    if foreign:
        for part in walk_once(node):
            if isinstance(part, ScalarNode):
                part.value = part.value.translate(_BACK)
    return node


def _scan(source: str) -> list[Any]:
    """The tokens of a text as far as they can be read."""
    scanner, tokens = Composer(source), []
    try:
        while scanner.check_token():
            tokens.append(scanner.get_token())
    except YAMLError:
        pass
    return tokens

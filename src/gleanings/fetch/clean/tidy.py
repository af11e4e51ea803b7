"""Order among the children of one element: text joined, empty things out, line breaks in moderation."""

from __future__ import annotations

from gleanings.fetch.clean.tree import Element, Node
from gleanings.identity.words import words

BLOCKS = words("""
    aside blockquote details div dl dt dd figure figcaption h1 h2 h3 h4 h5 h6 hr li ol p pre section table ul
""")
CONTAINERS = words("""
    aside blockquote details div dl figure li ol section table tbody td tfoot th thead tr ul
""") | {""}
"""Where white space between blocks means nothing."""
_EMPTY_STAYS = frozenset({"td", "th", "col", "colgroup", "br", "hr", "img", "wbr", "rt", "rp", "math", "tr"})
_MAX_BREAKS = 2


def is_block(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in BLOCKS


def is_space(node: Node) -> bool:
    """True for text of nothing but white space, no-break spaces included."""
    return isinstance(node, str) and not node.strip()


def is_blank(tag: str, children: list[Node]) -> bool:
    """True where an element with these children would show nothing."""
    for child in children:
        if child.strip() if isinstance(child, str) else child.tag != "br":
            return False
    return tag not in _EMPTY_STAYS


def tidy(nodes: list[Node], *, parent: str) -> list[Node]:
    """The same nodes with neighbouring texts joined and runs of `br` cut down to one; spaces around blocks go."""
    if len(nodes) == 1 and isinstance(nodes[0], str) and parent not in CONTAINERS:
        return nodes
    tidied: list[Node] = []
    breaks = 0
    for node in nodes:
        if isinstance(node, str):
            if not node:
                continue
            if tidied and isinstance(last := tidied[-1], str):
                tidied[-1] = last + node
                continue
            ends_breaks = bool(breaks and node.strip())
        else:
            ends_breaks = bool(breaks and node.tag != "br")
            breaks += node.tag == "br"
        if ends_breaks:
            _settle_breaks(tidied, breaks)
            breaks = 0
        tidied.append(node)
    _settle_breaks(tidied, breaks)
    return _without_spaces_around_blocks(tidied) if parent in CONTAINERS else tidied


def _is_break(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "br"


def _without_spaces_around_blocks(nodes: list[Node]) -> list[Node]:
    edges = [True, *(is_block(node) for node in nodes), True]
    return [node for at, node in enumerate(nodes) if not (is_space(node) and (edges[at] or edges[at + 2]))]


def _settle_breaks(nodes: list[Node], breaks: int) -> None:
    """Three line breaks and more at the end of `nodes` are one; two are how some feeds part their paragraphs."""
    if breaks <= _MAX_BREAKS:
        return
    at = len(nodes)
    while at and (_is_break(nodes[at - 1]) or is_space(nodes[at - 1])):
        at -= 1
    first = next(index for index in range(at, len(nodes)) if _is_break(nodes[index]))
    del nodes[first + 1 :]

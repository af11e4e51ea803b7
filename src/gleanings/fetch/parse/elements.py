"""A feed's text → a tree of elements, read as far as it is whole.

Well-formed XML goes straight through expat. What is not is repaired; what still is not is cut at its items, so that
damage in one item leaves the others whole, and only the damaged pieces go to feedparser's forgiving tokenizer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from gleanings.fetch.parse.repair import repair, split_marked, strip_head, strip_illegal
from gleanings.patterns import later
from gleanings.values import Value

_CUT_SHORT = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}
_JUNK_AFTER = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
_ITEM_TAG = later(r"<(/?)((?:[\w.-]+:)?(?:item|entry))(?=[\s/>])", re.I)
_LONGEST_PIECE = 200_000
"""Characters of one damaged piece that feedparser is given; its tokenizer is not linear on hostile text."""
_MOST_DAMAGED = 2_000
"""Damaged items of one feed that are looked into."""
_MOST_DAMAGED_TEXT = 2_000_000
"""Characters of a feed's damaged items that feedparser is given in all."""


class Tree(Value):
    root: Element
    flags: tuple[str, ...] = ()
    """`repaired`, `incomplete`."""


def read_tree(text: str) -> Tree | None:
    """The elements of a feed; names as written. None where no element can be made out."""
    text, junk = strip_head(text)
    if "&#" not in text or not _ODD_REFERENCE.search(text):
        root, wrong = _read_strictly(text)
        if root is not None and wrong in (None, _JUNK_AFTER):
            return Tree(root, ("repaired",) if junk or wrong else ())
    text = repair(strip_illegal(text))
    root, wrong = _read_strictly(text)
    if root is not None and wrong in (None, _JUNK_AFTER):
        return Tree(root, ("repaired",))
    if root is not None and wrong in _CUT_SHORT:
        return Tree(_read_cut_short(text), ("repaired", "incomplete") if junk else ("incomplete",))
    return _read_pieces(text)


_ODD_REFERENCE = later(r"&#(?:1[2-5]\d|[xX]0*[89][0-9a-fA-F]);")
"""References to the controls of latin-1, by which windows-1252 is meant: well-formed, and never what was meant."""


def _read_strictly(text: str) -> tuple[Element | None, int | None]:
    """The tree, and expat's error code where it stopped early."""
    builder = TreeBuilder()
    wrong = _parse(text, builder.start, builder.end, builder.data)
    return (builder.close() if wrong is None or wrong in (*_CUT_SHORT, _JUNK_AFTER) else None), wrong


def _parse(text: str, start: _Start, end: _End, data: _Text) -> int | None:
    """Run expat over the text. Returns its error code where it stopped early. Entities cannot be declared."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes it by place only
    except expat.ExpatError as error:
        return getattr(error, "code", -1)
    return None


_Start = Callable[[str, dict[str, str]], object]
_End = Callable[[str], object]
_Text = Callable[[str], object]


def _refuse_entity(*declaration: object) -> None:
    raise expat.ExpatError("an entity is declared")


def _read_cut_short(text: str) -> Element:
    """The tree of a document that ends too early, without the item in which it ends."""
    builder = TreeBuilder()
    open_elements: list[Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        open_elements.append(builder.start(tag, attributes))

    def end(tag: str) -> None:
        builder.end(tag)
        open_elements.pop()

    _parse(text, start, end, builder.data)
    for parent, child in pairwise(open_elements):
        if local_name(child.tag) in ("item", "entry"):
            parent.remove(child)
            break
    return builder.close()


def local_name(tag: str) -> str:
    """A tag's name without its prefix, in lower case."""
    return tag.rpartition(":")[2].lower()


def _read_pieces(text: str) -> Tree | None:
    """The feed cut at its items; each piece read strictly where it can be, else by feedparser."""
    frame, items, whole = _cut_at_items(text)
    root = _read_piece(frame)
    if root is None:
        return None
    damaged = characters = 0
    for piece in items:
        item, wrong = _read_strictly(piece)
        if item is None or wrong is not None:
            damaged, characters = damaged + 1, characters + min(len(piece), _LONGEST_PIECE)
            within = damaged <= _MOST_DAMAGED and characters <= _MOST_DAMAGED_TEXT
            item = _read_loosely(piece) if within else None
        if item is not None:
            root.append(item)
    return Tree(root, ("repaired",) if whole else ("repaired", "incomplete"))


def _cut_at_items(text: str) -> tuple[str, list[str], bool]:
    """The text around all items, the text of each item, and whether the last item has an end."""
    outside: list[str] = []
    items: list[str] = []
    at, inside = 0, False
    for start, end, closes in _item_tags(text):
        if inside:
            stop = end if closes else start
            items.append(text[at:stop])
            at = stop
        elif not closes:
            outside.append(text[at:start])
            at = start
        else:
            at = at if text[at:start].strip() else end
        inside = not closes
    if not inside:
        outside.append(text[at:])
    return "".join(outside), items, not inside


def _item_tags(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where an item's tag begins and ends and whether it closes; inside CDATA and comments there are none."""
    offset = 0
    for piece, marked in split_marked(text):
        if not marked:
            for match in _ITEM_TAG.finditer(piece):
                end = piece.find(">", match.end())
                if end < 0:
                    break
                if piece[end - 1] != "/":
                    yield offset + match.start(), offset + end + 1, bool(match.group(1))
        offset += len(piece)


def _read_piece(text: str) -> Element | None:
    """The root of a piece."""
    root, wrong = _read_strictly(text)
    return root if root is not None and wrong is None else _read_loosely(text)


def _read_loosely(text: str) -> Element | None:
    """What feedparser makes out in a damaged piece, whose end tags may be missing."""
    from gleanings.fetch.parse.tokenize import tokenize

    piece = tokenize(text[:_LONGEST_PIECE])
    if piece is None:
        return None
    return next(iter(piece)) if len(piece) == 1 else piece

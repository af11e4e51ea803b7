"""Formulas in cleaned HTML: the exact TeX in a mark of our own, so that the page's renderer can draw it.

`<span class="math inline">\\(x_i\\)</span>` and `<div class="math display">\\[…\\]</div>`, as pandoc writes them; the
text between the delimiters is the author's, byte for byte.
"""

from __future__ import annotations

from gleanings.dollars import find_inline_maths
from gleanings.fetch.clean.post import Post
from gleanings.fetch.clean.sanitise import MATHML
from gleanings.fetch.clean.tidy import tidy
from gleanings.fetch.clean.tree import Element, Node, find_all, text_of

_VERBATIM = frozenset({"code", "pre", "kbd", "samp", "math"})


def inline_maths(tex: str) -> Element:
    return Element("span", {"class": "math inline"}, [f"\\({tex}\\)"])


def display_maths(tex: str, *, block: bool = True) -> Element:
    """A formula on a line of its own; `block` is false where only running text may stand."""
    return Element("div" if block else "span", {"class": "math display"}, [f"\\[{tex}\\]"])


def is_maths(element: Element) -> bool:
    """True for our own mark, with nothing in it but its TeX."""
    if element.tag not in ("span", "div") or "math" not in element.classes:
        return False
    text = text_of(element)
    return text.startswith(("\\(", "\\[")) and text.endswith(("\\)", "\\]")) and len(text) > 4


def read_maths(element: Element) -> Element:
    """Our own mark again, with attributes and children as we write them."""
    text = text_of(element)
    if text.startswith("\\("):
        return inline_maths(text[2:-2])
    return display_maths(text[2:-2], block=element.tag == "div")


def convert_mathml(element: Element, post: Post, parent: str) -> list[Node]:
    """MathML as its own TeX annotation where it has one, else as it is, in the tags that a page may hold."""
    del post, parent
    tex = next((text_of(note) for note in find_all(element, "annotation") if "tex" in note.get("encoding")), "")
    if tex.strip():
        shown = display_maths(tex, block=False) if element.get("display") == "block" else inline_maths(tex)
        return [shown]
    return [Element("math", _without_classes(element), _mathml_children(element))]


def convert_katex(element: Element, post: Post, parent: str) -> list[Node] | None:
    """KaTeX writes every formula twice: as MathML for machines, and as positioned spans for the eye."""
    maths = find_all(element, "math")
    if not maths:
        return None
    (formula,) = convert_mathml(maths[0], post, parent)
    if "katex-display" in element.classes and isinstance(formula, Element) and formula.tag == "span":
        return [display_maths(text_of(formula)[2:-2], block=False)]
    return [formula]


def mark_inline_maths(element: Element) -> None:
    """Turn `$…$` in the text below `element` into formulas, in place; never inside code."""
    children: list[Node] = []
    for child in element.children:
        if isinstance(child, str):
            children.extend(_formulas(child) if "$" in child else [child])
            continue
        if child.tag not in _VERBATIM and not is_maths(child):
            mark_inline_maths(child)
        children.append(child)
    element.children = tidy(children, parent=element.tag)


def _formulas(text: str) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    for start, end in find_inline_maths(text):
        if start > at:
            nodes.append(text[at:start])
        nodes.append(inline_maths(text[start + 1 : end - 1]))
        at = end
    if at < len(text):
        nodes.append(text[at:])
    return nodes


def _mathml_children(element: Element) -> list[Node]:
    children: list[Node] = []
    for child in element.children:
        if isinstance(child, str):
            children.append(child)
        elif child.tag == "annotation":
            continue
        elif child.tag in MATHML:
            children.append(Element(child.tag, _without_classes(child), _mathml_children(child)))
        else:
            children.extend(_mathml_children(child))
    return children


def _without_classes(element: Element) -> dict[str, str]:
    unwanted = ("class", "style", "id", "data-attrs", "data-component-name", "hidden")
    return {name: value for name, value in element.attrs.items() if name not in unwanted}

"""A small tree of foreign HTML, between the two passes of the sanitiser.

nh3 reads whatever a server sends by the rules of HTML and writes it out well-formed (`sanitise.normalise`); that text
is read here. A general parser would cost three times the time for a document whose faults are already mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gleanings.patterns import later
from gleanings.values import Mutable, field

MAX_DEPTH = 100
"""Elements below this depth lose their tags and keep their text; every walk may recurse."""

VOID = frozenset({"br", "col", "hr", "img", "source", "wbr"})

_TOKEN = later(
    r'<iframe((?: [^\s=">]+="[^"]*")*)>.*?</iframe>'  # its content is raw text, and never shown
    r'|<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?: [^\s=">]+="[^"]*")*)>'
    r"|([^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = later(r'([^\s=">]+)="([^"]*)"')


class Element(Mutable):
    """One element; the root has no tag."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def get(self, name: str) -> str:
        """An attribute's value, empty where there is none."""
        return self.attrs.get(name, "")

    @property
    def classes(self) -> list[str]:
        return self.attrs["class"].split() if "class" in self.attrs else []


Node = Element | str


def parse_tree(html: str) -> Element:
    """The root of normalised HTML (what `sanitise.normalise` gives); linear, never raises."""
    root = Element("")
    stack = [root]
    too_deep = 0
    for frame, closing, tag, attributes, text in _TOKEN.findall(html):
        if text:
            stack[-1].children.append(_unescape(text) if "&" in text else text)
        elif not tag:
            stack[-1].children.append(Element("iframe", _attributes(frame)))
        elif closing:
            if too_deep:
                too_deep -= 1
            elif len(stack) > 1:
                stack.pop()
        elif tag in VOID:
            stack[-1].children.append(Element(tag, _attributes(attributes)))
        elif len(stack) > MAX_DEPTH:
            too_deep += 1
        else:
            element = Element(tag, _attributes(attributes) if attributes else {})
            stack[-1].children.append(element)
            stack.append(element)
    return root


def format_tree(node: Element) -> str:
    """The tree as HTML, written the way nh3 writes it."""
    parts: list[str] = []
    _format_children(node, parts)
    return "".join(parts)


def walk(node: Element) -> Iterator[Element]:
    """Every element below `node`, in the order of the document."""
    stack = [child for child in reversed(node.children) if isinstance(child, Element)]
    while stack:
        element = stack.pop()
        yield element
        stack.extend(child for child in reversed(element.children) if isinstance(child, Element))


def text_of(node: Element) -> str:
    """All text below `node`, exactly."""
    parts: list[str] = []
    _gather_text(node, parts)
    return "".join(parts)


def find_all(node: Element, *tags: str) -> list[Element]:
    """Every element of these tags below `node`."""
    return [element for element in walk(node) if element.tag in tags]


def find_first(node: Element, *tags: str) -> Element | None:
    """The first element of these tags below `node`."""
    return next((element for element in walk(node) if element.tag in tags), None)


def find_class(node: Element, name: str) -> Element | None:
    """The first element below `node` that has the class."""
    return next((element for element in walk(node) if name in element.classes), None)


def _format_children(node: Element, parts: list[str]) -> None:
    for child in node.children:
        if isinstance(child, str):
            parts.append(_escape(child))
            continue
        tag = child.tag
        if child.attrs:
            written = " ".join([f'{name}="{_escape_value(value)}"' for name, value in child.attrs.items()])
            parts.append(f"<{tag} {written}>")
        else:
            parts.append(f"<{tag}>")
        if tag not in VOID:
            _format_children(child, parts)
            parts.append(f"</{tag}>")


def _gather_text(node: Element, parts: list[str]) -> None:
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
        else:
            _gather_text(child, parts)


def _attributes(text: str) -> dict[str, str]:
    return {name: _unescape(value) if "&" in value else value for name, value in _ATTRIBUTE.findall(text)}


def _unescape(text: str) -> str:
    """The five references that nh3 writes; everything else it has already turned into characters."""
    return (
        text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&nbsp;", "\xa0")
        .replace("&amp;", "&")
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("\xa0", "&nbsp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_value(text: str) -> str:
    return _escape(text).replace('"', "&quot;")

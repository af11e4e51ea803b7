"""Content in the form a format can carry: Atom takes formulas as XHTML, RSS as plain HTML, JSON Feed as they are.

RSS knows no MathML (to the W3C's validator it is no HTML), and readers that drop unknown elements would make `x2` of
x². Atom's XHTML content may hold other vocabularies (RFC 4287 §3.1.1.3).
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from gleanings.patterns import later
from gleanings.render.feeds.xml import XHTML, clean
from gleanings.render.mathml import maths_as_html

_MATHS = later(r"<math\b.*?</math>", re.DOTALL)
_MATHML = "http://www.w3.org/1998/Math/MathML"
_SOURCE = later(r'<math\b([^>]*?) alttext="([^"]*)"([^>]*)>(.*?)</math>', re.DOTALL)
_MATHML_ATTRIBUTES = {
    "columnalign", "columnspacing", "depth", "display", "displaystyle", "encoding", "fence", "height",
    "linethickness", "lspace", "mathcolor", "mathvariant", "maxsize", "minsize", "rowalign", "rowlines",
    "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "width",
}  # fmt: skip
"""What feed readers let pass in formulas; the rest is fine print."""
_VOID = {"area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"}


def has_maths(html: str) -> bool:
    """Whether the content holds a formula as MathML."""
    return "<math" in html


def without_mathml(html: str) -> str:
    """The content with every formula in plain HTML."""
    return _MATHS.sub(lambda found: maths_as_html(found[0]), html) if has_maths(html) else html


def as_xhtml(html: str) -> ET.Element:
    """The content as the one `div` that Atom asks for."""
    reader = _Reader()
    reader.feed(_SOURCE.sub(_annotated, html))
    reader.close()
    return reader.root


def _annotated(found: re.Match[str]) -> str:
    """The formula's TeX as an annotation, which readers know better than `alttext`."""
    tex = f'<annotation encoding="application/x-tex">{found[2]}</annotation>'
    return f"<math{found[1]}{found[3]}><semantics>{found[4]}{tex}</semantics></math>"


class _Reader(HTMLParser):
    """Our own well-formed HTML into elements; every end tag is there, void elements have none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = ET.Element("div", {"xmlns": XHTML})
        self._open = [self.root]
        self._in_maths = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name: clean(value or "") for name, value in attrs}
        if tag == "math" or self._in_maths:
            names = {name: value for name, value in names.items() if name in _MATHML_ATTRIBUTES}
        if tag == "math":
            names["xmlns"] = _MATHML
            self._in_maths = True
        if "lang" in names:
            names["xml:lang"] = names.pop("lang")
        made = ET.SubElement(self._open[-1], tag, names)
        if tag not in _VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag == "math":
            self._in_maths = False
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        data = clean(data)
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data

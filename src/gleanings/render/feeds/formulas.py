"""Formulas in the form a format can carry: Atom takes them as XHTML, RSS as plain HTML, JSON Feed as they are.

RSS knows no MathML (to the W3C's validator it is no HTML), and readers that drop unknown elements would make `x2` of
x². Atom's XHTML content may hold other vocabularies (RFC 4287 §3.1.1.3).

Our own HTML is XML but for a few things that can be put right as text; whether it was so, expat says. What is not
(a template of the person's, raw HTML of the odder kind) is read by soup.py as a browser would read it.
"""

from __future__ import annotations

import re

from gleanings.patterns import later
from gleanings.render.feeds.xml import xml_bytes

XHTML = "http://www.w3.org/1999/xhtml"
MATHML = "http://www.w3.org/1998/Math/MathML"
MATHML_ATTRIBUTES = {
    "columnalign", "columnspacing", "depth", "display", "displaystyle", "encoding", "fence", "height",
    "linethickness", "lspace", "mathcolor", "mathvariant", "maxsize", "minsize", "rowalign", "rowlines",
    "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "width",
}  # fmt: skip
"""What feed readers let pass in formulas; the rest is fine print."""
VOID = ("area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr")


_MATHS = later(r"<math\b.*?</math>", re.DOTALL)
_SOURCE = later(r'<math\b([^>]*?) alttext="([^"]*)"([^>]*)>(.*?)</math>', re.DOTALL)
_TAG = later(r'<(math\b|[a-z]+(?=\s))((?:\s+[a-z:-]+="[^"<>]*")*)\s*(/?)>')
_ATTRIBUTE = later(r'\s([a-z:-]+)="[^"]*"')
_ODD = (
    later(r"&(?!(?:amp|lt|gt|quot|#x27|#39|#34);)"),
    later(r"<(?:[!?]|/?[a-z0-9]*[A-Z]|(?:script|style|textarea|title)\b)"),
    later(r'="[^"<>]*[\t\n\r]'),
)
"""What XML reads otherwise than HTML: character references of HTML's own; comments and the like, tags in capitals,
elements whose text is no markup; line ends in attributes."""
_EMPTY = later(rf'<({"|".join(VOID)})((?:\s[a-z-]+="[^"<>]*")*)\s*>')
_LANG = later(r'(<[a-z][^<>]*?)\slang="')


def has_maths(html: str) -> bool:
    """Whether the content holds a formula as MathML."""
    return "<math" in html


def without_mathml(html: str) -> str:
    """The content with every formula in plain HTML."""
    from gleanings.render.prose.markdown.mathml import maths_as_html

    return _MATHS.sub(lambda found: maths_as_html(found[0]), html)


def annotated(html: str) -> str:
    """The content with each formula's TeX as an annotation, which readers know better than `alttext`."""
    return _SOURCE.sub(_annotated, html)


def _annotated(found: re.Match[str]) -> str:
    tex = f'<annotation encoding="application/x-tex">{found[2]}</annotation>'
    return f"<math{found[1]}{found[3]}><semantics>{found[4]}{tex}</semantics></math>"


def quick_xhtml(html: str) -> bytes | None:
    """The content as the one `div` that Atom asks for, of HTML that is nearly XML; None for any other."""
    html = _MATHS.sub(_formula, html.replace("&nbsp;", "\u00a0"))
    if any(odd.search(html) for odd in _ODD):
        return None
    html = _EMPTY.sub(r"<\1\2 />", html)
    if ' lang="' in html:
        html = _LANG.sub(r'\1 xml:lang="', html)
    content = xml_bytes(f'<div xmlns="{XHTML}">{html}</div>')
    return content if _is_xml(content) else None


def _formula(found: re.Match[str]) -> str:
    """A formula with the attributes that are let pass."""
    return _TAG.sub(_known_tag, found[0])


def _known_tag(found: re.Match[str]) -> str:
    name = found[1]
    known = "".join(one[0] for one in _ATTRIBUTE.finditer(found[2]) if one[1] in MATHML_ATTRIBUTES)
    space = f' xmlns="{MATHML}"' if name == "math" else ""
    return f"<{name}{space}{known}{found[3]}>"


def _is_xml(content: bytes) -> bool:
    from xml.parsers import expat

    # Without a document type, which is refused before, there is nothing that could be expanded.
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(content, True)  # noqa: FBT003 — it takes no names
    except expat.ExpatError:
        return False
    return True

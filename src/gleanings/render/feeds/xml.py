"""XML as feeds need it, on ElementTree: steady prefixes, no character that XML forbids, one element a line."""

from __future__ import annotations

from urllib.parse import quote
from xml.etree import ElementTree as ET

from gleanings.patterns import later

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
XHTML = "http://www.w3.org/1999/xhtml"
DC = "http://purl.org/dc/elements/1.1/"

_NOT_IN_ADDRESSES = later(r"[\s<>\"{}|\\^`]")
_FORBIDDEN = later("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def element(parent: ET.Element | None, name: str, text: str | None = None, **attributes: str | None) -> ET.Element:
    """A new element under `parent` (None: a root); attributes that are None are left out.

    A Python keyword as attribute ends in an underscore, and `__` stands for the colon: `xml__lang`.
    """
    filled = {
        key.rstrip("_").replace("__", ":"): clean(value) for key, value in attributes.items() if value is not None
    }
    made = ET.Element(name, filled) if parent is None else ET.SubElement(parent, name, filled)
    if text is not None:
        made.text = clean(text)
    return made


def as_iri(url: str) -> str:
    """The address with the characters that no IRI may hold (RFC 3987, 2.2) as percent signs; Atom takes IRIs."""
    return _NOT_IN_ADDRESSES.sub(lambda found: quote(found[0]), url)


def as_uri(url: str) -> str:
    """The address in ASCII (RFC 3986), as RSS wants it; the host stays as written."""
    start = url.find("/", url.find("://") + 3)
    return url if start < 0 else url[:start] + quote(as_iri(url[start:]), safe="/?#[]@!$&'()*+,;=:%-._~")


def clean(text: str) -> str:
    """The text without characters that XML 1.0 forbids (§2.2)."""
    return _FORBIDDEN.sub("", text)


def serialise(root: ET.Element, *, stylesheet: str) -> bytes:
    """The document as UTF-8, with a stylesheet for people who open it in a browser."""
    _break_lines(root)
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet type="text/xsl" href="{stylesheet}"?>\n'
    return (head + ET.tostring(root, encoding="unicode") + "\n").encode()


def _break_lines(parent: ET.Element) -> None:
    """One element a line, outside content, whose white space is the person's."""
    if len(parent) and not parent.text and parent.tag != "content":
        parent.text = "\n"
        for child in parent:
            child.tail = "\n"
            _break_lines(child)

"""The text of an item: full text and summary told apart, every way of writing HTML into XML undone."""

from __future__ import annotations

import html
from xml.etree.ElementTree import Element

from gleanings.fetch.parse.absolute import base_of
from gleanings.fetch.parse.parsed import ParsedItem
from gleanings.fetch.parse.vocabulary import Part, attribute, markup_of
from gleanings.patterns import later
from gleanings.values import replace

LONGEST_TEXT = 1_000_000
"""Characters; what is longer is cut and flagged."""


def with_text(item: ParsedItem, part: Part, base: str) -> ParsedItem:
    """The text is the longest form the feed gives; a second form is its summary; a third is not needed."""
    content, base = _read_content(part, base)
    described = next(
        (text for one in part.all("description", "summary", "atom:summary") if (text := as_html(one))), ""
    )
    summary = described or next((text for one in part.all("itunes:summary") if (text := as_html(one))), "")
    if not content:
        content, summary = summary, ""
    if content.strip() == summary.strip():
        summary = ""
    return replace(item, content_html=content, summary_html=summary, base_url=base)


def cut_texts(item: ParsedItem) -> ParsedItem:
    """The item with texts that cleaning can bear; a tag that the cut parts is none to it."""
    content, summary = item.content_html[:LONGEST_TEXT], item.summary_html[:LONGEST_TEXT]
    if (content, summary) == (item.content_html, item.summary_html):
        return item
    return replace(item, content_html=content, summary_html=summary, flags=(*item.flags, "cut"))


def _read_content(part: Part, base: str) -> tuple[str, str]:
    """The full text and its base."""
    for element in part.all("content:encoded", "content", "atom:content", "xhtml:body", "body"):
        if attribute(element, "src") or (attribute(element, "url") and not element.text):
            continue
        found = as_html(element)
        if found.strip():
            return found, base_of(base, attribute(element, "xml:base"))
    return "", base


_WIDE_SPACE = later(r"\n\s*\n")


def as_html(element: Element) -> str:
    """A text construct of RFC 4287 §3.1, or RSS's escaped HTML, as HTML."""
    kind = attribute(element, "type").lower()
    mode = attribute(element, "mode").lower()
    if kind in ("text", "text/plain", "text/markdown") and mode != "escaped" and not len(element):
        return paragraphs(element.text or "")
    if mode == "base64" or (
        kind and not kind.startswith("text/") and "/" in kind and not kind.endswith(("xml", "html"))
    ):
        return ""
    return markup_of(element)


def paragraphs(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs, line ends stay."""
    blocks = (html.escape(block.strip(), quote=False) for block in _WIDE_SPACE.split(text))
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks if block)

"""Cleaning as the tests call it: some HTML in, clean HTML out."""

from __future__ import annotations

from gleanings.fetch.clean.item import Cleaned, clean_item
from gleanings.fetch.parse.parsed import ParsedItem

PAGE = "https://example.org/posts/one"


def cleaned(html: str, *, substack: bool = False, base: str = PAGE) -> Cleaned:
    """What becomes of an item with this content."""
    item = ParsedItem(url=PAGE, title="One", content_html=html, base_url=base)
    return clean_item(item, key="k", substack=substack)


def clean(html: str, *, substack: bool = False, base: str = PAGE) -> str:
    """The clean HTML alone; links lose the `rel` and pictures the three attributes that all of them have."""
    found = cleaned(html, substack=substack, base=base).html
    return found.replace(' rel="noopener nofollow ugc"', "").replace(
        ' loading="lazy" decoding="async" referrerpolicy="no-referrer"', ""
    )

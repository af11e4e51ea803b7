"""What is made from all roundups: its addresses belong to no file of a person's."""

from __future__ import annotations

WHOLE = frozenset({"authors", "media", "search", "series", "sources", "static", "tags", "year"})
"""First parts of addresses below which everything is made."""
SINGLE = frozenset({
    "/", "/404.html", "/archive/", "/atom.xml", "/data/entries.json", "/entries/atom.xml", "/entries/feed.json",
    "/entries/feed.xml", "/feed.json", "/feed.xml", "/feeds/", "/feeds/blogroll.opml", "/now/", "/robots.txt",
    "/sitemap.xml",
})  # fmt: skip
"""Every other page and file."""
_FIRST = WHOLE | {address.split("/")[1] for address in SINGLE}


def is_made(address: str) -> bool:
    """True for the address of a page or file that is made, or one that could only stand below such a file."""
    if address in SINGLE or _first(address) in WHOLE:
        return True
    return any(address.startswith(f"{file}/") for file in SINGLE if not file.endswith("/"))


def is_reserved(address: str) -> bool:
    """True where the first part of an address is kept free of a person's files, for what may be made there."""
    return _first(address) in _FIRST


def _first(address: str) -> str:
    return address.strip("/").partition("/")[0]

"""Where our own feeds are, as pages and their heads link to them."""

from __future__ import annotations

from collections.abc import Iterator

from gleanings.render.views.values import FeedLink

_FORMATS = (
    ("RSS", "feed.xml", "application/rss+xml"),
    ("Atom", "atom.xml", "application/atom+xml"),
    ("JSON Feed", "feed.json", "application/feed+json"),
)


def feed_links(title: str, folder: str) -> Iterator[FeedLink]:
    """The three formats of the feed in `folder`, a site-absolute address with a slash at its end."""
    for name, file, media_type in _FORMATS:
        yield FeedLink(title=title, address=f"{folder}{file}", type=media_type, format=name)


def site_feeds(title: str) -> tuple[FeedLink, ...]:
    """The feeds of the whole site: one item a roundup, one item an entry."""
    return (*feed_links(title, "/"), *feed_links(f"{title}: single entries", "/entries/"))

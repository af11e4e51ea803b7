"""`gleanings -C DIR build` of the plain set alone: the pages that other generators make too.

    python benchmarks/plain_set.py DIR

Home, a page a roundup, archive, tags, one full-text RSS feed, sitemap, 404 and static files, from the theme's real
templates; without sources, authors, years, series, search, open data and all further feeds. There is no such switch
in the product: this narrows what the renderer plans. It needs the names below to be where they are, and says so where
they are not. Not for a site that is built otherwise as well: the command would believe that nothing changed since.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from gleanings.cli import run
from gleanings.render import site
from gleanings.render.publish import Page

NARROWED = ("plan_pages", "render_feeds", "render_search", "render_open_data", "index_roundup")
GONE = [name for name in NARROWED if not hasattr(site, name)]
NO_DATA = Page(path="data/entries.json", content=b"")

if GONE:
    sys.exit(f"the plain set cannot be told apart any more: gleanings.render.site has no {', '.join(GONE)}")

plan_pages, render_feeds = site.plan_pages, site.render_feeds


def plan_plain(desk: Any) -> tuple[Any, ...]:
    """Home, roundups, archive, tags, plain pages, 404."""
    plain = {"home.html", "roundup.html", "archive.html", "page.html", "404.html"}
    return tuple(page for page in plan_pages(desk) if page.template in plain or page.address.startswith("/tags/"))


def first_feed(*arguments: Any, **options: Any) -> Iterator[Any]:
    """The RSS feed of the roundups; the rest is never made, as it would be made after it."""
    for page in render_feeds(*arguments, **options):
        if page.path == "feed.xml":
            yield page
            return


site.plan_pages = plan_plain
site.render_feeds = first_feed
site.render_search = lambda _: ()
site.render_open_data = lambda *_: NO_DATA
site.index_roundup = lambda *_: ()

if __name__ == "__main__":
    sys.exit(run(["-C", sys.argv[1], "build"]))

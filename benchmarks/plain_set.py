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
from types import ModuleType
from typing import Any

from gleanings.__main__ import main
from gleanings.cli import building


def need(module: ModuleType, *names: str) -> None:
    """End with a word where the module has these names no more."""
    gone = [f"{module.__name__}.{name}" for name in names if not hasattr(module, name)]
    if gone:
        sys.exit(f"the plain set cannot be told apart any more: there is no {', '.join(gone)}")


def narrow() -> None:
    """Let the renderer plan the plain set only."""
    from gleanings.render import rows, site, targets
    from gleanings.render.output.publish import Page
    from gleanings.render.pages.outputs import OpenData
    from gleanings.render.search.files import Indexed

    need(site, "plan_pages", "plan_channels", "plan_search")
    need(targets, "render_channel", "render_open_data")
    need(rows, "index_roundup", "open_data")
    no_data = Page(path="data/entries.json", content=b"")
    plan_pages, plan_channels, render_channel = site.plan_pages, site.plan_channels, targets.render_channel

    def plan_plain(desk: Any) -> tuple[Any, ...]:
        """Home, archive, tags, plain pages, 404; roundups are planned by themselves."""
        plain = {"home.html", "archive.html", "page.html", "404.html"}
        return tuple(page for page in plan_pages(desk) if page.template in plain or page.address.startswith("/tags/"))

    def first_channel(*arguments: Any, **options: Any) -> Iterator[Any]:
        """The feed of the roundups."""
        yield next(iter(plan_channels(*arguments, **options)))

    def first_format(*arguments: Any) -> Iterator[Any]:
        """As RSS; the rest is never made, as it would be made after it."""
        yield next(iter(render_channel(*arguments)))

    site.plan_pages = plan_plain
    site.plan_channels = first_channel
    targets.render_channel = first_format
    site.plan_search = lambda *_: ()
    targets.render_open_data = lambda *_: no_data
    rows.index_roundup = lambda *_: Indexed((), ())
    rows.open_data = lambda *_: OpenData(b"", b"")


def render_plain(*arguments: Any, **options: Any) -> Any:
    """Narrow the renderer when the command has loaded it, which it does beside other work."""
    narrow()
    return render(*arguments, **options)


need(building, "_render")
render = building._render
building._render = render_plain

if __name__ == "__main__":
    sys.argv[1:] = ["-C", sys.argv[1], "build"]
    main()

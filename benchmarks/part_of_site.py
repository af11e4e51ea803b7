"""`gleanings -C DIR build` of a part of the site.

    python benchmarks/part_of_site.py plain DIR     what other generators make too
    python benchmarks/part_of_site.py pages DIR     every page and every feed, but no search index

The plain set is home, a page a roundup, archive, tags, one full-text RSS feed, sitemap, 404 and static files, from
the theme's real templates; without sources, authors, years, series, search, open data and all further feeds. There is
no such switch in the product: this narrows what the renderer plans. It needs the names below to be where they are,
and says so where they are not. Not for a site that is built otherwise as well: the command would believe that nothing
changed since.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from gleanings import __main__ as command
from gleanings.loading import put_off


def need(module: ModuleType, *names: str) -> None:
    """End with a word where the module has these names no more."""
    gone = [f"{module.__name__}.{name}" for name in names if not hasattr(module, name)]
    if gone:
        sys.exit(f"the parts of a site cannot be told apart any more: there is no {', '.join(gone)}")


def leave_out_search() -> None:
    """Let nothing be said for the search index."""
    from gleanings.render import rows, site
    from gleanings.render.search.files import Indexed, Layout
    from gleanings.render.search.planning import PlannedSearch

    need(site, "plan_search")
    need(rows, "index_roundup")
    site.plan_search = lambda *_: PlannedSearch((), Layout({}, {}))
    rows.index_roundup = lambda *_: Indexed((), ())


def leave_out_all_but_plain() -> None:
    """Let the renderer plan the plain set only."""
    from gleanings.render import rows, site, targets
    from gleanings.render.feeds import forms
    from gleanings.render.output.publish import Page
    from gleanings.render.pages import planning
    from gleanings.render.pages.outputs import OpenData

    leave_out_search()
    need(site, "plan_channels")
    need(planning, "_PLANS", "_plan_home", "_plan_archive", "_plan_topics", "_plan_plain_pages", "_plan_not_found")
    need(targets, "render_channel", "render_open_data")
    need(rows, "open_data")
    need(forms, "around_atom", "json_item", "_as_xhtml")
    no_data = Page(path="data/entries.json", content=b"")
    plan_topics, plan_channels, render_channel = planning._plan_topics, site.plan_channels, targets.render_channel

    def plan_tags(desk: Any) -> Iterator[Any]:
        """Their index, and a page for each."""
        return (page for page in plan_topics(desk) if page.address.startswith("/tags/"))

    def first_channel(*arguments: Any, **options: Any) -> Iterator[Any]:
        """The feed of the roundups."""
        yield next(iter(plan_channels(*arguments, **options)))

    def first_format(*arguments: Any) -> Iterator[Any]:
        """As RSS; the rest is never made, as it would be made after it."""
        yield next(iter(render_channel(*arguments)))

    # Roundups are planned by themselves.
    planning._PLANS = (
        planning._plan_home,
        planning._plan_archive,
        plan_tags,
        planning._plan_plain_pages,
        planning._plan_not_found,
    )
    site.plan_channels = first_channel
    targets.render_channel = first_format
    targets.render_open_data = lambda *_: no_data
    rows.open_data = lambda *_: OpenData(b"", b"")
    forms.around_atom = lambda *_, **__: (b"", b"")
    forms.json_item = lambda *_: ()
    forms._as_xhtml = lambda *_: None


PARTS = {"plain": leave_out_all_but_plain, "pages": leave_out_search}


def main() -> None:
    part, folder = sys.argv[1:]
    # As the command does before it loads anything else.
    gc.disable()
    need(command, "_SELDOM_USED")
    put_off(command._SELDOM_USED)
    from gleanings.build import whole

    need(whole, "_render")
    render = whole._render

    def render_part(*arguments: Any, **options: Any) -> Any:
        # The command has loaded the renderer by now, which it does beside other work.
        PARTS[part]()
        return render(*arguments, **options)

    whole._render = render_part
    sys.argv[1:] = ["-C", folder, "build"]
    command.main()


if __name__ == "__main__":
    main()

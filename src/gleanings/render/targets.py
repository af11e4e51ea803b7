"""What is to be made besides the pages of roundups, each with a mark of all that decides it; see output/plan.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from gleanings.records import digest
from gleanings.render.feeds.channels import PlannedChannel, Ref, render_channel
from gleanings.render.feeds.values import Forms
from gleanings.render.indexes.desk import Desk
from gleanings.render.output.plan import Target
from gleanings.render.output.publish import Page
from gleanings.render.pages.outputs import render_open_data, render_sitemap
from gleanings.render.pages.planning import PlannedPage, render_page
from gleanings.render.pictures.drawing import Pictures
from gleanings.render.rows import Rows
from gleanings.render.shaping import Part
from gleanings.render.shelf import Shelf
from gleanings.render.theme.templates import Templates
from gleanings.render.views.dates import last_change
from gleanings.sites import Library, Site
from gleanings.values import replace


def page_target(planned: PlannedPage, desk: Desk, templates: Templates, base: str) -> Target:
    """A page; `base` is a mark of theme, program and what every page says."""
    inputs = planned.inputs
    if inputs is None:
        composed = planned.compose()
        planned = replace(planned, compose=lambda: composed)
        inputs = composed
    return Target(
        name=f"page {planned.address}",
        inputs=digest(base, planned.template, inputs),
        make=lambda: (render_page(planned, desk.site, templates),),
    )


def whole_targets(
    library: Library, desk: Desk, plans: Iterable[PlannedPage], rows: Mapping[str, Rows], shelf: Shelf
) -> Iterator[Target]:
    """Open data and sitemap, which hold something of every roundup."""
    site = library.site
    names = [roundup.name for roundup in library.roundups]
    yield Target(
        name="data",
        inputs=digest(site.title, site.url, site.author, *(rows[name].data_mark for name in names)),
        make=lambda: (render_open_data(site, map(shelf.data, names)),),
    )
    addresses = tuple(_findable(desk, plans))
    changed = {roundup.address: last_change(roundup).date() for roundup in library.roundups}
    yield Target(
        name="sitemap",
        inputs=digest(site.url, addresses, changed),
        make=lambda: (render_sitemap(addresses, changed, site),),
    )


def feed_targets(
    channels: Iterable[PlannedChannel], site: Site, parts: Mapping[str, Part], shelf: Shelf
) -> Iterator[Target]:
    """Each feed in its three formats."""
    base = digest(site.url, site.lang, site.author, site.email, site.feeds)
    for planned in channels:
        marks = [parts[name].marks[anchor] for name, anchor in planned.refs]
        yield Target(
            name=f"feed {planned.folder}",
            inputs=digest(base, planned, marks),
            make=partial(_make_feed, planned, site, shelf),
        )


def _make_feed(planned: PlannedChannel, site: Site, shelf: Shelf) -> Iterator[Page]:
    items: dict[Ref, Forms] = {(name, anchor): shelf.items(name)[anchor] for name, anchor in planned.refs}
    return render_channel(planned, site, items)


def picture_target(name: str, pictures: Pictures, desk: Desk, key: str) -> Target:
    """A roundup's picture, which is drawn together with others; see Pictures.render."""
    site = desk.library.site
    inputs = digest(key, pictures.mark(), site.title, site.look, site.series, site.lang, desk.indexes.lines[name])
    return Target(name=f"picture {name}", inputs=inputs, make=tuple)


def _findable(desk: Desk, plans: Iterable[PlannedPage]) -> Iterator[str]:
    """Addresses for search engines: no drafts, nothing of days to come, no page for what is not there, only pages."""
    held = [roundup for roundup in desk.library.roundups if roundup.draft or roundup.name in desk.waiting]
    hidden = {roundup.address for roundup in held}
    hidden |= {page.address for page in desk.library.pages if page.draft}
    plans = iter(plans)
    yield next(plans).address
    yield from (roundup.address for roundup in desk.library.roundups if roundup.address not in hidden)
    for planned in plans:
        if planned.address.endswith("/") and planned.address not in hidden:
            yield planned.address

"""Which feeds a site has: roundups, entries, each tag, each series; each in three formats.

published roundups → planned channels → items, made once and shared → RSS, Atom, JSON Feed
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from gleanings.model import Entry, Roundup, Section, Site
from gleanings.render.feeds.atom import FILE as ATOM_FILE
from gleanings.render.feeds.atom import render_atom
from gleanings.render.feeds.items import entry_ids, entry_item, roundup_item, tag_uri, told_apart, writer_of
from gleanings.render.feeds.jsonfeed import FILE as JSON_FILE
from gleanings.render.feeds.jsonfeed import render_json_feed
from gleanings.render.feeds.rss import FILE as RSS_FILE
from gleanings.render.feeds.rss import render_rss
from gleanings.render.feeds.values import Channel, Item
from gleanings.render.pages import Desk, find_series, series_address
from gleanings.render.publish import Page
from gleanings.render.templates import Templates
from gleanings.render.views import RoundupView
from gleanings.values import Value

_STYLESHEET = "/static/feed.xsl"


Ref = tuple[str, str | None]
"""An item: Roundup.name, and the anchor of an entry or None for the whole roundup."""


class PlannedChannel(Value, kw_only=True):
    """A feed that will be: everything it says but its items."""

    folder: str
    title: str
    page: str
    refs: tuple[Ref, ...]
    """Its items, newest first."""
    description: str = ""


def render_channel(planned: PlannedChannel, site: Site, items: Mapping[Ref, Item]) -> Iterator[Page]:
    """One feed in its three formats."""
    yield from write_channel(
        Channel(
            id=tag_uri(site.url, f"feed{planned.folder}"),
            folder=planned.folder,
            base=site.url,
            title=planned.title,
            description=planned.description,
            page=planned.page,
            lang=site.lang,
            author=writer_of(site),
            items=told_apart(items[ref] for ref in planned.refs),
            link=site.feeds.link,
        )
    )


def write_channel(channel: Channel) -> Iterator[Page]:
    """One feed in its three formats."""
    folder = channel.folder.lstrip("/")
    stylesheet = posixpath.relpath(_STYLESHEET, channel.folder)
    yield Page(path=f"{folder}{RSS_FILE}", content=render_rss(channel, stylesheet=stylesheet))
    yield Page(path=f"{folder}{ATOM_FILE}", content=render_atom(channel, stylesheet=stylesheet))
    yield Page(path=f"{folder}{JSON_FILE}", content=render_json_feed(channel))


def plan_channels(desk: Desk, *, published: frozenset[str]) -> Iterator[PlannedChannel]:
    """Every feed of the site, in a steady order. `published` names the roundups that are out: drafts and future ones
    are in no feed."""
    site = desk.library.site
    newest = [roundup for roundup in reversed(desk.library.roundups) if roundup.name in published]
    by_name = {roundup.name: roundup for roundup in newest}

    def whole(roundups: Iterable[Roundup]) -> tuple[Ref, ...]:
        return tuple((roundup.name, None) for roundup in islice(roundups, site.feeds.limit))

    yield PlannedChannel(folder="/", title=site.title, page="/", refs=whole(newest), description=site.description)
    yield PlannedChannel(
        folder="/entries/",
        title=f"{site.title}: single entries",
        page="/",
        refs=_entries(newest, lambda _, __: True, site.feeds.limit),
        description=site.description,
    )
    for topic in desk.indexes.tags:
        names = {(standing.roundup.name, standing.entry.anchor) for standing in topic.standings}
        mine = [
            by_name[name]
            for name in dict.fromkeys(standing.roundup.name for standing in topic.standings)
            if name in by_name
        ]
        refs = _entries(mine, _among(names), site.feeds.limit)
        yield PlannedChannel(folder=topic.address, title=f"{site.title}: {topic.name}", page=topic.address, refs=refs)
    for key in dict.fromkeys(roundup.series for roundup in newest):
        series = find_series(site, key)
        address = series_address(series)
        yield PlannedChannel(
            folder=address,
            title=series.title,
            page=address,
            refs=whole(roundup for roundup in newest if roundup.series == key),
            description=desk.prose.plain_block(series.intro) if series.intro else "",
        )


def _entries(roundups: Iterable[Roundup], wanted: Callable[[Roundup, Entry], bool], limit: int) -> tuple[Ref, ...]:
    """Entries of the newest roundups, in the order of the page, up to the limit.

    The newest roundup is never cut: whoever looks once a month must not miss what was at its end.
    """
    refs: list[Ref] = []
    first = None
    for roundup in roundups:
        for entry in _top_down(roundup, wanted):
            if len(refs) >= limit and first != roundup.date:
                return tuple(refs)
            refs.append((roundup.name, entry.anchor))
            first = first or roundup.date
    return tuple(refs)


def _among(names: set[tuple[str, str]]) -> Callable[[Roundup, Entry], bool]:
    return lambda roundup, entry: (roundup.name, entry.anchor) in names


def _top_down(roundup: Roundup, wanted: Callable[[Roundup, Entry], bool]) -> Iterator[Entry]:
    """The entries wanted; what is related to one of them is part of its text and no item of its own."""

    def walk(entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            if wanted(roundup, entry):
                yield entry
            else:
                yield from walk(entry.related)

    def walk_sections(sections: Iterable[Section]) -> Iterator[Entry]:
        for section in sections:
            yield from walk(section.entries)
            yield from walk_sections(section.sections)

    yield from walk(roundup.entries)
    yield from walk_sections(roundup.sections)


def make_items(
    roundup: Roundup, view: RoundupView, anchors: Iterable[str | None], desk: Desk, templates: Templates
) -> dict[str | None, Item]:
    """Items of a roundup: those of the entries with these anchors, and for None that of the whole."""
    site, prose = desk.library.site, desk.prose
    ids = entry_ids(roundup, site.url)
    entries = {entry.anchor: entry for entry in roundup.walk_entries()}
    views = {one.anchor: one for one in view.walk_entries()}
    items: dict[str | None, Item] = {}
    for anchor in anchors:
        if anchor is None:
            html = templates.render("feed/roundup.html", {"site": desk.site, "roundup": view})
            items[anchor] = roundup_item(roundup, view, html, site, prose.find_media)
        else:
            context = {"site": desk.site, "roundup": view, "entry": views[anchor]}
            html = templates.render("feed/entry.html", context)
            items[anchor] = entry_item(
                entries[anchor], views[anchor], html, identity=ids[anchor], roundup=roundup, site=site
            )
    return items

"""Which feeds a site has: roundups, entries, each tag, each series; each in three formats.

published roundups → items, made once and shared → channels → RSS, Atom, JSON Feed
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from gleanings.model import Entry, Roundup, Section
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
from gleanings.render.views import EntryView

_STYLESHEET = "/static/feed.xsl"


def render_feeds(desk: Desk, templates: Templates, *, published: frozenset[str]) -> Iterator[Page]:
    """Every feed as pages. `published` names the roundups that are out: drafts and future ones are in no feed."""
    for channel in plan_channels(desk, templates, published=published):
        yield from write_channel(channel)


def write_channel(channel: Channel) -> Iterator[Page]:
    """One feed in its three formats."""
    folder = channel.folder.lstrip("/")
    stylesheet = posixpath.relpath(_STYLESHEET, channel.folder)
    yield Page(path=f"{folder}{RSS_FILE}", content=render_rss(channel, stylesheet=stylesheet))
    yield Page(path=f"{folder}{ATOM_FILE}", content=render_atom(channel, stylesheet=stylesheet))
    yield Page(path=f"{folder}{JSON_FILE}", content=render_json_feed(channel))


def plan_channels(desk: Desk, templates: Templates, *, published: frozenset[str]) -> Iterator[Channel]:
    """Every feed of the site, in a steady order; items are made when first needed."""
    site = desk.library.site
    newest = [roundup for roundup in reversed(desk.library.roundups) if roundup.name in published]
    maker = _Maker(desk, templates)

    def channel(folder: str, title: str, page: str, items: Iterable[Item], description: str = "") -> Channel:
        return Channel(
            id=tag_uri(site.url, f"feed{folder}"),
            folder=folder,
            base=site.url,
            title=title,
            description=description,
            page=page,
            lang=site.lang,
            author=writer_of(site),
            items=told_apart(items),
            link=site.feeds.link,
        )

    def whole(roundups: Iterable[Roundup]) -> list[Item]:
        return [maker.roundup(roundup.name) for roundup in list(roundups)[: site.feeds.limit]]

    yield channel("/", site.title, "/", whole(newest), site.description)
    title = f"{site.title}: single entries"
    yield channel("/entries/", title, "/", maker.entries(newest, lambda _, __: True), site.description)
    for topic in desk.indexes.tags:
        names = {(standing.roundup.name, standing.entry.anchor) for standing in topic.standings}
        where = {name for name, _ in names}
        mine = [roundup for roundup in newest if roundup.name in where]
        items = maker.entries(mine, _among(names))
        yield channel(topic.address, f"{site.title}: {topic.name}", topic.address, items)
    for key in dict.fromkeys(roundup.series for roundup in reversed(newest)):
        series = find_series(site, key)
        mine = [roundup for roundup in newest if roundup.series == key]
        address = series_address(series)
        description = desk.prose.plain_block(series.intro) if series.intro else ""
        yield channel(address, series.title, address, whole(mine), description)


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


class _Maker:
    """Makes each item once, for all the feeds it stands in."""

    def __init__(self, desk: Desk, templates: Templates) -> None:
        self._desk = desk
        self._templates = templates
        self._site = desk.library.site
        self._roundups = {roundup.name: roundup for roundup in desk.library.roundups}
        self.roundup = cache(self._make_roundup)
        self._entry = cache(self._make_entry)
        self._standing = cache(self._find_standing)

    def entries(self, roundups: Iterable[Roundup], wanted: Callable[[Roundup, Entry], bool]) -> list[Item]:
        """Entries of the newest roundups, in the order of the page, up to the limit.

        The newest roundup is never cut: whoever looks once a month must not miss what was at its end.
        """
        items: list[Item] = []
        for roundup in roundups:
            for entry in _top_down(roundup, wanted):
                if len(items) >= self._site.feeds.limit and items[0].published != roundup.date:
                    return items
                items.append(self._entry(roundup.name, entry.anchor))
        return items

    def _make_roundup(self, name: str) -> Item:
        roundup, view = self._roundups[name], self._desk.roundup(self._roundups[name])
        html = self._templates.render("feed/roundup.html", {"site": self._desk.site, "roundup": view})
        return roundup_item(roundup, view, html, self._site, self._desk.prose.media)

    def _make_entry(self, name: str, anchor: str) -> Item:
        roundup = self._roundups[name]
        standing = self._standing(name)[anchor]
        context = {"site": self._desk.site, "roundup": self._desk.roundup(roundup), "entry": standing.view}
        html = self._templates.render("feed/entry.html", context)
        return entry_item(standing.entry, standing.view, html, identity=standing.id, roundup=roundup, site=self._site)

    def _find_standing(self, name: str) -> dict[str, _Standing]:
        """Anchor → entry, view and id, of one roundup."""
        roundup = self._roundups[name]
        entries = {entry.anchor: entry for entry in roundup.walk_entries()}
        ids = entry_ids(roundup, self._site.url)
        views = self._desk.roundup(roundup).walk_entries()
        return {view.anchor: _Standing(entries[view.anchor], view, ids[view.anchor]) for view in views}


@dataclass(frozen=True, slots=True)
class _Standing:
    entry: Entry
    view: EntryView
    id: str

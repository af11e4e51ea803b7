"""Which feeds a site has: roundups, entries, each tag, each series; each in three formats.

published roundups → planned channels → items, made once and shared → RSS, Atom, JSON Feed
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from gleanings.model import Entry, Roundup
from gleanings.render.feeds import atom, jsonfeed, rss
from gleanings.render.feeds.forms import with_moment
from gleanings.render.feeds.items import tag_uri, told_apart, writer_of
from gleanings.render.feeds.values import Channel, Forms, Pieces
from gleanings.render.indexes.desk import Desk, series_address
from gleanings.render.indexes.works import Topic
from gleanings.render.output.publish import Page
from gleanings.render.views.addresses import page_file, segment
from gleanings.render.views.naming import main_entries
from gleanings.sites import Site
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
    name: str = ""
    """What its id is made of, where that is not the folder."""


def render_channel(planned: PlannedChannel, site: Site, items: Mapping[Ref, Forms]) -> Iterator[Page]:
    """One feed in its three formats: what it says itself, and behind it its items, as they are."""
    forms = tell_apart([items[ref] for ref in planned.refs])
    channel = Channel(
        id=tag_uri(site.url, f"feed{planned.name or planned.folder}"),
        folder=planned.folder,
        base=site.url,
        title=planned.title,
        description=planned.description,
        page=planned.page,
        lang=site.lang,
        author=writer_of(site),
        updated=max((one.updated for one in forms), default=None),
    )
    folder = page_file(planned.folder).removesuffix("index.html")
    stylesheet = posixpath.relpath(_STYLESHEET, planned.folder)
    head = rss.rss_head(channel, stylesheet=stylesheet)
    yield Page(path=f"{folder}{rss.FILE}", content=_joined(head, rss.BETWEEN, [one.rss for one in forms], rss.TAIL))
    head = atom.atom_head(channel, stylesheet=stylesheet)
    yield Page(
        path=f"{folder}{atom.FILE}", content=_joined(head, atom.BETWEEN, [one.atom for one in forms], atom.TAIL)
    )
    head = jsonfeed.json_head(channel)
    yield Page(
        path=f"{folder}{jsonfeed.FILE}",
        content=_joined(head, jsonfeed.BETWEEN, [one.json for one in forms], jsonfeed.TAIL),
    )


def _joined(head: bytes, between: bytes, items: Sequence[Pieces], tail: bytes) -> bytes:
    pieces = [head]
    for item in items:
        pieces += (between, *item)
    # Nothing is to stand before the first.
    del pieces[1:2]
    return b"".join((*pieces, tail))


def tell_apart(items: Sequence[Forms]) -> Sequence[Forms]:
    """The items of a feed, newest first, none updated at the moment of another.

    Entries of one roundup never are, wherever they stand. Those of two of the same date may be: only then an item
    does not stand in this feed as it stands elsewhere.
    """
    moments = told_apart([one.updated for one in items])
    return [
        one if one.updated == moment else with_moment(one, moment) for one, moment in zip(items, moments, strict=True)
    ]


def plan_channels(desk: Desk, *, published: frozenset[str]) -> Iterator[PlannedChannel]:
    """Every feed of the site, in a steady order. `published` names the roundups that are out: drafts and future ones
    are in no feed."""
    site = desk.library.site
    newest = [roundup for roundup in reversed(desk.library.roundups) if roundup.name in published]

    def whole(roundups: Iterable[Roundup]) -> tuple[Ref, ...]:
        return tuple((roundup.name, None) for roundup in islice(roundups, site.feeds.limit))

    yield PlannedChannel(folder="/", title=site.title, page="/", refs=whole(newest), description=site.description)
    yield PlannedChannel(
        folder="/entries/",
        title=f"{site.title}: single entries",
        page="/",
        refs=_newest(_top_entries(newest), site.feeds.limit),
        description=site.description,
    )
    parents = _Parents()
    for topic in desk.indexes.tags:
        refs = _newest(_entries_under(topic, published, parents), site.feeds.limit)
        yield PlannedChannel(folder=topic.address, title=f"{site.title}: {topic.name}", page=topic.address, refs=refs)
    for key in dict.fromkeys(roundup.series for roundup in newest):
        series = site.find_series(key)
        address = series_address(series)
        yield PlannedChannel(
            folder=address,
            title=series.title,
            page=address,
            refs=whole(roundup for roundup in newest if roundup.series == key),
            description=desk.prose.plain_block(series.intro) if series.intro else "",
            # Ids never change, and once a folder in a folder had an address without its slash.
            name=f"/series/{segment(key)}/",
        )


def _newest(entries: Iterable[tuple[Roundup, Entry]], limit: int) -> tuple[Ref, ...]:
    """Entries of the newest roundups, in the order of the page, up to the limit.

    The newest roundup is never cut: whoever looks once a month must not miss what was at its end.
    """
    refs: list[Ref] = []
    first = None
    for roundup, entry in entries:
        if len(refs) >= limit and first != roundup.date:
            break
        refs.append((roundup.name, entry.anchor))
        first = first or roundup.date
    return tuple(refs)


def _top_entries(roundups: Iterable[Roundup]) -> Iterator[tuple[Roundup, Entry]]:
    """Their entries; what is related to one is part of its text and no item of its own."""
    return ((roundup, entry) for roundup in roundups for entry in main_entries(roundup))


class _Parents:
    """Knows to what an entry is related: roundup and anchor → the anchor of the entry above it."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def above(self, roundup: Roundup, anchor: str) -> Iterator[str]:
        """The anchors of all entries that this one stands under."""
        if roundup.name not in self._known:
            self._known[roundup.name] = {
                below.anchor: entry.anchor for entry in roundup.walk_entries() for below in entry.related
            }
        parents = self._known[roundup.name]
        while (parent := parents.get(anchor)) is not None:
            yield parent
            anchor = parent


def _entries_under(topic: Topic, published: frozenset[str], parents: _Parents) -> Iterator[tuple[Roundup, Entry]]:
    """A tag's entries; not those related to another one of them, which are part of its text."""
    mine = {(mention.roundup.name, mention.entry.anchor) for mention in topic.mentions}
    for mention in topic.mentions:
        roundup, anchor = mention.roundup, mention.entry.anchor
        if roundup.name in published and not any(
            (roundup.name, above) in mine for above in parents.above(roundup, anchor)
        ):
            yield roundup, mention.entry

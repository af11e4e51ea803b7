"""What a build leaves for the next edit of a note, so that it need not look at the whole site."""

from __future__ import annotations

from collections.abc import Mapping

from gleanings.records import Records
from gleanings.render.indexes.values import YearLine
from gleanings.render.search.files import Layout
from gleanings.render.views.values import SiteView
from gleanings.sites import Site
from gleanings.values import Value

_RECORD = "sketch"


class Sketch(Value, kw_only=True):
    """What a build knew of the whole site, as far as it takes to retouch a roundup."""

    site: Site
    view: SiteView
    base: str
    addresses: Mapping[str, str]
    """See rendering.Prose."""
    marks: Mapping[str, str]
    """Roundup.name → a mark of all that it was read from."""
    keys: Mapping[str, str]
    """Roundup.name → under which its part is remembered; see shaping.part_key."""
    feeds: Mapping[str, tuple[tuple[str, tuple[str | None, ...]], ...]]
    """Roundup.name → the folders of feeds that have items of it, and which (see channels.Ref)."""
    newest: str | None
    """Name of the roundup on the home page."""
    years: tuple[YearLine, ...]
    """What the home page says of the archive."""
    layout: Layout
    """Of the search index."""

    def stands_in_feeds(self, name: str) -> bool:
        """Whether feeds have the roundup as a whole: they are long then."""
        return any(None in anchors for _, anchors in self.feeds.get(name, ()))


def recall_sketch(records: Records, token: str) -> Sketch | None:
    """The sketch that the build of this name left."""
    return records.load(_RECORD, token, Sketch)


def remember_sketch(sketch: Sketch, records: Records, token: str) -> None:
    """Leave it for the next edit."""
    records.save(_RECORD, token, sketch)

"""What pages and feeds share while a site is made: views, indexes, what stands around a roundup."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from gleanings.model import Roundup
from gleanings.render.indexes.works import Indexes, source_name
from gleanings.render.prose.rendering import Prose
from gleanings.render.views.compose import compose_roundup
from gleanings.render.views.surroundings import Surroundings
from gleanings.render.views.values import ImageView, RoundupLine, RoundupView, SiteView
from gleanings.sites import Library, Series

PICTURE_SIZE = (1200, 630)
"""Of a picture for link previews, in pixels."""


class Desk:
    """What pages and feeds share: views and indexes are made once, when first asked for."""

    def __init__(
        self,
        library: Library,
        site: SiteView,
        prose: Prose,
        *,
        published: frozenset[str] | None = None,
        pictures: frozenset[str] = frozenset(),
    ) -> None:
        """`published` names the roundups that are out; without it all of the library are.

        `pictures` names those of which a picture is drawn for link previews.
        """
        self.library = library
        self.pictures = pictures
        self.site = site
        self.prose = prose
        names = (roundup.name for roundup in library.roundups if not roundup.draft)
        self.waiting = frozenset() if published is None else frozenset(names) - published
        """Names of roundups of days to come, which only previews show."""
        self.indexes = Indexes(library, prose, self.waiting)
        self.marks: dict[str, str] = {}
        """Roundup.name → a mark that changes with its view; whoever plans pages puts them in."""
        self._composed: dict[str, RoundupView] = {}
        self._mates = dict(_mates(library.roundups))

    def roundup(self, roundup: Roundup) -> RoundupView:
        if roundup.name not in self._composed:
            self._composed[roundup.name] = compose_roundup(roundup, self.surroundings(roundup), self.prose)
        return self._composed[roundup.name]

    def let_go(self, roundup: Roundup) -> None:
        """Its view is not needed any more, or seldom enough to be composed again."""
        self._composed.pop(roundup.name, None)

    def surroundings(self, roundup: Roundup) -> Surroundings:
        indexes = self.indexes
        before, after = self._mates[roundup.name]
        series = self.library.site.find_series(roundup.series)
        entries = tuple(roundup.walk_entries())
        tags = dict.fromkeys((*roundup.tags, *(tag for entry in entries for tag in entry.tags)))
        people = dict.fromkeys(person.name for entry in entries for person in entry.authors)
        sources = dict.fromkeys(name for entry in entries if (name := source_name(entry)))
        return Surroundings(
            site_url=self.site.url,
            series=series,
            series_address=series_address(series) if len(self.site.series) > 1 else None,
            author=self.library.site.author,
            previous=indexes.lines[before] if before else None,
            next=indexes.lines[after] if after else None,
            waiting=roundup.name in self.waiting,
            also_in=indexes.also_in(roundup),
            tags=_addresses_of(tags, indexes.tag_addresses),
            people=_addresses_of(people, indexes.author_addresses),
            sources=_addresses_of(sources, indexes.source_addresses),
            picture=picture_of(indexes.lines[roundup.name]) if roundup.name in self.pictures else None,
        )


def _addresses_of(names: Iterable[str], addresses: Mapping[str, str]) -> dict[str, str]:
    """Name → address, for the names that have one."""
    return {name: addresses[name] for name in names if name in addresses}


def picture_of(roundup: RoundupLine) -> ImageView:
    """Where the picture of a roundup for link previews stands, and what it shows."""
    first = "; ".join(roundup.first)
    return ImageView(
        src=f"{roundup.address}preview.png",
        alt=f"{roundup.text}: {first}" if first else roundup.text,
        width=PICTURE_SIZE[0],
        height=PICTURE_SIZE[1],
    )


def _mates(roundups: Iterable[Roundup]) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    """Every roundup's name with those of the one before it and the one after it in its series."""
    series: dict[str, list[str | None]] = defaultdict(lambda: [None])
    for roundup in roundups:
        series[roundup.series].append(roundup.name)
    for names in series.values():
        for before, name, after in zip(names, names[1:], [*names[2:], None], strict=False):
            if name is not None:
                yield name, (before, after)


def series_address(series: Series) -> str:
    """The page of a series; a folder in a folder keeps its slash, as roundups' own addresses do."""
    return f"/series/{quote(series.key)}/"

"""Which works stand under which tag, source and author, and where else a work was seen."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from markupsafe import Markup, escape

from gleanings import identity
from gleanings.model import Entry, Roundup
from gleanings.render.indexes.values import LetterView, TopicLine, TopicView, WorkLine, WorksOfYear
from gleanings.render.prose.assembly import plain_text
from gleanings.render.prose.rendering import Prose
from gleanings.render.prose.shortening import name_from
from gleanings.render.views.addresses import segment, site_address
from gleanings.render.views.dates import show_date
from gleanings.render.views.measures import count_works
from gleanings.render.views.naming import first_names
from gleanings.render.views.values import RoundupLine, SeenIn
from gleanings.sites import Library
from gleanings.slugs import slug
from gleanings.values import Value

_OWN_PAGE_FROM = 2
"""A source or an author has a page from this many entries on; before, the index shows the entry itself."""


class Mention(Value):
    """An entry and the roundup it stands in."""

    roundup: Roundup
    entry: Entry
    number: int
    """From 0, in the order of the page."""


class Topic(Value):
    """A tag, a source or an author, with all its entries, newest roundup first."""

    name: str
    """The spelling that most entries use, the first by letters among equals."""
    spellings: tuple[str, ...]
    slug: str
    folder: str
    mentions: tuple[Mention, ...]

    @property
    def address(self) -> str:
        return f"/{self.folder}/{segment(self.slug)}/"

    @property
    def has_page(self) -> bool:
        return self.folder == "tags" or len(self.mentions) >= _OWN_PAGE_FROM


class Indexes:
    """The library seen from its works; everything is worked out once and only when asked for."""

    def __init__(self, library: Library, prose: Prose, waiting: frozenset[str] = frozenset()) -> None:
        self.library = library
        self.prose = prose
        self.waiting = waiting
        """Names of roundups of days to come."""
        self.lines: dict[str, RoundupLine] = {}
        """Every roundup as a line, by name; whoever has them from elsewhere puts them in."""
        self.works: dict[str, tuple[WorkLine, ...]] = {}
        """Roundup.name → its entries as lines of an index, in the order of the page; likewise."""
        self.marks: dict[str, tuple[str, ...]] = {}
        """Roundup.name → for each of these lines, what changes with it; likewise."""

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Every entry, related ones included: newest roundup first, then in the order of the page."""
        return tuple(
            Mention(roundup, entry, number)
            for roundup in reversed(self.library.roundups)
            for number, entry in enumerate(roundup.walk_entries())
        )

    @cached_property
    def tags(self) -> tuple[Topic, ...]:
        return self._topics("tags", lambda mention: (*mention.entry.tags, *mention.roundup.tags))

    @cached_property
    def sources(self) -> tuple[Topic, ...]:
        return self._topics("sources", lambda mention: (name,) if (name := source_name(mention.entry)) else ())

    @cached_property
    def authors(self) -> tuple[Topic, ...]:
        return self._topics("authors", lambda mention: [person.name for person in mention.entry.authors])

    def _topics(self, folder: str, names: Callable[[Mention], Iterable[str]]) -> tuple[Topic, ...]:
        """Entries grouped by the slug of a name."""
        named: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            for name in dict.fromkeys(names(mention)):
                named[name].append(mention)
        spellings: dict[str, list[str]] = defaultdict(list)
        for name in named:
            spellings[slug(name)].append(name)
        topics = []
        for key, spelled in spellings.items():
            favourite, mentions = spelled[0], named[spelled[0]]
            if len(spelled) > 1:
                favourite = min(spelled, key=lambda name: (-len(named[name]), name))
                # An entry may have one name in two spellings.
                mine = {id(mention) for name in spelled for mention in named[name]}
                mentions = [mention for mention in self.mentions if id(mention) in mine]
            topics.append(Topic(favourite, tuple(spelled), key, folder, tuple(mentions)))
        return tuple(sorted(topics, key=lambda topic: (topic.slug, topic.name)))

    @cached_property
    def tag_addresses(self) -> Mapping[str, str]:
        return _addresses(self.tags)

    @cached_property
    def source_addresses(self) -> Mapping[str, str]:
        return _addresses(self.sources)

    @cached_property
    def author_addresses(self) -> Mapping[str, str]:
        return _addresses(self.authors)

    def work_of(self, mention: Mention) -> str:
        """The identity of the entry's own work; an entry without one is a work of its own."""
        roundup, entry = mention.roundup, mention.entry
        if not entry.url:
            return f"{entry.place.path}#{entry.anchor}"
        keys = self.library.keys.get(roundup.name)
        return keys[mention.number][0] if keys else identity.work_key(entry.url)

    # ── lines ──

    def work_line(self, mention: Mention) -> WorkLine:
        """An entry as a line of an index."""
        return self.works[mention.roundup.name][mention.number]

    def marks_of(self, topic: Topic) -> tuple[str, ...]:
        """What changes with the lines of its entries."""
        marks = self.marks
        return tuple([marks[mention.roundup.name][mention.number] for mention in topic.mentions])

    # ── pages ──

    def topic_view(self, topic: Topic, kind: str) -> TopicView:
        years: dict[str, list[WorkLine]] = defaultdict(list)
        for mention in topic.mentions:
            line = self.work_line(mention)
            years[line.date.year].append(line)
        return TopicView(
            name=topic.name,
            kind=kind,
            address=topic.address,
            count=len(topic.mentions),
            years=tuple(WorksOfYear(year=year, works=tuple(works)) for year, works in years.items()),
        )

    def letters(self, topics: Iterable[Topic]) -> tuple[LetterView, ...]:
        """Topics under their first letters, as in the index of a book; other scripts than ours after Z."""
        grouped: dict[str, list[TopicLine]] = defaultdict(list)
        for topic in topics:
            grouped[_letter(topic)].append(self._topic_line(topic))
        return tuple(LetterView(letter=letter, topics=tuple(lines)) for letter, lines in sorted(grouped.items()))

    def _topic_line(self, topic: Topic) -> TopicLine:
        return TopicLine(
            name=topic.name,
            address=topic.address if topic.has_page else None,
            anchor=topic.slug,
            count=len(topic.mentions),
            works=() if topic.has_page else tuple(self.work_line(mention) for mention in topic.mentions),
        )

    def also_in(self, roundup: Roundup) -> dict[str, tuple[SeenIn, ...]]:
        """Entry anchor → the other roundups in which one of its works stands, oldest first."""
        anchors = self._seen_again.get(roundup.name)
        if not anchors:
            return {}
        found = {}
        for entry in roundup.walk_entries():
            if entry.anchor in anchors and (seen := dict(self._seen(entry, roundup))):
                found[entry.anchor] = tuple(seen.values())
        return found

    @cached_property
    def _seen_again(self) -> Mapping[str, set[str]]:
        """Roundup.name → anchors of its entries that name a work which is named elsewhere too; these are few."""
        found: dict[str, set[str]] = defaultdict(set)
        for appearances in self.library.works.values():
            if len(appearances) > 1:
                for one in appearances:
                    found[one.roundup].add(one.anchor)
        return found

    def _seen(self, entry: Entry, roundup: Roundup) -> Iterator[tuple[str, SeenIn]]:
        for url in entry.addresses():
            for appearance in self.library.works.get(identity.work_key(url), ()):
                line = self.lines.get(appearance.roundup)
                if line is None or appearance.roundup == roundup.name:
                    continue
                address = f"{line.address}#{appearance.anchor}"
                yield appearance.roundup, SeenIn(title=line.title, address=address, date=line.date)


def _addresses(topics: Iterable[Topic]) -> Mapping[str, str]:
    """Name as written → address, of those topics that have a page."""
    return {name: topic.address for topic in topics if topic.has_page for name in topic.spellings}


def roundup_line(roundup: Roundup, prose: Prose) -> RoundupLine:
    """A roundup as a line of a list."""
    title = prose.inline(roundup.title)
    return RoundupLine(
        name=roundup.name,
        address=roundup.address,
        title=title,
        text=plain_text(title),
        date=show_date(roundup.date.date()),
        number=roundup.number,
        works=count_works(roundup),
        first=tuple(prose.plain(name) for name in first_names(roundup, 3)),
        lang=roundup.lang,
        draft=roundup.draft,
    )


def work_line(entry: Entry, roundup: Roundup, line: RoundupLine, prose: Prose) -> WorkLine:
    """An entry as a line of an index; `line` is its roundup's."""
    title = _entry_title(entry, prose)
    return WorkLine(
        title=title,
        text=plain_text(title),
        address=f"{roundup.address}#{entry.anchor}",
        url=site_address(entry.url, roundup.address) if entry.url else None,
        host=identity.host_label(entry.url) if entry.url else "",
        authors=tuple(person.name for person in entry.authors),
        source=entry.source,
        kind=kind_of(entry),
        lang=entry.lang,
        roundup=line.text,
        date=line.date,
        pick=bool(entry.pick),
        status=entry.status,
    )


def _entry_title(entry: Entry, prose: Prose) -> Markup:
    """Inline HTML without footnote marks: the title, else the first words, else the address."""
    if entry.title:
        return prose.title(entry.title)
    if entry.note or entry.thought:
        return escape(name_from(prose.plain_block(entry.note or entry.thought or "")))
    return escape(identity.name_address(entry.url) if entry.url else entry.anchor)


def source_name(entry: Entry) -> str | None:
    """The publication: as written, else the host of the work."""
    return entry.source or (identity.host_label(entry.url) if entry.url else None)


def kind_of(entry: Entry) -> str | None:
    """What the work is: as written, else as its address tells."""
    return entry.kind or (identity.guess_kind(entry.url) if entry.url else None)


def _letter(topic: Topic) -> str:
    """Of the name where it is written in another script, else of the slug, which has no accents."""
    own = next((sign for sign in unicodedata.normalize("NFKC", topic.name) if sign.isalnum()), "0")
    ours = unicodedata.name(own, "LATIN").startswith("LATIN")
    first = (topic.slug[:1] if ours else own).upper()
    return first if first.isalpha() else "0–9"

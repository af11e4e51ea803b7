"""What templates of lists are given: works as lines, topics, years, charts. Frozen; see views/values.py."""

from __future__ import annotations

from markupsafe import Markup

from gleanings.render.views.dates import Shown
from gleanings.render.views.values import RoundupLine
from gleanings.values import Value


class WorkLine(Value, kw_only=True):
    """An entry as one line of an index."""

    title: Markup
    text: str
    """The title in plain text."""
    address: str
    """Of the entry, in its roundup."""
    url: str | None
    host: str
    authors: tuple[str, ...]
    source: str | None
    kind: str | None
    lang: str | None
    roundup: str
    """The roundup's title, plain text."""
    date: Shown
    """Of the roundup."""
    pick: bool
    status: str | None


class TopicLine(Value, kw_only=True):
    """A tag, a source or an author as one line of an index."""

    name: str
    address: str | None
    """None where one entry is all there is: then the line shows it."""
    anchor: str
    count: int
    works: tuple[WorkLine, ...] = ()
    """Filled where there is no page of its own."""


class LetterView(Value, kw_only=True):
    """The lines below one letter."""

    letter: str
    topics: tuple[TopicLine, ...]


class WorksOfYear(Value, kw_only=True):
    year: str
    works: tuple[WorkLine, ...]


class TopicView(Value, kw_only=True):
    """All that was read under one tag, from one source or by one author; newest first."""

    name: str
    kind: str
    """`tag`, `source` or `author`."""
    address: str
    count: int
    years: tuple[WorksOfYear, ...]


class Bar(Value, kw_only=True):
    label: str
    count: int
    share: float
    """Of the longest bar, 0 to 1."""
    address: str | None = None


class Chart(Value, kw_only=True):
    """Counts to draw as bars, and the sentence that says what they show."""

    id: str
    title: str
    sentence: str
    bars: tuple[Bar, ...]


class GoalView(Value, kw_only=True):
    what: str
    """`papers`, `works`."""
    count: int
    done: int
    share: float
    """0 to 1."""
    pace: str
    """In words: `four ahead of the pace`."""


class YearLine(Value, kw_only=True):
    """A year in the archive: its roundups and how much was read in each month."""

    year: str
    address: str
    roundups: tuple[RoundupLine, ...]
    """Newest first."""
    works: int
    months: tuple[Bar, ...]
    """Twelve."""
    words: str
    """The twelve marks in words, for those who do not see them."""


class YearView(Value, kw_only=True):
    """What a year of reading came to."""

    year: str
    address: str
    until: Shown
    """The day up to which it is counted."""
    works: int
    roundups: tuple[RoundupLine, ...]
    goals: tuple[GoalView, ...]
    charts: tuple[Chart, ...]
    picks: tuple[WorkLine, ...]
    previous: YearLine | None
    next: YearLine | None


class BlogrollGroup(Value, kw_only=True):
    title: str | None
    feeds: tuple[BlogrollLine, ...]


class BlogrollLine(Value, kw_only=True):
    title: str
    url: str
    """Of the feed."""
    home: str | None
    host: str

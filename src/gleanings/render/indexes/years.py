"""What a year of reading came to: goals and their pace, counts, picks.

A work counts in the year (and month) in which it was read (`read`), else in that of its roundup; once a year, however
often it was mentioned; and not at all while it waits to be read (`status`). The pace is measured at the newest
roundup's day and not at today's, so that the same files give the same page on any day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from gleanings.render.indexes.charts import busiest, chart, month_bars, months_in_words, ranked
from gleanings.render.indexes.values import Chart, GoalView, YearLine, YearView
from gleanings.render.indexes.works import Indexes, Mention, kind_of, source_name
from gleanings.render.views.dates import MONTHS, show_date
from gleanings.sites import Goal
from gleanings.values import Value

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NO_KIND, _NO_SOURCE = "other", "elsewhere"
"""What works without a kind or a source are called."""


class Reading(Value):
    """One work, read in a month."""

    mention: Mention
    year: int
    month: int


@lru_cache(maxsize=1)
def readings(indexes: Indexes) -> tuple[Reading, ...]:
    """Every work that was read, once a year; oldest mention first."""
    found: dict[tuple[int, str], Reading] = {}
    for mention in reversed(indexes.mentions):
        entry = mention.entry
        if entry.status or not entry.url:
            continue
        year, month = _when(mention)
        found.setdefault((year, indexes.work_of(mention)), Reading(mention, year, month))
    return tuple(found.values())


def _when(mention: Mention) -> tuple[int, int]:
    written = (mention.entry.read or "").split("-")
    if len(written) >= 2 and written[0].isdigit() and written[1].isdigit() and 1 <= int(written[1]) <= 12:
        return int(written[0]), int(written[1])
    return mention.roundup.date.year, mention.roundup.date.month


def year_address(year: int | str) -> str:
    return f"/year/{year}/"


@lru_cache(maxsize=1)
def year_lines(indexes: Indexes) -> tuple[YearLine, ...]:
    """The archive: years newest first, each with its roundups and its twelve marks."""
    counted: dict[int, Counter[int]] = defaultdict(Counter)
    for reading in readings(indexes):
        counted[reading.year][reading.month] += 1
    roundups = defaultdict(list)
    for roundup in reversed(indexes.library.roundups):
        roundups[roundup.date.year].append(indexes.lines[roundup.name])
    return tuple(
        YearLine(
            year=str(year),
            address=year_address(year),
            roundups=tuple(roundups[year]),
            works=counted[year].total(),
            months=month_bars(counted[year]),
            words=months_in_words(counted[year]),
        )
        for year in sorted({*counted, *roundups}, reverse=True)
    )


def year_views(indexes: Indexes) -> Iterator[YearView]:
    """A view of each year, newest first."""
    lines = year_lines(indexes)
    all_readings = readings(indexes)
    for number, line in enumerate(lines):
        mine = tuple(reading for reading in all_readings if str(reading.year) == line.year)
        until = _until(indexes, int(line.year))
        yield YearView(
            year=line.year,
            address=line.address,
            until=show_date(until),
            works=len(mine),
            roundups=line.roundups,
            goals=tuple(_goal(goal, mine, until) for goal in _goals(indexes, int(line.year))),
            charts=tuple(_charts(indexes, mine)),
            picks=tuple(
                indexes.work_line(mention)
                for mention in reversed(indexes.mentions)
                if mention.entry.pick and str(mention.roundup.date.year) == line.year
            ),
            previous=lines[number + 1] if number + 1 < len(lines) else None,
            next=lines[number - 1] if number else None,
        )


def _goals(indexes: Indexes, year: int) -> Iterable[Goal]:
    return (goal for goal in indexes.library.site.goals if goal.year == year)


def _until(indexes: Indexes, year: int) -> date:
    """The last day of a year that is over, else the day of the newest roundup."""
    days = [roundup.date.date() for roundup in indexes.library.roundups]
    newest = max(days, default=date(year, 12, 31))
    return date(year, 12, 31) if newest.year > year else max(newest, date(year, 1, 1))


def _goal(goal: Goal, mine: Iterable[Reading], until: date) -> GoalView:
    done = sum(1 for reading in mine if goal.kind in (None, kind_of(reading.mention.entry)))
    return GoalView(
        what=plural(goal.kind or "work", goal.count),
        count=goal.count,
        done=done,
        share=min(1.0, done / goal.count) if goal.count else 1.0,
        pace=describe_pace(goal.count, done, until),
    )


def describe_pace(count: int, done: int, until: date) -> str:
    """How far along a year's goal is on a day, in words: `three ahead of the pace`."""
    if done >= count:
        return "reached" if done == count else f"reached, and {in_words(done - count)} more"
    days = date(until.year, 12, 31).timetuple().tm_yday
    if until.month == 12 and until.day == 31:
        return f"{in_words(count - done)} short"
    ahead = round(done - count * until.timetuple().tm_yday / days)
    if ahead == 0:
        return "on pace"
    return f"{in_words(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} the pace"


def in_words(number: int) -> str:
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"


def plural(word: str, count: int) -> str:
    """An English plural, good enough for the kinds of works."""
    if count == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _charts(indexes: Indexes, mine: tuple[Reading, ...]) -> Iterator[Chart]:
    months = Counter(reading.month for reading in mine)
    yield chart(
        "months",
        "By month",
        [(MONTHS[number - 1], months[number], None) for number in range(1, 13)],
        sentence=busiest(months),
    )
    kinds = Counter(kind_of(reading.mention.entry) or _NO_KIND for reading in mine)
    yield ranked("kinds", "By kind", kinds, {}, nameless=_NO_KIND)
    sources = Counter(source_name(reading.mention.entry) or _NO_SOURCE for reading in mine)
    addresses = {name: indexes.source_addresses.get(name) for name in sources}
    yield ranked("sources", "By source", sources, addresses, nameless=_NO_SOURCE)
    tags = Counter(tag for reading in mine for tag in dict.fromkeys(reading.mention.entry.tags))
    if tags:
        yield ranked("tags", "By tag", tags, {name: indexes.tag_addresses.get(name) for name in tags})

"""Counts as bars: what a template needs to draw one, and the sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gleanings.render.indexes.values import Bar, Chart
from gleanings.render.views.dates import MONTHS

TOP = 12
"""So many bars a chart has at most; the rest are in the index."""

_FEW = 3
"""So many names that share the first place are named."""


def chart(id: str, title: str, counts: Sequence[tuple[str, int, str | None]], *, sentence: str) -> Chart:  # noqa: A002
    """A chart of (label, count, address) in the order given; the longest bar is the measure of all."""
    longest = max((count for _, count, _ in counts), default=0)
    bars = (
        Bar(label=label, count=count, share=_share(count, longest), address=address)
        for label, count, address in counts
    )
    return Chart(id=id, title=title, sentence=sentence, bars=tuple(bars))


def ranked(
    id: str,  # noqa: A002
    title: str,
    counts: Mapping[str, int],
    addresses: Mapping[str, str | None],
    *,
    nameless: str = "",
) -> Chart:
    """The most frequent names, most first, ties by name. `nameless` stands for works without one: it comes last,
    whatever its count, as the sentence does not speak of it."""
    order = sorted(counts, key=lambda name: (-counts[name], name.casefold(), name))
    sentences = [_lead([(name, counts[name]) for name in order if name != nameless])]
    if len(order) > TOP:
        sentences.append(f"The {TOP} most frequent of {len(order)}.")
    shown = sorted(order[:TOP], key=lambda name: name == nameless)
    bars = [(name, counts[name], addresses.get(name)) for name in shown]
    return chart(id, title, bars, sentence=" ".join(filter(None, sentences)))


def _lead(order: Sequence[tuple[str, int]]) -> str:
    """One sentence about the most frequent names."""
    most = order[0][1] if order else 0
    first = [name for name, count in order if count == most]
    if most <= 1:
        return "None more than once." if len(first) > 1 else ""
    if len(first) > _FEW:
        return f"{len(first)} share the first place: {most} each."
    return f"Most often {_join(first)}: {most}."


def month_bars(counts: Mapping[int, int]) -> tuple[Bar, ...]:
    """Twelve bars, January to December."""
    longest = max(counts.values(), default=0)
    return tuple(
        Bar(label=name, count=counts.get(number, 0), share=_share(counts.get(number, 0), longest))
        for number, name in enumerate(MONTHS, 1)
    )


def months_in_words(counts: Mapping[int, int]) -> str:
    """`January 4, March 11`: what the twelve marks of a year say."""
    return ", ".join(f"{MONTHS[number - 1]} {counts[number]}" for number in sorted(counts) if counts[number])


def busiest(counts: Mapping[int, int]) -> str:
    """One sentence about the months with the most works."""
    most = max(counts.values(), default=0)
    if not most:
        return ""
    names = [MONTHS[number - 1] for number in sorted(counts) if counts[number] == most]
    return f"Most in {_join(names)}: {most}."


def _join(names: Iterable[str]) -> str:
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last


def _share(count: int, longest: int) -> float:
    return round(count / longest, 4) if longest else 0.0

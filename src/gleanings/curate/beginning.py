"""New roundups: which comes next in a series, its number, its first text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from gleanings.curate.periods import (
    NoPeriod,
    Period,
    default_pattern,
    fill_pattern,
    kind_of_cadence,
    parse_period,
    period_name,
)
from gleanings.files.writing import format_text
from gleanings.model import PeriodKind
from gleanings.patterns import later
from gleanings.problems import UsageError
from gleanings.project import Project, find_roundup_files
from gleanings.sites import Series
from gleanings.values import Value

_NUMBER = later(r"""^["']?number["']?[ \t]*:[ \t]*["']?(\d+)""", re.MULTILINE)
_STARTER = """\
# yaml-language-server: $schema={schema}

# title: {title}
{lines}# intro: |
#   What it is about, in Markdown.

entries:
"""


class Named(Value, kw_only=True):
    """A roundup's name, taken apart."""

    name: str
    """The path below content/ without `.yaml`."""
    series: str
    period: Period

    @property
    def stem(self) -> str:
        return self.name.rpartition("/")[2]


def parse_name(written: str) -> Named:
    """A roundup as a person names it: `2026-11`, `weekly/2026-w47`; `content/2026-11.yaml` does as well.

    Raises UsageError for what cannot be a roundup.
    """
    name = written.replace("\\", "/").removeprefix("./").removeprefix("content/").removesuffix(".yaml")
    folder, _, stem = name.rpartition("/")
    if not stem or any(part in ("", ".", "..") or part.startswith(".") for part in name.split("/")):
        raise UsageError(f"{written!r} is no roundup (name it like 2026-11 or weekly/2026-w47)")
    outermost = name.partition("/")[0]
    if outermost in ("pages", "media"):
        raise UsageError(f"{written!r} is no roundup: content/{outermost}/ holds other files")
    try:
        period = parse_period(stem)
    except NoPeriod as error:
        raise UsageError(f"{error.message} ({error.cure})") from None
    return Named(name=name, series=folder or "main", period=period)


def find_names(project: Project) -> tuple[Named, ...]:
    """Every roundup that is there and has a proper name, sorted by name."""
    found = []
    for file in find_roundup_files(project):
        try:
            found.append(parse_name(file.relative_to(project.content).as_posix()))
        except UsageError:
            # `check` tells of the file's name.
            continue
    return tuple(found)


def plan_present_name(names: Sequence[Named], series: Series, *, today: date) -> str:
    """The name of today's roundup: one that is there, also with a word behind its period, or a new one."""
    mine = [named for named in names if named.series == series.key]
    stem = period_name(_kind(mine, series), today)
    present = [named.name for named in mine if named.stem == stem]
    worded = [named.name for named in mine if named.stem.startswith(f"{stem}-") and _holds(named.period, stem)]
    if present or len(worded) != 1:
        return _below(series, stem)
    return worded[0]


def plan_next_name(names: Sequence[Named], series: Series, *, today: date) -> str:
    """The name of the next roundup: today's period, or the one after the latest where that is there already."""
    mine = [named for named in names if named.series == series.key]
    kind = _kind(mine, series)
    stem = period_name(kind, today)
    taken = {named.stem for named in mine}
    lasts = [named.period.last for named in mine if named.period.last is not None and named.period.kind == kind]
    if stem in taken:
        stem = period_name(kind, max(lasts) + timedelta(days=1))
    return _below(series, stem)


def find_next_number(texts: Iterable[str], series: Series) -> int | None:
    """One more than the highest number that the series' roundups have; None for a series without numbers.

    Numbers are given once: a gap is never filled.
    """
    numbers = [int(found[1]) for text in texts if (found := _NUMBER.search(text))]
    if not numbers and "{number" not in (series.pattern or ""):
        return None
    return max(numbers, default=0) + 1


def format_starter(named: Named, series: Series, *, number: int | None, today: date, schema: str) -> str:
    """The first text of a roundup: the schema for editors, hints, an empty list. A slug gets today's date."""
    day = named.period.last or today
    title = fill_pattern(
        series.pattern or default_pattern(named.period.kind),
        period=named.period,
        day=day,
        number=number,
        series_title=series.title,
    )
    lines = f"number: {number}\n" if number is not None else ""
    lines += f"date: {today.isoformat()}\n" if named.period.last is None else ""
    return _STARTER.format(schema=schema, title=format_text(title), lines=lines)


def schema_address(project: Project, file: Path) -> str:
    """Where an editor finds the schema, seen from a roundup's file."""
    return Path(os.path.relpath(project.schema_file, file.parent)).as_posix()


def _kind(mine: Sequence[Named], series: Series) -> PeriodKind:
    """The kind of period that a series is written in: as its cadence says, else as its latest roundup, else as its
    pattern or its folder's name tells."""
    if series.cadence:
        return kind_of_cadence(series.cadence)
    dated = [named for named in mine if named.period.last is not None]
    if dated:
        return max(dated, key=lambda named: (named.period.last, named.name)).period.kind
    return "week" if "{week" in (series.pattern or "") else kind_of_cadence(series.key.rpartition("/")[2])


def _holds(period: Period, stem: str) -> bool:
    """True where `stem` with a word behind it is still that period, and not a day of a month."""
    return period.first is not None and period.kind == parse_period(stem).kind


def _below(series: Series, stem: str) -> str:
    return stem if series.key == "main" else f"{series.key}/{stem}"

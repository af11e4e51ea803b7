"""From what was written in one file to a roundup: anchors given, a section's defaults passed down, title and date
filled in from the file's name and the series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from gleanings.curate.anchors import Anchors
from gleanings.curate.periods import Period, address_of, default_pattern, fill_pattern
from gleanings.files.kinds import parse_moment
from gleanings.files.shape import Written
from gleanings.model import Entry, Link, Roundup, Section, sections_stand_first
from gleanings.sites import Series

_DEFAULTS = ("kind", "status")


def assemble_roundup(
    written: Written, *, name: str, path: str, period: Period, series: Series, timezone: str
) -> Roundup:
    """The roundup `name` (`2026-11`, `weekly/2026-w47`). `written` has a date, or the period has one."""
    values, order = dict(written.values), tuple(written.values)
    zone = ZoneInfo(timezone)
    date_written = values.pop("date", None)
    date, by_day = _moment(date_written, zone) if date_written else (_midnight(period, zone), True)
    title = values.pop("title", None) or fill_pattern(
        series.pattern or default_pattern(period.kind),
        period=period,
        day=date.date(),
        number=values.get("number"),
        series_title=series.title,
    )
    anchors = Anchors(frozenset(_fixed_ids(written)))
    slug = values.pop("slug", None)
    parts = (*period.parts[:-1], slug) if slug else period.parts
    updated = values.pop("updated", None)
    entries, sections = values.pop("entries", ()), values.pop("sections", ())
    # In the order of the page, so that the first of two equal titles has the plain anchor.
    in_order: dict[str, Any] = {}
    sections_first = sections_stand_first(order)
    for key in ("sections", "entries") if sections_first else ("entries", "sections"):
        if key == "entries":
            in_order[key] = tuple(_entry(entry, anchors, {}, ()) for entry in entries)
        else:
            in_order[key] = tuple(_section(section, anchors, {}, ()) for section in sections)
    return Roundup(
        name=name,
        path=path,
        series=series.key,
        address=address_of(series.key, parts),
        period=period.kind,
        title=title,
        date=date,
        dated_by_day=by_day,
        updated=_moment(updated, zone)[0] if updated else None,
        order=order,
        **in_order,
        **values,
    )


def _section(written: Written, anchors: Anchors, defaults: Mapping[str, Any], tags: tuple[str, ...]) -> Section:
    values = dict(written.values)
    defaults = {**defaults, **{key: values.pop(key) for key in _DEFAULTS if key in values}}
    tags = _united(tags, values.pop("tags", ()))
    title = values.get("title")
    anchor = anchors.make(title=title, url=None, words=None) if title else ""
    values["entries"] = tuple(_entry(entry, anchors, defaults, tags) for entry in values.get("entries", ()))
    values["sections"] = tuple(_section(section, anchors, defaults, tags) for section in values.get("sections", ()))
    return Section(anchor=anchor, place=written.place, **values)


def _entry(written: Written, anchors: Anchors, defaults: Mapping[str, Any], tags: tuple[str, ...]) -> Entry:
    values = dict(written.values)
    order = tuple(values)
    values.pop("private", None)
    related = values.pop("related", ())
    fixed = values.pop("id", None)
    note = values.get("note")
    anchor = fixed or anchors.make(title=values.get("title"), url=values.get("url"), words=note or _any_words(values))
    if "image" in values:
        values["images"] = values.pop("image")
    if "links" in values:
        values["links"] = tuple(
            Link(url=link.url, role=role, title=link.title, note=link.note)
            for role, links in values["links"]
            for link in links
        )
    if tags:
        values["tags"] = _united(tags, values.get("tags", ()))
    if related:
        # Defaults of a section are about its entries; what stands under one may be of any kind.
        values["related"] = tuple(_entry(child, anchors, {}, ()) for child in related)
    return Entry(
        place=written.place,
        anchor=anchor,
        order=order,
        bare=written.bare,
        blank=written.blank,
        **{**defaults, **values},
    )


def _any_words(values: Mapping[str, Any]) -> str | None:
    if "thought" in values:
        return str(values["thought"])
    return str(values["quotes"][0].text) if values.get("quotes") else None


def _united(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _fixed_ids(written: Written) -> Iterator[str]:
    for key in ("entries", "sections", "related"):
        for child in written.values.get(key, ()):
            if "id" in child.values:
                yield child.values["id"]
            yield from _fixed_ids(child)


def _midnight(period: Period, zone: ZoneInfo) -> datetime:
    assert period.last is not None
    return datetime.combine(period.last, time(), zone)


def _moment(written: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    """A day or a time as written → aware, in the site's zone; and whether it was a day."""
    by_day = len(written) <= 10
    moment = parse_moment(written)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone), by_day
    return moment.astimezone(zone), by_day

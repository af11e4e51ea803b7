"""What one roundup gives to the site, made once and remembered: its page, its feed items, its lines elsewhere.

    roundup → Rows (from its own file alone: lines, search), open data
    roundup, surroundings, templates → Part (its page's mark), feed items

Rows and Part are remembered under a mark of all that went in, with what their texts asked of the site besides
(pictures, addresses of other files); a roundup whose two records still hold is neither composed nor rendered. Items
and open data lie beside them (shelf.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gleanings.model import Roundup, Site
from gleanings.problems import Problem, ProblemsFound
from gleanings.records import Records, digest, digest_bytes
from gleanings.render.feeds.forms import make_forms, mark_of
from gleanings.render.feeds.items import entry_ids, entry_item, entry_moments, roundup_item
from gleanings.render.feeds.values import Forms
from gleanings.render.indexes.values import WorkLine
from gleanings.render.indexes.works import roundup_line, work_line
from gleanings.render.output.publish import Made, Page
from gleanings.render.output.stage import Stage
from gleanings.render.pages.outputs import OpenData, open_data
from gleanings.render.pages.roundup_page import render_roundup_page
from gleanings.render.prose.rendering import Fragment, Key, Lookups, Prose, Seen, Unreadable
from gleanings.render.search.files import Indexed
from gleanings.render.search.indexing import index_roundup
from gleanings.render.theme.templates import Templates
from gleanings.render.views.compose import compose_roundup
from gleanings.render.views.surroundings import Surroundings
from gleanings.render.views.values import RoundupLine, RoundupView, SiteView
from gleanings.values import Value


class Rows(Value, kw_only=True):
    """What other pages, search and open data say of a roundup."""

    line: RoundupLine
    works: tuple[WorkLine, ...]
    """In the order of the page."""
    marks: tuple[str, ...]
    """For each of them, what changes with it."""
    indexed: Indexed
    data_mark: str
    """Changes with its open data."""
    lookups: Lookups
    unreadable: tuple[Unreadable, ...]


class Part(Value, kw_only=True):
    """What a roundup says itself."""

    around: Surroundings
    """What its page shows of others."""
    page: str
    """Digest of its page."""
    marks: dict[str | None, str]
    """Anchor (None: the whole roundup) → what changes with the feed item, of those that a feed has asked for."""
    lookups: Lookups
    unreadable: tuple[Unreadable, ...]


Items = dict[str | None, Forms]
"""Anchor (None: the whole roundup) → feed item."""


class Shape(Value, kw_only=True):
    """A roundup with all that is made of it."""

    page: Page
    view: RoundupView
    rows: Rows
    part: Part
    items: Items
    data: OpenData | None
    """None where the rows were remembered."""


class Bench(Value, kw_only=True, gc=True):
    """What it takes to shape roundups, besides themselves and their surroundings."""

    site: Site
    view: SiteView
    prose: Prose
    templates: Templates
    records: Records


class Task(Value, kw_only=True):
    """A roundup to be shaped, and what is known of it."""

    roundup: Roundup
    around: Surroundings
    rows_key: str
    part_key: str
    anchors: tuple[str | None, ...]
    """The feed items that are asked for."""
    rows: Rows | None
    """Remembered."""


class Shaped(Value, kw_only=True):
    """A roundup's values; it can travel between processes. Without a part there are problems."""

    name: str
    page: Made | None = None
    rows: Rows | None = None
    part: Part | None = None
    problems: tuple[Problem, ...] = ()


def rows_key(mark: str, site: SiteView) -> str:
    """Under which a roundup's rows are remembered; `mark` is of all that it was read from."""
    return digest(mark, site.url, site.lang)


def part_key(mark: str, base: str, around: Surroundings, site: Site) -> str:
    """Under which a roundup's part is remembered; `base` is a mark of theme, program and what every page says."""
    return digest(mark, base, around, site.author, site.email, site.feeds.link)


def find_rows(roundup: Roundup, key: str, prose: Prose, records: Records) -> Rows | None:
    """The rows remembered, where they still hold."""
    records.keep(f"prose {roundup.name}")
    records.keep(f"data {roundup.name}")
    rows = records.load(f"rows {roundup.name}", key, Rows)
    return rows if rows is not None and prose.holds(rows.lookups) else None


def find_part(
    roundup: Roundup, key: str, anchors: Iterable[str | None], prose: Prose, records: Records
) -> Part | None:
    """The part remembered, where it still holds and has all items asked for."""
    part = records.load(f"part {roundup.name}", key, Part)
    records.keep(f"items {roundup.name}")
    if part is None or not prose.holds(part.lookups) or not part.marks.keys() >= set(anchors):
        return None
    return part


def find_items(name: str, key: str, records: Records) -> Items | None:
    """The feed items remembered beside a part that holds, by the roundup's name and part_key."""
    return records.load(f"items {name}", key, Items)


def find_data(name: str, key: str, records: Records) -> OpenData | None:
    """The open data remembered beside rows that hold, by the roundup's name and rows_key."""
    return records.load(f"data {name}", key, OpenData)


def shape(task: Task, bench: Bench, stage: Stage) -> Shaped:
    """Compose and render a roundup, and remember what came of it; its page is put down, its texts are let go."""
    with bench.prose.watch() as seen:
        try:
            made = make_shape(task, bench)
        except ProblemsFound as found:
            rows = task.rows or _make_rows(task.roundup, bench)[0]
            return Shaped(name=task.roundup.name, rows=rows, problems=found.problems)
    bench.prose.let_go(seen.fragments)
    return Shaped(name=task.roundup.name, page=stage.take(made.page), rows=made.rows, part=made.part)


def make_shape(task: Task, bench: Bench) -> Shape:
    """All that is made of a roundup; what there is to remember of it is remembered. Raises ProblemsFound."""
    roundup, records = task.roundup, bench.records
    fragments = recall_prose(roundup, bench.prose, records)
    with bench.prose.watch() as seen:
        rows, data = (task.rows, None) if task.rows else _make_rows(roundup, bench)
        made = _make_part(task, bench, rows, data)
    if task.rows is not None:
        seen.fragments.update((key, fragment) for key, fragment in fragments.items() if key not in seen.fragments)
    dear = {key: fragment for key, fragment in seen.fragments.items() if fragment.dear}
    records.save(f"prose {roundup.name}", bench.prose.lang, dear)
    if data is not None:
        records.save(f"rows {roundup.name}", task.rows_key, rows)
        records.save(f"data {roundup.name}", task.rows_key, data)
    records.save(f"part {roundup.name}", task.part_key, made.part)
    records.save(f"items {roundup.name}", task.part_key, made.items)
    return made


def recall_prose(roundup: Roundup, prose: Prose, records: Records) -> Mapping[Key, Fragment]:
    """Take over the texts that another build rendered of a roundup; returns them."""
    fragments = records.load(f"prose {roundup.name}", prose.lang, dict[Key, Fragment]) or {}
    prose.remember(fragments)
    return fragments


def _make_rows(roundup: Roundup, bench: Bench) -> tuple[Rows, OpenData]:
    prose = bench.prose
    with prose.watch() as seen:
        line = roundup_line(roundup, prose)
        works = tuple(work_line(entry, roundup, line, prose) for entry in roundup.walk_entries())
        indexed = index_roundup(roundup, line.text, prose)
        data = open_data(roundup, bench.view.url, prose)
        rows = Rows(
            line=line,
            works=works,
            marks=tuple(map(digest, works)),
            indexed=indexed,
            data_mark=digest_bytes(data.roundup + data.entries),
            **_asked(seen),
        )
        return rows, data


def _make_part(task: Task, bench: Bench, rows: Rows, data: OpenData | None) -> Shape:
    with bench.prose.watch() as seen:
        view = compose_roundup(task.roundup, task.around, bench.prose)
        page = render_roundup_page(view, bench.view, bench.templates)
        items = make_items(task.roundup, view, task.anchors, bench)
        marks = {anchor: mark_of(item) for anchor, item in items.items()}
        part = Part(around=task.around, page=page.digest, marks=marks, **_asked(seen))
        return Shape(page=page, view=view, rows=rows, part=part, items=items, data=data)


def make_items(roundup: Roundup, view: RoundupView, anchors: Iterable[str | None], bench: Bench) -> Items:
    """Items of a roundup: those of the entries with these anchors, and for None that of the whole."""
    site, render = bench.site, bench.templates.render
    ids, moments = entry_ids(roundup, site.url), entry_moments(roundup)
    entries = {entry.anchor: entry for entry in roundup.walk_entries()}
    views = {one.anchor: one for one in view.walk_entries()}
    items: Items = {}
    for anchor in anchors:
        if anchor is None:
            html = render("feed/roundup.html", {"site": bench.view, "roundup": view})
            item = roundup_item(roundup, view, html, site, bench.prose.find_media)
        else:
            html = render("feed/entry.html", {"site": bench.view, "roundup": view, "entry": views[anchor]})
            item = entry_item(
                entries[anchor],
                views[anchor],
                html,
                identity=ids[anchor],
                updated=moments[anchor],
                roundup=roundup,
                site=site,
            )
        items[anchor] = make_forms(item, site.feeds.link)
    return items


def _asked(seen: Seen) -> dict[str, Any]:
    # A text without an anchor stands elsewhere with one.
    return {"lookups": seen.lookups(), "unreadable": tuple(one for one in seen.unreadable() if one.anchor)}

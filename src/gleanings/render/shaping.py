"""What one roundup gives to the site, made once and remembered: its page, its feed items, its lines elsewhere.

    roundup → Rows, open data (rows.py)
    roundup, surroundings, templates → Part (its page's mark), feed items

Rows and Part are remembered under a mark of all that went in, with what their texts asked of the site besides
(pictures, addresses of other files); a roundup whose two records still hold is neither composed nor rendered. Items
and open data lie beside them (shelf.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from gleanings.model import Roundup
from gleanings.problems import Problem, ProblemsFound
from gleanings.records import Records, digest, digest_packed
from gleanings.render.feeds.forms import make_forms, mark_of
from gleanings.render.feeds.items import entry_ids, entry_item, entry_moments, roundup_item
from gleanings.render.feeds.values import Forms
from gleanings.render.output.publish import Made, Page
from gleanings.render.output.stage import Stage
from gleanings.render.pages.roundup_page import render_roundup_page
from gleanings.render.prose.rendering import Lookups, Prose, Unreadable, recall_prose, remember_prose
from gleanings.render.rows import Rows, asked, make_rows, remember_rows
from gleanings.render.theme.templates import Templates
from gleanings.render.views.compose import compose_roundup
from gleanings.render.views.surroundings import Surroundings
from gleanings.render.views.values import RoundupView, SiteView
from gleanings.sites import Site
from gleanings.values import Value


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
    """What a roundup says itself, made."""

    page: Page
    view: RoundupView
    part: Part
    items: Items


class Tools(Value, kw_only=True, gc=True):
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


def part_key(mark: str, base: str, around: Surroundings, site: Site) -> str:
    """Under which a roundup's part is remembered; `base` is a mark of theme, program and what every page says."""
    return digest(mark, base, digest_packed(around), site.author, site.email, site.feeds.link)


def find_part(
    roundup: Roundup, key: str, anchors: Iterable[str | None], prose: Prose, records: Records
) -> Part | None:
    """The part remembered, where it still holds and has all items asked for."""
    part = records.load(f"part {roundup.name}", key, Part)
    records.keep(f"items {roundup.name}")
    if part is None or not prose.holds(part.lookups) or not part.marks.keys() >= set(anchors):
        return None
    return part


def find_items(name: str, key: str, part: Part, records: Records) -> Items | None:
    """The feed items remembered beside a part that holds, by the roundup's name and part_key."""
    return records.load(f"items {name}", _items_key(key, part), Items)


def _items_key(key: str, part: Part) -> str:
    """Under which a part's own items are remembered, and not those of another build, which was killed."""
    return digest(key, part.marks)


def shape(task: Task, tools: Tools, stage: Stage) -> Shaped:
    """All that is made of a roundup, made and remembered; its page is put down, its texts are let go."""
    roundup, prose, records = task.roundup, tools.prose, tools.records
    fragments = recall_prose(roundup.name, prose, records)
    with prose.watch() as seen:
        rows = task.rows
        if rows is None:
            rows, data = make_rows(roundup, tools.view, prose)
            remember_rows(roundup.name, task.rows_key, rows, data, records)
            fragments = {}
        try:
            made = make_shape(task, tools)
        except ProblemsFound as found:
            return Shaped(name=roundup.name, rows=rows, problems=found.problems)
    # Rows that were remembered have used theirs as well.
    remember_prose(roundup.name, {**fragments, **seen.fragments}, prose, records)
    prose.let_go(seen.fragments)
    return Shaped(name=roundup.name, page=stage.take(made.page, made.part.page), rows=rows, part=made.part)


def make_shape(task: Task, tools: Tools, *, known: Mapping[str | None, Forms] | None = None) -> Shape:
    """What a roundup says itself; part and items are remembered. `known` are items of which it is sure that they are
    as they were. Raises ProblemsFound."""
    roundup = task.roundup
    with tools.prose.watch() as seen:
        view = compose_roundup(roundup, task.around, tools.prose)
        page = render_roundup_page(view, tools.view, tools.templates)
        items = make_items(roundup, view, task.anchors, tools, known=known or {})
        marks = {anchor: mark_of(item) for anchor, item in items.items()}
        part = Part(around=task.around, page=page.digest, marks=marks, **asked(seen))
    tools.records.save(f"part {roundup.name}", task.part_key, part)
    tools.records.save(f"items {roundup.name}", _items_key(task.part_key, part), items)
    return Shape(page=page, view=view, part=part, items=items)


def make_items(
    roundup: Roundup,
    view: RoundupView,
    anchors: Collection[str | None],
    tools: Tools,
    *,
    known: Mapping[str | None, Forms],
) -> Items:
    """Items of a roundup: those of the entries with these anchors, and for None that of the whole; what is `known`
    is not made again."""
    if not anchors:
        return {}
    site, render = tools.site, tools.templates.render
    ids, moments = entry_ids(roundup, site.url), entry_moments(roundup)
    entries = {entry.anchor: entry for entry in roundup.walk_entries()}
    views = {one.anchor: one for one in view.walk_entries()}
    items: Items = {}
    for anchor in anchors:
        if anchor in known:
            items[anchor] = known[anchor]
            continue
        if anchor is None:
            html = render("feed/roundup.html", {"site": tools.view, "roundup": view})
            item = roundup_item(roundup, view, html, site, tools.prose.find_media)
        else:
            html = render("feed/entry.html", {"site": tools.view, "roundup": view, "entry": views[anchor]})
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

"""What one roundup gives to the site, made once and remembered: its page, its feed items, its lines elsewhere.

    roundup → Rows (from its own file alone: lines, search, open data)
    roundup, surroundings, templates → Part (its page's mark, its feed items)

Both are remembered under a mark of all that went in, with what their texts asked of the site besides (pictures,
addresses of other files); a roundup whose two records still hold is neither composed nor rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

from markupsafe import Markup

from gleanings.model import Roundup
from gleanings.problems import Problem, ProblemsFound
from gleanings.records import Records, classes_of, digest, digest_bytes
from gleanings.render import dates, index_views, media, outputs, prose, views
from gleanings.render.desk import Desk
from gleanings.render.feeds import values
from gleanings.render.feeds.channels import make_items
from gleanings.render.feeds.forms import mark_of
from gleanings.render.feeds.values import Forms
from gleanings.render.index_views import WorkLine
from gleanings.render.indexes import roundup_line, work_line
from gleanings.render.outputs import OpenData, open_data
from gleanings.render.prose import Fragment, Key, Lookups, Prose, Seen, Unreadable
from gleanings.render.publish import Made, Page
from gleanings.render.roundup_page import render_roundup_page
from gleanings.render.search import files as search_files
from gleanings.render.search.files import Indexed
from gleanings.render.search.indexing import index_roundup
from gleanings.render.stage import Stage
from gleanings.render.templates import Templates
from gleanings.render.views import RoundupLine
from gleanings.values import Value

_VALUES: tuple[ModuleType, ...] = (dates, index_views, media, outputs, prose, search_files, values, views)


class Rows(Value, kw_only=True):
    """What other pages, search and open data say of a roundup."""

    line: RoundupLine
    works: tuple[WorkLine, ...]
    """In the order of the page."""
    marks: tuple[str, ...]
    """For each of them, what changes with it."""
    indexed: Indexed
    data: OpenData
    data_mark: str
    lookups: Lookups
    unreadable: tuple[Unreadable, ...]


class Part(Value, kw_only=True):
    """What a roundup says itself."""

    page: str
    """Digest of its page."""
    items: dict[str | None, Forms]
    """Anchor (None: the whole roundup) → feed item, of those that a feed has asked for."""
    marks: dict[str | None, str]
    """For each of them, what changes with it."""
    lookups: Lookups
    unreadable: tuple[Unreadable, ...]


class Task(Value, kw_only=True):
    """A roundup to be shaped, and what is known of it."""

    roundup: Roundup
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


def record_classes() -> tuple[type, ...]:
    """The classes that records of this stage are made of."""
    return (Markup, Rows, Part, *classes_of(*_VALUES))


def find_rows(roundup: Roundup, key: str, prose: Prose, records: Records) -> Rows | None:
    """The rows remembered, where they still hold."""
    records.keep(f"prose {roundup.name}")
    rows: Rows | None = records.load(f"rows {roundup.name}", key)
    return rows if rows is not None and prose.holds(rows.lookups) else None


def find_part(
    roundup: Roundup, key: str, anchors: Iterable[str | None], prose: Prose, records: Records
) -> Part | None:
    """The part remembered, where it still holds and has all items asked for."""
    part: Part | None = records.load(f"part {roundup.name}", key)
    if part is None or not prose.holds(part.lookups) or not part.items.keys() >= set(anchors):
        return None
    return part


def shape(task: Task, desk: Desk, templates: Templates, records: Records, stage: Stage) -> Shaped:
    """Compose and render a roundup, and remember what came of it; its page is put down, its texts are let go."""
    roundup = task.roundup
    fragments = recall_prose(roundup, desk, records)
    with desk.prose.watch() as seen:
        rows = task.rows or _make_rows(roundup, desk)
        try:
            page, part = _make_part(task, desk, templates)
        except ProblemsFound as found:
            return Shaped(name=roundup.name, rows=rows, problems=found.problems)
    if task.rows is not None:
        seen.fragments.update((key, fragment) for key, fragment in fragments.items() if key not in seen.fragments)
    records.save(f"prose {roundup.name}", desk.prose.lang, seen.fragments)
    if task.rows is None:
        records.save(f"rows {roundup.name}", task.rows_key, rows)
    records.save(f"part {roundup.name}", task.part_key, part)
    desk.let_go(roundup)
    desk.prose.let_go(seen.fragments)
    return Shaped(name=roundup.name, page=stage.take(page), rows=rows, part=part)


def recall_prose(roundup: Roundup, desk: Desk, records: Records) -> Mapping[Key, Fragment]:
    """Take over the texts that another build rendered of a roundup; returns them."""
    fragments: dict[Key, Fragment] = records.load(f"prose {roundup.name}", desk.prose.lang) or {}
    desk.prose.remember(fragments)
    return fragments


def _make_rows(roundup: Roundup, desk: Desk) -> Rows:
    with desk.prose.watch() as seen:
        line = roundup_line(roundup, desk.prose)
        works = tuple(work_line(entry, roundup, line, desk.prose) for entry in roundup.walk_entries())
        indexed = index_roundup(roundup, line.text, desk.prose)
        data = open_data(roundup, desk.site.url, desk.prose)
        return Rows(
            line=line,
            works=works,
            marks=tuple(map(digest, works)),
            indexed=indexed,
            data=data,
            data_mark=digest_bytes(data.roundup + data.entries),
            **_asked(seen),
        )


def _make_part(task: Task, desk: Desk, templates: Templates) -> tuple[Page, Part]:
    with desk.prose.watch() as seen:
        view = desk.roundup(task.roundup)
        page = render_roundup_page(view, desk.site, templates)
        items = make_items(task.roundup, view, task.anchors, desk, templates)
        marks = {anchor: mark_of(item) for anchor, item in items.items()}
        return page, Part(page=page.digest, items=items, marks=marks, **_asked(seen))


def _asked(seen: Seen) -> dict[str, Any]:
    # A text without an anchor stands elsewhere with one.
    return {"lookups": seen.lookups(), "unreadable": tuple(one for one in seen.unreadable() if one.anchor)}

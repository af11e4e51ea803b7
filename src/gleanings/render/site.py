"""From the library to everything that stands in public/: the renderer's one function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain

from gleanings.aside import share
from gleanings.model import Library, Place, Site
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project
from gleanings.records import Records, digest
from gleanings.render.feeds.channels import PlannedChannel, Ref, plan_channels, render_channel
from gleanings.render.feeds.values import Forms
from gleanings.render.indexes.desk import Desk
from gleanings.render.indexes.works import roundup_line
from gleanings.render.indexes.years import year_lines
from gleanings.render.output.journal import Standing
from gleanings.render.output.plan import Done, Plan, Target, make
from gleanings.render.output.publish import Copy, Kept, Output, Page
from gleanings.render.output.stage import Stage
from gleanings.render.pages.outputs import render_open_data, render_redirects, render_robots, render_sitemap
from gleanings.render.pages.planning import PlannedPage, plan_pages, render_page
from gleanings.render.pages.site_view import compose_site, static_pages, stylesheet
from gleanings.render.pictures.drawing import Pictures
from gleanings.render.prose.media import Media
from gleanings.render.prose.rendering import Prose, Unreadable, recall_prose
from gleanings.render.retouch.sketch import Sketch, remember_sketch
from gleanings.render.rows import Rows, find_rows, rows_key
from gleanings.render.search.planning import plan_search
from gleanings.render.shaping import Bench, Part, Shaped, Task, find_part, part_key, shape
from gleanings.render.shelf import Shelf
from gleanings.render.theme.templates import Templates
from gleanings.render.views.addresses import page_file
from gleanings.values import Value, replace

_MANY = 24
"""Roundups (or other pages) to make from which on a second process pays."""


class Rendered(Value, kw_only=True, gc=True):
    """A whole site, not yet written."""

    outputs: tuple[Output, ...]
    pages: int
    """How many of them are pages for readers."""
    problems: tuple[Problem, ...]
    """Warnings that only rendering could find."""
    remember: Callable[[str], None]
    """To be called with a name for this build when the outputs are written: the next build then knows them."""


def render_site(
    library: Library,
    project: Project,
    *,
    published: frozenset[str],
    records: Records | None = None,
    standing: Standing | None = None,
    stage: Stage | None = None,
) -> Rendered:
    """Everything that stands in public/, in these steps:

    1. open what pages and feeds share: prose, templates, views; recall what earlier builds know of each roundup;
    2. shape the roundups that changed, or whose surroundings did: their pages, feed items, lines, entries for search;
       on all cores where they are many;
    3. plan all other pages, feeds (of the roundups in `published` only), search, open data, sitemap, and make those
       whose inputs changed or that do not stand in the folder any more;
    4. the theme's static files, robots, redirects, and the person's media, as they are.

    `library` is what may be shown; `published` names the roundups that are out (no drafts, none of days to come);
    `records` and `standing` (see journal.find_standing) are what earlier builds left: the outcome is the same with
    and without them. Outputs are put on the `stage` as they are made.
    Raises ProblemsFound with all faults of templates.
    """
    records = records or Records(None, memory={})
    standing = standing or Standing()
    stage = stage or Stage(None, standing.digests)
    plan = Plan(records, standing.digests)
    prose = Prose(media=Media(project.content), lang=library.site.lang, addresses=_addresses(library))
    templates = Templates(project, bytecode=project.cache / "templates")
    pictures = Pictures(project)
    desk = Desk(
        library,
        compose_site(library, stylesheet(library.site, templates)),
        prose,
        published=published,
        pictures=pictures.choose(library, published=published),
    )
    theme = templates.digest()
    base = digest(theme, desk.site, records.mark)

    marks = {roundup.name: library.marks.get(roundup.name) or digest(roundup) for roundup in library.roundups}
    rows = _recall_rows(desk, marks, records)
    channels = tuple(plan_channels(desk, published=published))
    tasks = _plan_tasks(desk, base, marks, rows, channels)
    keys = {name: task.part_key for name, task in tasks.items()}
    bench = Bench(site=library.site, view=desk.site, prose=prose, templates=templates, records=records)
    shelf = Shelf(tasks, bench)
    changed, parts, pages = _recall_parts(tasks.values(), prose, records, plan)
    shaped = share(changed, lambda task: shape(task, bench, stage), kind=Shaped, pays=len(changed) >= _MANY)
    problems = [found for one in shaped for found in one.problems]
    rows |= {one.name: one.rows for one in shaped if one.rows}
    parts |= {one.name: one.part for one in shaped if one.part}
    pages += [one.page for one in shaped if one.page]

    desk.indexes.works |= {name: one.works for name, one in rows.items()}
    desk.indexes.marks |= {name: one.marks for name, one in rows.items()}
    desk.marks = {name: digest(keys[name], part.lookups) for name, part in parts.items()}
    with prose.watch() as seen:
        plans = plan_pages(desk)
        targets = [_page_target(planned, desk, templates, base) for planned in plans]
    targets += _whole_targets(library, desk, plans, rows, shelf)
    targets += plan_search({roundup.name: rows[roundup.name].indexed for roundup in library.roundups}, records)
    feeds = [] if problems else list(_feed_targets(channels, library, parts, shelf))
    drawn = {name: _picture_target(name, pictures, desk, keys[name]) for name in sorted(desk.pictures)}
    todo = plan.find_dirty((*targets, *feeds))
    if library.roundups and any(target.name == "page /" for target in todo):
        recall_prose(library.roundups[-1].name, prose, records)
    done = share(todo, lambda target: make(target, stage), kind=Done, pays=len(todo) >= _MANY)
    _raise_problems((*problems, *(found for one in done for found in one.problems)))
    made = {target.name: one.outputs for target, one in zip(todo, done, strict=True)}

    dirty = {target.name for target in plan.find_dirty(drawn.values())}
    fresh = pictures.render(desk, templates, [name for name, target in drawn.items() if target.name in dirty])
    made |= {drawn[name].name: (stage.take(page),) for name, page in fresh.items()}
    outputs = [
        *pages,
        *plan.settle((*targets, *feeds, *drawn.values()), made),
        *static_pages(library.site, templates),
    ]
    outputs += [render_robots(library), *render_redirects(library), *_media(library, project)]
    unreadable = [one for known in rows.values() for one in known.unreadable]
    unreadable += [one for part in parts.values() for one in part.unreadable]
    count = len(library.roundups) + sum(1 for planned in plans if planned.template.endswith(".html"))

    def remember(token: str) -> None:
        plan.save()
        remember_sketch(_draw_sketch(desk, channels, base, marks, keys, prose.addresses), records, token)
        if templates.digest() == theme:
            records.drop_others()
        else:
            # A template was saved meanwhile: nobody knows which pages are of the old one.
            records.drop_all()

    return Rendered(
        outputs=tuple(outputs),
        pages=count,
        problems=_remarks(dict.fromkeys((*unreadable, *seen.unreadable())), library),
        remember=remember,
    )


# ── roundups ──


def _recall_rows(desk: Desk, marks: Mapping[str, str], records: Records) -> dict[str, Rows]:
    """What is remembered of the roundups by name; every roundup gets its line."""
    found = {}
    for roundup in desk.library.roundups:
        rows = find_rows(roundup, rows_key(marks[roundup.name], desk.site), desk.prose, records)
        if rows is not None:
            found[roundup.name] = rows
        line = rows.line if rows else roundup_line(roundup, desk.prose)
        desk.indexes.lines[roundup.name] = replace(line, waiting=roundup.name in desk.waiting)
    return found


def _plan_tasks(
    desk: Desk, base: str, marks: Mapping[str, str], rows: Mapping[str, Rows], channels: Iterable[PlannedChannel]
) -> dict[str, Task]:
    """For each roundup by name, what decides it and what is asked of it."""
    wanted: dict[str, dict[str | None, None]] = defaultdict(dict)
    for name, anchor in chain.from_iterable(planned.refs for planned in channels):
        wanted[name][anchor] = None
    tasks = {}
    for roundup in desk.library.roundups:
        name, around = roundup.name, desk.surroundings(roundup)
        tasks[name] = Task(
            roundup=roundup,
            around=around,
            rows_key=rows_key(marks[name], desk.site),
            part_key=part_key(marks[name], base, around, desk.library.site),
            anchors=tuple(wanted[name]),
            rows=rows.get(name),
        )
    return tasks


def _recall_parts(
    tasks: Iterable[Task], prose: Prose, records: Records, plan: Plan
) -> tuple[list[Task], dict[str, Part], list[Output]]:
    """The roundups that have to be shaped; of the others, what is remembered and their pages."""
    dirty, parts, pages = [], {}, list[Output]()
    for task in tasks:
        roundup = task.roundup
        part = find_part(roundup, task.part_key, task.anchors, prose, records)
        path = page_file(roundup.address)
        if part is not None and task.rows is not None and plan.stands(path, part.page):
            parts[roundup.name] = part
            pages.append(Kept(path=path, digest=part.page))
        else:
            dirty.append(task)
    return dirty, parts, pages


# ── everything else ──


def _page_target(planned: PlannedPage, desk: Desk, templates: Templates, base: str) -> Target:
    inputs = planned.inputs
    if inputs is None:
        composed = planned.compose()
        planned = replace(planned, compose=lambda: composed)
        inputs = composed
    return Target(
        name=f"page {planned.address}",
        inputs=digest(base, planned.template, inputs),
        make=lambda: (render_page(planned, desk.site, templates),),
    )


def _whole_targets(
    library: Library, desk: Desk, plans: Iterable[PlannedPage], rows: Mapping[str, Rows], shelf: Shelf
) -> Iterator[Target]:
    """Open data and sitemap, which hold something of every roundup."""
    site = library.site
    names = [roundup.name for roundup in library.roundups]
    yield Target(
        name="data",
        inputs=digest(site.title, site.url, site.author, *(rows[name].data_mark for name in names)),
        make=lambda: (render_open_data(site, map(shelf.data, names)),),
    )
    addresses = tuple(_findable(desk, plans))
    changed = {roundup.address: (roundup.updated or roundup.date).date() for roundup in library.roundups}
    yield Target(
        name="sitemap",
        inputs=digest(site.url, addresses, changed),
        make=lambda: (render_sitemap(addresses, library),),
    )


def _feed_targets(
    channels: Iterable[PlannedChannel], library: Library, parts: Mapping[str, Part], shelf: Shelf
) -> Iterator[Target]:
    site = library.site
    base = digest(site.url, site.lang, site.author, site.email, site.feeds)
    for planned in channels:
        marks = [parts[name].marks[anchor] for name, anchor in planned.refs]
        yield Target(
            name=f"feed {planned.folder}",
            inputs=digest(base, planned, marks),
            make=partial(_make_feed, planned, site, shelf),
        )


def _make_feed(planned: PlannedChannel, site: Site, shelf: Shelf) -> Iterator[Page]:
    items: dict[Ref, Forms] = {(name, anchor): shelf.items(name)[anchor] for name, anchor in planned.refs}
    return render_channel(planned, site, items)


def _picture_target(name: str, pictures: Pictures, desk: Desk, key: str) -> Target:
    """A roundup's picture, which is drawn together with others; see Pictures.render."""
    site = desk.library.site
    inputs = digest(key, pictures.mark(), site.title, site.look, site.series, site.lang, desk.indexes.lines[name])
    return Target(name=f"picture {name}", inputs=inputs, make=tuple)


def _raise_problems(found: Iterable[Problem]) -> None:
    """Faults of templates show on many pages; each is told once."""
    problems = {(one.place, one.message): one for one in found}
    if problems:
        raise ProblemsFound(problems.values())


def _addresses(library: Library) -> dict[str, str]:
    """Files below content/ → the addresses of their pages, so that a note may link to a file by its name."""
    roundups = {f"{roundup.name}.yaml": roundup.address for roundup in library.roundups}
    return roundups | {f"pages/{page.name}.md": page.address for page in library.pages}


def _findable(desk: Desk, plans: Iterable[PlannedPage]) -> Iterator[str]:
    """Addresses for search engines: no drafts, nothing of days to come, no page for what is not there, only pages."""
    held = [roundup for roundup in desk.library.roundups if roundup.draft or roundup.name in desk.waiting]
    hidden = {roundup.address for roundup in held}
    hidden |= {page.address for page in desk.library.pages if page.draft}
    plans = iter(plans)
    yield next(plans).address
    yield from (roundup.address for roundup in desk.library.roundups if roundup.address not in hidden)
    for planned in plans:
        if planned.address.endswith("/") and planned.address not in hidden:
            yield planned.address


def _media(library: Library, project: Project) -> Iterator[Copy]:
    for name in library.media:
        yield Copy(path=name, source=project.content / name)


def _remarks(unreadable: Iterable[Unreadable], library: Library) -> tuple[Problem, ...]:
    """Formulas that nobody could read, each at its entry, in the order of files and lines."""
    places = {
        f"{roundup.name.replace('/', '-')}-{entry.anchor}": entry.place
        for roundup in library.roundups
        for entry in roundup.walk_entries()
    }
    remarks = (_remark(found, places.get(found.anchor)) for found in unreadable)
    return tuple(sorted(remarks, key=lambda problem: problem.sort_key))


def _remark(found: Unreadable, place: Place | None) -> Problem:
    return Problem(
        path=place.path if place else "content",
        line=place.line if place else None,
        column=place.column if place else None,
        code="formula",
        message=f"the formula {found.text!r} could not be read and is shown as it was written",
        cure="put a backslash before a dollar that is no formula",
        severity="warning",
    )


def _draw_sketch(
    desk: Desk,
    channels: Iterable[PlannedChannel],
    base: str,
    marks: Mapping[str, str],
    keys: Mapping[str, str],
    addresses: Mapping[str, str],
) -> Sketch:
    """What the next edit of a note has to know of the site."""
    feeds: dict[str, dict[str, list[str | None]]] = defaultdict(lambda: defaultdict(list))
    for planned in channels:
        for name, anchor in planned.refs:
            feeds[name][planned.folder].append(anchor)
    newest = desk.library.roundups[-1].name if desk.library.roundups else None
    return Sketch(
        site=desk.library.site,
        view=desk.site,
        base=base,
        addresses=dict(addresses),
        marks=dict(marks),
        keys=dict(keys),
        feeds={
            name: tuple((folder, tuple(anchors)) for folder, anchors in folders.items())
            for name, folders in feeds.items()
        },
        newest=newest,
        years=year_lines(desk.indexes),
    )

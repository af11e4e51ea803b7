"""From the library to everything that stands in public/: the renderer's one function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain

from gleanings.aside import share
from gleanings.model import Place
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project
from gleanings.records import Records, digest
from gleanings.render.feeds.channels import PlannedChannel, plan_channels
from gleanings.render.indexes.desk import Desk
from gleanings.render.indexes.works import roundup_line
from gleanings.render.indexes.years import year_lines
from gleanings.render.output.journal import Standing
from gleanings.render.output.plan import Done, Plan, Target, make
from gleanings.render.output.publish import Copy, Kept, Output
from gleanings.render.output.stage import Stage
from gleanings.render.pages.outputs import render_redirects, render_robots
from gleanings.render.pages.planning import PlannedPage, plan_pages
from gleanings.render.pages.site_view import compose_site, static_pages, stylesheet
from gleanings.render.pictures.drawing import Pictures
from gleanings.render.prose.media import Media
from gleanings.render.prose.rendering import Prose, Unreadable, recall_prose
from gleanings.render.retouch.sketch import Sketch, remember_sketch
from gleanings.render.rows import Rows, find_rows, rows_key
from gleanings.render.search.files import Layout
from gleanings.render.search.planning import plan_search
from gleanings.render.shaping import Part, Shaped, Task, Tools, find_part, part_key, shape
from gleanings.render.shelf import Shelf
from gleanings.render.targets import feed_targets, page_target, picture_target, whole_targets
from gleanings.render.theme.templates import Templates
from gleanings.render.views.addresses import page_file
from gleanings.sites import Library
from gleanings.values import Value, replace

_SEVERAL = 3
"""Roundups to make from which on a second process pays."""
_MANY = 24
"""Other pages, feeds, files."""


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
    3. plan all other pages, feeds (of the roundups in `published` only), search, open data, sitemap, pictures;
    4. make those whose inputs changed or that do not stand in the folder any more;
    5. the theme's static files, robots, redirects, and the person's media, as they are.

    `library` is what may be shown; `published` names the roundups that are out (no drafts, none of days to come);
    `records` and `standing` (see journal.find_standing) are what earlier builds left: the outcome is the same with
    and without them. Outputs are put on the `stage` as they are made.
    Raises ProblemsFound with all faults of templates.
    """
    standing = standing or Standing()
    rendering = _Rendering(
        library,
        project,
        published=published,
        records=records or Records(None, memory={}),
        standing=standing,
        stage=stage or Stage(None, standing.digests),
    )
    pages = rendering.shape_roundups()
    planned = rendering.plan_targets()
    return Rendered(
        outputs=(*pages, *rendering.make_targets(planned), *rendering.list_the_rest()),
        pages=rendering.count_pages(planned),
        problems=rendering.find_remarks(planned),
        remember=partial(rendering.remember, planned),
    )


class _Planned(Value, kw_only=True, gc=True):
    """What is to be made besides the pages of roundups."""

    pages: tuple[PlannedPage, ...]
    """All but those of roundups."""
    unreadable: tuple[Unreadable, ...]
    """Of the texts on them."""
    targets: tuple[Target, ...]
    """What is long comes first, see aside.share."""
    pictures: Mapping[str, Target]
    """Roundup.name → its picture."""
    layout: Layout
    """Of the search index."""


class _Rendering:
    """A site on its way. Rows, parts and problems of the roundups grow while these are shaped; nothing else does."""

    def __init__(
        self,
        library: Library,
        project: Project,
        *,
        published: frozenset[str],
        records: Records,
        standing: Standing,
        stage: Stage,
    ) -> None:
        self._library, self._project = library, project
        self._records, self._stage = records, stage
        self._plan = Plan(records, standing.digests)
        self._prose = Prose(media=Media(project.content), lang=library.site.lang, addresses=library.addresses())
        self._templates = Templates(project, bytecode=project.templates_cache)
        self._pictures = Pictures(project)
        self._desk = desk = Desk(
            library,
            compose_site(library, stylesheet(library.site, self._templates)),
            self._prose,
            published=published,
            pictures=self._pictures.choose(library, published=published),
        )
        self._looks = self._templates.files.looks()
        self._theme = self._templates.files.digest()
        self._base = digest(self._theme, desk.site, records.mark)
        """A mark of theme, program and what every page says."""
        self._marks = {one.name: library.marks.get(one.name) or digest(one) for one in library.roundups}
        """Roundup.name → a mark of all that it was read from."""
        self._rows = _recall_rows(desk, self._marks, records)
        self._channels = tuple(plan_channels(desk, published=published))
        self._tasks = _plan_tasks(desk, self._base, self._marks, self._rows, self._channels)
        self._tools = Tools(
            site=library.site, view=desk.site, prose=self._prose, templates=self._templates, records=records
        )
        self._parts: dict[str, Part] = {}
        self._shelf = Shelf(self._tasks, self._parts, self._tools)
        self._problems: list[Problem] = []
        """Faults of templates, found on the way."""

    def shape_roundups(self) -> list[Output]:
        """Shape those that changed, or whose surroundings did; returns the pages of all."""
        # The newest first, as they take longest: they stand in feeds, too.
        tasks = reversed(self._tasks.values())
        changed, parts, pages = _recall_parts(tasks, self._prose, self._records, self._plan)
        tools, stage, indexes = self._tools, self._stage, self._desk.indexes
        # The years need nothing of what is shaped, and are planned with later; see year_lines.
        shaped = share(
            changed,
            lambda task: shape(task, tools, stage),
            kind=Shaped,
            pays=len(changed) >= _SEVERAL,
            first=lambda: year_lines(indexes),
        )
        self._problems += [found for one in shaped for found in one.problems]
        self._rows |= {one.name: one.rows for one in shaped if one.rows}
        self._parts |= parts | {one.name: one.part for one in shaped if one.part}
        return pages + [one.page for one in shaped if one.page]

    def plan_targets(self) -> _Planned:
        """Plan all other pages, feeds, search, open data, sitemap, pictures."""
        desk, rows, parts, roundups = self._desk, self._rows, self._parts, self._library.roundups
        desk.indexes.works |= {name: one.works for name, one in rows.items()}
        desk.indexes.marks |= {name: one.marks for name, one in rows.items()}
        desk.marks = {name: digest(self._tasks[name].part_key, part.lookups) for name, part in parts.items()}
        with self._prose.watch() as seen:
            pages = plan_pages(desk)
            page_targets = [page_target(planned, desk, self._templates, self._base) for planned in pages]
        feeds = () if self._problems else feed_targets(self._channels, self._library.site, parts, self._shelf)
        search = plan_search({roundup.name: rows[roundup.name].indexed for roundup in roundups})
        return _Planned(
            pages=pages,
            unreadable=tuple(seen.unreadable()),
            targets=(
                *feeds,
                *whole_targets(self._library, desk, pages, rows, self._shelf),
                *page_targets,
                *search.targets,
            ),
            pictures={
                name: picture_target(name, self._pictures, desk, self._tasks[name].part_key)
                for name in sorted(desk.pictures)
            },
            layout=search.layout,
        )

    def make_targets(self, planned: _Planned) -> list[Output]:
        """Make those whose inputs changed or that do not stand in the folder any more; returns the outputs of all.
        Raises ProblemsFound."""
        roundups, stage = self._library.roundups, self._stage
        todo = self._plan.find_dirty(planned.targets)
        if roundups and any(target.name == "page /" for target in todo):
            recall_prose(roundups[-1].name, self._prose, self._records)
        done = share(todo, lambda target: make(target, stage), kind=Done, pays=len(todo) >= _MANY)
        _raise_problems((*self._problems, *(found for one in done for found in one.problems)))
        made = {target.name: one.outputs for target, one in zip(todo, done, strict=True)}
        # Pictures are drawn together.
        dirty = {target.name for target in self._plan.find_dirty(planned.pictures.values())}
        names = [name for name, target in planned.pictures.items() if target.name in dirty]
        fresh = self._pictures.render(self._desk, self._templates, names)
        made |= {planned.pictures[name].name: (stage.take(page),) for name, page in fresh.items()}
        return list(self._plan.settle((*planned.targets, *planned.pictures.values()), made))

    def list_the_rest(self) -> Iterator[Output]:
        """The theme's static files, robots, redirects, and the person's media, as they are."""
        yield from static_pages(self._library.site, self._templates)
        yield render_robots(self._library)
        yield from render_redirects(self._library)
        for name in self._library.media:
            yield Copy(path=name, source=self._project.content / name)

    def count_pages(self, planned: _Planned) -> int:
        """Pages for readers."""
        return len(self._library.roundups) + sum(1 for one in planned.pages if one.template.endswith(".html"))

    def find_remarks(self, planned: _Planned) -> tuple[Problem, ...]:
        """Formulas that nobody could read."""
        unreadable = [one for rows in self._rows.values() for one in rows.unreadable]
        unreadable += [one for part in self._parts.values() for one in part.unreadable]
        return _remarks(dict.fromkeys((*unreadable, *planned.unreadable)), self._library)

    def remember(self, planned: _Planned, token: str) -> None:
        """See Rendered."""
        self._plan.save()
        remember_sketch(self._draw_sketch(planned), self._records, token)
        if self._templates.files.looks() == self._looks:
            self._records.drop_others()
        else:
            # A template was saved meanwhile: nobody knows which pages are of the old one.
            self._records.drop_all()

    def _draw_sketch(self, planned: _Planned) -> Sketch:
        """What the next edit of a note has to know of the site."""
        feeds: dict[str, dict[str, list[str | None]]] = defaultdict(lambda: defaultdict(list))
        for channel in self._channels:
            for name, anchor in channel.refs:
                feeds[name][channel.folder].append(anchor)
        roundups = self._library.roundups
        return Sketch(
            site=self._library.site,
            view=self._desk.site,
            base=self._base,
            addresses=dict(self._prose.addresses),
            marks=self._marks,
            keys={name: task.part_key for name, task in self._tasks.items()},
            feeds={
                name: tuple((folder, tuple(anchors)) for folder, anchors in folders.items())
                for name, folders in feeds.items()
            },
            newest=roundups[-1].name if roundups else None,
            years=year_lines(self._desk.indexes),
            layout=planned.layout,
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


def _raise_problems(found: Iterable[Problem]) -> None:
    """Faults of templates show on many pages; each is told once."""
    problems = {(one.place, one.message): one for one in found}
    if problems:
        raise ProblemsFound(problems.values())


def _remarks(unreadable: Collection[Unreadable], library: Library) -> tuple[Problem, ...]:
    """Formulas that nobody could read, each at its entry, in the order of files and lines."""
    if not unreadable:
        return ()
    places = {
        f"{roundup.name.replace('/', '-')}-{entry.anchor}": entry.place
        for roundup in library.roundups
        for entry in roundup.walk_entries()
    }
    remarks = (_remark(found, places.get(found.anchor)) for found in unreadable)
    return tuple(sorted(remarks, key=lambda problem: problem.sort_key))


def _remark(found: Unreadable, place: Place | None) -> Problem:
    tex = " ".join(found.text.split())
    cure = "mend its TeX: the names of its commands, its braces, the parts of its fractions"
    if "\\" not in tex:
        cure = "mend it, or put a backslash before a dollar that is no formula"
    return Problem(
        path=place.path if place else "content",
        line=place.line if place else None,
        column=place.column if place else None,
        code="formula",
        message=f"the formula ${tex}$ could not be read and is shown as it was written",
        cure=cure,
        severity="warning",
    )

"""From the library to everything that stands in public/: the renderer's one function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gleanings.model import Library, Place
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project
from gleanings.render.aside import begin_aside
from gleanings.render.feeds.channels import render_feeds
from gleanings.render.media import Media
from gleanings.render.outputs import render_open_data, render_redirects, render_robots, render_sitemap
from gleanings.render.pages import (
    Desk,
    PlannedPage,
    compose_site,
    plan_pages,
    render_page,
    static_pages,
    stylesheet,
)
from gleanings.render.pictures import Pictures
from gleanings.render.prose import Prose, Unreadable
from gleanings.render.publish import Copy, Output, Page
from gleanings.render.search import Indexed, index_roundup, render_search
from gleanings.render.templates import Templates

_ROUNDUP = "roundup.html"
_MANY = 24
"""Roundups from which on a second process pays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A whole site, not yet written."""

    outputs: tuple[Output, ...]
    pages: int
    """How many of them are pages for readers."""
    problems: tuple[Problem, ...]
    """Warnings that only rendering could find."""


def render_site(library: Library, project: Project, *, published: frozenset[str]) -> Rendered:
    """Everything that stands in public/, in these steps:

    1. open what pages and feeds share: prose, templates, views and indexes;
    2. roundups: their pages, and their entries for search; the older ones on a second core where they are many;
    3. all other pages, the theme's static files, feeds (of the roundups in `published` only);
    4. the search index, open data, sitemap, robots, redirects;
    5. the person's media, as they are.

    `library` is what may be shown; `published` names the roundups that are out (no drafts, none of days to come).
    Raises ProblemsFound with all faults of templates.
    """
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

    plans = plan_pages(desk)
    roundups = [planned for planned in plans if planned.template == _ROUNDUP]
    older = begin_aside(
        lambda: _render_roundups(roundups[: _share(roundups)], desk, templates), pays=_share(roundups) > 0
    )
    newer = _render_roundups(roundups[_share(roundups) :], desk, templates)
    others = _render([planned for planned in plans if planned.template != _ROUNDUP], desk, templates)
    feeds = () if newer.problems or others.problems else tuple(render_feeds(desk, templates, published=published))
    parts = (older.result(), newer, others)
    _raise_problems(parts)

    pages = [page for part in parts for page in part.pages]
    outputs: list[Output] = [*pages, *static_pages(library.site, templates), *feeds]
    by_name = {name: indexed for part in parts for name, indexed in part.indexed.items()}
    outputs += render_search(one for roundup in reversed(library.roundups) for one in by_name[roundup.name])
    outputs.append(render_open_data(library, prose))
    outputs.append(render_sitemap(_findable(desk, plans), library))
    outputs.append(render_robots(library))
    outputs += render_redirects(library)
    outputs += pictures.render(desk, templates, desk.pictures).values()
    outputs += _media(library, project)

    count = sum(1 for page in pages if page.path.endswith(".html"))
    unreadable = dict.fromkeys(found for part in parts for found in part.unreadable)
    return Rendered(outputs=tuple(outputs), pages=count, problems=_remarks(unreadable, library))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What came of rendering some pages; it can travel between processes."""

    pages: tuple[Page, ...]
    indexed: dict[str, tuple[Indexed, ...]]
    """Roundup.name → its entries for search."""
    unreadable: tuple[Unreadable, ...]
    problems: tuple[Problem, ...]


def _render(plans: Sequence[PlannedPage], desk: Desk, templates: Templates) -> _Part:
    """Pages, or the problems of all of them."""
    pages: list[Page] = []
    problems: list[Problem] = []
    for planned in plans:
        try:
            pages.append(render_page(planned, desk.site, templates))
        except ProblemsFound as found:
            problems += found.problems
    unreadable = tuple(desk.prose.unreadable)
    return _Part(pages=tuple(pages), indexed={}, unreadable=unreadable, problems=tuple(problems))


def _render_roundups(plans: Sequence[PlannedPage], desk: Desk, templates: Templates) -> _Part:
    """Pages of roundups, and their entries for search."""
    part = _render(plans, desk, templates)
    addresses = {planned.address for planned in plans}
    indexed = {
        roundup.name: index_roundup(roundup, desk)
        for roundup in desk.library.roundups
        if roundup.address in addresses
    }
    return replace(part, indexed=indexed)


def _share(roundups: Sequence[PlannedPage]) -> int:
    """How many roundups, from the oldest on, the second core takes: this one has all other pages and the feeds."""
    return len(roundups) * 3 // 4 if len(roundups) >= _MANY else 0


def _raise_problems(parts: Iterable[_Part]) -> None:
    """Faults of templates show on many pages; each is told once."""
    problems = {(found.place, found.message): found for part in parts for found in part.problems}
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

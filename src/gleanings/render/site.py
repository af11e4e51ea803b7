"""From the library to everything that stands in public/: the renderer's one function."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gleanings.model import Library
from gleanings.problems import Problem
from gleanings.project import Project
from gleanings.render.feeds.channels import render_feeds
from gleanings.render.media import Media
from gleanings.render.outputs import render_open_data, render_redirects, render_robots, render_sitemap
from gleanings.render.pages import Desk, compose_site, plan_pages, render_pages, stylesheet
from gleanings.render.prose import Prose
from gleanings.render.publish import Copy, Output
from gleanings.render.search import render_search
from gleanings.render.templates import Templates


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
    2. pages and the theme's static files;
    3. feeds, of the roundups in `published` only;
    4. the search index, open data, sitemap, robots, redirects;
    5. the person's media, as they are.

    `library` is what may be shown; `published` names the roundups that are out (no drafts, none of days to come).
    Raises ProblemsFound with all faults of templates.
    """
    prose = Prose(media=Media(project.content), lang=library.site.lang, addresses=_addresses(library))
    templates = Templates(project, bytecode=project.cache / "templates")
    desk = Desk(library, compose_site(library, stylesheet(library.site, templates)), prose)

    pages = list(render_pages(desk, templates))
    outputs: list[Output] = [*pages, *render_feeds(desk, templates, published=published)]
    outputs += render_search(desk)
    outputs.append(render_open_data(library, prose))
    outputs.append(render_sitemap(_findable(desk), library))
    outputs.append(render_robots(library))
    outputs += render_redirects(library)
    outputs += _media(library, project)

    count = sum(1 for page in pages if page.path.endswith(".html"))
    return Rendered(outputs=tuple(outputs), pages=count, problems=tuple(_remarks(prose, library)))


def _addresses(library: Library) -> dict[str, str]:
    """Files below content/ → the addresses of their pages, so that a note may link to a file by its name."""
    roundups = {f"{roundup.name}.yaml": roundup.address for roundup in library.roundups}
    return roundups | {f"pages/{page.name}.md": page.address for page in library.pages}


def _findable(desk: Desk) -> Iterator[str]:
    """Addresses for search engines: no drafts, no page for what is not there, nothing but pages."""
    hidden = {roundup.address for roundup in desk.library.roundups if roundup.draft}
    hidden |= {page.address for page in desk.library.pages if page.draft}
    for planned in plan_pages(desk):
        if planned.address.endswith("/") and planned.address not in hidden:
            yield planned.address


def _media(library: Library, project: Project) -> Iterator[Copy]:
    for name in library.media:
        yield Copy(path=name, source=project.content / name)


def _remarks(prose: Prose, library: Library) -> Iterator[Problem]:
    """Formulas that nobody could read, each at its entry."""
    places = {
        f"{roundup.name.replace('/', '-')}-{entry.anchor}": entry.place
        for roundup in library.roundups
        for entry in roundup.walk_entries()
    }
    for found in dict.fromkeys(prose.unreadable):
        place = places.get(found.anchor)
        yield Problem(
            path=place.path if place else "content",
            line=place.line if place else None,
            column=place.column if place else None,
            code="formula",
            message=f"the formula {found.text!r} could not be read and is shown as it was written",
            cure="put a backslash before a dollar that is no formula",
            severity="warning",
        )

"""`export`: roundups for a blog, a newsletter, a program; and what was decided about the inbox, as a backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, urljoin

import click

from gleanings.cli.session import Session
from gleanings.cli.terminal import say, tell
from gleanings.curate.beginning import parse_name
from gleanings.curate.library import Reading, read_library
from gleanings.curate.publication import visible
from gleanings.model import Roundup
from gleanings.patterns import later
from gleanings.problems import GleaningsError, ProblemsFound, UsageError
from gleanings.project import Project
from gleanings.sites import Library
from gleanings.values import replace

_SCHEME = later(r"[A-Za-z][A-Za-z0-9+.-]*:")
FORMATS = ("markdown", "html", "json", "inbox")


@click.command("export")
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("names", metavar="[ROUNDUP]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every roundup that is out, the oldest first.")
@click.pass_obj
def export_command(session: Session, form: str, names: tuple[str, ...], *, everything: bool) -> None:
    """Print roundups to paste or to process; without ROUNDUP the newest that is out.

    FORMAT is markdown (one CommonMark document), html (what feeds carry, for a mail or a form), json (open data), or
    inbox: what you decided about candidates, as a backup that `gleanings import inbox` reads.
    """
    if everything and names:
        raise UsageError("--all names every roundup already (leave out the names)")
    if form == "inbox":
        if names or everything:
            raise UsageError("the inbox has no roundups (write: gleanings export inbox)")
        _export_inbox(session.project)
        return
    project = session.project
    reading = read_library(project)
    library = _published(session, reading)
    if names:
        chosen = _find_named(reading, library, names)
        library = _with(chosen, library, reading)
    else:
        chosen = _find_published(reading, library, everything=everything)
    for text in _FORMATTERS[form](project, library, chosen):
        say(text.rstrip("\n"))


def _export_inbox(project: Project) -> None:
    from gleanings.fetch.inbox.decisions import format_decisions
    from gleanings.fetch.inbox.store import Store

    with Store.open(project.inbox_file, writable=False) as store:
        decisions = store.decisions()
    for piece in format_decisions(decisions):
        say(piece)


# ── which ──


def _published(session: Session, reading: Reading) -> Library:
    library = reading.library
    return visible(library, today=session.today(library.site.timezone), drafts=False, future=False)


def _find_published(reading: Reading, library: Library, *, everything: bool) -> tuple[Roundup, ...]:
    """The newest that is out, or all. Raises ProblemsFound where a file is broken, which may be that very one."""
    _raise_errors(reading)
    if not library.roundups:
        raise GleaningsError("no roundup is out yet (name one to export it nevertheless)")
    return library.roundups if everything else library.roundups[-1:]


def _find_named(reading: Reading, library: Library, names: Sequence[str]) -> tuple[Roundup, ...]:
    """These roundups, in the order given; one that is not out yet is told. Other broken files do not matter."""
    found = []
    for name in dict.fromkeys(parse_name(name).name for name in names):
        _raise_errors(reading, "site.yaml", f"content/{name}.yaml")
        roundup = reading.library.roundup(name)
        if roundup is None:
            there = reading.library.roundups
            raise UsageError(
                f"there is no roundup {name!r}" + (f" (the newest is {there[-1].name})" if there else "")
            )
        if library.roundup(name) is None:
            tell(f"{roundup.path} is not out yet: its page cannot be reached from what you export")
        found.append(roundup)
    return tuple(found)


def _with(chosen: Sequence[Roundup], library: Library, reading: Reading) -> Library:
    """The library as if these roundups were out."""
    names = {roundup.name for roundup in (*library.roundups, *chosen)}
    return replace(library, roundups=tuple(one for one in reading.library.roundups if one.name in names))


def _raise_errors(reading: Reading, *paths: str) -> None:
    """Raises ProblemsFound with the errors in these files; without paths, in all."""
    errors = [one for one in reading.problems if one.severity == "error" and (not paths or one.path in paths)]
    if errors:
        raise ProblemsFound(errors)


# ── as what ──


def _as_markdown(project: Project, library: Library, chosen: Sequence[Roundup]) -> Iterator[str]:
    from gleanings.exchange.markdown.document import format_roundup
    from gleanings.exchange.markdown.notes import Notes

    notes = Notes()
    for number, roundup in enumerate(chosen):
        document = format_roundup(roundup, resolve=_resolver(project, library, roundup), notes=notes)
        yield document if number == 0 else f"\n{document}"


def _resolver(project: Project, library: Library, roundup: Roundup) -> Callable[[str], str]:
    """An address as a person wrote it in that roundup → the absolute one."""
    from gleanings.render.prose.markdown.links import address_of
    from gleanings.render.prose.media import Media, media_name
    from gleanings.render.views.addresses import absolute

    media, addresses = Media(project.content), library.addresses()
    page = absolute(roundup.address, library.site.url)

    def resolve(written: str) -> str:
        address = address_of(written, media, addresses)
        if address == written and (name := media_name(written)):
            address = f"/{quote(name)}"
        if _SCHEME.match(address):
            return address
        try:
            return urljoin(page, absolute(address, library.site.url))
        except ValueError:
            return address

    return resolve


def _as_html(project: Project, library: Library, chosen: Sequence[Roundup]) -> Iterator[str]:
    from gleanings.render.feeds.formulas import without_mathml
    from gleanings.render.feeds.items import stand_alone
    from gleanings.render.indexes.desk import Desk
    from gleanings.render.indexes.works import roundup_line
    from gleanings.render.pages.site_view import compose_site, stylesheet
    from gleanings.render.prose.media import Media
    from gleanings.render.prose.rendering import Prose
    from gleanings.render.theme.templates import Templates

    templates = Templates(project)
    prose = Prose(media=Media(project.content), lang=library.site.lang, addresses=library.addresses())
    desk = Desk(library, compose_site(library, stylesheet(library.site, templates)), prose)
    desk.indexes.lines |= {roundup.name: roundup_line(roundup, prose) for roundup in library.roundups}
    for roundup in chosen:
        view = desk.roundup(roundup)
        content = templates.render("feed/roundup.html", {"site": desk.site, "roundup": view})
        yield without_mathml(stand_alone(f"<h1>{view.title}</h1>\n{content}", library.site.url, view.address))


def _as_json(project: Project, library: Library, chosen: Sequence[Roundup]) -> Iterator[str]:
    from gleanings.render.pages.outputs import open_data, render_open_data
    from gleanings.render.prose.media import Media
    from gleanings.render.prose.rendering import Prose

    prose = Prose(media=Media(project.content), lang=library.site.lang, addresses=library.addresses())
    data = [open_data(roundup, library.site.url, prose) for roundup in chosen]
    yield render_open_data(library.site, data).content.decode("utf-8")


_FORMATTERS = {"markdown": _as_markdown, "html": _as_html, "json": _as_json}

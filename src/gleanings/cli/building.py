"""`gleanings build`: the site into public/."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter, time_ns
from typing import Any

import click

from gleanings import unchanged
from gleanings.cli.session import Session
from gleanings.cli.terminal import say, say_json, tell, tell_problem
from gleanings.collector import keep, keep_large_pieces, paused
from gleanings.curate.publication import visible
from gleanings.files.lock import hold
from gleanings.model import Roundup
from gleanings.problems import GleaningsError, Problem, ProblemsFound, UsageError
from gleanings.project import Project
from gleanings.records import Memory, Records
from gleanings.render.output.journal import Standing, find_standing
from gleanings.render.output.publish import Report, publish
from gleanings.render.output.stage import open_stage
from gleanings.sites import Library
from gleanings.values import Value, replace

_SAID = 5
"""Files that are named one by one."""


@click.command("build")
@click.option("--out", metavar="DIR", help="Write there instead of public/.")
@click.option("--base-url", metavar="URL", help="The address the site will have, instead of `url` in site.yaml.")
@click.option("--drafts", is_flag=True, help="Show drafts as well (never in feeds).")
@click.option("--future", is_flag=True, help="Show roundups of days to come as well (never in feeds).")
@click.option("--force", is_flag=True, help="Forget what earlier builds remembered.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_obj
def build_command(
    session: Session, out: str | None, base_url: str | None, drafts: bool, future: bool, force: bool, as_json: bool
) -> int:
    """Write the site into public/: only what changed is written, only what an earlier build wrote is removed."""
    started = perf_counter()
    project = session.project
    folder = session.path(out) if out else project.public
    _refuse_odd_folder(folder, project)
    with hold(project):
        try:
            report = build(session, folder, base_url=base_url, drafts=drafts, future=future, force=force)
        except ProblemsFound as found:
            if as_json:
                say_json(_outcome(0, 0, 0, 0, found.problems))
            for problem in found.problems:
                tell_problem(problem)
            return 1
    for problem in report.problems:
        tell_problem(problem)
    for line in (*report.strangers, *report.waiting):
        tell(line)
    counts = (report.pages, report.written, report.unchanged, report.removed)
    if as_json:
        say_json(_outcome(*counts, report.problems))
    else:
        say(unchanged.describe(*counts, seconds=perf_counter() - started, as_json=False).rstrip())
    return 0


class Built(Value, kw_only=True):
    """What a build did, in numbers of files, and the warnings on the way."""

    pages: int
    written: int
    unchanged: int
    removed: int
    changed: tuple[str, ...]
    """Written and removed, as paths below the folder, sorted."""
    problems: tuple[Problem, ...]
    strangers: tuple[str, ...] = ()
    """What there is to say of files of others that made room for ours."""
    waiting: tuple[str, ...] = ()
    """What there is to say of roundups that are held back until their day."""


@paused()
def build(
    session: Session,
    folder: Path,
    *,
    base_url: str | None,
    drafts: bool,
    future: bool,
    force: bool,
    memory: Memory | None = None,
) -> Built:
    """Read the site, render it, publish it. Raises ProblemsFound, and writes nothing then."""
    keep_large_pieces()
    project = session.project
    root, started = str(project.root), time_ns()
    journal = project.journal_file(folder)
    options = " ".join(filter(None, (base_url, "drafts" * drafts, "future" * future)))
    if memory is not None and not session.rehearses:
        done = _retouch(project, folder, options, journal, memory, now=started / 1e9)
        if done is not None:
            return done
    unchanged.forget(root, journal.stem)
    # Nobody asks for the stamp but the same plain build, or a preview; and it can only be of the real present.
    is_plain = journal.stem == unchanged.PLAIN and not options
    is_stamped = (memory is not None or is_plain) and not session.rehearses
    # Files are looked at before anything is read.
    inputs = unchanged.look_at_inputs(root, started) if is_stamped else None
    if force:
        shutil.rmtree(project.cache, ignore_errors=True)
    read = Records(project.roundups_cache, memory=memory.roundups if memory else None)
    library, remarks = _read(project, read, base_url)
    today = session.today(library.site.timezone)
    pages, found, report = _render(
        visible(library, today=today, drafts=drafts, future=future),
        project,
        folder,
        published=visible(library, today=today, drafts=False, future=False),
        records=Records(project.outputs_cache(journal.stem), memory=memory.site if memory else None),
        standing=find_standing(folder, journal=journal, trusting=not force),
        journal=journal,
        token=str(started),
        once=memory is None,
    )
    problems = (*remarks, *found)
    waiting = () if future else tuple(_list_waiting(library, today))
    if inputs is not None and not problems:
        unchanged.make_stamp(
            root,
            inputs,
            {f"{folder}/{path}": report.looks.get(path) for path in (*report.written, *report.unchanged)},
            kind=journal.stem,
            options=options,
            token=str(started),
            mark=read.mark,
            since=started / 1e9,
            until=_next_appearance(library, today),
            pages=pages,
            waiting=waiting,
        ).save()
    return Built(
        pages=pages,
        written=len(report.written),
        unchanged=len(report.unchanged),
        removed=len(report.removed),
        changed=tuple(sorted((*report.written, *report.removed))),
        problems=problems,
        strangers=tuple(_list_strangers(report, folder, project)),
        waiting=waiting,
    )


def _retouch(
    project: Project, folder: Path, options: str, journal: Path, memory: Memory, *, now: float
) -> Built | None:
    """See retouching.retouch_again."""
    from gleanings.cli.retouching import retouch_again

    done = retouch_again(project, folder, options, journal, memory, now=now)
    if done is None:
        return None
    return Built(
        pages=done.pages,
        written=len(done.written),
        unchanged=done.unchanged,
        removed=0,
        changed=done.written,
        problems=(),
        waiting=done.waiting,
    )


def _read(project: Project, records: Records, base_url: str | None) -> tuple[Library, tuple[Problem, ...]]:
    """The library, and what is to be remarked of it. Raises ProblemsFound where a file cannot be read."""
    from gleanings.curate.library import read_library

    reading = read_library(project, records=records, first=partial(_get_ready, project))
    records.drop_others()
    if any(problem.severity == "error" for problem in reading.problems):
        raise ProblemsFound(reading.problems)
    library = reading.library
    if base_url:
        library = replace(library, site=replace(library.site, url=_parse_base(base_url)))
    return library, reading.problems


def _get_ready(project: Project, example: Roundup | None) -> None:
    """Load the renderer and, by rendering the texts of an example, what such texts take: expressions are compiled and
    lexers loaded when they are first used, which every copy of this process would do again."""
    import gleanings.render.site  # noqa: F401
    from gleanings.render.prose.media import Media
    from gleanings.render.prose.rendering import Prose

    prose = Prose(media=Media(project.content))
    for entry in example.walk_entries() if example else ():
        if entry.note:
            prose.block(entry.note, anchor=entry.anchor)


def _render(
    shown: Library,
    project: Project,
    folder: Path,
    *,
    published: Library,
    records: Records,
    standing: Standing,
    journal: Path,
    token: str,
    once: bool,
) -> tuple[int, tuple[Problem, ...], Report]:
    """Render the site and put it into the folder; returns the number of pages, what is to be remarked of them, and
    what was done. Where it is done `once`, the process ends soon."""
    from gleanings.render.site import render_site

    with open_stage(project.stage, standing.digests) as stage:
        rendered = render_site(
            shown,
            project,
            published=frozenset(roundup.name for roundup in published.roundups),
            records=records,
            standing=standing,
            stage=stage,
        )
        remember = partial(rendered.remember, token)
        report = publish(
            rendered.outputs, folder, journal=journal, standing=standing, sources=project.sources, meanwhile=remember
        )
    if once:
        keep((shown, rendered))
    return rendered.pages, rendered.problems, report


def _list_strangers(report: Report, folder: Path, project: Project) -> Iterator[str]:
    """Whoever had a site in the folder before may want its files back."""
    for kept, path in islice(report.strangers.items(), _SAID):
        page = project.relative(folder / path)
        yield f"{page} stood there, of no build that is known here, and made room (kept as {project.relative(kept)})"
    if (more := len(report.strangers) - _SAID) > 0:
        yield f"so did {more} more (kept beside them)"


def _list_waiting(library: Library, today: date) -> Iterator[str]:
    """A month's own date is its last day: whoever builds before it would look for the page in vain."""
    for roundup in library.roundups:
        if not roundup.draft and not _is_out(roundup, today):
            yield (
                f"{roundup.path} waits for its day, {roundup.date.date()}"
                " (give it an earlier date, or look with --future)"
            )


def _is_out(roundup: Roundup, today: date) -> bool:
    return roundup.date.date() <= today


def _next_appearance(library: Library, today: date) -> float | None:
    """When the next roundup of a day to come appears by itself, in seconds since the epoch."""
    days = (roundup.date for roundup in library.roundups if roundup.date.date() > today and not roundup.draft)
    first = min(days, default=None, key=lambda moment: moment.date())
    return first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp() if first else None


def _parse_base(written: str) -> str:
    from gleanings.settings import is_site_address

    if not is_site_address(written):
        raise UsageError(f'--base-url {written!r} is no web address (write it like "https://example.org/reading/")')
    return written.rstrip("/") + "/"


def _refuse_odd_folder(folder: Path, project: Project) -> None:
    """The output must not be, hold or stand in what a person wrote."""
    out, sources = _real(folder), {_real(source): source for source in project.sources}
    if _real(project.root).is_relative_to(out):
        raise UsageError(f"--out {folder} holds the site itself (name a folder of its own)")
    for real, source in sources.items():
        if out.is_relative_to(real):
            raise UsageError(f"--out {folder} lies in {project.relative(source)}/ (name a folder of its own)")
    for inside in _list_folder(folder):
        if inside.is_symlink() and any(_real(inside).is_relative_to(real) for real in sources):
            raise UsageError(f"{inside} leads to {_real(inside)}, which is no output (take the link away)")


def _real(path: Path) -> Path:
    """Without links; one that leads round in a circle stays one."""
    return Path(os.path.realpath(path))


def _list_folder(folder: Path) -> list[Path]:
    """What lies in the output folder, if there is one."""
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        if folder.is_symlink():
            raise UsageError(
                f"{folder} is a link that leads nowhere (make the folder, or take the link away)"
            ) from None
        return []
    except NotADirectoryError:
        raise UsageError(f"{folder} is no folder (move it away, or name another with --out)") from None
    except PermissionError as error:
        raise GleaningsError(
            f"{folder} cannot be read: {error.strerror} (give yourself the right to read it)"
        ) from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be the folder: {error.strerror} (name another with --out)") from None


def _outcome(pages: int, written: int, unchanged: int, removed: int, problems: Iterable[Problem]) -> dict[str, Any]:
    return {
        "pages": pages,
        "written": written,
        "unchanged": unchanged,
        "removed": removed,
        "problems": [problem.as_json() for problem in problems],
    }

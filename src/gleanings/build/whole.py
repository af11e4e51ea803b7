"""The whole site: read, rendered, published."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from time import time_ns
from zoneinfo import ZoneInfo

from gleanings import unchanged
from gleanings.collector import keep, keep_large_pieces, paused
from gleanings.curate.publication import list_waiting, visible
from gleanings.model import Roundup
from gleanings.problems import Problem, ProblemsFound, UsageError
from gleanings.project import Project
from gleanings.records import Memory, Records
from gleanings.render.output.journal import Standing, find_standing
from gleanings.render.output.publish import Report, publish
from gleanings.render.output.stage import open_stage
from gleanings.sites import Library
from gleanings.values import Value, replace

_SAID = 5
"""Files that are named one by one."""


class Options(Value, kw_only=True):
    """What is asked of a build."""

    base_url: str | None = None
    """The address the site will have, instead of `url` in site.yaml."""
    drafts: bool = False
    future: bool = False
    force: bool = False
    """Forget what earlier builds remembered."""

    @property
    def of_pages(self) -> str:
        """Those that decide what stands on the pages."""
        return " ".join(filter(None, (self.base_url, "drafts" * self.drafts, "future" * self.future)))


class Built(Value, kw_only=True):
    """What a build did, in numbers of files, and the warnings on the way."""

    pages: int
    written: int
    unchanged: int
    removed: int
    changed: tuple[str, ...]
    """Written and removed, as paths below the folder, sorted."""
    problems: tuple[Problem, ...] = ()
    strangers: tuple[str, ...] = ()
    """What there is to say of files of others that made room for ours."""
    waiting: tuple[str, ...] = ()
    """What there is to say of roundups that are held back until their day."""


@paused()
def build(
    project: Project,
    folder: Path,
    options: Options,
    *,
    now: datetime,
    rehearses: bool = False,
    memory: Memory | None = None,
) -> Built:
    """Bring the site in `folder` up to date, in these steps:

    1. retouch it, where somebody builds again and again and nothing but words was edited;
    2. forget what the last build said of it, and look at all files before one is read;
    3. read the site, and hold back what is not out;
    4. render and publish it;
    5. leave a stamp, by which the next build may know that nothing changed.

    `now` is aware; whoever `rehearses` another present leaves nothing that a build in the real one would believe.
    Raises ProblemsFound, and writes nothing then.
    """
    keep_large_pieces()
    root, started = str(project.root), time_ns()
    journal = project.journal_file(folder)
    if memory is not None and not rehearses:
        retouched = _retouch(project, folder, options, journal, memory, now=started / 1e9)
        if retouched is not None:
            return retouched
    unchanged.forget(root, journal.stem)
    # Nobody asks for the stamp but the same plain build, or a preview; and it can only be of the real present.
    is_plain = journal.stem == unchanged.PLAIN and not options.of_pages
    is_stamped = (memory is not None or is_plain) and not rehearses
    inputs = unchanged.look_at_inputs(root, started) if is_stamped else None
    if options.force:
        shutil.rmtree(project.cache, ignore_errors=True)
    read = Records(project.roundups_cache, memory=memory.roundups if memory else None)
    library, remarks = _read(project, read, options.base_url)
    today = now.astimezone(ZoneInfo(library.site.timezone)).date()
    waiting = list_waiting(library, today)
    pages, found, report = _render(
        visible(library, today=today, drafts=options.drafts, future=options.future),
        project,
        folder,
        published=visible(library, today=today, drafts=False, future=False),
        records=Records(project.outputs_cache(journal.stem), memory=memory.site if memory else None),
        standing=find_standing(folder, journal=journal, trusting=not options.force),
        journal=journal,
        token=str(started),
        once=memory is None,
    )
    built = Built(
        pages=pages,
        written=len(report.written),
        unchanged=len(report.unchanged),
        removed=len(report.removed),
        changed=tuple(sorted((*report.written, *report.removed))),
        problems=(*remarks, *found),
        strangers=tuple(_list_strangers(report, folder, project)),
        waiting=() if options.future else tuple(_tell_waiting(waiting)),
    )
    if inputs is not None and not built.problems:
        outputs = {f"{folder}/{path}": report.looks.get(path) for path in (*report.written, *report.unchanged)}
        unchanged.make_stamp(
            root,
            inputs,
            outputs,
            kind=journal.stem,
            options=options.of_pages,
            token=str(started),
            mark=read.mark,
            since=started / 1e9,
            until=_next_appearance(waiting),
            pages=pages,
            waiting=built.waiting,
        ).save()
    return built


def _retouch(
    project: Project, folder: Path, options: Options, journal: Path, memory: Memory, *, now: float
) -> Built | None:
    """See retouching.retouch_again."""
    from gleanings.build.retouching import retouch_again

    done = retouch_again(project, folder, options.of_pages, journal, memory, now=now)
    if done is None:
        return None
    return Built(
        pages=done.pages,
        written=len(done.written),
        unchanged=done.unchanged,
        removed=0,
        changed=done.written,
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
    from gleanings.render.pages.site_view import compact_stylesheet
    from gleanings.render.prose.media import Media
    from gleanings.render.prose.rendering import Prose

    compact_stylesheet()
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


def _tell_waiting(waiting: Iterable[Roundup]) -> Iterator[str]:
    """A month's own date is its last day: whoever builds before it would look for the page in vain."""
    for roundup in waiting:
        yield (
            f"{roundup.path} waits for its day, {roundup.date.date()}"
            " (give it an earlier date, or look with --future)"
        )


def _next_appearance(waiting: Iterable[Roundup]) -> float | None:
    """When the next of them appears by itself, in seconds since the epoch."""
    first = min((roundup.date for roundup in waiting), default=None, key=lambda moment: moment.date())
    return first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp() if first else None


def _parse_base(written: str) -> str:
    from gleanings.settings import is_site_address

    if not is_site_address(written):
        raise UsageError(f'--base-url {written!r} is no web address (write it like "https://example.org/reading/")')
    return written.rstrip("/") + "/"

"""content/ → Library: every readable file, and all problems of all files."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from gleanings.aside import share
from gleanings.collector import paused
from gleanings.curate.assembly import assemble_roundup
from gleanings.curate.collisions import find_collisions, find_ids_twice, find_unread_files
from gleanings.curate.keys import ROUNDUP
from gleanings.curate.periods import NoPeriod, parse_period
from gleanings.curate.plain_pages import read_plain_pages
from gleanings.curate.remembered import Read, in_zone, mark_roundup, without_zone
from gleanings.files.desk import Desk
from gleanings.files.nodes import is_null
from gleanings.files.shape import Written
from gleanings.files.yaml import compose, decode
from gleanings.model import FeedsFile, Person, Place, Roundup
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import NO_FILE, Project, find_out_of_reach, find_roundup_files, find_visible_files
from gleanings.records import Records, digest
from gleanings.settings import read_site
from gleanings.sites import Appearance, Library, Series, Site
from gleanings.subscriptions import read_feeds
from gleanings.values import Value

_NOBODY = Site(title="", url="https://site.invalid/", author=Person(name=""), series=(Series(key="main", title=""),))
"""Stands in where site.yaml cannot be read, so that the other files are judged in the same run."""
_SEVERAL = 3
"""Files to parse from which on a second process pays."""


class Reading(Value, kw_only=True):
    """What came of reading a site."""

    library: Library
    """Every file that could be read."""
    problems: tuple[Problem, ...]
    """Of all files, in the order of files and lines; an error means that a file is missing from the library."""


def read_library(
    project: Project, *, records: Records | None = None, first: Callable[[Roundup | None], object] | None = None
) -> Reading:
    """Read site.yaml, feeds.yaml and content/: roundups and pages, the works of all of them. Raises nothing for what
    a person wrote. A file that `records` knows, byte for byte, is not parsed again. Where other cores read as well,
    this one calls `first` before (see aside.share), with the last roundup as an example, None where it is broken."""
    records = records or Records(None)
    problems: list[Problem] = []
    with paused():
        site = _read_site(project, problems)
        feeds = _read_feeds(project, problems)
        read = _read_roundups(project, site, problems, records, first)
        roundups = tuple(sorted((roundup for roundup, _ in read), key=_order))
        keys = {roundup.name: one.works for roundup, one in read}
        pages = read_plain_pages(project, problems)
        problems += (*find_collisions(project, roundups, pages), *find_unread_files(project))
        problems += _find_out_of_reach(project)
    library = Library(
        site=site,
        roundups=roundups,
        pages=pages,
        feeds=feeds,
        media=find_media(project),
        works=_find_works(roundups, keys),
        keys=keys,
        marks={roundup.name: one.mark for roundup, one in read},
    )
    return Reading(library=library, problems=tuple(sorted(problems, key=lambda problem: problem.sort_key)))


def read_roundup(
    project: Project, site: Site, file: Path, *, content: bytes | None = None
) -> tuple[Roundup | None, tuple[Problem, ...]]:
    """One roundup's file, which holds `content` where that was read already; None where it cannot be read, with the
    reasons."""
    desk = Desk(project.relative(file))
    name = _name_of(project, file)
    folder, _, stem = name.rpartition("/")
    try:
        period = parse_period(stem)
    except NoPeriod as error:
        desk.problems.append(Problem(path=desk.path, code="file-name", message=error.message, cure=error.cure))
        period = None
    written = _read_written(file, content, desk)
    if period is not None and period.last is None and written is not None and "date" not in written.values:
        message = f'the file\'s name "{stem}" gives no period, so that it needs a date'
        desk.problems.append(
            Problem(
                path=desk.path, line=1, column=1, code="date-missing", message=message, cure="add date: 2026-11-30"
            )
        )
    if written is not None:
        find_ids_twice(written, desk)
    if desk.failed or period is None or written is None:
        return None, tuple(desk.problems)
    series = site.find_series(folder or "main")
    roundup = assemble_roundup(
        written, name=name, path=desk.path, period=period, series=series, timezone=site.timezone
    )
    return roundup, tuple(desk.problems)


def find_media(project: Project) -> tuple[str, ...]:
    """The files below content/media/, as `media/…`, sorted."""
    # A link may lead nowhere.
    names = find_visible_files(project.media)
    return tuple([f"media/{name}" for name in names if not _leads_nowhere(f"{project.media}/{name}")])


def _leads_nowhere(file: str) -> bool:
    """A file that the system merely keeps from us is there: whoever copies it will tell."""
    try:
        os.stat(file)  # noqa: PTH116 — for thousands of files
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def _find_out_of_reach(project: Project) -> Iterator[Problem]:
    """Where files may be that nobody can read: without them the site would lose their pages."""
    content, pages, media = project.content, project.plain_pages, project.media
    for folder, but in ((content, ("pages", "media")), (pages, ()), (media, ())):
        for name, finding in find_out_of_reach(folder, but=but):
            # Among media lies what it likes.
            if finding == NO_FILE and folder == media:
                continue
            cure = "move it away" if finding == NO_FILE else "give yourself the right to read it"
            yield Problem(path=project.relative(folder / name), code="unreadable", message=finding, cure=cure)


def _find_works(
    roundups: Iterable[Roundup], keys: Mapping[str, tuple[tuple[str, ...], ...]]
) -> dict[str, tuple[Appearance, ...]]:
    """Work identity → every entry that points at it; `roundups` come oldest first, `keys` are those of Library."""
    works: dict[str, list[Appearance]] = {}
    for roundup in roundups:
        day = roundup.date.date()
        for entry, mine in zip(roundup.walk_entries(), keys[roundup.name], strict=True):
            if mine:
                here = Appearance(roundup=roundup.name, anchor=entry.anchor, place=entry.place, date=day)
                for key in mine:
                    works.setdefault(key, []).append(here)
    return {key: tuple(appearances) for key, appearances in works.items()}


def _name_of(project: Project, file: Path) -> str:
    return file.relative_to(project.content).as_posix().removesuffix(".yaml")


def _read_written(file: Path, content: bytes | None, desk: Desk) -> Written | None:
    try:
        text = decode(file.read_bytes() if content is None else content, desk.path)
        desk.open(text)
        node = compose(text, desk.path)
    except ProblemsFound as found:
        desk.problems += found.problems
        return None
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        desk.problems.append(Problem(path=desk.path, code="unreadable", message=message))
        return None
    if node is None or is_null(node):
        return Written(values={}, place=Place(path=desk.path, line=1, column=1))
    written = ROUNDUP.read(node, desk)
    assert written is None or isinstance(written, Written)
    return written


def _read_roundups(
    project: Project,
    site: Site,
    problems: list[Problem],
    records: Records,
    first: Callable[[Roundup | None], object] | None,
) -> list[tuple[Roundup, Read]]:
    """Every roundup that could be read, and what it was read from."""
    files = find_roundup_files(project)
    known = {file: read for file in files if (read := _recall(project, site, file, records)) is not None}
    missing = [file for file in files if file not in known]
    before = None if first is None else lambda: first(read_roundup(project, site, missing[-1])[0])
    pays = len(missing) >= _SEVERAL
    anew = share(missing, lambda file: read_anew(project, site, file, records), kind=Read, pays=pays, first=before)
    known |= dict(zip(missing, anew, strict=True))
    zone = ZoneInfo(site.timezone)
    found = []
    for file in files:
        read = known[file]
        problems += read.problems
        if read.roundup is not None:
            found.append((in_zone(read, zone), read))
    return found


def _recall(project: Project, site: Site, file: Path, records: Records) -> Read | None:
    """What is remembered of a roundup's file as it stands."""
    name = _name_of(project, file)
    if not records.has(f"roundup {name}"):
        return None
    content = _load(file)
    if content is None:
        return None
    return records.load(f"roundup {name}", mark_roundup(name, content, site, records), Read)


def read_anew(project: Project, site: Site, file: Path, records: Records) -> Read:
    """What comes of a roundup's file, remembered."""
    content = _load(file)
    name = _name_of(project, file)
    roundup, problems = read_roundup(project, site, file, content=content)
    if content is None:
        return without_zone(digest(roundup, problems), roundup, problems)
    read = without_zone(mark_roundup(name, content, site, records), roundup, problems)
    records.save(f"roundup {name}", read.mark, read)
    return read


def _load(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _order(roundup: Roundup) -> tuple[float, float, str]:
    number = roundup.number if roundup.number is not None else -1
    return (roundup.date.timestamp(), number, roundup.name)


def _read_site(project: Project, problems: list[Problem]) -> Site:
    try:
        site, warnings = read_site(project)
    except ProblemsFound as found:
        problems += found.problems
        return _NOBODY
    problems += warnings
    return site


def _read_feeds(project: Project, problems: list[Problem]) -> FeedsFile:
    try:
        feeds, warnings = read_feeds(project)
    except ProblemsFound as found:
        problems += found.problems
        return FeedsFile()
    problems += warnings
    return feeds

"""The roundup's file that a command inserts into: found or begun, read, saved where nobody changed it meanwhile."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Collection
from pathlib import Path

from gleanings.cli.session import Session
from gleanings.curate.beginning import (
    Named,
    find_names,
    find_next_number,
    format_starter,
    parse_name,
    plan_present_name,
    schema_address,
)
from gleanings.curate.periods import period_name
from gleanings.files.atomic import replace_text
from gleanings.files.desk import find_nearest
from gleanings.files.yaml import decode
from gleanings.problems import UsageError
from gleanings.project import Project
from gleanings.settings import read_site
from gleanings.values import Value

LOCK_SECONDS = 30.0
"""So long commands that write into a person's files, and a preview, wait for another run to end."""


class Target(Value, kw_only=True):
    """A roundup's file as it was read."""

    name: str
    """The path below content/ without `.yaml`."""
    file: Path
    shown: str
    """The file, relative to the site."""
    before: bytes
    """Empty where the file is not there yet."""
    text: str
    """With the byte order mark that it may have."""


def read_target(project: Project, name: str) -> Target:
    """The file of a roundup that is there. Raises UsageError where it is not, ProblemsFound where it is no text."""
    file = project.roundup_file(name)
    shown = project.relative(file)
    if not file.is_file():
        raise UsageError(f"{shown} is not there (start it with: gleanings new {name})")
    before = file.read_bytes()
    return Target(name=name, file=file, shown=shown, before=before, text=text_of(before, shown))


def text_of(content: bytes, shown: str) -> str:
    """A file's text with the byte order mark that it may have. Raises ProblemsFound where it is no text."""
    mark = "\ufeff" if content.startswith(BOM_UTF8) else ""
    return mark + decode(content, shown)


def find_target(session: Session, project: Project, written: str | None) -> Target:
    """The roundup that `--to` names, or that of today's period in the site's zone.

    A period's roundup that is not there is begun, in memory; other names may be mistyped, and are not. Raises
    UsageError and ProblemsFound.
    """
    if written is None:
        site, _ = read_site(project)
        named = parse_name(plan_present_name(find_names(project), site.series[0], today=session.today(site.timezone)))
    else:
        named = parse_name(written)
    if project.roundup_file(named.name).is_file():
        return read_target(project, named.name)
    if named.period.last is None or named.stem != period_name(named.period.kind, named.period.last):
        raise UsageError(f"there is no roundup {named.name} (start it with: gleanings new {named.name})")
    return begin_target(session, project, named)


def begin_target(session: Session, project: Project, named: Named) -> Target:
    """A roundup that is not there yet, with its first text; nothing is written. Raises ProblemsFound, and UsageError
    for a series that looks mistyped."""
    site, _ = read_site(project)
    _refuse_mistyped(named, project, [series.key for series in site.series])
    series = site.find_series(named.series)
    file = project.roundup_file(named.name)
    texts = [_text(project.roundup_file(other.name)) for other in find_names(project) if other.series == series.key]
    text = format_starter(
        named,
        series,
        number=find_next_number(texts, series),
        today=session.today(site.timezone),
        schema=schema_address(project, file),
    )
    return Target(name=named.name, file=file, shown=project.relative(file), before=b"", text=text)


def _refuse_mistyped(named: Named, project: Project, known: Collection[str]) -> None:
    if named.series in known or (project.content / named.series).is_dir():
        return
    if near := find_nearest(named.series, [key for key in known if key != "main"]):
        raise UsageError(
            f'there is no series "{named.series}" (did you mean {near}/{named.stem}? for a new one make the folder'
            f" content/{named.series}/ first)"
        )


def save_target(project: Project, target: Target, text: str) -> None:
    """Put `text` into the target's file; beside a new one goes the schema that its first line names.

    Raises FileChanged where somebody else wrote the file meanwhile.
    """
    if not target.before:
        from gleanings.curate.schema import save_schema

        save_schema(project)
    replace_text(target.file, before=target.before, after=text.encode("utf-8"))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

"""`new`: the next roundup of a series, with its schema for editors and its number."""

from __future__ import annotations

import click

from gleanings.cli.session import Session
from gleanings.cli.targets import LOCK_SECONDS, begin_target, save_target
from gleanings.cli.terminal import say
from gleanings.curate.beginning import find_names, parse_name, plan_next_name
from gleanings.files.lock import hold
from gleanings.problems import UsageError
from gleanings.project import Project
from gleanings.settings import read_site


@click.command("new")
@click.argument("roundup", required=False)
@click.pass_obj
def new_command(session: Session, roundup: str | None) -> None:
    """Start the next roundup of a series.

    Without ROUNDUP that of today's period, or, where it is there already, the one after the latest. ROUNDUP is a name
    such as 2026-12, weekly/2026-w47 or summer-reading, or the name of a series' folder for the next of that series.
    """
    project = session.project
    with hold(project, wait_seconds=LOCK_SECONDS):
        named = parse_name(_name(session, project, roundup))
        if project.roundup_file(named.name).exists():
            raise UsageError(f"{project.relative(project.roundup_file(named.name))} is there already")
        target = begin_target(session, project, named)
        save_target(project, target, target.text)
    say(target.shown)


def _name(session: Session, project: Project, written: str | None) -> str:
    """The roundup's name: as written, or the next of the series that was named, or of the main one."""
    site, _ = read_site(project)
    folder = (written or "main").removeprefix("content/").rstrip("/")
    if folder not in {series.key for series in site.series} and not (written or "").endswith("/"):
        return written or ""
    return plan_next_name(find_names(project), site.find_series(folder), today=session.today(site.timezone))

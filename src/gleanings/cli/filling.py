"""`fill`: titles, authors, sources and dates that entries lack, asked of their pages and written into the files."""

from __future__ import annotations

from collections.abc import Mapping

import click

from gleanings.cli.looking_up import explain_silence, look_up
from gleanings.cli.session import Session
from gleanings.cli.site_zone import read_zone
from gleanings.cli.targets import LOCK_SECONDS, read_target, save_target
from gleanings.cli.terminal import say, tell, tell_error
from gleanings.curate.beginning import find_names, parse_name
from gleanings.curate.filling import Gap, find_gaps, plan_fill
from gleanings.curate.picking import Entry, facts_of
from gleanings.files.lock import hold
from gleanings.problems import GleaningsError, UsageError
from gleanings.project import Project


@click.command("fill")
@click.argument("roundups", metavar="[ROUNDUP]...", nargs=-1)
@click.pass_obj
def fill_command(session: Session, roundups: tuple[str, ...]) -> int:
    """Write missing titles, authors, sources and dates into roundups; without ROUNDUP into all of them.

    Only entries with an address and without a title, or with neither authors nor date, are looked at. Keys are
    inserted, and nothing else in the files changes.
    """
    project = session.project
    names = [parse_name(name).name for name in roundups] or [named.name for named in find_names(project)]
    gaps = {name: _find_gaps(project, name) for name in dict.fromkeys(names)}
    urls = tuple(dict.fromkeys(gap.url for found in gaps.values() for gap in found or ()))
    answers = look_up(session, project, urls, only_online=True) if urls else {}
    zone = read_zone(project)
    facts = {url: facts_of(candidate, zone=zone) for url, candidate in answers.items()}
    filled = [_fill(project, name, facts) for name, found in gaps.items() if found]
    unknown = [url for url in urls if not facts.get(url)]
    for url in unknown:
        if url in answers:
            tell(f"{url}: {explain_silence(answers[url]) or 'nothing could be learnt of it'}")
    if not any(filled):
        say("nothing was filled in" if urls else "nothing is missing")
    return 1 if unknown or None in gaps.values() else 0


def _find_gaps(project: Project, name: str) -> tuple[Gap, ...] | None:
    """What a roundup lacks; None, and a word about it, where its file cannot be read."""
    try:
        target = read_target(project, name)
        return find_gaps(target.text, path=target.shown)
    except UsageError:
        raise
    except GleaningsError as error:
        tell_error(error)
        return None


def _fill(project: Project, name: str, facts: Mapping[str, Entry]) -> int:
    """Write what was learnt into a roundup, read anew; returns how many entries gained."""
    with hold(project, wait_seconds=LOCK_SECONDS):
        target = read_target(project, name)
        found: list[tuple[Gap, Entry]] = [
            (gap, facts[gap.url])
            for gap in find_gaps(target.text, path=target.shown)
            if gap.url in facts and facts[gap.url].keys() & set(gap.lacks)
        ]
        if found:
            save_target(project, target, plan_fill(target.text, found, path=target.shown))
    for gap, learnt in found:
        say(f"{target.shown}:{gap.line}: {learnt.get('title', gap.url)}")
    return len(found)

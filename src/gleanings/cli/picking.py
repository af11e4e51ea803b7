"""`pick` and `add`: what was read becomes an entry of a roundup, ready for a note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urldefrag

import click

from gleanings.cli.given import read_link
from gleanings.cli.looking_up import explain_silence, look_up
from gleanings.cli.session import Session
from gleanings.cli.site_zone import read_zone
from gleanings.cli.targets import LOCK_SECONDS, Target, find_target, save_target
from gleanings.cli.terminal import say, tell
from gleanings.curate.picking import Chosen, find_feed, make_entry, make_link_entry, plan_choice
from gleanings.curate.repeats import Standing, load_standings
from gleanings.fetch.inbox.remarks import Remark
from gleanings.fetch.retrieve.headers import show
from gleanings.files.lock import hold
from gleanings.identity import preferred, work_key
from gleanings.model import Candidate, Feed
from gleanings.problems import ProblemsFound
from gleanings.project import Project
from gleanings.subscriptions import read_feeds
from gleanings.values import Value

_TO = click.option(
    "--to", "roundup", metavar="ROUNDUP", help="Where it goes, such as 2026-11; else the roundup of today's period."
)
_SECTION = click.option("--section", metavar="TITLE", help="The section; it is made if it is not there.")
_AGAIN = click.option("--again", is_flag=True, help="Also what was in an earlier roundup, and say that it is meant.")


class _Verdict(Value, kw_only=True):
    """What becomes of one candidate."""

    candidate: Candidate
    chosen: Chosen | None = None
    """None: nothing is inserted."""
    there: Standing | None = None
    """Where the work stands in the target already."""
    earlier: Standing | None = None
    """Where it stands in another roundup; or in the target, as another entry of the same page."""

    @property
    def refused(self) -> bool:
        return self.chosen is None and self.there is None


@click.command("pick")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@_TO
@_SECTION
@_AGAIN
@click.pass_obj
def pick_command(
    session: Session, ids: tuple[str, ...], roundup: str | None, section: str | None, again: bool
) -> int:
    """Put candidates of the inbox into a roundup, ready for a note.

    Lines are inserted and nothing else in the file changes. A candidate goes into the section that its feed names in
    feeds.yaml, unless --section says otherwise. A work that was in an earlier roundup is left out, unless --again;
    what is left out stays in the inbox as it was.
    """
    from gleanings.fetch.inbox.store import Store

    project = session.project
    with hold(project, wait_seconds=LOCK_SECONDS), Store.open(project.inbox_file) as store:
        candidates = store.by_ids(ids)
        target = find_target(session, project, roundup)
        remarks = store.remarks(candidate.id for candidate in candidates)
        picked = store.picked_for(target.name)
        verdicts = _judge(project, candidates, remarks, target, picked, section=_one_line(section), again=again)
        chosen = [verdict.chosen for verdict in verdicts if verdict.chosen]
        if chosen:
            save_target(project, target, plan_choice(target.text, chosen, path=target.shown))
        # The file first: where a crash keeps the decision from being noted, the next `pick` finds the work in the
        # roundup and only notes it.
        done = [verdict.candidate.id for verdict in verdicts if not verdict.refused]
        if done:
            store.decide(done, "picked", now=session.now(), roundup=target.name)
    for verdict in verdicts:
        _tell_verdict(verdict, target)
    return 1 if any(verdict.refused for verdict in verdicts) else 0


def _judge(
    project: Project,
    candidates: list[Candidate],
    remarks: Mapping[str, Remark],
    target: Target,
    picked: list[Candidate],
    *,
    section: str | None,
    again: bool,
) -> list[_Verdict]:
    """`picked` are the candidates that went into the target before."""
    feeds, zone = _feeds(project), read_zone(project)
    keys = {candidate.id: work_key(candidate.url) for candidate in candidates if candidate.url}
    standings = load_standings(project, set(keys.values()))
    verdicts: list[_Verdict] = []
    for candidate in candidates:
        key = keys.get(candidate.id, candidate.id)
        places = list(standings.get(key, ()))
        written = [verdict.candidate for verdict in verdicts if verdict.chosen]
        places += [
            Standing(roundup=target.name, path=target.shown, line=1, address=one.url)
            for one in written
            if one.url and keys[one.id] == key
        ]
        there, earlier = _split(places, candidate, target.name)
        if there is not None and _is_of_another(candidate, key, (*picked, *written)):
            there, earlier = None, earlier or there
        if there is None and (earlier is None or again):
            feed = find_feed(feeds, candidate.feed)
            remark = remarks.get(candidate.id, Remark())
            tags = tuple(dict.fromkeys((*(feed.tags if feed else ()), *remark.tags)))
            entry = make_entry(candidate, zone=zone, tags=tags, again=earlier is not None, note=remark.note)
            chosen = Chosen(entry=entry, section=section or (feed.section if feed else None))
            verdicts.append(_Verdict(candidate=candidate, chosen=chosen, earlier=earlier))
        else:
            verdicts.append(_Verdict(candidate=candidate, there=there, earlier=earlier))
    return verdicts


def _split(places: Iterable[Standing], candidate: Candidate, target: str) -> tuple[Standing | None, Standing | None]:
    """Where a candidate stands in the target, and where its work is first in another roundup, else in the target as
    another part of the page: `/changelog#v26` is not `/changelog#v27`."""
    part = _part(candidate.url)
    within = [standing for standing in places if standing.roundup == target]
    there = next((standing for standing in within if _part(standing.address) == part), None)
    elsewhere = (standing for standing in places if standing.roundup != target)
    return there, next(elsewhere, None) or next((one for one in within if _part(one.address) != part), None)


def _part(url: str | None) -> str:
    """The fragment of an address as it is written into a roundup."""
    return urldefrag(preferred(url or "")).fragment


def _is_of_another(candidate: Candidate, key: str, others: Iterable[Candidate]) -> bool:
    """True where the place of its address in the target is that of another entry of its feed: podcasts give one
    address to all episodes, and the inbox lists them apart."""
    others = list(others)
    if candidate.feed is None or candidate.id in {one.id for one in others}:
        return False
    part = _part(candidate.url)
    return any(
        one.feed == candidate.feed and one.url and work_key(one.url) == key and _part(one.url) == part
        for one in others
    )


def _feeds(project: Project) -> tuple[Feed, ...]:
    """The feeds, for their tags and sections; none where feeds.yaml is broken, which `check` tells."""
    try:
        return read_feeds(project)[0].feeds
    except ProblemsFound as found:
        tell(f"{found.problems[0].path} cannot be read, so that tags and sections of feeds are left out")
        return ()


def _tell_verdict(verdict: _Verdict, target: Target) -> None:
    candidate = verdict.candidate
    name = f"{candidate.id}  {show(candidate.title or candidate.url or '')}"
    if verdict.chosen:
        section = f", {verdict.chosen.section}" if verdict.chosen.section else ""
        say(f"{name} → {target.shown}{section}")
        if verdict.earlier:
            place = _place(verdict.earlier, target)
            tell(f"{candidate.id}: it was in {place} (written as meant, with again: true)")
    elif verdict.there:
        say(f"{name} is in {target.shown} already")
    elif verdict.earlier:
        place = _place(verdict.earlier, target)
        tell(f"{name}: was in {place} already and is left out (pick it nevertheless with --again)")


def _place(standing: Standing, target: Target) -> str:
    """Where a work stands; lines of the target are others once something was inserted."""
    return standing.path if standing.roundup == target.name else str(standing)


@click.command("add")
@click.argument("url", metavar="URL")
@_TO
@_SECTION
@click.option("--note", metavar="TEXT", default="", help="Your words about it, in Markdown.")
@click.option("--offline", is_flag=True, help="Do not ask the page for its title, authors and date.")
@_AGAIN
@click.pass_obj
def add_command(
    session: Session, url: str, roundup: str | None, section: str | None, note: str, offline: bool, again: bool
) -> int:
    """Put a link into a roundup, with what its page says of itself.

    Lines are inserted and nothing else in the file changes. A work that was in an earlier roundup is left out, unless
    --again.
    """
    url = read_link(url)
    project = session.project
    find_target(session, project, roundup)
    if _tell_repeat(_find_standing(project, (url,)), again=again):
        return 1
    found = None if offline else look_up(session, project, (url,)).get(url)
    with hold(project, wait_seconds=LOCK_SECONDS):
        target = find_target(session, project, roundup)
        addresses = (url, found.url) if found and found.url else (url,)
        standing = _find_standing(project, addresses)
        if _tell_repeat(standing, again=again):
            return 1
        repeated = standing is not None
        entry = (
            make_entry(found, zone=read_zone(project), again=repeated, note=note)
            if found
            else make_link_entry(url, again=repeated, note=note)
        )
        save_target(project, target, plan_choice(target.text, [Chosen(entry=entry, section=_one_line(section))],
                                        path=target.shown))  # fmt: skip
    if found is not None and not found.title:
        reason = explain_silence(found)
        tell(f"its page told no title{f' ({reason})' if reason else ''}: the entry waits for one")
    say(f"{show(found.title) if found and found.title else preferred(url)} → {target.shown}")
    return 0


def _find_standing(project: Project, addresses: tuple[str, ...]) -> Standing | None:
    """Where a work with one of these addresses stands first."""
    keys = tuple(dict.fromkeys(work_key(address) for address in addresses))
    standings = load_standings(project, keys)
    return next((standing for key in keys for standing in standings.get(key, ())), None)


def _tell_repeat(standing: Standing | None, *, again: bool) -> bool:
    """Tells where the link stands already; True where that ends the command."""
    if standing is None or again:
        return False
    tell(f"that was in {standing} already, and nothing was written (add it nevertheless with --again)")
    return True


def _one_line(title: str | None) -> str | None:
    return " ".join(title.split()) or None if title else None

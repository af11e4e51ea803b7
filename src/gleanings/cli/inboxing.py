"""`inbox`, `later`, `skip`: what waits, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

import click

from gleanings.addresses import strip_credentials
from gleanings.cli.feed_names import choose_feeds, name_feed, tell_apart
from gleanings.cli.session import Session
from gleanings.cli.site_zone import read_zone
from gleanings.cli.terminal import say, say_json, tell
from gleanings.curate.picking import format_day
from gleanings.fetch.inbox.store import Store
from gleanings.fetch.retrieve.headers import show
from gleanings.identity import host_label, work_key
from gleanings.model import STATES, Candidate, State
from gleanings.project import Project


@click.command("inbox")
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option(
    "--state", type=click.Choice([*STATES, "all"]), default="new", show_default=True, help="Which candidates to show."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def inbox_command(session: Session, feeds: tuple[str, ...], *, state: str, as_json: bool) -> None:
    """Show what waits, newest first, feed by feed; with FEED (address, title or a part of either) only theirs."""
    project = session.project
    states: tuple[State, ...] = STATES if state == "all" else tuple(name for name in STATES if name == state)
    titles = _titles(project)
    with Store.open(project.inbox_file, writable=False) as store:
        known = store.feed_states()
        titles = {url: found.title for url, found in known.items() if found.title} | titles
        wanted = choose_feeds(feeds, {**dict.fromkeys(known), **titles}, titles) if feeds else None
        found = store.candidates(states, None if wanted is None else tuple(wanted), headlines=not as_json)
        counts = store.count_by_state()
    if as_json:
        _say_documents(found)
        return
    seen = _find_seen(project, found)
    for line in list_candidates(found, tell_apart(titles), seen, zone=read_zone(project), width=_width()):
        say(line)
    tell(count_line(counts, shown=len(found), state=state, narrowed=bool(feeds)))


@click.command("later")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def later_command(session: Session, ids: tuple[str, ...]) -> None:
    """Keep candidates for another day, skipped ones too; `inbox --state later` shows them."""
    _decide(session, ids, "later")


@click.command("skip")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def skip_command(session: Session, ids: tuple[str, ...]) -> None:
    """Put candidates aside for good; `later` or `pick` takes one back (`inbox --state skipped` shows them)."""
    _decide(session, ids, "skipped")


def _decide(session: Session, ids: tuple[str, ...], state: State) -> None:
    with Store.open(session.project.inbox_file) as store:
        for candidate in store.decide(ids, state, now=session.now()):
            say(f"{state}: {candidate.id}  {show(candidate.title or candidate.url or '')}")


def _say_documents(candidates: list[Candidate]) -> None:
    """The document of `inbox --json`, candidate by candidate: a large inbox need not be in memory twice."""
    if not candidates:
        say_json([])
        return
    for index, candidate in enumerate(candidates):
        document = json.dumps(as_document(candidate), ensure_ascii=False, indent=2)
        say(f"{',' if index else '['}\n{document}")
    say("]")


def as_document(candidate: Candidate) -> dict[str, Any]:
    """One object of `inbox --json`; see docs/commands.md."""
    return {
        "id": candidate.id,
        "state": candidate.state,
        "feed": strip_credentials(candidate.feed) if candidate.feed else None,
        "url": candidate.url,
        "title": candidate.title,
        "authors": list(candidate.authors),
        "published": _moment(candidate.published),
        "updated": _moment(candidate.updated),
        "first_seen": _moment(candidate.first_seen),
        "summary": candidate.summary,
        "content": candidate.content,
        "kind": candidate.kind,
        "discussion": candidate.discussion,
        "also_in": list(map(strip_credentials, candidate.also_in)),
        "flags": list(candidate.flags),
    }


def list_candidates(
    candidates: list[Candidate],
    titles: Mapping[str, str],
    seen: Mapping[str, str],
    *,
    zone: tzinfo,
    width: int | None,
) -> Iterator[str]:
    """The lines of the inbox: feed by feed, the feed with the newest candidate first.

    `seen` says in which roundup a candidate's work already stands, by id; `zone` is the site's, and
    `width` of None is no terminal.
    """
    groups: dict[str | None, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.feed, []).append(candidate)
    for index, (feed, group) in enumerate(groups.items()):
        name = "Links" if feed is None else name_feed(feed, titles)
        if index:
            yield ""
        yield click.style(f"{name} ({len(group)})", bold=True) if width else f"{name} ({len(group)})"
        for candidate in group:
            yield from _lines(candidate, titles, seen.get(candidate.id), zone=zone, width=width)


def _lines(
    candidate: Candidate, titles: Mapping[str, str], seen: str | None, *, zone: tzinfo, width: int | None
) -> Iterator[str]:
    day = f"{format_day(candidate, zone=zone) or 'no date':<10}"
    head = f"  {candidate.id:<5} {day}  "
    title = show(candidate.title or candidate.url or "", most=500)
    if width is None:
        yield head + title
    else:
        room = max(width - len(head), 20)
        short = title if len(title) <= room else title[: room - 1].rstrip() + "…"
        yield f"  {click.style(f'{candidate.id:<5}', fg='cyan')} {day}  {short}"
    details = _details(candidate, titles, seen)
    if details:
        text = " " * len(head) + details
        yield text if width is None else click.style(text[:width], dim=True)


def _details(candidate: Candidate, titles: Mapping[str, str], seen: str | None) -> str:
    authors = ", ".join(candidate.authors[:3]) + (" et al." if len(candidate.authors) > 3 else "")
    parts = [
        show(authors),
        host_label(candidate.url) if candidate.url else "no link",
        candidate.kind or "",
        candidate.state if candidate.state != "new" else "",
        f"picked for {candidate.roundup}" if candidate.roundup else "",
        f"seen in {seen}" if seen and candidate.state != "picked" else "",
        f"also in {', '.join(name_feed(feed, titles) for feed in candidate.also_in)}" if candidate.also_in else "",
        ", ".join(candidate.flags),
    ]
    return " · ".join(part for part in parts if part)


def _titles(project: Project) -> dict[str, str]:
    """Feeds by the names that a person gave them; a broken feeds.yaml keeps nobody from reading the inbox."""
    from gleanings.problems import ProblemsFound
    from gleanings.subscriptions import read_feeds

    try:
        return {feed.url: feed.title for feed in read_feeds(project)[0].feeds if feed.title}
    except ProblemsFound:
        return {}


def _find_seen(project: Project, candidates: list[Candidate]) -> dict[str, str]:
    """Which roundups hold a candidate's work already, by the candidate's id."""
    from gleanings.curate.library import read_library

    works = read_library(project).library.works
    seen = {}
    for candidate in candidates:
        found = works.get(work_key(candidate.url)) if candidate.url else None
        if found:
            seen[candidate.id] = ", ".join(dict.fromkeys(appearance.roundup for appearance in found))
    return seen


def count_line(counts: Mapping[State, int], *, shown: int, state: str, narrowed: bool) -> str:
    """How full the inbox is; where nothing is new, what else waits there and how to see it.

    `state` is what was asked for, and `narrowed` says that it was asked of some feeds only.
    """
    told = [f"{counts[each]} {each}" for each in STATES if counts[each]]
    if not told:
        return "the inbox is empty (gleanings fetch fills it)"
    if shown or state != "new":
        return f"{shown} shown · in all {', '.join(told)}"
    waiting = [
        f"{phrase}: gleanings inbox --state {each}"
        for each, phrase in (("later", _waits(counts["later"])), ("backlog", _lies_back(counts["backlog"])))
        if phrase
    ]
    if narrowed or not waiting:
        return f"nothing new{' there' if narrowed else ''} · in all {', '.join(told)}"
    return "\n".join(["nothing new", *waiting])


def _waits(count: int) -> str:
    return f"{count} kept for later" if count else ""


def _lies_back(count: int) -> str:
    return f"{count} older {'one is' if count == 1 else 'ones are'} in the backlog" if count else ""


def _width() -> int | None:
    """Columns of the terminal; None where the lines go elsewhere."""
    import shutil
    import sys

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

"""`import`: links that other programs kept, and a backup of decisions, into the inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import click

from gleanings.cli.session import Session
from gleanings.cli.targets import LOCK_SECONDS
from gleanings.cli.terminal import say, tell
from gleanings.curate.library import read_library
from gleanings.exchange.decoding import decode
from gleanings.exchange.saved.notes import format_note
from gleanings.exchange.saved.reading import FORMATS, explain_format, find_format, parse_saved
from gleanings.exchange.saved.values import SavedLink, even_tags
from gleanings.fetch.clean.plain import excerpt
from gleanings.fetch.inbox.decisions import Decision, Restored, parse_decisions
from gleanings.fetch.inbox.memory import BACKLOG_DAYS
from gleanings.fetch.inbox.remarks import Remark
from gleanings.fetch.inbox.store import Store
from gleanings.fetch.parse.texts import LONGEST_NAME, plain_title, show
from gleanings.files.lock import hold
from gleanings.identity import display, guess_kind, host_label, work_key
from gleanings.model import STATES, Candidate, State
from gleanings.problems import GleaningsError, UsageError
from gleanings.project import Project
from gleanings.values import Value, replace

_LONGEST_LINE = 2000


@click.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice((*FORMATS, "inbox")))
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only print what would happen.")
@click.pass_obj
def import_command(session: Session, form: str, paths: tuple[str, ...], *, dry_run: bool) -> None:
    """Bring links that other programs kept into the inbox, each with its title, day, tags and your note.

    FORMAT is bookmarks (HTML of any browser), pocket, pinboard, raindrop, instapaper, csv (any table with a url
    column), or inbox: decisions that `gleanings export inbox` wrote. What the inbox or a roundup has already stays as
    it is. A file that cannot be read ends the command before anything is written.
    """
    if form == "inbox":
        _import_decisions(session, paths, dry_run=dry_run)
        return
    found = [link for path in paths for link in _read_links(session.path(path), path, form)]
    with _open_inbox(session.project, dry_run=dry_run) as store:
        verdicts = _judge(session.project, store, found, now=session.now())
        if not dry_run:
            _take_in(store, verdicts)
    for verdict in verdicts:
        _tell_verdict(verdict, in_full=dry_run)
    say(_count_line(Counter(verdict.outcome for verdict in verdicts), dry_run=dry_run))


@contextmanager
def _open_inbox(project: Project, *, dry_run: bool) -> Iterator[Store]:
    """The inbox; of a dry run, to look at only."""
    if dry_run:
        with Store.open(project.inbox_file, writable=False) as store:
            yield store
        return
    with hold(project, wait_seconds=LOCK_SECONDS), Store.open(project.inbox_file) as store:
        yield store


def _read(path: Path, written: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{written} cannot be read: {error.strerror}") from None


# ── saved links ──


def _read_links(path: Path, written: str, form: str) -> Iterator[SavedLink]:
    """The links of a file; what is left out is told."""
    for name, found in parse_saved(_read(path, written), form, written):
        for one in found.left_out:
            tell(f"{name}{one.place}: {show(one.reason, limit=200)} (left out)")
        if found.unread_dates:
            links = "1 link" if found.unread_dates == 1 else f"{found.unread_dates} links"
            tell(f"{name}: when {links} came cannot be read, which is taken for today (write dates as 2026-11-30)")
        yield from found.links


Outcome = State | Literal["in the inbox", "in a roundup", "twice"]
_STAYED: Mapping[Outcome, str] = {
    "in the inbox": "in the inbox already",
    "in a roundup": "in a roundup already",
    "twice": "given twice",
}
"""Outcomes of what stays out, in words."""


class _Verdict(Value, kw_only=True):
    """What becomes of a saved link."""

    candidate: Candidate
    remark: Remark
    outcome: Outcome
    """The state it gets, or why it stays out."""
    work: str
    there: str = ""
    """Where it stands already."""


def _judge(project: Project, store: Store, links: Sequence[SavedLink], *, now: datetime) -> list[_Verdict]:
    works = read_library(project).library.works
    keys = [work_key(link.url) for link in links]
    known = store.known_works(dict.fromkeys(keys))
    verdicts: list[_Verdict] = []
    taken: dict[str, int] = {}
    """Work → where its verdict stands."""
    for link, key in zip(links, keys, strict=True):
        candidate, remark = _candidate(link, now=now), _remark(link)
        outcome: Outcome = candidate.state
        there = ""
        if key in works:
            outcome, there = "in a roundup", works[key][0].roundup
        elif key in known:
            outcome, there = "in the inbox", known[key].state
        elif key in taken:
            outcome = "twice"
            first = verdicts[taken[key]]
            verdicts[taken[key]] = replace(first, remark=_join(first.remark, remark))
        taken.setdefault(key, len(verdicts))
        verdicts.append(_Verdict(candidate=candidate, remark=remark, outcome=outcome, work=key, there=there))
    return verdicts


def _candidate(link: SavedLink, *, now: datetime) -> Candidate:
    """A saved link as a candidate. When it was saved stands for when it was first seen: nobody knows when it was
    published."""
    url = display(link.url)
    title = plain_title(link.title) or ""
    saved = min(link.saved, now) if link.saved else None
    return Candidate(
        id="",
        state=_state(link, saved, now=now),
        feed=None,
        url=url,
        title=title,
        first_seen=saved or now,
        summary=excerpt(plain_title(link.summary) or ""),
        source=host_label(url) or None,
        kind=guess_kind(url),
        flags=() if title else ("no-title",),
    )


def _state(link: SavedLink, saved: datetime | None, *, now: datetime) -> State:
    """What is to be read waits for later; of the rest only what was saved lately is new, as of a new feed."""
    if link.to_read:
        return "later"
    return "backlog" if saved and saved < now - timedelta(days=BACKLOG_DAYS) else "new"


def _remark(link: SavedLink) -> Remark:
    tags = dict.fromkeys(tag for written in link.tags if (tag := show(written, limit=LONGEST_NAME)))
    note = "\n".join(show(line, limit=_LONGEST_LINE) for line in link.note.splitlines())
    return Remark(tags=tuple(tags), note=format_note(note))


def _join(one: Remark, other: Remark) -> Remark:
    """What a person said of a link in two places, each word once."""
    note = one.note if other.note in one.note else f"{one.note}\n\n{other.note}".strip("\n")
    return Remark(tags=even_tags((*one.tags, *other.tags)), note=note)


def _take_in(store: Store, verdicts: Iterable[_Verdict]) -> None:
    with store.transaction():
        for verdict in verdicts:
            if verdict.outcome in STATES:
                candidate = verdict.candidate
                store.insert_link(candidate.url or "", verdict.work, candidate, picked=False)
                store.save_remark(verdict.work, verdict.remark)


def _tell_verdict(verdict: _Verdict, *, in_full: bool) -> None:
    candidate = verdict.candidate
    url = show(candidate.url or "", limit=_LONGEST_LINE)
    if in_full and verdict.outcome in STATES:
        words = candidate.title or "(no title)"
        say(f"{verdict.outcome:<8} {candidate.first_seen:%Y-%m-%d}  {words} · {url}")
    elif verdict.outcome == "in a roundup":
        tell(f"{url}: was in {verdict.there} already and is left out")
    elif in_full and verdict.outcome == "in the inbox":
        tell(f"{url}: is in the inbox already ({verdict.there}) and stays as it is")


def _count_line(counts: Counter[Outcome], *, dry_run: bool) -> str:
    """How many links came, by state, and how many did not."""
    came = [f"{counts[state]} {state}" for state in STATES if counts[state]]
    stayed = [f"{counts[outcome]} {words}" for outcome, words in _STAYED.items() if counts[outcome]]
    told = " · ".join(filter(None, (", ".join(came) or "nothing new", ", ".join(stayed))))
    return f"would bring: {told}" if dry_run else told


# ── decisions ──

_RESTORED: Mapping[Restored, str] = {
    "restored": "restored",
    "changed": "decided as they were",
    "known": "known already",
}
"""What became of decisions, in words."""


def _import_decisions(session: Session, paths: Sequence[str], *, dry_run: bool) -> None:
    decisions: list[Decision] = []
    for path in paths:
        text = decode(_read(session.path(path), path))
        if find_format(text) != "inbox":
            raise GleaningsError(explain_format(path, "inbox", (text,)))
        try:
            found, left_out = parse_decisions(text)
        except GleaningsError as error:
            raise GleaningsError(f"{path}: {error}") from None
        for one in left_out:
            tell(f"{path}{one.place}: {one.reason} (left out)")
        decisions += found
    with _open_inbox(session.project, dry_run=dry_run) as store:
        if dry_run:
            outcomes = Counter(map(store.judge, decisions))
        else:
            with store.transaction():
                outcomes = Counter(map(store.restore, decisions))
    told = [f"{outcomes[outcome]} {words}" for outcome, words in _RESTORED.items() if outcomes[outcome]]
    say(f"{'would be: ' if dry_run else ''}{', '.join(told) or 'no decisions'}")

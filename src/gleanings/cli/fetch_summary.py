"""What became of a fetch, in words and as JSON: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gleanings.addresses import strip_credentials
from gleanings.cli.feed_names import name_feed, tell_apart
from gleanings.fetch.poll.polling import is_dead, is_silent
from gleanings.fetch.reports import Report, Run
from gleanings.fetch.retrieve.headers import show
from gleanings.model import Feed


def list_outcomes(run: Run) -> list[dict[str, Any]]:
    """The document of `fetch --json`; see docs/commands.md."""
    return [
        {
            "feed": report.url,
            "outcome": report.verdict.outcome,
            "new": report.tally.new,
            "updated": report.tally.updated,
            "problem": report.verdict.problem,
            "next": report.next_check.isoformat() if report.next_check else None,
            "moved_to": report.verdict.moved_to,
        }
        for report in run.reports
    ]


def summarise(run: Run, *, feeds_text: str, now: datetime, zone: str) -> Iterator[str]:
    """The lines of the summary: feed by feed, then what wants a person's attention.

    `feeds_text` is feeds.yaml, for the very lines to change; times are told in `zone`.
    """
    place = ZoneInfo(zone)
    if not run.reports:
        yield "no feeds: there is nothing in feeds.yaml to fetch"
    titles = _titles(run)
    for report in run.reports:
        yield f"{name_feed(report.url, titles)}: {_sentence(report, now, place)}"
    if any(_is_all_old(report) for report in run.reports):
        yield "older ones are in the backlog: gleanings inbox --state backlog"
    yield from _attention(run, titles, now)
    for report in run.reports:
        if report.verdict.moved_to and report.feed is not None:
            yield from _proposal(report.feed, report.verdict.moved_to, feeds_text)
    for url in run.removed:
        yield f"no longer in feeds.yaml: {name_feed(url, titles)} (what it brought stays in the inbox)"


def _titles(run: Run) -> dict[str, str]:
    titles = {}
    for report in run.reports:
        title = (report.feed.title if report.feed else None) or (report.state.title if report.state else None)
        if title:
            titles[report.url] = title
    return tell_apart(titles)


def _is_all_old(report: Report) -> bool:
    """Whether a feed brought something, and all of it was too old to be new."""
    return bool(report.tally.backlog) and not report.tally.new


def _sentence(report: Report, now: datetime, place: ZoneInfo) -> str:
    parts = [_outcome(report)]
    if report.tally.rekeyed:
        parts.append(f"{report.tally.rekeyed} entries under new ids recognised")
    if report.tally.turned_over:
        parts.append("every entry is new: posts may have been missed")
    if report.next_check is not None and report.next_check > now:
        parts.append(f"next look {_moment(report.next_check, now, place)}")
    return " · ".join(parts)


def _outcome(report: Report) -> str:
    verdict, tally = report.verdict, report.tally
    problem = show(verdict.problem or "")
    match verdict.outcome:
        case "fetched":
            counts = [
                f"{count} {word}"
                for count, word in (
                    (tally.new, "new"),
                    (tally.updated, "changed"),
                    (tally.backlog, "to the backlog"),
                )
                if count
            ]
            return ("nothing new, " if _is_all_old(report) and not tally.updated else "") + (
                ", ".join(counts) or "nothing new"
            )
        case "unchanged":
            return "nothing new"
        case "skipped":
            return f"skipped, {problem}" if problem else "not due"
        case "failed":
            return f"failed, {problem}"
        case "gone":
            return f"gone, {problem}"


def _moment(moment: datetime, now: datetime, place: ZoneInfo) -> str:
    there, here = moment.astimezone(place), now.astimezone(place)
    return f"{there:%H:%M}" if there.date() == here.date() else f"{there:%Y-%m-%d %H:%M}"


def _attention(run: Run, titles: dict[str, str], now: datetime) -> Iterator[str]:
    states = [report.state for report in run.reports if report.state is not None]
    for state in states:
        if is_dead(state, now=now) and state.failing_since is not None:
            yield (
                f"probably dead: {name_feed(state.url, titles)}, failing since {state.failing_since:%Y-%m-%d}"
                f" ({show(state.problem or '')})"
            )
    for state in states:
        if is_silent(state, now=now) and state.newest is not None:
            yield f"silent: {name_feed(state.url, titles)}, nothing new since {state.newest:%Y-%m-%d}"


def _proposal(feed: Feed, target: str, feeds_text: str) -> Iterator[str]:
    """The edit that a permanent redirect proposes: the line as it is, and as it should be. No password is shown."""
    written = re.compile(rf"(?<!\S)([\"']?){re.escape(feed.url)}(?=\1(?:[\s,}}\]]|$))")
    there, goal = strip_credentials(feed.url), show(target, most=2000)
    keep = " (its user name and password stay)" if there != feed.url else ""
    for number, line in _lines_of(feed, feeds_text):
        if found := written.search(line):
            start, end = found.end(1), found.end()
            yield f"{feed.place.path}:{number}: the feed has moved for good; change the line{keep}"
            yield f"    {line[:start].lstrip()}{there}{line[end:].rstrip()}"
            yield f"    {line[:start].lstrip()}{goal}{line[end:].rstrip()}"
            return
    yield f"{feed.place.path}:{feed.place.line}: the feed has moved for good to {goal}{keep}"


def _lines_of(feed: Feed, feeds_text: str) -> Iterator[tuple[int, str]]:
    """The lines of a feed, with their numbers: to the next one that is not indented deeper."""
    lines = feeds_text.splitlines()[feed.place.line - 1 :]
    yield feed.place.line, lines[0]
    depth = len(lines[0]) - len(lines[0].lstrip())
    for number, line in enumerate(lines[1:], feed.place.line + 1):
        if line.strip() and len(line) - len(line.lstrip()) <= depth:
            return
        yield number, line

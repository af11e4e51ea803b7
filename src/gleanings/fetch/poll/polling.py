"""What is remembered of a feed between runs, and how each answer changes it: pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from gleanings.fetch.poll import schedule
from gleanings.fetch.poll.moving import Move, is_ripe, note_move
from gleanings.fetch.retrieve.answers import Conditions, Failure, Response
from gleanings.fetch.retrieve.headers import Headers
from gleanings.fetch.retrieve.peace import DAY, HOUR, LONGEST_PAUSE, find_retry_after
from gleanings.model import Feed
from gleanings.values import Value, replace

Outcome = Literal["fetched", "unchanged", "skipped", "failed", "gone"]

SILENT_DAYS = 180
DEAD_DAYS = 30


class PollState(Value, kw_only=True):
    """Everything remembered of one feed's polling."""

    url: str
    title: str | None = None
    """As the feed names itself."""
    home: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    validators_from: str | None = None
    """The address that issued the validators; they go nowhere else."""
    cache_control: str | None = None
    next_check: datetime | None = None
    held_until: datetime | None = None
    """The server asked this feed to wait; `--force` does not shorten that."""
    last_checked: datetime | None = None
    first_success: datetime | None = None
    last_success: datetime | None = None
    only_304_since: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    problem: str | None = None
    problem_kind: str | None = None
    gone_mark: str | None = None
    """The mark of the feeds.yaml during whose life the server said 410."""
    move: Move | None = None
    body_hash: str | None = None
    unreadable: bool = False
    """The last body could not be read; it is kept, and read again after a 304."""
    ttl_minutes: int | None = None
    newest: datetime | None = None
    """The date of the newest entry ever seen."""

    @property
    def has_validators(self) -> bool:
        return self.etag is not None or self.last_modified is not None


class Verdict(Value, kw_only=True):
    """What a look came to, for the person."""

    outcome: Outcome
    problem: str | None = None
    kind: str | None = None
    """Groups problems by cause."""
    moved_to: str | None = None
    """An address that should replace the one in feeds.yaml."""


class Plan(Value, kw_only=True):
    """Ask, with these conditions; or `skip`, with a reason for the person."""

    skip: Verdict | None = None
    next_check: datetime | None = None
    conditions: Conditions | None = None


def plan_look(state: PollState, *, now: datetime, force: bool, paused_until: datetime | None, file_mark: str) -> Plan:
    """Whether to ask, and with which validators.

    `paused_until` is what the feed's host asked for; `file_mark` changes when feeds.yaml does. `force` skips our
    intervals and max-age, never what a server asked for.
    """
    if state.gone_mark is not None and state.gone_mark == file_mark:
        problem = state.problem or "gone for good (410)"
        return Plan(skip=Verdict(outcome="gone", problem=problem, kind="gone"))
    held = max((until for until in (paused_until, state.held_until) if until is not None), default=None)
    if held is not None and now < held <= now + LONGEST_PAUSE:
        return Plan(skip=Verdict(outcome="skipped", problem=_peace(state, held)), next_check=held)
    if not force and not schedule.is_due(now, next_check=state.next_check, last_checked=state.last_checked):
        return Plan(skip=Verdict(outcome="skipped"), next_check=state.next_check)
    return Plan(conditions=_conditions(state, now))


def _peace(state: PollState, until: datetime) -> str:
    if state.problem_kind == "challenge":
        return f"blocked by bot protection, not asked before {_clock(until)}"
    return f"the server asked us to wait until {_clock(until)}"


def _conditions(state: PollState, now: datetime) -> Conditions | None:
    since = state.only_304_since
    if since is not None and now - since >= schedule.LONGEST_304:
        return None
    if state.validators_from is None or not state.has_validators:
        return None
    return Conditions(url=state.validators_from, etag=state.etag, last_modified=state.last_modified)


def after_good(
    state: PollState, feed: Feed, response: Response, *, now: datetime, ttl_minutes: int | None, body_hash: str
) -> PollState:
    """The state after a feed that could be read: its validators replace the old ones, even by none."""
    changed = replace(
        _recovered(state, now),
        etag=response.headers.get("etag") or None,
        last_modified=response.headers.get("last-modified") or None,
        validators_from=response.final_url,
        cache_control=response.headers.get("cache-control"),
        only_304_since=None,
        first_success=state.first_success or now,
        body_hash=body_hash,
        unreadable=False,
        ttl_minutes=ttl_minutes,
    )
    return _moved_and_due(changed, feed, response, response.headers, now=now)


def after_unreadable(
    state: PollState, response: Response, *, now: datetime, problem: str, kind: str, keep: bool
) -> PollState:
    """The state after a 200 that is no feed. With `keep` its body is kept, and so its validators may stand."""
    failed = _failed(state, now, problem=problem, kind=kind)
    steps = schedule.BROKEN_STEPS
    failed = replace(failed, next_check=schedule.next_look_after_failure(now, steps, failures=failed.failures))
    if not keep:
        return failed
    return replace(
        failed,
        etag=response.headers.get("etag") or None,
        last_modified=response.headers.get("last-modified") or None,
        validators_from=response.final_url,
        cache_control=response.headers.get("cache-control"),
        unreadable=True,
        body_hash=None,
    )


def after_304(state: PollState, feed: Feed, response: Response, *, now: datetime) -> PollState:
    """The state after "not modified": headers of the 304 update the remembered ones (RFC 9111 §4.3.4)."""
    headers = response.headers
    changed = replace(
        _checked(state, now) if state.unreadable else _recovered(state, now),
        etag=headers.get("etag") or state.etag,
        last_modified=headers.get("last-modified") or state.last_modified,
        cache_control=headers.get("cache-control") or state.cache_control,
        only_304_since=state.only_304_since or now,
    )
    remembered = headers
    if "cache-control" not in headers and "expires" not in headers and state.cache_control is not None:
        remembered = Headers((*headers.pairs, ("cache-control", state.cache_control)))
    return _moved_and_due(changed, feed, response, remembered, now=now)


def after_status(
    state: PollState, response: Response, *, now: datetime, paused_until: datetime | None, file_mark: str
) -> tuple[PollState, Verdict]:
    """The state after an answer that brought nothing, and what it means. `paused_until`: what the host asked for."""
    host = urlsplit(response.final_url).hostname or ""
    status = response.status
    if status == 304:
        problem = "the server says 304 although nothing was asked conditionally"
        cleared = replace(_without_validators(state), only_304_since=None)
        return _backed_off(cleared, now, problem, "304", schedule.BROKEN_STEPS)
    if status == 410:
        problem = "gone for good (410); it is not asked again until feeds.yaml changes"
        gone = replace(_failed(state, now, problem=problem, kind="gone"), gone_mark=file_mark, next_check=None)
        return gone, Verdict(outcome="gone", problem=problem, kind="gone", moved_to=_move_target(state))
    if is_challenge(response):
        problem = "blocked by bot protection"
        held = replace(
            _failed(state, now, problem=problem, kind="challenge"),
            next_check=now + schedule.CHALLENGE_PAUSE,
            held_until=now + schedule.CHALLENGE_PAUSE,
        )
        return held, Verdict(outcome="failed", problem=problem, kind="challenge")
    if paused_until is not None and paused_until > now:
        problem = f"{host} asked us to wait until {_clock(paused_until)} (status {status})"
        # The host's wish is counted as no failure, but a feed that answers nothing else for weeks is not fine.
        waiting = replace(
            _checked(state, now),
            next_check=max(paused_until, now + HOUR),
            failing_since=state.failing_since or now,
            problem=problem,
            problem_kind="peace",
        )
        return waiting, Verdict(outcome="failed", problem=problem, kind="peace")
    problem = _status_sentence(status)
    steps = schedule.steps_for_status(status, host=host)
    changed, verdict = _backed_off(state, now, problem, f"status {status}", steps)
    asked = find_retry_after(response.headers, now=now)
    if asked is not None:
        until = now + asked
        changed = replace(changed, held_until=until, next_check=max(until, changed.next_check or until))
    return changed, replace(verdict, moved_to=_move_target(state) if status == 404 else None)


def after_failure(state: PollState, failure: Failure, *, now: datetime) -> tuple[PollState, Verdict]:
    """The state after no usable answer, and what it means."""
    if failure.kind == "paused":
        return state, Verdict(outcome="skipped", problem=failure.message, kind="peace")
    if failure.kind == "duplicate":
        waiting = replace(_checked(state, now), next_check=now + DAY)
        return waiting, Verdict(outcome="skipped", problem=failure.message, kind="duplicate")
    return _backed_off(state, now, failure.message, failure.kind, schedule.BROKEN_STEPS)


def is_challenge(response: Response) -> bool:
    """True for the page by which bot protection asks for a browser; it is never evaded."""
    if (response.headers.get("cf-mitigated") or "").strip().lower() == "challenge":
        return True
    if response.status not in (200, 403, 429, 503):
        return False
    start = response.body[:4096].decode("latin-1").lower()
    return bool(re.search(r"<title>\s*(just a moment|attention required!|checking your browser)", start))


def is_dead(state: PollState, *, now: datetime) -> bool:
    """True where a feed has failed for so long that it will hardly come back; one that said 410 is gone instead."""
    if state.failing_since is None or state.gone_mark is not None:
        return False
    return now - state.failing_since >= timedelta(days=DEAD_DAYS)


def is_silent(state: PollState, *, now: datetime) -> bool:
    """True where a feed works and has brought nothing new for half a year."""
    return (
        state.failing_since is None and state.newest is not None and now - state.newest >= timedelta(days=SILENT_DAYS)
    )


def ripe_move(state: PollState, *, now: datetime) -> str | None:
    """The address to propose for feeds.yaml, where a move has been seen for long enough."""
    move = state.move
    return move.to if move is not None and is_ripe(move, url=state.url, now=now) else None


def _move_target(state: PollState) -> str | None:
    return state.move.to if state.move is not None else None


def _checked(state: PollState, now: datetime) -> PollState:
    return replace(state, last_checked=now, held_until=None, gone_mark=None)


def _recovered(state: PollState, now: datetime) -> PollState:
    return replace(
        _checked(state, now), last_success=now, failures=0, failing_since=None, problem=None, problem_kind=None
    )


def _failed(state: PollState, now: datetime, *, problem: str, kind: str) -> PollState:
    return replace(
        _checked(state, now),
        failures=state.failures + 1,
        failing_since=state.failing_since or now,
        problem=problem,
        problem_kind=kind,
    )


def _backed_off(
    state: PollState, now: datetime, problem: str, kind: str, steps: tuple[timedelta, ...]
) -> tuple[PollState, Verdict]:
    failed = _failed(state, now, problem=problem, kind=kind)
    due = schedule.next_look_after_failure(now, steps, failures=failed.failures)
    return replace(failed, next_check=due), Verdict(outcome="failed", problem=problem, kind=kind)


def _without_validators(state: PollState) -> PollState:
    return replace(state, etag=None, last_modified=None, validators_from=None)


def _moved_and_due(state: PollState, feed: Feed, response: Response, headers: Headers, *, now: datetime) -> PollState:
    due = schedule.next_look(
        now,
        headers,
        interval_hours=feed.interval_hours,
        has_validators=state.has_validators,
        ttl_minutes=state.ttl_minutes,
    )
    return replace(state, next_check=due, move=note_move(state.move, response.hops, now=now))


def _status_sentence(status: int) -> str:
    known = {
        204: "an empty answer (204)",
        205: "an empty answer (205)",
        206: "only a part was sent (206)",
        226: "only changes were sent (226)",
        401: "the server wants a password (401)",
        403: "the server refuses (403)",
        404: "not found (404)",
        429: "too many requests (429)",
        451: "withheld for legal reasons (451)",
    }
    if status >= 500:
        return f"the server is in trouble ({status})"
    return known.get(status, f"an answer that is no feed (status {status})")


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

"""When may we look again: pure functions from what a server said to a moment.

RFC 9111 (freshness), RSS 2.0 `ttl`; between them our own intervals.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gleanings.fetch.retrieve.headers import Headers
from gleanings.fetch.retrieve.peace import DAY, HOUR, LONGEST_PAUSE, is_within, read_delay, read_seconds

LEAST_INTERVAL = HOUR
LEAST_INTERVAL_UNCONDITIONAL = DAY
"""A feed without validators costs its server a whole download at each look."""
LONGEST_FRESHNESS = 7 * DAY
LONGEST_TTL = DAY
LONGEST_304 = 30 * DAY
"""After so long of nothing but 304, one request without conditions finds out whether the server means it."""

REFUSED_STEPS = (DAY, 2 * DAY, 4 * DAY, 7 * DAY)
"""404, 401, 403, 451 …: the server knows us and does not want to."""
BROKEN_STEPS = (HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 24 * HOUR)
"""5xx, TLS, a broken connection, no feed: may be over soon."""
CHALLENGE_PAUSE = DAY


def next_look(
    now: datetime, headers: Headers, *, interval_hours: int | None, has_validators: bool, ttl_minutes: int | None
) -> datetime:
    """When to look again after a good answer: the latest of our interval, the server's freshness, the feed's ttl."""
    return now + max(
        least_interval(interval_hours, has_validators=has_validators),
        find_freshness(headers, now=now) or timedelta(0),
        min(timedelta(minutes=min(max(ttl_minutes or 0, 0), 100_000)), LONGEST_TTL),
    )


def least_interval(interval_hours: int | None, *, has_validators: bool) -> timedelta:
    """Our own least interval; the person's `interval` counts instead, but never below an hour."""
    if interval_hours is not None:
        return max(timedelta(hours=min(interval_hours, 24 * 366)), LEAST_INTERVAL)
    return LEAST_INTERVAL if has_validators else LEAST_INTERVAL_UNCONDITIONAL


def find_freshness(headers: Headers, *, now: datetime) -> timedelta | None:
    """How long the answer is fresh by its own word, less its age, at most 7 days; None where it says nothing usable.

    max-age beats Expires (RFC 9111 §4.2.1); a past or malformed Expires says nothing.
    """
    directives = _directives(headers.get("cache-control") or "")
    if directives.keys() & {"no-cache", "no-store"}:
        return None
    lifetime = read_seconds(directives.get("max-age"))
    if lifetime is None:
        lifetime = read_delay(headers.get("expires"), headers, now=now)
    if lifetime is None:
        return None
    age = read_seconds(headers.get("age")) or timedelta(0)
    return min(max(lifetime - age, timedelta(0)), LONGEST_FRESHNESS)


def next_look_after_failure(now: datetime, steps: tuple[timedelta, ...], *, failures: int) -> datetime:
    """When to look again after the `failures`-th failure in a row (from 1)."""
    return now + steps[min(max(failures, 1), len(steps)) - 1]


def steps_for_status(status: int, *, host: str) -> tuple[timedelta, ...]:
    """The back-off table for an answer that is no feed."""
    if is_within(host, "youtube.com"):
        return BROKEN_STEPS  # its feeds answer 404 for hours now and then, and come back
    return REFUSED_STEPS if 400 <= status < 500 and status not in (408, 425, 429) else BROKEN_STEPS


def is_due(now: datetime, *, next_check: datetime | None, last_checked: datetime | None) -> bool:
    """True where the time has come, also after the clock was set forward or back.

    No honest wait is longer than 31 days, and nothing was checked in the future: both mean that the clock was off.
    """
    if next_check is None or next_check <= now or next_check - now > LONGEST_PAUSE:
        return True
    return last_checked is not None and last_checked - now > HOUR


def _directives(value: str) -> dict[str, str]:
    """`max-age="600", no-cache` → {"max-age": "600", "no-cache": ""}; the first of two wins."""
    found: dict[str, str] = {}
    for part in value.split(","):
        name, _, argument = part.partition("=")
        found.setdefault(name.strip().lower(), argument.strip().strip('"'))
    found.pop("", None)
    return found

"""Peace that a server asks for: pure functions from its answer to a delay (RFC 9110 §10.2.3 and §15, RFC 6585 §4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from gleanings.fetch.retrieve.addresses import is_private_literal
from gleanings.fetch.retrieve.headers import Headers
from gleanings.values import Value

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONGEST_PAUSE = 31 * DAY
AGGREGATORS = ("rsshub.app",)
"""Hosts whose 503 speaks of one feed, not of the host."""


class HostState(Value, kw_only=True):
    """What a host's gate remembers from run to run."""

    host: str
    next_allowed: datetime | None = None
    """No request before this."""
    paused_until: datetime | None = None
    """The host asked for peace (429, 503 with Retry-After) until then."""
    strikes: int = 0
    """How often in a row it did so without saying for how long."""


def find_retry_after(headers: Headers, *, now: datetime) -> timedelta | None:
    """The delay that Retry-After asks for, at most 31 days; None where there is none or it is junk.

    A date counts from the answer's own Date, so that a server's wrong clock does no harm.
    """
    value = (headers.get("retry-after") or "").strip()
    delay = read_seconds(value)
    if delay is None:
        delay = read_delay(value, headers, now=now)
    return min(delay, LONGEST_PAUSE) if delay is not None else None


def find_host_pause(
    status: int, headers: Headers, *, host: str, now: datetime, strikes: int
) -> tuple[datetime, int] | None:
    """Until when `host` as a whole wants peace after this answer, with the new count of strikes; None: it does not.

    `strikes` is how often in a row it has said so without saying for how long: 1 h, 2 h, 4 h … 24 h.
    """
    delay = find_retry_after(headers, now=now)
    if status == 429 or (status == 403 and is_within(host, "reddit.com")):
        if delay is not None:
            return now + delay, strikes
        return now + min(HOUR * 2**strikes, DAY), min(strikes + 1, 10)
    if status == 503 and delay is not None and not speaks_for_one_feed(host):
        return now + delay, strikes
    return None


def speaks_for_one_feed(host: str) -> bool:
    """True where many unrelated feeds come from one host, so that one broken feed says nothing about the others."""
    return is_private_literal(host) or any(is_within(host, name) for name in AGGREGATORS)


def is_within(host: str, domain: str) -> bool:
    """True for the domain itself and for every host below it."""
    name = host.lower().rstrip(".")
    return name == domain or name.endswith(f".{domain}")


def read_seconds(value: str | None) -> timedelta | None:
    """`600` as a delay; None for anything else."""
    text = (value or "").strip()
    if not re.fullmatch(r"\d+", text):
        return None
    return timedelta(seconds=min(int(text[:12]), 10**9))


def read_delay(value: str | None, headers: Headers, *, now: datetime) -> timedelta | None:
    """From the answer's Date (ours where that leads nowhere) to the date in `value`; None unless it lies ahead."""
    moment = _parse_http_date(value)
    if moment is None:
        return None
    for start in (_parse_http_date(headers.get("date")), now):
        if start is not None and moment > start:
            return moment - start
    return None


def _parse_http_date(value: str | None) -> datetime | None:
    """RFC 9110 §5.6.7, and what comes close; aware, UTC."""
    try:
        moment = parsedate_to_datetime((value or "").strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

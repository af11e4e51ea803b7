"""Feeds that move: what a permanent redirect proposes. The program proposes; only a person edits feeds.yaml."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from gleanings.fetch.retrieve.answers import Hop
from gleanings.values import Value

_PERMANENT = (301, 308)
STEADY_DAYS = 7
STEADY_SIGHTINGS = 3


class Move(Value, kw_only=True):
    """A permanent redirect, as often as it was seen to end at a good feed."""

    to: str
    since: datetime
    sightings: int = 1


def find_permanent_target(hops: tuple[Hop, ...]) -> str | None:
    """Where the permanent redirects at the beginning of the chain lead; what a 302 adds behind them is passing."""
    target = None
    for hop in hops:
        if hop.status not in _PERMANENT:
            break
        target = hop.location
    return target


def note_move(known: Move | None, hops: tuple[Hop, ...], *, now: datetime) -> Move | None:
    """The move as it stands after a good feed was reached over `hops`."""
    target = find_permanent_target(hops)
    if target is None:
        return None
    if known is None or known.to != target:
        return Move(to=target, since=now)
    return Move(to=target, since=known.since, sightings=known.sightings + 1)


def is_ripe(move: Move, *, url: str, now: datetime) -> bool:
    """True where the move should be proposed: steady for a week, or the same address on https."""
    if _is_upgrade(url, move.to):
        return True
    return move.sightings >= STEADY_SIGHTINGS and now - move.since >= timedelta(days=STEADY_DAYS)


def _is_upgrade(old: str, new: str) -> bool:
    before, after = urlsplit(old), urlsplit(new)
    return (
        (before.scheme, after.scheme) == ("http", "https")
        and before.hostname == after.hostname
        and (before.path or "/", before.query) == (after.path or "/", after.query)
    )

"""How each feed of feeds.yaml is doing, in words and as JSON: pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from gleanings.addresses import strip_credentials
from gleanings.cli.feed_names import name_feed
from gleanings.fetch.poll.polling import PollState, is_dead, is_silent, ripe_move
from gleanings.fetch.retrieve.headers import show
from gleanings.model import Feed
from gleanings.values import Value

Condition = Literal["fine", "never fetched", "failing", "probably dead", "gone", "silent"]


class Health(Value, kw_only=True):
    """One feed, and what is remembered of it."""

    feed: Feed
    state: PollState | None
    condition: Condition
    moved_to: str | None = None


def judge_feed(feed: Feed, state: PollState | None, *, now: datetime) -> Health:
    """How a feed is doing at `now`."""
    if state is None or state.last_checked is None:
        return Health(feed=feed, state=state, condition="never fetched")
    condition: Condition = "fine"
    if state.gone_mark is not None:
        condition = "gone"
    elif is_dead(state, now=now):
        condition = "probably dead"
    elif state.failing_since is not None:
        condition = "failing"
    elif is_silent(state, now=now):
        condition = "silent"
    return Health(feed=feed, state=state, condition=condition, moved_to=ripe_move(state, now=now))


def list_health(feeds: tuple[Health, ...]) -> list[dict[str, Any]]:
    """The document of `feeds list --json`; times are RFC 3339, null where nothing is known."""
    return [_as_json(health) for health in feeds]


def _as_json(health: Health) -> dict[str, Any]:
    feed, state = health.feed, health.state
    return {
        "feed": strip_credentials(feed.url),
        "title": _title(health),
        "group": feed.group,
        "tags": list(feed.tags),
        "condition": health.condition,
        "problem": state.problem if state else None,
        "last_checked": _moment(state.last_checked if state else None),
        "last_success": _moment(state.last_success if state else None),
        "newest": _moment(state.newest if state else None),
        "next": _moment(state.next_check if state else None),
        "failing_since": _moment(state.failing_since if state else None),
        "failures": state.failures if state else 0,
        "moved_to": health.moved_to,
    }


def _title(health: Health) -> str | None:
    return health.feed.title or (health.state.title if health.state else None)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def describe_health(feeds: tuple[Health, ...], *, zone: str) -> Iterator[str]:
    """Two lines a feed: its name and how it is doing, then its address; times are told in `zone`."""
    place = ZoneInfo(zone)
    titles = {health.feed.url: _title(health) or "" for health in feeds}
    for health in feeds:
        yield f"{name_feed(health.feed.url, titles)}: {' · '.join(_phrases(health, place))}"
        yield f"    {strip_credentials(health.feed.url)}"


def _phrases(health: Health, place: ZoneInfo) -> Iterator[str]:
    yield health.condition
    state = health.state
    if state is None or state.last_checked is None:
        return
    if state.failing_since is not None:
        yield f"since {state.failing_since.astimezone(place):%Y-%m-%d}"
    if state.problem:
        yield show(state.problem)
    if state.newest is not None:
        yield f"newest entry {state.newest.astimezone(place):%Y-%m-%d}"
    if state.next_check is not None and health.condition != "gone":
        yield f"next look {state.next_check.astimezone(place):%Y-%m-%d %H:%M}"
    if health.moved_to:
        yield f"moved to {show(health.moved_to)}"

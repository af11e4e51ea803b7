"""Is this entry known? Pure decisions from what a feed brought and what is remembered of it.

An entry is the same after an edit, under a changed guid, on a moved host, in a second feed. What was decided never
comes back; what left a feed stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from gleanings.fetch.inbox.digested import Brought
from gleanings.model import State
from gleanings.values import Mutable, Value, field

BACKLOG_DAYS = 45
"""What is older when a feed is first read does not flood the inbox."""
UNDATED_FIRST = 20
"""So many undated entries of a new feed reach the inbox."""
MIGRATION_COUNT = 5
MIGRATION_SHARE = 0.8
"""At least so many, and so much of what is known, must reappear under new ids to be taken for a move."""


class KnownItem(Value, kw_only=True):
    """An item as it was last seen in this feed."""

    key: str
    candidate: int | None
    """None where a filter kept it out."""
    hash: bytes
    present: bool
    """It was in the feed when that was last read."""
    path: str = ""
    title_key: str = ""
    stamp: datetime | None = None


class KnownWork(Value, kw_only=True):
    """A candidate that any feed brought for the same work."""

    candidate: int
    state: State
    first_seen: datetime


class Insert(Value, kw_only=True):
    """An entry nobody has seen."""

    item: Brought
    state: State


class Join(Value, kw_only=True):
    """An entry that is known, as another item or in another form; its words may have changed."""

    item: Brought
    candidate: int
    raise_to_new: bool = False
    """It waited in the backlog only because a new feed came first."""


class Ignore(Value, kw_only=True):
    """An entry that the feed's filters keep out."""

    item: Brought


Change = Insert | Join | Ignore


class Changes(Value, kw_only=True):
    """What one reading of a feed changes in what is remembered."""

    changes: tuple[Change, ...] = ()
    arrived: tuple[str, ...] = ()
    """Keys of unchanged items that had left the feed and are back."""
    left: tuple[str, ...] = ()
    """Keys of items that are no longer in the feed; nothing happens to their candidates."""
    rekeyed: int = 0
    """So many entries came back under new ids and were recognised."""
    turned_over: bool = False
    """Nothing that was known is in the feed any more: posts may have been missed."""


class _Memory(Value):
    """What is remembered, in the forms in which it is asked for."""

    known: Mapping[str, KnownItem]
    works: Mapping[str, KnownWork]
    mine: Mapping[int, list[KnownItem]]
    """Candidate → this feed's items of it."""


class _Reading(Mutable):
    """One reading of a feed, sorted out so far."""

    brought: list[Brought] = field(default_factory=list)
    unchanged: list[KnownItem] = field(default_factory=list)


def plan_changes(
    items: tuple[Brought | bytes, ...],
    *,
    known: Mapping[str, KnownItem],
    works: Mapping[str, KnownWork],
    first_time: bool,
    now: datetime,
    already_picked: frozenset[str],
) -> Changes:
    """What to do with each item.

    `known` are this feed's items by key; `works` are candidates of any feed by work; `first_time` says that the feed
    was never read before; `already_picked` are the works that stand in roundups.
    """
    mine: dict[int, list[KnownItem]] = {}
    for item in known.values():
        if item.candidate is not None:
            mine.setdefault(item.candidate, []).append(item)
    memory = _Memory(known, works, mine)
    reading = _sort_out(items, known)
    in_feed = {fresh.key for fresh in reading.brought} | {item.key for item in reading.unchanged}
    moved = _find_moved(reading, in_feed, memory)
    turned_over = _is_turned_over(reading, moved, memory)
    newest = max((item.stamp for item in known.values() if item.stamp), default=None)
    changes = []
    for index, fresh in enumerate(reading.brought):
        candidate = _find_candidate(fresh, memory) or moved.get(fresh.key)
        state = _first_state(fresh, index, first_time=first_time, now=now)
        if turned_over and newest is not None and (stamp := _stamp(fresh)) is not None and stamp <= newest:
            state = "backlog"
        changes.append(_change(fresh, candidate, state, works, now=now, already_picked=already_picked))
    return Changes(
        changes=tuple(changes),
        arrived=tuple(item.key for item in reading.unchanged if not item.present),
        left=tuple(key for key, item in known.items() if item.present and key not in in_feed),
        rekeyed=len(moved),
        turned_over=turned_over,
    )


def _sort_out(items: tuple[Brought | bytes, ...], known: Mapping[str, KnownItem]) -> _Reading:
    by_hash = {item.hash: item for item in known.values()}
    reading = _Reading()
    for item in items:
        if isinstance(item, Brought):
            reading.brought.append(item)
        elif item in by_hash:
            reading.unchanged.append(by_hash[item])
    return reading


def _change(
    item: Brought,
    candidate: int | None,
    state: State,
    works: Mapping[str, KnownWork],
    *,
    now: datetime,
    already_picked: frozenset[str],
) -> Change:
    if candidate is not None:
        work = works.get(item.work or "")
        waits = work is not None and work.state == "backlog" and work.first_seen == now
        return Join(item=item, candidate=candidate, raise_to_new=waits and state == "new")
    if not item.wanted:
        return Ignore(item=item)
    return Insert(item=item, state="picked" if item.work in already_picked else state)


def _find_candidate(item: Brought, memory: _Memory) -> int | None:
    same = memory.known.get(item.key)
    if same is not None and same.candidate is not None:
        return same.candidate
    names = (item.work, *item.aliases) if item.work else ()
    work = next((memory.works[name] for name in names if name in memory.works), None)
    if work is None:
        return None
    if item.key.startswith("guid:") and any(
        _is_other_entry(item, other) for other in memory.mine.get(work.candidate, ())
    ):
        return None
    return work.candidate


def _is_other_entry(item: Brought, other: KnownItem) -> bool:
    """Two guids and two titles at one address of one feed are two entries, unless both are of the same moment."""
    same_moment = other.stamp is not None and other.stamp == _stamp(item)
    return other.key.startswith("guid:") and other.title_key != item.title_key and not same_moment


def _find_moved(reading: _Reading, in_feed: set[str], memory: _Memory) -> dict[str, int]:
    """New ids of entries that are known under others: key → candidate.

    Same title at the same moment is the same entry; the same path on another host is, where most of the feed moves.
    """
    gone = [
        item
        for item in memory.known.values()
        if item.candidate is not None and item.present and item.key not in in_feed
    ]
    strangers = [item for item in reading.brought if _find_candidate(item, memory) is None]
    by_path = {item.path: item for item in gone if item.path}
    by_twin: dict[tuple[str, datetime | None], KnownItem] = {
        (item.title_key, item.stamp): item for item in gone if item.title_key and item.stamp
    }
    sure: dict[str, int] = {}
    likely: dict[str, int] = {}
    for item in strangers:
        twin = by_twin.get((item.title_key, _stamp(item)))
        at_path = by_path.get(item.path)
        if twin is not None and twin.candidate is not None:
            sure[item.key] = twin.candidate
        elif at_path is not None and at_path.candidate is not None:
            likely[item.key] = at_path.candidate
    count = len(sure) + len(likely)
    present = sum(item.present for item in memory.known.values())
    if count >= MIGRATION_COUNT and count >= MIGRATION_SHARE * min(present, len(in_feed)):
        return {**likely, **sure}
    return sure


def _is_turned_over(reading: _Reading, moved: Mapping[str, int], memory: _Memory) -> bool:
    if not memory.known or reading.unchanged or moved or len(reading.brought) < MIGRATION_COUNT:
        return False
    return not any(
        item.key in memory.known
        or ((work := memory.works.get(item.work or "")) is not None and work.candidate in memory.mine)
        for item in reading.brought
    )


def _first_state(item: Brought, index: int, *, first_time: bool, now: datetime) -> State:
    if not first_time:
        return "new"
    stamp = _stamp(item)
    if stamp is None:
        return "new" if index < UNDATED_FIRST else "backlog"
    return "backlog" if stamp < now - timedelta(days=BACKLOG_DAYS) else "new"


def _stamp(item: Brought) -> datetime | None:
    return item.draft.published or item.draft.updated


def known_after(item: Brought, candidate: int | None) -> KnownItem:
    """What is remembered of an item once it was seen."""
    return KnownItem(
        key=item.key,
        candidate=candidate,
        hash=item.hash,
        present=True,
        path=item.path,
        title_key=item.title_key,
        stamp=_stamp(item),
    )

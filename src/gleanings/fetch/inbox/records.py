"""Rows of the store and the values they stand for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

from gleanings.fetch.inbox.digested import Uncleaned
from gleanings.fetch.inbox.memory import KnownItem, KnownWork
from gleanings.fetch.parse.parsed import ParsedItem
from gleanings.fetch.poll.moving import Move
from gleanings.fetch.poll.polling import PollState
from gleanings.fetch.retrieve.peace import HostState
from gleanings.model import Candidate

Row = Any
"""A row whose columns can be asked for by name."""


def storable(text: str) -> str:
    """Text without halves of surrogate pairs, which JSON feeds can hold and UTF-8 cannot."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def write_moment(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC; sorts as text."""
    return moment.astimezone(UTC).isoformat() if moment is not None else None


def read_moment(text: str | None) -> datetime | None:
    """The other way round."""
    return datetime.fromisoformat(text) if text else None


def newest_first(candidate: Candidate) -> tuple[float, str, str]:
    """Order of the inbox: by the date of publication, else of the last change, else of first sight; then by feed.

    What is equal then stays as it came, in the order of its feed. Which feed came first is chance, so what several of
    them share stands behind, by id.
    """
    moment = candidate.published or candidate.updated or candidate.first_seen
    return -moment.timestamp(), candidate.feed or "", candidate.id if candidate.also_in else ""


def write_candidate(candidate: Candidate) -> dict[str, str | None]:
    """Columns of a candidate, but for its id and state."""
    values = {
        "feed": candidate.feed,
        "url": candidate.url,
        "title": candidate.title,
        "authors": json.dumps(candidate.authors, ensure_ascii=False),
        "published": write_moment(candidate.published),
        "published_precision": candidate.published_precision,
        "updated": write_moment(candidate.updated),
        "first_seen": write_moment(candidate.first_seen),
        "summary": candidate.summary,
        "content": candidate.content,
        "source": candidate.source,
        "kind": candidate.kind,
        "lang": candidate.lang,
        "discussion": candidate.discussion,
        "flags": json.dumps(candidate.flags, ensure_ascii=False),
    }
    return {name: storable(value) if value else value for name, value in values.items()}


def read_candidate(row: Row, also_in: tuple[str, ...]) -> Candidate:
    """A candidate from its row."""
    return Candidate(
        id=row["id"],
        state=row["state"],
        feed=row["feed"],
        url=row["url"],
        title=row["title"],
        authors=tuple(json.loads(row["authors"])),
        published=read_moment(row["published"]),
        published_precision=row["published_precision"],
        updated=read_moment(row["updated"]),
        first_seen=cast(datetime, read_moment(row["first_seen"])),
        summary=row["summary"],
        content=row["content"],
        source=row["source"],
        kind=row["kind"],
        lang=row["lang"],
        discussion=row["discussion"],
        also_in=tuple(feed for feed in also_in if feed),
        flags=tuple(json.loads(row["flags"])),
        roundup=row["roundup"],
    )


def write_uncleaned(raw: Uncleaned | None) -> str | None:
    """An item that waits to be cleaned, as JSON."""
    if raw is None:
        return None
    return json.dumps({"key": raw.key, "substack": raw.substack, "item": _plain(raw.item)})


def read_uncleaned(text: str) -> Uncleaned:
    """The other way round; what an older or newer version wrote besides is left out."""
    found = json.loads(text)
    item = {name: value for name, value in found["item"].items() if name in ParsedItem.__struct_fields__}
    for name in ("published", "updated"):
        item[name] = read_moment(item.get(name))
    for name, value in item.items():
        if isinstance(value, list):
            item[name] = tuple(value)
    return Uncleaned(item=ParsedItem(**item), key=found["key"], substack=found["substack"])


def write_item(feed: str, item: KnownItem) -> tuple[object, ...]:
    """Columns of an item."""
    stamp = write_moment(item.stamp)
    key, path, title_key = storable(item.key), storable(item.path), storable(item.title_key)
    return (feed, key, item.candidate, item.hash, int(item.present), path, title_key, stamp)


def read_item(row: Row) -> KnownItem:
    """An item from its row."""
    return KnownItem(
        key=row["key"],
        candidate=row["candidate"],
        hash=row["hash"],
        present=bool(row["present"]),
        path=row["path"],
        title_key=row["title_key"],
        stamp=read_moment(row["stamp"]),
    )


def read_known_work(row: Row) -> KnownWork:
    """What is known of a work, from its candidate's row."""
    first_seen = cast(datetime, read_moment(row["first_seen"]))
    return KnownWork(candidate=row["number"], state=row["state"], first_seen=first_seen)


def write_host(host: HostState) -> tuple[object, ...]:
    """Columns of a host."""
    return (host.host, write_moment(host.next_allowed), write_moment(host.paused_until), host.strikes)


def read_host(row: Row) -> HostState:
    """A host from its row."""
    return HostState(
        host=row["host"],
        next_allowed=read_moment(row["next_allowed"]),
        paused_until=read_moment(row["paused_until"]),
        strikes=row["strikes"],
    )


def write_poll_state(state: PollState) -> str:
    """A polling state as JSON."""
    return json.dumps(_plain(state))


def read_poll_state(text: str) -> PollState:
    """A polling state from JSON; what an older or newer version wrote besides is left out."""
    found = json.loads(text)
    values = {}
    for name, kind in PollState.__annotations__.items():
        value = found.get(name)
        if value is None:
            continue
        if name == "move":
            value = Move(to=value["to"], since=datetime.fromisoformat(value["since"]), sightings=value["sightings"])
        elif "datetime" in kind:
            value = datetime.fromisoformat(value)
        values[name] = value
    return PollState(**values)


def moved_state(state: PollState, url: str) -> PollState:
    """The state of a feed whose address a person changed: its history goes on, its validators do not."""
    return PollState(
        url=url,
        title=state.title,
        home=state.home,
        first_success=state.first_success,
        last_success=state.last_success,
        newest=state.newest,
    )


def _plain(value: PollState | Move | ParsedItem) -> dict[str, Any]:
    """The fields that are not None, as JSON has them."""
    plain: dict[str, Any] = {}
    for name in value.__struct_fields__:
        found = getattr(value, name)
        if isinstance(found, datetime):
            plain[name] = write_moment(found)
        elif isinstance(found, Move):
            plain[name] = _plain(found)
        elif found is not None:
            plain[name] = found
    return plain

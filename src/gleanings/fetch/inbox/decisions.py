"""What a person decided about candidates, as a file: the only part of the inbox that no fetch brings back.

One JSON document, a decision a line, the oldest first, so that a version control system shows what was added.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal, cast

from gleanings.fetch.inbox import records
from gleanings.fetch.inbox.remarks import Remark
from gleanings.fetch.parse.texts import show
from gleanings.identity import display, is_web_address, work_key
from gleanings.model import KINDS, Candidate, State
from gleanings.problems import GleaningsError
from gleanings.values import Value

DECIDED: tuple[State, ...] = ("later", "picked", "skipped")
"""States that a person puts candidates into."""

Restored = Literal["restored", "changed", "known"]
"""It was not in the inbox; it was, undecided or decided before; the inbox knows as much, or a newer decision."""

_BEGINNING = '{"gleanings": "inbox", "version": 1, "decisions": ['
_PRECISIONS = ("time", "day", "month", "year")
_LINE = 500
_TEXT = 20_000


class Decision(Value, kw_only=True):
    """What was decided, about what, and how to know it again."""

    candidate: Candidate
    """In one of DECIDED; without content, which a fetch brings back."""
    decided: datetime | None
    seen: tuple[tuple[str, str], ...]
    """(feed, key) of every item that was it; the feed of a single page is empty."""
    works: tuple[str, ...]
    """Identities of its work; none where its address is shared by other entries."""
    remark: Remark = Remark()


class NotRead(Value):
    """A decision that cannot be taken over."""

    place: str
    """Behind the file's name."""
    reason: str


def format_decisions(decisions: Iterable[Decision]) -> Iterator[str]:
    """The document, line by line."""
    lines = [json.dumps(_as_document(one), ensure_ascii=False) for one in decisions]
    yield _BEGINNING
    yield from (f"{line}," for line in lines[:-1])
    yield from lines[-1:]
    yield "]}"


def _as_document(one: Decision) -> dict[str, Any]:
    found = one.candidate
    columns = records.write_candidate(found)
    document: dict[str, Any] = {
        "id": found.id,
        "state": found.state,
        "decided": records.write_moment(one.decided),
        "roundup": found.roundup,
        **{name: value for name, value in columns.items() if name != "content"},
        "published_precision": found.published_precision if found.published else None,
        "authors": list(found.authors),
        "flags": list(found.flags),
        "works": list(one.works),
        "seen": [{"feed": feed, "key": key} for feed, key in one.seen],
        "tags": list(one.remark.tags),
        "note": one.remark.note,
    }
    return {name: value for name, value in document.items() if value}


def parse_decisions(text: str) -> tuple[tuple[Decision, ...], tuple[NotRead, ...]]:
    """The decisions of such a file, and those that are left out. Raises GleaningsError where it is none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GleaningsError(f"it is no whole JSON ({error})") from None
    if not isinstance(document, dict) or document.get("gleanings") != "inbox":
        raise GleaningsError("it is no backup of inbox decisions (gleanings export inbox writes one)")
    if document.get("version") != 1:
        raise GleaningsError("it was written by a newer gleanings; update this one")
    listed = document.get("decisions")
    decisions, left_out = [], []
    for number, one in enumerate(listed if isinstance(listed, list) else (), 1):
        try:
            decisions.append(_read(_Reader(one)))
        except ValueError as error:
            left_out.append(NotRead(f": decision {number}", str(error)))
    return tuple(decisions), tuple(left_out)


class _Reader:
    """Takes values of the right kind out of an object that anybody may have edited; texts come out as plain ones."""

    def __init__(self, found: Any) -> None:
        if not isinstance(found, dict):
            raise ValueError("it is no decision")
        self._found = found

    def text(self, name: str, *, limit: int = _LINE) -> str:
        value = self._found.get(name)
        return show(value, limit=limit) if isinstance(value, str) else ""

    def lines(self, name: str) -> str:
        value = self._found.get(name)
        return "\n".join(show(line, limit=_TEXT) for line in value.splitlines()) if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._found.get(name)
        listed = value if isinstance(value, list) else []
        return tuple(text for one in listed if isinstance(one, str) and (text := show(one, limit=_LINE)))

    def raw(self, name: str) -> str:
        """What is compared and never shown."""
        value = self._found.get(name)
        return records.storable(value) if isinstance(value, str) else ""

    def raws(self, name: str) -> tuple[str, ...]:
        value = self._found.get(name)
        return (
            tuple(records.storable(one) for one in value if isinstance(one, str)) if isinstance(value, list) else ()
        )

    def moment(self, name: str) -> datetime | None:
        try:
            moment = records.read_moment(self.raw(name))
        except ValueError:
            return None
        return moment if moment and moment.tzinfo else None

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        value = self._found.get(name)
        readers = [_Reader(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        return tuple((one.address("feed"), one.raw("key")) for one in readers if one.raw("key"))

    def address(self, name: str) -> str:
        """A web address; empty for anything else."""
        value = self.raw(name)
        return value if is_web_address(value) else ""


def _read(found: _Reader) -> Decision:
    """Raises ValueError, with the reason, for what cannot be a decision."""
    state, url = found.raw("state"), found.raw("url")
    if state not in DECIDED:
        raise ValueError(f"{show(state, limit=80)!r} is no state ({', '.join(DECIDED)})")
    if url and not is_web_address(url):
        raise ValueError(f"{show(url, limit=80)!r} is no web address")
    decided, seen, works = found.moment("decided"), found.pairs("seen"), found.raws("works")
    first_seen = found.moment("first_seen") or decided
    if first_seen is None or not (seen or works):
        raise ValueError("it does not say what was decided about, and when")
    precision, kind = found.raw("published_precision"), found.raw("kind")
    candidate = Candidate(
        id=found.text("id", limit=16),
        state=state,
        feed=found.address("feed") or None,
        url=display(url) if url else None,
        title=found.text("title"),
        authors=found.texts("authors"),
        published=found.moment("published"),
        published_precision=cast(Any, precision) if precision in _PRECISIONS else "time",
        updated=found.moment("updated"),
        first_seen=first_seen,
        summary=found.text("summary", limit=_LINE),
        source=found.text("source") or None,
        kind=kind if kind in KINDS else None,
        lang=found.text("lang", limit=35) or None,
        discussion=found.address("discussion") or None,
        flags=found.texts("flags"),
        roundup=found.text("roundup") or None,
    )
    if works and url:
        # The rules of identity may have become better since.
        works = tuple(dict.fromkeys((*works, work_key(url))))
    remark = Remark(tags=found.texts("tags"), note=found.lines("note"))
    return Decision(candidate=candidate, decided=decided, seen=seen, works=works, remark=remark)

"""Candidates and links → entries in a roundup's text, ready for a note. Text in, text out; no file is touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from typing import Any

from gleanings import identity
from gleanings.files.insert import insert_entries
from gleanings.files.writing import Block, Writable, format_title
from gleanings.model import Candidate, Feed
from gleanings.values import Value

Entry = dict[str, Writable]
"""Keys and values in the order in which they are to be written."""


class Chosen(Value, kw_only=True):
    """An entry, and where in its roundup it goes."""

    entry: Entry
    section: str | None = None
    """None: the roundup's own entries."""


def make_entry(
    candidate: Candidate, *, zone: tzinfo, tags: Sequence[str] = (), again: bool = False, note: str = ""
) -> Entry:
    """An entry from what a feed or a page said: url, title, authors, source, published, kind, tags, the discussion's
    address, and a place for the note.

    The title is escaped, so that nothing in it becomes markup; the address is the work's best one, and of an archived
    copy both are kept. `zone` is the site's.
    """
    entry = make_link_entry(candidate.url, again=again) if candidate.url else {"again": True} if again else {}
    return {
        **_only({"url": entry.get("url")}),
        **facts_of(candidate, zone=zone),
        **_only({"kind": candidate.kind or entry.get("kind"), "tags": tuple(tags), "links": _links(candidate)}),
        **{key: entry[key] for key in ("archive", "again") if key in entry},
        "note": Block(note),
    }


def make_link_entry(url: str, *, again: bool = False, note: str = "") -> Entry:
    """An entry from an address alone, with the kind that it tells."""
    return _only({
        "url": identity.preferred(url),
        "kind": identity.guess_kind(url),
        "archive": identity.display(url) if identity.is_archived(url) else None,
        "again": again,
    }) | {"note": Block(note)}  # fmt: skip


def facts_of(candidate: Candidate, *, zone: tzinfo) -> Entry:
    """title, authors, source and published (a moment is a day in `zone`), as far as they are known."""
    return _only({
        "title": format_title(candidate.title),
        "authors": tuple(" ".join(name.split()) for name in candidate.authors if name.strip()),
        "source": _source(candidate),
        "published": format_day(candidate, zone=zone),
    })  # fmt: skip


def _source(candidate: Candidate) -> str:
    """The publication's name; a host says nothing that the address does not."""
    source = " ".join((candidate.source or "").split())
    return "" if candidate.url and source == identity.host_label(candidate.url) else source


def _links(candidate: Candidate) -> Entry:
    """Where it is talked about, if that is another place than the work's own."""
    url, discussion = candidate.url or "", candidate.discussion or ""
    elsewhere = identity.host_label(url) != identity.host_label(discussion)
    return {"discussion": discussion} if elsewhere and identity.is_web_address(discussion) else {}


def format_day(candidate: Candidate, *, zone: tzinfo) -> str:
    """When it was published, as exactly as the feed said: `2024`, `2024-01`, `2024-01-05`; empty where it did not.

    A moment is a day in `zone`; a day, month or year is no moment, and the same everywhere.
    """
    if candidate.published is None:
        return ""
    match candidate.published_precision:
        case "year":
            return f"{candidate.published.year:04}"
        case "month":
            return f"{candidate.published.year:04}-{candidate.published.month:02}"
        case precision:
            return candidate.published.astimezone(zone if precision == "time" else UTC).date().isoformat()


def find_feed(feeds: Iterable[Feed], address: str | None) -> Feed | None:
    """The feed of feeds.yaml that brought a candidate, also under its earlier address."""
    if address is None:
        return None
    found = [feed for feed in feeds if address in (feed.url, feed.was)]
    return next(iter(found), None)


def plan_choice(text: str, chosen: Sequence[Chosen], *, path: str) -> str:
    """The text of a roundup with the chosen entries, each at the end of its section, in the order given.

    Raises ProblemsFound and UnsafeInsertion, as files.insert does.
    """
    for section in dict.fromkeys(choice.section for choice in chosen):
        entries = [choice.entry for choice in chosen if choice.section == section]
        text = insert_entries(text, entries, path=path, section=section)
    return text


def _only(values: dict[str, Any]) -> Entry:
    """The values that say something."""
    return {key: value for key, value in values.items() if value}

"""What entries lack, and their text with it written in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gleanings import identity
from gleanings.curate.keys import ENTRY
from gleanings.curate.picking import Entry
from gleanings.curate.repeats import address_of, value_of, walk_written_entries
from gleanings.curate.rules.links import find_web_links
from gleanings.files.insert import insert_keys
from gleanings.files.nodes import MappingNode, Node, ScalarNode, SequenceNode, is_null
from gleanings.files.yaml import compose
from gleanings.values import Value

FACTS: Mapping[str, tuple[str, ...]] = {
    fact: ENTRY.spellings(fact) for fact in ("title", "authors", "source", "published")
}
"""What `fill` writes → the keys under which a person may have written it."""


class Gap(Value, kw_only=True):
    """An entry that lacks facts."""

    where: tuple[str | int, ...]
    """In the file's data."""
    url: str
    line: int
    """From 1."""
    lacks: tuple[str, ...]
    """Keys of FACTS."""


def find_gaps(text: str, *, path: str) -> tuple[Gap, ...]:
    """Entries of a roundup with an address and without a title, or with neither authors nor date. Raises
    ProblemsFound.

    An entry whose note carries the link needs no title.
    """
    gaps = []
    for where, entry in walk_written_entries(compose(text, path)):
        url = address_of(entry)
        lacks = _lacks(entry, url) if url else ()
        if url and lacks:
            gaps.append(Gap(where=where, url=url, line=entry.start_mark.line + 1, lacks=lacks))
    return tuple(gaps)


def plan_fill(text: str, found: Sequence[tuple[Gap, Entry]], *, path: str) -> str:
    """The text with the facts that were found for its gaps. Raises ProblemsFound and UnsafeInsertion."""
    entries = dict(walk_written_entries(compose(text, path)))
    additions = {
        gap.where: {_spelling(entries[gap.where], key): facts[key] for key in gap.lacks if key in facts}
        for gap, facts in found
        if facts.keys() & set(gap.lacks)
    }
    return insert_keys(text, additions, behind=ENTRY.spellings("url"), path=path) if additions else text


def _lacks(entry: Node, url: str) -> tuple[str, ...]:
    lacks = tuple(fact for fact, keys in FACTS.items() if _waits(value_of(entry, *keys)))
    if isinstance(entry, MappingNode) and _carries_link(entry, url):
        lacks = tuple(fact for fact in lacks if fact != "title")
    complete = "title" not in lacks and not {"authors", "published"} <= set(lacks)
    return () if complete else lacks


def _waits(node: Node | None) -> bool:
    """True where a value is not there, or where a key or brackets wait for it."""
    if isinstance(node, ScalarNode):
        return is_null(node) and not node.value
    return node is None or (isinstance(node, SequenceNode) and not node.value)


def _spelling(entry: Node, fact: str) -> str:
    """The key under which an entry waits for a fact, else the usual one."""
    return next((key for key in FACTS[fact] if value_of(entry, key) is not None), fact)


def _carries_link(entry: Node, url: str) -> bool:
    note = value_of(entry, *ENTRY.spellings("note"))
    if not isinstance(note, ScalarNode) or is_null(note):
        return False
    return identity.is_among(url, (link for link, _ in find_web_links(note.value)))

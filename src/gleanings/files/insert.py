"""Insert into a person's YAML and change no other byte.

A plan is a few insertions (offset, text) and the data that must come out. Every plan is tried on the text, the result
is read again and compared; only what reads as the old data and the new items together is handed back. What no plan
achieves is said, with the lines to paste.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gleanings.files.layout import Spot, lay_out
from gleanings.files.nodes import plain
from gleanings.files.placing import (
    Document,
    Insertion,
    Plan,
    plan_append,
    plan_empty,
    plan_fill_null,
    plan_keys,
    plan_new_key,
)
from gleanings.files.writing import Writable, format_item, format_pairs, read_back, without_waiting_blocks
from gleanings.files.yaml import compose
from gleanings.problems import ProblemsFound, UnsafeInsertion

Where = tuple[str | int, ...]
"""Where a value is in the data: keys and positions from the root."""


Change = Callable[[Any], Any]
"""From the old data to the data that must come out."""


def insert_entries(text: str, entries: Sequence[Writable], *, path: str, section: str | None = None) -> str:
    """`text` of a roundup with `entries` at the end of its list, or of that of the section titled `section`.

    A section that is not there is added behind the others. `path` names the file in messages. Raises ProblemsFound
    where the text cannot be read, UnsafeInsertion where its style leaves no safe place.
    """
    if section is None:
        return insert_items(text, entries, key="entries", path=path, before=("sections", "outro"))
    document = _read(text, path)
    where = _find_section(document.root, section, ()) if document.root else None
    if where is None:
        new: Writable = {"title": section, "entries": list(entries)}
        return insert_items(text, [new], key="sections", path=path, before=("outro",))
    return _insert_into(text, document, (*where, "entries"), entries, before=("sections", "outro"))


def insert_items(text: str, items: Sequence[Writable], *, key: str, path: str, before: Sequence[str] = ()) -> str:
    """`text` with `items` at the end of the list under the top-level `key`, which is made where it is not there.

    A list that is made stands before the first of the keys `before` that the text has, else at the end. Raises
    ProblemsFound and UnsafeInsertion.
    """
    return _insert_into(text, _read(text, path), (key,), items, before=before)


def insert_keys(
    text: str, additions: Mapping[Where, Mapping[str, Writable]], *, behind: Sequence[str], path: str
) -> str:
    """`text` with further keys in some of its entries: `{("entries", 3): {"title": …}}`, behind the first key of
    `behind` that an entry has; a key that is there already and waits for its value, as `title:` does, is given it.

    A bare link gains `url: ` before it. Raises ProblemsFound and UnsafeInsertion.
    """
    document = _read(text, path)
    plan: list[Insertion] = []
    for where, pairs in additions.items():
        spot = _follow(document.root, where)
        found = plan_keys(document, spot, pairs, behind) if spot else None
        if found is None:
            raise _unsafe(path, "the entry's style leaves no place for more keys", format_pairs(pairs, indent=0))
        plan += found
    lines = [line for pairs in additions.values() for line in format_pairs(pairs, indent=0)]
    return _first_right(text, document, [tuple(plan)], [_adding_keys(additions)], lines)


# ── reading ──


def _read(text: str, path: str) -> Document:
    bare = text.removeprefix("\ufeff")
    root = compose(bare, path)
    first_break = re.search(r"\r\n|\n|\r", bare)
    spot = lay_out(root, bare) if root else None
    if spot is not None and spot.end == spot.start:
        # A `---` with nothing behind it.
        spot = None
    return Document(bare, path, spot, first_break[0] if first_break else "\n")


def _follow(root: Spot | None, where: Where) -> Spot | None:
    spot = root
    for step in where:
        if spot is None:
            return None
        match step:
            case int():
                spot = spot.items[step] if step < len(spot.items) else None
            case str():
                spot = spot.get(step)
    return spot


def _find_section(spot: Spot, title: str, where: Where) -> Where | None:
    """The first section of that title, outer ones before inner ones; letters of either case if none fits exactly."""
    found = [(place, name) for place, name in _section_titles(spot, where)]
    exact = next((place for place, name in found if name == title), None)
    return exact or next((place for place, name in found if name.casefold() == title.casefold()), None)


def _section_titles(spot: Spot, where: Where) -> Iterator[tuple[Where, str]]:
    sections = spot.get("sections")
    items = sections.items if sections else ()
    for position, section in enumerate(items):
        title = section.get("title")
        if title is not None and isinstance(title.value, str):
            yield (*where, "sections", position), title.value.strip()
    for position, section in enumerate(items):
        yield from _section_titles(section, (*where, "sections", position))


# ── lists ──


def _insert_into(
    text: str, document: Document, where: Where, items: Sequence[Writable], *, before: Sequence[str]
) -> str:
    """Items at the end of the list at `where`; its mapping is there, the list need not be."""
    lines = [line for item in items for line in format_item(item, indent=0)]
    try:
        plans = _plans(document, where, items, before=before)
    except _NoPlace as reason:
        raise _unsafe(document.path, str(reason), lines) from None
    changes = [_appending(where, items, waiting=waiting) for waiting in (True, False)]
    return _first_right(text, document, plans, changes, lines)


class _NoPlace(Exception):
    """No plan can be made; says why."""


def _plans(document: Document, where: Where, items: Sequence[Writable], *, before: Sequence[str]) -> list[Plan]:
    key = str(where[-1])
    if document.root is None:
        return plan_empty(document, key, items)
    holder = _follow(document.root, where[:-1])
    if holder is None or not holder.is_mapping:
        raise _NoPlace("there are no keys among which a list could stand")
    pair = holder.pair(key)
    if pair is None:
        return plan_new_key(document, holder, key, items, before)
    value = pair[1]
    if value.alias:
        raise _NoPlace(f"{key}: stands for a list somewhere else in the file")
    if value.is_list:
        return plan_append(document, value, items)
    if value.value is not None:
        raise _NoPlace(f"what stands under {key}: is no list")
    if value.end > value.start:
        raise _NoPlace(
            f"{key}: {value.node.value} becomes no list by insertion alone; take the {value.node.value} away"
        )
    return plan_fill_null(document, holder, *pair, items)


# ── what must come out ──


def _appending(where: Where, items: Sequence[Writable], *, waiting: bool) -> Change:
    added = [read_back(item if waiting else without_waiting_blocks(item)) for item in items]

    def change(data: Any) -> Any:
        data = data if data is not None else {}
        holder = data
        for step in where[:-1]:
            holder = holder[step]
        key = where[-1]
        if key not in holder or holder[key] is None:
            holder[key] = []
        holder[key] += added
        return data

    return change


def _adding_keys(additions: Mapping[Where, Mapping[str, Writable]]) -> Change:
    def change(data: Any) -> Any:
        for where, pairs in additions.items():
            holder = data
            for step in where[:-1]:
                holder = holder[step]
            entry = holder[where[-1]]
            entry = {"url": entry} if isinstance(entry, str) else entry
            holder[where[-1]] = entry | {key: read_back(value) for key, value in pairs.items()}
        return data

    return change


def _first_right(
    text: str, document: Document, plans: Sequence[Plan], changes: Sequence[Change], lines: Sequence[str]
) -> str:
    """The text after the first plan that comes out right. Raises UnsafeInsertion with `lines` where none does."""
    wanted = [change(old) for change in changes for old in _old_data(document)]
    for plan in dict.fromkeys(plans):
        result = _carry_out(document.text, plan)
        try:
            node = compose(result, document.path)
        except ProblemsFound:
            continue
        if node is not None and plain(node) in wanted:
            return text[: len(text) - len(document.text)] + result
    raise _unsafe(document.path, "the style of the file leaves no safe place", lines)


def _old_data(document: Document) -> Iterator[Any]:
    """The data before; also as it reads once the last line is ended, which a block scalar there takes for its own."""
    yield plain(document.root.node) if document.root else None
    if document.text and document.text[-1] not in "\r\n":
        ended = compose(document.text + "\n", document.path)
        yield plain(ended) if ended else None


def _carry_out(text: str, plan: Plan) -> str:
    parts, done = [], 0
    for insertion in sorted(plan, key=lambda insertion: insertion.offset):
        parts += [text[done : insertion.offset], insertion.text]
        done = insertion.offset
    return "".join([*parts, text[done:]])


def _unsafe(path: str, message: str, lines: Sequence[str]) -> UnsafeInsertion:
    return UnsafeInsertion(
        f"{path}: nothing was inserted: {message} (paste these lines where they belong)", "\n".join(lines)
    )

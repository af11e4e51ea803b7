"""The index of a whole site: which files it has, and what decides each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from gleanings.records import digest_bytes
from gleanings.render.output.plan import Target
from gleanings.render.output.publish import Page
from gleanings.render.search.files import BLOCK, Indexed, Layout, path_of, script
from gleanings.render.search.hits import merge_strips
from gleanings.values import Value

Strips = dict[int, str]
"""Number of a strip → its words in one smallest shard; ascending."""


class PlannedSearch(Value, gc=True):
    """The index that will be."""

    targets: tuple[Target, ...]
    layout: Layout


def plan_search(indexed: Mapping[str, Indexed]) -> PlannedSearch:
    """The files of the index; given are all roundups by name, the oldest first."""
    shards = _gather(indexed)
    layout = Layout(
        {name: len(one.documents) for name, one in indexed.items()},
        {shard: sum(map(len, strips.values())) for shard, strips in shards.items()},
    )
    return PlannedSearch(tuple(_plan_files(indexed, shards, layout)), layout)


def _plan_files(indexed: Mapping[str, Indexed], shards: Mapping[str, Strips], layout: Layout) -> Iterator[Target]:
    for shard, names in layout.shards().items():
        mine = [shards[name] for name in names]
        said = "\n".join(f"{list(strips)} {' '.join(strips.values())}" for strips in mine)
        yield _target(f"words {shard}", f"w-{shard}", said, partial(_words, mine))
    documents = [document for one in indexed.values() for document in one.documents]
    for number, start in enumerate(range(0, len(documents), BLOCK)):
        block = documents[start : start + BLOCK]
        yield _target(f"block {number}", f"d-{number}", _block(block), partial(_block, block))
    yield _target("search", "list", layout.list_data(), layout.list_data)


def _gather(indexed: Mapping[str, Indexed]) -> dict[str, Strips]:
    """Smallest shard → its strips."""
    shards: dict[str, Strips] = defaultdict(dict)
    number = 0
    for one in indexed.values():
        for strip in one.strips:
            for shard, text in strip.items():
                shards[shard][number] = text
            number += 1
    return shards


def _target(name: str, file: str, said: str, data: Callable[[], str]) -> Target:
    """A file of the index, from all that decides it."""
    inputs = digest_bytes(said.encode("utf-8", "backslashreplace"))
    return Target(name=name, inputs=inputs, make=lambda: (Page(path=path_of(file), content=script(file, data())),))


def _words(shards: Sequence[Strips]) -> str:
    return f'"{",".join(merge_strips(shards))}"'


def _block(documents: Sequence[str]) -> str:
    return f"[{','.join(documents)}]"

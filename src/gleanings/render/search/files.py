"""The files of the index, and which words lie in which; imports little, because an edit of a note patches them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from gleanings.values import Value

_FOLDER = "search/index"
_VERSION = 2
STRIP = 52
"""Entries in a strip, as many as there are letters."""
BLOCK = 40
"""Entries in a block."""
_SHARD = 48_000
"""A shard of more characters is split. They are counted as each roundup says them; the file has about half, because
there a word stands once."""


class Indexed(Value):
    """A roundup as search knows it."""

    documents: tuple[str, ...]
    """What a result shows of each entry, as JSON: address, title, what it is, how it begins."""
    strips: tuple[dict[str, str], ...]
    """Of every 52 entries: smallest shard → its words, each followed by the entries that have it:
    `routing Ad* router B+`."""


class Layout(Value):
    """What the files of the index are, without their content."""

    counts: dict[str, int]
    """Roundup by name → how many entries it has; the oldest first."""
    sizes: dict[str, int]
    """Smallest shard → its characters, as roundups say them."""

    def shards(self) -> dict[str, list[str]]:
        """Shard that is a file → the smallest shards in it: all, or, where that would be too large, those of one
        letter or of two."""
        return dict(sorted(_split(sorted(self.sizes), self.sizes, 2)))

    def list_data(self) -> str:
        """What the file `list` says, as JSON."""
        return json.dumps(
            {
                "version": _VERSION,
                "block": BLOCK,
                "strip": STRIP,
                "counts": list(self.counts.values()),
                "shards": list(self.shards()),
            },
            separators=(",", ":"),
        )


def _split(shards: Iterable[str], sizes: Mapping[str, int], level: int) -> Iterator[tuple[str, list[str]]]:
    apart: dict[str, list[str]] = defaultdict(list)
    for shard in shards:
        apart[levels_of(shard)[level]].append(shard)
    for name, mine in apart.items():
        if level == 0 or sum(sizes[shard] for shard in mine) <= _SHARD:
            yield name, mine
        else:
            yield from _split(mine, sizes, level - 1)


def levels_of(shard: str) -> tuple[str, str, str]:
    """The shards that may hold the words of a smallest shard, beginning with itself."""
    return shard, shard[:2] if shard.startswith("_") else shard[0], "all"


def path_of(name: str) -> str:
    """The path of a file of the index: `list`, `d-0`, `w-co`."""
    return f"{_FOLDER}/{name}.js"


def script(name: str, data: str) -> bytes:
    """A file of the index."""
    return f'gleanings("{name}",{data});\n'.encode("utf-8", "replace")

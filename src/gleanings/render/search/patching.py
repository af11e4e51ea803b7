"""The files of the index that change with the words of one roundup, made from those that stand."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from gleanings.render.search.files import BLOCK, STRIP, Indexed, Layout, path_of, script
from gleanings.render.search.hits import replace_strip
from gleanings.values import Value


class Patch(Value):
    """What an edit makes of the index."""

    files: dict[str, bytes]
    """Path → content, of the files that change or are new."""
    layout: Layout


class _Change(Value):
    """Other letters for a word in a strip; empty ones mean that it has none."""

    word: str
    strip: int
    before: str
    after: str


def patch_search(name: str, old: Indexed, new: Indexed, layout: Layout, read: Callable[[str], bytes]) -> Patch | None:
    """The files that change when the roundup `name` is no longer `old` but `new`: the very bytes that a build of
    everything writes.

    `layout` is what planning left, `read` gives a file of the index as it stands, by its path. None where it takes a
    build of everything: the number of entries changed, a file would have to be split, joined or removed, or what
    stands is not what it should be.
    """
    if not layout.counts.get(name) == len(old.documents) == len(new.documents):
        return None
    names = list(layout.counts)
    before = [layout.counts[one] for one in names[: names.index(name)]]
    changes = _compare(old, new, sum(-(-count // STRIP) for count in before))
    after = Layout(layout.counts, _sizes(layout.sizes, old, new))
    stood, stands = layout.shards(), after.shards()
    was, home = _homes(stood), _homes(stands)
    if stood.keys() - stands or any(home.get(shard, key) != key for shard, key in was.items()):
        return None
    files = {path_of("list"): script("list", after.list_data())} if stands.keys() - stood else {}
    try:
        files |= _patch_words(changes, was | home, stood, read)
        files |= _patch_blocks(old, new, sum(before), read)
    except (OSError, ValueError):
        return None
    return Patch(files, after)


def _homes(shards: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Smallest shard → the shard whose file holds it."""
    return {smallest: shard for shard, inside in shards.items() for smallest in inside}


def _compare(old: Indexed, new: Indexed, first: int) -> dict[str, list[_Change]]:
    """Smallest shard → what changes in it; `first` is the number of the roundup's first strip."""
    changes: dict[str, list[_Change]] = defaultdict(list)
    for number, (before, after) in enumerate(zip(old.strips, new.strips, strict=True), first):
        for shard in before.keys() | after.keys():
            if before.get(shard) == after.get(shard):
                continue
            had, has = _words(before.get(shard)), _words(after.get(shard))
            for word in had.keys() | has.keys():
                if had.get(word) != has.get(word):
                    changes[shard].append(_Change(word, number, had.get(word, ""), has.get(word, "")))
    return changes


def _words(text: str | None) -> dict[str, str]:
    words = text.split(" ") if text else []
    return dict(zip(words[::2], words[1::2], strict=True))


def _sizes(sizes: Mapping[str, int], old: Indexed, new: Indexed) -> dict[str, int]:
    """The sizes after the edit."""
    changed = dict(sizes)
    for indexed, sign in ((old, -1), (new, 1)):
        for strip in indexed.strips:
            for shard, text in strip.items():
                changed[shard] = changed.get(shard, 0) + sign * len(text)
    return {shard: size for shard, size in changed.items() if size}


def _patch_words(
    changes: Mapping[str, Iterable[_Change]],
    home: Mapping[str, str],
    stood: Mapping[str, object],
    read: Callable[[str], bytes],
) -> Iterator[tuple[str, bytes]]:
    """Path and content of each shard that changes."""
    files: dict[str, list[_Change]] = defaultdict(list)
    for shard, mine in changes.items():
        files[home[shard]] += mine
    for key, mine in files.items():
        path = path_of(f"w-{key}")
        lines = _lines(key, read(path)) if key in stood else []
        for change in mine:
            _change_line(lines, change)
        yield path, script(f"w-{key}", f'"{",".join(lines)}"')


def _lines(key: str, content: bytes) -> list[str]:
    lines = content.decode().split('"')
    if len(lines) != 5:
        raise ValueError(key)
    return lines[3].split(",")


def _change_line(lines: list[str], change: _Change) -> None:
    start = f"{change.word} "
    at = bisect_left(lines, start)
    found = at < len(lines) and lines[at].startswith(start)
    hits = lines[at][len(start) :] if found else ""
    hits = replace_strip(hits, change.strip, change.before, change.after)
    lines[at : at + found] = [start + hits] if hits else []


def _patch_blocks(
    old: Indexed, new: Indexed, first: int, read: Callable[[str], bytes]
) -> Iterator[tuple[str, bytes]]:
    """Path and content of each block that changes; `first` is the number of the roundup's first entry."""
    files: dict[str, bytes] = {}
    for number, (before, after) in enumerate(zip(old.documents, new.documents, strict=True), first):
        if before == after:
            continue
        path = path_of(f"d-{number // BLOCK}")
        content = files[path] if path in files else read(path)
        was = before.encode("utf-8", "replace")
        if content.count(was) != 1:
            raise ValueError(path)
        files[path] = content.replace(was, after.encode("utf-8", "replace"))
    yield from files.items()

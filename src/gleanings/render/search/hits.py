"""Which entries have a word: its hits, put together from strips, and one strip's part of them replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gleanings.patterns import later

_STEP = later("([0-9]+)([^0-9]+)")


def merge_strips(shards: Iterable[Mapping[int, str]]) -> list[str]:
    """The sorted lines of a file, `word hits`, from the smallest shards in it: number of a strip → its words, each
    followed by its letters (see Indexed.strips), in ascending order."""
    lines: list[str] = []
    for strips in shards:
        hits: dict[str, list[str]] = {}
        last: dict[str, int] = {}
        for strip, text in strips.items():
            words = text.split(" ")
            for word, letters in zip(words[::2], words[1::2], strict=True):
                if word in last:
                    hits[word].append(f"{strip - last[word]}{letters}")
                else:
                    hits[word] = [f"{word} {strip}{letters}"]
                last[word] = strip
        lines += map("".join, hits.values())
    return sorted(lines)


def replace_strip(hits: str, strip: int, before: str, after: str) -> str:
    """Hits with other letters for one strip; empty letters mean that it has none. Raises ValueError where `before`
    is not what stands there."""
    known: dict[int, str] = {}
    last = 0
    for step, letters in _STEP.findall(hits):
        last += int(step)
        known[last] = letters
    if known.pop(strip, "") != before:
        raise ValueError(strip)
    if after:
        known[strip] = after
    out, last = "", 0
    for number in sorted(known):
        out += f"{number - last}{known[number]}"
        last = number
    return out

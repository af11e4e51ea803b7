"""Rules about all roundups together: the memory."""

from __future__ import annotations

from collections.abc import Iterator

from gleanings import identity
from gleanings.curate.rules.finding import Finding
from gleanings.curate.rules.links import unescape
from gleanings.model import Entry, Roundup
from gleanings.sites import Library


def find_repeats(library: Library) -> Iterator[Finding]:
    """Nothing is said twice unmeant: a work that was in an earlier roundup says `again`."""
    first: dict[str, tuple[Roundup, Entry, bool]] = {}
    for roundup in library.roundups:
        for entry in roundup.walk_entries():
            told = bool(entry.again)
            works = [*([entry.url] if entry.url else []), *(work.url for work in entry.also)]
            main = {identity.work_key(url) for url in works}
            for url in dict.fromkeys(entry.addresses()):
                key = identity.work_key(url)
                earlier = first.setdefault(key, (roundup, entry, key in main))
                if earlier[1] is entry or told:
                    continue
                # Two entries may share a helper, such as the code of both; and what was wanted may now be read.
                if (key not in main and not earlier[2]) or earlier[1].status:
                    first[key] = (roundup, entry, key in main) if earlier[1].status else earlier
                    continue
                told = True
                yield _repeat(entry, url, earlier[0], earlier[1], same=earlier[0] is roundup)


def _repeat(entry: Entry, url: str, roundup: Roundup, earlier: Entry, *, same: bool) -> Finding:
    place = f"{earlier.place.path}:{earlier.place.line}"
    where = f"further up, in line {earlier.place.line}" if same else f"in {roundup.name} ({place})"
    shown = identity.display(url)
    name = f"“{unescape(earlier.title)}”" if earlier.title else identity.display(earlier.url or shown)
    cure = "take one of them out" if same else "take it out, or add again: with true or a reason"
    keys = ("url",) if entry.url == url else ()
    return Finding(entry.place.path, entry.place, keys, 0, f"{shown} was already {where}: {name}", cure)


def find_title_twice(library: Library) -> Iterator[Finding]:
    """Two entries of one roundup do not have the same title, unless they are the same work."""
    for roundup in library.roundups:
        first: dict[str, Entry] = {}
        for entry in roundup.walk_entries():
            title = " ".join((entry.title or "").casefold().split())
            if not title:
                continue
            earlier = first.setdefault(title, entry)
            if earlier is not entry and identity.work_key(earlier.url or "") != identity.work_key(entry.url or ""):
                yield Finding(entry.place.path, entry.place, ("title",), 0,
                              f'the title "{unescape(entry.title or "")}" is already in line {earlier.place.line}',
                              "say in the title what is different")  # fmt: skip


def find_number_twice(library: Library) -> Iterator[Finding]:
    """A number in a series is given once."""
    first: dict[tuple[str, int], Roundup] = {}
    for roundup in library.roundups:
        if roundup.number is None:
            continue
        earlier = first.setdefault((roundup.series, roundup.number), roundup)
        if earlier is not roundup:
            yield Finding(roundup.path, None, ("number",), 0, f"number {roundup.number} is already {earlier.path}",
                          "give it the next free number")  # fmt: skip

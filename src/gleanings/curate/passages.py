"""Every piece of prose that a person wrote, with the way back to where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gleanings.model import Entry, Place, PlainPage, Roundup, Section

Keys = tuple[str | int, ...]
"""The way from an entry, a section or a roundup down to a value: ("quotes", 0, "text")."""


class Passage(NamedTuple):
    """One text in Markdown."""

    path: str
    owner: Place | None
    """The entry or section it belongs to; None: the file itself."""
    keys: Keys
    text: str
    inline: bool = False
    """Shown on one line: a title."""


def entry_passages(entry: Entry) -> Iterator[Passage]:
    """An entry's own prose, without that of related ones."""
    path, place = entry.place.path, entry.place
    if entry.title:
        yield Passage(path, place, ("title",), entry.title, inline=True)
    if entry.note:
        yield Passage(path, place, ("note",), entry.note)
    if entry.thought:
        yield Passage(path, place, ("thought",), entry.thought)
    for keys, text in _small_prose(entry):
        if isinstance(text, str) and text:
            yield Passage(path, place, keys, text)


def _small_prose(entry: Entry) -> Iterator[tuple[Keys, object]]:
    for at, quote in enumerate(entry.quotes):
        yield ("quotes", at, "text"), quote.text
        yield ("quotes", at, "note"), quote.note
    for at, update in enumerate(entry.updates):
        yield ("updates", at, "note"), update.note
    for at, image in enumerate(entry.images):
        yield ("image", at, "caption"), image.caption
    for at, link in enumerate(entry.also):
        yield ("also", at, "title"), link.title
    for link in entry.links:
        yield ("links", link.role), link.title
        yield ("links", link.role), link.note
    yield ("pick",), entry.pick
    yield ("again",), entry.again


def own_passages(holder: Roundup | Section, path: str) -> Iterator[Passage]:
    """The prose of a roundup or of a section itself, without entries and sections below it."""
    owner = holder.place if isinstance(holder, Section) else None
    if holder.title and "[^" in holder.title:
        yield Passage(path, owner, ("title",), holder.title, inline=True)
    if isinstance(holder, Roundup) and holder.subtitle:
        yield Passage(path, owner, ("subtitle",), holder.subtitle)
    if isinstance(holder, Roundup) and holder.summary:
        yield Passage(path, owner, ("summary",), holder.summary)
    if holder.intro:
        yield Passage(path, owner, ("intro",), holder.intro)
    if holder.outro:
        yield Passage(path, owner, ("outro",), holder.outro)


def walk_sections(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from walk_sections(section.sections)


def page_passage(page: PlainPage) -> Passage:
    return Passage(page.path, None, ("body",), page.body)

"""Every address that roundups and pages link to, with the way back to where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gleanings.curate.markdown import mask
from gleanings.curate.passages import Keys, Passage, entry_passages, own_passages, page_passage, walk_sections
from gleanings.model import Entry, Link, Person, Place, Roundup, Section
from gleanings.patterns import later
from gleanings.sites import Library

Subject = Entry | Roundup | Section | None

_WEB = later(
    r"\]\([ \t]*(?:<(?P<angled>https?://[^<>\n]+)>|(?P<placed>https?://(?:[^\s()<>]|\((?:[^\s()]|\([^\s()]*\))*\))+))"
    r"|(?P<bare>https?://[^\s<>\"'\]\[]+)",
    re.IGNORECASE,
)
_ESCAPED = later(r"\\([!-/:-@\[-`{-~])")


class Linked(NamedTuple):
    """An address that a person wrote, and the way to where it stands."""

    url: str
    path: str
    owner: Place | None
    keys: Keys
    offset: int = 0


def find_subjects(library: Library) -> Iterator[tuple[Subject, tuple[Passage, ...]]]:
    """Everything that has prose, with its prose: roundups, their sections, their entries, plain pages (None)."""
    for roundup in library.roundups:
        yield roundup, tuple(own_passages(roundup, roundup.path))
        for section in walk_sections(roundup.sections):
            yield section, tuple(own_passages(section, roundup.path))
        for entry in roundup.walk_entries():
            yield entry, tuple(entry_passages(entry))
    for page in library.pages:
        yield None, (page_passage(page),)


def find_links(library: Library) -> Iterator[Linked]:
    """Every address of the web that roundups and pages link to, under a key or in prose, oldest roundup first."""
    for subject, passages in find_subjects(library):
        if isinstance(subject, Entry):
            for url, keys in find_entry_links(subject):
                yield Linked(url, subject.place.path, subject.place, keys)
        elif isinstance(subject, Roundup):
            for url, keys in _find_roundup_links(subject):
                yield Linked(url, subject.path, None, keys)
        for passage in passages:
            if not passage.inline:
                for url, offset in find_web_links(passage.text):
                    yield Linked(url, passage.path, passage.owner, passage.keys, offset)


def find_entry_links(entry: Entry) -> Iterator[tuple[str, Keys]]:
    """The addresses under an entry's keys, and the keys; those of related entries are their own."""
    if entry.url:
        yield entry.url, ("url",)
    for number, work in enumerate(entry.also):
        yield work.url, ("also", number, "url")
        for url, keys in _find_people(work.authors):
            yield url, ("also", number, *keys)
    yield from _find_people(entry.authors)
    yield from _find_roles(entry.links)
    for number, quote in enumerate(entry.quotes):
        if quote.url:
            yield quote.url, ("quotes", number, "url")
    for number, via in enumerate(entry.via):
        if via.url:
            yield via.url, ("via", number, "url")
    if entry.archive:
        yield entry.archive, ("archive",)


def _find_people(people: Iterable[Person]) -> Iterator[tuple[str, Keys]]:
    for number, person in enumerate(people):
        if person.url:
            yield person.url, ("authors", number, "url")


def _find_roles(links: Iterable[Link]) -> Iterator[tuple[str, Keys]]:
    """Links by role; a role may have several."""
    before: dict[str, int] = {}
    for link in links:
        number = before[link.role] = before.get(link.role, -1) + 1
        yield link.url, ("links", link.role, number, "url")


def _find_roundup_links(roundup: Roundup) -> Iterator[tuple[str, Keys]]:
    if roundup.author and roundup.author.url:
        yield roundup.author.url, ("author", "url")
    if isinstance(roundup.comments, str):
        yield roundup.comments, ("comments",)


def find_web_links(text: str) -> Iterator[tuple[str, int]]:
    """Addresses of the web in a text in Markdown, and where each begins; code has none."""
    if "://" not in text:
        return
    for found in _WEB.finditer(mask(text)):
        kind = found.lastgroup or ""
        url = _trim(found[kind]) if kind == "bare" else found[kind]
        yield unescape(url).replace("&amp;", "&"), found.start(kind)


def unescape(text: str) -> str:
    """A text without the backslashes that keep it from being markup."""
    return _ESCAPED.sub(r"\1", text)


def _trim(url: str) -> str:
    """An address as found in running text, without what belongs to the sentence around it."""
    url = url.rstrip(".,;:!?*_")
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(".,;:!?*_")
    return url

"""Rules about one entry as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gleanings import identity
from gleanings.curate.markdown import mask
from gleanings.curate.passages import Passage
from gleanings.curate.rules.finding import Finding, House, at
from gleanings.curate.rules.links import unescape
from gleanings.model import Entry
from gleanings.patterns import later

_LINKED_ADDRESS = later(r"(?<!!)\[((?:https?://|www\.)[^\]\s]+)\]\(")
_LINK = later(r"(?<!\\)(?:\[(?:\\.|[^\]\\])+\]\([^)\s]+\)|<a\s[^>]*href)", re.IGNORECASE)
_QUOTED_LINE = later(r"^[ ]*>(?![ ]*\[!).*$", re.MULTILINE)
_QUOTED_AT_LEAST = 30


def find_empty_entry(entry: object, _: Sequence[Passage], house: House) -> Iterator[Finding]:
    """An entry has a link, or words about it."""
    if not isinstance(entry, Entry):
        return
    words = (
        entry.note,
        entry.thought,
        entry.quotes,
        entry.links,
        entry.also,
        entry.related,
        entry.images,
        entry.updates,
    )
    if "url" in entry.blank and entry.title:
        # Its address is still to be written, which is told of by itself.
        return
    if not entry.url and not any(words) and not entry.authors and not entry.status and not entry.source:
        message = (
            f'"{unescape(entry.title)}" has neither a link nor words'
            if entry.title
            else "the entry has neither a link nor words"
        )
        yield Finding(entry.place.path, entry.place, (), 0, message, "add url: or note:")


def find_blank_note(entry: object, _: Sequence[Passage], house: House) -> Iterator[Finding]:
    """Where a note was begun, it is written: an empty `note:` is a promise to oneself."""
    if isinstance(entry, Entry) and "note" in entry.blank:
        named = f'"{unescape(entry.title)}"' if entry.title else entry.url or "the entry"
        yield Finding(entry.place.path, entry.place, (), 0, f"the note on {named} is still to be written",
                      "write it, or take the empty note: away")  # fmt: skip


def find_blank_address(entry: object, _: Sequence[Passage], house: House) -> Iterator[Finding]:
    """Where an address was begun, it is written: a title without its link helps nobody to read on."""
    if isinstance(entry, Entry) and "url" in entry.blank and entry.title:
        yield Finding(entry.place.path, entry.place, (), 0, f'the address of "{unescape(entry.title)}" is missing',
                      "write it behind url:, or take the empty url: away")  # fmt: skip


def find_bare_address(entry: object, passages: Sequence[Passage], house: House) -> Iterator[Finding]:
    """A link is called by a name, never by its bare address."""
    for passage in passages:
        if passage.keys == ("title",) and identity.is_web_address(passage.text.strip("<>")):
            yield at(passage, 0, "the title is a bare address", "write the title of the page, or leave title: out")
        elif "[http" in passage.text or "[www." in passage.text:
            for found in _LINKED_ADDRESS.finditer(mask(passage.text)):
                yield at(
                    passage,
                    found.start(),
                    f"the words of the link are a bare address, {found[1]}",
                    "call it by its name",
                )


def find_title_link(entry: object, passages: Sequence[Passage], house: House) -> Iterator[Finding]:
    """A title has no link inside: the whole of it is the link."""
    for passage in passages:
        if passage.inline and ("](" in passage.text or "<a" in passage.text):
            found = _LINK.search(mask(passage.text))
            if found:
                yield at(
                    passage, found.start(), "the title has a link inside", "put the address under url: or links:"
                )


def find_mostly_quoted(entry: object, passages: Sequence[Passage], house: House) -> Iterator[Finding]:
    """There are more own words than quoted ones."""
    if not isinstance(entry, Entry) or not (entry.quotes or (entry.note and ">" in entry.note)):
        return
    quoted = sum(len(quote.text.split()) for quote in entry.quotes)
    own = 0
    for passage in passages:
        if passage.inline or passage.keys[-1] == "text" or passage.keys[0] == "image":
            continue
        lines = " ".join(_QUOTED_LINE.findall(passage.text)) if ">" in passage.text else ""
        inside = len(lines.replace(">", " ").split())
        quoted += inside
        own += len(passage.text.replace(">", " ").split()) - inside
    if quoted >= _QUOTED_AT_LEAST and quoted > own:
        keys = ("quotes",) if entry.quotes else ("note",)
        yield Finding(entry.place.path, entry.place, keys, 0, f"{quoted} words are quoted, and {own} are your own",
                      "say more yourself, or quote less")  # fmt: skip

"""Plain words for what is pointed at: names of entries, addresses read aloud, a sentence about a roundup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from markupsafe import Markup

from gleanings.identity import name_address
from gleanings.model import Entry, Roundup, Section
from gleanings.render.prose.assembly import plain_text
from gleanings.render.prose.shortening import clip, name_from
from gleanings.render.views.values import EntryView, PartKind

_LONGEST_DESCRIPTION = 200


def first_names(roundup: Roundup, count: int) -> tuple[str, ...]:
    """The titles of its first works as plain text, for a line in the archive."""
    titles = (entry.title for entry in main_entries(roundup) if entry.title)
    return tuple(islice(titles, count))


def main_entries(whole: Roundup | Section) -> Iterator[Entry]:
    """Its entries without their related ones, in the order of the page."""
    for part in whole.parts():
        if isinstance(part, Section):
            yield from main_entries(part)
        else:
            yield part


def name_entry(title: Markup | None, entry: Entry, values: Mapping[PartKind, Any]) -> str:
    """The title in plain text; without one the first words of whatever is said, else of what is pointed at."""
    if title:
        return plain_text(title)
    said = (values.get("note"), values.get("thought"), *(quote.text for quote in values.get("quotes", ())),
            *(update.note for update in values.get("updates", ())))  # fmt: skip
    name = next((name for text in said if text and (name := name_from(plain_text(text)))), "")
    if not name:
        shown = [image.alt or "" for image in entry.images]
        pointed = [link.title or name_address(link.url) for link in (*entry.also, *entry.links)]
        below = [child.title or child.note or child.url or "" for child in entry.related]
        name = name_from(next(filter(None, (*pointed, *shown, *below, entry.label, entry.anchor)), ""))
    return name


def describe(
    summary: Markup | None, subtitle: Markup | None, intro: Markup | None, entries: Iterable[EntryView]
) -> str:
    """A roundup in a sentence: the summary, else the subtitle, else the intro's beginning, else the first works."""
    if said := summary or subtitle:
        description = plain_text(said)
    elif intro:
        description = " ".join(plain_text(intro).split())
    else:
        description = " · ".join(entry.text for entry in islice(entries, 4))
    return clip(description, _LONGEST_DESCRIPTION)

"""What the rest of a site shows of a roundup: all of it but its prose.

Other pages name entries, count them, list them under tags, people and years; the words of a note stand on the
roundup's own page, on the home page, in feeds, search and open data only.
"""

from __future__ import annotations

from gleanings.model import Entry, Place, Roundup, Section
from gleanings.values import replace

_NOWHERE = Place(path="", line=1, column=1)


def face_of(roundup: Roundup) -> Roundup:
    """The roundup without what only itself shows; two roundups with one face look the same from all other pages."""
    return replace(
        roundup,
        subtitle=None,
        summary=None,
        intro=None,
        outro=None,
        order=(),
        entries=tuple(map(_face_of_entry, roundup.entries)),
        sections=tuple(map(_face_of_section, roundup.sections)),
    )


def _face_of_section(section: Section) -> Section:
    return replace(
        section,
        intro=None,
        outro=None,
        place=None,
        entries=tuple(map(_face_of_entry, section.entries)),
        sections=tuple(map(_face_of_section, section.sections)),
    )


def _face_of_entry(entry: Entry) -> Entry:
    """An entry without a title is known by the first words of its note."""
    return replace(
        entry,
        place=_NOWHERE,
        order=(),
        blank=(),
        note=None if entry.title else entry.note,
        thought=None if entry.title else entry.thought,
        quotes=(),
        updates=(),
        pick=bool(entry.pick),
        related=tuple(map(_face_of_entry, entry.related)),
    )

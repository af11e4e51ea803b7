"""What the rest of a site shows of a roundup: all of it but its prose.

Other pages name entries, count them, list them under tags, people and years; the words of a note stand on the
roundup's own page, on the home page, in feeds, search and open data only.
"""

from __future__ import annotations

from gleanings.model import Entry, Place, Roundup, Section
from gleanings.render.feeds.items import entry_moments
from gleanings.values import Value, replace

_NOWHERE = Place(path="", line=1, column=1)


class Edit(Value, kw_only=True):
    """A roundup as it was when the site was built, and as it is."""

    old: Roundup
    new: Roundup
    mark: str
    """Of all that the new one was read from."""


def is_of_words(edit: Edit) -> bool:
    """Whether the rest of the site shows the roundup as before."""
    return face_of(edit.old) == face_of(edit.new)


def find_untouched(edit: Edit) -> frozenset[str]:
    """Anchors of the entries that are as they were, in an edit of words: so are their items in feeds."""
    if entry_moments(edit.old) != entry_moments(edit.new):
        return frozenset()
    before = {entry.anchor: _nowhere(entry) for entry in edit.old.walk_entries()}
    entries = edit.new.walk_entries()
    return frozenset(entry.anchor for entry in entries if before.get(entry.anchor) == _nowhere(entry))


def _nowhere(entry: Entry) -> Entry:
    """The entry without the line it stands on."""
    return replace(entry, place=_NOWHERE, related=tuple(map(_nowhere, entry.related)))


def face_of(roundup: Roundup) -> Roundup:
    """The roundup without what only itself shows; two roundups with one face look the same from all other pages."""
    return replace(
        roundup,
        subtitle=None,
        summary=None,
        intro=None,
        outro=None,
        order=("sections", "entries") if roundup.sections_first else (),
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
    """An entry without a title is known by the first words of its note; an `id` written for one without a work
    decides what feeds call the others (see items.entry_ids)."""
    return replace(
        entry,
        place=_NOWHERE,
        order=("id",) if "id" in entry.order else (),
        blank=(),
        note=None if entry.title else entry.note,
        thought=None if entry.title else entry.thought,
        quotes=(),
        updates=(),
        pick=bool(entry.pick),
        related=tuple(map(_face_of_entry, entry.related)),
    )

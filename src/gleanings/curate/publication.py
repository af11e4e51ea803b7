"""What the world may see: drafts and roundups of days to come are held back."""

from __future__ import annotations

from datetime import date

from gleanings.model import Roundup
from gleanings.sites import Library
from gleanings.values import replace


def visible(library: Library, *, today: date, drafts: bool, future: bool) -> Library:
    """The library as it is published on `today` (in the site's zone); `drafts` and `future` let those in as well."""

    def shown(roundup: Roundup) -> bool:
        return (drafts or not roundup.draft) and (future or is_out(roundup, today))

    roundups = tuple(roundup for roundup in library.roundups if shown(roundup))
    if len(roundups) == len(library.roundups) and (drafts or not any(page.draft for page in library.pages)):
        return library
    names = {roundup.name for roundup in roundups}
    works = {
        key: kept
        for key, appearances in library.works.items()
        if (kept := tuple(appearance for appearance in appearances if appearance.roundup in names))
    }
    pages = tuple(page for page in library.pages if drafts or not page.draft)
    return replace(library, roundups=roundups, pages=pages, works=works)


def list_waiting(library: Library, today: date) -> list[Roundup]:
    """Those whose day is to come, and that are no drafts."""
    return [roundup for roundup in library.roundups if not roundup.draft and not is_out(roundup, today)]


def is_out(roundup: Roundup, today: date) -> bool:
    """Whether its day has come; `today` is in the site's zone, as its date is."""
    return roundup.date.date() <= today

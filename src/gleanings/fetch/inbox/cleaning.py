"""A candidate is given what cleaning its item makes of it: when it comes, or when somebody looks at it."""

from __future__ import annotations

from gleanings.fetch.clean.item import clean_item
from gleanings.fetch.inbox.digested import Uncleaned
from gleanings.model import Candidate
from gleanings.values import replace


def fill_in(draft: Candidate, raw: Uncleaned) -> Candidate:
    """The candidate with what cleaning its item gives."""
    cleaned = clean_item(raw.item, key=raw.key, substack=raw.substack)
    return replace(
        draft,
        title=cleaned.title,
        summary=cleaned.summary,
        content=cleaned.html,
        flags=tuple(dict.fromkeys((*draft.flags, *cleaned.flags))),
    )

"""A candidate is given what cleaning its item makes of it: when it comes, or when somebody looks at it."""

from __future__ import annotations

from gleanings.fetch.clean.item import clean_item
from gleanings.fetch.inbox.digested import Uncleaned
from gleanings.model import Candidate
from gleanings.values import replace


def fill_in(draft: Candidate, raw: Uncleaned) -> tuple[Candidate, tuple[str, ...]]:
    """The candidate with what cleaning its item gives, and the names of constructs that cleaning did not know."""
    cleaned = clean_item(raw.item, key=raw.key, substack=raw.substack)
    filled = replace(
        draft,
        title=cleaned.title,
        summary=cleaned.summary,
        content=cleaned.html,
        flags=tuple(dict.fromkeys((*draft.flags, *cleaned.flags))),
    )
    return filled, cleaned.unknown

"""Open data after an edit of notes: a roundup's lines take the place of the old ones."""

from __future__ import annotations

from gleanings.render.pages.outputs import DATA_FILE, OpenData, changed_lines
from gleanings.render.retouch.patches import Patches


def patch_data(old: OpenData, new: OpenData, patches: Patches) -> bool:
    """Replace what open data says of a roundup; returns whether that could be done."""
    lines = changed_lines(old, new)
    return lines is not None and all(
        patches.replace(DATA_FILE, before, after, followed_by=b",\n") for before, after in lines
    )

"""Pinboard's export: one JSON list. `description` is the title there, and `extended` the person's note."""

from __future__ import annotations

import json

from gleanings.exchange.saved.values import Gathering, SavedLink, SavedLinks, even_tags, read_moment
from gleanings.problems import GleaningsError


def parse_pinboard(text: str) -> SavedLinks:
    """The links of such a file. Raises GleaningsError where it is no JSON list."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise GleaningsError(f"it is no whole JSON ({error})") from None
    except RecursionError:
        raise GleaningsError("it is no list of links") from None
    if not isinstance(found, list):
        raise GleaningsError("it is no list of links")
    gathering = Gathering()
    for number, one in enumerate(found, 1):
        place = f": link {number}"
        if not isinstance(one, dict):
            gathering.leave_out(place, "it is no link")
            continue
        written = {key: value if isinstance(value, str) else "" for key, value in one.items()}
        gathering.take(_link(written), place)
    return gathering.done()


def _link(written: dict[str, str]) -> SavedLink:
    url, title = written.get("href", "").strip(), written.get("description", "").strip()
    return SavedLink(
        url=url,
        title="" if title in (url, "[no title]") else title,
        saved=read_moment(written.get("time", "")),
        tags=even_tags(written.get("tags", "").split()),
        note=written.get("extended", "").strip(),
        to_read=written.get("toread", "").casefold() == "yes",
    )

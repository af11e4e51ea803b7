"""What the full way of rendering prose knows besides the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gleanings.render.prose.markdown.links import Addresses, Files
from gleanings.render.prose.markdown.raw import keep
from gleanings.values import Value, field


class Setting(Value, kw_only=True, gc=True):
    """What a fragment's rendering depends on besides its words."""

    scope: str | None
    """Whose footnotes these are; see assembly.py. None: no footnotes here."""
    media: Files
    addresses: Addresses
    on_unreadable: Callable[[str], None]
    environment: Mapping[str, object] = field(default_factory=dict)
    """What the parser found besides tokens: notes written in place (`^[…]`)."""
    kept: list[str] | None = None
    """Markup of ours that stands aside while raw HTML is cleaned; None where there is no raw HTML."""

    def notes_in_place(self) -> dict[int, Any]:
        """Notes written where they are referred to (`^[…]`): the parser's number → its tokens."""
        found = self.environment.get("footnotes")
        notes = found["list"] if isinstance(found, dict) else {}
        return {number: note for number, note in notes.items() if "tokens" in note}

    def keep(self, markup: str) -> str:
        """See raw.keep."""
        return keep(markup, self.kept)

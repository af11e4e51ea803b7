"""The JSON that Substack puts beside its components: read with suspicion, value by value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gleanings.fetch.clean.tree import Element

_MAX_CHARACTERS = 300_000


class Facts:
    """A JSON object whose values are only believed where they have the type that is asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __bool__(self) -> bool:
        return bool(self._values)

    def text(self, name: str, *, exact: bool = False) -> str:
        """A string, white space folded unless `exact`; empty for anything else."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return ""
        return value if exact else " ".join(value.split())

    def number(self, name: str) -> int | None:
        """A whole number of at least 1."""
        value = self._values.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
            value = int(value)
        if isinstance(value, float) and value == value and 1 <= value < 10**15:
            value = int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value < 10**15 else None

    def address(self, name: str) -> str | None:
        """A string that starts like a web address."""
        value = self.text(name)
        return value if value.lower().startswith(("https://", "http://")) else None

    def inner(self, name: str) -> Facts:
        """An object inside; an empty one where there is none."""
        value = self._values.get(name)
        return Facts(value if isinstance(value, dict) else {})

    def list_of(self, name: str) -> list[Facts]:
        """The objects of a list, at most a hundred."""
        value = self._values.get(name)
        return [Facts(item) for item in value[:100] if isinstance(item, dict)] if isinstance(value, list) else []


def read_facts(element: Element) -> Facts:
    """What an element's `data-attrs` say; nothing where that is no JSON object."""
    text = element.get("data-attrs")
    if not text or len(text) > _MAX_CHARACTERS:
        return Facts({})
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return Facts({})
    return Facts(values if isinstance(values, dict) else {})

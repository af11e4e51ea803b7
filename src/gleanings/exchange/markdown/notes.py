"""Footnotes of a document of many texts: labels that are only unique in an entry become numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from gleanings.commonmark import parse_blocks
from gleanings.values import Mutable, field

AS_TYPED = "zxx"
"""No language: quotes and dashes of a text stay as they are."""


class Notes(Mutable):
    """The footnotes of one document, numbered in the order in which it refers to them."""

    last: int = 0
    """The highest number that was given."""
    _bodies: dict[int, str] = field(default_factory=dict)

    def next_number(self) -> int:
        """A number that no note has yet."""
        self.last += 1
        return self.last

    def add(self, number: int, lines: str) -> None:
        """A note's lines, its label included, to stand at the end; of two under one label the first counts."""
        self._bodies.setdefault(number, lines)

    def take(self) -> Iterator[str]:
        """The notes that were added since the last time, in the order of their numbers."""
        for number in sorted(self._bodies):
            yield self._bodies.pop(number)


class Scope(Mutable):
    """The labels of one entry's texts (a section's, a roundup's): a marker means the note of its own text, else the
    first of that label in the entry."""

    notes: Notes
    owners: dict[str, str] = field(default_factory=dict)
    """Label → the first text that defines it."""
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def number(self, label: str, text: str) -> int | None:
        """The number of the note that `[^label]` in `text` means; None where nobody wrote one."""
        owner = text if label in labels_in(text) else self.owners.get(label)
        if owner is None:
            return None
        if (label, owner) not in self._numbers:
            self._numbers[label, owner] = self.notes.next_number()
        return self._numbers[label, owner]


def open_scope(notes: Notes, texts: Iterable[str | None]) -> Scope:
    """The scope of these texts."""
    owners: dict[str, str] = {}
    for text in filter(None, texts):
        for label in labels_in(text):
            owners.setdefault(label, even_text(text))
    return Scope(notes=notes, owners=owners)


def even_text(text: str) -> str:
    """A text as all of this package have it: simple line ends, none around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


@lru_cache(maxsize=256)
def labels_in(text: str) -> tuple[str, ...]:
    """The labels of the notes that a text defines."""
    if "[^" not in text or "]:" not in text:
        return ()
    tokens, _ = parse_blocks(text, lang=AS_TYPED)
    return tuple(token.meta["label"] for token in tokens if token.type == "footnote_reference_open")

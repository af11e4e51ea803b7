"""What a house rule is, what it finds, and what it may look things up in."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from gleanings.curate.passages import Keys, Passage
from gleanings.model import Library, Place
from gleanings.project import Project
from gleanings.slugs import slug
from gleanings.values import Value


class Rule(Value, gc=True):
    """A house rule: its name in site.yaml, and the function that finds what it objects to."""

    code: str
    check: Callable[..., Any]

    @property
    def words(self) -> str:
        """The rule in the curator's words."""
        return " ".join((self.check.__doc__ or "").split())


class Finding(NamedTuple):
    """What a rule objects to, and the way to where it stands."""

    path: str
    owner: Place | None
    keys: Keys
    offset: int
    message: str
    cure: str


def at(passage: Passage, offset: int, message: str, cure: str) -> Finding:
    """A finding about the letter `offset` of a passage."""
    return Finding(passage.path, passage.owner, passage.keys, offset, message, cure)


class House:
    """What there is on the site, for rules about links and pictures."""

    def __init__(self, library: Library, project: Project) -> None:
        self.library = library
        self.project = project

    @cached_property
    def media(self) -> frozenset[str]:
        return frozenset(self.library.media)

    @cached_property
    def anchors(self) -> dict[str, frozenset[str]]:
        """Address of each roundup and plain page → anchors of its entries and sections."""
        from gleanings.curate.passages import walk_sections

        found = {}
        for roundup in self.library.roundups:
            names = {entry.anchor for entry in roundup.walk_entries()}
            names |= {section.anchor for section in walk_sections(roundup.sections)}
            found[roundup.address] = frozenset(names)
            found.update(dict.fromkeys(roundup.aliases, frozenset[str]()))
        for page in self.library.pages:
            found[page.address] = frozenset()
            found.update(dict.fromkeys(page.aliases, frozenset[str]()))
        return found

    @cached_property
    def tags(self) -> frozenset[str]:
        """Slugs of all tags."""
        names = {tag for roundup in self.library.roundups for tag in roundup.tags}
        names |= {tag for roundup in self.library.roundups for entry in roundup.walk_entries() for tag in entry.tags}
        return frozenset(map(slug, names))

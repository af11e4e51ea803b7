"""What a house rule is, what it finds, and what it may look things up in."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote

from gleanings.curate.passages import Keys, Passage, walk_sections
from gleanings.curate.periods import NoPeriod, address_of, parse_period
from gleanings.curate.places import Places
from gleanings.curate.plain_pages import address_of_page
from gleanings.curate.rules.links import Linked
from gleanings.model import Place
from gleanings.project import Project, find_named_files, find_roundup_files
from gleanings.sites import Library
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


class Placing:
    """Finds the line and column of what a rule objects to; files are read only for what was found."""

    def __init__(self, library: Library, project: Project) -> None:
        self._places = Places(project)
        self._bodies = {page.path: page.body for page in library.pages}

    def find(self, found: Finding | Linked) -> tuple[int, int]:
        """Line and column, as near as can be said."""
        if found.path in self._bodies:
            return self._places.find_in_page(found.path, self._bodies[found.path], found.offset)
        return self._places.find(found.path, found.owner, found.keys, found.offset)


class House:
    """What there is on the site, for rules about links and pictures."""

    def __init__(self, library: Library, project: Project) -> None:
        self.library = library
        self.project = project

    @cached_property
    def media(self) -> frozenset[str]:
        return frozenset(self.library.media)

    @cached_property
    def anchors(self) -> dict[str, frozenset[str] | None]:
        """Page of each roundup and plain page (see page_of) → anchors of its entries and sections; None where nobody
        knows them: old addresses, and the pages of files that cannot be read for now."""
        found: dict[str, frozenset[str] | None] = dict.fromkeys(self._unread.values())
        for page in self.library.pages:
            found |= dict.fromkeys(map(page_of, page.aliases))
        for roundup in self.library.roundups:
            found |= dict.fromkeys(map(page_of, roundup.aliases))
        for roundup in self.library.roundups:
            names = {entry.anchor for entry in roundup.walk_entries()}
            names |= {section.anchor for section in walk_sections(roundup.sections)}
            found[page_of(roundup.address)] = frozenset(names)
        return found | dict.fromkeys((page.address for page in self.library.pages), frozenset[str]())

    @cached_property
    def files(self) -> dict[str, str]:
        """File below content/ → the address of its page, so that a note may link to a file by its name."""
        return self._unread | {file: page_of(address) for file, address in self.library.addresses().items()}

    @property
    def lacks_files(self) -> bool:
        """Whether files could not be read, so that more may be on the site than is known."""
        return bool(self._unread)

    @cached_property
    def _unread(self) -> dict[str, str]:
        """File below content/ that could not be read → the address that its name gives."""
        read = {roundup.path for roundup in self.library.roundups} | {page.path for page in self.library.pages}
        found = {}
        project = self.project
        pages = (project.plain_pages / name for name in find_named_files(project.plain_pages, ".md"))
        for file in (*find_roundup_files(project), *pages):
            if project.relative(file) not in read:
                name = file.relative_to(project.content).as_posix()
                found[name] = page_of(_guess_address(name))
        return found

    @cached_property
    def tags(self) -> frozenset[str]:
        """Slugs of all tags."""
        names = {tag for roundup in self.library.roundups for tag in roundup.tags}
        names |= {tag for roundup in self.library.roundups for entry in roundup.walk_entries() for tag in entry.tags}
        return frozenset(map(slug, names))


def page_of(address: str) -> str:
    """The address of the page that a site-absolute address leads to: decoded, without anchor, closed by a slash."""
    path = unquote(address.partition("#")[0].partition("?")[0])
    return path if path.endswith("/") or "." in path.rpartition("/")[2] else f"{path}/"


def _guess_address(name: str) -> str:
    """The address that a file below content/ has by its name, unless the file itself says otherwise."""
    folder, _, stem = name.removesuffix(".yaml").rpartition("/")
    if name.endswith(".md"):
        return address_of_page(name.removeprefix("pages/").removesuffix(".md"))
    try:
        parts = parse_period(stem).parts
    except NoPeriod:
        parts = (stem,)
    return address_of(folder or "main", parts)

"""Two things at one place: addresses, anchors, files that nobody would read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from gleanings.curate.anchors import RESERVED
from gleanings.curate.made import is_reserved
from gleanings.curate.passages import Keys
from gleanings.curate.periods import NoPeriod, parse_period
from gleanings.curate.places import Places
from gleanings.files.desk import Desk
from gleanings.files.shape import Written
from gleanings.model import PlainPage, Roundup
from gleanings.patterns import later
from gleanings.problems import Problem
from gleanings.project import Project, find_visible_files, is_utf8

_NEARLY_YAML = later(r"(.+?)(\.ya?ml(?:\.txt)?)", re.IGNORECASE)
"""A file that was to be a roundup; some editors hide the `.txt` that they add."""


def find_collisions(project: Project, roundups: Iterable[Roundup], pages: Iterable[PlainPage]) -> Iterator[Problem]:
    """Files that would become the same page, and old addresses (`aliases`) that a page of today has."""
    ground, places = _Ground(), Places(project)
    files: list[Roundup | PlainPage] = [*roundups, *pages]
    for file in files:
        has_slug = isinstance(file, Roundup) and "slug" in file.order
        if is_reserved(file.address):
            fault = "belongs to a page or file that is made from all roundups"
            # Of a folder's roundups it is the folder that has to be called otherwise.
            has_slug = has_slug and file.address.count("/") == 2
            cure = "write another slug" if has_slug else "give the file another name"
        elif owner := ground.claim(file.address, file.path):
            fault = f"is already that of {owner}"
            cure = "give one of the two another name, with a word behind the period"
        else:
            continue
        message = f"its address {unquote(file.address)} {fault}"
        yield _at_address(places, file.path, ("slug",) if has_slug else (), message, cure)
    for roundup in roundups:
        ground.claim(f"{roundup.address}preview.png", roundup.path)
    for file in files:
        mine = {file.address}
        for number, alias in enumerate(file.aliases):
            if alias not in mine and (owner := ground.claim(alias, file.path)):
                message = f"the old address {unquote(alias)} is already that of {owner}"
                yield _at_address(places, file.path, ("aliases", number), message, "take it out of aliases:")
            mine.add(alias)


class _Ground:
    """Who has which place in the output."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def claim(self, address: str, path: str) -> str | None:
        """Give an address to the file at `path`; the file that has it already, or that stands in its way."""
        file = f"{address}index.html" if address.endswith("/") else address
        above = [file[:end] for end in _slashes(file)]
        owner = self._files.get(file) or self._folders.get(file)
        owner = owner or next((self._files[folder] for folder in above if folder in self._files), None)
        if owner is None:
            self._files[file] = path
            for folder in above:
                self._folders.setdefault(folder, path)
        return owner


def _slashes(path: str) -> Iterator[int]:
    """Where the slashes of a path are, but the first."""
    at = path.find("/", 1)
    while at > 0:
        yield at
        at = path.find("/", at + 1)


def find_ids_twice(written: Written, desk: Desk) -> None:
    """Tell of an `id` that two entries of one roundup have, or an entry and the page around it."""
    first: dict[str, Written] = {}
    for entry in _walk(written):
        anchor = entry.values.get("id")
        if anchor is None:
            continue
        earlier = first.setdefault(anchor, entry)
        if anchor in RESERVED:
            owner = "a part of the page itself"
        elif earlier is not entry:
            owner = f"the entry in line {earlier.place.line}"
        else:
            continue
        desk.problems.append(
            Problem(
                path=desk.path, line=entry.place.line, column=entry.place.column, code="id-twice",
                message=f'the id "{anchor}" is already that of {owner}',
                cure="an id names one place on the page; choose another",
            )
        )  # fmt: skip


def find_unread_files(project: Project) -> Iterator[Problem]:
    """Files that would silently be left out: those that look like roundups and are none by their ending or their
    folder, and names that are no text; but media may be called anything."""
    for name in find_visible_files(project.content):
        folder = name.partition("/")[0]
        path = f"{project.relative(project.content)}/{name}"
        if not is_utf8(name):
            if folder != "media":
                message = "the file's name is not UTF-8, so that no address can hold it"
                yield Problem(path=path, code="file-name", message=message, cure="use letters, digits and hyphens")
        elif fault := _find_misplaced(name) if folder in ("pages", "media") else _find_misnamed(name):
            message, cure = fault
            yield Problem(path=path, code="file-name", message=message, cure=cure)


def _find_misplaced(name: str) -> tuple[str, str] | None:
    """A roundup's file among plain pages or media: why it is not read, and the cure."""
    folder, _, rest = name.partition("/")
    if not rest.endswith(".yaml") or not _names_period(rest.removesuffix(".yaml").rpartition("/")[2]):
        return None
    return f"roundups in {folder}/ are not read", f"move it to content/{rest}"


def _find_misnamed(name: str) -> tuple[str, str] | None:
    """A file whose ending keeps it from being read as a roundup: why, and the cure."""
    last = name.rpartition("/")[2]
    found = _NEARLY_YAML.fullmatch(last)
    if found and found[2] != ".yaml":
        return f"a file that ends in {found[2]} is not read", f"name it {found[1]}.yaml"
    if last.endswith(".md") and _names_period(last.removesuffix(".md")):
        cure = f"write {last.removesuffix('.md')}.yaml, or move it into pages/ if it is a plain page"
        return "a roundup is written in YAML, and this file is not read", cure
    return None


def _names_period(stem: str) -> bool:
    try:
        return parse_period(stem).kind != "none"
    except NoPeriod:
        return False


def _walk(written: Written) -> Iterator[Written]:
    for key in ("entries", "sections", "related"):
        for child in written.values.get(key, ()):
            yield child
            yield from _walk(child)


def _at_address(places: Places, path: str, keys: Keys, message: str, cure: str) -> Problem:
    """A finding about the value at `keys`; without them, about the name of the file."""
    line, column = places.find(path, None, keys) if keys else (None, None)
    return Problem(path=path, line=line, column=column, code="address-twice", message=message, cure=cure)

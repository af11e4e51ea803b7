"""Two things at one place: addresses, anchors, files that nobody would read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gleanings.files.desk import Desk
from gleanings.files.shape import Written
from gleanings.model import PlainPage, Roundup
from gleanings.problems import Problem
from gleanings.project import Project, find_roundup_files

MADE_PAGES = (
    "archive", "tags", "sources", "authors", "series", "now", "year", "search", "feeds", "data", "entries", "media",
)  # fmt: skip
"""First parts of addresses that the renderer uses itself."""


def find_collisions(roundups: Iterable[Roundup], pages: Iterable[PlainPage]) -> Iterator[Problem]:
    """Files that would become the same page, and old addresses (`aliases`) that a page of today has."""
    taken: dict[str, str] = {}
    files: list[Roundup | PlainPage] = [*roundups, *pages]
    for file in files:
        first = file.address.strip("/").partition("/")[0]
        if first in MADE_PAGES:
            yield _whole(file.path, f"its address {file.address} belongs to a page that is made from all roundups",
                         "give the file another name")  # fmt: skip
        elif file.address in taken:
            yield _whole(file.path, f"its address {file.address} is already that of {taken[file.address]}",
                         "give one of the two another name, with a word behind the period")  # fmt: skip
        taken.setdefault(file.address, file.path)
    for file in files:
        for alias in file.aliases:
            address = alias if alias.endswith("/") or "." in alias.rpartition("/")[2] else f"{alias}/"
            owner = taken.setdefault(address, file.path)
            if owner != file.path:
                yield _whole(
                    file.path, f"the old address {alias} is already that of {owner}", "take it out of aliases:"
                )


def find_ids_twice(written: Written, desk: Desk) -> None:
    """Tell of an `id` that two entries of one roundup have."""
    first: dict[str, Written] = {}
    for entry in _walk(written):
        anchor = entry.values.get("id")
        if anchor is None:
            continue
        earlier = first.setdefault(anchor, entry)
        if earlier is not entry:
            desk.problems.append(
                Problem(
                    path=desk.path, line=entry.place.line, column=entry.place.column, code="id-twice",
                    message=f'the id "{anchor}" is already that of the entry in line {earlier.place.line}',
                    cure="an id names one place on the page; choose another",
                )
            )  # fmt: skip


def find_unread_files(project: Project) -> Iterator[Problem]:
    """`.yml` files: they look like roundups and would silently be left out."""
    for file in find_roundup_files(project, ".yml"):
        path = project.relative(file)
        yield _whole(path, "a file that ends in .yml is not read", f"name it {file.stem}.yaml")


def _walk(written: Written) -> Iterator[Written]:
    for key in ("entries", "sections", "related"):
        for child in written.values.get(key, ()):
            yield child
            yield from _walk(child)


def _whole(path: str, message: str, cure: str) -> Problem:
    return Problem(
        path=path, code="address-twice" if "address" in message else "file-name", message=message, cure=cure
    )

"""`check --links`: whether what the roundups point at is still there."""

from __future__ import annotations

from collections.abc import Iterator

from gleanings.cli.clients import open_client
from gleanings.cli.session import Session
from gleanings.fetch.links.check import LinkFinding, check_links
from gleanings.model import Entry, Library, Place
from gleanings.problems import Problem
from gleanings.project import Project


def find_dead_links(session: Session, project: Project, library: Library) -> tuple[Problem, ...]:
    """A warning for every entry whose work, or a further link, is gone, has moved for good or cannot be reached.

    Each address is asked once, politely; an entry that names an archived copy is spared, for readers have one.
    """
    places = _places(library)
    client = open_client(session, project, tuple(places))
    try:
        findings = list(check_links(places, client=client))
    finally:
        client.gates.stop()
    return tuple(_as_problem(found, place) for found in findings for place in places[found.url])


def _places(library: Library) -> dict[str, list[Place]]:
    """Address → the entries that point at it, oldest roundup first."""
    places: dict[str, list[Place]] = {}
    for roundup in library.roundups:
        for entry in roundup.walk_entries():
            for url in _asked(entry):
                places.setdefault(url, []).append(entry.place)
    return places


def _asked(entry: Entry) -> Iterator[str]:
    for url in entry.addresses():
        if not (entry.archive and url == entry.url):
            yield url


def _as_problem(found: LinkFinding, place: Place) -> Problem:
    cure = {
        "moved": f"write {found.moved_to}",
        "gone": "give readers a copy with `archive:`",
        "broken": "look again later; give readers a copy with `archive:` if it stays so",
    }[found.condition]
    return Problem(
        path=place.path,
        line=place.line,
        column=place.column,
        code=f"link-{found.condition}",
        message=f"{found.url}: {found.message}",
        cure=cure,
        severity="warning",
    )

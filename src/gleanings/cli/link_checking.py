"""`check --links`: whether what roundups and pages point at is still there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, assert_never

from gleanings.cli.clients import open_client
from gleanings.cli.session import Session
from gleanings.curate.rules.addresses import leads_home
from gleanings.curate.rules.finding import House, Placing
from gleanings.curate.rules.links import Linked, find_links
from gleanings.fetch.crew import host_of
from gleanings.fetch.links.check import LinkFinding, LinkUntold, check_links
from gleanings.identity import is_web_address
from gleanings.problems import Problem
from gleanings.project import Project
from gleanings.sites import Library

_MOST_HOSTS = 8
"""That are named where links could not be asked."""


class Answers(NamedTuple):
    """What came of asking."""

    problems: tuple[Problem, ...]
    untold: tuple[str, ...]
    """Links of which nothing is known: hosts refuse programs, or asked for peace."""


def ask_links(session: Session, project: Project, library: Library) -> Answers:
    """A warning wherever a link stands that is gone, has moved for good or cannot be reached.

    Each address is asked once, politely. Pages of this very site are not asked for: they need not be there yet, and
    a house rule knows of them. Nor are works that an entry gives an archived copy of, for readers have that.
    """
    linked = _group(library, project)
    client = open_client(session, project, tuple(linked))
    placing = Placing(library, project)
    problems: dict[tuple[str, str], Problem] = {}
    untold = []
    try:
        for answer in check_links(linked, client=client):
            match answer:
                case LinkFinding():
                    told = (_as_problem(answer, link, placing) for link in linked[answer.url])
                    problems |= {(problem.place, problem.message): problem for problem in told}
                case LinkUntold(url=url):
                    untold.append(url)
                case _:
                    assert_never(answer)
    finally:
        client.gates.stop()
    return Answers(tuple(problems.values()), tuple(untold))


def format_untold(urls: Iterable[str]) -> str:
    """One line about links of which nothing is known, and whose they are."""
    hosts = Counter(map(host_of, urls))
    names = [f"{host} ({count})" if count > 1 else host for host, count in hosts.most_common(_MOST_HOSTS)]
    if len(hosts) > _MOST_HOSTS:
        names.append(f"{len(hosts) - _MOST_HOSTS} more")
    links = "1 link" if hosts.total() == 1 else f"{hosts.total()} links"
    return f"{links} could not be asked, for hosts refuse programs or want peace: {', '.join(names)}"


def _group(library: Library, project: Project) -> dict[str, list[Linked]]:
    """Address → where it stands, oldest roundup first."""
    house = House(library, project)
    entries = (entry for roundup in library.roundups for entry in roundup.walk_entries())
    archived = {(entry.place, entry.url) for entry in entries if entry.archive}
    found: dict[str, list[Linked]] = {}
    for link in find_links(library):
        is_spared = (link.owner, link.url) in archived or leads_home(link.url, house)
        if is_web_address(link.url) and not is_spared:
            found.setdefault(link.url, []).append(link)
    return found


def _as_problem(found: LinkFinding, link: Linked, placing: Placing) -> Problem:
    line, column = placing.find(link)
    return Problem(
        path=link.path,
        line=line,
        column=column,
        code=f"link-{found.condition}",
        message=f"{found.url}: {found.message}",
        cure=_find_cure(found, link),
        severity="warning",
    )


def _find_cure(found: LinkFinding, link: Linked) -> str:
    if found.condition == "moved":
        return f"write {found.moved_to}"
    if link.keys == ("url",):
        cure = "give readers a copy with `archive:`"
    else:
        cure = "link to a copy of it, or take the link out"
    return cure if found.condition == "gone" else f"look again later; {cure} if it stays so"

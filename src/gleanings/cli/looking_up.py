"""What the pages behind links say of themselves, for `add` and `fill`."""

from __future__ import annotations

from collections.abc import Sequence

from gleanings.cli.session import Session
from gleanings.cli.terminal import tell
from gleanings.model import Candidate
from gleanings.problems import NoNetwork
from gleanings.project import Project

_SILENCES = {
    "blocked": "it is shut to programs",
    "unavailable": "it is not available",
    "tls": "no trusted connection",
    "timeout": "too slow",
    "broken": "the connection broke off",
    "redirect": "it leads in circles",
    "too-big": "too large",
}
"""Flags of a candidate (fetch/links/link.py) → why its page told nothing."""
_STATUSES = {"404": "not found", "410": "gone", "500": "its server is in trouble"}


def look_up(
    session: Session, project: Project, urls: Sequence[str], *, only_online: bool = False
) -> dict[str, Candidate]:
    """Address → what its page says; addresses whose pages could not be asked are told of, and lack.

    Raises ProblemsFound for a broken site.yaml; with `only_online` NoNetwork where not one host could be reached.
    """
    from gleanings.cli.clients import open_client
    from gleanings.fetch.links.link import LinkUnread, fetch_links

    client = open_client(session, project, urls)
    found: dict[str, Candidate] = {}
    reached = False
    for url, outcome in fetch_links(urls, client=client, now=session.now()):
        match outcome:
            case Candidate():
                found[url] = outcome
                reached = True
            case LinkUnread():
                tell(f"{url}: {outcome}")
                reached = reached or not outcome.unreached
    if only_online and urls and not reached:
        raise NoNetwork("no network: not one host could be reached")
    return found


def explain_silence(candidate: Candidate) -> str:
    """Why a page that was asked told nothing, in a few words; empty where it answered, and simply says nothing."""
    for flag in candidate.flags:
        if flag.startswith("http-"):
            status = flag.removeprefix("http-")
            return f"{_STATUSES.get(status, 'its server answers')} ({status})"
        if flag in _SILENCES:
            return _SILENCES[flag]
    return ""

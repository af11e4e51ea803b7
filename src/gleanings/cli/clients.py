"""The polite client of all commands that ask the network; imported only once something is to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from gleanings import __version__
from gleanings.cli.session import Session
from gleanings.fetch.inbox.store import Store
from gleanings.fetch.retrieve.gates import Gates
from gleanings.fetch.retrieve.http import Client, line_maker, user_agent
from gleanings.fetch.retrieve.peace import HostState
from gleanings.fetch.retrieve.urls import find_private_origins
from gleanings.project import Project
from gleanings.settings import read_site
from gleanings.sites import Site


def open_client(session: Session, project: Project, urls: Sequence[str]) -> Client:
    """A client for addresses that a person wrote; it keeps the pauses that hosts have asked `fetch` for.

    Raises ProblemsFound for a broken site.yaml.
    """
    site, _ = read_site(project)
    with Store.open(project.inbox_file, writable=False) as store:
        return make_client(site, store.host_states(), urls, now=session.now())


def make_client(site: Site, states: Mapping[str, HostState], urls: Sequence[str], *, now: datetime) -> Client:
    """The client that goes by the site's name; `states` is what hosts asked for, `urls` are a person's own."""
    return Client(
        agent=user_agent(__version__, site.email or site.author.url or site.url),
        gates=Gates(now=now, states=states, make_line=line_maker()),
        private_origins=find_private_origins(tuple(urls)),
    )

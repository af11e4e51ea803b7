"""The polite client of all commands that ask the network; imported only once something is to be asked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from gleanings import __version__
from gleanings.cli.session import Session
from gleanings.fetch.inbox.database import StateUnusable
from gleanings.fetch.inbox.store import Store
from gleanings.fetch.retrieve.gates import Gates
from gleanings.fetch.retrieve.http import Client, line_maker, user_agent
from gleanings.fetch.retrieve.peace import HostState
from gleanings.fetch.retrieve.urls import find_private_origins
from gleanings.project import Project
from gleanings.settings import read_site
from gleanings.sites import Site


def open_client(session: Session, project: Project, urls: Sequence[str]) -> Client:
    """A client for addresses that a person wrote; it keeps the pauses that hosts have asked any command for, and
    writes down new ones for all commands.

    Raises ProblemsFound for a broken site.yaml.
    """
    site, _ = read_site(project)
    with Store.open(project.inbox_file, writable=False) as store:
        states = store.host_states()
    return make_client(site, states, urls, now=session.now(), remember=lambda host: _save_host(project, host))


def _save_host(project: Project, host: HostState) -> None:
    # What was asked for is of more use to a person than the pause; a damaged inbox was told of when it was read.
    with contextlib.suppress(StateUnusable), Store.open(project.inbox_file) as store, store.transaction():
        store.save_hosts((host,))


def make_client(
    site: Site,
    states: Mapping[str, HostState],
    urls: Sequence[str],
    *,
    now: datetime,
    remember: Callable[[HostState], None] | None = None,
) -> Client:
    """The client that goes by the site's name; `states` is what hosts asked for, `urls` are a person's own, and
    `remember` is told what hosts ask for now."""
    return Client(
        agent=user_agent(__version__, "; ".join(filter(None, (site.url, site.email)))),
        gates=Gates(now=now, states=states, make_line=line_maker(), remember=remember),
        private_origins=find_private_origins(tuple(urls)),
    )

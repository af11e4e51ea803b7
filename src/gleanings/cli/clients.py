"""The polite client that `add`, `fill` and `check --links` ask with; imported only once a page is to be asked."""

from __future__ import annotations

from collections.abc import Sequence

from gleanings import __version__
from gleanings.cli.session import Session
from gleanings.fetch.inbox.store import Store
from gleanings.fetch.retrieve.gates import Gates
from gleanings.fetch.retrieve.http import Client, line_maker, user_agent
from gleanings.fetch.retrieve.urls import find_private_origins
from gleanings.project import Project
from gleanings.settings import read_site


def open_client(session: Session, project: Project, urls: Sequence[str]) -> Client:
    """A client for links that a person wrote; it keeps the pauses that hosts have asked `fetch` for.

    Raises ProblemsFound for a broken site.yaml.
    """
    site, _ = read_site(project)
    with Store.open(project.inbox_file, writable=False) as store:
        states = store.host_states()
    return Client(
        agent=user_agent(__version__, site.email or site.author.url or site.url),
        gates=Gates(now=session.now(), states=states, make_line=line_maker()),
        private_origins=find_private_origins(tuple(urls)),
    )

"""What the pages behind links say of themselves, for `add` and `fill`: asked politely, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from gleanings import __version__
from gleanings.cli.session import Session
from gleanings.cli.terminal import tell
from gleanings.model import Candidate
from gleanings.problems import GleaningsError, NoNetwork
from gleanings.project import Project


def look_up(session: Session, project: Project, urls: Sequence[str]) -> dict[str, Candidate]:
    """Address → what its page says; addresses whose pages could not be asked are told of, and lack.

    Raises NoNetwork where not one host could be reached, ProblemsFound for a broken site.yaml.
    """
    if find_spec("gleanings.fetch.link") is None:
        tell("this version does not ask pages yet: links are taken as they are")
        return {}
    client = _client(session, project, tuple(urls))
    fetch_link = import_module("gleanings.fetch.link").fetch_link
    found: dict[str, Candidate] = {}
    for url in urls:
        try:
            found[url] = fetch_link(url, client=client, now=session.now())
        except NoNetwork:
            raise
        except GleaningsError as error:
            tell(f"{url}: {error}")
    return found


def _client(session: Session, project: Project, urls: tuple[str, ...]) -> Any:
    from gleanings.fetch.gates import Gates
    from gleanings.fetch.http import Client, find_private_origins, line_maker, user_agent
    from gleanings.fetch.store import Store
    from gleanings.settings import read_site

    site, _ = read_site(project)
    with Store.open(project.inbox_file, writable=False) as store:
        states = store.host_states()
    return Client(
        agent=user_agent(__version__, site.email or site.author.url or site.url),
        gates=Gates(now=session.now(), states=states, make_line=line_maker()),
        private_origins=find_private_origins(urls),
    )

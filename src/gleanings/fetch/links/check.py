"""Do the links of a list still lead somewhere? Each is asked once, politely; a refusal is told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Literal, assert_never

from gleanings.fetch.crew import HOSTS_AT_ONCE, group_by_gate
from gleanings.fetch.links.canonical import is_portal
from gleanings.fetch.poll.moving import find_permanent_target
from gleanings.fetch.retrieve.answers import Failure, FailureKind, Response
from gleanings.fetch.retrieve.http import PAGE_ACCEPT, Client
from gleanings.identity import display, work_key
from gleanings.values import Value

Condition = Literal["gone", "moved", "broken"]

_GONE = (404, 410)
_READ = 16 * 1024
"""Bytes of a page that are read: enough to know that it answers."""
_UNASKED: frozenset[FailureKind] = frozenset({"private", "paused", "stopped"})
"""Failures without a request."""
_BROKEN: frozenset[FailureKind] = frozenset({"dns", "connect", "tls", "timeout", "broken", "redirect", "address"})


class LinkFinding(Value, kw_only=True):
    """A link that wants a person's eye."""

    url: str
    """As it was written."""
    condition: Condition
    message: str
    """What was found, in a sentence without a full stop."""
    moved_to: str | None = None
    """Where it leads for good."""


class LinkUntold(Value, kw_only=True):
    """A link of which nothing is known: its host refuses programs, or asked for peace."""

    url: str
    """As it was written."""


def check_links(urls: Iterable[str], *, client: Client) -> Iterator[LinkFinding | LinkUntold]:
    """The links that are gone, have moved for good or cannot be reached, and those of which nothing can be known, in
    the order given, each address once.

    Hosts are asked side by side, and one host one thing after another. What is answered to a login is no finding.
    """
    wanted = list(dict.fromkeys(urls))

    def ask(row: list[str]) -> list[tuple[str, LinkFinding | LinkUntold | None]]:
        return [(url, judge_answer(url, client.get(url, accept=PAGE_ACCEPT, limit=_READ, cut=True))) for url in row]

    with ThreadPoolExecutor(max_workers=HOSTS_AT_ONCE) as pool:
        found = dict(chain.from_iterable(pool.map(ask, group_by_gate(wanted, str))))
    yield from (finding for url in wanted if (finding := found[url]))


def judge_answer(url: str, answer: Response | Failure) -> LinkFinding | LinkUntold | None:
    """What an answer says of the link `url`; None where all is well."""
    match answer:
        case Failure(kind=kind) if kind in _UNASKED:
            return LinkUntold(url=url)
        case Failure(kind=kind, message=message):
            return LinkFinding(url=url, condition="broken", message=message) if kind in _BROKEN else None
        case Response(status=status) if status in _GONE:
            return LinkFinding(url=url, condition="gone", message=f"the page is gone ({status})")
        case Response(status=status) if 500 <= status < 600 and status != 503:
            return LinkFinding(url=url, condition="broken", message=f"the server answers {status}")
        case Response(status=200):
            return _find_move(url, answer)
        case Response(status=status):
            return LinkUntold(url=url) if status >= 400 else None
        case _:
            assert_never(answer)


def _find_move(url: str, answer: Response) -> LinkFinding | None:
    target = find_permanent_target(answer.hops)
    if target is None or is_portal(target) or work_key(target) == work_key(url):
        return None
    return LinkFinding(url=url, condition="moved", message="the page has moved for good", moved_to=display(target))

"""A single link → a candidate: one question to the host's interface or to the page, seldom both.

Steps: the best address of the work → the interface that knows it → else, or for what is missing, the page → what is
known of the host. A page that says nothing is a candidate all the same, flagged `no-title`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import assert_never
from urllib.parse import unquote, urldefrag, urlsplit

from gleanings.addresses import with_credentials
from gleanings.fetch.links.canonical import is_portal
from gleanings.fetch.links.hosts import (
    ARXIV_AT_ONCE,
    Question,
    arxiv_id,
    hacker_news_id,
    plan_arxiv,
    plan_question,
    put_right,
    read_arxiv,
)
from gleanings.fetch.links.page import PageFacts, read_page
from gleanings.fetch.parse.texts import show
from gleanings.fetch.retrieve.answers import UNREACHED, Failure, FailureKind, Response
from gleanings.fetch.retrieve.body import PAGE_LIMIT
from gleanings.fetch.retrieve.http import PAGE_ACCEPT, Client
from gleanings.identity import display, guess_kind, host_label, is_archived, preferred, work_key
from gleanings.model import Candidate
from gleanings.problems import GleaningsError
from gleanings.values import replace

_TRY_LATER: frozenset[FailureKind] = frozenset({"dns", "connect", "paused", "stopped", "private", "address"})
"""Failures that say nothing of the page itself."""
_BUSY = (429, 503)


class LinkUnread(GleaningsError):
    """The page could not be asked now: no network, a host that asked for peace, an address that must not be asked.

    `unreached`: no connection stood, which without a network is so for every page.
    """

    def __init__(self, message: str, *, unreached: bool = False) -> None:
        super().__init__(message)
        self.unreached = unreached


def fetch_links(
    urls: Iterable[str], *, client: Client, now: datetime
) -> Iterator[tuple[str, Candidate | LinkUnread]]:
    """Each link with its candidate, or with the reason why there is none; all arXiv papers in one question."""
    reader = LinkReader(urls)
    for url in reader.urls:
        try:
            yield url, reader(url, client=client, now=now)
        except LinkUnread as error:
            yield url, error


class LinkReader:
    """Reads links of a known set; the first arXiv paper asks for all of them. Threads may share it."""

    def __init__(self, urls: Iterable[str]) -> None:
        self.urls = tuple(dict.fromkeys(urls))
        self._ids = tuple(dict.fromkeys(found for url in self.urls if (found := arxiv_id(url))))
        self._papers: dict[str, PageFacts] | None = None
        self._guard = threading.Lock()

    def __call__(self, url: str, *, client: Client, now: datetime) -> Candidate:
        """What the page behind `url` says of itself, as a candidate of the inbox. Raises LinkUnread."""
        papers: dict[str, PageFacts] = {}
        if arxiv_id(url):
            with self._guard:
                if self._papers is None:
                    self._papers = _fetch_papers(self._ids, client=client, now=now)
                papers = self._papers
        return _as_candidate(_find_facts(url, client=client, now=now, papers=papers), url=url, now=now)


def _find_facts(url: str, *, client: Client, now: datetime, papers: dict[str, PageFacts]) -> PageFacts:
    best = display(url) if is_archived(url) else preferred(url)
    if number := arxiv_id(best):
        found = papers.get(number) or _fetch_papers((number,), client=client, now=now).get(number)
        return replace(found, url=best) if found else _fetch_page(best, client=client, now=now)
    question = plan_question(best)
    if question is not None:
        answered = _ask(question, best, client=client)
        if answered is not None:
            return _with_page(answered, best, client=client, now=now) if question.then_page else answered
    return _fetch_page(best, client=client, now=now, asked=with_credentials(best, of=url))


def _fetch_papers(ids: tuple[str, ...], *, client: Client, now: datetime) -> dict[str, PageFacts]:
    found: dict[str, PageFacts] = {}
    for at in range(0, len(ids), ARXIV_AT_ONCE):
        answer = client.get(plan_arxiv(ids[at : at + ARXIV_AT_ONCE]))
        if isinstance(answer, Response) and answer.status == 200:
            found |= read_arxiv(answer.body, now=now)
    return found


def _ask(question: Question, url: str, *, client: Client) -> PageFacts | None:
    """What the interface says; None where it says nothing and the page is to be asked."""
    answer = client.get(question.ask, limit=PAGE_LIMIT, accept="application/json")
    if isinstance(answer, Failure):
        return None
    if answer.status in question.missing:
        return PageFacts(url=display(url), kind=guess_kind(url), flags=("no-title", "unavailable"))
    return question.read(answer.body, url) if answer.status == 200 else None


def _with_page(facts: PageFacts, url: str, *, client: Client, now: datetime) -> PageFacts:
    """What an interface said, and from the page what it left out. A story elsewhere is asked where it stands."""
    elsewhere = work_key(facts.url) != work_key(url)
    if "unavailable" in facts.flags or (facts.discussion and (not elsewhere or hacker_news_id(facts.url))):
        return facts
    try:
        if elsewhere:
            page = _find_facts(facts.url, client=client, now=now, papers={})
            return replace(
                page,
                title=page.title or facts.title,
                discussion=facts.discussion,
                flags=tuple(flag for flag in page.flags if flag != "no-title" or not facts.title),
            )
        page = _fetch_page(url, client=client, now=now)
    except LinkUnread:
        return facts
    return replace(
        facts,
        published=facts.published or page.published,
        published_precision=facts.published_precision if facts.published else page.published_precision,
        lang=facts.lang or page.lang,
        summary=facts.summary or page.summary,
    )


def _fetch_page(url: str, *, client: Client, now: datetime, asked: str = "") -> PageFacts:
    """What the page at `url` says; `asked` is its address with the credentials that it wants, where it wants any."""
    answer = client.get(asked or url, accept=PAGE_ACCEPT, limit=PAGE_LIMIT, cut=True)
    match answer:
        case Failure(kind=kind, message=message) if kind in _TRY_LATER:
            raise LinkUnread(message, unreached=kind in UNREACHED)
        case Failure(kind="binary"):
            return _named_by_file(url)
        case Failure(kind=kind):
            return _nothing(url, kind)
        case Response(status=status) if status in _BUSY:
            raise LinkUnread(f"the server is busy ({status})")
        case Response(status=200):
            return _read(answer, url=url, now=now)
        case Response(status=status):
            return _nothing(url, "blocked" if status in (401, 403, 451) else f"http-{status}")
        case _:
            assert_never(answer)


def _read(answer: Response, *, url: str, now: datetime) -> PageFacts:
    content_type = (answer.headers.get("content-type") or "").lower()
    if "application/pdf" in content_type or answer.body[:5] == b"%PDF-":
        return _named_by_file(url)
    if is_portal(answer.final_url) and not is_portal(url):
        return _nothing(url, "blocked")
    facts = read_page(answer.body, url=answer.final_url, content_type=content_type, now=now)
    if "blocked" in facts.flags:
        return _nothing(url, "blocked")
    if is_archived(url):
        return put_right(replace(facts, url=display(url), source=host_label(preferred(url))))
    return put_right(replace(facts, url=_with_place(facts.url, url, answer)))


def _with_place(found: str, url: str, answer: Response) -> str:
    """The page's address with the place on it, or the route, that was linked: fragments are not sent (RFC 9110 §7.1),
    and a page does not know them. Another page than the one that was asked for has no such place."""
    page, place = urldefrag(url)
    is_same = work_key(answer.final_url) == work_key(page)
    return f"{found}#{place}" if place and is_same and "#" not in found else found


def _nothing(url: str, *flags: str) -> PageFacts:
    """A page that says nothing; what its host alone tells is kept."""
    return put_right(
        PageFacts(url=display(url), source=host_label(url), kind=guess_kind(url), flags=("no-title", *flags))
    )


def _named_by_file(url: str) -> PageFacts:
    """A file that is no page: its name stands in for a title."""
    name = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    stem = name.rpartition(".")[0] or name
    title = show(stem.replace("_", " "), limit=200)
    facts = PageFacts(url=display(url), title=title, source=host_label(url), kind=guess_kind(url))
    flags = ("title-from-file",) if title else ("no-title",)
    return replace(facts, flags=flags)


def _as_candidate(facts: PageFacts, *, url: str, now: datetime) -> Candidate:
    address = facts.url or display(url)
    return Candidate(
        id="",
        feed=None,
        url=address,
        title=facts.title,
        authors=facts.authors,
        published=facts.published,
        published_precision=facts.published_precision,
        first_seen=now,
        summary=facts.summary,
        source=facts.source or host_label(address) or None,
        kind=facts.kind or guess_kind(address),
        lang=facts.lang,
        discussion=facts.discussion,
        flags=facts.flags,
    )

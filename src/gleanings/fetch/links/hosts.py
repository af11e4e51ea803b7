"""Hosts whose pages are better asked another way: which address to ask, and what its answer says. Pure.

A rule is chosen by the work's key (`identity.work_key`), so that every form of an address meets the same rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from gleanings.fetch.clean.plain import excerpt, first_sentence, plain_text
from gleanings.fetch.links.page import PageFacts
from gleanings.fetch.parse.absolute import resolve
from gleanings.fetch.parse.feed import FeedUnreadable, parse_feed
from gleanings.fetch.parse.texts import plain_name, show
from gleanings.identity import display, preferred, work_key
from gleanings.patterns import later
from gleanings.values import Value, replace

Answer = Callable[[bytes, str], PageFacts | None]
"""What an answer says of the page at an address; None where it says nothing."""


class Question(Value, kw_only=True):
    """What to ask instead of the page, or before it."""

    ask: str
    """The address of an interface for programs."""
    read: Answer
    then_page: bool = False
    """The page itself may add what is missing (a date)."""
    missing: tuple[int, ...] = ()
    """Statuses that say that the work is not to be had."""


def plan_question(url: str) -> Question | None:
    """The interface to ask about `url`; None where the page itself is the best source."""
    if hacker_news := hacker_news_id(url):
        address = f"https://hacker-news.firebaseio.com/v0/item/{hacker_news}.json"
        return Question(ask=address, read=read_hacker_news, then_page=True)
    scheme, _, identity = work_key(url).partition(":")
    match scheme:
        case "youtube":
            page = quote(preferred(url).partition("&")[0], safe="")
            ask = f"https://www.youtube.com/oembed?format=json&url={page}"
            return Question(ask=ask, read=read_oembed, then_page=True, missing=(401, 403, 404))
        case "vimeo":
            ask = f"https://vimeo.com/api/oembed.json?url={quote(preferred(url), safe='')}"
            return Question(ask=ask, read=read_oembed, missing=(403, 404))
        case "x":
            ask = f"https://publish.twitter.com/oembed?omit_script=1&dnt=1&url={quote(preferred(url), safe='')}"
            return Question(ask=ask, read=read_tweet, missing=(403, 404))
        case "hf":
            kind, _, name = identity.partition("/")
            path = urlsplit(preferred(url)).path.strip("/").removeprefix(f"{kind}/").split("/")
            written = "/".join(path[: name.count("/") + 1])
            return Question(ask=f"https://huggingface.co/api/{kind}/{written}", read=read_hugging_face)
        case _:
            return None


def hacker_news_id(url: str) -> str | None:
    """The number of an item of Hacker News."""
    parts = urlsplit(url)
    if (parts.hostname or "").removeprefix("www.") != "news.ycombinator.com" or parts.path != "/item":
        return None
    number = parse_qs(parts.query).get("id", [""])[0]
    return number if number.isascii() and number.isdigit() else None


# ── arXiv ──

ARXIV_AT_ONCE = 50
_ARXIV_API = "https://export.arxiv.org/api/query"


def arxiv_id(url: str) -> str | None:
    """The paper's number without version, from any form of its address."""
    key = work_key(url)
    return key.removeprefix("arxiv:") if key.startswith("arxiv:") else None


def plan_arxiv(ids: Iterable[str]) -> str:
    """One question for many papers (info.arxiv.org/help/api): at most ARXIV_AT_ONCE."""
    listed = ",".join(ids)
    return f"{_ARXIV_API}?id_list={listed}&max_results={ARXIV_AT_ONCE}"


def read_arxiv(body: bytes, *, now: datetime) -> dict[str, PageFacts]:
    """Number → paper, from the interface's Atom feed; what it does not know is left out."""
    try:
        feed = parse_feed(body, url=_ARXIV_API, content_type="application/atom+xml", now=now)
    except FeedUnreadable:
        return {}
    found = {}
    for item in feed.items:
        address = item.url or item.guid or ""
        number = arxiv_id(address)
        if number is None or not item.title or "/api/errors" in address:
            continue
        found[number] = PageFacts(
            url=f"https://arxiv.org/abs/{number}",
            title=item.title,
            authors=item.authors,
            published=item.published,
            published_precision="day" if item.published else "time",
            source="arXiv",
            kind="paper",
            summary=excerpt(plain_text(item.summary_html or item.content_html)),
            lang="en",
        )
    return found


# ── others ──


def read_oembed(body: bytes, url: str) -> PageFacts | None:
    """A video, as oembed.com describes it."""
    told = _object(body)
    title = show(str(told.get("title") or ""), limit=500)
    if not title:
        return None
    author = plain_name(str(told.get("author_name") or ""))
    return PageFacts(
        url=display(url),
        title=title,
        authors=(author,) if author else (),
        source=show(str(told.get("provider_name") or ""), limit=80) or None,
        kind="video",
    )


def read_tweet(body: bytes, url: str) -> PageFacts | None:
    """A post on X: its words stand in the HTML of the embed."""
    told = _object(body)
    html = str(told.get("html") or "")
    words = plain_text(html.partition("</p>")[0])
    user = str(told.get("author_url") or "").rstrip("/").rpartition("/")[2]
    name = plain_name(str(told.get("author_name") or ""))
    if not words:
        return None
    opening = first_sentence(words, length=80)
    return PageFacts(
        url=preferred(url),
        title=f"@{user}: {opening}" if user else opening,
        authors=(name,) if name else (),
        source="X",
        kind="thread",
        summary=excerpt(words),
    )


def read_hugging_face(body: bytes, url: str) -> PageFacts | None:
    """A model, dataset or space: named by its path, dated by its making."""
    told = _object(body)
    name = told.get("id")
    if not isinstance(name, str) or not name:
        return None
    owner = plain_name(str(told.get("author") or name.partition("/")[0])) if "/" in name else None
    made = _moment(told.get("createdAt"))
    return PageFacts(
        url=display(url),
        title=show(name, limit=200),
        authors=(owner,) if owner else (),
        published=made,
        published_precision="day" if made else "time",
        source="Hugging Face",
    )


def read_hacker_news(body: bytes, url: str) -> PageFacts | None:
    """The story behind an item, with the item as its discussion; an "Ask HN" is its own story."""
    told = _object(body)
    if not told or told.get("deleted") or told.get("dead"):
        return None
    story = resolve(str(told.get("url") or ""), "")
    elsewhere = display(story) if story else None
    made = told.get("time")
    when = datetime.fromtimestamp(made, UTC) if isinstance(made, int) and 0 < made < 4_000_000_000 else None
    author = plain_name(str(told.get("by") or ""))
    title = plain_text(str(told.get("title") or ""))
    words = plain_text(str(told.get("text") or ""))
    return PageFacts(
        url=elsewhere or display(url),
        title=show(title or (first_sentence(words) if words else ""), limit=500),
        authors=() if elsewhere or not author else (author,),
        published=None if elsewhere else when,
        source=None if elsewhere else "Hacker News",
        kind=None if elsewhere else "thread",
        summary=excerpt(words) if words else "",
        discussion=display(url),
    )


# ── what a page of a known host says, put right ──

_CONTRIBUTE = later(r"\s*Contribute to \S+ development by creating an account on GitHub\.?\s*", re.I)
_GITHUB_TAIL = later(r"\s+·\s+(?:[\w.-]+/[\w.-]+|GitHub)(?:\s+·\s+GitHub)?\Z")


def put_right(facts: PageFacts) -> PageFacts:
    """The facts of a page, with what is known of its host: GitHub's repositories are named by their path."""
    key = work_key(facts.url)
    if not key.startswith("github:"):
        return facts
    path = [part for part in urlsplit(preferred(facts.url)).path.split("/") if part]
    name = "/".join(path[:2])
    summary = _CONTRIBUTE.sub(" ", facts.summary).strip().removesuffix(f" - {name}").strip()
    title = name
    if len(path) != 2:
        title = _GITHUB_TAIL.sub("", facts.title) or f"{name}: {'/'.join(path[2:])}"
    flags = tuple(flag for flag in facts.flags if flag != "no-title")
    authors = () if len(path) == 2 else facts.authors
    return replace(facts, title=title, summary=summary, authors=authors, source="GitHub", flags=flags)


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)

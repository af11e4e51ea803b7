"""From a feed's bytes to what is new or changed in it: parse, compare, clean. Pure, and fit for a worker process."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlsplit

from gleanings.fetch.clean.item import plain_text
from gleanings.fetch.clean.substack import is_substack
from gleanings.fetch.inbox.cleaning import fill_in
from gleanings.fetch.inbox.digested import DIGEST_VERSION, Brought, Digest, Job, Uncleaned, Unreadable
from gleanings.fetch.inbox.filters import is_wanted
from gleanings.fetch.links.feed_hints import find_feeds, format_offer
from gleanings.fetch.parse.feed import FeedUnreadable, parse_feed
from gleanings.fetch.parse.parsed import ParsedFeed, ParsedItem
from gleanings.identity import display, guess_kind, work_key
from gleanings.model import Candidate


def digest_feed(job: Job) -> Digest | Unreadable:
    """Parse the feed, drop what is known as it is, clean the rest."""
    try:
        parsed = parse_feed(job.body, url=job.url, content_type=job.content_type, now=job.now)
    except FeedUnreadable as error:
        return Unreadable(reason=_with_hints(error, job), kind=error.kind)
    salt = "\x1f".join((DIGEST_VERSION, *job.include, "\x1e", *job.exclude)).encode()
    items = _without_repeats(parsed.items)
    keys = find_keys(items)
    works = _find_works(items, home=parsed.home)
    substack = is_substack(parsed)
    brought: list[Brought | bytes] = []
    for item, key, work in zip(items, keys, works, strict=True):
        mark = hash_item(item, salt)
        known = mark in job.known
        brought.append(mark if known else _bring(job, parsed, item, key=key, work=work, mark=mark, substack=substack))
    return Digest(
        title=parsed.title,
        home=parsed.home,
        ttl_minutes=parsed.ttl_minutes,
        items=tuple(brought),
    )


def _with_hints(error: FeedUnreadable, job: Job) -> str:
    """Why it is no feed, and which feeds the web page that it is offers instead."""
    if error.kind not in ("html", "not-feed"):
        return error.reason
    found = find_feeds(job.body, url=job.url, content_type=job.content_type)
    return f"{error.reason}; {format_offer(found)}" if found else error.reason


def _bring(
    job: Job, parsed: ParsedFeed, item: ParsedItem, *, key: str, work: str | None, mark: bytes, substack: bool
) -> Brought:
    raw = Uncleaned(item=item, key=f"e{_short_hash(job.feed + key)}", substack=substack)
    filtered = bool(job.include or job.exclude)
    later = not filtered and bool((item.title or "").strip()) and _is_older(item, job.clean_since)
    draft = _draft(job, parsed, item)
    if not later:
        draft = fill_in(draft, raw)
    return Brought(
        key=key,
        work=work,
        hash=mark,
        path=_path(item.url),
        title_key=fold(item.title or ""),
        wanted=not filtered
        or is_wanted((draft.title, draft.summary, *item.categories), include=job.include, exclude=job.exclude),
        draft=draft,
        aliases=tuple(dict.fromkeys(work_key(alias) for alias in item.aliases)) if work else (),
        uncleaned=raw if later else None,
    )


def _draft(job: Job, parsed: ParsedFeed, item: ParsedItem) -> Candidate:
    return Candidate(
        id="",
        feed=job.feed,
        url=display(item.url) if item.url else None,
        title=item.title or "",
        authors=item.authors,
        published=item.published,
        published_precision=item.published_precision,
        updated=item.updated,
        first_seen=job.now,
        source=item.source or job.title or parsed.title,
        kind=item.kind or (guess_kind(item.url) if item.url else None),
        lang=item.lang or parsed.lang,
        discussion=item.discussion,
        flags=item.flags,
    )


def _is_older(item: ParsedItem, limit: datetime | None) -> bool:
    stamp = item.published or item.updated
    return limit is not None and stamp is not None and stamp < limit


def hash_item(item: ParsedItem, salt: bytes) -> bytes:
    """A mark of everything a person would see change. `updated` is left out: feeds touch it without a reason."""
    parts = (
        item.guid, item.url, item.title, item.authors, item.published, item.summary_html, item.content_html,
        item.categories, item.discussion, item.source, item.kind, item.lang, item.flags,
    )  # fmt: skip
    return blake2b(
        repr(parts).encode("utf-8", "replace"), digest_size=12, salt=blake2b(salt, digest_size=16).digest()
    ).digest()


def fold(text: str) -> str:
    """A title for comparing: compatibility forms, quotes, spaces and case made even."""
    even = (
        unicodedata.normalize("NFKC", text).casefold().translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    )
    return " ".join(even.split())


def find_keys(items: tuple[ParsedItem, ...]) -> list[str]:
    """Who each item is within its feed. A guid that several addresses share does not tell; guid and address do."""
    addresses: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        if item.guid:
            addresses[_even_guid(item.guid)].add(work_key(item.url) if item.url else "")
    return [_find_key(item, addresses) for item in items]


def _find_key(item: ParsedItem, addresses: defaultdict[str, set[str]]) -> str:
    if item.guid:
        guid = _even_guid(item.guid)
        if len(addresses[guid]) > 1 and item.url:
            return f"guid:{guid} {work_key(item.url)}"
        return f"guid:{guid}"
    if item.url:
        fragment = urlsplit(item.url).fragment
        return f"url:{work_key(item.url)}#{fragment}" if fragment else f"url:{work_key(item.url)}"
    words = fold(f"{item.title or ''} {plain_text(item.content_html or item.summary_html)}")
    return f"text:{_short_hash(words)}"


def _even_guid(guid: str) -> str:
    """A guid that is an address is the same on http and https, with and without `www.`."""
    return re.sub(r"^https?://(www\.)?", "//", guid)


def _find_works(items: tuple[ParsedItem, ...], *, home: str | None) -> list[str | None]:
    """Which work each item points at; None where the address is no identity.

    Podcasts link every episode to the show's page, logs link every day to a fragment of one page: an address that
    entries with different guids and titles share says nothing about which of them is meant.
    """
    works = [_find_work(item, home=home) for item in items]
    sharers: defaultdict[str, set[str]] = defaultdict(set)
    for item, work in zip(items, works, strict=True):
        if work is not None:
            sharers[work].add(fold(item.title or item.guid or ""))
    return [work if work is None or len(sharers[work]) == 1 else None for work in works]


def _find_work(item: ParsedItem, *, home: str | None) -> str | None:
    if not item.url or not _path(item.url):
        return None
    work = work_key(item.url)
    return None if home and work == work_key(home) else work


def _path(url: str | None) -> str:
    """Path and query without the host; empty for a home page."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


def _without_repeats(items: tuple[ParsedItem, ...]) -> tuple[ParsedItem, ...]:
    """One item for each guid and address; of two the newer, in the place of the first."""
    found: dict[object, ParsedItem] = {}
    for index, item in enumerate(items):
        name = (item.guid, item.url) if item.guid or item.url else index
        known = found.get(name)
        if known is None or _stamp(item) > _stamp(known):
            found[name] = item
    return tuple(found.values())


def _stamp(item: ParsedItem) -> float:
    moment = item.updated or item.published
    return moment.timestamp() if moment else float("-inf")


def _short_hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()

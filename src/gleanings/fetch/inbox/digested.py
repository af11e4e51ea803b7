"""What reading a feed is given, and what it brings: plain values that also travel between processes."""

from __future__ import annotations

from datetime import datetime

from gleanings.fetch.parse.parsed import ParsedItem
from gleanings.model import Candidate
from gleanings.values import Value

DIGEST_VERSION = "2"
"""Raised when parsing or cleaning gets better, so that kept entries are cleaned again."""


class Job(Value, kw_only=True):
    """The bytes of one feed, and what is known of it already."""

    feed: str
    url: str
    """What answered; relative addresses are relative to it."""
    content_type: str | None
    body: bytes
    now: datetime
    known: frozenset[bytes]
    """Hashes of the items that are known as they are."""
    title: str | None = None
    """The person's own name for the feed."""
    clean_since: datetime | None = None
    """Entries older than that are not cleaned now but when somebody looks at them: a new feed's backlog."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Uncleaned(Value, kw_only=True):
    """An item whose HTML is as hostile as it came; never shown without `clean_item`."""

    item: ParsedItem
    key: str
    """What its ids are to begin with."""
    substack: bool


class Brought(Value, kw_only=True):
    """An item that is new or changed, cleaned, or (the backlog of a new feed) to be cleaned when it is looked at."""

    key: str
    """Who it is within its feed: its guid, else its address, else its words."""
    work: str | None
    """Which work it points at; None where its address does not tell (a home page, or shared by other entries)."""
    hash: bytes
    path: str
    """Path and query of its address: what stays when a site moves to another host. Empty for a home page."""
    title_key: str
    """Its title, for comparing."""
    wanted: bool
    """It passes the feed's filters."""
    draft: Candidate
    """Complete but for `id` and `state`; without summary and content where `uncleaned` is given."""
    aliases: tuple[str, ...] = ()
    """The same work under further addresses."""
    uncleaned: Uncleaned | None = None


class Digest(Value, kw_only=True):
    """A feed that could be read."""

    title: str | None
    home: str | None
    ttl_minutes: int | None
    items: tuple[Brought | bytes, ...]
    """In the order of the feed; for an item that is known as it is, its hash alone."""


class Unreadable(Value, kw_only=True):
    """The bytes are no feed."""

    reason: str
    kind: str
    """`empty`, `html`, `not-feed`, `binary`, or `crash` where our own code gave up."""
    trace: str = ""
    """For `crash`: where."""

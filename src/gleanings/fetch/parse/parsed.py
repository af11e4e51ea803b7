"""What parsing makes of a feed's bytes, before anything is compared, cleaned or stored."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from gleanings.values import Value

Precision = Literal["time", "day", "month", "year"]


class ParsedItem(Value, kw_only=True):
    """One item of a feed. Text fields are plain text; `content_html` is as hostile as it came."""

    guid: str | None = None
    """As given, trimmed."""
    url: str | None = None
    """Absolute http(s), as published (tracking parameters still on); None where the item has none."""
    aliases: tuple[str, ...] = ()
    """Further addresses of the same item: the feed service's own redirector."""
    title: str | None = None
    """Plain text; None where the item has none."""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    """Aware, UTC; None where there is none or it cannot be believed."""
    published_precision: Precision = "time"
    updated: datetime | None = None
    summary_html: str = ""
    content_html: str = ""
    base_url: str = ""
    """What relative addresses in the HTML are relative to (xml:base, else the item's link, else the feed)."""
    categories: tuple[str, ...] = ()
    discussion: str | None = None
    """Comments page: Hacker News, Reddit, `<comments>`."""
    source: str | None = None
    """The original publication in a planet feed."""
    media: tuple[str, ...] = ()
    """Addresses of audio or video files."""
    duration_seconds: int | None = None
    kind: str | None = None
    lang: str | None = None
    flags: tuple[str, ...] = ()


class ParsedFeed(Value, kw_only=True):
    """A feed, read as far as it is whole."""

    title: str | None = None
    home: str | None = None
    lang: str | None = None
    generator: str | None = None
    items: tuple[ParsedItem, ...] = ()
    """In the order of the feed."""
    ttl_minutes: int | None = None
    """From `<ttl>` or sy:updatePeriod."""
    flags: tuple[str, ...] = ()
    """repaired, incomplete, cut, complete (RFC 5005: what is absent was withdrawn), expired …"""


class Setting(Value, kw_only=True):
    """What an item inherits from its feed."""

    format: str
    """`rss`, `atom` or `rdf`."""
    url: str
    """The feed's final address."""
    base: str
    """What relative links are relative to: the feed's xml:base, in RSS the channel's link, else its address."""
    lang: str | None
    authors: tuple[str, ...] = ()
    now: datetime


class FeedUnreadable(Exception):
    """What came is no feed. The text is one sentence for a person; `kind` says what it seems to be."""

    def __init__(self, reason: str, kind: Literal["empty", "html", "not-feed", "binary"]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind: Literal["empty", "html", "not-feed", "binary"] = kind

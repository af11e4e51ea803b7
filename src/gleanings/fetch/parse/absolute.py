"""Which of an item's addresses is its link, and how an address becomes absolute."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

from gleanings.patterns import later
from gleanings.values import Value

_SPACE = later(r"[\t\r\n]+")
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"
"""What RFC 3986 allows in an address, `%` included: what is encoded already stays as it is."""
_WHOLE = later(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:[/?#][A-Za-z0-9!#$%&'()*+,/:;=?@~._-]*)?")
"""An address that is absolute and well-formed, as nearly all are: nothing to resolve and nothing to mend."""
_NOWHERE = later(r"#.*|https?:(?:/{0,2}|///.*)", re.I)
"""What names no page of its own: a place on the page at hand (RFC 3986 §4.4), or a scheme without a host, which
would be read as relative."""


class FeedLink(Value, kw_only=True):
    """One link of an item or feed, absolute."""

    href: str
    rel: str = "alternate"
    type: str = ""
    hreflang: str = ""


def resolve(address: str | None, base: str) -> str | None:
    """The absolute http(s) address, trimmed and percent-encoded; None for anything else, and for what names no page
    but the base itself. Never raises."""
    written = _SPACE.sub("", (address or "").strip().strip("\ufeff\u200b"))
    if not written or len(written) > 8000:
        return None
    if _WHOLE.fullmatch(written):
        return written
    if _NOWHERE.fullmatch(written):
        return None
    try:
        parts = urlsplit(urljoin(base, written) if base else written)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not _is_host(host) or (port is not None and port == 0):
        return None
    netloc = _to_ascii(parts.netloc)
    if netloc is None or not _is_host(netloc.rpartition("@")[2]):
        return None
    return quote(parts._replace(netloc=netloc).geturl(), safe=_SAFE, errors="ignore")


def _is_host(host: str) -> bool:
    return bool(host) and not re.search(r"[\s\x00-\x1f\x7f<>\"'`\\^|{}%]", host)


def _to_ascii(netloc: str) -> str | None:
    """With an international host name in its ASCII form (IDNA), which may put a space in the place of an accent (¨);
    None where it has none."""
    if netloc.isascii():
        return netloc
    user, at, rest = netloc.rpartition("@")
    host, colon, port = rest.partition(":")
    try:
        return f"{user}{at}{host.encode('idna').decode('ascii')}{colon}{port}"
    except UnicodeError:
        return None


def base_of(base: str, written: str | None) -> str:
    """The base for what stands under an xml:base; a broken one is passed over."""
    return resolve(written, base) or base if written else base


def choose_alternate(links: Iterable[FeedLink], lang: str | None) -> str | None:
    """The best `alternate`: an HTML page, in the feed's language or in none, the first of equals."""
    alternates = [link for link in links if link.rel == "alternate"]
    return min(alternates, key=lambda link: _rank(link, lang)).href if alternates else None


def _rank(link: FeedLink, lang: str | None) -> tuple[int, int]:
    language = (link.hreflang or "").lower().partition("-")[0]
    own = (lang or "").lower().partition("-")[0]
    page = link.type in ("", "text/html", "application/xhtml+xml")
    return (0 if page else 1, 0 if language == own and own else 1 if not language else 2)


@lru_cache(maxsize=512)
def site_of(url: str | None) -> str:
    """The host without `www.`, for telling one's own pages from foreign ones; empty without an address."""
    if not url:
        return ""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""

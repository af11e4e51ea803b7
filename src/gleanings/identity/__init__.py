"""Which addresses are one work, and how an address is shown: pure text, no I/O, and no text makes it raise.

Three readings of an address:

- `display`: what a reader sees and follows. Redirectors unwrapped, tracking off, every other byte as published.
- `work_key`: never shown; equal for all addresses of one work and different for different works.
- `preferred`: the address at which the work is best read: the abstract instead of the PDF, the page instead of its
  copy in an archive.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from gleanings.identity.address import parse_address
from gleanings.identity.keys import find_address, find_best, find_key
from gleanings.identity.kinds import kind_of_work
from gleanings.identity.redirectors import archived
from gleanings.patterns import later

__all__ = [
    "display",
    "guess_kind",
    "host_label",
    "is_among",
    "is_archived",
    "is_web_address",
    "name_address",
    "name_host",
    "preferred",
    "short_address",
    "work_key",
]

_SCHEME = later(r"^[a-z]+://(?:www\.)?")
_OWN = ("/", "media/", "#")
"""What an address begins with that leads to a page or a file of the site itself."""


def display(url: str) -> str:
    """The address to show: tracking parameters, credentials and redirectors off, otherwise byte-faithful.

    Text that is no web address comes back as it is, spaces around it removed.
    """
    address = find_address(url)
    return str(address) if address else url.strip()


def short_address(url: str) -> str:
    """The address as one reads it aloud: no scheme, no `www.`, no slash at the end."""
    return _SCHEME.sub("", display(url)).rstrip("/")


def name_address(url: str) -> str:
    """Words for an address that nobody gave a title: as one reads it aloud, of a file on the site itself its name."""
    return _name_own(url) or short_address(url)


def name_host(url: str) -> str:
    """Words for where an address leads: the host; on the site itself the file's name, else the path."""
    return host_label(url) or _name_own(url)


def _name_own(url: str) -> str:
    """Of `media/x.pdf` the file's name, of `/archive/` the path; empty for what has a host to be named by."""
    if not url.startswith(_OWN) or url.startswith("//"):
        return ""
    file = unquote(url.partition("#")[0].partition("?")[0].rpartition("/")[2])
    return file if "." in file else url


def is_among(url: str, links: Iterable[str]) -> bool:
    """Whether one of the links leads to the very address, however it is spelled; another form of a work, such as its
    PDF, is another link."""
    wanted = short_address(url)
    return any(short_address(link) == wanted for link in links)


def work_key(url: str) -> str:
    """The identity of the work at `url`: `arxiv:2401.04088`, `youtube:…`, else `//host/path?query`.

    An arXiv version, a place in a video, the scheme, `www.`, a trailing slash make no difference; a different query
    does, and so does a fragment that is a route (`#!…`, `#/…`).
    """
    return find_key(url)


def preferred(url: str) -> str:
    """The best address of the work at `url`; a version and a start time that were linked stay."""
    return find_best(url)


def is_web_address(text: str) -> bool:
    """True for an http or https address with a host, without spaces around or in it."""
    return parse_address(text) is not None


def is_archived(url: str) -> bool:
    """True for a page's copy in the Wayback Machine or archive.today; `preferred` is the page itself."""
    address = find_address(url)
    return address is not None and archived(address) is not None


@lru_cache(maxsize=4096)
def host_label(url: str) -> str:
    """The host to show beside a title: without `www.`, international names in Unicode; empty for other text."""
    address = parse_address(url.strip())
    return address.host.removeprefix("www.") if address else ""


@lru_cache(maxsize=4096)
def guess_kind(url: str) -> str | None:
    """One of `model.KINDS`, as far as the address alone tells; None where it does not."""
    return kind_of_work(find_key(url), find_address(url))

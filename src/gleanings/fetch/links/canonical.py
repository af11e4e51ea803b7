"""Which address of a page is the one to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from gleanings.fetch.links.page_parts import Parts
from gleanings.fetch.parse.absolute import resolve
from gleanings.identity import display, work_key
from gleanings.patterns import later

_LISTS = later(r"/(?:search|tag|tags|category|categories|author|archive|page)(?:/|$)", re.I)
_PORTALS = later(
    r"(?:^|\.)(?:accounts\.google\.com|consent\.(?:youtube|google|yahoo)\.com|login\.[\w.-]+|auth\.[\w.-]+|"
    r"idp\.[\w.-]+|sso\.[\w.-]+)$",
    re.I,
)
_PORTAL_PATHS = later(
    r"/(?:login|log-in|signin|sign-in|sign_in|consent|auth|account/login|users/sign_in|captcha|challenge)(?:[/.?]|$)",
    re.I,
)


def is_portal(url: str) -> bool:
    """True for an address that stands before the page: a login, a consent, a challenge."""
    parts = urlsplit(url)
    return bool(_PORTALS.search(parts.hostname or "") or _PORTAL_PATHS.search(parts.path))


def choose_canonical(parts: Parts, *, url: str) -> tuple[str, bool]:
    """The address to show, and whether the page says that it was published elsewhere first.

    The page's own canonical address is believed where it is one of the same site, and neither its home page nor a
    list; `url` is where the page was found.
    """
    republished = False
    for written in _named(parts):
        address = resolve(written, url)
        if address is None:
            continue
        if not _same_site(address, url):
            republished = republished or urlsplit(address).path not in ("", "/")
        elif _is_fit(address, url):
            return display(address), False
    return display(url), republished


def _named(parts: Parts) -> Iterator[str]:
    for link in parts.links:
        if "canonical" in link["rel"].split() and link.get("href"):
            yield link["href"]
            break
    yield from parts.meta.get("og:url", ())


def _is_fit(address: str, url: str) -> bool:
    there, here = urlsplit(address), urlsplit(url)
    if there.path in ("", "/") and not there.query and here.path not in ("", "/"):
        return False
    if here.scheme == "https" and there.scheme == "http" and work_key(address) == work_key(url):
        return False
    return not _LISTS.search(there.path) or bool(_LISTS.search(here.path))


def _same_site(first: str, second: str) -> bool:
    return _site(first) == _site(second)


def _site(url: str) -> str:
    host = (urlsplit(url).hostname or "").lower()
    for prefix in ("www.", "m.", "mobile.", "amp."):
        host = host.removeprefix(prefix)
    return host

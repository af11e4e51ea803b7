"""Addresses to ask and to be sent on to, checked before anything is sent. The only door to httpx.

Of httpx its addresses and its certificates are used; see `transport` for why its client is not.
"""

from __future__ import annotations

import base64
import ssl
import threading
from urllib.parse import unquote

import httpx

from gleanings.addresses import strip_credentials
from gleanings.fetch.retrieve.addresses import is_private_literal, parse_literal
from gleanings.fetch.retrieve.answers import FailureKind

URL = httpx.URL


class Refused(Exception):
    """Carries a failure out of the middle of a look."""

    def __init__(self, kind: FailureKind, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.kind: FailureKind = kind
        self.detail = detail


def find_private_origins(urls: tuple[str, ...]) -> frozenset[str]:
    """Those private machines, as `host:port`, that a person wrote down and that may therefore be asked."""
    found = set()
    for url in urls:
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError):
            continue
        if is_private_literal(parsed.host):
            found.add(write_origin(parsed))
            if parsed.port is None:
                found |= {f"{parsed.host}:80", f"{parsed.host}:443"}  # the step from http to https is no surprise
    return frozenset(found)


def parse_address(url: str) -> URL:
    """`url` as something that can be asked, fragment off. Raises Refused."""
    try:
        parsed = httpx.URL(url.strip()).copy_with(fragment=None)
        port = parsed.port
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise Refused("address", f"not a usable address: {strip_credentials(url)} ({error})") from error
    if parsed.scheme not in ("http", "https"):
        raise Refused("address", f"refused: {parsed.scheme or 'no'} is not http or https")
    if not _is_host(parsed.raw_host) or (port is not None and not 0 < port < 65536):
        raise Refused("address", f"not a usable address: {strip_credentials(url)}")
    return parsed


def next_address(here: URL, location: str | None) -> URL:
    """Where a redirect leads (RFC 3986 §5), percent-encoded. Raises Refused."""
    if location is None or not location.strip():
        raise Refused("redirect", "a redirect without an address")
    text = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
    if text.lower().startswith(("http:///", "https:///", "///")):
        raise Refused("address", f"a redirect to no usable address: {text}")
    try:
        joined = here.copy_with(username=None, password=None).join(text)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise Refused("address", f"a redirect to no usable address: {text} ({error})") from error
    there = parse_address(str(joined)).copy_with(username=None, password=None)
    if here.scheme == "https" and there.scheme == "http":
        raise Refused("redirect", f"refused: a redirect from https to http ({there})")
    return there


def _is_host(raw: bytes) -> bool:
    """True for a name of letters, digits, dots, hyphens, underscores, or a numeric address."""
    text = raw.decode("ascii", "replace")
    if not text or len(text) > 253:
        return False
    return parse_literal(text) is not None or all(
        character.isascii() and (character.isalnum() or character in ".-_") for character in text
    )


def default_port(scheme: str) -> int:
    """Of http or https."""
    return 443 if scheme == "https" else 80


def write_origin(url: URL) -> str:
    """`host:port`."""
    return f"{url.host}:{url.port or default_port(url.scheme)}"


def write_basic(url: URL) -> bytes | None:
    """What `Authorization` says for the credentials in an address (RFC 7617); None where there are none."""
    if not url.username and not url.password:
        return None
    pair = f"{unquote(url.username)}:{unquote(url.password)}".encode()
    return b"Basic " + base64.b64encode(pair)


_trust_guard = threading.Lock()
_trust: list[ssl.SSLContext] = []


def trusted() -> ssl.SSLContext:
    """httpx's certificates (SSL_CERT_FILE is heeded) and the system's own."""
    with _trust_guard:
        if not _trust:
            context = httpx.create_ssl_context()
            context.load_default_certs()
            _trust.append(context)
        return _trust[0]

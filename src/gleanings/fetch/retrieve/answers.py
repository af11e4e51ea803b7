"""What asking an address gives: a Response or a Failure, both plain values."""

from __future__ import annotations

from typing import Literal

from gleanings.fetch.retrieve.headers import Headers
from gleanings.values import Value

FailureKind = Literal[
    "address",     # the address cannot be asked: scheme, port, host
    "private",     # it leads to a private machine
    "dns",         # no such host
    "connect",     # no connection
    "tls",         # no trusted connection
    "timeout",     # too slow
    "broken",      # broke off, or no HTTP
    "redirect",    # a loop, too many hops, no Location, https → http
    "encoding",    # a compression that was not asked for
    "gzip",        # damaged compression
    "too-big",
    "binary",      # a picture, an archive …
    "paused",      # the host asked for peace; no request was made
    "duplicate",   # it leads to an address that was already asked for in this run
    "stopped",     # the run is being ended
]  # fmt: skip

UNREACHED: frozenset[str] = frozenset({"dns", "connect"})
"""Failures before a connection stood."""


class Hop(Value, kw_only=True):
    """One answer that sent us on."""

    url: str
    status: int
    location: str
    """Absolute."""


class Response(Value, kw_only=True):
    """A whole answer, of any status that is no redirect."""

    url: str
    """What was asked for."""
    final_url: str
    """What answered."""
    status: int
    headers: Headers
    body: bytes
    """Inflated; empty for a 304; the first 64 KB where the status is an error."""
    hops: tuple[Hop, ...] = ()
    conditional: bool = False
    """Validators went with the request that was answered."""


class Failure(Value, kw_only=True):
    """No usable answer, and why."""

    kind: FailureKind
    message: str
    """One sentence for a person, without control characters and secrets."""
    url: str
    hops: tuple[Hop, ...] = ()
    detail: str = ""
    """For `duplicate`: whose address it is; for a fault of our own: where."""


class Conditions(Value, kw_only=True):
    """Validators, byte-exact, and the only address that they are sent to."""

    url: str
    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Request headers; RFC 9110 §13.1."""
        found = []
        if self.etag is not None:
            found.append((b"If-None-Match", self.etag.encode("latin-1", "replace")))
        if self.last_modified is not None:
            found.append((b"If-Modified-Since", self.last_modified.encode("latin-1", "replace")))
        return found

"""Polite, bounded requests: an address in, a Response or a Failure out.

Redirects are followed by hand, so that every hop is checked and nothing meant for one host reaches another. No
cookies, no Referer, nothing added to the address. Nothing is raised for what a server does.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from gleanings.addresses import strip_credentials
from gleanings.fetch.retrieve.addresses import Resolver, is_private_literal, resolve
from gleanings.fetch.retrieve.answers import Conditions, Failure, FailureKind, Hop, Response
from gleanings.fetch.retrieve.body import FEED_LIMIT, BodyRefused, check_encoding, read_body
from gleanings.fetch.retrieve.gates import Gates, Paused, Stopped
from gleanings.fetch.retrieve.headers import Headers, show
from gleanings.fetch.retrieve.peace import find_host_pause
from gleanings.fetch.retrieve.transport import Answer, Line, OutOfTime, Target, TransportError
from gleanings.fetch.retrieve.urls import (
    URL,
    Refused,
    default_port,
    next_address,
    parse_address,
    trusted,
    write_basic,
    write_origin,
)
from gleanings.values import Mutable, field

__all__ = ["FEED_ACCEPT", "PAGE_ACCEPT", "Client", "Conditions", "Failure", "Hop", "Response", "line_maker"]

FEED_ACCEPT = (
    "application/feed+json, application/atom+xml, application/rss+xml, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)
"""The same on every request, so that `Vary: Accept` never makes an ETag flip."""
PAGE_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"

MOST_HOPS = 5
WALL_SECONDS = 30.0
_ERROR_PAGE_LIMIT = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)


def user_agent(version: str, contact: str) -> str:
    """The honest name that every request carries. `contact` is the site's own address, and the e-mail
    address of its owner where there is one; or empty."""
    plain = contact.encode("ascii", "ignore").decode("ascii").translate({ord(mark): None for mark in "()\\\r\n"})
    return f"Gleanings/{version} (+{plain.strip()})" if plain.strip() else f"Gleanings/{version}"


class Client:
    """Asks for feeds and pages. Threads may share it; the gates keep them polite."""

    def __init__(
        self,
        *,
        agent: str,
        gates: Gates,
        private_origins: frozenset[str] = frozenset(),
    ) -> None:
        self._agent = agent
        self._private_origins = private_origins
        self.gates = gates

    def get(
        self,
        url: str,
        *,
        accept: str = FEED_ACCEPT,
        conditions: Conditions | None = None,
        limit: int = FEED_LIMIT,
        cut: bool = False,
        wall_seconds: float = WALL_SECONDS,
        claim: Callable[[str], str | None] | None = None,
    ) -> Response | Failure:
        """One GET, redirects included, all within `wall_seconds` (waiting for one's turn at a host not counted).

        A body of more than `limit` bytes is cut (`cut`) or refused; what is no text is not read to its end.
        `claim(address)` is asked before each request and answers with the owner's name where somebody else
        already asked for that address in this run. `url` may carry credentials; no message shows them.
        """
        look = _Look(
            agent=self._agent,
            private_origins=self._private_origins,
            gates=self.gates,
            accept=accept,
            conditions=conditions,
            limit=limit,
            cut=cut,
            claim=claim,
        )
        kind: FailureKind
        try:
            return look.run(url, wall_seconds)
        except Refused as refused:
            kind, message, detail = refused.kind, str(refused), refused.detail
        except TransportError as error:
            kind, message, detail = error.kind, str(error), ""
        except BodyRefused as refused_body:
            kind, message, detail = refused_body.kind, str(refused_body), ""
        except Paused as paused:
            kind, message, detail = "paused", str(paused), ""
        except Stopped:
            kind, message, detail = "stopped", "interrupted", ""
        return Failure(
            kind=kind,
            message=show(message, most=1000),
            url=strip_credentials(url),
            hops=tuple(look.hops),
            detail=detail,
        )


class _Look(Mutable, kw_only=True):
    """One look: the settings of `Client.get` and the hops so far."""

    agent: str
    private_origins: frozenset[str]
    gates: Gates
    accept: str
    conditions: Conditions | None
    limit: int
    cut: bool
    claim: Callable[[str], str | None] | None
    hops: list[Hop] = field(default_factory=list)

    def run(self, url: str, wall_seconds: float) -> Response:
        """Hop by hop to the answer. Raises whatever `Client.get` turns into a Failure."""
        here = parse_address(url)
        credentials = (write_origin(here), write_basic(here))
        first = strip_credentials(url)
        left = wall_seconds
        while True:
            answered, spent = self._hop(here, first, credentials, left)
            left -= spent
            if isinstance(answered, Response):
                return answered
            if left <= 0:
                raise OutOfTime
            here = answered

    def _hop(
        self, here: URL, first: str, credentials: tuple[str, bytes | None], left: float
    ) -> tuple[Response | URL, float]:
        shown = strip_credentials(str(here))
        target = self._target(here)
        with self.gates.turn(here.host) as line:
            if self.claim is not None and (owner := self.claim(shown)) is not None:
                raise Refused("duplicate", f"it leads to the same address as {owner}", owner)
            began = time.monotonic()
            headers = self._headers(here, shown, credentials)
            with line.ask(target, headers, until=began + left) as answer:
                if answer.status in _REDIRECTS:
                    onward: Response | URL = self._follow(here, answer)
                else:
                    onward = self._finish(first, shown, answer)
            self._heed(here.host, answer)
            return onward, time.monotonic() - began

    def _target(self, url: URL) -> Target:
        private_ok = write_origin(url) in self.private_origins
        if not private_ok and is_private_literal(url.host):
            raise Refused("private", f"refused: {url.host} is a private address")
        return Target(
            scheme=url.scheme.encode("ascii"),
            host=url.raw_host,
            port=url.port or default_port(url.scheme),
            path=url.raw_path,
            private_ok=private_ok,
        )

    def _headers(self, here: URL, shown: str, credentials: tuple[str, bytes | None]) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"Host", here.netloc),
            (b"User-Agent", self.agent.encode("ascii", "ignore")),
            (b"Accept", self.accept.encode("ascii")),
            (b"Accept-Encoding", b"gzip"),
        ]
        owner, basic = credentials
        if basic is not None and write_origin(here) == owner:
            headers.append((b"Authorization", basic))
        if self._is_conditional(shown) and self.conditions is not None:
            headers += self.conditions.headers()
        return headers

    def _is_conditional(self, shown: str) -> bool:
        return self.conditions is not None and self.conditions.url == shown and bool(self.conditions.headers())

    def _follow(self, here: URL, answer: Answer) -> URL:
        headers = Headers(answer.headers)
        there = next_address(here, headers.get("location"))
        shown = strip_credentials(str(there))
        self.hops.append(Hop(url=strip_credentials(str(here)), status=answer.status, location=shown))
        if shown in {hop.url for hop in self.hops}:
            raise Refused("redirect", f"a redirect leads in a circle ({self._chain()})")
        if len(self.hops) > MOST_HOPS:
            raise Refused("redirect", f"more than {MOST_HOPS} redirects ({self._chain()})")
        _drain(answer, headers)
        return there

    def _chain(self) -> str:
        return " → ".join([self.hops[0].url, *(hop.location for hop in self.hops)])

    def _finish(self, first: str, shown: str, answer: Answer) -> Response:
        headers = Headers(answer.headers)
        body = b""
        if answer.status == 200:
            check_encoding(headers.get("content-encoding") or "")
            self._check_length(headers)
            body = read_body(answer.chunks, limit=self.limit, cut=self.cut, sniff=True)
        elif answer.status >= 400:
            body = _read_error_page(answer)
        return Response(
            url=first,
            final_url=shown,
            status=answer.status,
            headers=headers,
            body=body,
            hops=tuple(self.hops),
            conditional=self._is_conditional(shown),
        )

    def _check_length(self, headers: Headers) -> None:
        length = headers.get("content-length") or ""
        if not self.cut and length.isascii() and length.isdigit() and int(length[:18]) > self.limit:
            megabytes = int(length[:18]) / 1024 / 1024
            raise BodyRefused("too-big", f"it is {megabytes:.1f} MB, larger than {self.limit // 1024 // 1024} MB")

    def _heed(self, host: str, answer: Answer) -> None:
        """Let everybody who wants to ask this host know whether it wants peace."""
        now = self.gates.now()
        strikes = self.gates.strikes(host)
        pause = find_host_pause(answer.status, Headers(answer.headers), host=host, now=now, strikes=strikes)
        if pause is not None:
            self.gates.pause(host, pause[0], strikes=pause[1])
        elif answer.status < 400 and strikes:
            self.gates.pause(host, None, strikes=0)


def _drain(answer: Answer, headers: Headers) -> None:
    """Read a short body to its end, so that the connection can serve the next request."""
    length = headers.get("content-length") or ""
    if length.isascii() and length.isdigit() and int(length[:9]) <= 16 * 1024:
        for _ in answer.chunks:
            pass


def _read_error_page(answer: Answer) -> bytes:
    """The beginning of an error page; whatever goes wrong with it, the status is what counts."""
    try:
        return read_body(answer.chunks, limit=_ERROR_PAGE_LIMIT, cut=True, sniff=False)
    except (BodyRefused, TransportError):
        return b""


def line_maker(*, resolver: Resolver = resolve) -> Callable[[], Line]:
    """What makes the connection of each host; they share one set of certificates, loaded when needed."""
    return lambda: Line(resolver=resolver, tls=trusted)

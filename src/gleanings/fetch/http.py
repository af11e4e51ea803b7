"""Polite, bounded requests: an address in, a Response or a Failure out. The only door to httpx.

Redirects are followed by hand, so that every hop is checked and nothing meant for one host reaches another. No
cookies, no Referer, nothing added to the address. Nothing is raised for what a server does.
"""

from __future__ import annotations

import base64
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

import httpx

from gleanings.fetch.addresses import Resolver, is_private_literal, parse_literal, resolve
from gleanings.fetch.answers import Conditions, Failure, FailureKind, Hop, Response, strip_credentials
from gleanings.fetch.body import FEED_LIMIT, BodyRefused, check_encoding, read_body
from gleanings.fetch.gates import Gates, Paused, Stopped
from gleanings.fetch.headers import Headers, show
from gleanings.fetch.schedule import find_host_pause
from gleanings.fetch.transport import Answer, Line, OutOfTime, Target, TransportError

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


class _Refused(Exception):
    """Carries a failure out of the middle of a look."""

    def __init__(self, kind: FailureKind, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.kind: FailureKind = kind
        self.detail = detail


def user_agent(version: str, contact: str) -> str:
    """The honest name that every request carries. `contact` is an e-mail or web address of the site's owner."""
    plain = contact.encode("ascii", "ignore").decode("ascii").translate({ord(mark): None for mark in "()\\\r\n"})
    ending = f"; {plain.strip()}" if plain.strip() else ""
    return f"Gleanings/{version} (+https://github.com/gleanings/gleanings{ending})"


def origin_of(url: str) -> str:
    """`host:port` of a web address; the empty string where it is none."""
    try:
        return _origin(httpx.URL(url))
    except (httpx.InvalidURL, ValueError):
        return ""


def find_private_origins(urls: tuple[str, ...]) -> frozenset[str]:
    """Those private machines, as `host:port`, that a person wrote down and that may therefore be asked."""
    found = set()
    for url in urls:
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError):
            continue
        if is_private_literal(parsed.host):
            found.add(_origin(parsed))
            if parsed.port is None:
                found |= {f"{parsed.host}:80", f"{parsed.host}:443"}  # the step from http to https is no surprise
    return frozenset(found)


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
        sniff: bool = True,
        wall_seconds: float = WALL_SECONDS,
        claim: Callable[[str], str | None] | None = None,
    ) -> Response | Failure:
        """One GET, redirects included, all within `wall_seconds` (waiting for one's turn at a host not counted).

        A body of more than `limit` bytes is cut (`cut`) or refused; with `sniff` what is no text is not read to its
        end. `claim(address)` is asked before each request and answers with the owner's name where somebody else
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
            sniff=sniff,
            claim=claim,
        )
        kind: FailureKind
        try:
            return look.run(url, wall_seconds)
        except _Refused as refused:
            kind, message, detail = refused.kind, str(refused), refused.detail
        except TransportError as error:
            kind, message, detail = error.kind, str(error), ""
        except BodyRefused as refused_body:
            kind, message, detail = _body_kind(refused_body), str(refused_body), ""
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


def _body_kind(refused: BodyRefused) -> FailureKind:
    match refused.kind:
        case "encoding" | "gzip" | "too-big" | "binary" as kind:
            return kind
        case _:
            return "broken"


@dataclass(slots=True, kw_only=True)
class _Look:
    """One look: the settings of `Client.get` and the hops so far."""

    agent: str
    private_origins: frozenset[str]
    gates: Gates
    accept: str
    conditions: Conditions | None
    limit: int
    cut: bool
    sniff: bool
    claim: Callable[[str], str | None] | None
    hops: list[Hop] = field(default_factory=list)

    def run(self, url: str, wall_seconds: float) -> Response:
        """Hop by hop to the answer. Raises whatever `Client.get` turns into a Failure."""
        here = parse_address(url)
        credentials = (_origin(here), _basic(here))
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
        self, here: httpx.URL, first: str, credentials: tuple[str, bytes | None], left: float
    ) -> tuple[Response | httpx.URL, float]:
        shown = strip_credentials(str(here))
        target = self._target(here)
        with self.gates.turn(here.host) as line:
            if self.claim is not None and (owner := self.claim(shown)) is not None:
                raise _Refused("duplicate", f"it leads to the same address as {owner}", owner)
            began = time.monotonic()
            headers = self._headers(here, shown, credentials)
            with line.ask(target, headers, until=began + left) as answer:
                if answer.status in _REDIRECTS:
                    onward: Response | httpx.URL = self._follow(here, answer)
                else:
                    onward = self._finish(first, shown, answer)
            self._heed(here.host, answer)
            return onward, time.monotonic() - began

    def _target(self, url: httpx.URL) -> Target:
        private_ok = _origin(url) in self.private_origins
        if not private_ok and is_private_literal(url.host):
            raise _Refused("private", f"refused: {url.host} is a private address")
        return Target(
            scheme=url.scheme.encode("ascii"),
            host=url.raw_host,
            port=url.port or _default_port(url.scheme),
            path=url.raw_path,
            private_ok=private_ok,
        )

    def _headers(
        self, here: httpx.URL, shown: str, credentials: tuple[str, bytes | None]
    ) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"Host", here.netloc),
            (b"User-Agent", self.agent.encode("ascii", "ignore")),
            (b"Accept", self.accept.encode("ascii")),
            (b"Accept-Encoding", b"gzip"),
        ]
        owner, basic = credentials
        if basic is not None and _origin(here) == owner:
            headers.append((b"Authorization", basic))
        if self._is_conditional(shown) and self.conditions is not None:
            headers += self.conditions.headers()
        return headers

    def _is_conditional(self, shown: str) -> bool:
        return self.conditions is not None and self.conditions.url == shown and bool(self.conditions.headers())

    def _follow(self, here: httpx.URL, answer: Answer) -> httpx.URL:
        headers = Headers(answer.headers)
        there = _next_address(here, headers.get("location"))
        shown = strip_credentials(str(there))
        self.hops.append(Hop(url=strip_credentials(str(here)), status=answer.status, location=shown))
        if shown in {hop.url for hop in self.hops}:
            raise _Refused("redirect", f"a redirect leads in a circle ({self._chain()})")
        if len(self.hops) > MOST_HOPS:
            raise _Refused("redirect", f"more than {MOST_HOPS} redirects ({self._chain()})")
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
            body = read_body(answer.chunks, limit=self.limit, cut=self.cut, sniff=self.sniff)
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


def parse_address(url: str) -> httpx.URL:
    """`url` as something that can be asked, fragment off. Raises _Refused."""
    try:
        parsed = httpx.URL(url.strip()).copy_with(fragment=None)
        port = parsed.port
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise _Refused("address", f"not a usable address: {strip_credentials(url)} ({error})") from error
    if parsed.scheme not in ("http", "https"):
        raise _Refused("address", f"refused: {parsed.scheme or 'no'} is not http or https")
    if not _is_host(parsed.raw_host) or (port is not None and not 0 < port < 65536):
        raise _Refused("address", f"not a usable address: {strip_credentials(url)}")
    return parsed


def _next_address(here: httpx.URL, location: str | None) -> httpx.URL:
    """Where a redirect leads (RFC 3986 §5), percent-encoded. Raises _Refused."""
    if location is None or not location.strip():
        raise _Refused("redirect", "a redirect without an address")
    text = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
    if text.lower().startswith(("http:///", "https:///", "///")):
        raise _Refused("address", f"a redirect to no usable address: {text}")
    try:
        joined = here.copy_with(username=None, password=None).join(text)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise _Refused("address", f"a redirect to no usable address: {text} ({error})") from error
    there = parse_address(str(joined)).copy_with(username=None, password=None)
    if here.scheme == "https" and there.scheme == "http":
        raise _Refused("redirect", f"refused: a redirect from https to http ({there})")
    return there


def _is_host(raw: bytes) -> bool:
    """True for a name of letters, digits, dots, hyphens, underscores, or a numeric address."""
    text = raw.decode("ascii", "replace")
    if not text or len(text) > 253:
        return False
    return parse_literal(text) is not None or all(
        character.isascii() and (character.isalnum() or character in ".-_") for character in text
    )


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _origin(url: httpx.URL) -> str:
    return f"{url.host}:{url.port or _default_port(url.scheme)}"


def _basic(url: httpx.URL) -> bytes | None:
    """RFC 7617."""
    if not url.username and not url.password:
        return None
    pair = f"{unquote(url.username)}:{unquote(url.password)}".encode()
    return b"Basic " + base64.b64encode(pair)


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
    return lambda: Line(resolver=resolver, tls=_trusted)


_trust_guard = threading.Lock()
_trust: list[ssl.SSLContext] = []


def _trusted() -> ssl.SSLContext:
    """httpx's certificates (SSL_CERT_FILE is heeded) and the system's own."""
    with _trust_guard:
        if not _trust:
            context = httpx.create_ssl_context()
            context.load_default_certs()
            _trust.append(context)
        return _trust[0]

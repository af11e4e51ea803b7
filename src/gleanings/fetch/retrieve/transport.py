"""The one connection to a host: checked addresses, a wall clock over every byte. The only door to httpcore.

httpx's own client is not used for requests: it sends cookies and validators to other hosts, has no total deadline,
and connects to whatever the resolver says the second time.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import httpcore

from gleanings.fetch.retrieve.addresses import Resolver, is_public, parse_literal, resolve_within
from gleanings.patterns import later
from gleanings.values import Mutable, Value, field

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
_BYTES = later(r"bytearray\(b(['\"])(.*?)\1\)")
"""How h11 shows what it was sent."""

TransportKind = Literal["dns", "private", "connect", "tls", "timeout", "broken"]


class TransportError(Exception):
    """No whole answer came. `kind` says where it went wrong; the text is one sentence for a person."""

    def __init__(self, kind: TransportKind, message: str) -> None:
        super().__init__(message)
        self.kind: TransportKind = kind


class OutOfTime(TransportError):
    """The wall clock of the whole look ran out."""

    def __init__(self) -> None:
        super().__init__("timeout", "the answer was not complete in time")


class Target(Value, kw_only=True):
    """Where one request goes."""

    scheme: bytes
    host: bytes
    """ASCII, without brackets."""
    port: int
    path: bytes
    """Path and query as they go over the wire."""
    private_ok: bool
    """A person wrote this very private address."""

    @property
    def origin(self) -> tuple[bytes, bytes, int, bool]:
        return (self.scheme, self.host, self.port, self.private_ok)


class Answer(Value, gc=True):
    """Status and headers have come; the body is still on its way."""

    status: int
    headers: tuple[tuple[str, str], ...]
    """Names in lower case; values as latin-1, so that `.encode("latin-1")` gives the very bytes back."""
    chunks: Iterator[bytes]
    """The body as it comes, undecoded. Raises TransportError."""


class _WallClock(Mutable):
    """When everything has to be over, by time.monotonic."""

    until: float = 0.0

    def limit(self, seconds: float) -> float:
        """At most `seconds`, at most what is left. Raises OutOfTime."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return min(seconds, left)


class _TimedStream(httpcore.NetworkStream):
    """A socket whose every operation ends with the wall clock, so that a byte a second does not hold us for ever."""

    def __init__(
        self, inner: httpcore.NetworkStream, clock: _WallClock, opened: list[httpcore.NetworkStream]
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._opened = opened
        opened.append(inner)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._clock.limit(READ_SECONDS))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._clock.limit(READ_SECONDS))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._clock.limit(READ_SECONDS))
        return _TimedStream(secured, self._clock, self._opened)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _CheckedNetwork(Mutable, httpcore.NetworkBackend):
    """Resolves once, checks every address, and connects to exactly what was checked."""

    clock: _WallClock
    resolver: Resolver
    private_ok: bool
    streams: list[httpcore.NetworkStream] = field(default_factory=list)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._addresses(host, port)
        if not self.private_ok:
            for address in addresses:
                if not is_public(address):
                    raise TransportError("private", f"refused: {host} is the private address {address}")
        failure: Exception = OSError("no address")
        for address in addresses[:3]:
            try:
                stream = httpcore.SyncBackend().connect_tcp(address, port, self.clock.limit(CONNECT_SECONDS))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _TimedStream(stream, self.clock, self.streams)
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        literal = parse_literal(host)
        if literal is not None:
            return [str(literal)]
        try:
            return resolve_within(self.resolver, host, port, seconds=self.clock.limit(CONNECT_SECONDS))
        except OSError as error:
            raise TransportError("dns", f"the host {host} was not found ({_reason(error)})") from error


class Line:
    """The one connection to a host. One thread at a time; `abort` may come from another."""

    def __init__(self, *, resolver: Resolver, tls: Callable[[], ssl.SSLContext]) -> None:
        self._resolver = resolver
        self._tls = tls
        self._clock = _WallClock()
        self._origin: tuple[bytes, bytes, int, bool] | None = None
        self._connection: httpcore.HTTPConnection | None = None
        self._network: _CheckedNetwork | None = None

    @contextlib.contextmanager
    def ask(self, target: Target, headers: list[tuple[bytes, bytes]], *, until: float) -> Iterator[Answer]:
        """Send one GET and yield its answer while the body can still be read; all over by `until` (monotonic).

        A connection that is kept from an earlier request and turns out to be dead is replaced once, as RFC 9112
        §9.3.1 allows for GET. Raises TransportError.
        """
        self._clock.until = until
        request = httpcore.Request(
            b"GET",
            httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
            headers=headers,
        )
        with _mapped(target):
            response = self._send(target, request)
        try:
            names = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers
            )
            yield Answer(response.status, names, self._chunks(target, response))
        finally:
            response.close()

    def _send(self, target: Target, request: httpcore.Request) -> httpcore.Response:
        kept = self._kept(target)
        if kept is not None:
            try:
                return kept.handle_request(request)
            except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
                self.close()
        return self._connect(target).handle_request(request)

    def _kept(self, target: Target) -> httpcore.HTTPConnection | None:
        connection = self._connection
        if (
            connection is None
            or self._origin != target.origin
            or not connection.is_available()
            or connection.has_expired()
        ):
            return None
        return connection

    def _connect(self, target: Target) -> httpcore.HTTPConnection:
        self.close()
        self._network = _CheckedNetwork(self._clock, self._resolver, target.private_ok)
        self._origin = target.origin
        self._connection = httpcore.HTTPConnection(
            httpcore.Origin(target.scheme, target.host, target.port),
            ssl_context=self._tls() if target.scheme == b"https" else None,
            keepalive_expiry=70.0,
            network_backend=self._network,
        )
        return self._connection

    def _chunks(self, target: Target, response: httpcore.Response) -> Iterator[bytes]:
        with _mapped(target):
            yield from response.iter_stream()

    def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def abort(self) -> None:
        """Cut the connection under a thread that is reading from it."""
        network = self._network
        for stream in network.streams if network is not None else ():
            open_socket = stream.get_extra_info("socket")
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _mapped(target: Target) -> Iterator[None]:
    """Every failure of the libraries below as a TransportError."""
    host = target.host.decode("ascii", "replace")
    try:
        yield
    except TransportError:
        raise
    except httpcore.ConnectTimeout as error:
        raise TransportError("connect", f"no connection to {host} in time") from error
    except httpcore.ConnectError as error:
        raise _connect_error(host, error) from error
    except (httpcore.ReadTimeout, httpcore.WriteTimeout) as error:
        raise TransportError("timeout", f"{host} stopped answering") from error
    except (httpcore.ReadError, httpcore.WriteError, OSError) as error:
        raise TransportError("broken", f"{host} broke the connection ({_reason(error)})") from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpcore.NetworkError) as error:
        raise TransportError("broken", f"{host} did not speak proper HTTP ({_reason(error)})") from error


def _connect_error(host: str, error: httpcore.ConnectError) -> TransportError:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return TransportError("tls", f"the certificate of {host} is not valid ({cause.verify_message})")
    if isinstance(cause, ssl.SSLError):
        return TransportError("tls", f"no secure connection to {host} ({_reason(cause)})")
    return TransportError("connect", f"no connection to {host} ({_reason(error)})")


def _reason(error: BaseException) -> str:
    """What the system said, without its number."""
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    strerror = getattr(error, "strerror", None)
    if isinstance(strerror, str) and strerror:
        return strerror.lower()
    cause = error.__cause__
    if cause is not None and cause is not error:
        return _reason(cause)
    return (_BYTES.sub(r"\2", str(error)) or type(error).__name__).lower()

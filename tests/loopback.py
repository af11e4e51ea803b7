"""A scripted HTTP server on loopback addresses: it plays what it is told and writes down every byte it is asked.

`127.0.0.1`, `127.0.0.2` … stand for hosts. A script is a list of replies for one address and path; each request takes
the next, the last one stays. A reply is bytes for the wire, or a function that is given the connection.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Play = Callable[[socket.socket], None]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came."""

    host: str
    path: str
    raw: bytes
    at: float
    """time.monotonic()."""
    connection: int
    """Number of the connection it came over."""

    def header(self, name: str) -> str | None:
        """The value of a header, byte for byte; None where it was not sent."""
        for line in self.raw.split(b"\r\n")[1:]:
            key, colon, value = line.partition(b":")
            if colon and key.lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return None


def reply(
    body: bytes | str = b"", *, status: int = 200, headers: dict[str, str] | None = None, packed: bool = False
) -> bytes:
    """A whole answer with a length; `packed` gzips it."""
    content = body.encode() if isinstance(body, str) else body
    told = dict(headers or {})
    if packed:
        content = gzip.compress(content)
        told.setdefault("Content-Encoding", "gzip")
    told.setdefault("Content-Length", str(len(content)))
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"" if status in (204, 304) else content)


def redirect(location: str, status: int = 301) -> bytes:
    """An answer that sends on."""
    return reply(status=status, headers={"Location": location})


def slowly(data: bytes, *, piece: int = 1, pause: float = 0.05) -> Play:
    """An answer that comes in drops."""

    def play(connection: socket.socket) -> None:
        for start in range(0, len(data), piece):
            connection.sendall(data[start : start + piece])
            time.sleep(pause)

    return play


def after(seconds: float, data: bytes) -> Play:
    """An answer that takes its time."""

    def play(connection: socket.socket) -> None:
        time.sleep(seconds)
        connection.sendall(data)

    return play


def hang_up(connection: socket.socket) -> None:
    """No answer at all."""
    connection.close()


@dataclass(slots=True)
class Loopback:
    """The server. `script` it, ask it, look at `requests`."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    _scripts: dict[tuple[str, str], list[bytes | Play]] = field(default_factory=dict)
    _sockets: dict[str, socket.socket] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _connections: int = 0

    def script(self, path: str, *replies: bytes | Play, host: str = "127.0.0.1") -> str:
        """Let `host` answer `path` so; returns the full address."""
        self._listen(host)
        with self._guard:
            self._scripts[(host, path)] = list(replies)
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str | None = None, *, host: str | None = None) -> list[Request]:
        """Requests so far, for that path and host where they are given."""
        with self._guard:
            return [
                request
                for request in self.requests
                if (path is None or request.path == path) and (host is None or request.host == host)
            ]

    def forget(self) -> None:
        """Clear what was written down."""
        with self._guard:
            self.requests.clear()

    def close(self) -> None:
        """Stop listening."""
        for listener in self._sockets.values():
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _listen(self, host: str) -> None:
        if host in self._sockets:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, self.port))
        listener.listen(128)
        self.port = listener.getsockname()[1]
        self._sockets[host] = listener
        threading.Thread(target=self._accept, args=(host, listener), daemon=True).start()

    def _accept(self, host: str, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._guard:
                self._connections += 1
                number = self._connections
            threading.Thread(target=self._serve, args=(host, connection, number), daemon=True).start()

    def _serve(self, host: str, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), connection:
            waiting = b""
            while True:
                while b"\r\n\r\n" not in waiting:
                    got = connection.recv(65536)
                    if not got:
                        return
                    waiting += got
                head, _, waiting = waiting.partition(b"\r\n\r\n")
                self._answer(host, connection, number, head)

    def _answer(self, host: str, connection: socket.socket, number: int, head: bytes) -> None:
        path = head.split(b" ")[1].decode("ascii")
        request = Request(host, path, head, time.monotonic(), number)
        with self._guard:
            self.requests.append(request)
            script = self._scripts.get((host, path), [])
            play = script.pop(0) if len(script) > 1 else script[0] if script else reply(status=404)
        if isinstance(play, bytes):
            connection.sendall(play)
        else:
            play(connection)


@contextlib.contextmanager
def loopback() -> Iterator[Loopback]:
    """A server for the length of the block."""
    server = Loopback()
    try:
        yield server
    finally:
        server.close()


def rss(*items: str, title: str = "A feed", head: str = "") -> str:
    """A small RSS feed of those items."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>https://blog.example/</link>{head}{''.join(items)}</channel></rss>"
    )


def item(
    name: str,
    *,
    title: str | None = None,
    link: str | None = None,
    guid: str | None = None,
    date: str | None = "Wed, 18 Nov 2026 08:00:00 GMT",
    text: str = "Some words.",
    more: str = "",
) -> str:
    """One RSS item; unless told otherwise its link and guid come from its name."""
    address = f"https://blog.example/{name}" if link is None else link
    parts = [
        f"<title>{name if title is None else title}</title>",
        f"<link>{address}</link>" if address else "",
        f'<guid isPermaLink="false">{f"id-{name}" if guid is None else guid}</guid>' if guid != "" else "",
        f"<pubDate>{date}</pubDate>" if date else "",
        f"<description>{text}</description>",
        more,
    ]
    return f"<item>{''.join(parts)}</item>"

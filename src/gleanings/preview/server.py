"""The preview's HTTP server: the built files, a reload script added on the way out, and a stream of news.

It binds the loopback interface only and answers only to its own host name, so that no other page in the browser can
read unpublished notes through a name that resolves to this machine (DNS rebinding).
"""

from __future__ import annotations

import json
import mimetypes
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from gleanings.preview.state import Board, Fault, Rebuilt

OWN = "/_gleanings/"
"""Addresses of the preview itself; no page of a site begins like this."""

_HEARTBEAT_SECONDS = 15.0


class PreviewServer(ThreadingHTTPServer):
    """Serves `folder` on 127.0.0.1:`port`; port 0 takes a free one. Raises OSError where the port is taken."""

    daemon_threads = True

    def __init__(self, *, folder: Path, port: int, board: Board) -> None:
        super().__init__(("127.0.0.1", port), partial(_Handler, folder, board))
        self._board = board

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def stop(self) -> None:
        """End every stream and the server; returns when it has ended."""
        self._board.close()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "gleanings"
    sys_version = ""
    timeout = 60

    def __init__(self, folder: Path, board: Board, *arguments: object) -> None:
        self._folder = folder
        self._board = board
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if not self._is_for_us():
            self._send(
                HTTPStatus.MISDIRECTED_REQUEST, "text/plain", b"This preview answers to its own address only.\n"
            )
            return
        path = unquote(urlsplit(self.path).path)
        if path == f"{OWN}events":
            self._stream()
        elif path == f"{OWN}reload.js":
            self._send(HTTPStatus.OK, "text/javascript", files(__package__).joinpath("reload.js").read_bytes())
        else:
            self._send_file(path)

    do_HEAD = do_GET  # noqa: N815 (the standard library's name)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Requests are not news to a person who writes."""

    def _is_for_us(self) -> bool:
        host = (self.headers.get("Host") or "").lower()
        port = self.connection.getsockname()[1]
        return host in (f"127.0.0.1:{port}", f"localhost:{port}")

    def _send_file(self, path: str) -> None:
        found = find_file(self._folder, path)
        if isinstance(found, str):
            self._redirect(found)
            return
        status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
        found = found or self._folder / "404.html"
        try:
            body = found.read_bytes()
        except OSError:
            # The first build failed, so there is no page yet; the overlay needs one to stand on.
            body = b"<!DOCTYPE html><title>Not built</title><body><p>Nothing is built yet.</p></body>"
            found = Path("missing.html")
        kind = content_type(found.name)
        if kind.startswith("text/html"):
            body = add_reload_script(body, number=self._board.look()[0])
        self._send(status, kind, body)

    def _redirect(self, to: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self) -> None:
        """Server-sent events: the state at once, then each rebuild (WHATWG HTML, 9.2)."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        number, rebuilt = self._board.look()
        self._tell("state", number, rebuilt)
        while not self._board.closed:
            news = self._board.wait_beyond(number, seconds=_HEARTBEAT_SECONDS)
            if news is None:
                self.wfile.write(b": still here\n\n")
                self.wfile.flush()
                continue
            number, rebuilt = news
            self._tell("rebuilt", number, rebuilt)

    def _tell(self, event: str, number: int, rebuilt: Rebuilt) -> None:
        data = json.dumps(
            {
                "number": number,
                "changed": rebuilt.changed,
                "faults": [_fault_as_json(fault) for fault in rebuilt.faults],
            }
        )
        self.wfile.write(f"event: {event}\ndata: {data}\n\n".encode())
        self.wfile.flush()


def find_file(folder: Path, path: str) -> Path | str | None:
    """The file below `folder` that a request path names; a path to redirect to; or None.

    A folder named without its slash redirects to the address with it. Nothing outside `folder` is ever found.
    """
    parts = [part for part in path.split("/") if part]
    if any(part in (".", "..") or "\0" in part or "\\" in part for part in parts):
        return None
    target = folder.joinpath(*parts)
    if target.is_dir():
        if not path.endswith("/"):
            return quote("/" + "/".join(parts) + "/")
        target /= "index.html"
    if not target.is_file() or not target.resolve().is_relative_to(folder.resolve()):
        return None
    return target


def content_type(name: str) -> str:
    """The Content-Type of a file by its name; feeds are shown as XML so that a browser displays them."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    textual = kind.startswith("text/") or kind in ("application/xml", "application/json", "application/javascript")
    return f"{kind}; charset=utf-8" if textual else kind


def add_reload_script(page: bytes, *, number: int) -> bytes:
    """The page with the reload script before its end, told which rebuild it shows; the file on disk stays clean."""
    tag = f'<script src="{OWN}reload.js" data-number="{number}"></script>'.encode()
    head, end, tail = page.rpartition(b"</body>")
    return head + tag + end + tail if end else page + tag


def _fault_as_json(fault: Fault) -> dict[str, str | None]:
    problem = fault.problem
    return {"place": problem.place, "message": problem.message, "cure": problem.cure, "excerpt": fault.excerpt}

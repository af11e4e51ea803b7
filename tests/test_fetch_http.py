"""Asking: redirects, limits, refusals, and what goes over the wire; against a server that plays scripts."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from gleanings.fetch.retrieve.addresses import is_private_literal, is_public
from gleanings.fetch.retrieve.body import FEED_LIMIT, PAGE_LIMIT
from gleanings.fetch.retrieve.gates import Gates
from gleanings.fetch.retrieve.headers import show
from gleanings.fetch.retrieve.http import Client, Conditions, Failure, Response, line_maker, user_agent
from gleanings.fetch.retrieve.urls import find_private_origins
from loopback import Loopback, after, hang_up, loopback, redirect, reply, slowly

CLIENTS: list[Client] = []
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BODY = "<rss>" + "x" * 600 + "</rss>"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running
    while CLIENTS:
        CLIENTS.pop().gates.stop()


def client(*written: str, resolver: object = None, pause: float = 0.0) -> Client:
    """A client whose person wrote those addresses into feeds.yaml."""
    maker = line_maker() if resolver is None else line_maker(resolver=resolver)  # type: ignore[arg-type]
    gates = Gates(now=NOW, states={}, make_line=maker, pause_seconds=pause)
    agent = user_agent("9.9", "https://example.org/")
    CLIENTS.append(Client(agent=agent, gates=gates, private_origins=find_private_origins(written)))
    return CLIENTS[-1]


def get(url: str, *written: str, **options: object) -> Response | Failure:
    """One look at `url`, which a person wrote, as they wrote the other addresses."""
    return client(url, *written).get(url, **options)  # type: ignore[arg-type]


def failure(answer: Response | Failure, kind: str) -> str:
    """The message of a failure of that kind."""
    assert isinstance(answer, Failure), answer
    assert answer.kind == kind, answer
    assert "\n" not in answer.message
    return answer.message


def response(answer: Response | Failure) -> Response:
    assert isinstance(answer, Response), answer
    return answer


# ── what goes over the wire ──


def test_a_request_is_honest_and_says_no_more_than_needed(server: Loopback) -> None:
    url = server.script("/feed", reply(BODY))
    response(get(url))
    (request,) = server.asked()
    names = [line.split(b":")[0].decode() for line in request.raw.split(b"\r\n")[1:]]
    assert names == ["Host", "User-Agent", "Accept", "Accept-Encoding"]
    assert request.header("user-agent") == "Gleanings/9.9 (+https://example.org/)"
    assert request.header("accept-encoding") == "gzip"
    assert request.raw.startswith(b"GET /feed HTTP/1.1\r\n")


def test_a_contact_cannot_break_out_of_its_header() -> None:
    assert user_agent("1", "a\r\nX: y)(ü") == "Gleanings/1 (+aX: y)"
    assert user_agent("1", " ") == "Gleanings/1"


def test_cookies_are_never_sent_back(server: Loopback) -> None:
    cookie = {"Set-Cookie": "a=1; Path=/", "Content-Length": "0"}
    url = server.script("/feed", reply(status=302, headers={**cookie, "Location": "/other"}))
    server.script("/other", reply(BODY, headers={"Set-Cookie": "b=2"}))
    same = client(url)
    same.get(url)
    same.get(url)
    assert len(server.asked()) == 4
    assert all(b"cookie" not in request.raw.lower() for request in server.asked())


def test_one_connection_serves_all_requests_to_a_host(server: Loopback) -> None:
    urls = [server.script(f"/{number}", reply(BODY)) for number in range(4)]
    same = client(*urls)
    for url in urls:
        response(same.get(url))
    assert {request.connection for request in server.asked()} == {1}


def test_a_kept_connection_that_died_is_replaced_once(server: Loopback) -> None:
    first = server.script("/1", reply(BODY))
    second = server.script("/2", hang_up, reply(BODY))
    same = client(first)
    response(same.get(first))
    assert response(same.get(second)).status == 200
    assert [request.path for request in server.asked()] == ["/1", "/2", "/2"]


def test_requests_to_a_host_are_spaced(server: Loopback) -> None:
    urls = [server.script(f"/{number}", reply(BODY)) for number in range(3)]
    same = client(*urls, pause=0.15)
    for url in urls:
        response(same.get(url))
    times = [request.at for request in server.asked()]
    assert min(later - sooner for sooner, later in pairwise(times)) >= 0.15


@pytest.mark.parametrize(
    "etag",
    [
        pytest.param('"abc"', id="quotes"),
        pytest.param('W/"abc"', id="weak"),
        pytest.param("abc", id="no-quotes"),
        pytest.param('"abc-gzip"', id="suffix"),
        pytest.param('"a"b"', id="quote-inside"),
        pytest.param('"\xe9"', id="latin-1"),
    ],
)
def test_validators_go_back_byte_for_byte(server: Loopback, etag: str) -> None:
    url = server.script("/feed", reply(BODY, headers={"ETag": etag}), reply(status=304))
    same = client(url)
    told = response(same.get(url)).headers.get("etag")
    again = response(same.get(url, conditions=Conditions(url=url, etag=told, last_modified="yesterday")))
    request = server.asked()[1]
    assert request.header("if-none-match") == etag
    assert request.header("if-modified-since") == "yesterday"
    assert (again.status, again.body, again.conditional) == (304, b"", True)


def test_the_first_of_two_headers_in_any_case_counts(server: Loopback) -> None:
    raw = b'HTTP/1.1 200 OK\r\neTaG: "1"\r\nETAG: "2"\r\nContent-Length: 5\r\n\r\n<rss>'
    url = server.script("/feed", raw)
    assert response(get(url)).headers.get("ETag") == '"1"'


# ── redirects ──


def test_validators_are_sent_to_nobody_but_the_address_that_issued_them(server: Loopback) -> None:
    there = server.script("/feed", reply(BODY), host="127.0.0.2")
    here = server.script("/feed", redirect(there))
    client(here, there).get(here, conditions=Conditions(url=here, etag='"1"'))
    assert server.asked(host="127.0.0.1")[0].header("if-none-match") == '"1"'
    assert server.asked(host="127.0.0.2")[0].header("if-none-match") is None


def test_a_password_stays_with_its_host_and_out_of_every_message(server: Loopback) -> None:
    there = server.script("/feed", reply(BODY), host="127.0.0.2")
    here = server.script("/a", redirect("/b"))
    server.script("/b", redirect(there))
    secret = here.replace("http://", "http://me:s%20cret@")
    answer = response(get(secret, there))
    sent = [request.header("authorization") for request in server.asked()]
    assert sent == ["Basic bWU6cyBjcmV0", "Basic bWU6cyBjcmV0", None]
    assert "cret" not in repr(answer)
    server.script("/a", hang_up)
    assert "cret" not in repr(get(secret))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_remembered(server: Loopback, status: int) -> None:
    url = server.script("/old", redirect("/new?x=1", status))
    server.script("/new?x=1", reply(BODY))
    answer = response(get(url))
    assert answer.final_url == url.replace("/old", "/new?x=1")
    assert [(hop.url, hop.status, hop.location) for hop in answer.hops] == [(url, status, answer.final_url)]


def test_the_sixth_hop_is_one_too_many(server: Loopback) -> None:
    url = server.script("/0", redirect("/1"))
    for number in range(1, 7):
        server.script(f"/{number}", redirect(f"/{number + 1}"))
    message = failure(get(url), "redirect")
    assert len(server.asked()) == 6
    assert "/0 → " in message
    assert "/6" in message


def test_five_hops_are_fine(server: Loopback) -> None:
    url = server.script("/0", redirect("/1"))
    for number in range(1, 5):
        server.script(f"/{number}", redirect(f"/{number + 1}"))
    server.script("/5", reply(BODY))
    assert response(get(url)).status == 200


def test_a_circle_is_seen_at_once(server: Loopback) -> None:
    url = server.script("/a", redirect("/b"))
    server.script("/b", redirect("/a"))
    assert "circle" in failure(get(url), "redirect")
    assert len(server.asked()) == 2


@pytest.mark.parametrize(
    ("location", "path"),
    [
        pytest.param("/new feed/ü", "/new%20feed/%C3%BC", id="to-be-encoded"),
        pytest.param("../x", "/x", id="dots"),
        pytest.param("?p=1", "/deep/feed?p=1", id="query-only"),
        pytest.param("//127.0.0.1:{port}/y", "/y", id="no-scheme"),
        pytest.param("/z#part", "/z", id="fragment"),
    ],
)
def test_relative_redirects_are_resolved(server: Loopback, location: str, path: str) -> None:
    url = server.script("/deep/feed", reply(BODY))
    to = location.format(port=server.port).encode().decode("latin-1")
    server.script("/deep/feed", redirect(to))
    server.script(path, reply(BODY))
    assert response(get(url)).status == 200
    assert server.asked()[1].path == path


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        pytest.param("http://127.0.0.9:{port}/secret", "private", id="loopback"),
        pytest.param("http://169.254.169.254/latest/", "private", id="link-local"),
        pytest.param("http://[::1]:{port}/", "private", id="ipv6-loopback"),
        pytest.param("http://[::ffff:127.0.0.9]:{port}/", "private", id="mapped"),
        pytest.param("http://10.0.0.1/", "private", id="private-net"),
        pytest.param("http://2130706441:{port}/", "private", id="one-number"),
        pytest.param("http://0x7f.9:{port}/", "private", id="hexadecimal"),
        pytest.param("http://localhost.:{port}/", "private", id="localhost"),
        pytest.param("http://0:{port}/", "private", id="zero"),
        pytest.param("file:///etc/passwd", "address", id="file"),
        pytest.param("javascript:alert(1)", "address", id="script"),
        pytest.param("ftp://127.0.0.1/", "address", id="ftp"),
        pytest.param("http:///x", "address", id="no-host"),
        pytest.param("http://127.0.0.1:99999/", "address", id="no-such-port"),
        pytest.param("http://[bad/", "address", id="half-a-bracket"),
        pytest.param("", "redirect", id="empty"),
    ],
)
def test_a_redirect_to_nowhere_good_is_refused_before_a_byte_is_sent(
    server: Loopback, location: str, kind: str
) -> None:
    server.script("/secret", reply("secret"), host="127.0.0.9")
    server.script("/", reply("secret"), host="127.0.0.9")
    url = server.script("/feed", reply())
    server.script("/feed", redirect(location.format(port=server.port)))
    failure(get(url), kind)
    assert [request.host for request in server.asked()] == ["127.0.0.1"]


def test_a_redirect_without_a_location_is_an_error(server: Loopback) -> None:
    url = server.script("/feed", reply(BODY, status=302))
    failure(get(url), "redirect")


def test_a_private_address_that_a_person_wrote_may_be_asked_and_no_other_port_of_it(server: Loopback) -> None:
    with loopback() as other:
        secret = other.script("/secret", reply("secret"))
        url = server.script("/feed", redirect(secret))
        failure(get(url), "private")
        assert other.asked() == []


def test_a_name_that_resolves_to_a_private_address_is_refused(server: Loopback) -> None:
    server.script("/feed", reply(BODY), host="127.0.0.9")
    asking = client(resolver=lambda host, port: ["127.0.0.9"])
    failure(asking.get(f"http://friendly.example:{server.port}/feed"), "private")
    assert server.asked() == []


def test_a_name_is_resolved_once_and_the_checked_address_is_asked() -> None:
    answers = iter([["192.0.2.1", "127.0.0.1"]])
    asking = client(resolver=lambda host, port: next(answers))
    failure(asking.get("http://rebinding.example/feed"), "private")
    assert list(answers) == []


def test_an_unknown_host_is_a_plain_failure() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    message = failure(client(resolver=unknown).get("https://nowhere.example/"), "dns")
    assert message == "the host nowhere.example was not found (name or service not known)"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1"],
)  # fmt: skip
def test_these_addresses_are_not_on_the_open_internet(address: str) -> None:
    assert not is_public(address)
    assert is_private_literal(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_these_addresses_are(address: str) -> None:
    assert is_public(address)


# ── limits ──


def test_a_body_that_never_ends_is_cut_by_the_clock(server: Loopback) -> None:
    url = server.script("/feed", slowly(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 500))
    failure(get(url, wall_seconds=0.6), "timeout")


def test_headers_that_never_end_are_cut_by_the_clock(server: Loopback) -> None:
    url = server.script("/feed", slowly(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200))
    failure(get(url, wall_seconds=0.6), "timeout")


def test_the_clock_goes_on_through_redirects(server: Loopback) -> None:
    url = server.script("/a", after(0.4, redirect("/b")))
    server.script("/b", after(0.4, redirect("/c")))
    server.script("/c", after(0.4, reply(BODY)))
    failure(get(url, wall_seconds=0.7), "timeout")


def test_a_megabyte_of_headers_is_refused(server: Loopback) -> None:
    url = server.script("/feed", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n")
    failure(get(url), "broken")


def test_a_bomb_stops_at_the_limit(server: Loopback) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(33)) + packer.flush()
    url = server.script("/feed", reply(bomb, headers={"Content-Encoding": "gzip"}))
    failure(get(url), "too-big")


def test_a_feed_over_the_limit_is_refused_and_a_page_is_cut(server: Loopback) -> None:
    url = server.script("/feed", reply(b"<" * (FEED_LIMIT + 1)))
    assert "15" in failure(get(url), "too-big")
    assert len(response(get(url, limit=PAGE_LIMIT, cut=True)).body) == PAGE_LIMIT


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(gzip.compress(BODY.encode()), {"Content-Encoding": "gzip"}, id="gzip"),
        pytest.param(gzip.compress(BODY.encode()) + b"junk", {"Content-Encoding": "gzip"}, id="junk-behind"),
        pytest.param(
            gzip.compress(BODY[:9].encode()) + gzip.compress(BODY[9:].encode()),
            {"Content-Encoding": "x-gzip"},
            id="two-members",
        ),
        pytest.param(BODY.encode(), {"Content-Encoding": "gzip"}, id="said-gzip-is-plain"),
        pytest.param(gzip.compress(BODY.encode()), {"Content-Type": "application/gzip"}, id="gzip-file"),
        pytest.param(BODY.encode(), {}, id="plain"),
    ],
)
def test_bodies_are_inflated_as_the_bytes_say(server: Loopback, body: bytes, headers: dict[str, str]) -> None:
    url = server.script("/feed", reply(body, headers=headers))
    assert response(get(url)).body == BODY.encode()


@pytest.mark.parametrize(
    ("body", "headers", "kind"),
    [
        pytest.param(gzip.compress(gzip.compress(BODY.encode() * 9)), {}, "binary", id="gzip-twice"),
        pytest.param(gzip.compress(BODY.encode())[:-12], {}, "gzip", id="breaks-off"),
        pytest.param(gzip.compress(BODY.encode())[:-8] + b"12345678", {}, "gzip", id="wrong-sum"),
        pytest.param(b"\x0b\x02", {"Content-Encoding": "br"}, "encoding", id="brotli"),
        pytest.param(b"%PDF-1.7 " + b"x" * 600, {}, "binary", id="pdf"),
        pytest.param(b"ID3\x04" + b"\0" * 600, {}, "binary", id="mp3"),
        pytest.param(b"PK\x03\x04" + b"\0" * 20, {}, "binary", id="zip"),
        pytest.param(b"wOF2" + b"\0" * 20, {}, "binary", id="font"),
        pytest.param(b"\0\0\0\x18ftypmp42" + b"\0" * 600, {}, "binary", id="mp4"),
    ],
)
def test_bodies_of_no_use_are_refused(server: Loopback, body: bytes, headers: dict[str, str], kind: str) -> None:
    url = server.script("/feed", reply(body, headers=headers))
    failure(get(url), kind)


def test_what_is_no_text_is_not_read_to_its_end(server: Loopback) -> None:
    sent: list[int] = []

    def play(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 14000000\r\n\r\n")
        for _ in range(14):
            connection.sendall(b"ID3" + b"\0" * 999_997)
            sent.append(1)
            time.sleep(0.02)

    url = server.script("/feed", play)
    failure(get(url), "binary")
    assert len(sent) < 14


def test_a_body_shorter_than_said_is_an_error_and_more_than_said_is_ignored(server: Loopback) -> None:
    url = server.script("/short", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\n<rss>", hang_up)

    def play(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rss>")
        connection.close()

    server.script("/short", play)
    failure(get(url), "broken")
    longer = server.script("/long", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<rss>and more")
    then = server.script("/then", reply(BODY))
    same = client(longer)
    assert response(same.get(longer)).body == b"<rss>"
    assert response(same.get(then)).body == BODY.encode()


@pytest.mark.parametrize(
    ("play", "kind"),
    [
        pytest.param(hang_up, "broken", id="no-answer"),
        pytest.param(b"nonsense\r\n\r\n", "broken", id="no-http"),
        pytest.param(lambda connection: (connection.sendall(b"SSH-2.0\r\n"), connection.close()), "broken", id="ssh"),
    ],
)
def test_a_server_that_does_not_answer_properly_is_a_plain_failure(server: Loopback, play: bytes, kind: str) -> None:
    url = server.script("/feed", play)
    failure(get(url, wall_seconds=2.0), kind)


def test_a_header_that_is_none_is_quoted_plainly(server: Loopback) -> None:
    url = server.script("/feed", b"HTTP/1.1 200 Said\r\nX-A : 1\r\n\r\n")
    message = failure(get(url), "broken")
    assert "x-a : 1" in message.lower()
    assert "bytearray" not in message


def test_a_port_where_nobody_listens_is_a_plain_failure(server: Loopback) -> None:
    url = server.script("/feed", reply(BODY))
    server.close()
    assert "no connection to 127.0.0.1" in failure(get(url), "connect")


def test_a_server_without_proper_tls_is_not_asked_in_the_open() -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 400 Plain text\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        failure(get(f"https://127.0.0.1:{listener.getsockname()[1]}/feed"), "tls")
        thread.join()
    assert b"GET" not in heard[0]


def test_foreign_text_in_a_message_is_made_visible() -> None:
    assert show("a\r\nb\x1b[31m\u202ec\u200b") == "a\\r\\nb\\x1b[31m\\u202ec\\u200b"

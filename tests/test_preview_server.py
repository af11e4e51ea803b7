"""The preview server: the built files as they are, a reload script added, and answers to its own name only."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from gleanings.preview.server import PreviewServer, add_reload_script, content_type, find_file
from gleanings.preview.state import Board, Fault, Rebuilt
from gleanings.problems import Problem


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    (folder / "2026" / "11").mkdir(parents=True)
    (folder / "index.html").write_text("<!DOCTYPE html><body><p>home</p></body></html>", encoding="utf-8")
    (folder / "2026" / "11" / "index.html").write_text("<body><p>november</p></body>", encoding="utf-8")
    (folder / "404.html").write_text("<body><p>nothing here</p></body>", encoding="utf-8")
    (folder / "feed.xml").write_text("<rss/>", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("private", encoding="utf-8")
    return folder


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def server(public: Path, board: Board) -> Iterator[PreviewServer]:
    running = PreviewServer(folder=public, port=0, board=board)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.stop()
    thread.join()


def get(server: PreviewServer, path: str, host: str | None = None) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{server.server_port}"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers.get("Location") or answer.headers.get("Content-Type") or "", body


def test_a_page_is_served_with_the_reload_script_and_the_file_stays_clean(
    server: PreviewServer, public: Path
) -> None:
    status, kind, body = get(server, "/")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert '<script src="/_gleanings/reload.js" data-number="0"></script></body>' in body
    assert "script" not in (public / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        pytest.param("/2026/11/", 200, "november", id="a-folder-shows-its-index"),
        pytest.param("/feed.xml", 200, "<rss/>", id="a-feed-is-left-as-it-is"),
        pytest.param("/nowhere/", 404, "nothing here", id="a-missing-page-shows-the-404-page"),
        pytest.param("/../secret.txt", 404, "nothing here", id="nothing-above-the-folder"),
        pytest.param("/%2e%2e/secret.txt", 404, "nothing here", id="nothing-above-the-folder-encoded"),
        pytest.param("/_gleanings/reload.js", 200, "EventSource", id="the-script-itself"),
    ],
)
def test_addresses_lead_to_files(server: PreviewServer, path: str, status: int, words: str) -> None:
    answered, _, body = get(server, path)
    assert answered == status
    assert words in body


def test_a_folder_without_its_slash_is_redirected(server: PreviewServer) -> None:
    assert get(server, "/2026/11?x=1")[:2] == (302, "/2026/11/")


def test_a_folder_in_another_alphabet_is_redirected_in_ascii(server: PreviewServer, public: Path) -> None:
    (public / "日報").mkdir()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("GET", "/%E6%97%A5%E5%A0%B1", headers={"Host": f"127.0.0.1:{server.server_port}"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (302, "/%E6%97%A5%E5%A0%B1/")
    connection.close()


def test_a_foreign_host_name_is_refused(server: PreviewServer) -> None:
    status, _, body = get(server, "/", host="evil.example")
    assert status == 421
    assert "home" not in body


def test_a_link_that_leads_out_of_the_folder_is_not_followed(public: Path, tmp_path: Path) -> None:
    (public / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    assert find_file(public, "/way-out.txt") is None


def test_a_rebuild_is_told_to_the_open_page(server: PreviewServer, board: Board) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("GET", "/_gleanings/events")
    stream = connection.getresponse()

    def event() -> tuple[str, dict[str, object]]:
        name = stream.readline().decode().removeprefix("event: ").strip()
        data = json.loads(stream.readline().decode().removeprefix("data: "))
        stream.readline()
        return name, data

    assert event() == ("state", {"number": 0, "changed": [], "faults": []})
    problem = Problem(path="content/2026-11.yaml", line=3, column=5, code="x", message="broken", cure="mend it")
    board.post(Rebuilt(faults=(Fault(problem=problem, excerpt="titel: x"),)))
    name, data = event()
    assert name == "rebuilt"
    assert data["faults"] == [
        {"place": "content/2026-11.yaml:3:5", "message": "broken", "cure": "mend it", "excerpt": "titel: x"}
    ]
    board.post(Rebuilt(changed=("2026/11/index.html",)))
    assert event()[1] == {"number": 2, "changed": ["2026/11/index.html"], "faults": []}
    connection.close()


def test_only_loopback_is_bound(server: PreviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("feed.xml", "text/xml; charset=utf-8"),
        ("feed.json", "application/json; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("x.png", "image/png"),
        ("x.unknown-kind", "application/octet-stream"),
    ],
)
def test_content_types(name: str, kind: str) -> None:
    assert content_type(name) in (kind, kind.replace("text/xml", "application/xml"))


def test_a_page_without_an_end_still_gets_the_script() -> None:
    assert (
        add_reload_script(b"<p>x", number=3) == b'<p>x<script src="/_gleanings/reload.js" data-number="3"></script>'
    )


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is another thing elsewhere")
def test_ctrl_c_ends_a_preview_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text("title: T\nurl: https://example.org/\n", encoding="utf-8")
    command = [sys.executable, "-u", "-m", "gleanings", "-C", str(tmp_path), "serve", "--port", "0"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout
    running.stdout.readline()
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=20)
    assert (running.returncode, "KeyboardInterrupt" in told) == (0, False)


def test_what_is_saved_while_the_first_build_runs_is_shown(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (tmp_path / "site.yaml").write_text("title: T\nurl: https://example.org/\n", encoding="utf-8")
    for month in range(1, 7):
        (content / f"2026-{month:02}.yaml").write_text("entries: [Word.]\n", encoding="utf-8")
    saved: list[int] = []
    begun = threading.Event()

    def save_again_and_again() -> None:
        while not begun.wait(0.02):
            saved.append(len(saved))
            (content / "2026-06.yaml").write_text(f"entries: [Saved {saved[-1]}.]\n", encoding="utf-8")

    saving = threading.Thread(target=save_again_and_again)
    command = [sys.executable, "-u", "-m", "gleanings", "-C", str(tmp_path), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        saving.start()
        assert running.stdout
        address = running.stdout.readline().split()[0]
        begun.set()
        saving.join()
        page, until = "", time.monotonic() + 20
        while f"Saved {saved[-1]}." not in page and time.monotonic() < until:
            with urlopen(f"{address}2026/06/", timeout=10) as answer:
                page = answer.read().decode()
        running.kill()
    assert f"Saved {saved[-1]}." in page

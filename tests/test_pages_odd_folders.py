"""Series and roundups whose names no address can hold as they are: a plain web server finds them, so does a disk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urljoin
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import pytest

from gleanings.curate.periods import address_of
from gleanings.render.views.addresses import page_file
from small_site import write_site
from test_pages_addresses import LINK

SITE = "https://example.org/reading/"
FOLDERS = ("a/b", "my list", "日報", "ai,ml & more")
NOTE = "[by name](日報/2026-11.yaml), [its page](/日報/2026/11/#one), [another](</my list/2026/11/>)"
PAGES = {f"{there}/" for name in FOLDERS for there in (f"series/{name}", f"{name}/2026/11")} | {"2026/09/20/über/"}


def gleanings(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-m", "gleanings", "-C", str(folder), command]
    return subprocess.run(run, capture_output=True, text=True, check=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site with such names, built."""
    folder = tmp_path_factory.mktemp("odd")
    files = {
        f"content/{name}/2026-11.yaml": (
            f"date: 2026-10-0{day}\nentries:\n  - {{url: https://e.org/{day}, title: One, id: one, note: '{NOTE}'}}\n"
        )
        for day, name in enumerate(FOLDERS, 1)
    }
    files["content/2026-09-20-über.yaml"] = "title: Übersicht\naliases: [/früher/, /fr%C3%BCher/mal.html]\n"
    write_site(folder, **files)
    assert "own-link" not in gleanings(folder, "check").stdout
    gleanings(folder, "build")
    return folder / "public"


class Quiet(SimpleHTTPRequestHandler):
    """What `python -m http.server` answers, without its log."""

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    """The address of a plain web server that shows the site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def load(address: str) -> bytes | None:
    """What a server answers; None where it says that nothing is there."""
    try:
        with urlopen(address) as answer:
            content: bytes = answer.read()
            return content
    except HTTPError:
        return None


def links_of(page: bytes) -> list[str]:
    return [unescape(link) for link in LINK.findall(page.decode())] if page.lower().startswith(b"<!doctype") else []


def test_every_link_leads_somewhere_on_a_plain_server(served: str) -> None:
    seen = dict[str, bytes | None]()
    todo = [served]
    while todo:
        page = todo.pop().partition("#")[0]
        if page not in seen:
            seen[page] = content = load(page)
            todo += [there for link in links_of(content or b"") if (there := urljoin(page, link)).startswith(served)]
    assert [address for address, content in seen.items() if content is None] == []
    assert {unquote(address.removeprefix(served)) for address in seen} >= PAGES
    assert all(load(f"{served}fr%C3%BCher/{old}") for old in ("", "mal.html"))


def test_every_link_leads_somewhere_on_a_disk(site: Path) -> None:
    for page in PAGES:
        file = site / page / "index.html"
        for link in links_of(file.read_bytes()):
            if not link.startswith(("https:", "#", "data:")):
                there = (file.parent / unquote(link.partition("#")[0].partition("?")[0])).resolve()
                assert there.exists(), (page, link)


def test_feeds_name_only_addresses_that_every_reader_can_fetch(site: Path, served: str) -> None:
    links = [link.text or "" for link in ET.parse(site / "feed.xml").getroot().iter("link")]
    feeds = [
        f"{SITE}series/{quote(name)}/{file}" for name in FOLDERS for file in ("feed.xml", "atom.xml", "feed.json")
    ]
    assert {unquote(link.removeprefix(SITE)) for link in links} >= PAGES - {
        p for p in PAGES if p.startswith("series/")
    }
    assert all(address.isascii() and " " not in address for address in links)
    assert [address for address in (*links, *feeds) if not load(served + address.removeprefix(SITE))] == []


def test_ids_of_feeds_are_those_of_ever(site: Path) -> None:
    atom = "{http://www.w3.org/2005/Atom}id"
    ids = [ET.parse(site / "series" / name / "atom.xml").getroot().findtext(atom) for name in FOLDERS]
    assert ids == [
        "tag:example.org,2026:reading/feed/series/a%252Fb/",
        "tag:example.org,2026:reading/feed/series/my%2520list/",
        "tag:example.org,2026:reading/feed/series/%25E6%2597%25A5%25E5%25A0%25B1/",
        "tag:example.org,2026:reading/feed/series/ai%252Cml%2520%2526%2520more/",
    ]


@pytest.mark.parametrize(
    ("series", "address", "file"),
    [
        pytest.param("main", "/2026/11/", "2026/11/index.html", id="main"),
        pytest.param("weekly", "/weekly/2026/11/", "weekly/2026/11/index.html", id="folder"),
        pytest.param("a/b", "/a/b/2026/11/", "a/b/2026/11/index.html", id="folder-in-folder"),
        pytest.param("my list", "/my%20list/2026/11/", "my list/2026/11/index.html", id="space"),
        pytest.param("100%41", "/100%2541/2026/11/", "100%41/2026/11/index.html", id="percent"),
        pytest.param("ai,ml", "/ai,ml/2026/11/", "ai,ml/2026/11/index.html", id="comma-is-plain"),
        pytest.param("日", "/%E6%97%A5/2026/11/", "日/2026/11/index.html", id="other-letters"),
    ],
)
def test_an_address_is_encoded_and_its_file_is_not(series: str, address: str, file: str) -> None:
    assert (address_of(series, ("2026", "11")), page_file(address)) == (address, file)

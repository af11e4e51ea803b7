"""Addresses: links lead somewhere, wherever the site is served from."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.render.views.addresses import absolute, page_file, relative, relative_links, rooted_links
from small_site import SITE, render_pages_of, write_site

LINK = re.compile(r'<[a-z][^>]*?\s(?:href|src)="([^"]*)"')


def dead_links(pages: dict[str, bytes], base: str) -> list[tuple[str, str]]:
    """(page, link) of every internal link or fragment that leads nowhere, as a browser at `base` resolves it."""
    ids = {
        path: set(re.findall(r'\sid="([^"]*)"', content.decode()))
        for path, content in pages.items()
        if path.endswith(".html")
    }
    dead = []
    for path, content in pages.items():
        if not path.endswith(".html"):
            continue
        for link in LINK.findall(content.decode()):
            target = urlsplit(urljoin(base + path, link.replace("&amp;", "&")))
            if not target.geturl().startswith(base) or target.scheme == "mailto":
                continue
            file = page_file(unquote(target.path.removeprefix(urlsplit(base).path.rstrip("/"))))
            if file not in pages or (target.fragment and unquote(target.fragment) not in ids.get(file, set())):
                dead.append((path, link))
    return dead


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://reading.example.net/", id="root"),
        pytest.param("https://reading.example.net/x/", id="folder"),
        pytest.param("https://reading.example.net/a/b/", id="folder-in-folder"),
    ],
)
def test_every_link_inside_the_site_leads_somewhere(tmp_path: Path, url: str) -> None:
    site = SITE.replace("https://example.org/reading/", url)
    pages = render_pages_of(write_site(tmp_path, **{"site.yaml": site}))
    assert dead_links(pages, url) == []


def test_a_site_works_from_a_folder_nobody_told_it_about(tmp_path: Path) -> None:
    pages = render_pages_of(write_site(tmp_path))
    del pages["404.html"]  # shown at any address, it cannot but name the site's own folder
    assert dead_links(pages, "https://preview.example.net/branch-7/") == []


def test_the_page_for_nothing_works_at_any_depth(tmp_path: Path) -> None:
    page = render_pages_of(write_site(tmp_path))["404.html"].decode()
    internal = [link for link in LINK.findall(page) if not link.startswith(("https:", "#"))]
    assert internal
    assert all(link.startswith("/reading/") for link in internal)


@pytest.mark.parametrize(
    ("address", "page", "expected"),
    [
        pytest.param("/2026/10/", "/", "./2026/10/", id="down"),
        pytest.param("/", "/2026/10/", "../../", id="home"),
        pytest.param("/2026/11/#a", "/2026/10/", "../../2026/11/#a", id="sibling-with-fragment"),
        pytest.param("/2026/10/#a", "/2026/10/", "#a", id="same-page"),
        pytest.param("/2026/10/", "/2026/10/", "../../2026/10/", id="itself"),
        pytest.param("/feed.xml", "/tags/x/", "../../feed.xml", id="file"),
        pytest.param("/static/style.css?1f", "/404.html", "./static/style.css?1f", id="query"),
        pytest.param("/a:b/", "/", "./a:b/", id="colon-is-no-scheme"),
    ],
)
def test_a_link_is_relative_to_its_page(address: str, page: str, expected: str) -> None:
    assert relative(address, page) == expected


_PATHS = st.lists(st.text("abc2-:", min_size=1, max_size=4), max_size=4).map(
    lambda parts: "/" + "".join(f"{part}/" for part in parts)
)


@given(target=_PATHS, page=_PATHS)
def test_a_relative_link_leads_where_the_absolute_one_does(target: str, page: str) -> None:
    assert urljoin(f"https://example.org{page}", relative(target, page)) == f"https://example.org{target}"


def test_only_links_are_changed_and_never_text() -> None:
    html = '<p title="x"><a class="y" href="/a/">href="/a/" in text</a> <a href="//host/">h</a> <img src="/m.png">'
    assert relative_links(html, "/b/") == (
        '<p title="x"><a class="y" href="../a/">href="/a/" in text</a> <a href="//host/">h</a> <img src="../m.png">'
    )
    assert 'href="/sub/a/"' in rooted_links(html, "https://example.org/sub/")


def test_full_addresses_stay() -> None:
    assert absolute("/2026/", "https://example.org/r/") == "https://example.org/r/2026/"
    assert absolute("https://else.example/", "https://example.org/r/") == "https://else.example/"
    assert posixpath.basename(page_file("/2026/10/")) == "index.html"

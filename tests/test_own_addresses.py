"""Works that are files or pages of the site itself: links that lead there from everywhere, with words to them."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from gleanings.curate.library import read_library
from gleanings.curate.publication import visible
from gleanings.exchange.markdown.document import format_roundup
from gleanings.exchange.markdown.notes import Notes
from gleanings.project import Project
from gleanings.render.output.publish import Page
from gleanings.render.site import render_site

SITE = "title: T\nurl: https://example.org/reading/\nauthor: {name: Ada, url: /about/}\nfeeds: {link: external}\n"
OCTOBER = """\
comments: /talk/
entries:
  - url: media/doc.pdf
    links: {slides: media/talk.pdf, article: "#second", post: /archive/}
    quotes: {text: Said, url: /archive/}
  - {url: /archive/, id: second, also: media/b.pdf, note: Two}
"""
HOME = "https://example.org/reading"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("site")
    (root / "content/media").mkdir(parents=True)
    (root / "site.yaml").write_text(SITE, encoding="utf-8")
    (root / "content/2026-10.yaml").write_text(OCTOBER, encoding="utf-8")
    project = Project(root)
    library = visible(read_library(project).library, today=date(2026, 11, 10), drafts=False, future=False)
    rendered = render_site(library, project, published=frozenset({"2026-10"}))
    texts = (one for one in rendered.outputs if isinstance(one, Page) and one.path.endswith(("html", "xml", "json")))
    return {page.path: page.content.decode() for page in texts}


def test_a_page_leads_there_from_wherever_the_site_is(files: dict[str, str]) -> None:
    page = files["2026/10/index.html"].partition("<main")[2].partition("</main>")[0]
    assert [
        found for found in re.findall(r'<a[^>]* href="([^"]*)"[^>]*>([^<]*)</a>', page) if "\n" not in found[1]
    ] == [
        ("../../about/", "Ada"),
        ("../../media/doc.pdf", "doc.pdf"),
        ("#second", "article: #second"),
        ("../../archive/", "post: /archive/"),
        ("../../media/talk.pdf", "slides: talk.pdf"),
        ("../../archive/", "/archive/"),
        ("../../archive/", "/archive/"),
        ("../../media/b.pdf", "b.pdf"),
        ("../../talk/", "Comments"),
    ]
    assert 'cite="../../archive/"' in page


def test_feeds_and_data_name_the_whole_address(files: dict[str, str]) -> None:
    works = [f"{HOME}/media/doc.pdf", f"{HOME}/archive/"]
    assert re.findall(r"<link>(.*)</link>", files["entries/feed.xml"])[1:] == works
    assert re.findall(r'<link rel="related" href="(.*)" />', files["entries/atom.xml"]) == works
    assert [item["external_url"] for item in json.loads(files["entries/feed.json"])["items"]] == works
    assert [entry["url"] for entry in json.loads(files["data/entries.json"])["entries"]] == works
    assert (
        re.findall(r'"name":"[^"]*","url":"([^"]*)"}', files["2026/10/index.html"].partition('"citation"')[2])
        == works
    )
    assert f"<comments>{HOME}/talk/</comments>" in files["feed.xml"]
    assert f"<uri>{HOME}/about/</uri>" in files["atom.xml"]


@pytest.mark.parametrize("path", ["feed.xml", "atom.xml", "feed.json", "entries/feed.xml", "data/entries.json"])
def test_nothing_that_leaves_the_site_has_a_path_alone(files: dict[str, str], path: str) -> None:
    assert re.findall(r'(?:href|cite|url)(?:=|&quot;|[\\\":])+(?:/|#|media/)[^"&]*', files[path]) == []


def test_a_document_has_words_for_every_link(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/2026-10.yaml").write_text(OCTOBER, encoding="utf-8")
    (roundup,) = read_library(Project(tmp_path)).library.roundups
    document = format_roundup(roundup, resolve=lambda address: f"https://resolved.example/{address}", notes=Notes())
    assert re.findall(r"\[(.*?)\]\(https://resolved.example/(.*?)\)", document) == [
        ("doc.pdf", "media/doc.pdf"),
        ("talk.pdf", "media/talk.pdf"),
        ("#second", "#second"),
        ("/archive/", "/archive/"),
        ("/archive/", "/archive/"),
        ("/archive/", "/archive/"),
        ("b.pdf", "media/b.pdf"),
        ("Comments", "/talk/"),
    ]

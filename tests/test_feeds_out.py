"""The feeds we publish: every word, ids that stay, true dates, absolute addresses; read back by a parser."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from gleanings.curate.library import read_library
from gleanings.curate.publication import visible
from gleanings.project import Project
from gleanings.render.feeds.items import stand_alone
from gleanings.render.output.publish import Page
from gleanings.render.site import render_site
from prose_cases import png

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

SITE = """\
title: Things & <worth> reading
url: https://example.org/reading/
author: {name: Ada Example, email: ada@example.org, url: https://example.org/ada/}
description: A list.
timezone: Europe/Berlin
"""
OCTOBER = """\
title: October ’26 roundup
summary: In *short*.
cover: {src: media/cover.png, alt: A cover}
tags: [monthly]
updated: 2026-11-03
intro: |
  Hello[^1]. See [September](2026-09.yaml) and [below](#mixtral).

  [^1]: A note with ![a dot](media/cover.png).
entries:
  - url: https://arxiv.org/pdf/2401.04088v2
    title: Mixtral of `Experts` & <b>[^m]
    authors: [Albert Q. Jiang]
    tags: [llm]
    via: {name: Somebody, url: https://via.example/}
    note: |
      The rate is $x_i^2 < 5$ and costs $5.

      $$
      \\begin{pmatrix} a & b \\end{pmatrix}
      $$

      ```python
      x = 1

      y = 2
      ```

      # A heading

      [^m]: On the title.
    quotes: {text: Quoted words, by: A Writer, url: https://quote.example/, note: Said well}
    links: {code: https://code.example/}
    related:
      - {url: https://related.example/, title: Related work, tags: [inner], note: Below it.}
    updates: {date: 2026-11-05, note: Corrected.}
  - A bare thought, without a link.
  - url: https://second.example/
    title: Second
    note: |
      Words[^m]. [^m]

      [^m]: Another note.
outro: Goodbye.
"""
SEPTEMBER = """\
entries:
  - {url: https://old.example/, title: Old, tags: [llm], note: Old words.}
"""


def build(folder: Path, **changes: str) -> dict[str, bytes]:
    """What a build on 21 November 2026 publishes, by path; `changes` are contents of roundups."""
    files = {"site.yaml": SITE, "content/2026-10.yaml": OCTOBER, "content/2026-09.yaml": SEPTEMBER, **changes}
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "content/media").mkdir(exist_ok=True)
    (folder / "content/media/cover.png").write_bytes(png(30, 20))
    project = Project(folder)
    reading = read_library(project)
    assert [str(problem) for problem in reading.problems if problem.severity == "error"] == []
    shown = visible(reading.library, today=date(2026, 11, 21), drafts=True, future=True)
    out = visible(reading.library, today=date(2026, 11, 21), drafts=False, future=False)
    rendered = render_site(shown, project, published=frozenset(roundup.name for roundup in out.roundups))
    return {output.path: output.content for output in rendered.outputs if isinstance(output, Page)}


def parse(pages: dict[str, bytes], path: str) -> Any:
    found = feedparser.parse(io.BytesIO(pages[path]), response_headers={"content-type": "application/xml"})
    assert not found.bozo, found.get("bozo_exception")
    return found


def contents(pages: dict[str, bytes], folder: str) -> dict[str, dict[str, str]]:
    """Format → id → content HTML, of one feed."""
    rss = ET.fromstring(pages[f"{folder}feed.xml"])
    atom = parse(pages, f"{folder}atom.xml")
    document = json.loads(pages[f"{folder}feed.json"])
    return {
        "rss": {item.findtext("guid", ""): item.findtext(CONTENT, "") for item in rss.iter("item")},
        "atom": {entry.id: entry.content[0].value for entry in atom.entries},
        "json": {item["id"]: item["content_html"] for item in document["items"]},
    }


def test_one_month_gives_an_item_a_roundup_and_an_item_an_entry_in_three_formats(tmp_path: Path) -> None:
    pages = build(tmp_path)
    for folder, count in (("", 2), ("entries/", 4), ("tags/llm/", 2), ("tags/inner/", 1), ("series/main/", 2)):
        ids = [list(found) for found in contents(pages, folder).values()]
        assert ids[0] == ids[1] == ids[2]
        assert len(set(ids[0])) == len(ids[0]) == count, folder


def test_every_word_is_in_every_format(tmp_path: Path) -> None:
    pages = build(tmp_path)
    words = (
        "Hello", "A note with", "Quoted words", "A Writer", "Said well", "https://code.example/", "Related work",
        "Below it.", "Corrected.", "A bare thought", "Goodbye.", "On the title.", "Somebody", "Another note.",
    )  # fmt: skip
    for name, found in contents(pages, "").items():
        content = found["tag:example.org,2026:reading/2026-10"]
        assert [word for word in words if word not in content] == [], name
        assert re.search(r"x = 1\n\ny = 2", re.sub(r"<[^>]*>", "", content)), name


def test_ids_stay_when_words_are_edited(tmp_path: Path) -> None:
    before = contents(build(tmp_path), "entries/")["json"]
    edited = OCTOBER.replace("Mixtral of", "On Mixtral, or").replace("A bare thought", "A thought, said better")
    edited = edited.replace("2401.04088v2", "2401.04088").replace("October ’26 roundup", "Other title")
    after = contents(build(tmp_path, **{"content/2026-10.yaml": edited}), "entries/")["json"]
    assert list(before) == list(after)
    assert list(before.values()) != list(after.values())


def test_dates_are_true(tmp_path: Path) -> None:
    pages = build(tmp_path)
    document = json.loads(pages["feed.json"])
    october = document["items"][0]
    assert (october["date_published"], october["date_modified"]) == (
        "2026-10-31T00:00:00+01:00",
        "2026-11-05T00:00:00+01:00",
    )
    entries = {item["title"]: item for item in json.loads(pages["entries/feed.json"])["items"]}
    assert entries["Mixtral of Experts & <b>"]["date_modified"] == "2026-11-05T00:00:00+01:00"
    assert entries["Old"]["date_modified"] == "2026-09-30T00:00:00+02:00"
    channel = ET.fromstring(pages["feed.xml"])[0]
    built = parsedate_to_datetime(channel.findtext("lastBuildDate", ""))
    assert built.isoformat() == "2026-11-05T00:00:00+01:00"


def test_no_two_entries_of_an_atom_feed_were_updated_at_one_moment(tmp_path: Path) -> None:
    root = ET.fromstring(build(tmp_path)["entries/atom.xml"])
    moments = [entry.findtext(f"{ATOM}updated") for entry in root.iter(f"{ATOM}entry")]
    assert len(set(moments)) == len(moments) == 4


def test_addresses_are_absolute_and_ids_unique_between_items(tmp_path: Path) -> None:
    pages = build(tmp_path)
    for folder in ("", "entries/"):
        for name, found in contents(pages, folder).items():
            everything = "".join(found.values())
            addresses = re.findall(r'\s(?:href|src|cite)="([^"]*)"', everything)
            assert addresses
            assert [one for one in addresses if not one.startswith("https://")] == [], name
            ids = re.findall(r'\sid="([^"]*)"', everything)
            assert len(ids) == len(set(ids)), name
            assert {one.partition("#")[2] for one in addresses if "#fn" in one} <= set(ids), name
    assert (
        "https://example.org/reading/2026/10/#mixtral"
        in contents(pages, "")["json"]["tag:example.org,2026:reading/2026-10"]
    )


def test_formulas_live_in_every_format(tmp_path: Path) -> None:
    pages = build(tmp_path)
    october = "tag:example.org,2026:reading/2026-10"
    found = contents(pages, "")
    assert found["json"][october].count("<math") == 2
    atom = ET.fromstring(pages["atom.xml"])
    formulas = list(atom.iter("{http://www.w3.org/1998/Math/MathML}math"))
    tex = [note.text for note in atom.iter("{http://www.w3.org/1998/Math/MathML}annotation")]
    assert len(formulas) == 2
    assert tex == ["x_i^2 < 5", r"\begin{pmatrix} a & b \end{pmatrix}"]
    rss = found["rss"][october]
    assert "<math" not in rss
    assert "<i>x</i><sub><i>i</i></sub><sup>2</sup> &lt; 5</span>" in rss
    assert r"<code>\begin{pmatrix} a &amp; b \end{pmatrix}</code>" in rss
    assert all("costs $5" in content[october] for content in found.values())


def test_the_cover_is_an_enclosure_with_its_true_length_and_type(tmp_path: Path) -> None:
    pages = build(tmp_path)
    length, url = str(len(png(30, 20))), "https://example.org/reading/media/cover.png"
    enclosure = ET.fromstring(pages["feed.xml"]).find("channel/item/enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {"url": url, "length": length, "type": "image/png"}
    (link,) = ET.fromstring(pages["atom.xml"]).findall(f"{ATOM}entry/{ATOM}link[@rel='enclosure']")
    assert (link.get("href"), link.get("length"), link.get("type")) == (url, length, "image/png")
    item = json.loads(pages["feed.json"])["items"][0]
    assert item["attachments"] == [{"url": url, "mime_type": "image/png", "size_in_bytes": int(length)}]
    assert item["image"] == url


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        pytest.param("", "https://example.org/reading/2026/10/#", id="permalink"),
        pytest.param("feeds: {link: external}\n", "https://arxiv.org/", id="external"),
    ],
)
def test_what_a_link_means_is_said_right_in_each_format(setting: str, expected: str, tmp_path: Path) -> None:
    pages = build(tmp_path, **{"site.yaml": SITE + setting})
    assert (ET.fromstring(pages["entries/feed.xml"]).findtext("channel/item/link") or "").startswith(expected)
    entry = ET.fromstring(pages["entries/atom.xml"]).find(f"{ATOM}entry")
    assert entry is not None
    links = {link.get("rel"): link.get("href", "") for link in entry.findall(f"{ATOM}link")}
    assert links["alternate"].startswith("https://example.org/reading/2026/10/#")
    assert links["related"].startswith("https://arxiv.org/")
    assert links["via"] == "https://via.example/"
    item = json.loads(pages["entries/feed.json"])["items"][0]
    assert (item["url"], item["external_url"]) == (links["alternate"], links["related"])


def test_drafts_and_days_to_come_are_in_no_feed_even_where_pages_show_them(tmp_path: Path) -> None:
    later = "entries: [{url: https://later.example/, title: Later, tags: [llm]}]\n"
    draft = "draft: true\nentries: [{url: https://draft.example/, title: Draft, tags: [llm]}]\n"
    pages = build(tmp_path, **{"content/2026-12.yaml": later, "content/2026-08.yaml": draft})
    assert b"Later" in pages["2026/12/index.html"]
    for path, content in pages.items():
        if path.endswith(("feed.xml", "atom.xml", "feed.json")):
            assert b"later.example" not in content, path
            assert b"draft.example" not in content, path


def test_the_newest_roundup_is_never_cut_by_the_limit(tmp_path: Path) -> None:
    pages = build(tmp_path, **{"site.yaml": SITE + "feeds: {limit: 1}\n"})
    assert len(contents(pages, "entries/")["json"]) == 3
    assert len(contents(pages, "")["json"]) == 1


def test_characters_that_xml_forbids_do_not_break_a_feed(tmp_path: Path) -> None:
    changed = OCTOBER.replace("Goodbye.", '"Good\\x0cbye \\uFFFE."')
    pages = build(tmp_path, **{"content/2026-10.yaml": changed})
    parse(pages, "feed.xml")
    parse(pages, "atom.xml")
    json.loads(pages["feed.json"])


def test_feeds_name_themselves_and_their_page(tmp_path: Path) -> None:
    pages = build(tmp_path)
    rss = parse(pages, "tags/llm/feed.xml")
    assert rss.feed.title == "Things & <worth> reading: llm"
    assert rss.feed.link == "https://example.org/reading/tags/llm/"
    assert [link.href for link in rss.feed.links if link.rel == "self"] == [
        "https://example.org/reading/tags/llm/feed.xml"
    ]
    atom = parse(pages, "atom.xml")
    assert atom.feed.author_detail == {
        "name": "Ada Example",
        "email": "ada@example.org",
        "href": "https://example.org/ada/",
    }
    document = json.loads(pages["feed.json"])
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == "https://example.org/reading/feed.json"


def test_a_site_without_roundups_has_valid_feeds(tmp_path: Path) -> None:
    pages = build(tmp_path, **{"content/2026-10.yaml": "draft: true\n", "content/2026-09.yaml": "draft: true\n"})
    assert parse(pages, "feed.xml").entries == []
    assert parse(pages, "atom.xml").feed.updated == "1970-01-01T00:00:00Z"
    assert json.loads(pages["feed.json"])["items"] == []


def test_an_item_without_words_says_so(tmp_path: Path) -> None:
    pages = build(tmp_path, **{"content/2026-11.yaml": "title: Nothing\nentries: []\ndate: 2026-11-02\n"})
    item = json.loads(pages["feed.json"])["items"][0]
    assert (item["title"], item["content_html"]) == ("Nothing", "")


def test_a_dated_correction_is_the_last_change_everywhere(tmp_path: Path) -> None:
    pages = {path: content.decode("utf-8", "replace") for path, content in build(tmp_path).items()}
    moment = "2026-11-05T00:00:00+01:00"
    assert json.loads(pages["feed.json"])["items"][0]["date_modified"] == moment
    assert f"<updated>{moment}</updated>" in pages["atom.xml"]
    assert f'"dateModified":"{moment}"' in pages["2026/10/index.html"]
    assert f'<meta property="article:modified_time" content="{moment}">' in pages["2026/10/index.html"]
    assert "/2026/10/</loc>\n<lastmod>2026-11-05</lastmod>" in pages["sitemap.xml"]


@pytest.mark.parametrize(
    ("zone", "date", "rss", "rest"),
    [
        pytest.param("Africa/Monrovia", "1971-05-31", "Mon, 31 May 1971 00:00:30 -0044", "1971-05-31T00:00:30-00:44",
                     id="behind"),
        pytest.param("Europe/Amsterdam", "1930-01-31", "Fri, 31 Jan 1930 00:00:28 +0020", "1930-01-31T00:00:28+00:20",
                     id="ahead"),
    ],
)  # fmt: skip
def test_a_zone_with_seconds_is_told_in_minutes(zone: str, date: str, rss: str, rest: str, tmp_path: Path) -> None:
    pages = build(tmp_path, **{
        "site.yaml": SITE.replace("Europe/Berlin", zone),
        "content/old.yaml": f"title: Old\ndate: {date}T00:00\nentries: [Words]\n",
    })  # fmt: skip
    assert f"<pubDate>{rss}</pubDate>" in pages["feed.xml"].decode()
    assert f"<published>{rest}</published>" in pages["atom.xml"].decode()
    assert json.loads(pages["feed.json"])["items"][-1]["date_published"] == rest
    assert rest in pages["data/entries.json"].decode()
    assert f'"datePublished":"{rest}"' in pages["old/index.html"].decode()


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        pytest.param('href="//cdn.example/x"', 'href="https://cdn.example/x"', id="without-a-scheme"),
        pytest.param('href="?x=1&amp;y=2"', 'href="https://example.org/reading/2026/10/?x=1&amp;y=2"', id="query"),
        pytest.param('href="../09/"', 'href="https://example.org/reading/2026/09/"', id="up"),
        pytest.param('href="#there"', 'href="https://example.org/reading/2026/10/#there"', id="place"),
        pytest.param('cite="/archive/"', 'cite="https://example.org/reading/archive/"', id="of-the-site"),
        pytest.param('src="media/x.png"', 'src="https://example.org/reading/media/x.png"', id="file-that-is-missing"),
        pytest.param('href="mailto:a@b.example"', 'href="mailto:a@b.example"', id="another-scheme"),
        pytest.param('href="//[x"', 'href="//[x"', id="none"),
    ],
)
def test_an_address_in_a_text_is_absolute_however_it_is_written(written: str, absolute: str) -> None:
    text = stand_alone(f'<p {written}>="#x" {written}</p>', "https://example.org/reading/", "/2026/10/#here")
    assert text == f'<p {absolute}>="#x" {written}</p>'


def test_addresses_are_as_each_format_wants_them(tmp_path: Path) -> None:
    site = SITE.replace("https://example.org/", "https://lesen.bücher.example/ü/") + "feeds: {link: external}\n"
    entries = (
        "comments: https://bücher.example/ä\nentries:\n  - {url: 'https://bücher.example/wälder?{a|b}', title: W}\n"
    )
    pages = build(tmp_path, **{"site.yaml": site, "content/2026-10.yaml": entries})
    base = "https://lesen.xn--bcher-kva.example/%C3%BC/reading/"
    assert pages["robots.txt"].decode().endswith(f"Sitemap: {base}sitemap.xml\n")
    assert f"<loc>{base}2026/10/</loc>" in pages["sitemap.xml"].decode()
    rss = pages["entries/feed.xml"].decode()
    assert re.findall(r"<link>(.*?)</link>", rss)[:2] == [
        base, "https://xn--bcher-kva.example/w%C3%A4lder?%7Ba%7Cb%7D",
    ]  # fmt: skip
    assert f'<atom:link href="{base}entries/feed.xml"' in rss
    assert "<comments>https://xn--bcher-kva.example/%C3%A4</comments>" in pages["feed.xml"].decode()
    item = json.loads(pages["entries/feed.json"])["items"][0]
    assert item["external_url"] == "https://bücher.example/wälder?%7Ba%7Cb%7D"

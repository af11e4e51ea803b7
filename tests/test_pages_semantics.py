"""What stands on the pages of a small site: valid HTML, outline, landmarks, machine-readable marks, every device."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest

from small_site import SITE, render_pages_of, write_site


class Reader(HTMLParser):
    """Tags with their attributes, and the text below each."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return render_pages_of(write_site(tmp_path_factory.mktemp("site")))


@pytest.fixture(scope="module")
def html(pages: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in pages.items() if path.endswith(".html")}


@pytest.fixture(scope="module")
def october(pages: dict[str, bytes]) -> str:
    return pages["2026/10/index.html"].decode()


def words(html: str) -> str:
    body = html.partition("<body")[2] or html
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_every_page_parses_without_a_single_error(html: dict[str, bytes]) -> None:
    for path, content in html.items():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(content.decode())
        # MathML's `displaystyle` and its like are known to browsers and not to the parser's older tables.
        assert [error for error in parser.errors if "math" not in str(error)] == [], path


def test_every_page_has_one_first_heading_and_skips_no_level(html: dict[str, bytes]) -> None:
    for path, content in html.items():
        levels = [int(tag[1]) for tag, _ in Reader(content).tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)


def test_every_page_has_landmarks_and_a_way_past_them(html: dict[str, bytes]) -> None:
    for path, content in html.items():
        reader = Reader(content)
        assert len(reader.all("main")) == 1, path
        assert reader.all("nav"), path
        assert all(nav.get("aria-label") for nav in reader.all("nav")), path
        first_link = reader.all("a")[0]
        assert first_link["href"] == "#main", path


def test_no_id_stands_twice_on_a_page(html: dict[str, bytes]) -> None:
    for path, content in html.items():
        ids = [attributes["id"] for _, attributes in Reader(content).tags if "id" in attributes]
        assert len(ids) == len(set(ids)), path


def test_the_head_names_address_feeds_and_preview(october: str) -> None:
    reader = Reader(october.encode())
    links = [(link["rel"], link["href"]) for link in reader.all("link")]
    assert ("canonical", "https://example.org/reading/2026/10/") in links
    types = {link["type"] for link in reader.all("link") if link["rel"] == "alternate"}
    assert types == {"application/rss+xml", "application/atom+xml", "application/feed+json"}
    properties = {meta.get("property"): meta["content"] for meta in reader.all("meta") if "property" in meta}
    assert properties["og:title"] == "October ’26 roundup"
    assert properties["og:description"] == "The early spoiler, in one sentence."
    assert properties["og:url"] == "https://example.org/reading/2026/10/"


def test_json_ld_says_what_was_read(october: str) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', october, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert (data["@type"], data["datePublished"]) == ("BlogPosting", "2026-10-31")
    assert data["citation"][0] == {
        "@type": "ScholarlyArticle",
        "name": "Mixtral of Experts with sparse routing",
        "url": "https://arxiv.org/abs/2401.04088",
    }


def test_an_entry_is_marked_up_for_machines(october: str) -> None:
    feed = october[october.index('class="roundup h-feed"') :]
    for mark in ("h-entry", "u-bookmark-of h-cite", "p-author h-card", "p-category", "dt-published", "u-uid"):
        assert mark in feed


def test_parts_stand_in_the_order_in_which_their_keys_were_written(october: str) -> None:
    text = words(october)
    order = [
        "PDF: arxiv.org code: github.com strange role: example.org",
        "It is better to solve",
        "A comment",
        "Why the routing layer",
        "A chart would help",
    ]
    order += ["The weights moved", "Via Simon", "A related paper"]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    "device",
    [
        pytest.param("Pick of the month: It explains why routing pays off.", id="pick-with-its-reason"),
        pytest.param("Related paper A related paper", id="label"),
        pytest.param("Mamba, the easy way and Mamba by S. Rush", id="two-works-in-one-entry"),
        pytest.param("A bare sentence is an entry too.", id="bare-sentence"),
        pytest.param("Update 2 November 2026", id="correction"),
        pytest.param("Every device there is", id="subtitle"),
        pytest.param("Number 4", id="number"),
        pytest.param("Also in September 2026, 5 October 2026", id="seen-in-other-months"),
        pytest.param("Monthly roundups October ’26 roundup", id="series-apart-from-title"),
    ],
)
def test_a_device_reaches_the_page(october: str, device: str) -> None:
    assert device in words(october).replace(" ,", ",")


def test_a_sentence_that_carries_its_link_has_no_title_line(october: str) -> None:
    at = october.rindex("sentence itself")
    assert october.count('href="https://example.org/inline"') == 1
    assert 'class="title"' not in october[october.rindex("h-entry", 0, at) : at]


def test_foreign_titles_say_their_language_and_direction(october: str) -> None:
    titles = {link["lang"]: link.get("dir") for link in Reader(october.encode()).all("a") if "lang" in link}
    assert titles == {"zh": None, "ar": "rtl"}


def test_a_roundup_in_another_language_says_so_wherever_it_stands(tmp_path: Path) -> None:
    roundup = (
        "lang: ar\ntitle: قراءات\nentries: [{url: https://example.org/a, title: كتاب, thought: رأيي, pick: نعم}]\n"
    )
    pages = render_pages_of(write_site(tmp_path, **{"content/2026-10.yaml": roundup}))
    home, archive, before, own = (
        pages[f"{path}index.html"].decode() for path in ("", "archive/", "2026/09/", "2026/10/")
    )
    assert '<article class="roundup h-feed" lang="ar" dir="rtl">' in home
    assert re.search(r'<a href="[^"]*" lang="ar" dir="rtl">قراءات</a>', archive)
    assert re.search(r'<a rel="next" href="[^"]*" lang="ar" dir="auto">قراءات</a>', before)
    assert re.search(r'<a rel="prev" href="[^"]*" lang="en" dir="auto">September 2026</a>', own)
    assert before.count('lang="en"') == 1
    for page in (home, own):
        assert '<p class="says" lang="en" dir="ltr">Thought</p>' in page
        assert '<span lang="en" dir="ltr">Pick of the month:</span>' in page
        assert '<p class="quiet" lang="en" dir="ltr">' in page
    assert '<p lang="en" dir="ltr">Read and written by' in own
    assert '<nav aria-label="Site" lang="en" dir="ltr">' in own
    assert 'lang="en" dir="ltr">Skip to the text' in own


def test_in_a_list_title_and_note_share_a_line(october: str) -> None:
    line = re.search(r'<p class="title">((?:(?!</p>).)*大型(?:(?!</p>).)*)</p>', october, re.DOTALL)
    assert line
    assert words(line[1]) == "大型语言模型的路由 A Chinese paper."


def test_in_a_list_a_thought_is_a_line_as_long_as_it_is_one_paragraph(tmp_path: Path) -> None:
    thoughts = (
        "style: list\nentries:\n  - A short thought.\n  - |\n    A longer one.\n\n    With a second paragraph.\n"
    )
    page = render_pages_of(write_site(tmp_path, **{"content/2026-08.yaml": thoughts}))["2026/08/index.html"]
    classes = {div["id"]: div["class"] for div in Reader(page).all("div") if "entry" in div.get("class", "").split()}
    assert classes == {
        "a-short-thought": "entry h-entry line said brief",
        "a-longer-one-with-a-second-paragraph": "entry h-entry full said",
    }


@pytest.mark.parametrize(
    ("note", "minutes"),
    [
        pytest.param("A short remark.", "1 minute", id="short"),
        pytest.param("birds " * 1000, "5 minutes", id="words"),
        pytest.param("Vögel “fliegen” " * 500, "5 minutes", id="words-with-other-letters"),
        pytest.param("我喜欢鸟。" * 380, "4 minutes", id="chinese"),
        pytest.param("鳥を見る" * 480, "4 minutes", id="japanese"),
        pytest.param("새를 본다 " * 500, "5 minutes", id="korean-has-words"),
    ],
)
def test_the_time_to_read_is_told_in_any_script(note: str, minutes: str, tmp_path: Path) -> None:
    site = write_site(tmp_path, **{"content/2026-10.yaml": f"title: Birds\nentries:\n  - note: {note}\n"})
    assert f"<span>{minutes}</span>" in render_pages_of(site)["2026/10/index.html"].decode()


def test_links_of_one_role_are_told_apart_by_title_or_host_and_a_remark_by_its_dash(tmp_path: Path) -> None:
    links = """
      code: {url: "https://github.com/x/y", title: x/y, note: as it was}
      discussion: ["https://lobste.rs/s/x", "https://news.ycombinator.com/item?id=1"]"""
    entry = f"entries:\n  - title: Work\n    url: https://example.org/work\n    links:{links}\n"
    pages = render_pages_of(write_site(tmp_path, **{"content/2026-08.yaml": entry}))
    page = words(pages["2026/08/index.html"].decode())
    assert "code: x/y — as it was discussion: lobste.rs discussion: news.ycombinator.com" in page
    item = json.loads(pages["entries/feed.json"])["items"][-1]
    assert "code: x/y — as it was discussion: lobste.rs discussion: news.ycombinator.com" in words(
        item["content_html"]
    )


def test_an_index_files_names_of_other_scripts_under_their_own_letters_after_z(tmp_path: Path) -> None:
    tags = "[zoo, Élan, ärger, Ｗide, 1984, 😀, “quoted”, أدب, эссе, Эхо, 数学]"
    roundup = f"entries: [{{url: https://example.org/a, title: A, tags: {tags}}}]\n"
    page = render_pages_of(write_site(tmp_path, **{"content/2026-10.yaml": roundup}))["tags/index.html"].decode()
    heads = [words(letter) for letter in page.partition("</main>")[0].split('<section class="letter"')[1:]]
    filed = [re.sub(r"^.*?> | 1\b", "", " ".join(head.split())) for head in heads]
    assert filed == [
        "0–9 1984 😀",
        "A ärger",
        "E Élan",
        "L llm",
        "Q “quoted”",
        "W Ｗide",
        "Z zoo",
        "Э Эхо эссе",
        "أ أدب",
        "数 数学",
    ]


def test_a_line_of_an_index_begins_with_what_is_known(pages: dict[str, bytes], tmp_path: Path) -> None:
    entry = (
        "entries:\n  - {title: A talk in the pub, kind: talk, tags: [llm]}\n  - {title: Nothing known, tags: [llm]}\n"
    )
    others = render_pages_of(write_site(tmp_path, **{"content/2026-08.yaml": entry}))
    page = others["tags/llm/index.html"].decode()
    assert '<span class="by">talk</span>' in page
    assert '<span class="by"></span>' not in page
    by = '<span class="by">Albert Q. Jiang, Alexandre Sablayrolles\u00a0· arXiv\u00a0· paper</span>'
    assert by in pages["tags/llm/index.html"].decode()


def test_first_works_of_a_roundup_are_its_own_and_no_related_ones(pages: dict[str, bytes], tmp_path: Path) -> None:
    first = "Mixtral of Experts with sparse routing\u00a0· Mamba, the easy way\u00a0· 大型语言模型的路由"
    assert first in pages["archive/index.html"].decode()
    order = "sections:\n  - entries:\n      - {title: One, related: [{title: Two}]}\nentries:\n  - {title: Three}\n"
    others = render_pages_of(write_site(tmp_path, **{"content/2026-08.yaml": order}))
    assert '<span class="first">One\u00a0· Three</span>' in others["archive/index.html"].decode()


def test_the_blogroll_says_a_host_once(tmp_path: Path) -> None:
    feeds = """feeds:
  - https://nameless.example/atom.xml
  - {url: "https://named.example/atom.xml", title: Named, site: "https://named.example/"}
  - {url: "https://same.example/atom.xml", title: same.example, site: "https://same.example/"}
"""
    page = words(render_pages_of(write_site(tmp_path, **{"feeds.yaml": feeds}))["feeds/index.html"].decode())
    assert "nameless.example Named named.example&nbsp;· feed same.example feed " in page


def test_archive_and_search_can_be_reached_whatever_the_navigation(tmp_path: Path) -> None:
    site = f"{SITE}nav: [{{title: About, url: /about/}}]\n"
    pages = render_pages_of(write_site(tmp_path, **{"site.yaml": site}))
    for path in ("index.html", "2026/10/index.html", "about/index.html"):
        addresses = {link["href"].removeprefix("../../").removeprefix("../") for link in Reader(pages[path]).all("a")}
        assert {"archive/", "search/"} <= {address.removeprefix("./") for address in addresses}, path


def test_home_shows_the_newest_roundup_whole_and_the_years(pages: dict[str, bytes]) -> None:
    home = pages["index.html"].decode()
    assert "Why the routing layer pays off" in home
    assert 'aria-label="Works read in 2026: September 1, October 8"' in home


def test_a_work_that_waits_is_listed_under_now_and_counts_for_nothing(pages: dict[str, bytes]) -> None:
    assert "For later" in words(pages["now/index.html"].decode())
    assert "9 works" in words(pages["year/2026/index.html"].decode())


def test_a_work_told_in_three_roundups_counts_once_for_the_goal(pages: dict[str, bytes]) -> None:
    assert "1 of 4 papers, two behind the pace." in words(pages["year/2026/index.html"].decode())


def test_works_without_a_kind_are_the_last_bar_since_the_sentence_leaves_them_out(tmp_path: Path) -> None:
    entries = "".join(f"  - {{url: https://example.org/{number}, title: T}}\n" for number in range(9))
    entries += "".join(f"  - {{url: https://example.org/{word}, title: T, kind: paper}}\n" for word in ("a", "b"))
    pages = render_pages_of(write_site(tmp_path, **{"content/2026-10.yaml": f"entries:\n{entries}"}))
    kinds = pages["year/2026/index.html"].decode().partition('id="kinds-title"')[2].partition("</svg>")[0]
    assert "Most often paper: 3." in kinds
    assert re.findall(r'<text x="0"[^>]*>([^<]*)', kinds) == ["paper", "other"]


def test_charts_have_a_table_behind_them(pages: dict[str, bytes]) -> None:
    reader = Reader(pages["year/2026/index.html"])
    charts = [svg for svg in reader.all("svg") if svg.get("class") in ("columns", "rows")]
    assert len(charts) == len(reader.all("table")) == 4
    assert all(svg["role"] == "img" for svg in charts)


def test_private_feeds_are_on_no_list(pages: dict[str, bytes]) -> None:
    for path in ("feeds/index.html", "feeds/blogroll.opml"):
        assert b"Public feed" in pages[path]
        assert b"secret" not in pages[path].lower()


def test_no_page_tells_a_password(tmp_path: Path) -> None:
    feeds = "feeds:\n  - https://me:s3cret@example.net/feed\n  - {url: https://b.example/feed, site: https://me:s3cret@b.example/}\n"
    pages = render_pages_of(write_site(tmp_path, **{"feeds.yaml": feeds}))
    assert not [path for path, page in pages.items() if b"s3cret" in page or b"me@" in page]
    assert b"https://b.example/feed" in pages["feeds/blogroll.opml"]
    assert b"example.net" not in pages["feeds/blogroll.opml"]


def test_a_roundup_page_is_light_and_asks_nobody_for_anything(pages: dict[str, bytes]) -> None:
    page = pages["2026/10/index.html"]
    assert len(page) < 60_000
    reader = Reader(page)
    fetched = [link["href"] for link in reader.all("link") if link["rel"] in ("stylesheet", "icon", "preload")]
    fetched += [
        element["src"] for tag in ("script", "img", "iframe") for element in reader.all(tag) if "src" in element
    ]
    assert all(not address.startswith(("http:", "https:", "//")) for address in fetched)
    assert len(pages["static/style.css"]) < 15 * 1024

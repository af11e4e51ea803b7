"""What a web page says of itself, and which of its sources is believed."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gleanings.fetch.links.page import PageFacts, read_page

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://site.example/2025/a-page"


def read(head: str = "", body: str = "", *, url: str = URL, content_type: str | None = "text/html") -> PageFacts:
    html = f"<!DOCTYPE html><html lang=en><head>{head}</head><body>{body}</body></html>"
    return read_page(html.encode(), url=url, content_type=content_type, now=NOW)


def data(**node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "Article", **node})}</script>'


CITATION = '<meta name="citation_title" content="By citation">'
DATA = data(headline="By data")
GRAPH = '<meta property="og:title" content="By graph">'
TWITTER = '<meta name="twitter:title" content="By bird">'
HEADING = "<h1>By heading</h1>"
TAG = "<title>By tag</title>"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        pytest.param(TAG + TWITTER + GRAPH + DATA + CITATION, HEADING, "By citation", id="citation-first"),
        pytest.param(TAG + TWITTER + GRAPH + DATA, HEADING, "By data", id="then-json-ld"),
        pytest.param(TAG + TWITTER + GRAPH, HEADING, "By graph", id="then-opengraph"),
        pytest.param(TAG + TWITTER, HEADING, "By bird", id="then-twitter"),
        pytest.param(TAG, HEADING, "By heading", id="then-the-only-heading"),
        pytest.param(TAG, HEADING + HEADING, "By tag", id="then-the-title"),
        pytest.param("", "<p>words</p>", "", id="nothing"),
        pytest.param("<title>Sign in</title>" + GRAPH, "", "By graph", id="what-is-no-title-is-passed-over"),
        pytest.param('<meta property="og:title" content="Sign in">' + TAG, "", "By tag", id="in-any-source"),
        pytest.param('<META Name="OG:Title" Content="By graph">', "", "By graph", id="in-any-case"),
        pytest.param("<title>Tom &amp; Jerry &lt;3\n  again</title>", "", "Tom & Jerry <3 again", id="references"),
    ],
)
def test_the_title_comes_from_the_first_source_that_has_one(head: str, body: str, title: str) -> None:
    facts = read(head, body)
    assert facts.title == title
    assert ("no-title" in facts.flags) is (not title)


@pytest.mark.parametrize(
    "title",
    [
        "Sign in",
        "Log in - Site",
        "404",
        "404 Not Found",
        "Page not found",
        "Access denied",
        "YouTube",
        "- YouTube",
        "X",
        "arXiv.org",
        "Untitled",
        "Redirecting…",
        "site.example",
        "Error 500",
        "{{title}}",
        "—",
    ],
)
def test_a_title_that_names_no_page_is_none(title: str) -> None:
    facts = read(f"<title>{title}</title>")
    assert facts.title == ""
    assert "no-title" in facts.flags


@pytest.mark.parametrize("title", ["Just a moment...", "Attention Required! | Cloudflare", "Are you a robot?"])
def test_a_challenge_says_nothing_of_the_page_behind_it(title: str) -> None:
    facts = read(f"<title>{title}</title>" + GRAPH)
    assert (facts.title, facts.flags) == ("", ("no-title", "blocked"))


@pytest.mark.parametrize(
    ("title", "site", "body", "expected"),
    [
        pytest.param("A paper on long things | Site", "Site", "", "A paper on long things", id="bar"),
        pytest.param("A paper on long things — Site", "Site", "", "A paper on long things", id="dash"),
        pytest.param("A paper on long things · site.example", "", "", "A paper on long things", id="host"),
        pytest.param("Site: A paper on long things", "Site", "", "A paper on long things", id="in-front"),
        pytest.param("Paper | Site Name", "Site Name", "<h1>Paper</h1>", "Paper", id="short-but-the-heading-agrees"),
        pytest.param("Notes | On Writing", "On Writing", "", "Notes | On Writing", id="short-and-nobody-agrees"),
        pytest.param("A paper: on long things", "Site", "", "A paper: on long things", id="the-author-s-own-colon"),
        pytest.param("One | Two and more words here", "Site", "", "One | Two and more words here", id="not-the-site"),
        pytest.param("Well-known | a-site", "Site", "", "Well-known | a-site", id="hyphens"),
    ],
)
def test_the_site_s_name_is_cut_off_the_title(title: str, site: str, body: str, expected: str) -> None:
    head = f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="{site}">'
    assert read(head, body).title == expected


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        pytest.param(
            "".join(
                f'<meta name="citation_author" content="{one}">' for one in ("Lind, Ada", "Bo Dahl", "Ek, C. D.")
            ),
            "",
            ("Ada Lind", "Bo Dahl", "C. D. Ek"),
            id="citations-turned",
        ),
        pytest.param(
            data(author=[{"@type": "Person", "name": "Ada Lind"}, "Bo Dahl"]),
            "",
            ("Ada Lind", "Bo Dahl"),
            id="json-ld-list",
        ),
        pytest.param(
            '<meta name="author" content="Ada Lind &amp;amp; Bo Dahl">',
            "",
            ("Ada Lind", "Bo Dahl"),
            id="escaped-twice",
        ),
        pytest.param(
            '<meta name="author" content="By Ada Lind and Bo Dahl">', "", ("Ada Lind", "Bo Dahl"), id="meta"
        ),
        pytest.param(
            '<meta property="article:author" content="https://www.facebook.com/ada">', "", (), id="facebook"
        ),
        pytest.param(
            '<meta name="author" content="admin">',
            '<a rel="author" href="/a">Ada Lind</a>',
            ("Ada Lind",),
            id="nobody-is-passed-over",
        ),
        pytest.param('<meta name="author" content="{{author}}">', "", (), id="placeholder"),
        pytest.param('<meta name="author" content="https://site.example/ada">', "", (), id="an-address"),
        pytest.param(f'<meta name="author" content="{"word " * 60}">', "", (), id="a-whole-paragraph"),
        pytest.param(
            '<meta property="og:site_name" content="The Site"><meta name="author" content="The Site">',
            "",
            (),
            id="the-site-itself",
        ),
        pytest.param("", '<p class="byline">By <a href="/a">Ada Lind</a></p>', ("Ada Lind",), id="byline"),
        pytest.param(
            "",
            "<div class=author><a class=author href=/ada/>Ada Lind</a> and Bo Dahl</div>",
            ("Ada Lind", "Bo Dahl"),
            id="byline-in-a-byline",
        ),
        pytest.param("", '<span itemprop="author"><b>Ada Lind</b></span>', ("Ada Lind",), id="microdata"),
        pytest.param('<meta name="twitter:creator" content="@ada">', "", ("@ada",), id="handle"),
        pytest.param('<meta name="twitter:creator" content=\'"@ada"\'>', "", ("@ada",), id="handle-in-quotes"),
        pytest.param('<meta name="twitter:creator" content="Ada Lind">', "", (), id="no-handle"),
        pytest.param('<meta name="author" content="Ada &lt;script&gt;x&lt;/script&gt;">', "", ("Ada",), id="mark-up"),
    ],
)
def test_authors_are_people(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert read(head, body).authors == authors


@pytest.mark.parametrize(
    ("head", "body", "day", "precision"),
    [
        pytest.param(
            '<meta name="citation_publication_date" content="2024/03/02"><meta name="citation_online_date" '
            'content="2024/01/09">' + data(datePublished="2023-01-01"),
            "",
            "2024-01-09",
            "day",
            id="earliest-citation",
        ),
        pytest.param(
            data(datePublished="2024-02-03T10:00:00+01:00", dateModified="2025-01-01"),
            "",
            "2024-02-03",
            "day",
            id="published-not-modified",
        ),
        pytest.param(
            '<meta property="article:published_time" content="2024-02-03">',
            "",
            "2024-02-03",
            "day",
            id="opengraph",
        ),
        pytest.param('<meta name="DC.date" content="2024-02">', "", "2024-02-01", "month", id="dublin-core"),
        pytest.param("", '<time datetime="2024-02-03T10:00Z">3 Feb</time>', "2024-02-03", "day", id="time"),
        pytest.param(
            '<meta property="article:published_time" content="2024-02-03T00:00:00+09:00">',
            "",
            "2024-02-03",
            "day",
            id="the-day-as-written",
        ),
        pytest.param(
            "",
            '<time class="updated" datetime="2025-02-03">x</time>',
            "2025-06-26",
            "day",
            id="a-change-is-no-date",
        ),
        pytest.param(
            '<meta property="article:published_time" content="2031-02-03">',
            "",
            "2025-06-26",
            "day",
            id="the-future-is-not-believed",
        ),
    ],
)
def test_the_date_is_that_of_publication(head: str, body: str, day: str, precision: str) -> None:
    facts = read(head, body, url="https://site.example/2025/06/26/a-page")
    assert facts.published is not None
    assert (facts.published.date().isoformat(), facts.published_precision) == (day, precision)
    assert ("date-from-address" in facts.flags) is (day == "2025-06-26")


def test_without_a_date_none_is_invented() -> None:
    assert read(TAG).published is None


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('{"@type": "Article", "headline": "Found",}', id="trailing-comma"),
        pytest.param('<!-- {"@type": "Article", "headline": "Found"} -->', id="html-comment"),
        pytest.param('//<![CDATA[\n{"@type": "Article", "headline": "Found"}\n//]]>', id="cdata"),
        pytest.param(
            '{"@graph": [{"@type": "WebSite", "name": "Site"}, {"@type": "Article", "headline": "Found"}]}',
            id="graph",
        ),
        pytest.param(
            '[{"@type": "Organization", "name": "Org"}, {"@type": ["Article", "X"], "headline": "Found"}]',
            id="list-and-types",
        ),
        pytest.param('{"@type": "https://schema.org/NewsArticle", "headline": "Found"}', id="full-type"),
        pytest.param(
            '{"@type": "Article", "headline": "Fo\tund\n"}'.replace("\t", "").replace("\n", "\\n"), id="breaks"
        ),
        pytest.param(
            '{"@type": "Article", "headline": "Found", "url": "https://site.example/2025/a-page?utm_source=x"}',
            id="about-this-page",
        ),
    ],
)
def test_json_ld_is_read_as_people_write_it(script: str) -> None:
    assert read(f'<script type="application/ld+json">{script}</script>').title == "Found"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            '{"@type": "Article", "headline": "Teaser", "url": "https://site.example/another"}', id="other-page"
        ),
        pytest.param('{"@type": "WebSite", "name": "Site"}', id="the-site"),
        pytest.param('{"@type": "BreadcrumbList", "name": "Way"}', id="the-way"),
        pytest.param('{"@type": "Article", "headline": ', id="broken"),
        pytest.param('{"@type": "Article", "headline": 5}', id="a-number"),
        pytest.param("[" * 100_000, id="deep"),
    ],
)
def test_json_ld_about_something_else_is_passed_over(script: str) -> None:
    assert read(f'<script type="application/ld+json">{script}</script>' + TAG).title == "By tag"


def test_json_ld_that_refers_to_people_by_id_is_followed() -> None:
    graph = [
        {"@type": "Article", "headline": "One", "author": {"@id": "/#ada"}, "publisher": {"@id": "/#site"}},
        {"@type": "Person", "@id": "/#ada", "name": "Ada Lind"},
        {"@type": "Organization", "@id": "/#site", "name": "The Site"},
    ]
    facts = read(f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>')
    assert (facts.authors, facts.source) == (("Ada Lind",), "The Site")


def test_two_json_ld_scripts_are_both_read() -> None:
    broken = '<script type="application/ld+json">{"x": </script>'
    assert read(broken + data(headline="One", author="Ada Lind")).authors == ("Ada Lind",)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(
            '<link rel="canonical" href="/2025/a-page/">', "https://site.example/2025/a-page/", id="same-site"
        ),
        pytest.param(
            '<link rel="canonical" href="https://www.site.example/x">', "https://www.site.example/x", id="www"
        ),
        pytest.param('<link rel="canonical" href="https://site.example/">', URL, id="home-page"),
        pytest.param('<link rel="canonical" href="https://other.example/x">', URL, id="other-site"),
        pytest.param('<link rel="canonical" href="/tag/x">', URL, id="list"),
        pytest.param('<link rel="canonical" href="javascript:x">', URL, id="script"),
        pytest.param(
            '<meta property="og:url" content="https://site.example/y?utm_source=x">',
            "https://site.example/y",
            id="og-url-cleaned",
        ),
        pytest.param('<link rel="canonical" href="http://site.example/2025/a-page">', URL, id="never-back-to-http"),
    ],
)
def test_a_canonical_address_is_believed_within_its_site(head: str, expected: str) -> None:
    facts = read(head + TAG)
    assert facts.url == expected
    assert ("republished" in facts.flags) is ("other.example" in head)


def test_the_rest_of_what_a_page_says() -> None:
    facts = read(
        '<meta property="og:site_name" content="The Site"><meta property="og:description" content="About &amp;c.">'
        '<meta property="og:locale" content="de_AT">'
        '<meta property="article:content_tier" content="locked"><meta property="og:type" content="article">' + TAG
    )
    assert (facts.source, facts.summary) == ("The Site", "About &c.")
    assert (facts.lang, facts.kind, facts.flags) == ("en", "article", ("paid",))


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        ("ScholarlyArticle", "paper"),
        ("BlogPosting", "post"),
        ("PodcastEpisode", "podcast"),
        ("SoftwareSourceCode", "repo"),
        ("Dataset", "dataset"),
        ("NewsArticle", "article"),
    ],
)
def test_the_kind_is_what_the_page_says_it_is(node: str, kind: str) -> None:
    assert read(f'<script type="application/ld+json">{{"@type": "{node}", "name": "N"}}</script>').kind == kind


VIDEO = {"@type": "VideoObject", "name": "The film", "uploadDate": "2020-01-01"}


@pytest.mark.parametrize(
    "aside", [VIDEO, {"@type": "SoftwareApplication", "name": "The app", "datePublished": "2020"}]
)
def test_what_an_article_shows_besides_is_not_the_page(aside: dict[str, object]) -> None:
    article = data(**{"@type": "NewsArticle"}, headline="The text", datePublished="2024-02-03")
    facts = read(data(**aside) + article + GRAPH)
    assert (facts.title, facts.kind) == ("The text", "article")
    assert facts.published == datetime(2024, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        pytest.param(data(**VIDEO), None, id="besides"),
        pytest.param('<meta property="og:type" content="video.other">' + data(**VIDEO), "video", id="by-opengraph"),
        pytest.param(data(**VIDEO, mainEntityOfPage=URL), "video", id="says-so-itself"),
        pytest.param(data(**{"@type": "WebPage"}, mainEntity=VIDEO), "video", id="said-by-the-page"),
        pytest.param(
            data(**{"@type": "WebPage"}, mainEntity={"@id": "#film"}) + data(**VIDEO, **{"@id": "#film"}),
            "video",
            id="named-by-the-page",
        ),
    ],
)
def test_a_film_is_the_page_only_where_the_page_is_the_film_s(head: str, kind: str | None) -> None:
    facts = read(head + GRAPH)
    assert (facts.kind, facts.title) == (kind, "The film" if kind else "By graph")


def test_a_page_in_an_old_encoding_is_read_right() -> None:
    html = "<html><head>" + " " * 800 + '<meta charset="shift_jis"><title>日本語の題</title>'
    facts = read_page(html.encode("shift_jis"), url=URL, content_type="text/html", now=NOW)
    assert facts.title == "日本語の題"


def test_a_huge_page_gives_what_stands_in_its_head() -> None:
    began = time.process_time()
    facts = read(GRAPH + '<meta name="author" content="Ada Lind">', "<p>word</p>" * 60_000)
    assert (facts.title, facts.authors) == ("By graph", ("Ada Lind",))
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        '<a "',
        "<a '",
        "<a \"'",
        "<script>",
        "<title>",
        "<",
        "</",
        "<![CDATA[",
        "<h1>",
        "<time>",
        "<p itemprop=author>",
        "<a" + " " * 50,
        "<a b=",
        '<script type="application/ld+json">[',
        "<meta name=a content='",
        "<div>",
        "<h1>x<b></b>",
        "<p class=author>x<b></b>",
        "<h1><pre>x</b>",
        "<br></p>",
        "<meta name=a content=b></p></p></p></p></p></p></p></p>",
        "<![CDATA[>",
        "<svg></svg>",
        "<textarea>",
        "&#x;",
        "&#" + "9" * 5000 + ";",
        '<a href="x">y',
    ],
)
def test_hostile_pages_take_linear_time(piece: str) -> None:
    body = (piece * (400_000 // len(piece))).encode()
    began = time.process_time()
    read_page(body, url=URL, content_type="text/html", now=NOW)
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<h1>", "<p class=author>x<b></b>", "<![x]>", "&#x;", "<a b='>", '<a b=">', "<svg></svg>", "<!-- -- >"],
)
def test_what_stands_in_front_of_hostile_markup_is_read(piece: str) -> None:
    facts = read(GRAPH, piece * 50_000)
    assert (facts.title, facts.lang) == ("By graph", "en")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        pytest.param(
            "<svg><title>Icon</title></svg><h1>The <svg><title>x</title></svg>page</h1>", "The page", id="svg"
        ),
        pytest.param("<noscript><h1>Allow scripts</h1></noscript><h1>The page</h1>", "The page", id="noscript"),
        pytest.param("<!-- <h1>Old</h1> --><h1>The page</h1>", "The page", id="comment"),
        pytest.param("<script>'<h1>Old</h1>'</script><h1>The page</h1>", "The page", id="script"),
        pytest.param(
            "<a href=../>up</a><H1 class=x/>The A&B &#8220;page&#x201d; &#q;</h1>",
            "The A&B “page” &#q;",
            id="sloppy",
        ),
        pytest.param("<p><div><h1>The <i>page</b></h1>", "The page", id="crossed"),
        pytest.param("<h1>The page", "The page", id="unclosed"),
    ],
)
def test_a_heading_is_read_in_whatever_markup(body: str, title: str) -> None:
    assert read("", body).title == title


@given(st.binary(max_size=300) | st.text(alphabet="<>!-/\"'= abht1metiladcontprofg:", max_size=300).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_reading_a_page_fail(body: bytes) -> None:
    facts = read_page(body, url=URL, content_type=None, now=NOW)
    assert facts.url

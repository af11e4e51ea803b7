"""Addresses in feeds and pages that are none, or hardly any: whatever they are, the rest is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaning import clean
from gleanings.fetch.inbox.digest import digest_feed
from gleanings.fetch.inbox.digested import Brought, Digest, Job
from gleanings.fetch.links.feed_hints import find_feeds
from gleanings.fetch.links.hosts import read_hacker_news
from gleanings.fetch.links.page import read_page
from gleanings.fetch.parse.absolute import resolve

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://a.example/page"
HTML = "text/html; charset=utf-8"


# ── cases ──


def test_a_link_with_a_broken_address_loses_it_and_the_post_stays() -> None:
    assert clean('<p>a <a href="//[x#y">z</a> <b id="y">b</b></p>') == "<p>a z <b>b</b></p>"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param('<link rel=alternate type="application/rss+xml" href="/feed">', id="declared"),
        pytest.param('<a href="/feed">Feed</a>', id="linked"),
    ],
)
def test_a_page_with_a_broken_base_still_offers_its_feed(page: str) -> None:
    body = f'<base href="//[x">{page}'.encode()
    assert [feed.url for feed in find_feeds(body, url=URL)] == ["https://a.example/feed"]


@pytest.mark.parametrize(
    ("address", "base", "absolute"),
    [
        pytest.param("https://a.example/\ud800x", "", "https://a.example/x", id="half-a-character"),
        pytest.param("x", "https://a.example/\udfff/", "https://a.example//x", id="half-a-character-in-the-base"),
        pytest.param("https://a\ud800.example/", "", None, id="half-a-character-in-the-host"),
        pytest.param("//[x", "https://a.example/", None, id="open-bracket"),
        pytest.param("http://a.example:99999/", "", None, id="port"),
    ],
)
def test_an_odd_address_becomes_absolute_or_none(address: str, base: str, absolute: str | None) -> None:
    assert resolve(address, base) == absolute


def test_a_story_with_a_broken_address_is_its_own_story() -> None:
    item = "https://news.ycombinator.com/item?id=1"
    facts = read_hacker_news(json.dumps({"title": "T", "url": "http://[x"}).encode(), item)
    assert facts is not None
    assert (facts.url, facts.source) == (item, "Hacker News")


# ── the law ──

PIECES = st.sampled_from([
    "//[x", "//[", "//[x]", "//[::1", "//]", "http:", "https://", "http://a:99999/", "https://a.example:0/", "//a:b/",
    "https://\uff0fa.example/", "https://xn--a.example/", "https://\u2100.example/", "\ud800", "\udfff\ud800", "\0",
    "\x1f", "\x7f", "\u202e", "\ufeff", " ", "\t\r\n", "#x", "#", "?q=%", "?ref=a.example", "%zz", "%ff", "\\", "@",
    "u:p@", ":", "/", "..", "a.example", "https://a.example/p", "mailto:", "javascript:x", "data:,x", "feed:", "é",
    "\U0001f600", "[x]", "https://www.youtube.com/watch?v=", "https://arxiv.org/abs/", "https://github.com/",
    "https://news.ycombinator.com/item?id=", "https://www.reddit.com/r/x/", "https://web.archive.org/web/2024/",
    "https://substack.com/redirect/2/", "." * 300, "a" * 9000,
])  # fmt: skip
ODD = st.one_of(st.lists(PIECES, max_size=5).map("".join), st.text(max_size=30))


def html(address: str) -> str:
    """HTML with this address wherever one may stand."""
    held = escape(address)
    return (
        f'<a href="{held}">z</a><a href="{held}#x">z</a><b id="x">x</b><img src="{held}" srcset="{held} 2x">'
        f'<iframe src="{held}"></iframe><q cite="{held}">q</q><a href="{held}">[link]</a>'
        f'<a href="{held}">[comments]</a>'
    )


def rss(address: str) -> str:
    held, text = escape(address), escape(html(address))
    return f"""<rss xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
      <channel xml:base="{held}"><title>T</title><link>{held}</link><image><url>{held}</url></image>
      <item><title>One</title><link>{held}</link><guid>{held}</guid><comments>{held}</comments>
        <enclosure url="{held}" type="audio/mpeg"/><source url="{held}">S</source><media:thumbnail url="{held}"/>
        <description>{text}</description></item>
      <item xml:base="{held}"><title>Two</title><link>https://a.example/2</link><description>{text}</description></item>
      <item><title>Three</title><link>https://www.reddit.com/r/x/comments/1/</link><description>{text}</description></item>
    </channel></rss>"""


def atom(address: str) -> str:
    held = escape(address)
    rels = ("alternate", "self", "via", "related", "replies", "enclosure")
    links = "".join(f'<link rel="{rel}" href="{held}"/>' for rel in rels)
    return f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>{held}</id>{links}
      <entry><title>One</title><id>{held}</id>{links}<content type="html" xml:base="{held}">x</content></entry>
      <entry><title>Two</title><id>tag:a.example,2026:two</id><link href="https://a.example/2"/>{links}
        <content type="xhtml"><div xml:base="{held}"><a href="{held}">z</a></div></content></entry>
      <entry><title>Three</title><id>tag:a.example,2026:three</id>
        <content type="html">{escape(html(address))}</content></entry></feed>"""


def json_feed(address: str) -> str:
    one = dict.fromkeys(("id", "url", "external_url", "image"), address)
    attached = {"url": address, "mime_type": "audio/mpeg"}
    items = [
        {**one, "title": "One", "content_html": html(address), "attachments": [attached]},
        {"id": "tag:a.example,2026:two", "url": "https://a.example/2", "title": "Two", "content_html": html(address)},
        {"id": "tag:a.example,2026:three", "title": "Three", "summary": address},
    ]
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "home_page_url": address,
        "feed_url": address,
    }
    return json.dumps({**head, "items": items})


def page(address: str) -> str:
    held = escape(address)
    names = ("og:url", "og:image", "twitter:image", "article:author")
    metas = "".join(f'<meta property="{name}" content="{held}">' for name in names)
    told = {
        "@type": "Article",
        "headline": "H",
        **dict.fromkeys(("url", "@id", "mainEntityOfPage", "image"), address),
    }
    return (
        f'<base href="{held}"><link rel="canonical" href="{held}"><title>A title of words</title>'
        f'<link rel="alternate" type="application/rss+xml" href="{held}">'
        f"{metas}"
        f'<script type="application/ld+json">{json.dumps(told)}</script>'
        f'<body><a href="{held}/feed.xml">Feed</a><a href="{held}">x</a>'
    )


@pytest.mark.parametrize(
    "write", [pytest.param(rss, id="rss"), pytest.param(atom, id="atom"), pytest.param(json_feed, id="json-feed")]
)
@given(address=ODD)
@settings(max_examples=100, deadline=None)
def test_no_address_costs_a_feed_one_of_its_entries(write: Callable[[str], str], address: str) -> None:
    body = write(address).encode("utf-8", "surrogatepass")
    digest = digest_feed(Job(feed=URL, url=URL, content_type=None, body=body, now=NOW, known=frozenset()))
    assert isinstance(digest, Digest)
    assert [item.draft.title for item in digest.items if isinstance(item, Brought)] == ["One", "Two", "Three"]


@example(address="https://\x00")
@given(address=ODD)
@settings(max_examples=200, deadline=None)
def test_no_address_keeps_a_page_from_being_read(address: str) -> None:
    body = page(address).encode("utf-8", "surrogatepass")
    assert read_page(body, url=URL, content_type=HTML, now=NOW).title in ("H", "A title of words")
    for feed in find_feeds(body, url=URL, content_type=HTML):
        assert resolve(feed.url, "") == feed.url


@given(address=ODD, base=ODD)
@settings(max_examples=500, deadline=None)
def test_every_address_becomes_absolute_and_plain_or_none(address: str, base: str) -> None:
    found = resolve(address, base)
    assert found is None or (found.startswith(("http://", "https://")) and found.isascii() and " " not in found)


def test_a_feed_at_an_address_that_was_put_together_can_be_asked() -> None:
    found = find_feeds(b"<title>x</title>", url="https://github.com/ada/／engine", content_type=HTML)
    assert found[0].url == "https://github.com/ada/%EF%BC%8Fengine/releases.atom"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://bücher.example:8080/", "https://xn--bcher-kva.example:8080/"),
        ("//bücher.example:8080?q", "https://xn--bcher-kva.example:8080?q"),
        ("https://ä@bücher.example/", "https://%C3%A4@xn--bcher-kva.example/"),
        ("https://d¨.example/", None),
        ("https://\x00", None),
        ("https://é\x00.example/", None),
    ],
)
def test_a_host_in_any_alphabet_is_resolved_once_and_for_all(written: str, address: str | None) -> None:
    assert resolve(written, "https://base.example/") == address
    assert address is None or resolve(address, "") == address

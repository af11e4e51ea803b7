"""Every dialect makes the same record; what is no feed is told apart; nothing else ever escapes."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gleanings.fetch.parse.feed import parse_feed
from gleanings.fetch.parse.parsed import FeedUnreadable, ParsedFeed, ParsedItem

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FEEDS = sorted((Path(__file__).parent / "feeds").iterdir())


def read(body: bytes | str, content_type: str | None = None) -> ParsedFeed:
    body = body.encode() if isinstance(body, str) else body
    return parse_feed(body, url="https://lighthouse.example/feed", content_type=content_type, now=NOW)


@pytest.mark.parametrize("path", [pytest.param(path, id=f"G01-{path.stem}") for path in FEEDS])
def test_every_dialect_makes_the_same_record(path: Path) -> None:
    feed = read(path.read_bytes())
    assert (feed.title, feed.home, feed.lang) == ("The Lighthouse", "https://lighthouse.example/", "en-US")
    assert [(item.title, item.url, item.content_html) for item in feed.items] == [
        ("On tides & time", "https://lighthouse.example/tides", "Why the sea comes back."),
        ("Fog signals", "https://lighthouse.example/fog", "A horn, a bell, a gun."),
    ]
    assert feed.flags == ()


def test_atom_0_3_names_its_dates_differently() -> None:
    item = read((Path(__file__).parent / "feeds" / "atom-0.3.xml").read_bytes()).items[0]
    assert item.published == datetime(2004, 6, 26, 15, 28, 7, tzinfo=UTC)
    assert item.updated == datetime(2004, 6, 27, 15, 28, 7, tzinfo=UTC)


# ── JSON Feed ──


def json_feed(*items: dict[str, Any], **head: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", **head, "items": items})


def json_item(**members: Any) -> ParsedItem:
    return read(json_feed(members), "text/plain").items[0]


def test_F03_a_json_feed_may_be_served_as_text() -> None:
    assert [item.guid for item in read(json_feed({"id": "1"}), "text/plain").items] == ["1"]


@pytest.mark.parametrize(
    ("members", "guid", "flags"),
    [
        pytest.param({"id": 42, "url": "https://a.example/x"}, "42", (), id="G21-number"),
        pytest.param({"id": " ", "url": "https://a.example/x"}, "https://a.example/x", ("no-id",), id="G21-blank"),
        pytest.param({"id": None, "url": "https://a.example/x"}, "https://a.example/x", ("no-id",), id="G21-null"),
        pytest.param({"content_text": "x"}, None, ("no-id",), id="G21-nothing"),
    ],
)
def test_the_id_of_a_json_item(members: dict[str, Any], guid: str | None, flags: tuple[str, ...]) -> None:
    item = json_item(**members)
    assert (item.guid, item.flags) == (guid, flags)


def test_G22_the_external_url_is_the_work() -> None:
    item = json_item(id="1", url="https://blog.example/1", external_url="https://work.example/")
    assert (item.url, item.source) == ("https://work.example/", "work.example")
    own = json_item(id="1", url="https://blog.example/1", external_url="https://www.blog.example/long/1")
    assert own.source is None


def test_a_json_episode_without_a_link_links_its_file() -> None:
    item = json_item(id="1", attachments=[{"url": "https://cdn.example/e.mp3", "mime_type": "audio/mpeg"}])
    assert (item.url, item.flags) == ("https://cdn.example/e.mp3", ("link-from-file",))


def test_json_authors_of_both_versions_and_of_the_feed() -> None:
    feed = read(
        json_feed(
            {"id": "1", "authors": [{"name": "Ann"}, {"name": "Bo"}]},
            {"id": "2", "author": {"name": "Cy"}},
            {"id": "3"},
            authors=[{"name": "Di"}],
        )
    )
    assert [item.authors for item in feed.items] == [("Ann", "Bo"), ("Cy",), ("Di",)]


def test_json_text_attachments_and_dates() -> None:
    item = json_item(
        id="1",
        content_text="a < b\n\nc",
        date_published="2025-06-26T15:28:07+02:00",
        date_modified="2025-06-27T00:00:00Z",
        tags=["x", "x", "y"],
        attachments=[{"url": "https://a.example/e.mp3", "mime_type": "audio/mpeg", "duration_in_seconds": 61}],
    )
    assert item.content_html == "<p>a &lt; b</p><p>c</p>"
    assert item.published == datetime(2025, 6, 26, 13, 28, 7, tzinfo=UTC)
    assert item.updated == datetime(2025, 6, 27, tzinfo=UTC)
    assert item.categories == ("x", "y")
    assert (item.media, item.duration_seconds, item.kind) == (("https://a.example/e.mp3",), 61, "podcast")


def test_a_json_feed_says_that_it_has_ended() -> None:
    assert read(json_feed(expired=True)).flags == ("expired",)


def test_json_of_wrong_types_is_read_as_far_as_it_makes_sense() -> None:
    feed = read(json_feed({"id": {"a": 1}, "title": 7, "tags": "one", "authors": "Ann", "attachments": 3, "url": []}))
    item = feed.items[0]
    assert (item.guid, item.title, item.categories, item.authors) == (None, "7", ("one",), ("Ann",))


def test_terminal_codes_from_json_are_gone() -> None:
    assert json_item(id="1", title="a\u001b[31mb\u202ec\u0000").title == "abc"


def test_F23_a_json_feed_that_is_cut_keeps_its_whole_items() -> None:
    body = json_feed({"id": "1", "title": "A"}, {"id": "2", "title": "B"}, {"id": "3", "title": "C"})
    feed = read(body[: body.index('"C"')])
    assert [item.title for item in feed.items] == ["A", "B"]
    assert feed.flags == ("incomplete",)


def test_a_feed_whose_root_is_destroyed_still_has_its_items() -> None:
    feed = read(
        "<rs version='2.0><channel><item><title>A</title></item><item><title>B</title></item></channel></rss>"
    )
    assert [item.title for item in feed.items] == ["A", "B"]


def test_rss_in_json() -> None:
    channel = {"title": "T", "item": [{"title": "A", "link": "https://a.example/", "guid": "g"}, {"title": "B"}]}
    feed = read(json.dumps({"rss": {"version": "2.0", "channel": channel}}))
    assert [(item.title, item.url) for item in feed.items] == [("A", "https://a.example/"), ("B", None)]


# ── what is no feed ──


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        pytest.param(b"", "empty", "empty", id="B21-empty"),
        pytest.param(b" \r\n\t", "empty", "empty", id="B21-white-space"),
        pytest.param(b"\xef\xbb\xbf", "empty", "empty", id="mark-alone"),
        pytest.param(b"<!DOCTYPE html><html><body><p>Hi<br></body></html>", "html", "web page", id="F02-page"),
        pytest.param(b"<html xmlns='x'><body/></html>", "html", "web page", id="F02-xhtml"),
        pytest.param(b'{"items": []}', "not-feed", "version", id="F03-json-without-version"),
        pytest.param(b'[{"version": 1}]', "not-feed", "version", id="F03-list"),
        pytest.param(b'{"version": "https://jsonfeed', "not-feed", "JSON", id="F03-cut-json"),
        pytest.param(b"ID3\x03\x00\x00", "binary", "sound", id="E20-mp3"),
        pytest.param(b"\xff\xf3\x40\xc0", "binary", "sound", id="E20-mp3-without-a-head"),
        pytest.param(b"SQLite format 3\0", "binary", "database", id="E20-database"),
        pytest.param(b"PK\x03\x04\x14\x00", "binary", "zip", id="E20-zip"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3", "binary", "PDF", id="E20-pdf"),
        pytest.param(b"<opml version='2.0'><body/></opml>", "not-feed", "OPML", id="N15-opml"),
        pytest.param(b"<urlset><url/></urlset>", "not-feed", "sitemap", id="N15-sitemap"),
        pytest.param(b"<sitemapindex/>", "not-feed", "sitemaps", id="N15-sitemap-index"),
        pytest.param(b"<catalog><cd/></catalog>", "not-feed", "<catalog>", id="other-xml"),
        pytest.param(b"<catalog><item><title>x</title></item></catalog>", "not-feed", "<catalog>", id="items-alone"),
        pytest.param(b"hello", "not-feed", "neither", id="words"),
        pytest.param(b"<rss>" + b"<a>" * 1_000_001, "not-feed", "more elements", id="E13-elements-without-end"),
        pytest.param(b"[" * 200_000, "not-feed", "JSON", id="E13-nested-json"),
    ],
)
def test_what_is_no_feed_is_told_apart(body: bytes, kind: str, says: str) -> None:
    with pytest.raises(FeedUnreadable, match=says) as caught:
        read(body)
    assert caught.value.kind == kind


# ── bounds and hostile input ──


def items(count: int) -> str:
    return "".join(
        f"<item><guid>{n}</guid><pubDate>{1 + n % 28} Jun {1991 + n // 1000} 00:00 GMT</pubDate></item>"
        for n in range(count)
    )


def within(seconds: float, body: bytes | str) -> ParsedFeed:
    started = time.process_time()
    feed = read(body)
    assert time.process_time() - started < seconds
    return feed


def test_E12_entities_never_expand_and_nothing_is_read_from_disk(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    body = f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "{secret.as_uri()}">
        <!ENTITY % p SYSTEM "http://127.0.0.1:1/p.dtd"> %p;]>
        <rss><channel><item><title>a&l9;&x;b</title></item></channel></rss>"""
    feed = within(0.5, body)
    title = feed.items[0].title
    assert title == "a&l9;&x;b"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f"<rss><channel><item><b>{'<b>' * 20_000}x{'</b>' * 20_000}</b></item></channel></rss>", id="whole"
        ),
        pytest.param(f"<rss><channel><item><title>A</title>{'<b>' * 20_000}", id="unclosed"),
        pytest.param(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>"
            f"{'<b>' * 20_000}x{'</b>' * 20_000}</content></entry></feed>",
            id="xhtml",
        ),
        pytest.param(f"<rss><channel><item>{'<b>' * 20_000}</item></channel></rss>", id="damaged"),
    ],
)
def test_E13_depth_costs_no_stack(body: str) -> None:
    within(2, body)


def test_E14_the_newest_thousand_items_are_kept() -> None:
    feed = within(5, f"<rss><channel>{items(20_000)}</channel></rss>")
    assert len(feed.items) == 1000
    assert feed.items[0].guid == "19000"
    assert feed.flags == ("cut",)


def test_E14_also_in_json() -> None:
    feed = read(json_feed(*({"id": n} for n in range(1500))))
    assert [len(feed.items), feed.items[-1].guid, feed.flags] == [1000, "999", ("cut",)]


def test_E15_a_huge_item_is_cut_at_a_million_characters() -> None:
    item = within(
        2, f"<rss><channel><item><description>{'x ' * 2_500_000}</description></item></channel></rss>"
    ).items[0]
    assert (len(item.content_html), item.flags) == (1_000_000, ("cut",))


def test_E15_also_in_json_and_where_a_text_grows_as_it_becomes_html() -> None:
    text = "&amp;amp;" * 300_000
    grown = (
        f"<rss><channel><item><link>https://bsky.app/1</link><description>{text}</description></item></channel></rss>"
    )
    for feed in (json_feed({"id": 1, "content_html": "x" * 1_000_001}), grown):
        (item,) = read(feed).items
        assert (len(item.content_html), item.flags) == (1_000_000, ("cut",))


@pytest.mark.parametrize(
    "piece", ['<a "', "<a b=", "<", "&", "&#", "<![CDATA[", "<!--", "<!", "<entry ", "<item>", "</b>"]
)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    within(6, f"<rss><channel><title>T</title><item><title>A</title>{piece * 50_000}</item></channel></rss>")


def test_E17_an_id_stays_text() -> None:
    item = read("<rss><channel><item><guid>../../etc/passwd\x07</guid></item></channel></rss>").items[0]
    assert (item.guid, item.url) == ("../../etc/passwd", None)


@pytest.mark.parametrize("path", [pytest.param(path, id=f"F26-{path.stem}") for path in FEEDS])
def test_no_damage_raises_anything_but_unreadable(path: Path) -> None:
    """300 random changes: bytes flipped, cut, doubled, and bits of syntax put in."""
    whole = path.read_bytes()
    chance = random.Random(path.name)
    syntax = (
        b"<",
        b">",
        b"&",
        b'"',
        b"\0",
        b"]]>",
        b"<![CDATA[",
        b"</item>",
        b"&#99999999;",
        b"<!--",
        b"\xe9",
        b"<!D",
    )
    unreadable = 0
    for _ in range(300):
        body = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3, 20))):
            place = chance.randrange(len(body))
            match chance.randrange(4):
                case 0:
                    body[place] = chance.randrange(256)
                case 1:
                    del body[place : place + chance.choice((1, 40))]
                case 2:
                    body[place:place] = chance.choice(syntax)
                case _:
                    body[place:place] = body[place : place + 30]
        try:
            feed = read(bytes(body))
        except FeedUnreadable:
            unreadable += 1
        else:
            assert all(item.url is None or item.url.startswith(("http://", "https://")) for item in feed.items)
    assert unreadable < 300

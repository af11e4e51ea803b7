"""Any encoding that servers send, and XML that is not well-formed, read as far as it is whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.fetch.parse.feed import parse_feed
from gleanings.fetch.parse.parsed import ParsedFeed
from gleanings.fetch.parse.repair import split_marked

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def read(body: bytes, content_type: str | None = None) -> ParsedFeed:
    return parse_feed(body, url="https://example.org/feed.xml", content_type=content_type, now=NOW)


def rss(title: str, *, prolog: str = '<?xml version="1.0"?>') -> str:
    return (
        f"{prolog}<rss version='2.0'><channel><title>Feed</title><item><title>{title}</title></item></channel></rss>"
    )


def prolog(label: str) -> str:
    return f'<?xml version="1.0" encoding="{label}"?>'


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream", "", None])
def test_F01_the_content_type_does_not_decide(kind: str | None) -> None:
    assert read(rss("Café").encode(), kind).items[0].title == "Café"


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        pytest.param(rss("Café").encode(), "text/xml; charset=iso-8859-1", "Café", id="F04-lying-header"),
        pytest.param(
            rss("Café", prolog=prolog("iso-8859-1")).encode("latin-1"),
            "text/xml; charset=utf-8",
            "Café",
            id="F05-prolog-is-right",
        ),
        pytest.param(
            rss("“Hi”", prolog=prolog("iso-8859-1")).encode("cp1252"), None, "“Hi”", id="F07-windows-in-latin-1"
        ),
        pytest.param(rss("Café “x”").encode("cp1252"), None, "Café “x”", id="undeclared-windows-1252"),
        pytest.param(rss("Café").encode("utf-16"), None, "Café", id="F08-utf-16-with-mark"),
        pytest.param(rss("Café").encode("utf-16-le"), None, "Café", id="F08-utf-16-le"),
        pytest.param(rss("Café").encode("utf-16-be"), None, "Café", id="F08-utf-16-be"),
        pytest.param(rss("Café").encode("utf-32"), None, "Café", id="F08-utf-32"),
        pytest.param(rss("Café").encode("utf-32-be"), None, "Café", id="F08-utf-32-be"),
        pytest.param(rss("Café").encode("utf-8-sig"), "text/xml; charset=us-ascii", "Café", id="F09-mark"),
        pytest.param(
            rss("汉字㐂中文", prolog=prolog("gb2312")).encode("gb18030"), None, "汉字㐂中文", id="F11-gb18030"
        ),
        pytest.param(rss("日本語", prolog=prolog("shift_jis")).encode("cp932"), None, "日本語", id="F11-shift-jis"),
        pytest.param(rss("한국어", prolog=prolog("euc-kr")).encode("cp949"), None, "한국어", id="F11-euc-kr"),
        pytest.param(rss("Привет", prolog=prolog("koi8-r")).encode("koi8-r"), None, "Привет", id="F11-koi8-r"),
        pytest.param(
            rss("Привет").encode("cp1251"), "text/xml; charset=windows-1251", "Привет", id="F11-windows-1251"
        ),
        pytest.param(rss("繁體中文", prolog=prolog("big5")).encode("big5"), None, "繁體中文", id="F11-big5"),
        pytest.param(
            rss("日本語", prolog=prolog("iso-2022-jp")).encode("iso2022_jp"), None, "日本語", id="iso-2022-jp"
        ),
        pytest.param(rss("Café", prolog=prolog("utf8mb4")).encode(), None, "Café", id="F12-utf8mb4"),
        pytest.param(rss("日本", prolog=prolog("x-sjis")).encode("cp932"), None, "日本", id="F12-x-sjis"),
        pytest.param(rss("Café", prolog=prolog("none")).encode(), None, "Café", id="F12-none"),
        pytest.param(
            rss("Café").encode("cp1252"), "text/xml; charset=unicode_escape", "Café", id="codec-that-is-none"
        ),
    ],
)
def test_text_arrives_whatever_the_label(body: bytes, content_type: str | None, title: str) -> None:
    assert read(body, content_type).items[0].title == title


@pytest.mark.parametrize("declared", [None, "text/xml; charset=iso-8859-1", "text/xml; charset=utf-8"])
def test_F06_one_bad_byte_is_one_lost_character(declared: str | None) -> None:
    long = "naïve café — ünïcode " * 500
    body = rss(long).encode().replace("ünïcode".encode(), b"\xe9n", 1)
    feed = read(body, declared)
    assert feed.items[0].title is not None
    assert feed.items[0].title.startswith("naïve café — \ufffdn naïve café — ünïcode")
    assert feed.flags == ("repaired",)


@pytest.mark.parametrize(
    ("source", "title"),
    [
        pytest.param("a\x0bb\x1fc\ufffed\uffff", "abcd", id="F10-illegal-characters"),
        pytest.param("&#55357;&#56832;", "😀", id="F13-surrogate-pair"),
        pytest.param("&#xD83D;&#xDE00;", "😀", id="F13-surrogate-pair-hex"),
        pytest.param("a&#xD83D;b", "a\ufffdb", id="F13-lone-surrogate"),
        pytest.param("a&#99999999;b", "a\ufffdb", id="F14-too-great"),
        pytest.param("a&#xFFFFFFFF;b", "a\ufffdb", id="F14-much-too-great"),
        pytest.param("a&#0;b", "a\ufffdb", id="F14-zero"),
        pytest.param("a&#-1;b", "a&#-1;b", id="F14-negative"),
        pytest.param("&#147;a&#148;&#151;", "“a”—", id="F15-windows-references"),
        pytest.param("a&nbsp;b &mdash; it&rsquo;s", "a b — it’s", id="F16-html-entities"),
        pytest.param("R&D & more", "R&D & more", id="F17-bare-ampersands"),
        pytest.param("if 1 < 2", "if 1 < 2", id="bare-less-than"),
        pytest.param("Ã©", "Ã©", id="F18-no-mojibake-repair"),
        pytest.param("<![CDATA[R&D <3 &amp; x]]>", "R&D <3 & x", id="cdata-is-left-alone"),
        pytest.param("<![CDATA[a ]]]]><![CDATA[> b]]>", "a ]]> b", id="F22-split-cdata"),
        pytest.param("a <b>bold</b> word", "a bold word", id="markup-not-escaped"),
    ],
)
def test_damaged_text_is_mended(source: str, title: str) -> None:
    assert read(rss(source).encode("utf-8", "surrogatepass")).items[0].title == title


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("\n\n  " + rss("A"), id="F09-blank-lines"),
        pytest.param("<br />\n<b>Warning</b>: x on line <b>3</b>\n" + rss("A"), id="F09-php-warning"),
        pytest.param(rss("A") + "<rss></rss>", id="F25-two-roots"),
        pytest.param(rss("A") + "<!-- cached --> junk & more", id="F25-junk-behind"),
        pytest.param(rss("A", prolog='<?xml version="1.1"?>'), id="F25-xml-1.1"),
        pytest.param(rss("A", prolog='<?xml version="2.x" ?>'), id="wrong-version"),
        pytest.param(
            rss("A", prolog='<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x.example/a.dtd">'),
            id="F25-netscape",
        ),
        pytest.param(rss("A", prolog='<!DOCTYPE rss [<!ENTITY % a "\\x> ]">]>'), id="F27-backslash-in-doctype"),
        pytest.param(rss("A").replace("</title></item>", "</titel></item>"), id="wrong-end-tag"),
        pytest.param(rss("A").replace("</title></item>", "</item>"), id="missing-end-tag"),
        pytest.param(rss("A").replace("</title></item>", "</title</item>"), id="unclosed-tag"),
        pytest.param(rss("A").replace("<item>", "<item a='1' a='2'>"), id="attribute-twice"),
        pytest.param(rss("A").replace("<item>", "<item a=b>"), id="attribute-without-quotes"),
        pytest.param(rss("A").replace("item>", "ITEM>").replace("title>", "TITLE>"), id="capitals"),
    ],
)
def test_what_is_around_the_items_may_be_broken(body: str) -> None:
    feed = read(body.encode())
    assert [item.title for item in feed.items] == ["A"]


def numbered(count: int) -> str:
    items = (
        f"<item><title>No {place}</title><description><![CDATA[<p>Text {place}</p>]]></description></item>"
        for place in range(1, count + 1)
    )
    return f"<rss version='2.0'><channel><title>Feed</title>{''.join(items)}</channel></rss>"


def test_F22_an_endless_cdata_costs_no_item_before_it() -> None:
    body = numbered(5).replace("Text 4</p>]]>", "Text 4</p>").replace("Text 5</p>]]>", "Text 5</p>")
    feed = read(body.encode())
    assert [item.title for item in feed.items][:3] == ["No 1", "No 2", "No 3"]
    assert "incomplete" in feed.flags


@pytest.mark.parametrize("mark", ["Text 7", "<p>Text 7", "No 7</t", "No 7", "<description><![CDATA[<p>Text 7</p>]]>"])
def test_F23_a_file_cut_in_item_seven_has_six(mark: str) -> None:
    body = numbered(9)
    feed = read(body[: body.index(mark) + len(mark)].encode())
    assert [item.title for item in feed.items] == [f"No {place}" for place in range(1, 7)]
    assert "incomplete" in feed.flags


def test_damage_in_one_item_leaves_the_others_whole() -> None:
    body = numbered(5).replace("<title>No 3</title>", "<title>No <3</b> & </titl")
    feed = read(body.encode())
    assert len(feed.items) == 5
    assert [feed.items[place].title for place in (0, 1, 3, 4)] == ["No 1", "No 2", "No 4", "No 5"]
    assert feed.items[4].content_html == "<p>Text 5</p>"
    assert feed.flags == ("repaired",)


@pytest.mark.parametrize(
    "declarations",
    [
        pytest.param("", id="F24-undeclared"),
        pytest.param('xmlns:content="http://wrong.example/ns" xmlns:dc="urn:x"', id="F24-wrong"),
        pytest.param(
            'xmlns:content="https://purl.org/rss/1.0/modules/content" xmlns:dc="https://purl.org/dc/elements/1.1"',
            id="F24-https",
        ),
    ],
)
def test_namespaces_may_be_wrong(declarations: str) -> None:
    body = f"""<rss version="2.0" {declarations}><channel><item><title>A</title>
        <dc:creator>Ann Ash</dc:creator><content:encoded>&lt;p&gt;x&lt;/p&gt;</content:encoded></item>
        </channel></rss>"""
    item = read(body.encode()).items[0]
    assert (item.authors, item.content_html) == (("Ann Ash",), "<p>x</p>")


def test_another_prefix_for_a_known_namespace_means_the_same() -> None:
    body = """<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:d="http://purl.org/dc/elements/1.1/"><a:entry>
        <a:title>A</a:title><a:link href="/x"/><d:creator>Ann Ash</d:creator></a:entry></a:feed>"""
    feed = read(body.encode())
    assert [(item.title, item.url, item.authors) for item in feed.items] == [
        ("A", "https://example.org/x", ("Ann Ash",))
    ]


@given(st.lists(st.sampled_from(["<![CDATA[", "]]>", "<!--", "-->", "<!", "a", "<b>", "]", "-"]), max_size=30))
def test_marked_sections_are_told_apart_and_nothing_is_lost(written: list[str]) -> None:
    text = "".join(written)
    pieces = list(split_marked(text))
    assert "".join(piece for piece, _ in pieces) == text
    for piece, marked in pieces:
        whole = piece.startswith("<![CDATA[") and piece.endswith("]]>") and piece.count("]]>") == 1
        comment = piece.startswith("<!--") and piece.endswith("-->") and piece.find("-->", 4) == len(piece) - 3
        assert marked is (whole or comment)

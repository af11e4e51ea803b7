"""OPML from other readers in, ours out, and back."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gleanings.exchange.opml import Subscription, format_opml, parse_opml
from gleanings.model import Feed, Place

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>Mine</title></head><body>
  <outline text="Tech &amp; more">
    <outline text="Ada&#8217;s &nbsp;log" type="rss" xmlUrl="https://ada.example/feed" htmlUrl="https://ada.example/"/>
    <outline text="Deep"><outline title="Bo" text="x" xmlurl="https://bo.example/rss" category="/a/llm,moe"/>
    </outline>
  </outline>
  <outline text="R&D weekly" XMLURL='feed://rd.example/x'></outline>
  <outline text="Cy" xmlUrl="feed:cy.example/x"/>
  <outline text="Ada again" xmlUrl="http://www.ada.example/feed/"/>
  <outline text="Off" type="rss" xmlUrl="https://off.example/feed" isComment="true"/>
  <outline type="include" text="More" url="https://lists.example/more.opml"/>
  <outline text="Bad" xmlUrl="javascript:alert(1)"/>
  <!-- <outline text="Hidden" xmlUrl="https://hidden.example/feed"/> -->
</body></opml>"""


def test_an_opml_file_is_read_as_people_write_it() -> None:
    assert parse_opml(LIST.encode()).feeds == (
        Subscription(
            url="https://ada.example/feed", title="Ada’s log", home="https://ada.example/", group="Tech & more"
        ),
        Subscription(url="https://bo.example/rss", title="Bo", group="Tech & more / Deep", tags=("llm", "moe")),
        Subscription(url="https://rd.example/x", title="R&D weekly"),
        Subscription(url="https://cy.example/x", title="Cy"),
    )


def test_what_is_left_out_is_named_with_its_reason() -> None:
    assert parse_opml(LIST.encode()).left_out == (
        ("Ada again", "it is in the list already, as https://ada.example/feed"),
        ("Off", "it is switched off (isComment)"),
        ("https://lists.example/more.opml", "it is another list (import that file by itself)"),
        ("Bad", "'javascript:alert(1)' is no web address"),
    )


def test_a_folder_that_is_switched_off_switches_off_what_is_in_it() -> None:
    found = parse_opml(
        b'<outline text="Old" isComment="true"><outline text="In"><outline text="A" xmlUrl="https://a.example/feed"/>'
        b'</outline></outline><outline text="New"><outline text="B" xmlUrl="https://b.example/feed"/></outline>'
    )
    assert found.feeds == (Subscription(url="https://b.example/feed", title="B", group="New"),)
    assert found.left_out == (("A", "it is switched off (isComment)"),)


def test_an_address_with_a_bare_ampersand_stays_as_it_is() -> None:
    address = "https://a.example/feed?a=1&section=2&region=eu&currency=USD"
    assert parse_opml(f'<opml><outline xmlUrl="{address}"/>'.encode()).feeds == (Subscription(url=address),)


def test_an_address_that_feeds_yaml_would_refuse_is_left_out() -> None:
    found = parse_opml(
        '<outline text="A" xmlUrl="https://[bad]/feed"/><outline xmlUrl="https://ex℀mple.com/"/>'.encode()
    )
    assert found.feeds == ()
    assert found.left_out == (
        ("A", 'the address "https://[bad]/feed" names no host that there can be'),
        ("https://ex℀mple.com/", 'the address "https://ex℀mple.com/" names no host that there can be'),
    )


def test_entities_and_doctypes_stay_inert() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    hostile = (
        f'<!DOCTYPE opml [<!ENTITY a0 "aaaa">{bomb}<!ENTITY file SYSTEM "file:///etc/passwd">'
        "<!ENTITY feed \"<outline xmlUrl='https://evil.example/'/>\">]>"
        '<opml><body>&feed;<outline text="&a11;&file;" xmlUrl="https://a.example/feed"/></body></opml>'
    )
    assert parse_opml(hostile.encode()).feeds == (Subscription(url="https://a.example/feed", title="&a11;&file;"),)


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        pytest.param(
            b"\xef\xbb\xbf<outline text='\xc3\xa9' xmlUrl='https://a.example/'/>", ["é"], id="byte-order-mark"
        ),
        pytest.param("<outline text='é' xmlUrl='https://a.example/'/>".encode("utf-16"), ["é"], id="utf-16"),
        pytest.param(
            "<?xml version='1.0' encoding='iso-8859-2'?><outline text='ř' xmlUrl='https://a.example/'/>".encode(
                "iso-8859-2"
            ),
            ["ř"],
            id="declared",
        ),
        pytest.param(b"<outline text='a' xmlUrl='https://a.example/'/><outline text='b", ["a"], id="cut-off"),
        pytest.param(b"", [], id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n", [], id="no-opml"),
    ],
)
def test_any_file_gives_what_is_whole_in_it(content: bytes, titles: list[str]) -> None:
    assert [feed.title for feed in parse_opml(content).feeds] == titles


PLACE = Place(path="feeds.yaml", line=1, column=1)
FEEDS = (
    Feed(url="https://ada.example/feed", title="Ada & <co>", home="https://ada.example/", tags=("llm",), place=PLACE),
    Feed(url="https://bo.example/rss", group="Tech / Deep", place=PLACE),
    Feed(url="https://me:secret@cy.example/feed", title="Cy", group="Tech", place=PLACE),
)


def test_feeds_go_out_and_come_back() -> None:
    text = format_opml(FEEDS, title="Mine", names={"https://bo.example/rss": "Bo"}, homes={})
    assert ET.fromstring(text).get("version") == "2.0"
    assert parse_opml(text.encode()).feeds == (
        Subscription(url="https://ada.example/feed", title="Ada & <co>", home="https://ada.example/", tags=("llm",)),
        Subscription(url="https://bo.example/rss", title="Bo", group="Tech / Deep"),
        Subscription(url="https://cy.example/feed", title="Cy", group="Tech"),
    )


def test_a_password_never_goes_out() -> None:
    assert "secret" not in format_opml(FEEDS, title="Mine", names={}, homes={})


@pytest.mark.parametrize("url", ["https://me:secret@a.example/feed", "ftp://me:secret@a.example/feed"])
def test_a_password_is_never_told(url: str) -> None:
    outlines = f"<outline xmlUrl='{url}'/>" * 2
    assert "secret" not in str(parse_opml(outlines.encode()).left_out)


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=12)


@given(st.lists(st.tuples(NAMES, NAMES), max_size=5))
@settings(max_examples=100, deadline=None)
def test_any_names_survive_the_round_trip(names: list[tuple[str, str]]) -> None:
    feeds = [
        Feed(url=f"https://h{n}.example/feed", title=title, group=group, place=PLACE)
        for n, (title, group) in enumerate(names)
        if " / " not in group
    ]
    back = parse_opml(format_opml(feeds, title="Mine", names={}, homes={}).encode()).feeds
    assert {(one.url, one.title, one.group) for one in back} == {(one.url, one.title, one.group) for one in feeds}


@given(st.text(alphabet="<>/outlinexmUrl= \"'&;![]-DOCTYPE", max_size=200).map(str.encode) | st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_file_makes_reading_fail(content: bytes) -> None:
    parse_opml(content)

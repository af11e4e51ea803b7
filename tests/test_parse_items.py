"""Ids, links, people, text and media of items, in every dialect."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gleanings.fetch.parse.feed import parse_feed
from gleanings.fetch.parse.parsed import ParsedFeed, ParsedItem

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:yt="http://www.youtube.com/xml/schemas/2015"'
)


def read(text: str, url: str = "https://blog.example.org/feed.xml") -> ParsedFeed:
    return parse_feed(text.encode(), url=url, content_type=None, now=NOW)


def rss_item(inner: str, *, head: str = "", url: str = "https://blog.example.org/feed.xml") -> ParsedItem:
    feed = read(f"<rss version='2.0' {SPACES}><channel>{head}<item>{inner}</item></channel></rss>", url)
    return feed.items[0]


def atom_entry(inner: str, *, head: str = "", base: str = "") -> ParsedItem:
    return read(
        f"<feed xmlns='http://www.w3.org/2005/Atom' {SPACES} {base}>{head}<entry>{inner}</entry></feed>"
    ).items[0]


def test_G02_an_item_may_have_a_title_alone() -> None:
    item = rss_item("<title>Alone</title>")
    assert (item.guid, item.url, item.title, item.flags) == (None, None, "Alone", ())


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        pytest.param("<guid>12345</guid>", None, id="G03-guid-is-no-link"),
        pytest.param("<guid isPermaLink='false'>https://a.example/x</guid>", None, id="G04-no-permalink"),
        pytest.param(
            "<link>https://a.example/b</link><guid>https://a.example/?p=1</guid>",
            "https://a.example/b",
            id="G05-link-beats-guid",
        ),
        pytest.param("<guid>https://a.example/x</guid>", "https://a.example/x", id="permalink"),
        pytest.param(
            "<link>https://a.example/a</link><atom:link rel='alternate' hreflang='fr' href='https://a.example/b'/>",
            "https://a.example/a",
            id="G06-foreign-alternate",
        ),
        pytest.param(
            "<link>http://feedproxy.google.com/~r/x</link>"
            "<feedburner:origLink>https://a.example/o</feedburner:origLink>",
            "https://a.example/o",
            id="G09-original-link",
        ),
        pytest.param("<link>\n https://a.example/a b|\nü </link>", "https://a.example/a%20b%7C%C3%BC", id="G11-odd"),
        pytest.param("<link>https://bücher.example/x</link>", "https://xn--bcher-kva.example/x", id="G11-idn"),
        pytest.param("<link>http://[bad/</link>", None, id="G12-bracket"),
        pytest.param("<link>http://a:b:c/</link>", None, id="G12-port"),
        pytest.param("<link>http://</link>", None, id="G12-no-host"),
        pytest.param("<link>#</link>", None, id="G12-only-a-fragment"),
        pytest.param(
            "<link>http:///x</link><guid>https://a.example/x</guid>", "https://a.example/x", id="G12-guid-instead"
        ),
        pytest.param("<link>javascript:alert(1)</link>", None, id="G13-javascript"),
        pytest.param("<link> JaVa&#9;Script:alert(1)</link>", None, id="G13-tab-and-capitals"),
        pytest.param("<link>data:text/html,x</link>", None, id="G13-data"),
        pytest.param("<link>file:///etc/passwd</link>", None, id="G13-file"),
        pytest.param("<link/><guid>https://a.example/x</guid>", "https://a.example/x", id="G14-empty-link"),
        pytest.param("<link href='https://a.example/x'/>", "https://a.example/x", id="G14-href"),
        pytest.param("<link>/p/x</link>", "https://blog.example.org/p/x", id="G10-against-the-feed"),
        pytest.param("<link>//h.example/x</link>", "https://h.example/x", id="G10-no-scheme"),
    ],
)
def test_the_link_of_an_rss_item(inner: str, url: str | None) -> None:
    assert rss_item(f"<title>A</title>{inner}").url == url


def test_G04_an_address_that_is_said_to_be_none_is_none() -> None:
    item = rss_item("<guid isPermaLink='false'>https://a.example/x</guid>")
    assert (item.url, item.guid) == (None, "https://a.example/x")


def test_G09_the_redirector_is_an_alias() -> None:
    item = rss_item("<link>http://fp.example/~r</link><feedburner:origLink>https://a.example/o</feedburner:origLink>")
    assert item.aliases == ("http://fp.example/~r",)


@pytest.mark.parametrize("written", ["#", "#top", "http://", "HTTP:", "https:///"])
def test_G12_what_names_no_page_is_not_the_feed(written: str) -> None:
    item = rss_item(f"<title>A</title><link>{written}</link>", url="http://blog.example.org/feed.xml")
    assert (item.url, item.flags) == (None, ("bad-link",))


@pytest.mark.parametrize(
    ("head", "url"),
    [
        pytest.param("<link>https://www.example.org/blog/</link>", "https://www.example.org/blog/p/x", id="channel"),
        pytest.param("<link>/blog/</link>", "https://feeds.example.org/p/x", id="relative-channel"),
        pytest.param("<link>#</link>", "https://feeds.example.org/p/x", id="no-channel"),
    ],
)
def test_G10_a_relative_link_in_rss_is_one_of_the_channel(head: str, url: str) -> None:
    assert rss_item("<link>p/x</link>", head=head, url="https://feeds.example.org/feed.xml").url == url


def test_G10_xml_base_beats_the_channel() -> None:
    feed = read(
        "<rss xml:base='https://b.example/'><channel><link>https://a.example/</link>"
        "<item><link>x</link></item></channel></rss>"
    )
    assert feed.items[0].url == "https://b.example/x"


def test_an_episode_without_a_link_links_its_file() -> None:
    file = "https://cdn.example/e.mp3?x=1"
    for item in (
        rss_item(f"<title>E</title><enclosure url='{file}' type='audio/mpeg'/>"),
        atom_entry(f"<title>E</title><link rel='enclosure' type='audio/mpeg' href='{file}'/>"),
    ):
        assert (item.url, item.flags, item.kind) == (file, ("link-from-file",), "podcast")
    linked = rss_item(f"<link>https://a.example/e</link><enclosure url='{file}' type='audio/mpeg'/>")
    assert (linked.url, linked.flags) == ("https://a.example/e", ())


def test_G12_a_broken_link_is_flagged() -> None:
    assert rss_item("<title>A</title><link>http://[bad/</link>").flags == ("bad-link",)


@pytest.mark.parametrize(
    ("inner", "base", "url"),
    [
        pytest.param(
            "<link href='/a.pdf' type='application/pdf'/><link href='/fr' hreflang='fr'/>"
            "<link href='/en' hreflang='en'/>",
            'xml:lang="en"',
            "https://blog.example.org/en",
            id="G07-page-in-the-feeds-language",
        ),
        pytest.param("<id>urn:uuid:1</id>", "", None, id="G08-urn"),
        pytest.param("<id>https://a.example/x</id>", "", "https://a.example/x", id="G08-address"),
        pytest.param("<link href='x'/>", 'xml:base="https://b.example/d/"', "https://b.example/d/x", id="G10-base"),
        pytest.param(
            "<link xml:base='e/' href='x'/>",
            'xml:base="https://b.example/d/"',
            "https://b.example/d/e/x",
            id="G10-two",
        ),
        pytest.param("<link rel='self' href='/s'/><link rel='edit' href='/e'/>", "", None, id="other-relations"),
    ],
)
def test_the_link_of_an_atom_entry(inner: str, base: str, url: str | None) -> None:
    assert atom_entry(f"<title>A</title>{inner}", base=base).url == url


def test_G17_a_guid_is_trimmed_and_keeps_its_case() -> None:
    assert rss_item("<guid isPermaLink='false'>\n  AbC \n</guid>").guid == "AbC"


def test_G23_of_a_link_blog_the_work_is_the_link() -> None:
    item = rss_item(
        "<link>https://foreign.example/work</link><guid>https://blog.example.org/2026/link</guid>",
        head="<link>https://blog.example.org/</link>",
    )
    assert (item.url, item.guid) == ("https://foreign.example/work", "https://blog.example.org/2026/link")


def test_G24_comments_are_a_discussion() -> None:
    item = rss_item("<link>https://a.example/x</link><comments>https://news.example/1</comments>")
    assert (item.url, item.discussion) == ("https://a.example/x", "https://news.example/1")


@pytest.mark.parametrize(
    ("inner", "authors"),
    [
        pytest.param("<author>noreply@blogger.com (Unknown)</author>", (), id="G25-nobody"),
        pytest.param("<author>jane@x.org (Jane Roe)</author>", ("Jane Roe",), id="G25-mail-and-name"),
        pytest.param(
            "<dc:creator>A B</dc:creator><dc:creator>C D</dc:creator><dc:creator>E F</dc:creator>",
            ("A B", "C D", "E F"),
            id="G26-three-elements",
        ),
        pytest.param("<dc:creator>Roe, Jane</dc:creator>", ("Roe, Jane",), id="G26-one"),
        pytest.param(
            "<dc:creator><![CDATA[Jane Roe &amp; John Doe]]></dc:creator>",
            ("Jane Roe", "John Doe"),
            id="G26-escaped-ampersand",
        ),
        pytest.param("<dc:creator><![CDATA[Flo O&#8217;Hara]]></dc:creator>", ("Flo O’Hara",), id="G26-escaped"),
        pytest.param("<dc:creator>A B</dc:creator><author>x@y.org (A B)</author>", ("A B",), id="not-twice"),
        pytest.param("<author><name>Ann</name><email>a@x.org</email></author>", ("Ann",), id="atom-in-rss"),
    ],
)
def test_the_authors_of_an_item(inner: str, authors: tuple[str, ...]) -> None:
    assert rss_item(inner).authors == authors


def test_an_atom_entry_inherits_the_feeds_author() -> None:
    assert atom_entry("<title>A</title>", head="<author><name>Ann Ash</name></author>").authors == ("Ann Ash",)


def test_G28_a_planet_names_the_original() -> None:
    assert rss_item("<source url='https://o.example/feed'>Origin</source>").source == "Origin"
    entry = atom_entry("<title>A</title><source><title>Origin</title><link href='https://o.example/'/></source>")
    assert (entry.source, entry.url) == ("Origin", None)


def test_G30_the_plain_title_wins() -> None:
    item = rss_item("<media:title>M</media:title><itunes:title>I</itunes:title><title>Plain</title>")
    assert item.title == "Plain"


@pytest.mark.parametrize(
    ("inner", "content", "summary"),
    [
        pytest.param(
            "<description>Short</description><content:encoded>&lt;p&gt;Long&lt;/p&gt;</content:encoded>"
            "<media:description>Film</media:description>",
            "<p>Long</p>",
            "Short",
            id="G31-three",
        ),
        pytest.param(
            "<description>Same</description><content:encoded>Same</content:encoded>", "Same", "", id="G31-equal"
        ),
        pytest.param("<media:description>Film</media:description>", "", "", id="G31-media-alone"),
        pytest.param("<description>Only</description>", "Only", "", id="description-alone"),
        pytest.param(
            "<description>a <b>real</b> tag<br/></description>", "a <b>real</b> tag<br>", "", id="not-escaped"
        ),
    ],
)
def test_text_and_summary_are_told_apart(inner: str, content: str, summary: str) -> None:
    item = rss_item(inner)
    assert (item.content_html, item.summary_html) == (content, summary)


@pytest.mark.parametrize(
    ("element", "content"),
    [
        pytest.param("<content type='text'>1 &lt; 2\n\nb</content>", "<p>1 &lt; 2</p><p>b</p>", id="G32-text"),
        pytest.param("<content type='html'>&lt;p&gt;x&lt;/p&gt;</content>", "<p>x</p>", id="G32-html"),
        pytest.param(
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a<br/>b &lt; <i>c</i></div></content>",
            "<div>a<br>b &lt; <i>c</i></div>",
            id="G32-xhtml",
        ),
        pytest.param("<content type='image/png'>iVBORw0KGgo=</content>", "", id="G32-base64"),
        pytest.param("<content src='/long' type='text/html'/>", "", id="G32-out-of-line"),
    ],
)
def test_G32_the_types_of_atom_content(element: str, content: str) -> None:
    assert atom_entry(f"<title>A</title>{element}").content_html == content


def test_relative_addresses_in_the_text_have_their_base() -> None:
    entry = atom_entry("<link href='/p/'/><content xml:base='sub/' type='html'>x</content>")
    assert entry.base_url == "https://blog.example.org/p/sub/"


@pytest.mark.parametrize("length", ["0", "", "abc"])
def test_G33_K23_an_enclosure_that_is_a_picture_is_no_podcast(length: str) -> None:
    item = rss_item(f"<enclosure url='https://a.example/c.png' length='{length}' type='image/jpeg'/>")
    assert (item.media, item.kind) == ((), None)


def test_G33_the_extension_beats_a_wrong_type() -> None:
    item = rss_item("<enclosure url='https://a.example/e.mp3?x=1' type='image/jpeg'/>")
    assert item.media == ("https://a.example/e.mp3?x=1",)


def test_a_picture_whose_type_says_film_is_none() -> None:
    assert rss_item("<enclosure url='https://a.example/c.png' type='video/mp4'/>").media == ()


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("1:02:03", 3723), ("3723", 3723), ("62:03", 3723), ("", None), ("soon", None), ("-5", None)],
)
def test_G35_durations(written: str, seconds: int | None) -> None:
    item = rss_item(f"<enclosure url='https://a.example/e.mp3'/><itunes:duration>{written}</itunes:duration>")
    assert item.duration_seconds == seconds


def test_G36_a_feed_may_be_empty() -> None:
    assert read("<rss version='2.0'><channel><title>T</title></channel></rss>").items == ()


def test_G37_categories_are_few_and_unique() -> None:
    many = "".join(f"<category>c{n % 60}</category>" for n in range(200))
    item = rss_item(f"<category domain='https://x.example'>First</category>{many}")
    assert item.categories == ("First", *(f"c{n}" for n in range(29)))


def test_G38_an_entrys_language_beats_the_feeds() -> None:
    feed = read(
        f"<rss {SPACES}><channel><language>en-us</language><item xml:lang='DE'><title>A</title></item>"
        "<item><title>B</title></item></channel></rss>"
    )
    assert [item.lang for item in feed.items] == ["de", "en-US"]


def test_G39_a_complete_feed_says_so() -> None:
    feed = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:fh='http://purl.org/syndication/history/1.0'>"
        "<fh:complete/></feed>"
    )
    assert feed.flags == ("complete",)


def test_H23_H25_H26_dates_keep_their_names() -> None:
    twice = rss_item("<pubDate>junk</pubDate><pubDate>Thu, 26 Jun 2025 15:28:07 GMT</pubDate>")
    assert twice.published == datetime(2025, 6, 26, 15, 28, 7, tzinfo=UTC)
    updated = atom_entry("<updated>2025-06-26T15:28:07Z</updated>")
    assert (updated.published, updated.updated) == (None, datetime(2025, 6, 26, 15, 28, 7, tzinfo=UTC))
    both = atom_entry("<updated>2025-06-25T00:00:00Z</updated><published>2025-06-26T00:00:00Z</published>")
    assert both.published is not None
    assert both.updated is not None
    assert both.published > both.updated


def test_H24_a_future_date_is_none_and_flagged() -> None:
    item = rss_item("<pubDate>Thu, 21 Nov 2030 15:28:07 GMT</pubDate>")
    assert (item.published, item.flags) == (None, ("future-date",))


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("<ttl>60</ttl>", 60),
        ("<ttl>99999999</ttl>", 1440),
        ("<ttl>0</ttl>", None),
        ("<ttl>abc</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 30),
    ],
)
def test_C09_how_often_a_feed_wants_to_be_asked(head: str, minutes: int | None) -> None:
    space = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    assert read(f"<rss {space}><channel>{head}</channel></rss>").ttl_minutes == minutes


def test_D16_a_feeds_own_address_is_not_its_home() -> None:
    feed = read(
        f"<rss {SPACES}><channel><atom:link rel='self' href='https://other.example/f'/>"
        "<link>https://home.example</link></channel></rss>"
    )
    assert feed.home == "https://home.example"


# ── platforms ──


def test_N08_arxiv() -> None:
    item = rss_item(
        "<title>A Paper</title><link>https://arxiv.org/abs/2501.00001</link>"
        "<description>arXiv:2501.00001v2 Announce Type: replace \nAbstract: We show &lt;i&gt;x&lt;/i&gt;."
        "</description>"
        "<guid isPermaLink='false'>oai:arXiv.org:2501.00001v2</guid>"
        "<arxiv:announce_type>replace</arxiv:announce_type><dc:creator>Ann Ash, Bo Birch, Plato</dc:creator>",
        url="https://rss.arxiv.org/rss/cs.CL",
    )
    assert (item.guid, item.kind, item.flags) == ("oai:arXiv.org:2501.00001", "paper", ("announced-replace",))
    assert item.authors == ("Ann Ash", "Bo Birch", "Plato")
    assert item.content_html == "We show <i>x</i>."


def test_N09_reddit_links_the_work_and_keeps_the_thread() -> None:
    thread = "https://www.reddit.com/r/x/comments/1/t/"
    item = atom_entry(
        f"<link href='{thread}'/><content type='html'>"
        '&lt;a href="https://a.example/?a=1&amp;amp;b=2"&gt;[link]&lt;/a&gt; '
        f'&lt;a href="{thread}"&gt;[comments]&lt;/a&gt;</content>'
    )
    assert (item.url, item.discussion) == ("https://a.example/?a=1&b=2", thread)


def test_N09_hacker_news_and_lobsters_have_no_text_of_their_own() -> None:
    item = rss_item(
        "<link>https://a.example/x</link><guid>https://lobste.rs/s/1</guid><comments>https://lobste.rs/s/1/t</comments>"
        '<description>&lt;p&gt;&lt;a href="https://lobste.rs/s/1/t"&gt;Comments&lt;/a&gt;&lt;/p&gt;</description>',
        url="https://lobste.rs/rss",
    )
    assert (item.url, item.discussion) == ("https://a.example/x", "https://lobste.rs/s/1/t")
    assert item.content_html == ""


def test_N10_a_release_carries_its_repositorys_name() -> None:
    item = atom_entry("<title>v1.2-rc1</title><link href='https://github.com/o/r/releases/tag/v1.2-rc1'/>")
    assert item.title == "o/r v1.2-rc1"


def test_N11_a_post_without_a_title_has_none() -> None:
    item = rss_item("<link>https://m.example/@a/1</link><description>&lt;p&gt;Hello&lt;/p&gt;</description>")
    assert (item.title, item.content_html) == (None, "<p>Hello</p>")


def test_N11_bluesky_writes_plain_text() -> None:
    item = rss_item("<link>https://bsky.app/profile/a/post/1</link><description>1 &lt; 2\n\nb</description>")
    assert item.content_html == "<p>1 &lt; 2</p><p>b</p>"


def test_K24_an_item_with_sound_is_a_podcast() -> None:
    item = rss_item("<enclosure url='https://a.example/feed/1.mp3' length='1' type='audio/mpeg'/>")
    assert (item.kind, item.media) == ("podcast", ("https://a.example/feed/1.mp3",))


def test_youtube_is_a_video_with_its_description() -> None:
    item = atom_entry(
        "<yt:videoId>abcdefghijk</yt:videoId><title>Film</title><media:group><media:content "
        "url='https://www.youtube.com/v/abcdefghijk?version=3' type='application/x-shockwave-flash'/>"
        "<media:description>1 &lt; 2</media:description></media:group>"
    )
    assert (item.url, item.kind) == ("https://www.youtube.com/watch?v=abcdefghijk", "video")
    assert (item.media, item.content_html) == ((), "<p>1 &lt; 2</p>")


def test_N13_wordpress_short_guids_are_ids_only() -> None:
    item = rss_item(
        "<link>https://w.example/post/</link><guid isPermaLink='false'>https://w.example/?p=123</guid>"
        "<comments>https://w.example/post/#respond</comments>"
    )
    assert (item.url, item.guid) == ("https://w.example/post/", "https://w.example/?p=123")
    assert item.discussion is None

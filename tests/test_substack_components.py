"""Substack's constructs, one by one: what stands in our page where a component stood in the post."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import pytest

from cleaning import PAGE, clean, cleaned
from gleanings.fetch.clean.item import is_substack
from gleanings.fetch.parse.parsed import ParsedFeed, ParsedItem

FILE = "https://substack-post-media.s3.amazonaws.com/public/images/aa-bb_1454x736.png"
RESIZED = (
    "https://substackcdn.com/image/fetch/$s_!SHKL!,w_1456,c_limit,f_auto,q_auto:good,fl_progressive:steep/"
    "https%3A%2F%2Fsubstack-post-media.s3.amazonaws.com%2Fpublic%2Fimages%2Faa-bb_1454x736.png"
)


def component(kind: str, tag: str = "div", inner: str = "", css: str = "", **facts: Any) -> str:
    """A component as Substack writes it."""
    attrs = f' data-attrs="{escape(json.dumps(facts))}"' if facts else ""
    return f'<{tag} class="{css}"{attrs} data-component-name="{kind}">{inner}</{tag}>'


def image(**facts: Any) -> str:
    """An image as Substack writes it, wrapped, resized, with its buttons."""
    data = escape(json.dumps({"src": FILE, "width": 1454, "height": 736, "bytes": 9, "alt": None, **facts}))
    return (
        '<div class="captioned-image-container"><figure>'
        f'<a class="image-link image2 is-viewable-img" target="_blank" href="{RESIZED}" '
        'data-component-name="Image2ToDOM"><div class="image2-inset"><picture>'
        f'<source type="image/webp" srcset="{RESIZED} 424w" sizes="100vw">'
        f'<img src="{RESIZED}" data-attrs="{data}" class="sizing-normal" alt="" srcset="{RESIZED} 424w"></picture>'
        '<div class="image-link-expand"><div class="pencraft"><button class="restack-image"><svg></svg></button>'
        '</div></div></div></a><figcaption class="image-caption">A <em>caption</em></figcaption></figure></div>'
    )


def test_an_image_is_its_original_file_with_size_and_caption() -> None:
    assert clean(image(alt="A chart"), substack=True) == (
        f'<figure><img src="{FILE}" alt="A chart" width="1454" height="736">'
        "<figcaption>A <em>caption</em></figcaption></figure>"
    )


def test_the_author_s_own_link_around_an_image_stays() -> None:
    assert f'<figure><a href="https://h.example/"><img src="{FILE}"' in clean(
        image(href="https://h.example/"), substack=True
    )


def test_an_image_with_broken_facts_shows_what_is_visible() -> None:
    html = f'<a class="image-link" href="{RESIZED}"><img src="{RESIZED}" data-attrs="{{broken" alt="x"></a>'
    assert clean(html, substack=True) == f'<figure><img src="{FILE}" alt="x" width="1454" height="736"></figure>'


def test_an_image_whose_facts_hold_a_script_loses_only_that() -> None:
    assert "javascript" not in clean(image(href="javascript:alert(1)"), substack=True)


CASES = [
    pytest.param(
        component("LatexBlockToDOM", css="latex-rendered", persistentExpression="a &lt; b", id="X"),
        r'<div class="math display">\[a &lt; b\]</div>',
        id="formula-byte-exact",
    ),
    pytest.param(
        component(
            "LatexBlockToDOM", inner='<span class="katex">drawn</span>', persistentExpression="\\frac{a}{b} & <c"
        ),
        '<div class="math display">\\[\\frac{a}{b} &amp; &lt;c\\]</div>',
        id="formula-already-drawn",
    ),
    pytest.param(component("LatexBlockToDOM", inner="x = y"), "x = y", id="formula-without-facts"),
    pytest.param(
        component("MentionToDOM", "span", css="mention-wrap", name="Ada Lind", id=17, type="user", url=None),
        '<a href="https://substack.com/profile/17">Ada Lind</a>',
        id="mention",
    ),
    pytest.param(
        component("MentionToDOM", "span", name="A Paper", id=3, type="pub", url="https://paper.example"),
        '<a href="https://paper.example">A Paper</a>',
        id="mention-of-a-publication",
    ),
    pytest.param(component("MentionToDOM", "span", name="Ada Lind"), "Ada Lind", id="mention-without-address"),
    pytest.param(
        component(
            "Twitter2ToDOM",
            css="tweet",
            url="https://twitter.com/ada/status/99?s=20",
            name="Ada Lind",
            full_text="One &amp; two <a href='https://t.example/x' onclick='y'>t.example/x</a>\nthree",
            username="ada",
            date="Tue Mar 21 13:10:05 +0000 2023",
            like_count=990,
            photos=[{"img_url": "https://pbs.example/a.jpg"}],
            quoted_tweet={"full_text": "Zero", "name": "Bo"},
        ),
        '<blockquote class="post"><p>One &amp; two <a href="https://t.example/x">t.example/x</a><br>three</p>'
        '<blockquote><p>Bo: Zero</p></blockquote><p><a href="https://pbs.example/a.jpg">Picture 1</a></p>'
        '<p>— Ada Lind (@ada), <a href="https://x.com/ada/status/99">Mar 21, 2023</a></p></blockquote>',
        id="tweet",
    ),
    pytest.param(
        component("Twitter2ToDOM", url="https://x.com/ada/status/99"),
        ('<p><a href="https://x.com/ada/status/99">Post on X</a></p>'),
        id="tweet-without-words",
    ),
    pytest.param(
        component(
            "Youtube2ToDOM",
            inner='<iframe src="https://www.youtube-nocookie.com/embed/abcdefghijk"></iframe>',
            videoId="abcdefghijk",
            startTime="90",
            endTime=None,
        ),
        '<p><a href="https://www.youtube.com/watch?v=abcdefghijk&amp;t=90s">'
        "Video: youtube.com/watch?v=abcdefghijk&amp;t=90s</a></p>",
        id="youtube-with-its-start",
    ),
    pytest.param(
        component("VimeoToDOM", videoId="123456"),
        ('<p><a href="https://vimeo.com/123456">Video: vimeo.com/123456</a></p>'),
        id="vimeo",
    ),
    pytest.param(
        component("VideoPlaceholder", css="native-video-embed", mediaUploadId="u-1", duration=None),
        (f'<p><a href="{PAGE}">Video in the post</a></p>'),
        id="own-video",
    ),
    pytest.param(
        component("AudioPlaceholder", css="native-audio-embed", label="The talk", duration=125.4),
        (f'<p><a href="{PAGE}">Audio: The talk</a> · 2:05</p>'),
        id="own-audio",
    ),
    pytest.param(
        component(
            "Spotify2ToDOM",
            "iframe",
            css="spotify-wrap",
            title="Episode 4",
            subtitle="A Show",
            url="https://open.spotify.com/episode/4x?si=abc",
        ),
        '<p><a href="https://open.spotify.com/episode/4x">Episode 4</a> · A Show, open.spotify.com</p>',
        id="spotify",
    ),
    pytest.param(
        component(
            "TikTokCreateTikTokEmbed",
            inner="<iframe src='https://t.example'></iframe>",
            url="https://www.tiktok.com/@ada/video/7",
            title="A dance",
            author_name="ada",
        ),
        ('<p><a href="https://www.tiktok.com/@ada/video/7">A dance</a> · ada, tiktok.com</p>'),
        id="tiktok",
    ),
    pytest.param(
        component("InstagramToDOM", instagram_id="Cx_1-abc", title="A photo", author_name="ada"),
        ('<p><a href="https://www.instagram.com/p/Cx_1-abc/">A photo</a> · ada, instagram.com</p>'),
        id="instagram",
    ),
    pytest.param(
        component(
            "BlueskyCreateBlueskyEmbed",
            postId="3k",
            authorName="Ada",
            authorHandle="ada.example",
            text="Hello",
            createdAt="2024-11-20T10:00:00Z",
        ),
        '<blockquote class="post"><p>Hello</p><p>— Ada (@ada.example), '
        '<a href="https://bsky.app/profile/ada.example/post/3k">2024-11-20</a></p></blockquote>',
        id="bluesky",
    ),
    pytest.param(
        component(
            "DatawrapperToDOM",
            url="https://datawrapper.dwcdn.net/abc/1/",
            title="Growth",
            description="By year",
            thumbnail_url="https://img.example/t.png",
            inner="<iframe src=x></iframe><script>x</script>",
        ),
        '<figure><img src="https://img.example/t.png" alt="Growth"><figcaption>'
        '<a href="https://datawrapper.dwcdn.net/abc/1/">Growth</a> · By year</figcaption></figure>',
        id="chart",
    ),
    pytest.param(
        component("PredictionMarketToDOM", url="https://market.example/m/1"),
        ('<p><a href="https://market.example/m/1">market.example</a></p>'),
        id="market",
    ),
    pytest.param(
        component("PollToDOM", css="poll-embed", id=5), f'<p><a href="{PAGE}">Poll on the site</a></p>', id="poll"
    ),
    pytest.param(
        component("GitgistToDOM", inner="<table><tr><td>1</td></tr></table><pre>x = 1</pre>"),
        "<pre>x = 1</pre>",
        id="gist",
    ),
    pytest.param(
        component(
            "HighlightedCodeBlockToDOM",
            language="python",
            css="highlighted_code_block",
            inner='<pre class="shiki"><code class="language-python"><span>if a &lt; b</span>:\n</code></pre>',
        ),
        '<pre><code class="language-python">if a &lt; b:\n</code></pre>',
        id="code",
    ),
    pytest.param(
        component(
            "PreformattedTextBlockToDOM",
            css="preformatted-block",
            inner='<label class="hide-text">Text within</label><pre class="text">Two\n  lines</pre>',
        ),
        "<pre>Two\n  lines</pre>",
        id="poem",
    ),
    pytest.param(
        '<div class="pullquote"><p>So it goes.</p></div>',
        ('<blockquote class="pullquote"><p>So it goes.</p></blockquote>'),
        id="pull-quote",
    ),
    pytest.param(
        '<div class="callout-block"><p>Mind.</p></div>', '<aside class="callout"><p>Mind.</p></aside>', id="callout"
    ),
    pytest.param(
        component(
            "EmbeddedPostToDOM",
            url="https://o.example/p/x?utm_source=substack",
            title="Other",
            date="2024-01-05T10:00",
            publication_name="Pub",
            bylines=[{"name": "Bo"}, {"name": "Cy"}],
            truncated_body_text="…",
        ),
        '<p><a href="https://o.example/p/x">Other</a> · Pub · Bo, Cy · 2024-01-05</p>',
        id="embedded-post",
    ),
    pytest.param(
        component("DigestPostEmbed", css="digest-post-embed", canonical_url="https://o.example/p/y", title="Y"),
        '<p><a href="https://o.example/p/y">Y</a></p>',
        id="digest-card",
    ),
    pytest.param(
        component(
            "EmbeddedPublicationToDOMWithSubscribe",
            name="Pub",
            base_url="https://pub.example",
            hero_text="On x",
            author_name="Bo",
            inner="<form><input></form>",
        ),
        '<p><a href="https://pub.example">Pub</a> · On x · Bo</p>',
        id="publication",
    ),
    pytest.param(
        component(
            "CommentPlaceholder", url="https://o.example/p/x/comment/1", comment={"name": "Bo", "body": "Well said"}
        ),
        '<blockquote class="post"><p>Well said</p><p>— <a href="https://o.example/p/x/comment/1">Bo</a></p></blockquote>',
        id="comment",
    ),
    pytest.param(
        component(
            "ImageGallery",
            gallery={
                "images": [{"src": "https://i.example/1.png"}, {"src": "https://i.example/2.png", "alt": "two"}],
                "caption": "Both",
            },
        ),
        '<figure><img src="https://i.example/1.png" alt=""></figure>'
        '<figure><img src="https://i.example/2.png" alt="two"><figcaption>Both</figcaption></figure>',
        id="gallery",
    ),
    pytest.param(
        component("AssetErrorToDOM", url="https://s3.example/shot.png", inner='<img src="/img/missing-image.png">'),
        '<p><img src="https://s3.example/shot.png" alt=""></p>',
        id="lost-image",
    ),
    pytest.param(
        component("AssetErrorToDOM", inner='<img src="/img/missing-image.png">'),
        ('<span class="missing">image missing upstream</span>'),
        id="lost-image-without-address",
    ),
    pytest.param(
        component(
            "FileToDOM",
            css="file-embed-wrapper",
            inner=(
                '<div class="file-embed-details-h1">Slides</div><div class="file-embed-details-h2">2MB ∙ PDF</div>'
                '<a class="file-embed-button wide" href="/api/v1/file/u.pdf">Download</a>'
            ),
        ),
        '<p><a href="https://example.org/api/v1/file/u.pdf">Slides</a></p>',
        id="attachment",
    ),
    pytest.param(
        component("SponsorshipCampaignToDOM", inner="<p>Buy this.</p>"),
        ('<aside class="sponsor"><p>Buy this.</p></aside>'),
        id="sponsor",
    ),
    pytest.param(
        component(
            "ButtonCreateButton", "p", css="button-wrapper", url="https://shop.example/book", text="Get the book"
        ),
        '<p><a href="https://shop.example/book">Get the book</a></p>',
        id="button-that-leads-away",
    ),
    pytest.param(
        "<p>a</p>" + component("PaywallToDOM", css="paywall-jump") + "<p>b</p>", "<p>a</p><p>b</p>", id="paywall"
    ),
]


@pytest.mark.parametrize(("html", "expected"), CASES)
def test_a_construct_becomes(html: str, expected: str) -> None:
    assert clean(html, substack=True) == expected


@pytest.mark.parametrize(("html", "expected"), CASES)
def test_a_converted_construct_stays_as_it_is(html: str, expected: str) -> None:
    assert clean(expected, substack=True) == expected


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(
            component("ButtonCreateButton", "p", url=url, text="Go", inner=f'<a href="{url}">Go</a>'), id=name
        )
        for name, url in {
            "subscribe": "https://a.example/subscribe?coupon=x",
            "share": "https://a.example/p/x?action=share",
            "comment": "https://a.example/p/x/comments",
            "refer": "https://substack.com/refer/ada",
            "leaderboard": "https://a.example/leaderboard",
            "placeholder": "%%share_url%%",
            "script": "javascript:alert(1)",
        }.items()
    ]
    + [
        pytest.param(
            component(
                "SubscribeWidgetToDOM",
                css="subscription-widget-wrap-editor",
                url="https://a.example/subscribe",
                inner='<div class="preamble"><p>Thanks!</p></div><form><input></form>',
            ),
            id="subscription",
        ),
        pytest.param('<div class="subscription-widget-wrap"><p>Subscribe</p></div>', id="subscription-by-class"),
        pytest.param(component("CaptionedButtonToDOM", inner="<p>Share this.</p>"), id="captioned-button"),
        pytest.param(component("InstallSubstackAppToDOM", inner="<p>Get the app</p>"), id="app"),
        pytest.param(component("CommunityChatRenderPlaceholder", url="https://a.example/chat"), id="chat"),
        pytest.param(component("DirectMessageToDOM", userName="Ada", inner="<a>Message Ada</a>"), id="message"),
        pytest.param('<iframe src="https://name.substack.com/embed" width="480"></iframe>', id="embed-form"),
        pytest.param(component("ImageGallery", gallery={"images": []}), id="empty-gallery"),
        pytest.param(component("SponsorshipCampaignToDOM"), id="empty-sponsor"),
    ],
)
def test_machinery_goes_and_the_paragraphs_around_it_stay(html: str) -> None:
    assert clean(f"<p>before</p>{html}<p>after</p>", substack=True) == "<p>before</p><p>after</p>"


def test_a_component_never_seen_before_keeps_its_text() -> None:
    hologram = component("HologramToDOM", inner="<p>Still <b>text</b></p>", url="x")
    assert clean(hologram, substack=True) == "<p>Still <b>text</b></p>"


@pytest.mark.parametrize("attrs", ["{", "[]", "null", '"x"', '{"url": 5, "name": ["x"], "id": {}}', "[" * 5000])
@pytest.mark.parametrize(
    "name",
    [
        "Image2ToDOM",
        "LatexBlockToDOM",
        "MentionToDOM",
        "Twitter2ToDOM",
        "Youtube2ToDOM",
        "Spotify2ToDOM",
        "ImageGallery",
        "EmbeddedPostToDOM",
        "CommentPlaceholder",
        "DatawrapperToDOM",
        "ButtonCreateButton",
        "BlueskyCreateBlueskyEmbed",
        "GitgistToDOM",
        "EmbeddedPublicationToDOMWithSubscribe",
        "FileToDOM",
    ],
)
def test_odd_facts_never_stop_a_post(name: str, attrs: str) -> None:
    html = f'<p>a</p><div data-attrs="{escape(attrs)}" data-component-name="{name}">seen</div><p>b</p>'
    found = clean(html, substack=True)
    assert found.startswith("<p>a</p>")
    assert found.endswith("<p>b</p>")
    assert "{" not in found


ANCHOR = (
    '<a class="footnote-anchor" data-component-name="FootnoteAnchorToDOM" id="footnote-anchor-{n}" '
    'href="#footnote-{n}">{n}</a>'
)
NOTE = (
    '<div class="footnote" data-component-name="FootnoteToDOM"><a id="footnote-{n}" href="#footnote-anchor-{n}" '
    'class="footnote-number" contenteditable="false">{n}</a><div class="footnote-content">{text}</div></div>'
)


def test_footnotes_are_one_list_linked_both_ways() -> None:
    html = (
        f"<p>One{ANCHOR.format(n=1)} two{ANCHOR.format(n=2)}.</p>"
        + NOTE.format(n=1, text="<p>First.</p>")
        + NOTE.format(n=2, text="<p>Second.</p><p>And more.</p>")
    )
    assert clean(html, substack=True) == (
        '<p>One<sup><a href="#k-footnote-1" id="k-footnote-anchor-1">1</a></sup> '
        'two<sup><a href="#k-footnote-2" id="k-footnote-anchor-2">2</a></sup>.</p><section class="footnotes"><ol>'
        '<li value="1" id="k-footnote-1"><p>First. <a href="#k-footnote-anchor-1">↩</a></p></li>'
        '<li value="2" id="k-footnote-2"><p>Second.</p><p>And more. <a href="#k-footnote-anchor-2">↩</a></p></li>'
        "</ol></section>"
    )


def test_an_anchor_whose_note_was_cut_off_goes() -> None:
    assert clean(f"<p>One{ANCHOR.format(n=1)}.</p>", substack=True) == "<p>One.</p>"


def test_a_note_without_anchor_keeps_its_words() -> None:
    assert clean(NOTE.format(n=1, text="<p>Alone.</p>"), substack=True) == (
        '<section class="footnotes"><ol><li value="1"><p>Alone.</p></li></ol></section>'
    )


def test_a_note_can_hold_formulas_and_pictures() -> None:
    html = f"<p>a{ANCHOR.format(n=1)}</p>" + NOTE.format(n=1, text=f"<p>$x_i$</p>{image()}")
    found = clean(html, substack=True)
    assert '<span class="math inline">\\(x_i\\)</span>' in found
    assert f'<figure><img src="{FILE}"' in found


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        pytest.param("between $1.45 to $3.22 an hour", [], id="prices"),
        pytest.param("from $10M to $22M", [], id="millions"),
        pytest.param("$x_i$ and $-1$ and $k$", ["x_i", "-1", "k"], id="formulas"),
        pytest.param("costs $5 and $x_i$", ["x_i"], id="both"),
        pytest.param("<code>$a_b$</code>", [], id="code"),
        pytest.param("<pre><code>$a_b$</code></pre>", [], id="code-block"),
    ],
)
def test_dollars_are_maths_only_where_they_look_like_it(text: str, formulas: list[str]) -> None:
    found = clean(f"<p>{text}</p>", substack=True)
    assert [part.partition("\\)")[0] for part in found.split("\\(")[1:]] == formulas


def test_a_paid_stub_is_flagged_and_a_paywall_marker_with_text_behind_it_is_not() -> None:
    stub = cleaned(f'<p>Teaser.</p>\n <p>\n <a href="{PAGE}">\n Read more\n </a>\n </p>', substack=True)
    assert (stub.html, stub.flags) == ("<p>Teaser.</p>", ("truncated",))
    marker = component("PaywallToDOM", css="paywall-jump")
    assert cleaned(f"<p>a</p>{marker}<p>b</p>", substack=True).flags == ()


@pytest.mark.parametrize("first", [True, False], ids=["at-the-top", "at-the-end"])
def test_an_invitation_to_subscribe_goes(*, first: bool) -> None:
    invitation = (
        '<p>Thanks for reading! <a href="https://a.example/subscribe">Subscribe for free</a> to see more.</p>'
    )
    html = invitation + "<p>Text.</p>" if first else "<p>Text.</p>" + invitation
    assert clean(html, substack=True) == "<p>Text.</p>"


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        pytest.param(ParsedFeed(generator="Substack"), True, id="generator"),
        pytest.param(
            ParsedFeed(items=(ParsedItem(content_html=component("PollToDOM", id=1)),)),
            True,
            id="components",
        ),
        pytest.param(ParsedFeed(items=(ParsedItem(content_html=image()),)), True, id="pictures"),
        pytest.param(ParsedFeed(generator="WordPress", home="https://x.substack.com"), False, id="host"),
    ],
)
def test_substack_is_known_by_what_it_writes(feed: ParsedFeed, *, expected: bool) -> None:
    assert is_substack(feed) is expected

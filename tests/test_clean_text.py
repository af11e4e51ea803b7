"""An item's words: title, excerpt, and what its end says about the rest."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning import PAGE, clean, cleaned
from gleanings.fetch.clean.item import clean_item
from gleanings.fetch.clean.plain import excerpt, plain_text
from gleanings.fetch.parse.parsed import ParsedItem

LONG = "<p>" + "word " * 400 + "</p>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<p>a</p><p>b</p>", "a b", id="blocks-are-parted"),
        pytest.param("<b>a</b>b <i>c</i>", "ab c", id="inline-is-not"),
        pytest.param("a<br>b", "a b", id="breaks-part"),
        pytest.param("Tom &amp; Jerry &lt;3", "Tom & Jerry <3", id="references"),
        pytest.param("5 < 6", "5 < 6", id="a-lone-sign"),
        pytest.param("a<script>b</script><style>c</style>", "a", id="scripts-are-no-words"),
        pytest.param('said<sup><a href="#fn1">1</a></sup> so', "said so", id="footnote-marks-are-no-words"),
        pytest.param("  a \n\t b  ", "a b", id="white-space-folds"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_html_as_plain_text(html: str, expected: str) -> None:
    assert plain_text(html) == expected


def test_an_excerpt_ends_on_a_word_within_300_characters() -> None:
    found = excerpt("lorem ipsum " * 60)
    assert 280 < len(found) <= 300
    assert found.endswith((" lorem…", " ipsum…"))


def test_a_short_text_is_its_own_excerpt() -> None:
    assert excerpt("All of it.") == "All of it."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The story. Read more", "The story.", id="read-more"),
        pytest.param("The story. Continue reading →", "The story.", id="continue-reading"),
        pytest.param("The story. The post Story appeared first on Some Site.", "The story.", id="appeared-first"),
        pytest.param("The story […]", "The story …", id="cut-mark"),
        pytest.param("I read more than I write.", "I read more than I write.", id="a-sentence-of-the-author"),
    ],
)
def test_an_excerpt_says_nothing_that_only_leads_elsewhere(text: str, expected: str) -> None:
    assert excerpt(text) == expected


@given(st.text(alphabet="a👩‍💻e\u0301🇨🇿 é", min_size=301, max_size=700))
def test_an_excerpt_parts_no_character(text: str) -> None:
    found = excerpt(text).removesuffix("…")
    rest = text.strip().removeprefix(found)
    assert len(found) <= 300
    assert not rest.startswith(("\u200d", "\ufe0f"))
    assert not (rest and unicodedata.combining(rest[0]))


def item(**values: str) -> ParsedItem:
    return ParsedItem(url=PAGE, base_url=PAGE, **{"title": "T", **values})  # type: ignore[arg-type]


def test_the_summary_is_the_subtitle_where_there_is_one() -> None:
    found = clean_item(item(content_html="<p>Text.</p>", summary_html="A &amp; B"), key="k", substack=False)
    assert (found.html, found.summary) == ("<p>Text.</p>", "A & B")


def test_a_summary_that_repeats_the_content_is_empty() -> None:
    found = clean_item(item(content_html="<p>Text.</p>", summary_html="Text."), key="k", substack=False)
    assert found.summary == ""


def test_without_a_summary_the_text_begins_it() -> None:
    assert cleaned("<h2>Head</h2><p>Text.</p>").summary == "Head Text."


def test_a_description_alone_is_the_content() -> None:
    found = clean_item(item(summary_html="<p>Only <b>this</b>.</p>"), key="k", substack=False)
    assert (found.html, found.summary) == ("<p>Only <b>this</b>.</p>", "Only this.")


@pytest.mark.parametrize(
    ("html", "title"),
    [
        pytest.param("<p>A first sentence. And a second.</p>", "A first sentence", id="first-sentence"),
        pytest.param("<p>" + "long " * 40 + "</p>", "long " * 15 + "long…", id="cut-at-a-word"),
        pytest.param("<img src=/x.png>", "(untitled) example.org", id="nothing-to-quote"),
    ],
)
def test_an_item_without_title_gets_a_stand_in_and_a_flag(html: str, title: str) -> None:
    found = clean_item(ParsedItem(url=PAGE, base_url=PAGE, content_html=html), key="k", substack=False)
    assert found.title == title
    assert len(found.title) <= 80
    assert found.flags == ("no-title",)


@pytest.mark.parametrize(
    ("html", "expected", "flags"),
    [
        pytest.param(
            '<p>Text.</p><p>The post <a href="x">One</a> appeared first on <a href="/">Site</a>.</p>',
            "<p>Text.</p>",
            (),
            id="wordpress-signature",
        ),
        pytest.param(
            f'<p>Text.</p><p><a href="{PAGE}">Read more</a></p>', "<p>Text.</p>", ("truncated",), id="read-more"
        ),
        pytest.param(
            f'<p>Text.</p><p><a href="{PAGE}#more-12" class="more-link">Continue reading '
            '<span class="screen-reader-text">"One"</span> →</a></p>',
            "<p>Text.</p>",
            ("truncated",),
            id="wordpress-more",
        ),
        pytest.param(
            '<p>Text.</p><p><a href="https://medium.example/p/1?source=rss">Continue reading on The Paper »</a></p>',
            "<p>Text.</p>",
            ("truncated",),
            id="medium-teaser",
        ),
        pytest.param("<p>Text that stops [&#8230;]</p>", "<p>Text that stops […]</p>", ("truncated",), id="ellipsis"),
        pytest.param(
            '<p>Text.</p><p><a href="https://other.example/">Read more</a> about it elsewhere.</p>',
            '<p>Text.</p><p><a href="https://other.example/">Read more</a> about it elsewhere.</p>',
            (),
            id="a-sentence-of-the-author",
        ),
        pytest.param(
            LONG + '<p><a href="https://other.example/">Read more</a></p>',
            LONG.replace(" </p>", " </p>") + '<p><a href="https://other.example/">Read more</a></p>',
            (),
            id="a-link-elsewhere-under-a-long-text",
        ),
    ],
)
def test_what_the_end_of_a_post_says(html: str, expected: str, flags: tuple[str, ...]) -> None:
    assert clean(html) == expected
    assert cleaned(html).flags == flags


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://h.example/a?ref=x">'
            '<div class="kg-bookmark-content"><div class="kg-bookmark-title">A page</div>'
            '<div class="kg-bookmark-description">About.</div><div class="kg-bookmark-metadata"><img src="/i.png">'
            '<span class="kg-bookmark-author">Site</span><span class="kg-bookmark-publisher">Someone</span>'
            '</div></div><div class="kg-bookmark-thumbnail"><img src="/t.png"></div></a></figure>',
            '<p><a href="https://h.example/a?ref=x">A page</a> · Someone · Site</p>',
            id="ghost-bookmark",
        ),
        pytest.param(
            '<p>a</p><div class="kg-card kg-signup-card"><p>Sign up!</p></div>', "<p>a</p>", id="ghost-signup"
        ),
        pytest.param(
            '<div class="kg-card kg-callout-card"><div class="kg-callout-emoji">💡</div>'
            '<div class="kg-callout-text">Mind this.</div></div>',
            '<aside class="callout"><p>💡</p><p>Mind this.</p></aside>',
            id="ghost-callout",
        ),
        pytest.param(
            '<div class="kg-card kg-file-card"><a class="kg-file-card-container" href="/f.pdf">'
            '<div class="kg-file-card-title">Paper</div><div class="kg-file-card-filesize">1 MB</div></a></div>',
            '<p><a href="https://example.org/f.pdf">Paper</a></p>',
            id="ghost-file",
        ),
        pytest.param('<p>a</p><div class="sharedaddy sd-sharing-enabled">Share</div>', "<p>a</p>", id="sharing"),
        pytest.param(
            '<p>a</p><img src="https://medium.com/_/stat?event=post.clientViewed&referrerSource=full_rss" '
            'width="1" height="1" alt="">',
            "<p>a</p>",
            id="medium-pixel",
        ),
    ],
)
def test_what_publishing_systems_add(html: str, expected: str) -> None:
    assert clean(html) == expected

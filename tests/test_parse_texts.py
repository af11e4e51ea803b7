"""Titles, names and languages become plain text that is safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.fetch.parse.texts import LONGEST_TITLE, Markup, language_tag, plain_name, plain_title, split_names


@pytest.mark.parametrize(
    ("written", "markup", "expected"),
    [
        pytest.param("Ã©", "guess", "Ã©", id="F18-no-mojibake-repair"),
        pytest.param("AT&amp;T", "guess", "AT&T", id="F19-twice-escaped"),
        pytest.param("Tom &amp; Jerry", "guess", "Tom & Jerry", id="F19-cdata"),
        pytest.param("The <img> tag", "guess", "The <img> tag", id="F20-a-tag-is-the-subject"),
        pytest.param("<i>Foo</i>", "guess", "Foo", id="F20-markup"),
        pytest.param("<b>a <i>b</i></b> c", "guess", "a b c", id="F20-nested"),
        pytest.param("if x < y and y > z", "guess", "if x < y and y > z", id="F21-comparison"),
        pytest.param("List<T>", "guess", "List<T>", id="F21-generics"),
        pytest.param("5 < 6", "html", "5 < 6", id="F21-in-html"),
        pytest.param("Use <b> well", "html", "Use well", id="open-tag-in-html"),
        pytest.param("<i>Foo</i> &amp; bar", "text", "<i>Foo</i> &amp; bar", id="G32-text-at-its-word"),
        pytest.param("a\x1b[31mred\x07\x00", "guess", "ared", id="E16-terminal"),
        pytest.param("abc\u202edef\u2066g", "guess", "abcdefg", id="E16-bidi"),
        pytest.param("a \n\t b\u00a0c", "guess", "a b c", id="white-space"),
        pytest.param("&copy=1 R&D &para", "guess", "&copy=1 R&D &para", id="F17-no-semicolon"),
        pytest.param("x<script>alert(1)</script>y", "guess", "x y", id="script"),
        pytest.param("\x93quoted\x94", "text", "“quoted”", id="F07-c1"),
        pytest.param("  ", "guess", None, id="nothing"),
    ],
)
def test_a_title_is_plain_text(written: str, markup: Markup, expected: str | None) -> None:
    assert plain_title(written, markup) == expected


def test_E17_a_long_title_is_cut_at_a_word() -> None:
    title = plain_title("word " * 800)
    assert title is not None
    assert len(title) <= LONGEST_TITLE
    assert title.endswith("word…")


@given(st.text(alphabet=st.sampled_from("<>/bi&;#amp \x1b\u202eé"), max_size=60))
def test_a_title_has_no_controls_and_one_line(text: str) -> None:
    title = plain_title(text) or ""
    assert title == " ".join(title.split())
    assert not any(letter < " " or "\u202a" <= letter <= "\u202e" for letter in title)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("noreply@blogger.com (Unknown)", None, id="G25-nobody"),
        pytest.param("jane@x.org (Jane Roe)", "Jane Roe", id="G25-mail-first"),
        pytest.param("Jane Roe <jane@x.org>", "Jane Roe", id="G25-name-first"),
        pytest.param("jane@x.org", None, id="G25-mail-alone"),
        pytest.param("Jane <script>x</script>Roe", "Jane Roe", id="G27-script"),
        pytest.param('"Jane <b>Roe</b>"', "Jane Roe", id="G27-markup-and-quotes"),
        pytest.param("O&#39;Brien", "O'Brien", id="reference"),
    ],
)
def test_a_name_is_only_a_name(written: str, expected: str | None) -> None:
    assert plain_name(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("Ann Ash, Bo Birch, Cy Cole", ["Ann Ash", "Bo Birch", "Cy Cole"], id="G26-list"),
        pytest.param("Roe, Jane", ["Roe, Jane"], id="G26-family-name-first"),
        pytest.param("Jane Roe, PhD", ["Jane Roe, PhD"], id="degree"),
        pytest.param("Ann Ash and Bo Birch", ["Ann Ash", "Bo Birch"], id="and"),
        pytest.param("Research and Development", ["Research and Development"], id="and-in-a-name"),
    ],
)
def test_a_list_of_names_is_told_from_one_name(written: str, expected: list[str]) -> None:
    assert list(split_names(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("en-us", "en-US", id="G38-small"),
        pytest.param("EN_US", "en-US", id="G38-underscore"),
        pytest.param("zh-hant-tw", "zh-Hant-TW", id="script"),
        pytest.param("English", None, id="a-word"),
        pytest.param(None, None, id="none"),
    ],
)
def test_a_language_is_written_as_bcp_47(written: str | None, expected: str | None) -> None:
    assert language_tag(written) == expected

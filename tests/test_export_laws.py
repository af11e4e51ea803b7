"""Laws of texts in an exported document: no word and no link is lost, whatever else is typed around them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gleanings.exchange.markdown.notes import Notes, open_scope
from gleanings.exchange.markdown.texts import settle_block
from gleanings.render.prose.assembly import assemble, plain_text
from gleanings.render.prose.media import Media
from gleanings.render.prose.rendering import Prose

PIECES = st.sampled_from(
    [
        "word", " ", "\n", "\n\n", "- ", "1. ", "> ", "# ", "## ", "    ", "`", "``", "```\n", "*", "**", "_", "~~",
        "$", "$$", "[", "]", "(", ")", "[^1]", "[^n]", "\n\n[^1]: note ", "\n\n[^n]: other\n\n    more ",
        "[text](https://a.example/x)", "[text](media/x.png 'T')", "![alt](media/x.png)", "[ref]", "[words][ref]",
        "\n\n[ref]: https://ref.example/ 'T'\n\n", "https://bare.example/a_b", "<https://auto.example/>",
        "<b>", "</b>", "<T>", "vector<int>", "&amp;", "&", "\\", "| a | b |\n| - | - |\n| c | d |\n",
        "term\n: meaning\n", "\n---\n", "\n===\n", "\n\n> [!NOTE]\n> ", "é", "中", "!", ":", "'", '"', "--",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)

PROSE = Prose(media=Media(Path("nowhere")), lang="zxx")
"""Which keeps quotes and dashes as they were typed."""


def settle(text: str) -> str:
    notes = Notes()
    settled = settle_block(text, open_scope(notes, [text]), lambda address: address, level=1)
    return "\n\n".join([settled, *notes.take()])


def html_of(text: str) -> str:
    html = assemble(str(PROSE.block(text, anchor="a")))
    return re.sub(r'<sup class="fn">.*?</sup>| <a href="#fnref[^>]*>.*?</a>', "", html)


def words_of(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", plain_text(html_of(text))))


def links_of(text: str) -> Counter[str]:
    return Counter(re.findall(r'(?:href|src)="([^"#][^"]*)"', html_of(text)))


def test_no_word_and_no_link_is_lost_in_what_people_write() -> None:
    files = (Path(__file__).parent / "prose").glob("*.md")
    texts = [text for file in files for text in file.read_text(encoding="utf-8").split("\n.\n")]
    assert [text for text in texts if words_of(settle(text)) != words_of(text)] == []
    assert [text for text in texts if links_of(settle(text)) != links_of(text)] == []


@settings(derandomize=True, max_examples=300)
@given(TEXTS)
def test_no_word_is_lost_whatever_is_typed(text: str) -> None:
    assert not words_of(text) - words_of(settle(text))


@pytest.mark.parametrize(
    ("written", "settled"),
    [
        pytest.param("std::vector<T> and <b>bold</b>", "std::vector\\<T> and <b>bold</b>", id="what-is-no-html"),
        pytest.param("see https://a.example/x_y.", "see <https://a.example/x_y>.", id="bare-address"),
        pytest.param("[https://a.example](https://b.example)", "[https://a.example](https://b.example)", id="link"),
        pytest.param("[a] and [A][a] ![p][a]\n\n[a]: <u v> 'T'", '[a](u%20v "T") and [A](u%20v "T") ![p](u%20v "T")',
                     id="references"),
        pytest.param("`[a](x)` <T> $a<b$\n\n    [a](x)", "`[a](x)` \\<T> $a<b$\n\n    [a](x)", id="code-and-maths"),
        pytest.param("# A\n\n### B\n\nC\n=", "## A\n\n### B\n\n## C", id="headings"),
        pytest.param("> # A\n> b", "> ## A\n> b", id="heading-in-a-quotation"),
        pytest.param("```\nopen", "```\nopen\n```", id="unclosed-code"),
        pytest.param("a[^x] b[^y]\n\n[^x]: N\n    more\n\n    last\n\nend",
                     "a[^1] b\\[^y]\n\nend\n\n[^1]: N\n    more\n\n    last", id="footnotes"),
        pytest.param("[words[^x]](https://a.example)\n\n[^x]: N", "[words](https://a.example)[^1]\n\n[^1]: N",
                     id="marker-in-a-link"),
        pytest.param("a[^x] <b>c</b>\n\nd[^y]\n\n> [!NOTE]\n> e[^x]\n\n[^x]: N\n\n[^y]: M",
                     "a[^1] <b>c</b>\n\nd[^2]\n\n> [!NOTE]\n> e[^1]\n\n[^1]: N\n\n[^2]: M", id="callout"),
        pytest.param("G(x)_i and p_\\theta", "G(x)\\_i and p\\_\\theta", id="formulas-as-text"),
        pytest.param("[x]\r\n[ ] \\[x](y)", "[x]\n[ ] \\[x](y)", id="no-links"),
    ],
)  # fmt: skip
def test_only_what_must_change_does(written: str, settled: str) -> None:
    assert settle(written) == settled

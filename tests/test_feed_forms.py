"""Items of feeds as bytes: what they are in each format, alike in every feed, and one put in another's place."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.render.feeds.forms import make_forms, with_moment
from gleanings.render.feeds.formulas import annotated, quick_xhtml
from gleanings.render.feeds.items import first_words, told_apart
from gleanings.render.feeds.soup import read_soup
from gleanings.render.feeds.values import Enclosure, Forms, Item, Writer
from gleanings.render.prose.assembly import plain_text
from gleanings.render.prose.markdown.mathml import maths_as_html, render_maths
from gleanings.render.prose.shortening import clip
from test_feeds_out import ATOM, OCTOBER, build

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Control characters and lone surrogates too."""
MOMENT = datetime(2026, 10, 31, 23, 0, 59, tzinfo=timezone(timedelta(hours=1)))


def item(content: str = "<p>Words.</p>", **changes: object) -> Item:
    facts: dict[str, object] = {
        "id": "tag:example.org,2026:x",
        "url": "https://example.org/x/",
        "title": "X",
        "content": content,
        "published": MOMENT,
        "updated": MOMENT,
        "author": Writer(name="Ada"),
    }
    return Item(**facts | changes)  # type: ignore[arg-type]


def feeds_of(forms: Forms) -> tuple[ET.Element, ET.Element, dict[str, object]]:
    """The item in RSS, Atom and JSON Feed, read back."""
    names = 'xmlns:content="urn:content" xmlns:dc="urn:dc"'
    rss = ET.fromstring(f"<rss {names}>{b''.join(forms.rss).decode()}</rss>")[0]
    atom = ET.fromstring(f'<feed xmlns="urn:atom">{b"".join(forms.atom).decode()}</feed>')[0]
    return rss, atom, json.loads(b"".join(forms.json))


def canonical(xml: str | bytes) -> str:
    return ET.canonicalize(xml.decode() if isinstance(xml, bytes) else xml)


# ── one item ──


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_text_comes_back_from_every_format_but_for_what_it_forbids(title: str, tag: str, content: str) -> None:
    forms = make_forms(item(content, title=title, tags=(tag,), image=title), "permalink")
    rss, atom, document = feeds_of(forms)

    def allowed(text: str) -> str:
        text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    assert rss.findtext("title") == allowed(title)
    assert rss.findtext("category") == allowed(tag)
    assert rss.findtext("{urn:content}encoded") == allowed(content)
    assert atom.findtext("{urn:atom}title") == allowed(title)
    category = atom.find("{urn:atom}category")
    assert category is not None
    assert allowed(category.get("term", "")) == allowed(tag)
    assert document["tags"] == [re.sub("[\ud800-\udfff]", "?", tag)]
    assert document.get("content_html", "") == re.sub("[\ud800-\udfff]", "?", content)


@given(st.datetimes(min_value=datetime(1900, 1, 1)), st.integers(-23 * 60, 23 * 60))
def test_a_moment_is_the_same_in_every_format(moment: datetime, minutes: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    rss, atom, document = feeds_of(make_forms(item(published=moment, updated=moment), "permalink"))
    assert parsedate_to_datetime(rss.findtext("pubDate", "")) == moment
    assert datetime.fromisoformat(atom.findtext("{urn:atom}published", "")) == moment
    assert datetime.fromisoformat(atom.findtext("{urn:atom}updated", "")) == moment
    assert [datetime.fromisoformat(str(document[f"date_{name}"])) for name in ("published", "modified")] == [
        moment
    ] * 2


def test_an_enclosure_and_the_author_of_one_item_are_told() -> None:
    enclosure = Enclosure(url="https://example.org/a&b.png", type="image/png", length=7)
    forms = make_forms(item(enclosures=(enclosure,), author=Writer(name="B & C"), signed=True), "permalink")
    rss, atom, document = feeds_of(forms)
    told = rss.find("enclosure")
    assert told is not None
    assert told.attrib == {"url": enclosure.url, "type": "image/png", "length": "7"}
    assert rss.findtext("{urn:dc}creator") == "B & C"
    assert atom.findtext("{urn:atom}author/{urn:atom}name") == "B & C"
    assert document["authors"] == [{"name": "B & C"}]
    assert document["attachments"] == [{"url": enclosure.url, "mime_type": "image/png", "size_in_bytes": 7}]


def test_an_item_told_apart_differs_in_its_moment_alone() -> None:
    texts = '<p>"date_modified": "2026-10-31T23:00:59+01:00" &lt;updated>2026-10-31T23:00:59+01:00&lt;/updated></p>'
    earlier = MOMENT - timedelta(days=1)
    forms = make_forms(item(texts, title=texts, tags=(texts,), published=earlier), "permalink")
    later = MOMENT + timedelta(seconds=1)
    assert with_moment(forms, later) == make_forms(
        item(texts, title=texts, tags=(texts,), published=earlier, updated=later), "permalink"
    )


# ── XHTML ──


FORMULAS = " ".join(filter(None, map(render_maths, (r"x_i^2 < 5", r"\begin{pmatrix} a & b \end{pmatrix}", "a\n+b"))))
WELL_FORMED = {
    "words": "<p>a &amp; b &lt; c &gt; d &quot;e&quot; it&#x27;s it&#39;s \u00a0</p>",
    "empty elements": '<p>a<br>b</p><hr>\n<img src="https://x.example/a?b&amp;c" alt="d &lt; e" loading="lazy">',
    "languages": '<p lang="de">Wort <a href="https://x.example/" lang="fr">mot</a> <code> lang="en"</code></p>',
    "flags": '<details open=""><summary>S</summary><ol reversed=""><li>x</li></ol></details>',
    "spaces": "<pre>a\n\n  b\tc</pre>",
    "other letters": "<p>Ærø 漢字 😀</p>",
}
SOUP = {
    "open elements": "<p>a<p>b</div><b><i>c</b>",
    "bare attributes": "<p><input checked disabled><a href=x>y</a></p>",
    "capitals": "<P>a<BR>b</P>",
    "comments": "<p>a<!-- b -->c<?d?></p>",
    "references": "<p>&hellip;&nbsp;&copy; &#x80; a & b &c;</p>",
    "line ends in attributes": '<p title="a\nb\tc">d</p>',
    "brackets in attributes": '<p><img alt="a > b < c" src="d">e<br>f</p>',
    "names of spaces": "<p><svg xlink:href='x'></svg></p>",
    "empty elements closed": "<br/><hr /><p>a</br>b</p>",
}


@pytest.mark.parametrize("html", WELL_FORMED.values(), ids=WELL_FORMED)
def test_html_of_ours_is_read_quickly_and_as_a_browser_reads_it(html: str) -> None:
    html = annotated(f"{html} {FORMULAS}")
    quick = quick_xhtml(html)
    assert quick is not None
    assert canonical(quick) == canonical(read_soup(html))


@pytest.mark.parametrize("html", SOUP.values(), ids=SOUP)
def test_odd_html_is_read_as_a_browser_reads_it(html: str) -> None:
    html = annotated(f"{html} {FORMULAS}")
    quick = quick_xhtml(html)
    assert quick is None or canonical(quick) == canonical(read_soup(html))


SCRAPS = st.sampled_from(
    [
        "<p>", "</p>", "<b>", "</b>", "<br>", "<br/>", "<hr >", "<img src='x'>", '<img alt="a">', "<P>", "<!-- d -->",
        '<a href="b" lang="c">', "</a>", '<i title="f\ng">', "</i>", "<script>", "</script>", "<!", "<", ">", "]]>",
        "&", "&amp;", "&#39;", "&#13;", "&nbsp;", '"', ' lang="e"', "\n", "\t", "text", "<mi x='y'>", "</mi>",
        '<math alttext="x">', "</math>", '<mo stretchy="false" class="z">', "</mo>", "<mi>x</mi>",
    ]
)  # fmt: skip


@given(st.lists(SCRAPS).map("".join))
def test_whatever_is_read_quickly_is_read_as_a_browser_reads_it(html: str) -> None:
    html = annotated(html)
    quick = quick_xhtml(html)
    assert quick is None or canonical(quick) == canonical(read_soup(html))


# ── items in feeds ──


def items_in(content: bytes) -> dict[str, bytes]:
    """Id → bytes of each item of a feed."""
    if content.startswith(b"{"):
        found = re.findall(rb"^\{.*\}(?=,?$)", content, re.MULTILINE)
        return {json.loads(one)["id"]: one for one in found}
    found = re.findall(rb"<(?:item|entry)\b.*?</(?:item|entry)>", content, re.DOTALL)
    return {re.findall(rb"<(?:id|guid)\b[^>]*>([^<]*)<", one)[0].decode(): one for one in found}


def test_an_item_is_the_same_bytes_in_every_feed(tmp_path: Path) -> None:
    pages = build(tmp_path)
    for file in ("feed.xml", "atom.xml", "feed.json"):
        everywhere = items_in(pages[f"entries/{file}"]) | items_in(pages[file])
        for folder in ("tags/llm/", "series/main/"):
            found = items_in(pages[folder + file])
            assert len(found) == 2
            assert [one for one in found if everywhere[one] != found[one]] == []


def test_entries_of_two_roundups_of_one_day_are_told_apart_where_they_meet(tmp_path: Path) -> None:
    other = "date: 2026-10-31\nentries: [{url: https://a.example/, title: A, tags: [only]}]\n"
    pages = build(tmp_path, **{"content/2026-09.yaml": other})
    for path in ("atom.xml", "entries/atom.xml"):
        entries = list(ET.fromstring(pages[path]).iter(f"{ATOM}entry"))
        assert len({entry.findtext(f"{ATOM}updated") for entry in entries}) == len(entries) > 1
    alone = items_in(pages["tags/only/atom.xml"])
    ((name, mine),) = alone.items()
    assert re.sub(rb":0\d\+", b":00+", items_in(pages["entries/atom.xml"])[name]) == mine


@given(st.lists(st.sampled_from([MOMENT + timedelta(seconds=n) for n in (0, 1, 2, 5)])))
def test_moments_told_apart_keep_the_order_of_the_page_and_change_no_more_than_they_must(
    moments: list[datetime],
) -> None:
    apart = told_apart(moments)
    assert len(set(apart)) == len(moments)
    assert all(new >= old for new, old in zip(apart, moments, strict=True))
    alike = [new for new, old in zip(apart, moments, strict=True) if old == MOMENT]
    assert alike == sorted(alike, reverse=True)
    assert told_apart(apart) == apart


def test_an_item_takes_the_place_of_another(tmp_path: Path) -> None:
    before = build(tmp_path)
    after = build(tmp_path, **{"content/2026-10.yaml": OCTOBER.replace("Words[^m].", "Other <words>[^m].")})
    changed = 0
    for path in before:
        if path.endswith(("feed.xml", "atom.xml", "feed.json")):
            content, old, new = before[path], items_in(before[path]), items_in(after[path])
            for name in (name for name in old if old[name] != new[name]):
                assert content.count(old[name]) == 1
                content = content.replace(old[name], new[name])
                changed += 1
            assert content == after[path], path
    assert changed >= 9


# ── beginnings ──


PARAGRAPHS = st.lists(
    st.sampled_from(
        [
            "<p>One & a few words more.</p>\n", "<p>" + "Long words. " * 30 + "</p>\n", "<li>x</li>", "\x01", "<br>",
            "\x02s\x1fl\x1f[^1]\x03", "\x04s\x1fl\x1f<p>A note.</p>\x05", '<math alttext="x^2"><mi>x</mi></math>',
            "&amp;", "  ", '<a href="' + "x" * 300 + '">y</a>', "<p>" + escape("<p>…</p>") * 20 + "</p>",
        ]
    )
).map("".join)  # fmt: skip


@given(PARAGRAPHS)
def test_the_first_words_are_those_of_the_whole_text(html: str) -> None:
    words = " ".join(plain_text(html).split())
    assert first_words(html, 50) == clip(words, 50)


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"\frac{1}{2}", "1/2"),
        (r"\frac{1}{2}x", "(1/2)<i>x</i>"),
        (r"2\frac{1}{2}", "2(1/2)"),
        (r"\frac{a+b}{c} - 1", "(<i>a</i> + <i>b</i>)/<i>c</i> − 1"),
        (r"f(\frac{1}{2})", "<i>f</i>(1/2)"),
    ],
)
def test_a_fraction_in_a_line_says_where_it_ends(tex: str, line: str) -> None:
    assert maths_as_html(render_maths(tex) or "") == f'<span title="{tex}">{line}</span>'


def test_n_over_k_is_no_fraction() -> None:
    assert maths_as_html(render_maths(r"\binom{n}{k}") or "") == r"<code>\binom{n}{k}</code>"

"""Foreign HTML that means harm: after cleaning, a parser that follows the standard finds nothing to run."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning import PAGE, clean, cleaned
from gleanings.fetch.clean.sanitise import LINK_REL, SCHEMES, TAGS

GONE = (
    "script", "style", "noscript", "template", "object", "form", "svg", "textarea", "xmp", "title", "button",
    "select",
)  # fmt: skip

ATTACKS = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param("<img src=x onerror=alert(1)>", id="handler"),
    pytest.param("<svg><script>alert(1)</script></svg><svg onload=alert(1)>", id="svg"),
    pytest.param('<a href=" jav&#x09;ascript:alert(1)">x</a>', id="tab-in-scheme"),
    pytest.param('<a href="&#1;javascript:alert(1)">x</a>', id="control-before-scheme"),
    pytest.param('<a href="JaVaScRiPt&colon;alert(1)">x</a>', id="named-colon"),
    pytest.param('<a href="vbscript:x">x</a><a href="data:text/html,<script>x</script>">y</a>', id="other-schemes"),
    pytest.param(
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
        id="mathml-mutation",
    ),
    pytest.param(
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", id="form-mutation"
    ),
    pytest.param('<math><annotation-xml encoding="text/html"><style><img src=1 onerror=x></style>', id="annotation"),
    pytest.param("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>", id="style-in-svg"),
    pytest.param('<noscript><p title="</noscript><img src=x onerror=alert(1)>">', id="noscript"),
    pytest.param("<select><template><style><!--</style><a rel='--></style><img src=1 onerror=x>'>", id="template"),
    pytest.param('<iframe src="javascript:x"></iframe><iframe><img src=x onerror=alert(1)></iframe>', id="frame"),
    pytest.param('<iframe><b title="</iframe><img src=x onerror=alert(1)>"></iframe>', id="frame-with-raw-text"),
    pytest.param("<img src=`x` onerror=`alert(1)`><img/src=x/onerror=x>", id="odd-quotes"),
    pytest.param("<a\x00 href=javascript:x onclick\x00=x>x</a>", id="nul"),
    pytest.param("<scr<script>ipt>alert(1)</scr</script>ipt>", id="nested-tags"),
    pytest.param("<base href=https://e.example/><meta http-equiv=refresh content=0><link rel=stylesheet>", id="head"),
    pytest.param('<p style="background:url(https://evil.example/x)">a</p>', id="style-attribute"),
    pytest.param('<xmp><p title="</xmp><img src=x onerror=x>"></xmp>', id="xmp"),
    pytest.param("<plaintext><script>x</script>", id="plaintext"),
    pytest.param('<math href="javascript:x"><mi xlink:href="javascript:x" onclick=x>a</mi></math>', id="mathml"),
    pytest.param('<video src=x onerror=alert(1)><source src=x onerror=x></video>', id="video"),
    pytest.param('<code class="language-x&quot; onmouseover=&quot;x">a</code>', id="class"),
    pytest.param(r'<span class="math inline">\(a<img src=x onerror=x>\)</span>', id="inside-our-maths"),
    pytest.param('<annotation encoding="application/x-tex"><script>x</script></annotation>', id="annotation-alone"),
]  # fmt: skip


def find_dangers(html: str) -> list[str]:
    """What a parser by the standard finds in `html` that a page of ours must not hold."""
    dangers = []
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            dangers.append("comment")
            continue
        tag = element.tag.rpartition("}")[2]
        if tag not in TAGS | {"DOCUMENT_FRAGMENT"}:
            dangers.append(tag)
        if element.get("href", "").startswith("http") and element.get("rel") != LINK_REL:
            dangers.append("a link without rel")
        for name, value in element.attrib.items():
            if name.lower().startswith(("on", "style", "srcdoc")):
                dangers.append(name)
            if (
                name in ("href", "src", "cite")
                and not value.startswith("#")
                and urlsplit(value).scheme not in SCHEMES
            ):
                dangers.append(value)
    return dangers


def test_the_check_itself_sees_dangers() -> None:
    assert find_dangers('<p onclick="x"><script>y</script><a href="javascript:z">a</a></p>') == [
        "onclick",
        "script",
        "javascript:z",
    ]


@pytest.mark.parametrize("substack", [pytest.param(False, id="plain"), pytest.param(True, id="substack")])
@pytest.mark.parametrize("html", ATTACKS)
def test_nothing_dangerous_survives_re_parsing(html: str, *, substack: bool) -> None:
    found = cleaned(f"<p>before</p>{html}<p>after</p>", substack=substack).html
    assert find_dangers(found) == []
    assert found.startswith("<p>before</p>")


@pytest.mark.parametrize("tag", GONE)
def test_machinery_goes_with_its_content(tag: str) -> None:
    assert clean(f"<p>a</p><{tag}>secret</{tag}><p>b</p>") == "<p>a</p><p>b</p>"


TAGS_OF_SOUP = """
    <p> </p> <b> </b> <a|href=x> </a> <div> </div> <table> <td> </table> <math> <mtext> <mglyph> <style>
    </style> <svg> </svg> <script> </script> <!-- --> <iframe> <iframe|src="https://e.example/"> <video|src=/v.mp4>
    </iframe> <img|src=x|onerror=x> <img|src=/a.png>
    <p|title=" "> <li> <ul> </ul> <pre> </pre> <code> </code> <br> <h1> </h1> $x_i$ $ text &lt; &nbsp; &amp;lt;
    <figure> </figure> <span> </span> <a|href="#i"> <b|id="i"> <select> <template> <form> <noscript> <textarea>
    <picture> <blockquote> </blockquote> <dl> <dt> <dd> <summary> <hr> <annotation> \\(x\\) \\[y\\]
    <span|class="math|inline"> <div|class="math|display"> <div|class="pullquote"> <div|class="footnote">
    <a|class="footnote-number"|id="footnote-1"> <a|class="footnote-anchor"|href="#footnote-1">
    <p|class="button-wrapper"> <div|class="kg-bookmark-card">
    <p><a|href="https://example.org/posts/one">Read|more</a></p> Thanks|for|reading <a|href="/subscribe"> […]
"""
PIECES = st.sampled_from([" ", "\n", *(piece.replace("|", " ") for piece in TAGS_OF_SOUP.split())])


@given(pieces=st.lists(PIECES, max_size=30), substack=st.booleans())
@settings(max_examples=250, deadline=None)
def test_any_soup_becomes_safe_and_cleaning_it_again_changes_nothing(pieces: list[str], *, substack: bool) -> None:
    once = cleaned("".join(pieces), substack=substack).html
    assert find_dangers(once) == []
    assert cleaned(once, substack=substack).html == once


@given(text=st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_cleaned(text: str) -> None:
    once = cleaned(text, substack=True).html
    assert cleaned(once, substack=True).html == once


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>" * 50_000 + "a", id="divisions"),
        pytest.param("<div>" * 50_000 + "a" + "</div>" * 50_000, id="closed-divisions"),
        pytest.param("<b>" * 330_000 + "a", id="a-megabyte-of-bold"),
        pytest.param("<b><div>" * 20_000 + "a", id="bold-divisions"),
        pytest.param("<ul><li>" * 10_000 + "a", id="lists"),
        pytest.param("<b><div></b>" * 20_000 + "a", id="misnested"),
        pytest.param("<div></x>" * 20_000 + "a", id="wrong-end-tags"),
        pytest.param("<table><td>" * 10_000 + "a", id="tables"),
        pytest.param("<math><mrow>" * 20_000 + "a", id="formulas"),
        pytest.param("<p><i></p>" * 5_000 + "a", id="formatting-carried-over"),
        pytest.param("<img width=1 height=1 src=x>" * 20_000 + "a", id="pixels"),
        pytest.param("<br>" * 100_000 + "a", id="breaks"),
        pytest.param("<p>a</p>" + f'<p><a href="{PAGE}">Read more</a></p>' * 10_000, id="tails"),
        pytest.param('<p>Subscribe now <a href="/subscribe">x</a></p>' * 10_000 + "<p>a</p>", id="invitations"),
        pytest.param('<div class="kg-bookmark-card">' * 5_000 + "a", id="cards"),
        pytest.param('<a href="#i"><b id="i">a</b></a>' * 10_000, id="anchors"),
        pytest.param("<span class='" + "a " * 100_000 + "'>a</span>", id="classes"),
        pytest.param("$x$ $" * 50_000 + "a", id="dollars"),
    ],
)
def test_extremes_take_a_moment_and_keep_the_text(html: str) -> None:
    began = time.process_time()
    found = cleaned(html, substack=True).html
    assert time.process_time() - began < 4
    assert "a" in found
    assert find_dangers(found[:20_000] if len(found) > 20_000 else found) == []


@pytest.mark.parametrize("end", ["<", "<a", '<a href="x', '<a href="x"', "<!-- x", "<b>b", "&am", "</p"])
def test_wherever_a_text_was_cut_the_rest_is_clean(end: str) -> None:
    assert clean(f"<p>a</p>{end}").startswith("<p>a</p>")
    assert find_dangers(clean(f"<p>a</p>{end}")) == []
    assert "href" not in clean(f"<p>a</p>{end}")


def test_a_cleaned_post_is_well_formed_xml_apart_from_its_void_elements() -> None:
    found = clean("<p>a ]]> b & c <b>d</p><img src=/x.png>").replace("&nbsp;", " ").replace('"">', '""/>')
    assert ET.fromstring(f"<x>{found}</x>").findtext("p") == "a ]]> b & c "

"""What foreign mark-up becomes: nothing of the words is lost, everything else is ours."""

from __future__ import annotations

import pytest

from cleaning import clean, cleaned

CASES = [
    pytest.param("<p onclick=x style=y class=z id=a>a</p>", "<p>a</p>", id="attributes-go"),
    pytest.param("<div><div><p>a</p></div></div>", "<p>a</p>", id="wrappers-go"),
    pytest.param("<div>a</div><div>b</div>", "<p>a</p><p>b</p>", id="divisions-of-text-are-paragraphs"),
    pytest.param(
        "<section><article>a<p>b</p></article></section>", "<div>a<p>b</p></div>", id="mixed-stays-a-division"
    ),
    pytest.param("a</div></article></body>b", "ab", id="stray-end-tags"),
    pytest.param("<p><div>a</div></p>", "<p>a</p>", id="block-in-paragraph"),
    pytest.param(
        "<a href=/1>x<a href=/2>y</a>",
        ('<a href="https://example.org/1">x</a><a href="https://example.org/2">y</a>'),
        id="link-in-link",
    ),
    pytest.param('<p>a <a href="x">b', '<p>a <a href="https://example.org/posts/x">b</a></p>', id="unclosed-link"),
    pytest.param('<p>a</p><a href="x', "<p>a</p>", id="tag-cut-off"),
    pytest.param("<td>a</td> b", "a b", id="cell-without-table"),
    pytest.param("<h1>A</h1><h2>B</h2><h6>C</h6>", "<h2>A</h2><h3>B</h3><h6>C</h6>", id="headings-lowered"),
    pytest.param("<h2>A</h2><h3>B</h3>", "<h2>A</h2><h3>B</h3>", id="headings-without-h1-stay"),
    pytest.param("<p>a</p><p></p><p>&nbsp;</p><p> <br> </p><p>b</p>", "<p>a</p><p>b</p>", id="empty-paragraphs"),
    pytest.param("a<br><br><br/>b", "a<br>b", id="three-breaks"),
    pytest.param("a<br><br>b", "a<br><br>b", id="two-breaks-part-paragraphs"),
    pytest.param("<p>a<b> </b>c</p>", "<p>a c</p>", id="empty-bold-still-parts-words"),
    pytest.param(
        "<font color=red>a</font> <center>b</center> <big>c</big> <tt>d</tt>",
        ("a <p>b</p> c <code>d</code>"),
        id="old-tags",
    ),
    pytest.param('<p dir="rtl">a</p><p dir="sideways">b</p>', '<p dir="rtl">a</p><p>b</p>', id="direction"),
    pytest.param('<p lang="en_GB">a</p><p lang="no such">b</p>', '<p lang="en-GB">a</p><p>b</p>', id="language"),
    pytest.param("<!--[if IE]>x<![endif]--><?php echo 1 ?><!DOCTYPE html><p>a</p>", "<p>a</p>", id="comments"),
    pytest.param('<ol start="3"><li value="7">a</ol>', '<ol start="3"><li value="7">a</li></ol>', id="numbered-list"),
    pytest.param(
        '<table><tr><th scope="col" colspan="2">a<td>b</table>',
        ('<table><tbody><tr><th colspan="2" scope="col">a</th><td>b</td></tr></tbody></table>'),
        id="table",
    ),
    pytest.param('<div style="display: none">preview text</div><p hidden>x</p><p>a</p>', "<p>a</p>", id="hidden"),
    pytest.param(
        '<blockquote cite="/src"><p>a</p></blockquote>',
        ('<blockquote cite="https://example.org/src"><p>a</p></blockquote>'),
        id="quoted-source",
    ),
    pytest.param(
        "<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>", id="details"
    ),
    pytest.param(
        "<p>1 < 2 &amp;&amp; 3 > 2 &lt;b&gt;</p>", "<p>1 &lt; 2 &amp;&amp; 3 &gt; 2 &lt;b&gt;</p>", id="signs"
    ),
    pytest.param("<p>a\x00\x0b\ud800b</p>", "<p>ab</p>", id="unwritable-characters"),
]


@pytest.mark.parametrize(("html", "expected"), CASES)
def test_markup_becomes(html: str, expected: str) -> None:
    assert clean(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<pre><code class="language-python hljs">if a &lt; b:\n\t<span class="k">pass</span>\n</code></pre>',
            '<pre><code class="language-python">if a &lt; b:\n\tpass\n</code></pre>',
            id="highlighted",
        ),
        pytest.param("<pre><code>\n\ta &lt; b</code></pre>", "<pre><code>\n\ta &lt; b</code></pre>", id="exact-text"),
        pytest.param(
            '<div class="highlight-source-rust"><pre class="lang-rust">let a;<br>let b;</pre></div>',
            '<pre><code class="language-rust">let a;\nlet b;</code></pre>',
            id="breaks-become-line-ends",
        ),
        pytest.param(
            '<pre class="language-js"><div class="line"><span class="lineno">1</span>a</div><div>b</div></pre>',
            '<pre><code class="language-js">a\nb\n</code></pre>',
            id="lines-as-blocks-and-numbers",
        ),
        pytest.param(
            "<pre>Roses are <em>red</em>,\n  violets</pre>",
            "<pre>Roses are <em>red</em>,\n  violets</pre>",
            id="poem",
        ),
        pytest.param(
            '<p>call <code class="lang-x onclick">f()</code></p>',
            '<p>call <code class="language-x">f()</code></p>',
            id="inline-code",
        ),
    ],
)
def test_code_keeps_its_exact_text(html: str, expected: str) -> None:
    assert clean(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param('<img src="/a.jpg" alt="A">', '<img src="https://example.org/a.jpg" alt="A">', id="relative"),
        pytest.param('<img src="a.jpg">', '<img src="https://example.org/posts/a.jpg" alt="">', id="no-alt"),
        pytest.param(
            '<img src="a.jpg" alt=\'say "hi"\'>',
            '<img src="https://example.org/posts/a.jpg" alt="say &quot;hi&quot;">',
            id="quotes-in-alt",
        ),
        pytest.param(
            '<img src="data:image/gif;base64,R0lGOD" data-src="/a.jpg" width="10" height="20px">',
            '<img src="https://example.org/a.jpg" alt="" width="10" height="20">',
            id="lazy",
        ),
        pytest.param(
            '<img src="/img/placeholder.gif" data-original="/real.png">',
            '<img src="https://example.org/real.png" alt="">',
            id="lazy-behind-a-placeholder",
        ),
        pytest.param(
            '<img srcset="/s.jpg 400w, /l.jpg 1200w, /m.jpg 800w">',
            '<img src="https://example.org/l.jpg" alt="">',
            id="widest-of-a-set",
        ),
        pytest.param(
            '<picture><source type="image/webp" srcset="/a.webp 1x, /b.webp 2x"><img src="/a.jpg" alt="x"></picture>',
            '<img src="https://example.org/a.jpg" alt="x">',
            id="picture",
        ),
        pytest.param(
            '<picture><source srcset="/a.webp 1x, /b.webp 2x"><img alt="x"></picture>',
            '<img src="https://example.org/b.webp" alt="x">',
            id="picture-with-sources-only",
        ),
        pytest.param('<p>a<img src="https://x.example/p" width="1" height="1"></p>', "<p>a</p>", id="pixel"),
        pytest.param('<p>a<img src="https://x.example/p" width=0 height=0></p>', "<p>a</p>", id="no-size"),
        pytest.param('<p>a<img src="https://x.example/p" width="2" height="2"></p>', "<p>a</p>", id="spacer"),
        pytest.param('<p>a<img src="https://x.example/p" style="display:none"></p>', "<p>a</p>", id="not-shown"),
        pytest.param('<p>a<img src="https://x.example/p" style="width:1px;height:1px"></p>', "<p>a</p>", id="styled"),
        pytest.param('<p>a<img src="https://medium.com/_/stat?event=post"></p>', "<p>a</p>", id="medium-beacon"),
        pytest.param(
            '<p>a<img src="https://feeds.feedburner.com/~r/x/~4/y"></p>', "<p>a</p>", id="feedburner-beacon"
        ),
        pytest.param('<p>a<img src="javascript:x" alt="b"></p>', "<p>a</p>", id="no-address"),
        pytest.param(
            '<p>hi <img class="emoji" alt="🙂" src="https://s.w.org/e.svg"></p>', "<p>hi 🙂</p>", id="emoji"
        ),
    ],
)
def test_a_picture_shows_its_real_file_or_goes(html: str, expected: str) -> None:
    assert clean(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0&amp;start=42"></iframe>',
            '<p><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ&amp;t=42s">'
            "Video: youtube.com/watch?v=dQw4w9WgXcQ&amp;t=42s</a></p>",
            id="youtube",
        ),
        pytest.param(
            '<p>see <iframe src="//player.vimeo.com/video/12345"></iframe></p>',
            '<p>see <a href="https://vimeo.com/12345">Video: vimeo.com/12345</a></p>',
            id="vimeo-in-a-sentence",
        ),
        pytest.param(
            '<iframe src="https://unknown.example/widget"></iframe>',
            '<p><a href="https://unknown.example/widget">Embedded page: unknown.example</a></p>',
            id="stranger",
        ),
        pytest.param('<iframe srcdoc="<script>x</script>"></iframe>a', "a", id="srcdoc"),
        pytest.param('<iframe src="javascript:x"></iframe>a', "a", id="script-address"),
        pytest.param('<iframe src="https://name.substack.com/embed"></iframe>a', "a", id="subscription-frame"),
        pytest.param(
            '<video poster="x.jpg"><source src="blob:x"><source src="/v.mp4">no video</video>',
            '<p><a href="https://example.org/v.mp4">Video: example.org</a></p>',
            id="video",
        ),
        pytest.param(
            '<audio src="https://m.example/a.mp3" controls></audio>',
            '<p><a href="https://m.example/a.mp3">Audio: m.example</a></p>',
            id="audio",
        ),
        pytest.param("<video></video>a", "a", id="video-without-file"),
    ],
)
def test_a_player_becomes_a_link(html: str, expected: str) -> None:
    assert clean(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param('<a href="../b?x=1#c">a</a>', '<a href="https://example.org/b?x=1#c">a</a>', id="relative"),
        pytest.param('<a href="//h.example/x">a</a>', '<a href="https://h.example/x">a</a>', id="no-scheme"),
        pytest.param(
            '<a href=" https://h.example/a b ">a</a>', '<a href="https://h.example/a%20b">a</a>', id="spaces"
        ),
        pytest.param(
            '<a href="https://h.example/x?utm_source=rss&amp;id=1">a</a>',
            '<a href="https://h.example/x?id=1">a</a>',
            id="tracking",
        ),
        pytest.param(
            '<a href="https://h.example/x?ref=example.org">a</a>',
            '<a href="https://h.example/x">a</a>',
            id="ghost-ref",
        ),
        pytest.param(
            '<a href="https://github.com/a/b?ref=main">a</a>',
            '<a href="https://github.com/a/b?ref=main">a</a>',
            id="ref",
        ),
        pytest.param('<a href="mailto:a@example.org">a</a>', '<a href="mailto:a@example.org">a</a>', id="mail"),
        pytest.param('<a href="ftp://h.example/x">a</a>', "a", id="other-scheme"),
        pytest.param('<a href="http://[bad/">a</a>', "a", id="broken"),
        pytest.param('<a href="http://h.example:99999/">a</a>', "a", id="impossible-port"),
        pytest.param("<a>a</a>", "a", id="no-address"),
        pytest.param('<p>a<a href="https://h.example/"></a></p>', "<p>a</p>", id="nothing-to-click"),
    ],
)
def test_a_link_is_absolute_and_tells_on_nobody(html: str, expected: str) -> None:
    assert clean(html) == expected


def test_every_link_and_picture_says_how_it_is_to_be_treated() -> None:
    assert cleaned('<p><a href="https://h.example/">a</a> <img src="/b.png"></p>').html == (
        '<p><a href="https://h.example/" rel="noopener nofollow ugc">a</a> '
        '<img src="https://example.org/b.png" alt="" loading="lazy" decoding="async" '
        'referrerpolicy="no-referrer"></p>'
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<p>a<sup><a href="#fn1" id="ref1">1</a></sup></p><ol><li id="fn1">n <a href="#ref1">↩</a></li></ol>',
            '<p>a<sup><a href="#k-fn1" id="k-ref1">1</a></sup></p>'
            '<ol><li id="k-fn1">n <a href="#k-ref1">↩</a></li></ol>',
            id="both-ways",
        ),
        pytest.param('<p>a<sup><a href="#gone">1</a></sup></p>', "<p>a<sup>1</sup></p>", id="dangling"),
        pytest.param('<p><a href="#n">x</a></p><a name="n"></a><p>b</p>', (
            '<p><a href="#k-n">x</a></p><a id="k-n"></a><p>b</p>'
        ), id="old-anchor"),
        pytest.param('<p><a href="#fn%3A1">1</a></p><p id="fn:1">n</p>', (
            '<p><a href="#k-fn:1">1</a></p><p id="k-fn:1">n</p>'
        ), id="escaped"),
        pytest.param('<p><a href="https://example.org/posts/one#x">1</a></p><p id="x">n</p>', (
            '<p><a href="#k-x">1</a></p><p id="k-x">n</p>'
        ), id="with-the-post's-own-address"),
        pytest.param('<p><a href="#x">1</a></p><p id="x">n</p><p id="x">m</p>', (
            '<p><a href="#k-x">1</a></p><p id="k-x">n</p><p>m</p>'
        ), id="an-id-twice"),
        pytest.param('<h2 id="h">A <a href="#h">#</a></h2>', '<h2>A </h2>', id="permalink-of-a-heading"),
    ],
)  # fmt: skip
def test_anchors_stay_within_their_post(html: str, expected: str) -> None:
    assert clean(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<math display="block"><semantics><mi>x</mi><annotation encoding="application/x-tex">x &lt; y'
            "</annotation></semantics></math>",
            r'<span class="math display">\[x &lt; y\]</span>',
            id="annotated",
        ),
        pytest.param(
            '<p>a <math><mfrac><mi mathvariant="normal">x</mi><mn>2</mn></mfrac></math></p>',
            '<p>a <math><mfrac><mi mathvariant="normal">x</mi><mn>2</mn></mfrac></math></p>',
            id="presentation",
        ),
        pytest.param(
            '<span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi>'
            '<annotation encoding="application/x-tex">x_i</annotation></semantics></math></span>'
            '<span class="katex-html" aria-hidden="true"><span>xi</span></span></span>',
            r'<span class="math inline">\(x_i\)</span>',
            id="katex-once",
        ),
        pytest.param(
            r'<span class="math inline">\(a\)</span>', r'<span class="math inline">\(a\)</span>', id="pandoc"
        ),
        pytest.param('<p class="math">a <span class="math x">b</span></p>', "<p>a b</p>", id="only-the-word"),
        pytest.param(
            "<p>costs $5 and $10, or $x_i$</p>", "<p>costs $5 and $10, or $x_i$</p>", id="dollars-of-others"
        ),
    ],
)
def test_maths_keeps_its_tex(html: str, expected: str) -> None:
    assert clean(html) == expected

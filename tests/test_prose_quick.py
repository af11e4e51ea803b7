"""The short way of rendering prose: the same HTML as the full one, for every text, and no parser for common ones."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gleanings.punctuation import quotes_of
from gleanings.render.prose import rendering
from gleanings.render.prose.markdown import full, quick
from gleanings.render.prose.markdown.around import Around
from gleanings.render.prose.rendering import Prose, Unreadable
from prose_cases import make_prose, read_cases

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en", "de", "fr", "sv", "xx")

COMMON = """\
It's a *plain* note -- "with **quotes**", a [link](https://elsewhere.example/a?b=1&c=(d)), `code[1]: x`, R&D...
and a second line, see https://elsewhere.example/it.[^1] A price of $5, and $x^2$, and $$y$$; ***both***, A*, ``a`b``.

A [link *by*][Label] definition, [label] alone, [one of ours](2026-03.yaml "with a title"), <ada@elsewhere.example>,
<https://elsewhere.example>, [umlauts](https://elsewhere.example/ä), [sic], [[PDF](/a)], a ![picture](media/dot.png),
[![one that leads on](media/dot.png)](/x), 1 < 2, I <3 it, &hellip;, &#8212;, &nosuch;, **「強調」**です.

![A picture](media/dot.png "with a *caption*")

## A heading ##

Another one
===========

- **First**: a point
    1. and one in it
    2. and another,
       which goes on
- [x] a task

And a list with space in it:

1. numbers

   with a second paragraph

   - and points, too

2. with space between

   ```
   code
   ```

> A quote.
>
> - with a list
>
> -- somebody

> One that is lazy
in its second line.

> [!TIP]
> A callout.

| What | How many |
| --- | ---: |
| pages | 12 |

bars | without
--- | ---
`a\\|b` |

```
if x[0]: <b>

\tmore
```

$$
y = x^2
$$

Term
: what it means

Another
: one
: and two

* * *

[^1]: A footnote, *of course*.

    With more.

[label]: https://elsewhere.example/label "Title"
"""

HANDED_OVER = (
    "![a picture](media/dot.png 'with a caption') among words",
    "[an address](a b)",
    "[a definition][x]\n\n[x]: <a b>",
    "A note in place^[here].",
    "Some <b class='x'>HTML</b>.\n\nMore of it.",
    "Term\n\n: what it means",
    "    indented\n\n\n    code",
    "- a point\n\n      with code\n\ntext",
    "- a point\n* of another kind",
    "~~~\nnever closed",
    "*unclosed, **wrong* order**",
    r"$\nobodyknows{x}$ and $$ \nobodyknows $$",
    "a\tb\r\nc",
    "漢\n`漢`",
    "text\n2. no list",
    "text\n$$x$$",
    "$$\n```\nx\n```\n$$",
    "[^1]: a note\n- and a list",
    "> - lazy\nquote",
    "| a |\n| - |\n# heading",
)


def fixtures() -> list[str]:
    """Every text of every fixture, and of this project's own roundups and pages."""
    found = [case.markdown for case in read_cases()]
    for folder in (ROOT / "content", ROOT / "tests/publications"):
        for path in sorted(folder.rglob("*.yaml")):
            found += strings(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader))
        found += [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md"))]
    return found


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in strings(part)]


FIXTURES = fixtures()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Prose:
    return make_prose(tmp_path_factory.mktemp("content"))


def around(site: Prose) -> Around:
    return Around(quotes=quotes_of("en"), scope=str, media=site.media, addresses=site.addresses)


def render(site: Prose, how: Callable[[Prose], str], *, quickly: bool) -> tuple[str, tuple[Unreadable, ...]]:
    """What a text becomes, and what nobody could read in it."""
    prose = Prose(media=site.media, addresses=site.addresses)
    with pytest.MonkeyPatch.context() as patch, prose.watch() as seen:
        if not quickly:
            patch.setattr(rendering, "is_plain", lambda _: False)
            for way in ("render_text", "render_line", "render_title"):
                patch.setattr(quick, way, lambda *_: None)
        return str(how(prose)), seen.unreadable()


def assert_both_ways_agree(site: Prose, text: str, lang: str = "en") -> None:
    ways: tuple[Callable[[Prose], str], ...] = (
        lambda prose: prose.block(text, anchor="a", lang=lang),
        lambda prose: prose.inline(text, anchor="a", lang=lang),
        lambda prose: prose.inline(text, lang=lang),
        lambda prose: prose.title(text, anchor="a"),
        lambda prose: prose.title(text),
    )
    for how in ways:
        assert render(site, how, quickly=True) == render(site, how, quickly=False)


def test_every_text_at_hand_is_the_same_by_both_ways(site: Prose) -> None:
    for text in (*FIXTURES, COMMON):
        assert_both_ways_agree(site, text)


@pytest.mark.parametrize("text", HANDED_OVER)
def test_what_is_not_certain_is_handed_over_and_the_same(site: Prose, text: str) -> None:
    handed_over: list[str] = []
    html = quick.render_text(f"Words.\n\n{text}", around(site), lambda region: handed_over.append(region) or "")  # type: ignore[func-returns-value]
    assert html is None or handed_over
    assert_both_ways_agree(site, text)
    assert_both_ways_agree(site, f"Words.\n\n{text}\n\nMore words.")


def test_a_doubtful_paragraph_does_not_make_the_others_doubtful(site: Prose) -> None:
    html = quick.render_text("one\n\n[two](a b)\n\nthree", around(site), lambda region: f"({region})")
    assert html == "<p>one</p>\n([two](a b))<p>three</p>\n"


def test_common_notes_need_no_parser(monkeypatch: pytest.MonkeyPatch, site: Prose) -> None:
    monkeypatch.setattr(full, "render_text", None)
    monkeypatch.setattr(full, "render_title", None)
    assert site.block(COMMON, anchor="a").startswith("<p>It’s a <em>plain</em> note – “with <strong>quotes</strong>”")
    assert site.title("`Maps` and *tables*, 2") == "<code>Maps</code> and <em>tables</em>, 2"


def test_html_that_stands_in_a_line_needs_no_parser_either(monkeypatch: pytest.MonkeyPatch, site: Prose) -> None:
    monkeypatch.setattr(full, "render_text", None)
    html = site.block("## H<sub>2</sub>O\n\n<kbd>Ctrl</b>, $x^2$<br/>[^1]\n\n[^1]: <i>Left open", anchor="a")
    assert "<kbd>Ctrl, <math" in html
    assert "<i>Left open</i></p>" in html


def test_the_parser_is_not_even_loaded_for_them() -> None:
    code = (
        "import sys; from pathlib import Path; from gleanings.render.prose.rendering import Prose, Media; "
        "prose = Prose(media=Media(Path())); prose.block(sys.argv[1], anchor='a'); prose.title('On *maps* & more'); "
        "print(sorted({'markdown_it', 'mdit_py_plugins', 'pygments', 'nh3'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code, COMMON], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ── laws ──

DEVICES = st.sampled_from((
    "*", "**", "***", "_", "__", "~~", "~", "`", "``", "[", "]", "](https://e.org/a_b?c=1&d)", "](/x)",
    "](media/dot.png)", "](/x \"t\")", "](a.md)", "](https://e.org/ü)", "][x]", "![", "(", ")", "<", "< ", "<3",
    "<b>", "</b>", "<br/>", "<https://e.org>", "<a@e.org>", "&amp;", "&", "&copy;", "&#8212;", "&no;", "$", "$x$",
    "$5", "$$", "\\", "\\*", "\"", "'", "--", "---", "...", "[^1]", "^[", "[^1]: ", "[x]", "[ ] ",
    "https://e.org/it's", "(http://e.org)", "\n", "  \n", "\\\n", "word", "a", "1", ".", ",", "-", "|", "é", "漢",
    "「", "م", "’", "“", " ", "\u00a0", "\u3000", "*a*", "**b**", "[c](https://e.org)", "`d`", "it's", "\"e\"",
    " '26 ", "snake_case", "2*3*4", "![f](media/dot.png)", "[g][x]", "[[h](/h)]", "[![i](/i)](/j)", "``k ` l``",
    "$$m$$", "A*", "***n***",
))  # fmt: skip
INLINES = st.lists(DEVICES | st.sampled_from((" and ", "a ", ", ")), max_size=12).map("".join)
BEGINNINGS = st.sampled_from((
    "", "", "", " ", "  ", "    ", "- ", "* ", "+ ", "1. ", "2. ", "1) ", "-   ", "  - ", "    - ", "   1. ",
    "> ", ">", "> - ", "# ", "## ", "| ", "- [ ] ", "- [x] ", "[^1]: ", "[a]: ", ": ", "~ ", "\t", "> [!NOTE]",
    "**", "`", "-- ", "- # ", "- > ", "- - ", "   ", ":", "-> ",
))  # fmt: skip
LINES = st.tuples(BEGINNINGS, INLINES).map("".join) | st.sampled_from((
    "```", "~~~", "```py", "---", "***", "===", "--", "-", "1.", "|---|", "| --- | :-: |", "| a | b |", "a | b", "$$",
    "$$ x $$", "<div>", "</div>", "<!--", "", " ", ">", "[^1]: note", "    more", "> [!NOTE]", "# h", "- a", "- b",
    "  - c", "    1. d", "* e", "1. f", "2. g", "- [ ] t", "text", "  goes on", "> q", ": def", "* * *", "--|:-:",
    "a|b", "[x]: https://e.org 'T'", "[x]: /y", "[^2]: n", "# i #", "![j](media/dot.png \"k\")", "> > r", "  more",
))  # fmt: skip
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(("\n", "\n", "\n\n", "\n\n", "\n\n\n", "\n \n", "\r\n")))).map(
    lambda lines: "".join(line + end for line, end in lines)
)
POINTS = st.lists(
    st.tuples(
        st.sampled_from(("", "", " ", "  ", "   ", "    ", "      ")),
        st.sampled_from(("- ", "- ", "*  ", "1. ", "2. ", "10) ", "-     ", "", "", "\n", "\n  ", "\n\n   ")),
        st.sampled_from((
            "a", "b  ", "[ ] c", "*d*", "`e", "f`", "- g", "1. h", "# i", "> j", "```", "م", ": k", "---", "| l |",
            "|-|",
        )),
    ).map("".join),
    max_size=8,
).map("\n".join)  # fmt: skip


@given(TEXTS | POINTS, st.sampled_from(LANGUAGES))
def test_texts_of_every_device_are_the_same_by_both_ways(site: Prose, text: str, lang: str) -> None:
    assert_both_ways_agree(site, text, lang)


@given(INLINES | st.text(alphabet="\"'*_`[]()<>&$\\~ .a1-漢\n", max_size=12), st.sampled_from(LANGUAGES))
def test_lines_of_every_device_are_the_same_by_both_ways(site: Prose, text: str, lang: str) -> None:
    assert_both_ways_agree(site, text, lang)


@given(
    st.sampled_from(FIXTURES),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), DEVICES | BEGINNINGS | st.just("\n\n")), max_size=4),
)
def test_notes_with_slips_are_the_same_by_both_ways(
    site: Prose, text: str, slips: list[tuple[float, int, str]]
) -> None:
    for where, length, put in slips:
        at = int(where * len(text))
        text = f"{text[:at]}{put}{text[at + length :]}"
    assert_both_ways_agree(site, text)

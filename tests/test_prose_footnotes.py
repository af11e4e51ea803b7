"""Footnotes: labels per entry, numbers through the page, ids that never meet; headings that fit the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gleanings.render.prose.assembly import assemble, plain_text
from prose_cases import make_prose


def ids(html: str) -> list[str]:
    return re.findall(r'\sid="([^"]*)"', html)


def targets(html: str) -> list[str]:
    return re.findall(r'\shref="#([^"]*)"', html)


def numbers(html: str) -> list[str]:
    return re.findall(r'role="doc-noteref">(\d+)</a>', html)


def test_numbers_run_through_the_page_and_ids_never_meet(tmp_path: Path) -> None:
    prose = make_prose(tmp_path)
    text = "One[^1] and[^b].\n\n[^1]: First.\n\n[^b]: Second."
    page = assemble(prose.block(text, anchor="2026-03-a") + prose.block(text, anchor="2026-04-a"))
    assert numbers(page) == ["1", "2", "3", "4"]
    assert len(ids(page)) == len(set(ids(page))) == 8
    assert set(targets(page)) == set(ids(page))


def test_a_fragment_is_the_same_wherever_it_stands(tmp_path: Path) -> None:
    prose = make_prose(tmp_path)
    text = "Words[^1].\n\n[^1]: Note."
    assert prose.block(text, anchor="a") is prose.block(text, anchor="a")
    alone, second = (
        assemble(prose.block(text, anchor="a")),
        assemble(prose.block(text, anchor="z") + prose.block(text, anchor="a")),
    )
    assert set(ids(alone)) < set(ids(second))


def test_a_title_may_end_in_a_marker_that_the_note_defines(tmp_path: Path) -> None:
    prose = make_prose(tmp_path)
    title = prose.title("GGUF[^1]", anchor="a")
    note = prose.block("Yes.\n\n[^1]: What it is.", anchor="a")
    page = assemble(f'<a href="https://e.example/">{title}</a>{note}')
    assert page.startswith('<a href="https://e.example/">GGUF</a><sup class="fn"><a href="#fn-a-1" id="fnref-a-1"')
    assert "What it is." in page


def test_a_title_without_its_entry_has_no_marker(tmp_path: Path) -> None:
    assert assemble(make_prose(tmp_path).title("GGUF[^1]")) == "GGUF"
    assert make_prose(tmp_path).plain("*GGUF* & `x<y>`[^1]") == "GGUF & x<y>"


def test_a_marker_inside_a_link_stands_behind_it(tmp_path: Path) -> None:
    page = assemble(make_prose(tmp_path).block("[one *two*[^1]](https://e.example/)\n\n[^1]: N", anchor="a"))
    assert '<a href="https://e.example/">one <em>two</em></a><sup class="fn">' in page


def test_two_texts_of_an_entry_may_both_have_a_first_note(tmp_path: Path) -> None:
    prose = make_prose(tmp_path)
    note = prose.block("A[^1].\n\n[^1]: Of the note.", anchor="a")
    thought = prose.block("B[^1].\n\n[^1]: Of the thought.", anchor="a")
    page = assemble(note + thought)
    assert numbers(page) == ["1", "2"]
    assert page.index("Of the note.") < page.index("Of the thought.")
    assert len(ids(page)) == len(set(ids(page)))


def test_the_second_marker_of_a_note_never_has_the_id_of_another_s(tmp_path: Path) -> None:
    prose = make_prose(tmp_path)
    note = prose.block("A[^1] B[^1] C[^1_3].\n\n[^1]: N\n\n[^1_3]: O", anchor="a")
    page = assemble(note + prose.block("D[^1] E[^1].\n\n[^1]: T", anchor="a"))
    assert numbers(page) == ["1", "1", "2", "3", "3"]
    assert len(ids(page)) == len(set(ids(page))) == 8
    assert set(targets(page)) == set(ids(page))


def test_what_is_no_footnote_stays_as_written(tmp_path: Path) -> None:
    assert assemble(make_prose(tmp_path).block("The class [^a-z] of letters", anchor="a")) == (
        "<p>The class [^a-z] of letters</p>\n"
    )


def test_a_note_that_nothing_refers_to_is_not_lost(tmp_path: Path) -> None:
    page = assemble(make_prose(tmp_path).block("Words.\n\n[^x]: Left over.", anchor="a"))
    assert "Left over." in page
    assert "doc-backlink" not in page


def test_a_note_may_hold_paragraphs_links_and_markers_of_its_own(tmp_path: Path) -> None:
    text = "A[^1].\n\n[^1]: See [this](https://e.example/)[^2].\n\n    Second paragraph.\n\n[^2]: Deeper."
    page = assemble(make_prose(tmp_path).block(text, anchor="a"))
    assert numbers(page) == ["1", "2"]
    assert page.index("Second paragraph.") < page.index("Deeper.")
    assert set(targets(page)) == set(ids(page))


def test_a_note_written_in_place_has_an_id_that_stays(tmp_path: Path) -> None:
    prose = make_prose(tmp_path)
    before = ids(assemble(prose.block("A^[In place.]", anchor="a")))
    after = ids(assemble(prose.block("More.^[New.] A^[In place.]", anchor="a")))
    assert set(before) < set(after)


def test_a_marker_used_twice_has_two_ways_back(tmp_path: Path) -> None:
    page = assemble(make_prose(tmp_path).block("A[^1] B[^1]\n\n[^1]: N", anchor="a"))
    assert numbers(page) == ["1", "1"]
    assert page.count('role="doc-backlink"') == 2
    assert len(ids(page)) == len(set(ids(page)))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("<h1>Page</h1>{}", ["h1", "h2", "h3"], id="below-the-page"),
        pytest.param("<h1>Page</h1><h2>Section</h2>{}", ["h1", "h2", "h3", "h4"], id="below-a-section"),
        pytest.param(
            "<h1>P</h1><h2>S</h2>{}<h2>T</h2>", ["h1", "h2", "h3", "h4", "h2"], id="the-page-goes-on-as-it-was"
        ),
    ],
)
def test_headings_go_below_the_page_s_own(page: str, expected: list[str], tmp_path: Path) -> None:
    fragment = make_prose(tmp_path).block("# One\n\n## Two", anchor="a")
    assert re.findall(r"<(h\d)", assemble(page.format(fragment))) == expected


def test_a_level_that_a_note_skips_is_closed_up(tmp_path: Path) -> None:
    fragment = make_prose(tmp_path).block("# One\n\n#### Two\n\n#### Three\n\n## Four\n\n# Five", anchor="a")
    assert re.findall(r"<(h\d)", assemble(fragment)) == ["h2", "h3", "h3", "h3", "h2"]
    assert re.findall(r"</(h\d)", assemble(fragment)) == ["h2", "h3", "h3", "h3", "h2"]


def test_a_note_in_place_may_hold_escapes_and_entities(tmp_path: Path) -> None:
    html = assemble(make_prose(tmp_path).block(r"Words^[see \*this\* &amp; that].", anchor="a"))
    assert "<p>see *this* &amp; that <a" in html


def test_a_note_in_place_in_a_caption_stands_in_brackets(tmp_path: Path) -> None:
    html = assemble(make_prose(tmp_path).block('![A](media/dot.png "Caption^[with a note]")', anchor="a"))
    assert "<figcaption>Caption (with a note)</figcaption>" in html


def test_a_footnote_defined_in_another_is_one_by_itself(tmp_path: Path) -> None:
    html = assemble(make_prose(tmp_path).block("Words[^a] and more[^b].\n\n[^a]: [^b]: Note.", anchor="a"))
    assert ids(html) == ["fnref-a-a", "fnref-a-b", "fn-a-a", "fn-a-b"]


def test_plain_text_keeps_the_words_and_nothing_else(tmp_path: Path) -> None:
    fragment = make_prose(tmp_path).block("# H\n\nA *b*[^1] & $x^2$\n\n- c\n\n[^1]: hidden", anchor="a")
    assert plain_text(fragment) == "H\nA b & x^2\nc"


def test_an_unreadable_formula_is_remembered_with_its_entry(tmp_path: Path) -> None:
    prose = make_prose(tmp_path)
    with prose.watch() as seen:
        prose.block(r"$\nosuch{x}$", anchor="2026-03-a")
    assert [(found.anchor, found.text) for found in seen.unreadable()] == [("2026-03-a", r"\nosuch{x}")]


@pytest.mark.parametrize(
    ("lang", "quoted"),
    [
        pytest.param("en", "“x”", id="english"),
        pytest.param("de-CH", "„x“", id="german"),
        pytest.param("fr", "«\u202fx\u202f»", id="french"),
        pytest.param("zh", '"x"', id="unknown-ones-stay-as-typed"),
    ],
)
def test_quotation_marks_are_those_of_the_language(lang: str, quoted: str, tmp_path: Path) -> None:
    assert make_prose(tmp_path).inline('"x"', lang=lang) == quoted


def test_a_title_is_left_as_typed(tmp_path: Path) -> None:
    assert make_prose(tmp_path).title('"It\'s" -- *so* [a](b) <b>c</b>') == (
        '"It\'s" -- <em>so</em> [a](b) &lt;b&gt;c&lt;/b&gt;'
    )


def test_a_mark_that_a_template_cut_in_two_costs_no_other_word(tmp_path: Path) -> None:
    html = str(make_prose(tmp_path).block("Words[^1] here.\n\n[^1]: Note.", anchor="a"))
    for end in range(len(html)):
        page = assemble(html[:end] + "<p>The rest</p>")
        assert page.endswith("<p>The rest</p>")

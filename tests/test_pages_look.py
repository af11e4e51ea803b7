"""`look:` in site.yaml, templates of the site's own, and faults in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleanings.problems import ProblemsFound
from gleanings.project import default_theme
from gleanings.render.theme.look import compact_css, render_look
from gleanings.render.theme.templates import Templates, check_templates
from gleanings.settings import read_site
from small_site import SITE, render_pages_of, write_site


@pytest.mark.parametrize(
    ("key", "value", "css"),
    [
        pytest.param("accent", "#063", "--accent:#063", id="hex"),
        pytest.param("accent", "oklch(45% 0.13 35)", "--accent:oklch(45% 0.13 35)", id="function"),
        pytest.param("accent-dark", "salmon", "--accent:salmon", id="dark"),
        pytest.param("serif", '"Charter", Georgia, serif', '--serif:"Charter", Georgia, serif', id="faces"),
        pytest.param("size", "18px", "--size:18px", id="size"),
        pytest.param("density", "airy", "--density:1.25", id="density"),
    ],
)
def test_a_look_becomes_a_custom_property(key: str, value: str, css: str) -> None:
    assert css in render_look({key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("accent", "red;} body{display:none", id="rule"),
        pytest.param("accent", "url(https://example.org/x)", id="request"),
        pytest.param("serif", "</style><script>", id="markup"),
        pytest.param("serif", 'x"; @import "y', id="import"),
        pytest.param("size", "calc(1px)", id="calc"),
        pytest.param("colour", "red", id="unknown-key"),
    ],
)
def test_nothing_else_gets_into_the_stylesheet(key: str, value: str) -> None:
    assert render_look({key: value}) == ""


def test_a_value_that_does_not_fit_is_told_with_its_place(tmp_path: Path) -> None:
    project = write_site(tmp_path, **{"site.yaml": f"{SITE}look:\n  accent-dark: salmon\n  size: huge\n"})
    _, (problem,) = read_site(project)
    assert str(problem).startswith('site.yaml:12:9: warning: "huge" does not fit "size"')
    assert "18px" in str(problem)


def test_the_stylesheet_is_made_small_without_a_change_of_meaning() -> None:
    css = (
        """/* x */ a > b::before { content: " ,  ; {" / ""; width: calc(2rem * var(--x)); }\n:is(a, b) c { top: 0 }"""
    )
    small = """a>b::before{content:" ,  ; {" / "";width:calc(2rem*var(--x))}:is(a,b) c{top:0}"""
    assert compact_css(css).strip() == small


def test_the_stylesheet_s_address_changes_with_the_look(tmp_path: Path) -> None:
    plain = render_pages_of(write_site(tmp_path / "a"))
    looked = render_pages_of(write_site(tmp_path / "b", **{"site.yaml": f'{SITE}look: {{accent: "#063"}}\n'}))
    assert b"--accent:#063" in looked["static/style.css"]
    line = next(line for line in plain["index.html"].splitlines() if b"style.css" in line)
    assert line not in looked["index.html"]


def test_a_site_changes_one_block_of_a_default_template(tmp_path: Path) -> None:
    override = '{% extends "default/base.html" %}{% block footer %}<footer>Mine</footer>{% endblock %}'
    pages = render_pages_of(write_site(tmp_path, **{"templates/base.html": override}))
    page = pages["2026/10/index.html"]
    assert b"<footer>Mine</footer>" in page
    assert b"Why the routing layer pays off" in page


def test_a_macro_of_a_site_s_own_sets_every_line_of_an_index(tmp_path: Path) -> None:
    macros = (default_theme() / "lists.html").read_text(encoding="utf-8")
    macros = macros.replace('<li class="workline">', "<li>Read: ")
    pages = render_pages_of(write_site(tmp_path, **{"templates/lists.html": macros}))
    for page in ("tags/llm/index.html", "authors/albert-q-jiang/index.html"):
        assert b"<li>Read: " in pages[page]
        assert b"workline" not in pages[page]


def test_a_macro_of_the_page_itself_knows_its_page(tmp_path: Path) -> None:
    template = """{% extends "default/topic.html" %}
{% macro line(work) %}{{ work.text }} on {{ page.title }}; {% endmacro %}
{% block main %}{{ topic.years[0].works|each(line) }}{% endblock %}"""
    pages = render_pages_of(write_site(tmp_path, **{"templates/topic.html": template}))
    assert b"Mixtral of Experts with sparse routing on llm; " in pages["tags/llm/index.html"]
    assert b"sparse routing on Albert Q. Jiang; " in pages["authors/albert-q-jiang/index.html"]


def test_what_a_macro_makes_with_other_words_is_made_anew(tmp_path: Path) -> None:
    files = {
        "templates/own.html": "{% macro greet(site, word) %}{{ word }}, {{ site.title }}! {% endmacro %}",
        "templates/404.html": """{% from "own.html" import greet %}
{{ site|once(greet, "Hi") }}{{ site|once(greet, "Bye") }}{{ site|once(greet, "Hi") }}""",
    }
    page = render_pages_of(write_site(tmp_path, **files))["404.html"]
    assert page == b"Hi, Things worth reading! Bye, Things worth reading! Hi, Things worth reading! "


def test_parts_of_parts_are_found_however_deep(tmp_path: Path) -> None:
    template = f"{{{{ site{'.title.strip()' + '.strip()' * 40} }}}}"
    pages = render_pages_of(write_site(tmp_path, **{"templates/page.html": template}))
    page = next(content for path, content in pages.items() if path.startswith("about/"))
    assert page == b"Things worth reading"


def test_a_site_replaces_a_static_file(tmp_path: Path) -> None:
    pages = render_pages_of(write_site(tmp_path, **{"templates/static/icon.svg": "<svg/>"}))
    assert pages["static/icon.svg"] == b"<svg/>"


@pytest.mark.parametrize(
    ("template", "finding"),
    [
        pytest.param("{% if %}", "templates/page.html:2: Expected an expression", id="syntax"),
        pytest.param("{% include 'nowhere.html' %}", 'there is no template "nowhere.html"', id="missing"),
        pytest.param("{{ sitee.title }}", "templates/page.html:2: 'sitee' is undefined", id="undefined"),
        pytest.param(
            "{{ site.auhtor.name }}",
            'templates/page.html:2: site has no "auhtor" (did you mean "author"?)',
            id="a-slip",
        ),
        pytest.param("{{ site.author.nam }}", 'person has no "nam" (did you mean "name"?)', id="a-slip-below"),
        pytest.param(
            "{{ site.frobnicate }}", 'site has no "frobnicate" (the first line of each default template', id="a-guess"
        ),
        pytest.param("{{ site.title.nam }}", 'a text has no "nam"', id="of-a-text"),
        pytest.param(
            "{{ none.name }}", 'nothing is there that could have a "name" (ask for it inside', id="of-nothing"
        ),
        pytest.param("{{ 1 / 0 }}", "templates/page.html:2: ZeroDivisionError", id="anything"),
    ],
)
def test_a_fault_in_a_template_is_named_with_file_and_line(tmp_path: Path, template: str, finding: str) -> None:
    project = write_site(tmp_path, **{"templates/page.html": f"<p>\n{template}\n"})
    with pytest.raises(ProblemsFound, match="template") as caught:
        render_pages_of(project)
    assert any(finding in str(problem) for problem in caught.value.problems)


def test_check_finds_what_does_not_compile_without_rendering(tmp_path: Path) -> None:
    project = write_site(tmp_path, **{"templates/page.html": "fine", "templates/now.html": "<p>\n\n{{ broken"})
    (problem,) = check_templates(project)
    assert (problem.path, problem.line, problem.code) == ("templates/now.html", 3, "template")


def test_compiled_templates_are_kept_and_a_damaged_one_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, kept = tmp_path / "program", tmp_path / "kept"
    program.mkdir()
    monkeypatch.setattr("gleanings.render.theme.templates.theme_byte_code", lambda: program)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    project = write_site(tmp_path / "site", **{"templates/now.html": "{% include 'charts.html' %}<p>{{ word }}</p>"})

    def render() -> str:
        return Templates(project, bytecode=kept).render("now.html", {"word": "Now"})

    first = render()
    files = [*program.iterdir(), *kept.iterdir()]
    assert (len(list(program.iterdir())), len(list(kept.iterdir()))) == (1, 1)
    for damage in (b"", b"j2", files[0].read_bytes()[:-9], files[1].read_bytes()[:60]):
        for file in files:
            file.write_bytes(damage)
        assert render() == first
    assert all(file.stat().st_size > 100 for file in files)


def test_where_the_program_s_folder_takes_nothing_the_site_keeps_all_compiled_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gleanings.render.theme.templates.theme_byte_code", lambda: tmp_path / "nowhere")
    Templates(write_site(tmp_path / "site"), bytecode=tmp_path / "kept").render("charts.html", {})
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_the_default_theme_has_no_fault(tmp_path: Path) -> None:
    assert check_templates(write_site(tmp_path)) == ()

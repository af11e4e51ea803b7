"""The theme in a real browser: accessible in both schemes, nothing too wide, nothing fetched from anybody else."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest

from small_site import render_pages_of, write_site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]

PAGES = (
    "",
    "2026/10/",
    "2026/06/",
    "archive/",
    "tags/",
    "sources/",
    "authors/",
    "tags/llm/",
    "year/2026/",
    "now/",
    "feeds/",
    "search/",
    "about/",
)
KINDS = ("", "2026/10/", "weekly/2026/09/20/", "tags/llm/", "year/2026/", "feeds/", "search/")
"""One page of each kind of setting."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

DETAILS = """
date: 2026-09-20
number: 7
updated: 2026-12-01
author: {name: Ada Example of Leeds}
intro: |
  [The scale](https://example.org/scale) is $\\sqrt{d_k}$.

  - [ ] a task
  - a plain point
style: list
entries:
  - url: https://example.org/picked
    title: A work that was picked
    authors: [Albert Q. Jiang, Alexandre Sablayrolles]
    source: Proceedings of a Conference
    published: "2024"
    kind: paper
    tags: [C, llm, machine learning]
    pick: It explains why *routing* pays off, and takes no more than eight pages to do so.
    again: A second look was worth it.
    note: Read [its code](https://example.org/code) too.
    quotes: {text: Said., by: Somebody, url: https://example.org/said}
    links:
      code: {url: https://example.org/repo, title: repo, note: as it was}
      pdf: https://example.org/work.pdf
      discussion: [https://example.org/here, https://example.net/there]
    via: {name: Simon, url: https://example.org/simon}
  - {url: https://example.org/paper, title: A paper, kind: paper, also: [https://example.org/more], note: "With [a link](https://example.org/run-in)."}
  - {url: https://example.org/second, title: Another one of a certain length, note: And its note.}
  - A thought that stands without a link of its own among the others here.
  - A thought that stands without a link.
"""
"""A roundup for those tests that look at one thing."""


ARABIC = """
lang: ar
title: قراءات شهر يوليو
entries:
  - {url: https://example.org/kitab, title: الكتاب الأول, thought: رأيي في الكتاب, note: ملاحظة قصيرة}
"""


LONG = f"Donaudampfschiff{'fahrts' * 12}gesellschaft"
WIDE = f"""
toc: true
sections:
  - title: Formulas
    entries:
      - url: https://example.org/{LONG.lower()}
        title: {LONG}
        authors: [{LONG}]
        source: {LONG}
        published: "2024"
        tags: [{LONG}]
        links: {{{LONG}: https://example.org/long}}
        note: |
          It is ${" + ".join("abcdefghijklmnopqrstuvwxyz")}$, which is long.

          - And $\\frac{{a}}{{b}}$ in a list, where $x = \\sum_i \\frac{{a}}{{\\frac{{b}}{{c}}}}$ is tall.

          $${" + ".join("abcdefghijklmnopqrstuvwxyz" * 3)}$$
  - title: {LONG}
    entries: [https://example.org/other]
"""
"""A roundup whose words and formulas have no place to break."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing: a test's output is the test's."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A built site on a loopback server, below a folder."""
    root = tmp_path_factory.mktemp("www")
    files = {"content/weekly/2026-09-20.yaml": DETAILS, "content/2026-07.yaml": ARABIC, "content/2026-06.yaml": WIDE}
    project = write_site(tmp_path_factory.mktemp("site"), **files)
    for path, content in render_pages_of(project).items():
        file = root / "reading" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/reading/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="the test group `browser` is not installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture
def show(browser: Any) -> Iterator[Any]:
    """Opens a page of its own: width, colour scheme, address."""
    contexts = []

    def opened(address: str, *, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_has_a_barrier(show: Any, address: str, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = show(address, width=width, scheme=scheme)
    found = []
    for path in KINDS:
        page.goto(address + path)
        result = axe.run(page, options={"runOnly": list(RULES)}).response
        found += [(path, one["id"], one["nodes"][0]["html"]) for one in result["violations"]]
    assert found == []


def test_nothing_is_wider_than_a_narrow_phone(show: Any, address: str) -> None:
    page = show(address, width=320)
    wide = {}
    for path in PAGES:
        page.goto(address + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[path] = width
    assert wide == {}


def test_letters_twice_as_large_still_fit_a_narrow_phone(show: Any, address: str) -> None:
    page = show(f"{address}year/2026/", width=320)
    page.add_style_tag(content=":root { --size: 34px }")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("path", ["2026/06/", "tags/", "sources/", "authors/"])
def test_a_word_longer_than_the_column_is_broken(show: Any, address: str, path: str) -> None:
    page = show(address + path, width=390)
    ends = "[...document.querySelectorAll('main :is(a, span, p)')].map((e) => e.getBoundingClientRect().right)"
    assert max(page.evaluate(ends)) <= page.evaluate("document.querySelector('h1').getBoundingClientRect().right") + 1


def test_a_formula_wider_than_its_line_can_be_scrolled_and_a_point_with_one_keeps_its_mark(
    show: Any, address: str
) -> None:
    page = show(f"{address}2026/06/", width=390)
    wide, *_ = page.evaluate(
        "[...document.querySelectorAll('.note p > math')].map((e) => [e.clientWidth, e.scrollWidth])"
    )
    assert 300 < wide[0] <= 352 < wide[1]
    assert page.evaluate("getComputedStyle(document.querySelector('.note li')).overflow") == "visible"


def test_a_page_asks_nobody_else_for_anything_and_loads_little(show: Any, address: str) -> None:
    page = show("about:blank")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{address}2026/10/", wait_until="networkidle")
    assert all(request.startswith(address) for request in requests)
    assert {request.rpartition("/")[2].partition("?")[0] for request in requests} <= {"", "style.css", "icon.svg"}


def test_every_stop_of_the_keyboard_is_seen(show: Any, address: str) -> None:
    page = show(f"{address}2026/10/")
    unseen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.outerHTML.slice(0, 80), s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        if stop[1] == "none" or stop[2] < 2:
            unseen.append(stop)
    assert unseen == []


def test_the_first_stop_leads_past_the_navigation(show: Any, address: str) -> None:
    page = show(f"{address}2026/10/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_written_from_the_right_is_as_wide_as_its_window_and_has_air_above(
    show: Any, address: str, width: int
) -> None:
    page = show(f"{address}2026/07/", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.querySelector('.sitename').getBoundingClientRect().top") > 16
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    assert skip["width"] > 80
    assert 0 <= skip["left"] < skip["right"] <= width


def test_footnotes_stand_beside_their_text_where_there_is_room(show: Any, address: str) -> None:
    note = "document.querySelector('.footnotes').getBoundingClientRect()"
    text = "document.querySelector('.noted > div').getBoundingClientRect()"
    wide = show(f"{address}2026/10/", width=1440, scripts=True)
    assert wide.evaluate(f"{note}.left > {text}.right")
    assert wide.evaluate(f"Math.abs({note}.top - {text}.top) < 12")
    narrow = show(f"{address}2026/10/", width=375)
    assert narrow.evaluate(f"{note}.top >= {text}.bottom")


def test_the_small_matter_hangs_in_the_margin_where_there_is_room(show: Any, address: str) -> None:
    aside = "document.querySelector('.pick > .aside').getBoundingClientRect()"
    title = "document.querySelector('.pick .title').getBoundingClientRect()"
    assert show(f"{address}2026/10/", width=1280).evaluate(f"{aside}.right < {title}.left")
    assert show(f"{address}2026/10/", width=375).evaluate(f"{aside}.top >= {title}.bottom")


def test_dark_is_dark_and_the_first_paint_already_is(show: Any, address: str) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = show(address, scheme="light").evaluate(ground)
    dark = show(address, scheme="dark").evaluate(ground)
    assert (light, dark) == ("rgb(253, 251, 246)", "rgb(27, 25, 23)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "css"), [("2026/10/", ".aside a"), ("2026/10/", ".title a"), ("sources/", ".only")])
def test_the_line_under_a_link_is_seen_by_weak_eyes(
    show: Any, address: str, path: str, css: str, scheme: str
) -> None:
    page = show(address + path, scheme=scheme)
    contrast = page.evaluate(
        """(css) => {
          const light = (colour) => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map(
              (one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
          };
          const line = light(getComputedStyle(document.querySelector(css)).textDecorationColor);
          const ground = light(getComputedStyle(document.body).backgroundColor);
          return Math.max(line, ground) / Math.min(line, ground);
        }""",
        css,
    )
    assert contrast >= 3


def test_an_entry_that_was_linked_to_is_underlined_in_the_accent(show: Any, address: str) -> None:
    page = show(f"{address}2026/10/")
    line = "getComputedStyle(document.querySelector('.pick > .head .title a')).textDecorationColor"
    before = page.evaluate(line)
    page.goto(f"{address}2026/10/#{page.evaluate('document.querySelector(`.pick`).id')}")
    assert page.evaluate(line) == "rgb(143, 45, 24)" != before


def test_search_takes_no_key_from_elsewhere_and_says_that_signs_are_no_words(show: Any, address: str) -> None:
    page = show(f"{address}search/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "search-input"
    page.fill("#search-input", "???")
    page.wait_for_function("document.querySelector('#search-status').textContent === 'Nothing found'")
    page.fill("#search-input", "  ")
    page.wait_for_function("document.querySelector('#search-status').textContent === ''")


def test_a_dark_drawing_has_a_light_ground_in_the_dark(show: Any, address: str) -> None:
    ground = "getComputedStyle(document.querySelector('main').appendChild(new Image())).backgroundColor"
    assert show(address, scheme="dark").evaluate(ground) == "rgb(255, 255, 255)"
    assert show(address, scheme="light").evaluate(ground) == "rgba(0, 0, 0, 0)"


def test_print_shows_addresses_and_no_navigation(show: Any, address: str) -> None:
    page = show(f"{address}2026/10/")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.masthead nav')).display") == "none"
    shown = page.evaluate("getComputedStyle(document.querySelector('.title > a'), '::after').content")
    assert "attr(href)" in shown or "https://arxiv.org/abs/2401.04088" in shown


# ── how it is set ──

LINES = """(() => {
  const lines = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const range = document.createRange();
    for (const word of node.data.matchAll(/[^ \\n]+/g)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const box = range.getBoundingClientRect();
      const middle = (box.top + box.bottom) / 2;
      const last = lines.at(-1);
      if (last && Math.abs(last.middle - middle) < 8 && box.left >= last.right - 2) last.words.push(word[0]);
      else lines.push({ words: [word[0]] });
      Object.assign(lines.at(-1), { middle, right: box.right });
    }
  }
  return lines.map((line) => line.words.join(" "));
})()"""
"""What stands on each line of a page as it is set."""


@pytest.mark.parametrize("width", range(320, 440, 12))
def test_no_pilcrow_stands_alone_and_no_date_is_broken(show: Any, address: str, width: int) -> None:
    page = show(f"{address}weekly/2026/09/20/", width=width)
    lines = page.evaluate(LINES)
    assert [line for line in lines if line.strip("\u00a0") == "¶"] == []
    assert any(line.endswith("1 December 2026") for line in lines)


def test_dots_stand_behind_the_word_before_them(show: Any, address: str) -> None:
    page = show(f"{address}weekly/2026/09/20/", width=390)
    dots = page.evaluate(
        "[...document.querySelectorAll('.quiet > *, .byline > *, .aside > *')].map("
        "(e) => [getComputedStyle(e, '::before').content, getComputedStyle(e, '::after').content])"
    )
    assert {before for before, _ in dots} == {"none"}
    assert {after for _, after in dots} == {"none", '"\u00a0·" / ""'}


def test_tags_touch_their_commas(show: Any, address: str) -> None:
    page = show(f"{address}weekly/2026/09/20/", width=390)
    gaps = page.evaluate(
        """(() => {
          const range = document.createRange(), gaps = [], tags = [...document.querySelectorAll(".tags a")];
          for (const tag of tags.filter((tag) => tag.nextSibling)) {
            range.selectNodeContents(tag);
            const end = range.getBoundingClientRect().right;
            range.setStart(tag.nextSibling, 0);
            range.setEnd(tag.nextSibling, 1);
            gaps.push(range.getBoundingClientRect().left - end);
          }
          return gaps;
        })()"""
    )
    assert len(gaps) == 2
    assert max(map(abs, gaps)) < 1


def test_small_links_are_easy_to_hit(show: Any, address: str) -> None:
    page = show(f"{address}weekly/2026/09/20/", width=320)
    boxes = "[...document.querySelectorAll('.tags a, .links a, .permalink')].map((e) => e.getBoundingClientRect())"
    assert page.evaluate(f"Math.min(...{boxes}.flatMap((box) => [box.width, box.height]))") >= 24


def test_the_person_s_words_are_set_in_the_serif(show: Any, address: str) -> None:
    page = show(f"{address}weekly/2026/09/20/")
    family = "(css) => getComputedStyle(document.querySelector(css)).fontFamily"
    serif = page.evaluate(family, "body")
    assert [page.evaluate(family, css) for css in (".pickmark .why", ".alsoin .why", ".links .why")] == [serif] * 3
    assert page.evaluate(family, ".pickmark") != serif
    assert page.evaluate(
        "document.querySelector('.pick > .head').getBoundingClientRect().top"
        " - document.querySelector('.pickmark').getBoundingClientRect().bottom > 5"
    )


def test_letters_that_join_are_neither_slanted_nor_spaced(show: Any, address: str) -> None:
    page = show(f"{address}2026/07/")
    style = "(({ fontSynthesisStyle, letterSpacing }) => [fontSynthesisStyle, letterSpacing])"
    for css in ("h1", ".thought .prose p"):
        slanted, spaced = page.evaluate(f"{style}(getComputedStyle(document.querySelector('{css}')))")
        assert (slanted, spaced) in (("none", "normal"), ("none", "0px"))


def test_roundups_of_a_year_stand_apart_from_their_head(show: Any, address: str) -> None:
    page = show(f"{address}year/2026/")
    head = "document.querySelector('h2:has(+ .toclist)').getBoundingClientRect().bottom"
    assert page.evaluate(f"document.querySelector('h2 + .toclist').getBoundingClientRect().top - {head}") > 8


def test_a_formula_is_set_in_a_face_for_formulas_where_there_is_one(show: Any, address: str) -> None:
    faces = ("STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Math TeX Gyre")
    page = show(f"{address}weekly/2026/09/20/")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "msqrt mi"})["nodeId"]
    (used, *_) = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert page.evaluate("getComputedStyle(document.querySelector('msqrt')).fontFamily").endswith(", math")
    listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False).stdout
    if any(face in listed for face in faces):
        assert used["familyName"] in faces


def test_plain_points_keep_their_dash_beside_tasks(show: Any, address: str) -> None:
    page = show(f"{address}weekly/2026/09/20/")
    marks = page.evaluate(
        "[...document.querySelectorAll('.tasks > li')].map((e) => getComputedStyle(e).listStyleType)"
    )
    assert marks == ["none", '"–  "']


@pytest.mark.parametrize("width", [375, 1280, 1600])
def test_nothing_of_a_year_is_wider_than_its_heads(show: Any, address: str, width: int) -> None:
    page = show(f"{address}year/2026/", width=width)
    head = page.evaluate("document.querySelector('.charts > h2').getBoundingClientRect().right")
    sides = "[...document.querySelectorAll('main section, main svg *')].map((e) => e.getBoundingClientRect().right)"
    assert max(page.evaluate(sides)) <= head + 0.5


def test_charts_side_by_side_begin_at_one_height(show: Any, address: str) -> None:
    page = show(f"{address}year/2026/")
    tops = page.evaluate("[...document.querySelectorAll('.chart > svg')].map((e) => e.getBoundingClientRect().top)")
    assert len(tops) == 4
    assert tops[0] == tops[1] < tops[2] == tops[3]


def test_paragraphs_of_the_page_for_lost_readers_are_apart(show: Any, address: str) -> None:
    page = show(f"{address}404.html")
    boxes = page.evaluate(
        "[...document.querySelectorAll('main p, main ul')].map((e) => e.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) == 3
    assert all(below["top"] - above["bottom"] > 8 for above, below in pairwise(boxes))


def test_the_field_of_search_has_one_line_and_shows_where_the_keyboard_is(show: Any, address: str) -> None:
    page = show(f"{address}search/")
    field = "getComputedStyle(document.querySelector('#search-input'))"
    before = page.evaluate(f"{field}.borderBottomWidth")
    height = "document.querySelector('#search-status').getBoundingClientRect().top"
    stood = page.evaluate(height)
    page.focus("#search-input")
    assert page.evaluate(f"{field}.outlineStyle") == "none"
    assert (before, page.evaluate(f"{field}.borderBottomWidth")) == ("1px", "2px")
    assert page.evaluate(height) == stood


def test_the_field_of_search_has_no_button_of_the_browser_s_own(show: Any, address: str) -> None:
    page = show(f"{address}search/")
    field = page.locator("#search-input").bounding_box()
    end = {"x": field["x"] + field["width"] - 40, "y": field["y"], "width": 40, "height": field["height"] - 4}
    empty = page.screenshot(clip=end)
    page.fill("#search-input", "word")
    page.hover("#search-input")
    assert page.screenshot(clip=end, caret="hide") == empty


def test_print_cuts_and_parts_nothing_that_is_drawn(show: Any, address: str) -> None:
    page = show(f"{address}year/2026/")
    page.emulate_media(media="print")
    style = "(css) => { const s = getComputedStyle(document.querySelector(css)); return [s.display, s.breakInside]; }"
    assert (page.evaluate(style, ".charts")[0], page.evaluate(style, ".chart")) == ("block", ["block", "avoid"])
    assert page.evaluate(
        "document.querySelector('.workline .mark').getBoundingClientRect().left"
        " >= document.querySelector('main').getBoundingClientRect().left"
    )
    page.goto(f"{address}2026/06/")
    shown = (
        "[...document.querySelectorAll('.maths, .maths > math, p > math')].map((e) => getComputedStyle(e).overflow)"
    )
    assert set(page.evaluate(shown)) == {"visible"}


def test_print_shows_every_address_that_leads_away_and_no_dot_without_a_word(show: Any, address: str) -> None:
    page = show(f"{address}weekly/2026/09/20/")
    page.emulate_media(media="print")
    shown = page.evaluate(
        """(css) => css.map((one) => {
          const link = document.querySelector(one);
          return [getComputedStyle(link, "::after").content, link.href];
        })""",
        [".title > a", ".runin a", ".also a", ".via a", ".quote figcaption a", ".intro a", ".links a"],
    )
    assert all("attr(href)" in content or href in content for content, href in shown)
    dotted = page.evaluate(
        """[...document.querySelectorAll(".aside > *")]
          .filter((e) => getComputedStyle(e, "::after").content.includes("·"))
          .map((e) => getComputedStyle(e.nextElementSibling).display)"""
    )
    assert dotted
    assert "none" not in dotted

"""Five publications with every device of real roundups: nothing of them is lost on the page or in any feed.

Each folder in publications/ is a whole site in the manner of a real one: a plain monthly list, long essays on few
works, a numbered digest of outlines, a weekly log, a short numbered list. What their files say is told by
publication_words.py, independently of the program, and looked for in what `build` wrote.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest

from publication_words import Said, Shown, load, of_entry, of_html, of_roundup, walk_entries, words

SITES = Path(__file__).parent / "publications"
PLAIN, ESSAYS, DIGEST, LOG, SHORT = "plain-monthly", "essays", "numbered-digest", "weekly-log", "numbered-list"
PUBLICATIONS = (PLAIN, ESSAYS, DIGEST, LOG, SHORT)
NOW = "2026-11-20T12:00:00+00:00"
ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
FORMATS = ("feed.xml", "atom.xml", "feed.json")


@dataclass(frozen=True, slots=True)
class Issue:
    """A roundup's file, and where it was published."""

    site: str
    name: str
    source: dict[str, Any]
    page: str
    """Path of its page below the output folder."""
    address: str
    """Absolute."""


ISSUES = (
    (PLAIN, "2026-08", "2026/08/"),
    (PLAIN, "2026-09", "2026/09/"),
    (ESSAYS, "papers-ive-read", "papers-ive-read/"),
    (ESSAYS, "papers-ive-read-713", "papers-ive-read-713/"),
    (DIGEST, "2026-02", "2026/02/"),
    (DIGEST, "2026-03", "2026/03/"),
    (LOG, "log/2026-09-06", "log/2026/09/06/"),
    (SHORT, "2026-10-15", "2026/10/15/"),
)
EVERY_ISSUE = [pytest.param(*issue, id=f"{issue[0]}-{issue[1].replace('/', '-')}") for issue in ISSUES]


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gleanings", "-C", str(site), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "GLEANINGS_NOW": NOW},
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All five sites, built by the command line; `built/<site>` is what a host would get."""
    folder = tmp_path_factory.mktemp("publications")
    for name in PUBLICATIONS:
        shutil.copytree(SITES / name, folder / "src" / name)
        done = run(folder / "src" / name, "build", "--out", str(folder / name))
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


@cache
def site_url(site: str) -> str:
    return str(load((SITES / site / "site.yaml").read_text(encoding="utf-8"))["url"])


def issue(site: str, name: str, page: str) -> Issue:
    text = (SITES / site / "content" / f"{name}.yaml").read_text(encoding="utf-8")
    return Issue(site, name, load(text), f"{page}index.html", site_url(site) + page)


def main_of(html: str) -> str:
    """The page between masthead and colophon, without the way to other roundups."""
    body = html.partition('<article class="roundup')[2] or html.partition("<main")[2]
    return "<article" + body.rpartition("</article>")[0]


def contents_of(folder: Path, file: str) -> dict[str, str]:
    """Item address → content, of a feed in any format, as a strict parser sees it."""
    path = folder / file
    if path.suffix == ".json":
        document = json.loads(path.read_text(encoding="utf-8"))
        return {item["url"]: item["content_html"] for item in document["items"]}
    root = ET.parse(path).getroot()
    if path.name == "feed.xml":
        encoded = "{http://purl.org/rss/1.0/modules/content/}encoded"
        return {str(item.findtext("link")): str(item.findtext(encoded)) for item in root.iter("item")}
    found = {}
    for entry in root.iter(f"{ATOM}entry"):
        link = next(link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate")
        found[str(link.get("href"))] = _atom_content(entry)
    return found


def _atom_content(entry: ET.Element) -> str:
    content = entry.find(f"{ATOM}content")
    assert content is not None
    if content.get("type") == "html":
        return str(content.text)
    (division,) = content
    for element in division.iter():
        element.tag = element.tag.rpartition("}")[2]
    return ET.tostring(division, encoding="unicode", method="html")


def everywhere(built: Path, one: Issue) -> Iterator[tuple[str, str]]:
    """(where, HTML) of a whole roundup: its page and the three feeds."""
    yield "page", main_of((built / one.site / one.page).read_text(encoding="utf-8"))
    for file in FORMATS:
        yield file, contents_of(built / one.site, file)[one.address]


def missing_words(said: Said, shown: Shown) -> Counter[str]:
    wanted = Counter(word.casefold() for text in said.texts for word in words(text))
    return wanted - Counter(word.casefold() for word in words(shown.text))


def missing_runs(said: Said, shown: Shown) -> list[str]:
    """Texts of the source that do not stand in the output word for word, in their order."""
    flat = f" {' '.join(words(shown.text)).casefold()} "
    runs = [" ".join(words(text)).casefold() for text in said.texts if words(text)]
    return [run for run in runs if f" {run} " not in flat]


def absolute_links(shown: Shown, base: str) -> set[str]:
    return {urljoin(base, link) for link in shown.links}


def wanted_links(said: Said, one: Issue) -> set[str]:
    """The links of the source; those to files beside it lead to their pages."""
    pages = {
        f"{name.rpartition('/')[2]}.yaml": site_url(site) + page for site, name, page in ISSUES if site == one.site
    }
    return {pages.get(link, link) for link in said.links}


@pytest.mark.parametrize("name", PUBLICATIONS)
def test_nothing_is_objected_to_in_a_publication(name: str) -> None:
    done = run(SITES / name, "check", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("site", "name", "page"), EVERY_ISSUE)
def test_every_word_is_on_the_page_and_in_the_feeds(built: Path, site: str, name: str, page: str) -> None:
    one = issue(site, name, page)
    said = of_roundup(one.source)
    for where, html in everywhere(built, one):
        shown = of_html(html)
        assert not missing_words(said, shown), where
        assert missing_runs(said, shown) == [], where


@pytest.mark.parametrize(("site", "name", "page"), EVERY_ISSUE)
def test_every_link_is_on_the_page_and_in_the_feeds(built: Path, site: str, name: str, page: str) -> None:
    one = issue(site, name, page)
    wanted = wanted_links(of_roundup(one.source), one)
    for where, html in everywhere(built, one):
        assert wanted - absolute_links(of_html(html), one.address) == set(), where


@pytest.mark.parametrize(("site", "name", "page"), EVERY_ISSUE)
def test_prose_is_said_once(built: Path, site: str, name: str, page: str) -> None:
    one = issue(site, name, page)
    long = Counter(" ".join(words(text)).casefold() for text in of_roundup(one.source).texts if len(words(text)) > 7)
    for where, html in everywhere(built, one):
        flat = " ".join(words(of_html(html).text)).casefold()
        assert {run: flat.count(run) for run in long} == long, where


@pytest.mark.parametrize(("site", "name", "page"), EVERY_ISSUE)
def test_lists_keep_their_kinds_and_depths(built: Path, site: str, name: str, page: str) -> None:
    one = issue(site, name, page)
    for where, html in everywhere(built, one):
        found = of_html(html).items
        for point, above, kind in of_roundup(one.source).items:
            assert any(
                own.startswith(point) and shown_kind == kind and (above is None or (outer or "").startswith(above))
                for own, outer, shown_kind in found
            ), (where, point)


@pytest.mark.parametrize(("site", "name", "page"), EVERY_ISSUE)
def test_footnotes_are_all_there_and_lead_both_ways(built: Path, site: str, name: str, page: str) -> None:
    one = issue(site, name, page)
    count = of_roundup(one.source).notes
    for where, html in everywhere(built, one):
        shown = of_html(html)
        assert len(shown.notes) == count, where
        assert len(shown.ids) == len(set(shown.ids)), where
        fragments = {urlsplit(target).fragment for target, _ in shown.markers}
        assert fragments == set(shown.notes), where
        assert {urlsplit(link).fragment for link in shown.back_links} == {own for _, own in shown.markers}, where
        if where != "page":
            targets = [target for target, _ in shown.markers] + shown.back_links
            assert all(target.startswith(one.address) for target in targets), where


@pytest.mark.parametrize(("site", "name", "page"), EVERY_ISSUE)
def test_formulas_and_code_are_exact(built: Path, site: str, name: str, page: str) -> None:
    one = issue(site, name, page)
    said = of_roundup(one.source)
    for where, html in everywhere(built, one):
        shown = of_html(html)
        plain_code = " ".join(re.findall(r"<code>(.*?)</code>", html))
        for formula in said.formulas:
            held = formula in shown.formulas or (where == "feed.xml" and _in_code(formula, plain_code))
            assert held, (where, formula)
        if where != "feed.xml":
            assert Counter(shown.formulas) == Counter(said.formulas), where
            assert html.count("<math") == len(said.formulas), where
        assert [code.rstrip("\n") for code in said.code] == shown.code, where


def _in_code(formula: str, html: str) -> bool:
    return formula.replace("&", "&amp;") in html


@pytest.mark.parametrize(("site", "name", "page"), EVERY_ISSUE)
def test_pictures_keep_their_words(built: Path, site: str, name: str, page: str) -> None:
    one = issue(site, name, page)
    said = of_roundup(one.source)
    wanted = Counter((urljoin(site_url(site), src), alt) for src, alt in zip(said.pictures, said.alts, strict=True))
    for where, html in everywhere(built, one):
        shown = Counter((urljoin(one.address, src), alt) for src, alt in of_html(html).pictures)
        assert shown == wanted, where


@pytest.mark.parametrize(("site", "name", "page"), EVERY_ISSUE)
def test_every_entry_is_whole_in_the_feeds_of_entries(built: Path, site: str, name: str, page: str) -> None:
    one = issue(site, name, page)
    entries = list(walk_entries(one.source))
    for file in FORMATS:
        items = contents_of(built / site / "entries", file)
        mine = [html for address, html in items.items() if address.startswith(one.address)]
        assert len(mine) == len(entries), file
        for entry, html in zip(entries, mine, strict=True):
            said, shown = of_entry(entry), of_html(html)
            assert not missing_words(said, shown), (file, entry)
            assert missing_runs(said, shown) == [], (file, entry)
            assert wanted_links(said, one) - absolute_links(shown, one.address) == set(), (file, entry)
            assert len(shown.notes) == said.notes, (file, entry)


def test_related_works_are_nested_as_they_were_written(built: Path) -> None:
    chain = [
        "https://arxiv.org/abs/2306.99341",
        "https://example.org/blog/steering",
        "https://example.org/blog/steering/appendix",
        "https://example.org/fourth",
    ]
    for where, html in everywhere(built, issue(DIGEST, "2026-03", "2026/03/")):
        depths = [_depth_of_link(html, url) for url in chain]
        assert depths == [1, 2, 3, 4], where


def _depth_of_link(html: str, url: str) -> int:
    """In how many points of lists a link stands."""
    before = html[: html.index(f'href="{url}"')]
    return len(re.findall(r"<li[\s>]", before)) - before.count("</li>")


def test_parts_stand_in_the_order_written(built: Path) -> None:
    for where, html in everywhere(built, issue(PLAIN, "2026-09", "2026/09/")):
        lines = of_html(html).text
        assert lines.index("Ruth Sender") < lines.index("four hundred letters") < lines.index("The long version"), (
            where
        )
    for where, html in everywhere(built, issue(DIGEST, "2026-03", "2026/03/")):
        lines = of_html(html).text
        assert lines.index("not needed for") < lines.index("Read twice now"), where
        assert lines.index("brain imaging") < lines.index("the second round") < lines.index("Cheaper, and weaker"), (
            where
        )


def test_a_private_note_leaves_the_file_nowhere(built: Path) -> None:
    for path in (built / DIGEST).rglob("*"):
        if path.is_file():
            assert b"Tom has the slides" not in path.read_bytes(), path


def test_a_title_used_twice_gives_two_addresses_and_two_items(built: Path) -> None:
    feed = feedparser.parse((built / ESSAYS / "feed.xml").read_bytes())
    assert [item.title for item in feed.entries] == ["Papers I’ve read", "Papers I’ve read"]
    assert len({item.id for item in feed.entries}) == len({item.link for item in feed.entries}) == 2


def test_titles_come_from_the_patterns_of_the_series(built: Path) -> None:
    def newest(site: str) -> str:
        return str(json.loads((built / site / "feed.json").read_text("utf-8"))["items"][0]["title"])

    assert newest(PLAIN) == "September ’26 roundup"
    assert newest(DIGEST) == "Reading list 002"
    assert newest(LOG) == "Log: 2026-09-06"
    assert newest(SHORT) == "Reading list #3"


def test_a_work_that_came_back_leads_to_where_it_was(built: Path) -> None:
    february, march = ((built / DIGEST / "2026" / month / "index.html").read_text("utf-8") for month in ("02", "03"))
    assert 'href="../../2026/03/#' in february.partition('class="alsoin"')[2].partition("</p>")[0]
    assert 'href="../../2026/02/#' in march.partition('class="alsoin"')[2].partition("</p>")[0]


def test_what_is_read_and_wanted_forms_the_lists_of_now(built: Path) -> None:
    text = of_html((built / ESSAYS / "now" / "index.html").read_text("utf-8")).text
    assert "A very long book" in text
    assert "The unpublished one" in text


def test_foreign_words_say_their_language(built: Path) -> None:
    html = main_of((built / DIGEST / "2026/03/index.html").read_text("utf-8"))
    assert re.search(r'<a[^>]* lang="zh"[^>]*>大型语言模型的路由</a>', html)
    assert re.search(r'<a[^>]* lang="he"[^>]* dir="rtl"[^>]*>מבוא', html)
    assert "一个很好的综述。" in html


@pytest.mark.parametrize(
    "text",
    [
        "G(x)_i and p_\\theta as plain",
        "snake_case_names",
        "Wrapping<$t>",
        "Map<Key>",
        "Vec<Option<T>>",
        "x | y && z",
        "a|b",
    ],
)
def test_underscores_angle_brackets_and_bars_stay_as_typed(built: Path, text: str) -> None:
    for where, html in everywhere(built, issue(ESSAYS, "papers-ive-read-713", "papers-ive-read-713/")):
        assert text in of_html(html).text, where


def test_a_table_keeps_its_cells(built: Path) -> None:
    for where, html in everywhere(built, issue(ESSAYS, "papers-ive-read-713", "papers-ive-read-713/")):
        rows = [
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", html, re.S)
        ]
        assert [re.sub(r"<[^>]*>", "", cell) for cell in rows[0]] == ["Approach", "Coefficient a", "Pipes a|b"], where
        assert [len(row) for row in rows] == [3, 3, 3], where


def test_every_feed_is_sound_and_stands_alone(built: Path) -> None:
    files = sorted(path for name in PUBLICATIONS for path in (built / name).rglob("*") if path.name in FORMATS)
    assert len(files) > 3 * 2 * len(PUBLICATIONS)
    for path in files:
        contents = contents_of(path.parent, path.name)
        assert len(contents) == len(set(contents)) > 0, path
        for html in contents.values():
            shown = of_html(html)
            targets = [*shown.links, *(source for source, _ in shown.pictures)]
            assert all(urlsplit(target).scheme in ("http", "https", "mailto") for target in targets), (path, targets)
            assert len(shown.ids) == len(set(shown.ids)), path
            assert not re.search(r"<(?:script|style|iframe|form|object)\b|\s(?:style|on\w+)=", html), path
        if path.suffix == ".xml":
            feed = feedparser.parse(path.read_bytes())
            assert not feed.bozo, path
            assert all(item.id and item.title and item.link and item.published_parsed for item in feed.entries), path
            assert len({item.id for item in feed.entries}) == len(feed.entries), path


def test_headings_in_notes_go_below_the_headings_around_them(built: Path) -> None:
    for site, name, page in ISSUES:
        for where, html in everywhere(built, issue(site, name, page)):
            levels = of_html(html).headings
            above = levels[0] if where == "page" else 1
            for level in levels:
                assert level <= above + 1, (site, name, where)
                above = level

"""The search index: any word finds its entries, small files, the same bytes; in a real browser from a disk."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.model import Entry, Place, Roundup
from gleanings.render.prose.media import Media
from gleanings.render.prose.rendering import Prose
from gleanings.render.search import files
from gleanings.render.search.files import Indexed, Layout, levels_of
from gleanings.render.search.indexing import index_roundup
from gleanings.render.search.patching import patch_search
from gleanings.render.search.planning import plan_search
from gleanings.render.search.words import SHARDS, fold, words_of
from small_site import render_pages_of, write_site

MONTH = """\
entries:
  - url: https://example.org/goedel
    title: Über Gödels Œuvre
    authors: [Ada Lovelace]
    tags: [logic]
    note: |
      Completeness, naïvely; the network’s "edge" and 1,000 theorems.

      [^1]: A note at the foot.
  - {url: https://example.org/zh, title: 大型语言模型的路由, lang: zh, note: 关于路由。}
  - {url: https://example.org/ru, title: Война и мир, note: Много слов.}
  - A thought about networking.
"""


MIDNIGHT = datetime(2026, 1, 31, tzinfo=UTC)
PROSE = Prose(media=Media(Path()))
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Index:
    """The index as a page reads it."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.files = {
            path.removeprefix("search/index/"): self.read(content)
            for path, content in pages.items()
            if path.startswith("search/index/")
        }
        self.list = self.files["list.js"]
        self.strips: list[int] = []
        """Where the entries of each strip begin."""
        first = 0
        for count in self.list["counts"]:
            self.strips += range(first, first + count, self.list["strip"])
            first += count

    def read(self, content: bytes) -> Any:
        found = re.fullmatch(r'gleanings\("[^"]*",(.*)\);\n', content.decode(), re.DOTALL)
        assert found
        return json.loads(found[1])

    def hits(self, word: str) -> str:
        """The hits of exactly this word, folded."""
        smallest = SHARDS[word[:2]]
        (key, *_) = [one for one in levels_of(smallest) if one in self.list["shards"]] or [""]
        lines: list[str] = self.files.get(f"w-{key}.js", "").split(",")
        return next((line.removeprefix(f"{word} ") for line in lines if line.startswith(f"{word} ")), "")

    def find(self, word: str) -> dict[str, int]:
        """Titles of the entries that have exactly this word, and what the hit weighs."""
        found, strip = {}, 0
        for step, letters in re.findall("([0-9]+)([^0-9]+)", self.hits(word)):
            strip += int(step)
            for letter, mark in re.findall("([A-Za-z])([*+]?)", letters):
                number, size = self.strips[strip] + LETTERS.index(letter), self.list["block"]
                title = self.files[f"d-{number // size}.js"][number % size][1]
                found[title] = {"*": 9, "+": 4, "": 1}[mark]
        return found


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(render_pages_of(write_site(tmp_path, **{"content/2026-11.yaml": "date: 2026-11-20\n" + MONTH})))


@pytest.mark.parametrize(
    ("word", "title"),
    [
        pytest.param("godels", "Über Gödels Œuvre", id="accents-folded"),
        pytest.param("oeuvre", "Über Gödels Œuvre", id="letters-that-are-two"),
        pytest.param("lovelace", "Über Gödels Œuvre", id="author"),
        pytest.param("logic", "Über Gödels Œuvre", id="tag"),
        pytest.param("naively", "Über Gödels Œuvre", id="note"),
        pytest.param("network", "Über Gödels Œuvre", id="before-a-curly-apostrophe"),
        pytest.param("路由", "大型语言模型的路由", id="chinese-by-pairs"),
        pytest.param("воина", "Война и мир", id="cyrillic"),
        pytest.param("networking", "A thought about networking.", id="an-entry-without-title"),
    ],
)
def test_a_word_finds_its_entry(word: str, title: str, index: Index) -> None:
    assert title in index.find(word)


def test_a_title_weighs_more_than_a_name_and_a_name_more_than_prose(index: Index) -> None:
    title = "Über Gödels Œuvre"
    assert [index.find(word)[title] for word in ("godels", "logic", "theorems")] == [9, 4, 1]


def test_an_entry_says_where_it_is_and_how_it_begins(index: Index) -> None:
    address, title, meta, excerpt = index.files["d-0.js"][-4]
    assert address.startswith("/2026/11/#")
    assert title == "Über Gödels Œuvre"
    assert meta == "Ada Lovelace · November 2026"
    assert excerpt.startswith("Completeness, naïvely; the network’s “edge”")


def test_drafts_and_private_notes_are_not_found(tmp_path: Path) -> None:
    month = "draft: true\nentries: [Unfinished business]\n"
    other = "date: 2026-11-20\nentries: [{url: https://example.org/p, private: confidential, note: Public words}]\n"
    found = Index(render_pages_of(write_site(tmp_path, **{"content/2026-11.yaml": month, "content/x.yaml": other})))
    assert found.find("unfinished") == {}
    assert found.find("confidential") == {}
    assert len(found.find("public")) == 1


def test_large_shards_are_split_by_letters(tmp_path: Path) -> None:
    words = [f"{first}{second}word{number}" for first in "abc" for second in "defgh" for number in range(400)]
    lines = "".join(f"  - {' '.join(words[at : at + 40])}\n" for at in range(0, len(words), 40))
    pages = render_pages_of(write_site(tmp_path, **{"content/2026-11.yaml": f"date: 2026-11-20\nentries:\n{lines}"}))
    found = Index(pages)
    assert found.list["shards"] != ["all"]
    assert all(len(found.find(word)) == 1 for word in words)
    assert max(len(content) for path, content in pages.items() if "/w-" in path) < 60_000


MONTHS = {f"content/2026-{month:02}.yaml": f"entries: [Alpha beta, Gamma {month} beta]\n" for month in (2, 3, 4)}


def test_a_new_month_moves_no_number(tmp_path: Path) -> None:
    """What is said of older entries stays as it is, up to its end."""
    before = Index(render_pages_of(write_site(tmp_path, **MONTHS)))
    after = Index(
        render_pages_of(write_site(tmp_path, **{"content/2026-11.yaml": "date: 2026-11-20\nentries: [Beta gamma]\n"}))
    )
    assert len(before.list["counts"]) + 1 == len(after.list["counts"])
    assert after.list["counts"][:-1] == before.list["counts"]
    assert after.files["d-0.js"][: sum(before.list["counts"])] == before.files["d-0.js"]
    assert len(before.hits("beta")) < len(after.hits("beta"))
    assert all(after.hits(word).startswith(before.hits(word)) for word in ("alpha", "beta", "gamma", "mixtral"))


def test_every_entry_of_a_long_roundup_is_found(tmp_path: Path) -> None:
    lines = "".join(
        f"  - {{title: T{number}, url: 'https://example.org/{number}', note: same w{number}}}\n"
        for number in range(110)
    )
    found = Index(
        render_pages_of(write_site(tmp_path, **{"content/2026-11.yaml": f"date: 2026-11-20\nentries:\n{lines}"}))
    )
    assert len(found.find("same")) == 110
    assert all(list(found.find(f"w{number}")) == [f"T{number}"] for number in range(110))


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once_and_every_word_has_a_shard(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for word in words_of(text, ""):
        assert list(words_of(word, "")) == [word]
        assert all(re.fullmatch(r"[a-z0-9_]{1,5}", shard) for shard in levels_of(SHARDS[word[:2]]))


# ── patches: an edit of one roundup, without the others ──

WORDS = st.lists(
    st.sampled_from(("an", "ant", "ape", "bee", "bees", "cat", "über", "мир", "мира", "路由", "7")), max_size=5
)
TEXTS = WORDS.map(" ".join)
ENTRIES = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5)
LONG = st.sampled_from((51, 52, 53, 105)).map(lambda count: [("ant", "bee")] * count)
SITES = st.lists(ENTRIES | LONG, min_size=1, max_size=5)


def index_of(number: int, entries: list[tuple[str, str]]) -> Indexed:
    """A roundup's part of the index, from titles and notes."""
    made = tuple(
        Entry(place=Place(path="", line=1, column=1), anchor=f"a{at}", title=title or None, note=note or None)
        for at, (title, note) in enumerate(entries)
    )
    name = f"2026-{number:02}"
    roundup = Roundup(
        name=name, path="", series="main", address=f"/{name}/", period="month", title="", date=MIDNIGHT, entries=made
    )
    return index_roundup(roundup, f"Month {number}", PROSE)


def plan(indexed: dict[str, Indexed]) -> tuple[dict[str, bytes], Layout]:
    """All files of the index, and the layout."""
    search = plan_search(indexed)
    return {page.path: page.content for target in search.targets for page in target.make()}, search.layout


@given(SITES, st.data(), st.sampled_from((48_000, 30, 6)))
def test_patched_is_what_a_build_of_everything_writes(
    site: list[list[tuple[str, str]]], data: st.DataObject, limit: int
) -> None:
    indexed = {f"2026-{number:02}": index_of(number, entries) for number, entries in enumerate(site)}
    edited = data.draw(st.sampled_from(range(len(site))))
    entries = list(site[edited])
    for at in data.draw(st.lists(st.sampled_from(range(len(entries))), min_size=1, max_size=3)):
        entries[at] = data.draw(st.tuples(TEXTS, TEXTS))
    name, new = f"2026-{edited:02}", index_of(edited, entries)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(files, "_SHARD", limit)
        before, layout = plan(indexed)
        after, expected = plan(indexed | {name: new})
        asked: list[str] = []

        def read(path: str) -> bytes:
            asked.append(path)
            return before[path]

        patch = patch_search(name, indexed[name], new, layout, read)
    if before.keys() - after.keys():
        assert patch is None
        return
    assert patch is not None
    assert patch.layout == expected
    assert patch.files == {path: content for path, content in after.items() if before.get(path) != content}
    assert set(asked) <= patch.files.keys()
    assert len(asked) == len(set(asked))


def test_a_patch_is_refused_where_entries_came_or_what_stands_is_something_else() -> None:
    old, new, more = (index_of(1, entries) for entries in ([("ant", "bee")], [("ant", "cat")], [("ant", "bee")] * 2))
    pages, layout = plan({"2026-01": old})

    def missing(path: str) -> bytes:
        raise FileNotFoundError(path)

    assert patch_search("2026-01", old, new, layout, pages.__getitem__)
    assert patch_search("2026-01", old, more, layout, pages.__getitem__) is None
    assert patch_search("2026-02", old, new, layout, pages.__getitem__) is None
    assert patch_search("2026-01", new, old, layout, pages.__getitem__) is None
    assert patch_search("2026-01", old, new, layout, lambda path: pages[path][:-20]) is None
    assert patch_search("2026-01", old, new, layout, missing) is None


@pytest.mark.browser
def test_a_reader_finds_words_with_the_keyboard_from_a_disk(tmp_path: Path) -> None:
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not browser:
        pytest.skip("no Chromium here")
    playwright = pytest.importorskip("playwright.sync_api")
    months = MONTHS | {"content/2026-11.yaml": "date: 2026-11-20\n" + MONTH}
    pages = render_pages_of(write_site(tmp_path / "site", **months))
    for path, content in pages.items():
        file = tmp_path / "public" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "public/search/index.html").as_uri())
        assert not [url for url in asked if "/search/index/" in url and url.endswith(".js")]
        page.keyboard.press("/")
        for typed, found in (("netw", 2), ("GÖDEL oeuv", 1), ("型语", 1), ("войн", 1), ("zzz", 0)):
            page.fill("#search-input", typed)
            expected = {0: "Nothing found", 1: "1 entry"}.get(found, f"{found} entries")
            page.wait_for_function(
                "text => document.getElementById('search-status').textContent === text", arg=expected
            )
            assert page.locator("#search-results a").count() == found, typed
        page.fill("#search-input", "beta")
        page.wait_for_function("document.querySelectorAll('#search-results a').length === 6")
        newest_first = ["Alpha beta", "Gamma 4 beta", "Alpha beta", "Gamma 3 beta", "Alpha beta", "Gamma 2 beta"]
        assert page.locator("#search-results a").all_inner_texts() == newest_first
        page.fill("#search-input", "netw")
        page.wait_for_function("document.querySelectorAll('#search-results a').length === 2")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.closest('#search-results') !== null")
        assert page.locator("#search-results mark").all_inner_texts().count("networking") >= 1
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.id") == "search-input"
        assert all(url.startswith("file://") for url in asked)
        chromium.close()

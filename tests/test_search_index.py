"""The search index: any word finds its entries, small files, the same bytes; in a real browser from a disk."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.render.search import fold, shards_of, words_of
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


class Index:
    """The index as a page reads it."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.files = {
            path.removeprefix("search/index/"): self.read(content)
            for path, content in pages.items()
            if path.startswith("search/index/")
        }
        self.list = self.files["list.js"]

    def read(self, content: bytes) -> Any:
        found = re.fullmatch(r'gleanings\("[^"]*",(.*)\);\n', content.decode(), re.DOTALL)
        assert found
        return json.loads(found[1])

    def find(self, word: str) -> list[str]:
        """Titles of the entries that hold exactly this word, folded."""
        (key, *_) = [one for one in shards_of(word) if one in self.list["shards"]] or [""]
        numbers, at = [], 0
        for step in self.files.get(f"w-{key}.js", {}).get(word, []):
            if step >= 0:
                at += step
                numbers.append(at)
        size = self.list["block"]
        return [self.files[f"d-{number // size}.js"][number % size][1] for number in numbers]


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


def test_an_entry_says_where_it_is_and_how_it_begins(index: Index) -> None:
    address, title, meta, excerpt = index.files["d-0.js"][0]
    assert address.startswith("/2026/11/#")
    assert title == "Über Gödels Œuvre"
    assert meta == "Ada Lovelace · November 2026"
    assert excerpt.startswith("Completeness, naïvely; the network’s “edge”")


def test_drafts_and_private_notes_are_not_found(tmp_path: Path) -> None:
    month = "draft: true\nentries: [Unfinished business]\n"
    other = "date: 2026-11-20\nentries: [{url: https://example.org/p, private: confidential, note: Public words}]\n"
    found = Index(render_pages_of(write_site(tmp_path, **{"content/2026-11.yaml": month, "content/x.yaml": other})))
    assert found.find("unfinished") == []
    assert found.find("confidential") == []
    assert len(found.find("public")) == 1


def test_large_shards_are_split_by_letters(tmp_path: Path) -> None:
    words = [f"{first}{second}word{number}" for first in "abc" for second in "defgh" for number in range(400)]
    lines = "".join(f"  - {' '.join(words[at : at + 40])}\n" for at in range(0, len(words), 40))
    pages = render_pages_of(write_site(tmp_path, **{"content/2026-11.yaml": f"date: 2026-11-20\nentries:\n{lines}"}))
    found = Index(pages)
    assert found.list["shards"] != ["all"]
    assert all(len(found.find(word)) == 1 for word in words)
    assert max(len(content) for path, content in pages.items() if "/w-" in path) < 60_000


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once_and_every_word_has_a_shard(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for word in words_of(text):
        assert list(words_of(word)) == [word]
        assert all(re.fullmatch(r"[a-z0-9_]{1,5}", shard) for shard in shards_of(word))


@pytest.mark.browser
def test_a_reader_finds_words_with_the_keyboard_from_a_disk(tmp_path: Path) -> None:
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not browser:
        pytest.skip("no Chromium here")
    playwright = pytest.importorskip("playwright.sync_api")
    pages = render_pages_of(write_site(tmp_path / "site", **{"content/2026-11.yaml": "date: 2026-11-20\n" + MONTH}))
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
        page.fill("#search-input", "netw")
        page.wait_for_function("document.querySelectorAll('#search-results a').length === 2")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.closest('#search-results') !== null")
        assert page.locator("#search-results mark").all_inner_texts().count("networking") >= 1
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.id") == "search-input"
        assert all(url.startswith("file://") for url in asked)
        chromium.close()

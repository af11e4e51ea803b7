"""Tags, sources and authors: names that differ in spelling alone are one, and every spelling leads to its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from small_site import render_pages_of, write_site

SPELLINGS = """\
date: 2026-09-30
entries:
  - url: https://elsewhere.example/a
    title: One
    tags: [LLM, llm]
    source: The Blog
    authors: [Ada Example]
  - url: https://elsewhere.example/b
    title: Two
    tags: [Llm]
    source: The blog
    authors: [ada example]
  - url: https://elsewhere.example/c
    title: Three
    tags: [llm]
    source: The Blog
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder: Path = tmp_path_factory.mktemp("topics")
    made = render_pages_of(write_site(folder, **{"content/2026-09.yaml": SPELLINGS}))
    return {path: content.decode() for path, content in made.items() if path.endswith(".html")}


@pytest.mark.parametrize(
    ("address", "name", "works"),
    [
        pytest.param("tags/llm/", "llm", ["One", "Two", "Three"], id="the spelling used most"),
        pytest.param("sources/the-blog/", "The Blog", ["One", "Two", "Three"], id="a source"),
        pytest.param("authors/ada-example/", "Ada Example", ["One", "Two"], id="the first in order among equals"),
    ],
)
def test_a_topic_has_one_page_whatever_it_is_spelled(
    pages: dict[str, str], address: str, name: str, works: list[str]
) -> None:
    page = pages[f"{address}index.html"]
    assert re.findall(r"<h1[^>]*>(?:<[^>]+>)*([^<]+)", page) == [name]
    found = [title for title in ("One", "Two", "Three") if f">{title}</a>" in page]
    assert found == works


@pytest.mark.parametrize("spelling", ["LLM", "llm", "Llm"])
def test_every_spelling_leads_there(pages: dict[str, str], spelling: str) -> None:
    assert f'<a class="p-category" href="../../tags/llm/">{spelling}</a>' in pages["2026/09/index.html"]

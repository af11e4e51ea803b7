"""The preview as a writer meets it: a real command, a real browser, a file saved."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine", allow_module_level=True)

from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

ROUNDUP = """title: November
intro: |
  The first words.
entries:
  - url: https://example.org/a
    title: A work
    note: |
""" + "\n".join(f"      Paragraph {number} of a long note.\n" for number in range(60))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser.new_page(viewport={"width": 900, "height": 600})
        browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text("title: T\nurl: https://example.org/\nauthor: A\n", encoding="utf-8")
    (tmp_path / "content" / "2026-11.yaml").write_text(ROUNDUP, encoding="utf-8")
    return tmp_path


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "gleanings", "-C", str(site), "serve", "--port", "0"]
    environment = {**os.environ, "GLEANINGS_NOW": "2026-11-20T12:00:00+00:00"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout
    told = re.match(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    assert told
    yield told[0]
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0, "Ctrl-C ends the preview cleanly"
    process.stdout.close()


def test_a_saved_note_shows_in_the_open_page_and_the_place_in_it_is_kept(
    page: Page, site: Path, address: str
) -> None:
    page.goto(f"{address}2026/11/")
    expect(page.get_by_text("Paragraph 7 of a long note.")).to_be_attached()
    page.evaluate("scrollTo({top: 900, behavior: 'instant'})")
    file = site / "content" / "2026-11.yaml"
    file.write_text(ROUNDUP.replace("Paragraph 7 ", "The seventh paragraph "), encoding="utf-8")
    expect(page.get_by_text("The seventh paragraph of a long note.")).to_be_attached()
    page.wait_for_function("Math.abs(scrollY - 900) < 3")


def test_a_broken_file_is_explained_on_the_page_and_heals_by_itself(page: Page, site: Path, address: str) -> None:
    page.goto(f"{address}2026/11/")
    file = site / "content" / "2026-11.yaml"
    file.write_text(ROUNDUP.replace("title: A work", "titel: A work"), encoding="utf-8")
    overlay = page.get_by_role("alert")
    expect(overlay).to_contain_text("content/2026-11.yaml:6:5")
    expect(overlay).to_contain_text('did you mean "title"?')
    expect(overlay).to_contain_text("titel: A work")
    file.write_text(ROUNDUP.replace("The first words", "Mended words"), encoding="utf-8")
    expect(page.get_by_text("Mended words")).to_be_attached()
    expect(overlay).to_have_count(0)


def test_drafts_are_shown_and_nothing_is_written_into_public(page: Page, site: Path, address: str) -> None:
    (site / "content" / "2026-12.yaml").write_text(
        "title: Soon\ndraft: true\nentries: [A thought.]\n", encoding="utf-8"
    )
    page.goto(f"{address}2026/12/")
    expect(page.get_by_role("heading", name="Soon")).to_be_attached()
    expect(page.get_by_text(re.compile("draft", re.IGNORECASE)).first).to_be_visible()
    assert not (site / "public").exists()

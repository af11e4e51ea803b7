"""Pictures of this repository's own site for the README: docs/images/*.png.

    .venv/bin/python scripts/screenshots.py

Builds the site into a temporary folder, serves it on the loopback and lets the system's Chromium look at it: light,
dark, on a phone, on a wide screen, in print. Needs the dependency group `browser` and Chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).parent.parent
IMAGES = REPOSITORY / "docs" / "images"
HEAVIEST = 200_000
"""Bytes that a picture may have, so that a clone stays light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture: what of the site, and how it is looked at."""

    name: str
    page: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    media: Literal["screen", "print"] = "screen"
    to: str | None = None
    """CSS of the element to scroll to."""


SHOTS = (
    Shot(name="wide", page="2026/11/", width=1440, height=960),
    Shot(name="light", page="", width=1180, height=820),
    Shot(name="dark", page="2026/10/", width=1180, height=820, scheme="dark", to="#main .section"),
    Shot(name="phone", page="2026/11/", width=375, height=760),
    Shot(name="phone-dark", page="2026/11/", width=375, height=760, scheme="dark", to="#main .entry"),
    Shot(name="archive", page="archive/", width=1180, height=820),
    Shot(name="year", page="year/2026/", width=1440, height=960, to=".charts"),
    Shot(name="print", page="2026/11/", width=794, height=1123, media="print"),
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing."""


def main() -> None:
    """Build, serve, look; raises SystemExit where Chromium is missing or a picture is too heavy."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("screenshots: Chromium is not installed")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with built_site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            take(browser, address, shot)
        browser.close()
    heavy = [picture.name for picture in IMAGES.glob("*.png") if picture.stat().st_size > HEAVIEST]
    if heavy:
        raise SystemExit(f"screenshots: heavier than {HEAVIEST} bytes: {', '.join(sorted(heavy))}")


@contextmanager
def built_site() -> Iterator[str]:
    """The repository's site, built and served; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "gleanings", "-C", str(REPOSITORY), "build", "--out", f"{folder}/public"]
        subprocess.run(command, check=True)  # noqa: S603 - our own program
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=f"{folder}/public"))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        server.server_close()
        thread.join()


def take(browser: Any, address: str, shot: Shot) -> None:
    """One picture into docs/images/."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.emulate_media(media=shot.media, color_scheme=shot.scheme)
    page.goto(address + shot.page)
    if shot.media == "print":
        page.add_style_tag(content="html { padding: 22mm 32mm }")  # the sheet's margins, which only paper has
    if shot.to:
        page.evaluate("(css) => document.querySelector(css)?.scrollIntoView()", shot.to)
    page.screenshot(path=str(IMAGES / f"{shot.name}.png"))
    context.close()


if __name__ == "__main__":
    main()

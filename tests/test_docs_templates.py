"""docs/templates.md names every template of the default theme, and its examples work."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
MANUAL = (REPOSITORY / "docs" / "templates.md").read_text(encoding="utf-8")


def test_every_template_of_the_theme_is_named_and_no_other() -> None:
    theme = REPOSITORY / "templates"
    there = {
        path.relative_to(theme).as_posix()
        for path in theme.rglob("*")
        if path.is_file() and path.relative_to(theme).parts[0] != "static"
    }
    table = "\n".join(line for line in MANUAL.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([\w/]+\.(?:html|xml|svg))`", table)) == there


def test_the_examples_change_the_footer_and_add_a_stylesheet(tmp_path: Path) -> None:
    footer, head = re.findall(r"```jinja\n(.*?)```", MANUAL, flags=re.DOTALL)
    site = tmp_path / "site"
    run("init", str(site))
    (site / "templates" / "static").mkdir(parents=True)
    (site / "templates" / "static" / "more.css").write_text("p { color: teal }\n", encoding="utf-8")
    extends = '{% extends "default/base.html" %}\n'
    (site / "templates" / "base.html").write_text(footer + head.removeprefix(extends), encoding="utf-8")
    run("-C", str(site), "build")
    (roundup,) = (site / "public").glob("20??/??/index.html")
    for file in (roundup, site / "public" / "archive" / "index.html"):
        page = file.read_text(encoding="utf-8")
        assert "mostly on trains" in page
        assert "static/more.css" in page
    assert (site / "public" / "static" / "more.css").is_file()


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "gleanings", *arguments], check=True, capture_output=True)

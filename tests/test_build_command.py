"""`gleanings build`, as a person runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gleanings.files.lock import hold
from gleanings.project import Project
from gleanings.render.prose.markdown.mathml import render_maths
from small_site import write_site


def build(site: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command on 21 November 2026."""
    return subprocess.run(
        [sys.executable, "-m", "gleanings", "-C", str(site), "build", *options],
        capture_output=True,
        text=True,
        env={**os.environ, "GLEANINGS_NOW": "2026-11-21T12:00:00+00:00", **environment},
        check=False,
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def pages(site: Path) -> set[str]:
    return {path for path in tree(site / "public") if path.endswith("/index.html")}


def test_a_second_build_writes_nothing_and_json_says_so(tmp_path: Path) -> None:
    write_site(tmp_path)
    first, second = build(tmp_path, "--json"), build(tmp_path, "--json")
    assert (first.returncode, second.returncode) == (0, 0)
    before, after = json.loads(first.stdout), json.loads(second.stdout)
    assert list(before) == ["pages", "written", "unchanged", "removed", "problems"]
    assert before["written"] == len(tree(tmp_path / "public")) == after["unchanged"]
    assert (after["written"], after["removed"], after["pages"]) == (0, 0, before["pages"])


def test_the_same_site_gives_the_same_bytes_anywhere(tmp_path: Path) -> None:
    here, there = tmp_path / "a", tmp_path / "far/away/b"
    write_site(here)
    there.mkdir(parents=True)
    for path in sorted(here.rglob("*"), reverse=True):
        if path.is_file():
            (there / path.relative_to(here)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, there / path.relative_to(here))
    one = build(here, PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C")
    other = build(there, PYTHONHASHSEED="77", TZ="America/Lima", LC_ALL="tr_TR.UTF-8", COLUMNS="20")
    assert (one.returncode, other.returncode) == (0, 0), one.stderr + other.stderr
    assert tree(here / "public") == tree(there / "public")


def test_a_broken_file_stops_the_build_and_nothing_is_written(tmp_path: Path) -> None:
    write_site(tmp_path, **{"content/2026-11.yaml": "titel: x\n"})
    run = build(tmp_path, "--json")
    assert run.returncode == 1
    (problem,) = [one for one in json.loads(run.stdout)["problems"] if one["severity"] == "error"]
    assert (problem["path"], problem["line"], problem["column"]) == ("content/2026-11.yaml", 1, 1)
    assert "content/2026-11.yaml:1:1" in run.stderr
    assert not (tmp_path / "public").exists()


def test_a_fault_that_only_shows_while_rendering_is_told_with_its_place(tmp_path: Path) -> None:
    site = write_site(tmp_path)
    build(tmp_path)
    before = tree(site.public)
    site.templates.mkdir()
    (site.templates / "roundup.html").write_text(
        '{% extends "default/roundup.html" %}\n{% block main %}\n{{ roundup.nope }}{% endblock %}\n'
    )
    run = build(tmp_path)
    assert run.returncode == 1
    assert "templates/roundup.html:3" in run.stderr
    assert "Traceback" not in run.stderr
    assert tree(site.public) == before


def test_drafts_and_days_to_come_are_shown_only_when_asked_for(tmp_path: Path) -> None:
    write_site(tmp_path, **{"content/2026-12.yaml": "intro: Soon\n", "content/2026-08.yaml": "draft: true\n"})
    build(tmp_path)
    assert not pages(tmp_path) & {"2026/12/index.html", "2026/08/index.html"}
    build(tmp_path, "--drafts", "--future")
    assert pages(tmp_path) >= {"2026/12/index.html", "2026/08/index.html"}
    soon, draft = ((tmp_path / "public/2026" / month / "index.html").read_text() for month in ("12", "08"))
    assert "Not yet out, appears on 31 December 2026" in soon
    assert ">Draft<" in draft
    assert "Not yet out" not in draft
    assert all('content="noindex"' in page for page in (soon, draft))
    assert "2026/12" not in (tmp_path / "public/feed.xml").read_text()
    assert "2026/12" not in (tmp_path / "public/sitemap.xml").read_text()
    build(tmp_path)
    assert not pages(tmp_path) & {"2026/12/index.html", "2026/08/index.html"}


def test_a_roundup_that_waits_for_its_day_is_named(tmp_path: Path) -> None:
    write_site(tmp_path)
    (tmp_path / "content" / "2031-02.yaml").write_text("entries: [https://a.example/]\n", encoding="utf-8")
    (tmp_path / "content" / "2031-03.yaml").write_text("draft: true\n", encoding="utf-8")
    waits = "content/2031-02.yaml waits for its day, 2031-02-28 (give it an earlier date, or look with --future)\n"
    assert waits in build(tmp_path).stderr
    assert waits in build(tmp_path).stderr, "a second build says it as well"
    assert "2031-03" not in build(tmp_path, "--force").stderr
    assert waits not in build(tmp_path, "--future").stderr


def test_a_folder_that_held_another_site_gives_it_back(tmp_path: Path) -> None:
    public = write_site(tmp_path).public
    (public / "archive").mkdir(parents=True)
    for page in ("index.html", "archive/index.html", "CNAME"):
        (public / page).write_text("mine\n")
    run = build(tmp_path)
    assert run.returncode == 0
    for page in ("index.html", "archive/index.html"):
        kept = f".gleanings/replaced/1/{page}"
        assert (
            f"public/{page} stood there, of no build that is known here, and made room (kept as {kept})" in run.stderr
        )
        assert (tmp_path / kept).read_text() == "mine\n"
        assert (public / page).read_text() != "mine\n"
    assert (public / "CNAME").read_text() == "mine\n"
    assert "made room" not in build(tmp_path, "--force").stderr


def test_of_many_files_that_made_room_a_few_are_named(tmp_path: Path) -> None:
    write_site(tmp_path)
    build(tmp_path)
    shutil.rmtree(tmp_path / ".gleanings")
    run = build(tmp_path, "--base-url", "https://elsewhere.example/")
    assert run.stderr.count("made room") == 5
    assert re.search(r"^so did \d+ more \(kept beside them\)$", run.stderr, re.MULTILINE)


def test_base_url_and_out_make_a_copy_elsewhere(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site")
    run = build(site.root, "--out", "../copy", "--base-url", "https://mirror.example/x")
    assert run.returncode == 0, run.stderr
    copy = tree(tmp_path / "copy") or tree(site.root / "../copy")
    assert b"<link>https://mirror.example/x/2026/10/</link>" in copy["feed.xml"]
    assert b"https://mirror.example/x/sitemap.xml" in copy["robots.txt"]
    assert not site.public.exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        pytest.param(["--out", "."], "holds the site itself", id="the-site"),
        pytest.param(["--out", ".."], "holds the site itself", id="above-the-site"),
        pytest.param(["--out", "content/public"], "lies in content/", id="in-content"),
        pytest.param(["--base-url", "example.org"], "is no web address", id="no-address"),
        pytest.param(["--base-url", "http://[x"], "is no web address", id="address-with-open-bracket"),
    ],
)
def test_an_odd_option_is_refused_with_its_reason(options: list[str], word: str, tmp_path: Path) -> None:
    write_site(tmp_path)
    run = build(tmp_path, *options)
    assert run.returncode == 2
    assert word in run.stderr
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize("now", ["soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00"])
def test_a_present_that_no_calendar_has_is_refused(now: str, tmp_path: Path) -> None:
    write_site(tmp_path)
    run = build(tmp_path, GLEANINGS_NOW=now)
    assert (run.returncode, run.stderr) == (
        2,
        f"gleanings: GLEANINGS_NOW is '{now}' (write it like 2026-11-20T12:00:00+00:00)\n",
    )


def test_another_run_that_holds_the_site_is_answered_at_once(tmp_path: Path) -> None:
    site = write_site(tmp_path)
    with hold(Project(site.root)):
        assert build(tmp_path).returncode == 4


def test_old_addresses_lead_to_the_new_one(tmp_path: Path) -> None:
    write_site(tmp_path, **{"content/2026-11.yaml": "date: 2026-11-20\naliases: [/old/nov.html, /nov]\nintro: Hi\n"})
    assert build(tmp_path).returncode == 0
    public = tmp_path / "public"
    for old, target in (("old/nov.html", "../2026/11/"), ("nov/index.html", "../2026/11/")):
        page = (public / old).read_text()
        assert f'content="0; url={target}"' in page
        assert '<link rel="canonical" href="https://example.org/reading/2026/11/">' in page


def test_two_things_at_one_address_are_told(tmp_path: Path) -> None:
    write_site(tmp_path, **{"content/2026-11.yaml": "date: 2026-11-20\naliases: [/2026/10/]\n"})
    run = build(tmp_path)
    assert run.returncode == 1
    assert "/2026/10/ is already that of content/2026-10.yaml" in run.stderr


def test_open_data_holds_every_entry_and_nothing_private(tmp_path: Path) -> None:
    month = (
        "date: 2026-11-20\nentries: [{url: https://e.example/, title: '*T*', private: hush, tags: [a], note: N}]\n"
    )
    write_site(tmp_path, **{"content/2026-11.yaml": month})
    build(tmp_path)
    data = json.loads((tmp_path / "public/data/entries.json").read_text())
    (entry,) = [one for one in data["entries"] if one["roundup"] == "2026-11"]
    assert entry.pop("id").startswith("tag:example.org,2026:")
    assert entry == {
        "permalink": f"https://example.org/reading/2026/11/#{entry['permalink'].partition('#')[2]}",
        "roundup": "2026-11",
        "url": "https://e.example/",
        "title": "T",
        "note": "N",
        "tags": ["a"],
    }
    assert "hush" not in (tmp_path / "public/data/entries.json").read_text()


def test_the_sitemap_names_every_page_and_no_draft(tmp_path: Path) -> None:
    write_site(tmp_path, **{"content/2026-08.yaml": "draft: true\n"})
    build(tmp_path, "--drafts")
    sitemap = (tmp_path / "public/sitemap.xml").read_text()
    assert "<loc>https://example.org/reading/2026/10/</loc>" in sitemap
    assert "2026/08" not in sitemap
    assert "404" not in sitemap


def test_media_are_copied_and_a_formula_nobody_reads_is_a_warning(tmp_path: Path) -> None:
    site = write_site(tmp_path, **{"content/2026-11.yaml": "date: 2026-11-20\nentries:\n  - Odd $\\nosuch{x}$\n"})
    site.media.mkdir()
    (site.media / "x.bin").write_bytes(b"\0\1")
    run = build(tmp_path)
    assert run.returncode == 0
    assert (
        r"content/2026-11.yaml:3:5: warning: the formula $\nosuch{x}$ could not be read and is shown as it was "
        "written (mend its TeX: the names of its commands, its braces, the parts of its fractions)"
    ) in run.stderr
    assert (tmp_path / "public/media/x.bin").read_bytes() == b"\0\1"


@pytest.mark.parametrize("tex", [r"\frac{1", r"\frac1", r"\binom{1}", r"\overset{a}", r"x^{"])
def test_a_formula_that_breaks_off_is_shown_as_it_was_written(tex: str) -> None:
    assert render_maths(tex) is None


def test_a_formula_with_an_empty_part_is_one() -> None:
    assert render_maths(r"{}^2") is not None
    assert render_maths(r"\frac{1}{}") is not None


ON_ONE_CORE = """
import os, sys
os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
from gleanings.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is told to use a second process")
def test_a_second_core_changes_no_byte_and_loses_no_warning(tmp_path: Path) -> None:
    months = {
        f"content/{year}-{month:02}.yaml": (
            f"entries:\n  - {{url: https://example.org/{year}{month}, title: Work {month}, tags: [llm]}}\n"
            f"  - Odd $\\odd{{{year}{month}}}$ and a note^[Number {month}].\n"
        )
        for year in (2023, 2024, 2025)
        for month in range(1, 13)
    }
    write_site(tmp_path, **months)
    both = build(tmp_path, "--out", str(tmp_path / "both"))
    one = subprocess.run(
        [sys.executable, "-c", ON_ONE_CORE, "-C", str(tmp_path), "build", "--out", str(tmp_path / "one")],
        capture_output=True,
        text=True,
        env={**os.environ, "GLEANINGS_NOW": "2026-11-21T12:00:00+00:00"},
        check=False,
    )
    assert (both.returncode, one.returncode) == (0, 0), both.stderr + one.stderr
    assert tree(tmp_path / "both") == tree(tmp_path / "one")
    assert both.stderr == one.stderr
    assert both.stderr.count("warning: the formula") == 36

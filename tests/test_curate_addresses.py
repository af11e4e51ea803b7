"""Addresses that are spoken for: `check` tells of them all, and `build` never refuses what `check` lets pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gleanings.curate.made import SINGLE, WHOLE, is_made, is_reserved
from small_site import write_site


def gleanings(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-m", "gleanings", "-C", str(folder), command]
    return subprocess.run(run, capture_output=True, text=True, check=False)


PAGE = "---\ntitle: Us\naliases:\n  - /us/\n  - {}\n---\n\nWe.\n"
FAULTS = {
    "a feed's name": (
        {"content/feed.xml.yaml": "date: 2026-10-02\n"},
        "content/feed.xml.yaml: its address /feed.xml/ belongs to a page or file that is made from all roundups"
        " (give the file another name)",
    ),
    "a made page's name": (
        {"content/2026.yaml": "title: x\nslug: archive\n"},
        "content/2026.yaml:2:7: its address /archive/ belongs to a page or file that is made from all roundups"
        " (write another slug)",
    ),
    "a slug that another has": (
        {"content/2026-08-a.yaml": "slug: b\n", "content/2026-08-b.yaml": ""},
        "content/2026-08-b.yaml: its address /2026/08/b/ is already that of content/2026-08-a.yaml"
        " (give one of the two another name, with a word behind the period)",
    ),
    "an old address of a page that a roundup has": (
        {"content/pages/us.md": PAGE.format("/2026/09/index.html")},
        "content/pages/us.md:5:5: the old address /2026/09/ is already that of content/2026-09.yaml"
        " (take it out of aliases:)",
    ),
    "an old address of a page that is made": (
        {"content/pages/us.md": PAGE.format("/robots.txt")},
        "content/pages/us.md:5:5: the old address /robots.txt belongs to a page or file that is made from all"
        " roundups (take it out of aliases:)",
    ),
    "an old file where a folder has to be": (
        {"content/v1.0.yaml": "date: 2026-10-02\n", "content/pages/us.md": PAGE.format("/v1.0")},
        "content/pages/us.md:5:5: the old address /v1.0 is already that of content/v1.0.yaml"
        " (take it out of aliases:)",
    ),
    "an old folder where a file has to be": (
        {"content/2026-08.yaml": "aliases: [/a.html]\n", "content/pages/us.md": PAGE.format("/a.html/b/")},
        "content/pages/us.md:5:5: the old address /a.html/b/ is already that of content/2026-08.yaml"
        " (take it out of aliases:)",
    ),
    "the picture of a roundup": (
        {"content/pages/us.md": PAGE.format("/2026/09/preview.png")},
        "content/pages/us.md:5:5: the old address /2026/09/preview.png is already that of content/2026-09.yaml"
        " (take it out of aliases:)",
    ),
    "what stands in its own way": (
        {"content/2026-08.yaml": "aliases: [/2026/08/, /b/, /b/index.html, /2026/08/index.html/b/]\n"},
        "content/2026-08.yaml:1:42: the old address /2026/08/index.html/b/ is already that of content/2026-08.yaml"
        " (take it out of aliases:)",
    ),
    "a slug in a folder of a made page's name": (
        {"content/tags/2026-08.yaml": "slug: b\n"},
        "content/tags/2026-08.yaml: its address /tags/2026/b/ belongs to a page or file that is made from all"
        " roundups (give the file another name)",
    ),
    "a name that only looks different": (
        {"content/ai,ml/2026-10.yaml": "", "content/pages/us.md": PAGE.format("/ai%2Cml/2026/10/")},
        "content/pages/us.md:5:5: the old address /ai,ml/2026/10/ is already that of content/ai,ml/2026-10.yaml"
        " (take it out of aliases:)",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_address_that_is_spoken_for_is_told_by_check_and_so_by_build(name: str, tmp_path: Path) -> None:
    files, message = FAULTS[name]
    write_site(tmp_path, **files)
    check, build = gleanings(tmp_path, "check"), gleanings(tmp_path, "build")
    assert (check.returncode, build.returncode) == (1, 1)
    assert message in check.stdout.splitlines()
    assert message in build.stderr.splitlines()


def test_what_is_made_is_known_and_nothing_else(tmp_path: Path) -> None:
    """The renderer and the list of what it makes live apart, as stages do; this holds them together."""
    project = write_site(
        tmp_path, **{"content/media/x.txt": "", "content/2026-09-27.yaml": "aliases: /archive/old/\n"}
    )
    assert gleanings(tmp_path, "build").returncode == 0
    files = {path.relative_to(project.public).as_posix() for path in project.public.rglob("*") if path.is_file()}
    addresses = {f"/{file.removesuffix('index.html') if file.endswith('/index.html') else file}" for file in files}
    addresses = {"/" if address == "/index.html" else address for address in addresses}
    assert addresses >= SINGLE
    assert {address.split("/")[1] for address in addresses} >= WHOLE
    own = {address for address in addresses if not is_made(address)}
    assert {address.removesuffix("preview.png") for address in own} == {
        "/2026/09/", "/2026/10/", "/2026/09/27/", "/weekly/2026/10/05/", "/about/", "/archive/old/",
    }  # fmt: skip
    assert [address for address in own if is_reserved(address)] == ["/archive/old/"]

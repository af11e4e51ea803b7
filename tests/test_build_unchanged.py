"""A build after which nothing changed answers at once, and is never wrong."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from small_site import write_site

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems keep the time of an inode")

LATER = 0.15
"""Seconds after which a file's time can be told from a later one."""


def build(site: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key != "GLEANINGS_NOW"} | environment
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "gleanings", "-C", str(site), "build", *options],
        capture_output=True,
        text=True,
        env=kept,
        check=False,
    )


def was_answered_at_once(run: subprocess.CompletedProcess[str]) -> bool:
    return "gleanings.build" not in run.stderr


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built site with a stamp."""
    # What small_site has beside is not needed here, and a formula would be a warning each time.
    folder = tmp_path / "site"
    write_site(folder)
    (folder / "content/2026-10.yaml").unlink()
    time.sleep(LATER)
    run = build(folder)
    assert run.returncode == 0
    assert ": warning:" not in run.stderr
    return folder


def test_nothing_changed_loads_nothing_and_says_the_same(site: Path) -> None:
    run, proper = build(site, "--json"), build(site, "--json", GLEANINGS_NOW="2026-11-21T00:00:00Z")
    assert was_answered_at_once(run)
    assert not was_answered_at_once(proper)
    assert run.stdout == proper.stdout
    loaded = {line.rsplit("|", 1)[1].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}
    assert not loaded & {"click", "pathlib", "json", "re", "dataclasses", "typing", "jinja2", "yaml"}


def same_size_and_time(site: Path) -> None:
    file = site / "content/2026-09.yaml"
    before = file.stat()
    file.write_text(file.read_text().replace("First look.", "Other look."))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def replaced_by_a_rename(site: Path) -> None:
    file = site / "content/2026-09.yaml"
    before = file.stat()
    other = site / "content/.other"
    other.write_text(file.read_text().replace("Other look.", "Third look."))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(file)


def new_roundup(site: Path) -> None:
    (site / "content/2026-07.yaml").write_text("entries: [New]\n")


def lost_page(site: Path) -> None:
    (site / "public/archive/index.html").unlink()


def edited_page(site: Path) -> None:
    (site / "public/index.html").write_bytes(b"x" * (site / "public/index.html").stat().st_size)


def new_template(site: Path) -> None:
    (site / "templates").mkdir()
    (site / "templates/404.html").write_text("gone\n")


def removed_feeds(site: Path) -> None:
    (site / "feeds.yaml").unlink()


def damaged_stamp(site: Path) -> None:
    stamp = site / ".gleanings/unchanged"
    stamp.write_text(stamp.read_text().replace("/content", "/contents", 1))
    lost_page(site)


def short_stamp(site: Path) -> None:
    stamp = site / ".gleanings/unchanged"
    stamp.write_bytes(stamp.read_bytes()[:-40])
    lost_page(site)


CHANGES: tuple[Callable[[Path], None], ...] = (
    same_size_and_time,
    replaced_by_a_rename,
    new_roundup,
    lost_page,
    edited_page,
    new_template,
    removed_feeds,
    damaged_stamp,
    short_stamp,
)


def test_a_change_is_never_overlooked(site: Path, tmp_path: Path) -> None:
    for change in CHANGES:
        time.sleep(LATER)
        build(site)
        assert was_answered_at_once(build(site)), f"before {change.__name__}"
        change(site)
        assert not was_answered_at_once(build(site)), change.__name__
    build(site, "--out", str(tmp_path / "clean"))
    assert tree(site / "public") == tree(tmp_path / "clean")


def test_any_sequence_of_edits_ends_where_a_clean_build_does(site: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    file = site / "content/2026-09.yaml"
    texts = [file.read_text(), file.read_text().replace("First", "Fifth"), file.read_text() + "outro: Bye\n"]
    for _ in range(6):
        match chance.randrange(4):
            case 0:
                file.write_text(chance.choice(texts))
            case 1:
                shutil.copy2(file, site / "content/2026-06.yaml")
            case 2:
                (site / "content/2026-06.yaml").unlink(missing_ok=True)
            case 3:
                time.sleep(LATER)
        build(site)
    build(site, "--out", str(tmp_path / "clean"))
    assert tree(site / "public") == tree(tmp_path / "clean")


def test_a_roundup_of_a_day_to_come_ends_the_stamp_s_time(site: Path) -> None:
    from gleanings.unchanged import look_around

    (site / "content/2090-01.yaml").write_text("date: 2090-01-05\nentries: [Hello]\n")
    time.sleep(LATER)
    build(site)
    assert was_answered_at_once(build(site))
    day = 3_786_912_000 + 4 * 86_400  # 5 January 2090, UTC
    assert look_around("", as_json=False, cwd=str(site), now=day - 1) is not None
    assert look_around("", as_json=False, cwd=str(site), now=day) is None
    assert look_around("", as_json=False, cwd=str(site), now=0) is None


def test_a_file_saved_a_moment_before_is_looked_at_again(site: Path) -> None:
    from gleanings.unchanged import look, look_at_input

    file = site / "content/2026-09.yaml"
    changed = file.stat().st_ctime_ns
    assert look_at_input(str(file), changed + 1_000_000) != look(str(file))
    assert look_at_input(str(file), changed + 5_000_000_000) == look(str(file))


def test_files_that_editors_keep_beside_a_roundup_change_nothing(site: Path) -> None:
    time.sleep(LATER)
    build(site)
    for name in (".2026-09.yaml.swp", "2026-09.yaml~", "#2026-09.yaml#"):
        (site / "content" / name).write_text("x")
    (site / "content/.#2026-09.yaml").symlink_to("ada@example.1234:5678")
    assert was_answered_at_once(build(site))


def test_a_site_that_another_run_holds_is_not_answered_at_once(site: Path) -> None:
    with (site / ".gleanings/lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert build(site).returncode == 4


@pytest.mark.parametrize("options", [["--out", "elsewhere"], ["--drafts"]], ids=["another-folder", "other-pages"])
def test_a_build_that_is_never_asked_again_leaves_no_stamp(site: Path, options: list[str]) -> None:
    (site / ".gleanings/unchanged").unlink()
    build(site, *options)
    assert list((site / ".gleanings").glob("unchanged*")) == []


def test_a_stamp_that_cannot_be_left_is_none(site: Path) -> None:
    (site / ".gleanings/unchanged").unlink()
    (site / ".gleanings/unchanged.tmp").mkdir()
    assert build(site).returncode == 0
    assert not (site / ".gleanings/unchanged").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="others refuse such names")
def test_a_file_whose_name_is_not_utf_8_is_known_again(site: Path) -> None:
    (site / "content/media").mkdir(exist_ok=True)
    (site / "content/media" / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    time.sleep(LATER)
    assert build(site).returncode == 0
    assert was_answered_at_once(build(site))


def test_other_options_are_done_properly(site: Path) -> None:
    for options in (["--drafts"], ["--force"], ["--out", "elsewhere"]):
        assert not was_answered_at_once(build(site, *options))


@pytest.mark.parametrize(
    ("arguments", "understood"),
    [
        (["build"], ("", False)),
        (["build", "--json"], ("", True)),
        (["-C", "site", "build"], ("site", False)),
        (["-C", "site", "build", "--json"], ("site", True)),
        (["-C", "", "build"], (".", False)),
        (["-C", "build"], None),
        (["-C"], None),
        ([], None),
        (["--json", "build"], None),
        (["build", "--json", "--json"], None),
        (["build", "--drafts"], None),
        (["build", "--help"], None),
        (["check"], None),
    ],
)
def test_only_a_plain_build_needs_no_command_line(arguments: list[str], understood: tuple[str, bool] | None) -> None:
    from gleanings.unchanged import understand

    assert understand(arguments) == understood


@pytest.mark.parametrize(("options", "loads"), [((), False), (("--json",), False), (("--drafts",), True)])
def test_click_is_loaded_for_options_alone(site: Path, options: tuple[str, ...], loads: bool) -> None:
    assert ("click.core" in build(site, *options).stderr) is loads

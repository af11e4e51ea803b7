"""Where nothing but notes was edited, `build` touches what shows them and nothing else, and is never wrong."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gleanings.build.retouching import retouch_site
from gleanings.cli.app import run
from gleanings.project import Project
from gleanings.render.shaping import Shape, make_shape
from gleanings.unchanged import PLAIN, load

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems keep the time of an inode")

LATER = 0.15
"""Seconds after which a file's time can be told from a later one."""

OCTOBER = """\
title: October
intro: Hello.
entries:
  - url: https://example.org/owls
    title: On owls
    authors: [Ada]
    tags: [birds]
    note: |
      They see at night[^1].

      [^1]: And hear.
  - url: https://example.org/herons
    title: On herons
    tags: [birds, rivers]
    note: They stand.
    quotes:
      - text: A heron waits.
        by: Bo
  - A thought without a title.
"""
NOVEMBER = """\
date: 2026-11-02
sections:
  - title: Rivers
    intro: About water.
    entries:
      - url: https://example.org/rivers
        title: On rivers
        tags: [rivers]
        note: They run.
        related:
          - url: https://example.org/brooks
            title: On brooks
            note: Small ones.
      - url: https://example.org/owls
        title: On owls, again
        again: true
        note: Still at night.
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built site."""
    folder = tmp_path / "site"
    (folder / "content").mkdir(parents=True)
    (folder / "site.yaml").write_text("title: Things\nurl: https://example.org/\n", encoding="utf-8")
    (folder / "content/2026-10.yaml").write_text(OCTOBER, encoding="utf-8")
    (folder / "content/2026-11.yaml").write_text(NOVEMBER, encoding="utf-8")
    time.sleep(LATER)
    build(folder)
    return folder


def build(site: Path, *options: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "gleanings", "-C", str(site), "build", *options],
        capture_output=True,
        text=True,
        env={key: value for key, value in os.environ.items() if key != "GLEANINGS_NOW"},
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done


def was_retouched(done: subprocess.CompletedProcess[str]) -> bool:
    return "gleanings.build.retouching" in done.stderr and "gleanings.build.whole" not in done.stderr


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def from_nothing(site: Path) -> dict[str, bytes]:
    """What a build of the same files writes that knows of no other."""
    clean = site.parent / "clean"
    shutil.rmtree(clean, ignore_errors=True)
    shutil.copytree(site, clean, ignore=shutil.ignore_patterns(".gleanings", "public"))
    assert run(["-C", str(clean), "build"]) == 0
    return tree(clean / "public")


def edit(site: Path, month: str, old: str, new: str) -> None:
    file = site / f"content/{month}.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


RETOUCHED = {
    "a note": ("2026-10", "They stand.", "They stand, *still* & alone."),
    "a note of the newest roundup": ("2026-11", "They run.", "They run, and run."),
    "a footnote": ("2026-10", "And hear.", "And hear well."),
    "a related note": ("2026-11", "Small ones.", "Small ones, mostly."),
    "a lead-in": ("2026-11", "About water.", "About the water."),
    "an intro": ("2026-10", "intro: Hello.", "intro: Hello there."),
    "a quote": ("2026-10", "A heron waits.", "A heron waits long."),
    "a new quote": ("2026-11", "note: They run.", "note: They run.\n        quotes: [{text: So it goes.}]"),
    "a reason for a pick": ("2026-10", "tags: [birds, rivers]", "tags: [birds, rivers] # nothing"),
    "words that no search has seen": ("2026-10", "They stand.", "Zwyrlanthic quuxotry."),
}


@pytest.mark.parametrize("name", RETOUCHED)
def test_an_edit_of_words_is_a_retouch(site: Path, name: str) -> None:
    edit(site, *RETOUCHED[name])
    assert was_retouched(build(site))
    assert tree(site / "public") == from_nothing(site)


def test_a_roundup_that_left_the_feeds_is_retouched(site: Path) -> None:
    with (site / "site.yaml").open("a", encoding="utf-8") as settings:
        settings.write("feeds: {limit: 1}\n")
    time.sleep(LATER)
    build(site)
    edit(site, "2026-10", "They stand.", "They stood.")
    assert was_retouched(build(site))
    assert tree(site / "public") == from_nothing(site)


def test_a_roundup_in_a_folder_that_no_address_can_hold_is_retouched(site: Path) -> None:
    (site / "content/日 b").mkdir()
    (site / "content/日 b/2026-09.yaml").write_text(OCTOBER, encoding="utf-8")
    time.sleep(LATER)
    build(site)
    edit(site, "日 b/2026-09", "They stand.", "They stood.")
    assert was_retouched(build(site))
    assert tree(site / "public") == from_nothing(site)


def test_all_that_several_cores_read_is_remembered(site: Path) -> None:
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    for month in months:
        (site / f"content/{month}.yaml").write_text(OCTOBER.replace("owls", f"owls-{month}"), encoding="utf-8")
    time.sleep(LATER)
    build(site, "--force")
    for month in months:
        # What changed within the last tenth of a second is looked at again, and of few only.
        time.sleep(0.03)
        edit(site, month, "They stand.", "They stood.")
        stamp = load(str(site), PLAIN)
        assert stamp is not None
        assert retouch_site(Project(site), site / "public", stamp, stamp.find_changed()), month


BUILT = {
    "a title": ("2026-10", "title: On herons", "title: On grey herons"),
    "a tag": ("2026-10", "tags: [birds]", "tags: [birds, night]"),
    "an author": ("2026-10", "authors: [Ada]", "authors: [Bea]"),
    "a thought by whose words the entry is known": ("2026-10", "A thought without", "A new thought without"),
    "a dated update, which is news": (
        "2026-10",
        "note: They stand.",
        "note: They stand.\n    updates: [{date: 2026-11-05, note: No.}]",
    ),
    "another work": ("2026-11", "example.org/brooks", "example.org/rills"),
    "one entry more": ("2026-10", "  - A thought", "  - Another thought.\n  - A thought"),
}


def test_sections_put_above_the_entries_take_a_build(site: Path) -> None:
    parts = (
        "entries: [{url: https://e.org/2, title: Two}]\n",
        "sections: [{entries: [{url: https://e.org/1, title: One}]}]\n",
    )
    with (site / "site.yaml").open("a", encoding="utf-8") as settings:
        settings.write("feeds: {limit: 1}\n")
    file = site / "content/2026-08.yaml"
    file.write_text("".join(parts), encoding="utf-8")
    time.sleep(LATER)
    build(site)
    file.write_text("".join(reversed(parts)), encoding="utf-8")
    assert not was_retouched(build(site))
    assert tree(site / "public") == from_nothing(site)


@pytest.mark.parametrize("name", BUILT)
def test_what_other_pages_show_takes_a_build(site: Path, name: str) -> None:
    edit(site, *BUILT[name])
    assert not was_retouched(build(site))
    assert tree(site / "public") == from_nothing(site)


def test_a_file_saved_as_it_was_writes_nothing(site: Path) -> None:
    edit(site, "2026-10", "They stand.", "They stand.")
    done = build(site)
    assert was_retouched(done)
    assert ": 0 files written" in done.stdout


def test_a_retouched_site_is_known_to_stand(site: Path) -> None:
    edit(site, "2026-10", "They stand.", "They stood.")
    # A file saved a moment before is looked at once more.
    time.sleep(LATER)
    build(site)
    assert "gleanings.cli" not in build(site).stderr


def test_a_formula_that_nobody_can_read_is_told(site: Path) -> None:
    edit(site, "2026-10", "They stand.", r"They stand $\\nope{$ there.")
    done = build(site)
    assert not was_retouched(done)
    assert "content/2026-10.yaml:12" in re.sub(r"import time:.*\n", "", done.stderr)


def test_a_broken_file_is_told_and_a_mended_one_is_right(site: Path) -> None:
    edit(site, "2026-10", "note: They stand.", "note: [They stand.")
    build(site, status=1)
    edit(site, "2026-10", "note: [They stand.", "note: They sit.")
    build(site)
    assert tree(site / "public") == from_nothing(site)


SLOW_AND_BROKEN_BY_OWLS = """\
{% extends "default/roundup.html" %}
{% block head %}{{ super() }}
{% if "owls" in (roundup.intro or "") %}
{% for _ in range(900) %}{% for _ in range(900) %}{% endfor %}{% endfor %}{{ nope }}
{% endif %}
{% endblock %}
"""


def test_where_a_template_fails_for_the_new_words_everything_stands_as_it_stood(site: Path) -> None:
    (site / "templates").mkdir()
    (site / "templates/roundup.html").write_text(SLOW_AND_BROKEN_BY_OWLS, encoding="utf-8")
    time.sleep(LATER)
    build(site)
    before = tree(site / "public")
    edit(site, "2026-10", "Hello.", "Hello, owls.")
    edit(site, "2026-10", "They stand.", "They stand tall.")
    build(site, status=1)
    assert tree(site / "public") == before


def test_a_page_that_was_retouched_goes_with_its_roundup(site: Path) -> None:
    edit(site, "2026-10", "They stand.", "They stood.")
    build(site)
    (site / "content/2026-10.yaml").unlink()
    build(site)
    assert tree(site / "public") == from_nothing(site)


def forget_the_sketch(site: Path) -> None:
    shutil.rmtree(site / ".gleanings/cache")


def meddle_with_a_feed(site: Path) -> None:
    (site / "public/feed.xml").write_bytes(b"meddled")


def lose_a_page(site: Path) -> None:
    (site / "public/2026/10/index.html").unlink()


def add_a_template(site: Path) -> None:
    (site / "templates").mkdir(exist_ok=True)
    (site / "templates/topic.html").write_text("{{ topic.name }}", encoding="utf-8")


def damage_what_is_remembered(site: Path) -> None:
    for file in sorted(path for path in (site / ".gleanings/cache").rglob("*") if path.is_file()):
        file.write_bytes(file.read_bytes()[:-1] + b"~")


@pytest.mark.parametrize(
    "harm", [forget_the_sketch, meddle_with_a_feed, lose_a_page, add_a_template, damage_what_is_remembered]
)
def test_a_retouch_believes_nothing_that_does_not_stand(site: Path, harm: Callable[[Path], None]) -> None:
    edit(site, "2026-10", "They stand.", "They stood.")
    harm(site)
    build(site)
    assert tree(site / "public") == from_nothing(site)


def test_what_the_system_refuses_is_left_to_a_build(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    edit(site, "2026-10", "They stand.", "They stood.")
    stamp = load(str(site), PLAIN)
    assert stamp is not None
    with monkeypatch.context() as patch:
        patch.setattr("gleanings.build.retouching.put", refuse)
        assert retouch_site(Project(site), site / "public", stamp, stamp.find_changed()) is None
    assert not was_retouched(build(site))
    assert tree(site / "public") == from_nothing(site)


def retouch(site: Path) -> bool:
    """In this process, after a build; returns whether that could be done."""
    stamp = load(str(site), PLAIN)
    assert stamp is not None
    return retouch_site(Project(site), site / "public", stamp, stamp.find_changed()) is not None


def test_an_id_by_which_feeds_number_other_thoughts_takes_a_build(site: Path) -> None:
    edit(site, "2026-10", "  - A thought", "  - thought: First of all.\n  - A thought")
    build(site)
    edit(site, "2026-10", "  - thought: First", "  - id: first-of-all\n    thought: First")
    build(site)
    assert tree(site / "public") == from_nothing(site)


def test_two_roundups_at_once_are_retouched_on_one_core(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gleanings.render.search.files._SHARD", 6)
    monkeypatch.setattr("gleanings.aside.count_copies", lambda: 0)
    assert run(["-C", str(site), "build", "--force"]) == 0
    edit(site, "2026-10", "They stand.", "They stand, zwyrlanthic.")
    edit(site, "2026-11", "They run.", "They run, zwyrlop.")
    assert retouch(site)
    assert tree(site / "public") == from_nothing(site)


def test_a_template_that_is_saved_for_a_moment_is_in_no_page(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(site, "2026-10", "They stand.", "They stood.")
    own = site / "templates/roundup.html"

    def shape_meanwhile(*args: Any, **options: Any) -> Shape:
        own.parent.mkdir()
        own.write_text("Saved too early.", encoding="utf-8")
        return make_shape(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr("gleanings.render.retouch.pages.make_shape", shape_meanwhile)
        assert not retouch(site)
    shutil.rmtree(own.parent)
    build(site)
    assert tree(site / "public") == from_nothing(site)


def test_what_another_run_began_to_write_is_left_to_a_build(site: Path) -> None:
    edit(site, "2026-10", "They stand.", "They stood.")
    stamp = load(str(site), PLAIN)
    assert stamp is not None
    changed = stamp.find_changed()
    (site / ".gleanings/unchanged").unlink()
    assert retouch_site(Project(site), site / "public", stamp, changed) is None


KILLED_WHILE_WORDS_ARE_MADE = """
import os, signal, sys, time
from pathlib import Path
from gleanings.build.retouching import retouch_site
from gleanings.project import Project
from gleanings.render.retouch.words import Rewording
from gleanings.unchanged import PLAIN, load

here, make = os.getpid(), Rewording.put_down

def make_late(words, stage, **options):
    outputs = make(words, stage, **options)
    os.kill(here, signal.SIGKILL)
    while os.getppid() == here:
        time.sleep(0.001)
    return outputs

Rewording.put_down = make_late
stamp = load(sys.argv[1], PLAIN)
retouch_site(Project(Path(sys.argv[1])), Path(sys.argv[1], "public"), stamp, stamp.find_changed())
"""


def test_whoever_is_killed_puts_nothing_into_the_site_afterwards(site: Path) -> None:
    before = tree(site / "public")
    edit(site, "2026-10", "They stand.", "They stood.")
    command = [sys.executable, "-c", KILLED_WHILE_WORDS_ARE_MADE, str(site)]
    # A copy has the pipe as well, so that this waits for its end.
    assert subprocess.run(command, stdout=subprocess.PIPE, check=False).returncode == -signal.SIGKILL
    assert tree(site / "public") == before


def test_a_compiled_template_that_was_damaged_is_compiled_again(site: Path) -> None:
    add_a_template(site)
    build(site)
    kept = list((site / ".gleanings/cache/templates").glob("site-*.jinja"))
    assert kept
    for file in kept:
        content = bytearray(file.read_bytes())
        for at in range(40, len(content), 50):
            content[at] ^= 4
        file.write_bytes(content)
    edit(site, "2026-10", "tags: [birds]", "tags: [birds, night]")
    build(site)
    assert tree(site / "public") == from_nothing(site)


@pytest.mark.parametrize("seed", [int(one) for one in os.environ.get("GLEANINGS_SEEDS", "5").split()])
def test_any_sequence_of_edits_ends_where_a_build_from_nothing_does(site: Path, seed: int) -> None:
    dice = random.Random(seed)
    steps = [*RETOUCHED.values(), *BUILT.values()]
    retouched = 0
    for _ in range(int(os.environ.get("GLEANINGS_WALK", "12"))):
        month, old, new = dice.choice(steps)
        file = site / f"content/{month}.yaml"
        text = file.read_text(encoding="utf-8")
        # What was added once would be a key given twice.
        there, wanted = (new, old) if new in text else (old, new)
        file.write_text(text.replace(there, wanted, 1), encoding="utf-8")
        retouched += was_retouched(build(site))
        assert tree(site / "public") == from_nothing(site)
    assert retouched

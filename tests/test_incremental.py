"""A build that knows earlier ones writes what a build from nothing would write, byte for byte, whatever happened."""

from __future__ import annotations

import os
import pickle
import random
import re
import shutil
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gleanings.curate.library import read_library
from gleanings.curate.publication import visible
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project
from gleanings.records import Records
from gleanings.render.output.journal import find_standing
from gleanings.render.output.publish import Kept, Report, SameAddress, publish
from gleanings.render.output.stage import open_stage
from gleanings.render.site import Rendered, render_site
from gleanings.values import pack, replace
from small_site import OCTOBER, SEPTEMBER, SITE, write_site

Build = Callable[[], tuple[Report, Rendered]]


class Builder:
    """Builds one site as `build` does, here in this process."""

    def __init__(self, site: Path, out: Path, state: Path, *, memory: bool = False) -> None:
        self.project, self.out, self.state = Project(site), out, state
        self.today = date(2026, 11, 21)
        self.drafts = self.future = False
        self.base: str | None = None
        self.memory: dict[str, tuple[str, Any]] | None = {} if memory else None

    def build(self, *, remember: bool = True) -> tuple[Report, Rendered]:
        """One build. Raises ProblemsFound and SameAddress."""
        read = Records(self.state / "roundups")
        reading = read_library(self.project, records=read)
        if any(problem.severity == "error" for problem in reading.problems):
            raise ProblemsFound(reading.problems)
        library = reading.library
        if self.base:
            library = replace(library, site=replace(library.site, url=self.base))
        shown = visible(library, today=self.today, drafts=self.drafts, future=self.future)
        out = visible(library, today=self.today, drafts=False, future=False)
        journal = self.state / "journal.json"
        standing = find_standing(self.out, journal=journal)
        with open_stage(self.state / "stage", standing.digests) as stage:
            rendered = render_site(
                shown,
                self.project,
                published=frozenset(roundup.name for roundup in out.roundups),
                records=Records(self.state / "site", memory=self.memory),
                standing=standing,
                stage=stage,
            )
            report = publish(rendered.outputs, self.out, journal=journal, standing=standing)
        if remember:
            rendered.remember("a build")
        return report, rendered

    def outcome(self) -> tuple[dict[str, bytes], tuple[Problem, ...]] | str:
        """What stands after a build, or why none was made."""
        try:
            _, rendered = self.build()
        except (ProblemsFound, SameAddress) as error:
            return str(error)
        return tree(self.out), rendered.problems


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def picture(width: int, height: int) -> bytes:
    """A grey PNG."""
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    write_site(folder)
    (folder / "content/media").mkdir()
    (folder / "content/media/x.png").write_bytes(picture(4, 3))
    return folder


def builder(site: Path, name: str = "a", *, memory: bool = False) -> Builder:
    return Builder(site, site.parent / f"out-{name}", site.parent / f"state-{name}", memory=memory)


def from_nothing(like: Builder) -> Builder:
    """A builder of the same site that knows nothing."""
    home = like.state.parent
    for folder in (home / "out-clean", home / "state-clean"):
        shutil.rmtree(folder, ignore_errors=True)
    clean = Builder(like.project.root, home / "out-clean", home / "state-clean")
    clean.today, clean.drafts, clean.future, clean.base = like.today, like.drafts, like.future, like.base
    return clean


# ── a walk of edits ──


class Walk:
    """Edits of every kind, by the throw of dice."""

    def __init__(self, site: Path, dice: random.Random) -> None:
        self.site, self.dice = site, dice
        self.old: list[tuple[Path, bytes, int]] = []
        """Files as they once were, with their times."""

    def step(self, builder: Builder) -> str:
        """One edit; returns its name."""
        edit = self.dice.choice(EDITS)
        for file in self.files():
            if self.dice.random() < 0.1:
                self.old.append((file, file.read_bytes(), file.stat().st_mtime_ns))
        edit(self, builder)
        return edit.__name__

    def files(self) -> list[Path]:
        found = [*(self.site / "content").rglob("*.*"), *(self.site / "templates").rglob("*.*")]
        return sorted(path for path in (*found, self.site / "site.yaml", self.site / "feeds.yaml") if path.is_file())

    def roundups(self) -> list[Path]:
        return sorted((self.site / "content").rglob("*.yaml"))

    def a_roundup(self) -> Path:
        return self.dice.choice(self.roundups())

    def word(self) -> str:
        return self.dice.choice(
            ["owl", "heron", "[^m]", "$a_1^2$", "$\\nope$", "café", "漢字", "*thin*", "x" * 40, "`c`"]
        )

    def put(self, path: str, text: str | bytes) -> None:
        file = self.site / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def replace(self, file: Path, old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(old, new, 1), encoding="utf-8")


def edit_a_note(walk: Walk, _: Builder) -> None:
    walk.replace(walk.a_roundup(), "note: ", f"note: {walk.dice.choice(['owl', 'heron', 'a', 'b'])} ")


def edit_without_a_trace(walk: Walk, _: Builder) -> None:
    """Equal size, equal time."""
    file = walk.a_roundup()
    before = file.stat()
    text = file.read_bytes()
    at = walk.dice.randrange(max(1, len(text)))
    where = text.find(b"e ", at)
    if where > 0:
        file.write_bytes(text[:where] + b"o" + text[where + 1 :])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def add_an_entry(walk: Walk, _: Builder) -> None:
    tag, who = walk.dice.choice(["llm", "LLM", "moe", "new"]), walk.dice.choice(["Ada", "Bo", "R. H."])
    where = walk.dice.choice(
        ["https://arxiv.org/abs/2401.04088", "https://example.org/mamba", "https://new.example/a"]
    )
    note = f"note: '{walk.word()} and ![p](media/{walk.dice.choice('xyz')}.png) [m](2026-10.yaml) [n](2026-08.yaml)'"
    indented = re.search(r"^( *)entries:\n", (file := walk.a_roundup()).read_text(encoding="utf-8"), re.MULTILINE)
    if indented is None:
        return
    facts = f"url: {where}, title: 'A {walk.word()}', authors: [{who}], tags: [{tag}], again: true"
    entry = f"{indented[1]}  - {{{facts}, {note}}}\n"
    walk.replace(file, "entries:\n", f"entries:\n{entry}")


def add_a_roundup(walk: Walk, _: Builder) -> None:
    month = walk.dice.choice(["2026-08", "2026-07", "2026-11", "2026-12", "weekly/2026-w40", "other/2026-06"])
    extra = walk.dice.choice(["", "draft: true\n", f"aliases: [/old/{walk.dice.randint(1, 3)}/]\n", "tags: [llm]\n"])
    cover = walk.dice.choice(["", "cover: {src: media/x.png, alt: A cover}\n"])
    walk.put(
        f"content/{month}.yaml", f"{extra}{cover}entries:\n  - A bare {walk.word()}.\n  - https://example.org/mamba\n"
    )


def remove_a_roundup(walk: Walk, _: Builder) -> None:
    if len(walk.roundups()) > 2:
        walk.a_roundup().unlink()


def rename_a_roundup(walk: Walk, _: Builder) -> None:
    file = walk.a_roundup()
    target = file.with_name(f"2026-{walk.dice.randint(1, 9):02}-{walk.dice.choice(['a', 'b'])}.yaml")
    if not target.exists():
        file.rename(target)


def swap_two_roundups(walk: Walk, _: Builder) -> None:
    one, other = walk.dice.sample(walk.roundups(), 2)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def break_a_roundup(walk: Walk, _: Builder) -> None:
    walk.replace(walk.a_roundup(), "entries:", walk.dice.choice(["entires:", "entries: ["]))


def mend_all(walk: Walk, _: Builder) -> None:
    for problem in read_library(Project(walk.site)).problems:
        if problem.severity == "error" and problem.path.startswith("content/"):
            (walk.site / problem.path).unlink(missing_ok=True)
        elif problem.severity == "error" and problem.path == "site.yaml":
            walk.put("site.yaml", SITE)
    broken = walk.site / "templates/roundup.html"
    if broken.is_file() and "nope" in broken.read_text(encoding="utf-8"):
        broken.unlink()
    if len(walk.roundups()) < 3:
        walk.put("content/2026-09.yaml", SEPTEMBER)
        walk.put("content/2026-10.yaml", OCTOBER)


def change_the_settings(walk: Walk, _: Builder) -> None:
    old, new = walk.dice.choice(
        [
            ("title: Things", "title: More things"),
            ("title: More things", "title: Things"),
            ("Ada Example", "Bea Example"),
            ("count: 4", "count: 5"),
            ("title: Learning log", "title: Weekly log"),
            ("cadence: monthly", "cadence: monthly, pattern: '{month} {year}'"),
            ("description:", "lang: de\ndescription:"),
            ("description:", "timezone: Asia/Tokyo\ndescription:"),
            ("description:", "email: a@example.org\ndescription:"),
            ("description:", "feeds: {limit: 2, link: external}\ndescription:"),
            ("description:", "look: {accent: '#a03000'}\ndescription:"),
            ("description:", "nav: [{title: Home, url: /}]\ndescription:"),
            ("lang: de\n", ""),
            ("timezone: Asia/Tokyo\n", ""),
            ("feeds: {limit: 2, link: external}\n", ""),
            ("org/reading/", "org/"),
        ]
    )
    walk.replace(walk.site / "site.yaml", old, new)


def change_a_template(walk: Walk, _: Builder) -> None:
    name, text = walk.dice.choice(
        [
            (
                "roundup.html",
                '{% extends "default/roundup.html" %}{% block head %}{{ super() }}<!-- own -->{% endblock %}',
            ),
            ("base.html", '{% extends "default/base.html" %}{% block footer %}{% include "foot.md" %}{% endblock %}'),
            ("foot.md", f"A foot, {walk.dice.randint(1, 9)}."),
            ("topic.html", '{% extends "default/topic.html" %}{% block footer %}{{ topic.count }}{% endblock %}'),
            ("feed/entry.html", "{{ entry.text }}, {{ roundup.works }}"),
            ("roundup.html", "{{ roundup.nope }}"),
            ("roundup.html", "{{ roundup.address }}"),
            ("home.html", "{{ roundup.intro }}{% for one in roundup.walk_entries() %}{{ one.note }}{% endfor %}"),
            ("feeds.html", "{% for tag in tags %}{{ tag.title }}{% endfor %}"),
            ("static/style.css", "body { color: black }"),
        ]
    )
    if walk.dice.random() < 0.5:
        shutil.rmtree(walk.site / "templates", ignore_errors=True)
    else:
        if "foot.md" in text:
            walk.put("templates/foot.md", "Foot.")
        walk.put(f"templates/{name}", text)


def change_the_media(walk: Walk, _: Builder) -> None:
    name = f"content/media/{walk.dice.choice('xyz')}.png"
    if walk.dice.random() < 0.3:
        (walk.site / name).unlink(missing_ok=True)
    else:
        walk.put(name, picture(walk.dice.randint(1, 9), 3))


def change_a_plain_page(walk: Walk, _: Builder) -> None:
    name = f"content/pages/{walk.dice.choice(['about', 'more', 'a/b'])}.md"
    if walk.dice.random() < 0.3:
        (walk.site / name).unlink(missing_ok=True)
    else:
        draft = walk.dice.choice(["", "draft: true\n", "aliases: [/old/1/]\n"])
        walk.put(name, f"---\ntitle: A page\n{draft}---\n\n{walk.word()} ![](media/y.png) [t](2026-09.yaml)\n")


def change_the_feeds(walk: Walk, _: Builder) -> None:
    walk.replace(walk.site / "feeds.yaml", "title: ", f"title: {walk.dice.choice('AB')} ")


def restore_an_old_file(walk: Walk, _: Builder) -> None:
    if walk.old:
        file, content, time_ns = walk.dice.choice(walk.old)
        walk.put(file.relative_to(walk.site).as_posix(), content)
        os.utime(file, ns=(time_ns, time_ns))


def let_a_day_pass(walk: Walk, builder: Builder) -> None:
    builder.today += timedelta(days=walk.dice.choice([1, 30, -30, 365, -365]))


def show_more_or_less(walk: Walk, builder: Builder) -> None:
    builder.drafts, builder.future = walk.dice.random() < 0.5, walk.dice.random() < 0.5


def move_the_site(walk: Walk, builder: Builder) -> None:
    builder.base = walk.dice.choice([None, "http://127.0.0.1:8000/", "https://example.net/x/"])


def meddle_with_the_output(walk: Walk, builder: Builder) -> None:
    files = [path for path in sorted(builder.out.rglob("*")) if path.is_file()]
    for file in walk.dice.sample(files, min(3, len(files))):
        before = file.stat()
        match walk.dice.randint(0, 2):
            case 0:
                file.unlink()
            case 1:
                file.write_bytes(b"meddled")
            case _:
                content = file.read_bytes()
                file.write_bytes(content[:-1] + b"~" if content else b"")
                os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def meddled(content: bytes) -> bool:
    return content == b"meddled" or content.endswith(b"~")


def damage_what_is_remembered(walk: Walk, builder: Builder) -> None:
    for file in sorted(path for path in builder.state.rglob("*") if path.is_file()):
        if file.name != "journal.json" and walk.dice.random() < 0.3:
            content = bytearray(file.read_bytes())
            match walk.dice.randint(0, 2):
                case 0:
                    del content[walk.dice.randrange(len(content) + 1) :]
                case 1 if content:
                    content[walk.dice.randrange(len(content))] ^= 1 << walk.dice.randrange(8)
                case _:
                    content = bytearray(b"something else")
            file.write_bytes(content)


def forget_to_remember(walk: Walk, builder: Builder) -> None:
    """Killed between writing the site and noting it."""
    edit_a_note(walk, builder)
    try:
        builder.build(remember=False)
    except (ProblemsFound, SameAddress):
        return


EDITS: tuple[Callable[[Walk, Builder], None], ...] = (
    edit_a_note, edit_a_note, edit_without_a_trace, edit_without_a_trace, add_an_entry, add_an_entry, add_an_entry,
    add_a_roundup, add_a_roundup, remove_a_roundup, rename_a_roundup, swap_two_roundups, break_a_roundup, mend_all,
    mend_all, mend_all, change_the_settings, change_a_template, change_the_media, change_the_media,
    change_a_plain_page, change_the_feeds, restore_an_old_file, restore_an_old_file, let_a_day_pass,
    show_more_or_less, move_the_site, meddle_with_the_output, damage_what_is_remembered, forget_to_remember,
)  # fmt: skip

STEPS = int(os.environ.get("GLEANINGS_WALK", "30"))
"""Edits in a walk; more by hand."""


@pytest.mark.parametrize("seed", [int(one) for one in os.environ.get("GLEANINGS_SEEDS", "1 2").split()])
def test_after_any_edits_a_build_equals_one_from_nothing(site: Path, seed: int) -> None:
    walk = Walk(site, random.Random(seed))
    mine = builder(site, memory=seed % 2 == 0)
    mine.outcome()
    taken = []
    built = broken = 0
    for _ in range(STEPS):
        taken.append(walk.step(mine))
        if broken > 2:
            mend_all(walk, mine)
        outcome, expected = mine.outcome(), from_nothing(mine).outcome()
        if isinstance(outcome, str) or isinstance(expected, str):
            assert outcome == expected, taken
            broken += 1
            continue
        built, broken = built + 1, 0
        (files, problems), (clean_files, clean_problems) = outcome, expected
        # What somebody else wrote over an output is left alone where no output has to stand any more.
        files = {path: content for path, content in files.items() if path in clean_files or not meddled(content)}
        different = [path for path in files.keys() | clean_files.keys() if files.get(path) != clean_files.get(path)]
        assert different == [], taken
        assert problems == clean_problems, taken
    assert built > STEPS / 3


# ── what is kept, and what is not believed ──


def made_anew(report: Report, rendered: Rendered) -> set[str]:
    """Outputs that were made in a build, whether or not they came out the same."""
    kept = {output.path for output in rendered.outputs if isinstance(output, Kept)}
    return {*report.written, *report.unchanged} - kept


ALWAYS = ("static/", "media/", "robots.txt", "preview.png")
"""Made each time, or copied."""


def pages_made(mine: Builder) -> set[str]:
    made = made_anew(*mine.build())
    return {path for path in made if not path.startswith(ALWAYS) and not path.endswith(ALWAYS)}


def test_nothing_is_made_twice(site: Path) -> None:
    builder(site).build()
    assert pages_made(builder(site)) == set()


def test_one_edited_note_touches_its_page_and_its_feeds_alone(site: Path) -> None:
    builder(site).build()
    file = site / "content/2026-09.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("First look.", "Second look."), encoding="utf-8")
    report, rendered = builder(site).build()
    assert "2026/09/index.html" in report.written
    assert not {path for path in report.written if path.startswith(("2026/10/", "sources/", "year/", "archive/"))}
    kept = {output.path for output in rendered.outputs if isinstance(output, Kept)}
    assert {"2026/10/index.html", "archive/index.html", "tags/llm/index.html", "index.html"} <= kept


def test_a_title_is_made_anew_wherever_it_stands(site: Path) -> None:
    builder(site).build()
    file = site / "content/2026-09.yaml"
    file.write_text(f"title: A new name\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    report, _ = builder(site).build()
    assert {"2026/09/index.html", "2026/10/index.html", "archive/index.html", "tags/llm/index.html"} <= {
        *report.written
    }


def test_a_picture_that_grows_is_seen_where_it_stands(site: Path) -> None:
    file = site / "content/2026-09.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("First look.", "'![x](media/x.png)'"), encoding="utf-8")
    builder(site).build()
    (site / "content/media/x.png").write_bytes(picture(40, 30))
    mine = builder(site)
    assert {"2026/09/index.html", "media/x.png"} <= {*mine.build()[0].written}
    assert b'width="40" height="30"' in (mine.out / "2026/09/index.html").read_bytes()


class Harmful:
    """Unpickled without care, it would write a file."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Callable[[str, str], object], tuple[str, str]]:
        return (write_text, (str(self.target), "x"))


def write_text(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8")


def test_a_foreign_record_with_a_true_sum_runs_nothing(site: Path, tmp_path: Path) -> None:
    mine = builder(site)
    expected = mine.outcome()
    harmed = tmp_path / "harmed"
    bodies = [pickle.dumps(Harmful(harmed)), pack({"mark": "x", "roundup": {"name": 1}}), pack([]), pack({}), b""]
    for number, file in enumerate(path for path in mine.state.rglob("*") if path.is_file()):
        head = file.read_bytes()[:51]
        if head.startswith(b"gleanings record 2\n"):
            body = bodies[number % len(bodies)]
            file.write_bytes(head + sha256(body).digest() + body)
    assert builder(site).outcome() == expected
    assert not harmed.exists()


def test_records_of_another_program_count_as_none(site: Path) -> None:
    records = Records(site / "cache")
    records.save("one", "key", ("value",))
    assert records.load("one", "key", tuple[str]) == ("value",)
    assert records.load("one", "other key", tuple[str]) is None
    other = Records(site / "cache")
    other.mark = "another program"
    assert other.load("one", "key", tuple[str]) is None


@pytest.mark.parametrize("memory", [None, {}])
def test_what_is_postponed_is_known_here_alone_until_it_is_saved(
    memory: dict[str, tuple[str, Any]] | None, site: Path
) -> None:
    records = Records(site / "cache", memory=memory)
    records.save("one", "key", ("old",))
    records.postpone()
    records.save("one", "key", ("new",))
    assert records.load("one", "key", tuple[str]) == ("new",)
    assert Records(site / "cache", memory=memory).load("one", "key", tuple[str]) == ("old",)
    records.catch_up()
    assert Records(site / "cache", memory=memory).load("one", "key", tuple[str]) == ("new",)


def test_feed_items_that_a_killed_build_left_beside_a_newer_page_are_not_believed(site: Path) -> None:
    mine = builder(site)
    cover = site / "content/media/cover.png"
    cover.write_bytes(picture(4, 3))
    (site / "content/2026-09.yaml").write_text("cover: {src: media/cover.png, alt: A}\nentries: [Words.]\n")
    mine.build()
    items = mine.state / "site" / sha256(b"items 2026-09").hexdigest()[:24]
    old = items.read_bytes()
    # Of the same size to look at, and another length, which feeds tell.
    cover.write_bytes(picture(4, 3) + b"more")
    mine.build()
    items.write_bytes(old)
    for feed in mine.out.rglob("feed.xml"):
        feed.unlink()
    assert mine.outcome() == from_nothing(mine).outcome()


@pytest.mark.parametrize("lost", ["items weekly/2026-10-05", "data weekly/2026-10-05"])
@pytest.mark.parametrize("content", [None, b"", b"gleanings record 2\n"])
def test_what_lies_beside_a_record_and_is_lost_is_made_again(lost: str, content: bytes | None, site: Path) -> None:
    mine = builder(site)
    mine.build()
    file = mine.state / "site" / sha256(lost.encode()).hexdigest()[:24]
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    # Feeds and open data have to be written again, with what is said of a roundup that nobody touched.
    (site / "content/2026-09.yaml").write_text(
        "title: Another\nentries:\n- https://example.org/new\n", encoding="utf-8"
    )
    assert mine.outcome() == from_nothing(mine).outcome()


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Europe/Berlin", "2026-10-25T02:30+02:00"),
        ("Europe/Berlin", "2026-10-25T02:30+01:00"),
        ("Europe/Berlin", "2026-03-29T02:30"),
        ("Asia/Beirut", "2026-03-29"),
        ("Pacific/Apia", "1890-01-01"),
    ],
)
def test_a_remembered_time_is_what_was_written(zone: str, written: str, site: Path) -> None:
    (site / "site.yaml").write_text(f"{SITE}timezone: {zone}\n", encoding="utf-8")
    (site / "content/2026-09.yaml").write_text(f"date: {written}\nupdated: {written}\n", encoding="utf-8")
    records = Records(site / "cache")
    anew, remembered = (read_library(Project(site), records=records).library.roundups for _ in range(2))
    assert repr(remembered) == repr(anew)
    assert [one.date.utcoffset() for one in remembered] == [one.date.utcoffset() for one in anew]


def test_records_of_vanished_roundups_go(site: Path) -> None:
    mine = builder(site)
    mine.build()
    read = Records(mine.state / "roundups")
    before = len(list((mine.state / "roundups").iterdir()))
    (site / "content/2026-09.yaml").unlink()
    read_library(Project(site), records=read)
    read.drop_others()
    assert len(list((mine.state / "roundups").iterdir())) == before - 1


BUILD_AND_DIE = """
import os, random, sys, threading, time
from gleanings.cli.app import run
threading.Thread(target=lambda: (time.sleep(float(sys.argv[1])), os._exit(9)), daemon=True).start()
run(sys.argv[2:])
"""


def test_after_a_kill_at_any_moment_the_next_build_is_right(site: Path) -> None:
    def run(code: str, *arguments: str) -> int:
        environment = {**os.environ, "GLEANINGS_NOW": "2026-11-21T12:00:00+00:00"}
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, check=False).returncode

    started = time.perf_counter()
    run(BUILD_AND_DIE, "60", "-C", str(site), "build")
    whole = time.perf_counter() - started
    dice = random.Random(7)
    file = site / "content/2026-09.yaml"
    text = file.read_text(encoding="utf-8")
    for number in range(6):
        file.write_text(text.replace("First look.", f"Look {number}."), encoding="utf-8")
        run(BUILD_AND_DIE, f"{dice.uniform(0.3, 1.0) * whole:.3f}", "-C", str(site), "build")
    assert run(BUILD_AND_DIE, "60", "-C", str(site), "build") == 0
    incremental = tree(site / "public")
    assert run(BUILD_AND_DIE, "60", "-C", str(site), "build", "--out", "clean", "--force") == 0
    assert incremental == tree(site / "clean")

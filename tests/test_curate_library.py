"""From files to values: devices, defaults, anchors, memory, what is held back."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from gleanings.curate.library import Reading, read_library
from gleanings.curate.publication import visible
from gleanings.curate.rules import RULES, find_house_rule_problems
from gleanings.model import Entry, Image, Link, Person, Quote, Roundup, Update, Via
from gleanings.problems import Problem
from gleanings.project import Project


def library_of(folder: Path, files: dict[str, str], *, site: str = "") -> Reading:
    base = {"site.yaml": f"title: A site\nurl: https://site.example/\n{site}"}
    for name, text in {**base, **{f"content/{name}": text for name, text in files.items()}}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return read_library(Project(folder))


def roundup_of(folder: Path, text: str) -> Roundup:
    reading = library_of(folder, {"2026-11.yaml": text})
    assert reading.problems == ()
    return reading.library.roundups[0]


def entry_of(folder: Path, text: str) -> Entry:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return roundup_of(folder, f"entries:\n  -\n{lines}").entries[0]


def house_rules(folder: Path, files: dict[str, str], *, site: str = "") -> tuple[Problem, ...]:
    reading = library_of(folder, files, site=site)
    assert reading.problems == ()
    return find_house_rule_problems(reading.library, Project(folder))


WHOLE = """\
label: Related paper
title: "Mixtral: of *Experts*"
url: https://arxiv.org/abs/2401.04088
also: [https://e.org/2, {url: https://e.org/3, title: Three, authors: "A, B"}]
authors: [Ada, {name: Ben, url: https://ben.example/}]
source: arXiv
published: 2024-01
kind: Paper
lang: en
quotes: {text: Words., by: Cy, url: https://e.org/q, note: Mine.}
note: |
  One.

  - two
thought: Hm.
links:
  code: https://e.org/c
  video: [https://e.org/v, {url: https://e.org/w, title: Second, note: Long.}]
  my own role: https://e.org/o
related: [https://e.org/r, A sentence., {title: Full, related: https://e.org/deep}]
via: [Dee, https://eve.example/, {name: Flo, url: https://flo.example/}]
tags: a, b
pick: The one to read.
status: reading
read: 2026-11-02
image: {src: media/x.png, alt: "", caption: A dog.}
updates: [Wrong., {date: 2026-12, note: Also wrong.}]
again: no
archive: https://archive.example/x
private: for me alone
id: mixtral
"""


def test_every_device_of_an_entry_is_read(tmp_path: Path) -> None:
    entry = entry_of(tmp_path, WHOLE)
    assert entry.order == tuple(line.partition(":")[0] for line in WHOLE.splitlines() if line[:1].isalpha())
    assert (entry.label, entry.title, entry.url) == (
        "Related paper", "Mixtral: of *Experts*", "https://arxiv.org/abs/2401.04088",
    )  # fmt: skip
    assert entry.also == (
        Link(url="https://e.org/2"),
        Link(url="https://e.org/3", title="Three", authors=(Person(name="A"), Person(name="B"))),
    )
    assert entry.authors == (Person(name="Ada"), Person(name="Ben", url="https://ben.example/"))
    assert (entry.source, entry.published, entry.kind, entry.lang) == ("arXiv", "2024-01", "paper", "en")
    assert entry.quotes == (Quote(text="Words.", by="Cy", url="https://e.org/q", note="Mine."),)
    assert (entry.note, entry.thought) == ("One.\n\n- two\n", "Hm.")
    assert [(link.role, link.url) for link in entry.links] == [
        ("code", "https://e.org/c"), ("video", "https://e.org/v"), ("video", "https://e.org/w"),
        ("my own role", "https://e.org/o"),
    ]  # fmt: skip
    assert entry.links[2] == Link(role="video", url="https://e.org/w", title="Second", note="Long.")
    assert [(child.url, child.note, child.title, child.bare) for child in entry.related] == [
        ("https://e.org/r", None, None, True), (None, "A sentence.", None, True), (None, None, "Full", False),
    ]  # fmt: skip
    assert entry.related[2].related[0].url == "https://e.org/deep"
    assert entry.via == (
        Via(name="Dee"),
        Via(url="https://eve.example/"),
        Via(name="Flo", url="https://flo.example/"),
    )
    assert (entry.tags, entry.pick, entry.status, entry.read) == (
        ("a", "b"),
        "The one to read.",
        "reading",
        "2026-11-02",
    )
    assert entry.images == (Image(src="media/x.png", alt="", caption="A dog."),)
    assert entry.updates == (Update(note="Wrong."), Update(date="2026-12", note="Also wrong."))
    assert (entry.again, entry.archive, entry.anchor) == (False, "https://archive.example/x", "mixtral")
    assert "for me alone" not in repr(entry)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Lovelace, Ada; Babbage, Charles", ["Ada Lovelace", "Charles Babbage"]),
        (
            "Ada Lovelace; King, Jr., Martin; Babbage, Charles;",
            ["Ada Lovelace", "Martin King, Jr.", "Charles Babbage"],
        ),
        ("Ada Lovelace, Charles Babbage", ["Ada Lovelace", "Charles Babbage"]),
        ("Ada &amp; Sons, Ben", ["Ada &amp; Sons", "Ben"]),
    ],
)
def test_semicolons_and_commas_part_names(written: str, names: list[str], tmp_path: Path) -> None:
    entry = entry_of(tmp_path, f"url: https://e.org/a\nauthors: {written}\n")
    assert [person.name for person in entry.authors] == names


def test_every_key_of_a_roundup_is_read(tmp_path: Path) -> None:
    text = (
        "title: A *title*\nsubtitle: Sub\nnumber: 007\nsummary: Sum.\nsections:\n  - A: 1\n"
        "intro: In.\noutro: Out.\ntags: [t]\nstyle: articles\ndraft: yes\nslug: my-slug\n"
        "aliases: [old, https://old.example/x/]\ncover: media/c.png\ntoc: off\nlang: de\n"
        "comments: https://e.org/talk\nauthor: {name: Ada}\n"
    ).replace("sections:\n  - A: 1\n", "sections: []\n")
    roundup = roundup_of(tmp_path, text)
    assert (roundup.title, roundup.subtitle, roundup.number, roundup.summary) == ("A *title*", "Sub", 7, "Sum.")
    assert (roundup.intro, roundup.outro, roundup.tags, roundup.style) == ("In.", "Out.", ("t",), "articles")
    assert (roundup.draft, roundup.address, roundup.aliases) == (True, "/2026/my-slug/", ("/old/", "/x/"))
    assert (roundup.cover, roundup.toc, roundup.lang) == (Image(src="media/c.png"), False, "de")
    assert (roundup.comments, roundup.author) == ("https://e.org/talk", Person(name="Ada"))


def test_a_section_gives_its_entries_what_they_do_not_say(tmp_path: Path) -> None:
    roundup = roundup_of(
        tmp_path,
        "sections:\n"
        "  - title: Later\n    kind: paper\n    status: want\n    tags: [llm]\n"
        "    entries:\n"
        "      - https://e.org/1\n"
        "      - {url: https://e.org/2, kind: book, tags: [x, llm], related: [https://e.org/3]}\n"
        "    sections:\n"
        "      - {title: Deeper, tags: deep, entries: [https://e.org/4]}\n",
    )
    found = [(entry.kind, entry.status, entry.tags) for entry in roundup.walk_entries()]
    assert found == [
        ("paper", "want", ("llm",)),
        ("book", "want", ("llm", "x")),
        (None, None, ()),
        ("paper", "want", ("llm", "deep")),
    ]


def test_anchors_are_unique_and_those_written_are_kept_for_their_owner(tmp_path: Path) -> None:
    roundup = roundup_of(
        tmp_path,
        "entries:\n"
        "  - {title: 'Foo[^1] & [bar](https://x.example/)', url: https://e.org/1}\n"
        "  - {title: Foo bar, url: https://e.org/2}\n"
        "  - {title: Baz, url: https://e.org/3}\n"
        "  - {title: Other, id: baz, url: https://e.org/4}\n"
        "  - https://www.e.org/some/path/?utm_source=x\n"
        "  - A bare sentence with more than eight words in it, truly.\n"
        "  - {title: Intro, url: https://e.org/5, related: [{title: Baz, url: https://e.org/6}]}\n"
        "  - {title: 日本, url: https://e.org/7}\n"
        "sections:\n  - {title: Baz, entries: [https://e.org/8]}\n  - entries: [https://e.org/9]\n",
    )
    anchors = [entry.anchor for entry in roundup.walk_entries()]
    assert anchors[:9] == [
        "foo-bar", "foo-bar-2", "baz-2", "baz", "e-org-some-path", "a-bare-sentence-with-more-than-eight-words",
        "intro-2", "baz-3", "ri-ben",
    ]  # fmt: skip
    assert [section.anchor for section in roundup.sections] == ["baz-4", ""]
    assert len(set(anchors)) == len(anchors)


def test_an_entry_added_below_leaves_the_anchors_above_alone(tmp_path: Path) -> None:
    text = "entries:\n  - {title: Foo, url: https://e.org/1}\n  - {title: Foo, url: https://e.org/2}\n"
    before = [entry.anchor for entry in roundup_of(tmp_path, text).walk_entries()]
    after = [entry.anchor for entry in roundup_of(tmp_path, text + "  - Foo\n").walk_entries()]
    assert after[:2] == before


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    files = {
        "2026-10.yaml": "titel: x\nentries:\n  - url: example.org\n",
        "2026-11.yaml": 'title: "x\n',
        "2026-12.yaml": "entries: [A sentence.]\n",
        "pages/about.md": "---\ntitle: About\nsumary: x\n---\nUs.\n",
        "pages/fine.md": "---\ntitle: 'Fine: yes'\naliases: /old/\n---\n\nWords.\n",
    }
    reading = library_of(tmp_path, files, site="lagn: en\n")
    assert [(problem.path, problem.line) for problem in reading.problems] == [
        ("content/2026-10.yaml", 1), ("content/2026-10.yaml", 3), ("content/2026-11.yaml", 1),
        ("content/pages/about.md", 3), ("site.yaml", 3),
    ]  # fmt: skip
    assert [roundup.name for roundup in reading.library.roundups] == ["2026-12"]
    (page,) = reading.library.pages
    assert (page.address, page.title, page.aliases, page.body) == ("/fine/", "Fine: yes", ("/old/",), "\nWords.\n")


def test_a_page_without_front_matter_is_called_by_its_heading(tmp_path: Path) -> None:
    reading = library_of(
        tmp_path, {"pages/deep/my-page.md": "# My *page* #\n\nWords.\n", "pages/bare.md": "Words.\n"}
    )
    bare, deep = reading.library.pages
    assert (deep.address, deep.title, deep.body.strip()) == ("/deep/my-page/", "My *page*", "Words.")
    assert (bare.title, bare.body) == ("Bare", "Words.\n")


def test_hidden_files_and_what_lies_in_hidden_folders_stay_at_home(tmp_path: Path) -> None:
    hidden = (
        "pages/.draft.md",
        "pages/.old/us.md",
        "media/.git/config",
        "media/.x.png",
        ".2026-10.yaml",
        ".old/2026.yaml",
    )
    files = dict.fromkeys(hidden, "x")
    seen = {"pages/about.md": "Us.\n", "media/x.png": "", "media/a/y.png": "", "2026-11.yaml": ""}
    reading = library_of(tmp_path, files | seen)
    # An editor's lock on a file leads nowhere.
    (tmp_path / "content/pages/.#about.md").symlink_to("ada@example.1234")
    (tmp_path / "content/media/gone.png").symlink_to("nowhere.png")
    reading = read_library(Project(tmp_path))
    assert reading.problems == ()
    assert [page.name for page in reading.library.pages] == ["about"]
    assert reading.library.media == ("media/a/y.png", "media/x.png")
    assert [roundup.name for roundup in reading.library.roundups] == ["2026-11"]


def test_a_hidden_page_hides_no_lost_link(tmp_path: Path) -> None:
    files = {"pages/.draft.md": "x", "2026-11.yaml": "intro: 'See [x](/tags/none/).'\n"}
    assert [problem.code for problem in house_rules(tmp_path, files)] == ["own-link"]


def test_pages_come_folder_by_folder(tmp_path: Path) -> None:
    reading = library_of(tmp_path, dict.fromkeys(("pages/a-b.md", "pages/a/b.md", "pages/a.md"), "x"))
    assert [page.name for page in reading.library.pages] == ["a/b", "a-b", "a"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("name", ["pages/caf\udce9.md", "caf\udce9.yaml", "caf\udce9/2026-11.yaml"])
def test_a_name_that_is_no_text_is_told(name: str, tmp_path: Path) -> None:
    library_of(tmp_path, {"2026-11.yaml": ""})
    file = tmp_path / "content" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    for command in ("check", "build"):
        run = subprocess.run(
            [sys.executable, "-m", "gleanings", "-C", str(tmp_path), command], capture_output=True, check=False
        )
        assert run.returncode == 1
        assert b": the file's name is not UTF-8, so that no address can hold it" in run.stdout + run.stderr
        assert b"Traceback" not in run.stderr


def test_every_work_is_remembered_with_all_places_oldest_first(tmp_path: Path) -> None:
    files = {
        "2026-10.yaml": "entries:\n  - {title: B, url: 'http://www.arxiv.org/pdf/2401.04088v2.pdf'}\n",
        "2026-03.yaml": "entries:\n  - note: x\n    related: [{title: A, also: https://arxiv.org/abs/2401.04088}]\n",
        "2026-11.yaml": "entries:\n  - {title: C, links: {paper: 'https://doi.org/10.48550/arXiv.2401.04088'}}\n",
    }
    library = library_of(tmp_path, files).library
    (places,) = [places for key, places in library.works.items() if "2401.04088" in key]
    assert [(place.roundup, place.anchor) for place in places] == [
        ("2026-03", "a"),
        ("2026-10", "b"),
        ("2026-11", "c"),
    ]


def test_drafts_and_days_to_come_are_held_back(tmp_path: Path) -> None:
    files = {
        "2026-09.yaml": "entries: [https://e.org/1]\n",
        "2026-10.yaml": "draft: true\nentries: [https://e.org/1]\n",
        "2026-11.yaml": "entries: [https://e.org/2]\n",
        "pages/soon.md": "---\ndraft: true\n---\nWords.\n",
    }
    library = library_of(tmp_path, files).library

    def names(today: str, *, drafts: bool = False, future: bool = False) -> list[str]:
        seen = visible(library, today=date.fromisoformat(today), drafts=drafts, future=future)
        return [*(roundup.name for roundup in seen.roundups), *(page.name for page in seen.pages)]

    assert names("2026-11-29") == ["2026-09"]
    assert names("2026-11-30") == ["2026-09", "2026-11"]
    assert names("2026-11-29", drafts=True, future=True) == ["2026-09", "2026-10", "2026-11", "soon"]
    shown = visible(library, today=date(2026, 11, 1), drafts=False, future=False)
    assert [[place.roundup for place in places] for places in shown.works.values()] == [["2026-09"]]


def test_the_site_decides_how_much_a_rule_weighs(tmp_path: Path) -> None:
    files = {"2026-11.yaml": "entries:\n  - {title: x, url: https://e.org/1, note: TODO}\n  - https://e.org/1\n"}
    site = "rules: {repeat: error, unfinished: off, alt-txt: off}\n"
    found = house_rules(tmp_path, files, site=site)
    assert [(problem.code, problem.severity, problem.path) for problem in found] == [
        ("repeat", "error", "content/2026-11.yaml"),
        ("unknown-rule", "error", "site.yaml"),
    ]
    assert (found[1].line, found[1].cure) == (3, 'did you mean "alt-text"?')


def test_every_rule_has_a_name_of_its_own_and_says_itself_in_a_sentence() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.words.endswith(".") and 20 < len(rule.words) < 200 for rule in RULES)


def test_prose_of_plain_pages_is_judged_too(tmp_path: Path) -> None:
    files = {"pages/about.md": "---\ntitle: About\n---\n\nWords.\n\n[x](https://e.org/broken\n"}
    (problem,) = house_rules(tmp_path, files)
    assert (problem.path, problem.line, problem.column, problem.code) == (
        "content/pages/about.md",
        7,
        1,
        "unclosed-link",
    )


def test_a_conflict_in_a_plain_page_is_found(tmp_path: Path) -> None:
    files = {"pages/about.md": "Words.\n\n<<<<<<< HEAD\nOurs.\n=======\nTheirs.\n>>>>>>> other\n"}
    (problem,) = house_rules(tmp_path, files)
    assert str(problem).startswith(
        "content/pages/about.md:3:1: warning: git left a conflict here (keep one of the two"
    )


def test_a_link_to_an_old_address_leads_somewhere(tmp_path: Path) -> None:
    links = "[a](/old/one), [b](/old/one/), [c](/old/two/#x), [d](/old/three)"
    files = {
        "2026-10.yaml": "aliases: [/old/one, old/two/]\n",
        "2026-11.yaml": f"intro: See {links}.\n",
        "pages/about.md": "---\ntitle: About\naliases: /old/three\n---\nWords.\n",
    }
    assert house_rules(tmp_path, files) == ()


@pytest.mark.parametrize("text", ["---\ntitle: About\n\nWords.\n", "---\r\nlang: de\r\n", "--- \ntitel:\nWords.\n"])
def test_front_matter_that_is_never_closed_is_an_error(text: str, tmp_path: Path) -> None:
    (problem,) = library_of(tmp_path, {"pages/about.md": text}).problems
    told = "the front matter that begins here is never closed (write --- in a line of its own below it)"
    assert str(problem) == f"content/pages/about.md:1:1: {told}"


@pytest.mark.parametrize("text", ["---\n\ntitle: a word\n", "---\nWords, and no key: a line.\n"])
def test_a_page_may_begin_with_a_line(text: str, tmp_path: Path) -> None:
    reading = library_of(tmp_path, {"pages/about.md": text})
    assert reading.problems == ()
    assert reading.library.pages[0].body == text


def test_a_repeat_names_the_place_where_the_work_was_first(tmp_path: Path) -> None:
    files = {
        "2026-03.yaml": "entries:\n  - title: Old\n    url: https://youtu.be/dQw4w9WgXcQ\n",
        "2026-04.yaml": "entries:\n  - https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10s\n",
        "2026-05.yaml": "entries:\n  - {url: 'https://m.youtube.com/watch?v=dQw4w9WgXcQ', again: Still good.}\n",
    }
    (problem,) = house_rules(tmp_path, files)
    assert (problem.path, problem.line, problem.code) == ("content/2026-04.yaml", 2, "repeat")
    assert "2026-03 (content/2026-03.yaml:2): “Old”" in problem.message


def test_a_number_is_given_once_in_a_series(tmp_path: Path) -> None:
    files = {"2026-10.yaml": "number: 3\n", "2026-11.yaml": "number: 3\n", "w/2026-w01.yaml": "number: 3\n"}
    (problem,) = house_rules(tmp_path, files)
    assert (problem.path, problem.line, problem.column, problem.code) == (
        "content/2026-11.yaml",
        1,
        9,
        "number-twice",
    )

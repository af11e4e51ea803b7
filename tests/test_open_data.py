"""Open data: one file of parts, each made from one roundup alone, and one part put in the place of another."""

from __future__ import annotations

import json
from pathlib import Path

from gleanings.curate.library import read_library
from gleanings.project import Project
from gleanings.render.output.publish import put
from gleanings.render.output.stage import open_stage
from gleanings.render.pages.outputs import DATA_FILE, OpenData, changed_lines, open_data, render_open_data
from gleanings.render.prose.media import Media
from gleanings.render.prose.rendering import Prose
from gleanings.render.retouch.patches import Patches
from gleanings.sites import Library
from test_feeds_out import OCTOBER, SEPTEMBER, SITE

URL = "https://example.org/reading/"


def read(folder: Path, **changes: str) -> tuple[Library, list[OpenData]]:
    files = {"site.yaml": SITE, "content/2026-10.yaml": OCTOBER, "content/2026-09.yaml": SEPTEMBER, **changes}
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    project = Project(folder)
    library = read_library(project).library
    prose = Prose(media=Media(project.content), lang="en", addresses={})
    return library, [open_data(roundup, URL, prose) for roundup in library.roundups]


def write(folder: Path, **changes: str) -> bytes:
    library, data = read(folder, **changes)
    return render_open_data(library.site, data).content


def test_what_was_written_is_there_under_the_names_of_the_model(tmp_path: Path) -> None:
    data = json.loads(write(tmp_path))
    assert [one["name"] for one in data["roundups"]] == ["2026-09", "2026-10"]
    old, mixtral, related, thought, second = data["entries"]
    assert old["note"] == "Old words."
    assert mixtral["title"] == "Mixtral of Experts & <b>"
    assert mixtral["authors"] == ["Albert Q. Jiang"]
    assert mixtral["links"] == [{"url": "https://code.example/", "role": "code"}]
    assert mixtral["quotes"][0]["by"] == "A Writer"
    assert related["related_to"] == mixtral["id"]
    assert "title" not in thought
    assert second["permalink"] == "https://example.org/reading/2026/10/#second"


def test_what_a_roundup_and_its_sections_say_themselves_is_there(tmp_path: Path) -> None:
    written = (
        "author: {name: Bea, url: https://b.example/}\ncomments: https://e.org/talk\ncover: media/x.png\n"
        "sections:\n  - {title: A *title*, intro: In., sections: [{title: B, outro: Out.}, {title: C}]}\n"
        "entries: [{url: https://e.org/1, title: One, again: For its end.}]\n"
    )
    data = json.loads(write(tmp_path, **{"content/2026-11.yaml": written}))
    roundup, entry = data["roundups"][-1], data["entries"][-1]
    assert roundup["author"] == {"name": "Bea", "url": "https://b.example/"}
    assert (roundup["comments"], roundup["cover"]) == ("https://e.org/talk", {"src": "media/x.png"})
    assert roundup["sections"] == [
        {"section": ["A title"], "intro": "In."},
        {"section": ["A title", "B"], "outro": "Out."},
    ]
    assert entry["again"] == "For its end."


SECTIONS_FIRST = """\
sections:
  - title: First
    entries: [{url: https://e.org/1, title: One}]
entries: [{url: https://e.org/2, title: Two}]
"""


def test_entries_come_in_the_order_of_the_page(tmp_path: Path) -> None:
    data = json.loads(write(tmp_path, **{"content/2026-11.yaml": SECTIONS_FIRST}))
    assert [one["title"] for one in data["entries"] if one["roundup"] == "2026-11"] == ["One", "Two"]


def test_a_site_without_roundups_has_open_data(tmp_path: Path) -> None:
    library, _ = read(tmp_path)
    data = json.loads(render_open_data(library.site, ()).content)
    assert data["roundups"] == data["entries"] == []


def replace(folder: Path, content: bytes, old: OpenData, new: OpenData) -> bytes | None:
    """The file of open data with a roundup in the place of what it was, as an edit leaves it."""
    file = folder / "public" / DATA_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    patches, lines = Patches(folder / "public"), changed_lines(old, new)
    if lines is None or not all(patches.replace(DATA_FILE, *pair, followed_by=b",\n") for pair in lines):
        return None
    with open_stage(folder / "stage", {}) as stage:
        put(patches.put_down(stage), folder / "public")
    return file.read_bytes()


def test_a_roundup_takes_the_place_of_what_it_was(tmp_path: Path) -> None:
    before = write(tmp_path)
    _, (september, october) = read(tmp_path)
    edited = OCTOBER.replace("A bare thought", 'A "thought"\\n').replace("summary: In", "summary: Not in")
    _, (_, new) = read(tmp_path, **{"content/2026-10.yaml": edited})
    assert new.roundup != october.roundup
    assert new.entries != october.entries
    after = write(tmp_path, **{"content/2026-10.yaml": edited})
    assert replace(tmp_path, before, october, new) == after
    assert replace(tmp_path, after, new, october) == before
    assert replace(tmp_path, before, september, september) == before


def test_a_roundup_that_does_not_stand_there_is_not_replaced(tmp_path: Path) -> None:
    content = write(tmp_path)
    _, (september, october) = read(tmp_path)
    gone = OpenData(october.roundup.replace(b"October", b"Other"), october.entries)
    assert replace(tmp_path, content, gone, september) is None
    assert replace(tmp_path, content, october, OpenData(october.roundup, b"")) is None
    assert replace(tmp_path, content, OpenData(october.roundup, october.entries[:-9]), october) is None

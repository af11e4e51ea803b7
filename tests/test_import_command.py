"""`import`, as a person runs it: what other programs kept comes into the inbox, once, clean, ready to be picked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from gleanings.fetch.inbox.remarks import Remark
from gleanings.fetch.inbox.store import Store
from gleanings.model import STATES, Candidate
from gleanings.project import Project

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SAVED = Path(__file__).parent / "saved"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text("title: T\nurl: https://example.org/\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(site: Path) -> Run:
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gleanings", "-C", str(site), *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "GLEANINGS_NOW": NOW.isoformat(), "PYTHONUTF8": "1"},
            timeout=60,
            check=False,
        )

    return run


def inbox(site: Path) -> dict[str, tuple[Candidate, Remark]]:
    """Address → candidate and what came with it."""
    with Store.open(Project(site).inbox_file, writable=False) as store:
        found = store.candidates(STATES)
        remarks = store.remarks(one.id for one in found)
    return {one.url or "": (one, remarks.get(one.id, Remark())) for one in found}


def rows(site: Path) -> list[tuple[str, str, str, str, tuple[str, ...], str]]:
    """State, address, title, day of first sight, tags, note; in the order of addresses."""
    return [
        (one.state, url, one.title, f"{one.first_seen:%Y-%m-%d}", remark.tags, remark.note)
        for url, (one, remark) in sorted(inbox(site).items())
    ]


CASES = [
    pytest.param(
        "bookmarks",
        "bookmarks.html",
        [
            ("backlog", "https://arxiv.org/pdf/2401.04088v1", "Mixtral", "2020-09-13",
             ("moe", "llm", "Research"), ""),
            ("later", "https://later.example/essay", "An essay", "2020-09-13", (), ""),
            ("new", "https://lemon.example/tools", "Tools & Types", "2026-11-18", (),
             "My note, with \\*stars\\*\nand a second line"),
        ],
        ["bookmarks.html:17: 'javascript:alert(1)' is no web address (left out)",
         "bookmarks.html:18: 'place:type=6&sort=14' is no web address (left out)"],
        "1 new, 1 later, 1 backlog · 1 given twice",
        id="bookmarks",
    ),
    pytest.param(
        "pocket",
        "pocket.csv",
        [
            ("later", "https://danluu.com/input-lag/", "Latency, measured", "2026-11-18",
             ("latency", "hardware"), ""),
            ("new", "https://example.org/quoted", 'A "quoted" title', "2026-11-18", (), ""),
            ("backlog", "https://example.org/untitled", "", "2020-09-13", (), ""),
        ],
        [],
        "1 new, 1 later, 1 backlog",
        id="pocket",
    ),
    pytest.param(
        "pocket",
        "pocket.html",
        [
            ("later", "https://danluu.com/input-lag/", "Latency, measured", "2026-11-18",
             ("latency", "hardware"), ""),
            ("backlog", "https://example.org/quoted", "A “quoted” title", "2020-09-13", (), ""),
        ],
        [],
        "1 later, 1 backlog",
        id="pocket-html",
    ),
    pytest.param(
        "pinboard",
        "pinboard.json",
        [
            ("later", "https://example.org/long", "A long read", "2019-01-01", (), ""),
            ("new", "https://jvns.ca/blog/good-questions/", "How to ask good questions", "2026-11-18",
             ("craft", "teaching"),
             "Send this to every new colleague.\n\n\\# not a heading, \\<b>not bold\\</b>"),
        ],
        ["pinboard.json: link 3: there is no address (left out)", "pinboard.json: link 4: it is no link (left out)"],
        "1 new, 1 later",
        id="pinboard",
    ),
    pytest.param(
        "raindrop",
        "raindrop.csv",
        [
            ("backlog", "https://example.org/unsorted", "Unsorted one", "2020-02-02", (), ""),
            ("new", "https://hillelwayne.com/post/are-we-really-engineers/", "Are We Really Engineers?", "2026-11-19",
             ("craft", "essays", "Work"), "Interviews with people who were both.\nQuote part two."),
        ],
        [],
        "1 new, 1 backlog",
        id="raindrop",
    ),
    pytest.param(
        "instapaper",
        "instapaper.csv",
        [
            ("backlog", "https://example.org/kept", "In a folder", "2020-09-13", ("Cooking",), ""),
            ("new", "https://example.org/read", "Was read", "2026-11-18", ("essays", "craft"), ""),
            ("later", "https://example.org/unread", "To be read", "2020-09-13", (), ""),
        ],
        [],
        "1 new, 1 later, 1 backlog",
        id="instapaper",
    ),
    pytest.param(
        "csv",
        "table.csv",
        [
            ("new", "https://example.org/first", "First", "2026-11-20", (), "Good one"),
            ("new", "https://example.org/second", "Second; of two lines", "2026-11-20", (), ""),
        ],
        ["table.csv:6: there is no address (left out)",
         "table.csv:7: 'example.org/third' is no web address (left out)"],
        "2 new",
        id="table",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("form", "file", "expected", "told", "counted"), CASES)
def test_an_export_comes_into_the_inbox(
    site: Path, run: Run, form: str, file: str, expected: list[object], told: list[str], counted: str
) -> None:
    done = run("import", form, SAVED / file)
    assert done.stderr.splitlines() == [f"{SAVED}/{line}" for line in told]
    assert (done.returncode, done.stdout) == (0, f"{counted}\n")
    assert rows(site) == expected
    again = run("import", form, SAVED / file)
    assert re.fullmatch(r"nothing new · \d in the inbox already\n", again.stdout)
    assert rows(site) == expected


def test_what_came_with_a_link_is_written_into_the_month(site: Path, run: Run) -> None:
    run("import", "pinboard", SAVED / "pinboard.json")
    (site / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    new = inbox(site)["https://jvns.ca/blog/good-questions/"][0]
    assert run("pick", new.id).returncode == 0
    assert (site / "content/2026-11.yaml").read_text(encoding="utf-8").endswith(
        "entries:\n"
        "  - url: https://jvns.ca/blog/good-questions/\n"
        "    title: How to ask good questions\n"
        "    kind: post\n"
        "    tags: [craft, teaching]\n"
        "    note: |\n"
        "      Send this to every new colleague.\n"
        "\n"
        "      \\# not a heading, \\<b>not bold\\</b>\n"
    )  # fmt: skip
    assert run("check").returncode == 0


def test_what_a_roundup_or_the_inbox_has_is_told_and_left(site: Path, run: Run) -> None:
    (site / "content/2026-03.yaml").write_text(
        "entries: [https://arxiv.org/abs/2401.04088, https://lemon.example/tools]\n", encoding="utf-8"
    )
    run("import", "pocket", SAVED / "pocket.csv")
    run("skip", inbox(site)["https://danluu.com/input-lag/"][0].id)
    table = site / "more.csv"
    table.write_text("url\nhttp://www.danluu.com/input-lag\nhttps://later.example/essay\n", encoding="utf-8")
    assert run("import", "csv", "more.csv").stdout == "1 new · 1 in the inbox already\n"
    assert inbox(site)["https://danluu.com/input-lag/"][0].state == "skipped"
    done = run("import", "bookmarks", SAVED / "bookmarks.html")
    assert done.stdout == "nothing new · 1 in the inbox already, 3 in a roundup already\n"
    assert "https://arxiv.org/pdf/2401.04088v1: was in 2026-03 already and is left out\n" in done.stderr


def test_a_dry_run_tells_everything_and_writes_nothing(site: Path, run: Run) -> None:
    before = sorted(site.rglob("*"))
    done = run("import", "pocket", SAVED / "pocket.csv", "--dry-run")
    assert done.stdout == (
        "later    2026-11-18  Latency, measured · https://danluu.com/input-lag/\n"
        "backlog  2020-09-13  (no title) · https://example.org/untitled\n"
        'new      2026-11-18  A "quoted" title · https://example.org/quoted\n'
        "would bring: 1 new, 1 later, 1 backlog\n"
    )
    assert sorted(site.rglob("*")) == before


@pytest.mark.parametrize(
    ("form", "file", "words"),
    [
        pytest.param("pocket", "raindrop.csv", "a Raindrop export (CSV)", id="raindrop"),
        pytest.param("csv", "pocket.csv", "a Pocket export (CSV or HTML)", id="pocket"),
        pytest.param("bookmarks", "pocket.html", "a Pocket export (CSV or HTML)", id="pocket-html"),
        pytest.param("raindrop", "bookmarks.html", "a bookmarks file (HTML) of a browser", id="bookmarks"),
        pytest.param("bookmarks", "pinboard.json", "a Pinboard export (JSON)", id="pinboard"),
        pytest.param("raindrop", "table.csv", "a table (CSV) with a url column", id="table"),
        pytest.param("inbox", "instapaper.csv", "an Instapaper export (CSV)", id="instapaper"),
    ],
)
def test_a_file_of_another_format_is_recognised(site: Path, run: Run, form: str, file: str, words: str) -> None:
    done = run("import", form, SAVED / file)
    assert (done.returncode, done.stdout) == (1, "")
    right = re.search(r": this looks like (.*); try: gleanings import (\w+) (.*)\n\Z", done.stderr)
    assert right
    assert (right[1], right[3]) == (words, str(SAVED / file))
    assert run("import", right[2], SAVED / file, "--dry-run").returncode == 0
    assert not Project(site).inbox_file.exists()


@pytest.mark.parametrize(
    ("form", "content", "status", "words"),
    [
        pytest.param("pocket", None, 2, "x cannot be read: No such file or directory", id="missing"),
        pytest.param("pocket", b"", 1, "x is not a Pocket export (CSV or HTML)", id="empty"),
        pytest.param("csv", b"name,age\nAda,36\n", 1, "x is not a table (CSV) with a url column", id="no-address"),
        pytest.param("bookmarks", b"\x89PNG\r\n\x1a\n", 1, "x is not a bookmarks file (HTML)", id="picture"),
        pytest.param("bookmarks", b"<opml><outline/></opml>", 1, "try: gleanings feeds import x", id="opml"),
        pytest.param("pinboard", b'[{"href": "https://a.example/"', 1, "x: it is no whole JSON", id="cut-off"),
        pytest.param("pocket", b"PK\x03\x04 no zip", 1, "x cannot be unpacked", id="broken-zip"),
        pytest.param("inbox", b'{"gleanings": "inbox", "version": 2}', 1, "written by a newer gleanings", id="newer"),
        pytest.param("inbox", b'{"gleanings": "inbox", "version"', 1, "x: it is no whole JSON", id="cut-off-backup"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_explained(
    site: Path, run: Run, form: str, content: bytes | None, status: int, words: str
) -> None:
    if content is not None:
        (site / "x").write_bytes(content)
    done = run("import", form, "x")
    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not Project(site).inbox_file.exists()


def test_a_row_that_cannot_be_read_stops_none_behind_it(site: Path, run: Run) -> None:
    (site / "x.csv").write_text(
        'url,title,time_added,tags,status\nhttps://a.example/1,"never closed,1,,unread\nhttps://a.example/2,Two,,,unread\n',
        encoding="utf-8",
    )
    done = run("import", "pocket", "x.csv")
    assert done.stderr == "x.csv:2: a quotation mark is opened and never closed (left out)\n"
    assert list(inbox(site)) == ["https://a.example/2"]


def test_a_zip_is_read_part_by_part(site: Path, run: Run) -> None:
    with zipfile.ZipFile(site / "pocket.zip", "w") as archive:
        archive.writestr("part_000000.csv", (SAVED / "pocket.csv").read_text(encoding="utf-8"))
        archive.writestr("part_000001.csv", "title,url,time_added,tags,status\nBad,mailto:a@b.example,1,,unread\n")
        archive.writestr("annotations/part_000000.json", "{}")
    done = run("import", "pocket", "pocket.zip")
    assert done.stdout == "1 new, 1 later, 1 backlog\n"
    assert done.stderr == "pocket.zip/part_000001.csv:2: 'mailto:a@b.example' is no web address (left out)\n"


def test_a_damaged_zip_is_explained(site: Path, run: Run) -> None:
    with zipfile.ZipFile(site / "pocket.zip", "w") as archive:
        archive.writestr("part.csv", "url\n")
    whole = (site / "pocket.zip").read_bytes()
    # Where its list of files begins is said six bytes before the end: here behind it.
    (site / "pocket.zip").write_bytes(whole[:-6] + b"\xff" + whole[-5:])
    done = run("import", "pocket", "pocket.zip")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "pocket.zip cannot be unpacked" in done.stderr


def test_an_address_comes_as_its_file_has_it(site: Path, run: Run) -> None:
    address = "https://a.example/?a=1&section=2&region=eu&timestamp=5&currency=USD&param=7&notify=1"
    (site / "x.html").write_text(
        f'<DL><DT><A HREF="{address}">One &copy 2026</A><DT><A HREF="https://b.example/?x=1&amp;y=&auml;&#x41">Two</A>',
        encoding="utf-8",
    )
    run("import", "bookmarks", "x.html")
    assert {url: one.title for url, (one, _) in inbox(site).items()} == {
        address: "One © 2026",
        "https://b.example/?x=1&y=äA": "Two",
    }


def test_what_our_own_files_would_refuse_is_left_out(site: Path, run: Run) -> None:
    (site / "x.json").write_text(
        '[{"href": "https://[bad]/feed"}, {"href": "https://ex℀mple.com/"}, {"href": "https://a.example/\\ud800"},'
        '{"href": "https://b.example/", "description": "T\\ud800", "extended": "\\udc00 N", "tags": "t\\ud800"}]',
        encoding="utf-8",
    )
    done = run("import", "pinboard", "x.json")
    assert done.stderr.splitlines() == [
        'x.json: link 1: the address "https://[bad]/feed" names no host that there can be (left out)',
        'x.json: link 2: the address "https://ex℀mple.com/" names no host that there can be (left out)',
        "x.json: link 3: 'https://a.example/\\ud800' has a character that is none (left out)",
    ]
    assert rows(site) == [("new", "https://b.example/", "T", "2026-11-20", ("t",), "N")]


def test_a_link_in_two_folders_has_the_tags_and_notes_of_both(site: Path, run: Run) -> None:
    (site / "x.html").write_text(
        '<DL><DT><H3>One</H3><DL><DT><A HREF="https://a.example/" TAGS="x">A</A><DD>First</DL>'
        '<DT><H3>Two</H3><DL><DT><A HREF="https://www.a.example" TAGS="X,y">A</A><DD>Second</DL>'
        '<DT><A HREF="https://a.example/">A</A><DD>First</DL>',
        encoding="utf-8",
    )
    assert run("import", "bookmarks", "x.html").stdout == "1 new · 2 given twice\n"
    _, remark = inbox(site)["https://a.example/"]
    assert (remark.tags, remark.note) == (("x", "One", "y", "Two"), "First\n\nSecond")


def test_a_link_that_is_never_closed_costs_no_link(site: Path, run: Run) -> None:
    (site / "x.html").write_text(
        '<DL><DT><A HREF="https://a.example/" TAGS="t">One\n<DT><A HREF="https://b.example/">Two</A><DD>Note'
        '<DT><A HREF="https://c.example/">Three<DD>Below<DT><A HREF="https://d.example/">Four',
        encoding="utf-8",
    )
    run("import", "bookmarks", "x.html")
    assert [(url, title, tags, note) for _, url, title, _, tags, note in rows(site)] == [
        ("https://a.example/", "One", ("t",), ""),
        ("https://b.example/", "Two", (), "Note"),
        ("https://c.example/", "Three", (), "Below"),
        ("https://d.example/", "Four", (), ""),
    ]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        pytest.param(
            '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1251">', "cp1251", id="1998"
        ),
        pytest.param("<meta charset='KOI8-R'>", "koi8-r", id="2010"),
    ],
)
def test_a_bookmarks_file_says_its_encoding(site: Path, run: Run, declared: str, encoding: str) -> None:
    text = f'<!DOCTYPE NETSCAPE-Bookmark-file-1>{declared}<DL><DT><A HREF="https://a.example/">Закладки</A></DL>'
    (site / "x.html").write_bytes(text.encode(encoding))
    run("import", "bookmarks", "x.html")
    assert [one.title for one, _ in inbox(site).values()] == ["Закладки"]


def test_a_table_of_excel_s_is_read_with_its_first_line(site: Path, run: Run) -> None:
    (site / "x.csv").write_text("sep=;\r\nurl;title\r\nhttps://a.example/;One, two\r\n", encoding="utf-8-sig")
    assert run("import", "csv", "x.csv").stdout == "1 new\n"
    assert inbox(site)["https://a.example/"][0].title == "One, two"


def test_dates_that_cannot_be_read_are_told(site: Path, run: Run) -> None:
    (site / "x.csv").write_text(
        'url,date\nhttps://a.example/1,31.01.2020\nhttps://a.example/2,"Jan 31, 2020"\nhttps://a.example/3,2020/01/31\n'
        'https://a.example/4,"Fri, 31 Jan 2020 10:00:00 +0200"\nhttps://a.example/5,1/2/2020\nhttps://a.example/6,\n',
        encoding="utf-8",
    )
    done = run("import", "csv", "x.csv")
    assert done.stdout == "2 new, 4 backlog\n"
    assert done.stderr == (
        "x.csv: when 1 link came cannot be read, which is taken for today (write dates as 2026-11-30)\n"
    )
    assert {day for state, _, _, day, _, _ in rows(site) if state == "backlog"} == {"2020-01-31"}


def test_what_strangers_wrote_comes_out_clean(site: Path, run: Run) -> None:
    (site / "x.csv").write_text(
        'url,title,tags,note,excerpt\n'
        'https://u:p@a.example/?utm_source=x,"<script>x()</script>Ti\x1b[31mtle \u202eevil <b>b</b> &amp; *c*",'
        '"#a, A,<i>","[x](javascript:alert(1))\n> q\n---\n<img src=x onerror=y>",<b>Ex</b>cerpt\n',
        encoding="utf-8",
    )  # fmt: skip
    assert run("import", "csv", "x.csv").returncode == 0
    one, remark = inbox(site)["https://a.example/"]
    assert (one.title, one.summary) == ("Title evil b & *c*", "Excerpt")
    assert remark.tags == ("a", "<i>")
    run("pick", one.id)
    entry = yaml.safe_load((site / "content/2026-11.yaml").read_text(encoding="utf-8"))["entries"][0]
    assert entry["title"] == "Title evil b & \\*c\\*"
    assert entry["note"] == "\\[x\\](javascript:alert(1))\n\\> q\n\\---\n\\<img src=x onerror=y>\n"
    assert run("check").returncode == 0
    assert run("build", "--future").returncode == 0
    page = (site / "public/2026/11/index.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


def test_decisions_move_to_another_site(site: Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    run("import", "pinboard", SAVED / "pinboard.json")
    new = inbox(site)["https://jvns.ca/blog/good-questions/"][0]
    run("skip", new.id)
    backup = tmp_path_factory.mktemp("backup") / "inbox.json"
    backup.write_text(run("export", "inbox").stdout, encoding="utf-8")
    Project(site).inbox_file.unlink()
    rehearsed = run("import", "inbox", backup, "--dry-run")
    assert (rehearsed.returncode, rehearsed.stdout) == (0, "would be: 2 restored\n")
    assert not Project(site).inbox_file.exists()
    assert run("import", "inbox", backup).stdout == "2 restored\n"
    assert run("import", "inbox", backup).stdout == "2 known already\n"
    assert run("export", "inbox").stdout == backup.read_text(encoding="utf-8")
    assert run("import", "pinboard", SAVED / "pinboard.json").stdout == "nothing new · 2 in the inbox already\n"
    assert inbox(site)["https://jvns.ca/blog/good-questions/"][1].tags == ("craft", "teaching")

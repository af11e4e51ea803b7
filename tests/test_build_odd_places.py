"""Builds where folders, links and outputs are not what one expects: right all the same, or refused in words."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gleanings.project import Project, default_theme
from gleanings.render.output.journal import Standing, find_looks, open_journal
from gleanings.render.output.publish import Page, publish, put
from gleanings.render.theme.templates import Templates
from gleanings.unchanged import PLAIN, load, make_stamp

LATER = 0.15
"""Seconds after which a file's time can be told from a later one."""
SITE = "title: Things\nurl: https://example.org/\n"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and closed streams are other things elsewhere")


IS_ROOT = os.name == "posix" and os.geteuid() == 0
AS_A_PERSON = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
    if IS_ROOT and shutil.which("setpriv")
    else []
)
"""Before a command: root is then told no, as everybody is."""
needs_permissions = pytest.mark.skipif(IS_ROOT and not AS_A_PERSON, reason="nothing is forbidden to root")


def build(site: Path, *options: str | Path, **streams: int) -> subprocess.CompletedProcess[str]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    command = [*AS_A_PERSON, sys.executable, "-m", "gleanings", "-C", str(site), "build", *map(str, options)]
    done = subprocess.run(command, text=True, check=False, timeout=60, **streams)  # type: ignore[call-overload]
    assert "Traceback" not in (done.stderr or "")
    return done  # type: ignore[no-any-return]


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def from_nothing(site: Path) -> dict[str, bytes]:
    copy = site.with_name("clean")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(site, copy, symlinks=True, ignore=shutil.ignore_patterns("public", ".gleanings"))
    assert build(copy).returncode == 0
    return tree(copy / "public")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "content/weekly").mkdir(parents=True)
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")
    (folder / "content/2026-09.yaml").write_text("entries: [{url: https://e.org/1, title: One, note: Old.}]\n")
    (folder / "content/weekly/2026-w40.yaml").write_text("entries: [{url: https://e.org/2, title: Two}]\n")
    return folder


def settle(site: Path) -> None:
    """Build until the stamp is believed."""
    time.sleep(LATER)
    build(site)
    time.sleep(LATER)
    build(site)


# ── the same bytes wherever it lies ──


def test_a_site_that_holds_the_theme_itself_looks_as_one_that_has_none(site: Path) -> None:
    build(site)
    plain = tree(site / "public")
    shutil.copytree(default_theme(), site / "templates", ignore=shutil.ignore_patterns("__pycache__"))
    build(site)
    assert tree(site / "public") == plain


def test_the_spelling_of_a_site_s_path_changes_nothing(site: Path) -> None:
    build(site)
    plain = tree(site / "public")
    (site.parent / "link").symlink_to(site)
    for spelled in (site.parent / "link", site / "../site"):
        assert build(spelled, "--force").returncode == 0
        assert tree(site / "public") == plain


def test_a_folder_is_known_by_whatever_name_it_is_called(site: Path) -> None:
    out = site.parent / "out"
    build(site, "--out", out)
    (site / "content/2026-09.yaml").unlink()
    command = [sys.executable, "-m", "gleanings", "build", "--out", "../out"]
    subprocess.run(command, cwd=site, check=True, capture_output=True)
    assert not (out / "2026/09").exists()


def test_a_path_over_a_link_and_back_is_another_site(site: Path, tmp_path: Path) -> None:
    settle(site)
    other = tmp_path / "other"
    (other / "sub").mkdir(parents=True)
    (other / "site.yaml").write_text(SITE, encoding="utf-8")
    (site / "link").symlink_to(other / "sub")
    build(site / "link/..")
    assert (other / "public/index.html").is_file()


# ── edits in odd places ──


def edited_series_called_like_a_scratch_file(site: Path) -> None:
    (site / "content/c#/2026-w41.yaml").write_text("entries: [{url: https://e.org/3, title: Three}]\n")


def edited_media_among_byte_code(site: Path) -> None:
    (site / "content/media/__pycache__/m.txt").write_text("new")


def folder_moved_and_linked(site: Path) -> None:
    (site / "content/weekly").rename(site.parent / "moved")
    (site / "content/weekly").symlink_to(site.parent / "moved")


def one_of_two_links_to_templates_taken_away(site: Path) -> None:
    (site / "templates/c").unlink()


EDITS = (
    edited_series_called_like_a_scratch_file,
    edited_media_among_byte_code,
    folder_moved_and_linked,
    one_of_two_links_to_templates_taken_away,
)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_in_an_odd_place_is_seen(site: Path, edit: object) -> None:
    assert callable(edit)
    for name, text in {
        "content/c#/2026-w41.yaml": "entries: [{url: https://e.org/2, title: Two}]\n",
        "content/media/__pycache__/m.txt": "old",
        "templates/a/part.html": "part",
        "templates/404.html": "{% include 'b/part.html' ignore missing %}{% include 'c/part.html' ignore missing %}",
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")
    for link in ("b", "c"):
        (site / "templates" / link).symlink_to(site / "templates/a")
    settle(site)
    edit(site)
    build(site)
    assert tree(site / "public") == from_nothing(site)


def test_a_template_that_was_changed_and_changed_back_was_changed(site: Path) -> None:
    template = site / "templates/index.html"
    template.parent.mkdir()
    template.write_text("a")
    templates = Templates(Project(site))
    looks, digest = templates.files.looks(), templates.files.digest()
    time.sleep(LATER)
    template.write_text("b")
    template.write_text("a")
    assert (templates.files.looks() == looks, templates.files.digest() == digest) == (False, True)


# ── outputs that others meddle with ──


def test_an_output_that_changed_while_it_was_put_into_place_is_not_believed(tmp_path: Path) -> None:
    pages = [Page(path=name, content=b"ours") for name in ("changed", "lost", "ours")]
    left = {path: one.left for path, one in put(pages, tmp_path).items()}
    (tmp_path / "changed").write_bytes(b"ours, and more")
    (tmp_path / "lost").unlink()
    looks = find_looks(left, (), Standing(), tmp_path)
    assert list(looks) == ["ours"]
    (tmp_path / ".gleanings").mkdir()
    outputs = {f"{tmp_path}/{path}": looks.get(path) for path in left}
    facts = {"kind": PLAIN, "options": "", "token": "1", "mark": "", "since": 0.0, "until": None, "pages": 1}
    make_stamp(str(tmp_path), {}, outputs, waiting=(), **facts).save()  # type: ignore[arg-type]
    stamp = load(str(tmp_path), PLAIN)
    assert stamp is not None
    assert stamp.find_changed() == [f"{tmp_path}/changed", f"{tmp_path}/lost"]


def test_folders_of_a_build_that_was_killed_are_taken_away(tmp_path: Path) -> None:
    journal = tmp_path / "journal.json"
    open_journal(journal, Standing().journal, {"tags/solo/index.html": "x" * 32})
    (tmp_path / "out/tags/solo").mkdir(parents=True)
    publish([Page(path="index.html", content=b"x")], tmp_path / "out", journal=journal)
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["index.html"]


def test_outputs_never_go_over_a_link_into_what_a_person_wrote(site: Path) -> None:
    (site / "templates/static").mkdir(parents=True)
    (site / "templates/static/style.css").write_text("p { color: red }")
    (site / "public").mkdir()
    (site / "public/static").symlink_to(site / "templates/static")
    done = build(site)
    assert (done.returncode, "take the link away" in done.stderr) == (2, True)
    assert (site / "templates/static/style.css").read_text() == "p { color: red }"


def test_outputs_never_go_over_a_link_further_down_either(site: Path) -> None:
    build(site)
    (site / "content/media").mkdir()
    shutil.move(site / "public/2026/09", site / "content/media/09")
    (site / "public/2026/09").symlink_to(site / "content/media/09")
    before = tree(site / "content")
    for note in ("New.", ""):
        (site / "content/2026-09.yaml").write_text(f"entries: [{{url: https://e.org/1, note: '{note}'}}]\n")
        before["2026-09.yaml"] = (site / "content/2026-09.yaml").read_bytes()
        done = build(site)
        assert done.returncode == 1
        assert f"{site}/public/2026/09 leads to {site}/content/media/09, which is no place for its" in done.stderr
        assert tree(site / "content") == before


def test_a_file_may_have_the_longest_name_there_is(site: Path) -> None:
    name = "я" * 124 + ".pdf"
    (site / "content/media").mkdir()
    (site / "content/media" / name).write_bytes(b"x")
    assert build(site).returncode == 0
    assert (site / "public/media" / name).read_bytes() == b"x"


@pytest.mark.parametrize("name", ["stage", "cache", "cache/pictures"])
def test_a_file_in_the_place_of_a_folder_of_ours_stops_no_build(site: Path, name: str) -> None:
    file = site / ".gleanings" / name
    file.parent.mkdir(parents=True)
    file.write_text("")
    assert build(site).returncode == 0
    assert tree(site / "public") == from_nothing(site)


# ── what cannot be read ──


@needs_permissions
@pytest.mark.parametrize("folder", ["content", "content/weekly", "content/pages", "content/media"])
def test_a_folder_that_cannot_be_read_is_a_problem_and_its_pages_stay(site: Path, folder: str) -> None:
    for name in ("pages/p.md", "media/x.txt"):
        (site / "content" / name).parent.mkdir()
        (site / "content" / name).write_text("x")
    settle(site)
    before = tree(site / "public")
    (site / folder).chmod(0)
    try:
        done = build(site)
    finally:
        (site / folder).chmod(0o755)
    assert done.returncode == 1
    problem = f"{folder}: the folder cannot be read: Permission denied (give yourself the right to read it)"
    assert problem in done.stderr.splitlines()
    assert tree(site / "public") == before


@needs_permissions
def test_an_empty_folder_that_nobody_can_read_any_more_is_told_too(site: Path) -> None:
    (site / "content/pages").mkdir()
    settle(site)
    (site / "content/pages").chmod(0)
    done = build(site)
    (site / "content/pages").chmod(0o755)
    assert (done.returncode, done.stderr.partition(":")[0]) == (1, "content/pages")


def test_content_that_is_not_where_a_link_says_is_not_empty(site: Path) -> None:
    build(site)
    before = tree(site / "public")
    (site / "content").rename(site.parent / "elsewhere")
    (site / "content").symlink_to(site.parent / "unmounted")
    done = build(site)
    assert done.returncode == 1
    assert "content: the folder cannot be read: No such file or directory" in done.stderr
    assert tree(site / "public") == before


@pytest.mark.parametrize("name", ["2026-10.yaml", "weekly/2026-w41.yaml", "pages/p.md"])
def test_a_pipe_where_a_text_should_be_is_told(site: Path, name: str) -> None:
    (site / "content/pages").mkdir()
    os.mkfifo(site / "content" / name)
    done = build(site)
    finding = f"content/{name}: this is neither a file nor a folder (move it away)\n"
    assert (done.returncode, done.stderr) == (1, finding)


def test_a_pipe_among_media_is_passed_over(site: Path) -> None:
    (site / "content/media").mkdir()
    os.mkfifo(site / "content/media/a.png")
    (site / "content/2026-10.yaml").write_text("entries: [{url: https://e.org/3, note: '![A](media/a.png)'}]\n")
    assert build(site).returncode == 0
    assert not (site / "public/media").exists()


def test_a_pipe_and_a_folder_among_fonts_are_passed_over(site: Path) -> None:
    (site / "templates/fonts/folder.ttf").mkdir(parents=True)
    os.mkfifo(site / "templates/fonts/pipe.ttf")
    assert build(site).returncode == 0


def test_a_pipe_among_outputs_makes_room(site: Path) -> None:
    (site / "content/media").mkdir()
    (site / "content/media/e.txt").write_text("")
    (site / "public/media").mkdir(parents=True)
    os.mkfifo(site / "public/media/e.txt")
    done = build(site)
    assert (done.returncode, "public/media/e.txt stood there" in done.stderr) == (0, True)
    assert (site / ".gleanings/replaced/1/media/e.txt").is_fifo()
    assert (site / "public/media/e.txt").read_text() == ""


@needs_permissions
@pytest.mark.parametrize(
    ("name", "mode", "told"),
    [
        ("templates", 0, "templates: the folder cannot be read: Permission denied"),
        ("templates", 0o444, "templates/404.html: the file cannot be read: Permission denied"),
        ("templates/404.html", 0, "templates/404.html: the file cannot be read: Permission denied"),
        ("templates/static/style.css", 0, "templates/static/style.css: the file cannot be read: Permission denied"),
        ("content/media/x.txt", 0, "content/media/x.txt cannot be read: Permission denied"),
        ("content/media", 0o444, "content/media/x.txt cannot be read: Permission denied"),
        ("public", 0, "public cannot be read: Permission denied"),
        (".gleanings", 0o555, ".gleanings/stage cannot be written: Permission denied"),
    ],
)
def test_what_is_forbidden_is_told_in_a_line(site: Path, name: str, mode: int, told: str) -> None:
    for file in ("templates/404.html", "templates/static/style.css", "content/media/x.txt"):
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text("x")
    build(site)
    before = tree(site / "public")
    (site / "content/2026-09.yaml").write_text("entries: [{url: https://e.org/1, title: Edited}]\n")
    (site / name).chmod(mode)
    try:
        done = build(site)
    finally:
        (site / name).chmod(0o755)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert tree(site / "public") == before


@needs_permissions
@pytest.mark.parametrize("name", ["cache", "cache/pictures"])
def test_a_cache_that_cannot_be_read_counts_as_none(site: Path, name: str) -> None:
    build(site)
    (site / ".gleanings" / name).mkdir(exist_ok=True)
    (site / "site.yaml").write_text(SITE.replace("Things", "Others"))
    (site / ".gleanings" / name).chmod(0)
    assert build(site).returncode == 0
    (site / ".gleanings" / name).chmod(0o755)
    assert tree(site / "public") == from_nothing(site)


def test_halves_of_pictures_are_cleared_away(site: Path) -> None:
    pytest.importorskip("resvg_py")
    half = site / ".gleanings/cache/pictures/.x.png.0123abcd.tmp"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    build(site)
    assert not half.exists()


# ── links that lead round in a circle, and other odd names ──


@pytest.mark.parametrize(
    ("link", "status", "told"),
    [
        ("public", 2, "public cannot be the folder: Too many levels of symbolic links (name another with --out)"),
        ("public/other", 0, ""),
        ("public/2026", 1, "public/2026 leads to no folder, but a page has to stand in it (take the link away)"),
        ("templates", 1, "templates: the folder cannot be read: Too many levels of symbolic links"),
        ("templates/404.html", 0, ""),
        ("content/media", 1, "content/media: the folder cannot be read: Too many levels of symbolic links"),
        ("content/media/x.txt", 0, ""),
    ],
)
def test_a_link_that_leads_round_in_a_circle_is_told_where_it_matters(
    site: Path, link: str, status: int, told: str
) -> None:
    (site / link).parent.mkdir(exist_ok=True)
    (site / link).symlink_to(site / link)
    done = build(site)
    assert (done.returncode, told in done.stderr) == (status, True)


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("circle", "circle cannot be the folder: Too many levels of symbolic links (name another with --out)"),
        ("nowhere", "nowhere is a link that leads nowhere (make the folder, or take the link away)"),
        ("x" * 300, "cannot be the folder: File name too long (name another with --out)"),
        ("site.yaml", "site.yaml is no folder (move it away, or name another with --out)"),
        ("site.yaml/x", "site.yaml/x is no folder (move it away, or name another with --out)"),
    ],
)
def test_an_output_folder_that_cannot_be_is_refused(site: Path, out: str, told: str) -> None:
    (site / "circle").symlink_to("circle")
    (site / "nowhere").symlink_to("gone")
    done = build(site, "--out", site / out)
    assert (done.returncode, told in done.stderr) == (2, True)


# ── what is said where nobody listens ──


@pytest.mark.parametrize("edited", [False, True], ids=["nothing changed", "edited"])
def test_a_build_is_right_whoever_listens(site: Path, edited: bool) -> None:
    settle(site)

    def ends(redirected: str) -> int:
        if edited:
            (site / "site.yaml").touch()
        script = f'"$0" -m gleanings -C "$1" build {redirected}'
        return subprocess.run(["bash", "-o", "pipefail", "-c", script, sys.executable, site], check=False).returncode

    assert ends(">&-") == ends(">/dev/null 2>&-") == ends("| true") == 0
    if Path("/dev/full").exists():
        assert ends("2>/dev/null >/dev/full") == 1


UNREADABLE = "entries:\n  - url: https://example.org/a\n    title: One\n    note: $\\nobodyknows{x}$\n"
"""A formula that is warned of."""


@pytest.mark.parametrize("options", ["", "--force"], ids=["plain", "by the command line"])
def test_no_warning_gets_among_the_json_where_nobody_hears_warnings(site: Path, options: str) -> None:
    (site / "content/2026-11-größe.yaml").write_text(UNREADABLE, encoding="utf-8")
    script = f'"$0" -m gleanings -C "$1" build --json {options} 2>&-'
    done = subprocess.run(["bash", "-c", script, sys.executable, site], capture_output=True, text=True, check=False)
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["path"], done.returncode) == ("content/2026-11-größe.yaml", 0)


@pytest.mark.parametrize("options", [(), ("--force",)], ids=["plain", "by the command line"])
@pytest.mark.parametrize("encoding", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX"}], ids=str)
def test_names_are_told_whatever_the_terminal_is_set_to(
    site: Path, options: tuple[str, ...], encoding: dict[str, str]
) -> None:
    (site / "content/2026-11-größe.yaml").write_text(UNREADABLE, encoding="utf-8")
    command = [sys.executable, "-m", "gleanings", "-C", str(site), "build", "--json", *options]
    done = subprocess.run(command, capture_output=True, env=os.environ | encoding, check=False)
    assert done.returncode == 0
    assert "2026-11-größe.yaml:2:5: warning" in done.stderr.decode()
    assert json.loads(done.stdout)["problems"][0]["path"] == "content/2026-11-größe.yaml"


@pytest.mark.parametrize("options", [(), ("--force",)], ids=["plain", "by the command line"])
def test_a_folder_that_is_gone_is_said(options: tuple[str, ...], tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'cd "$1" && rmdir "$1" && shift && "$0" -m gleanings build "$@"'
    done = subprocess.run(
        ["bash", "-c", script, sys.executable, gone, *options], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (
        1, "gleanings: the folder you are in is gone (go to that of your site)\n"
    )  # fmt: skip


def test_a_name_that_is_too_long_is_none_of_a_site(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gleanings", "-C", str(tmp_path / ("a" * 5000)), "build"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "there is no site.yaml in" in done.stderr) == (1, True)


def test_a_build_needs_no_working_folder(site: Path, tmp_path: Path) -> None:
    settle(site)
    script = 'cd "$2" && rmdir "$2" && "$0" -m gleanings -C "$1" build'
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["bash", "-c", script, sys.executable, site, gone], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")

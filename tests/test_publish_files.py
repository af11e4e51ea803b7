"""Publishing: only what changed is written, only ours is removed, and a kill leaves nothing half-done."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gleanings.problems import GleaningsError
from gleanings.render.output import journal
from gleanings.render.output.journal import find_standing, note_changes
from gleanings.render.output.publish import Copy, Kept, Page, Report, SameAddress, Staged, publish, put
from gleanings.render.output.stage import Stage, open_stage


def write(out: Path, **pages: str) -> Report:
    """Publish pages given as `name=text`; `__` stands for a slash."""
    outputs = [
        Page(path=f"{name.replace('__', '/')}/index.html", content=text.encode()) for name, text in pages.items()
    ]
    return publish(outputs, out, journal=out.parent / "state/journal.json")


def tree(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_second_build_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "public"
    assert write(out, a="1", b__c="2").written == ("a/index.html", "b/c/index.html")
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    report = write(out, a="1", b__c="2")
    assert (report.written, report.unchanged, report.removed) == ((), ("a/index.html", "b/c/index.html"), ())
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    out = tmp_path / "public"
    write(out, a="1", b="2")
    report = write(out, a="1", b="3", c="4")
    assert (report.written, report.unchanged) == (("b/index.html", "c/index.html"), ("a/index.html",))


def test_what_is_gone_is_removed_with_its_folder_and_strangers_stay(tmp_path: Path) -> None:
    out = tmp_path / "public"
    write(out, a="1", b__c="2", b__d="3")
    (out / "CNAME").write_text("example.org")
    (out / "b/d/notes.txt").write_text("mine")
    assert write(out, a="1").removed == ("b/c/index.html", "b/d/index.html")
    assert tree(out) == {"a/index.html": "1", "CNAME": "example.org", "b/d/notes.txt": "mine"}
    assert not (out / "b/c").exists()


def test_what_others_wrote_where_a_page_has_to_stand_is_kept(tmp_path: Path) -> None:
    out, kept = tmp_path / "public", tmp_path / "state/replaced"
    for number, mine in enumerate(("an old site", "another"), 1):
        (out / "a").mkdir(parents=True)
        (out / "a/index.html").write_text(mine)
        (out / "b").mkdir()
        (out / "b/index.html").symlink_to("nowhere")
        (out / "c").mkdir()
        (out / "c/index.html").write_text("3")
        report = write(out, a="1", b="2", c="3")
        places = {path: kept / str(number) / path for path in ("a/index.html", "b/index.html")}
        assert report.strangers == {place: path for path, place in places.items()}
        assert places["a/index.html"].read_text() == mine
        assert places["b/index.html"].readlink() == Path("nowhere")
        assert tree(out) == {"a/index.html": "1", "b/index.html": "2", "c/index.html": "3"}
        assert write(out, a="4", b="2").strangers == {}
        shutil.rmtree(out)
        (tmp_path / "state/journal.json").unlink()


def test_a_file_that_somebody_replaced_is_not_removed(tmp_path: Path) -> None:
    out = tmp_path / "public"
    write(out, a="1", b="2")
    (out / "b/index.html").write_text("by hand")
    assert write(out, a="1").removed == ()
    assert (out / "b/index.html").read_text() == "by hand"


def test_two_pages_at_one_address_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    out = tmp_path / "public"
    pages = [Page(path="a/index.html", content=b"1"), Page(path="a/index.html", content=b"2")]
    with pytest.raises(SameAddress, match="two pages want the address /a/"):
        publish(pages, out, journal=tmp_path / "journal.json")
    with pytest.raises(SameAddress, match="/a is a file and a folder"):
        publish([Page(path="a", content=b""), Page(path="a/b", content=b"")], out, journal=tmp_path / "journal.json")
    assert not out.exists()


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", ""])
def test_nothing_is_written_outside_the_folder(path: str, tmp_path: Path) -> None:
    with pytest.raises(GleaningsError):
        publish([Page(path=path, content=b"")], tmp_path / "public", journal=tmp_path / "journal.json")


@pytest.mark.parametrize(
    "journal", [b"", b"{", b"[]", b'{"version": 1, "done": true, "files": {"../../x": ["a"]}}', b'{"version": 99}']
)
def test_a_damaged_journal_counts_as_none(journal: bytes, tmp_path: Path) -> None:
    out = tmp_path / "public"
    write(out, a="1", b="2")
    (tmp_path / "state/journal.json").write_bytes(journal)
    assert write(out, a="1").removed == ()
    assert tree(out) == {"a/index.html": "1", "b/index.html": "2"}


def test_a_page_may_become_a_folder_and_a_folder_a_page(tmp_path: Path) -> None:
    out, journal = tmp_path / "public", tmp_path / "journal.json"
    publish([Page(path="a", content=b"1")], out, journal=journal)
    publish([Page(path="a/b", content=b"2")], out, journal=journal)
    publish([Page(path="a", content=b"3")], out, journal=journal)
    assert tree(out) == {"a": "3"}


def test_files_are_copied_as_they_are(tmp_path: Path) -> None:
    out, source = tmp_path / "public", tmp_path / "x.bin"
    source.write_bytes(bytes(range(256)) * 10)
    copy = Copy(path="media/x.bin", source=source)
    assert publish([copy], out, journal=tmp_path / "j.json").written == ("media/x.bin",)
    assert (out / "media/x.bin").read_bytes() == source.read_bytes()
    assert publish([copy], out, journal=tmp_path / "j.json").written == ()
    source.write_bytes(bytes(reversed(source.read_bytes())))
    assert publish([copy], out, journal=tmp_path / "j.json").written == ("media/x.bin",)


def test_what_waits_on_the_stage_is_moved_to_its_place(tmp_path: Path) -> None:
    out, journal = tmp_path / "public", tmp_path / "journal.json"
    with open_stage(tmp_path / "stage", {}) as stage:
        waiting = stage.take(Page(path="a/index.html", content=b"1"))
        assert isinstance(waiting, Staged)
        assert not out.exists()
        assert publish([waiting], out, journal=journal).written == ("a/index.html",)
    assert tree(out) == {"a/index.html": "1"}
    assert not (tmp_path / "stage").exists()


def test_what_stands_as_it_should_is_not_staged(tmp_path: Path) -> None:
    out, journal = tmp_path / "public", tmp_path / "journal.json"
    page = Page(path="a/index.html", content=b"1")
    publish([page], out, journal=journal)
    standing = find_standing(out, journal=journal)
    with open_stage(tmp_path / "stage", standing.digests) as stage:
        assert stage.take(page) == Kept(path=page.path, digest=page.digest)
        assert isinstance(stage.take(Page(path="a/index.html", content=b"2")), Staged)


def test_a_stage_without_a_folder_keeps_pages_at_hand(tmp_path: Path) -> None:
    page = Page(path="a/index.html", content=b"1")
    assert Stage(None, {}).take(page) == page
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_build_left_on_the_stage_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "stage/folder").mkdir(parents=True)
    (tmp_path / "stage/1-0").write_text("half")
    with open_stage(tmp_path / "stage", {}):
        assert list((tmp_path / "stage").iterdir()) == []


def test_an_output_folder_on_another_disk_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, replace = tmp_path / "public", os.replace

    def refuse_the_stage(source: str | Path, target: str) -> None:
        if "/stage/" in str(source):
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(source), None, target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse_the_stage)
    with open_stage(tmp_path / "stage", {}) as stage:
        publish([stage.take(Page(path="a/b", content=b"1"))], out, journal=tmp_path / "journal.json")
    assert tree(out) == {"a/b": "1"}


def test_what_is_lost_on_the_stage_does_not_count_as_written(tmp_path: Path) -> None:
    out = tmp_path / "public"
    write(out, a="old")
    with open_stage(tmp_path / "stage", {}) as stage:
        waiting = stage.take(Page(path="a/index.html", content=b"new"))
        shutil.rmtree(tmp_path / "stage")
        with pytest.raises(FileNotFoundError):
            put([waiting], out)


def test_what_is_half_written_beside_a_page_is_cleared_also_where_few_were_to_change(tmp_path: Path) -> None:
    out, journal = tmp_path / "public", tmp_path / "state/journal.json"
    write(out, a="1")
    note_changes(journal, {"a/index.html": "digest"})
    (out / "a/.index.html.gleanings").write_text("half")
    write(out, a="1")
    assert tree(out) == {"a/index.html": "1"}


def test_a_system_without_a_coarse_clock_can_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "clock_gettime_ns")
    monkeypatch.setattr(sys, "platform", "win32")
    assert write(tmp_path / "public", a="1").written == ("a/index.html",)


# ── what stands in the way ──


def in_the_way_folder(out: Path) -> str:
    (out / "a/index.html/x").mkdir(parents=True)
    return "a/index.html is a folder, but a page has to stand there (move it away)"


def in_the_way_file(out: Path) -> str:
    (out / "a").write_text("mine")
    return "a is no folder, but a page has to stand in it (move it away)"


def in_the_way_link_to_nowhere(out: Path) -> str:
    (out / "a").symlink_to("nowhere")
    return "a leads to no folder, but a page has to stand in it (take the link away)"


def in_the_way_link_in_a_circle(out: Path) -> str:
    (out / "a").symlink_to("a")
    return "a leads to no folder, but a page has to stand in it (take the link away)"


def in_the_way_link_to_other_outputs(out: Path) -> str:
    (out / "c").mkdir()
    (out / "a").symlink_to("c")
    return f"a leads to {out / 'c'}, which is no place for its pages (take the link away)"


def in_the_way_link_to_the_same_folder(out: Path) -> str:
    elsewhere = out.parent / "elsewhere"
    elsewhere.mkdir()
    for link in ("a", "c"):
        (out / link).symlink_to(elsewhere)
    return f"c leads to {elsewhere}, which is no place for its pages (take the link away)"


IN_THE_WAY = (
    in_the_way_folder,
    in_the_way_file,
    in_the_way_link_to_nowhere,
    in_the_way_link_in_a_circle,
    in_the_way_link_to_other_outputs,
    in_the_way_link_to_the_same_folder,
)


@pytest.mark.parametrize("put_down", IN_THE_WAY, ids=lambda put_down: put_down.__name__)
def test_what_stands_in_the_way_is_named_before_anything_is_touched(
    put_down: Callable[[Path], str], tmp_path: Path
) -> None:
    out = tmp_path / "public"
    (out / "b").mkdir(parents=True)
    (out / "b/index.html").write_text("mine")
    finding = put_down(out)
    with pytest.raises(GleaningsError) as told:
        write(out, a="1", b="2", c="3")
    assert str(told.value) == f"{out}/{finding}"
    assert (out / "b/index.html").read_text() == "mine"
    assert not (tmp_path / "state").exists()


def test_a_link_to_a_folder_on_another_disk_is_followed(tmp_path: Path) -> None:
    out, disk = tmp_path / "public", tmp_path / "disk"
    for folder in (out, disk):
        folder.mkdir()
    (out / "a").symlink_to(disk)
    assert write(out, a="1", b="2").written == ("a/index.html", "b/index.html")
    assert (disk / "index.html").read_text() == "1"
    assert write(out, b="2").removed == ("a/index.html",)


def test_a_file_of_ours_that_became_a_folder_of_others_makes_room_for_nothing(tmp_path: Path) -> None:
    out, journal = tmp_path / "public", tmp_path / "journal.json"
    publish([Page(path="a/b", content=b"1"), Page(path="a/c", content=b"2")], out, journal=journal)
    (out / "a/notes.txt").write_text("mine")
    with pytest.raises(GleaningsError, match="a is a folder, but a page has to stand there"):
        publish([Page(path="a", content=b"3")], out, journal=journal)
    assert tree(out) == {"a/b": "1", "a/c": "2", "a/notes.txt": "mine"}


@pytest.mark.skipif(os.name != "posix", reason="named pipes are other things elsewhere")
def test_a_pipe_where_a_page_has_to_stand_is_kept(tmp_path: Path) -> None:
    out, kept = tmp_path / "public", tmp_path / "state/replaced"
    out.mkdir()
    for number, when in enumerate(("at first", "once a page stood there"), 1):
        (out / "a").mkdir(exist_ok=True)
        (out / "a/index.html").unlink(missing_ok=True)
        os.mkfifo(out / "a/index.html")
        assert list(write(out, a="1").strangers.values()) == ["a/index.html"], when
        assert (kept / f"{number}/a/index.html").is_fifo()
        assert tree(out) == {"a/index.html": "1"}


def test_a_source_behind_a_link_is_neither_overwritten_nor_removed(tmp_path: Path) -> None:
    out, media, journal = tmp_path / "public", tmp_path / "content/media", tmp_path / "state/journal.json"
    one, other = Page(path="2026/12/index.html", content=b"1"), Page(path="2026/12/other.html", content=b"2")
    publish([one, other], out, journal=journal)
    (out / "2026/12").rename(tmp_path / "moved")
    media.mkdir(parents=True)
    for name, text in {"index.html": "mine", "other.html": "2"}.items():
        (media / name).write_text(text)
    (out / "2026/12").symlink_to(media)
    for outputs in ([one, other], [one], []):
        with pytest.raises(
            GleaningsError, match=r"2026/12 leads to .*/content/media, which is no place for its pages"
        ):
            publish(outputs, out, journal=journal, sources=(tmp_path / "content",))
    assert tree(media) == {"index.html": "mine", "other.html": "2"}


# ── builds that failed ──


def fail(out: Path, monkeypatch: pytest.MonkeyPatch, **pages: str) -> str:
    """Publish pages where the system refuses to write them; returns what is said of it."""

    replace = os.replace

    def refuse(source: str | Path, target: str | Path) -> None:
        if Path(target).is_relative_to(out):
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refuse)
        with pytest.raises(GleaningsError, match="No space left on device") as told:
            write(out, **pages)
    return str(told.value)


def test_what_a_person_wrote_after_a_build_that_failed_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "public"
    write(out, a="1")
    fail(out, monkeypatch, a="2", b="1")
    for page in ("a", "b"):
        (out / page).mkdir(exist_ok=True)
        (out / page / "index.html").write_text("mine")
    strangers = write(out, a="2", b="1").strangers
    assert sorted(strangers.values()) == ["a/index.html", "b/index.html"]
    assert {place.read_text() for place in strangers} == {"mine"}
    assert tree(out) == {"a/index.html": "2", "b/index.html": "1"}


def test_what_a_build_that_failed_was_to_replace_is_no_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "public"
    write(out, a="1", b="1")
    for text in "234":
        fail(out, monkeypatch, a=text, b=text)
    assert write(out, a="5", b="5").strangers == {}


def test_what_made_room_for_builds_that_failed_is_told_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, kept = tmp_path / "public", tmp_path / "state/replaced"
    for mine in ("first", "second"):
        (out / "a").mkdir(parents=True, exist_ok=True)
        (out / "a/index.html").write_text(mine)
        assert f" (files that made room are kept in {kept})" in fail(out, monkeypatch, a="1")
    assert not (out / "a/index.html").exists()
    places = {kept / number / "a/index.html": "a/index.html" for number in "12"}
    assert write(out, a="1").strangers == places
    assert [place.read_text() for place in places] == ["first", "second"]
    assert write(out, a="2").strangers == {}


KILLED = """
import os, signal, sys
from pathlib import Path
from gleanings.render.output import publish as publishing
root = Path(sys.argv[1])
publishing.put = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
publishing.publish(
    [publishing.Page(path="a/index.html", content=b"1")], root / "public", journal=root / "state/journal.json"
)
"""


@pytest.mark.skipif(os.name != "posix", reason="processes are killed in other ways elsewhere")
def test_what_made_room_for_a_build_that_was_killed_is_told_by_the_next(tmp_path: Path) -> None:
    out, place = tmp_path / "public", tmp_path / "state/replaced/1/a/index.html"
    (out / "a").mkdir(parents=True)
    (out / "a/index.html").write_text("mine")
    assert subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False).returncode == -signal.SIGKILL
    assert place.read_text() == "mine"
    assert write(out, a="1").strangers == {place: "a/index.html"}


def test_a_stage_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GleaningsError, match="file/stage cannot be written: Not a directory"):
        Stage(tmp_path / "file/stage", {})


def test_a_file_that_cannot_be_moved_leaves_no_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, kept = tmp_path / "public", tmp_path / "state/replaced"
    (out / "a").mkdir(parents=True)
    (out / "a/index.html").write_text("mine")

    unlink = Path.unlink

    def refuse(code: int, file: Path) -> None:
        raise OSError(code, os.strerror(code), str(file))

    def unlink_others(file: Path, missing_ok: bool = False) -> None:
        if file.is_relative_to(out):
            refuse(errno.EACCES, file)
        unlink(file, missing_ok)

    for code in (errno.EACCES, errno.EXDEV):
        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", lambda file, _, code=code: refuse(code, file))
            patched.setattr(Path, "unlink", unlink_others)
            for _ in range(2):
                with pytest.raises(GleaningsError, match=r"has to make room, but .*: Permission denied"):
                    write(out, a="1")
    assert tree(out) == {"a/index.html": "mine"}
    assert not kept.exists()


def test_a_stranger_may_go_to_another_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, kept = tmp_path / "public", tmp_path / "state/replaced/1"
    for page in ("a", "b"):
        (out / page).mkdir(parents=True)
    (out / "a/index.html").write_text("mine")
    (out / "b/index.html").symlink_to("nowhere")

    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link", str(self), None, str(target))

    monkeypatch.setattr(Path, "rename", refuse)
    write(out, a="1", b="2")
    assert (kept / "a/index.html").read_text() == "mine"
    assert (kept / "b/index.html").readlink() == Path("nowhere")


# ── the records of files ──


def test_a_file_that_was_just_written_is_known_by_its_record(tmp_path: Path) -> None:
    out = tmp_path / "public"
    assert write(out, a="1").looks.keys() == {"a/index.html"}
    standing = find_standing(out, journal=tmp_path / "state/journal.json")
    assert standing.looks == standing.journal.looks


def test_whoever_changes_a_file_right_after_a_build_leaves_another_record(tmp_path: Path) -> None:
    out, file = tmp_path / "public", tmp_path / "public/a/index.html"
    for number in range(10, 60):
        recorded = write(out, a=f"as built {number}").looks["a/index.html"]
        built = file.stat()
        # Of the same size, and with its time set back.
        file.write_text(f"by others{number}")
        os.utime(file, ns=(built.st_atime_ns, built.st_mtime_ns))
        standing = find_standing(out, journal=tmp_path / "state/journal.json")
        assert standing.looks["a/index.html"] != recorded
        assert write(out, a=f"as built {number}").written == ("a/index.html",)


def test_a_disk_that_tells_no_changes_apart_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(journal, "_tells_changes_apart", lambda _: False)
    monkeypatch.setattr(journal, "_tick", lambda: 0)
    write(tmp_path / "public", a="1")
    assert waits


WRITER = """
import sys
from pathlib import Path
from gleanings.render.output.publish import Page, publish
root, text = Path(sys.argv[1]), sys.argv[2]
pages = [Page(path=f"p{number}/index.html", content=(text * 2000).encode()) for number in range(400)]
print("go", flush=True)
publish(pages, root / "public", journal=root / "journal.json")
"""


def test_a_kill_at_any_moment_leaves_whole_files_and_the_next_build_heals(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    subprocess.run([*command, "a"], check=True, capture_output=True)
    out = tmp_path / "public"
    for turn, delay in enumerate((0.0, 0.01, 0.02, 0.03, 0.05)):
        run = subprocess.Popen([*command, "bcdef"[turn]], stdout=subprocess.PIPE)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(delay)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        run.stdout.close()
        for page in out.glob("p*/index.html"):
            assert len(set(page.read_text())) == 1
            assert page.stat().st_size == 2000
    publish([Page(path="p0/index.html", content=b"z")], out, journal=tmp_path / "journal.json")
    assert tree(out) == {"p0/index.html": "z"}
    assert json.loads((tmp_path / "journal.json").read_bytes())["done"] is True

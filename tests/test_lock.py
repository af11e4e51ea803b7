"""One run at a time holds a site."""

from __future__ import annotations

import os
import threading
import warnings
from pathlib import Path

import pytest
from filelock import FileLock

from gleanings.files.lock import hold
from gleanings.problems import GleaningsError, SiteLocked
from gleanings.project import Project


def test_a_second_run_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    project = Project(tmp_path)
    with hold(project), pytest.raises(SiteLocked), hold(project):
        pass
    with hold(project):
        pass


def test_a_run_that_fails_lets_go(tmp_path: Path) -> None:
    project = Project(tmp_path)
    with pytest.raises(KeyError), hold(project):
        raise KeyError
    with hold(project):
        pass


def test_what_a_killed_run_left_beside_any_file_is_cleared(tmp_path: Path) -> None:
    project = Project(tmp_path)
    left = [
        tmp_path / ".feeds.yaml.0123abcd.tmp",
        tmp_path / ".gleanings/.roundup.schema.json.0123abcd.tmp",
        tmp_path / "content/weekly/.2026-w01.yaml.0123abcd.tmp",
    ]
    others = [tmp_path / ".feeds.yaml.swp", tmp_path / "notes/.mine.0123abcd.tmp"]
    for file in (*left, *others):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    with hold(project):
        assert [file for file in (*left, *others) if file.exists()] == others


def test_a_run_that_may_wait_takes_over(tmp_path: Path) -> None:
    project, inside = Project(tmp_path), threading.Event()

    def first() -> None:
        with hold(project):
            inside.set()
            threading.Event().wait(0.2)

    other = threading.Thread(target=first)
    other.start()
    inside.wait()
    with hold(project, wait_seconds=30):
        pass
    other.join()


def test_a_run_that_locks_by_filelock_is_respected(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.state.mkdir()
    with FileLock(project.lock_file), pytest.raises(SiteLocked), hold(project):
        pass


def test_a_child_that_lives_on_does_not_hold_the_site(tmp_path: Path) -> None:
    project = Project(tmp_path)
    waiting, writing = os.pipe()
    with hold(project):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads; the child only waits
            child = os.fork()
        if child == 0:
            os.read(waiting, 1)
            os._exit(0)
    try:
        with hold(project):
            pass
    finally:
        os.write(writing, b"x")
        os.waitpid(child, 0)


def test_a_lock_whose_file_was_deleted_meanwhile_is_not_taken_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    project, flock = Project(tmp_path), fcntl.flock
    deleted: list[Path] = []

    def delete_first(file: int, how: int) -> None:
        if not deleted:
            deleted.append(project.lock_file)
            project.lock_file.unlink()
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", delete_first)
    with hold(project, wait_seconds=30):
        assert deleted
        assert project.lock_file.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / ".gleanings").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(GleaningsError, match="cannot be written"), hold(Project(tmp_path)):
        pass


def test_what_a_killed_run_left_among_a_person_s_files_is_cleared(tmp_path: Path) -> None:
    content = tmp_path / "content/weekly"
    content.mkdir(parents=True)
    for name in (".2026-w47.yaml.0a1b2c3d.tmp", "2026-w47.yaml", ".mine.tmp", "notes.0a1b2c3d.tmp"):
        (content / name).write_text("x", encoding="utf-8")
    with hold(Project(tmp_path)):
        assert sorted(path.name for path in content.iterdir()) == [".mine.tmp", "2026-w47.yaml", "notes.0a1b2c3d.tmp"]

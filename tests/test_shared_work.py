"""Jobs on all cores: the outcome is the same as on one, whatever becomes of the copies."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gleanings.aside import begin, share

CORES = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
several = pytest.mark.skipif(CORES < 2, reason="copies are made on Linux with several cores")

BEGIN = """
import os, signal, sys, time
from pathlib import Path
from gleanings.aside import begin, share

here, begun = os.getpid(), Path(sys.argv[1], "begun")

def is_copy():
    if os.getpid() != here:
        begun.touch()
        return True
    # Copies are to have their share.
    while not begun.exists():
        time.sleep(0.001)
    return False

"""


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A script in a process of its own, as a process with threads is not copied; its copies hold the pipe as well."""
    command = [sys.executable, "-c", BEGIN + script, str(folder)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=60)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 2500])
@pytest.mark.parametrize("pays", ["pays", ""])
def test_what_came_of_jobs_stands_in_their_order(count: int, pays: str) -> None:
    done = share(range(count), lambda number: number * number, kind=int, pays=bool(pays))
    assert done == [number * number for number in range(count)]


def test_a_process_with_threads_does_it_all_itself() -> None:
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    try:
        assert set(share(range(50), lambda _: os.getpid(), kind=int, pays=True)) == {os.getpid()}
    finally:
        end.set()
        other.join()


@several
def test_copies_take_their_share(tmp_path: Path) -> None:
    script = "print(set(share(range(50), lambda _: is_copy(), kind=bool, pays=True)))"
    assert "True" in run(script, tmp_path).stdout


@several
def test_long_answers_come_whole(tmp_path: Path) -> None:
    script = """
def work(number):
    return is_copy(), str(number) * 300_000

came = share(range(20), work, kind=tuple[bool, str], pays=True)
print(any(copied for copied, _ in came), [text for _, text in came] == [str(one) * 300_000 for one in range(20)])
"""
    assert run(script, tmp_path).stdout == "True True\n"


@several
def test_a_parent_that_ignores_ended_processes_changes_nothing(tmp_path: Path) -> None:
    script = """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(3):
    print(share(range(50), lambda number: number, kind=int, pays=True) == list(range(50)))
    time.sleep(0.05)
with begin(lambda: iter(("first", "second"))) as errand:
    print(errand.hear(str))
"""
    assert run(script, tmp_path).stdout == "True\n" * 3 + "first\n"


@several
def test_copies_that_ended_are_cleared_away(tmp_path: Path) -> None:
    script = """
for _ in range(9):
    share(range(50), lambda number: number, kind=int, pays=True)
    time.sleep(0.01)
zombies = [one for one in Path("/proc").glob("[0-9]*/stat") if f") Z {here} " in one.read_text()]
print(len(zombies) < 2 * min(8, len(os.sched_getaffinity(0))))
"""
    assert run(script, tmp_path).stdout == "True\n"


KILLED = """
def work(number):
    if is_copy():
        os.kill(os.getpid(), signal.SIGKILL)
    return number

print(share(range(50), work, kind=int, pays=True) == list(range(50)))
"""
SPEECHLESS = """
def work(number):
    is_copy()
    return lambda: number

print([one() for one in share(range(50), work, kind=object, pays=True)] == list(range(50)))
"""


@several
@pytest.mark.parametrize("script", [KILLED, SPEECHLESS])
def test_what_a_copy_does_not_hand_over_is_done_here(script: str, tmp_path: Path) -> None:
    assert run(script, tmp_path).stdout == "True\n"


def test_where_the_system_makes_no_copy_it_is_all_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr("gleanings.aside.count_copies", lambda: 3)
    monkeypatch.setattr(os, "fork", refuse, raising=False)
    assert share(range(5), str, kind=str, pays=True) == ["0", "1", "2", "3", "4"]
    with begin(lambda: iter(("first", "second"))) as errand:
        assert (errand.hear(str), errand.hear(str)) == ("first", "second")


FAULTY = """
def work(number):
    if is_copy():
        time.sleep(60)
    raise ValueError(number)

try:
    share(range(50), work, kind=int, pays=True)
except ValueError:
    print("told")
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("alone")
"""


@several
def test_a_fault_is_told_and_leaves_no_copy_behind(tmp_path: Path) -> None:
    assert run(FAULTY, tmp_path).stdout == "told\nalone\n"


ORPHAN = """
def work(number):
    if not is_copy():
        os.kill(here, signal.SIGKILL)
    begun.with_name(str(number)).touch()
    while os.getppid() == here:
        time.sleep(0.001)
    return number

share(range(50), work, kind=int, pays=True)
"""


@several
def test_a_copy_whose_process_was_killed_takes_no_further_job(tmp_path: Path) -> None:
    assert run(ORPHAN, tmp_path).returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob("[0-9]*"))) < CORES


ORPHAN_AMONG_FILES = """
from gleanings.render.output import publish

def make_late(folder, made):
    if not is_copy():
        time.sleep(60)
    make(folder, made)
    os.kill(here, signal.SIGKILL)
    while os.getppid() == here:
        time.sleep(0.001)

make, publish._make_folder = publish._make_folder, make_late
outputs = [publish.Page(path=f"{folder}/{name}", content=b"") for folder in "abcdefgh" for name in range(500)]
publish._put_all(outputs, str(begun.with_name("out")))
"""


@several
def test_a_copy_whose_process_was_killed_puts_no_further_file_into_its_place(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert run(ORPHAN_AMONG_FILES, tmp_path).returncode == -signal.SIGKILL
    assert len([one for one in tmp_path.glob("out/*/*") if one.is_file()]) < CORES


# ── an errand ──


def test_what_an_errand_tells_is_heard_in_its_order() -> None:
    with begin(lambda: iter([1, "two", (3,)])) as errand:
        assert (errand.hear(int), errand.hear(str), errand.hear(tuple[int])) == (1, "two", (3,))


@several
def test_an_errand_is_run_by_a_copy(tmp_path: Path) -> None:
    script = "with begin(lambda: iter([os.getpid()])) as errand: print(errand.hear(int) != here)"
    assert run(script, tmp_path).stdout == "True\n"


KILLED_ON_AN_ERRAND = """
def work():
    yield "first"
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    yield "second"

with begin(work) as errand:
    print(errand.hear(str), errand.hear(str))
"""


@several
def test_what_a_copy_does_not_tell_is_found_out_here(tmp_path: Path) -> None:
    assert run(KILLED_ON_AN_ERRAND, tmp_path).stdout == "first second\n"


def test_a_fault_on_an_errand_is_raised_here() -> None:
    with begin(lambda: iter([1 // 0])) as errand, pytest.raises(ZeroDivisionError):
        errand.hear(int)


GIVEN_UP = """
def work():
    yield "first"
    time.sleep(60)

with begin(work) as errand:
    errand.hear(str)
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("alone")
"""


@several
def test_an_errand_that_nobody_waits_for_is_given_up(tmp_path: Path) -> None:
    assert run(GIVEN_UP, tmp_path).stdout == "alone\n"


ORPHAN_ON_AN_ERRAND = """
def work():
    yield "first"
    begun.touch()
    while os.getppid() == here:
        time.sleep(0.001)
    yield "second"
    begun.with_name("more").touch()

with begin(work) as errand:
    errand.hear(str)
    while not begun.exists():
        time.sleep(0.001)
    os.kill(here, signal.SIGKILL)
"""


@several
def test_a_copy_on_an_errand_does_nothing_more_once_nobody_waits(tmp_path: Path) -> None:
    assert run(ORPHAN_ON_AN_ERRAND, tmp_path).returncode == -signal.SIGKILL
    assert [one.name for one in tmp_path.iterdir()] == ["begun"]

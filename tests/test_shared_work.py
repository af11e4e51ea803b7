"""Jobs on all cores: the outcome is the same as on one, whatever becomes of the copies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from gleanings.aside import share

HERE = os.getpid()
several = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="copies are made on Linux with several cores"
)


def wait_for(file: Path) -> None:
    until = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < until
        time.sleep(0.001)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 2500])
@pytest.mark.parametrize("pays", ["pays", ""])
def test_what_came_of_jobs_stands_in_their_order(count: int, pays: str) -> None:
    done = share(range(count), lambda number: number * number, kind=int, pays=bool(pays))
    assert done == [number * number for number in range(count)]


@several
def test_copies_take_their_share(tmp_path: Path) -> None:
    def work(_: int) -> int:
        if os.getpid() == HERE:
            wait_for(tmp_path / "begun")
        else:
            (tmp_path / "begun").touch()
        return os.getpid()

    assert set(share(range(50), work, kind=int, pays=True)) != {HERE}


@several
def test_what_a_killed_copy_had_taken_is_done_here(tmp_path: Path) -> None:
    def work(number: int) -> int:
        if os.getpid() == HERE:
            wait_for(tmp_path / "begun")
        else:
            (tmp_path / "begun").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert share(range(50), work, kind=int, pays=True) == list(range(50))


@several
def test_what_a_copy_cannot_hand_over_is_done_here(tmp_path: Path) -> None:
    def work(number: int) -> Any:
        if os.getpid() == HERE:
            wait_for(tmp_path / "begun")
        else:
            (tmp_path / "begun").touch()
        return lambda: number

    done: list[Any] = list(share(range(50), work, kind=object, pays=True))
    assert [one() for one in done] == list(range(50))


@several
def test_a_fault_is_told_and_leaves_no_copy_behind() -> None:
    def work(number: int) -> int:
        if os.getpid() != HERE:
            time.sleep(60)
        raise ValueError(number)

    with pytest.raises(ValueError):
        share(range(50), work, kind=int, pays=True)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


ORPHAN = """
import os, signal, sys, time
from pathlib import Path
from gleanings.aside import share
here, folder = os.getpid(), Path(sys.argv[1])

def work(number):
    if os.getpid() == here:
        while not list(folder.iterdir()):
            time.sleep(0.001)
        os.kill(here, signal.SIGKILL)
    (folder / str(number)).touch()
    while os.getppid() == here:
        time.sleep(0.001)
    return number

share(range(50), work, kind=int, pays=True)
"""


@several
def test_a_copy_whose_process_was_killed_takes_no_further_job(tmp_path: Path) -> None:
    # The copy holds the pipe until it ends.
    run = subprocess.run([sys.executable, "-c", ORPHAN, str(tmp_path)], stdout=subprocess.PIPE, check=False)
    assert run.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) < len(os.sched_getaffinity(0))

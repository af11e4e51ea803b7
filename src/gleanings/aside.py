"""All cores: jobs are dealt to copies of this process, where that can be done and pays.

The outcome is the same with and without them; whatever goes wrong in a copy is simply done here again.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

from gleanings.values import pack, unpack

J = TypeVar("J")
R = TypeVar("R")

_MOST = 7
"""Copies, however many cores there are: each has its own memory."""
_BATCHES = 1000
"""Their numbers, four bytes each, must fit into a pipe, of which some systems give a page."""


def share(jobs: Sequence[J], do: Callable[[J], R], *, kind: type[R], pays: bool) -> list[R]:
    """What `do` makes of each job, in their order; on all cores where that `pays`.

    A copy of this process (fork) has everything at hand that was read already. Each takes the next job when it is
    done with one, so that large ones should come first. What `do` returns is of this `kind`; it travels (values.pack)
    and should be small.
    """
    copies = min(_count_copies(), len(jobs) - 1) if pays else 0
    if copies < 1:
        return [do(job) for job in jobs]
    queue = _Queue(len(jobs))
    helpers = [_Helper(jobs, do, queue) for _ in range(copies)]
    done: dict[int, R] = {}
    try:
        for number in queue:
            done[number] = do(jobs[number])
        for helper in helpers:
            done.update(helper.results(kind))
    except BaseException:
        for helper in helpers:
            helper.stop()
        raise
    finally:
        queue.close()
    return [done[number] if number in done else do(job) for number, job in enumerate(jobs)]


def begin(do: Callable[[], object]) -> Callable[[], bool]:
    """Begin to `do` something in a copy of this process, for what it leaves on the disk. What is returned waits for
    its end, and tells whether it was done: it is not where no copy can be made, or where it raised anything."""
    if not _count_copies():
        return lambda: False
    process = os.fork()
    if process == 0:
        _do(do)
    return lambda: os.waitpid(process, 0)[1] == 0


def _do(do: Callable[[], object]) -> NoReturn:
    """In the copy: do it, and end."""
    status = 1
    try:
        # The site's lock must end with the process that took it, even if that one is killed.
        os.closerange(3, 1024)
        do()
        status = 0
    finally:
        os._exit(status)


def _count_copies() -> int:
    """Only Linux is known to copy a process safely, and only one with a single thread."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 0
    return min(len(os.sched_getaffinity(0)) - 1, _MOST)


class _Queue:
    """Numbers of jobs in a pipe, out of which every process takes the next ones."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._batch = -(-count // _BATCHES)
        self.pipe, writing = os.pipe()
        os.write(writing, b"".join(start.to_bytes(4, "big") for start in range(0, count, self._batch)))
        os.close(writing)

    def __iter__(self) -> Iterator[int]:
        while start := os.read(self.pipe, 4):
            first = int.from_bytes(start, "big")
            yield from range(first, min(first + self._batch, self._count))

    def close(self) -> None:
        os.close(self.pipe)


class _Helper:
    """A copy of this process at work."""

    def __init__(self, jobs: Sequence[Any], do: Callable[[Any], Any], queue: _Queue) -> None:
        self._answers, writing = os.pipe()
        parent = os.getpid()
        self._process = os.fork()
        if self._process == 0:
            _answer(jobs, do, queue, writing, parent)
        os.close(writing)

    def results(self, kind: type[R]) -> Iterator[tuple[int, R]]:
        """Numbers of jobs and what came of them, as far as the copy got; waits for its end."""
        with os.fdopen(self._answers, "rb") as pipe:
            while len(head := pipe.read(8)) == 8:
                number, length = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
                packed = pipe.read(length)
                if len(packed) == length:
                    yield number, unpack(packed, kind)
        os.waitpid(self._process, 0)
        self._process = 0

    def stop(self) -> None:
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


def _answer(jobs: Sequence[Any], do: Callable[[Any], Any], queue: _Queue, writing: int, parent: int) -> None:
    """In the copy: do jobs until there are none, or nobody waits for them; hand over what came of them, and end."""
    try:
        # The site's lock must end with the process that took it, even if that one is killed.
        kept = sorted((queue.pipe, writing))
        for low, high in zip((2, *kept), (*kept, 1024), strict=True):
            os.closerange(low + 1, high)
        done = [(number, pack(do(jobs[number]))) for number in queue if os.getppid() == parent]
        with os.fdopen(writing, "wb") as pipe:
            for number, packed in done:
                pipe.write(number.to_bytes(4, "big") + len(packed).to_bytes(4, "big"))
                pipe.write(packed)
    finally:
        os._exit(0)

"""All cores: jobs are dealt to copies of this process, where that can be done and pays.

The outcome is the same with and without them; whatever goes wrong in a copy is simply done here again.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any, TypeVar

from gleanings.values import pack, unpack

J = TypeVar("J")
R = TypeVar("R")

_MOST = 7
"""Copies, however many cores there are: each has its own memory."""
_BATCHES = 1000
"""Their numbers, four bytes each, must fit into a pipe, of which some systems give a page."""


def share(
    jobs: Sequence[J],
    do: Callable[[J], R],
    *,
    kind: type[R],
    pays: bool,
    first: Callable[[], object] | None = None,
) -> list[R]:
    """What `do` makes of each job, in their order; on all cores where that `pays`. Then this process may do something
    else `first`, which it will need anyway, while the others are at work.

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
        if first is not None:
            first()
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


class Errand:
    """Work that a copy of this process has begun, and what it tells on the way."""

    def __init__(self, work: Callable[[], Iterator[object]]) -> None:
        """`work` yields what there is to tell; it travels (values.pack) and should be small. After each of them it is
        sure that somebody waits for the rest. Where no copy can be made, or one comes to grief, the work is done here
        when it is asked for."""
        self._work = work
        self._heard = 0
        self._here: Iterator[Any] | None = None
        self._process = 0
        if _count_copies():
            reading, writing = os.pipe()
            parent = os.getpid()
            self._process = _copy(lambda: _tell(work, writing, parent), writing)
            os.close(writing)
            self._answers = os.fdopen(reading, "rb")

    def hear(self, kind: type[R]) -> R:
        """The next that the work tells, which is of this kind; waits for it. Raises what the work raises."""
        if self._process:
            packed = _read_answer(self._answers)
            if packed is not None:
                self._heard += 1
                return unpack(packed, kind)
            self.end()
        if self._here is None:
            self._here = islice(self._work(), self._heard, None)
        told: R = next(self._here)
        return told

    def end(self) -> None:
        """Nothing more is wanted of it."""
        if self._process:
            _stop(self._process)
            self._answers.close()
            self._process = 0


@contextmanager
def begin(work: Callable[[], Iterator[object]]) -> Iterator[Errand]:
    """Begin some work in a copy of this process; after the block it is over."""
    errand = Errand(work)
    try:
        yield errand
    finally:
        errand.end()


def _tell(work: Callable[[], Iterator[object]], writing: int, parent: int) -> None:
    """In the copy: do the work for as long as somebody waits for it."""
    with os.fdopen(writing, "wb") as pipe:
        for told in work():
            _write_answer(pipe, pack(told))
            pipe.flush()
            if os.getppid() != parent:
                return


def _copy(do: Callable[[], None], *kept: int) -> int:
    """The number of a copy of this process that does something, and ends; of its open files it has those `kept`."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        # The site's lock must end with the process that took it, even if that one is killed.
        for low, high in zip((2, *sorted(kept)), (*sorted(kept), 1024), strict=True):
            os.closerange(low + 1, high)
        do()
        status = 0
    finally:
        os._exit(status)


def _stop(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _write_answer(pipe: IO[bytes], packed: bytes) -> None:
    pipe.write(len(packed).to_bytes(4, "big"))
    pipe.write(packed)


def _read_answer(pipe: IO[bytes]) -> bytes | None:
    """What a copy wrote next; None where it ended, or was ended, before all of it was written."""
    length = int.from_bytes(pipe.read(4), "big")
    packed = pipe.read(length)
    return packed if length and len(packed) == length else None


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
        reading, writing = os.pipe()
        parent = os.getpid()
        self._process = _copy(lambda: _answer(jobs, do, queue, writing, parent), queue.pipe, writing)
        os.close(writing)
        self._answers = os.fdopen(reading, "rb")

    def results(self, kind: type[R]) -> Iterator[tuple[int, R]]:
        """Numbers of jobs and what came of them, as far as the copy got; waits for its end."""
        with self._answers as pipe:
            while (number := _read_answer(pipe)) is not None and (packed := _read_answer(pipe)) is not None:
                yield int.from_bytes(number, "big"), unpack(packed, kind)
        os.waitpid(self._process, 0)
        self._process = 0

    def stop(self) -> None:
        if self._process:
            _stop(self._process)


def _answer(jobs: Sequence[Any], do: Callable[[Any], Any], queue: _Queue, writing: int, parent: int) -> None:
    """In the copy: do jobs until there are none, or nobody waits for them; hand over what came of them."""
    done = [(number, pack(do(jobs[number]))) for number in queue if os.getppid() == parent]
    with os.fdopen(writing, "wb") as pipe:
        for number, packed in done:
            _write_answer(pipe, number.to_bytes(4, "big"))
            _write_answer(pipe, packed)

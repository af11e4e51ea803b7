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
from functools import partial
from itertools import islice
from typing import IO, Any, TypeVar

from gleanings.values import pack, unpack

J = TypeVar("J")
R = TypeVar("R")

_MOST = 7
"""Copies, however many cores there are: each has its own memory."""
_BATCHES = 1000
"""Their numbers, four bytes each, must fit into a pipe, of which some systems give a page."""

_parent: int | None = None
"""Of a copy: the process that it is a copy of."""


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
    helpers = list(_begin_helpers(copies, jobs, do, queue))
    done: dict[int, R] = {}
    try:
        if first is not None:
            first()
        for number in queue:
            done[number] = do(jobs[number])
            # What is there already is unpacked while the others are still at work.
            for helper in helpers:
                done.update(helper.take(kind))
        for helper in helpers:
            helper.wait()
            done.update(helper.take(kind))
    except BaseException:
        for helper in helpers:
            helper.stop()
        raise
    finally:
        queue.close()
        for helper in helpers:
            helper.close()
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
        self._copy = _begin_copy(partial(_tell, work)) if _count_copies() else None

    def hear(self, kind: type[R]) -> R:
        """The next that the work tells, which is of this kind; waits for it. Raises what the work raises."""
        if self._copy:
            packed = self._copy.read()
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
        if self._copy:
            self._copy.stop()
            self._copy = None


@contextmanager
def begin(work: Callable[[], Iterator[object]]) -> Iterator[Errand]:
    """Begin some work in a copy of this process; after the block it is over."""
    errand = Errand(work)
    try:
        yield errand
    finally:
        errand.end()


def is_wanted() -> bool:
    """Whether somebody waits for what this process does: that of which it is a copy may have been killed."""
    return _parent is None or os.getppid() == _parent


def _tell(work: Callable[[], Iterator[object]], pipe: IO[bytes]) -> None:
    """In the copy: do the work for as long as somebody waits for it."""
    for told in work():
        _write_answer(pipe, pack(told))
        pipe.flush()
        if not is_wanted():
            return


class _Copy:
    """A copy of this process at work, and what it writes."""

    def __init__(self, process: int, pipe: IO[bytes]) -> None:
        self._process = process
        self._pipe = pipe

    def read(self) -> bytes | None:
        """What it wrote next; None where it ended, or was ended, before all of it was written."""
        length = int.from_bytes(self._pipe.read(4), "big")
        packed = self._pipe.read(length)
        return packed if length and len(packed) == length else None

    def wait(self) -> None:
        """Until it has nothing more to do; the system may take a while longer to clear it away."""
        self._pipe.read()
        self._pipe.close()
        _ended.append(self._process)
        self._process = 0
        _clear_away()

    def stop(self) -> None:
        """End it now, if it has not ended."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            self._pipe.close()
            os.waitpid(self._process, 0)
            self._process = 0


_ended: list[int] = []
"""Copies that have nothing more to do, and that the system may not have cleared away yet."""


def _clear_away() -> None:
    """Let the system forget copies that ended, without waiting for it."""
    _ended[:] = [process for process in _ended if not os.waitpid(process, os.WNOHANG)[0]]


def _begin_copy(do: Callable[[IO[bytes]], None], *kept: int) -> _Copy | None:
    """A copy of this process that does something with a pipe to here; of the files that are open it has those `kept`.
    None where the system makes none, as there are too many already."""
    reading, writing = os.pipe()

    def do_it() -> None:
        with os.fdopen(writing, "wb") as pipe:
            do(pipe)

    try:
        process = _fork(do_it, *kept, writing)
    except OSError:
        os.close(reading)
        return None
    finally:
        os.close(writing)
    return _Copy(process, os.fdopen(reading, "rb"))


def _fork(do: Callable[[], None], *kept: int) -> int:
    """The number of a copy of this process that does something, and ends; of its open files it has those `kept`."""
    global _parent
    here = os.getpid()
    process = os.fork()
    if process:
        return process
    _parent = here
    _ended.clear()
    status = 1
    try:
        # The site's lock must end with the process that took it, even if that one is killed.
        for low, high in zip((2, *sorted(kept)), (*sorted(kept), 1024), strict=True):
            os.closerange(low + 1, high)
        do()
        status = 0
    finally:
        os._exit(status)


def _write_answer(pipe: IO[bytes], packed: bytes) -> None:
    pipe.write(len(packed).to_bytes(4, "big"))
    pipe.write(packed)


def _count_copies() -> int:
    """Only Linux is known to copy a process safely, and only one with a single thread."""
    if sys.platform != "linux" or not hasattr(os, "memfd_create") or threading.active_count() > 1:
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
    """A copy that does jobs of a queue. What comes of them it puts into memory that this process sees as well, so
    that neither waits for the other."""

    def __init__(self, copy: _Copy, answers: int) -> None:
        """`answers` is that memory, as an open file."""
        self._copy = copy
        self._answers = answers
        self._taken = 0

    def take(self, kind: type[R]) -> Iterator[tuple[int, R]]:
        """Numbers of jobs and what came of them, of those that were done since this was asked."""
        there = os.fstat(self._answers).st_size
        if there == self._taken:
            return
        content = memoryview(os.pread(self._answers, there - self._taken, self._taken))
        at = 0
        # The last one may not be whole yet.
        while (start := at + _HEAD) <= len(content):
            number, length = (int.from_bytes(content[one : one + 4], "big") for one in (at, at + 4))
            if start + length > len(content):
                break
            at = start + length
            yield number, unpack(content[start:at], kind)
        self._taken += at

    def wait(self) -> None:
        """Until all of its jobs are done, or none of them will be."""
        self._copy.wait()

    def stop(self) -> None:
        """End it now, if it has not ended."""
        self._copy.stop()

    def close(self) -> None:
        """Nothing more is taken."""
        os.close(self._answers)


_HEAD = 8
"""Bytes before an answer: the number of its job and its own length."""


def _begin_helpers(count: int, jobs: Sequence[Any], do: Callable[[Any], Any], queue: _Queue) -> Iterator[_Helper]:
    """As many as the system makes, up to `count`."""
    for _ in range(count):
        try:
            answers = os.memfd_create("answers")
        except OSError:
            return
        copy = _begin_copy(partial(_answer, jobs, do, queue, answers), queue.pipe, answers)
        if copy is None:
            os.close(answers)
            return
        yield _Helper(copy, answers)


def _answer(jobs: Sequence[Any], do: Callable[[Any], Any], queue: _Queue, answers: int, _: IO[bytes]) -> None:
    """In the copy: do jobs until there are none, or nobody waits for them; hand over what came of them."""
    for number in queue:
        if not is_wanted():
            return
        packed = pack(do(jobs[number]))
        answer = number.to_bytes(4, "big") + len(packed).to_bytes(4, "big") + packed
        if os.write(answers, answer) < len(answer):
            return

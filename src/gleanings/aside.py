"""All cores: jobs are dealt to copies of this process, where that can be done and pays.

The outcome is the same with and without them; whatever goes wrong in a copy is simply done here again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import IO, Any, TypeVar

from gleanings.copies import Copy, begin_copy, count_copies, is_wanted
from gleanings.values import pack, unpack

J = TypeVar("J")
R = TypeVar("R")

_BATCHES = 1000
"""Their numbers, four bytes each, must fit into a pipe, of which some systems give a page."""
_HEAD = 8
"""Bytes before an answer: the number of its job and its own length."""


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
    copies = min(count_copies(), len(jobs) - 1) if pays else 0
    if copies < 1:
        return [do(job) for job in jobs]
    queue = _Queue(len(jobs))
    helpers: list[_Helper] = []
    done: dict[int, R] = {}
    try:
        helpers += _begin_helpers(copies, jobs, do, queue)
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
        self._copy = begin_copy(partial(_tell, work)) if count_copies() else None

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


def _tell(work: Callable[[], Iterator[object]], pipe: IO[bytes]) -> None:
    """In the copy: do the work for as long as somebody waits for it."""
    for told in work():
        _write_answer(pipe, pack(told))
        pipe.flush()
        if not is_wanted():
            return


def _write_answer(pipe: IO[bytes], packed: bytes) -> None:
    pipe.write(len(packed).to_bytes(4, "big"))
    pipe.write(packed)


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

    def __init__(self, copy: Copy, answers: int) -> None:
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


def _begin_helpers(count: int, jobs: Sequence[Any], do: Callable[[Any], Any], queue: _Queue) -> Iterator[_Helper]:
    """As many as the system makes, up to `count`."""
    for _ in range(count):
        try:
            answers = os.memfd_create("answers")
        except OSError:
            return
        copy = begin_copy(partial(_answer, jobs, do, queue, answers), queue.pipe, answers)
        if copy is None:
            os.close(answers)
            return
        yield _Helper(copy, answers)


def _answer(jobs: Sequence[Any], do: Callable[[Any], Any], queue: _Queue, answers: int, _: IO[bytes]) -> None:
    """In the copy: do jobs until there are none, or nobody waits for them; hand over what came of them. That all is
    done its pipe tells, by being closed."""
    for number in queue:
        if not is_wanted():
            return
        packed = pack(do(jobs[number]))
        answer = number.to_bytes(4, "big") + len(packed).to_bytes(4, "big") + packed
        if os.write(answers, answer) < len(answer):
            return

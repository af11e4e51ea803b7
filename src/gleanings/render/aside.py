"""The second core: part of the work in a process beside this one, where that can be done and pays.

The result is the same with and without it; whatever goes wrong beside is simply done here again.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from gleanings.values import Value

T = TypeVar("T")


class Aside(Value, Generic[T], gc=True):
    """Work that was handed to the other core."""

    _work: Callable[[], T]
    _process: int | None
    _pipe: int | None

    def result(self) -> T:
        """What the work gives; waits for it."""
        if self._process is None or self._pipe is None:
            return self._work()
        with os.fdopen(self._pipe, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(self._process, 0)
        if status != 0:
            return self._work()
        return cast(T, pickle.loads(answer))  # noqa: S301 — our own child wrote it


def begin_aside(work: Callable[[], T], *, pays: bool) -> Aside[T]:
    """Begin `work` on another core where it `pays`; else, or where that cannot be, `result` does it.

    A copy of this process (fork) has everything at hand that was read already. Only Linux is known to do that safely,
    and only a process with a single thread.
    """
    if not pays or sys.platform != "linux" or threading.active_count() > 1 or len(os.sched_getaffinity(0)) < 2:
        return Aside(work, None, None)
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        _answer(work, writing)
    os.close(writing)
    return Aside(work, process, reading)


def _answer(work: Callable[[], T], writing: int) -> None:
    """In the copy: do the work, hand over the result, end at once."""
    status = 1
    try:
        # The site's lock must end with the process that took it, even if that one is killed.
        os.closerange(3, writing)
        os.closerange(writing + 1, 1024)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(work(), pipe, protocol=pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)

"""Copies of this process (fork), at work beside it: they have everything at hand that was read already."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

_MOST = 7
"""Copies, however many cores there are: each has its own memory."""

_parent: int | None = None
"""Of a copy: the process that it is a copy of."""
_ended: list[int] = []
"""Copies that have nothing more to do, and that the system may not have cleared away yet."""


class Copy:
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
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            self._pipe.close()
            _is_cleared(self._process, 0)
            self._process = 0


def _clear_away() -> None:
    """Let the system forget copies that ended, without waiting for it."""
    _ended[:] = [process for process in _ended if not _is_cleared(process, os.WNOHANG)]


def _is_cleared(process: int, how: int) -> bool:
    """Whether the system has forgotten a copy that ended; it does so by itself where whoever started us ignores ended
    processes (wait(2), SIGCHLD)."""
    try:
        return os.waitpid(process, how)[0] != 0
    except ChildProcessError:
        return True


def begin_copy(do: Callable[[IO[bytes]], None], *kept: int) -> Copy | None:
    """A copy of this process that does something with a pipe to here; of the files that are open it has those `kept`.
    None where the system makes none, as there are too many already, of copies or of open files."""
    try:
        reading, writing = os.pipe()
    except OSError:
        return None

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
    return Copy(process, os.fdopen(reading, "rb"))


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


def count_copies() -> int:
    """Only Linux is known to copy a process safely, and only one with a single thread."""
    if sys.platform != "linux" or not hasattr(os, "memfd_create") or threading.active_count() > 1:
        return 0
    return min(len(os.sched_getaffinity(0)) - 1, _MOST)


def is_wanted() -> bool:
    """Whether somebody waits for what this process does: that of which it is a copy may have been killed."""
    return _parent is None or os.getppid() == _parent

"""Reading feeds in processes of their own, where there is enough to read.

A worker ends when its pipe closes, so that none outlives us, however we end. One that dies or hangs over a feed costs
that feed only.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from gleanings.fetch.inbox.digest import digest_feed
from gleanings.fetch.inbox.digested import Digest, Job, Unreadable

ENOUGH_BYTES = 4 * 1024 * 1024
"""So much to read in a run pays for starting processes."""
LONGEST_SECONDS = 60.0

Done = Callable[[Digest | Unreadable], None]


def read_safely(job: Job) -> Digest | Unreadable:
    """`digest_feed`, in which a fault of our own is the fault of one feed only."""
    try:
        return digest_feed(job)
    except Exception as error:  # noqa: BLE001  one feed must never stop the others
        return crash(error)


def crash(error: Exception) -> Unreadable:
    """What to say of a feed over which our own code failed."""
    trace = "".join(traceback.format_exception(error))
    return Unreadable(reason=f"it made our own code fail ({type(error).__name__})", kind="crash", trace=trace)


class Readers:
    """Reads at once in this process, and in workers as soon as there is much to read."""

    def __init__(self, *, processes: int | None = None) -> None:
        self._count = processes if processes is not None else min(4, os.cpu_count() or 1)
        self._jobs: queue.SimpleQueue[tuple[Job, Done] | None] = queue.SimpleQueue()
        self._workers: list[_Worker] = []
        self._bytes = 0

    def read(self, job: Job, done: Done) -> None:
        """Read a feed and call `done`, from this thread or, later, from another."""
        self._bytes += len(job.body)
        if not self._workers and (self._bytes < ENOUGH_BYTES or self._count < 2):
            done(read_safely(job))
            return
        if not self._workers and not self._start_workers():
            done(read_safely(job))
            return
        self._jobs.put((job, done))

    def _start_workers(self) -> bool:
        """True where workers could be started; a system without room for more processes is no reason to fail."""
        try:
            for _ in range(self._count):
                self._workers.append(_Worker(self._jobs))
        except OSError:
            self._count = len(self._workers)
        return bool(self._workers)

    def close(self) -> None:
        """End all workers; what they were reading is lost."""
        for _ in self._workers:
            self._jobs.put(None)
        for worker in self._workers:
            worker.end()
        self._workers = []


class _Worker:
    """One process, and the thread that hands it one job after another."""

    def __init__(self, jobs: queue.SimpleQueue[tuple[Job, Done] | None]) -> None:
        self._jobs = jobs
        self._pipe, self._process = _start()
        threading.Thread(target=self._serve, daemon=True, name="reader").start()

    def _serve(self) -> None:
        while (task := self._jobs.get()) is not None:
            job, done = task
            done(self._ask(job))

    def _ask(self, job: Job) -> Digest | Unreadable:
        try:
            self._pipe.send(job)
            if self._pipe.poll(LONGEST_SECONDS):
                answer = self._pipe.recv()
                assert isinstance(answer, Digest | Unreadable)
                return answer
            reason = f"it took more than {LONGEST_SECONDS:.0f} s to read"
        except (EOFError, OSError):
            reason = "it made our parser break down"
        self.end()
        self._pipe, self._process = _start()
        return Unreadable(reason=reason, kind="crash")

    def end(self) -> None:
        self._process.kill()
        self._process.join(1.0)
        with contextlib.suppress(OSError):
            self._pipe.close()


def _start() -> tuple[Connection, BaseProcess]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_read_for_ever, args=(theirs,), daemon=True, name="gleanings-reader")
    with _deaf_to_interrupts():
        process.start()
    theirs.close()
    return ours, process


def _read_for_ever(pipe: Connection) -> None:
    """What a worker process does: jobs in, digests out, until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        while True:
            job = pipe.recv()
            assert isinstance(job, Job)
            pipe.send(read_safely(job))


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process started in the block does not hear Ctrl-C; ending it is our part."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

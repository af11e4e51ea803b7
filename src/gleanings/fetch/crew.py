"""Many hosts at once, each asked one thing after another."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from gleanings.fetch.retrieve.gates import gate_of

HOSTS_AT_ONCE = 48
MOST_BYTES_WAITING = 48 * 1024 * 1024
"""So much may wait to be read; then asking waits too, which bounds memory."""

Task = Callable[[], object]
T = TypeVar("T")


def host_of(url: str) -> str:
    """The host of a web address, without port; the address itself where there is none."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def group_by_gate(wanted: Iterable[T], address: Callable[[T], str]) -> list[list[T]]:
    """Things to ask for, those of one gate together in their order; the longest rows first, as they take longest."""
    groups: dict[str, list[T]] = {}
    for one in wanted:
        groups.setdefault(gate_of(host_of(address(one))), []).append(one)
    return sorted(groups.values(), key=len, reverse=True)


class Room:
    """Where answers wait to be read; it holds only so many bytes, but at least one answer of any size."""

    def __init__(self, most: int = MOST_BYTES_WAITING) -> None:
        self._most = most
        self._taken = 0
        self._changed = threading.Condition()

    def enter(self, size: int) -> None:
        """Wait until there is room for so many bytes, and take it."""
        with self._changed:
            self._changed.wait_for(lambda: self._taken == 0 or self._taken + size <= self._most)
            self._taken += size

    def leave(self, size: int) -> None:
        """Give it back."""
        with self._changed:
            self._taken -= size
            self._changed.notify_all()


class Crew:
    """Threads that ask. They end with the process, so that nobody waits for a host that does not answer."""

    def __init__(self, rows: Sequence[Sequence[Task]], *, at_once: int = HOSTS_AT_ONCE) -> None:
        self._rows: queue.SimpleQueue[Sequence[Task]] = queue.SimpleQueue()
        for row in rows:
            self._rows.put(row)
        self._stopped = threading.Event()
        for number in range(min(at_once, len(rows))):
            threading.Thread(target=self._work, daemon=True, name=f"asker-{number}").start()

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                row = self._rows.get_nowait()
            except queue.Empty:
                return
            for task in row:
                if self._stopped.is_set():
                    return
                task()

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopped.set()

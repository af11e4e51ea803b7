"""What the preview shows at this moment, and who waits for the next."""

from __future__ import annotations

from threading import Condition

from gleanings.problems import Problem
from gleanings.values import Value


class Fault(Value, kw_only=True):
    """A problem with the line it is about, for the overlay."""

    problem: Problem
    excerpt: str | None = None
    """The line of the person's file, where there is one."""


class Rebuilt(Value, kw_only=True):
    """What one rebuild came to: faults, or the addresses of what changed."""

    faults: tuple[Fault, ...] = ()
    changed: tuple[str, ...] = ()
    """Paths below the output folder that were written or removed, pages and feeds alike."""


class Board:
    """The newest Rebuilt with a number that grows; browsers wait here for the next. Thread-safe."""

    def __init__(self) -> None:
        self._news = Condition()
        self._number = 0
        self._rebuilt = Rebuilt()
        self._closed = False

    def post(self, rebuilt: Rebuilt) -> None:
        """Show `rebuilt` and wake everyone who waits."""
        with self._news:
            self._number += 1
            self._rebuilt = rebuilt
            self._news.notify_all()

    def close(self) -> None:
        """Wake everyone for the last time."""
        with self._news:
            self._closed = True
            self._news.notify_all()

    def look(self) -> tuple[int, Rebuilt]:
        """The number and content of what is shown now."""
        with self._news:
            return self._number, self._rebuilt

    def wait_beyond(self, number: int, *, seconds: float) -> tuple[int, Rebuilt] | None:
        """What is shown once it is newer than `number`; None after `seconds` without news, or when closed."""
        with self._news:
            self._news.wait_for(lambda: self._closed or self._number > number, timeout=seconds)
            return (self._number, self._rebuilt) if self._number > number else None

    @property
    def closed(self) -> bool:
        return self._closed

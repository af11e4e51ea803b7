"""When memory is freed: not while many values are made, and not at the end of a process that had them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_kept: list[object] = []


def keep(value: object) -> None:
    """Let a value stay to the end of the process, where that is near: to take a library of thousands of values apart
    takes long."""
    _kept.append(value)


@contextmanager
def paused() -> Iterator[None]:
    """For the length of the block nobody looks for circles: among hundreds of thousands of young values that costs
    a third of the time, and finds nothing. Values without a circle are freed all the same."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

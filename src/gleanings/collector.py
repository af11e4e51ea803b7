"""When memory is freed: not while many values are made, not at the end of a process that had them, and to whom."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_LARGE = 1 << 24
"""Bytes. No page of ours is as long."""

_kept: list[object] = []


def keep(value: object) -> None:
    """Let a value stay to the end of the process, where that is near: to take a library of thousands of values apart
    takes long."""
    _kept.append(value)


def keep_large_pieces() -> None:
    """Let memory that held a long text hold the next one, instead of going back to the system in between, which
    clears every page of it again. glibc does so up to the length of the longest piece that it was ever given back
    (mallopt(3), M_MMAP_THRESHOLD); other systems take no notice."""
    bytes(_LARGE)


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

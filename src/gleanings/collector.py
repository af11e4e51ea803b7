"""Python's garbage collector, paused where many values are made and no circles among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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

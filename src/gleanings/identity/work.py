"""What a host's rule says of an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gleanings.identity.address import Address


class Work(NamedTuple):
    """A work that a host's rule recognised."""

    key: str
    """The same for all addresses of the work: `scheme:id`, or `//host/path` where a rule knows its own address."""
    url: str | None = None
    """The best address of the work; None: the one at hand, tracking off."""


Rule = Callable[[Address], Work | None]
"""Takes an address whose host is without `www.`, and whose tracking parameters are off."""

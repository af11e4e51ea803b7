"""How a run of the fetch stage is asked for, and what it tells: plain values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from gleanings.fetch.inbox.writing import Tally
from gleanings.fetch.poll.polling import PollState, Verdict
from gleanings.model import Candidate, Feed
from gleanings.values import Value, field


class Report(Value, kw_only=True):
    """What became of one feed, or of one single page, in a run."""

    url: str
    """As in feeds.yaml, without credentials."""
    feed: Feed | None
    """None for a single page."""
    verdict: Verdict
    tally: Tally = field(default_factory=Tally)
    next_check: datetime | None = None
    """When the next look is due; None: never, or at once."""
    state: PollState | None = None
    trace: str = ""
    """Where our own code failed over it."""


class Run(Value, kw_only=True):
    """What became of a whole run."""

    reports: tuple[Report, ...]
    """In the order of feeds.yaml, feeds before single pages."""
    removed: tuple[str, ...] = ()
    """Feeds that are no longer in feeds.yaml; their entries stay."""
    no_network: bool = False
    """Not one host could be reached; nothing was counted against any feed."""


class Listener(Protocol):
    """Whoever wants to know how a run goes on. May be called from any thread."""

    def began(self, url: str) -> None:
        """A feed or page is being asked for."""

    def ended(self, report: Report) -> None:
        """A feed or page is done with."""


LinkReader = Callable[..., Candidate]
"""`read(url, *, client, now)`: what a page says of itself. Raises GleaningsError where it cannot be asked."""


class Settings(Value, kw_only=True):
    """How a run is to be made."""

    now: datetime
    file_mark: str
    """Changes when feeds.yaml does."""
    wanted: frozenset[str] | None = None
    """Addresses of the feeds to look at; None: all, and the single pages."""
    force: bool = False
    """Skip our own intervals."""
    already_picked: frozenset[str] = frozenset()
    """Works that stand in roundups: not offered again."""
    processes: int | None = None
    """How many read feeds; None: as many as pay."""
    clean_at_once: int = 16 * 1024 * 1024
    """So many bytes of new feeds are cleaned as they come; what a longer list brings, when somebody looks at it."""

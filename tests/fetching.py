"""A reading person in miniature: feeds, an inbox, a clock that goes where it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gleanings.fetch.inbox.store import Store
from gleanings.fetch.pipeline import fetch_all
from gleanings.fetch.poll.polling import PollState
from gleanings.fetch.reports import LinkReader, Report, Run, Settings
from gleanings.fetch.retrieve.gates import Gates
from gleanings.fetch.retrieve.http import Client, line_maker
from gleanings.fetch.retrieve.urls import find_private_origins
from gleanings.model import Candidate, Feed, FeedsFile, Place, State
from gleanings.values import replace

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Nobody:
    """Listens to nothing."""

    def began(self, url: str) -> None: ...

    def ended(self, report: Report) -> None: ...


def no_links(url: str, *, client: Client, now: datetime) -> Candidate:
    raise AssertionError("no single page was expected")


def feed(url: str, **keys: object) -> Feed:
    """A feed as feeds.yaml would give it."""
    return Feed(url=url, place=Place(path="feeds.yaml", line=2, column=5), **keys)  # type: ignore[arg-type]


@dataclass
class Reader:
    """One person's site. `fetch` takes the feeds as they stand in feeds.yaml on that day."""

    folder: Path
    now: datetime = START
    file_mark: str = "1"
    private: tuple[str, ...] = ()
    """Further private addresses that the person wrote down."""
    run: Run = field(default_factory=lambda: Run(reports=()))
    last: Settings | None = None

    @property
    def path(self) -> Path:
        return self.folder / "inbox.sqlite3"

    def wait(self, **span: float) -> None:
        """Let time go by."""
        self.now += timedelta(**span)

    def fetch(
        self,
        *feeds: Feed | str,
        force: bool = False,
        wanted: frozenset[str] | None = None,
        picked: frozenset[str] = frozenset(),
        links: Sequence[str] = (),
        read_link: LinkReader = no_links,
        processes: int | None = 1,
        clean_at_once: int = 1_000_000,
    ) -> list[Report]:
        """One run; a bare address is a feed."""
        written = tuple(feed(one) if isinstance(one, str) else one for one in feeds)
        addresses = (*(one.url for one in written), *links, *self.private)
        settings = Settings(
            now=self.now,
            file_mark=self.file_mark,
            force=force,
            wanted=wanted,
            already_picked=picked,
            processes=processes,
            clean_at_once=clean_at_once,
        )
        with Store.open(self.path) as store:
            gates = Gates(now=self.now, states=store.host_states(), make_line=line_maker(), pause_seconds=0)
            client = Client(agent="Gleanings/test", gates=gates, private_origins=find_private_origins(addresses))
            self.run = fetch_all(
                FeedsFile(feeds=written, links=tuple(links)),
                store=store,
                client=client,
                settings=settings,
                listener=Nobody(),
                read_link=read_link,
            )
        return list(self.run.reports)

    def look(self, *feeds: Feed | str, **options: object) -> Report:
        """One run, of which the first feed's report matters."""
        return self.fetch(*feeds, **options)[0]  # type: ignore[arg-type]

    def inbox(self, *states: State) -> list[Candidate]:
        """Candidates in those states (none given: new), newest first."""
        with Store.open(self.path) as store:
            return store.candidates(states or ("new",))

    def titles(self, *states: State) -> list[str]:
        """Their titles, sorted."""
        return sorted(candidate.title for candidate in self.inbox(*states))

    def decide(self, title: str, state: State) -> None:
        """Decide about the candidate of that title."""
        everything = self.inbox("new", "later", "picked", "skipped", "backlog")
        (chosen,) = [candidate for candidate in everything if candidate.title == title]
        with Store.open(self.path) as store:
            store.decide([chosen.id], state, now=self.now, roundup="2026-11" if state == "picked" else None)

    def state(self, url: str) -> PollState:
        """What is remembered of a feed's polling."""
        with Store.open(self.path) as store:
            return store.feed_states()[url]


def without_time(candidates: list[Candidate]) -> list[Candidate]:
    """Candidates, for comparing runs of different days."""
    return [replace(candidate, first_seen=START) for candidate in candidates]

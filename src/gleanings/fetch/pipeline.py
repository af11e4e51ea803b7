"""The fetch stage, whole: feeds.yaml → Response → Digest → candidates in the store."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol, assert_never

from gleanings.fetch.answers import UNREACHED, Failure, Response, strip_credentials
from gleanings.fetch.asking import MOST_WAITING, Crew, Task, group_by_gate, host_of
from gleanings.fetch.brought import DIGEST_VERSION, Brought, Digest, Job, Unreadable
from gleanings.fetch.gates import gate_of
from gleanings.fetch.http import Client
from gleanings.fetch.memory import BACKLOG_DAYS, plan_changes
from gleanings.fetch.polling import (
    Plan,
    PollState,
    Verdict,
    after_304,
    after_failure,
    after_good,
    after_status,
    after_unreadable,
    is_challenge,
    plan_look,
    ripe_move,
)
from gleanings.fetch.store import KeptBody, Store, Tally
from gleanings.fetch.workers import Readers
from gleanings.identity import work_key
from gleanings.model import Candidate, Feed, FeedsFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
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
"""`fetch_link(url, *, client, now)`: what a page says of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
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


def fetch_all(
    feeds_file: FeedsFile,
    *,
    store: Store,
    client: Client,
    settings: Settings,
    listener: Listener,
    read_link: LinkReader,
) -> Run:
    """Look at every feed that is due, once.

    1. Bring the memory in line with feeds.yaml: order, removed feeds, `was:`.
    2. Plan: who is due, with which validators; who waits, who is gone, who is written twice.
    3. Ask, many hosts at once, one request at a time to each.
    4. Read each answer as it comes: parse, compare with what is known, clean what is new.
    5. Decide what is new, what is the same under another name, and when to look again.
    6. Store each feed's result in one transaction, at once.
    7. Where not one host was reached, count nothing against anybody; else count the unreached, too.

    Ctrl-C ends all requests and keeps what is stored. Raises StateUnusable.
    """
    removed = _line_up(feeds_file, store)
    run = _FetchRun(feeds_file, store, client, settings, listener, read_link)
    run.plan()
    try:
        run.ask()
        run.take_in_answers()
        no_network = run.settle_unreached()
    finally:
        run.close()
    return Run(reports=run.reports(), removed=removed, no_network=no_network)


def _line_up(feeds_file: FeedsFile, store: Store) -> tuple[str, ...]:
    for feed in feeds_file.feeds:
        if feed.was is not None:
            store.rename_feed(feed.was, feed.url)
    return store.arrange_feeds([feed.url for feed in feeds_file.feeds])


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer, or none, has come."""

    position: int
    answer: Response | Failure


@dataclass(frozen=True, slots=True)
class _Digested:
    """An answer was read."""

    position: int
    response: Response
    digest: Digest | Unreadable
    body_hash: str


@dataclass(frozen=True, slots=True)
class _LinkRead:
    """A single page was read, or (text) why it was not."""

    url: str
    candidate: Candidate | str


_Event = _Asked | _Digested | _LinkRead


class _FetchRun:
    """One run. Only the thread that made it touches the store."""

    def __init__(
        self,
        feeds_file: FeedsFile,
        store: Store,
        client: Client,
        settings: Settings,
        listener: Listener,
        read_link: LinkReader,
    ) -> None:
        self._feeds: Sequence[Feed] = feeds_file.feeds
        self._links = feeds_file.links
        self._store = store
        self._client = client
        self._settings = settings
        self._listener = listener
        self._read_link = read_link
        self._states = store.feed_states()
        self._reports: dict[str, Report] = {}
        self._plans: dict[int, Plan] = {}
        self._pages: tuple[str, ...] = ()
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._room = threading.Semaphore(MOST_WAITING)
        self._readers = Readers(processes=settings.processes)
        self._crew: Crew | None = None
        self._claims: dict[str, str] = {}
        self._claiming = threading.Lock()
        self._unreached: list[tuple[int, Failure]] = []
        self._reached = False

    # ── plan ──

    def plan(self) -> None:
        """Sort the feeds into those to ask and those with a reason not to."""
        seen: dict[str, Feed] = {}
        for position, feed in enumerate(self._feeds):
            first = seen.setdefault(work_key(feed.url), feed)
            if self._settings.wanted is not None and feed.url not in self._settings.wanted:
                continue
            state = self._state(feed)
            if first is not feed:
                problem = f"it is the same feed as {strip_credentials(first.url)}, which is asked instead"
                self._finish(feed, state, Verdict(outcome="skipped", problem=problem, kind="duplicate"))
                continue
            plan = plan_look(
                state,
                now=self._settings.now,
                force=self._settings.force,
                paused_until=self._client.gates.paused_until(host_of(feed.url)),
                file_mark=self._settings.file_mark,
            )
            if plan.skip is not None:
                verdict = replace(plan.skip, moved_to=ripe_move(state, now=self._settings.now))
                self._finish(feed, state, verdict, next_check=plan.next_check)
            else:
                self._plans[position] = plan
        if self._settings.wanted is None:
            known = self._store.known_links()
            self._pages = tuple(url for url in dict.fromkeys(self._links) if url not in known)

    def _state(self, feed: Feed) -> PollState:
        return self._states.get(feed.url) or PollState(url=feed.url)

    # ── ask ──

    def ask(self) -> None:
        """Set the crew to work."""
        tasks: list[tuple[str, Task]] = [
            (self._feeds[position].url, self._feed_task(position, plan)) for position, plan in self._plans.items()
        ]
        tasks += [(url, self._page_task(url)) for url in self._pages]
        rows = group_by_gate(tasks, lambda pair: pair[0])
        self._crew = Crew([[task for _, task in row] for row in rows])

    def _feed_task(self, position: int, plan: Plan) -> Task:
        feed = self._feeds[position]

        def ask() -> None:
            self._listener.began(strip_credentials(feed.url))
            answer = self._client.get(feed.url, conditions=plan.conditions, claim=lambda url: self._claim(url, feed))
            self._room.acquire()
            self._events.put(_Asked(position, answer))

        return ask

    def _page_task(self, url: str) -> Task:
        def ask() -> None:
            self._listener.began(strip_credentials(url))
            try:
                found: Candidate | str = self._read_link(url, client=self._client, now=self._settings.now)
            except Exception as error:  # noqa: BLE001  one page must never stop the others
                found = f"it could not be read ({type(error).__name__}: {error})"
            self._room.acquire()
            self._events.put(_LinkRead(url, found))

        return ask

    def _claim(self, url: str, feed: Feed) -> str | None:
        """Who else asked for `url` in this run; else it is `feed` who does."""
        with self._claiming:
            owner = self._claims.setdefault(url, feed.url)
        return strip_credentials(owner) if owner != feed.url else None

    # ── take in ──

    def take_in_answers(self) -> None:
        """Read, decide and store, answer by answer, until all have come."""
        waiting = len(self._plans) + len(self._pages)
        while waiting:
            match event := self._events.get():
                case _Asked():
                    waiting -= self._take_in(event.position, event.answer)
                case _Digested():
                    self._decide(event)
                    waiting -= 1
                case _LinkRead():
                    self._take_in_page(event.url, event.candidate)
                    waiting -= 1
                case _:
                    assert_never(event)

    def _take_in(self, position: int, answer: Response | Failure) -> bool:
        """True where the feed is done with; False where its body is being read."""
        feed, state = self._feeds[position], self._state(self._feeds[position])
        now = self._settings.now
        if isinstance(answer, Failure):
            self._room.release()
            if answer.kind in UNREACHED:
                self._unreached.append((position, answer))
            else:
                self._reached = self._reached or answer.kind not in ("paused", "duplicate", "private", "address")
                self._store_failure(position, answer)
            return True
        self._reached = True
        if answer.status == 200 and not is_challenge(answer):
            return self._read(position, answer)
        if answer.status == 304 and answer.conditional:
            kept = self._store.kept_body(feed.url) if state.unreadable else None
            if kept is not None:
                return self._read(position, answer, kept)
            self._room.release()
            changed = after_304(state, feed, answer, now=now)
            self._save(position, changed, answer.final_url)
            verdict = Verdict(outcome="unchanged", moved_to=ripe_move(changed, now=now))
            self._finish(feed, changed, verdict)
            return True
        self._room.release()
        paused = self._client.gates.paused_until(host_of(answer.final_url))
        mark = self._settings.file_mark
        changed, verdict = after_status(state, answer, now=now, paused_until=paused, file_mark=mark)
        self._save(position, changed, answer.final_url)
        self._finish(feed, changed, verdict)
        return True

    def _read(self, position: int, response: Response, kept: KeptBody | None = None) -> bool:
        """Have a body read, unless it is the one that was read last time."""
        feed, state = self._feeds[position], self._state(self._feeds[position])
        now = self._settings.now
        body = kept.body if kept is not None else response.body
        body_hash = _hash_body(body, feed)
        if body_hash == state.body_hash:
            self._room.release()
            self._decide_unchanged(position, response)
            return True
        job = Job(
            feed=feed.url,
            url=kept.url if kept is not None else response.final_url,
            content_type=kept.content_type if kept is not None else response.headers.get("content-type"),
            body=body,
            now=now,
            known=self._store.known_hashes(feed.url),
            title=feed.title,
            clean_since=now - timedelta(days=BACKLOG_DAYS) if state.first_success is None else None,
            include=feed.include,
            exclude=feed.exclude,
        )

        def done(digest: Digest | Unreadable) -> None:
            self._room.release()
            self._events.put(_Digested(position, response, digest, body_hash))

        if not body.strip():
            done(Unreadable(reason="an empty answer", kind="empty"))
        else:
            self._readers.read(job, done)
        return False

    def _decide_unchanged(self, position: int, response: Response) -> None:
        feed, state = self._feeds[position], self._state(self._feeds[position])
        now = self._settings.now
        changed = after_good(
            state, feed, response, now=now, ttl_minutes=state.ttl_minutes, body_hash=state.body_hash or ""
        )
        self._save(position, changed, response.final_url)
        self._finish(feed, changed, Verdict(outcome="unchanged", moved_to=ripe_move(changed, now=now)))

    def _decide(self, event: _Digested) -> None:
        if isinstance(event.digest, Digest):
            self._decide_good(event.position, event.response, event.digest, event.body_hash)
        else:
            self._decide_unreadable(event.position, event.response, event.digest)

    def _decide_good(self, position: int, response: Response, digest: Digest, body_hash: str) -> None:
        feed, state = self._feeds[position], self._state(self._feeds[position])
        now = self._settings.now
        fresh = [item for item in digest.items if isinstance(item, Brought)]
        changes = plan_changes(
            digest.items,
            known=self._store.known_items(feed.url),
            works=self._store.known_works(
                {name for item in fresh if item.work for name in (item.work, *item.aliases)}
            ),
            first_time=state.first_success is None,
            now=now,
            already_picked=self._settings.already_picked,
        )
        base = replace(
            state,
            title=digest.title or state.title,
            home=digest.home or state.home,
            newest=_newest(state.newest, fresh, now=now),
        )
        if response.status == 304:
            changed = replace(
                after_304(base, feed, response, now=now), unreadable=False, problem=None, body_hash=None
            )
            changed = replace(changed, failures=0, failing_since=None, problem_kind=None, last_success=now)
            changed = replace(changed, first_success=state.first_success or now)
        else:
            changed = after_good(base, feed, response, now=now, ttl_minutes=digest.ttl_minutes, body_hash=body_hash)
        with self._store.transaction():
            self._store.save_state(changed, position)
            tally = self._store.apply(feed.url, position, changes)
            if state.unreadable:
                self._store.save_body(feed.url, None)
            self._save_hosts(feed.url, response.final_url)
        brought = tally.new or tally.updated or tally.backlog or state.first_success is None
        verdict = Verdict(outcome="fetched" if brought else "unchanged", moved_to=ripe_move(changed, now=now))
        self._finish(feed, changed, verdict, tally=tally)

    def _decide_unreadable(self, position: int, response: Response, unreadable: Unreadable) -> None:
        feed, state = self._feeds[position], self._state(self._feeds[position])
        now = self._settings.now
        keep = unreadable.kind in ("not-feed", "crash") and "no-store" not in (
            response.headers.get("cache-control") or ""
        )
        kept: KeptBody | None = None
        if response.status == 304:
            changed = after_304(state, feed, response, now=now)
        else:
            changed = after_unreadable(
                state, feed, response, now=now, problem=unreadable.reason, kind=unreadable.kind, keep=keep
            )
            content_type = response.headers.get("content-type")
            kept = KeptBody(url=response.final_url, content_type=content_type, body=response.body) if keep else None
        with self._store.transaction():
            self._store.save_state(changed, position)
            if kept is not None:
                self._store.save_body(feed.url, kept)
            self._save_hosts(feed.url, response.final_url)
        verdict = Verdict(outcome="failed", problem=unreadable.reason, kind=unreadable.kind)
        self._finish(feed, changed, verdict, trace=unreadable.trace)

    def _take_in_page(self, url: str, found: Candidate | str) -> None:
        self._room.release()
        if isinstance(found, str):
            self._report(
                Report(url=strip_credentials(url), feed=None, verdict=Verdict(outcome="failed", problem=found))
            )
            return
        self._reached = True
        work = work_key(found.url or url)
        with self._store.transaction():
            new = self._store.insert_link(url, work, found, picked=work in self._settings.already_picked)
            self._save_hosts(url)
        verdict = Verdict(outcome="fetched" if new else "unchanged")
        self._report(Report(url=strip_credentials(url), feed=None, verdict=verdict, tally=Tally(new=int(new))))

    # ── the end ──

    def settle_unreached(self) -> bool:
        """True where there is no network: then the unreached feeds are as before. Else they have failed."""
        no_network = bool(self._unreached) and not self._reached
        for position, failure in self._unreached:
            if no_network:
                feed = self._feeds[position]
                verdict = Verdict(outcome="failed", problem=failure.message, kind=failure.kind)
                self._finish(feed, self._state(feed), verdict)
            else:
                self._store_failure(position, failure)
        return no_network

    def close(self) -> None:
        """Let go of everything: threads, connections, processes."""
        if self._crew is not None:
            self._crew.stop()
        self._client.gates.stop()
        self._readers.close()

    def reports(self) -> tuple[Report, ...]:
        """All of them, in the order of feeds.yaml."""
        names = [strip_credentials(url) for url in (*(feed.url for feed in self._feeds), *self._pages)]
        return tuple(self._reports[name] for name in dict.fromkeys(names) if name in self._reports)

    def _store_failure(self, position: int, failure: Failure) -> None:
        feed, state = self._feeds[position], self._state(self._feeds[position])
        changed, verdict = after_failure(state, failure, now=self._settings.now)
        self._save(position, changed, failure.url)
        self._finish(feed, changed, verdict)

    def _save(self, position: int, state: PollState, *addresses: str) -> None:
        with self._store.transaction():
            self._store.save_state(state, position)
            self._save_hosts(state.url, *addresses)

    def _save_hosts(self, *addresses: str) -> None:
        names = {gate_of(host_of(address)) for address in addresses}
        self._store.save_hosts(host for host in self._client.gates.states() if host.host in names)

    def _finish(
        self,
        feed: Feed,
        state: PollState,
        verdict: Verdict,
        *,
        tally: Tally | None = None,
        next_check: datetime | None = None,
        trace: str = "",
    ) -> None:
        self._states[feed.url] = state
        self._report(
            Report(
                url=strip_credentials(feed.url),
                feed=feed,
                verdict=verdict,
                tally=tally or Tally(),
                next_check=None if verdict.outcome == "gone" else next_check or state.next_check,
                state=state,
                trace=trace,
            )
        )

    def _report(self, report: Report) -> None:
        self._reports[report.url] = report
        self._listener.ended(report)


def _hash_body(body: bytes, feed: Feed) -> str:
    """Equal where reading the body again would bring the same."""
    mark = blake2b(repr((DIGEST_VERSION, feed.include, feed.exclude)).encode(), digest_size=16)
    mark.update(body)
    return mark.hexdigest()


def _newest(known: datetime | None, fresh: list[Brought], *, now: datetime) -> datetime | None:
    """The date of the newest entry ever seen; an entry without a date is as old as our first sight of it."""
    stamps = [item.draft.published or item.draft.updated or now for item in fresh]
    return max((stamp for stamp in (known, *stamps) if stamp is not None and stamp <= now), default=known)

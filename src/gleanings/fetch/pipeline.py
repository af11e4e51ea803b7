"""The fetch stage, whole: feeds.yaml → Response → Digest → candidates in the store."""

from __future__ import annotations

import queue
import threading
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import assert_never

from gleanings.addresses import strip_credentials
from gleanings.fetch.crew import Crew, Room, Task, group_by_gate, host_of
from gleanings.fetch.inbox.database import StoreError
from gleanings.fetch.inbox.digested import DIGEST_VERSION, Digest, Job, Unreadable
from gleanings.fetch.inbox.memory import BACKLOG_DAYS
from gleanings.fetch.inbox.store import KeptBody, Store
from gleanings.fetch.keeping import Keeper
from gleanings.fetch.poll.polling import Plan, Verdict, is_challenge, plan_look, ripe_move
from gleanings.fetch.reports import LinkReader, Listener, Report, Run, Settings
from gleanings.fetch.retrieve.answers import UNREACHED, Failure, Response
from gleanings.fetch.retrieve.http import Client
from gleanings.fetch.workers import Readers, crash
from gleanings.identity import work_key
from gleanings.model import Candidate, Feed, FeedsFile
from gleanings.problems import GleaningsError
from gleanings.values import Value, replace


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


class _Asked(Value):
    """An answer, or none, has come."""

    position: int
    answer: Response | Failure


class _Digested(Value):
    """An answer was read."""

    position: int
    response: Response
    digest: Digest | Unreadable
    body_hash: str


class _LinkRead(Value):
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
        self._feeds = feeds_file.feeds
        self._links = feeds_file.links
        self._store = store
        self._client = client
        self._settings = settings
        self._listener = listener
        self._read_link = read_link
        self._keeper = Keeper(self._feeds, store=store, gates=client.gates, settings=settings, listener=listener)
        self._plans: dict[int, Plan] = {}
        self._pages: tuple[str, ...] = ()
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._room = Room()
        self._readers = Readers(processes=settings.processes)
        self._crew: Crew | None = None
        self._claims: dict[str, str] = {}
        self._claiming = threading.Lock()
        self._unreached: list[tuple[int, Failure]] = []
        self._reached = False
        self._new_bytes = 0

    # ── plan ──

    def plan(self) -> None:
        """Sort the feeds into those to ask and those with a reason not to."""
        seen: dict[str, Feed] = {}
        for position, feed in enumerate(self._feeds):
            first = seen.setdefault(work_key(feed.url), feed)
            if self._settings.wanted is not None and feed.url not in self._settings.wanted:
                continue
            if first is not feed:
                problem = f"it is the same feed as {strip_credentials(first.url)}, which is asked instead"
                verdict = Verdict(outcome="skipped", problem=problem, kind="duplicate")
                self._keeper.finish(position, self._keeper.state(position), verdict)
            else:
                self._plan_feed(position, feed)
        if self._settings.wanted is None:
            known = self._store.known_links()
            self._pages = tuple(url for url in dict.fromkeys(self._links) if url not in known)

    def _plan_feed(self, position: int, feed: Feed) -> None:
        state = self._keeper.state(position)
        plan = plan_look(
            state,
            now=self._settings.now,
            force=self._settings.force,
            paused_until=self._client.gates.paused_until(host_of(feed.url)),
            file_mark=self._settings.file_mark,
        )
        if plan.skip is None:
            self._plans[position] = plan
            return
        verdict = replace(plan.skip, moved_to=ripe_move(state, now=self._settings.now))
        self._keeper.finish(position, state, verdict, next_check=plan.next_check)

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
            try:
                answer = self._client.get(
                    feed.url, conditions=plan.conditions, claim=lambda url: self._claim(url, feed)
                )
            except Exception as error:  # noqa: BLE001  a fault of our own is one feed's fault only
                answer = _own_fault(feed, error)
            if isinstance(answer, Response):
                self._room.enter(len(answer.body))
            self._events.put(_Asked(position, answer))

        return ask

    def _page_task(self, url: str) -> Task:
        def ask() -> None:
            self._listener.began(strip_credentials(url))
            try:
                found: Candidate | str = self._read_link(url, client=self._client, now=self._settings.now)
            except GleaningsError as error:
                found = str(error)
            except Exception as error:  # noqa: BLE001  one page must never stop the others
                found = f"it could not be read ({type(error).__name__}: {error})"
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
                    self._take_in_body(event)
                    waiting -= 1
                case _LinkRead():
                    self._reached = self._reached or isinstance(event.candidate, Candidate)
                    self._keeper.take_in_page(event.url, event.candidate)
                    waiting -= 1
                case _:
                    assert_never(event)

    def _take_in(self, position: int, answer: Response | Failure) -> bool:
        """True where the feed is done with; False where its body is being read."""
        if isinstance(answer, Response):
            self._reached = True
            if answer.status == 200 and not is_challenge(answer):
                return self._read(position, answer)
            if answer.status == 304 and answer.conditional:
                return self._take_in_304(position, answer)
        if isinstance(answer, Response):
            self._room.leave(len(answer.body))
            self._keeper.take_in_status(position, answer)
        elif answer.kind in UNREACHED:
            self._unreached.append((position, answer))
        else:
            self._reached = self._reached or answer.kind not in ("paused", "duplicate", "private", "address")
            self._keeper.take_in_failure(position, answer)
        return True

    def _take_in_304(self, position: int, answer: Response) -> bool:
        kept = None
        if self._keeper.state(position).unreadable:
            kept = self._store.kept_body(self._feeds[position].url)
        if kept is not None:
            return self._read(position, answer, kept)
        self._keeper.take_in_304(position, answer)
        return True

    def _read(self, position: int, response: Response, kept: KeptBody | None = None) -> bool:
        """Have a body read, unless it is the one that was read last time."""
        feed, state, now = self._feeds[position], self._keeper.state(position), self._settings.now
        body = kept.body if kept is not None else response.body
        body_hash = _hash_body(body, feed)
        if body_hash == state.body_hash:
            self._room.leave(len(response.body))
            self._keeper.take_in_same(position, response)
            return True

        def done(digest: Digest | Unreadable) -> None:
            self._room.leave(len(response.body))
            self._events.put(_Digested(position, response, digest, body_hash))

        if not body.strip():
            done(Unreadable(reason="an empty answer", kind="empty"))
            return False
        job = Job(
            feed=feed.url,
            url=kept.url if kept is not None else response.final_url,
            content_type=kept.content_type if kept is not None else response.headers.get("content-type"),
            body=body,
            now=now,
            known=self._store.known_hashes(feed.url),
            title=feed.title,
            clean_since=self._clean_since(len(body)) if state.first_success is None else None,
            include=feed.include,
            exclude=feed.exclude,
        )
        self._readers.read(job, done)
        return False

    def _clean_since(self, size: int) -> datetime:
        """The first day of which a new feed's entries are cleaned now; of many new feeds at once, a day to come."""
        self._new_bytes += size
        if self._new_bytes > self._settings.clean_at_once:
            return self._settings.now + timedelta(days=BACKLOG_DAYS)
        return self._settings.now - timedelta(days=BACKLOG_DAYS)

    def _take_in_body(self, event: _Digested) -> None:
        digest = event.digest
        if isinstance(digest, Digest):
            try:
                self._keeper.take_in_digest(event.position, event.response, digest, event.body_hash)
                return
            except (StoreError, GleaningsError):
                raise
            except Exception as error:  # noqa: BLE001  a fault of our own is one feed's fault only
                digest = crash(error)
        self._keeper.take_in_unreadable(event.position, event.response, digest)

    # ── the end ──

    def settle_unreached(self) -> bool:
        """True where there is no network: then the unreached feeds are as before. Else they have failed."""
        no_network = bool(self._unreached) and not self._reached
        for position, failure in self._unreached:
            if no_network:
                verdict = Verdict(outcome="failed", problem=failure.message, kind=failure.kind)
                self._keeper.finish(position, self._keeper.state(position), verdict)
            else:
                self._keeper.take_in_failure(position, failure)
        return no_network

    def close(self) -> None:
        """Let go of everything: threads, connections, processes."""
        if self._crew is not None:
            self._crew.stop()
        self._client.gates.stop()
        self._readers.close()

    def reports(self) -> tuple[Report, ...]:
        """All of them, in the order of feeds.yaml."""
        return self._keeper.reports([*(feed.url for feed in self._feeds), *self._pages])


def _hash_body(body: bytes, feed: Feed) -> str:
    """Equal where reading the body again would bring the same."""
    mark = blake2b(repr((DIGEST_VERSION, feed.include, feed.exclude)).encode(), digest_size=16)
    mark.update(body)
    return mark.hexdigest()


def _own_fault(feed: Feed, error: Exception) -> Failure:
    fault = crash(error)
    return Failure(kind="broken", message=fault.reason, url=strip_credentials(feed.url), detail=fault.trace)

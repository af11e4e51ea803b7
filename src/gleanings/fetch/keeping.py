"""What becomes of each answer: decided by pure functions, written into the store, told to whoever listens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gleanings.addresses import strip_credentials
from gleanings.fetch.crew import host_of
from gleanings.fetch.inbox.digested import Brought, Digest, Unreadable
from gleanings.fetch.inbox.memory import plan_changes
from gleanings.fetch.inbox.store import KeptBody, Store
from gleanings.fetch.inbox.writing import Tally
from gleanings.fetch.poll.polling import (
    PollState,
    Verdict,
    after_304,
    after_failure,
    after_good,
    after_status,
    after_unreadable,
    ripe_move,
)
from gleanings.fetch.reports import Listener, Report, Settings
from gleanings.fetch.retrieve.answers import Failure, Response
from gleanings.fetch.retrieve.gates import Gates, gate_of
from gleanings.identity import work_key
from gleanings.model import Candidate, Feed
from gleanings.values import replace


class Keeper:
    """Takes in what was brought, feed by feed, each in one transaction. For the thread that opened the store."""

    def __init__(
        self, feeds: Sequence[Feed], *, store: Store, gates: Gates, settings: Settings, listener: Listener
    ) -> None:
        self._feeds = feeds
        self._store = store
        self._gates = gates
        self._settings = settings
        self._now = settings.now
        self._listener = listener
        self._states = store.feed_states()
        self._reports: dict[str, Report] = {}

    def state(self, position: int) -> PollState:
        """How the polling of the feed at that place of feeds.yaml stands."""
        url = self._feeds[position].url
        return self._states.get(url) or PollState(url=url)

    def reports(self, urls: Sequence[str]) -> tuple[Report, ...]:
        """What became of those feeds and pages, in that order."""
        names = dict.fromkeys(strip_credentials(url) for url in urls)
        return tuple(self._reports[name] for name in names if name in self._reports)

    def take_in_304(self, position: int, response: Response) -> None:
        """Not modified."""
        feed = self._feeds[position]
        changed = after_304(self.state(position), feed, response, now=self._now)
        self._save(position, changed, response.final_url)
        self.finish(position, changed, Verdict(outcome="unchanged", moved_to=ripe_move(changed, now=self._now)))

    def take_in_status(self, position: int, response: Response) -> None:
        """An answer that brought nothing."""
        changed, verdict = after_status(
            self.state(position),
            response,
            now=self._now,
            paused_until=self._gates.paused_until(host_of(response.final_url)),
            file_mark=self._settings.file_mark,
        )
        self._save(position, changed, response.final_url)
        self.finish(position, changed, verdict)

    def take_in_failure(self, position: int, failure: Failure) -> None:
        """No usable answer."""
        changed, verdict = after_failure(self.state(position), failure, now=self._now)
        self._save(position, changed, failure.url)
        self.finish(
            position,
            changed,
            verdict,
            next_check=self._gates.paused_until(host_of(failure.url)) if failure.kind == "paused" else None,
            trace=failure.detail if failure.kind == "broken" else "",
        )

    def take_in_same(self, position: int, response: Response) -> None:
        """The very bytes of last time: new validators, nothing else."""
        state = self.state(position)
        changed = after_good(
            state,
            self._feeds[position],
            response,
            now=self._now,
            ttl_minutes=state.ttl_minutes,
            body_hash=state.body_hash or "",
        )
        self._save(position, changed, response.final_url)
        self.finish(position, changed, Verdict(outcome="unchanged", moved_to=ripe_move(changed, now=self._now)))

    def take_in_digest(self, position: int, response: Response, digest: Digest, body_hash: str) -> None:
        """A feed that could be read; `response` is a 304 where its kept bytes were read."""
        feed, state = self._feeds[position], self.state(position)
        fresh = [item for item in digest.items if isinstance(item, Brought)]
        works = {name for item in fresh if item.work for name in (item.work, *item.aliases)}
        changes = plan_changes(
            digest.items,
            known=self._store.known_items(feed.url),
            works=self._store.known_works(works),
            first_time=state.first_success is None,
            now=self._now,
            already_picked=self._settings.already_picked,
        )
        changed = self._state_after(position, response, digest, fresh, body_hash)
        with self._store.transaction():
            self._store.save_state(changed, position)
            tally = self._store.apply(feed.url, position, changes)
            if state.unreadable:
                self._store.save_body(feed.url, None)
            self._save_hosts(feed.url, response.final_url)
        brought = tally.new or tally.updated or tally.backlog or state.first_success is None
        verdict = Verdict(outcome="fetched" if brought else "unchanged", moved_to=ripe_move(changed, now=self._now))
        self.finish(position, changed, verdict, tally=tally)

    def _state_after(
        self, position: int, response: Response, digest: Digest, fresh: list[Brought], body_hash: str
    ) -> PollState:
        feed, state = self._feeds[position], self.state(position)
        known = replace(
            state,
            title=digest.title or state.title,
            home=digest.home or state.home,
            newest=_newest(state.newest, fresh, now=self._now),
        )
        if response.status == 304:
            known = replace(known, unreadable=False, body_hash=None, first_success=state.first_success or self._now)
            return after_304(known, feed, response, now=self._now)
        return after_good(known, feed, response, now=self._now, ttl_minutes=digest.ttl_minutes, body_hash=body_hash)

    def take_in_unreadable(self, position: int, response: Response, unreadable: Unreadable) -> None:
        """No feed. Bytes that a better parser might read are kept, so that they need not be asked for again."""
        feed, state = self._feeds[position], self.state(position)
        reason, kind = unreadable.reason, unreadable.kind
        stored = "no-store" not in (response.headers.get("cache-control") or "").lower()
        keep = kind in ("not-feed", "crash") and stored and response.status == 200
        if response.status == 304:
            changed = after_304(state, feed, response, now=self._now)
        else:
            changed = after_unreadable(state, response, now=self._now, problem=reason, kind=kind, keep=keep)
        with self._store.transaction():
            self._store.save_state(changed, position)
            if keep:
                content_type = response.headers.get("content-type")
                kept = KeptBody(url=response.final_url, content_type=content_type, body=response.body)
                self._store.save_body(feed.url, kept)
            self._save_hosts(feed.url, response.final_url)
        verdict = Verdict(outcome="failed", problem=reason, kind=kind)
        self.finish(position, changed, verdict, trace=unreadable.trace)

    def take_in_page(self, url: str, found: Candidate | str) -> None:
        """A single page, or (text) why it could not be read; then it is tried again in the next run."""
        shown = strip_credentials(url)
        new = False
        with self._store.transaction():
            if isinstance(found, Candidate):
                work = work_key(found.url or url)
                new = self._store.insert_link(url, work, found, picked=work in self._settings.already_picked)
            self._save_hosts(url)
            # A page can have sent on to another host, and interfaces are other hosts, too.
            self._store.save_hosts(self._gates.paused_states())
        if isinstance(found, str):
            self._tell(Report(url=shown, feed=None, verdict=Verdict(outcome="failed", problem=found)))
            return
        verdict = Verdict(outcome="fetched" if new else "unchanged")
        self._tell(Report(url=shown, feed=None, verdict=verdict, tally=Tally(new=int(new))))

    def finish(
        self,
        position: int,
        state: PollState,
        verdict: Verdict,
        *,
        tally: Tally | None = None,
        next_check: datetime | None = None,
        trace: str = "",
    ) -> None:
        """The feed is done with."""
        feed = self._feeds[position]
        self._states[feed.url] = state
        self._tell(
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

    def _save(self, position: int, state: PollState, *addresses: str) -> None:
        with self._store.transaction():
            self._store.save_state(state, position)
            self._save_hosts(state.url, *addresses)

    def _save_hosts(self, *addresses: str) -> None:
        self._store.save_hosts(self._gates.states({gate_of(host_of(address)) for address in addresses}))

    def _tell(self, report: Report) -> None:
        self._reports[report.url] = report
        self._listener.ended(report)


def _newest(known: datetime | None, fresh: list[Brought], *, now: datetime) -> datetime | None:
    """The date of the newest entry ever seen; an entry without a date is as old as our first sight of it."""
    stamps = [item.draft.published or item.draft.updated or now for item in fresh]
    return max((stamp for stamp in (known, *stamps) if stamp is not None and stamp <= now), default=known)

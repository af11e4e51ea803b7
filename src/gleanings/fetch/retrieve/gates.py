"""One request at a time to a host, with a pause between two, and none at all while the host asked for peace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from gleanings.fetch.retrieve.peace import DAY, LONGEST_PAUSE, HostState
from gleanings.fetch.retrieve.transport import Line
from gleanings.values import Mutable, field, replace

PAUSE_SECONDS = 1.0
SLOW_HOSTS: dict[str, float] = {"substack.com": 2.0, "arxiv.org": 3.0, "reddit.com": 60.0}
"""Hosts, with everything below them, that share one gate and want a longer pause."""


class Paused(Exception):
    """The host asked for peace; no request was made."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(f"{host} asked us to wait until {until:%Y-%m-%d %H:%M} UTC")
        self.until = until


class Stopped(Exception):
    """The run is being ended."""


def gate_of(host: str) -> str:
    """The name under which requests to `host` (no port) are paced."""
    name = host.lower().rstrip(".").strip("[]")
    return next((slow for slow in SLOW_HOSTS if name == slow or name.endswith(f".{slow}")), name)


class _Gate(Mutable):
    line: Line
    state: HostState
    lock: threading.Lock = field(default_factory=threading.Lock)
    next_at: float = 0.0


class Gates:
    """The gates of all hosts of one run. Threads may share it."""

    def __init__(
        self,
        *,
        now: datetime,
        states: Mapping[str, HostState],
        make_line: Callable[[], Line],
        pause_seconds: float = PAUSE_SECONDS,
        remember: Callable[[HostState], None] | None = None,
    ) -> None:
        """`now` is when the run began; the run's own clock goes on from there. `pause_seconds` of 0 never waits.

        `remember` is told of every host that asks for peace, or no longer does, by the thread that asked it.
        """
        self._began = (now, time.monotonic())
        self._states = states
        self._make_line = make_line
        self._pause = pause_seconds
        self._remember = remember
        self._gates: dict[str, _Gate] = {}
        self._guard = threading.Lock()
        self._stopping = threading.Event()

    def now(self) -> datetime:
        """The present, as the run counts it."""
        return self._began[0] + timedelta(seconds=time.monotonic() - self._began[1])

    @contextmanager
    def turn(self, host: str) -> Iterator[Line]:
        """Wait for one's turn at `host`, and hold it. Raises Paused, Stopped."""
        gate = self._gate(host)
        with gate.lock:
            self._check(gate)
            wait = gate.next_at - time.monotonic()
            if wait > 0 and self._stopping.wait(wait):
                raise Stopped
            try:
                yield gate.line
            finally:
                self._leave(gate)

    def _check(self, gate: _Gate) -> None:
        if self._stopping.is_set():
            raise Stopped
        until = gate.state.paused_until
        if until is not None and until > self.now():
            raise Paused(gate.state.host, until)

    def _leave(self, gate: _Gate) -> None:
        seconds = SLOW_HOSTS.get(gate.state.host, self._pause) if self._pause else 0.0
        gate.next_at = time.monotonic() + seconds
        gate.state = replace(gate.state, next_allowed=_whole(self.now() + timedelta(seconds=seconds)))

    def paused_until(self, host: str) -> datetime | None:
        """Until when `host` wants no request; None where it has not said so."""
        until = self._gate(host).state.paused_until
        return until if until is not None and until > self.now() else None

    def strikes(self, host: str) -> int:
        """How often in a row the host asked for peace without saying for how long."""
        return self._gate(host).state.strikes

    def pause(self, host: str, until: datetime | None, *, strikes: int) -> None:
        """Remember that `host` wants peace until then, or (None) that all is well."""
        gate = self._gate(host)
        gate.state = replace(gate.state, paused_until=_whole(until) if until else None, strikes=strikes)
        if self._remember is not None:
            self._remember(gate.state)

    def states(self, hosts: Collection[str]) -> tuple[HostState, ...]:
        """What is worth remembering of those gates that were passed in this run, by name."""
        with self._guard:
            return tuple(self._gates[host].state for host in sorted(hosts) if host in self._gates)

    def paused_states(self) -> tuple[HostState, ...]:
        """What is worth remembering of those gates whose host has asked for peace."""
        with self._guard:
            states = [gate.state for gate in self._gates.values()]
        return tuple(state for state in states if state.paused_until is not None or state.strikes)

    def stop(self) -> None:
        """End all waiting, cut connections that are at work, close those that are idle. From any thread."""
        self._stopping.set()
        with self._guard:
            gates = tuple(self._gates.values())
        for gate in gates:
            if gate.lock.acquire(blocking=False):
                gate.line.close()
                gate.lock.release()
            else:
                gate.line.abort()

    def _gate(self, host: str) -> _Gate:
        name = gate_of(host)
        with self._guard:
            gate = self._gates.get(name)
            if gate is None:
                gate = self._gates[name] = self._new(name)
            return gate

    def _new(self, name: str) -> _Gate:
        state = self._states.get(name, HostState(host=name))
        if state.paused_until is not None and state.paused_until > self.now() + LONGEST_PAUSE + DAY:
            # No host is ever granted so much: a clock that was wrong wrote it down.
            state = replace(state, paused_until=None)
        gate = _Gate(self._make_line(), state)
        if state.next_allowed is not None and self._pause:
            # A clock that was set back must not make us wait longer than the pause itself.
            longest = SLOW_HOSTS.get(name, self._pause)
            wait = (state.next_allowed - self.now()).total_seconds()
            gate.next_at = time.monotonic() + min(max(wait, 0.0), longest)
        return gate


def _whole(moment: datetime) -> datetime:
    """Whole seconds, rounded up: what is stored never promises a request too early."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=0) + timedelta(seconds=1 if moment.microsecond else 0)

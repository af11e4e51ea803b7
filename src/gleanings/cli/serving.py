"""`serve`: the site as it will be, drafts and days to come included, rebuilt and reloaded at every save."""

from __future__ import annotations

import signal
import sys
import traceback
from threading import Event, Thread
from time import perf_counter

import click

from gleanings.build.whole import Built, Options, build
from gleanings.cli.checking import format_excerpt, load_lines
from gleanings.cli.session import Session
from gleanings.cli.targets import LOCK_SECONDS
from gleanings.cli.terminal import say, tell, tell_error, tell_problem
from gleanings.files.lock import hold
from gleanings.preview.server import PreviewServer
from gleanings.preview.state import Board, Fault, Rebuilt
from gleanings.preview.watch import watch_site
from gleanings.problems import GleaningsError, Problem, ProblemsFound
from gleanings.project import Project
from gleanings.records import Memory
from gleanings.unchanged import look_at_inputs

_TOLD = 8
"""So many changed addresses are told by name, the rest by number."""


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@click.pass_obj
def serve_command(session: Session, *, port: int, open_browser: bool) -> int:
    """Preview the site while you write; a saved file shows in the open page at once.

    Drafts and roundups of days to come are shown, marked. Only this machine can see the preview, and nothing is
    written into your files or into public/. End it with Ctrl-C.
    """
    project = session.project
    board = Board()
    try:
        server = PreviewServer(folder=project.preview, port=port, board=board)
    except OSError as error:
        raise GleaningsError(
            f"port {port} cannot be used: {error.strerror} (take a free one with --port 0)"
        ) from error
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    memory = Memory()
    read = _look_at_inputs(project)
    # Before there is a thread: only then all cores build.
    board.post(_rebuild(session, server.address, memory))
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    serving.start()
    try:
        bursts = watch_site(project, stop=stop)
        next(bursts, None)
        if read is None or _look_at_inputs(project) != read:
            board.post(_rebuild(session, server.address, memory))
        say(f"{server.address}  (end with Ctrl-C)")
        if open_browser:
            click.launch(server.address)
        for burst in bursts:
            tell(f"\n{', '.join(burst)}")
            board.post(_rebuild(session, server.address, memory))
    finally:
        server.stop()
        serving.join()
    return 0


def _look_at_inputs(project: Project) -> dict[str, str] | None:
    """The system's records of all that a build reads: other ones tell of an edit that nobody watched. None where that
    cannot be told."""
    return look_at_inputs(str(project.root), sys.maxsize)


def _rebuild(session: Session, address: str, memory: Memory) -> Rebuilt:
    """One rebuild into the preview's own folder; whatever is broken is told, never raised."""
    started = perf_counter()
    project = session.project
    try:
        with hold(project, wait_seconds=LOCK_SECONDS):
            options = Options(base_url=address, drafts=True, future=True)
            now, rehearses = session.now(), session.rehearses
            built = build(project, project.preview, options, now=now, rehearses=rehearses, memory=memory)
    except ProblemsFound as found:
        tell_error(found)
        return Rebuilt(faults=tuple(_fault(problem, project) for problem in found.problems))
    except GleaningsError as error:
        tell_error(error)
        return _failed(str(error))
    except Exception as error:  # noqa: BLE001 (the preview outlives a fault of ours, and says so)
        tell(traceback.format_exc())
        return _failed(f"our own code failed: {error!r} (the terminal says more)")
    for problem in built.problems:
        tell_problem(problem)
    _tell_changes(built, perf_counter() - started)
    return Rebuilt(changed=built.changed)


def _tell_changes(built: Built, seconds: float) -> None:
    """Which pages and feeds the edit touched."""
    pages = [path for path in built.changed if path.endswith((".html", ".xml", ".json"))]
    for path in pages[:_TOLD]:
        tell(f"  /{path.removesuffix('index.html')}")
    if len(pages) > _TOLD:
        tell(f"  and {len(pages) - _TOLD} more")
    tell(f"{len(built.changed)} changed, {built.unchanged} unchanged in {seconds * 1000:.0f} ms")


def _failed(message: str) -> Rebuilt:
    return Rebuilt(faults=(Fault(problem=Problem(path="", code="failed", message=message)),))


def _fault(problem: Problem, project: Project) -> Fault:
    lines = load_lines(project.root / problem.path)
    return Fault(problem=problem, excerpt="\n".join(format_excerpt(problem, lines)) or None)

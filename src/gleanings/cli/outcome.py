"""A build, and what the person sees of it. Loads no command line, which a plain build does not need."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

from gleanings import unchanged
from gleanings.build.folder import refuse_odd_folder
from gleanings.build.whole import Options, build
from gleanings.cli.session import Session
from gleanings.cli.terminal import answer, say, say_json, tell, tell_problem
from gleanings.files.lock import hold
from gleanings.problems import Problem, ProblemsFound


def answer_plain_build(folder: str, *, as_json: bool) -> int:
    """The exit status of `build`, with `--json` or without it, for the site in `folder`, in the nearest above where
    that is empty."""
    session = Session(Path(folder) if folder else None)

    def run() -> int:
        return build_and_tell(session, session.project.public, Options(), as_json=as_json)

    return answer(run)


def build_and_tell(session: Session, folder: Path, options: Options, *, as_json: bool) -> int:
    """Build, and print what came of it; returns the exit status."""
    started = perf_counter()
    project = session.project
    refuse_odd_folder(folder, project)
    with hold(project):
        try:
            built = build(project, folder, options, now=session.now(), rehearses=session.rehearses)
        except ProblemsFound as found:
            if as_json:
                say_json(_as_json((0, 0, 0, 0), found.problems))
            for problem in found.problems:
                tell_problem(problem)
            return 1
    for problem in built.problems:
        tell_problem(problem)
    for line in (*built.strangers, *built.waiting):
        tell(line)
    counts = (built.pages, built.written, built.unchanged, built.removed)
    if as_json:
        say_json(_as_json(counts, built.problems))
    else:
        say(unchanged.describe(*counts, seconds=perf_counter() - started, as_json=False).rstrip())
    return 0


def _as_json(counts: tuple[int, int, int, int], problems: Iterable[Problem]) -> dict[str, Any]:
    named = dict(zip(("pages", "written", "unchanged", "removed"), counts, strict=True))
    return {**named, "problems": [problem.as_json() for problem in problems]}

"""`check`: everything that is broken, repeated or half-written, in one run."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from gleanings.cli.session import Session
from gleanings.cli.terminal import say, say_json, styled, tell
from gleanings.patterns import later
from gleanings.problems import Problem
from gleanings.project import Project
from gleanings.sites import Library

_BREAK = later(r"\r\n|\r|\n")
_WIDTH = 100


@click.command("check")
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option("--links", is_flag=True, help="Ask every link whether it is still there; needs the network.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON document.")
@click.pass_obj
def check_command(session: Session, *, strict: bool, links: bool, as_json: bool) -> int:
    """Find everything that is broken, repeated or half-written.

    Nothing is changed, and without --links the network is not used. Exit status: 0 where nothing must be mended, 1
    otherwise.
    """
    project = session.project
    problems, library = find_problems(project)
    remark = None
    if links:
        from gleanings.cli.link_checking import ask_links, format_untold

        answers = ask_links(session, project, library)
        problems = _in_order((*problems, *answers.problems))
        remark = format_untold(answers.untold) if answers.untold else None
    if as_json:
        say_json([problem.as_json() for problem in problems])
    else:
        _show(problems, project, read=_sum_up(library))
    if remark:
        tell(remark)
    mended = [problem for problem in problems if strict or problem.severity == "error"]
    return 1 if mended else 0


def find_problems(project: Project) -> tuple[tuple[Problem, ...], Library]:
    """All findings of all files, in their order, and what could be read."""
    from gleanings.curate.library import read_library
    from gleanings.curate.rules import find_house_rule_problems
    from gleanings.render.theme.templates import check_templates

    reading = read_library(project)
    library = reading.library
    found = (*reading.problems, *find_house_rule_problems(library, project), *check_templates(project))
    return _in_order(found), library


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.sort_key))


def _sum_up(library: Library) -> str:
    """How much was read."""
    entries = sum(1 for roundup in library.roundups for _ in roundup.walk_entries())
    return f"{_count(entries, 'entry', 'entries')} in {_count(len(library.roundups), 'roundup', 'roundups')}"


def _show(problems: Iterable[Problem], project: Project, *, read: str) -> None:
    """The findings as results; on a terminal with the line and a caret under the place. The sum goes beside them."""
    sources: dict[str, list[str]] = {}
    errors = warnings = 0
    for problem in problems:
        errors += problem.severity == "error"
        warnings += problem.severity == "warning"
        say(styled(problem))
        if sys.stdout.isatty():
            if problem.path not in sources:
                sources[problem.path] = load_lines(project.root / problem.path)
            for line in format_excerpt(problem, sources[problem.path]):
                say(line)
    if errors or warnings:
        tell(f"{_count(errors, 'error', 'errors')}, {_count(warnings, 'warning', 'warnings')}; {read}")
    else:
        tell(f"nothing to object to: {read}")


def format_excerpt(problem: Problem, lines: list[str]) -> tuple[str, ...]:
    """The line that a problem is about and a caret under its column; nothing where it is about a whole file.

    A long line is cut around the column.
    """
    if problem.line is None or problem.line > len(lines) or not lines[problem.line - 1].strip():
        return ()
    line = lines[problem.line - 1].replace("\t", "→")
    column = max(problem.column or 1, 1)
    start = max(column - _WIDTH * 2 // 3, 0)
    shown = ("…" if start else "") + line[start : start + _WIDTH] + ("…" if len(line) > start + _WIDTH else "")
    caret = " " * (column - 1 - start + bool(start)) + "^"
    number = str(problem.line)
    return f"  {number} │ {shown}", f"  {' ' * len(number)} │ {caret}"


def load_lines(file: Path) -> list[str]:
    """The lines of a file as findings count them; none where it cannot be read."""
    try:
        return _BREAK.split(file.read_bytes().decode("utf-8-sig", "replace"))
    except OSError:
        return []


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

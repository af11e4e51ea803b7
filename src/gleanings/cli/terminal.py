"""What the person sees: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click

from gleanings.problems import GleaningsError, Problem, ProblemsFound, UnsafeInsertion


def say(text: str = "") -> None:
    """A result, to standard output."""
    click.echo(text, color=_colour())


def tell(text: str) -> None:
    """Anything that is not a result, to standard error."""
    click.echo(text, err=True, color=_colour())


def say_json(document: Any) -> None:
    """One JSON document on standard output; the only thing `--json` prints there."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _colour() -> bool | None:
    """Whether styles stay in what is printed; None: where a terminal shows them."""
    return False if os.environ.get("NO_COLOR") else None


def wants_colour() -> bool:
    """True on a terminal whose owner has not asked for none (https://no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def tell_problem(problem: Problem) -> None:
    """One finding, one line."""
    text = str(problem)
    if wants_colour():
        colour = "red" if problem.severity == "error" else "yellow"
        text = click.style(problem.place, bold=True) + click.style(text[len(problem.place) :], fg=colour)
    tell(text)


def tell_error(error: GleaningsError) -> None:
    """Whatever ended the command, in as many lines as it has findings."""
    if isinstance(error, ProblemsFound):
        for problem in error.problems:
            tell_problem(problem)
        return
    tell(f"gleanings: {error}")
    if isinstance(error, UnsafeInsertion):
        tell(error.lines)

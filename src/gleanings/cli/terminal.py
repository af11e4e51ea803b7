"""What the person sees: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from gleanings.problems import GleaningsError, Problem, ProblemsFound, UnsafeInsertion


class NobodyReads(Exception):
    """Whoever read our results has seen enough (`gleanings inbox | head`)."""


def say(text: str = "") -> None:
    """A result, to standard output. Raises NobodyReads, and GleaningsError where that takes no more."""
    try:
        click.echo(text, color=_colour())
    except BrokenPipeError:
        raise NobodyReads from None
    except OSError as error:
        raise GleaningsError(f"the result cannot be printed: {error.strerror}") from error


def tell(text: str) -> None:
    """Anything that is not a result, to standard error."""
    click.echo(text, err=True, color=_colour())


def say_json(document: Any) -> None:
    """One JSON document on standard output; the only thing `--json` prints there."""
    say(json.dumps(document, ensure_ascii=False, indent=2))


def _colour() -> bool | None:
    """Whether styles stay in what is printed; None: where a terminal shows them."""
    return False if os.environ.get("NO_COLOR") else None


def styled(problem: Problem) -> str:
    """A finding in one line, its place and its weight told by styles, which are left out where no terminal shows them
    or nobody wants them (https://no-color.org)."""
    text, place = str(problem), problem.place
    colour = "red" if problem.severity == "error" else "yellow"
    return click.style(place, bold=True) + click.style(text[len(place) :], fg=colour)


def tell_problem(problem: Problem) -> None:
    """One finding, one line."""
    tell(styled(problem))


def tell_error(error: GleaningsError) -> None:
    """Whatever ended the command, in as many lines as it has findings."""
    if isinstance(error, ProblemsFound):
        for problem in error.problems:
            tell_problem(problem)
        return
    tell(f"gleanings: {error}")
    if isinstance(error, UnsafeInsertion):
        tell(error.lines)

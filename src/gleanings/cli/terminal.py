"""What the person sees: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from gleanings.problems import GleaningsError, Problem, ProblemsFound, UnsafeInsertion


class NobodyReads(Exception):
    """Whoever read our results has seen enough (`gleanings inbox | head`)."""


def say(text: str = "") -> None:
    """A result, to standard output. Raises NobodyReads, and GleaningsError where that takes no more."""
    try:
        _print(text)
    except BrokenPipeError:
        raise NobodyReads from None
    except OSError as error:
        raise GleaningsError(f"the result cannot be printed: {error.strerror}") from error


def tell(text: str) -> None:
    """Anything that is not a result, to standard error."""
    _print(text, err=True)


def _print(text: str, *, err: bool = False) -> None:
    """One line; where it takes more than letters that every terminal has, click knows how."""
    stream = sys.stderr if err else sys.stdout
    if stream is not None and text.isascii() and text.isprintable():
        print(text, file=stream, flush=True)
        return
    import click

    click.echo(text, err=err, color=False if os.environ.get("NO_COLOR") else None)


def say_json(document: Any) -> None:
    """One JSON document on standard output; the only thing `--json` prints there."""
    import json

    say(json.dumps(document, ensure_ascii=False, indent=2))


def styled(problem: Problem) -> str:
    """A finding in one line, its place and its weight told by styles, which are left out where no terminal shows them
    or nobody wants them (https://no-color.org)."""
    import click

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


def answer(run: Callable[[], int]) -> int:
    """The exit status of what is run. A GleaningsError that ends it is told; where nobody reads on, all is well."""
    try:
        return run()
    except GleaningsError as error:
        tell_error(error)
        return error.exit_status
    except NobodyReads:
        # What is left goes nowhere, or Python would complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0

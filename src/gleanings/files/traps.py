"""What went wrong where libyaml gave up: its report turned into a sentence about the line that began the trouble."""

from __future__ import annotations

from gleanings.problems import Problem


def explain(error: Exception, text: str, path: str, *, too_deep: int | None = None) -> Problem:
    """One problem for a text that is not YAML."""
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Problem(
        path=path,
        line=line,
        column=column,
        code="yaml",
        message=f"this is not YAML: {getattr(error, 'problem', error)}",
    )

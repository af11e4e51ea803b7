"""Regular expressions that are compiled when they are first asked: a run needs two or three of the sixty here."""

from __future__ import annotations

import re


class Pattern:
    """An expression that a whole text must match."""

    __slots__ = ("_compiled", "_expression", "_flags")

    def __init__(self, expression: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._expression = expression
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The match of the whole of `text`."""
        compiled = self._compiled
        if compiled is None:
            compiled = self._compiled = re.compile(self._expression, self._flags)
        return compiled.fullmatch(text)

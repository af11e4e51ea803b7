"""Looking for something in a text: expressions that are compiled when they are first asked, as a run needs few of the
hundreds here, and marks that few texts have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, AnyStr, cast

_compile = re.compile
_METHODS = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")


def later(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern that `re.compile` makes, made when it is first used."""
    return cast("re.Pattern[AnyStr]", _Later(expression, flags))


def holds(text: str, mark: str) -> bool:
    """Whether a mark of several letters stands in a text. One letter is found thirty times as fast."""
    return mark[0] in text and mark in text


@contextmanager
def put_off_compiling() -> Iterator[None]:
    """For the length of the block, what libraries compile while they are loaded is made when it is first used."""
    re.compile = later  # type: ignore[assignment]
    try:
        yield
    finally:
        re.compile = _compile


class _Later:
    """Stands for a pattern; from the first use on its methods are the pattern's own."""

    __slots__ = ("_expression", "_flags", *_METHODS)

    def __init__(self, expression: str | bytes, flags: int) -> None:
        self._expression = expression
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Asked for what is not here yet."""
        pattern = _compile(self._expression, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(pattern, method))
        return getattr(pattern, name)

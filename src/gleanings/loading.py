"""What libraries load of other modules for nothing is put off or left out: it is a good part of every start."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

_modules: dict[str, Any] = sys.modules


def put_off(modules: Mapping[str, Sequence[str]]) -> None:
    """Load these modules at the first use of something in them, and not yet where somebody imports them. Of each, the
    functions named can be imported by name without loading it."""
    for name, functions in modules.items():
        _modules.setdefault(name, _Later(name, functions))


class _Later(ModuleType):
    """A module that is loaded when somebody asks for a part of it.

    importlib.util.LazyLoader would load it as soon as its name is imported a second time.
    """

    def __init__(self, name: str, functions: Sequence[str]) -> None:
        super().__init__(name)
        for function in functions:
            setattr(self, function, self._put_off(function))

    def __getattr__(self, part: str) -> Any:
        # Whoever imports a part by its name asks first whether this is a package.
        if part == "__path__":
            raise AttributeError(part)
        if _modules.get(self.__name__) is self:
            del _modules[self.__name__]
        return getattr(import_module(self.__name__), part)

    def _put_off(self, function: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            return self.__getattr__(function)(*arguments, **named)

        return call


@contextmanager
def stand_ins(parts: Mapping[str, Mapping[str, object] | None]) -> Iterator[None]:
    """For the length of the block, modules that nobody has loaded yet hold these parts alone; with None there is no
    such module."""
    absent = [name for name in parts if name not in _modules]
    for name in absent:
        held = parts[name]
        _modules[name] = None if held is None else SimpleNamespace(**held)
    try:
        yield
    finally:
        for name in absent:
            del _modules[name]

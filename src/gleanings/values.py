"""How values are made: classes whose fields are written once, as annotations, and that compare by them.

class Place(Value, kw_only=True):       a frozen one: hashable, and no step changes it behind another's back
class Numbering(Mutable):               one whose fields change while it is filled

msgspec builds both in C: a hundred classes cost a run 1 ms at its start, where dataclasses cost 70, and a value is
made in a tenth of the time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

# msgspec reads type hints by typing_extensions if there is one, which takes longer to load than the rest of it.
# Nothing here has hints read, so for this moment there is none.
_modules: dict[str, Any] = sys.modules
_hidden = _modules.setdefault("typing_extensions", None) is None
from msgspec import Struct, field  # noqa: E402
from msgspec.json import encode  # noqa: E402
from msgspec.structs import astuple, replace  # noqa: E402

if _hidden:
    del _modules["typing_extensions"]

__all__ = ["Mutable", "Value", "field", "put_together", "replace", "take_apart", "to_json"]

T = TypeVar("T", bound="Value")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value(Struct, frozen=True, gc=False):
    """The root of frozen values.

    The collector of garbage passes them over, since plain values cannot refer to themselves. A class that holds a
    function, or something that changes, says `gc=True`.
    """


@dataclass_transform(field_specifiers=(field,))
class Mutable(Struct):
    """The root of what has fields like a value, and changes."""


def take_apart(value: Value) -> tuple[Callable[..., Any], tuple[type[Value], tuple[Any, ...]]]:
    """For pickle: how to make the value again, without the names of its fields."""
    return put_together, (value.__class__, astuple(value))


def put_together(kind: type[T], content: tuple[Any, ...]) -> T:
    """A value of a class, from its fields in their order."""
    return kind(**dict(zip(kind.__struct_fields__, content, strict=True)))


def to_json(value: object) -> bytes:
    """A plain value as JSON without spaces; of a lone surrogate, which UTF-8 cannot hold, `?` is left."""
    try:
        return encode(value)
    except UnicodeEncodeError:
        import json

        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

"""How values are made: classes whose fields are written once, as annotations, and that compare by them.

class Place(Value, kw_only=True):       a frozen one: hashable, and no step changes it behind another's back
class Numbering(Mutable):               one whose fields change while it is filled

msgspec builds both in C: a hundred classes cost a run 1 ms at its start, where dataclasses cost 70, and a value is
made in a tenth of the time.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, dataclass_transform

from gleanings.loading import stand_ins


class _NoValue:
    """Stands for a kind of value that there is none of."""


# msgspec reads type hints by typing_extensions if there is one, which takes longer to load than the rest of it;
# Python's own typing reads ours as well. It looks for decimals, which no value of ours is, and imports uuid, which
# asks what system this is long before somebody wants an id of it.
with stand_ins({"typing_extensions": None, "decimal": {"Decimal": _NoValue}, "platform": {"system": str}}):
    from msgspec import Struct, field
    from msgspec.json import encode
    from msgspec.msgpack import Decoder, Encoder
    from msgspec.structs import replace

__all__ = ["Mutable", "Value", "field", "pack", "replace", "to_json", "unpack"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value(Struct, frozen=True, gc=False):
    """The root of frozen values.

    The collector of garbage passes them over, since plain values cannot refer to themselves. A class that holds a
    function, or something that changes, says `gc=True`.
    """


@dataclass_transform(field_specifiers=(field,))
class Mutable(Struct):
    """The root of what has fields like a value, and changes."""


def pack(value: object) -> bytes:
    """A value as bytes, for another process or another day (MessagePack); see unpack.

    A time loses its zone on the way, so that nothing is packed that has one.
    """
    return _packer().encode(value)


def unpack(content: bytes | memoryview, kind: type[T]) -> T:
    """What was packed, as a value of that kind: plain values, values of ours, and collections of them.

    Whatever the bytes are, nothing is run, and nothing but such a value is made. Raises ValueError.
    """
    try:
        # mypy does not know that a kind is hashable.
        found: T = _unpacker(kind).decode(content)  # type: ignore[arg-type]
    except RecursionError:
        raise ValueError("too deep") from None
    return found


@cache
def _packer() -> Encoder:
    return Encoder(enc_hook=_as_plain_text)


@cache
def _unpacker(kind: Any) -> Decoder[Any]:
    return Decoder(kind, dec_hook=_as_text_of_its_kind)


def _as_plain_text(value: Any) -> str:
    """For a kind of text of its own, such as HTML."""
    if isinstance(value, str):
        return str.__str__(value)
    raise NotImplementedError(f"{type(value).__name__} cannot be packed")


def _as_text_of_its_kind(kind: Any, text: Any) -> Any:
    if issubclass(kind, str) and isinstance(text, str):
        return kind(text)
    raise NotImplementedError(f"{kind.__name__} cannot be unpacked")


def to_json(value: object) -> bytes:
    """A plain value as JSON without spaces; of a lone surrogate, which UTF-8 cannot hold, `?` is left."""
    try:
        return encode(value)
    except UnicodeEncodeError:
        import json

        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

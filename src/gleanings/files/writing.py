"""Values as YAML that a person likes to read and edit: plain where it is safe, quoted where not, never wrapped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gleanings.dollars import find_inline_maths
from gleanings.patterns import later

STEP = 2
"""Spaces per level, where the file shows no habit of its own."""


class Block(str):
    """Text to write as a literal block (`note: |`), also where it is empty and waits for words."""

    __slots__ = ()


Writable = str | bool | int | Sequence[Any] | Mapping[str, Any]
"""What can be written: a tuple becomes a list on one line, a list one item a line."""

_PLAIN = later(r"(?:[^\W_]|[“‘«¿¡(…$/])[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]*", re.UNICODE)
_PLAIN_ADDRESS = later(r"https?://[A-Za-z0-9._~:/?@!$&'()*+;=%-]+(?:#[A-Za-z0-9._~:/?@!$&'()*+;=%#-]*)?")
_READ_AS_OTHER = later(
    r"(?:y|yes|n|no|true|false|on|off|null|none|nan|\.nan|[-+]?\.?inf|[-+]?[0-9][0-9_.,:eExXoObBa-fA-F+-]*)",
    re.IGNORECASE,
)
"""What other programs take for a truth value, null, a number, a time."""
_OF_FLOW = later(r"[,?\[\]{}]")
"""What ends a plain text between brackets; the question mark only for parsers of YAML 1.1."""
_DATE = later(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_UNPRINTABLE = later("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_HALF = later("[\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", '"': '\\"', "\\": "\\\\"}


def format_text(text: str, *, in_flow: bool = False) -> str:
    """One line of YAML that reads as exactly `text`, here and in every other YAML program.

    Half of a surrogate pair, which no file can hold, becomes U+FFFD.
    """
    text = _whole(text)
    if _is_plain(text) and not (in_flow and _OF_FLOW.search(text)):
        return text
    if _UNPRINTABLE.search(text):
        return _double_quoted(text)
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def _whole(text: str) -> str:
    return _HALF.sub("\ufffd", text) if not text.isascii() else text


def format_date(day: str) -> str:
    """`2024`, `2024-01` or `2024-01-05` as people write them; anything else as text."""
    return day if _DATE.fullmatch(day) else format_text(day)


def _is_plain(text: str) -> bool:
    if _PLAIN_ADDRESS.fullmatch(text):
        return not text.endswith(":")
    if not _PLAIN.fullmatch(text) or text != text.strip() or _READ_AS_OTHER.fullmatch(text):
        return False
    return ": " not in text and " #" not in text and not text.endswith(":")


def _double_quoted(text: str) -> str:
    escaped = "".join(_SHORT.get(letter) or _escape(letter) for letter in text)
    return f'"{escaped}"'


def _escape(letter: str) -> str:
    if not _UNPRINTABLE.match(letter):
        return letter
    return f"\\x{ord(letter):02x}" if ord(letter) < 0x100 else f"\\u{ord(letter):04x}"


def format_value(value: Writable, *, in_flow: bool, key: str = "") -> str:
    """A value on one line, collections in brackets."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return format_date(value) if key == "published" else format_text(value, in_flow=in_flow)
        case Mapping():
            pairs = (f"{name}: {format_value(part, in_flow=True, key=name)}" for name, part in _written(value))
            return "{" + ", ".join(pairs) + "}"
        case _:
            return "[" + ", ".join(format_value(part, in_flow=True) for part in value) + "]"


def _written(mapping: Mapping[str, Writable]) -> list[tuple[str, Writable]]:
    """What stands in a mapping in brackets: all but blocks that wait for words."""
    return [(key, value) for key, value in mapping.items() if not (isinstance(value, Block) and not value)]


def format_item(item: Writable, *, indent: int, gap: int = 1) -> list[str]:
    """The lines of one item of a block list: its dash in the column `indent`, `gap` spaces behind it."""
    dash = " " * indent + "-" + " " * gap
    match item:
        case Mapping():
            lines = format_pairs(item, indent=indent + 1 + gap)
            return [dash + lines[0].lstrip(" "), *lines[1:]]
        case _:
            return [dash + format_value(item, in_flow=False)]


def format_pairs(mapping: Mapping[str, Writable], *, indent: int) -> list[str]:
    """The lines of a block mapping whose keys stand in the column `indent`."""
    lines: list[str] = []
    for key, value in mapping.items():
        start = f"{' ' * indent}{key}:"
        match value:
            case Block():
                lines += _block(start, value, indent=indent + STEP)
            case list():
                lines.append(start)
                for part in value:
                    lines += format_item(part, indent=indent + STEP)
            case Mapping():
                lines += [start, *format_pairs(value, indent=indent + STEP)]
            case _:
                lines.append(f"{start} {format_value(value, in_flow=False, key=key)}")
    return lines


def _block(start: str, text: str, *, indent: int) -> list[str]:
    text = _whole(text.rstrip())
    if not text:
        return [f"{start} |"]
    if not _fits_block(text):
        return [f"{start} {format_text(text)}"]
    margin = " " * indent
    return [f"{start} |", *((margin + line if line else "") for line in text.split("\n"))]


def _fits_block(text: str) -> bool:
    return not _UNPRINTABLE.search(text.replace("\n", "")) and not text[0].isspace()


def read_back(value: Writable) -> Any:
    """What our reader makes of `value` once it is written as a block: text, lists, dicts."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Block():
            return _block_read_back(value)
        case str():
            return _whole(value)
        case Mapping():
            return {key: read_back(part) for key, part in value.items()}
        case _:
            return [read_back(part) for part in value]


def _block_read_back(text: Block) -> str:
    kept = _whole(text.rstrip())
    return kept + "\n" if kept and _fits_block(kept) else kept


def without_waiting_blocks(value: Writable) -> Writable:
    """The value as brackets hold it."""
    match value:
        case Mapping():
            return {key: without_waiting_blocks(part) for key, part in _written(value)}
        case str() | bool() | int():
            return str(value) if isinstance(value, Block) else value
        case tuple():
            return tuple(without_waiting_blocks(part) for part in value)
        case _:
            return [without_waiting_blocks(part) for part in value]


_MARKUP = later(
    r"""\\(?=[!-/:-@\[-`{-~]|\Z)      # a backslash that would escape
    | [*`]                            # emphasis, code
    | (?<![^\W_])_ | _(?![^\W_])      # an underscore at the edge of a word
    | <(?=[A-Za-z/!?])                # a tag
    | &(?=\#?\w+;)                    # an entity
    | \[(?=\^|[^\]]*\]\s*[\[(:])      # a footnote, a link
    | !(?=\[)                         # a picture
    | ~(?=~) | (?<=~)~                # struck through
    | \](?=[\[(])                     # the end of a link's words
    """,
    re.VERBOSE,
)


def format_title(text: str) -> str:
    """Plain text from outside as inline Markdown that shows exactly it; formulas between dollars stay formulas."""
    text = " ".join(text.split())
    escaped, done = [], 0
    for start, end in find_inline_maths(text):
        escaped += [_MARKUP.sub(r"\\\g<0>", text[done:start]), text[start:end]]
        done = end
    return "".join([*escaped, _MARKUP.sub(r"\\\g<0>", text[done:])])

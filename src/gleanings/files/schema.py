"""What the declarations say, for others: as JSON Schema for editors, as tables for the manual.

The schema keeps to the part of draft-07 that installed language servers know; descriptions show when hovering.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gleanings.files.compound import ByForm, Later, ListOf, Making, MapOf
from gleanings.files.shape import Key, Shape

_DRAFT = "http://json-schema.org/draft-07/schema#"


def format_schema(shape: Shape, *, title: str) -> str:
    """The JSON Schema of a file whose top is `shape`; the same text for the same declaration."""
    document = {
        "$schema": _DRAFT,
        "title": title,
        **shape.schema(),
        "definitions": {
            found.name: _define(found) for found in sorted(find_shapes(shape), key=lambda found: found.name)
        },
    }
    # A file with nothing in it is a fine file; a $ref has no neighbours in draft-07.
    document["anyOf"] = [{"$ref": document.pop("$ref")}, {"type": "null"}]
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def find_shapes(shape: Shape) -> tuple[Shape, ...]:
    """`shape` and every shape that can stand inside it, each once, in the order of the keys."""
    found: dict[str, Shape] = {}
    todo = [shape]
    while todo:
        current = todo.pop(0)
        if current.name not in found:
            found[current.name] = current
            todo += [inner for key in current.keys for inner in _inside(key.kind)]
    return tuple(found.values())


def format_reference(shape: Shape) -> str:
    """A Markdown table of the keys of one shape."""
    rows = ["| key | takes | carries |", "| --- | --- | --- |"]
    for key in shape.keys:
        also = f" (also {', '.join(f'`{alias}`' for alias in key.aliases)})" if key.aliases else ""
        example = f" `{key.example}`" if key.example and not key.example.endswith(": …") else ""
        rows.append(f"| `{key.name}`{also} | {_cell(_words(key))} | {_cell(key.says + example)} |")
    return "\n".join(rows) + "\n"


def _define(shape: Shape) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for key in shape.keys:
        for name in (key.name, *key.aliases):
            properties[name] = _property(key, alias=name != key.name)
    definition: dict[str, Any] = {
        "type": "object",
        "description": shape.words,
        "properties": properties,
        "additionalProperties": False,
    }
    required = [key.name for key in shape.keys if key.required and not key.aliases]
    return {**definition, "required": required} if required else definition


def _property(key: Key, *, alias: bool) -> dict[str, Any]:
    says = f"The same as {key.name}. {key.says}" if alias else key.says
    if key.example:
        says += f"\n\n    {key.example}"
    schema = key.kind.schema()
    if "$ref" in schema:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {"description": says, **schema}


def _inside(kind: object) -> Iterator[Shape]:
    match kind:
        case Shape():
            yield kind
        case Later():
            yield kind.get()
        case ListOf():
            yield from _inside(kind.item)
        case MapOf():
            yield from _inside(kind.value)
        case Making():
            yield from _inside(kind.kind)
        case ByForm():
            for inner in (kind.text, kind.mapping, kind.listed):
                yield from _inside(inner)
        case _:
            return


def _words(key: Key) -> str:
    return f"{key.kind.words}; required" if key.required else key.kind.words


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

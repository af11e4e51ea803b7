"""Traps around the colon behind a key: without its space, one too many, missing."""

from __future__ import annotations

import re

from gleanings.files.cures import SPACE_BEHIND_COLON, cure_by_quotes, cure_by_typing
from gleanings.files.traps.trouble import KEY_LINE, Finding, Trouble, indent_of, line_above, shorten_text
from gleanings.patterns import later

_GLUED_KEY = later(r"(?:-[ ]+)*([A-Za-z][\w-]*):(\S.*)")


def find_glued_colon(trouble: Trouble) -> Finding | None:
    """`title:Foo`."""
    places = [trouble.context_line, trouble.line] if "simple key" in trouble.context else []
    if "mapping values" in trouble.problem:
        places.append(line_above(trouble, trouble.line))
    for at in places:
        line = trouble.lines[at]
        found = _GLUED_KEY.fullmatch(line.strip())
        if found and not found[2].startswith("//"):
            return Finding(
                at,
                line.index(":"),
                f'no space stands behind the colon of "{found[1]}"',
                cure_by_typing(f"{found[1]}: ", found[2], otherwise=SPACE_BEHIND_COLON),
                "colon",
            )
    return None


def find_colon_in_text(trouble: Trouble) -> Finding | None:
    """`title: Foo: bar`."""
    if "mapping values" not in trouble.problem:
        return None
    line = trouble.lines[trouble.line]
    found = KEY_LINE.match(line)
    if not found or found["value"] is None or found.start("value") > trouble.column:
        return None
    key, value = found["key"], found["value"].rstrip()
    return Finding(
        trouble.line,
        trouble.column,
        "a colon with a space behind it stands in a text without quotes",
        cure_by_quotes(value, noun="the text", key=key),
        "colon",
    )


def find_missing_colon(trouble: Trouble) -> Finding | None:
    """A line that should be a key and has no colon, or the further line of a text that is not indented."""
    if "mapping values" in trouble.problem:
        at = line_above(trouble, trouble.line)
        if (
            at == trouble.line
            or ":" in re.sub(r"https?:", "", trouble.lines[at])
            or indent_of(trouble.lines[at]) > indent_of(trouble.lines[trouble.line])
        ):
            return None
    elif "simple key" in trouble.context:
        at = trouble.context_line
    else:
        return None
    text = trouble.lines[at].strip().lstrip("- ")
    column = trouble.lines[at].find(text)
    word = text.split()[0] if text else ""
    rest = text[len(word) :].strip()
    above = trouble.lines[line_above(trouble, at)]
    key = KEY_LINE.match(above)
    if at and key and key["value"] and rest and indent_of(above) + len(key["dashes"]) >= column:
        return Finding(
            at,
            column,
            f'this line has no key; if it goes on with the text of "{key["key"]}", it is not indented',
            f"write {key['key']}: | and the text below it, indented",
            "indentation",
        )
    cure = f"write {word}: {shorten_text(rest)}" if rest else f"write {word}:"
    return Finding(at, column, f'"{shorten_text(text)}" has no colon behind its key', cure, "colon")

"""Traps around the colon behind a key: without its space, one too many, missing."""

from __future__ import annotations

import re
from itertools import takewhile

from gleanings.files.cures import SPACE_BEHIND_COLON, cure_by_quotes, cure_by_typing
from gleanings.files.desk import OTHER_DASH
from gleanings.files.traps.trouble import (
    KEY_LINE,
    Finding,
    Trouble,
    indent_of,
    line_above,
    nearest_key,
    shorten_text,
)
from gleanings.patterns import later

_HTML = later(r"<[!/A-Za-z][^>]*>")
_EQUALS = later(r"([A-Za-z][\w-]*)[ ]*=[ ]*(\S.*)")
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
    return Finding(
        trouble.line,
        trouble.column,
        "a colon with a space behind it stands in a text without quotes",
        _cure_colon(trouble, found),
        "colon",
    )


def _cure_colon(trouble: Trouble, found: re.Match[str]) -> str:
    """What helps a text with a colon: quotes, round all of a sentence without a key; `|` for one of several lines."""
    key, value = found["key"], found["value"].rstrip()
    column = len(found["indent"]) + len(found["dashes"])
    below = list(
        takewhile(lambda line: not line.strip() or indent_of(line) > column, trouble.lines[trouble.line + 1 :])
    )
    if found["dashes"] and not nearest_key(key):
        return cure_by_quotes(" ".join((f"{key}: {value}", *below)), noun="the sentence")
    if any(map(str.strip, below)):
        return f"write {key}: | and the whole text below it, indented"
    return cure_by_quotes(value, noun="the text", key=key)


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
    text = trouble.lines[at].strip().removeprefix("- ").lstrip()
    column = trouble.lines[at].find(text)
    above = trouble.lines[line_above(trouble, at)]
    key = KEY_LINE.match(above)
    is_below_text = bool(at and key and key["value"] and indent_of(above) + len(key["dashes"]) >= column)
    if found := _find_other_sign(text):
        return Finding(at, column, *found)
    word, _, rest = text.partition(" ")
    if key and is_below_text and rest and key["key"] not in ("url", "link"):
        return Finding(
            at,
            column,
            f'this line has no key; if it goes on with the text of "{key["key"]}", it is not indented',
            f"write {key['key']}: | and the text below it, indented",
            "indentation",
        )
    if near := nearest_key(word):
        cure = (
            cure_by_typing(f"{near}: ", rest, otherwise=f"write a colon behind {word}") if rest else f"write {near}:"
        )
        return Finding(at, column, f'"{shorten_text(text)}" has no colon behind its key', cure, "colon")
    return Finding(
        at, column, f'"{shorten_text(text)}" stands here without a key', _cure_keyless(trouble, at), "colon"
    )


def _find_other_sign(text: str) -> tuple[str, str, str] | None:
    """Message, cure and code for a line that begins as in another language, or with another dash than YAML's."""
    if found := OTHER_DASH.fullmatch(text):
        cure = cure_by_typing("- ", found[2], otherwise="begin it with - instead")
        return f"an item of a list begins with -, and not with {found[1]}", cure, "dash"
    if text.startswith("//"):
        return (
            "a comment begins with #",
            cure_by_typing("# ", text.lstrip("/"), otherwise="write # instead"),
            "comment",
        )
    if _HTML.match(text):
        return (
            f'"{shorten_text(text)}" is HTML and no YAML',
            "write what it says behind keys, such as title: …",
            "html",
        )
    found = _EQUALS.fullmatch(text)
    if found and nearest_key(found[1]):
        cure = cure_by_typing(f"{found[1]}: ", found[2], otherwise="write a colon and a space for it")
        return "= stands where a colon belongs", cure, "colon"
    return None


def _cure_keyless(trouble: Trouble, at: int) -> str:
    """What a line without a key can be: an entry that lacks its dash, the address of a key above, words."""
    line = trouble.lines[at]
    column = indent_of(line)
    if line.lstrip().startswith("- "):
        words = line.strip()[1:].strip()
        return cure_by_typing(
            "- url: " if "://" in words else "- note: ", words, otherwise="put a key before it, such as note:"
        )
    above = trouble.lines[line_above(trouble, at)]
    head = KEY_LINE.match(above)
    if head and not head["value"] and at:
        return f"write it behind the colon of {head['key']}, or below and indented deeper"
    sibling = next((line for line in reversed(trouble.lines[:at]) if line.strip() and indent_of(line) <= column), "")
    if sibling.lstrip().startswith("- ") and indent_of(sibling) == column:
        return 'put "- " before it'
    if "://" in line.split()[0]:
        return (
            'put "url: " before it, or "- " in the column of the dash above' if column else "write it under entries:"
        )
    return f"put # before it if it is a comment; words stand behind a key, such as {'note' if column else 'intro'}: |"

"""Where and how libyaml gave up, and what the lines and tokens before that place look like."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from gleanings.files.desk import shorten
from gleanings.patterns import later
from gleanings.values import Value

KEY_LINE = later(r"(?P<indent>[ ]*)(?P<dashes>(?:-[ ]+)*)(?P<key>[^\s:#'\"\[{][^:#]*?)[ ]*:(?:[ \t]+(?P<value>.*))?$")
_KEY_WORD = later(r"[A-Za-z][A-Za-z_-]*")


_NAMES = """
again aliases also alt archive author authors by cadence caption commentary comments count cover date description
draft email entries exclude feeds goals group id image images include interval intro kind label lang limit link
links look name nav note number outro pattern pick private public published quote quotes read related rules
section sections series site slug source src status style subtitle summary tag tags text thought timezone title
toc type update updated updates url via was year
abstract code dataset demo discussion model notebook paper pdf report slides video
"""
KEYS = frozenset(_NAMES.split())
"""The keys of every file, and the usual roles of links: what a line most likely begins with if it has no colon."""


class Finding(NamedTuple):
    """What a trap recognised; line and column from 0."""

    line: int
    column: int
    message: str
    cure: str
    code: str = "yaml"


class Trouble(Value, kw_only=True):
    """Where and how libyaml gave up."""

    lines: Sequence[str]
    tokens: Sequence[Any]
    """The tokens before the place."""
    problem: str
    context: str
    line: int
    """Of the place, from 0; past the end of the file it is the last line that has words."""
    column: int
    context_line: int
    context_column: int

    @property
    def before(self) -> str:
        """What stands in the line before the place."""
        return self.lines[self.line][: self.column]

    @property
    def behind(self) -> str:
        return self.lines[self.line][self.column :]


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def line_above(trouble: Trouble, at: int) -> int:
    """The next line above with words in it; `at` itself where there is none."""
    for above in range(at - 1, -1, -1):
        if trouble.lines[above].strip() and not trouble.lines[above].lstrip().startswith("#"):
            return above
    return at


def looks_like_key(line: str) -> bool:
    found = KEY_LINE.match(line)
    return bool(found and _KEY_WORD.fullmatch(found["key"]))


def nearest_key(word: str) -> str | None:
    """The key of ours that a word in small letters is, but for a slip; None for other words."""
    if word in KEYS or not word.islower():
        return word if word in KEYS else None
    return next(iter(get_close_matches(word, KEYS, n=1, cutoff=0.8)), None)


def inside_block(trouble: Trouble, at: int) -> bool:
    """True for a line of the text of a `|`."""
    return any(
        token.id == "<scalar>" and token.style in ("|", ">") and token.start_mark.line < at < token.end_mark.line
        for token in trouble.tokens
    )


def last_token_before(trouble: Trouble) -> Any | None:
    place = (trouble.line, trouble.column)
    ended = (token for token in reversed(trouble.tokens) if token.id in ("<scalar>", "]", "}"))
    return next((token for token in ended if (token.end_mark.line, token.end_mark.column) <= place), None)


def name_of(line: str) -> str:
    """What begins a line, for a message: a key, the dash before it, else the words."""
    found = KEY_LINE.match(line)
    if found:
        return f'{"the dash before " if found["dashes"] else ""}"{found["key"]}:"'
    return f'"{shorten_text(line.strip())}"'


def shorten_text(text: str) -> str:
    """A line that is not YAML, for quoting in a message."""
    return shorten(text, 60)

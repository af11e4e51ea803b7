"""Coloured code. The only door to pygments.

Words are marked by what they are, in nine short classes, not by pygments' hundred: pages stay small, and a theme
chooses nine colours.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any

_CLASSES = {
    "Comment": "c",
    "Keyword": "k",
    "Literal.String": "s",
    "Literal.Number": "m",
    "Name.Function": "f",
    "Name.Class": "f",
    "Name.Tag": "f",
    "Name.Decorator": "f",
    "Name.Builtin": "b",
    "Name.Attribute": "b",
    "Name.Constant": "b",
    "Generic.Deleted": "d",
    "Generic.Inserted": "i",
    "Generic.Heading": "h",
    "Generic.Subheading": "h",
}
"""Token type of pygments → class."""

_COLOURS = {
    "c": ("code-comment", "#6a655c", "#a39c90"),
    "k": ("code-keyword", "#8a2f3c", "#e2a1a6"),
    "s": ("code-string", "#3f6212", "#b3c98b"),
    "m": ("code-number", "#7a4a06", "#dfb982"),
    "f": ("code-name", "#1f4f82", "#9dc1e6"),
    "b": ("code-builtin", "#5b3a86", "#c8b0e6"),
    "d": ("code-deleted", "#9b1c1c", "#f0a3a3"),
    "i": ("code-inserted", "#276227", "#a5d6a5"),
    "h": ("code-heading", "#1f4f82", "#9dc1e6"),
}
"""Class → (custom property, its colour on a light ground, its colour on a dark one); AA on both."""


def highlight(code: str, language: str) -> str | None:
    """The code as HTML with `span`s; None where nobody knows the language."""
    lexer = _lexer(language.lower())
    if lexer is None:
        return None
    tokens = ((_class_of(str(kind)[6:]), words) for kind, words in lexer.get_tokens(code))
    out = []
    for name, group in groupby(tokens, key=lambda token: token[0]):
        words = escape("".join(words for _, words in group), quote=False)
        out.append(f'<span class="{name}">{words}</span>' if name and not words.isspace() else words)
    return "".join(out)


def highlight_css() -> str:
    """Rules for `.highlight`, on custom properties that a theme may set: `--code-keyword` and its like."""
    rules = "".join(f".highlight .{name}{{color:var(--{word})}}" for name, (word, _, _) in _COLOURS.items())
    return f"{rules}.highlight .c{{font-style:italic}}"


def highlight_colours(*, dark: bool) -> str:
    """The custom properties for one ground, as declarations for a rule of the theme's own."""
    return "".join(f"--{word}:{dim if dark else ink};" for word, ink, dim in _COLOURS.values())


@lru_cache(maxsize=128)
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=512)
def _class_of(kind: str) -> str:
    parts = kind.split(".")
    for length in range(len(parts), 0, -1):
        if name := _CLASSES.get(".".join(parts[:length])):
            return name
    return ""

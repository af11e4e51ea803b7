"""Coloured code. The only door to pygments.

Words are marked by what they are, in nine short classes, not by pygments' hundred: pages stay small, and a theme
chooses nine colours (templates/static/style.css).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
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


def code_block(code: str, info: str) -> str:
    """Fenced code as HTML; the first word of `info` names its language."""
    language = info.split()[0] if info.strip() else ""
    coloured = highlight(code, language) if language else None
    if coloured is None:
        return f'<pre tabindex="0"><code>{escape(code, quote=False)}</code></pre>\n'
    return f'<pre tabindex="0"><code class="highlight language-{escape(language)}">{coloured}</code></pre>\n'


def highlight(code: str, language: str) -> str | None:
    """The code as HTML with `span`s; None where nobody knows the language."""
    lexer = _lexer(language.lower())
    if lexer is None:
        return None
    out = []
    name, run = "", ""
    for kind, words in lexer.get_tokens(code):
        other = _class_of(kind)
        if other == name:
            run += words
            continue
        out.append(_run(name, run))
        name, run = other, words
    out.append(_run(name, run))
    return "".join(out)


def _run(name: str, words: str) -> str:
    """Words of one class."""
    html = escape(words, quote=False)
    return f'<span class="{name}">{html}</span>' if name and not words.isspace() else html


@lru_cache(maxsize=128)
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=512)
def _class_of(kind: Sequence[str]) -> str:
    """The class for a token's type, such as `("Name", "Function", "Magic")`."""
    for length in range(len(kind), 0, -1):
        if name := _CLASSES.get(".".join(kind[:length])):
            return name
    return ""

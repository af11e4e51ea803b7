"""`look:` in site.yaml as CSS custom properties: only values of known shapes get into the stylesheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from gleanings.looks import css_of_look
from gleanings.patterns import later

LIGHT_PAPER = "#fdfbf6"
DARK_PAPER = "#1b1917"
INK = "#26221d"
ACCENT = "#8f2d18"

_CSS_COMMENT = later(r"/\*.*?\*/", re.DOTALL)
_CSS_STRING = later(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_SPACES = later(r"\s+")
_CSS_AFTER = later(r"([{};,:>]) ")
_CSS_TIMES = later(r"(?<=[)\w]) \* (?=\d|var\(|calc\()")
_CSS_BEFORE = later(r" ([{};,>])")


def render_look(look: Mapping[str, str]) -> str:
    """CSS that sets the custom properties of the stylesheet; empty where nothing is set."""
    named = {name.replace("-", "_"): str(value) for name, value in look.items()}
    values = {name: css for name, value in named.items() if (css := css_of_look(name, value)) is not None}
    always = [f"--{key}:{values[key]}" for key in ("serif", "sans", "size", "density") if key in values]
    light = [f"--{key}:{values[key]}" for key in ("accent", "paper", "ink") if key in values]
    dark = [f"--accent:{values['accent_dark']}"] if "accent_dark" in values else []
    rules = f":root{{{';'.join(always)}}}\n" if always else ""
    if light:
        rules += f"@media not all and (prefers-color-scheme:dark){{:root{{{';'.join(light)}}}}}\n"
    if dark:
        rules += f"@media (prefers-color-scheme:dark){{:root{{{';'.join(dark)}}}}}\n"
    return rules


@lru_cache(maxsize=1)
def compact_css(css: str) -> str:
    """The same rules without comments and without the spaces that only help an author; strings stay as they are. A
    build asks twice or thrice."""
    pieces = _CSS_STRING.split(_CSS_COMMENT.sub("", css))
    return "".join(piece if number % 2 else _compact(piece) for number, piece in enumerate(pieces))


def _compact(css: str) -> str:
    css = _CSS_TIMES.sub("*", _SPACES.sub(" ", css))
    return _CSS_BEFORE.sub(r"\1", _CSS_AFTER.sub(r"\1", css)).replace(";}", "}")


def theme_colours(look: Mapping[str, str]) -> dict[str, str]:
    """The grounds of both schemes, for the browser's own frame."""
    return {"light": css_of_look("paper", str(look.get("paper", ""))) or LIGHT_PAPER, "dark": DARK_PAPER}


def picture_colours(look: Mapping[str, str]) -> dict[str, str]:
    """`paper`, `ink` and `accent` of the light scheme, for pictures; values of CSS."""
    default = {"paper": LIGHT_PAPER, "ink": INK, "accent": ACCENT}
    return {name: css_of_look(name, str(look.get(name, ""))) or colour for name, colour in default.items()}

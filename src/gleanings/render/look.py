"""`look:` in site.yaml as CSS custom properties: only values of known shapes get into the stylesheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gleanings.problems import Problem

LIGHT_PAPER = "#fdfbf6"
DARK_PAPER = "#1b1917"

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]{3,24}")
_COLOUR_FUNCTION = re.compile(r"(?:rgb|hsl|oklch|oklab|lch|lab)a?\([0-9.,%/ +\-a-z]{3,60}\)")
_FACE = re.compile(r"""\s*(?:"[\w .\-]+"|'[\w .\-]+'|[A-Za-z_][\w \-]*)\s*""")
_SIZE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)(px|rem|em|%)")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_STRING = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_SPACES = re.compile(r"\s+")
_CSS_AFTER = re.compile(r"([{};,:>]) ")
_CSS_TIMES = re.compile(r"(?<=[)\d]) \* (?=[\d(v-])")
_CSS_BEFORE = re.compile(r" ([{};,>])")
_DENSITIES = {"tight": "0.8", "normal": "1", "airy": "1.25"}


def _colour(value: str) -> str | None:
    return value if _COLOUR.fullmatch(value) or _COLOUR_FUNCTION.fullmatch(value) else None


def _faces(value: str) -> str | None:
    return value if all(_FACE.fullmatch(face) for face in value.split(",")) else None


def _size(value: str) -> str | None:
    return value if _SIZE.fullmatch(value) else None


def _density(value: str) -> str | None:
    return _DENSITIES.get(value)


_KEYS: Mapping[str, tuple[Callable[[str], str | None], str]] = {
    "accent": (_colour, 'a colour such as "#8a2f1d" or oklch(45% 0.13 35)'),
    "accent-dark": (_colour, 'a colour such as "#e8a58f", for the dark scheme'),
    "paper": (_colour, 'a colour such as "#fffdf8"'),
    "ink": (_colour, 'a colour such as "#222222"'),
    "serif": (_faces, "names of faces with commas between them"),
    "sans": (_faces, "names of faces with commas between them"),
    "size": (_size, "a length such as 18px, 1.1rem or 110%"),
    "density": (_density, "tight, normal or airy"),
}


def find_look_problems(look: Mapping[str, str]) -> tuple[Problem, ...]:
    """Unknown keys and values of `look:` that have no effect."""
    return tuple(problem for key, value in look.items() if (problem := _problem(key, str(value).strip())))


def _problem(key: str, value: str) -> Problem | None:
    if key not in _KEYS:
        message, cure = f'unknown key "{key}" under look', f"known are {', '.join(_KEYS)}"
    elif _KEYS[key][0](value) is None:
        message, cure = f'"{value}" under look does not fit "{key}"', f"write {_KEYS[key][1]}"
    else:
        return None
    return Problem(path="site.yaml", code="look", message=message, cure=cure, severity="warning")


def render_look(look: Mapping[str, str]) -> str:
    """CSS that sets the custom properties of the stylesheet; empty where nothing is set."""
    values = {
        key: css
        for key, value in look.items()
        if key in _KEYS and (css := _KEYS[key][0](str(value).strip())) is not None
    }
    always = [f"--{key}:{values[key]}" for key in ("serif", "sans", "size", "density") if key in values]
    light = [f"--{key}:{values[key]}" for key in ("accent", "paper", "ink") if key in values]
    dark = [f"--accent:{values['accent-dark']}"] if "accent-dark" in values else []
    rules = f":root{{{';'.join(always)}}}\n" if always else ""
    if light:
        rules += f"@media not all and (prefers-color-scheme:dark){{:root{{{';'.join(light)}}}}}\n"
    if dark:
        rules += f"@media (prefers-color-scheme:dark){{:root{{{';'.join(dark)}}}}}\n"
    return rules


def compact_css(css: str) -> str:
    """The same rules without comments and without the spaces that only help an author; strings stay as they are."""
    pieces = _CSS_STRING.split(_CSS_COMMENT.sub("", css))
    return "".join(piece if number % 2 else _compact(piece) for number, piece in enumerate(pieces))


def _compact(css: str) -> str:
    css = _CSS_TIMES.sub("*", _SPACES.sub(" ", css))
    return _CSS_BEFORE.sub(r"\1", _CSS_AFTER.sub(r"\1", css)).replace(";}", "}")


def theme_colours(look: Mapping[str, str]) -> dict[str, str]:
    """The grounds of both schemes, for the browser's own frame."""
    return {"light": _colour(str(look.get("paper", "")).strip()) or LIGHT_PAPER, "dark": DARK_PAPER}

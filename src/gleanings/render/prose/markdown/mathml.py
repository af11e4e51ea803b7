"""Formulas as MathML at build time, so that pages and feeds need no script. The only door to latex2mathml."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from html import escape
from typing import cast

from gleanings.loading import stand_ins
from gleanings.patterns import later, put_off_compiling

_ALIGNED = later(r"\\(begin|end)\{(?:aligned|align|split|gathered|gather|eqnarray|equation)(\*?)\}")
_KEEPS_ENVIRONMENT = later(r"\\begin\{(?:aligned|align|split|eqnarray)\*?\}")
_UNKNOWN = later(r"<m[a-z]+[^>]*>\s*\\")
_AMPERSAND = later(r"&(?!(?:#\d+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);)")
_CHARACTER = later(r"&#x([0-9A-Fa-f]+);")
_PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "mroot": 2, "msubsup": 3, "munderover": 3}
"""Elements that are nothing without all of their parts."""
_HEAD = later(r"^<math[^>]*>")


@lru_cache(maxsize=4096)
def render_maths(tex: str, *, display: bool = False) -> str | None:
    """The formula as a `math` element that carries its TeX as `alttext`; None where the TeX cannot be read.

    A command nobody knows counts as unreadable, and so does what breaks off: half a formula is worse than its source.
    """
    convert = _load_converter()
    try:
        body = convert(_familiar(tex))
    except Exception:  # noqa: BLE001 — the library raises whatever its parser stumbles on, IndexError included
        return None
    if _UNKNOWN.search(body):
        return None
    form = ' display="block"' if display else ""
    head = f'<math xmlns="http://www.w3.org/1998/Math/MathML"{form} alttext="{escape(tex.strip())}">'
    made = _HEAD.sub(lambda _: head, _CHARACTER.sub(_character, _AMPERSAND.sub("&amp;", body)))
    return made if _is_whole(made) else None


@cache
def _load_converter() -> Callable[[str], str]:
    """The library's `convert`, without what it loads for nothing: a quarter of the start of a small build.

    It imports xml.sax.saxutils for one function that escapes text, and that module imports urllib.request, and so
    http.client and ssl, for another; and importlib.metadata, and so a parser of mails, to know its own version.
    """
    with put_off_compiling(), stand_ins({"urllib.request": {}, "importlib.metadata": {"version": str}}):
        from latex2mathml.converter import convert
    return cast(Callable[[str], str], convert)


def _familiar(tex: str) -> str:
    """The same formula in the environments that the library knows."""
    if not _KEEPS_ENVIRONMENT.search(tex):
        return _ALIGNED.sub("", tex).strip()
    return _ALIGNED.sub(lambda found: rf"\{found[1]}{{align*}}", tex).strip()


def _is_whole(element: str) -> bool:
    """False where something in a `math` element lacks one of its parts, such as the fraction of `\\frac{1`."""
    from xml.parsers import expat

    counts = [0]
    whole = True

    def open_one(name: str, attributes: dict[str, str]) -> None:
        counts[-1] += 1
        counts.append(0)

    def close_one(name: str) -> None:
        nonlocal whole
        count = counts.pop()
        whole = whole and count == _PARTS.get(name, count)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = open_one, close_one
    try:
        parser.Parse(element, True)  # noqa: FBT003 — it takes no names
    except expat.ExpatError:
        return False
    return whole


def _character(found: re.Match[str]) -> str:
    """The character itself, a quarter of the bytes, where that is safe."""
    character = chr(int(found[1], 16))
    return escape(character)


_OPERATORS_WITHOUT_SPACE = set("()[]{}|,;!′'.⁡")
_BESIDE_FRACTIONS = ("", " ", "(", ")", "[", "]", ",", ".")
_SIMPLE = {"math", "mrow", "mstyle", "mi", "mn", "mo", "mtext", "mspace", "mpadded", "semantics"}


def maths_as_html(element: str) -> str:
    """A `math` element as plain HTML with raised and lowered characters, for formats that know no MathML.

    What needs two dimensions (a matrix, a stack) is shown as its TeX.
    """
    from xml.parsers import expat

    formula = _Formula()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = formula.open, formula.close
    parser.CharacterDataHandler = formula.add
    try:
        parser.Parse(element, True)  # noqa: FBT003 — it takes no names
    except _TwoDimensional:
        return f"<code>{escape(formula.tex, quote=False)}</code>"
    return f'<span title="{escape(formula.tex)}">{"".join(formula.written).strip()}</span>'


class _TwoDimensional(Exception):
    """A formula that one line cannot hold."""


class _Fraction(str):
    """A fraction in one line."""

    __slots__ = ()


class _Formula:
    """A formula on its way to one line: what is written of the open elements, from the outermost in."""

    def __init__(self) -> None:
        self.tex = ""
        self.written: list[str] = []
        """The parts of the innermost open element."""
        self._words = ""
        """What stands in it before the first of them."""
        self._outside: list[tuple[list[str], str]] = []

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if name == "math":
            self.tex = attributes.get("alttext", "")
        if "linethickness" in attributes:
            # A fraction without a line is none: "n over k".
            raise _TwoDimensional(name)
        self._outside.append((self.written, self._words))
        self.written, self._words = [], ""

    def add(self, words: str) -> None:
        if not self.written:
            self._words += words

    def close(self, name: str) -> None:
        line = _linear(name, self._words, self.written)
        self.written, self._words = self._outside.pop()
        self.written.append(line)


def _linear(name: str, words: str, parts: Sequence[str]) -> str:
    match name:
        case "mi" if len(words) == 1 and words.isalpha():
            return f"<i>{escape(words, quote=False)}</i>"
        case "mo" if words not in _OPERATORS_WITHOUT_SPACE:
            return f" {escape(words, quote=False)} "
        case "msup" | "mover":
            return f"{parts[0]}<sup>{parts[1].strip()}</sup>"
        case "msub" | "munder":
            return f"{parts[0]}<sub>{parts[1].strip()}</sub>"
        case "msubsup" | "munderover":
            return f"{parts[0]}<sub>{parts[1].strip()}</sub><sup>{parts[2].strip()}</sup>"
        case "mfrac":
            return _Fraction(f"{_grouped(parts[0])}/{_grouped(parts[1])}")
        case "msqrt":
            return f"√{_grouped(''.join(parts))}"
        case _ if name in _SIMPLE:
            if len(parts) == 1 and not words:
                return parts[0]
            return escape(words, quote=False) + "".join(map(_apart, ("", *parts), parts, (*parts[1:], "")))
        case _:
            raise _TwoDimensional(name)


def _apart(before: str, part: str, behind: str) -> str:
    """A part of a row: a fraction does not swallow what stands beside it (`1/2x`)."""
    is_free = before[-1:] in _BESIDE_FRACTIONS and behind[:1] in _BESIDE_FRACTIONS
    return part if is_free or not isinstance(part, _Fraction) else f"({part})"


def _grouped(words: str) -> str:
    plain = re.sub(r"<[^>]*>", "", words).strip()
    return words.strip() if len(plain) <= 1 or plain.isalnum() else f"({words.strip()})"

"""How wide a text is in a font, read from the font itself, and where its lines break: an SVG breaks none."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from unicodedata import category, east_asian_width, normalize

from gleanings.patterns import later
from gleanings.values import Value, field

ELLIPSIS = "…"
_SPACES = later(r"[ \t\r\n]+")
_LEFT_OUT = ("C", "M", "S")
"""Categories of characters that a text can do without where no font has them: emoji, their joiners and selectors."""
_CLOSING = "、。，．・：；？！）］｝〕〉》」』】’”…‥ーっゃゅょッャュョ"
_OPENING = "（［｛〔〈《「『【‘“"
_AFTER = "-–—/"


class Typeface(Value):
    """One font file: which characters it has and how far each moves on."""

    file: Path
    units: int
    """In one em."""
    firsts: tuple[int, ...]
    """Where the ranges of `ranges` begin, for a quick search."""
    ranges: tuple[tuple[int, int, int], ...]
    """(first code point, last, glyph of the first), in order; the glyphs of a range follow one another."""
    advances: tuple[int, ...]
    """Glyph → units; glyphs beyond the last are as wide as the last."""

    def advance(self, character: str) -> float | None:
        """In ems; None where the font has no such character."""
        code = ord(character)
        at = bisect_right(self.firsts, code) - 1
        if at < 0 or code > self.ranges[at][1]:
            return None
        glyph = self.ranges[at][2] + code - self.ranges[at][0]
        return self.advances[min(glyph, len(self.advances) - 1)] / self.units


def load_typeface(file: Path) -> Typeface:
    """A TrueType or OpenType font, or the first of a collection. Raises ValueError for anything else, and OSError."""
    font = file.read_bytes()
    try:
        start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
        if font[start : start + 4] not in (b"\0\1\0\0", b"OTTO", b"true"):
            raise ValueError("no TrueType or OpenType font")
        tables = {
            font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
            for at in range(start + 12, start + 12 + 16 * struct.unpack_from(">H", font, start + 4)[0], 16)
        }
        (units,) = struct.unpack_from(">H", font, tables[b"head"] + 18)
        (count,) = struct.unpack_from(">H", font, tables[b"hhea"] + 34)
        advances = struct.unpack_from(f">{2 * count}H", font, tables[b"hmtx"])[::2]
        if not units or not advances:
            raise ValueError("a font without widths")
        ranges = tuple(sorted(_read_ranges(font, tables[b"cmap"])))
        return Typeface(file, units, tuple(first for first, _, _ in ranges), ranges, advances)
    except (struct.error, KeyError, IndexError) as error:
        raise ValueError("the font's tables cannot be read") from error


def _read_ranges(font: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """The character map (OpenType, `cmap`): format 12 where there is one, else format 4."""
    (count,) = struct.unpack_from(">H", font, at + 2)
    starts = [at + struct.unpack_from(">I", font, at + 8 + 8 * number)[0] for number in range(count)]
    formats = {struct.unpack_from(">H", font, start)[0]: start for start in starts}
    if 12 not in formats:
        return _read_segments(font, formats[4])
    (groups,) = struct.unpack_from(">I", font, formats[12] + 12)
    return struct.iter_unpack(">III", font[formats[12] + 16 : formats[12] + 16 + 12 * groups])


def _read_segments(font: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    double = struct.unpack_from(">H", font, at + 6)[0]
    count = double // 2
    lasts = struct.unpack_from(f">{count}H", font, at + 14)
    firsts = struct.unpack_from(f">{count}H", font, at + 16 + double)
    deltas = struct.unpack_from(f">{count}H", font, at + 16 + 2 * double)
    offsets_at = at + 16 + 3 * double
    offsets = struct.unpack_from(f">{count}H", font, offsets_at)
    for number, (first, last, delta, offset) in enumerate(zip(firsts, lasts, deltas, offsets, strict=True)):
        if first == 0xFFFF:
            continue
        if not offset:
            yield first, last, (first + delta) & 0xFFFF
            continue
        glyphs = struct.unpack_from(f">{last - first + 1}H", font, offsets_at + 2 * number + offset)
        for code, glyph in enumerate(glyphs, first):
            if glyph:
                yield code, code, (glyph + delta) & 0xFFFF


class SetText(Value):
    """A text broken into lines at a size that fits."""

    size: float
    lines: tuple[str, ...]


class Fonts(Value):
    """The faces that a text may be set in."""

    faces: dict[str, Typeface]
    """By the names that a template says: `serif`, `italic`, `sans`."""
    others: tuple[Typeface, ...] = ()
    """What has the characters that these have not."""
    _known: dict[tuple[str, str], float | None] = field(default_factory=dict)
    """(face, character) → advance, looked up once."""

    def clean(self, text: str) -> str | None:
        """The text without symbols that no face has; None where then a letter is missing or nothing is left."""
        kept = "".join(
            char for char in normalize("NFC", text) if self._has(char) or category(char)[0] not in _LEFT_OUT
        )
        kept = _SPACES.sub(" ", kept).strip()
        return kept if kept and all(map(self._has, kept)) else None

    def width(self, text: str, face: str) -> float:
        """In ems; a character that no face has counts as one em."""
        return sum(1.0 if (one := self._advance(face, character)) is None else one for character in text)

    def fit(
        self, text: str, *, face: str, sizes: Iterable[float], width: float, most: int = 1, balanced: bool = False
    ) -> SetText:
        """The text in at most so many lines of that width (in the units of the sizes).

        The first of the sizes at which it fits is taken; at the last one what is too much is cut off with an
        ellipsis. `balanced` lines are about equally long.
        """
        lines: list[str] = []
        size = 1.0
        for size in sizes:
            lines = break_lines(text, width / size, lambda part: self.width(part, face))
            if len(lines) <= most:
                break
        if len(lines) > most:
            kept = lines[:most]
            kept[-1] = self._cut(kept[-1], face, width / size)
            lines = kept
        elif balanced and len(lines) > 1:
            lines = self._balance(text, face, width / size, lines)
        return SetText(size, tuple(lines))

    def _balance(self, text: str, face: str, width: float, lines: list[str]) -> list[str]:
        narrower = lines
        while len(narrower) == len(lines):
            lines, width = narrower, width * 0.97
            narrower = break_lines(text, width, lambda part: self.width(part, face))
        return lines

    def _cut(self, line: str, face: str, width: float) -> str:
        pieces = list(_pieces(line))
        while len(pieces) > 1 and self.width(_ended(pieces), face) > width:
            pieces.pop()
        while len(pieces[0]) > 1 and self.width(_ended(pieces), face) > width:
            pieces[0] = pieces[0][:-1]
        return _ended(pieces)

    def _advance(self, face: str, character: str) -> float | None:
        """In that face, else in the first that has the character."""
        if (face, character) not in self._known:
            order = (self.faces[face], *self.faces.values(), *self.others)
            found = (advance for one in order if (advance := one.advance(character)) is not None)
            self._known[face, character] = next(found, None)
        return self._known[face, character]

    def _has(self, character: str) -> bool:
        return self._advance(next(iter(self.faces)), character) is not None


def break_lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Lines no wider than `width`: at spaces, behind hyphens, between ideographs, and within a word only in need."""
    lines = [""]
    for piece in _pieces(text):
        if measure((lines[-1] + piece).rstrip(" ")) <= width:
            lines[-1] += piece
            continue
        if lines[-1]:
            lines.append("")
        for character in piece:
            if lines[-1] and measure((lines[-1] + character).rstrip(" ")) > width:
                lines.append("")
            lines[-1] += character
    return [stripped for line in lines if (stripped := line.strip(" "))]


def _pieces(text: str) -> Iterator[str]:
    """The parts between which a line may end; each keeps the spaces behind it."""
    start = 0
    for at in range(1, len(text)):
        if _may_break(text[at - 1], text[at]):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _may_break(before: str, after: str) -> bool:
    if after == " ":
        return False
    if before == " ":
        return True
    if before in _AFTER:
        return after.isalpha()
    return (_is_wide(before) or _is_wide(after)) and after not in _CLOSING and before not in _OPENING


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in ("W", "F")


def _ended(pieces: Iterable[str]) -> str:
    return "".join(pieces).rstrip(" ,;:.–—-/") + ELLIPSIS

"""CSS colours for programs that know fewer of them: every function that `look:` may use, as `#rrggbb`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import cos, radians, sin

from gleanings.patterns import later

_FUNCTION = later(r"(rgb|hsl|oklch|oklab|lch|lab)a?\((.*)\)")
_PART = later(r"(-?\d*\.?\d+)(%|deg|grad|rad|turn)?|none")
_NEW_NAMES = {"rebeccapurple": "#663399"}
"""Names that CSS has and SVG 1.1 has not."""
_DEGREES = {"grad": 0.9, "rad": 57.29577951308232, "turn": 360.0}
_FULL = {
    "rgb": (255, 255, 255), "hsl": (360, 100, 100), "oklch": (1, 0.4, 360), "oklab": (1, 0.4, 0.4),
    "lch": (100, 150, 360), "lab": (100, 125, 125),
}  # fmt: skip
"""What 100 % of each part means (CSS Color 4)."""

# CSS Color 4, 18 (sample code): linear light in sRGB from XYZ (D65), XYZ (D65) from XYZ (D50).
_RGB_OF_XYZ = (
    (3.2409699419045226, -1.5373831775700939, -0.4986107602930034),
    (-0.9692436362808796, 1.8759675015077202, 0.04155505740717559),
    (0.05563007969699366, -0.20397695888897652, 1.0569715142428786),
)
_D65_OF_D50 = (
    (0.9554734527042182, -0.023098536874261423, 0.0632593086610217),
    (-0.028369706963208136, 1.0099954580058226, 0.021041398966943008),
    (0.012314001688319899, -0.020507696433477912, 1.3303659366080753),
)
_D50 = (0.9642956764295677, 1.0, 0.8251046025104602)
# Björn Ottosson's Oklab: the cube roots of cone responses, and linear light in sRGB from their cubes.
_CONES_OF_OKLAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_RGB_OF_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def hex_colour(css: str) -> str:
    """`#rrggbb` for a colour function; names and hexadecimal colours stay as they are. Transparency is left out."""
    css = css.strip()
    if css.startswith("#"):
        return css[: 4 if len(css) < 7 else 7]
    found = _FUNCTION.fullmatch(css)
    if not found:
        return _NEW_NAMES.get(css.lower(), css)
    kind = found[1]
    written = list(_PART.finditer(found[2]))[:3]
    if len(written) < 3:
        return css
    parts = [_number(part, full) for part, full in zip(written, _FULL[kind], strict=True)]
    match kind:
        case "rgb":
            shares: Sequence[float] = [part / 255 for part in parts]
        case "hsl":
            shares = _hsl(*parts)
        case "oklab" | "oklch":
            shares = _oklab(*(_around(*parts) if kind == "oklch" else parts))
        case _:
            shares = _lab(*(_around(*parts) if kind == "lch" else parts))
    return "#" + "".join(f"{round(255 * min(max(share, 0), 1)):02x}" for share in shares)


def _number(part: re.Match[str], full: float) -> float:
    if part[1] is None:
        return 0
    value = float(part[1])
    return value / 100 * full if part[2] == "%" else value * _DEGREES.get(part[2] or "", 1)


def _around(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    return light, chroma * cos(radians(hue)), chroma * sin(radians(hue))


def _hsl(hue: float, saturation: float, light: float) -> tuple[float, float, float]:
    from colorsys import hls_to_rgb

    return hls_to_rgb(hue % 360 / 360, light / 100, saturation / 100)


def _oklab(*lab: float) -> list[float]:
    return [_encode(share) for share in _times(_RGB_OF_CONES, [cone**3 for cone in _times(_CONES_OF_OKLAB, lab)])]


def _lab(light: float, a: float, b: float) -> list[float]:
    """CIE Lab under D50."""
    y = (light + 16) / 116
    xyz = [_uncube(part) * white for part, white in zip((y + a / 500, y, y - b / 200), _D50, strict=True)]
    return [_encode(share) for share in _times(_RGB_OF_XYZ, _times(_D65_OF_D50, xyz))]


def _uncube(part: float) -> float:
    return part**3 if part**3 > 216 / 24389 else (116 * part - 16) / (24389 / 27)


def _times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(one * other for one, other in zip(row, vector, strict=True)) for row in matrix]


def _encode(share: float) -> float:
    """Linear light as sRGB writes it."""
    return 12.92 * share if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055

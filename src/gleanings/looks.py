"""The values that `look:` in site.yaml may have: only known shapes, so that nothing else gets into a stylesheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gleanings.patterns import later

_COLOUR = later(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_COLOUR_NAMES = """
aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue
mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred
midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple
rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue
slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white
whitesmoke yellow yellowgreen
"""
"""https://www.w3.org/TR/css-color-4/#named-colors"""
_COLOUR_FUNCTION = later(r"(?:rgb|hsl|oklch|oklab|lch|lab)a?\([0-9.,%/ +\-a-z]{3,60}\)")
_FACE = later(r"""\s*(?:"[\w .\-]+"|'[\w .\-]+'|[A-Za-z_][\w \-]*)\s*""")
_SIZE = later(r"(\d{1,3}(?:\.\d{1,3})?)(px|rem|em|%)")
_DENSITIES = {"tight": "0.8", "normal": "1", "airy": "1.25"}


def _colour(value: str) -> str | None:
    known = _COLOUR.fullmatch(value) or value.casefold() in _COLOUR_NAMES.split() or _COLOUR_FUNCTION.fullmatch(value)
    return value if known else None


def _faces(value: str) -> str | None:
    return value if all(_FACE.fullmatch(face) for face in value.split(",")) else None


def _size(value: str) -> str | None:
    return value if _SIZE.fullmatch(value) else None


_LOOKS: Mapping[str, tuple[Callable[[str], str | None], str]] = {
    "accent": (_colour, 'a colour such as "#8a2f1d" or oklch(45% 0.13 35)'),
    "accent_dark": (_colour, 'a colour such as "#e8a58f", for the dark scheme'),
    "paper": (_colour, 'a colour such as "#fffdf8"'),
    "ink": (_colour, 'a colour such as "#222222"'),
    "serif": (_faces, "names of faces with commas between them"),
    "sans": (_faces, "names of faces with commas between them"),
    "size": (_size, "a length such as 18px, 1.1rem or 110%"),
    "density": (_DENSITIES.get, "tight, normal or airy"),
}

LOOK = tuple(_LOOKS)
"""What `look:` knows; a hyphen does as well as an underscore."""


def css_of_look(name: str, value: str) -> str | None:
    """The CSS of a value under one of LOOK's names; None where it has no shape that fits the name."""
    return _LOOKS[name][0](value.strip()) if name in _LOOKS else None


def words_for_look(name: str) -> str:
    """What may stand under a name, for a message."""
    return _LOOKS[name][1]

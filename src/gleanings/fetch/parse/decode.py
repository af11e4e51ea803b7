"""Bytes from the wire → text, whatever the label says.

The order: byte order mark, valid UTF-8, the label that fits (header, then the document's own), windows-1252. One bad
byte never changes how the rest is read: where most of what is not ASCII is good UTF-8, the bad bytes alone become
U+FFFD. Labels follow the WHATWG Encoding Standard: `iso-8859-1` means windows-1252, `gb2312` means gb18030.
"""

from __future__ import annotations

import codecs
import re

from gleanings.patterns import later
from gleanings.values import Value

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALIASES = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "x-cp1252": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "x-x-big5": "big5hkscs",
    "x-euc-jp": "euc_jp", "utf8": "utf-8", "utf8mb4": "utf-8", "utf8mb3": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
}  # fmt: skip
_TEXT_CODECS = later(
    r"utf-8|cp\d+|iso8859-\d+|gb18030|big5\w*|euc_\w+|iso2022_\w+|koi8-\w|mac-\w+|johab|hz|shift_\w+|tis-620", re.I
)
_CHARSET = later(r"charset\s*=\s*[\"']?([^\s\"';,]+)", re.I)
_PROLOG = later(rb"<\?xml[^>]*?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:+-]+)", re.I)
_META = later(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:+-]+)", re.I)


class Decoded(Value, kw_only=True):
    text: str
    """Without a byte order mark."""
    replaced: bool
    """Bytes that fit no encoding became U+FFFD."""


def decode(body: bytes, content_type: str | None) -> Decoded:
    """The text of a feed or page. `content_type` is the header's value; the document's own label is read too."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _decode_as(body[len(mark) :], codec)
    wide = _find_wide(body)
    if wide:
        return _decode_as(body, wide)
    labels = _labels(body, content_type)
    if b"\x1b" in body and (shifting := next((name for name in labels if name.startswith("iso2022")), None)):
        return _decode_as(body, shifting)
    try:
        return Decoded(text=body.decode("utf-8"), replaced=False)
    except UnicodeDecodeError:
        return _decode_doubtful(body, labels)


def _decode_doubtful(body: bytes, labels: list[str]) -> Decoded:
    """What is not valid UTF-8: nearly UTF-8, or what a label says, or windows-1252."""
    as_utf8 = body.decode("utf-8", "replace")
    bad = as_utf8.count("\ufffd")
    good = sum(1 for _ in _GOOD.finditer(as_utf8))
    foreign = [name for name in labels if name != "utf-8"]
    says_utf8 = "utf-8" in labels and not foreign
    if good >= bad or (says_utf8 and bad <= 3):
        return Decoded(text=as_utf8, replaced=True)
    for name in foreign:
        try:
            return Decoded(text=body.decode(name), replaced=False)
        except UnicodeDecodeError:
            continue
    return _decode_as(body, foreign[0] if foreign else "cp1252")


_GOOD = later("[^\x00-\x7f\ufffd]")


def _decode_as(body: bytes, codec: str) -> Decoded:
    text = body.decode(codec, "replace")
    return Decoded(text=text.removeprefix("\ufeff"), replaced="\ufffd" in text)


def _find_wide(body: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the zero bytes of ASCII characters stand."""
    sample = body[:200]
    if sample.count(0) * 3 < len(sample) or len(sample) < 8:
        return None
    zero = [sample[place::4].count(0) * 2 > len(sample) // 4 for place in range(4)]
    match zero:
        case [False, True, True, True]:
            return "utf-32-le"
        case [True, True, True, False]:
            return "utf-32-be"
        case [False, True, False, True]:
            return "utf-16-le"
        case [True, False, True, False]:
            return "utf-16-be"
    return None


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """The codecs that header and document name, best first; unknown names are left out."""
    header = _CHARSET.search(content_type or "")
    found = [header.group(1)] if header else []
    for pattern in (_PROLOG, _META):
        match = pattern.search(body, 0, 1024)
        if match:
            found.append(match.group(1).decode("ascii"))
    return [codec for label in found if (codec := find_codec(label))]


def find_codec(label: str) -> str | None:
    """Python's codec for an encoding label; None for unknown ones and for codecs that are no character encodings."""
    name = label.strip().lower()
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return codec if _TEXT_CODECS.fullmatch(codec) else None

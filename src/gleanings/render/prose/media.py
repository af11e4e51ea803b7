"""Pictures and files below content/media/: how large they are, and of which type, read from their first bytes."""

from __future__ import annotations

import posixpath
import re
import struct
from pathlib import Path
from stat import S_ISREG
from urllib.parse import unquote

from gleanings.patterns import later
from gleanings.values import Value, field

_HEAD_BYTES = 256 * 1024
"""A JPEG may carry a thumbnail and a colour profile before its size."""

_TYPES = {
    ".avif": "image/avif", ".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png",
    ".svg": "image/svg+xml", ".webp": "image/webp", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg",
    ".mp4": "video/mp4", ".webm": "video/webm", ".pdf": "application/pdf",
}  # fmt: skip

_SVG = later(rb"<svg\b[^>]*>", re.DOTALL)
_SVG_LENGTH = r"""\b%s\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']"""
_SVG_VIEW = later(r"""\bviewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")


class MediaFile(Value, kw_only=True):
    """What a page or a feed says about a file."""

    address: str
    """Site-absolute: `/media/x.png`."""
    type: str
    """Media type."""
    length: int
    """Bytes."""
    width: int | None = None
    """Pixels; None where the file is no picture or its head cannot be read."""
    height: int | None = None


class Media(Value):
    """The files that the site's texts may show; every file is looked at once."""

    content: Path
    """The folder that addresses of pictures are relative to."""
    _known: dict[str, MediaFile | None] = field(default_factory=dict)

    def find(self, written: str) -> MediaFile | None:
        """The file that `written` names (`media/x.png`, also seen from a folder below); None where there is none."""
        name = media_name(written)
        if name is None:
            return None
        if name not in self._known:
            self._known[name] = _look_at(self.content, name)
        return self._known[name]


def media_name(written: str) -> str | None:
    """`media/…` for every way to write the address of a file of ours; None for anything else."""
    path = unquote(written.partition("#")[0].partition("?")[0]).replace("\\", "/")
    if "://" in path or path.startswith("//"):
        return None
    path = posixpath.normpath("/" + re.sub(r"^(?:\.{1,2}/)+", "", path.lstrip("/"))).lstrip("/")
    return path if path.startswith("media/") else None


def type_of(name: str) -> str:
    """The media type for a file name; a stream of bytes where the ending says nothing."""
    return _TYPES.get(posixpath.splitext(name)[1].lower(), "application/octet-stream")


def picture_size(head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the first bytes of a PNG, GIF, JPEG, WebP or SVG; None for anything else."""
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return _pair(*struct.unpack(">II", head[16:24]))
        if head[:6] in (b"GIF87a", b"GIF89a"):
            return _pair(*struct.unpack("<HH", head[6:10]))
        if head.startswith(b"\xff\xd8"):
            return _jpeg_size(head)
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return _webp_size(head)
        return _svg_size(head)
    except (struct.error, IndexError, ValueError):
        return None


def _look_at(content: Path, name: str) -> MediaFile | None:
    path = content / name
    try:
        there = path.stat()
        if not S_ISREG(there.st_mode):
            return None
        with path.open("rb") as file:
            size = picture_size(file.read(_HEAD_BYTES))
    except OSError:
        return None
    kind = type_of(name)
    width, height = size if size and kind.startswith("image/") else (None, None)
    return MediaFile(address=f"/{_encoded(name)}", type=kind, length=there.st_size, width=width, height=height)


def _encoded(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="/-._~!$&'()*+,;=:@")


def _pair(width: int, height: int) -> tuple[int, int] | None:
    return (width, height) if width > 0 and height > 0 else None


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    """The frame header (ITU T.81, B.2.2); a picture turned by its Exif orientation changes sides."""
    at, turned = 2, False
    while at + 9 < len(head):
        if head[at] != 0xFF:
            at += 1
            continue
        marker = head[at + 1]
        if marker == 0xFF or marker in (0x01, *range(0xD0, 0xD9)):
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", head[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return _pair(height, width) if turned else _pair(width, height)
        if marker == 0xE1 and head[at + 4 : at + 10] == b"Exif\0\0":
            turned = _exif_orientation(head[at + 10 : at + 2 + length]) in (5, 6, 7, 8)
        at += 2 + length
    return None


def _exif_orientation(tiff: bytes) -> int:
    """Tag 0x0112 of the first directory (TIFF 6.0); 1 where it is not said."""
    order = "<" if tiff[:2] == b"II" else ">"
    (start,) = struct.unpack(order + "I", tiff[4:8])
    (count,) = struct.unpack(order + "H", tiff[start : start + 2])
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, _, _, value = struct.unpack(order + "HHIH", tiff[entry : entry + 10])
        if tag == 0x0112:
            return int(value)
    return 1


def _webp_size(head: bytes) -> tuple[int, int] | None:
    """The three kinds of first chunk (RFC 9649, 2.4 to 2.7)."""
    match head[12:16]:
        case b"VP8 ":
            width, height = struct.unpack("<HH", head[26:30])
            return _pair(width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            (bits,) = struct.unpack("<I", head[21:25])
            return _pair((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            return _pair(int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1)
    return None


def _svg_size(head: bytes) -> tuple[int, int] | None:
    tag = _SVG.search(head)
    if not tag:
        return None
    text = tag[0].decode("utf-8", "replace")
    sides = [re.search(_SVG_LENGTH % side, text) for side in ("width", "height")]
    if sides[0] and sides[1]:
        return _pair(round(float(sides[0][1])), round(float(sides[1][1])))
    view = _SVG_VIEW.search(text)
    return _pair(round(float(view[1])), round(float(view[2]))) if view else None

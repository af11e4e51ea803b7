"""Bytes that cannot be text, told by how they begin."""

from __future__ import annotations

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"ID3", "sound"),
    (b"\xff\xfb", "sound"),
    (b"\xff\xf3", "sound"),
    (b"fLaC", "sound"),
    (b"OggS", "sound or film"),
    (b"RIFF", "sound, film or a picture"),
    (b"\x1aE\xdf\xa3", "film"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"SQLite format 3", "a database"),
)


def recognise_binary(start: bytes) -> str | None:
    """What the first bytes of a body are, in words, where they cannot be text; else None."""
    if start[4:8] == b"ftyp":
        return "sound or film"
    return next((name for magic, name in _BEGINNINGS if start.startswith(magic)), None)

"""Reads tests/prose/*.md: for each case a title, a dot, Markdown, a dot, HTML, a dot, each dot on its own line."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gleanings.render.prose.media import Media
from gleanings.render.prose.rendering import Prose

FOLDER = Path(__file__).parent / "prose"


@dataclass(frozen=True, slots=True)
class Case:
    """One piece of Markdown and the HTML it becomes."""

    file: str
    title: str
    markdown: str
    html: str


def read_cases() -> Iterator[Case]:
    """Every case of every file."""
    for path in sorted(FOLDER.glob("*.md")):
        parts = path.read_text(encoding="utf-8").split("\n.\n")
        for at in range(0, len(parts) - 2, 3):
            yield Case(path.stem, parts[at].strip(), parts[at + 1], parts[at + 2])


def png(width: int, height: int) -> bytes:
    """The smallest picture of a size: one colour, whole."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\xff" * width for _ in range(height)))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def make_prose(content: Path) -> Prose:
    """Prose over a folder with a picture of 6 by 4 pixels and a PDF in it."""
    (content / "media").mkdir(parents=True, exist_ok=True)
    (content / "media/dot.png").write_bytes(png(6, 4))
    (content / "media/talk.pdf").write_bytes(b"%PDF-1.7\n")
    known = {"2026-03.yaml": "/2026/03/", "pages/about.md": "/about/"}
    return Prose(media=Media(content), addresses=known)

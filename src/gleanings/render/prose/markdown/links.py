"""Links and pictures of prose: where they lead on this site, and their markup, the same by both ways."""

from __future__ import annotations

from html import escape
from typing import Protocol
from urllib.parse import quote, unquote

from gleanings.render.prose.media import MediaFile, media_name


class Files(Protocol):
    """Knows the files of the site."""

    def find(self, written: str) -> MediaFile | None:
        """See Media.find."""


class Addresses(Protocol):
    """Knows files below content/ → addresses of their pages."""

    def get(self, path: str) -> str | None:
        """The address, or None."""


def address_of(written: str, media: Files, addresses: Addresses) -> str:
    """Where a link leads: files of ours by name become addresses, everything else stays as written."""
    if ":" in written or written.startswith(("/", "#")):
        return written
    if (file := media.find(written)) is not None:
        return file.address
    path, mark, fragment = written.partition("#")
    ours = addresses.get(unquote(path).removeprefix("./").removeprefix("../"))
    return f"{ours}{mark}{fragment}" if ours else written


def link_start(address: str, title: str = "") -> str:
    """The beginning of a link."""
    words = f' title="{escape(title)}"' if title else ""
    return f'<a href="{escape(address)}"{words}>'


def picture(source: str, words: str, media: Files) -> str:
    """A picture, whatever its title says; `words` stand for it where it is not seen."""
    file = media.find(source)
    size = f' width="{file.width}" height="{file.height}"' if file and file.width else ""
    foreign = ' referrerpolicy="no-referrer"' if "//" in source and file is None else ""
    name = media_name(source)
    address = file.address if file else f"/{quote(name)}" if name else source
    return f'<img src="{escape(address)}" alt="{escape(words)}"{size} loading="lazy"{foreign}>'

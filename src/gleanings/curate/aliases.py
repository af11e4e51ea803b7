"""Old addresses that lead to a page of today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from gleanings.curate.made import is_made
from gleanings.curate.periods import encode
from gleanings.files.compound import ListOf
from gleanings.files.desk import Desk, shorten
from gleanings.files.kinds import Line
from gleanings.files.nodes import Node
from gleanings.values import Value

_LINE = Line("a path")


class Alias(Value):
    """An old address, written whole or as a path; it becomes the site-absolute address of a page that leads on."""

    words: str = _LINE.words

    def read(self, node: Node, desk: Desk) -> str | None:
        written = _LINE.read(node, desk)
        if written is None:
            return None
        shown = shorten(written, 60)
        mark = next((letter for letter in written if letter in "?#"), None)
        if mark:
            message = f'the old address "{shown}" cannot lead on: no page is asked for what stands behind {mark}'
            desk.object(node, "address", message, "take it out of aliases:, and let your server lead on")
            return None
        path = written.partition("://")[2].partition("/")[2] if "://" in written else written
        parts = [part for part in unquote(path, errors="surrogateescape").split("/") if part]
        if not {".", ".."}.isdisjoint(parts) or not all(map(str.isprintable, parts)):
            desk.object(node, "address", f'"{shown}" is no path on a site', "write it like /old/path/")
            return None
        address = _address(parts, closed=path.endswith("/"))
        if is_made(address):
            message = f"the old address {shown} belongs to a page or file that is made from all roundups"
            desk.object(node, "address-twice", message, "take it out of aliases:")
            return None
        return address

    def schema(self) -> dict[str, Any]:
        return _LINE.schema()


ALIASES = ListOf(Alias(), "a list of paths", single=True)


def _address(parts: Sequence[str], *, closed: bool) -> str:
    """A folder's address, unless the last part looks like a file."""
    if parts[-1:] == ["index.html"]:
        parts, closed = parts[:-1], True
    is_folder = closed or not parts or "." not in parts[-1]
    return "".join(f"/{encode(part)}" for part in parts) + "/" * is_folder

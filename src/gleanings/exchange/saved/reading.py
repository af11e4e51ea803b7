"""A file that a person brings: which format it has, and the links in it."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping

from gleanings.exchange.decoding import decode
from gleanings.exchange.saved.netscape import parse_bookmarks
from gleanings.exchange.saved.pinboard import parse_pinboard
from gleanings.exchange.saved.tables import LAYOUTS, find_columns, parse_table, read_header
from gleanings.exchange.saved.values import SavedLinks
from gleanings.problems import GleaningsError

MOST_BYTES = 64 * 1024 * 1024

NAMES: Mapping[str, str] = {
    "bookmarks": "a bookmarks file (HTML) of a browser",
    "pocket": "a Pocket export (CSV or HTML)",
    "pinboard": "a Pinboard export (JSON)",
    "raindrop": "a Raindrop export (CSV)",
    "instapaper": "an Instapaper export (CSV)",
    "csv": "a table (CSV) with a url column",
    "inbox": "a backup of inbox decisions",
    "opml": "a list of feeds (OPML)",
}
"""Format → what a file of it is."""


def parse_saved(content: bytes, form: str, path: str) -> tuple[tuple[str, SavedLinks], ...]:
    """The links of a file in a format, and of each part of a zip; each with the path to tell of it.

    Raises GleaningsError where the file has another format, and says which.
    """
    if len(content) > MOST_BYTES:
        raise GleaningsError(f"{path} is larger than {MOST_BYTES // 1024**2} MB (take it apart)")
    parts = _unzip(content, path) if content.startswith(b"PK\x03\x04") else {path: content}
    texts = {name: decode(part) for name, part in parts.items()}
    fitting = {name: text for name, text in texts.items() if find_format(text) == form}
    if not fitting:
        raise GleaningsError(explain_format(path, form, texts.values()))
    return tuple((name, _parse(text, form, name)) for name, text in fitting.items())


def find_format(text: str) -> str | None:
    """What a file's text looks like: a key of NAMES, or None."""
    start = text.lstrip("\ufeff \t\r\n")
    head = start[:4096].lower()
    if head.startswith("<"):
        return _find_html(head)
    if head.startswith(("[", "{")):
        if '"gleanings"' in head[:40]:
            return "inbox"
        return "pinboard" if '"href"' in head or head.rstrip("] \r\n") == "[" else None
    header = set(read_header(start))
    if {"url", "time_added"} <= header:
        return "pocket"
    if {"url", "folder", "created"} <= header:
        return "raindrop"
    if {"url", "selection", "folder"} <= header:
        return "instapaper"
    return "csv" if "url" in find_columns([*header]).values() else None


def _find_html(head: str) -> str | None:
    if "<opml" in head:
        return "opml"
    if "<title>pocket export" in head or " time_added=" in head:
        return "pocket"
    return "bookmarks" if "netscape-bookmark" in head or "<dt>" in head or "<dl>" in head else None


def explain_format(path: str, form: str, texts: Iterable[str]) -> str:
    """Why a file with these texts cannot be read as `form`, and what may help."""
    other = next(filter(None, map(find_format, texts)), None)
    if other is None or other == form:
        return f"{path} is not {NAMES[form]}"
    command = "feeds import" if other == "opml" else f"import {other}"
    return f"{path}: this looks like {NAMES[other]}; try: gleanings {command} {path}"


def _unzip(content: bytes, path: str) -> dict[str, bytes]:
    """The files in a zip, as far as they are not too large."""
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            room = MOST_BYTES
            for one in archive.infolist():
                if one.is_dir() or one.file_size > room:
                    continue
                with archive.open(one) as file:
                    parts[f"{path}/{one.filename}"] = file.read(room)
                room -= one.file_size
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise GleaningsError(f"{path} cannot be unpacked: {error}") from None
    return parts


def _parse(text: str, form: str, path: str) -> SavedLinks:
    try:
        return _PARSERS[form](text)
    except GleaningsError as error:
        raise GleaningsError(f"{path}: {error}") from None


def _parse_pocket(text: str) -> SavedLinks:
    return parse_bookmarks(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else _table("pocket")(text)


def _table(form: str) -> Callable[[str], SavedLinks]:
    return lambda text: parse_table(text, LAYOUTS[form])


_PARSERS: Mapping[str, Callable[[str], SavedLinks]] = {
    "bookmarks": parse_bookmarks,
    "pocket": _parse_pocket,
    "pinboard": parse_pinboard,
    "raindrop": _table("raindrop"),
    "instapaper": _table("instapaper"),
    "csv": _table("csv"),
}
FORMATS = tuple(_PARSERS)

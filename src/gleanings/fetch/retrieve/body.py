"""Bytes off the wire: one bounded layer of gzip, an eye on what it is, and never more than asked for."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Literal

from gleanings.fetch.binary import recognise_binary

MEBIBYTE = 1024 * 1024
FEED_LIMIT = 15 * MEBIBYTE
PAGE_LIMIT = 2 * MEBIBYTE
_SNIFFED = 512


BodyKind = Literal["encoding", "gzip", "too-big", "binary"]


class BodyRefused(Exception):
    """The body is of no use; `kind` says why, the text is one sentence for a person."""

    def __init__(self, kind: BodyKind, message: str) -> None:
        super().__init__(message)
        self.kind: BodyKind = kind


def check_encoding(content_encoding: str) -> None:
    """Raise BodyRefused for a Content-Encoding that was not asked for. What gzip is, the bytes themselves tell."""
    named = {part.strip().lower() for part in content_encoding.split(",")} - {"", "identity", "gzip", "x-gzip"}
    if named:
        raise BodyRefused("encoding", f"the server sent {'+'.join(sorted(named))}, which was not asked for")


def read_body(chunks: Iterable[bytes], *, limit: int, cut: bool, sniff: bool) -> bytes:
    """The whole body, inflated once if it is gzip, whatever its headers say.

    Beyond `limit` bytes it is cut (`cut`), or refused. With `sniff` what is plainly no text is refused from its first
    512 bytes, and the rest is not read. Raises BodyRefused.
    """
    parts: list[bytes] = []
    size = 0
    seen = not sniff
    for part in _inflated(chunks, limit + 1):
        parts.append(part)
        size += len(part)
        if not seen and size >= _SNIFFED:
            _refuse_binary(b"".join(parts))
            seen = True
        if size > limit:
            if cut:
                return b"".join(parts)[:limit]
            raise BodyRefused("too-big", f"it is larger than {limit // MEBIBYTE} MB")
    body = b"".join(parts)
    if not seen:
        _refuse_binary(body)
    return body


def _refuse_binary(start: bytes) -> None:
    name = recognise_binary(start[:_SNIFFED])
    if name is not None:
        raise BodyRefused("binary", f"it is {name}, not a feed")


def _inflated(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The chunks, gunzipped if they begin like gzip; a compressed bomb comes out in pieces of at most 256 KB."""
    source = iter(chunks)
    start = b""
    for chunk in source:
        start += chunk
        if len(start) >= 2:
            break
    if not start.startswith(b"\x1f\x8b"):
        if start:
            yield start
        yield from source
        return
    yield from _gunzipped(_joined(start, source), most)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _gunzipped(chunks: Iterator[bytes], most: int) -> Iterator[bytes]:
    """RFC 1952 members one after another; junk behind the last one is ignored."""
    member = zlib.decompressobj(wbits=31)
    given = 0
    for chunk in chunks:
        waiting = chunk
        while waiting:
            try:
                part = member.decompress(waiting, 256 * 1024)
            except zlib.error as error:
                raise BodyRefused("gzip", "its compression is damaged") from error
            given += len(part)
            yield part
            if given >= most:
                return
            waiting = member.unconsumed_tail
            if member.eof:
                waiting = member.unused_data
                if not waiting.startswith(b"\x1f\x8b"):
                    return
                member = zlib.decompressobj(wbits=31)
    rest = member.flush()
    if rest:
        yield rest
    if not member.eof:
        raise BodyRefused("gzip", "its compression breaks off")

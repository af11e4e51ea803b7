"""The words of a text, as search compares them, and the shard of each; static/search.js has the same rules."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TypeVar

from gleanings.patterns import later

T = TypeVar("T")

_LONGEST = 32
_CJK = "\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_SCRIPTS = later(f"[{_CJK}]+|[^{_CJK}]+")
"""Stretches of Chinese, Japanese or Korean, and of all else."""
_NOT_IN_WORDS = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))
"""ASCII without all that no word has, for bytes.translate."""
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"}


def words_of(text: str, value: T) -> dict[str, T]:
    """Words to search by, each once, in the order of the text: in lower case without accents; Chinese, Japanese and
    Korean as pairs of characters. All get the value."""
    folded = fold(text)
    if not folded.isascii():
        for letter in set(folded):
            if not letter.isalnum() and not _is_cjk(letter):
                folded = folded.replace(letter, " ")
    if folded.isascii():
        found = dict.fromkeys(folded.encode().translate(_NOT_IN_WORDS).decode().split(), value)
    else:
        found = dict.fromkeys((word for piece in folded.split() for word in _words_in(piece)), value)
    if found and max(map(len, found)) > _LONGEST:
        return {word[:_LONGEST]: value for word in found}
    return found


def _words_in(piece: str) -> Iterator[str]:
    if piece.isascii():
        yield piece
        return
    for found in _SCRIPTS.findall(piece):
        if len(found) == 1 or not _is_cjk(found[0]):
            yield found
        else:
            yield from (found[at : at + 2] for at in range(len(found) - 1))


def _is_cjk(letter: str) -> bool:
    return letter > "\u2e7f" and any(low <= letter <= high for low, high in zip(_CJK[::3], _CJK[2::3], strict=True))


def fold(text: str) -> str:
    """Text as search compares it: lower case, no accents, one form for every character."""
    if not text.isascii():
        # Marks of smart punctuation, which no word has; without them most texts are plain ASCII.
        for mark in "’“”–—…‘":
            text = text.replace(mark, " ")
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).lower()
    for letter in set(text):
        if letter in _LETTERS:
            text = text.replace(letter, _LETTERS[letter])
        elif letter > "\x7f" and unicodedata.category(letter)[0] == "M":
            text = text.replace(letter, "")
    return unicodedata.normalize("NFC", text)


class _Shards(dict[str, str]):
    """The first two letters of a word (or its only one) → its smallest shard; found once and remembered."""

    def __missing__(self, start: str) -> str:
        shard = self[start] = _find_shard(start)
        return shard


def _find_shard(start: str) -> str:
    """By the letters themselves; those that file names should not have are given numbers."""
    if start.isascii():
        return f"{start:_<2}"
    if _is_cjk(start[0]):
        return f"_c{ord(start[0]) % 256:02x}"
    second = ord(start[1]) if len(start) > 1 else 0
    return f"_x{(ord(start[0]) * 31 + second) % 512:03x}"


SHARDS = _Shards()
"""The first two letters of a word → its smallest shard."""

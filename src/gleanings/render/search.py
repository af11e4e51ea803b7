"""The search index: small files that a page fetches as somebody types, from any static host or from the disk.

Words lie in shards by their first letters (two, one, or none: as few as keep a shard small), entries in blocks of
some dozens; a query loads one shard a word and the blocks of what it shows. Files are scripts that call back, because
a page opened from a disk may load scripts but not data. Everything is sorted: the same library gives the same bytes.
templates/static/search.js reads it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from gleanings.model import Entry, Roundup
from gleanings.render.assembly import plain_text
from gleanings.render.prose import Prose
from gleanings.render.publish import Page

FOLDER = "search/index"
_VERSION = 1
_BLOCK = 40
"""Entries in a block."""
_SHARD_BYTES = 40_000
"""A shard above this, by a rough count, is split."""
_EXCERPT = 220
"""Characters of a note that a result shows."""
_TITLE, _NAME, _TEXT = 9, 4, 1
"""What a hit weighs in a title; in a name or tag; in prose."""

_CJK = "\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_WORD = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_ASCII_WORD = re.compile("[a-z0-9]+")
"""The same where there are only lower-case ASCII letters; this is most texts, and quicker."""
_IS_CJK = re.compile(f"[{_CJK}]")
_PLAIN = re.compile(r"[a-z0-9]{1,2}\Z")
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"}
_MARKS = str.maketrans(dict.fromkeys("‘’“”–—…", " "))
"""Marks of smart punctuation, which no word has; without them most texts are plain ASCII."""
_FOLD = str.maketrans(_LETTERS)


@dataclass(frozen=True, slots=True)
class _Document:
    """What a result shows."""

    address: str
    title: str
    meta: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """An entry as search knows it."""

    document: _Document
    weights: dict[str, int]
    """Word → what a hit on it weighs."""


def index_roundup(roundup: Roundup, name: str, prose: Prose) -> tuple[Indexed, ...]:
    """What the index says of each entry of a roundup, in the order of the page; `name` is the roundup's title."""
    return tuple(_index(entry, roundup, name, prose) for entry in roundup.walk_entries())


def render_search(indexed: Iterable[Indexed]) -> Iterator[Page]:
    """The index of every entry, in the order given (newest first): a list of shards, the shards, the blocks."""
    documents: list[_Document] = []
    words: dict[str, dict[int, int]] = defaultdict(dict)
    for number, one in enumerate(indexed):
        documents.append(one.document)
        for word, weight in one.weights.items():
            words[word][number] = weight
    whole = dict(_grouped({word: _postings(weights) for word, weights in words.items()}))
    yield _script("list", {"version": _VERSION, "block": _BLOCK, "count": len(documents), "shards": sorted(whole)})
    for key in sorted(whole):
        yield _script(f"w-{key}", whole[key])
    for start in range(0, len(documents), _BLOCK):
        block = [[one.address, one.title, one.meta, one.excerpt] for one in documents[start : start + _BLOCK]]
        yield _script(f"d-{start // _BLOCK}", block)


def words_of(text: str) -> Iterator[str]:
    """Words to search by: in lower case without accents; Chinese, Japanese and Korean as pairs of characters."""
    folded = fold(text)
    if folded.isascii():
        for found in _ASCII_WORD.findall(folded):
            yield found[:32]
        return
    for found in _WORD.findall(folded):
        if not _IS_CJK.match(found):
            yield found[:32]
        elif len(found) == 1:
            yield found
        else:
            yield from (found[at : at + 2] for at in range(len(found) - 1))


def fold(text: str) -> str:
    """Text as search compares it: lower case, no accents, one form for every character."""
    text = text.translate(_MARKS)
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).lower().translate(_FOLD)
    kept = "".join(letter for letter in decomposed if unicodedata.category(letter)[0] != "M")
    return unicodedata.normalize("NFC", kept)


@lru_cache(maxsize=65536)
def shards_of(word: str) -> tuple[str, str, str]:
    """The shards a word may lie in, the smallest first: by two letters, by one, the one for all.

    Letters that file names should not have are given numbers.
    """
    if _IS_CJK.match(word):
        return f"_c{ord(word[0]) % 256:02x}", "_c", "all"
    start = word[:2]
    if _PLAIN.match(start):
        return f"{start:_<2}", start[0], "all"
    second = ord(start[1]) if len(start) > 1 else 0
    return f"_x{(ord(start[0]) * 31 + second) % 512:03x}", "_x", "all"


def _grouped(postings: dict[str, list[int]]) -> Iterator[tuple[str, dict[str, list[int]]]]:
    """Words in as few shards as keep each below the size that is quick to load, each shard's words sorted."""
    for name, words in _split(postings, 2):
        yield name, {word: postings[word] for word in words}


def _split(postings: dict[str, list[int]], level: int) -> Iterator[tuple[str, list[str]]]:
    """All words of one shard, or, where that would be too large, those of the shards one step smaller."""
    groups: dict[str, list[str]] = defaultdict(list)
    for word in sorted(postings):
        groups[shards_of(word)[level]].append(word)
    for key in sorted(groups):
        mine = {word: postings[word] for word in groups[key]}
        if level == 0 or sum(len(word) + 4 * len(numbers) for word, numbers in mine.items()) <= _SHARD_BYTES:
            yield key, groups[key]
        else:
            yield from _split(mine, level - 1)


def _index(entry: Entry, roundup: Roundup, name: str, prose: Prose) -> Indexed:
    anchor = f"{roundup.name.replace('/', '-')}-{entry.anchor}"
    texts = [text for text in (entry.note, entry.thought) if text]
    texts += [text for quote in entry.quotes for text in (quote.text, quote.note) if text]
    texts += [update.note for update in entry.updates]
    body = [plain_text(prose.block(text, anchor=anchor, lang=roundup.lang)) for text in texts]
    title = prose.plain(entry.title) if entry.title else ""
    people = [person.name for person in entry.authors]
    names = [*people, entry.source or "", *entry.tags, entry.kind or "", *(link.title or "" for link in entry.also)]
    weights: dict[str, int] = {}
    for weight, parts in ((_TITLE, [title]), (_NAME, names), (_TEXT, body)):
        for word in {word for part in parts for word in words_of(part)}:
            weights.setdefault(word, weight)
    words = " ".join(body).replace("\n", " ")
    shown = title or _clip(words, 70) or entry.url or entry.anchor
    meta = " · ".join(part for part in (", ".join(people[:3]), name) if part)
    document = _Document(f"{roundup.address}#{entry.anchor}", shown, meta, _clip(words, _EXCERPT))
    return Indexed(document, weights)


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def _postings(weights: dict[int, int]) -> list[int]:
    """Entry numbers as steps from one to the next, each followed by its weight where that is more than one.

    A weight is written as a negative number, which no step is.
    """
    out: list[int] = []
    before = 0
    for number in sorted(weights):
        out.append(number - before)
        if weights[number] > 1:
            out.append(-weights[number])
        before = number
    return out


def _script(name: str, data: object) -> Page:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Page(path=f"{FOLDER}/{name}.js", content=f'gleanings("{name}",{text});\n'.encode("utf-8", "replace"))

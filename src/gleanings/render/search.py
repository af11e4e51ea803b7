"""The search index: small files that a page fetches as somebody types, from any static host or from the disk.

Words lie in shards by their first letters (two, one, or none: as few as keep a shard small), entries in blocks of
some dozens; a query loads one shard a word and the blocks of what it shows. Files are scripts that call back, because
a page opened from a disk may load scripts but not data. Everything is sorted: the same library gives the same bytes.
templates/static/search.js reads it.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from gleanings.model import Entry, Roundup
from gleanings.patterns import later
from gleanings.records import digest
from gleanings.render.assembly import plain_text
from gleanings.render.prose import Prose
from gleanings.render.publish import Page
from gleanings.values import Value

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
_WORD = later(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_ASCII_WORD = later("[a-z0-9]+")
"""The same where there are only lower-case ASCII letters; this is most texts, and quicker."""
_IS_CJK = later(f"[{_CJK}]")
_PLAIN = later(r"[a-z0-9]{1,2}\Z")
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"}
_MARKS = str.maketrans(dict.fromkeys("‘’“”–—…", " "))
"""Marks of smart punctuation, which no word has; without them most texts are plain ASCII."""
_FOLD = str.maketrans(_LETTERS)


class Indexed(Value):
    """A roundup as search knows it."""

    documents: tuple[str, ...]
    """What a result shows of each entry, as JSON: address, title, what it is, how it begins."""
    words: dict[str, str]
    """Smallest shard → its words, each in a line: the word, and the entries that have it, by their number in the
    roundup: `routing 0:9 3:1`, number and weight of the hit."""


class Group(Value):
    """The words of one smallest shard, over all roundups, ready to be written."""

    mark: str
    """Changes with what went in."""
    size: int
    """A rough count of bytes."""
    text: str
    """Words and postings as the inside of a JSON object."""


def index_roundup(roundup: Roundup, name: str, prose: Prose) -> Indexed:
    """What the index says of each entry of a roundup, in the order of the page; `name` is the roundup's title."""
    documents: list[str] = []
    words: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for number, entry in enumerate(roundup.walk_entries()):
        document, weights = _index(entry, roundup, name, prose)
        documents.append(_json(document))
        for word, weight in weights.items():
            words[shards_of(word)[0]][word].append(f"{number}:{weight}")
    return Indexed(
        tuple(documents),
        {
            key: "\n".join(f"{word} {' '.join(found)}" for word, found in sorted(lines.items()))
            for key, lines in sorted(words.items())
        },
    )


def group_words(indexed: Sequence[Indexed], before: Mapping[str, Group]) -> dict[str, Group]:
    """The words of all roundups, given in the order in which entries are numbered (newest first), by smallest shard.

    `before` is what this gave last time: what went in again as it was is not worked out anew.
    """
    lines: dict[str, list[tuple[int, str]]] = defaultdict(list)
    start = 0
    for one in indexed:
        for key, text in one.words.items():
            lines[key].append((start, text))
        start += len(one.documents)
    groups = {}
    for key in sorted(lines):
        mark = digest(lines[key])
        known = before.get(key)
        groups[key] = known if known is not None and known.mark == mark else _make_group(mark, lines[key])
    return groups


def _make_group(mark: str, lines: Iterable[tuple[int, str]]) -> Group:
    words: dict[str, dict[int, int]] = defaultdict(dict)
    for start, text in lines:
        for line in text.split("\n"):
            word, *found = line.split(" ")
            weights = words[word]
            for hit in found:
                number, _, weight = hit.partition(":")
                weights[start + int(number)] = int(weight)
    postings = {word: _postings(words[word]) for word in sorted(words)}
    size = sum(len(word) + 4 * len(numbers) for word, numbers in postings.items())
    return Group(mark, size, _json(postings)[1:-1])


class Shard(Value):
    """A file of the index with words: as few groups as keep it quick to load."""

    key: str
    groups: tuple[Group, ...]

    def render(self) -> Page:
        """The file."""
        return _script(f"w-{self.key}", "{" + ",".join(group.text for group in self.groups) + "}")


def plan_shards(groups: Mapping[str, Group]) -> tuple[Shard, ...]:
    """All words in one shard, or, where that would be too large, in those of one or two letters; sorted."""
    levels = {key: _levels(key) for key in groups}
    return tuple(sorted(_split(tuple(groups), groups, levels, 2), key=lambda shard: shard.key))


def _levels(key: str) -> tuple[str, str, str]:
    """The shards that a smallest shard is part of; see shards_of."""
    return (key, key[:2] if key.startswith("_") else key[0], "all")


def _split(
    keys: Sequence[str], groups: Mapping[str, Group], levels: Mapping[str, tuple[str, str, str]], level: int
) -> Iterator[Shard]:
    apart: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        apart[levels[key][level]].append(key)
    for name, mine in apart.items():
        if level == 0 or sum(groups[key].size for key in mine) <= _SHARD_BYTES:
            yield Shard(name, tuple(groups[key] for key in mine))
        else:
            yield from _split(mine, groups, levels, level - 1)


def plan_blocks(indexed: Iterable[Indexed]) -> tuple[tuple[str, ...], ...]:
    """What results show, some dozens to a file."""
    documents = [document for one in indexed for document in one.documents]
    return tuple(tuple(documents[start : start + _BLOCK]) for start in range(0, len(documents), _BLOCK))


def render_block(number: int, documents: Iterable[str]) -> Page:
    """The file that shows these entries."""
    return _script(f"d-{number}", f"[{','.join(documents)}]")


def render_list(count: int, shards: Iterable[Shard]) -> Page:
    """The file that says what there is: how many entries, which shards."""
    return _script(
        "list", _json({"version": _VERSION, "block": _BLOCK, "count": count, "shards": [one.key for one in shards]})
    )


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


def _index(entry: Entry, roundup: Roundup, name: str, prose: Prose) -> tuple[list[str], dict[str, int]]:
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
    return [f"{roundup.address}#{entry.anchor}", shown, meta, _clip(words, _EXCERPT)], weights


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


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _script(name: str, data: str) -> Page:
    return Page(path=f"{FOLDER}/{name}.js", content=f'gleanings("{name}",{data});\n'.encode("utf-8", "replace"))

"""What the index says of one roundup, from its own words alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from json.encoder import encode_basestring
from string import ascii_lowercase, ascii_uppercase

from gleanings.model import Entry, Roundup
from gleanings.render.prose.assembly import plain_text
from gleanings.render.prose.rendering import Prose
from gleanings.render.prose.shortening import clip
from gleanings.render.search.files import STRIP, Indexed
from gleanings.render.search.words import SHARDS, words_of

_EXCERPT = 220
"""Characters of a note that a result shows."""
_LONGEST_TITLE = 70
"""The same of words that stand for a title."""
_LETTERS = ascii_uppercase + ascii_lowercase
_IN_TITLE, _IN_NAME = "*", "+"
"""Stand behind the letter of an entry where the hit is not in prose."""


def index_roundup(roundup: Roundup, name: str, prose: Prose) -> Indexed:
    """What the index says of each entry of a roundup, in the order of the page; `name` is the roundup's title."""
    documents: list[str] = []
    strips: list[dict[str, str]] = []
    hits: dict[str, str] = defaultdict(str)
    for number, entry in enumerate(roundup.walk_entries()):
        if number and number % STRIP == 0:
            strips.append(_by_shard(hits))
            hits.clear()
        document, found = _index(entry, _LETTERS[number % STRIP], roundup, name, prose)
        documents.append(document)
        for word, hit in found.items():
            hits[word] += hit
    return Indexed(tuple(documents), (*strips, _by_shard(hits)) if documents else ())


def _by_shard(hits: Mapping[str, str]) -> dict[str, str]:
    """The words of a strip as Indexed has them, from word → hits."""
    shards: dict[str, list[str]] = defaultdict(list)
    for word, letters in hits.items():
        shards[SHARDS[word[:2]]] += (word, letters)
    return {shard: " ".join(words) for shard, words in shards.items()}


def _index(entry: Entry, letter: str, roundup: Roundup, name: str, prose: Prose) -> tuple[str, dict[str, str]]:
    """What results show of the entry, as JSON: address, title, what it is, how it begins; and its words."""
    anchor = f"{roundup.name.replace('/', '-')}-{entry.anchor}"
    texts = [text for text in (entry.note, entry.thought) if text]
    texts += [text for quote in entry.quotes for text in (quote.text, quote.note) if text]
    texts += [update.note for update in entry.updates]
    body = [plain_text(prose.block(text, anchor=anchor, lang=roundup.lang)) for text in texts]
    words = " ".join(body).replace("\n", " ")
    title = prose.plain(entry.title) if entry.title else ""
    people = [person.name for person in entry.authors]
    names = [*people, entry.source or "", *entry.tags, entry.kind or "", *(link.title or "" for link in entry.also)]
    found = words_of(words, letter)
    found |= words_of("\n".join(names), letter + _IN_NAME)
    found |= words_of(title, letter + _IN_TITLE)
    shown = title or clip(words, _LONGEST_TITLE) or entry.url or entry.anchor
    meta = " · ".join(part for part in (", ".join(people[:3]), name) if part)
    document = (f"{roundup.address}#{entry.anchor}", shown, meta, clip(words, _EXCERPT))
    return f"[{','.join(map(encode_basestring, document))}]", found

"""Where a work stands already, without reading the whole archive: only files that can hold it are looked into.

`check` and the builder know all works of a library; `pick` and `add` ask for two or three, and must feel instant. A
file that does not parse is passed over here: another command tells of it, and it keeps nobody from picking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from gleanings import identity
from gleanings.curate.keys import ENTRY
from gleanings.files.nodes import MappingNode, Node, ScalarNode, SequenceNode
from gleanings.files.yaml import compose, decode
from gleanings.patterns import later
from gleanings.problems import ProblemsFound
from gleanings.project import Project, find_roundup_files
from gleanings.values import Value

_RUN = later(r"[a-z0-9]+")
_ESCAPE = later(r"%[0-9a-f]{2}")
"""What some write as a letter."""
_OURS = frozenset({"models", "blob", "main"})
"""Words of keys that not every address of the work has."""
_ADDRESS_KEYS = ENTRY.spellings("url")


class Standing(Value, kw_only=True):
    """One place where a work stands."""

    roundup: str
    """The path below content/ without `.yaml`."""
    path: str
    """The file, relative to the site."""
    line: int
    """From 1."""
    address: str
    """As it is written there."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def load_standings(project: Project, keys: Collection[str]) -> dict[str, tuple[Standing, ...]]:
    """Work identity → every place where it stands, in the order of files and lines; others are left out."""
    found: dict[str, list[Standing]] = {}
    needles = {key: _needle(key) for key in keys}
    for file in find_roundup_files(project) if needles else ():
        content = _content(file)
        lowered = content.lower()
        wanted = {key for key, needle in needles.items() if needle in lowered}
        if wanted:
            name = file.relative_to(project.content).as_posix().removesuffix(".yaml")
            for key, line, address in _works_in(content, project.relative(file)):
                if key in wanted:
                    standing = Standing(roundup=name, path=project.relative(file), line=line, address=address)
                    found.setdefault(key, []).append(standing)
    return {key: tuple(standings) for key, standings in found.items()}


def walk_written_entries(root: Node | None) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    """Every entry of a roundup as written: where it is in the data, and its node; related ones and sections too."""
    if isinstance(root, MappingNode):
        yield from _entries_of_section(root, ())


def value_of(node: Node, *keys: str) -> Node | None:
    """The value under the first of `keys` that a mapping has."""
    if not isinstance(node, MappingNode):
        return None
    values = {key.value: value for key, value in node.value}
    return next((values[key] for key in keys if key in values), None)


def address_of(entry: Node) -> str | None:
    """The web address of an entry's work, written bare or under `url`."""
    node = entry if isinstance(entry, ScalarNode) else value_of(entry, *_ADDRESS_KEYS)
    if not isinstance(node, ScalarNode) or not identity.is_web_address(node.value.strip()):
        return None
    text: str = node.value.strip()
    return text


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _needle(key: str) -> bytes:
    """The longest word that every spelling of the work's address has in common, in lower case."""
    host, _, rest = key.lower().removeprefix("//").partition("/" if key.startswith("//") else ":")
    if host == "doi":
        # Publishers' own addresses can lack the prefix.
        rest = rest.partition("/")[2]
    words = _words(rest) or _words(host)
    return max(words, key=len, default="").encode()


def _words(text: str) -> list[str]:
    return [word for word in _RUN.findall(_ESCAPE.sub(" ", text)) if word not in _OURS]


def _works_in(content: bytes, path: str) -> Iterator[tuple[str, int, str]]:
    """Work identities in a file, with lines and addresses; nothing for a file that does not parse."""
    try:
        root = compose(decode(content, path), path)
    except ProblemsFound:
        return
    for _, entry in walk_written_entries(root):
        line = entry.start_mark.line + 1
        for address in dict.fromkeys(_addresses(entry)):
            yield identity.work_key(address), line, address


def _addresses(entry: Node) -> Iterator[str]:
    """The addresses of an entry's works: its own, those of `also`, those of `links`."""
    own = address_of(entry)
    if own:
        yield own
    for key in ("also", "links"):
        node = value_of(entry, key)
        if node is not None:
            yield from _addresses_below(node, roles=key == "links")


def _addresses_below(node: Node, *, roles: bool) -> Iterator[str]:
    match node:
        case ScalarNode():
            if identity.is_web_address(node.value.strip()):
                yield node.value.strip()
        case SequenceNode():
            for item in node.value:
                yield from _addresses_below(item, roles=False)
        case MappingNode() if roles:
            for _, value in node.value:
                yield from _addresses_below(value, roles=False)
        case _:
            own = value_of(node, *_ADDRESS_KEYS)
            if own is not None:
                yield from _addresses_below(own, roles=False)


def _entries_of_section(section: Node, where: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    for position, entry in enumerate(_items(value_of(section, "entries"))):
        yield from _entry_and_related(entry, (*where, "entries", position))
    for position, inner in enumerate(_items(value_of(section, "sections"))):
        if isinstance(inner, MappingNode):
            yield from _entries_of_section(inner, (*where, "sections", position))


def _entry_and_related(entry: Node, where: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    yield where, entry
    related = value_of(entry, "related")
    if isinstance(related, SequenceNode):
        for position, child in enumerate(related.value):
            yield from _entry_and_related(child, (*where, "related", position))
    elif related is not None:
        yield from _entry_and_related(related, (*where, "related"))


def _items(node: Node | None) -> list[Any]:
    return node.value if isinstance(node, SequenceNode) else []

"""What a feed says, whatever its format, and an item as its formats say it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from gleanings.values import Value

LinkMeaning = Literal["permalink", "external"]
Pieces = tuple[bytes, ...]
"""UTF-8; joined they are an item. What two formats write alike is held once."""


class Enclosure(Value, kw_only=True):
    """A file that belongs to an item."""

    url: str
    type: str
    length: int
    """Bytes; the true number."""


class Writer(Value, kw_only=True):
    """Who writes here."""

    name: str
    url: str | None = None
    email: str | None = None


class Item(Value, kw_only=True):
    """A roundup or an entry, complete. All addresses are absolute."""

    id: str
    """A tag: URI (RFC 4151) that no edit of words changes."""
    url: str
    """Our page, with the entry's anchor."""
    external: str | None = None
    """The work."""
    via: tuple[str, ...] = ()
    """Who passed it on."""
    title: str
    """Plain text, never empty."""
    summary: str = ""
    """Plain text; empty where there is no shorter form."""
    beginning: str = ""
    """The first words of the content in plain text."""
    content: str
    """HTML with absolute addresses; its ids are unique in the whole site."""
    published: datetime
    """Aware."""
    updated: datetime
    """Aware; never before `published`."""
    author: Writer
    signed: bool = False
    """Whether the author is another than the site's."""
    tags: tuple[str, ...] = ()
    lang: str | None = None
    """Where it differs from the site's."""
    enclosures: tuple[Enclosure, ...] = ()
    image: str | None = None
    comments: str | None = None


class Forms(Value, kw_only=True):
    """An item as it stands in every feed that has it: the feed adds nothing, and takes nothing away.

    The one exception are items of two roundups that changed at the same moment; see channels.tell_apart.
    """

    changed: str
    """When, as ISO 8601 writes it with the offset; a time would lose that in a record."""
    text: bytes
    """What the item says, escaped; most formats have the same."""
    xhtml: bytes | None
    """The same as Atom has it, with formulas."""
    around_rss: tuple[bytes, bytes]
    """What stands before the text and behind it."""
    around_atom: tuple[bytes, bytes]
    json: Pieces

    @property
    def rss(self) -> Pieces:
        return self.around_rss[0], self.text, self.around_rss[1]

    @property
    def atom(self) -> Pieces:
        return self.around_atom[0], self.text if self.xhtml is None else self.xhtml, self.around_atom[1]

    @property
    def updated(self) -> datetime:
        return datetime.fromisoformat(self.changed)


class Channel(Value, kw_only=True):
    """What a feed below `folder` says before its items."""

    id: str
    folder: str
    """Site-absolute, with a slash at the end: `/tags/x/`."""
    base: str
    """The site's address with the slash at its end."""
    title: str
    description: str
    page: str
    """Site-absolute address of the page that shows the same."""
    lang: str
    author: Writer
    updated: datetime | None
    """The newest change of any item; None without items."""

    @property
    def home(self) -> str:
        """The page's absolute address."""
        return self.base.rstrip("/") + self.page

    def address(self, file: str) -> str:
        """The absolute address of one of the feed's files."""
        return self.base.rstrip("/") + self.folder + file

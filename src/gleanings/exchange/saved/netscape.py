"""Bookmarks as browsers have exported them since 1996 (Netscape's format), and Pocket's older HTML.

Written as no HTML has ever been: `DT` and `DD` are never closed, folders are headings before a `DL`. So the tags are
taken as they come, in a walk whose length is that of the file.
"""

from __future__ import annotations

import re
from html import unescape

from gleanings.exchange.addresses import read_attribute
from gleanings.exchange.saved.values import Gathering, SavedLink, SavedLinks, even_tags, read_moment, read_tags
from gleanings.patterns import later
from gleanings.values import Mutable, field, replace

_TOKEN = later(
    r"(<!--.*?(?:-->|\Z))|([^<]++|<(?!/?[a-z]))|<(/?)([a-z][a-z0-9]*)((?:[^<>\"']++|\"[^\"]*\"|'[^']*')*+)(?:>|\Z)|<",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = later(r"([\w:-]+)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_DEEPEST = 20
"""So many folders around a link become tags."""
_ROOTS = frozenset({
    "bookmarks bar", "bookmarks toolbar", "bookmarks menu", "other bookmarks", "mobile bookmarks", "all bookmarks",
    "favorites", "favourites", "favorites bar", "favourites bar", "imported", "unsorted",
})  # fmt: skip
"""Folders that a browser made, and that say nothing of what is in them."""
_ROOT_MARKS = ("personal_toolbar_folder", "unfiled_bookmarks_folder")
_TO_READ = ("reading list", "read later", "to read", "unread")
_ENDS_A_NOTE = frozenset({"a", "dl", "dt", "h1", "h3", "li", "ul", "hr"})
_ENDS_A_LINK = _ENDS_A_NOTE | {"dd"}


def parse_bookmarks(text: str) -> SavedLinks:
    """The links of such a file: folders become tags, what stands below a link is its note. Never raises."""
    reading = _Reading()
    for comment, words, closing, tag, attributes in _TOKEN.findall(text):
        if closing:
            reading.close_tag(tag.lower())
        elif tag:
            reading.open_tag(tag.lower(), attributes)
        else:
            reading.take_words(words)
        reading.line += (comment or words or attributes).count("\n")
    reading.end_link()
    reading.end_note()
    return reading.gathering.done()


class _Reading(Mutable):
    """A walk over the tags, as far as it has come."""

    gathering: Gathering = field(default_factory=Gathering)
    line: int = 1
    """Where the walk is."""
    folders: list[str] = field(default_factory=list)
    """Those that are open; empty names for those that do not count."""
    named: str = ""
    """The folder whose list comes next."""
    heading: str = ""
    """Pocket's: `Unread` or `Read Archive`."""
    attributes: dict[str, str] = field(default_factory=dict)
    """Of the link or heading that is being read."""
    begun: int = 1
    """The line of the last link."""
    link: SavedLink | None = None
    """The last one: a note below it is its own."""
    words: list[str] | None = None
    """What is being read: the words of a link, a heading or a note."""
    in_note: bool = False
    in_link: bool = False
    """What is being read is the words of a link, up to its end, or where another thing begins before that."""

    def open_tag(self, tag: str, attributes: str) -> None:
        if tag in _ENDS_A_LINK:
            self.end_link()
        if tag in _ENDS_A_NOTE:
            self.end_note()
        match tag:
            case "a" | "h1" | "h3":
                self.attributes = {
                    name.lower(): read_attribute(double or single or bare)
                    for name, double, single, bare in _ATTRIBUTE.findall(attributes)
                }
                self.begun = self.line
                self.words, self.in_link = [], tag == "a"
            case "dl":
                self.folders.append(self.named)
                self.named = ""
            case "dd":
                self.words, self.in_note = [], True
            case "br":
                self.take_words("\n")

    def close_tag(self, tag: str) -> None:
        match tag:
            case "a":
                self.end_link()
            case "h1" | "h3" if self.words is not None:
                self._end_heading(tag, unescape("".join(self.words)))
            case "dl":
                self.end_link()
                self.end_note()
                self.named = ""
                del self.folders[-1:]

    def take_words(self, words: str) -> None:
        if self.words is not None:
            self.words.append(words)

    def end_note(self) -> None:
        """The words of a link below it belong to it."""
        if self.in_note and self.words is not None:
            note = unescape("".join(self.words)).strip()
            self._flush(note)
            self.words, self.in_note = None, False
        self._flush("")

    def _flush(self, note: str) -> None:
        if self.link is not None:
            link, self.link = self.link, None
            self.gathering.take(replace(link, note=note), f":{self.begun}")

    def _end_heading(self, tag: str, words: str) -> None:
        name = " ".join(words.split())
        self.words = None
        if tag == "h1":
            self.heading = name.casefold()
        else:
            is_root = any(mark in self.attributes for mark in _ROOT_MARKS) or name.casefold() in _ROOTS
            self.named = "" if is_root else name

    def end_link(self) -> None:
        if not self.in_link:
            return
        words = unescape("".join(self.words or ()))
        self.words, self.in_link = None, False
        attributes = self.attributes
        url = attributes.get("href", "").strip()
        title = " ".join(words.split())
        to_read = attributes.get("toread") == "1" or self.heading == "unread"
        folders = [name for name in self.folders[-_DEEPEST:] if name]
        kept = [name for name in folders if name.casefold() not in _TO_READ]
        self.link = SavedLink(
            url=url,
            title="" if title == url else title,
            saved=read_moment(attributes.get("add_date") or attributes.get("time_added") or ""),
            tags=even_tags((*read_tags(attributes.get("tags", ""), ","), *kept)),
            to_read=to_read or any(name.casefold() in _TO_READ for name in folders),
        )

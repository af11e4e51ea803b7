"""Bookmarks as browsers have exported them since 1996 (Netscape's format), and Pocket's older HTML.

Written as no HTML has ever been: `DT` and `DD` are never closed, folders are headings before a `DL`. So the tags are
taken as they come.
"""

from __future__ import annotations

from html.parser import HTMLParser

from gleanings.exchange.saved.values import Gathering, SavedLink, SavedLinks, even_tags, read_moment, read_tags
from gleanings.values import replace

_ROOTS = frozenset({
    "bookmarks bar", "bookmarks toolbar", "bookmarks menu", "other bookmarks", "mobile bookmarks", "all bookmarks",
    "favorites", "favourites", "favorites bar", "favourites bar", "imported", "unsorted",
})  # fmt: skip
"""Folders that a browser made, and that say nothing of what is in them."""
_ROOT_MARKS = ("personal_toolbar_folder", "unfiled_bookmarks_folder")
_TO_READ = ("reading list", "read later", "to read", "unread")
_ENDS_A_NOTE = frozenset({"a", "dl", "dt", "h1", "h3", "li", "ul", "hr"})


def parse_bookmarks(text: str) -> SavedLinks:
    """The links of such a file: folders become tags, what stands below a link is its note. Never raises."""
    parser = _Parser()
    # Marked sections are none of HTML, and make the parser give up.
    parser.feed(text.replace("<![", "&lt;!["))
    parser.close()
    parser.end_note()
    return parser.gathering.done()


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.gathering = Gathering()
        self._folders: list[str] = []
        self._named = ""
        """The folder whose list comes next."""
        self._heading = ""
        """Pocket's: `Unread` or `Read Archive`."""
        self._attributes: dict[str, str] = {}
        self._line = 0
        self._link: SavedLink | None = None
        """The last one: a note below it is its own."""
        self._text: list[str] | None = None
        """What is being read: the words of a link, a heading or a note."""
        self._in_note = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ENDS_A_NOTE:
            self.end_note()
        match tag:
            case "a" | "h1" | "h3":
                self._attributes = {name: value or "" for name, value in attrs}
                self._line = self.getpos()[0]
                self._text = []
            case "dl":
                self._folders.append(self._named)
                self._named = ""
            case "dd":
                self._text, self._in_note = [], True
            case "br" if self._text is not None:
                self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "a" if self._text is not None and not self._in_note:
                self._end_link("".join(self._text))
            case "h1" | "h3" if self._text is not None:
                self._end_heading(tag, "".join(self._text))
            case "dl":
                self.end_note()
                self._named = ""
                del self._folders[-1:]

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def end_note(self) -> None:
        """The words of a link below it belong to it."""
        if self._in_note and self._text is not None:
            note = "".join(self._text).strip()
            self._flush(note)
            self._text, self._in_note = None, False
        self._flush("")

    def _flush(self, note: str) -> None:
        if self._link is not None:
            link, self._link = self._link, None
            self.gathering.take(replace(link, note=note), f":{self._line}")

    def _end_heading(self, tag: str, words: str) -> None:
        name = " ".join(words.split())
        self._text = None
        if tag == "h1":
            self._heading = name.casefold()
        else:
            is_root = any(mark in self._attributes for mark in _ROOT_MARKS) or name.casefold() in _ROOTS
            self._named = "" if is_root else name

    def _end_link(self, words: str) -> None:
        self._text = None
        attributes = self._attributes
        url = attributes.get("href", "").strip()
        title = " ".join(words.split())
        to_read = attributes.get("toread") == "1" or self._heading == "unread"
        folders = [name for name in self._folders if name]
        kept = [name for name in folders if name.casefold() not in _TO_READ]
        self._link = SavedLink(
            url=url,
            title="" if title == url else title,
            saved=read_moment(attributes.get("add_date") or attributes.get("time_added") or ""),
            tags=even_tags((*read_tags(attributes.get("tags", ""), ","), *kept)),
            to_read=to_read or any(name.casefold() in _TO_READ for name in folders),
        )

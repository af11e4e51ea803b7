"""The last word on prose, when a page or a feed item is put together: footnote numbers and heading levels.

Fragments (rendering.py) leave marks that need the whole page:

    \\x02 scope \\x1f label \\x1f text \\x03        a footnote marker; `text` is shown where no definition turns up
    \\x04 scope (\\x1f label \\x1f body)… \\x05    the notes defined in a fragment, where its list will stand
    <h\\x01N …>  </h\\x01N>                       a heading, N levels below the page's own heading above it

A scope is the entry's anchor and, behind \\x1e, a mark of the very text: a marker means the note of its own text,
else the first of that label in the entry, so that two texts of one entry may both have a `[^1]` and none is lost.

What a page gets: `<sup class="fn"><a href="#fn-ANCHOR-LABEL" id="fnref-ANCHOR-LABEL" role="doc-noteref">3</a></sup>`
in the text, and `<ol class="footnotes" start="3"><li id="fn-ANCHOR-LABEL" value="3">…</li></ol>` behind the text
that defines the notes. Numbers run through the page; ids come from anchor and label, and stay when a page changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape, unescape

from gleanings.patterns import later
from gleanings.values import Mutable, field

_REFERENCE = later("\x02([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x03]*)\x03")
_REFERENCES = later("(?:\x02[^\x03]*\x03)+")
_LINK_START = later(r"<a[\s>]")
_NO_LABEL = later(r"[^\w-]")
_HEADING = later("<h([1-6])(?=[\\s>])|<(/?)h\x01([1-6])")
_TAGS = later(r"<[^>]*>")
_BLOCK_END = later(r"(?:</(?:p|h\d|li|dt|dd|tr|pre|figure|blockquote|div)>|<br>)(?!\n)")
_HIDDEN = later("\x02[^\x03]*\x03|\x04[^\x05]*\x05|\x01")
_MATHS = later(r'<math\b[^>]*\balttext="([^"]*)"[^>]*>.*?</math>', re.DOTALL)
_CELL_END = later(r"</t[dh]>")


def scope_of(anchor: str, text: str) -> str:
    """The scope of the footnotes of one text of an entry."""
    return f"{anchor}\x1e{sha256(text.encode()).hexdigest()[:8]}"


def mark_reference(scope: str, label: str, *, shown: str) -> str:
    """A footnote marker; `shown` is what stands there if nothing on the page defines it."""
    return f"\x02{scope}\x1f{escape(label)}\x1f{escape(shown, quote=False)}\x03"


def mark_definitions(scope: str, notes: Mapping[str, str]) -> str:
    """The place of a fragment's notes: label → body HTML, in the order written."""
    if not notes:
        return ""
    return f"\x04{scope}" + "".join(f"\x1f{escape(label)}\x1f{body}" for label, body in notes.items()) + "\x05"


def assemble(html: str) -> str:
    """Settle every mark of a page's HTML."""
    if "\x02" in html or "\x04" in html:
        html = _assemble_footnotes(html)
    return _settle_headings(html) if "\x01" in html else html


def plain_text(html: str) -> str:
    """The words of a fragment, without marks, tags and entities; a block ends its line."""
    text = str(html)
    if "\x01" in text or "\x02" in text or "\x04" in text:
        text = _HIDDEN.sub("", text)
    if "<" in text:
        if "<math" in text:
            text = _MATHS.sub(lambda found: found[1], text)
        if "</t" in text:
            text = _CELL_END.sub(" ", text)
        text = _TAGS.sub("", _BLOCK_END.sub("\n", text))
    if "&" in text:
        text = unescape(text)
    text = text.replace("\t", " ")
    while "  " in text:
        text = text.replace("  ", " ")
    if text.isprintable():
        # A single line.
        return text.strip()
    return "\n".join([line for line in map(str.strip, text.splitlines()) if line])


# ── footnotes ──


class _Note(Mutable):
    """A definition, and what the page makes of it."""

    body: str
    id: str
    number: int = 0
    references: list[str] = field(default_factory=list)
    """The ids of its markers; the first has that of the note."""


class _Numbering(Mutable):
    """The notes of a page, found by marker, numbered in the order in which the page first refers to them."""

    by_text: dict[tuple[str, str], _Note] = field(default_factory=dict)
    """(scope, label) → note."""
    by_entry: dict[tuple[str, str], _Note] = field(default_factory=dict)
    """(anchor, label) → the first note of that label in the entry."""
    by_scope: dict[str, list[_Note]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    """Of notes, and of markers that are not the first of their note."""
    count: int = 0

    def add(self, scope: str, label: str, body: str) -> None:
        anchor = scope.partition("\x1e")[0]
        if (scope, label) in self.by_text:
            return
        plain = _NO_LABEL.sub(lambda found: f"_{ord(found[0]):x}", unescape(label))
        note = self.by_text[scope, label] = _Note(
            body=body, id=self.take_id(f"{anchor}-{plain}" if anchor else plain)
        )
        self.by_scope.setdefault(scope, []).append(note)
        self.by_entry.setdefault((anchor, label), note)

    def take_id(self, first: str, number: int = 1) -> str:
        """`first` with that number behind it (1 is not written), or with the next one that no other id has."""
        identity = f"{first}_{number}" if number > 1 else first
        while identity in self.ids:
            number += 1
            identity = f"{first}_{number}"
        self.ids.add(identity)
        return identity

    def find(self, scope: str, label: str) -> _Note | None:
        note = self.by_text.get((scope, label))
        return note or self.by_entry.get((scope.partition("\x1e")[0], label))

    def number(self, note: _Note | None) -> None:
        if note is not None and not note.number:
            self.count += 1
            note.number = self.count

    def number_the_rest(self, scope: str) -> None:
        """At a list: first what its numbered notes refer to, then notes that nothing refers to; none is lost."""
        mine = self.by_scope.get(scope, ())
        for note in sorted(mine, key=lambda note: note.number or len(self.by_text) + 1):
            self.number(note)
            for found in _REFERENCE.finditer(note.body):
                self.number(self.find(found[1], found[2]))


class _List:
    """The place of a list of notes, and their labels and bodies."""

    __slots__ = ("notes", "scope")

    def __init__(self, mark: str) -> None:
        self.scope, *pieces = mark.split("\x1f")
        self.notes = _parts(pieces)


def _assemble_footnotes(html: str) -> str:
    pieces = _split_at_lists(_after_links(html))
    numbering = _Numbering()
    for piece in pieces:
        if isinstance(piece, _List):
            for label, body in piece.notes:
                numbering.add(piece.scope, label, body)
    for piece in pieces:
        if isinstance(piece, _List):
            numbering.number_the_rest(piece.scope)
        elif "\x02" in piece:
            for found in _REFERENCE.finditer(piece):
                numbering.number(numbering.find(found[1], found[2]))
    page: list[str | _Note] = []
    listed: set[str] = set()
    for piece in pieces:
        if isinstance(piece, _List):
            page += _list_of(piece, numbering, listed)
        else:
            page.append(_with_markers(piece, numbering))
    return "".join(one if isinstance(one, str) else _back_links(one) for one in page)


def _after_links(html: str) -> str:
    """Markers at the end of a link's words go behind the link: a link in a link is none."""
    moved = _move_markers(html)
    while moved != html:
        html, moved = moved, _move_markers(moved)
    return html


def _move_markers(html: str) -> str:
    done: list[str] = []
    at, start = 0, html.find("\x02")
    while start >= 0 and (marks := _REFERENCES.match(html, start)):
        end = marks.end()
        close = html.find("</a>", end)
        start = html.find("\x02", end)
        if close < 0:
            break
        if (start < 0 or close < start) and not _LINK_START.search(html, end, close):
            done += (html[at : marks.start()], html[end : close + 4], marks[0])
            at = close + 4
    return "".join((*done, html[at:])) if done else html


def _split_at_lists(html: str) -> list[str | _List]:
    """The page's HTML, and in their places the lists of notes."""
    first, *rest = html.split("\x04")
    pieces: list[str | _List] = [first]
    for piece in rest:
        mark, end, text = piece.partition("\x05")
        pieces += (_List(mark), text) if end else (f"\x04{piece}",)
    return pieces


def _parts(pieces: Sequence[str]) -> list[tuple[str, str]]:
    """Labels and bodies; a body may hold markers, which use the same separator, and is put together again."""
    joined: list[str] = []
    for piece in pieces:
        if joined and joined[-1].count("\x02") > joined[-1].count("\x03"):
            joined[-1] += "\x1f" + piece
        else:
            joined.append(piece)
    return list(zip(joined[::2], joined[1::2], strict=True))


def _list_of(place: _List, numbering: _Numbering, listed: set[str]) -> Iterator[str | _Note]:
    """The list of the notes defined here; a text that stands on the page twice has its list once.

    Where a note stands alone, its back links will be, once all markers are counted.
    """
    found = [note for label, _ in place.notes if (note := numbering.find(place.scope, label))]
    fresh = sorted({note.id: note for note in found if note.id not in listed}.values(), key=lambda note: note.number)
    if not fresh:
        return
    listed.update(note.id for note in fresh)
    yield f'<ol class="footnotes" start="{fresh[0].number}">\n'
    for note in fresh:
        body = note.body.rstrip()
        inner = body.removesuffix("</p>")
        yield f'<li id="fn-{note.id}" value="{note.number}">{_with_markers(inner, numbering)}'
        yield note
        yield f"{body[len(inner) :]}</li>\n"
    yield "</ol>\n"


def _with_markers(html: str, numbering: _Numbering) -> str:
    return _REFERENCE.sub(lambda found: _marker(found, numbering), html) if "\x02" in html else html


def _marker(found: re.Match[str], numbering: _Numbering) -> str:
    note = numbering.find(found[1], found[2])
    if note is None:
        return found[3]
    identity = numbering.take_id(note.id, len(note.references) + 1) if note.references else note.id
    note.references.append(identity)
    return f'<sup class="fn"><a href="#fn-{note.id}" id="fnref-{identity}" role="doc-noteref">{note.number}</a></sup>'


def _back_links(note: _Note) -> str:
    links = []
    for which, identity in enumerate(note.references, 1):
        place = f", place {which}" if len(note.references) > 1 else ""
        label = f"Back to the text, note {note.number}{place}"
        links.append(f' <a href="#fnref-{identity}" role="doc-backlink" aria-label="{label}">↩︎</a>')
    return "".join(links)


# ── headings ──


def _settle_headings(html: str) -> str:
    """Headings in prose go below the page's heading above them, its title at least, each one step below the one it
    belongs to."""
    above = 1
    open_levels: list[int] = []

    def settle(found: re.Match[str]) -> str:
        nonlocal above
        if found[1]:
            above = int(found[1])
            open_levels.clear()
            return found[0]
        if not found[2]:
            while open_levels and open_levels[-1] >= int(found[3]):
                open_levels.pop()
            open_levels.append(int(found[3]))
        return f"<{found[2]}h{min(6, above + len(open_levels))}"

    return _HEADING.sub(settle, html)

"""The last word on prose, when a page or a feed item is put together: footnote numbers and heading levels.

Fragments (prose.py) leave marks that need the whole page:

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
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape, unescape

from gleanings.values import Mutable, field

_MARKS = re.compile("[\x01\x02\x04]")
_REFERENCE = re.compile("\x02([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x03]*)\x03")
_NOTES = re.compile("\x04([^\x1f\x05]*)([^\x05]*)\x05")
_EITHER = re.compile("\x02([^\x1f]*)\x1f([^\x1f]*)\x1f[^\x03]*\x03|\x04([^\x1f\x05]*)")
_IN_LINK = re.compile("(\x02[^\x03]*\x03(?:\x02[^\x03]*\x03)*)((?:(?!<a[\\s>]|\x02).)*?</a>)", re.DOTALL)
_BACK = re.compile("\x06([^\x06]*)\x06")
_HEADING = re.compile("<h([1-6])(?=[\\s>])|<(/?)h\x01([1-6])")
_TAGS = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|h\d|li|dt|dd|tr|pre|figure|blockquote|div|h\x01\d)>|<br>")
_HIDDEN = re.compile("\x02[^\x03]*\x03|\x04[^\x05]*\x05|\x01")
_MATHS = re.compile(r'<math\b[^>]*\balttext="([^"]*)"[^>]*>.*?</math>', re.DOTALL)
_CELL_END = re.compile(r"</t[dh]>")
_SPACES = re.compile(r"\t[ \t]*| [ \t]+")
"""What is to become one space; a single space is one already."""


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


def assemble(html: str, *, level: int = 1) -> str:
    """Settle every mark of a page's HTML; `level` is that of the heading above the first one in it."""
    if not _MARKS.search(html):
        return html
    if "\x02" in html or "\x04" in html:
        html = _assemble_footnotes(html)
    return _settle_headings(html, level) if "\x01" in html else html


def plain_text(html: str) -> str:
    """The words of a fragment, without marks, tags and entities; a block ends its line."""
    text = _HIDDEN.sub("", html)
    if "<" in text:
        text = _MATHS.sub(lambda found: found[1], text)
        text = _TAGS.sub("", _BLOCK_END.sub("\n", _CELL_END.sub(" ", text)))
    lines = (line.strip() for line in _SPACES.sub(" ", unescape(text)).splitlines())
    return "\n".join(line for line in lines if line)


class _Note(Mutable):
    """A definition, and what the page makes of it."""

    body: str
    id: str
    number: int = 0
    references: int = 0


class _Numbering(Mutable):
    """The notes of a page, found by marker, numbered in the order in which the page first refers to them."""

    by_text: dict[tuple[str, str], _Note] = field(default_factory=dict)
    """(scope, label) → note."""
    by_entry: dict[tuple[str, str], _Note] = field(default_factory=dict)
    """(anchor, label) → the first note of that label in the entry."""
    by_id: dict[str, _Note] = field(default_factory=dict)
    count: int = 0

    def add(self, scope: str, label: str, body: str) -> None:
        anchor = scope.partition("\x1e")[0]
        if (scope, label) in self.by_text:
            return
        plain = re.sub(r"[^\w-]", lambda found: f"_{ord(found[0]):x}", unescape(label))
        first = f"{anchor}-{plain}" if anchor else plain
        identity, again = first, 1
        while identity in self.by_id:
            again += 1
            identity = f"{first}_{again}"
        note = _Note(body=body, id=identity)
        self.by_text[scope, label] = self.by_id[identity] = note
        self.by_entry.setdefault((anchor, label), note)

    def find(self, scope: str, label: str) -> _Note | None:
        note = self.by_text.get((scope, label))
        return note or self.by_entry.get((scope.partition("\x1e")[0], label))

    def number(self, note: _Note | None) -> None:
        if note is not None and not note.number:
            self.count += 1
            note.number = self.count


def _assemble_footnotes(html: str) -> str:
    html = _after_links(html)
    numbering = _Numbering()
    for found in _NOTES.finditer(html):
        for label, body in _parts(found[2]):
            numbering.add(found[1], label, body)
    outside = _NOTES.sub(lambda found: f"\x04{found[1]}\x05", html)
    for found in _EITHER.finditer(outside):
        if found[3] is None:
            numbering.number(numbering.find(found[1], found[2]))
        else:
            _number_the_rest(numbering, found[3])
    listed: set[str] = set()
    html = _NOTES.sub(lambda found: _list_of(found[1], _parts(found[2]), numbering, listed), html)
    html = _REFERENCE.sub(lambda found: _marker(found, numbering), html)
    return _BACK.sub(lambda found: _back_links(numbering.by_id[found[1]]), html)


def _after_links(html: str) -> str:
    """Markers at the end of a link's words go behind the link: a link in a link is none."""
    before = ""
    while before != html:
        before, html = html, _IN_LINK.sub(r"\2\1", html)
    return html


def _parts(text: str) -> list[tuple[str, str]]:
    """Labels and bodies; a body may hold markers, which use the same separator, and is put together again."""
    joined: list[str] = []
    for piece in text.split("\x1f")[1:]:
        if joined and joined[-1].count("\x02") > joined[-1].count("\x03"):
            joined[-1] += "\x1f" + piece
        else:
            joined.append(piece)
    return list(zip(joined[::2], joined[1::2], strict=True))


def _number_the_rest(numbering: _Numbering, scope: str) -> None:
    """At a list: first what its numbered notes refer to, then notes that nothing refers to, so that none is lost."""
    mine = [note for (owner, _), note in numbering.by_text.items() if owner == scope]
    for note in sorted(mine, key=lambda note: note.number or len(numbering.by_id) + 1):
        numbering.number(note)
        for found in _REFERENCE.finditer(note.body):
            numbering.number(numbering.find(found[1], found[2]))


def _list_of(scope: str, parts: Sequence[tuple[str, str]], numbering: _Numbering, listed: set[str]) -> str:
    """The list of the notes defined here; a text that stands on the page twice has its list once."""
    notes = {note.id: note for label, _ in parts if (note := numbering.find(scope, label)) and note.id not in listed}
    listed.update(notes)
    if not notes:
        return ""
    fresh = sorted(notes.values(), key=lambda note: note.number)
    items = "".join(f'<li id="fn-{note.id}" value="{note.number}">{_with_back_mark(note)}</li>\n' for note in fresh)
    return f'<ol class="footnotes" start="{fresh[0].number}">\n{items}</ol>\n'


def _with_back_mark(note: _Note) -> str:
    """The body with a place for its back links, at the end of its last paragraph."""
    mark = f"\x06{note.id}\x06"
    body = note.body.rstrip()
    return f"{body[:-4]}{mark}</p>" if body.endswith("</p>") else f"{body}{mark}"


def _marker(found: re.Match[str], numbering: _Numbering) -> str:
    note = numbering.find(found[1], found[2])
    if note is None:
        return found[3]
    note.references += 1
    which = f"_{note.references}" if note.references > 1 else ""
    return (
        f'<sup class="fn"><a href="#fn-{note.id}" id="fnref-{note.id}{which}" role="doc-noteref">'
        f"{note.number}</a></sup>"
    )


def _back_links(note: _Note) -> str:
    links = []
    for which in range(1, note.references + 1):
        end = f"_{which}" if which > 1 else ""
        place = f", place {which}" if note.references > 1 else ""
        label = f"Back to the text, note {note.number}{place}"
        links.append(f' <a href="#fnref-{note.id}{end}" role="doc-backlink" aria-label="{label}">↩︎</a>')
    return "".join(links)


def _settle_headings(html: str, level: int) -> str:
    """Headings in prose go below the page's heading above them, each one step below the one it belongs to."""
    above = level
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

"""Notes were edited, and nothing else: only what shows them is made anew, whatever the size of the archive.

    old and new Roundup with one face → its page, the home page, its feed items, its words in search, its open data

Files that hold something of many roundups (feeds, search, data) are patched: in what stands, the bytes of the old
take the place of the new. Whenever that cannot be done for sure, nothing is, and a build of everything follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from gleanings.model import Roundup
from gleanings.problems import ProblemsFound
from gleanings.project import Project
from gleanings.records import Records
from gleanings.render.feeds import atom, jsonfeed, rss
from gleanings.render.feeds.forms import replace_item
from gleanings.render.feeds.values import Forms, Pieces
from gleanings.render.indexes.face import face_of
from gleanings.render.output.publish import Page
from gleanings.render.pages.outputs import DATA_FILE, replace_data
from gleanings.render.pages.roundup_page import render_home_page
from gleanings.render.prose.media import Media
from gleanings.render.prose.rendering import Prose
from gleanings.render.search.patching import patch_search
from gleanings.render.search.planning import recall_layout, remember_layout
from gleanings.render.shaping import (
    Bench,
    Items,
    Rows,
    Task,
    find_data,
    find_items,
    find_part,
    find_rows,
    make_shape,
    part_key,
    rows_key,
)
from gleanings.render.sketch import Sketch
from gleanings.render.theme.templates import Templates
from gleanings.values import Value, replace

T = TypeVar("T")

_FORMATS: tuple[tuple[str, Callable[[Forms], Pieces]], ...] = (
    (rss.FILE, lambda forms: forms.rss),
    (atom.FILE, lambda forms: forms.atom),
    (jsonfeed.FILE, lambda forms: forms.json),
)

Read = Callable[[str], bytes]
"""The content of an output that stands, by its path."""


class Edit(Value, kw_only=True):
    """A roundup as it was when the site was built, and as it is."""

    old: Roundup
    new: Roundup
    mark: str
    """Of all that the new one was read from."""


class Retouched(Value, kw_only=True, gc=False):
    """What an edit of notes makes of a site."""

    pages: tuple[Page, ...]
    """Outputs that changed."""
    sketch: Sketch
    """For the next edit."""


def retouch(
    edits: Sequence[Edit], sketch: Sketch, project: Project, records: Records, read: Read
) -> Retouched | None:
    """The outputs that change with these edits, byte for byte what a build of everything makes; None where that takes
    more than a retouch. Everything else has to stand as the build that left the `sketch` made it."""
    if any(face_of(edit.old) != face_of(edit.new) for edit in edits):
        return None
    hand = _Hand(sketch, project, records, read)
    try:
        touched = all(hand.retouch(edit) for edit in edits)
    except ProblemsFound:
        return None
    if not touched:
        return None
    marks = {**sketch.marks, **{edit.new.name: edit.mark for edit in edits}}
    sketch = replace(sketch, marks=marks, keys={**sketch.keys, **hand.keys})
    return Retouched(pages=tuple(hand.pages()), sketch=sketch)


class _Hand:
    """Retouches one roundup after the other, and holds the files that change."""

    def __init__(self, sketch: Sketch, project: Project, records: Records, read: Read) -> None:
        self._sketch = sketch
        self._read_standing = read
        self._bench = Bench(
            site=sketch.site,
            view=sketch.view,
            prose=Prose(media=Media(project.content), lang=sketch.site.lang, addresses=sketch.addresses),
            templates=Templates(project, bytecode=project.cache / "templates"),
            records=records,
        )
        self._files: dict[str, bytes] = {}
        self.keys: dict[str, str] = {}
        """See Sketch.keys."""

    def pages(self) -> Iterator[Page]:
        return (Page(path=path, content=content) for path, content in self._files.items())

    def retouch(self, edit: Edit) -> bool:
        """Make what shows the roundup; returns whether that could be done."""
        sketch, old, new = self._sketch, edit.old, edit.new
        rows = find_rows(old, rows_key(sketch.marks[old.name], sketch.view), self._bench.prose, self._bench.records)
        part = find_part(old, sketch.keys[old.name], (), self._bench.prose, self._bench.records)
        items = find_items(old.name, sketch.keys[old.name], self._bench.records)
        data = find_data(old.name, rows_key(sketch.marks[old.name], sketch.view), self._bench.records)
        if rows is None or part is None or items is None or data is None:
            return False
        self.keys[new.name] = part_key(edit.mark, sketch.base, part.around, sketch.site)
        task = Task(
            roundup=new,
            around=part.around,
            rows_key=rows_key(edit.mark, sketch.view),
            part_key=self.keys[new.name],
            anchors=tuple(items),
            rows=None,
        )
        made = make_shape(task, self._bench)
        if made.part.unreadable or made.rows.unreadable or made.data is None:
            return False
        if (rows.line, rows.works) != (made.rows.line, made.rows.works):
            return False
        self._put(made.page)
        if new.name == sketch.newest:
            self._put(render_home_page(made.view, sketch.years, sketch.view, self._bench.templates))
        return (
            self._retouch_feeds(new.name, items, made.items)
            and self._replace(DATA_FILE, data, made.data, replace_data)
            and self._retouch_search(new.name, rows, made.rows)
        )

    def _retouch_feeds(self, name: str, old: Items, new: Items) -> bool:
        for folder, anchors in self._sketch.feeds.get(name, ()):
            for anchor in anchors:
                before, after = old[anchor], new[anchor]
                # The head of a feed says when it changed.
                if before.updated != after.updated:
                    return False
                for file, pieces in _FORMATS:
                    path = f"{folder.lstrip('/')}{file}"
                    if not self._replace(path, b"".join(pieces(before)), b"".join(pieces(after)), replace_item):
                        return False
        return True

    def _retouch_search(self, name: str, old: Rows, new: Rows) -> bool:
        layout = recall_layout(self._bench.records)
        patch = patch_search(name, old.indexed, new.indexed, layout, self._read) if layout else None
        if patch is None:
            return False
        self._files |= patch.files
        remember_layout(patch.layout, self._bench.records)
        return True

    def _replace(self, path: str, old: T, new: T, how: Callable[[bytes, T, T], bytes | None]) -> bool:
        """Patch a file; returns whether the old stood there."""
        if old == new:
            return True
        content = how(self._read(path), old, new)
        if content is not None:
            self._files[path] = content
        return content is not None

    def _read(self, path: str) -> bytes:
        return self._files[path] if path in self._files else self._read_standing(path)

    def _put(self, page: Page) -> None:
        if self._read(page.path) != page.content:
            self._files[page.path] = page.content

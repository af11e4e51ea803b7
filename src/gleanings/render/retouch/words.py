"""Search and open data after an edit of notes: the words of the old take their place in what stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gleanings.project import Project
from gleanings.records import Records
from gleanings.render.output.publish import Made
from gleanings.render.output.stage import Stage
from gleanings.render.pages.outputs import OpenData
from gleanings.render.prose.media import Media
from gleanings.render.prose.rendering import Prose, recall_prose
from gleanings.render.retouch.data import patch_data
from gleanings.render.retouch.face import Edit
from gleanings.render.retouch.patches import Patches
from gleanings.render.retouch.sketch import Sketch
from gleanings.render.rows import Rows, find_data, find_rows, make_rows, remember_rows, rows_key
from gleanings.render.search.patching import patch_search
from gleanings.values import Value


class _Change(Value, kw_only=True):
    """What is said of a roundup, before and after."""

    name: str
    old: Rows
    new: Rows
    old_data: OpenData
    new_data: OpenData

    @classmethod
    def of(cls, edit: Edit, sketch: Sketch, prose: Prose, records: Records) -> _Change | None:
        """None where nobody knows what was said before; what is said now is remembered."""
        name, key = edit.new.name, rows_key(sketch.marks[edit.new.name], sketch.view)
        old, old_data = find_rows(edit.old, key, prose, records), find_data(name, key, records)
        if old is None or old_data is None:
            return None
        recall_prose(name, prose, records)
        new, new_data = make_rows(edit.new, sketch.view, prose)
        remember_rows(name, rows_key(edit.mark, sketch.view), new, new_data, records)
        return cls(name=name, old=old, new=new, old_data=old_data, new_data=new_data)


class Rewording:
    """The words of roundups in search and open data, as edits leave them; see pages.Retouch."""

    def __init__(
        self, edits: Sequence[Edit], sketch: Sketch, project: Project, records: Records, folder: Path
    ) -> None:
        self.layout = sketch.layout
        """Of the search index, as it becomes."""
        self._patches = Patches(folder)
        prose = Prose(media=Media(project.content), lang=sketch.site.lang, addresses=sketch.addresses)
        self._changes = [_Change.of(edit, sketch, prose, records) for edit in edits]

    def put_down(self, stage: Stage, *, with_data: bool) -> tuple[Made, ...] | None:
        """The outputs that change, on the stage, open data among them or not; None where that takes more than a
        retouch."""
        if not all(change is not None and self._retouch(change, with_data=with_data) for change in self._changes):
            return None
        return tuple(self._patches.put_down(stage))

    def _retouch(self, change: _Change, *, with_data: bool) -> bool:
        old, new = change.old, change.new
        if new.unreadable or (old.line, old.works) != (new.line, new.works):
            return False
        if with_data and not patch_data(change.old_data, change.new_data, self._patches):
            return False
        return self._retouch_search(change.name, old, new)

    def _retouch_search(self, name: str, old: Rows, new: Rows) -> bool:
        patch = patch_search(name, old.indexed, new.indexed, self.layout, self._patches.read)
        if patch is None:
            return False
        for path, content in patch.files.items():
            self._patches.write(path, content)
        self.layout = patch.layout
        return True

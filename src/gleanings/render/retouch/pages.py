"""Pages and feeds after an edit of notes: the roundup's page, the home page, the roundup's items in feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gleanings.model import Roundup
from gleanings.problems import ProblemsFound
from gleanings.project import Project
from gleanings.records import Records
from gleanings.render.feeds import atom, jsonfeed, rss
from gleanings.render.feeds.values import Forms, Pieces
from gleanings.render.output.publish import Made
from gleanings.render.output.stage import Stage
from gleanings.render.pages.outputs import OpenData, open_data
from gleanings.render.pages.roundup_page import render_home_page
from gleanings.render.prose.media import Media
from gleanings.render.prose.rendering import Prose, recall_prose, remember_prose
from gleanings.render.retouch.data import patch_data
from gleanings.render.retouch.face import Edit, find_untouched
from gleanings.render.retouch.patches import Patches
from gleanings.render.retouch.sketch import Sketch
from gleanings.render.rows import rows_key
from gleanings.render.shaping import Items, Part, Task, Tools, find_items, find_part, make_shape, part_key
from gleanings.render.theme.templates import Templates
from gleanings.render.views.addresses import page_file
from gleanings.values import Value

_FORMATS: tuple[tuple[str, Callable[[Forms], Pieces]], ...] = (
    (rss.FILE, lambda forms: forms.rss),
    (atom.FILE, lambda forms: forms.atom),
    (jsonfeed.FILE, lambda forms: forms.json),
)


class Retouched(Value):
    """Pages and feeds that changed."""

    outputs: tuple[Made, ...]
    """On the stage."""
    keys: Mapping[str, str]
    """Of the roundups that were edited; see Sketch.keys."""


class Retouch:
    """Makes pages and feeds that change with edits, byte for byte what a build of everything makes."""

    def __init__(
        self, sketch: Sketch, project: Project, records: Records, folder: Path, data: Mapping[str, OpenData]
    ) -> None:
        """Everything in `folder` has to stand as the build that left the `sketch` made it. With `data`
        (roundup.name → what open data says of it), it sees to open data as well."""
        self._sketch = sketch
        self._tools = Tools(
            site=sketch.site,
            view=sketch.view,
            prose=Prose(media=Media(project.content), lang=sketch.site.lang, addresses=sketch.addresses),
            templates=Templates(project, bytecode=project.templates_cache),
            records=records,
        )
        self._patches = Patches(folder)
        self._data = data
        self._before: dict[str, tuple[Part, Items]] = {}
        self._keys: dict[str, str] = {}

    def recall(self, old: Roundup) -> bool:
        """Recall what was made of a roundup before it was edited; returns whether that is known."""
        tools, sketch, name = self._tools, self._sketch, old.name
        part = find_part(old, sketch.keys[name], (), tools.prose, tools.records)
        items = find_items(name, sketch.keys[name], part, tools.records) if part else None
        if part is None or items is None:
            return False
        self._before[name] = (part, items)
        recall_prose(name, tools.prose, tools.records)
        return True

    def make(self, edits: Sequence[Edit], stage: Stage) -> Retouched | None:
        """Pages and feeds that change with edits of roundups that were recalled; None where that takes more than a
        retouch."""
        try:
            if not all(map(self._retouch, edits)):
                return None
        except ProblemsFound:
            return None
        return Retouched(tuple(self._patches.put_down(stage)), self._keys)

    def _retouch(self, edit: Edit) -> bool:
        """Make what shows the roundup; returns whether that could be done."""
        sketch, tools, name = self._sketch, self._tools, edit.new.name
        part, items = self._before[name]
        self._keys[name] = part_key(edit.mark, sketch.base, part.around, sketch.site)
        task = Task(
            roundup=edit.new,
            around=part.around,
            rows_key=rows_key(edit.mark, sketch.view),
            part_key=self._keys[name],
            anchors=tuple(items),
            rows=None,
        )
        with tools.prose.watch() as seen:
            made = make_shape(task, tools, known=self._known(edit, items))
        remember_prose(name, seen.fragments, tools.prose, tools.records)
        if made.part.unreadable:
            return False
        self._patches.write(made.page.path, made.page.content)
        if name == sketch.newest:
            home = render_home_page(made.view, sketch.years, sketch.view, tools.templates)
            self._patches.write(home.path, home.content)
        data = self._data.get(name)
        if data and not patch_data(data, open_data(edit.new, sketch.view.url, tools.prose), self._patches):
            return False
        return self._retouch_feeds(name, items, made.items)

    def _known(self, edit: Edit, items: Items) -> Items:
        """Items that are as they were. A template of the site's own may show the whole roundup in each of them."""
        if self._tools.templates.files.has_own("feed"):
            return {}
        untouched = find_untouched(edit)
        return {anchor: item for anchor, item in items.items() if anchor in untouched}

    def _retouch_feeds(self, name: str, old: Items, new: Items) -> bool:
        for folder, anchors in self._sketch.feeds.get(name, ()):
            for anchor in anchors:
                before, after = old[anchor], new[anchor]
                if before == after:
                    continue
                # The head of a feed says when it changed.
                if before.updated != after.updated:
                    return False
                for file, pieces in _FORMATS:
                    path = page_file(f"{folder}{file}")
                    if not self._patches.replace(path, b"".join(pieces(before)), b"".join(pieces(after))):
                        return False
        return True

"""`build` where nothing but notes was edited: what shows them is made anew, and the rest is not even looked at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from time import perf_counter, time_ns

from gleanings.aside import begin
from gleanings.curate.remembered import recall_roundup
from gleanings.files.lock import hold
from gleanings.model import Roundup
from gleanings.problems import GleaningsError
from gleanings.project import Project
from gleanings.records import Memory, Records
from gleanings.render.output.journal import Left, Settling, Standing, find_looks, note_changes
from gleanings.render.output.publish import Made, put
from gleanings.render.output.stage import Stage, open_stage
from gleanings.render.pages.outputs import OpenData
from gleanings.render.retouch.face import Edit, is_of_words
from gleanings.render.retouch.sketch import Sketch, recall_sketch, remember_sketch
from gleanings.render.rows import find_data, rows_key
from gleanings.render.search.files import Layout
from gleanings.unchanged import Outlook, Stamp, describe, forget, load, look_at_input
from gleanings.values import Value, replace

_FEW = 6
"""Roundups up to which a retouch is quicker than a build of everything."""


class Retouching(Value, kw_only=True):
    """What a retouch did."""

    pages: int
    """Of the whole site."""
    unchanged: int
    """Files that stand as they stood."""
    written: tuple[str, ...]
    """Paths below the output folder, sorted."""
    waiting: tuple[str, ...]
    """See whole.Built."""


def answer_by_retouch(outlook: Outlook) -> str | None:
    """What `build` prints once the edits of notes are in the site; None: do it properly."""
    started = perf_counter()
    project = Project(Path(outlook.stamp.root))
    try:
        with hold(project):
            done = retouch_site(project, project.public, outlook.stamp, outlook.changed)
    except GleaningsError:
        # Whatever the reason, a build says it.
        return None
    if done is None:
        return None
    seconds = perf_counter() - started
    return describe(done.pages, len(done.written), done.unchanged, 0, seconds=seconds, as_json=outlook.as_json)


def retouch_again(
    project: Project, folder: Path, options: str, journal: Path, memory: Memory, *, now: float
) -> Retouching | None:
    """The same for whoever builds again and again, where the last build of the folder had the same options; `now` is
    in seconds since the epoch."""
    stamp = load(str(project.root), journal.stem)
    if stamp is None or not stamp.is_of(options, now):
        return None
    return retouch_site(project, folder, stamp, stamp.find_changed(), memory)


def retouch_site(
    project: Project, folder: Path, stamp: Stamp, changed: list[str], memory: Memory | None = None
) -> Retouching | None:
    """Bring a site that stands in `folder` as `stamp` says up to date with the files that `changed` since; None where
    that takes a build, which then also says what the system refused."""
    names = _find_roundups(changed, stamp, project)
    try:
        return _retouch(project, folder, stamp, names, memory or Memory()) if names else None
    except (OSError, GleaningsError):
        return None


def _retouch(project: Project, folder: Path, stamp: Stamp, names: list[str], memory: Memory) -> Retouching | None:
    # From here on records may know another state than that of the files. Without the stamp another run has begun to
    # write, since it was read, and did not come to its end.
    if not forget(stamp.root, stamp.kind):
        return None
    known = Records(project.roundups_cache, mark=stamp.mark, memory=memory.roundups)
    records = Records(project.outputs_cache(stamp.kind), mark=stamp.mark, memory=memory.site)
    sketch = recall_sketch(records, stamp.token)
    if sketch is None:
        return None
    before = {name: recall_roundup(name, sketch.marks.get(name, ""), sketch.site, known) for name in names}
    if None in before.values():
        return None
    started = time_ns()
    looks = {str(file): look_at_input(str(file), started) for file in map(project.roundup_file, names)}
    settling = Settling()
    changed = Changed(project=project, known=known, before=before, sketch=sketch)
    done = _make(changed, records, folder, stamp)
    if done is None:
        return None
    token = str(time_ns())
    if done.paths:
        settling.wrote(f"{folder}/{done.paths[-1]}")
    remember_sketch(done.sketch, records, token)
    records.catch_up()
    settling.wait()
    sure = find_looks(done.left, (), Standing(), folder)
    stamp.renew(looks, {f"{folder}/{path}": sure.get(path) for path in done.paths}, token=token)
    count, files = stamp.counts
    return Retouching(
        pages=count, unchanged=files - len(done.paths), written=done.paths, waiting=tuple(stamp.waiting)
    )


class Done(Value, kw_only=True):
    """What stands in its place now."""

    paths: tuple[str, ...]
    """Below the output folder, sorted."""
    left: Mapping[str, Left]
    """Each of them as it was left."""
    sketch: Sketch
    """For the next edit."""


def _make(changed: Changed, records: Records, folder: Path, stamp: Stamp) -> Done | None:
    """Make what shows the edits, and put it into its place; None where that takes a build."""
    project, sketch = changed.project, changed.sketch
    data = _recall_data(changed, records)
    if data is None:
        return None
    with open_stage(project.stage, {}) as stage:
        # One core parses what was written and sees to search; the other loads templates, and then draws.
        with begin(partial(_read_and_index, changed, records, folder, stage, with_data=not data)) as errand:
            from gleanings.render.retouch.pages import Retouch

            retouch = Retouch(sketch, project, records, folder, data)
            known = all(retouch.recall(roundup) for roundup in changed.before.values() if roundup)
            edits = changed.find_edits(errand.hear(dict[str, str])) if known else None
            if edits is None:
                return None
            records.postpone()
            pages = retouch.make(edits, stage)
            words = errand.hear(Words) if pages else None
        if pages is None or words is None or words.outputs is None:
            return None
        # A template that was saved meanwhile may be in these pages alone.
        if not stamp.has_same_theme():
            return None
        # Only now: a build of everything may fail, and then nothing is touched.
        outputs = (*words.outputs, *pages.outputs)
        note_changes(project.journal_file(folder), {one.path: one.digest for one in outputs})
        placed = put(outputs, folder)
    marks = {**sketch.marks, **{edit.new.name: edit.mark for edit in edits}}
    return Done(
        paths=tuple(sorted(one.path for one in outputs)),
        left={path: one.left for path, one in placed.items()},
        sketch=replace(sketch, marks=marks, keys={**sketch.keys, **pages.keys}, layout=words.layout),
    )


def _recall_data(changed: Changed, records: Records) -> dict[str, OpenData] | None:
    """What open data says of the roundups, for the core that draws; None where nobody knows. Nothing where it draws
    long feeds, which is enough for it."""
    sketch = changed.sketch
    if any(map(sketch.stands_in_feeds, changed.before)):
        return {}
    found = {name: find_data(name, rows_key(sketch.marks[name], sketch.view), records) for name in changed.before}
    return {name: data for name, data in found.items() if data} if all(found.values()) else None


class Changed(Value, kw_only=True, gc=True):
    """Roundups whose files changed."""

    project: Project
    known: Records
    before: Mapping[str, Roundup | None]
    """By name, as they were read for the build that left the sketch."""
    sketch: Sketch

    def read(self) -> dict[str, str]:
        """Read them, so that they are remembered; returns by name the marks under which they are."""
        from gleanings.curate.library import read_anew

        site = self.sketch.site
        return {
            name: read_anew(self.project, site, self.project.roundup_file(name), self.known).mark
            for name in self.before
        }

    def find_edits(self, marks: Mapping[str, str]) -> list[Edit] | None:
        """What was edited; None where it was more than words, or where a problem has to be told."""
        edits = []
        for name, old in self.before.items():
            new = recall_roundup(name, marks[name], self.sketch.site, self.known)
            if old is None or new is None:
                return None
            if marks[name] != self.sketch.marks[name]:
                edits.append(Edit(old=old, new=new, mark=marks[name]))
        return edits if all(map(is_of_words, edits)) else None


class Words(Value):
    """What becomes of search, and of open data or not."""

    outputs: tuple[Made, ...] | None
    """On the stage; None where it takes more than a retouch."""
    layout: Layout
    """Of the search index."""


def _read_and_index(
    changed: Changed, records: Records, folder: Path, stage: Stage, *, with_data: bool
) -> Iterator[object]:
    """Read the roundups, and tell their marks; see to search, and to open data or not; tell what changes there."""
    marks = changed.read()
    yield marks
    from gleanings.render.retouch.words import Rewording

    words = Rewording(changed.find_edits(marks) or (), changed.sketch, changed.project, records, folder)
    yield Words(words.put_down(stage, with_data=with_data), words.layout)


def _find_roundups(changed: list[str], stamp: Stamp, project: Project) -> list[str] | None:
    """Names of the roundups that changed; None where something else did, or where there are many."""
    names = []
    content = f"{project.content}/"
    for path in changed:
        name = path.removeprefix(content)
        if name == path or not name.endswith(".yaml") or name.startswith(("media/", "pages/")):
            return None
        if not stamp.was_there(path) or not os.path.isfile(path):  # noqa: PTH113
            return None
        names.append(name.removesuffix(".yaml"))
    return names if len(names) <= _FEW else None

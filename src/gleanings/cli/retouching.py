"""`build` where nothing but notes was edited: what shows them is made anew, and the rest is not even looked at."""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter, sleep, time_ns
from typing import Any

from gleanings.curate.library import mark_roundup, read_roundup, recall_roundup, remember_roundup
from gleanings.files.lock import hold
from gleanings.problems import SiteLocked
from gleanings.project import Project
from gleanings.records import Records
from gleanings.render.journal import SETTLED_SECONDS, note_changes
from gleanings.render.publish import put
from gleanings.render.retouch import Edit, retouch
from gleanings.render.sketch import Sketch, recall_sketch, remember_sketch
from gleanings.unchanged import Outlook, Stamp, describe, forget, load, look_at_input
from gleanings.values import Mutable, Value, field

_FEW = 6
"""Roundups up to which a retouch is quicker than a build of everything."""


class Memory(Mutable):
    """What a process that builds again and again keeps at hand of the cache; see records.Records."""

    roundups: dict[str, tuple[str, Any]] = field(default_factory=dict)
    site: dict[str, tuple[str, Any]] = field(default_factory=dict)


class Retouching(Value, kw_only=True):
    """What a retouch did."""

    pages: int
    """Of the whole site."""
    unchanged: int
    """Files that stand as they stood."""
    written: tuple[str, ...]
    """Paths below the output folder, sorted."""


def answer_by_retouch(outlook: Outlook) -> str | None:
    """What `build` prints once the edits of notes are in the site; None: do it properly."""
    started = perf_counter()
    project = Project(Path(outlook.stamp.root))
    try:
        with hold(project):
            done = retouch_site(project, project.public, outlook.stamp, outlook.changed)
    except SiteLocked:
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
    that takes a build."""
    names = _find_roundups(changed, stamp, project)
    if not names:
        return None
    # From here on records may know another state than that of the files.
    forget(stamp.root, stamp.kind)
    memory = memory or Memory()
    records = Records(project.cache / stamp.kind, mark=stamp.mark, memory=memory.site)
    sketch = recall_sketch(records, stamp.token)
    if sketch is None:
        return None
    read = Records(project.cache / "roundups", mark=stamp.mark, memory=memory.roundups)
    records.postpone()
    read.postpone()
    looks = {}
    edits = []
    for name in names:
        file = project.roundup_file(name)
        looks[str(file)] = look_at_input(str(file), time_ns())
        edit = _read_edit(project, name, sketch, read)
        if edit is None:
            return None
        edits.append(edit)
    done = retouch(
        [edit for edit in edits if edit.mark != sketch.marks[edit.new.name]],
        sketch,
        project,
        records,
        lambda path: (folder / path).read_bytes(),
    )
    if done is None:
        return None
    note_changes(project.state / f"{stamp.kind}.json", {page.path: page.digest for page in done.pages})
    put(done.pages, folder)
    written = time_ns()
    remember_sketch(done.sketch, records, str(written))
    records.catch_up()
    read.catch_up()
    paths = sorted(page.path for page in done.pages)
    sleep(max(0.0, SETTLED_SECONDS - (time_ns() - written) / 1e9) if paths else 0.0)
    stamp.renew(looks, [f"{folder}/{path}" for path in paths], token=str(written))
    count, files = stamp.counts
    return Retouching(pages=count, unchanged=files - len(paths), written=tuple(paths))


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


def _read_edit(project: Project, name: str, sketch: Sketch, read: Records) -> Edit | None:
    """The roundup as it was and as it is; None where it cannot be read without a word."""
    known = sketch.marks.get(name)
    old = recall_roundup(name, known, sketch.site, read) if known else None
    if known is None or old is None:
        return None
    file = project.roundup_file(name)
    content = file.read_bytes()
    mark = mark_roundup(name, content, sketch.site, read)
    if mark == known:
        return Edit(old=old, new=old, mark=mark)
    new, problems = read_roundup(project, sketch.site, file, content=content)
    if new is None or problems:
        return None
    remember_roundup(mark, new, read)
    return Edit(old=old, new=new, mark=mark)

"""`build` where nothing but notes was edited: what shows them is made anew, and the rest is not even looked at."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from time import perf_counter, sleep, time_ns
from typing import Any

from gleanings.aside import begin
from gleanings.curate.remembered import mark_roundup, recall_roundup
from gleanings.files.lock import hold
from gleanings.model import Site
from gleanings.problems import SiteLocked
from gleanings.project import Project
from gleanings.records import Records
from gleanings.render.sketch import recall_sketch, remember_sketch
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
    that takes a build, which then also says what the system refused."""
    names = _find_roundups(changed, stamp, project)
    try:
        return _retouch(project, folder, stamp, names, memory or Memory()) if names else None
    except OSError:
        return None


def _retouch(project: Project, folder: Path, stamp: Stamp, names: list[str], memory: Memory) -> Retouching | None:
    # From here on records may know another state than that of the files.
    forget(stamp.root, stamp.kind)
    known = Records(project.cache / "roundups", mark=stamp.mark, memory=memory.roundups)
    records = Records(project.cache / stamp.kind, mark=stamp.mark, memory=memory.site)
    sketch = recall_sketch(records, stamp.token)
    if sketch is None:
        return None
    site, marks = sketch.site, sketch.marks
    before = {name: recall_roundup(name, marks.get(name, ""), site, known) for name in names}
    if None in before.values():
        return None
    started = time_ns()
    looks = {str(file): look_at_input(str(file), started) for file in map(project.roundup_file, names)}
    # One core parses what was written while the other loads what draws it.
    wait = begin(partial(_read, project, names, site, known))
    from gleanings.render.output.journal import SETTLED_SECONDS, note_changes
    from gleanings.render.output.publish import put
    from gleanings.render.output.stage import open_stage
    from gleanings.render.retouch import Edit, retouch

    if not wait():
        _read(project, names, site, known)
    edits = []
    for name, old in before.items():
        mark = mark_roundup(name, project.roundup_file(name).read_bytes(), site, known)
        new = recall_roundup(name, mark, site, known)
        if old is None or new is None:
            return None
        if mark != marks[name]:
            edits.append(Edit(old=old, new=new, mark=mark))
    records.postpone()
    done = retouch(edits, sketch, project, records, lambda path: (folder / path).read_bytes())
    if done is None:
        return None
    note_changes(project.state / f"{stamp.kind}.json", {page.path: page.digest for page in done.pages})
    with open_stage(project.stage, {}) as stage:
        put(map(stage.take, done.pages), folder)
    written = time_ns()
    remember_sketch(done.sketch, records, str(written))
    records.catch_up()
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


def _read(project: Project, names: list[str], site: Site, known: Records) -> None:
    """Read the roundups of these names, so that they are remembered."""
    from gleanings.curate.library import read_anew

    for name in names:
        read_anew(project, site, project.roundup_file(name), known)

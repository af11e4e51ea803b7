"""Tells when a person's files change; the only door to watchfiles."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Event

from gleanings.project import Project


def watch_site(project: Project, *, stop: Event) -> Iterator[tuple[str, ...]]:
    """Yield the site-relative paths of each burst of edits until `stop` is set.

    The first burst is empty: it says that watching has begun, and that no edit from now on is missed. Output and
    machine state are not told, nor are the files that editors write beside a file while saving it.
    """
    from watchfiles import watch

    # Ctrl-C is how a preview ends, and no news.
    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    folders = (project.content, project.templates)
    files = {project.site_file, project.feeds_file}

    def is_writing(_change: object, name: str) -> bool:
        path = Path(name)
        return path in files or (
            any(path.is_relative_to(folder) for folder in folders) and not _is_scratch(path.name)
        )

    # The whole folder is watched rather than its parts: an editor that saves by renaming would slip out of a watch
    # on the file itself, and content/ may not be there yet.
    bursts = watch(
        project.root,
        watch_filter=is_writing,
        debounce=50,
        step=10,
        stop_event=stop,
        rust_timeout=250,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    begun = False
    for burst in bursts:
        if burst or not begun:
            begun = True
            yield tuple(sorted({project.relative(Path(name)) for _, name in burst}))


def _is_scratch(name: str) -> bool:
    return name.startswith((".", "#")) or name.endswith(("~", ".swp", ".swx", ".tmp"))

"""The files that templates are: which there are, whether they can be read, what changes with them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project, default_theme
from gleanings.records import digest

STATIC = "static"
"""The folder of files that are copied as they are."""


class ThemeFiles:
    """The site's own templates and static files, and those of the theme."""

    def __init__(self, project: Project) -> None:
        self.folders = tuple(folder for folder in (project.templates, default_theme()) if folder.is_dir())
        """The site's own first: it wins."""

    def has_own(self, folder: str) -> bool:
        """Whether the site has a folder of templates of its own beside the theme's of that name."""
        return any((own / folder).is_dir() for own in self.folders if own != default_theme())

    def static_files(self) -> Iterator[tuple[str, Path]]:
        """(`static/…` path, file) of every static file, sorted; the site's win over the theme's."""
        found: dict[str, Path] = {}
        for folder in reversed(self.folders):
            for file in (folder / STATIC).rglob("*"):
                if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts):
                    found[file.relative_to(folder).as_posix()] = file
        yield from sorted(found.items())

    def digest(self) -> str:
        """Changes with any file of the theme or of the site's templates, whatever a template might include."""
        seen = sha256()
        for number, folder in enumerate(self.folders):
            for file in _walk(folder):
                name = f"{number}/{file.relative_to(folder).as_posix()}"
                seen.update(f"{name}\0{file.stat().st_size}\0".encode("utf-8", "surrogateescape") + file.read_bytes())
        return seen.hexdigest()

    def looks(self) -> str:
        """Changes with any edit of these files, even one that was taken back."""
        there = ((file, file.stat()) for folder in self.folders for file in _walk(folder))
        return digest([(str(file), one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for file, one in there])


def refuse_unreadable(project: Project) -> None:
    """Raises ProblemsFound where a file or folder of the site's templates cannot be read."""
    own = project.templates
    try:
        for file in _walk(own) if os.path.lexists(own) else ():
            if not os.access(file, os.R_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
    except OSError as error:
        place = Path(error.filename)
        what = "folder" if place == own or os.path.isdir(place) else "file"  # noqa: PTH112 — it never raises
        problem = Problem(
            path=project.relative(place),
            code="unreadable",
            message=f"the {what} cannot be read: {error.strerror}",
            cure="give yourself the right to read it, or take it away",
        )
        raise ProblemsFound([problem]) from error


def _walk(folder: Path, above: tuple[str, ...] = ()) -> Iterator[Path]:
    """Every file below, through linked folders too, as a template may include them; `above` are the folders in which
    this one lies, as a link may lead round in a circle. Raises OSError."""
    here = os.path.realpath(folder)
    for path in sorted(folder.iterdir()) if here not in above else ():
        if path.is_dir():
            yield from _walk(path, (*above, here))
        elif path.is_file():
            yield path

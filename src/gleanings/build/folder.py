"""Where the site may go: a folder of its own, which neither is nor holds nor stands in what a person wrote."""

from __future__ import annotations

import os
from pathlib import Path

from gleanings.problems import GleaningsError, UsageError
from gleanings.project import Project


def refuse_odd_folder(folder: Path, project: Project) -> None:
    """The output must not be, hold or stand in what a person wrote."""
    out, sources = _real(folder), {_real(source): source for source in project.sources}
    if _real(project.root).is_relative_to(out):
        raise UsageError(f"--out {folder} holds the site itself (name a folder of its own)")
    for real, source in sources.items():
        if out.is_relative_to(real):
            raise UsageError(f"--out {folder} lies in {project.relative(source)}/ (name a folder of its own)")
    for inside in _list_folder(folder):
        if inside.is_symlink() and any(_real(inside).is_relative_to(real) for real in sources):
            raise UsageError(f"{inside} leads to {_real(inside)}, which is no output (take the link away)")


def _real(path: Path) -> Path:
    """Without links; one that leads round in a circle stays one."""
    return Path(os.path.realpath(path))


def _list_folder(folder: Path) -> list[Path]:
    """What lies in the output folder, if there is one."""
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        if folder.is_symlink():
            raise UsageError(
                f"{folder} is a link that leads nowhere (make the folder, or take the link away)"
            ) from None
        return []
    except NotADirectoryError:
        raise UsageError(f"{folder} is no folder (move it away, or name another with --out)") from None
    except PermissionError as error:
        raise GleaningsError(
            f"{folder} cannot be read: {error.strerror} (give yourself the right to read it)"
        ) from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be the folder: {error.strerror} (name another with --out)") from None

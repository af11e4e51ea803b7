"""One run at a time writes to a site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gleanings.problems import GleaningsError, SiteLocked
from gleanings.project import Project


@contextmanager
def hold(project: Project, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the site for the length of the block, waiting up to `wait_seconds` for another run to end.

    The operating system lets go of the lock when its process ends, however it ends. Raises SiteLocked.
    """
    from filelock import FileLock, Timeout

    try:
        project.state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(project.lock_file)
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise SiteLocked(f"another run of gleanings holds {project.root} (wait for it to end)") from None
    except OSError as error:
        raise GleaningsError(f"{project.state} cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()

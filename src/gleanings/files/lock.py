"""One run at a time writes to a site."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from gleanings.files.atomic import clear_up
from gleanings.problems import GleaningsError, SiteLocked
from gleanings.project import Project

_AGAIN_SECONDS = 0.05


@contextmanager
def hold(project: Project, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the site for the length of the block, waiting up to `wait_seconds` for another run to end; what a killed
    one left among a person's files is cleared first.

    The operating system lets go of the lock when its process ends, however it ends. Raises SiteLocked.
    """
    try:
        project.state.mkdir(parents=True, exist_ok=True)
        let_go = _take(project.lock_file, wait_seconds)
    except TimeoutError:
        raise SiteLocked(f"another run of gleanings holds {project.root} (wait for it to end)") from None
    except OSError as error:
        raise GleaningsError(f"{project.state} cannot be written: {error.strerror}") from error
    try:
        clear_up(project.content)
        for folder in (project.root, project.state):
            clear_up(folder, below=False)
        yield
    finally:
        let_go()


def _take(file: Path, wait_seconds: float) -> Callable[[], None]:
    """Lock a file, and give what lets go of it. Raises TimeoutError, and OSError where the file cannot be opened."""
    if os.name == "posix":
        try:
            return _flock(file, wait_seconds)
        except OSError as error:
            if error.errno != errno.ENOSYS:
                raise
    # Other systems, and the few file systems without flock. It takes as long to load as a small build does.
    from filelock import FileLock

    lock = FileLock(file)
    lock.acquire(timeout=wait_seconds)
    return lock.release


def _flock(file: Path, wait_seconds: float) -> Callable[[], None]:
    """The lock of POSIX systems, which filelock takes there as well."""
    until = monotonic() + wait_seconds
    while (taken := _flock_now(file)) is None:
        if monotonic() >= until:
            raise TimeoutError
        sleep(_AGAIN_SECONDS)
    return lambda: _unlock(taken)


def _flock_now(file: Path) -> int | None:
    """The locked file, open; None while another run holds it."""
    import fcntl

    opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Somebody may have deleted the file since: a lock without a name keeps nobody out.
        if os.fstat(opened).st_nlink:
            return opened
    except BlockingIOError:
        pass
    except BaseException:
        os.close(opened)
        raise
    os.close(opened)
    return None


def _unlock(taken: int) -> None:
    import fcntl

    # Closing would not do: a child of this process may have the file open too.
    fcntl.flock(taken, fcntl.LOCK_UN)
    os.close(taken)

"""How a long run shows itself on a terminal: one line that says what is going on; nothing anywhere else."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from gleanings.fetch.reports import Report
from gleanings.identity import host_label


class Silence:
    """For pipes, files and `--json`."""

    def began(self, url: str) -> None:
        """Nothing."""

    def ended(self, report: Report) -> None:
        """Nothing."""

    def __enter__(self) -> Silence:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing."""


class ProgressLine:
    """Running, done and failed feeds, on a terminal."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._progress = Progress(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("", total=total)
        self._running: dict[str, None] = {}
        self._failed = 0
        self._guard = threading.Lock()

    def began(self, url: str) -> None:
        """A feed is being asked for."""
        with self._guard:
            self._running[url] = None
            self._show()

    def ended(self, report: Report) -> None:
        """A feed is done with."""
        with self._guard:
            self._running.pop(report.url, None)
            self._failed += report.verdict.outcome in ("failed", "gone")
            self._progress.advance(self._task)
            self._show()

    def _show(self) -> None:
        hosts = list(dict.fromkeys(host_label(url) for url in self._running))
        more = f" and {len(hosts) - 3} more" if len(hosts) > 3 else ""
        parts = [f"waiting for {', '.join(hosts[:3])}{more}" if hosts else ""]
        parts.append(f"{self._failed} failed" if self._failed else "")
        self._progress.update(self._task, description=" · ".join(part for part in parts if part))

    def __enter__(self) -> ProgressLine:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


def show_progress(total: int, *, quiet: bool) -> Silence | ProgressLine:
    """A line on a terminal, silence elsewhere."""
    return Silence() if quiet or not total or not sys.stderr.isatty() else ProgressLine(total)

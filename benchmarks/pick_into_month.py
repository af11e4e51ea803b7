"""`pick` into a month of 150 entries, start-up included.

    python benchmarks/pick_into_month.py [ENTRIES [MONTHS]]

Prints the seconds of ten runs of the command line; MONTHS of an archive beside it (none unless said) are searched for
repeats.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from gleanings.fetch.inbox.store import Store
from gleanings.identity import work_key
from gleanings.model import Candidate
from gleanings.project import Project

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RUNS = 10


def month(name: str, entries: int) -> str:
    """A month's file of so many entries with notes of four lines."""
    note = "      A few honest sentences about why it was worth the hour that it took to read.\n" * 4
    return "entries:\n" + "\n".join(
        f"  - url: https://example.org/{name}/{number}\n    title: Title number {number}\n"
        f"    authors: [Ada One, Bob Two]\n    note: |\n{note}"
        for number in range(entries)
    )


def make_site(root: Path, *, entries: int, months: int) -> list[str]:
    """A site with a month, an archive and an inbox; returns the candidates' ids."""
    (root / "content").mkdir(parents=True)
    (root / "site.yaml").write_text("title: Bench\nurl: https://example.org/\n", encoding="utf-8")
    (root / "content/2026-11.yaml").write_text(month("2026-11", entries), encoding="utf-8")
    for number in range(months):
        name = f"{2016 + number // 12}-{number % 12 + 1:02}"
        (root / f"content/{name}.yaml").write_text(month(name, 40), encoding="utf-8")
    with Store.open(Project(root).inbox_file) as store:
        with store.transaction():
            for number in range(RUNS):
                url = f"https://letters.example/p/{number}"
                new = Candidate(id="", feed=None, url=url, title=f"Letter {number}", first_seen=NOW)
                store.insert_link(url, work_key(url), new, picked=False)
        return [new.id for new in store.candidates()]


def main(entries: int = 150, months: int = 0) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ids = make_site(Path(folder), entries=entries, months=months)
        took = []
        for one in ids:
            began = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "gleanings", "-C", folder, "pick", one],
                env={**os.environ, "GLEANINGS_NOW": NOW.isoformat()},
                capture_output=True,
                check=True,
            )
            took.append(time.perf_counter() - began)
    print(f"{entries} entries, {months} other months: best {min(took):.3f} s, worst {max(took):.3f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

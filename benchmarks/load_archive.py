"""Loading and checking an archive: 120 months of 40 entries, 9.5 MB of YAML, in one process.

    python benchmarks/load_archive.py [MONTHS [ENTRIES]]

Prints the seconds of three runs of each step, in fresh processes.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = [
    "reading", "writing", "feed", "paper", "model", "attention", "sparse", "routing", "layer", "margin", "note",
    "footnote", "index", "archive", "link", "month", "author", "sentence", "page", "column", "type", "rule",
    "paragraph", "proof", "theorem", "sample", "token", "cache", "memory", "disk", "server", "client",
]  # fmt: skip

TIMED = """
import sys, time
from pathlib import Path
from gleanings.project import Project
start = time.perf_counter()
from gleanings.curate.library import read_library
from gleanings.curate.rules import find_house_rule_problems
project = Project(Path(sys.argv[1]))
imported = time.perf_counter()
reading = read_library(project)
read = time.perf_counter()
found = find_house_rule_problems(reading.library, project)
done = time.perf_counter()
entries = sum(1 for roundup in reading.library.roundups for _ in roundup.walk_entries())
print(f"imports {imported - start:.3f}  read {read - imported:.3f}  rules {done - read:.3f}  "
      f"together {done - start:.3f} s   {entries} entries, {len(reading.problems) + len(found)} findings")
"""


def sentence(dice: random.Random) -> str:
    words = " ".join(dice.choices(WORDS, k=dice.randint(8, 18)))
    return f"{words.capitalize()}."


def note(dice: random.Random, number: int) -> list[str]:
    """Some 1,600 letters of Markdown: paragraphs, a nested list, code, a footnote, now and then a quotation."""
    lines = [" ".join(sentence(dice) for _ in range(3)) for _ in range(3)]
    lines = [line for paragraph in lines for line in (paragraph, "")]
    lines += [
        f"- {sentence(dice)}",
        f"  1. `{dice.choice(WORDS)}[{number}]` {sentence(dice)}",
        f"  2. {sentence(dice)}",
    ]
    lines += [f"- See [{dice.choice(WORDS)}](https://example.com/{number}/more?page={number}).[^1]", ""]
    if number % 7 == 0:
        lines += [f"> {sentence(dice)}", ""]
    lines += [sentence(dice), "", f"[^1]: {sentence(dice)}"]
    while sum(map(len, lines)) < 1580:
        lines[-3:-3] = [sentence(dice), ""]
    return lines


def entry(dice: random.Random, number: int) -> str:
    kind = dice.choice(("paper", "article", "repo"))
    lines = [
        f"  - url: https://example.org/{kind}/{number}",
        f"    title: {' '.join(dice.choices(WORDS, k=5)).capitalize()} {number}",
        f"    authors: [Ada {dice.choice(WORDS).capitalize()}, Ben {dice.choice(WORDS).capitalize()}]",
        f"    source: {dice.choice(WORDS).capitalize()}",
        f"    published: 20{dice.randint(10, 26)}-0{dice.randint(1, 9)}",
        f"    kind: {kind}",
        f"    tags: [{', '.join(dice.sample(WORDS, 2))}]",
        "    links:",
        f"      code: https://example.net/code/{number}",
        "    note: |",
    ]
    return "\n".join([*lines, *(f"      {line}".rstrip() for line in note(dice, number))]) + "\n\n"


def write_archive(folder: Path, *, months: int, entries: int) -> int:
    """Writes a site of that size; returns the bytes of its YAML."""
    dice = random.Random(11)
    (folder / "content").mkdir(parents=True)
    (folder / "site.yaml").write_text("title: Archive\nurl: https://archive.example/\n", encoding="utf-8")
    size = 0
    for month in range(months):
        body = "".join(entry(dice, month * entries + number) for number in range(entries))
        name = f"{2000 + month // 12}-{month % 12 + 1:02}.yaml"
        size += (folder / "content" / name).write_text(f"intro: {sentence(dice)}\nentries:\n{body}", encoding="utf-8")
    return size


def main() -> None:
    months, entries = (int(word) for word in [*sys.argv[1:], "120", "40"][:2])
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        size = write_archive(site, months=months, entries=entries)
        print(f"{months} months × {entries} entries, {size / 1e6:.1f} MB")
        for _ in range(3):
            subprocess.run([sys.executable, "-c", TIMED, str(site)], check=True)


if __name__ == "__main__":
    main()

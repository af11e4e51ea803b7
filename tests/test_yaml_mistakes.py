"""One slip at every key of an ordinary month: the message must name the line of the slip, whatever it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from gleanings.curate.keys import ENTRY, ROUNDUP, SECTION
from gleanings.files.desk import Desk
from gleanings.files.shape import Shape
from gleanings.files.traps.trouble import KEYS
from gleanings.files.yaml import compose
from gleanings.problems import ProblemsFound
from gleanings.settings import AUTHOR, GOAL, NAV_ITEM, SERIES, SITE
from gleanings.subscriptions import FEED, FEEDS

MONTH = """\
subtitle: The shape of a page
number: 4
summary: >-
  A holiday issue on type, margins and paragraphs: it's short.
intro: |
  Half of us were away, "mostly", so this is a short month.

  - One thing: another.

entries:
  # The first one
  - url: https://example.org/one
    id: one
    title: A handbook
    authors: [Ada Lovelace, Ben]
    kind: book
    read: 2026-08-04
    pick: The book that improved the page.
    note: |
      A book on \\alpha type: its own best example.

      > It's "quoted", here

  - url: https://example.org/two
    title: "Lines: an essay"
    source: 'Essays & more'
    links:
      code: {url: https://example.org/code, title: The code}
      video: https://example.org/video
    tags: [type, lines]
    note: Short, don't skip.

  - https://example.org/bare

sections:
  - title: Off topic
    intro: Two more.
    entries:
      - url: https://example.org/three
        title: Three
        published: 1981-11
        quotes:
          - text: Some words.
            by: Cy
            note: Indeed.
          - Other words.
        related:
          - url: https://example.org/four
            title: Four
            note: Shorter.
          - A sentence below.
  - title: Last
    style: list
    entries: [https://example.org/five]
outro: See you.
"""
LINES = MONTH.splitlines()
KEY = re.compile(r"(?P<start> *(?:- )?)(?P<key>\w+): (?P<value>.+)")
Slip = Callable[[re.Match[str]], str | None]


def _plain(found: re.Match[str]) -> bool:
    return found["value"][0] not in "\"'[{|>"


def _moved(found: re.Match[str], by: int) -> str | None:
    line = found[0]
    return f" {line}" if by > 0 else (line[1:] if line.startswith("  ") else None)


SLIPS: dict[str, Slip] = {
    "a colon in the text": lambda found: f"{found[0]}: more" if _plain(found) else None,
    "an opening double quote": lambda found: (
        f'{found["start"]}{found["key"]}: "{found["value"]}' if _plain(found) else None
    ),
    "an opening single quote": lambda found: (
        f"{found['start']}{found['key']}: '{found['value']}" if _plain(found) else None
    ),
    "a closing bracket lost": lambda found: found[0][:-1] if found["value"][-1] in "]}" else None,
    "a closing quote lost": lambda found: found[0][:-1] if found["value"][-1] in "\"'" else None,
    "an opening quote lost": lambda found: (
        f"{found['start']}{found['key']}: {found['value'][1:]}"
        if ": " in found["value"][1:] and found["value"][0] in "\"'"
        else None
    ),
    "no space behind the colon": lambda found: (
        f"{found['start']}{found['key']}:{found['value']}" if found["value"][0] not in "|>" else None
    ),
    "no space behind the dash": lambda found: found[0].replace("- ", "-", 1) if "- " in found["start"] else None,
    "a tab before the key": lambda found: "\t" + found[0].lstrip() if found["start"] else None,
    "one space too many": lambda found: _moved(found, 1),
    "one space too few": lambda found: _moved(found, -1),
    "a letter too many in the key": lambda found: (
        f"{found['start']}{found['key']}{found['key'][-1]}: {found['value']}"
    ),
}
for mark in "@*&%`{[!|>":
    SLIPS[f"{mark} at the start of the text"] = lambda found, mark=mark: (  # type: ignore[misc]
        f"{found['start']}{found['key']}: {mark}{found['value']}" if _plain(found) else None
    )


def _places() -> Iterator[tuple[int, re.Match[str]]]:
    """Every key with a value, outside block texts and `links:`, whose roles are the person's own words."""
    deeper_than: int | None = None
    for number, line in enumerate(LINES):
        indent = len(line) - len(line.lstrip())
        if deeper_than is not None and (not line.strip() or indent > deeper_than):
            continue
        deeper_than = indent if line.endswith(("|", ">-")) else None
        found = KEY.fullmatch(line)
        if found and found["key"] not in ("code", "video"):
            yield number, found


def _find_lines(text: str) -> list[int | None]:
    desk = Desk("x.yaml", text)
    try:
        node = compose(text, "x.yaml")
        assert node is not None
        ROUNDUP.read(node, desk)
    except ProblemsFound as found:
        return [problem.line for problem in found.problems]
    return [problem.line for problem in desk.problems]


def test_the_month_itself_is_right() -> None:
    assert _find_lines(MONTH) == []


@pytest.mark.parametrize("name", SLIPS)
def test_the_message_names_the_line_of_the_slip(name: str) -> None:
    wrong = []
    tried = 0
    for number, found in _places():
        slip = SLIPS[name](found)
        if slip is None:
            continue
        tried += 1
        told = _find_lines("\n".join([*LINES[:number], slip, *LINES[number + 1 :]]) + "\n")
        if told[:1] != [number + 1]:
            wrong.append(f"line {number + 1} {slip!r}: told {told}")
    assert tried
    assert wrong == []


@pytest.mark.parametrize("shape", [ROUNDUP, SECTION, ENTRY, SITE, AUTHOR, SERIES, GOAL, NAV_ITEM, FEEDS, FEED])
def test_the_traps_know_every_key_of_every_file(shape: Shape) -> None:
    assert {spelling for key in shape.keys for spelling in (key.name, *key.aliases)} <= KEYS

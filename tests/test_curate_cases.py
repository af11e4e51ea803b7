"""Whole files beside what `check` finds in them; the cases are in tests/curate_cases/."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gleanings.curate.library import read_library
from gleanings.curate.rules import find_house_rule_problems
from gleanings.problems import Problem
from gleanings.project import Project

CASES = Path(__file__).parent / "curate_cases"
SITE = {
    "site.yaml": "title: A site\nurl: https://site.example/\n",
    "content/media/there.png": "",
    "content/pages/about.md": "# About\n\nUs.\n",
    "content/2026-01.yaml": (
        "title: Earlier\n"
        "entries:\n"
        "  - url: https://old.example/piece\n"
        "    title: Old work\n"
        "  - {url: 'https://wanted.example/book', status: want}\n"
    ),
}


def load_cases(name: str) -> list[object]:
    """Blocks of a file, divided by lines with one dot; the first line of each names it."""
    text = (CASES / f"{name}.md").read_bytes().decode("utf-8").partition("\n\n")[2]
    pieces = re.split(r"^\.\n", text, flags=re.MULTILINE)
    step = 2 if name == "odd_but_right" else 3
    return [
        pytest.param(*pieces[at + 1 : at + step], id=pieces[at].strip())
        for at in range(0, len(pieces) - step + 1, step)
    ]


def find_problems(folder: Path, text: str) -> list[Problem]:
    """Everything found in a site whose roundup of November is `text`."""
    for name, content in {**SITE, "content/2026-11.yaml": text}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode("utf-8"))
    project = Project(folder)
    reading = read_library(project)
    found = (*reading.problems, *find_house_rule_problems(reading.library, project))
    return sorted(found, key=lambda problem: problem.sort_key)


def shown(problems: list[Problem]) -> str:
    assert all(problem.path == "content/2026-11.yaml" for problem in problems)
    return "".join(
        f"{problem.line}:{problem.column} {problem.code}: {problem.message} → {problem.cure}\n"
        for problem in problems
    )


@pytest.mark.parametrize(("text", "expected"), load_cases("yaml_traps"))
def test_a_trap_of_yaml_is_explained_by_the_line_that_began_it(text: str, expected: str, tmp_path: Path) -> None:
    problems = find_problems(tmp_path, text)
    assert shown(problems) == expected


@pytest.mark.parametrize(("text", "expected"), load_cases("wrong_keys"))
def test_a_wrong_key_or_value_is_named_with_its_cure(text: str, expected: str, tmp_path: Path) -> None:
    problems = find_problems(tmp_path, text)
    assert shown(problems) == expected
    assert all(problem.severity == "error" for problem in problems)


@pytest.mark.parametrize(("text", "expected"), load_cases("house_rules"))
def test_what_a_careful_editor_objects_to_is_a_warning(text: str, expected: str, tmp_path: Path) -> None:
    problems = find_problems(tmp_path, text)
    assert shown(problems) == expected
    assert all(problem.severity == "warning" for problem in problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "entries:\n  - url: https://e.org\n\xa0\xa0\xa0 title: x\n",
            '3:1 invisible: a no-break space (U+00A0) stands at the key "title" → write a space, or delete it\n',
            id="before-a-key",
        ),
        pytest.param(
            "entries:\n  -\xa0https://e.org\n",
            '2:3 type: a list of entries, each with a dash is wanted under "entries", and this is the text '
            '"- https://e.org" → write a plain space behind each dash; there is a no-break space (U+00A0)\n',
            id="behind-a-dash",
        ),
    ],
)
def test_an_invisible_letter_that_yaml_takes_for_text_is_named(text: str, expected: str, tmp_path: Path) -> None:
    assert shown(find_problems(tmp_path, text)) == expected


ODD_BYTES = [
    pytest.param("", id="an empty file"),
    pytest.param("\ufefftitle: x\nentries:\n  - A sentence.\n", id="a byte order mark"),
    pytest.param(
        "title: x\r\nentries:\r\n  - url: https://e.org/a\r\n    note: |\r\n      One.\r\n\r\n      Two.\r\n",
        id="windows line ends",
    ),
    pytest.param("title: x\rentries:\r  - A sentence.\r", id="old line ends"),
    pytest.param("entries:\n  - https://e.org/a", id="no final newline"),
    pytest.param(
        "title: “Noël” früh\nintro: 日本語の文。 🎉 \u2028 and \x85 too.\nentries:\n  - title: 日本\n"
        "    url: https://日本.example/ß?q=ü\n  - title: Ещё\n    url: https://e.org/%D0%95\n",
        id="other letters",
    ),
]


@pytest.mark.parametrize("text", [*load_cases("odd_but_right"), *ODD_BYTES])
def test_what_looks_odd_and_is_right_passes_without_a_word(text: str, tmp_path: Path) -> None:
    assert find_problems(tmp_path, text) == []

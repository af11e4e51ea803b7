"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from gleanings.patterns import later


def test_it_answers_as_the_compiled_pattern_does() -> None:
    pattern, compiled = later(r"(?P<word>\w+)-(\d)", re.IGNORECASE), re.compile(r"(?P<word>\w+)-(\d)", re.IGNORECASE)
    text = "A-1 and b-2"
    assert [found.groups() for found in pattern.finditer(text)] == [
        found.groups() for found in compiled.finditer(text)
    ]
    assert pattern.sub(r"\2", text) == compiled.sub(r"\2", text)
    assert (pattern.pattern, pattern.flags, pattern.groupindex) == (
        compiled.pattern,
        compiled.flags,
        compiled.groupindex,
    )


def test_bytes_are_searched_by_patterns_of_bytes() -> None:
    found = later(rb"b+").search(b"abba")
    assert found is not None
    assert found[0] == b"bb"


def test_a_wrong_expression_is_told_when_it_is_first_used() -> None:
    pattern = later("(")
    with pytest.raises(re.error):
        pattern.search("")


def test_every_pattern_of_the_program_can_be_compiled() -> None:
    code = (
        "import importlib, pkgutil, re, gleanings, gleanings.patterns\n"
        "gleanings.patterns.later = re.compile\n"
        "for found in pkgutil.walk_packages(gleanings.__path__, 'gleanings.'):\n"
        "    if not found.name.endswith('__main__'):\n"
        "        importlib.import_module(found.name)\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)

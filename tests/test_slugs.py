"""Addresses are promises: what these texts become never changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.slugs import slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Machine learning", "machine-learning"),
        ("C++", "cpp"),
        ("C#", "c-sharp"),
        ("C", "c"),
        ("It’s 5 o'clock", "its-5-oclock"),
        ("Noël früh, straße", "noel-fruh-strasse"),
        ("Ещё", "eshche"),
        ("日本", "ri-ben"),
        ("R&D", "r-d"),
        ("&amp; Sons", "amp-sons"),
        ("1,000 true fans", "1000-true-fans"),
        ("–", "x-d4f85d36"),
        ("😀", "x-f0443a34"),
        ("  --a__b--  ", "a-b"),
    ],
)
def test_a_text_has_the_slug_it_always_had(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_a_very_long_text_has_a_slug_that_a_file_can_be_named_by() -> None:
    one, other = slug("word " * 60), slug("word " * 60 + "end")
    assert one.startswith("word-word-")
    assert max(len(one), len(other)) < 220
    assert one != other


@given(st.text())
def test_a_slug_is_never_empty_and_needs_no_escape(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug(text))


@given(st.text())
def test_a_slug_of_a_slug_is_itself(text: str) -> None:
    assert slug(slug(text)) == slug(text)

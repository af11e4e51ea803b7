"""Long plain text made short: descriptions, excerpts, names for what has none."""

from __future__ import annotations

import pytest

from gleanings.render.prose.shortening import clip, name_from

HAN = "今月読んだ論文の中で一番面白かったのは注意機構についてのものです。" * 8


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Short enough.", "Short enough.", id="short"),
        pytest.param("One two three, four five.", "One two three, four…", id="at-a-word"),
        pytest.param(f"See https://example.org/{'a' * 40}", "See https://example…", id="a-word-longer-than-the-room"),
        pytest.param(HAN, f"{HAN[:19]}…", id="no-spaces"),
    ],
)
def test_text_is_cut_behind_a_word_where_there_are_words(text: str, shown: str) -> None:
    assert clip(text, 20) == shown


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("Just some news.", "Just some news.", id="all-of-it"),
        pytest.param("a b c d e f g h i j", "a b c d e f g h i…", id="nine-words"),
        pytest.param(" \n", "", id="nothing"),
        pytest.param(HAN, f"{HAN[:44]}…", id="no-spaces"),
    ],
)
def test_what_has_no_title_is_named_by_its_first_words(text: str, name: str) -> None:
    assert name_from(text) == name

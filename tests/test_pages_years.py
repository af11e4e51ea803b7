"""Goals and their pace, counts and sentences of a year."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.render.indexes.charts import busiest, month_bars, months_in_words, ranked
from gleanings.render.indexes.years import describe_pace


@pytest.mark.parametrize(
    ("count", "done", "until", "words"),
    [
        pytest.param(52, 31, date(2026, 8, 31), "four behind the pace", id="behind-in-august"),
        pytest.param(52, 40, date(2026, 8, 31), "five ahead of the pace", id="ahead-in-august"),
        pytest.param(52, 26, date(2026, 7, 2), "on pace", id="half-at-half"),
        pytest.param(52, 52, date(2026, 11, 30), "reached", id="reached"),
        pytest.param(52, 54, date(2026, 11, 30), "reached, and two more", id="more"),
        pytest.param(52, 50, date(2026, 12, 31), "two short", id="year-over"),
    ],
)
def test_the_pace_is_told_in_words(count: int, done: int, until: date, words: str) -> None:
    assert describe_pace(count, done, until) == words


@given(st.dictionaries(st.integers(1, 12), st.integers(0, 500)))
def test_twelve_marks_whatever_was_read_and_the_longest_is_whole(counts: dict[int, int]) -> None:
    bars = month_bars(counts)
    assert len(bars) == 12
    assert all(0 <= bar.share <= 1 for bar in bars)
    assert max(bar.share for bar in bars) == (1 if any(counts.values()) else 0)


def test_a_ranking_settles_ties_by_name_and_says_what_it_leaves_out() -> None:
    counts = Counter({f"name {number:02}": 1 for number in range(20)} | {"most": 3})
    chart = ranked("x", "By x", counts, {})
    assert [bar.label for bar in chart.bars][:3] == ["most", "name 00", "name 01"]
    assert chart.sentence == "Most often most: 3. The 12 most frequent of 21."


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        pytest.param({"paper": 4, "post": 2}, "Most often paper: 4.", id="one"),
        pytest.param({"paper": 4, "talk": 4, "post": 4}, "Most often paper, post and talk: 4.", id="three"),
        pytest.param(dict.fromkeys("abcd", 2), "4 share the first place: 2 each.", id="more-than-are-named"),
        pytest.param({"paper": 1, "post": 1}, "None more than once.", id="all-once"),
        pytest.param({"other": 9, "paper": 2}, "Most often paper: 2.", id="what-has-no-kind-leads"),
        pytest.param({"other": 9}, "", id="nothing-else"),
    ],
)
def test_a_ranking_says_what_leads(counts: dict[str, int], sentence: str) -> None:
    assert ranked("kinds", "By kind", counts, {}, nameless="other").sentence == sentence


def test_marks_are_said_in_words() -> None:
    assert months_in_words({1: 4, 3: 11, 5: 0}) == "January 4, March 11"
    assert busiest({1: 4, 3: 4, 2: 1}) == "Most in January and March: 4."
    assert busiest({}) == ""

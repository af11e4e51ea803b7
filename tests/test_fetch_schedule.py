"""When the next look is due, from what a server said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.fetch.poll.schedule import (
    BROKEN_STEPS,
    REFUSED_STEPS,
    find_freshness,
    is_due,
    next_look,
    next_look_after_failure,
    steps_for_status,
)
from gleanings.fetch.retrieve.headers import Headers
from gleanings.fetch.retrieve.peace import find_host_pause, find_retry_after

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def headers(**values: str) -> Headers:
    return Headers(tuple((name.replace("_", "-"), value) for name, value in values.items()))


@pytest.mark.parametrize(
    ("told", "fresh"),
    [
        pytest.param({"cache_control": "max-age=86400"}, DAY, id="max-age"),
        pytest.param({"cache_control": "max-age=86400", "age": "3600"}, 23 * HOUR, id="less-its-age"),
        pytest.param({"cache_control": 'public, max-age="600"'}, timedelta(minutes=10), id="in-quotes"),
        pytest.param({"cache_control": "MAX-AGE=60, max-age=9"}, timedelta(minutes=1), id="first-of-two"),
        pytest.param({"cache_control": "max-age=99999999999"}, 7 * DAY, id="seven-days-at-most"),
        pytest.param({"cache_control": "max-age=0"}, timedelta(0), id="zero"),
        pytest.param({"cache_control": "no-cache, max-age=9999"}, None, id="no-cache"),
        pytest.param({"cache_control": "max-age=abc"}, None, id="junk"),
        pytest.param({"cache_control": "max-age=60", "age": "3600"}, timedelta(0), id="too-old"),
        pytest.param({"expires": "Fri, 20 Nov 2026 14:00:00 GMT"}, 2 * HOUR, id="expires"),
        pytest.param(
            {"expires": "Fri, 20 Nov 2026 14:00:00 GMT", "date": "Fri, 20 Nov 2026 13:00:00 GMT"},
            HOUR,
            id="expires-by-the-server-s-clock",
        ),
        pytest.param(
            {"expires": "Fri, 20 Nov 2026 14:00:00 GMT", "cache_control": "max-age=60"},
            timedelta(minutes=1),
            id="max-age-beats-expires",
        ),
        pytest.param({"expires": "Fri, 20 Nov 2020 14:00:00 GMT"}, None, id="expired"),
        pytest.param({"expires": "0"}, None, id="expires-zero"),
        pytest.param({"expires": "-1"}, None, id="expires-minus-one"),
        pytest.param({}, None, id="silence"),
    ],
)
def test_freshness_is_what_the_server_says(told: dict[str, str], fresh: timedelta | None) -> None:
    assert find_freshness(headers(**told), now=NOW) == fresh


@pytest.mark.parametrize(
    ("value", "delay"),
    [
        pytest.param("3600", HOUR, id="seconds"),
        pytest.param("Fri, 20 Nov 2026 13:30:00 GMT", 1.5 * HOUR, id="date"),
        pytest.param("-5", None, id="negative"),
        pytest.param("soon", None, id="word"),
        pytest.param("", None, id="empty"),
        pytest.param("99999999999", 31 * DAY, id="absurd"),
        pytest.param("Fri, 20 Nov 2099 13:30:00 GMT", 31 * DAY, id="absurd-date"),
        pytest.param("Fri, 20 Nov 2020 13:30:00 GMT", None, id="past"),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, delay: timedelta | None) -> None:
    assert find_retry_after(headers(retry_after=value), now=NOW) == delay


def test_a_retry_after_date_counts_from_the_server_s_own_clock() -> None:
    told = headers(retry_after="Fri, 20 Nov 2026 14:00:00 GMT", date="Fri, 20 Nov 2026 13:00:00 GMT")
    assert find_retry_after(told, now=NOW) == HOUR


@pytest.mark.parametrize(
    ("options", "wait"),
    [
        pytest.param({}, HOUR, id="an-hour"),
        pytest.param({"has_validators": False}, DAY, id="a-day-without-validators"),
        pytest.param({"interval_hours": 6}, 6 * HOUR, id="longer"),
        pytest.param({"interval_hours": 0}, HOUR, id="never-shorter"),
        pytest.param({"interval_hours": 1, "has_validators": False}, HOUR, id="a-person-s-word-for-a-day"),
        pytest.param({"ttl_minutes": 1440}, DAY, id="ttl"),
        pytest.param({"ttl_minutes": 0}, HOUR, id="ttl-zero"),
        pytest.param({"ttl_minutes": 99_999_999}, DAY, id="ttl-a-day-at-most"),
        pytest.param({"ttl_minutes": -3}, HOUR, id="ttl-negative"),
    ],
)
def test_our_own_interval(options: dict[str, int], wait: timedelta) -> None:
    asked = {"interval_hours": None, "has_validators": True, "ttl_minutes": None, **options}
    assert next_look(NOW, Headers(), **asked) == NOW + wait  # type: ignore[arg-type]


def test_the_longest_of_all_waits_counts() -> None:
    told = headers(cache_control="max-age=7200")
    assert next_look(NOW, told, interval_hours=1, has_validators=True, ttl_minutes=60) == NOW + 2 * HOUR


def test_back_off_grows_and_stops_growing() -> None:
    waits = [next_look_after_failure(NOW, REFUSED_STEPS, failures=count) - NOW for count in range(1, 6)]
    assert waits == [DAY, 2 * DAY, 4 * DAY, 7 * DAY, 7 * DAY]
    waits = [next_look_after_failure(NOW, BROKEN_STEPS, failures=count) - NOW for count in range(1, 8)]
    assert waits == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, DAY]


@pytest.mark.parametrize(
    ("status", "host", "steps"),
    [
        (404, "a.example", REFUSED_STEPS),
        (403, "a.example", REFUSED_STEPS),
        (451, "a.example", REFUSED_STEPS),
        (500, "a.example", BROKEN_STEPS),
        (408, "a.example", BROKEN_STEPS),
        (404, "www.youtube.com", BROKEN_STEPS),
    ],
)
def test_the_status_chooses_the_table(status: int, host: str, steps: tuple[timedelta, ...]) -> None:
    assert steps_for_status(status, host=host) == steps


@pytest.mark.parametrize(
    ("status", "told", "host", "strikes", "pause"),
    [
        pytest.param(429, {"retry_after": "60"}, "a.example", 0, (timedelta(minutes=1), 0), id="said-for-how-long"),
        pytest.param(429, {}, "a.example", 0, (HOUR, 1), id="first-strike"),
        pytest.param(429, {"retry_after": "soon"}, "a.example", 2, (4 * HOUR, 3), id="third-strike"),
        pytest.param(429, {}, "a.example", 9, (DAY, 10), id="a-day-at-most"),
        pytest.param(503, {"retry_after": "60"}, "a.example", 0, (timedelta(minutes=1), 0), id="public-503"),
        pytest.param(503, {"retry_after": "60"}, "127.0.0.1", 0, None, id="private-503"),
        pytest.param(503, {"retry_after": "60"}, "rsshub.app", 0, None, id="aggregator-503"),
        pytest.param(503, {}, "a.example", 0, None, id="503-without-a-word"),
        pytest.param(403, {}, "www.reddit.com", 0, (HOUR, 1), id="reddit-means-429"),
        pytest.param(403, {}, "a.example", 0, None, id="others-mean-403"),
    ],
)
def test_a_host_that_wants_peace(
    status: int, told: dict[str, str], host: str, strikes: int, pause: tuple[timedelta, int] | None
) -> None:
    found = find_host_pause(status, headers(**told), host=host, now=NOW, strikes=strikes)
    assert found == (None if pause is None else (NOW + pause[0], pause[1]))


def test_a_clock_that_was_off_makes_nobody_wait_for_ever() -> None:
    assert is_due(NOW, next_check=NOW + 40 * DAY, last_checked=None)
    assert is_due(NOW, next_check=NOW + HOUR, last_checked=NOW + 365 * DAY)
    assert not is_due(NOW, next_check=NOW + HOUR, last_checked=NOW - HOUR)
    assert is_due(NOW, next_check=NOW, last_checked=NOW - HOUR)


@given(st.dictionaries(st.sampled_from(["cache-control", "expires", "age", "date", "retry-after"]), st.text()))
def test_no_header_makes_a_wait_negative_or_longer_than_a_month(told: dict[str, str]) -> None:
    said = Headers(tuple(told.items()))
    due = next_look(NOW, said, interval_hours=None, has_validators=True, ttl_minutes=None)
    assert HOUR <= due - NOW <= 7 * DAY
    delay = find_retry_after(said, now=NOW)
    assert delay is None or timedelta(0) <= delay <= 31 * DAY

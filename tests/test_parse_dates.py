"""Dates as feeds write them: the instant they mean, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.fetch.parse.dates import is_ahead, parse_date

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
THE_TIME = "2025-06-26T15:28:07"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("Thu, 26 Jun 2025 15:28:07 GMT", THE_TIME, id="H01-gmt"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 +0000", THE_TIME, id="H01-offset"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 UT", THE_TIME, id="H01-ut"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 Z", THE_TIME, id="H01-z"),
        pytest.param("Thu,26 Jun 2025 15:28:07 GMT", THE_TIME, id="H02-no-space"),
        pytest.param("26 Jun 25 15:28 EST", "2025-06-26T20:28:00", id="H03-two-digit-year"),
        pytest.param("26 Jun 99 15:28 GMT", "1999-06-26T15:28:00", id="H03-last-century"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 CEST", "2025-06-26T13:28:07", id="H04-cest"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 BST", "2025-06-26T14:28:07", id="H04-bst"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 JST", "2025-06-26T06:28:07", id="H04-jst"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 IST", "2025-06-26T09:58:07", id="H04-ist"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 AEST", "2025-06-26T05:28:07", id="H04-aest"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 Europe/London", "2025-06-26T14:28:07", id="H05-summer"),
        pytest.param("Sun, 26 Jan 2025 15:28:07 Europe/London", "2025-01-26T15:28:07", id="H05-winter"),
        pytest.param("2025-06-26T15:28:07.1234567Z", THE_TIME, id="H06-seven-decimals"),
        pytest.param("2025-06-26T15:28:07,123Z", THE_TIME, id="H06-comma"),
        pytest.param("2025-06-26T15:28:07+0200", "2025-06-26T13:28:07", id="H06-no-colon"),
        pytest.param("2025-06-26T15:28:07+02", "2025-06-26T13:28:07", id="H06-hours-only"),
        pytest.param("2025-06-26 15:28:07 UTC", THE_TIME, id="H07-space-and-name"),
        pytest.param("1750951687", THE_TIME, id="H11-seconds"),
        pytest.param("1750951687000", THE_TIME, id="H11-milliseconds"),
        pytest.param("20250626T152807Z", THE_TIME, id="H12-compact"),
        pytest.param("20250626152807", THE_TIME, id="H12-digits"),
        pytest.param("Jun 26, 2025 3:28 PM", "2025-06-26T15:28:00", id="H13-half-day"),
        pytest.param("Jun 26, 2025 12:28 AM", "2025-06-26T00:28:00", id="H13-after-midnight"),
        pytest.param("jeu., 26 juin 2025 15:28:07 +0200", "2025-06-26T13:28:07", id="H15-french"),
        pytest.param("2016/6/29 15:07:41", "2016-06-29T15:07:41", id="H16-slashes"),
        pytest.param("Thu, 26 Jun 2025 24:00:00 GMT", "2025-06-27T00:00:00", id="H20-midnight"),
        pytest.param("Thu, 26 Jun 2025 23:59:60 GMT", "2025-06-26T23:59:59", id="H20-leap-second"),
        pytest.param("Sun, 26 Jun 2025 15:28:07 GMT", THE_TIME, id="H22-wrong-weekday"),
        pytest.param("Sat, 21 Nov 2026 15:00:00 GMT", "2026-11-21T15:00:00", id="H24-clock-skew"),
        pytest.param("&nbsp;\n Thu,  26 Jun 2025\n15:28:07 GMT ", THE_TIME, id="H27-wrapped"),
        pytest.param("<![CDATA[Thu, 26 Jun 2025 15:28:07 GMT]]>", THE_TIME, id="H27-cdata"),
        pytest.param("Thu Jun 26 15:28:07 UTC 2025", THE_TIME, id="unix-date"),
        pytest.param("Thursday, 26-Jun-25 15:28:07 GMT", THE_TIME, id="rfc-850"),
        pytest.param("Thu, 26 Jun 2025 15:28:07 +0000 (UTC)", THE_TIME, id="comment-behind"),
        pytest.param("Mon, June 26, 2017 3:41 PM EDT", "2017-06-26T19:41:00", id="american-with-zone"),
    ],
)
def test_a_time_is_read_in_utc(written: str, expected: str) -> None:
    found = parse_date(written, now=NOW)
    assert found is not None
    assert (found.when.isoformat(), found.precision) == (f"{expected}+00:00", "time")


@pytest.mark.parametrize(
    ("written", "expected", "precision"),
    [
        pytest.param("2025-06-26", "2025-06-26", "day", id="H09-iso"),
        pytest.param("2025-06", "2025-06-01", "month", id="H10-month"),
        pytest.param("2025", "2025-01-01", "year", id="H10-year"),
        pytest.param("June 26, 2025", "2025-06-26", "day", id="H13-american"),
        pytest.param("26 June 2025", "2025-06-26", "day", id="H13-british"),
        pytest.param("26/06/2025", "2025-06-26", "day", id="H14-only-one-reading"),
        pytest.param("Do, 26 Jun 2025", "2025-06-26", "day", id="H15-german"),
        pytest.param("26 июня 2025", "2025-06-26", "day", id="H15-russian"),
        pytest.param("2025年6月26日", "2025-06-26", "day", id="H15-japanese"),
        pytest.param("26 de junio de 2025", "2025-06-26", "day", id="H15-spanish"),
        pytest.param("2025-177", "2025-06-26", "day", id="H17-day-of-year"),
        pytest.param("Published: 2025-06-26", "2025-06-26", "day", id="H27-label"),
    ],
)
def test_a_date_without_a_time_keeps_its_precision_and_its_day(written: str, expected: str, precision: str) -> None:
    found = parse_date(written, now=NOW)
    assert found is not None
    assert (found.when.isoformat(), found.precision) == (f"{expected}T00:00:00+00:00", precision)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("06/07/2025", id="H14-ambiguous"),
        pytest.param("2024-13-45T99:99:99Z", id="H18-thirteenth-month"),
        pytest.param("Mon, 32 Foo", id="H18-foo"),
        pytest.param("0000-00-00T00:00:00Z", id="H18-zeros"),
        pytest.param("-0001-11-30T00:00:00+00:00", id="H18-before-christ"),
        pytest.param("2025-366", id="H17-beyond-the-year"),
        pytest.param("Mon, 01 Jan 0001 00:00:00 GMT", id="H19-year-one"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", id="H19-epoch"),
        pytest.param("0", id="H19-epoch-zero"),
        pytest.param("Wed, 21 Nov 2029 12:00:00 GMT", id="H24-three-years-ahead"),
        pytest.param("99999999999999999999", id="H28-digits"),
        pytest.param("2025-02-30", id="no-such-day"),
        pytest.param("", id="empty"),
        pytest.param("yesterday", id="words"),
    ],
)
def test_what_is_no_date_gives_none(written: str) -> None:
    assert parse_date(written, now=NOW) is None


def test_H08_a_time_without_a_zone_is_read_as_utc_and_says_so() -> None:
    found = parse_date("2025-06-26T15:28", now=NOW)
    assert found is not None
    assert (found.when.hour, found.flags) == (15, ("zone-assumed",))


@pytest.mark.parametrize("zone", [pytest.param("-9999", id="H21-minus"), pytest.param("+2500", id="H21-plus")])
def test_an_impossible_zone_is_ignored_and_flagged(zone: str) -> None:
    found = parse_date(f"Thu, 26 Jun 2025 15:28:07 {zone}", now=NOW)
    assert found is not None
    assert (found.when.isoformat(), found.flags) == (f"{THE_TIME}+00:00", ("zone-ignored",))


def test_H24_a_date_far_ahead_is_told_apart_from_nonsense() -> None:
    assert is_ahead("Wed, 21 Nov 2029 12:00:00 GMT", now=NOW)
    assert not is_ahead("Mon, 32 Foo", now=NOW)


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2026, 11, 20)))
def test_every_instant_is_read_back_from_iso_and_from_rfc_822(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    rfc = f"{moment.day:02} {months[moment.month - 1]} {moment.year} {moment:%H:%M:%S} +0000"
    for written in (moment.isoformat(), rfc):
        found = parse_date(written, now=NOW)
        assert found is not None
        assert found.when == moment


@given(st.text(max_size=60) | st.from_regex(r"[0-9:/+ \-.TZapm]{1,40}"))
def test_no_text_makes_it_raise_or_leave_the_window(text: str) -> None:
    found = parse_date(text, now=NOW)
    assert found is None or datetime(1990, 1, 1, tzinfo=UTC) <= found.when <= NOW + timedelta(days=1)

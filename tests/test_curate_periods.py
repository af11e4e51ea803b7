"""File names, periods, addresses, default titles and dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.curate.assembly import assemble_roundup
from gleanings.curate.keys import ROUNDUP
from gleanings.curate.library import Reading, read_library
from gleanings.curate.periods import (
    NoPeriod,
    Period,
    address_of,
    fill_pattern,
    kind_of_cadence,
    parse_period,
    period_name,
)
from gleanings.files.desk import Desk
from gleanings.files.yaml import compose
from gleanings.project import Project
from gleanings.sites import Series


def library_of(folder: Path, files: dict[str, str], *, site: str = "") -> Reading:
    base = {"site.yaml": f"title: A site\nurl: https://site.example/\n{site}"}
    for name, text in {**base, **{f"content/{name}": text for name, text in files.items()}}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return read_library(Project(folder))


@pytest.mark.parametrize(
    ("name", "kind", "last", "address", "title"),
    [
        ("2026-11", "month", "2026-11-30", "/2026/11/", "November 2026"),
        ("2024-02", "month", "2024-02-29", "/2024/02/", "February 2024"),
        ("2026-11-extra", "month", "2026-11-30", "/2026/11/extra/", "November 2026"),
        ("2026-w47", "week", "2026-11-22", "/2026/w47/", "Week 47, 2026"),
        ("2026-w53", "week", "2027-01-03", "/2026/w53/", "Week 53, 2026"),
        ("2026-w47-b", "week", "2026-11-22", "/2026/w47/b/", "Week 47, 2026"),
        ("2026-11-20", "day", "2026-11-20", "/2026/11/20/", "20 November 2026"),
        ("2026-11-20-word", "day", "2026-11-20", "/2026/11/20/word/", "20 November 2026"),
        ("2026", "year", "2026-12-31", "/2026/", "2026"),
        ("2026-looking-back", "year", "2026-12-31", "/2026/looking-back/", "2026"),
        ("weekly/2026-w47", "week", "2026-11-22", "/weekly/2026/w47/", "Week 47, 2026"),
    ],
)
def test_the_name_gives_period_date_address_and_title(
    name: str, kind: str, last: str, address: str, title: str, tmp_path: Path
) -> None:
    reading = library_of(tmp_path, {f"{name}.yaml": "entries: [A sentence.]\n"})
    assert reading.problems == ()
    (roundup,) = reading.library.roundups
    assert (roundup.period, roundup.address, roundup.title) == (kind, address, title)
    assert (roundup.date.date().isoformat(), roundup.dated_by_day) == (last, True)
    assert roundup.series == ("weekly" if "/" in name else "main")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2026-13", "there is no month 13"),
        ("2026-00", "there is no month 00"),
        ("2026-w54", "2026 has no week 54"),
        ("2025-w53", "weeks of 2025 run from w01 to w52"),
        ("2026-02-30", "is in no calendar"),
        ("0000-w10", "outside the years 1900 to 2199"),
        ("9999-w52", "outside the years 1900 to 2199"),
        ("0000-11-20", "outside the years 1900 to 2199"),
        ("9999-12", "outside the years 1900 to 2199"),
        ("２０２６-11", "so that it needs a date"),
        ("2026-11-..", "cannot be part of an address"),
        ("2026-1", "name it like 2026-01"),
        ("2026-11-5", "name it like 2026-11-05"),
        ("two words", "cannot be part of an address"),
        ("2026-11-two words", "cannot be part of an address"),
        ("reading", "so that it needs a date"),
    ],
)
def test_a_name_that_is_no_period_is_an_error_without_a_crash(name: str, words: str, tmp_path: Path) -> None:
    reading = library_of(tmp_path, {f"{name}.yaml": "", "2026-10.yaml": ""})
    (problem,) = reading.problems
    assert (problem.path, problem.severity) == (f"content/{name}.yaml", "error")
    assert words in str(problem)
    assert [roundup.name for roundup in reading.library.roundups] == ["2026-10"]


def test_a_slug_needs_only_a_date(tmp_path: Path) -> None:
    reading = library_of(tmp_path, {"Summer-reading.yaml": "date: 2026-07-01\n"})
    assert reading.problems == ()
    (roundup,) = reading.library.roundups
    assert (roundup.name, roundup.address, roundup.period) == ("Summer-reading", "/summer-reading/", "none")


@pytest.mark.parametrize(
    ("pattern", "title"),
    [
        ("{month} ’{yy} roundup", "November ’26 roundup"),
        ("Digest {number:02}", "Digest 07"),
        ("Reading list #{number}", "Reading list #7"),
        ("Log: {date}", "Log: 2026-11-30"),
        ("{mon} {year}, week {week}, {title}", "Nov 2026, week 44, Months"),
        ("{other} {{month}} 100%", "{other} {November} 100%"),
    ],
)
def test_a_pattern_makes_the_title(pattern: str, title: str, tmp_path: Path) -> None:
    site = f"series:\n  main: {{title: Months, pattern: '{pattern}'}}\n"
    reading = library_of(tmp_path, {"2026-11.yaml": "number: 7\n"}, site=site)
    assert reading.library.roundups[0].title == title


def test_the_zone_of_the_site_is_the_zone_of_dates(tmp_path: Path) -> None:
    files = {"2026-11.yaml": "", "2026-10.yaml": "date: 2026-10-31T23:30:00Z\nupdated: 2026-11-01 09:00\n"}
    reading = library_of(tmp_path, files, site="timezone: Europe/Berlin\n")
    october, november = reading.library.roundups
    assert november.date.isoformat() == "2026-11-30T00:00:00+01:00"
    assert (october.date.isoformat(), october.dated_by_day) == ("2026-11-01T00:30:00+01:00", False)
    assert october.updated is not None
    assert october.updated.isoformat() == "2026-11-01T09:00:00+01:00"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        pytest.param("2026-11-30T10:00:60", "is in no calendar", id="leap-second"),
        pytest.param("2026-11-30T10:00+25:00", "is in no calendar", id="zone-of-no-place"),
        pytest.param("２０２６-11-30", "is no date that can be read", id="full-width-digits"),
        pytest.param("2026-11-30T10:00\u00a0Z", "is no date that can be read", id="space-of-another-kind"),
        pytest.param("0001-01-01T00:00+14:00", "lies outside the years 1900 to 2199", id="first-of-all-days"),
        pytest.param("9999-12-31T23:00-12:00", "lies outside the years 1900 to 2199", id="last-of-all-days"),
    ],
)
def test_a_date_of_no_calendar_is_told_at_its_place(written: str, words: str, tmp_path: Path) -> None:
    reading = library_of(tmp_path, {"2026-11.yaml": f"date: {written}\n", "2026-10.yaml": f"updated: {written}\n"})
    assert [(problem.path, problem.line, problem.code) for problem in reading.problems] == [
        ("content/2026-10.yaml", 1, "date"),
        ("content/2026-11.yaml", 1, "date"),
    ]
    assert all(words in problem.message for problem in reading.problems)


def test_a_work_may_be_older_than_any_reading_list(tmp_path: Path) -> None:
    text = "entries:\n  - {url: https://e.org/principia, published: 1687-07-05}\n"
    assert library_of(tmp_path, {"2026-11.yaml": text}).problems == ()


_SECONDS = st.sampled_from(["", ":00", ":59", ":60", ":30.5", ":30.1234567", ".5"])
_ZONES = st.sampled_from(["", "Z", " Z", "+01:00", " -0530", "+14:00", "-23:59", "+24:00", "+99:99", "\u00a0Z", "z"])
_DATES = st.one_of(
    st.builds("{}-{:02}-{:02}{}{:02}:{:02}{}{}".format, st.integers(0, 9999).map("{:04}".format), st.integers(0, 13),
              st.integers(0, 32), st.sampled_from("T t"), st.integers(0, 25), st.integers(0, 61), _SECONDS, _ZONES),
    st.dates().map(str),
    st.text("0123456789-:TZ+ ２٣.", min_size=4, max_size=28),
)  # fmt: skip


@given(written=_DATES, timezone=st.sampled_from(["UTC", "Pacific/Kiritimati", "America/Los_Angeles"]))
def test_a_date_that_check_accepts_is_one(written: str, timezone: str) -> None:
    desk = Desk("x.yaml")
    node = compose(f'date: "{written}"\nupdated: "{written}"\n', "x.yaml")
    assert node is not None
    roundup = ROUNDUP.read(node, desk)
    if not desk.failed and roundup.values:
        made = assemble_roundup(
            roundup,
            name="2026-11",
            path="x.yaml",
            period=parse_period("2026-11"),
            series=Series(key="main", title="A"),
            timezone=timezone,
        )
        assert 1899 <= made.date.year <= 2200
        assert made.updated == made.date


def test_roundups_are_ordered_by_date_then_number_then_name(tmp_path: Path) -> None:
    same = "date: 2026-05-05\n"
    files = {"c.yaml": same, "b.yaml": same, "a.yaml": same + "number: 9\n", "2026-04.yaml": ""}
    reading = library_of(tmp_path, files)
    assert [roundup.name for roundup in reading.library.roundups] == ["2026-04", "b", "c", "a"]


def test_the_same_title_twice_is_fine_and_the_same_address_is_not(tmp_path: Path) -> None:
    files = {
        "2026-11.yaml": "title: Same\n",
        "2026-10.yaml": "title: Same\naliases: [/2026/11/]\n",
        "x.yaml": "title: Same\ndate: 2026-01-01\nslug: about\n",
        "pages/about.md": "# About\n",
        "pages/archive.md": "# Old things\n",
        "2026-09.yml": "title: Same\n",
    }
    reading = library_of(tmp_path, files)
    assert [(problem.path, problem.code) for problem in reading.problems] == [
        ("content/2026-09.yml", "file-name"),
        ("content/2026-10.yaml", "address-twice"),
        ("content/pages/about.md", "address-twice"),
        ("content/pages/archive.md", "address-twice"),
    ]


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("2026-11.YAML", "name it 2026-11.yaml"),
        ("2026-11.yaml.txt", "name it 2026-11.yaml"),
        ("weekly/2026-w47.yml", "name it 2026-w47.yaml"),
        ("2026-11.md", "write 2026-11.yaml, or move it into pages/ if it is a plain page"),
        ("pages/2026-11.yaml", "move it to content/2026-11.yaml"),
        ("media/weekly/2026-w47.yaml", "move it to content/weekly/2026-w47.yaml"),
    ],
)
def test_a_roundup_that_nobody_would_read_is_told_of(name: str, cure: str, tmp_path: Path) -> None:
    [problem] = library_of(tmp_path, {name: "title: x\n"}).problems
    assert (problem.path, problem.code, problem.cure) == (f"content/{name}", "file-name", cure)


@pytest.mark.parametrize("name", ["README.md", "notes.txt", "pages/data.yaml", "media/data.yml", "media/2026-11.md"])
def test_other_files_may_lie_below_content(name: str, tmp_path: Path) -> None:
    assert library_of(tmp_path, {name: "title: x\n"}).problems == ()


@pytest.mark.parametrize(
    ("cadence", "name"),
    [
        ("monthly", "2026-11"),
        ("weekly", "2026-w47"),
        ("daily", "2026-11-20"),
        ("yearly", "2026"),
        ("now and then", "2026-11"),
    ],
)
def test_a_cadence_names_the_period_of_a_day(cadence: str, name: str) -> None:
    assert period_name(kind_of_cadence(cadence), date(2026, 11, 20)) == name


@given(
    st.dates(min_value=date(1900, 1, 8), max_value=date(2190, 1, 1)),
    st.sampled_from(["month", "week", "day", "year"]),
)
def test_every_day_lies_in_the_period_that_is_named_for_it(day: date, kind: str) -> None:
    period = parse_period(period_name(kind, day))  # type: ignore[arg-type]
    assert period.kind == kind
    assert period.first is not None
    assert period.last is not None
    assert period.first <= day <= period.last
    assert address_of("main", period.parts).strip("/").replace("/", "-") == period_name(kind, day)


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0")))
def test_every_file_name_has_a_period_or_a_reason_why_not(stem: str) -> None:
    try:
        parts = parse_period(stem).parts
    except NoPeriod as error:
        parts = (error.message, error.cure)
    assert all(parts)


@given(st.text())
def test_what_a_pattern_does_not_know_stays_as_written(text: str) -> None:
    period = Period(kind="none", parts=("x",))
    filled = fill_pattern(text.replace("{", "("), period=period, day=date(2026, 1, 1), number=None, series_title="T")
    assert filled == text.replace("{", "(")

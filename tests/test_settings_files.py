"""site.yaml and feeds.yaml: who we are and whom we read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gleanings.model import Feed, FeedsFile, Person
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project
from gleanings.settings import read_site
from gleanings.sites import Goal, NavItem
from gleanings.subscriptions import read_feeds

SITE = "title: Things\nurl: https://example.org/reading\n"


def site_at(folder: Path, *, site: str = SITE, feeds: str | None = None) -> Project:
    (folder / "site.yaml").write_text(site, encoding="utf-8")
    if feeds is not None:
        (folder / "feeds.yaml").write_bytes(feeds.encode("utf-8"))
    return Project(folder)


def feeds_of(folder: Path, feeds: str) -> tuple[FeedsFile, tuple[Problem, ...]]:
    return read_feeds(site_at(folder, feeds=feeds))


def refused(folder: Path, *, feeds: str | None = None, site: str = SITE) -> list[str]:
    project = site_at(folder, site=site, feeds=feeds)
    with pytest.raises(ProblemsFound) as found:
        read_site(project) if feeds is None else read_feeds(project)
    return [str(problem) for problem in found.value.problems]


def test_a_whole_site_file_is_read(tmp_path: Path) -> None:
    text = SITE + (
        "author: {name: Ada, email: ada@example.org, url: https://ada.example/}\n"
        "lang: de\ntimezone: Europe/London\ndescription: |\n  Words.\n"
        "series:\n  weekly: {pattern: 'Log: {date}'}\n  main: {title: Months, cadence: monthly, style: list}\n"
        "goals:\n  - {year: 2026, kind: paper, count: 52}\n"
        "feeds: {limit: 30, link: external}\n"
        "look: {accent: teal, accent-dark: '#0ff'}\n"
        "nav:\n  - {title: About, url: /about/}\n"
        "rules: {repeat: error, alt-text: off}\n"
    )
    site, warnings = read_site(site_at(tmp_path, site=text))
    assert warnings == ()
    assert (site.url, site.author, site.email) == (
        "https://example.org/reading/",
        Person(name="Ada", url="https://ada.example/"),
        "ada@example.org",
    )
    assert [(series.key, series.title) for series in site.series] == [("main", "Months"), ("weekly", "Weekly")]
    assert site.goals == (Goal(year=2026, kind="paper", count=52),)
    assert (site.feeds.limit, site.feeds.link) == (30, "external")
    assert site.look == {"accent": "teal", "accent_dark": "#0ff"}
    assert site.nav == (NavItem(title="About", url="/about/"),)
    assert site.rules == {"repeat": "error", "alt-text": "off"}


@pytest.mark.parametrize("url", ["ftp://example.org/", "https://example.org/?a=b", "https://example.org/#here"])
def test_a_site_lives_in_a_folder_of_the_web(tmp_path: Path, url: str) -> None:
    assert refused(tmp_path, site=f"title: T\nurl: {url}\n") == [
        f'site.yaml:2:6: "{url}" is no address of a site (write it like https://example.org/reading/)'
    ]


@pytest.mark.parametrize("url", ["https://[x/", "https://[::::]/", "https://e℀.example/", "http://"])
def test_a_site_lives_at_a_host_that_there_can_be(tmp_path: Path, url: str) -> None:
    words = f'the address "{url}" names no host that there can be (write it as https://host/path)'
    assert refused(tmp_path, site=f'title: T\nurl: "{url}"\n') == [f"site.yaml:2:6: {words}"]
    assert refused(tmp_path, feeds=f'feeds:\n  - "{url}"\n') == [f"feeds.yaml:2:5: {words}"]


@pytest.mark.parametrize(
    ("zone", "cure"),
    [
        pytest.param("europe/LONDON", 'did you mean "Europe/London"?', id="case"),
        pytest.param("Europe/Berlinn", 'did you mean "Europe/Berlin"?', id="slip"),
        pytest.param("at home", "write a time zone like Europe/London", id="nothing-near"),
    ],
)
def test_a_zone_that_is_none_is_told_with_the_nearest(tmp_path: Path, zone: str, cure: str) -> None:
    assert refused(tmp_path, site=f"{SITE}timezone: {zone}\n") == [
        f'site.yaml:3:11: there is no time zone "{zone}" ({cure})'
    ]


def test_a_goal_alone_needs_no_list(tmp_path: Path) -> None:
    text = SITE + "goals: {year: 2026, kind: paper, count: 52}\n"
    assert read_site(site_at(tmp_path, site=text))[0].goals == (Goal(year=2026, kind="paper", count=52),)


def test_a_key_that_must_be_there_must_say_something(tmp_path: Path) -> None:
    assert refused(tmp_path, site='title: T\nurl: ""\nlook: {nosuch: x}\n')[0] == (
        'site.yaml:1:1: the key "url" is empty (write it: url: https://example.org/reading/)'
    )
    assert refused(tmp_path, feeds='feeds:\n  - url: ""\n    title: T\n') == [
        'feeds.yaml:2:5: the key "url" is empty (write it: url: https://example.org/feed.xml)'
    ]


def test_a_folder_with_roundups_is_a_series_without_being_declared(tmp_path: Path) -> None:
    for name in ("2026-11", "side-notes/2026-w47", "pages/about", "media/x"):
        (tmp_path / f"content/{name}.yaml").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"content/{name}.yaml").touch()
    site, _ = read_site(site_at(tmp_path))
    assert [(series.key, series.title) for series in site.series] == [
        ("main", "Things"),
        ("side-notes", "Side notes"),
    ]


def test_everything_wrong_with_a_site_is_told_at_once(tmp_path: Path) -> None:
    problems = refused(tmp_path, site="titel: x\nurl: example.org\ntimezone: Europe/Londno\nrules: {repeat: err}\n")
    assert problems == [
        'site.yaml:1:1: the key "title" is missing (add it: title: Things worth reading)',
        'site.yaml:1:1: unknown key "titel" (did you mean "title"?)',
        'site.yaml:2:6: the address "example.org" lacks its beginning (write https://example.org)',
        'site.yaml:3:11: there is no time zone "Europe/Londno" (did you mean "Europe/London"?)',
        'site.yaml:4:17: "err" is no severity (did you mean "error"?)',
    ]


@pytest.mark.parametrize("colour", ["teal", "RebeccaPurple", "'#0ff'", "oklch(45% 0.13 35)"])
def test_a_colour_that_css_knows_is_a_look(colour: str, tmp_path: Path) -> None:
    assert read_site(site_at(tmp_path, site=f"{SITE}look: {{accent: {colour}}}\n"))[1] == ()


@pytest.mark.parametrize("colour", ["notacolor", "dark", "currentcolour", "'#0fffffffff'"])
def test_a_colour_that_css_does_not_know_is_a_warning(colour: str, tmp_path: Path) -> None:
    (problem,) = read_site(site_at(tmp_path, site=f"{SITE}look: {{accent: {colour}}}\n"))[1]
    assert (problem.line, problem.column, problem.severity) == (3, 16, "warning")
    assert 'does not fit "accent" and changes nothing' in problem.message


def test_an_unknown_look_is_a_warning(tmp_path: Path) -> None:
    site, warnings = read_site(site_at(tmp_path, site=SITE + "look: {acent: teal}\n"))
    assert site.look == {"acent": "teal"}
    assert [str(warning) for warning in warnings] == [
        'site.yaml:3:8: warning: the theme knows no look "acent" (did you mean "accent"?)'
    ]


@pytest.mark.parametrize("feeds", ["", "# nobody yet\n", "feeds:\nlinks:\n", "feeds: []\n"])
def test_no_feeds_are_no_fault(feeds: str, tmp_path: Path) -> None:
    assert feeds_of(tmp_path, feeds) == (FeedsFile(), ())


def test_a_missing_feeds_file_has_no_feeds(tmp_path: Path) -> None:
    assert read_feeds(site_at(tmp_path)) == (FeedsFile(), ())


def test_a_whole_feeds_file_is_read(tmp_path: Path) -> None:
    text = (
        "feeds:\n"
        "  - https://a.example/feed\n"
        "  - url: https://b.example/feed\n    name: no\n    site: https://b.example/\n    tags: ai\n"
        "    section: Papers\n    include: [LLM, agent*]\n    exclude: x, y\n    public: no\n    interval: 2d\n"
        "    was: https://old.example/feed\n    group: 1.10\n"
        "links:\n  - https://c.example/page\n"
    )
    read, warnings = feeds_of(tmp_path, "\ufeff" + text.replace("\n", "\r\n"))
    assert warnings == ()
    first, second = read.feeds
    assert (first.url, first.place.line, first.public) == ("https://a.example/feed", 2, True)
    assert second == Feed(
        url="https://b.example/feed",
        title="no",
        home="https://b.example/",
        tags=("ai",),
        section="Papers",
        include=("LLM", "agent*"),
        exclude=("x", "y"),
        public=False,
        interval_hours=48,
        was="https://old.example/feed",
        group="1.10",
        place=second.place,
    )
    assert read.links == ("https://c.example/page",)


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("6h", 6),
        ("12", 12),
        ("1 hour", 1),
        ("36 Hours", 36),
        ("1 day", 24),
        ("2d", 48),
        ("3days", 72),
        ("1w", 168),
        ("2 weeks", 336),
        ("90m", 2),
        ("5 min", 1),
        ("180 minutes", 3),
        ("0", 1),
    ],
)
def test_an_interval_is_read_in_hours(written: str, hours: int, tmp_path: Path) -> None:
    read, _ = feeds_of(tmp_path, f"feeds:\n  - url: https://a.example/f\n    interval: {written}\n")
    assert read.feeds[0].interval_hours == hours


@pytest.mark.parametrize("other", ["http://a.example/feed", "https://www.a.example/feed", "https://a.example/feed/"])
def test_the_same_feed_twice_is_asked_once(other: str, tmp_path: Path) -> None:
    read, (warning,) = feeds_of(tmp_path, f"feeds:\n  - https://a.example/feed\n  - https://b.example\n  - {other}\n")
    assert [feed.url for feed in read.feeds] == ["https://a.example/feed", "https://b.example"]
    assert (warning.line, warning.severity) == (4, "warning")
    assert "line 2" in warning.message


@pytest.mark.parametrize("written", ["feed://a.example/x", "feed:https://a.example/x", "feed:a.example/x"])
def test_the_scheme_feed_is_read_as_https_with_a_word_about_it(written: str, tmp_path: Path) -> None:
    read, (warning,) = feeds_of(tmp_path, f"feeds: ['{written}']\n")
    assert read.feeds[0].url == "https://a.example/x"
    assert (warning.severity, warning.cure) == ("warning", "write https://a.example/x")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("url: a.example/feed", "write https://a.example/feed", id="no-scheme"),
        pytest.param("url: file:///etc/passwd", "file:", id="file"),
        pytest.param("url: ftp://a.example/x", "ftp:", id="ftp"),
        pytest.param("url: javascript:alert(1)", "javascript:", id="javascript"),
        pytest.param("url: data:text/xml,x", "data:", id="data"),
        pytest.param("url: http://[x", 'the address "http://[x" names no host', id="no-host"),
        pytest.param("url: feed://[x", '"feed://[x" is no web address', id="no-host-behind-feed"),
        pytest.param("url: feed://me:pw@[x", '"feed://[x" is no web address', id="no-host-behind-a-password"),
        pytest.param("title: x", 'the key "url" is missing', id="no-url"),
        pytest.param("url: https://a.example\n    intervall: 6h", 'did you mean "interval"?', id="interval"),
        pytest.param("url: https://a.example\n    interval: 2 months", 'this is "2 months"', id="months"),
        pytest.param("url: https://a.example\n    interval: 5 moons", "m, h, d or w", id="moons"),
        pytest.param("url: https://a.example\n    interval: 2 hourglasses", "minutes, hours", id="a-unit-and-more"),
        pytest.param("url: https://a.example\n    interval: -1", "a pause like 6h", id="before-now"),
        pytest.param("url: https://a.example\n    interval: [6h]", "this is a list", id="interval-list"),
        pytest.param("url: https://a.example\n    tags: {a: 1}", "a list of words is wanted", id="tags"),
        pytest.param(
            "url: https://a.example\n    url: https://b.example", "given twice (first in line 2)", id="twice"
        ),
        pytest.param(
            "url: https://a.example\n    title: Foo: bar", 'put the text in quotes: title: "Foo: bar"', id="colon"
        ),
    ],
)
def test_a_feed_that_cannot_be_read_is_told_with_its_line(line: str, words: str, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, feeds=f"feeds:\n  - {line}\n")
    assert words in problem
    assert problem.startswith(("feeds.yaml:2:", "feeds.yaml:3:"))


def test_the_same_broken_feed_twice_is_told_twice(tmp_path: Path) -> None:
    first, second = refused(tmp_path, feeds="feeds:\n  - http://[x\n  - http://[x\n")
    assert (first[:14], second[:14]) == ("feeds.yaml:2:5", "feeds.yaml:3:5")


def test_a_password_is_read_and_never_told(tmp_path: Path) -> None:
    secret = "https://ada:s3cret@a.example/feed"
    read, (warning,) = feeds_of(tmp_path, f"feeds:\n  - {secret}\n  - https://ada:s3cret@www.a.example/feed\n")
    assert read.feeds[0].url == secret
    assert "s3cret" not in str(warning)
    (problem,) = refused(tmp_path, feeds="feeds:\n  - https://ada:s3cret@a.example/a feed\n")
    assert "s3cret" not in problem


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    project = site_at(tmp_path)
    os.mkfifo(project.feeds_file)
    with pytest.raises(ProblemsFound, match=r"^feeds\.yaml: this is neither a file nor a folder \(move it away\)$"):
        read_feeds(project)

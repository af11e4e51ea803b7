"""site.yaml: who we are. (For feeds.yaml, whom we read, see subscriptions.py.)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from gleanings.files.compound import ByForm, ListOf, Making, MapOf
from gleanings.files.desk import Desk, find_nearest, object_to_form, shorten, suggest
from gleanings.files.kinds import LANGUAGE, Line, Number, OneOf, Text, WebAddress, find_address_fault
from gleanings.files.nodes import MappingNode, Node, is_null
from gleanings.files.shape import Key, Shape, Written
from gleanings.files.source import load_node
from gleanings.looks import LOOK, css_of_look, words_for_look
from gleanings.model import KINDS, Person
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project, find_roundup_files
from gleanings.sites import FeedSettings, Goal, NavItem, Series, Site
from gleanings.values import Value

_LINE = Line()


class Zone(Value):
    """A time zone of the IANA database."""

    words: str = "a time zone like Europe/London"

    def read(self, node: Node, desk: Desk) -> str | None:
        name = _LINE.read(node, desk)
        if name is None:
            return None
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            from zoneinfo import available_timezones

            known = {zone.casefold(): zone for zone in available_timezones()}
            right = known.get(find_nearest(name, known) or "")
            cure = f'did you mean "{right}"?' if right else f"write {self.words}"
            desk.object(node, "timezone", f'there is no time zone "{shorten(name)}"', cure)
            return None
        return name

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


class SiteAddress(Value):
    """Where the site lives: a folder on a web server, to which paths are added."""

    words: str = "a web address"

    def read(self, node: Node, desk: Desk) -> str | None:
        url = WebAddress().read(node, desk)
        if not url or is_site_address(url):
            return url
        message = f'"{shorten(url)}" is no address of a site'
        desk.object(node, "address", message, "write it like https://example.org/reading/")
        return None

    def schema(self) -> dict[str, Any]:
        return WebAddress().schema()


def is_site_address(url: str) -> bool:
    """True for the address of a folder on a web server."""
    return url.casefold().startswith("http") and not set(url) & set("?#") and not find_address_fault(url)[0]


class Look(Value):
    """Simple texts under known names; an unknown one is told and does no harm."""

    words: str = "a mapping of look names to values, like accent: teal"

    def read(self, node: Node, desk: Desk) -> Mapping[str, str] | None:
        if not isinstance(node, MappingNode):
            object_to_form(node, desk, self.words)
            return None
        look: dict[str, str] = {}
        for key, value in node.value:
            name = key.value.replace("-", "_")
            if name not in LOOK:
                desk.object(
                    key,
                    "unknown-look",
                    f'the theme knows no look "{key.value}"',
                    suggest(name, LOOK, noun="look"),
                    severity="warning",
                )
            if is_null(value):
                continue
            text = _LINE.read(value, desk)
            if text is None:
                continue
            if name in LOOK and css_of_look(name, text) is None:
                desk.object(
                    value,
                    "look",
                    f'"{shorten(text)}" does not fit "{key.value}" and changes nothing',
                    f"write {words_for_look(name)}",
                    severity="warning",
                )
            look[name] = text
        return look

    def schema(self) -> dict[str, Any]:
        names = sorted({*LOOK, *(name.replace("_", "-") for name in LOOK)})
        return {"type": "object", "properties": {name: {"type": ["string", "number", "null"]} for name in names}}


AUTHOR = Shape(
    "author",
    "a name, or a mapping with name, email and url",
    (
        Key("name", _LINE, "The name as it is shown.", example="name: Ada Lovelace", required=True),
        Key("email", _LINE, "Where readers can write; shown in feeds."),
        Key("url", WebAddress(own=True), "The author's own page."),
    ),
)
SERIES = Shape(
    "series",
    "a mapping with title, pattern, cadence, intro and style",
    (
        Key("title", _LINE, "The series' name."),
        Key(
            "pattern",
            _LINE,
            "How roundups are titled that give no title: {month} {mon} {yy} {year} {week} {day} {date} "
            "{number} {number:02} {title}; the rest stays as written.",
            example='pattern: "{month} {year}"',
        ),
        Key("cadence", _LINE, "How often it comes; information, never a rule.", example="cadence: monthly"),
        Key("intro", Text("a text in Markdown", marked_up=True), "Why the series exists and for whom; Markdown."),
        Key("style", OneOf(("list", "notes", "articles"), "style"), "How its entries are set."),
    ),
)
GOAL = Shape(
    "goal",
    "a goal: a mapping with year, kind and count",
    (
        Key("year", Number(1900, 2200), "The year it is for.", example="year: 2026", required=True),
        Key("kind", OneOf(KINDS, "kind of work"), "What is counted; without it any kind counts."),
        Key("count", Number(1), "How many.", example="count: 52", required=True),
    ),
    make=lambda written: Goal(**written.values) if {"year", "count"} <= written.values.keys() else None,
)
FEED_SETTINGS = Shape(
    "feed-settings",
    "a mapping with limit and link",
    (
        Key("limit", Number(1, 1000), "How many items our feeds carry.", example="limit: 20"),
        Key(
            "link",
            OneOf(("permalink", "external"), "feed link"),
            "Where an RSS item of an entry leads: to our page or to the work.",
            example="link: permalink",
        ),
    ),
    make=lambda written: FeedSettings(**written.values),
)
NAV_ITEM = Shape(
    "nav-item",
    "an item of the navigation: a mapping with title and url",
    (
        Key("title", _LINE, "What it is called.", example="title: About", required=True),
        Key(
            "url",
            WebAddress(own=True),
            "Where it leads: a path on this site or a full address.",
            example="url: /about/",
            required=True,
        ),
    ),
    make=lambda written: NavItem(**written.values) if {"title", "url"} <= written.values.keys() else None,
)
SITE = Shape(
    "site",
    "site.yaml: a mapping with title and url",
    (
        Key("title", _LINE, "The site's name.", example="title: Things worth reading", required=True),
        Key(
            "url",
            SiteAddress(),
            "Where the site is published; its path is the folder it is served from.",
            example="url: https://example.org/reading/",
            required=True,
        ),
        Key(
            "author",
            ByForm(
                AUTHOR.words,
                text=Making(_LINE, lambda name: {"name": name}),
                mapping=Making(AUTHOR, lambda written: written.values),
            ),
            "Who writes it.",
        ),
        Key("description", Text(), "A sentence or two about the site."),
        Key("lang", LANGUAGE, "The language it is written in.", example="lang: en"),
        Key("timezone", Zone(), "Decides which month it is.", example="timezone: Europe/London"),
        Key(
            "series",
            MapOf(SERIES, "a mapping of series: main, and the names of folders"),
            "The series of roundups: `main`, and a key for each folder below content/.",
        ),
        Key("goals", ListOf(GOAL, "a list of goals", single=True), "How much you mean to read in a year."),
        Key("feeds", FEED_SETTINGS, "How the feeds we publish are made."),
        Key("look", Look(), "Colours, faces and sizes of the default theme."),
        Key("nav", ListOf(NAV_ITEM, "a list of items, each with title and url"), "The navigation."),
        Key(
            "rules",
            MapOf(
                OneOf(("error", "warning", "off"), "severity"),
                "a mapping of house rules to error, warning or off",
            ),
            "The severity of house rules.",
            example="rules: {repeat: error, alt-text: off}",
        ),
    ),
)


def read_site(project: Project) -> tuple[Site, tuple[Problem, ...]]:
    """site.yaml, and what a careful editor would object to in it. Raises ProblemsFound where it cannot be used."""
    desk = Desk(project.relative(project.site_file))
    node = load_node(project.site_file, desk)
    if node is None:
        raise ProblemsFound(
            [
                Problem(
                    path=desk.path, code="empty", message="the file is empty", cure="it needs at least title and url"
                ),
            ]
        )
    written = SITE.read(node, desk)
    if desk.failed:
        raise ProblemsFound(desk.problems)
    return _make_site(written, _series_folders(project)), tuple(desk.problems)


def _make_site(written: Written, folders: tuple[str, ...]) -> Site:
    values = dict(written.values)
    author = dict(values.pop("author", {"name": values["title"]}))
    email = author.pop("email", None)
    declared = dict(values.pop("series", ()))
    return Site(
        **{**values, "url": _with_slash(values["url"])}
        | {
            "author": Person(**author),
            "email": email,
            "series": _make_series(declared, folders, values["title"]),
            "rules": dict(values.get("rules", ())),
        }
    )


def _make_series(declared: Mapping[str, Written], folders: tuple[str, ...], site_title: str) -> tuple[Series, ...]:
    names = ["main", *(name for name in declared if name != "main")]
    names += [name for name in folders if name not in names]
    made = []
    for name in names:
        values: Mapping[str, Any] = declared[name].values if name in declared else {}
        title = site_title if name == "main" else name.rpartition("/")[2].replace("-", " ").capitalize()
        made.append(Series(**{"key": name, "title": title, **values}))
    return tuple(made)


def _series_folders(project: Project) -> tuple[str, ...]:
    """The folders below content/ that hold roundups, sorted."""
    if not project.content.is_dir():
        return ()
    folders = {path.parent for path in find_roundup_files(project)} - {project.content}
    return tuple(sorted(folder.relative_to(project.content).as_posix() for folder in folders))


def _with_slash(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"

"""site.yaml and feeds.yaml: who we are and whom we read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from gleanings import identity
from gleanings.files.kinds import LANGUAGE, Line, Number, OneOf, Text, WebAddress, YesNo
from gleanings.files.shape import (
    ByForm,
    Desk,
    Key,
    ListOf,
    Making,
    MapOf,
    Shape,
    Written,
    object_to_form,
    shorten,
    suggest,
)
from gleanings.files.yaml import MappingNode, Node, ScalarNode, compose, decode, is_null
from gleanings.looks import LOOK, css_of_look, words_for_look
from gleanings.model import KINDS, Feed, FeedSettings, FeedsFile, Goal, NavItem, Person, Series, Site
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project, find_roundup_files

_LINE = Line()


# ── kinds of values that only these two files have ──


@dataclass(frozen=True, slots=True)
class Zone:
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
            cure = suggest(name, known, noun="zone") if name.casefold() not in known else ""
            near = re.search(r'"(.+)"', cure)
            right = known[near[1]] if near else known.get(name.casefold())
            cure = f'did you mean "{right}"?' if right else f"write {self.words}"
            desk.object(node, "timezone", f'there is no time zone "{shorten(name)}"', cure)
            return None
        return name

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Look:
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


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """The address of a feed; `feed:` is read as https."""

    words: str = "the web address of a feed"

    def read(self, node: Node, desk: Desk) -> str | None:
        if isinstance(node, ScalarNode) and node.value.strip().casefold().startswith("feed:"):
            rest = node.value.strip()[5:]
            url = rest if rest.casefold().startswith(("http:", "https:")) else f"https://{rest.lstrip('/')}"
            desk.object(
                node,
                "feed-scheme",
                "feed: is no address of its own, and is read as https",
                f"write {shorten(_public(url), 80)}",
                severity="warning",
            )
            return url if identity.is_web_address(url) else None
        url_read = WebAddress(self.words).read(node, desk)
        if url_read is not None and not url_read.casefold().startswith(("http://", "https://")):
            scheme = url_read.partition(":")[0]
            desk.object(node, "address", f'"{scheme}:" cannot be fetched', "an address begins with https://")
            return None
        return url_read

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


_HOURS = {"": 1.0, "h": 1.0, "d": 24.0, "w": 168.0, "m": 1 / 60}


@dataclass(frozen=True, slots=True)
class Hours:
    """A pause: hours, or a number with m, h, d or w behind it; read as whole hours, at least one."""

    words: str = "a pause like 6h, 2d or a number of hours"

    def read(self, node: Node, desk: Desk) -> int | None:
        text = node.value.strip().casefold() if isinstance(node, ScalarNode) else ""
        found = re.fullmatch(r"(\d{1,5})\s*(?:(h|d|w|m)[a-z]*)?", text)
        if not found:
            shown = f'"{shorten(node.value)}"' if isinstance(node, ScalarNode) else "something else"
            desk.object(node, "type", f"{self.words} is wanted {desk.where}, and this is {shown}")
            return None
        return max(1, round(int(found[1]) * _HOURS[found[2] or ""]))

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "integer"]}


# ── site.yaml ──

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
        Key("intro", Text("a text in Markdown"), "Why the series exists and for whom; Markdown."),
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
            WebAddress(),
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
            MapOf(SERIES, "a mapping of series: main, and the names of folders", "series"),
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
                "rule",
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
    folders = {path.parent.relative_to(project.content).as_posix() for path in find_roundup_files(project)}
    return tuple(sorted(folders - {"."}))


def _with_slash(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


# ── feeds.yaml ──

_WORDS = ListOf(_LINE, "a list of words", single=True, commas=True)

FEED = Shape(
    "feed",
    "the address of a feed, or a mapping with url",
    (
        Key(
            "url",
            FeedAddress(),
            "The feed's address.",
            ("link",),
            example="url: https://example.org/feed.xml",
            required=True,
        ),
        Key("title", _LINE, "Your own name for it; without it the feed's own title is shown.", ("name",)),
        Key("site", WebAddress(), "The site that belongs to the feed, for the blogroll."),
        Key("tags", _WORDS, "Copied onto what is picked from it.", example="tags: [llm]"),
        Key("section", _LINE, "The section that picks from it go into.", example="section: Papers"),
        Key(
            "include",
            _WORDS,
            "Only items with one of these words come into the inbox; * stands for any letters.",
            example="include: [LLM, agent*]",
        ),
        Key("exclude", _WORDS, "Items with one of these words do not."),
        Key("public", YesNo(), "Whether it stands on the blogroll.", example="public: false"),
        Key("interval", Hours(), "A longer pause between looks than an hour.", example="interval: 12h"),
        Key("was", FeedAddress(), "An earlier address of the same feed, whose history it carries on."),
        Key("group", _LINE, "A heading on the blogroll."),
    ),
)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A feed: an address alone, or a mapping."""

    words: str = FEED.words

    def read(self, node: Node, desk: Desk) -> Feed | None:
        if isinstance(node, ScalarNode):
            url = FeedAddress().read(node, desk)
            return Feed(url=url, place=desk.place(node)) if url else None
        written = FEED.read(node, desk)
        if written is None or "url" not in written.values:
            return None
        values = dict(written.values)
        renamed = {"home": values.pop("site", None), "interval_hours": values.pop("interval", None)}
        return Feed(place=written.place, **values, **renamed)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [FeedAddress().schema(), FEED.schema()]}


_PAGE = ByForm(
    "a web address",
    text=FeedAddress("a web address"),
    mapping=Making(
        Shape("page", "a web address", (Key("url", FeedAddress("a web address"), "The page.", ("link",)),)),
        lambda written: written.values.get("url"),
    ),
)
FEEDS = Shape(
    "feeds",
    "feeds.yaml: a mapping with feeds and links",
    (
        Key("feeds", ListOf(FeedItem(), "a list of feeds, each with a dash"), "Whom we read."),
        Key(
            "links",
            ListOf(_PAGE, "a list of web addresses, each with a dash"),
            "Single pages, read once into the inbox.",
        ),
    ),
)


def read_feeds(project: Project) -> tuple[FeedsFile, tuple[Problem, ...]]:
    """feeds.yaml, and what a careful editor would object to in it; without the file there are no feeds.

    Raises ProblemsFound where it cannot be used.
    """
    desk = Desk(project.relative(project.feeds_file))
    if not project.feeds_file.exists():
        return FeedsFile(), ()
    node = load_node(project.feeds_file, desk)
    if node is None:
        return FeedsFile(), ()
    written = FEEDS.read(node, desk)
    if desk.failed:
        raise ProblemsFound(desk.problems)
    feeds = _each_once(written.values.get("feeds", ()), desk)
    return FeedsFile(feeds=feeds, links=written.values.get("links", ())), tuple(desk.problems)


def _each_once(feeds: tuple[Feed, ...], desk: Desk) -> tuple[Feed, ...]:
    """The feeds without those whose address differs from an earlier one's by scheme, `www.` or a last slash only."""
    first: dict[str, Feed] = {}
    for feed in feeds:
        earlier = first.setdefault(identity.work_key(feed.url), feed)
        if earlier is not feed:
            shown = shorten(_public(earlier.url), 80)
            desk.problems.append(
                Problem(
                    path=desk.path,
                    line=feed.place.line,
                    column=feed.place.column,
                    code="feed-twice",
                    message=f"this feed is already in line {earlier.place.line}, as {shown}",
                    cure="keep one of them",
                    severity="warning",
                )
            )
    return tuple(first.values())


def _public(url: str) -> str:
    """An address without what stands before the @ of its host, which is for nobody's eyes."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


# ── both ──


def load_node(file: Path, desk: Desk) -> Node | None:
    """The node graph of a file; None where it is empty. Raises ProblemsFound, for a missing file as well."""
    try:
        content = file.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise ProblemsFound([Problem(path=desk.path, code="unreadable", message=message)]) from None
    text = decode(content, desk.path)
    desk.open(text)
    node = compose(text, desk.path)
    return None if node is None or is_null(node) else node

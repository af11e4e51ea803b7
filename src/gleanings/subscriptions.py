"""feeds.yaml: whom we read, and single pages to look at once."""

from __future__ import annotations

from typing import Any

from gleanings import identity
from gleanings.addresses import read_feed_scheme, strip_credentials
from gleanings.files.compound import ByForm, ListOf, Making
from gleanings.files.desk import Desk, object_to_form, shorten
from gleanings.files.kinds import Line, WebAddress, YesNo
from gleanings.files.nodes import Node, ScalarNode
from gleanings.files.shape import Key, Shape
from gleanings.files.source import load_node
from gleanings.model import Feed, FeedsFile
from gleanings.patterns import later
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project
from gleanings.values import Value

_LINE = Line()
_WEB = ("http", "https")


class FeedAddress(Value):
    """The address of a feed; `feed:` is read as https."""

    words: str = "the web address of a feed"

    def read(self, node: Node, desk: Desk) -> str | None:
        written = node.value.strip() if isinstance(node, ScalarNode) else ""
        url = read_feed_scheme(written)
        if url == written and WebAddress(self.words).read(node, desk) is None:
            return None
        if not identity.is_web_address(url):
            scheme = url.partition(":")[0].casefold()
            shown = shorten(strip_credentials(written), 60)
            fault = f'"{shown}" is no web address' if scheme in _WEB else f'"{scheme}:" cannot be fetched'
            desk.object(node, "address", fault, "an address begins with https://")
            return None
        if url != written:
            fault = "feed: is no address of its own, and is read as https"
            cure = f"write {shorten(strip_credentials(url), 80)}"
            desk.object(node, "feed-scheme", fault, cure, severity="warning")
        return url

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


_INTERVAL = later(r"([0-9]{1,5})\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?|)")
_HOURS = {"": 1.0, "m": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0}


class Hours(Value):
    """A pause: hours, or a number with minutes, hours, days or weeks; read as whole hours, at least one."""

    words: str = "a pause like 6h, 2d or a number of hours"

    def read(self, node: Node, desk: Desk) -> int | None:
        if not isinstance(node, ScalarNode):
            object_to_form(node, desk, self.words)
            return None
        found = _INTERVAL.fullmatch(node.value.strip().casefold())
        if found:
            return max(1, round(int(found[1]) * _HOURS[found[2][:1]]))
        fault = f'{self.words} is wanted {desk.where}, and this is "{shorten(node.value)}"'
        cure = "write a number, and behind it m, h, d or w, or minutes, hours, days or weeks"
        desk.object(node, "type", fault, cure)
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "integer"]}


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
        Key(
            "public",
            YesNo(),
            "Whether it stands on the blogroll, as none does that has a password in its address.",
            example="public: false",
        ),
        Key("interval", Hours(), "A longer pause between looks than an hour.", example="interval: 12h"),
        Key("was", FeedAddress(), "An earlier address of the same feed, whose history it carries on."),
        Key("group", _LINE, "A heading on the blogroll."),
    ),
)


class FeedItem(Value):
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
        Shape("single-page", "a web address", (Key("url", FeedAddress("a web address"), "The page.", ("link",)),)),
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
            shown = shorten(strip_credentials(earlier.url), 80)
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

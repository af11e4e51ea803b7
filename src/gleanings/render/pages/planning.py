"""Which pages exist besides those of roundups, and what each is given.

    library → plan_pages → PlannedPage (address, template, what decides it) → render_page → Page

A planned page composes its views only when it is rendered, so that a plan that knows its `inputs` can skip it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from gleanings import identity
from gleanings.addresses import has_credentials, strip_credentials
from gleanings.model import FeedsFile, PlainPage
from gleanings.render.feeds.links import feed_links
from gleanings.render.indexes.desk import Desk, series_address
from gleanings.render.indexes.values import BlogrollGroup, BlogrollLine, WorkLine
from gleanings.render.indexes.works import Indexes, Mention, Topic
from gleanings.render.indexes.years import year_lines, year_views
from gleanings.render.output.publish import Page
from gleanings.render.pages.roundup_page import compose_home
from gleanings.render.pages.site_view import used_series
from gleanings.render.theme.frame import Context, head_of, set_page
from gleanings.render.theme.templates import Templates
from gleanings.render.views.dates import show_date
from gleanings.render.views.values import NavView, PageView, SiteView
from gleanings.sites import Series
from gleanings.values import Value

_TOPICS = (("tags", "tag", "Tags"), ("sources", "source", "Sources"), ("authors", "author", "Authors"))


class PlannedPage(Value, kw_only=True, gc=True):
    """A page that will be: where, from which template, and everything that decides its bytes."""

    address: str
    template: str
    inputs: tuple[object, ...] | None
    """With the templates and the site, all that decides the page; None where one has to compose it to know."""
    compose: Callable[[], tuple[PageView, Context]]
    """The head and the views; prose is rendered now and not before."""


def render_page(planned: PlannedPage, site: SiteView, templates: Templates) -> Page:
    """One page's bytes. Raises ProblemsFound."""
    page, context = planned.compose()
    return set_page(planned.template, page, context, site, templates)


def plan_pages(desk: Desk) -> tuple[PlannedPage, ...]:
    """Every page but those of roundups, in a steady order; feeds, data, sitemap and redirects are not pages."""
    return tuple(planned for plan in _PLANS for planned in plan(desk))


def _page(
    desk: Desk,
    address: str,
    kind: str,
    title: str,
    context: Callable[[], Context],
    *,
    inputs: tuple[object, ...] | None = None,
    **more: object,
) -> PlannedPage:
    """A page that shows something of the whole library; `inputs` is all that decides its context."""
    return PlannedPage(
        address=address,
        template=f"{kind}.html",
        inputs=None if inputs is None else (address, kind, title, *more.items(), inputs),
        compose=lambda: (head_of(desk.site, address, kind, title, **more), context()),
    )


def _plan_home(desk: Desk) -> Iterator[PlannedPage]:
    newest = desk.library.roundups[-1] if desk.library.roundups else None
    years = year_lines(desk.indexes)
    yield PlannedPage(
        address="/",
        template="home.html",
        inputs=(desk.marks.get(newest.name) if newest else None, years),
        compose=lambda: compose_home(desk.roundup(newest) if newest else None, years, desk.site),
    )


def _plan_archive(desk: Desk) -> Iterator[PlannedPage]:
    yield _page(desk, "/archive/", "archive", "Archive", lambda: {"years": year_lines(desk.indexes)})


def _plan_topics(desk: Desk) -> Iterator[PlannedPage]:
    for folder, kind, title in _TOPICS:
        topics: tuple[Topic, ...] = getattr(desk.indexes, folder)
        yield _page(
            desk,
            f"/{folder}/",
            "index",
            title,
            partial(_index_context, desk, topics, kind),
            inputs=tuple(_mark_topic_line(topic, desk.indexes) for topic in topics),
        )
        for topic in topics:
            if topic.has_page:
                yield _plan_topic(desk, topic, kind)


def _index_context(desk: Desk, topics: tuple[Topic, ...], kind: str) -> Context:
    return {"kind": kind, "count": len(topics), "letters": desk.indexes.letters(topics)}


def _mark_topic_line(topic: Topic, indexes: Indexes) -> tuple[object, ...]:
    works = () if topic.has_page else indexes.marks_of(topic)
    return (topic.name, topic.address, topic.has_page, len(topic.mentions), works)


def _plan_topic(desk: Desk, topic: Topic, kind: str) -> PlannedPage:
    feeds = tuple(feed_links(f"{desk.site.title}: {topic.name}", topic.address)) if kind == "tag" else ()
    return _page(
        desk,
        topic.address,
        "topic",
        topic.name,
        lambda: {"topic": desk.indexes.topic_view(topic, kind)},
        inputs=desk.indexes.marks_of(topic),
        feeds=feeds,
        description=f"What was read {_PREPOSITIONS[kind]} {topic.name}.",
    )


_PREPOSITIONS = {"tag": "about", "source": "from", "author": "by"}


def _plan_series(desk: Desk) -> Iterator[PlannedPage]:
    used = used_series(desk.library)
    if len(used) > 1:
        yield _page(desk, "/series/", "all_series", "Series", lambda: {"series": desk.site.series})
    for series in used:
        address = series_address(series)
        yield _page(
            desk,
            address,
            "series",
            series.title,
            partial(_series_context, desk, series),
            feeds=tuple(feed_links(series.title, address)),
        )


def _series_context(desk: Desk, series: Series) -> Context:
    mine = [roundup for roundup in reversed(desk.library.roundups) if roundup.series == series.key]
    return {
        "title": series.title,
        "cadence": series.cadence,
        "intro": desk.prose.block(series.intro, anchor=f"series-{series.key}") if series.intro else None,
        "roundups": tuple(desk.indexes.lines[roundup.name] for roundup in mine),
    }


def _plan_now(desk: Desk) -> Iterator[PlannedPage]:
    yield _page(desk, "/now/", "now", "Reading now", lambda: _now_context(desk.indexes))


def _now_context(indexes: Indexes) -> Context:
    """Works whose newest mention says `reading` or `want`; a work that was read since has left the lists."""
    newest: dict[str, Mention] = {}
    for mention in indexes.mentions:
        newest.setdefault(indexes.work_of(mention), mention)
    lists: dict[str, list[WorkLine]] = {"reading": [], "want": []}
    for mention in newest.values():
        if mention.entry.status:
            lists[mention.entry.status].append(indexes.work_line(mention))
    until = indexes.library.roundups[-1].date.date() if indexes.library.roundups else None
    return {**{name: tuple(lines) for name, lines in lists.items()}, "until": show_date(until) if until else None}


def _plan_years(desk: Desk) -> Iterator[PlannedPage]:
    for view in year_views(desk.indexes):
        yield _page(desk, view.address, "year", f"The year {view.year}", partial(dict, year=view))


def _plan_feeds(desk: Desk) -> Iterator[PlannedPage]:
    groups = tuple(blogroll(desk.library.feeds))
    tags = tuple(NavView(title=topic.name, address=topic.address) for topic in desk.indexes.tags)
    yield _page(desk, "/feeds/", "feeds", "Feeds", lambda: {"groups": groups, "tags": tags})
    yield PlannedPage(
        address="/feeds/blogroll.opml",
        template="blogroll.xml",
        inputs=(groups,),
        compose=lambda: (head_of(desk.site, "/feeds/blogroll.opml", "blogroll", desk.site.title), {"groups": groups}),
    )


def blogroll(feeds: FeedsFile) -> Iterator[BlogrollGroup]:
    """Whom we read, under the headings of feeds.yaml, in its order; feeds that are not public are left out, and those
    that want a password, which are nobody else's."""
    groups: dict[str | None, list[BlogrollLine]] = {}
    for feed in feeds.feeds:
        if feed.public and not has_credentials(feed.url):
            home = strip_credentials(feed.home) if feed.home else None
            host = identity.host_label(home or feed.url)
            line = BlogrollLine(title=feed.title or host, url=feed.url, home=home, host=host)
            groups.setdefault(feed.group, []).append(line)
    for title, lines in groups.items():
        yield BlogrollGroup(title=title, feeds=tuple(lines))


def _plan_plain_pages(desk: Desk) -> Iterator[PlannedPage]:
    for page in desk.library.pages:
        yield _page(
            desk,
            page.address,
            "page",
            desk.prose.plain(page.title),
            partial(_plain_context, desk, page),
            description=page.summary or "",
            lang=page.lang,
        )


def _plain_context(desk: Desk, page: PlainPage) -> Context:
    anchor = f"page-{page.name.replace('/', '-')}"
    return {
        "title": desk.prose.inline(page.title),
        "body": desk.prose.block(page.body, anchor=anchor, lang=page.lang),
    }


def _plan_search(desk: Desk) -> Iterator[PlannedPage]:
    yield _page(desk, "/search/", "search", "Search", dict)


def _plan_not_found(desk: Desk) -> Iterator[PlannedPage]:
    yield _page(desk, "/404.html", "404", "Not found", lambda: {"newest": _newest(desk.indexes)}, hidden=True)


def _newest(indexes: Indexes) -> Iterable[object]:
    return [indexes.lines[roundup.name] for roundup in reversed(indexes.library.roundups[-3:])]


_PLANS = (
    _plan_home,
    _plan_archive,
    _plan_topics,
    _plan_series,
    _plan_now,
    _plan_years,
    _plan_feeds,
    _plan_plain_pages,
    _plan_search,
    _plan_not_found,
)
"""What plans pages, in the order in which they are planned; the benchmark plans with fewer."""

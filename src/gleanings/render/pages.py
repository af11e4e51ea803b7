"""Which pages exist, what each is given, and how a page becomes bytes.

    library → plan_roundups, plan_pages → PlannedPage (address, template, what decides it) → render_page → Page

A planned page composes its views only when it is rendered, so that a plan that knows its `inputs` can skip it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from hashlib import sha256

from gleanings import identity
from gleanings.model import Entry, FeedsFile, Library, PlainPage, Roundup, Series, Site
from gleanings.project import default_theme
from gleanings.render.addresses import absolute, page_file, relative_links, rooted_links, segment
from gleanings.render.assembly import assemble
from gleanings.render.compose import Surroundings, compose_roundup, direction
from gleanings.render.dates import show_date
from gleanings.render.feed_links import feed_links, site_feeds
from gleanings.render.index_views import BlogrollGroup, BlogrollLine, WorkLine
from gleanings.render.indexes import Indexes, Standing, Topic, source_name
from gleanings.render.look import compact_css, render_look, theme_colours
from gleanings.render.prose import Prose
from gleanings.render.publish import Page
from gleanings.render.structured import roundup_data, site_data
from gleanings.render.templates import Templates
from gleanings.render.views import ImageView, NavView, PageView, PersonView, RoundupLine, RoundupView, SiteView
from gleanings.render.years import year_lines, year_views
from gleanings.values import Value, replace

Context = Mapping[str, object]

_STYLESHEET = "static/style.css"
PICTURE_SIZE = (1200, 630)
"""Of a picture for link previews, in pixels."""
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
    text = templates.render(planned.template, {"site": site, "page": page, **context})
    if not planned.template.endswith(".html"):
        return Page(path=page_file(planned.address), content=text.encode())
    text = assemble(text)
    linked = rooted_links(text, site.url) if page.kind == "404" else relative_links(text, planned.address)
    return Page(path=page_file(planned.address), content=linked.encode())


def static_pages(site: Site, templates: Templates) -> Iterator[Page]:
    """The static files of theme and site; what `look:` says follows the stylesheet."""
    for path, file in templates.static_files():
        content = stylesheet(site, templates) if path == _STYLESHEET else file.read_bytes()
        yield Page(path=path, content=content)


def stylesheet(site: Site, templates: Templates) -> bytes:
    """The theme's stylesheet, made small, or the site's own as it is; behind it the properties that `look:` sets."""
    file = dict(templates.static_files())[_STYLESHEET]
    sheet = file.read_bytes()
    if file.is_relative_to(default_theme()):
        sheet = compact_css(sheet.decode()).encode()
    return sheet + render_look(site.look).encode()


def compose_site(library: Library, css: bytes) -> SiteView:
    """What every page says of the site."""
    site = library.site
    return SiteView(
        title=site.title,
        url=site.url,
        description=site.description,
        author=PersonView(name=site.author.name, url=site.author.url),
        email=site.email,
        lang=site.lang,
        nav=tuple(NavView(title=item.title, address=item.url) for item in site.nav) or tuple(_default_nav(library)),
        feeds=site_feeds(site.title),
        series=tuple(NavView(title=series.title, address=series_address(series)) for series in _used_series(library)),
        style_address=f"/{_STYLESHEET}?{sha256(css).hexdigest()[:8]}",
        theme_colours=theme_colours(site.look),
    )


def _default_nav(library: Library) -> Iterator[NavView]:
    yield NavView(title="Archive", address="/archive/")
    if any(entry.tags for roundup in library.roundups for entry in roundup.walk_entries()):
        yield NavView(title="Tags", address="/tags/")
    for page in library.pages:
        if page.name == "about":
            yield NavView(title="About", address=page.address)
    yield NavView(title="Feeds", address="/feeds/")
    yield NavView(title="Search", address="/search/")


# ── the plan ──


def plan_pages(desk: Desk) -> tuple[PlannedPage, ...]:
    """Every page but those of roundups, in a steady order; feeds, data, sitemap and redirects are not pages."""
    plans = (
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
    return tuple(planned for plan in plans for planned in plan(desk))


class Desk:
    """What pages and feeds share: views and indexes are made once, when first asked for."""

    def __init__(
        self,
        library: Library,
        site: SiteView,
        prose: Prose,
        *,
        published: frozenset[str] | None = None,
        pictures: frozenset[str] = frozenset(),
    ) -> None:
        """`published` names the roundups that are out; without it all of the library are.

        `pictures` names those of which a picture is drawn for link previews.
        """
        self.library = library
        self.pictures = pictures
        self.site = site
        self.prose = prose
        names = (roundup.name for roundup in library.roundups if not roundup.draft)
        self.waiting = frozenset() if published is None else frozenset(names) - published
        """Names of roundups of days to come, which only previews show."""
        self.indexes = Indexes(library, prose, self.waiting)
        self.marks: dict[str, str] = {}
        """Roundup.name → a mark that changes with its view; whoever plans pages puts them in."""
        self._composed: dict[str, RoundupView] = {}
        self._mates: dict[str, list[str]] = defaultdict(list)
        for roundup in library.roundups:
            self._mates[roundup.series].append(roundup.name)

    def head(self, address: str, kind: str, title: str, **more: object) -> PageView:
        lang = str(more.pop("lang", None) or self.site.lang)
        return PageView(
            address=address,
            canonical=absolute(address, self.site.url),
            kind=kind,
            title=title,
            lang=lang,
            dir=direction(lang),
            **more,  # type: ignore[arg-type]
        )

    def page(
        self,
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
            compose=lambda: (self.head(address, kind, title, **more), context()),
        )

    def roundup(self, roundup: Roundup) -> RoundupView:
        if roundup.name not in self._composed:
            self._composed[roundup.name] = compose_roundup(roundup, self.surroundings(roundup), self.prose)
        return self._composed[roundup.name]

    def let_go(self, roundup: Roundup) -> None:
        """Its view is not needed any more, or seldom enough to be composed again."""
        self._composed.pop(roundup.name, None)

    def surroundings(self, roundup: Roundup) -> Surroundings:
        indexes = self.indexes
        mates = self._mates[roundup.series]
        at = mates.index(roundup.name)
        series = find_series(self.library.site, roundup.series)
        entries = tuple(roundup.walk_entries())
        tags = dict.fromkeys((*roundup.tags, *(tag for entry in entries for tag in entry.tags)))
        people = dict.fromkeys(person.name for entry in entries for person in entry.authors)
        sources = dict.fromkeys(name for entry in entries if (name := source_name(entry)))
        return Surroundings(
            site_url=self.site.url,
            series=series,
            series_address=series_address(series) if len(self.site.series) > 1 else None,
            author=self.library.site.author,
            previous=indexes.lines[mates[at - 1]] if at else None,
            next=indexes.lines[mates[at + 1]] if at + 1 < len(mates) else None,
            waiting=roundup.name in self.waiting,
            also_in=indexes.also_in(roundup),
            tags=indexes.find_addresses(tags, indexes.tag_addresses),
            people=indexes.find_addresses(people, indexes.author_addresses),
            sources=indexes.find_addresses(sources, indexes.source_addresses),
            picture=picture_of(indexes.lines[roundup.name]) if roundup.name in self.pictures else None,
        )


def picture_of(roundup: RoundupLine) -> ImageView:
    """Where the picture of a roundup for link previews stands, and what it shows."""
    first = "; ".join(roundup.first)
    return ImageView(
        src=f"{roundup.address}preview.png",
        alt=f"{roundup.text}: {first}" if first else roundup.text,
        width=PICTURE_SIZE[0],
        height=PICTURE_SIZE[1],
    )


def find_series(site: Site, key: str) -> Series:
    """The series of that key; a folder that site.yaml does not name is one by its own name."""
    return next((series for series in site.series if series.key == key), Series(key=key, title=key))


def _used_series(library: Library) -> list[Series]:
    used = {roundup.series for roundup in library.roundups}
    listed = [series for series in library.site.series if series.key in used]
    missing = sorted(used - {series.key for series in listed})
    return [*listed, *(find_series(library.site, key) for key in missing)]


def series_address(series: Series) -> str:
    return f"/series/{segment(series.key)}/"


def _plan_home(desk: Desk) -> Iterator[PlannedPage]:
    newest = desk.library.roundups[-1] if desk.library.roundups else None

    years = year_lines(desk.indexes)
    yield desk.page(
        "/",
        "home",
        desk.site.title,
        lambda: {"roundup": desk.roundup(newest) if newest else None, "years": years},
        inputs=(desk.marks.get(newest.name) if newest else None, years),
        description=desk.site.description,
        data=site_data(desk.site),
    )


def plan_roundup(desk: Desk, roundup: Roundup) -> PlannedPage:
    """The page of a roundup."""
    return PlannedPage(
        address=roundup.address,
        template="roundup.html",
        inputs=(roundup, desk.surroundings(roundup)),
        compose=partial(_compose_roundup_page, desk, roundup),
    )


def _compose_roundup_page(desk: Desk, roundup: Roundup) -> tuple[PageView, Context]:
    view = desk.roundup(roundup)
    head = desk.head(
        view.address,
        "roundup",
        view.text,
        description=view.description,
        lang=view.lang,
        type="article",
        image=_preview(view, desk.site),
        data=roundup_data(view, desk.site),
        published=view.date.machine,
        modified=(view.updated or view.date).machine,
        hidden=view.draft or view.waiting,
    )
    return head, {"roundup": view}


def _preview(view: RoundupView, site: SiteView) -> ImageView | None:
    """The cover, else the drawn picture; its address absolute."""
    image = view.cover or view.picture
    return replace(image, src=absolute(image.src, site.url)) if image else None


def _plan_archive(desk: Desk) -> Iterator[PlannedPage]:
    yield desk.page("/archive/", "archive", "Archive", lambda: {"years": year_lines(desk.indexes)})


def _plan_topics(desk: Desk) -> Iterator[PlannedPage]:
    for folder, kind, title in _TOPICS:
        topics: tuple[Topic, ...] = getattr(desk.indexes, folder)
        yield desk.page(
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
    works = () if topic.has_page else tuple(indexes.mark(standing) for standing in topic.standings)
    return (topic.name, topic.address, topic.has_page, len(topic.standings), works)


def _plan_topic(desk: Desk, topic: Topic, kind: str) -> PlannedPage:
    feeds = tuple(feed_links(f"{desk.site.title}: {topic.name}", topic.address)) if kind == "tag" else ()
    return desk.page(
        topic.address,
        "topic",
        topic.name,
        lambda: {"topic": desk.indexes.topic_view(topic, kind)},
        inputs=tuple(desk.indexes.mark(standing) for standing in topic.standings),
        feeds=feeds,
        description=f"What was read {_PREPOSITIONS[kind]} {topic.name}.",
    )


_PREPOSITIONS = {"tag": "about", "source": "from", "author": "by"}


def _plan_series(desk: Desk) -> Iterator[PlannedPage]:
    used = _used_series(desk.library)
    if len(used) > 1:
        yield desk.page("/series/", "all_series", "Series", lambda: {"series": desk.site.series})
    for series in used:
        address = series_address(series)
        yield desk.page(
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
    yield desk.page("/now/", "now", "Reading now", lambda: _now_context(desk.indexes))


def _now_context(indexes: Indexes) -> Context:
    """Works whose newest mention says `reading` or `want`; a work that was read since has left the lists."""
    newest: dict[str, Standing] = {}
    for standing in indexes.standings:
        newest.setdefault(_work(standing.entry), standing)
    lists: dict[str, list[WorkLine]] = {"reading": [], "want": []}
    for standing in newest.values():
        if standing.entry.status:
            lists[standing.entry.status].append(indexes.work_line(standing))
    until = indexes.library.roundups[-1].date.date() if indexes.library.roundups else None
    return {**{name: tuple(lines) for name, lines in lists.items()}, "until": show_date(until) if until else None}


def _work(entry: Entry) -> str:
    return identity.work_key(entry.url) if entry.url else f"{entry.place.path}#{entry.anchor}"


def _plan_years(desk: Desk) -> Iterator[PlannedPage]:
    for view in year_views(desk.indexes):
        yield desk.page(view.address, "year", f"The year {view.year}", partial(dict, year=view))


def _plan_feeds(desk: Desk) -> Iterator[PlannedPage]:
    groups = tuple(blogroll(desk.library.feeds))
    tags = tuple(NavView(title=topic.name, address=topic.address) for topic in desk.indexes.tags)
    yield desk.page("/feeds/", "feeds", "Feeds", lambda: {"groups": groups, "tags": tags})
    yield PlannedPage(
        address="/feeds/blogroll.opml",
        template="blogroll.xml",
        inputs=(groups,),
        compose=lambda: (desk.head("/feeds/blogroll.opml", "blogroll", desk.site.title), {"groups": groups}),
    )


def blogroll(feeds: FeedsFile) -> Iterator[BlogrollGroup]:
    """Whom we read, under the headings of feeds.yaml, in its order; feeds that are not public are left out."""
    groups: dict[str | None, list[BlogrollLine]] = {}
    for feed in feeds.feeds:
        if feed.public:
            host = identity.host_label(feed.home or feed.url)
            line = BlogrollLine(title=feed.title or host, url=feed.url, home=feed.home, host=host)
            groups.setdefault(feed.group, []).append(line)
    for title, lines in groups.items():
        yield BlogrollGroup(title=title, feeds=tuple(lines))


def _plan_plain_pages(desk: Desk) -> Iterator[PlannedPage]:
    for page in desk.library.pages:
        yield desk.page(
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
    yield desk.page("/search/", "search", "Search", dict)


def _plan_not_found(desk: Desk) -> Iterator[PlannedPage]:
    yield desk.page("/404.html", "404", "Not found", lambda: {"newest": _newest(desk.indexes)}, hidden=True)


def _newest(indexes: Indexes) -> Iterable[object]:
    return [indexes.lines[roundup.name] for roundup in reversed(indexes.library.roundups[-3:])]

"""Where a page keeps each fact about itself, best source first. Every source gives texts in the page's order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlsplit

from gleanings.fetch.links.page_parts import Parts, types_of
from gleanings.fetch.parse.absolute import resolve
from gleanings.fetch.parse.dates import ParsedDate, parse_date
from gleanings.fetch.parse.texts import plain_name, split_names, unescape, unique
from gleanings.identity import host_label, work_key
from gleanings.patterns import later
from gleanings.values import Value, replace


class Page(Value, kw_only=True):
    parts: Parts
    url: str
    now: datetime


Read = Callable[[Page], Iterator[str]]
Table = tuple[Read, ...]
"""How each source is read, in the order of precedence."""

MOST_AUTHORS = 10

_ARTICLES = later(
    r"(?:\w*Article|BlogPosting|SocialMediaPosting|DiscussionForumPosting|Report|WebPage|ItemPage|CreativeWork|Book|"
    r"Course|Dataset|VideoObject|PodcastEpisode|Episode|SoftwareSourceCode|SoftwareApplication|Recipe|Review|Event|"
    r"LiveBlogPosting|HowTo|QAPage|Question|PresentationDigitalDocument|Movie|TVEpisode|AudioObject|Thesis|Chapter)"
)
_TEXTS = later(r"\w*Article|(?:Live)?BlogPosting|SocialMediaPosting|DiscussionForumPosting|Report|Thesis")
_ASIDE = frozenset({"VideoObject", "AudioObject", "SoftwareApplication"})
"""What stands on the page of a text without being what the page is."""
_KINDS: tuple[tuple[str, str], ...] = (
    ("ScholarlyArticle", "paper"), ("Thesis", "paper"), ("BlogPosting", "post"), ("VideoObject", "video"),
    ("PodcastEpisode", "podcast"), ("SoftwareSourceCode", "repo"), ("SoftwareApplication", "tool"), ("Book", "book"),
    ("Course", "course"), ("Dataset", "dataset"), ("SocialMediaPosting", "thread"),
    ("DiscussionForumPosting", "thread"), ("NewsArticle", "article"), ("Article", "article"),
)  # fmt: skip
_BY_OG_TYPE: tuple[tuple[str, str], ...] = (("video", "video"), ("book", "book"), ("article", "article"))
_DATE_IN_PATH = later(r"/(\d{4})/(\d{1,2})/(\d{1,2})(?:/|$)|/(\d{4})-(\d{2})-(\d{2})(?:[/-]|$)")


def meta(*names: str) -> Read:
    """The contents of these `<meta>`s."""

    def read(page: Page) -> Iterator[str]:
        for name in names:
            yield from page.parts.meta.get(name, ())

    return read


def microdata(*names: str) -> Read:
    def read(page: Page) -> Iterator[str]:
        for name in names:
            yield from page.parts.items.get(name, ())

    return read


def data(*names: str) -> Read:
    """Texts of the article's JSON-LD node."""

    def read(page: Page) -> Iterator[str]:
        for node in article_nodes(page):
            for name in names:
                yield from _texts(node.get(name), page.parts.data)

    return read


def article_nodes(page: Page) -> list[dict[str, Any]]:
    """The JSON-LD nodes about this very page; articles before plain pages.

    What an article shows besides, such as a film, says nothing of the page; and without an article a film does only
    where the page is the film's.
    """
    nodes = [
        node
        for node in page.parts.data
        if any(_ARTICLES.fullmatch(name) for name in types_of(node)) and _is_about(node, page.url)
    ]
    if any(_TEXTS.fullmatch(name) for node in nodes for name in types_of(node)):
        nodes = [node for node in nodes if _ASIDE.isdisjoint(types_of(node))]
    nodes = [node for node in nodes if "VideoObject" not in types_of(node) or _is_main(node, page)]
    return sorted(nodes, key=lambda node: types_of(node)[0] in ("WebPage", "ItemPage", "CreativeWork"))


def _is_main(node: dict[str, Any], page: Page) -> bool:
    """True where the page says that a node is what it is about."""
    if any(kind.lower().startswith("video") for kind in page.parts.meta.get("og:type", ())):
        return True
    entities = [one.get("mainEntity") for one in page.parts.data]
    own = node.get("@id")
    named = any(isinstance(one, dict) and own is not None and one.get("@id") == own for one in entities)
    return bool(node.get("mainEntityOfPage")) or named or any(one is node for one in entities)


def _is_about(node: dict[str, Any], url: str) -> bool:
    """False where the node names another page as its own: a teaser in a list."""
    own = {work_key(url)}
    named = [text for name in ("url", "mainEntityOfPage", "@id") for text in _addresses(node.get(name))]
    absolute = [found for text in named if (found := resolve(text.partition("#")[0], url))]
    return not absolute or any(work_key(address) in own or _is_site(address, url) for address in absolute)


def _is_site(address: str, url: str) -> bool:
    """Some sites give the home page as every article's address."""
    return urlsplit(address).path in ("", "/") and host_label(address) == host_label(url)


def _addresses(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return [value] if isinstance(value, str) and value.startswith(("http", "/")) else []


def _texts(value: Any, nodes: list[dict[str, Any]]) -> Iterator[str]:
    """The words of a value: a text, a list, a node's name; a node that is only referred to is looked up."""
    match value:
        case str():
            yield value
        case list():
            for one in value[:50]:
                if not isinstance(one, list):
                    yield from _texts(one, nodes)
        case dict():
            name = value.get("name") or value.get("@value")
            if name is None and "@id" in value:
                there = (node for node in nodes if node.get("@id") == value["@id"] and node is not value)
                name = next((node.get("name") for node in there), None)
            if isinstance(name, str):
                yield name


def _title_tag(page: Page) -> Iterator[str]:
    if page.parts.title:
        yield page.parts.title


def _only_heading(page: Page) -> Iterator[str]:
    headings = [text for text in page.parts.headings if text]
    if len(headings) == 1:
        yield headings[0]


def _html_lang(page: Page) -> Iterator[str]:
    yield page.parts.lang


TITLE: Table = (
    meta("citation_title"),
    data("headline", "name"),
    meta("og:title"),
    meta("twitter:title"),
    meta("dc.title", "dcterms.title"),
    microdata("headline", "p-name"),
    _only_heading,
    _title_tag,
)
SUMMARY: Table = (
    meta("citation_abstract"),
    data("description", "abstract"),
    meta("og:description"),
    meta("twitter:description"),
    meta("description", "dc.description"),
)
SITE: Table = (meta("og:site_name"), data("publisher"), meta("application-name"))
LANG: Table = (_html_lang, meta("og:locale"), meta("content-language", "dc.language"))
_CITATION_DATES = ("citation_publication_date", "citation_online_date", "citation_date")
_DATES: Table = (
    data("datePublished", "dateCreated", "uploadDate"),
    meta("article:published_time", "og:article:published_time", "og:published_time"),
    meta("dc.date", "dc.date.issued", "dcterms.date", "dcterms.issued", "date", "parsely-pub-date", "pubdate",
         "publish-date", "publish_date", "publication_date", "sailthru.date", "article.published"),
    microdata("datepublished", "uploaddate", "dateuploaded"),
    lambda page: _marked_times(page),
)  # fmt: skip


def _marked_times(page: Page) -> Iterator[str]:
    """`<time>`s that are marked as the date of publication, then the first of all."""
    times = page.parts.times
    marks = ("datepublished", "dt-published", "pubdate", "published", "entry-date")
    yield from (when for when, mark in times if any(word in mark for word in marks))
    if times and "modified" not in times[0][1] and "updated" not in times[0][1]:
        yield times[0][0]


# ── people ──

_NOBODY = frozenset({
    "admin", "administrator", "editor", "editors", "editorial team", "editorial staff", "staff", "staff writer",
    "team", "guest", "guest author", "guest post", "author", "contributor", "contributors", "webmaster", "user",
    "root", "test", "wordpress", "anonymous", "by", "the editors", "newsroom", "press release", "unknown author",
    "me",
})  # fmt: skip
_LAST_FIRST = later(r"\A([^,]{1,60}),\s+([^,]{1,60})\Z")


def find_authors(page: Page, *, site: str) -> tuple[str, ...]:
    """The names of the first source that has any."""
    host = host_label(page.url)
    for read, split in _AUTHORS:
        parts = (part for text in read(page) if len(text) <= 2000 for part in split(text))
        names = (name for part in parts if (name := plain_name(part)) and _is_name(name, site=site, host=host))
        if found := unique(names, limit=MOST_AUTHORS):
            return found
    return ()


def _split_citation(text: str) -> Iterator[str]:
    """Citation tags write "Last, First", and several names with semicolons."""
    for part in unescape(text).split(";"):
        swapped = _LAST_FIRST.match(part.strip())
        yield f"{swapped[2]} {swapped[1]}" if swapped else part


def _split_handles(text: str) -> Iterator[str]:
    """Those names that are `@somebody`."""
    return (name for name in split_names(text) if (plain_name(name) or "").startswith("@"))


_AUTHORS: tuple[tuple[Read, Callable[[str], Iterator[str]]], ...] = (
    (meta("citation_author", "citation_authors"), _split_citation),
    (data("author", "creator"), split_names),
    (meta("author"), split_names),
    (meta("parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "article:author_name"), split_names),
    (lambda page: iter(page.parts.people["author"]), split_names),
    (lambda page: iter(page.parts.people["byline"]), split_names),
    (meta("article:author", "og:article:author"), split_names),
    (meta("twitter:creator"), _split_handles),
)
"""How each source is read and parted into names, in the order of precedence."""


def _is_name(name: str, *, site: str, host: str) -> bool:
    even = name.casefold()
    if even in _NOBODY or even in (site.casefold(), host) or "{{" in name or "://" in name or "www." in even:
        return False
    return len(name.split()) <= 6 and len(name) <= 80 and any(character.isalpha() for character in name)


# ── dates ──


def find_published(page: Page) -> ParsedDate | None:
    """The day it came out, as its page writes it; never the day it was changed. Of several citation dates the
    earliest."""
    cited = [
        date for name in _CITATION_DATES for text in page.parts.meta.get(name, ()) if (date := _date(text, page))
    ]
    if cited:
        return min(cited, key=lambda date: date.when)
    written = (_date(text, page) for read in _DATES for text in read(page))
    return next((date for date in written if date), None) or date_in_address(page.url, now=page.now)


def _date(text: str, page: Page) -> ParsedDate | None:
    found = parse_date(text, now=page.now)
    if found is None or found.day is None:
        return found
    return replace(found, when=datetime.combine(found.day, time(), UTC), precision="day")


def date_in_address(url: str, *, now: datetime) -> ParsedDate | None:
    """The day that a path names: `/2025/06/26/title`; flagged `from-address`."""
    match = _DATE_IN_PATH.search(urlsplit(url).path)
    if not match:
        return None
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        when = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    if year < 1990 or when > now:
        return None
    return ParsedDate(when=when, precision="day", flags=("from-address",))


# ── the rest ──


def find_kind(page: Page) -> str | None:
    """One of model.KINDS, where the page says what it is."""
    if page.parts.meta.get("citation_title"):
        return "paper"
    types = [name for node in article_nodes(page) for name in types_of(node)]
    for name, kind in _KINDS:
        if name in types:
            return kind
    og_type = next(iter(page.parts.meta.get("og:type", ())), "").lower()
    return next((kind for start, kind in _BY_OG_TYPE if og_type.startswith(start)), None)


def is_paid(page: Page) -> bool:
    """True where the page says that not everybody may read it."""
    free = [node.get("isAccessibleForFree") for node in article_nodes(page)]
    if any(value is False or str(value).lower() == "false" for value in free if value is not None):
        return True
    tier = [text.lower() for text in page.parts.meta.get("article:content_tier", ())]
    return any(text in ("locked", "metered") for text in tier)

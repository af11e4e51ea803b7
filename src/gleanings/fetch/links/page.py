"""A web page's bytes → what it is: title, authors, date, each from the first source that gives something acceptable.

The tables in `page_sources` are the order of precedence. A page's own words are a stranger's: everything becomes
plain text, every address is checked, and what only looks like a title ("Sign in", "Just a moment…") is none.
"""

from __future__ import annotations

from datetime import datetime

from gleanings.fetch.clean.plain import excerpt
from gleanings.fetch.links import page_sources as sources
from gleanings.fetch.links.canonical import choose_canonical
from gleanings.fetch.links.page_parts import Parts, has_more_data, parse_head, parse_whole
from gleanings.fetch.links.page_titles import clean_title, is_blocked, is_title, may_be_longer
from gleanings.fetch.parse.decode import decode
from gleanings.fetch.parse.parsed import Precision
from gleanings.fetch.parse.texts import language_tag, show
from gleanings.identity import display, guess_kind, host_label
from gleanings.values import Value


class PageFacts(Value, kw_only=True):
    """What a page says about itself."""

    url: str
    """The address to show: the canonical one where it can be believed, tracking off."""
    title: str = ""
    """Plain text; empty where the page has none."""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    """Aware, UTC."""
    published_precision: Precision = "time"
    source: str | None = None
    """The site's name."""
    kind: str | None = None
    """One of model.KINDS."""
    lang: str | None = None
    summary: str = ""
    discussion: str | None = None
    flags: tuple[str, ...] = ()
    """no-title, paid, blocked, date-from-address, republished."""


def read_page(body: bytes, *, url: str, content_type: str | None, now: datetime) -> PageFacts:
    """What the page at `url` (where it was found, redirects followed) says of itself. Never raises.

    The head is read first; the rest only where something is missing. `now` bounds dates.
    """
    text = decode(body, content_type).text
    facts = judge(parse_head(text), url=url, now=now)
    whole = facts.title and facts.authors and facts.published and not may_be_longer(facts.title)
    if whole and not has_more_data(text):
        return facts
    return judge(parse_whole(text), url=url, now=now)


def judge(parts: Parts, *, url: str, now: datetime) -> PageFacts:
    """The best value of each field."""
    if is_blocked(parts.title):
        # The challenge's page says nothing of the one behind it.
        return PageFacts(
            url=display(url), flags=("no-title", "blocked"), kind=guess_kind(url), source=host_label(url)
        )
    page = sources.Page(parts=parts, url=url, now=now)
    address, republished = choose_canonical(parts, url=url)
    site = _first(sources.SITE, page)
    authors = sources.find_authors(page, site=site)
    title = _title(page, site=site, authors=authors)
    published = sources.find_published(page)
    summary = _first(sources.SUMMARY, page)
    flags = [
        "" if title else "no-title",
        "paid" if sources.is_paid(page) else "",
        "date-from-address" if published and "from-address" in published.flags else "",
        "republished" if republished else "",
    ]
    return PageFacts(
        url=address,
        title=title,
        authors=authors,
        published=published.when if published else None,
        published_precision=published.precision if published else "time",
        source=site or host_label(address) or None,
        kind=guess_kind(address) or sources.find_kind(page),
        lang=language_tag(_first(sources.LANG, page) or None),
        summary=excerpt(summary) if summary else "",
        flags=tuple(flag for flag in flags if flag),
    )


def _first(table: sources.Table, page: sources.Page) -> str:
    """The first text that a source of the table gives."""
    shown = (show(text, limit=1000) for read in table for text in read(page))
    return next((text for text in shown if text), "")


def _title(page: sources.Page, *, site: str, authors: tuple[str, ...]) -> str:
    host = host_label(page.url)
    names = (site, host, *host.split(".")[-2:-1], *authors)
    written = [text for read in sources.TITLE for text in read(page)]
    titles = (clean_title(show(text, limit=500), names=names, others=set(written)) for text in written)
    return next((title for title in titles if is_title(title, host=host)), "")

"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) → ParsedFeed; also Dave Winer's RSS in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from gleanings.fetch.parse.absolute import resolve, site_of
from gleanings.fetch.parse.content import cut_texts, paragraphs
from gleanings.fetch.parse.dates import is_ahead, parse_date
from gleanings.fetch.parse.item_links import with_file_as_link
from gleanings.fetch.parse.items import MOST_AUTHORS, MOST_CATEGORIES
from gleanings.fetch.parse.media import is_media
from gleanings.fetch.parse.parsed import FeedUnreadable, ParsedFeed, ParsedItem
from gleanings.fetch.parse.texts import language_tag, plain_name, plain_title, show, unique
from gleanings.identity import host_label
from gleanings.patterns import later
from gleanings.values import replace


def load_json(text: str) -> tuple[Any, bool]:
    """The document, and whether it is whole: of a damaged JSON Feed the items before the damage are kept.

    Raises FeedUnreadable where nothing can be read, or what is nested beyond reason.
    """
    text = text.lstrip("\ufeff \t\r\n")
    try:
        return json.loads(text, strict=False), True
    except (ValueError, RecursionError):
        pass
    try:
        return _salvage(text), False
    except (ValueError, RecursionError) as error:
        raise FeedUnreadable("this is neither a feed nor whole JSON", "not-feed") from error


_ITEMS = later(r'"items"\s*:\s*\[')
_BETWEEN = later(r"[\s,]*")


def _salvage(text: str) -> Any:
    """The head and the whole items of a JSON Feed that is cut or damaged. Raises ValueError where there are none."""
    start = _ITEMS.search(text)
    if start is None:
        raise ValueError("no items")
    document = json.loads(text[: start.end()] + "]}", strict=False)
    decoder = json.JSONDecoder(strict=False)
    at = start.end()
    while True:
        try:
            item, at = decoder.raw_decode(text, _BETWEEN.match(text, at).end())  # type: ignore[union-attr]
        except ValueError:
            return document
        document["items"].append(item)


def read_json_feed(document: Any, *, url: str, now: datetime) -> ParsedFeed:
    """The feed. Raises FeedUnreadable for JSON that is something else."""
    if not isinstance(document, dict) or "jsonfeed.org/version/" not in _text(document.get("version")):
        raise FeedUnreadable("this is JSON, but not a JSON Feed: it has no `version` of jsonfeed.org", "not-feed")
    lang = language_tag(_text(document.get("language")))
    inherited = _authors(document)
    items = (
        cut_texts(with_file_as_link(_read_item(item, url=url, now=now, lang=lang)))
        for item in _list(document.get("items"))
        if isinstance(item, dict)
    )
    return ParsedFeed(
        title=plain_title(_text(document.get("title")), "text"),
        home=resolve(_text(document.get("home_page_url")), url),
        lang=lang,
        items=tuple(item if item.authors else replace(item, authors=inherited) for item in items),
        flags=("expired",) if document.get("expired") is True else (),
    )


def _read_item(item: dict[str, Any], *, url: str, now: datetime, lang: str | None) -> ParsedItem:
    """One item. An id that is a number is its text; without a usable id the address serves as one.

    What `external_url` links elsewhere is not the blog's, and nothing but its host is known of who published it.
    """
    own, foreign = (resolve(_text(item.get(key)), url) for key in ("url", "external_url"))
    link = foreign or own
    guid = show(_text(item.get("id")), limit=2000)
    content = _text(item.get("content_html")) or paragraphs(_text(item.get("content_text")))
    summary = paragraphs(_text(item.get("summary")))
    if not content:
        content, summary = summary, ""
    written = _text(item.get("date_published")).strip()
    published = parse_date(written, now=now)
    updated = parse_date(_text(item.get("date_modified")), now=now)
    attachments = [(resolve(_text(one.get("url")), url), one) for one in _dicts(item.get("attachments"))]
    flags = list(published.flags if published else ())
    if written and not published:
        flags.append("future-date" if is_ahead(written, now=now) else "odd-date")
    if not guid:
        flags.append("no-id")
    media = unique(
        (address for address, one in attachments if address and is_media(address, _text(one.get("mime_type")))),
        limit=10,
    )
    duration = next((_seconds(one.get("duration_in_seconds")) for _, one in attachments), None)
    return ParsedItem(
        guid=guid or own or foreign,
        url=link,
        title=plain_title(_text(item.get("title")), "text"),
        authors=_authors(item),
        published=published.when if published else None,
        published_precision=published.precision if published else "time",
        updated=updated.when if updated else None,
        summary_html=summary,
        content_html=content,
        base_url=link or url,
        categories=unique(
            (plain_title(_text(tag), "text") for tag in _list(item.get("tags"))), limit=MOST_CATEGORIES
        ),
        source=host_label(foreign) if foreign and own and site_of(foreign) != site_of(own) else None,
        media=media,
        duration_seconds=duration,
        kind="podcast" if media and duration else None,
        lang=language_tag(_text(item.get("language"))) or lang,
        flags=tuple(flags),
    )


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    """1.1's `authors`, else 1.0's `author`."""
    people = [*_list(holder.get("authors")), holder.get("author")]
    names = (_text(one.get("name")) if isinstance(one, dict) else _text(one) for one in people)
    return unique((plain_name(name) for name in names if name), limit=MOST_AUTHORS)


def _text(value: Any) -> str:
    """A string; a number as its digits; nothing for anything else."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, (int, float)):
        return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)[:200]
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (one for one in _list(value) if isinstance(one, dict))


def _seconds(value: Any) -> int | None:
    return (
        int(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 360_000
        else None
    )


# ── RSS in JSON (scripting.com) ──


def elements_of(document: Any) -> Element | None:
    """RSS written as JSON, as the elements it stands for; None for anything else."""
    rss = document.get("rss") if isinstance(document, dict) else None
    if not isinstance(rss, dict) or not isinstance(rss.get("channel"), dict):
        return None
    root = Element("rss")
    _fill(root, rss, depth=0)
    return root


def _fill(parent: Element, value: Any, *, depth: int) -> None:
    """Members become children, `#value` the text, lists repeat their element."""
    if not isinstance(value, dict):
        parent.text = _text(value)
        return
    for name, member in value.items():
        if name == "#value":
            parent.text = _text(member)
            continue
        for one in _list(member) if depth < 6 else ():
            child = Element(name)
            _fill(child, one, depth=depth + 1)
            parent.append(child)
            if not isinstance(one, dict):
                parent.set(name, _text(one))

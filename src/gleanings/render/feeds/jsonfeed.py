"""JSON Feed 1.1 (jsonfeed.org/version/1.1): `url` is our page, `external_url` the work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gleanings.render.feeds.values import Channel, Enclosure, Item, Pieces, Writer
from gleanings.render.feeds.xml import as_iri
from gleanings.values import to_json

FILE = "feed.json"
BETWEEN = b",\n"
TAIL = b"\n]}\n"


def json_head(channel: Channel) -> bytes:
    """The feed up to its first item."""
    facts = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": channel.address(FILE),
        "description": channel.description,
        "language": channel.lang,
        "authors": [_author(channel.author)],
    }
    return to_json(_filled(facts))[:-1] + b',"items":[\n'


def json_item(item: Item) -> Pieces:
    """The item, in one piece."""
    facts = {
        "id": item.id,
        "url": item.url,
        "external_url": as_iri(item.external) if item.external else None,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.content,
        "image": item.image,
        "date_published": _moment(item.published),
        "date_modified": _moment(item.updated),
        "authors": [_author(item.author)] if item.signed else (),
        "tags": item.tags,
        "language": item.lang,
        "attachments": [_attachment(enclosure) for enclosure in item.enclosures],
    }
    return (to_json(_filled(facts)),)


def json_with_moment(item: Pieces, updated: datetime, moment: datetime) -> Pieces:
    """The same item, which says that it was updated at another moment."""
    # A quotation mark in a text has a backslash before it: this is no text.
    before, after = (b',"date_modified":%b' % to_json(_moment(one)) for one in (updated, moment))
    return tuple(piece.replace(before, after, 1) for piece in item)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """What has a value; an empty one says nothing, but that an item has no words, which it must (1.1, "Items")."""
    return {name: value for name, value in values.items() if value or name == "content_html"}


def _author(writer: Writer) -> dict[str, str]:
    return {"name": writer.name} | ({"url": writer.url} if writer.url else {})


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return {"url": enclosure.url, "mime_type": enclosure.type, "size_in_bytes": enclosure.length}


def _moment(moment: datetime) -> str:
    """RFC 3339."""
    return moment.isoformat(timespec="seconds")

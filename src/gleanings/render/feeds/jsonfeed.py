"""JSON Feed 1.1 (jsonfeed.org/version/1.1): `url` is our page, `external_url` the work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from json.encoder import JSONEncoder, encode_basestring
from typing import Any

from gleanings.render.feeds.values import Channel, Enclosure, Item, Pieces, Writer

FILE = "feed.json"
BETWEEN = b",\n"
TAIL = b"\n ]\n}\n"
_encode = JSONEncoder(ensure_ascii=False).encode


def json_head(channel: Channel) -> bytes:
    """The feed up to its first item."""
    facts = _facts(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": channel.title,
            "home_page_url": channel.home,
            "feed_url": channel.address(FILE),
            "description": channel.description,
            "language": channel.lang,
            "authors": [_author(channel.author)],
        },
        indent=" ",
    )
    return _encoded(f'{{\n{facts},\n "items": [\n')


def json_item(item: Item) -> Pieces:
    """The item, in one piece."""
    facts = _facts(
        {
            "id": item.id,
            "url": item.url,
            "external_url": item.external,
            "title": item.title,
            "summary": item.summary,
            "content_html": item.content,
            "image": item.image,
            "date_published": _moment(item.published),
            "date_modified": _moment(item.updated),
            "authors": [_author(item.author)] if item.signed else [],
            "tags": item.tags,
            "language": item.lang,
            "attachments": [_attachment(enclosure) for enclosure in item.enclosures],
        },
        indent="   ",
    )
    return (_encoded(f"  {{\n{facts}\n  }}"),)


def json_with_moment(item: Pieces, updated: datetime, moment: datetime) -> Pieces:
    """The same item, which says that it was updated at another moment."""
    # A quotation mark in a text has a backslash before it: this is no text.
    before, after = (_encoded(f'\n   "date_modified": {_as_json(_moment(one))}') for one in (updated, moment))
    return tuple(piece.replace(before, after, 1) for piece in item)


def _facts(values: Mapping[str, Any], *, indent: str) -> str:
    """The members of an object, one a line; an empty one says nothing."""
    return ",\n".join(f'{indent}"{name}": {_as_json(value)}' for name, value in values.items() if value)


def _as_json(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, tuple):  # of texts; the encoder has much to prepare for a list
        return f"[{', '.join(map(encode_basestring, value))}]"
    return _encode(value)


def _author(writer: Writer) -> dict[str, str]:
    return {"name": writer.name} | ({"url": writer.url} if writer.url else {})


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return {"url": enclosure.url, "mime_type": enclosure.type, "size_in_bytes": enclosure.length}


def _moment(moment: datetime) -> str:
    """RFC 3339."""
    return moment.isoformat(timespec="seconds")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")

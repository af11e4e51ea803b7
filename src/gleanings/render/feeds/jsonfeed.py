"""JSON Feed 1.1 (jsonfeed.org/version/1.1): `url` is our page, `external_url` the work."""

from __future__ import annotations

import json
from typing import Any

from gleanings.render.feeds.values import Channel, Enclosure, Item, Writer

FILE = "feed.json"


def render_json_feed(channel: Channel) -> bytes:
    """The feed as JSON."""
    document = _filled(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": channel.title,
            "home_page_url": channel.home,
            "feed_url": channel.address(FILE),
            "description": channel.description,
            "language": channel.lang,
            "authors": [_author(channel.author)],
        }
    )
    document["items"] = [_item(item, channel) for item in channel.items]
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _item(item: Item, channel: Channel) -> dict[str, Any]:
    return _filled(
        {
            "id": item.id,
            "url": item.url,
            "external_url": item.external,
            "title": item.title,
            "summary": item.summary,
            "content_html": item.content,
            "image": item.image,
            "date_published": item.published.isoformat(timespec="seconds"),
            "date_modified": item.updated.isoformat(timespec="seconds"),
            "authors": [_author(item.author)] if item.author != channel.author else [],
            "tags": list(item.tags),
            "language": item.lang,
            "attachments": [_attachment(enclosure) for enclosure in item.enclosures],
        }
    )


def _author(writer: Writer) -> dict[str, str]:
    return _filled({"name": writer.name, "url": writer.url})


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return {"url": enclosure.url, "mime_type": enclosure.type, "size_in_bytes": enclosure.length}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """What has a value; an empty one says nothing."""
    return {key: value for key, value in values.items() if value not in (None, "", [])}

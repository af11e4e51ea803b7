"""RSS 2.0 (rssboard.org/rss-specification, and its profile), with the full text in `content:encoded`."""

from __future__ import annotations

import re
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from gleanings.patterns import later
from gleanings.render.feeds.forms import without_mathml
from gleanings.render.feeds.values import Channel, Item, LinkMeaning
from gleanings.render.feeds.xml import ATOM, CONTENT, DC, as_uri, element, serialise

FILE = "feed.xml"
_PLAIN = later(rb"<(title|description|category|dc:creator)>[^<]*&[^<]*</")


def render_rss(channel: Channel, *, stylesheet: str) -> bytes:
    """The feed as RSS; `stylesheet` is the address of an XSL file, relative to the feed."""
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM, "xmlns:content": CONTENT, "xmlns:dc": DC})
    head = element(root, "channel")
    element(head, "title", channel.title)
    element(head, "link", channel.home)
    element(head, "description", channel.description or channel.title)
    element(head, "language", channel.lang)
    if channel.updated:
        element(head, "lastBuildDate", format_datetime(channel.updated))
    element(head, "generator", "Gleanings")
    element(head, "docs", "https://www.rssboard.org/rss-specification")
    element(head, "atom:link", href=channel.address(FILE), rel="self", type="application/rss+xml")
    for item in channel.items:
        _add_item(head, item, channel.link)
    return _PLAIN.sub(_in_numbers, serialise(root, stylesheet=stylesheet))


def _in_numbers(found: re.Match[bytes]) -> bytes:
    """Characters of plain text as the profile writes them (rssboard.org/rss-profile#data-types-characterdata)."""
    return found[0].replace(b"&lt;", b"&#x3C;").replace(b"&amp;", b"&#x26;").replace(b"&gt;", b"&#x3E;")


def _add_item(head: ET.Element, item: Item, link: LinkMeaning) -> None:
    one = element(head, "item")
    element(one, "title", item.title)
    element(one, "link", as_uri(item.external) if link == "external" and item.external else item.url)
    element(one, "guid", item.id, isPermaLink="false")
    element(one, "pubDate", format_datetime(item.published))
    element(one, "dc:creator", item.author.name)
    for tag in item.tags:
        element(one, "category", tag)
    if item.comments:
        element(one, "comments", item.comments)
    # The profile wants a description before the content, and some readers list nothing else; it is read as HTML.
    element(one, "description", escape(item.summary or item.beginning, quote=False))
    element(one, "content:encoded", without_mathml(item.content))
    for enclosure in item.enclosures[:1]:  # the profile knows one enclosure an item
        element(one, "enclosure", url=enclosure.url, length=str(enclosure.length), type=enclosure.type)

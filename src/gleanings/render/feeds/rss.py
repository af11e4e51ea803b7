"""RSS 2.0 (rssboard.org/rss-specification, and its profile), with the full text in `content:encoded`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gleanings.render.feeds.values import Channel, Item, LinkMeaning
from gleanings.render.feeds.xml import ATOM, CONTENT, DC, as_uri, escape, prolog, quoted, xml_bytes

FILE = "feed.xml"
BETWEEN = b"\n"
TAIL = b"\n</channel>\n</rss>\n"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rss_head(channel: Channel, *, stylesheet: str) -> bytes:
    """The feed up to its first item; `stylesheet` is the address of an XSL file, relative to the feed."""
    self_link = quoted(as_uri(channel.address(FILE)))
    changed = f"<lastBuildDate>{_moment(channel.updated)}</lastBuildDate>\n" if channel.updated else ""
    return xml_bytes(
        f'{prolog(stylesheet)}<rss version="2.0" xmlns:atom="{ATOM}" xmlns:content="{CONTENT}" xmlns:dc="{DC}">\n'
        f"<channel>\n<title>{_plain(channel.title)}</title>\n<link>{escape(as_uri(channel.home))}</link>\n"
        f"<description>{_plain(channel.description or channel.title)}</description>\n"
        f"<language>{escape(channel.lang)}</language>\n{changed}<generator>Gleanings</generator>\n"
        f"<docs>https://www.rssboard.org/rss-specification</docs>\n"
        f'<atom:link href="{self_link}" rel="self" type="application/rss+xml" />\n'
    )


def around_rss(item: Item, link: LinkMeaning) -> tuple[bytes, bytes]:
    """The item without its text: what stands before that and behind it; `link` says what the item's link means."""
    return xml_bytes("".join(_before(item, link))), xml_bytes("".join(_behind(item)))


def _before(item: Item, link: LinkMeaning) -> Iterator[str]:
    target = as_uri(item.external if link == "external" and item.external else item.url)
    yield (
        f"<item>\n<title>{_plain(item.title)}</title>\n<link>{escape(target)}</link>\n"
        f'<guid isPermaLink="false">{escape(item.id)}</guid>\n<pubDate>{_moment(item.published)}</pubDate>\n'
        f"<dc:creator>{_plain(item.author.name)}</dc:creator>\n"
    )
    for tag in item.tags:
        yield f"<category>{_plain(tag)}</category>\n"
    if item.comments:
        yield f"<comments>{escape(as_uri(item.comments))}</comments>\n"
    # The profile wants a description before the content, and some readers list nothing else; it is read as HTML.
    yield f"<description>{_plain(escape(item.summary or item.beginning))}</description>\n<content:encoded>"


def _behind(item: Item) -> Iterator[str]:
    yield "</content:encoded>\n"
    for one in item.enclosures[:1]:  # the profile knows one enclosure an item
        yield f'<enclosure url="{quoted(as_uri(one.url))}" length="{one.length}" type="{quoted(one.type)}" />\n'
    yield "</item>"


def _plain(text: str) -> str:
    """Plain text as the profile writes it (rssboard.org/rss-profile#data-types-characterdata)."""
    return text.replace("&", "&#x26;").replace("<", "&#x3C;").replace(">", "&#x3E;")


def _moment(moment: datetime) -> str:
    """RFC 822 with a year of four digits."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    text = moment.isoformat(timespec="seconds")
    return f"{day}, {text[8:10]} {month} {text[:4]} {text[11:19]} {text[19:].replace(':', '')}"

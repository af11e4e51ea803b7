"""Atom (RFC 4287): `alternate` is our page, `related` the work, `via` who passed it on."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from gleanings.render.feeds.forms import as_xhtml, has_maths
from gleanings.render.feeds.values import Channel, Item, Writer
from gleanings.render.feeds.xml import ATOM, as_iri, element, serialise

FILE = "atom.xml"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""`updated` is required (§4.1.1); a feed without entries has not changed yet."""


def render_atom(channel: Channel, *, stylesheet: str) -> bytes:
    """The feed as Atom; `stylesheet` is the address of an XSL file, relative to the feed."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": channel.lang})
    element(root, "id", channel.id)
    element(root, "title", channel.title)
    if channel.description:
        element(root, "subtitle", channel.description)
    element(root, "updated", _moment(channel.updated or _NEVER))
    element(root, "link", rel="self", type="application/atom+xml", href=channel.address(FILE))
    element(root, "link", rel="alternate", type="text/html", href=channel.home)
    _add_author(root, channel.author)
    element(root, "generator", "Gleanings")
    for item in channel.items:
        _add_entry(root, item, channel)
    return serialise(root, stylesheet=stylesheet)


def _add_entry(root: ET.Element, item: Item, channel: Channel) -> None:
    entry = element(root, "entry", xml__lang=item.lang)
    element(entry, "id", item.id)
    element(entry, "title", item.title)
    element(entry, "link", rel="alternate", type="text/html", href=item.url)
    if item.external:
        element(entry, "link", rel="related", href=as_iri(item.external))
    for address in item.via:
        element(entry, "link", rel="via", href=as_iri(address))
    for enclosure in item.enclosures:
        element(entry, "link", rel="enclosure", type=enclosure.type, length=str(enclosure.length), href=enclosure.url)
    element(entry, "published", _moment(item.published))
    element(entry, "updated", _moment(item.updated))
    if item.author != channel.author:
        _add_author(entry, item.author)
    for tag in item.tags:
        element(entry, "category", term=tag)
    if item.summary:
        element(entry, "summary", item.summary)
    if has_maths(item.content):
        element(entry, "content", type="xhtml").append(as_xhtml(item.content))
    else:
        element(entry, "content", item.content, type="html")


def _add_author(parent: ET.Element, writer: Writer) -> None:
    author = element(parent, "author")
    element(author, "name", writer.name)
    if writer.url:
        element(author, "uri", writer.url)
    if writer.email:
        element(author, "email", writer.email)


def _moment(moment: datetime) -> str:
    """RFC 3339, as §3.3 asks."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")

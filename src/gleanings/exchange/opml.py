"""OPML 2.0 in and out (http://opml.org/spec2.opml), as feed readers really write it.

Reading is a walk over the `<outline>` tags, not an XML parse: nothing is expanded or loaded, and a file that is cut
off or has a bare `&` gives what is whole in it.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping

from gleanings.addresses import read_feed_scheme, strip_credentials
from gleanings.exchange.addresses import find_fault, read_attribute
from gleanings.exchange.decoding import decode
from gleanings.identity import work_key
from gleanings.model import Feed
from gleanings.patterns import later
from gleanings.values import Mutable, Value, field

MOST_BYTES = 20 * 1024 * 1024

_TOKEN = later(
    r"<!--.*?(?:-->|\Z)"
    r"|<!DOCTYPE[^\[>]*+(?:\[.*?\]\s*+)?+>"
    r"|<(/?)outline((?:[^>\"']++|\"[^\"]*\"|'[^']*')*+)(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = later(r"([\w:.-]+)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')")


class Subscription(Value, kw_only=True):
    """One feed of an OPML file."""

    url: str
    title: str | None = None
    home: str | None = None
    group: str | None = None
    """The folders it stands in, outermost first, joined with a slash."""
    tags: tuple[str, ...] = ()


class Subscriptions(Value, kw_only=True):
    """What an OPML file holds."""

    feeds: tuple[Subscription, ...] = ()
    """Each once, in the file's order."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Name or address, and why it is left out."""


class _Outline(Value):
    """One that is open."""

    folder: str | None
    """Its name; None where it is no folder."""
    off: bool
    """It is switched off, and so is all in it (OPML 2.0, isComment)."""


class _Reading(Mutable):
    feeds: dict[str, Subscription] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    open: list[_Outline] = field(default_factory=list)

    def take(self, attrs: Mapping[str, str]) -> None:
        name = " ".join((attrs.get("title") or attrs.get("text") or "").split())
        url = (attrs.get("xmlurl") or "").strip()
        if not url:
            self._take_other(attrs, name)
        elif self._is_off(attrs):
            self.left_out.append((name or strip_credentials(url), "it is switched off (isComment)"))
        else:
            self._take_feed(attrs, read_feed_scheme(url), name)

    def enter(self, attrs: Mapping[str, str]) -> None:
        """What comes next stands in this outline."""
        folder = "" if attrs.get("xmlurl") else attrs.get("title") or attrs.get("text") or ""
        self.open.append(_Outline(" ".join(folder.split()) or None, self._is_off(attrs)))

    def _is_off(self, attrs: Mapping[str, str]) -> bool:
        return attrs.get("iscomment", "").lower() == "true" or (bool(self.open) and self.open[-1].off)

    def _take_other(self, attrs: Mapping[str, str], name: str) -> None:
        kind = attrs.get("type", "").lower()
        address = attrs.get("url", "")
        if kind == "include" or (kind == "link" and address.lower().endswith(".opml")):
            self.left_out.append((address or name, "it is another list (import that file by itself)"))

    def _take_feed(self, attrs: Mapping[str, str], url: str, name: str) -> None:
        shown = strip_credentials(url)
        if fault := find_fault(url):
            self.left_out.append((name or shown, fault))
            return
        key = work_key(url)
        if key in self.feeds:
            known = strip_credentials(self.feeds[key].url)
            self.left_out.append((name or shown, f"it is in the list already, as {known}"))
            return
        home = attrs.get("htmlurl", "").strip()
        self.feeds[key] = Subscription(
            url=url,
            title=name if name and name not in (url, home) else None,
            home=None if find_fault(home) else home,
            group=" / ".join(outline.folder for outline in self.open if outline.folder) or None,
            tags=_tags(attrs.get("category", "")),
        )


def parse_opml(content: bytes) -> Subscriptions:
    """The feeds of an OPML file; without any outline an empty one. Never raises."""
    reading = _Reading()
    for closing, written in _TOKEN.findall(decode(content[:MOST_BYTES])):
        if closing:
            if reading.open:
                reading.open.pop()
            continue
        if not written:
            continue
        attrs = {
            name.lower(): read_attribute(double or single) for name, double, single in _ATTRIBUTE.findall(written)
        }
        reading.take(attrs)
        if not written.rstrip().endswith("/"):
            reading.enter(attrs)
    return Subscriptions(feeds=tuple(reading.feeds.values()), left_out=tuple(reading.left_out))


def format_opml(feeds: Iterable[Feed], *, title: str, names: Mapping[str, str], homes: Mapping[str, str]) -> str:
    """The feeds as OPML 2.0, groups as folders, tags as categories; user names and passwords stay out.

    `names` and `homes` tell, by address, what the feeds say of themselves where the person says nothing.
    """
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    folders: dict[str, ET.Element] = {}
    for feed in feeds:
        parent = body
        path = ""
        for name in (feed.group or "").split(" / ") if feed.group else ():
            path = f"{path} / {name}"
            if path not in folders:
                folders[path] = ET.SubElement(parent, "outline", text=_plain(name), title=_plain(name))
            parent = folders[path]
        parent.append(_outline(feed, names=names, homes=homes))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False, short_empty_elements=True)


def _outline(feed: Feed, *, names: Mapping[str, str], homes: Mapping[str, str]) -> ET.Element:
    url = strip_credentials(feed.url)
    name = _plain(feed.title or names.get(feed.url) or url)
    attrs = {"type": "rss", "text": name, "title": name, "xmlUrl": url}
    if home := feed.home or homes.get(feed.url):
        attrs["htmlUrl"] = _plain(home)
    if feed.tags:
        attrs["category"] = ",".join(_plain(tag).replace(",", " ") for tag in feed.tags)
    return ET.Element("outline", attrs)


def _plain(text: str) -> str:
    """Text that XML can hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _tags(written: str) -> tuple[str, ...]:
    """`/Technology/Python,feeds` → the last part of each category."""
    parts = (part.strip().strip("/").rpartition("/")[2] for part in written.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))

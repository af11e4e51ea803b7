"""From views to feed items: ids that stay, dates that are true, content that can stand alone in a reader."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo
from hashlib import sha256
from urllib.parse import quote, urlsplit

from gleanings import identity
from gleanings.model import Entry, Roundup, Site
from gleanings.patterns import later
from gleanings.render.addresses import absolute
from gleanings.render.assembly import assemble, plain_text
from gleanings.render.feeds.values import Enclosure, Item, Writer
from gleanings.render.media import MediaFile
from gleanings.render.views import EntryView, RoundupView
from gleanings.values import replace

_TAG = later(r"<[a-zA-Z][^<>]*>")
_BLANK_LINES = later(r"\n\s*\n")
_ADDRESS = later(r'(\s(?:href|src|poster|cite)=")((?:/(?!/)|#)[^"]*)"')


def tag_uri(site_url: str, specific: str) -> str:
    """A tag: URI (RFC 4151) of the site; its date says which year's owner of the host named it, and never changes."""
    host = urlsplit(site_url).hostname or "localhost"
    folder = urlsplit(site_url).path.strip("/")
    return f"tag:{host},2026:{quote(f'{folder}/{specific}' if folder else specific, safe='/-._~')}"


def entry_ids(roundup: Roundup, site_url: str) -> dict[str, str]:
    """Anchor → id of each entry: from roundup and work, so that editing words never makes an old item new.

    An entry without a work is told by the `id` it was given, else by its number among such entries.
    """
    seen: Counter[str] = Counter()
    ids = {}
    for entry in roundup.walk_entries():
        name = _name_of(entry)
        seen[name] += 1
        again = f"/{seen[name]}" if seen[name] > 1 or name == "thought" else ""
        ids[entry.anchor] = tag_uri(site_url, f"{roundup.name}/{name}{again}")
    return ids


def _name_of(entry: Entry) -> str:
    if entry.url:
        return sha256(identity.work_key(entry.url).encode()).hexdigest()[:16]
    return f"id/{entry.anchor}" if "id" in entry.order else "thought"


def roundup_item(
    roundup: Roundup, view: RoundupView, html: str, site: Site, find_media: Callable[[str], MediaFile | None]
) -> Item:
    """A whole roundup as an item; `html` comes from its feed template."""
    updates = _latest_update(roundup.walk_entries(), roundup.date.tzinfo)
    tags = dict.fromkeys((*roundup.tags, *(tag for entry in roundup.walk_entries() for tag in entry.tags)))
    cover = find_media(roundup.cover.src) if roundup.cover else None
    return Item(
        id=tag_uri(site.url, roundup.name),
        url=view.permalink,
        title=view.text,
        summary=view.description if roundup.summary or roundup.subtitle else "",
        beginning=view.description or _beginning(html),
        content=stand_alone(html, site.url, view.address),
        published=roundup.date,
        updated=max(moment for moment in (roundup.date, roundup.updated, updates) if moment),
        author=writer_of(site, roundup),
        tags=tuple(tags),
        lang=roundup.lang if roundup.lang != site.lang else None,
        enclosures=(Enclosure(url=absolute(cover.address, site.url), type=cover.type, length=cover.length),)
        if cover
        else (),
        image=absolute(view.cover.src, site.url) if view.cover else None,
        comments=view.comments,
    )


def entry_item(entry: Entry, view: EntryView, html: str, *, identity: str, roundup: Roundup, site: Site) -> Item:
    """One entry as an item; `html` comes from its feed template, `identity` from entry_ids."""
    updates = _latest_update(entry.walk(), roundup.date.tzinfo)
    return Item(
        id=identity,
        url=view.permalink,
        external=entry.url,
        via=tuple(via.url for via in entry.via if via.url),
        title=view.text,
        beginning=_beginning(html),
        content=stand_alone(html, site.url, view.address),
        published=roundup.date,
        updated=max(roundup.date, updates) if updates else roundup.date,
        author=writer_of(site, roundup),
        tags=tuple(dict.fromkeys((*roundup.tags, *entry.tags))),
        lang=roundup.lang if roundup.lang != site.lang else None,
        image=absolute(view.images[0].src, site.url) if view.images else None,
    )


def writer_of(site: Site, roundup: Roundup | None = None) -> Writer:
    """Who wrote the words: the roundup's author, else the site's."""
    if roundup and roundup.author and roundup.author != site.author:
        return Writer(name=roundup.author.name, url=roundup.author.url)
    return Writer(name=site.author.name, url=site.author.url, email=site.email)


def stand_alone(html: str, site_url: str, page: str) -> str:
    """Content for a reader far from our pages: footnotes and headings settled, every address absolute.

    `page` is the site-absolute address of the page that has the same ids: a footnote's link then leads somewhere in
    every reader, also in one that does not keep ids.
    """
    here = absolute(page.partition("#")[0], site_url)

    def address(found: re.Match[str]) -> str:
        target = f"{here}{found[2]}" if found[2].startswith("#") else absolute(found[2], site_url)
        return f'{found[1]}{target}"'

    text = assemble(html).strip()
    if "<pre" not in text:
        text = _BLANK_LINES.sub("\n", text)
    return _TAG.sub(lambda tag: _ADDRESS.sub(address, tag[0]), text)


def told_apart(items: Iterable[Item]) -> tuple[Item, ...]:
    """The same items, newest change first where two changed at one moment: RFC 4287 readers order by it.

    Entries of one roundup appear at one moment; those further up the page count as seconds younger.
    """
    taken: set[datetime] = set()
    apart = []
    for item in reversed(tuple(items)):
        moment = item.updated
        while moment in taken:
            moment += timedelta(seconds=1)
        taken.add(moment)
        apart.append(item if moment == item.updated else replace(item, updated=moment))
    return tuple(reversed(apart))


def _beginning(html: str, limit: int = 280) -> str:
    words = " ".join(plain_text(html).split())
    return words if len(words) <= limit else words[:limit].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def _latest_update(entries: Iterable[Entry], zone: tzinfo | None) -> datetime | None:
    """The newest dated correction of any of the entries."""
    moments = (moment_of(update.date, zone) for entry in entries for update in entry.updates if update.date)
    return max((moment for moment in moments if moment), default=None)


def moment_of(written: str, zone: tzinfo | None) -> datetime | None:
    """The first moment of a date at any precision; without a zone of its own it is the site's."""
    text = written.strip()
    text += "-01" * (2 - text.count("-")) if re.fullmatch(r"\d{4}(-\d\d)?", text) else ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)

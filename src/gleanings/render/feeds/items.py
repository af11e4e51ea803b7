"""From views to feed items: ids that stay, dates that are true, content that can stand alone in a reader."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, urljoin, urlsplit

from gleanings import identity
from gleanings.model import Entry, Roundup
from gleanings.patterns import later
from gleanings.render.feeds.values import Enclosure, Item, Writer
from gleanings.render.prose.assembly import assemble, plain_text
from gleanings.render.prose.media import MediaFile
from gleanings.render.prose.shortening import clip
from gleanings.render.views.addresses import absolute, site_address
from gleanings.render.views.dates import fixed, last_change, latest_update
from gleanings.render.views.values import EntryView, RoundupView
from gleanings.sites import Site

_BLANK_LINES = later(r"\n\s*\n")
_NAMES = "|".join(rf'(?<=\s{name}=")' for name in ("href", "src", "poster", "cite"))
_INNER_ADDRESS = later(rf'="(?:{_NAMES})(?!https?:|[A-Za-z][A-Za-z0-9+.-]*+:)([^"]*)')
"""An address without a scheme, where an attribute has one."""


def tag_uri(site_url: str, specific: str) -> str:
    """A tag: URI (RFC 4151) of the site; its date says which year's owner of the host named it, and never changes."""
    host = urlsplit(site_url).hostname or "localhost"
    folder = urlsplit(site_url).path.strip("/")
    return f"tag:{host},2026:{quote(f'{folder}/{specific}' if folder else specific, safe='/-._~')}"


def entry_ids(roundup: Roundup, site_url: str) -> dict[str, str]:
    """Anchor → id of each entry: from roundup and work, so that editing words never makes an old item new.

    An entry without a work is told by the `id` it was given, else by its number among such entries.
    """
    start = tag_uri(site_url, roundup.name)
    seen: Counter[str] = Counter()
    ids = {}
    for entry in roundup.walk_entries():
        name = _name_of(entry)
        seen[name] += 1
        again = f"/{seen[name]}" if seen[name] > 1 or name == "thought" else ""
        ids[entry.anchor] = f"{start}/{name}{again}"
    return ids


def entry_moments(roundup: Roundup) -> dict[str, datetime]:
    """Anchor → when each entry changed, no two at one moment."""
    entries = tuple(roundup.walk_entries())
    changes = (latest_update(entry.walk(), roundup.date.tzinfo) for entry in entries)
    date = fixed(roundup.date)
    moments = told_apart([max(date, fixed(change)) if change else date for change in changes])
    return dict(zip((entry.anchor for entry in entries), moments, strict=True))


def _name_of(entry: Entry) -> str:
    if entry.url:
        return sha256(identity.work_key(entry.url).encode()).hexdigest()[:16]
    return f"id/{quote(entry.anchor, safe='/-._~')}" if "id" in entry.order else "thought"


def roundup_item(
    roundup: Roundup, view: RoundupView, html: str, site: Site, find_media: Callable[[str], MediaFile | None]
) -> Item:
    """A whole roundup as an item; `html` comes from its feed template."""
    tags = dict.fromkeys((*roundup.tags, *(tag for entry in roundup.walk_entries() for tag in entry.tags)))
    cover = find_media(roundup.cover.src) if roundup.cover else None
    return Item(
        id=tag_uri(site.url, roundup.name),
        url=view.permalink,
        title=view.text,
        summary=view.description if roundup.summary or roundup.subtitle else "",
        beginning=view.description or first_words(html),
        content=stand_alone(html, site.url, view.address),
        published=fixed(roundup.date),
        updated=fixed(last_change(roundup)),
        author=writer_of(site, roundup),
        signed=writer_of(site, roundup) != writer_of(site),
        tags=tuple(tags),
        lang=roundup.lang if roundup.lang != site.lang else None,
        enclosures=(Enclosure(url=absolute(cover.address, site.url), type=cover.type, length=cover.length),)
        if cover
        else (),
        image=absolute(view.cover.src, site.url) if view.cover else None,
        comments=absolute(view.comments, site.url) if isinstance(view.comments, str) else None,
    )


def entry_item(
    entry: Entry, view: EntryView, html: str, *, identity: str, updated: datetime, roundup: Roundup, site: Site
) -> Item:
    """One entry as an item; `html` comes from its feed template, `identity` from entry_ids, `updated` from
    entry_moments."""
    return Item(
        id=identity,
        url=view.permalink,
        external=absolute(view.url, site.url) if view.url else None,
        via=tuple(via.url for via in entry.via if via.url),
        title=view.text,
        beginning=first_words(html),
        content=stand_alone(html, site.url, view.address),
        published=fixed(roundup.date),
        updated=updated,
        author=writer_of(site, roundup),
        signed=writer_of(site, roundup) != writer_of(site),
        tags=tuple(dict.fromkeys((*roundup.tags, *entry.tags))),
        lang=roundup.lang if roundup.lang != site.lang else None,
        image=absolute(view.images[0].src, site.url) if view.images else None,
    )


def writer_of(site: Site, roundup: Roundup | None = None) -> Writer:
    """Who wrote the words: the roundup's author, else the site's."""
    author = roundup.author if roundup and roundup.author else site.author
    url = absolute(site_address(author.url, "/"), site.url) if author.url else None
    return Writer(name=author.name, url=url, email=site.email if author == site.author else None)


def stand_alone(html: str, site_url: str, page: str) -> str:
    """Content for a reader far from our pages: footnotes and headings settled, every address absolute.

    `page` is the site-absolute address of the page that has the same ids: a footnote's link then leads somewhere in
    every reader, also in one that does not keep ids.
    """
    here = absolute(page.partition("#")[0], site_url)
    root = absolute("/", site_url)
    text = assemble(html).strip()
    if "<pre" not in text:
        text = _BLANK_LINES.sub("\n", text)

    def lead(found: re.Match[str]) -> str:
        # Text may look like a link: an address stands in a tag.
        opened = text.rfind("<", 0, found.start())
        in_tag = opened >= 0 and text[opened + 1].isascii() and text[opened + 1].isalpha()
        if not in_tag or text.find(">", opened, found.start()) >= 0:
            return found[0]
        return f'="{_lead_from(here, root, found[1])}'

    return _INNER_ADDRESS.sub(lead, text)


def _lead_from(here: str, root: str, written: str) -> str:
    """The absolute address for one as it is written on the page at `here`, of a site at `root`."""
    written = site_address(written, "")
    if written.startswith("/") and not written.startswith("//"):
        return root + written[1:]
    try:
        return urljoin(here, written)
    except ValueError:
        return written


def told_apart(moments: Sequence[datetime]) -> tuple[datetime, ...]:
    """The same moments of items, newest item first, but no two alike: RFC 4287 readers order by them.

    Entries of one roundup appear at one moment; those further up the page count as seconds younger.
    """
    if len(set(moments)) == len(moments):
        return tuple(moments)
    free: dict[datetime, datetime] = {}
    """Moment taken → the next one that may be free."""
    apart = []
    for moment in reversed(moments):
        new = moment
        while new in free:
            new = free[new]
        free[new] = free[moment] = new + timedelta(seconds=1)
        apart.append(new)
    return tuple(reversed(apart))


def first_words(html: str, limit: int = 280) -> str:
    """The first words. Of a long text only some paragraphs are looked at, as many as these words need."""
    end = limit
    while (end := html.find("</p>", 2 * end)) >= 0:
        start = html[:end]
        if start.count("\x04") == start.count("\x05") and len(words := _words(start)) > limit:
            break
    else:
        words = _words(html)
    return clip(words, limit)


def _words(html: str) -> str:
    return " ".join(plain_text(html).split())

"""The small outputs beside pages and feeds: sitemap, robots, redirects, open data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from gleanings.model import Entry, Image, Link, Person, PlainPage, Quote, Roundup, Section, Update, Via
from gleanings.render.feeds.items import entry_ids
from gleanings.render.feeds.xml import as_uri
from gleanings.render.output.publish import Page
from gleanings.render.prose.rendering import Prose
from gleanings.render.views.addresses import absolute, page_file, relative, site_address
from gleanings.render.views.dates import fixed
from gleanings.sites import Library, Site
from gleanings.values import Value, to_json

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
DATA_FILE = "data/entries.json"
_NOT_OPEN = {"place", "order", "bare", "related", "title", "url", "anchor"}
"""Fields of an entry that open data says otherwise, or not."""
Titles = tuple[str, ...]
"""Titles of sections, the outermost first."""
Lead = Callable[[str], str]
"""An address as written in a roundup → the absolute one."""
_OPEN = tuple(name for name in Entry.__struct_fields__ if name not in _NOT_OPEN)


def render_sitemap(addresses: Iterable[str], changed: Mapping[str, date], site: Site) -> Page:
    """sitemap.xml (sitemaps.org): every page meant to be found; those of roundups say when they last `changed`."""
    site_url = as_uri(site.url)
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<urlset xmlns="{_SITEMAP}">']
    for address in addresses:
        lines += ["<url>", f"<loc>{escape(absolute(address, site_url), quote=False)}</loc>"]
        if address in changed:
            lines.append(f"<lastmod>{changed[address].isoformat()}</lastmod>")
        lines.append("</url>")
    lines.append("</urlset>\n")
    return Page(path="sitemap.xml", content="\n".join(lines).encode())


def render_robots(library: Library) -> Page:
    """robots.txt (RFC 9309): everything is open, and the sitemap is there."""
    text = f"User-agent: *\nDisallow:\nSitemap: {as_uri(library.site.url)}sitemap.xml\n"
    return Page(path="robots.txt", content=text.encode())


def render_redirects(library: Library) -> Iterator[Page]:
    """A page at every old address that leads to the new one, also from a disk and under any folder."""
    moved: tuple[Roundup | PlainPage, ...] = (*library.roundups, *library.pages)
    for one in moved:
        for alias in one.aliases:
            if alias != one.address:
                yield Page(path=page_file(alias), content=_redirect(alias, one.address, library).encode())


def _redirect(old: str, new: str, library: Library) -> str:
    target, canonical = escape(relative(new, old)), escape(absolute(new, library.site.url))
    return (
        f'<!doctype html>\n<html lang="{escape(library.site.lang)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>Moved</title>\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="robots" content="noindex">\n'
        f'<link rel="canonical" href="{canonical}">\n<meta http-equiv="refresh" content="0; url={target}">\n</head>\n'
        f'<body>\n<main>\n<h1>Moved</h1>\n<p>This page is now at <a href="{target}">{canonical}</a>.</p>\n</main>\n'
        f"</body>\n</html>\n"
    )


class OpenData(Value):
    """One roundup as open data, in JSON."""

    roundup: bytes
    entries: bytes
    """Objects with commas between them."""


def open_data(roundup: Roundup, site_url: str, prose: Prose) -> OpenData:
    """What open data says of a roundup."""
    entries = to_json(list(_entries_of(roundup, site_url, prose)))[1:-1]
    return OpenData(to_json(_roundup_data(roundup, site_url, prose)), entries)


def render_open_data(site: Site, roundups: Iterable[OpenData]) -> Page:
    """data/entries.json: everything that was published, as data; prose is Markdown as written. Oldest first."""
    roundups = tuple(roundups)
    about = {"title": site.title, "url": site.url, "author": site.author.name}
    pieces = (
        b'{"version":1,"site":%b,"roundups":[\n' % to_json(about),
        *_separated([one.roundup for one in roundups]),
        b'\n],"entries":[\n',
        *_separated([one.entries for one in roundups if one.entries]),
        b"\n]}\n",
    )
    return Page(path=DATA_FILE, content=b"".join(pieces))


def _separated(lines: Sequence[bytes]) -> Iterator[bytes]:
    """Pieces of lines with commas between them, in which nothing is copied: they are megabytes."""
    for number, line in enumerate(lines):
        if number:
            yield b",\n"
        yield line


def changed_lines(old: OpenData, new: OpenData) -> list[tuple[bytes, bytes]] | None:
    """What in the file of open data makes room for what when a roundup changes; a comma or the end of the line comes
    next. None where the roundup has lost all entries, or had none."""
    both = ((old.roundup, new.roundup), (old.entries, new.entries))
    pairs = [(before, after) for before, after in both if before != after]
    # A roundup has its lines to itself: with their beginning, nothing else can look like one.
    return [(b"\n" + before, b"\n" + after) for before, after in pairs] if all(map(all, pairs)) else None


def _leading(roundup: Roundup, site_url: str) -> Lead:
    return lambda written: absolute(site_address(written, roundup.address), site_url)


def _roundup_data(roundup: Roundup, site_url: str, prose: Prose) -> dict[str, Any]:
    lead = _leading(roundup, site_url)
    return _filled(
        {
            "name": roundup.name,
            "url": absolute(roundup.address, site_url),
            "title": roundup.title,
            "subtitle": roundup.subtitle,
            "date": roundup.date.date().isoformat() if roundup.dated_by_day else fixed(roundup.date).isoformat(),
            "updated": fixed(roundup.updated).isoformat() if roundup.updated else None,
            "number": roundup.number,
            "series": roundup.series,
            "lang": roundup.lang,
            "tags": roundup.tags,
            "author": _plain(roundup.author, lead),
            "summary": roundup.summary,
            "cover": _plain(roundup.cover, lead),
            "comments": lead(roundup.comments) if isinstance(roundup.comments, str) else roundup.comments,
            "intro": roundup.intro,
            "sections": list(_sections_of(roundup.sections, prose, ())),
            "outro": roundup.outro,
        }
    )


def _sections_of(sections: Iterable[Section], prose: Prose, above: Titles) -> Iterator[dict[str, Any]]:
    """The sections that say something themselves, each under the titles that lead to it."""
    for section in sections:
        here = _path(section, prose, above)
        if section.intro or section.outro:
            yield _filled({"section": here, "intro": section.intro, "outro": section.outro})
        yield from _sections_of(section.sections, prose, here)


def _path(section: Section, prose: Prose, above: Titles) -> Titles:
    return (*above, prose.plain(section.title)) if section.title else above


def _entries_of(roundup: Roundup, site_url: str, prose: Prose) -> Iterator[dict[str, Any]]:
    ids = entry_ids(roundup, site_url)
    base = absolute(roundup.address, site_url)
    lead = _leading(roundup, site_url)

    def one(entry: Entry, section: Titles, parent: Entry | None) -> Iterator[dict[str, Any]]:
        data = {"id": ids[entry.anchor], "permalink": f"{base}#{entry.anchor}", "roundup": roundup.name}
        yield data | _place(section, ids[parent.anchor] if parent else None) | _facts(entry, prose, lead)
        for child in entry.related:
            yield from one(child, section, entry)

    def inside(parts: Iterable[Entry | Section], above: Titles) -> Iterator[dict[str, Any]]:
        for part in parts:
            if isinstance(part, Section):
                yield from inside(part.parts(), _path(part, prose, above))
            else:
                yield from one(part, above, None)

    yield from inside(roundup.parts(), ())


def _place(section: Titles, parent: str | None) -> dict[str, Any]:
    return _filled({"section": section, "related_to": parent}) if section or parent else {}


def _facts(entry: Entry, prose: Prose, lead: Lead) -> dict[str, Any]:
    """What was written, under the names of the model."""
    facts: dict[str, Any] = {"url": lead(entry.url)} if entry.url else {}
    if entry.title and (title := prose.plain(entry.title)):
        facts["title"] = title
    for name in _OPEN:
        if value := getattr(entry, name):
            facts[name] = value if value.__class__ is str else _plain(value, lead)
    return facts


def _plain(value: Any, lead: Lead) -> Any:
    """A value of the model as JSON knows it; people without an address are just names."""
    match value:
        case str():
            return value
        case tuple():
            return [_plain(one, lead) for one in value]
        case Person(url=None):
            return value.name
        case Person() | Link() | Quote() | Image() | Update() | Via():
            written = {name: _plain(getattr(value, name), lead) for name in value.__struct_fields__}
            return _filled(written | {"url": lead(written["url"])} if written.get("url") else written)
        case _:
            return value


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], ())}

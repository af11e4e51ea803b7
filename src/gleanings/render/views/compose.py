"""From a roundup as written to its view: prose rendered, names linked, parts in the order of the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import escape

from gleanings import identity
from gleanings.model import Entry, Roundup, Section
from gleanings.render.prose.assembly import plain_text
from gleanings.render.prose.fragments import is_one_paragraph, links_in
from gleanings.render.prose.languages import direction
from gleanings.render.prose.rendering import Prose
from gleanings.render.views.dates import last_change, show_date, show_written
from gleanings.render.views.entry_parts import (
    image_view,
    images_of,
    link_view,
    links_of,
    quotes_of,
    updates_of,
    via_of,
)
from gleanings.render.views.measures import choose_style, count_words, count_works, minutes_of, wants_contents
from gleanings.render.views.naming import describe, name_entry
from gleanings.render.views.surroundings import Bench, Surroundings
from gleanings.render.views.values import EntryView, PartKind, RoundupView, SectionView, Style


def compose_roundup(roundup: Roundup, around: Surroundings, prose: Prose) -> RoundupView:
    """The view of a whole roundup. Prose is rendered in the order of the page, which footnote numbers follow."""
    bench = Bench(roundup, around, prose)
    title = bench.line(roundup.title, "intro")
    intro = bench.block_or_none(roundup.intro, "intro")
    style = choose_style(roundup.style or around.series.style, roundup.entries)
    if roundup.sections_first:
        sections = tuple(compose_section(section, bench) for section in roundup.sections)
        entries = tuple(compose_entry(entry, bench, style) for entry in roundup.entries)
    else:
        entries = tuple(compose_entry(entry, bench, style) for entry in roundup.entries)
        sections = tuple(compose_section(section, bench) for section in roundup.sections)
    outro = bench.block_or_none(roundup.outro, "intro")
    subtitle = bench.line(roundup.subtitle, "intro") if roundup.subtitle else None
    summary = bench.block_or_none(roundup.summary, "intro")
    inner = [entry for section in sections for entry in section.walk_entries()]
    words = count_words(roundup)
    return RoundupView(
        name=roundup.name,
        address=roundup.address,
        permalink=bench.permalink,
        series=roundup.series,
        series_title=around.series.title,
        series_address=around.series_address,
        title=title,
        text=plain_text(title),
        subtitle=subtitle,
        date=bench.date,
        updated=show_date(roundup.updated) if roundup.updated else None,
        changed=bench.date if (change := last_change(roundup)) == roundup.date else show_date(change),
        number=roundup.number,
        summary=summary,
        description=describe(
            summary, subtitle, intro, (*inner, *entries) if roundup.sections_first else (*entries, *inner)
        ),
        intro=intro,
        entries=entries,
        sections=sections,
        outro=outro,
        sections_first=roundup.sections_first,
        tags=bench.tags(roundup.tags),
        style=style,
        draft=roundup.draft,
        waiting=around.waiting,
        cover=image_view(roundup.cover, bench, "intro") if roundup.cover else None,
        picture=around.picture,
        toc=wants_contents(roundup),
        lang=roundup.lang,
        comments=bench.address(roundup.comments) if isinstance(roundup.comments, str) else roundup.comments,
        author=bench.person(roundup.author or around.author),
        works=count_works(roundup),
        words=words,
        minutes=minutes_of(words),
        previous=around.previous,
        next=around.next,
    )


def compose_section(section: Section, bench: Bench) -> SectionView:
    """A section and all below it."""
    style = choose_style(section.style or bench.roundup.style or bench.around.series.style, section.entries)
    name = section.anchor or (section.entries[0].anchor if section.entries else "group")
    anchor = f"{name}-intro"  # one for all its texts: a footnote of the lead-in may be meant in the lead-out
    title = bench.line(section.title, anchor) if section.title else None
    return SectionView(
        title=title,
        text=plain_text(title) if title else "",
        anchor=section.anchor,
        intro=bench.block_or_none(section.intro, anchor),
        entries=tuple(compose_entry(entry, bench, style) for entry in section.entries),
        sections=tuple(compose_section(inner, bench) for inner in section.sections),
        outro=bench.block_or_none(section.outro, anchor),
        style=style,
    )


def compose_entry(entry: Entry, bench: Bench, style: Style) -> EntryView:
    """An entry and all related ones below it."""
    around, anchor = bench.around, entry.anchor
    url = bench.address(entry.url) if entry.url else None
    title = bench.title(entry.title, anchor) if entry.title else None
    pick_reason = bench.line(entry.pick, anchor) if isinstance(entry.pick, str) else None
    also = tuple(link_view(link, bench, anchor) for link in entry.also)
    values = {kind: _PARTS[kind](entry, bench) for kind in _kinds_in_order(entry.order) if getattr(entry, kind)}
    note = values.get("note")
    titleless = title is None and (url is None or (note is not None and identity.is_among(url, links_in(note))))
    if title is None and not titleless and url:
        title = escape(identity.name_address(url))
    inline = (
        style == "list"
        and title is not None
        and note is not None
        and next(iter(values)) == "note"
        and is_one_paragraph(note)
    )
    host = identity.host_label(url) if url else ""
    return EntryView(
        roundup=bench.roundup.name,
        anchor=anchor,
        address=f"{bench.roundup.address}#{anchor}",
        permalink=f"{bench.permalink}#{anchor}",
        date=bench.date,
        url=url,
        host=host,
        title=title,
        text=name_entry(title, entry, values),
        titleless=titleless,
        inline=inline,
        brief=titleless and note is not None and len(values) == 1 and is_one_paragraph(note),
        label=entry.label,
        also=also,
        authors=tuple([bench.person(person) for person in entry.authors]),
        source=entry.source,
        source_address=around.sources.get(entry.source or host),
        published=show_written(entry.published),
        kind=entry.kind or (identity.guess_kind(url) if url else None),
        lang=entry.lang,
        dir=direction(entry.lang),
        parts=tuple(values.items()),
        note=note,
        thought=values.get("thought"),
        quotes=values.get("quotes", ()),
        links=values.get("links", ()),
        related=values.get("related", ()),
        via=values.get("via", ()),
        tags=bench.tags(entry.tags),
        pick=bool(entry.pick),
        pick_reason=pick_reason,
        status=entry.status,
        read=show_written(entry.read),
        images=values.get("images", ()),
        updates=values.get("updates", ()),
        archive=entry.archive,
        also_in=around.also_in.get(anchor, ()),
        again_reason=bench.line(entry.again, anchor) if isinstance(entry.again, str) else None,
    )


@lru_cache(maxsize=256)
def _kinds_in_order(order: tuple[str, ...]) -> tuple[PartKind, ...]:
    """All kinds of parts in the order in which an entry's keys were written; unmentioned ones follow."""
    written = [kind for key in order if (kind := _KEYS.get(key)) is not None]
    return tuple(dict.fromkeys((*written, *_PARTS)))


def _related(entry: Entry, bench: Bench) -> tuple[EntryView, ...]:
    style = choose_style("list" if all(child.bare for child in entry.related) else None, entry.related)
    return tuple(compose_entry(child, bench, "notes" if style == "articles" else style) for child in entry.related)


_PARTS: Mapping[PartKind, Callable[[Entry, Bench], Any]] = {
    "note": lambda entry, bench: bench.block(entry.note or "", entry.anchor),
    "thought": lambda entry, bench: bench.block(entry.thought or "", entry.anchor),
    "quotes": quotes_of,
    "images": images_of,
    "links": links_of,
    "via": via_of,
    "updates": updates_of,
    "related": _related,
}

_KEYS: Mapping[str, PartKind] = {
    "note": "note",
    "thought": "thought",
    "quotes": "quotes",
    "image": "images",
    "images": "images",
    "links": "links",
    "via": "via",
    "updates": "updates",
    "related": "related",
}

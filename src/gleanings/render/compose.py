"""From a roundup as written to its view: prose rendered, names linked, parts in the order of the keys."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from markupsafe import Markup, escape

from gleanings import identity
from gleanings.model import Entry, Image, Link, Person, Quote, Roundup, Section, Series, Update, Via
from gleanings.render.addresses import absolute
from gleanings.render.assembly import plain_text
from gleanings.render.dates import Shown, show_date, show_written
from gleanings.render.fragments import is_one_paragraph, links_in
from gleanings.render.prose import Prose
from gleanings.render.views import (
    EntryView,
    ImageView,
    LinkView,
    PartKind,
    PersonView,
    QuoteView,
    RoundupLine,
    RoundupView,
    SectionView,
    SeenIn,
    Style,
    TagView,
    UpdateView,
    ViaView,
)
from gleanings.values import Value, field

ROLES = (
    "paper", "abstract", "pdf", "report", "article", "post", "book", "code", "demo", "model", "dataset",
    "notebook", "slides", "video", "audio", "podcast", "transcript", "docs", "review", "discussion",
)  # fmt: skip
"""The steady order of links by role; unknown roles follow as written."""

_STYLES: Mapping[str | None, Style] = {"list": "list", "notes": "notes", "articles": "articles"}
_ROLE_WORDS = {"pdf": "PDF"}
_RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi")
_WORDS_A_MINUTE = 230
_LIST_WORDS = 30
_ARTICLE_WORDS = 170


class Surroundings(Value, kw_only=True):
    """What a roundup's page says that stands in other files: with the roundup and the site it decides every byte."""

    site_url: str
    series: Series
    series_address: str | None = None
    author: Person
    """Of the site; a roundup may name another."""
    previous: RoundupLine | None = None
    next: RoundupLine | None = None
    waiting: bool = False
    """Of a day to come."""
    also_in: Mapping[str, tuple[SeenIn, ...]] = field(default_factory=dict)
    """Entry anchor → other roundups with the same work."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tag as written → address of its page."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Author's name → address, where there is a page."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Source's name → address, where there is a page."""
    picture: ImageView | None = None
    """The one that is drawn of it for link previews."""


class _Desk(Value, gc=True):
    """What each step of the composing needs: the roundup, its surroundings, the prose."""

    roundup: Roundup
    around: Surroundings
    prose: Prose

    def anchor(self, name: str) -> str:
        """An entry's (section's, roundup's) anchor made unique in the whole site, for footnotes."""
        return f"{self.roundup.name.replace('/', '-')}-{name}"

    def block(self, text: str, name: str) -> Markup:
        return self.prose.block(text, anchor=self.anchor(name), lang=self.roundup.lang)

    def block_or_none(self, text: str | None, name: str) -> Markup | None:
        return self.block(text, name) if text else None

    def line(self, text: str, name: str) -> Markup:
        return self.prose.inline(text, anchor=self.anchor(name), lang=self.roundup.lang)

    def title(self, text: str, name: str) -> Markup:
        return self.prose.title(text, anchor=self.anchor(name))


def compose_roundup(roundup: Roundup, around: Surroundings, prose: Prose) -> RoundupView:
    """The view of a whole roundup. Prose is rendered in the order of the page, which footnote numbers follow."""
    desk = _Desk(roundup, around, prose)
    title = desk.line(roundup.title, "intro")
    intro = desk.block_or_none(roundup.intro, "intro")
    style = choose_style(roundup.style or around.series.style, roundup.entries)
    if _sections_first(roundup.order):
        sections = tuple(compose_section(section, desk) for section in roundup.sections)
        entries = tuple(compose_entry(entry, desk, style) for entry in roundup.entries)
    else:
        entries = tuple(compose_entry(entry, desk, style) for entry in roundup.entries)
        sections = tuple(compose_section(section, desk) for section in roundup.sections)
    outro = desk.block_or_none(roundup.outro, "intro")
    words = _count_words(roundup)
    author = roundup.author or around.author
    return RoundupView(
        name=roundup.name,
        address=roundup.address,
        permalink=absolute(roundup.address, around.site_url),
        series=roundup.series,
        series_title=around.series.title,
        series_address=around.series_address,
        title=title,
        text=plain_text(title),
        subtitle=desk.line(roundup.subtitle, "intro") if roundup.subtitle else None,
        date=date_of(roundup),
        updated=show_date(roundup.updated) if roundup.updated else None,
        number=roundup.number,
        summary=desk.block_or_none(roundup.summary, "intro"),
        description=_description(roundup, entries, sections, prose),
        intro=intro,
        entries=entries,
        sections=sections,
        outro=outro,
        sections_first=_sections_first(roundup.order),
        tags=_tags(roundup.tags, around),
        style=style,
        draft=roundup.draft,
        waiting=around.waiting,
        cover=_image(roundup.cover, desk, "intro") if roundup.cover else None,
        picture=around.picture,
        toc=_wants_contents(roundup),
        lang=roundup.lang,
        comments=roundup.comments if isinstance(roundup.comments, str) else None,
        author=_person(author, around),
        works=count_works(roundup),
        words=words,
        minutes=max(1, math.ceil(words / _WORDS_A_MINUTE)),
        previous=around.previous,
        next=around.next,
    )


def compose_section(section: Section, desk: _Desk) -> SectionView:
    """A section and all below it."""
    style = choose_style(section.style or desk.roundup.style or desk.around.series.style, section.entries)
    name = section.anchor or (section.entries[0].anchor if section.entries else "group")
    anchor = f"{name}-intro"  # one for all its texts: a footnote of the lead-in may be meant in the lead-out
    title = desk.line(section.title, anchor) if section.title else None
    return SectionView(
        title=title,
        text=plain_text(title) if title else "",
        anchor=section.anchor,
        intro=desk.block_or_none(section.intro, anchor),
        entries=tuple(compose_entry(entry, desk, style) for entry in section.entries),
        sections=tuple(compose_section(inner, desk) for inner in section.sections),
        outro=desk.block_or_none(section.outro, anchor),
        style=style,
    )


def compose_entry(entry: Entry, desk: _Desk, style: Style) -> EntryView:
    """An entry and all related ones below it."""
    around = desk.around
    title = desk.title(entry.title, entry.anchor) if entry.title else None
    pick_reason = desk.line(entry.pick, entry.anchor) if isinstance(entry.pick, str) else None
    also = tuple(_link(link, desk, entry.anchor) for link in entry.also)
    values = {kind: _PARTS[kind](entry, desk) for kind in _kinds_in_order(entry)}
    note = values.get("note")
    titleless = title is None and (entry.url is None or _links_to(note, entry.url))
    if title is None and not titleless and entry.url:
        title = escape(short_address(entry.url))
    parts = tuple(values.items())
    inline = (
        style == "list"
        and title is not None
        and note is not None
        and parts[0][0] == "note"
        and is_one_paragraph(note)
    )
    address = f"{desk.roundup.address}#{entry.anchor}"
    host = identity.host_label(entry.url) if entry.url else ""
    return EntryView(
        roundup=desk.roundup.name,
        anchor=entry.anchor,
        address=address,
        permalink=absolute(address, around.site_url),
        date=date_of(desk.roundup),
        url=entry.url,
        host=host,
        title=title,
        text=_name(title, entry, values),
        titleless=titleless,
        inline=inline,
        label=entry.label,
        also=also,
        authors=tuple(_person(person, around) for person in entry.authors),
        source=entry.source,
        source_address=around.sources.get(entry.source or host),
        published=show_written(entry.published),
        kind=entry.kind or (identity.guess_kind(entry.url) if entry.url else None),
        lang=entry.lang,
        dir=direction(entry.lang),
        parts=parts,
        note=note,
        thought=values.get("thought"),
        quotes=values.get("quotes", ()),
        links=values.get("links", ()),
        related=values.get("related", ()),
        via=values.get("via", ()),
        tags=_tags(entry.tags, around),
        pick=bool(entry.pick),
        pick_reason=pick_reason,
        status=entry.status,
        read=show_written(entry.read),
        images=values.get("images", ()),
        updates=values.get("updates", ()),
        archive=entry.archive,
        also_in=around.also_in.get(entry.anchor, ()),
        again_reason=desk.line(entry.again, entry.anchor) if isinstance(entry.again, str) else None,
    )


# ── the parts of an entry ──


def _kinds_in_order(entry: Entry) -> tuple[PartKind, ...]:
    """The parts the entry has, in the order in which its keys were written; unmentioned ones follow."""
    written = [kind for key in entry.order if (kind := _KEYS.get(key)) is not None]
    kinds = dict.fromkeys((*written, *_PARTS))
    return tuple(kind for kind in kinds if getattr(entry, kind))


def _links(entry: Entry, desk: _Desk) -> tuple[LinkView, ...]:
    return tuple(_link(link, desk, entry.anchor) for link in order_links(entry.links))


def order_links(links: Iterable[Link]) -> tuple[Link, ...]:
    """Links in the steady order of roles; within a role, and among unknown roles, as written."""
    steady = {role: number for number, role in enumerate(ROLES)}
    return tuple(sorted(links, key=lambda link: steady.get(link.role.lower(), len(steady))))


def _link(link: Link, desk: _Desk, anchor: str) -> LinkView:
    return LinkView(
        url=link.url,
        role=link.role,
        word=_ROLE_WORDS.get(link.role.lower(), link.role),
        title=desk.title(link.title, anchor) if link.title else None,
        authors=tuple(_person(person, desk.around) for person in link.authors),
        note=desk.line(link.note, anchor) if link.note else None,
        host=identity.host_label(link.url),
    )


def _quotes(entry: Entry, desk: _Desk) -> tuple[QuoteView, ...]:
    return tuple(_quote(quote, desk, entry.anchor) for quote in entry.quotes)


def _quote(quote: Quote, desk: _Desk, anchor: str) -> QuoteView:
    return QuoteView(
        text=desk.block(quote.text, anchor),
        by=quote.by,
        url=quote.url,
        host=identity.host_label(quote.url) if quote.url else "",
        note=desk.block_or_none(quote.note, anchor),
    )


def _images(entry: Entry, desk: _Desk) -> tuple[ImageView, ...]:
    return tuple(_image(image, desk, entry.anchor) for image in entry.images)


def _image(image: Image, desk: _Desk, anchor: str) -> ImageView:
    file = desk.prose.find_media(image.src)
    return ImageView(
        src=file.address
        if file
        else image.src
        if identity.is_web_address(image.src)
        else f"/{image.src.lstrip('/')}",
        alt=image.alt or "",
        caption=desk.line(image.caption, anchor) if image.caption else None,
        width=file.width if file else None,
        height=file.height if file else None,
        foreign=identity.is_web_address(image.src),
    )


def _via(entry: Entry, desk: _Desk) -> tuple[ViaView, ...]:
    return tuple(_one_via(via) for via in entry.via)


def _one_via(via: Via) -> ViaView:
    return ViaView(name=via.name or (identity.host_label(via.url) if via.url else ""), url=via.url)


def _updates(entry: Entry, desk: _Desk) -> tuple[UpdateView, ...]:
    return tuple(_update(update, desk, entry.anchor) for update in entry.updates)


def _update(update: Update, desk: _Desk, anchor: str) -> UpdateView:
    return UpdateView(note=desk.block(update.note, anchor), date=show_written(update.date))


def _related(entry: Entry, desk: _Desk) -> tuple[EntryView, ...]:
    style = choose_style("list" if all(child.bare for child in entry.related) else None, entry.related)
    return tuple(compose_entry(child, desk, "notes" if style == "articles" else style) for child in entry.related)


_PARTS: Mapping[PartKind, Callable[[Entry, _Desk], Any]] = {
    "note": lambda entry, desk: desk.block(entry.note or "", entry.anchor),
    "thought": lambda entry, desk: desk.block(entry.thought or "", entry.anchor),
    "quotes": _quotes,
    "images": _images,
    "links": _links,
    "via": _via,
    "updates": _updates,
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


# ── small things ──


def short_address(url: str) -> str:
    """A web address as one reads it aloud: no scheme, no `www.`, no slash at the end."""
    return re.sub(r"^[a-z]+://(?:www\.)?", "", identity.display(url)).rstrip("/")


def date_of(roundup: Roundup) -> Shown:
    """The day of a roundup, for machines with the time where one was written."""
    return show_date(roundup.date.date() if roundup.dated_by_day else roundup.date)


def count_works(roundup: Roundup) -> int:
    """Entries that point at a work, related ones included."""
    return sum(1 for entry in roundup.walk_entries() if entry.url)


def choose_style(wanted: str | None, entries: Iterable[Entry]) -> Style:
    """The style asked for; without one, by the length of the notes: a line, a paragraph, a review."""
    if wanted in _STYLES:
        return _STYLES[wanted]
    entries = tuple(entries)
    lengths = sorted(len((entry.note or "").split()) for entry in entries)
    if not lengths:
        return "notes"
    rich = any(entry.quotes or entry.images or entry.thought or entry.updates or entry.pick for entry in entries)
    if lengths[-1] <= _LIST_WORDS and not rich:
        return "list"
    return "articles" if lengths[len(lengths) // 2] > _ARTICLE_WORDS else "notes"


def first_names(roundup: Roundup, count: int) -> tuple[str, ...]:
    """The titles of its first works as plain text, for a line in the archive."""
    titles = (entry.title for entry in roundup.walk_entries() if entry.title)
    return tuple(title for _, title in zip(range(count), titles, strict=False))


def _person(person: Person, around: Surroundings) -> PersonView:
    return PersonView(name=person.name, url=person.url, address=around.people.get(person.name))


def _tags(tags: Iterable[str], around: Surroundings) -> tuple[TagView, ...]:
    return tuple(TagView(name=tag, address=around.tags[tag]) for tag in tags if tag in around.tags)


def direction(lang: str | None) -> Literal["rtl"] | None:
    """`rtl` for the languages that are written from the right."""
    return "rtl" if lang and lang.lower().partition("-")[0] in _RIGHT_TO_LEFT else None


def _links_to(note: Markup | None, url: str) -> bool:
    """Whether the note itself carries the link, so that no title line is needed; another form of a work (its PDF) is
    another link."""
    wanted = short_address(url)
    return note is not None and any(short_address(address) == wanted for address in links_in(note))


def _name(title: Markup | None, entry: Entry, values: Mapping[PartKind, Any]) -> str:
    """The title in plain text; without one the first words of whatever is said, else of what is pointed at."""
    if title:
        return plain_text(title)
    said = (values.get("note"), values.get("thought"), *(quote.text for quote in values.get("quotes", ())),
            *(update.note for update in values.get("updates", ())))  # fmt: skip
    words = next((words for text in said if text and (words := plain_text(text).split())), [])
    if not words:
        shown = [image.alt or "" for image in entry.images]
        pointed = [link.title or short_address(link.url) for link in (*entry.also, *entry.links)]
        below = [child.title or child.note or child.url or "" for child in entry.related]
        words = next(filter(None, (*pointed, *shown, *below, entry.label, entry.anchor)), "").split()
    return " ".join(words[:9]) + ("…" if len(words) > 9 else "")


def _sections_first(order: tuple[str, ...]) -> bool:
    return "sections" in order and "entries" in order and order.index("sections") < order.index("entries")


def _wants_contents(roundup: Roundup) -> bool:
    """A table of contents, where asked for; else from four titled sections, or three and many entries."""
    if roundup.toc is not None:
        return roundup.toc
    titled = sum(1 for section in roundup.sections if section.title)
    return titled >= 4 or (titled >= 3 and sum(1 for _ in roundup.walk_entries()) >= 12)


def _count_words(roundup: Roundup) -> int:
    texts: list[str | None] = [roundup.intro, roundup.outro]
    for entry in roundup.walk_entries():
        texts += [entry.title, entry.note, entry.thought, *(quote.text for quote in entry.quotes)]
    return sum(len(text.split()) for text in texts if text)


def _description(
    roundup: Roundup, entries: tuple[EntryView, ...], sections: tuple[SectionView, ...], prose: Prose
) -> str:
    """The summary, else the subtitle, else the intro's beginning, else the first works."""
    for text in (roundup.summary, roundup.subtitle):
        if text:
            return _clip(prose.plain_block(text))
    if roundup.intro:
        return _clip(" ".join(prose.plain_block(roundup.intro).split()))
    inner = [entry for section in sections for entry in section.walk_entries()]
    return _clip(" · ".join(entry.text for entry in (*entries, *inner)[:4]))


def _clip(text: str, limit: int = 200) -> str:
    if len(text) <= limit:
        return text
    return text[:limit].rpartition(" ")[0].rstrip(" ,;:.") + "…"

"""A roundup as a document: its headings, its entries, each with its parts in the order in which they were written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from textwrap import indent

from gleanings import identity
from gleanings.exchange.markdown.inline import format_destination
from gleanings.exchange.markdown.notes import Notes, Scope, open_scope
from gleanings.exchange.markdown.texts import ends_in_list, links_in, settle_block, settle_line, settle_title
from gleanings.files.writing import format_title
from gleanings.model import Entry, Image, Link, Person, Quote, Roundup, Section
from gleanings.patterns import later
from gleanings.values import Value

Blocks = Iterator[str]
"""Pieces of a document that a blank line parts."""

_PARTS = ("note", "thought", "quotes", "image", "links", "via", "updates", "related")
_BLOCK_MARK = later(r"\A(\d{0,9})([.)#>+*-]+)(?=\s)")
"""What would begin a list, a heading, a quotation."""
_STATUSES = {"reading": "reading now", "want": "want to read"}


class Desk(Value, gc=True):
    """What every step needs."""

    notes: Notes
    resolve: Callable[[str], str]
    """An address as a person wrote it → the absolute one."""


def format_roundup(roundup: Roundup, *, resolve: Callable[[str], str], notes: Notes) -> str:
    """The roundup as CommonMark, with footnotes as most programs know them (`[^1]`), numbered on from those that
    `notes` has already."""
    desk = Desk(notes, resolve)
    blocks = [*_roundup(roundup, desk)]
    return f"{_join([*blocks, *notes.take()])}\n"


def _roundup(roundup: Roundup, desk: Desk) -> Blocks:
    texts = (roundup.title, roundup.subtitle, roundup.summary, roundup.intro, roundup.outro)
    scope = open_scope(desk.notes, (*texts, roundup.cover.caption if roundup.cover else None))
    yield f"# {settle_line(roundup.title, scope, desk.resolve)}"
    if roundup.subtitle:
        yield _emphasised(settle_line(roundup.subtitle, scope, desk.resolve))
    if roundup.cover:
        yield from _image(roundup.cover, scope, desk)
    yield from _prose((roundup.summary, roundup.intro), scope, desk, level=1)
    parts = (_entries(roundup.entries, desk, level=1), _sections(roundup.sections, desk, level=2))
    for part in reversed(parts) if roundup.sections_first else parts:
        yield from part
    yield from _prose((roundup.outro,), scope, desk, level=1)
    if isinstance(roundup.comments, str):
        yield _linked("Comments", roundup.comments, desk)


def _sections(sections: Iterable[Section], desk: Desk, *, level: int) -> Blocks:
    for section in sections:
        scope = open_scope(desk.notes, (section.title, section.intro, section.outro))
        if section.title:
            yield f"{'#' * min(level, 6)} {settle_line(section.title, scope, desk.resolve)}"
        below = level if section.title else level - 1
        yield from _prose((section.intro,), scope, desk, level=below)
        yield from _entries(section.entries, desk, level=below)
        yield from _sections(section.sections, desk, level=below + 1)
        yield from _prose((section.outro,), scope, desk, level=below)


def _prose(texts: Iterable[str | None], scope: Scope, desk: Desk, *, level: int) -> Blocks:
    for text in filter(None, texts):
        if settled := settle_block(text, scope, desk.resolve, level=level):
            yield settled


# ── entries ──


def _entries(entries: Iterable[Entry], desk: Desk, *, level: int) -> Blocks:
    for entry in entries:
        yield from _entry(entry, desk, level=level)


def _entry(entry: Entry, desk: Desk, *, level: int) -> Blocks:
    scope = open_scope(desk.notes, _texts_of(entry))
    if entry.pick:
        reason = f" {settle_line(entry.pick, scope, desk.resolve)}" if isinstance(entry.pick, str) else ""
        yield f"**⁂ Pick of the month{':' if reason else ''}**{reason}"
    if head := _head(entry, scope, desk):
        yield head
    last = ""
    for key in dict.fromkeys((*(_key(key) for key in entry.order), *_PARTS)):
        for block in _part(key, entry, scope, desk, level=level, behind=last):
            yield block
            last = block
    if isinstance(entry.again, str):
        yield f"Again: {settle_line(entry.again, scope, desk.resolve)}"
    if entry.archive:
        yield _linked("Archived copy", entry.archive, desk)


def _texts_of(entry: Entry) -> Iterator[str | None]:
    """Every text of an entry that may have footnotes."""
    yield from (entry.title, entry.note, entry.thought)
    yield from (text for text in (entry.pick, entry.again) if isinstance(text, str))
    for quote in entry.quotes:
        yield from (quote.text, quote.note)
    for link in (*entry.also, *entry.links):
        yield from (link.title, link.note)
    yield from (image.caption for image in entry.images)
    yield from (update.note for update in entry.updates)


def _key(written: str) -> str:
    return {"images": "image"}.get(written, written)


def _head(entry: Entry, scope: Scope, desk: Desk) -> str:
    """Label, title, further works, authors, source, date and kind of an entry; empty for a bare sentence."""
    title = _title(entry, scope, desk)
    works = [title, *(_work(other, scope, desk) for other in entry.also)]
    colon = ":" if entry.label and entry.label[-1].isalnum() else ""
    label = format_title(f"{entry.label}{colon}") if entry.label else ""
    facts = (
        _people(entry.authors, desk),
        format_title(entry.source or ""),
        entry.published,
        entry.kind or (identity.guess_kind(entry.url) if entry.url and title else None),
        _STATUSES[entry.status] if entry.status else None,
    )
    named = " ".join(filter(None, (label, ", ".join(filter(None, works)))))
    return _within_line(" · ".join(filter(None, (named, *facts))))


def _title(entry: Entry, scope: Scope, desk: Desk) -> str:
    """The title line; empty where the note itself carries the link, and for a thought without one."""
    if entry.title:
        words, markers = settle_title(entry.title, scope)
        return f"**{_linked(words, entry.url, desk)}**{markers}"
    if entry.url is None or (entry.note and identity.is_among(entry.url, links_in(entry.note))):
        return ""
    words = identity.name_address(entry.url)
    return f"**{_linked(format_title(words), entry.url, desk)}**"


def _linked(words: str, url: str | None, desk: Desk) -> str:
    return f"[{words}]({format_destination(desk.resolve(url))})" if url else words


def _name_of(url: str) -> str:
    return format_title(identity.name_host(url))


def _work(link: Link, scope: Scope, desk: Desk) -> str:
    """A further work, or where a further link leads."""
    words, markers = settle_title(link.title, scope) if link.title else ("", "")
    shown = _linked(words or _name_of(link.url), link.url, desk) + markers
    by = f" by {_people(link.authors, desk)}" if link.authors else ""
    note = f" ({settle_line(link.note, scope, desk.resolve)})" if link.note else ""
    return f"{shown}{by}{note}"


def _people(people: Iterable[Person], desk: Desk) -> str:
    return ", ".join(_linked(format_title(person.name), person.url, desk) for person in people)


# ── parts ──


def _part(key: str, entry: Entry, scope: Scope, desk: Desk, *, level: int, behind: str) -> Blocks:
    """The part of an entry that was written under a key; nothing for other keys. `behind` is the block before it."""
    match key:
        case "note":
            yield from _prose((entry.note,), scope, desk, level=level)
        case "thought" if entry.thought:
            yield "*Thought:*"
            yield from _prose((entry.thought,), scope, desk, level=level)
        case "quotes":
            for quote in entry.quotes:
                yield from _quote(quote, scope, desk, level=level)
        case "image":
            for image in entry.images:
                yield from _image(image, scope, desk)
        case "links" if entry.links:
            yield _list((f"{_role(link)}{_work(link, scope, desk)}" for link in entry.links), behind=behind)
        case "via" if entry.via:
            yield "Via " + ", ".join(
                _linked(format_title(via.name) if via.name else _name_of(via.url or ""), via.url, desk)
                for via in entry.via
            )
        case "updates":
            for update in entry.updates:
                yield f"**Update{f', {update.date}' if update.date else ''}:**"
                yield from _prose((update.note,), scope, desk, level=level)
        case "related" if entry.related:
            yield _list((_join([*_entry(child, desk, level=level)]) for child in entry.related), behind=behind)


def _quote(quote: Quote, scope: Scope, desk: Desk, *, level: int) -> Blocks:
    said = settle_block(quote.text, scope, desk.resolve, level=level)
    if quote.by or quote.url:
        words = format_title(quote.by) if quote.by else _name_of(quote.url or "")
        said += f"\n\n— {_linked(words, quote.url, desk)}"
    yield "\n".join(f"> {line}" if line.strip() else ">" for line in said.split("\n"))
    yield from _prose((quote.note,), scope, desk, level=level)


def _image(image: Image, scope: Scope, desk: Desk) -> Blocks:
    yield f"![{format_title(image.alt or '')}]({format_destination(desk.resolve(image.src))})"
    if image.caption:
        yield _within_line(settle_line(image.caption, scope, desk.resolve))


def _role(link: Link) -> str:
    return f"{format_title(f'{link.role}:')} " if link.role else ""


def _list(items: Iterable[str], *, behind: str) -> str:
    """A list of ours, loose where an item has several blocks; with another bullet than one that it stands behind."""
    bullet = "*" if "- " in ends_in_list(behind) else "-"
    bullets = [indent(item, "  ").replace("  ", f"{bullet} ", 1) for item in items]
    return ("\n\n" if any("\n" in item for item in bullets) else "\n").join(bullets)


def _within_line(line: str) -> str:
    """A line that begins no block, whatever its first marks are."""
    return _BLOCK_MARK.sub(r"\1\\\2", line, count=1)


def _emphasised(line: str) -> str:
    """In italics, where no marks of its own are in the way."""
    return _within_line(line) if "*" in line or "_" in line else f"*{line}*"


def _join(blocks: Iterable[str]) -> str:
    """The blocks one after the other; a comment keeps lists apart that would become one."""
    document: list[str] = []
    for block in blocks:
        if document and block.startswith(ends_in_list(document[-1])):
            document.append("<!-- -->")
        document.append(block)
    return "\n\n".join(document)

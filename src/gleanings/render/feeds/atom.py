"""Atom (RFC 4287): `alternate` is our page, `related` the work, `via` who passed it on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from gleanings.render.feeds.values import Channel, Item, Writer
from gleanings.render.feeds.xml import ATOM, as_iri, escape, prolog, quoted, xml_bytes

FILE = "atom.xml"
BETWEEN = b"\n"
TAIL = b"\n</feed>\n"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""`updated` is required (§4.1.1); a feed without entries has not changed yet."""


def atom_head(channel: Channel, *, stylesheet: str) -> bytes:
    """The feed up to its first entry; `stylesheet` is the address of an XSL file, relative to the feed."""
    subtitle = f"<subtitle>{escape(channel.description)}</subtitle>\n" if channel.description else ""
    return xml_bytes(
        f'{prolog(stylesheet)}<feed xmlns="{ATOM}" xml:lang="{quoted(channel.lang)}">\n'
        f"<id>{escape(channel.id)}</id>\n<title>{escape(channel.title)}</title>\n{subtitle}"
        f"<updated>{_moment(channel.updated or _NEVER)}</updated>\n"
        f'<link rel="self" type="application/atom+xml" href="{quoted(channel.address(FILE))}" />\n'
        f'<link rel="alternate" type="text/html" href="{quoted(channel.home)}" />\n'
        f"{_author(channel.author)}<generator>Gleanings</generator>\n"
    )


def around_atom(item: Item, *, xhtml: bool) -> tuple[bytes, bytes]:
    """The entry without its text, which is escaped HTML or elements (`xhtml`): what stands before that and behind."""
    kind = "xhtml" if xhtml else "html"
    head = f'{"".join(_before(item))}<content type="{kind}">'
    return xml_bytes(head), b"</content>\n</entry>"


def atom_with_moment(around: tuple[bytes, bytes], updated: datetime, moment: datetime) -> tuple[bytes, bytes]:
    """The same for an entry that says that it was updated at another moment."""
    before, behind = around
    return before.replace(_updated(updated).encode(), _updated(moment).encode(), 1), behind


def _before(item: Item) -> Iterator[str]:
    lang = f' xml:lang="{quoted(item.lang)}"' if item.lang is not None else ""
    yield (
        f"<entry{lang}>\n<id>{escape(item.id)}</id>\n<title>{escape(item.title)}</title>\n"
        f'<link rel="alternate" type="text/html" href="{quoted(item.url)}" />\n'
    )
    if item.external:
        yield f'<link rel="related" href="{quoted(as_iri(item.external))}" />\n'
    for address in item.via:
        yield f'<link rel="via" href="{quoted(as_iri(address))}" />\n'
    for one in item.enclosures:
        yield f'<link rel="enclosure" type="{quoted(one.type)}" length="{one.length}" href="{quoted(one.url)}" />\n'
    yield f"<published>{_moment(item.published)}</published>\n{_updated(item.updated)}\n"
    if item.signed:
        yield _author(item.author)
    for tag in item.tags:
        yield f'<category term="{quoted(tag)}" />\n'
    if item.summary:
        yield f"<summary>{escape(item.summary)}</summary>\n"


def _updated(moment: datetime) -> str:
    return f"<updated>{_moment(moment)}</updated>"


def _author(writer: Writer) -> str:
    uri = f"<uri>{escape(writer.url)}</uri>\n" if writer.url else ""
    email = f"<email>{escape(writer.email)}</email>\n" if writer.email else ""
    return f"<author>\n<name>{escape(writer.name)}</name>\n{uri}{email}</author>\n"


def _moment(moment: datetime) -> str:
    """RFC 3339, as §3.3 asks."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")

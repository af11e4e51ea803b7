"""The parts of an entry as a page shows them: links, quotes, pictures, who passed it on, corrections."""

from __future__ import annotations

from gleanings import identity
from gleanings.model import Entry, Image, Link, Quote, Update, Via
from gleanings.render.views.dates import show_written
from gleanings.render.views.surroundings import Bench
from gleanings.render.views.values import ImageView, LinkView, QuoteView, UpdateView, ViaView

ROLES = (
    "paper", "abstract", "pdf", "report", "article", "post", "book", "code", "demo", "model", "dataset",
    "notebook", "slides", "video", "audio", "podcast", "transcript", "docs", "review", "discussion",
)  # fmt: skip
"""The steady order of links by role; unknown roles follow as written."""

_ORDER = {role: number for number, role in enumerate(ROLES)}
_ROLE_WORDS = {"pdf": "PDF"}


def links_of(entry: Entry, bench: Bench) -> tuple[LinkView, ...]:
    """Further links in the steady order of roles; within a role, and among unknown roles, as written."""
    ordered = sorted(entry.links, key=lambda link: _ORDER.get(link.role.lower(), len(_ORDER)))
    return tuple(link_view(link, bench, entry.anchor) for link in ordered)


def link_view(link: Link, bench: Bench, anchor: str) -> LinkView:
    """A further link, or a further work, of the entry with this anchor."""
    return LinkView(
        url=bench.address(link.url),
        role=link.role,
        word=_ROLE_WORDS.get(link.role.lower(), link.role),
        title=bench.title(link.title, anchor) if link.title else None,
        authors=tuple(bench.person(person) for person in link.authors),
        note=bench.line(link.note, anchor) if link.note else None,
        host=identity.name_host(link.url),
    )


def quotes_of(entry: Entry, bench: Bench) -> tuple[QuoteView, ...]:
    return tuple(_quote(quote, bench, entry.anchor) for quote in entry.quotes)


def _quote(quote: Quote, bench: Bench, anchor: str) -> QuoteView:
    return QuoteView(
        text=bench.block(quote.text, anchor),
        by=quote.by,
        url=bench.address(quote.url) if quote.url else None,
        host=identity.name_host(quote.url) if quote.url else "",
        note=bench.block_or_none(quote.note, anchor),
    )


def images_of(entry: Entry, bench: Bench) -> tuple[ImageView, ...]:
    return tuple(image_view(image, bench, entry.anchor) for image in entry.images)


def image_view(image: Image, bench: Bench, anchor: str) -> ImageView:
    """A picture of the entry with this anchor, or a cover."""
    file = bench.prose.find_media(image.src)
    foreign = identity.is_web_address(image.src)
    written = image.src if foreign else f"/{image.src.lstrip('/')}"
    return ImageView(
        src=file.address if file else written,
        alt=image.alt or "",
        caption=bench.line(image.caption, anchor) if image.caption else None,
        width=file.width if file else None,
        height=file.height if file else None,
        foreign=foreign,
    )


def via_of(entry: Entry, bench: Bench) -> tuple[ViaView, ...]:
    return tuple(_via(via) for via in entry.via)


def _via(via: Via) -> ViaView:
    return ViaView(name=via.name or (identity.host_label(via.url) if via.url else ""), url=via.url)


def updates_of(entry: Entry, bench: Bench) -> tuple[UpdateView, ...]:
    return tuple(_update(update, bench, entry.anchor) for update in entry.updates)


def _update(update: Update, bench: Bench, anchor: str) -> UpdateView:
    return UpdateView(note=bench.block(update.note, anchor), date=show_written(update.date))

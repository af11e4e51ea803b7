"""Raw HTML in prose: cleaned as one with the markup around it, the same by both ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from gleanings.patterns import later
from gleanings.render.prose.markdown.links import Addresses, Files, address_of
from gleanings.sanitise import clean_prose

_RAW_HREF = later(r'(<a\b[^>]*?\shref=)"([^"]*)"')
_RAW_PICTURE = later(r"<img\b[^>]*>")
_RAW_EMBED = later(r"<(?:iframe|embed|video|audio|source)\b[^>]*?\ssrc=([\"']?)([^\"'\s>]+)\1[^>]*>", re.IGNORECASE)
_KEPT = later("\x0e(\\d+)\x0f")
_SRC = later(r'\ssrc="([^"]*)"')


def clean(html: str, media: Files, addresses: Addresses) -> str:
    """Raw HTML after the gate; its pictures and links to our files are treated like any other. What is embedded
    (a film, a frame) becomes a link, so that nobody is asked for anything and nothing is lost."""
    html = _RAW_EMBED.sub(lambda found: f'<a href="{found[2]}">{found[2]}</a>', html)
    html = _RAW_HREF.sub(lambda found: f'{found[1]}"{_raw_address(found[2], media, addresses)}"', clean_prose(html))
    return _RAW_PICTURE.sub(lambda tag: _raw_picture(tag[0], media), html)


def _raw_address(written: str, media: Files, addresses: Addresses) -> str:
    return escape(address_of(unescape(written), media, addresses))


def _raw_picture(tag: str, media: Files) -> str:
    """An `img` written as HTML, with what one written as Markdown has."""
    found = _SRC.search(tag)
    source = unescape(found[1]) if found else ""
    file = media.find(source)
    more = "" if " loading=" in tag else ' loading="lazy"'
    if file is not None:
        tag = _SRC.sub(lambda _: f' src="{escape(file.address)}"', tag)
        more += f' width="{file.width}" height="{file.height}"' if file.width and " width=" not in tag else ""
    elif "//" in source and " referrerpolicy=" not in tag:
        more += ' referrerpolicy="no-referrer"'
    more += "" if " alt=" in tag else ' alt=""'
    return f"{tag[:-1]}{more}>"


def keep(markup: str, kept: list[str] | None) -> str:
    """Markup of ours that a cleaner would not know: out of its way while there is raw HTML about."""
    if kept is None:
        return markup
    kept.append(markup)
    return f"\x0e{len(kept) - 1}\x0f"


def put_back(html: str, kept: Sequence[str]) -> str:
    """The markup that stood aside, in its places."""
    return _KEPT.sub(lambda found: kept[int(found[1])], html)

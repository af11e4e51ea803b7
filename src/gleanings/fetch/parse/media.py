"""Pictures, sound and film of an item: enclosures, Media RSS, iTunes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from gleanings.fetch.parse.absolute import resolve
from gleanings.fetch.parse.vocabulary import Part, attribute, text_of
from gleanings.patterns import later

WIDEST_IMAGE = 1200
_EXTENSION = later(r"\.([a-z0-9]{2,5})(?:[?#]|$)", re.I)
_SOUND_AND_FILM = {
    "mp3",
    "m4a",
    "m4b",
    "aac",
    "ogg",
    "oga",
    "opus",
    "flac",
    "wav",
    "mp4",
    "m4v",
    "mov",
    "webm",
    "ogv",
    "mkv",
}
_PICTURES = {"jpg", "jpeg", "png", "gif", "webp", "avif", "svg"}


def media_kind(address: str, said: str) -> str:
    """`media`, `image` or nothing. The file's extension beats the type that the feed says."""
    match = _EXTENSION.search(address.rpartition("/")[2])
    extension = match.group(1).lower() if match else ""
    if extension in _SOUND_AND_FILM:
        return "media"
    if extension in _PICTURES:
        return "image"
    said = said.lower()
    return "media" if said.startswith(("audio", "video")) else "image" if said.startswith("image") else ""


def _files(part: Part, base: str) -> Iterator[tuple[str, str, Element]]:
    """Every attached file: address, kind, element."""
    for element in part.all("enclosure", "media:content", "link", "atom:link"):
        linked = attribute(element, "href")
        if linked and attribute(element, "rel").lower() != "enclosure":
            continue
        address = resolve(attribute(element, "url") or linked, base)
        if address:
            yield address, media_kind(address, attribute(element, "type") or attribute(element, "medium")), element
    for group in part.parts("media:group"):
        yield from _files(group, base)


def find_media(part: Part, base: str) -> tuple[str, ...]:
    """Addresses of sound and film, at most ten."""
    return tuple(dict.fromkeys(address for address, kind, _ in _files(part, base) if kind == "media"))[:10]


def find_image(part: Part, base: str) -> str | None:
    """The widest picture up to 1,200 pixels; one whose width is not said comes after those, wider ones last."""
    found = [(_width(element), address) for address, kind, element in _files(part, base) if kind == "image"]
    found += [(_width(element), address) for element, address in _thumbnails(part, base)]
    return min(found, key=lambda pair: _rank(pair[0]))[1] if found else None


def _rank(width: int) -> tuple[int, int]:
    return (0, -width) if 0 < width <= WIDEST_IMAGE else (1, 0) if width == 0 else (2, width)


def _thumbnails(part: Part, base: str) -> Iterator[tuple[Element, str]]:
    for group in (part, *part.parts("media:group"), *part.parts("media:content")):
        for element in group.all("media:thumbnail", "itunes:image"):
            address = resolve(attribute(element, "url") or attribute(element, "href") or text_of(element), base)
            if address:
                yield element, address
    for image in part.parts("image"):
        address = resolve(image.text("url"), base)
        if address:
            yield image.element, address


def _width(element: Element) -> int:
    written = attribute(element, "width")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0


def find_duration(part: Part) -> int | None:
    """Seconds, from itunes:duration or Media RSS."""
    for written in part.texts("itunes:duration"):
        return parse_duration(written)
    for element in part.all("media:content"):
        if attribute(element, "duration"):
            return parse_duration(attribute(element, "duration"))
    return None


def parse_duration(written: str) -> int | None:
    """`1:02:03`, `62:03` or `3723` → 3723; None for anything else, and for more than four days."""
    if not re.fullmatch(r"\d{1,6}(?::\d{1,3}){0,2}(?:\.\d+)?", written.strip(), re.ASCII):
        return None
    seconds = 0
    for part in written.strip().partition(".")[0].split(":"):
        seconds = seconds * 60 + int(part)
    return seconds if 0 < seconds < 360_000 else None

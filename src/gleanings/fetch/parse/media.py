"""Sound and film of an item: enclosures, Media RSS, iTunes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gleanings.fetch.parse.absolute import resolve
from gleanings.fetch.parse.vocabulary import Part, attribute
from gleanings.patterns import later

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


def is_media(address: str, said: str) -> bool:
    """True for sound and film. The file's extension beats the type that the feed says."""
    match = _EXTENSION.search(address.rpartition("/")[2])
    extension = match.group(1).lower() if match else ""
    if extension in _SOUND_AND_FILM or extension in _PICTURES:
        return extension in _SOUND_AND_FILM
    return said.lower().startswith(("audio", "video"))


def find_media(part: Part, base: str) -> tuple[str, ...]:
    """Addresses of sound and film, at most ten."""
    return tuple(dict.fromkeys(_find_files(part, base)))[:10]


def _find_files(part: Part, base: str) -> Iterator[str]:
    for element in part.all("enclosure", "media:content", "link", "atom:link"):
        linked = attribute(element, "href")
        if linked and attribute(element, "rel").lower() != "enclosure":
            continue
        address = resolve(attribute(element, "url") or linked, base)
        if address and is_media(address, attribute(element, "type") or attribute(element, "medium")):
            yield address
    for group in part.parts("media:group"):
        yield from _find_files(group, base)


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

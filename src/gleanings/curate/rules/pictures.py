"""Rules about pictures: those under `image:` and those in the prose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from gleanings.curate.markdown import mask
from gleanings.curate.passages import Passage
from gleanings.curate.rules.finding import Finding, House, at
from gleanings.model import Entry, Image, Roundup
from gleanings.patterns import later

_PICTURE = later(r"!\[(?P<alt>[^\]]*)\]\(\s*<?(?P<src>[^\s)>]+)>?(?:\s+[\"'](?P<caption>[^\"']*)[\"'])?\s*\)")
_BETWEEN_WORDS = later(r"\W+")


class Shown(NamedTuple):
    """A picture, and a finding about it waiting for its words."""

    image: Image
    blank: Finding


def find_pictures(subject: object, passages: Sequence[Passage]) -> Iterator[Shown]:
    """Every picture of an entry, of a roundup's cover, of their prose."""
    if isinstance(subject, Entry):
        for number, image in enumerate(subject.images):
            yield Shown(image, Finding(subject.place.path, subject.place, ("image", number, "src"), 0, "", ""))
    elif isinstance(subject, Roundup) and subject.cover:
        # A cover says nothing that the title does not: no alternative text is wanted of it.
        cover = Image(src=subject.cover.src, alt=subject.cover.alt or "", caption=subject.cover.caption)
        yield Shown(cover, Finding(subject.path, None, ("cover", "src"), 0, "", ""))
    for passage in passages:
        if "![" in passage.text:
            for found in _PICTURE.finditer(mask(passage.text)):
                alt = found["alt"].strip() or None
                image = Image(src=found["src"], alt=alt, caption=found["caption"])
                yield Shown(image, at(passage, found.start(), "", ""))


def find_missing_alt(shown: Shown, house: House) -> Iterator[Finding]:
    """A picture says what it shows, for those who do not see it, or says that it is decorative."""
    image, blank = shown
    if image.alt is None:
        cure = f'add alt: …, or alt: "" where it is decorative: {image.src}'
        if blank.keys[0] != "image":
            cure = f"write it between the brackets: ![what it shows]({image.src})"
        yield blank._replace(message="the picture has no alternative text", cure=cure)


def find_caption_is_alt(shown: Shown, house: House) -> Iterator[Finding]:
    """A caption says something that the alternative text does not; else some hear it twice."""
    image, blank = shown
    if image.alt and image.caption and _plain(image.alt) == _plain(image.caption):
        yield blank._replace(message="caption and alternative text are the same",
                             cure="let alt say what the picture shows, and the caption what it means")  # fmt: skip


def find_missing_media(shown: Shown, house: House) -> Iterator[Finding]:
    """Each picture and file that is shown is there."""
    image, blank = shown
    if not _is_remote(image.src) and not image.src.startswith("data:") and not _exists(image.src, house):
        yield blank._replace(message=f'there is no file "{image.src}" below content/', cure=_near(image.src, house))


def find_remote_picture(shown: Shown, house: House) -> Iterator[Finding]:
    """Pictures are our own: another host learns who reads, and may take its picture away."""
    image, blank = shown
    if _is_remote(image.src):
        yield blank._replace(message="the picture is fetched from another host",
                             cure="put a copy into content/media/, if its licence allows that")  # fmt: skip


def _is_remote(src: str) -> bool:
    return src.startswith(("http://", "https://", "//"))


def _exists(src: str, house: House) -> bool:
    path = unquote(src.partition("#")[0].partition("?")[0]).lstrip("/").removeprefix("./")
    return path in house.media or (".." not in path and (house.project.content / path).is_file())


def _near(src: str, house: House) -> str:
    from difflib import get_close_matches

    near = get_close_matches(src, house.library.media, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else "paths are relative to content/, like media/x.png"


def _plain(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", text).strip().casefold()

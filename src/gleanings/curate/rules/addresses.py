"""Rules about where links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gleanings import identity
from gleanings.curate.markdown import mask
from gleanings.curate.passages import Keys, Passage
from gleanings.curate.rules.finding import Finding, House, at
from gleanings.model import Entry
from gleanings.patterns import later

_WEB_IN_TEXT = later(r"https?://[^\s<>\"'\]\[]+")
_OWN_IN_TEXT = later(r"\]\(<?((?:/(?!/)|media/)[^\s)>]*)")
_ARXIV_PDF = later(r"https?://(?:www\.|export\.)?arxiv\.org/pdf/", re.IGNORECASE)
_PERIOD_PATH = later(r"/(?:[\w-]+/)?\d{4}/(?:w?\d\d/(?:\d\d/)?)?")
_OURS = ("archive", "sources", "authors", "series", "now", "year", "search", "feeds", "data", "entries", "404.html")


def _find_addresses(entry: Entry) -> Iterator[tuple[str, Keys]]:
    if entry.url:
        yield entry.url, ("url",)
    for number, work in enumerate(entry.also):
        yield work.url, ("also", number, "url")
    for link in entry.links:
        yield link.url, ("links", link.role, "url")
    for number, via in enumerate(entry.via):
        if via.url:
            yield via.url, ("via", number, "url")


def find_tracking(subject: object, passages: Sequence[Passage], house: House) -> Iterator[Finding]:
    """No address carries parameters that only track readers."""
    if isinstance(subject, Entry):
        for url, keys in _find_addresses(subject):
            if "?" in url and (shorter := _untracked(url)):
                yield Finding(subject.place.path, subject.place, keys, 0, _TRACKING, f"write {shorter}")
    for passage in passages:
        if "?" in passage.text and "://" in passage.text:
            for found in _WEB_IN_TEXT.finditer(mask(passage.text)):
                url = _trim(found[0])
                if "?" in url and (shorter := _untracked(url)):
                    yield at(passage, found.start(), _TRACKING, f"write {shorter}")


_TRACKING = "the address carries tracking parameters"


def _untracked(url: str) -> str | None:
    """The address with fewer parameters, where some of its own are for tracking; None where all are needed."""
    shown = identity.display(url)
    ours, theirs = url.partition("?"), shown.partition("?")
    before, after = ours[2].partition("#")[0], theirs[2].partition("#")[0]
    same_place = ours[0].rstrip("/").casefold() == theirs[0].rstrip("/").casefold()
    return shown if same_place and before.count("&") + bool(before) > after.count("&") + bool(after) else None


def find_arxiv_pdf(subject: object, passages: Sequence[Passage], house: House) -> Iterator[Finding]:
    """A paper on arXiv is linked by its abstract page; links: {pdf: …} is there for the file."""
    if not isinstance(subject, Entry):
        return
    for url, keys in _find_addresses(subject):
        if (keys[0] in ("url", "also") or keys[1:2] == ("abstract",)) and _ARXIV_PDF.match(url):
            yield Finding(subject.place.path, subject.place, keys, 0, "the link leads to the PDF of a paper on arXiv",
                          f"write {identity.preferred(url)}")  # fmt: skip


def find_lost_own_link(subject: object, passages: Sequence[Passage], house: House) -> Iterator[Finding]:
    """A link to our own pages leads somewhere."""
    if isinstance(subject, Entry):
        for url, keys in _find_addresses(subject):
            if fault := _find_fault(url, house):
                yield Finding(
                    subject.place.path, subject.place, keys, 0, fault, "look up the address of what is meant"
                )
    for passage in passages:
        for url, offset in _find_own_links(passage.text, house.library.site.url):
            if fault := _find_fault(url, house):
                yield at(passage, offset, fault, "look up the address of what is meant")


def _find_own_links(text: str, own: str) -> Iterator[tuple[str, int]]:
    """Links to this site in a text, and where each stands; pictures have rules of their own."""
    if "](/" in text or "](media/" in text:
        masked = mask(text)
        for found in _OWN_IN_TEXT.finditer(masked):
            opening = masked.rfind("[", 0, found.start())
            if masked[opening - 1 : opening] != "!":
                yield found[1], found.start(1)
    if own in text:
        yield from ((_trim(found[0]), found.start()) for found in _WEB_IN_TEXT.finditer(mask(text)))


def _find_fault(url: str, house: House) -> str | None:
    """Why an address leads nowhere on this site; None where it leads somewhere, or elsewhere."""
    own = house.library.site.url
    whole = url.startswith(own)
    if not whole and not (url.startswith("/") and not url.startswith("//")) and not url.startswith("media/"):
        return None
    path, _, anchor = ("/" + url[len(own) :] if whole else "/" + url.lstrip("/")).partition("#")
    path = path.partition("?")[0]
    closed = path if path.endswith("/") or "." in path.rpartition("/")[2] else f"{path}/"
    if closed in house.anchors or path in house.anchors:
        known = house.anchors.get(closed, frozenset())
        if anchor and known and anchor not in known and not anchor.startswith(("fn", "intro", "outro", "footnote")):
            return f'there is no "#{anchor}" on the page {closed}'
        return None
    if whole and not _PERIOD_PATH.fullmatch(closed):
        return None  # The same host may have pages that are none of ours.
    return None if _is_made(closed, house) else f'the link "{url}" leads to no page of this site'


def _is_made(path: str, house: House) -> bool:
    """True for pages and files that are made from the rest: lists, feeds, media, static files."""
    first, _, rest = path.strip("/").partition("/")
    if not first or first in _OURS:
        return True
    if first == "tags":
        return not rest or rest.partition("/")[0] in house.tags
    if first == "media":
        return path.strip("/") in house.media or (house.project.content / path.strip("/")).is_file()
    if "." in path.rpartition("/")[2]:
        return path.count("/") == 1 or (house.project.templates / path.strip("/")).is_file()
    return False


def _trim(url: str) -> str:
    """An address as found in running text, without what belongs to the sentence around it."""
    url = url.rstrip(".,;:!?*_")
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(".,;:!?*_")
    return url

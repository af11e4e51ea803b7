"""Rules about where links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from gleanings import identity
from gleanings.curate.made import is_made
from gleanings.curate.markdown import mask
from gleanings.curate.passages import Passage
from gleanings.curate.rules.finding import Finding, House, at, page_of
from gleanings.curate.rules.links import find_entry_links, find_web_links
from gleanings.files.desk import find_nearest
from gleanings.files.kinds import find_address_fault
from gleanings.model import Entry
from gleanings.patterns import later
from gleanings.project import default_theme

_LINKED = later(
    r"\]\([ \t]*(?!https?://|mailto:)(?:<(?P<angled>[^<>\n]+)>|(?P<placed>(?:[^\s()<>]|\([^\s()]*\))+))"
    r"(?=\s*(?:\"[^\"]*\"|'[^']*'|\([^()]*\))?\s*\))"
)
"""An address without a scheme where Markdown has a link; whether one is closed is for another rule."""
_DEFINED = later(
    r"^ {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*(?!https?://|mailto:)(\S+)(?=[ \t]*(?:[\"'(].*)?$)", re.MULTILINE
)
"""The same in `[name]: address`."""
_ELSEWHERE = later(r"//|[A-Za-z][A-Za-z0-9+.-]*:")
_UPWARDS = later(r"^(?:\.{1,2}/)+")
_MAIL = later(r"[^\s@/]+@[^\s@/]+\.[A-Za-z]{2,}")
_ARXIV_PDF = later(r"https?://(?:www\.|export\.)?arxiv\.org/pdf/", re.IGNORECASE)
_PERIOD_PATH = later(r"/(?:[\w-]+/)?\d{4}/(?:w?\d\d/(?:\d\d/)?)?")
_PERIOD_NAME = later(r"(?:[\w-]+/)?\d{4}(?:-w?\d\d(?:-\d\d)?)?")
_MADE_ANCHORS = ("fn", "intro", "outro", "footnote", "top", "main")
_FEEDS = ("feed.xml", "atom.xml", "feed.json")
_LOOK_UP = "look up the address of what is meant"


def find_tracking(subject: object, passages: Sequence[Passage], house: House) -> Iterator[Finding]:
    """No address carries parameters that only track readers."""
    if isinstance(subject, Entry):
        for url, keys in find_entry_links(subject):
            if "?" in url and keys != ("archive",) and (shorter := _untracked(url)):
                yield Finding(subject.place.path, subject.place, keys, 0, _TRACKING, f"write {shorter}")
    for passage in passages:
        if "?" in passage.text:
            for url, offset in find_web_links(passage.text):
                if "?" in url and (shorter := _untracked(url)):
                    yield at(passage, offset, _TRACKING, f"write {shorter}")


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
    for url, keys in find_entry_links(subject):
        if (keys[0] in ("url", "also") or keys[1:2] == ("abstract",)) and _ARXIV_PDF.match(url):
            yield Finding(subject.place.path, subject.place, keys, 0, "the link leads to the PDF of a paper on arXiv",
                          f"write {identity.preferred(url)}")  # fmt: skip


def find_lost_own_link(subject: object, passages: Sequence[Passage], house: House) -> Iterator[Finding]:
    """A link to our own pages leads somewhere."""
    if isinstance(subject, Entry):
        for url, keys in find_entry_links(subject):
            if fault := _find_fault(url, subject.place.path, house):
                yield Finding(subject.place.path, subject.place, keys, 0, *fault)
    for passage in passages:
        for url, offset in _find_own_links(passage.text, house.library.site.url):
            if fault := _find_fault(url, passage.path, house):
                yield at(passage, offset, *fault)


def leads_home(url: str, house: House) -> bool:
    """True for an address of a page that this site makes, or would make: whether it is there needs no network."""
    own = house.library.site.url
    if not url.startswith(own):
        return False
    page = page_of("/" + url[len(own) :])
    return _is_there(page, house) or _PERIOD_PATH.fullmatch(page) is not None


def _find_own_links(text: str, own: str) -> Iterator[tuple[str, int]]:
    """Links to this site in a text, and where each stands; pictures have rules of their own."""
    if "](" in text:
        masked = mask(text)
        for found in _LINKED.finditer(masked):
            opening = masked.rfind("[", 0, found.start())
            before = masked[opening - 1 : opening]
            if opening >= 0 and before not in ("!", "\\") and masked[found.start() - 1] != "\\":
                kind = found.lastgroup or ""
                yield found[kind], found.start(kind)
    if "]:" in text:
        yield from ((found[1].strip("<>"), found.start(1)) for found in _DEFINED.finditer(mask(text)))
    if own in text:
        yield from find_web_links(text)


def _find_fault(url: str, path: str, house: House) -> tuple[str, str] | None:
    """Why an address that stands in the file `path` leads nowhere on this site, and the cure; None where it leads
    somewhere, or elsewhere."""
    own = house.library.site.url
    if url.startswith(own):
        # The same host may have pages that are none of ours.
        return _find_page_fault("/" + url[len(own) :], url, house) if leads_home(url, house) else None
    if _ELSEWHERE.match(url):
        return None
    if url.startswith("#"):
        return _find_anchor_fault(house.files[path.removeprefix("content/")], url[1:], house)
    bare = _UPWARDS.sub("", url)
    if url.startswith("/") or bare.startswith("media/"):
        return _find_page_fault(f"/{bare.lstrip('/')}", url, house)
    name, _, anchor = url.removeprefix("./").removeprefix("../").partition("#")
    name = unquote(name)
    if name in house.files:
        return _find_anchor_fault(house.files[name], anchor, house)
    return _tell_lost(url, url, house)


def _find_page_fault(address: str, url: str, house: House) -> tuple[str, str] | None:
    page = page_of(address)
    if page in house.anchors:
        return _find_anchor_fault(page, address.partition("#")[2], house)
    return None if _is_there(page, house) else _tell_lost(url, address, house)


def _find_anchor_fault(page: str, anchor: str, house: House) -> tuple[str, str] | None:
    known = house.anchors[page]
    if not anchor or known is None or anchor in known or anchor.startswith(_MADE_ANCHORS):
        return None
    near = find_nearest(anchor, known)
    cure = f'did you mean "#{near}"?' if near else _LOOK_UP
    return f'there is no "#{anchor}" on the page {page}', cure


def _tell_lost(url: str, address: str, house: House) -> tuple[str, str]:
    return f'the link "{url}" leads to no page of this site', _find_cure(address, house)


def _find_cure(address: str, house: House) -> str:
    """What a person most likely meant by an address on this site that leads nowhere."""
    bare = _UPWARDS.sub("", address).partition("#")[0].strip("/")
    likely = (f"{bare}.yaml", f"pages/{bare}", f"pages/{bare}.md")
    if _MAIL.fullmatch(address):
        return f"write mailto:{address}"
    if name := next((name for name in likely if name in house.files), None):
        return f"write {name}"
    if address.startswith(("/", "media/")):
        return _LOOK_UP
    if bare.endswith((".yaml", ".md")) or _PERIOD_NAME.fullmatch(bare):
        near = find_nearest(bare, house.files)
        return f"name a file that is there, such as {near}" if near else "name a file that is there"
    if bare in _FEEDS or ("." not in bare and _is_there(page_of(f"/{bare}"), house)):
        return f"write /{_UPWARDS.sub('', address)}"
    _, cure = find_address_fault(address)
    if cure and cure.startswith("write https://"):
        return cure
    return "write the whole address, as in https://…, or \\[ where no link is meant"


def _is_there(path: str, house: House) -> bool:
    """True for pages of roundups, plain pages, and what is made from the rest: lists, feeds, media, static files."""
    first, _, rest = path.strip("/").partition("/")
    if path in house.anchors:
        return True
    if first == "tags":
        return house.lacks_files or not rest or rest.partition("/")[0] in house.tags
    if first == "media":
        name = path.strip("/")
        return name in house.media or (house.project.content / name).is_file()
    if first == "static":
        return any((folder / path.strip("/")).is_file() for folder in (house.project.templates, default_theme()))
    # People put files of their own beside ours: /favicon.ico.
    return is_made(path) or (path.count("/") == 1 and "." in path)

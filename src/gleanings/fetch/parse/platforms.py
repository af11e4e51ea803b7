"""What single platforms do differently in their feeds. Each rule leaves the items of others as they are."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from gleanings.fetch.parse.absolute import resolve, site_of
from gleanings.fetch.parse.content import paragraphs
from gleanings.fetch.parse.parsed import ParsedItem
from gleanings.fetch.parse.texts import plain_name, plain_title, unique
from gleanings.fetch.parse.vocabulary import Part, text_of
from gleanings.patterns import later
from gleanings.values import replace

Rule = Callable[[ParsedItem, Part, str], ParsedItem]
"""item, its element, the feed's address → the item as this platform means it."""

_ARXIV_GUID = later(r"oai:arXiv\.org:(.+?)(v\d+)?", re.I)
_ARXIV_HEAD = later(r"\s*(?:<p>)?\s*arXiv:\S+\s+Announce Type:\s*(\S+)\s*(?:Abstract:\s*)?", re.I)


def read_arxiv(item: ParsedItem, part: Part, feed_url: str) -> ParsedItem:
    """arXiv's RSS: authors in one list, versions of one paper under one guid, a head before the abstract."""
    match = _ARXIV_GUID.fullmatch(item.guid or "")
    if not match and site_of(item.url) != "arxiv.org":
        return item
    announced = part.text("arxiv:announce_type")
    names = [name for text in part.texts("dc:creator") for name in text.split(",")]
    return replace(
        item,
        guid=f"oai:arXiv.org:{match.group(1)}" if match else item.guid,
        authors=unique((plain_name(name) for name in names), limit=100) or item.authors,
        content_html=_ARXIV_HEAD.sub("", item.content_html, count=1),
        summary_html=_ARXIV_HEAD.sub("", item.summary_html, count=1),
        kind="paper",
        flags=(*item.flags, f"announced-{announced.lower()}") if announced and announced.isascii() else item.flags,
    )


_REDDIT_LINK = later(r'<a\s+href="([^"]+)">\s*\[(link|comments)\]\s*</a>', re.I)


def read_reddit(item: ParsedItem, part: Part, feed_url: str) -> ParsedItem:
    """Reddit links its own thread; the work stands behind "[link]" in the text."""
    if not site_of(item.url).endswith("reddit.com"):
        return item
    found = {
        name.lower(): resolve(html.unescape(href), feed_url) for href, name in _REDDIT_LINK.findall(item.content_html)
    }
    target, thread = found.get("link"), found.get("comments") or item.url
    if not target or target == thread:
        return item
    return replace(item, url=target, discussion=thread)


_COMMENTS_ONLY = later(r"\s*(?:<p>)?\s*<a\s[^<>]*>\s*Comments\s*</a>\s*(?:</p>)?\s*", re.I)


def read_comments_only(item: ParsedItem, part: Part, feed_url: str) -> ParsedItem:
    """Hacker News, lobste.rs: a text that is nothing but a link to the comments is no text."""
    if not item.discussion or not _COMMENTS_ONLY.fullmatch(item.content_html[:2000]):
        return item
    return replace(item, content_html="")


_RELEASE = later(r"https://github\.com/([^/]+/[^/]+)/releases/tag/.+")


def read_release(item: ParsedItem, part: Part, feed_url: str) -> ParsedItem:
    """A release's title is only its version: the repository's name belongs to it."""
    match = _RELEASE.fullmatch(item.url or "")
    if not match or not item.title or item.title.lower().startswith(match.group(1).lower()):
        return item
    return replace(item, title=plain_title(f"{match.group(1)} {item.title}", "text"))


def read_youtube(item: ParsedItem, part: Part, feed_url: str) -> ParsedItem:
    """The text is Media RSS's description; the player's Flash address is no film file."""
    video = part.text("yt:videoid")
    if not video or not re.fullmatch(r"[\w-]{6,20}", video, re.ASCII):
        return item
    group = next(part.parts("media:group"), part)
    described = next((text_of(element) for element in group.all("media:description")), "")
    return replace(
        item,
        url=item.url or f"https://www.youtube.com/watch?v={video}",
        content_html=item.content_html or paragraphs(described[:200_000]),
        media=(),
        kind="video",
    )


def read_bluesky(item: ParsedItem, part: Part, feed_url: str) -> ParsedItem:
    """Bluesky's text is no HTML."""
    if site_of(item.url) != "bsky.app":
        return item
    return replace(item, content_html=paragraphs(item.content_html))


_SOUND = later(r"\.(?:mp3|m4a|m4b|aac|ogg|oga|opus|flac|wav)(?:[?#]|$)", re.I)


def read_podcast(item: ParsedItem, part: Part, feed_url: str) -> ParsedItem:
    """An item that carries sound is an episode."""
    if item.kind or not item.media:
        return item
    sound = item.duration_seconds or any(_SOUND.search(address) for address in item.media)
    return replace(item, kind="podcast") if sound else item


PLATFORM_RULES: tuple[Rule, ...] = (
    read_arxiv,
    read_reddit,
    read_comments_only,
    read_release,
    read_youtube,
    read_bluesky,
    read_podcast,
)

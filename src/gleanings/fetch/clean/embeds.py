"""Players and frames of other hosts, each as one line with a link: nothing of them is loaded from a page of ours."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from gleanings.fetch.clean.post import Post, resolve
from gleanings.fetch.clean.sanitise import LINK_REL
from gleanings.fetch.clean.tree import Element, Node, find_all
from gleanings.identity import host_label
from gleanings.patterns import later

BLOCK_PARENTS = frozenset({"", "div", "section", "article", "main", "aside", "blockquote", "figure", "li", "td"})
"""Where a line of its own is a paragraph; elsewhere it stays in the running text."""

_YOUTUBE = later(
    r"(?:youtube(?:-nocookie)?\.com/(?:embed|v|shorts|live)/|youtu\.be/|youtube\.com/watch\?(?:.*&)?v=)([\w-]{11})"
)
_VIMEO = later(r"player\.vimeo\.com/video/(\d+)")
_SPOTIFY = later(r"open\.spotify\.com/embed(?:-podcast)?/(\w+)/(\w+)")
_PLAYERS: tuple[tuple[str, str], ...] = (
    ("youtube.com", "Video"), ("vimeo.com", "Video"), ("dailymotion.com", "Video"), ("ted.com", "Video"),
    ("loom.com", "Video"), ("wistia.com", "Video"), ("spotify.com", "Audio"), ("soundcloud.com", "Audio"),
    ("bandcamp.com", "Audio"), ("podcasts.apple.com", "Audio"), ("buzzsprout.com", "Audio"),
    ("simplecast.com", "Audio"), ("codepen.io", "Demo"),
)  # fmt: skip
_WITHOUT_CONTENT = later(
    r"\.substack\.com/embed\b|googletagmanager\.com|doubleclick\.net|/subscribe|facebook\.com/plugins/(?:like|follow)"
)


def link_line(parent: str, address: str | None, label: str, *, details: str = "") -> list[Node]:
    """`label` as a link with details behind it: a paragraph among blocks, a part of the sentence elsewhere.

    Without an address the bare words; without words nothing.
    """
    label = " ".join(label.split())
    words: list[Node] = [Element("a", {"href": address, "rel": LINK_REL}, [label]) if address and label else label]
    if details:
        words.append(f" · {details}")
    if not label:
        return []
    return [Element("p", {}, words)] if parent in BLOCK_PARENTS else words


def video_address(text: str, *, start: int = 0) -> str | None:
    """The page of a YouTube or Vimeo video that a player's address shows, with its start in seconds."""
    if found := _YOUTUBE.search(text):
        start = start or _start(text)
        return f"https://www.youtube.com/watch?v={found[1]}" + (f"&t={start}s" if start else "")
    if found := _VIMEO.search(text):
        return f"https://vimeo.com/{found[1]}"
    return None


def convert_frame(frame: Element, post: Post, parent: str) -> list[Node]:
    """An `iframe` as a link: to the video's page where the host is known, else to the frame's own address."""
    source = resolve(post.base, frame.get("src") or frame.get("data-src") or frame.get("data-lazy-src"))
    if source is None or not source.startswith("http") or _WITHOUT_CONTENT.search(source):
        return []
    if found := _SPOTIFY.search(source):
        source = f"https://open.spotify.com/{found[1]}/{found[2]}"
    address = video_address(source) or post.address(source)
    if address is None:
        return []
    return link_line(parent, address, f"{_player(address)}: {_shown(address)}")


def convert_media(element: Element, post: Post, parent: str) -> list[Node]:
    """A `video` or `audio` as a link to its first http(s) file."""
    sources = [element.get("src"), *(source.get("src") for source in find_all(element, "source"))]
    address = next((found for source in sources if source and (found := post.file(source))), None)
    label = "Video" if element.tag == "video" else "Audio"
    return link_line(parent, address, f"{label}: {host_label(address)}") if address else []


def _player(address: str) -> str:
    host = urlsplit(address).hostname or ""
    return next((label for name, label in _PLAYERS if host == name or host.endswith(f".{name}")), "Embedded page")


def _shown(address: str) -> str:
    """`youtube.com/watch?v=ID` for a known player, the host for a stranger."""
    if _player(address) == "Embedded page":
        return host_label(address)
    return address.partition("://")[2].removeprefix("www.")


def _start(address: str) -> int:
    try:
        query = parse_qs(urlsplit(address).query)
    except ValueError:
        return 0
    found = re.fullmatch(
        r"(?:(\d{1,2})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?", (query.get("start") or query.get("t") or [""])[0]
    )
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return 3600 * hours + 60 * minutes + seconds

"""Pictures in foreign HTML: the real address of a lazy one, the best of several, and no tracking pixels."""

from __future__ import annotations

import re
from urllib.parse import unquote

from gleanings.fetch.clean.post import Post
from gleanings.fetch.clean.tree import Element, Node, find_first, walk
from gleanings.patterns import later

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-orig-file")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_PLACEHOLDER = later(
    r"(?:placeholder|spacer|blank|pixel|lazy|loading|transparent|grey|1x1)[\w-]*\.(?:gif|png|svg)", re.I
)
_CANDIDATE = later(r"\s*([^\s,]\S*[^\s,]|[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
_SUBSTACK_CDN = later(
    r"https?://(?:substackcdn\.com|cdn\.substack\.com)/image/fetch/[^/]*/(https?(?:%3A|:).+)\Z", re.I
)
_SIZE = later(r"\A\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*\Z")
_STYLE_SIZE = later(r"(?:^|;)\s*(?:width|height)\s*:\s*[012](?:\.\d+)?px", re.I)

_BEACONS = later(
    r"//(?:[\w.-]+\.)?(?:"
    r"medium\.com/_/stat|pixel\.wp\.com/|stats\.wordpress\.com/|feeds\.wordpress\.com/1\.0/|stats\.wp\.com/"
    r"|feeds\.feedburner\.com/~[rf]/|feedsportal\.com/|feedblitz\.com/|feedpress\.(?:me|it)/|doubleclick\.net/"
    r"|google-analytics\.com/|googleadservices\.com/|scorecardresearch\.com/|quantserve\.com/|facebook\.com/tr\b"
    r"|analytics\.twitter\.com/|px\.ads\.linkedin\.com/|list-manage\.com/track/|api\.follow\.it/"
    r"|blogger\.googleusercontent\.com/tracker/|counter\.theconversation\.com/|statcounter\.com/"
    r"|eotrx\.substackcdn\.com/|substack\.com/o/|mailchimp\.com/track/|sendgrid\.net/wf/open|mandrillapp\.com/track/"
    r"|hubspot\.com/__ptq|plausible\.io/|simpleanalyticscdn\.com/|hit\.counter|pixel\.[\w.-]+/"
    r")|/(?:piwik|matomo)\.php\b|/_/stat\?|/(?:open|track|pixel|beacon)\.(?:gif|png)\b",
    re.I,
)  # fmt: skip
"""Hosts and paths that count readers and show nothing."""


def convert_image(image: Element, post: Post, parent: str) -> list[Node]:
    """An `img` with an absolute address and without what a page does not need; nothing for a pixel."""
    del parent
    if _is_emoji(image):
        return [image.get("alt")]
    if _is_pixel(image):
        return []
    address = post.file(unwrap_cdn(_best_address(image)))
    if address is None or _BEACONS.search(address):
        return []
    return [picture(address, alt=image.get("alt"), title=image.get("title"), size=_sizes(image))]


def convert_picture(element: Element, post: Post, parent: str) -> list[Node]:
    """The one `img` of a `picture`; its sources serve where the img has no usable address."""
    image = find_first(element, "img") or Element("img")
    if not post.file(_best_address(image)):
        sets = [
            source.get("srcset") or source.get("data-srcset") for source in walk(element) if source.tag == "source"
        ]
        best = next((found for listed in sets if (found := best_of_set(listed))), "")
        image = Element("img", {**image.attrs, "src": best})
    return convert_image(image, post, parent)


def picture(address: str, *, alt: str = "", title: str = "", size: tuple[str, str] | None = None) -> Element:
    """An `img` as every picture in a cleaned post is written."""
    attrs = {"src": address, "alt": " ".join(alt.split())}
    if title.strip() and title != alt:
        attrs["title"] = title
    if size:
        attrs["width"], attrs["height"] = size
    return Element("img", attrs | {"loading": "lazy", "decoding": "async", "referrerpolicy": "no-referrer"})


def unwrap_cdn(address: str) -> str:
    """Substack's resized copy → the file its author uploaded; any other address as it is."""
    found = _SUBSTACK_CDN.match(address)
    if not found:
        return address
    return unquote(found[1]) if "%3a" in found[1].lower() else found[1]


def best_of_set(listed: str) -> str:
    """The widest candidate of a `srcset`, empty where there is none."""
    best, best_size = "", -1.0
    for address, size, unit in _CANDIDATE.findall(listed):
        # 1x and 2x say how sharp, not how wide; any of them is narrower than a candidate that tells its width.
        width = float(size) if unit == "w" else float(size or 1) / 10
        if width > best_size and not address.startswith("data:"):
            best, best_size = address, width
    return best


def _best_address(image: Element) -> str:
    source = image.get("src")
    if source and not source.startswith("data:") and not _PLACEHOLDER.search(source):
        return source
    for name in _LAZY:
        if image.get(name) and not image.get(name).startswith("data:"):
            return image.get(name)
    return next((best for name in _LAZY_SETS if (best := best_of_set(image.get(name)))), source)


def _sizes(image: Element) -> tuple[str, str] | None:
    """Width and height in pixels, where both are said."""
    width, height = _SIZE.match(image.get("width")), _SIZE.match(image.get("height"))
    return (width[1], height[1]) if width and height else None


def _is_pixel(image: Element) -> bool:
    """At most two pixels in one direction, or not to be seen at all."""
    sizes = [found[1] for name in ("width", "height") if (found := _SIZE.match(image.get(name)))]
    if any(int(size) <= 2 for size in sizes):
        return True
    return bool(_STYLE_SIZE.search(image.get("style")))


def _is_emoji(image: Element) -> bool:
    """WordPress draws emoji as pictures of themselves."""
    return bool({"wp-smiley", "emoji"} & set(image.classes)) and 0 < len(image.get("alt")) <= 10

"""What the conversions of one post's HTML have to know, and the addresses they resolve."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from gleanings.fetch.clean.sanitise import SCHEMES
from gleanings.identity import display
from gleanings.patterns import later
from gleanings.values import Value

_BLANKS = later(r"[\s\x00-\x20]+")
_REF = later(r"(?<=[?&])ref=([^&#]*)&?")
_ABSOLUTE = later(
    r"https?://[A-Za-z0-9.-]*[A-Za-z0-9](?::[0-9]{1,4})?(?:/[!-\"$-:<->@-~]*)?(?:\?[!-\"$-~]+)?(?:#[!-~]+)?"
)
"""Addresses that stay as they are, whatever they are relative to; nearly all of them."""


class Post(Value, kw_only=True):
    """The item whose HTML is converted."""

    key: str
    """Prefix of every id."""
    base: str
    """What relative addresses are relative to; may be empty."""
    url: str | None
    """The item's own page."""
    substack: bool
    kept_ids: frozenset[str] = frozenset()
    """Ids in the HTML that a link of the same HTML leads to."""

    def address(self, text: str) -> str | None:
        """An absolute address fit to be a link, tracking parameters off; None for what leads nowhere."""
        absolute = resolve(self.base, text)
        if absolute is None or not absolute.startswith("http"):
            return absolute
        return display(self._without_own_ref(absolute))

    def file(self, text: str) -> str | None:
        """An absolute http(s) address of a picture or a file, its query as it came."""
        absolute = resolve(self.base, text)
        return absolute if absolute is not None and absolute.startswith("http") else None

    def fragment(self, href: str) -> str | None:
        """The id that a link inside the same post leads to: of `#fn1`, or of the post's own address with it."""
        before, hash_sign, fragment = href.strip().partition("#")
        if not hash_sign:
            return None
        if not before:
            return fragment
        own = {address.partition("#")[0] for address in (self.url, self.base) if address}
        return fragment if fragment and resolve(self.base, before) in own else None

    def prefixed(self, name: str) -> str:
        """An id or a fragment that cannot meet another post's on the same page."""
        return name if name.startswith(f"{self.key}-") else f"{self.key}-{name}"

    def _without_own_ref(self, address: str) -> str:
        # Ghost writes ?ref=its.own.host behind every link that leaves the site.
        if "ref=" not in address:
            return address
        found = _REF.search(address)
        own = (urlsplit(self.base).hostname or "").removeprefix("www.")
        if not found or not own or found[1].removeprefix("www.") != own:
            return address
        return (address[: found.start()] + address[found.end() :]).rstrip("?&")


def resolve(base: str, text: str) -> str | None:
    """`text` as an absolute http(s) or mailto address; None for other schemes, broken ones, and without a base."""
    if _ABSOLUTE.fullmatch(text):
        return text
    text = _BLANKS.sub(lambda blank: "%20" if " " in blank[0] else "", text.strip())
    if not text:
        return None
    try:
        absolute = urljoin(base, text) if base else text
        parts = urlsplit(absolute)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in SCHEMES:
        return None
    if parts.scheme == "mailto":
        return absolute
    return absolute if parts.hostname else None

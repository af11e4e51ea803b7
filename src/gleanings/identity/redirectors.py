"""Addresses that only carry another one: the target is read out of them, without a request."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from urllib.parse import unquote

from gleanings.identity.address import Address, parse_address
from gleanings.patterns import later

_IN_QUERY: dict[str, tuple[str, tuple[str, ...]]] = {
    "youtube.com": (r"/redirect", ("q",)),
    "out.reddit.com": (r".*", ("url",)),
    "l.facebook.com": (r"/l\.php", ("u",)),
    "lm.facebook.com": (r"/l\.php", ("u",)),
    "facebook.com": (r"/l\.php", ("u",)),
    "l.instagram.com": (r"/", ("u",)),
    "l.messenger.com": (r"/l\.php", ("u",)),
    "l.threads.com": (r"/", ("u",)),
    "l.threads.net": (r"/", ("u",)),
    "linkedin.com": (r"/(?:redir/redirect|redirect|safety/go)", ("url",)),
    "medium.com": (r"/r/?", ("url",)),
    "duckduckgo.com": (r"/l/?", ("uddg",)),
    "t.umblr.com": (r"/redirect", ("z",)),
    "slack-redir.net": (r"/link", ("url",)),
    "vk.com": (r"/away\.php", ("to",)),
    "away.vk.com": (r"/away\.php", ("to",)),
    "steamcommunity.com": (r"/linkfilter/?", ("url", "u")),
    "getpocket.com": (r"/redirect", ("url",)),
    "exit.sc": (r"/", ("url",)),
    "disq.us": (r"/url", ("url",)),
    "feedly.com": (r"/i/welcome/.*", ("url",)),
    "news.google.com": (r"/news/url", ("url",)),
}
"""Host without `www.` → (the redirecting paths, the parameters that carry the target)."""

_GOOGLE = later(r"(?:www\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")
_AMP_CACHE = later(r"/(?:[cv]|wp)/(s/)?(.+)")
_GOOGLE_AMP = later(r"/amp/(s/)?(.+)")
_SUBSTACK = later(r"/redirect/2/([A-Za-z0-9_-]+)(?:\..*)?")
_PROOFPOINT = later(r"/v3/__(https?:/?/?.+?)__;.*", re.DOTALL)
_OTHERS = ("substack.com", ".safelinks.protection.outlook.com", "cdn.ampproject.org", "urldefense.com")


def unwrap(address: Address) -> Address:
    """The address that `address` leads to, as far as it can be told without asking; itself where it redirects not."""
    while (target := _target(address)) is not None:
        address = target
    return address


def _target(address: Address) -> Address | None:
    host = address.host.removeprefix("www.")
    if host in _IN_QUERY:
        paths, names = _IN_QUERY[host]
        return _carried(address, names) if re.fullmatch(paths, address.path or "/") else None
    if host.startswith("google."):
        return _google_target(address)
    if not host.endswith(_OTHERS):
        return None
    if host.endswith("substack.com"):
        return _substack_target(address)
    if host.endswith(".safelinks.protection.outlook.com"):
        return _carried(address, ("url",))
    if host.endswith("cdn.ampproject.org"):
        return _in_path(_AMP_CACHE, address)
    return _proofpoint_target(address) if host == "urldefense.com" else None


def _carried(address: Address, names: tuple[str, ...]) -> Address | None:
    target = address.parameter(*names)
    if address.host == "disq.us":
        target = re.sub(r":[\w-]{20,}$", "", target)
    return parse_address(target)


def _google_target(address: Address) -> Address | None:
    if not _GOOGLE.fullmatch(address.host):
        return None
    if address.path == "/url":
        return _carried(address, ("q", "url"))
    return _in_path(_GOOGLE_AMP, address)


def _in_path(pattern: re.Pattern[str], address: Address) -> Address | None:
    found = pattern.fullmatch(address.path)
    if not found:
        return None
    scheme = "https" if found[1] else "http"
    query = f"?{address.query}" if address.query else ""
    fragment = f"#{address.fragment}" if address.fragment else ""
    target = parse_address(f"{scheme}://{found[2]}{query}{fragment}")
    return target if target and "." in target.host else None


def _substack_target(address: Address) -> Address | None:
    """Links in mails: `/redirect/2/…` is base64 of JSON whose `e` is the target; the other form needs a request."""
    found = _SUBSTACK.fullmatch(address.path)
    if not found:
        return None
    try:
        carried = json.loads(urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)))
    except (Base64Error, ValueError, RecursionError):
        return None
    target = carried.get("e") if isinstance(carried, dict) else None
    return parse_address(target) if isinstance(target, str) else None


def _proofpoint_target(address: Address) -> Address | None:
    found = _PROOFPOINT.fullmatch(address.path)
    if not found or "*" in found[1]:
        return None
    return parse_address(re.sub(r"^(https?):/+", r"\1://", unquote(found[1])))


_ARCHIVES = later(r"(?:web\.archive\.org/web|archive\.(?:today|is|ph|md|vn|li|fo))/[0-9]{4}[0-9.\-]*[a-z_*]*/(.+)")


def archived(address: Address) -> Address | None:
    """The address that an archived copy is a copy of (the Wayback Machine, archive.today); None for other pages."""
    found = _ARCHIVES.fullmatch(address.host + address.path)
    if not found:
        return None
    inner = re.sub(r"^(https?):/+", r"\1://", found[1], flags=re.IGNORECASE)
    if "://" not in inner.partition("?")[0][:8]:
        inner = f"http://{inner}"
    query = f"?{address.query}" if address.query else ""
    fragment = f"#{address.fragment}" if address.fragment else ""
    return parse_address(f"{inner}{query}{fragment}")

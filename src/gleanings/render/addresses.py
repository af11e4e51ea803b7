"""Addresses inside the site: how they are spelled, which file each becomes, and how a page links to another.

While pages are made, every address is *site-absolute*: `/2026/11/#mixtral`, `/media/x.png`, whatever folder the site
is served from. The last step before a page is written turns these into document-relative ones
(`../../2026/11/#mixtral`). Why: the same files then work at a host's root, in a sub-folder, behind a preview host's
odd prefix, in a web archive and, page by page, opened from the disk; and one rendering of a note serves every page
it stands on. Only the page for "not found", which a host shows at any address, keeps the full path.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

_TAG = re.compile(r"<[a-zA-Z][^<>]*\s(?:href|src|poster|action|data-index)=\"/[^<>]*>")
_ADDRESS = re.compile(r"(\s(?:href|src|poster|action|data-index)=\")(/(?!/)[^\"]*)\"")


def page_file(address: str) -> str:
    """The file below public/ for a site-absolute address: `/2026/11/` → `2026/11/index.html`."""
    path = address.partition("#")[0].partition("?")[0].lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


def absolute(address: str, site_url: str) -> str:
    """A site-absolute address with the site's own in front; full addresses stay.

    `site_url` ends with a slash; its path is the folder the site is served from.
    """
    if not address.startswith("/") or address.startswith("//"):
        return address
    return site_url.rstrip("/") + address


def path_prefix(site_url: str) -> str:
    """The folder a site is served from, without its last slash: `` or `/reading`."""
    return urlsplit(site_url).path.rstrip("/")


def relative(address: str, page: str) -> str:
    """The document-relative form of a site-absolute address, as written on the page at `page`."""
    path, mark, rest = _split(address)
    folder = page.partition("#")[0].rpartition("/")[0] + "/"
    if path == page and mark == "#":
        return mark + rest
    path, above, steps = path or "/", folder, 0
    while not path.startswith(above):
        above, steps = above[: above.rindex("/", 0, -1) + 1], steps + 1
    target = "../" * steps + path[len(above) :] or "./"
    if ":" in target.split("/")[0]:
        target = f"./{target}"  # else it reads as a scheme, RFC 3986 §4.2
    return target + mark + rest


def relative_links(html: str, page: str) -> str:
    """The page's HTML with every site-absolute link, image and script made document-relative."""
    return _rewrite(html, lambda address: relative(address, page))


def rooted_links(html: str, site_url: str) -> str:
    """The page's HTML with every site-absolute address under the site's folder, for a page shown at any address."""
    prefix = path_prefix(site_url)
    return _rewrite(html, lambda address: prefix + address)


def segment(slug: str) -> str:
    """A slug as one part of an address, percent-encoded where it must be."""
    return quote(slug, safe="-._~")


def _rewrite(html: str, change: Callable[[str], str]) -> str:
    def attribute(found: re.Match[str]) -> str:
        return f'{found[1]}{change(found[2])}"'

    # Only inside tags: a quotation mark in text may stand as it is.
    return _TAG.sub(lambda tag: _ADDRESS.sub(attribute, tag[0]), html)


def _split(address: str) -> tuple[str, str, str]:
    """Path, `?` or `#` or nothing, and what follows it."""
    for at, letter in enumerate(address):
        if letter in "?#":
            return address[:at], letter, address[at + 1 :]
    return address, "", ""

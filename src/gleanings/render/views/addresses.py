"""Addresses inside the site: how they are spelled, which file each becomes, and how a page links to another.

While pages are made, every address is *site-absolute*: `/2026/11/#mixtral`, `/media/x.png`, whatever folder the site
is served from. The last step before a page is written turns these into document-relative ones
(`../../2026/11/#mixtral`). Why: the same files then work at a host's root, in a sub-folder, behind a preview host's
odd prefix, in a web archive and, page by page, opened from the disk; and one rendering of a note serves every page
it stands on. Only the page for "not found", which a host shows at any address, keeps the full path.
"""

from __future__ import annotations

from functools import cache
from string import ascii_letters
from urllib.parse import quote, unquote, urlsplit

_ATTRIBUTES = ("href", "src", "poster", "cite", "action", "data-index")
_LINKING = tuple(f"{space}{name}" for name in _ATTRIBUTES for space in " \n\t")
"""What stands before the address."""
_LETTERS = frozenset(ascii_letters)
_OF_PATHS = "/-._~!$&'()*+,;=:@%?#"
"""What a path may hold, and what may stand behind it, beside letters and digits (RFC 3986, 3.3)."""


def page_file(address: str) -> str:
    """The file below public/ for a site-absolute address: `/2026/11/` → `2026/11/index.html`.

    Servers look for the decoded name: `/my%20list/` → `my list/index.html`.
    """
    path = unquote(address.partition("#")[0].partition("?")[0].lstrip("/"))
    return f"{path}index.html" if not path or path.endswith("/") else path


def site_address(written: str, page: str) -> str:
    """The site-absolute address for a path on this site as a person writes it in the file of `page`: `media/x.pdf`,
    `#there`; full addresses stay."""
    if written.startswith("media/"):
        return f"/{quote(written, safe=_OF_PATHS)}"
    return f"{page}{written}" if written.startswith("#") else written


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
    """The document-relative form of a site-absolute address, as written on the page at `page`.

    It goes up to the site's own folder and down from there, without the shortest way's cleverness.
    """
    if address.startswith(f"{page}#"):
        return address.removeprefix(page)
    return _way_up(page) + address[1:]


def relative_links(html: str, page: str) -> str:
    """The page's HTML with every site-absolute link, image and script made document-relative."""
    return _replace_root(html, _way_up(page), page)


def rooted_links(html: str, site_url: str) -> str:
    """The page's HTML with every site-absolute address under the site's folder, for a page shown at any address."""
    folder = path_prefix(site_url)
    return _replace_root(html, f"{folder}/") if folder else html


def _way_up(page: str) -> str:
    """`../../` from `/2026/10/` to the site's folder; `./` where one is there already."""
    return "../" * (page.count("/") - 1) or "./"


def _replace_root(html: str, root: str, page: str | None = None) -> str:
    """`root` for the first slash of every site-absolute address; inside tags alone, as text may look like a link.

    Of links to a place on `page` itself only that is left.
    """
    before, *rest = html.split('="/')
    there = f"{page}#"[1:] if page else None
    done = [before]
    in_tag = False
    for piece in rest:
        opened, closed = before.rfind("<"), before.rfind(">")
        if opened > closed:
            in_tag = before[opened + 1 : opened + 2] in _LETTERS
        elif closed >= 0:
            in_tag = False
        if not in_tag or piece.startswith("/") or not before.endswith(_LINKING):
            done += ('="/', piece)
        elif there is not None and piece.startswith(there):
            done += ('="', piece[len(there) - 1 :])
        else:
            done += ('="', root, piece)
        before = piece
    return "".join(done)


@cache
def segment(slug: str) -> str:
    """A slug as one part of an address, percent-encoded where it must be."""
    return quote(slug, safe="-._~")

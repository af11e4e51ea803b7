"""XML as feeds need it, written as text: what must be escaped where, and no character that XML forbids.

Texts are escaped one by one and put together; `xml_bytes` then makes the whole fit for a file. All of it is done by
the few functions of Python that run over a text at once, as every word of the site comes through here.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

from gleanings.patterns import later

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"

_NOT_IN_ADDRESSES = later(r"[\s<>\"{}|\\^`]")
_CONTROLS = bytes(number for number in range(0x20) if number not in b"\t\n\r")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


def xml_bytes(text: str) -> bytes:
    """The text as UTF-8, without the characters that XML 1.0 forbids (§2.2)."""
    content = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    if _NO_CHARACTERS[0][:2] in content:
        for character in _NO_CHARACTERS:
            content = content.replace(character, b"")
    return content


def escape(text: str) -> str:
    """Text between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str) -> str:
    """The value of an attribute in double quotes; line ends and tabs in it are kept."""
    text = escape(text).replace('"', "&quot;")
    if text.isprintable():
        return text
    return text.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")


def prolog(stylesheet: str) -> str:
    """The start of a document, with a stylesheet for people who open it in a browser."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet type="text/xsl" href="{quoted(stylesheet)}"?>\n'


def as_iri(url: str) -> str:
    """The address with the characters that no IRI may hold (RFC 3987, 2.2) as percent signs; Atom takes IRIs."""
    return _NOT_IN_ADDRESSES.sub(lambda found: quote(found[0]), url)


def as_uri(url: str) -> str:
    """The address in ASCII (RFC 3986), as RSS and sitemaps want it; its host as name servers have it (RFC 3490)."""
    start = url.find("/", url.find("://") + 3)
    host, rest = (url, "") if start < 0 else (url[:start], url[start:])
    if not host.isascii():
        scheme, mark, name = host.partition("://")
        with suppress(UnicodeError):
            host = f"{scheme}{mark}{name.encode('idna').decode('ascii')}"
    return host + quote(as_iri(rest), safe="/?#[]@!$&'()*+,;=:%-._~")

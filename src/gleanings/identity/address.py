"""Web addresses taken apart and put together again without changing a byte that matters.

Libraries for addresses rebuild the query and re-encode the path; both break addresses in the wild. So everything
here works on the raw text (RFC 3986).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import name as unicode_name
from unicodedata import normalize
from urllib.parse import unquote, unquote_plus

from gleanings.patterns import later

_WEB = later(
    r"([Hh][Tt][Tt][Pp][Ss]?)://"
    r"(?:[^/?#\s]*@)?"
    r"(\[[0-9A-Fa-f:.]+\]|[^/?#:@\s\[\]<>\"\\^`{|}%]+)"
    r"(?::([0-9]*))?"
    r"(/[^?#\s]*)?(?:\?([^#\s]*))?(?:#(\S*))?",
    re.ASCII,
)
_SPACE = later(r"\s")
_LAST_PORT = 65535
_DEFAULT_PORT = {"http": "80", "https": "443"}


class Address(NamedTuple):
    """A web address in raw parts."""

    scheme: str
    host: str
    """Lower case; international names in Unicode."""
    port: str
    """Empty where it is the scheme's own."""
    path: str
    """Empty, or starts with a slash; dot segments resolved."""
    query: str | None
    """None without a question mark."""
    fragment: str | None

    def parameters(self) -> list[tuple[str, str]]:
        """Decoded names and values of the query, in order."""
        pairs = []
        for token in (self.query or "").split("&"):
            name, _, value = token.partition("=")
            pairs.append((unquote_plus(name).removeprefix("amp;"), unquote_plus(value)))
        return pairs

    def parameter(self, *names: str) -> str:
        """The first value under one of `names`, decoded; empty where there is none."""
        if not self.query:
            return ""
        found = self.parameters()
        return next((value for wanted in names for name, value in found if name == wanted and value), "")

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        query = f"?{self.query}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{query}{fragment}"


def parse_address(text: str) -> Address | None:
    """The parts of an http or https address without spaces around or in it; None where `text` is not one.

    Credentials are dropped: they never belong into something that is published.
    """
    found = _WEB.fullmatch(text)
    if found is None:
        return None
    scheme, host, port, path, query, fragment = found.groups()
    if not text.isascii() and _SPACE.search(text):
        return None
    scheme = scheme.lower()
    host = _shown_host(host)
    if not host.strip(".-_") or (port and int(port[:9]) > _LAST_PORT):
        return None
    path = path or ""
    if "/." in path:
        path = _without_dot_segments(path)
    return Address(scheme, host, "" if not port or port == _DEFAULT_PORT[scheme] else port, path, query, fragment)


def _shown_host(host: str) -> str:
    host = host.lower()
    if host.isascii() and "xn--" not in host:
        return host
    return ".".join(_shown_label(label) for label in normalize("NFC", host).split("."))


def _shown_label(label: str) -> str:
    """A label in Unicode, unless its Unicode form would not lead back to it or mixes scripts to look like another."""
    if not label.startswith("xn--"):
        return label
    try:
        shown = label[4:].encode("ascii").decode("punycode")
        faithful = "xn--" + shown.encode("punycode").decode("ascii") == label
    except (UnicodeError, ValueError, OverflowError):
        return label
    tidy = shown == normalize("NFC", shown.lower()) and not shown.isascii() and shown.replace("-", "").isalnum()
    return shown if faithful and tidy and _one_script(shown) else label


def _one_script(text: str) -> bool:
    scripts = {unicode_name(letter, "?").split(" ")[0] for letter in text if letter.isalpha()}
    return len(scripts) == 1 or scripts.isdisjoint({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "?"})


def _without_dot_segments(path: str) -> str:
    """RFC 3986 section 5.2.4; doubled slashes stay."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for position, segment in enumerate(segments):
        if segment not in (".", ".."):
            kept.append(segment)
            continue
        if segment == ".." and kept:
            kept.pop()
        if position == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)


def without_parameters(query: str | None, unwanted: Iterable[str]) -> str | None:
    """The query without the tokens named; what stays keeps its bytes and its order."""
    if not query:
        return None
    names = frozenset(unwanted)
    return "&".join(token for token in query.split("&") if token_name(token) not in names) or None


def token_name(token: str) -> str:
    """The lower-case name in `name=value`; HTML that was escaped twice leaves `amp;` before it."""
    name = token.partition("=")[0]
    if "%" in name:
        name = unquote(name)
    return name.lower().removeprefix("amp;")


_ESCAPE = later(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def even_escapes(text: str) -> str:
    """Escapes as RFC 3986 section 6.2.2 makes them equal: unreserved ones decoded, others in upper case,

    and what is not ASCII escaped as UTF-8. For comparison only.
    """
    if not text.isascii():
        text = "".join(letter if letter.isascii() else _escaped(letter) for letter in normalize("NFC", text))
    if "%" in text:
        text = _ESCAPE.sub(_even_escape, text)
    return text


def _escaped(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))


def _even_escape(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if letter in _UNRESERVED else found[0].upper()

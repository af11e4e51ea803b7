"""Addresses as people write them: without what is for nobody's eyes, and with `feed:` read as the web. Pure text.

Unlike `identity`, nothing is said here of what an address leads to, and any text may be one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from gleanings.patterns import later

_CREDENTIALS = later(r"(?<!\S)([^\s/?#]*//|feed:)[^/?#]*@", re.IGNORECASE)


def strip_credentials(text: str) -> str:
    """An address, or words with one, without user name and password; otherwise as it is."""
    return _CREDENTIALS.sub(r"\1", text)


def has_credentials(address: str) -> bool:
    """Whether an address holds a user name or a password."""
    return strip_credentials(address) != address


def with_credentials(address: str, of: str) -> str:
    """An address with the user name and password of another one at the same host; at any other as it is."""
    there, known = urlsplit(address), urlsplit(of)
    user, at, host = known.netloc.rpartition("@")
    if not at or there.netloc.casefold() != host.casefold():
        return address
    return urlunsplit(there._replace(netloc=f"{user}@{there.netloc}"))


def read_feed_scheme(written: str) -> str:
    """The web address that is meant by `feed://host/x`, `feed:host/x` or `feed:https://host/x`.

    Any other text comes back as it is, spaces around it removed.
    """
    text = written.strip()
    if not text.casefold().startswith("feed:"):
        return text
    rest = text[5:].lstrip("/")
    return rest if rest.casefold().startswith(("http:", "https:")) else f"https://{rest}"

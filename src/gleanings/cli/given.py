"""Addresses as they are given on the command line, and what is said of those that are none."""

from __future__ import annotations

from gleanings.addresses import read_feed_scheme, strip_credentials
from gleanings.files.kinds import find_address_fault
from gleanings.identity import display, is_web_address, preferred
from gleanings.problems import UsageError


def read_link(written: str) -> str:
    """The link as it is to be written into a file. Raises UsageError for what is none."""
    url = written.strip()
    if is_web_address(url):
        return display(url)
    if preferred(url) != url:
        # `arXiv:2401.04088`, `doi:10.…`
        return preferred(url)
    message, cure = find_address_fault(url)
    raise _refusal(written, message, cure)


def read_feed(written: str) -> str:
    """The feed's or page's address to ask. Raises UsageError for what is none."""
    url = read_feed_scheme(written)
    if is_web_address(url):
        return url
    raise _refusal(written, "", find_address_fault(url)[1])


def _refusal(written: str, message: str, cure: str | None) -> UsageError:
    # What an entry may link to, such as ftp:, has no fault in a file, and no page that could be asked.
    message = message or f'"{strip_credentials(written)}" is no web address'
    return UsageError(f"{message} ({cure or 'an address begins with https://'})")

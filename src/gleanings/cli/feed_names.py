"""Feeds as a person names them on the command line, and as they are named to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from gleanings.addresses import strip_credentials
from gleanings.fetch.retrieve.headers import show
from gleanings.problems import UsageError


def name_feed(url: str, titles: Mapping[str, str]) -> str:
    """What to call a feed: its title, else its address."""
    return show(titles.get(url) or strip_credentials(url), most=120)


def tell_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Titles by address, where feeds that share a title (a site's RSS and its JSON) have their address behind it."""
    counts = Counter(titles.values())
    return {
        url: f"{title} ({strip_credentials(url)})" if counts[title] > 1 else title for url, title in titles.items()
    }


def choose_feeds(words: Iterable[str], urls: Iterable[str], titles: Mapping[str, str]) -> frozenset[str]:
    """The addresses that any of `words` means: an address, a title, or a part of either, in any case.

    Raises UsageError, which names every word that means no feed.
    """
    known = tuple(urls)
    chosen: set[str] = set()
    wrong = []
    for word in words:
        meant = _meant_by(word.strip().casefold(), known, titles)
        chosen |= meant
        if not meant:
            wrong.append(f'no feed in feeds.yaml has "{show(word)}" in its address or title')
    if wrong:
        raise UsageError("; ".join(wrong))
    return frozenset(chosen)


def _meant_by(word: str, urls: tuple[str, ...], titles: Mapping[str, str]) -> set[str]:
    exact = {url for url in urls if word in (url.casefold(), titles.get(url, "").casefold())}
    if exact or not word:
        return exact
    return {url for url in urls if word in url.casefold() or word in titles.get(url, "").casefold()}

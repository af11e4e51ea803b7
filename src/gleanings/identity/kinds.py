"""What kind of thing an address leads to, as far as the address alone tells."""

from __future__ import annotations

import re

from gleanings.identity.address import Address
from gleanings.patterns import later

BY_SCHEME: dict[str, str] = {
    "arxiv": "paper", "doi": "paper", "openreview": "paper", "acl": "paper", "neurips": "paper", "pmlr": "paper",
    "jmlr": "paper", "cvf": "paper", "iacr": "paper", "ssrn": "paper", "s2": "paper", "ieee": "paper",
    "pubmed": "paper", "pmc": "paper", "youtube": "video", "vimeo": "video", "x": "thread", "reddit": "thread",
    "substack": "post", "medium": "post", "lesswrong": "post", "stackexchange": "thread", "apple-podcast": "podcast",
    "gist": "post",
}  # fmt: skip
"""Scheme of a work's key → kind, where the scheme decides it."""

_BY_HOST: dict[str, str] = {
    "substack.com": "post",
    "wikipedia.org": "article",
    "goodreads.com": "book",
    "bookshop.org": "book",
    "coursera.org": "course",
    "edx.org": "course",
    "udemy.com": "course",
    "overcast.fm": "podcast",
    "pca.st": "podcast",
    "podcasts.apple.com": "podcast",
}
_BY_PATH: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("news.ycombinator.com", later(r"/item"), "thread"),
    ("bsky.app", later(r"/profile/[^/]+/post/.+"), "thread"),
    ("open.spotify.com", later(r"/(?:episode|show)/.+"), "podcast"),
    ("kaggle.com", later(r"/datasets/.+"), "dataset"),
    ("pypi.org", later(r"/project/.+"), "tool"),
    ("crates.io", later(r"/crates/.+"), "tool"),
    ("npmjs.com", later(r"/package/.+"), "tool"),
    ("gitlab.com", later(r"/[^/]+/[^/]+/?"), "repo"),
    ("codeberg.org", later(r"/[^/]+/[^/]+/?"), "repo"),
    ("oreilly.com", later(r"/library/view/.+"), "book"),
    ("ted.com", later(r"/talks/.+"), "talk"),
    ("huggingface.co", later(r"/blog/.+"), "post"),
)
_GITHUB: dict[str, str] = {"issues": "thread", "pull": "thread", "discussions": "thread", "releases": "tool"}
_HUGGING_FACE: dict[str, str] = {"models": "model", "datasets": "dataset", "spaces": "tool"}
_MASTODON = later(r"/@[\w.@-]+/\d{10,}/?")
_POST = later(r"(?:/[a-z]{2})?/(?:blog|posts?)/.+|/p/[\w-]+/?")


def kind_of_work(key: str, address: Address | None) -> str | None:
    """One of `model.KINDS`; None where the address does not tell."""
    if key.startswith("//"):
        return _kind_by_address(address) if address else None
    scheme, _, identity = key.partition(":")
    match scheme:
        case "github":
            parts = identity.split("/", 3)
            return _GITHUB.get(parts[2], "repo") if len(parts) > 2 else "repo"
        case "hf":
            return _HUGGING_FACE[identity.partition("/")[0]]
        case _:
            return BY_SCHEME.get(scheme)


def _kind_by_address(address: Address) -> str | None:
    host = address.host.removeprefix("www.")
    for domain, pattern, kind in _BY_PATH:
        if host == domain and pattern.fullmatch(address.path):
            return kind
    labels = host.split(".")
    if known := _BY_HOST.get(host) or _BY_HOST.get(".".join(labels[-2:])):
        return known
    if _MASTODON.fullmatch(address.path):
        return "thread"
    if labels[0] == "blog" or _POST.fullmatch(address.path):
        return "post"
    return None

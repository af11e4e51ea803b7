"""Parameters that say where a click came from and nothing about the page: data, and taking them off.

Learnt from vendors' own pages on campaign parameters and from what feeds carry; a parameter that can choose
the page on some site is listed only for the hosts where it never does.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gleanings.identity.address import token_name
from gleanings.identity.words import words
from gleanings.patterns import later

PREFIXES = (
    "utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "__hs", "_hs", "vero_", "oly_", "stm_",
)  # fmt: skip
"""Of a campaign everywhere."""

NAMES = words(
    """
    fbclid gclid gclsrc dclid gbraid wbraid srsltid msclkid yclid ysclid twclid ttclid li_fat_id igshid igsh
    mc_cid mc_eid mc_tc mkt_tok _openstat wickedid rb_clickid s_cid zanpid _bhlid _branch_match_id spm scm
    ck_subscriber_id sc_cid __readwiselocation guccounter guce_referrer guce_referrer_sig hss_channel
    """
)
"""Of a campaign everywhere, whole names."""

ON_HOSTS: dict[str, tuple[str, ...]] = {
    "x.com": ("s", "t", "ref_src", "ref_url", "lang", "cxt"),
    "twitter.com": ("s", "t", "ref_src", "ref_url", "lang", "cxt"),
    "youtube.com": ("si", "feature", "pp", "ab_channel", "annotation_id", "src_vid"),
    "youtu.be": ("si", "feature", "pp", "ab_channel"),
    "youtube-nocookie.com": ("si", "feature"),
    "spotify.com": ("si", "nd"),
    "medium.com": ("source",),
    "reddit.com": ("share_id", "sh", "rdt"),
    "linkedin.com": ("trk", "trackingid", "lipi", "originalsubdomain"),
    "instagram.com": ("ig_rid", "ig_mid"),
    "facebook.com": ("mibextid", "__tn__", "__cft__[0]"),
    "tiktok.com": ("is_from_webapp", "sender_device", "_r", "_t"),
    "openreview.net": ("referrer",),
    "arxiv.org": ("context",),
    "nytimes.com": ("smid", "smtyp", "partner", "emc", "campaign_id", "instance_id", "segment_id", "user_id",
                    "regi_id", "te", "nl"),
    "theguardian.com": ("cmp",),
    "washingtonpost.com": ("itid", "wpisrc", "wpmm"),
    "bloomberg.com": ("srnd", "sref", "cmpid"),
    "wsj.com": ("mod", "reflink"),
    "economist.com": ("fsrc",),
    "ft.com": ("ftcamp", "sharetype"),
    "newyorker.com": ("mbid", "esrc", "bxid", "cndid"),
    "wired.com": ("mbid", "esrc", "bxid", "cndid"),
    "sciencedirect.com": ("via", "dgcid"),
    "docs.google.com": ("usp", "ouid", "rtpof", "sd"),
    "drive.google.com": ("usp",),
    "podcasts.apple.com": ("at", "ct", "itsct", "itscg", "ls"),
    "substack.com": ("publication_id", "post_id", "isfreemail", "r", "triedredirect", "token", "showwelcomeonshare"),
}  # fmt: skip
"""Domain, its subdomains included → names in lower case."""

PREFIXES_ON_HOSTS: dict[str, tuple[str, ...]] = {
    "bbc.com": ("ns_", "at_"),
    "bbc.co.uk": ("ns_", "at_"),
    "amazon": ("pf_rd_", "pd_rd_"),
}

_AMAZON = frozenset(
    {"tag", "ref", "ref_", "linkcode", "ascsubtag", "psc", "qid", "sr", "crid", "sprefix", "keywords"}
)
_SUBSTACK_POST = later(r"/p/[^/]+/?")
_SUBSTACK_ALWAYS = frozenset({"publication_id", "post_id", "isfreemail", "triedredirect", "showwelcomeonshare"})
_SHARER = later(r"[0-9a-z]{2,8}")
_SUBSTACK_MAIL = frozenset({"source", "action", "token"})
_HOST_VALUE = later(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}", re.IGNORECASE)
_MEDIUM_FEED = later(r"rss-[0-9a-f-]{4,}")
_CODE_HOSTS = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "sr.ht", "githubusercontent.com")
"""There, `ref` is a branch or a tag."""

_FRAGMENT = later(r"(?:utm_|xtor=|echobox=)", re.IGNORECASE)


def clean_query(query: str, *, host: str, path: str) -> str | None:
    """`query` without tracking parameters; what stays keeps its bytes and order. None where nothing stays.

    `host` is lower case, with or without `www.`.
    """
    listed = _listed_on(host)
    prefixes = PREFIXES + _prefixes_on(host)
    tokens = query.split("&")
    post = _SUBSTACK_POST.fullmatch(path) is not None
    mailed = post and any(token_name(token) in _SUBSTACK_ALWAYS for token in tokens)
    kept = []
    for token in tokens:
        name = token_name(token)
        if name in NAMES or name in listed or name.startswith(prefixes):
            continue
        if _tracks_by_value(name, token.partition("=")[2], host):
            continue
        if post and _is_substack_parameter(name, token, mailed=mailed or _is_under(host, "substack.com")):
            continue
        kept.append(token)
    return "&".join(kept) or None


def clean_fragment(fragment: str) -> str | None:
    """The fragment without text highlights and campaign words; None where nothing stays."""
    kept = fragment.partition(":~:")[0]
    return None if _FRAGMENT.match(kept) else kept or None


def _tracks_by_value(name: str, value: str, host: str) -> bool:
    match name:
        case "ref":
            # Ghost adds the linking site's host to every outgoing link.
            return _HOST_VALUE.fullmatch(value) is not None and not any(_is_under(host, code) for code in _CODE_HOSTS)
        case "ref_src":
            return value.startswith("twsrc")
        case "source":
            # Medium's feeds, also on the custom domains of its publications.
            return _MEDIUM_FEED.match(value) is not None
        case _:
            return False


def _is_substack_parameter(name: str, token: str, *, mailed: bool) -> bool:
    if name in _SUBSTACK_ALWAYS or (mailed and name in _SUBSTACK_MAIL):
        return True
    # `r` names the person who shared the post; short and lower case on every publication, own domains included.
    return name == "r" and _SHARER.fullmatch(token.partition("=")[2]) is not None


@lru_cache(maxsize=4096)
def _listed_on(host: str) -> frozenset[str]:
    if "amazon." in host:
        return _AMAZON
    return frozenset(name for domain in _domains(host) for name in ON_HOSTS.get(domain, ()))


@lru_cache(maxsize=4096)
def _prefixes_on(host: str) -> tuple[str, ...]:
    if "amazon." in host:
        return PREFIXES_ON_HOSTS["amazon"]
    return tuple(prefix for domain in _domains(host) for prefix in PREFIXES_ON_HOSTS.get(domain, ()))


def _domains(host: str) -> tuple[str, ...]:
    """The host and the domains above it, the top level left out."""
    labels = host.split(".")
    return tuple(".".join(labels[start:]) for start in range(max(len(labels) - 1, 1)))


def _is_under(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)

"""From an address to what it shows, what it is, and where it is best read."""

from __future__ import annotations

import re
from functools import lru_cache

from gleanings.identity import hosts, papers
from gleanings.identity.address import Address, even_escapes, parse_address, token_name
from gleanings.identity.redirectors import archived, unwrap
from gleanings.identity.tracking import clean_fragment, clean_query
from gleanings.identity.words import words
from gleanings.identity.work import Rule, Work
from gleanings.patterns import later

_RULES: dict[str, Rule] = papers.RULES | hosts.RULES
_LABEL_BEFORE = later(r"(?:m|mobile|amp|touch)\.")
_WIKI = later(r"((?:[a-z-]+\.)?)m\.((?:wikipedia|wiktionary|wikibooks|wikisource|wikimedia|wikidata)\.org)")
_INDEX = later(r"/index\.(?:html?|php)")
_DAY_PAGE = later(r"(?:/.*)?/\d{4}/\d\d(?:/\d\d)?(?:\.html?|/)?")
"""Old weblogs show a day on one page, each item under its fragment."""
_SESSION_PATH = later(r";jsessionid=[^/;]*", re.IGNORECASE)
_SESSION_VALUE = later(r"[0-9A-Za-z_-]{16,}")
_AMP_PARAMETERS = frozenset({"amp", "amp_js_v", "amp_gsa", "usqp", "outputtype", "output"})
_AMP_PATH = later(r"(.*/([^/]+))(?:/amp|\.amp)/?")
_NO_ARTICLE = words(
    "wiki docs doc tag tags topic topics category categories products product package packages project projects "
    "crates library man r u c search"
)
"""A segment before `/amp` that makes `amp` the name of a thing."""
_GIFTS = frozenset({"unlocked_article_code", "sk", "sharing_token", "giftcopy", "gift"})
"""Parameters that open a paywall: kept where they are shown, no part of what the work is."""


@lru_cache(maxsize=65536)
def find_address(text: str) -> Address | None:
    """The address in `text`: redirectors unwrapped, tracking parameters off; None where `text` is no web address."""
    address = parse_address(text.strip())
    if address is None:
        return None
    address = unwrap(address)
    if address.query is not None:
        query = clean_query(address.query, host=address.host, path=address.path) if address.query else None
        if query != address.query:
            address = address._replace(query=query)
    if address.fragment is not None:
        address = address._replace(fragment=clean_fragment(address.fragment))
    return address


@lru_cache(maxsize=65536)
def find_key(text: str) -> str:
    """The identity of the work at `text`; text that is neither address nor paper's number stands for itself."""
    address = find_address(text)
    if address is None:
        work = papers.find_bare_number(text.strip())
        return work.key if work else text.strip()
    original = _original(address)
    host = _key_host(original.host)
    work = _find_work(original, host)
    return work.key if work else _plain_key(original, host)


def find_best(text: str) -> str:
    """The address at which the work at `text` is best read."""
    address = find_address(text)
    if address is None:
        work = papers.find_bare_number(text.strip())
        return (work and work.url) or text.strip()
    original = _original(address)
    work = _find_work(original, _key_host(original.host))
    if work:
        return work.url or str(original)
    return str(_without_amp(original))


def _original(address: Address) -> Address:
    """The page that an archived copy was made of, also of a copy of a copy."""
    while "archive." in address.host and (inner := archived(address)) is not None:
        address = find_address(str(inner)) or inner
    return address


def _key_host(host: str) -> str:
    host = host.rstrip(".")
    if host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    if found := _LABEL_BEFORE.match(host):
        bare = host[found.end() :]
        return bare if bare in hosts.TWINS else host
    if ".m." in host or host.startswith("m."):
        return _WIKI.sub(r"\1\2", host)
    return host


def _find_work(address: Address, host: str) -> Work | None:
    rule = _RULES.get(host) or _rule_of_domain(host)
    return rule and rule(address._replace(host=host, path=address.path.rstrip("\\")))


def _rule_of_domain(host: str) -> Rule | None:
    """The rule of the domain that a host belongs to: `old.reddit.com`, `www.arxiv.org`."""
    at = host.rfind(".", 0, host.rfind("."))
    if at < 0:
        return _many_domains(host)
    return _RULES.get(host[at + 1 :]) or _RULES.get(host[host.rfind(".", 0, at) + 1 :]) or _many_domains(host)


def _many_domains(host: str) -> Rule | None:
    if "nitter" in host:
        return _RULES["x.com"]
    return hosts.find_amazon if "amazon." in host else None


def _plain_key(address: Address, host: str) -> str:
    """The key of an address that no host's rule knows: `//host/path?query`, without what makes no difference."""
    path = _key_path(address.path)
    query = _key_query(address.query) if address.query else ""
    fragment = address.fragment
    route = f"#{fragment}" if fragment and _chooses(fragment, address.path) else ""
    port = f":{address.port}" if address.port else ""
    return f"//{_same_site(host)}{port}{path}{query}{route}"


def _chooses(fragment: str, path: str) -> bool:
    """True where the fragment says which work is meant: a route, or an item on the page of a day or a month."""
    return fragment.startswith(("!", "/")) or _DAY_PAGE.fullmatch(path) is not None


def _same_site(host: str) -> str:
    return "x.com" if host == "twitter.com" else "huggingface.co" if host == "hf.co" else host


def _key_path(path: str) -> str:
    if "%" in path or not path.isascii():
        path = even_escapes(path)
    if ";" in path:
        path = _SESSION_PATH.sub("", path)
    if path.endswith("/"):
        path = path[:-1]
    if path.endswith("amp"):
        path = _without_amp_path(path)
    if "/index." in path and _INDEX.fullmatch(path, path.rindex("/")):
        path = path[: path.rindex("/")]
    return path


def _without_amp_path(path: str) -> str:
    while (found := _AMP_PATH.fullmatch(path)) and found[2] not in _NO_ARTICLE:
        path = found[1]
    return path


def _key_query(query: str) -> str:
    kept = [even_escapes(token.replace("+", "%20")) for token in query.split("&") if token and not _idle(token)]
    # Sorted by name alone: what several values of one name mean can depend on their order.
    kept.sort(key=lambda token: token.partition("=")[0])
    return f"?{'&'.join(kept)}" if kept else ""


def _idle(token: str) -> bool:
    """True for sessions, gifts and AMP views."""
    name = token_name(token)
    value = token.partition("=")[2]
    if name in ("phpsessid", "jsessionid", "aspsessionid") or name in _GIFTS:
        return True
    if name == "sid":
        return _SESSION_VALUE.fullmatch(value) is not None
    return name in _AMP_PARAMETERS and _is_amp_view(name, value)


def _is_amp_view(name: str, value: str) -> bool:
    match name:
        case "amp":
            return value in ("", "1", "true")
        case "output" | "outputtype":
            return value == "amp"
        case _:
            return True


def _without_amp(address: Address) -> Address:
    path = _without_amp_path(address.path) if address.path.rstrip("/").endswith("amp") else address.path
    query = address.query
    if query and "amp" in query.lower():
        tokens = query.split("&")
        query = "&".join(token for token in tokens if not (token_name(token) in _AMP_PARAMETERS and _idle(token)))
    return address._replace(path=path, query=query)

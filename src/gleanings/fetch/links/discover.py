"""What an address given as a feed really is: a feed, or a page with feeds."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from gleanings.addresses import with_credentials
from gleanings.fetch.links.feed_hints import FoundFeed, find_feeds, find_host_feeds, find_likely_feeds
from gleanings.fetch.parse.feed import FeedUnreadable, parse_feed
from gleanings.fetch.parse.parsed import ParsedFeed
from gleanings.fetch.poll.moving import find_permanent_target
from gleanings.fetch.retrieve.answers import Failure, Response
from gleanings.fetch.retrieve.http import Client
from gleanings.values import Value

_USUAL_PLACES = ("/feed", "/atom.xml", "/rss.xml", "/index.xml")


class Discovery(Value, kw_only=True):
    """What an address turned out to be."""

    url: str
    """The feed's address after redirects that are for good; else the page's."""
    feed: ParsedFeed | None = None
    """It is a feed; or none was declared there, and this one stands at a usual place of the site, at `url`."""
    found: tuple[FoundFeed, ...] = ()
    """It is a page, and these are its feeds, best first."""
    problem: str | None = None
    """It could not be asked."""


def discover(url: str, *, client: Client, now: datetime) -> Discovery:
    """Ask an address once: is it a feed, or which feeds does its page offer?

    Only where the page declares and links none, and its host is unknown, up to four usual places are tried.
    """
    answer = client.get(url)
    if isinstance(answer, Failure):
        known = find_host_feeds(url) or find_likely_feeds(url)
        return Discovery(url=url, found=known, problem=None if known else answer.message)
    if answer.status != 200:
        known = find_host_feeds(url) or find_likely_feeds(url)
        return Discovery(url=url, found=known, problem=None if known else f"the server answered {answer.status}")
    feed = read_feed(answer, now=now)
    if feed is not None:
        return Discovery(url=_lasting_address(url, answer), feed=feed)
    found = find_feeds(answer.body, url=answer.final_url, content_type=answer.headers.get("content-type"))
    if found:
        return Discovery(url=answer.final_url, found=found)
    return _try_usual_places(answer.final_url, client=client, now=now) or Discovery(url=answer.final_url)


def read_feed(answer: Response, *, now: datetime) -> ParsedFeed | None:
    """The feed that an answer holds; None where it holds something else."""
    try:
        return parse_feed(answer.body, url=answer.final_url, content_type=answer.headers.get("content-type"), now=now)
    except FeedUnreadable:
        return None


def _try_usual_places(url: str, *, client: Client, now: datetime) -> Discovery | None:
    for place in _USUAL_PLACES:
        usual = urljoin(url, place)
        answer = client.get(usual)
        if isinstance(answer, Response) and answer.status == 200 and (feed := read_feed(answer, now=now)):
            return Discovery(url=_lasting_address(usual, answer), feed=feed)
        if isinstance(answer, Failure) and answer.kind in ("paused", "stopped", "dns", "connect"):
            return None
    return None


def _lasting_address(asked: str, answer: Response) -> str:
    """Where permanent redirects lead, else what was asked, with the password that it may want.

    A temporary redirect says that the old address stays right.
    """
    target = find_permanent_target(answer.hops)
    return with_credentials(target, asked) if target else asked

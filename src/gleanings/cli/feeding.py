"""`feeds`: list them with their health, add one, bring in a list of them, hand the list on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from gleanings.addresses import strip_credentials
from gleanings.cli.given import read_feed
from gleanings.cli.session import Session
from gleanings.cli.targets import LOCK_SECONDS, text_of
from gleanings.cli.terminal import say, say_json, tell, tell_problem
from gleanings.exchange.opml import Subscription, format_opml, parse_opml
from gleanings.files.atomic import replace_text
from gleanings.files.insert import insert_items
from gleanings.files.lock import hold
from gleanings.files.writing import Writable
from gleanings.identity import work_key
from gleanings.model import FeedsFile
from gleanings.problems import GleaningsError, UsageError
from gleanings.project import Project
from gleanings.settings import read_site
from gleanings.subscriptions import read_feeds
from gleanings.values import Value


@click.group("feeds")
def feeds_command() -> None:
    """List, add, import and export feeds."""


# ── list ──


@feeds_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def list_command(session: Session, *, as_json: bool) -> int:
    """Show every feed of feeds.yaml and how it is doing."""
    from gleanings.cli.feed_health import describe_health, judge_feed, list_health
    from gleanings.fetch.inbox.store import Store

    project, now = session.project, session.now()
    site, _ = read_site(project)
    feeds_file = _read_feeds(project)
    with Store.open(project.inbox_file, writable=False) as store:
        states = store.feed_states()
    healths = tuple(judge_feed(feed, states.get(feed.url), now=now) for feed in feeds_file.feeds)
    if as_json:
        say_json(list_health(healths))
        return 0
    for line in describe_health(healths, zone=site.timezone):
        say(line)
    if not healths:
        say("there are no feeds in feeds.yaml (add one with: gleanings feeds add URL)")
    return 0


def _read_feeds(project: Project) -> FeedsFile:
    feeds_file, warnings = read_feeds(project)
    for problem in warnings:
        tell_problem(problem)
    return feeds_file


# ── add ──


@feeds_command.command("add")
@click.argument("url", metavar="URL")
@click.option("--title", metavar="TEXT", help="Your own name for it.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Copied onto what is picked from it; repeatable.")
@click.option("--section", metavar="TITLE", help="The section that picks from it go into.")
@click.pass_obj
def add_command(session: Session, url: str, title: str | None, tags: tuple[str, ...], section: str | None) -> int:
    """Add a feed to feeds.yaml: by its own address, or by that of a page that offers one.

    Lines are inserted and nothing else in the file changes. Of several feeds of a page the best is taken and the
    others are named.
    """
    project = session.project
    address = read_feed(url)
    if _tell_known(_read_feeds(project), address):
        return 1
    found = _find_feed(session, project, address)
    chosen: dict[str, Writable] = {"url": found.url}
    if name := title or found.title:
        chosen["title"] = " ".join(name.split())
    if section:
        chosen["section"] = section
    if tags:
        chosen["tags"] = tags
    if _insert(project, lambda known: [chosen] if not _tell_known(known, found.url) else []):
        shown = strip_credentials(found.url)
        say(f"{chosen.get('title', shown)} → feeds.yaml ({shown})")
        for other in found.others:
            tell(f"also offered: {other}")
        return 0
    return 1


class _Found(Value, kw_only=True):
    url: str
    title: str | None = None
    others: tuple[str, ...] = ()


def _find_feed(session: Session, project: Project, url: str) -> _Found:
    """The feed at or behind an address. Raises GleaningsError where there is none."""
    from gleanings.cli.clients import open_client
    from gleanings.fetch.links.discover import discover

    discovery = discover(url, client=open_client(session, project, (url,)), now=session.now())
    shown = strip_credentials(url)
    if discovery.problem:
        raise GleaningsError(f"{shown}: {discovery.problem}")
    if discovery.feed is not None:
        return _Found(url=discovery.url, title=discovery.feed.title)
    if not discovery.found:
        raise GleaningsError(f"{shown} is no feed, and no feed was found on it (add the feed's own address)")
    best, *others = discovery.found
    return _Found(
        url=best.url,
        others=tuple(
            f"{strip_credentials(other.url)} ({', '.join(filter(None, (other.format, other.title)))})"
            for other in others
        ),
    )


def _tell_known(feeds_file: FeedsFile, url: str) -> bool:
    """True, and a word about it, where the feed is there already."""
    known = next((feed for feed in feeds_file.feeds if work_key(feed.url) == work_key(url)), None)
    if known is None:
        return False
    tell(f"that feed is in {known.place.path} already, line {known.place.line}")
    return True


def _insert(project: Project, choose: Callable[[FeedsFile], Sequence[Writable]]) -> bool:
    """Insert what `choose` makes of feeds.yaml as it is now; False where that is nothing."""
    file = project.feeds_file
    with hold(project, wait_seconds=LOCK_SECONDS):
        items = choose(read_feeds(project)[0])
        if not items:
            return False
        before = file.read_bytes() if file.exists() else b""
        path = project.relative(file)
        text = insert_items(text_of(before, path), items, key="feeds", path=path, before=("links",))
        replace_text(file, before=before, after=text.encode("utf-8"))
    return True


# ── import and export ──


@feeds_command.command("import")
@click.argument("file", metavar="FILE")
@click.pass_obj
def import_command(session: Session, file: str) -> int:
    """Add the feeds of an OPML file that are not in feeds.yaml yet; folders become groups. Nothing is fetched."""
    project = session.project
    found = parse_opml(_read(session.path(file)))
    for name, reason in found.left_out:
        tell(f"left out: {name} ({reason})")
    if not found.feeds:
        raise GleaningsError(f"{file} holds no feeds (an OPML file has outlines with xmlUrl)")
    new: list[Subscription] = []

    def choose(known: FeedsFile) -> Sequence[Writable]:
        there = {work_key(feed.url) for feed in known.feeds}
        new[:] = [one for one in found.feeds if work_key(one.url) not in there]
        return [_item(one) for one in new]

    _insert(project, choose)
    say(f"{len(new)} new, {len(found.feeds) - len(new)} in feeds.yaml already")
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _item(one: Subscription) -> Writable:
    pairs = (("title", one.title), ("site", one.home), ("group", one.group), ("tags", one.tags))
    known: dict[str, Writable] = {key: value for key, value in pairs if value}
    return {"url": one.url, **known} if known else one.url


@feeds_command.command("export")
@click.pass_obj
def export_command(session: Session) -> int:
    """Print the feeds of feeds.yaml as OPML, for other feed readers."""
    from gleanings.fetch.inbox.store import Store

    project = session.project
    site, _ = read_site(project)
    feeds_file = _read_feeds(project)
    with Store.open(project.inbox_file, writable=False) as store:
        states = store.feed_states()
    names = {url: state.title for url, state in states.items() if state.title}
    homes = {url: state.home for url, state in states.items() if state.home}
    say('<?xml version="1.0" encoding="UTF-8"?>')
    say(format_opml(feeds_file.feeds, title=f"Feeds of {site.title}", names=names, homes=homes))
    return 0

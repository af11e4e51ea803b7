"""`fetch`: every feed that is due, politely, into the inbox; then what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

import click

from gleanings.cli.clients import make_client
from gleanings.cli.feed_names import choose_feeds
from gleanings.cli.fetch_summary import list_outcomes, summarise
from gleanings.cli.progress import show_progress
from gleanings.cli.session import Session
from gleanings.cli.terminal import say, say_json, tell, tell_problem
from gleanings.curate.library import read_library
from gleanings.fetch.inbox.store import Store
from gleanings.fetch.links.link import LinkReader
from gleanings.fetch.pipeline import fetch_all
from gleanings.fetch.reports import Report, Run, Settings
from gleanings.files.atomic import write_bytes
from gleanings.files.lock import hold
from gleanings.model import FeedsFile
from gleanings.problems import GleaningsError, NoNetwork
from gleanings.project import Project
from gleanings.settings import read_site
from gleanings.sites import Site
from gleanings.subscriptions import read_feeds


@click.command("fetch")
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--force", is_flag=True, help="Skip our own pauses, never a server's.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def fetch_command(session: Session, feeds: tuple[str, ...], *, force: bool, as_json: bool) -> int:
    """Pull every feed and single link in feeds.yaml into the inbox; with FEED only those.

    FEED is an address, a title, or a part of either. One bad feed never stops another: the exit status is 1 where one
    failed, 3 without a network, 4 while another run holds the site.
    """
    project, now = session.project, session.now()
    site, site_warnings = read_site(project)
    if not project.feeds_file.exists():
        raise GleaningsError(f"there is no feeds.yaml in {project.root} (gleanings feeds add URL makes one)")
    feeds_file, feed_warnings = read_feeds(project)
    for problem in (*site_warnings, *feed_warnings):
        tell_problem(problem)
    with hold(project):
        run = _fetch(project, site, feeds_file, words=feeds, force=force, quiet=as_json, now=now)
    _keep_traces(project, run.reports)
    if as_json:
        say_json(list_outcomes(run))
    else:
        for line in summarise(run, feeds_text=_read(project), now=now, zone=site.timezone):
            say(line)
    if run.no_network:
        raise NoNetwork("no network: not one host could be reached (nothing was counted against any feed)")
    return 1 if any(_is_failure(report, now) for report in run.reports) else 0


def _fetch(
    project: Project,
    site: Site,
    feeds_file: FeedsFile,
    *,
    words: tuple[str, ...],
    force: bool,
    quiet: bool,
    now: datetime,
) -> Run:
    with Store.open(project.inbox_file) as store:
        urls = tuple(feed.url for feed in feeds_file.feeds)
        titles = {url: state.title for url, state in store.feed_states().items() if state.title}
        titles |= {feed.url: feed.title for feed in feeds_file.feeds if feed.title}
        settings = Settings(
            now=now,
            file_mark=blake2b(_read(project).encode(), digest_size=8).hexdigest(),
            wanted=choose_feeds(words, urls, titles) if words else None,
            force=force,
            already_picked=frozenset(read_library(project).library.works),
        )
        client = make_client(site, store.host_states(), (*urls, *feeds_file.links), now=now)
        with show_progress(len(urls) + len(feeds_file.links), quiet=quiet) as listener:
            return fetch_all(
                feeds_file,
                store=store,
                client=client,
                settings=settings,
                listener=listener,
                read_link=LinkReader(feeds_file.links),
            )


def _read(project: Project) -> str:
    """feeds.yaml as text; empty where there is none."""
    file = project.feeds_file
    return file.read_bytes().decode("utf-8", "replace") if file.exists() else ""


def _is_failure(report: Report, now: datetime) -> bool:
    """A feed that failed in this run; one that was gone before is told, and fails nothing."""
    if report.verdict.outcome == "gone":
        return report.state is not None and report.state.last_checked == now
    return report.verdict.outcome == "failed"


def _keep_traces(project: Project, reports: Sequence[Report]) -> None:
    """Where our own code failed over a feed: into a file that can be sent to us."""
    traces = [f"{report.url}\n{report.trace}" for report in reports if report.trace]
    if traces:
        file = project.fetch_errors_file
        write_bytes(file, "\n".join(traces).encode("utf-8", "replace"))
        tell(f"our own code failed over {len(traces)} feed(s); the details are in {project.relative(file)}")

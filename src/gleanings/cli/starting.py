"""`init`: a new site that builds at once, with a first roundup that teaches by example."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from importlib import resources
from pathlib import Path

import click

from gleanings.cli.session import Session
from gleanings.cli.terminal import say, tell
from gleanings.files.atomic import write_bytes
from gleanings.problems import UsageError
from gleanings.project import Project

TIMEZONE = "UTC"
"""The zone in the starter's site.yaml; the first roundup is named after today's month there."""


@click.command("init")
@click.argument("folder", metavar="DIR")
@click.option("--title", default="Things worth reading", show_default=True, help="The site's title.")
@click.option("--url", default="https://example.org/", show_default=True, help="The address it will live at.")
@click.option("--author", default="Your name", show_default=True, help="Who writes it.")
@click.pass_obj
def init_command(session: Session, folder: str, title: str, url: str, author: str) -> None:
    """Make a new site in DIR that builds at once, with a first roundup to edit.

    Files that are there already are kept as they are.
    """
    project = Project(session.path(folder))
    _refuse_unless_free(project, written=folder)
    from gleanings.curate.schema import save_schema

    files = render_starter(
        title=_line(title, "--title"),
        url=_address(url),
        author=_line(author, "--author"),
        today=session.today(TIMEZONE),
    )
    kept = [name for name in files if (project.root / name).exists()]
    for name, content in files.items():
        if name not in kept:
            write_bytes(project.root / name, content)
    save_schema(project)
    _tell_what_was_made(folder, made=[name for name in files if name not in kept], kept=kept)
    _say_next_steps(folder, roundup=_roundup(session.today(TIMEZONE)))


def render_starter(*, title: str, url: str, author: str, today: date) -> dict[str, bytes]:
    """The files of a new site: path in the site → content, in the order in which they are to be written.

    `site.yaml` is last: until it is there a folder is no site, so that an interrupted `init` can be repeated.
    """
    values = {
        "@TITLE@": _quoted(title),
        "@URL@": _quoted(url),
        "@AUTHOR@": _quoted(author),
        "@TODAY@": today.isoformat(),
        "@YEAR@": f"{today:%Y}",
    }
    return {
        ".gitignore": _filled("gitignore", values),
        "feeds.yaml": _filled("feeds.yaml", values),
        _roundup(today): _filled("content/month.yaml", values),
        "content/pages/about.md": _filled("content/pages/about.md", values),
        "site.yaml": _filled("site.yaml", values),
    }


def _roundup(today: date) -> str:
    return f"content/{today:%Y-%m}.yaml"


def _filled(name: str, values: dict[str, str]) -> bytes:
    """A starter file with its @PLACES@ filled in, at once: what was said may look like one of them."""
    text = resources.files("gleanings").joinpath("starter", *name.split("/")).read_text(encoding="utf-8")
    return re.sub("|".join(values), lambda place: values[place[0]], text).encode()


def _quoted(text: str) -> str:
    """`text` as YAML in double quotes: JSON's strings are YAML's (https://yaml.org/spec/1.2.2/#12-json)."""
    return json.dumps(text, ensure_ascii=False)


def _refuse_unless_free(project: Project, *, written: str) -> None:
    """Raises UsageError where DIR holds a site, or is no folder."""
    if project.site_file.exists():
        raise UsageError(
            f"{written} is a site already: it has a site.yaml, and nothing was changed (name another folder)"
        )
    if project.root.exists() and not project.root.is_dir():
        raise UsageError(f"{written} is a file (name a folder)")


def _line(text: str, option: str) -> str:
    """`text` of `option`, outer spaces off. Raises UsageError for an empty text and for control codes."""
    text = text.strip()
    if not text or not text.isprintable():
        raise UsageError(
            f"{option} {'has characters that cannot be shown' if text else 'is empty'} (write a line of text)"
        )
    return text


def _address(url: str) -> str:
    """The site's address with a slash at its end. Raises UsageError for what is no web address."""
    from gleanings.settings import is_site_address

    url = _line(url, "--url")
    if not is_site_address(url):
        raise UsageError(f"--url {url} is no address of a site (write it like https://example.org/reading/)")
    return url if url.endswith("/") else f"{url}/"


def _tell_what_was_made(folder: str, *, made: list[str], kept: list[str]) -> None:
    tell(f"Made a site in {folder}: {', '.join(made)}.")
    if kept:
        tell(f"Kept as they were: {', '.join(kept)}.")
    if ".gitignore" in kept:
        tell("Your .gitignore should name /public/ and /.gleanings/, which no repository needs.")


def _say_next_steps(folder: str, *, roundup: str) -> None:
    where = "" if Path(folder) == Path() else f"cd {shlex.quote(folder)} && "
    say("Next:")
    say(f"  1. {where}gleanings build, then open public/index.html")
    say(f"  2. edit {roundup}, your first roundup, while gleanings serve shows it")
    say("  3. put the feeds that you follow into feeds.yaml, then: gleanings fetch")

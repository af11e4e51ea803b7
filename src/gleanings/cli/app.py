"""The command line: options → one call → what the person sees. The only place with a terminal, clock, environment.

Each command lives in a module of this package and is imported only when it runs, so that `build` never loads an
HTTP client and `--help` loads nothing but click.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

import click

from gleanings import __version__
from gleanings.cli.session import Session
from gleanings.cli.terminal import answer

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("starting", "Make a new site that builds at once."),
    "fetch": ("fetching", "Pull every feed and link in feeds.yaml into the inbox."),
    "inbox": ("inboxing", "Show what waits in the inbox."),
    "pick": ("picking", "Put candidates into a roundup, ready for a note."),
    "later": ("inboxing", "Keep candidates for later."),
    "skip": ("inboxing", "Put candidates aside for good."),
    "add": ("picking", "Put a link into a roundup, with what its page says of itself."),
    "new": ("beginning", "Start the next roundup of a series."),
    "fill": ("filling", "Write missing titles, authors and dates into roundups."),
    "feeds": ("feeding", "List, add, import and export feeds."),
    "serve": ("serving", "Preview the site while you write."),
    "check": ("checking", "Find everything that is broken, repeated or half-written."),
    "build": ("building", "Write the site into public/."),
    "import": ("importing", "Bring saved links, or inbox decisions, into the inbox."),
    "export": ("exporting", "Print roundups to paste or to process, or inbox decisions."),
}
"""Command → (module of this package, one line of help), in the order of a month's work."""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"gleanings.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from gleanings.files.desk import find_nearest

            near = find_nearest(name, COMMANDS)
            ctx.fail(f"No such command '{name}'." + (f" Did you mean '{near}'?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The site; else the nearest above."
)
@click.version_option(__version__, prog_name="gleanings", message="%(prog)s %(version)s")
@click.pass_context
def gleanings(ctx: click.Context, folder: Path | None) -> None:
    """Turn what you read into monthly roundups: a static site with feeds."""
    ctx.obj = Session(folder)


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status, as docs/commands.md has them."""
    return answer(partial(_run, arguments))


def _run(arguments: Sequence[str]) -> int:
    try:
        outcome = gleanings.main(args=list(arguments), prog_name="gleanings", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except KeyboardInterrupt:
        return 130
    except click.ClickException as error:
        error.show(sys.stderr)
        return error.exit_code
    return outcome if isinstance(outcome, int) else 0

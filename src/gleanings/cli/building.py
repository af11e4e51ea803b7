"""`gleanings build`: the site into public/."""

from __future__ import annotations

import click

from gleanings.build.whole import Options
from gleanings.cli.outcome import build_and_tell
from gleanings.cli.session import Session


@click.command("build")
@click.option("--out", metavar="DIR", help="Write there instead of public/.")
@click.option("--base-url", metavar="URL", help="The address the site will have, instead of `url` in site.yaml.")
@click.option("--drafts", is_flag=True, help="Show drafts as well (never in feeds).")
@click.option("--future", is_flag=True, help="Show roundups of days to come as well (never in feeds).")
@click.option("--force", is_flag=True, help="Forget what earlier builds remembered.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_obj
def build_command(
    session: Session, out: str | None, base_url: str | None, drafts: bool, future: bool, force: bool, as_json: bool
) -> int:
    """Write the site into public/: only what changed is written, only what an earlier build wrote is removed."""
    folder = session.path(out) if out else session.project.public
    options = Options(base_url=base_url, drafts=drafts, future=future, force=force)
    return build_and_tell(session, folder, options, as_json=as_json)

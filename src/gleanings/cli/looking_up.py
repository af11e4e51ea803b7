"""What the pages behind links say of themselves, for `add` and `fill`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from gleanings.cli.session import Session
from gleanings.cli.terminal import tell
from gleanings.model import Candidate
from gleanings.project import Project


def look_up(session: Session, project: Project, urls: Sequence[str]) -> dict[str, Candidate]:
    """Address → what its page says; addresses whose pages could not be asked lack, and are told of."""
    if find_spec("gleanings.fetch.link") is None:
        tell("pages cannot be asked yet: the link is taken as it is")
        return {}
    raise NotImplementedError(import_module("gleanings.fetch.link"), session, project, urls)

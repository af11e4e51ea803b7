"""A file of a site on the way in: bytes, text, nodes."""

from __future__ import annotations

from pathlib import Path
from stat import S_IFDIR, S_IFMT, S_IFREG

from gleanings.files.desk import Desk
from gleanings.files.nodes import Node, is_null
from gleanings.files.yaml import compose, decode
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import NO_FILE


def load_node(file: Path, desk: Desk) -> Node | None:
    """The node graph of a file; None where it is empty. Raises ProblemsFound, for a missing file as well."""
    try:
        kind = S_IFMT(file.stat().st_mode)
        if kind not in (S_IFREG, S_IFDIR):
            # A named pipe would be waited for without end.
            problem = Problem(path=desk.path, code="unreadable", message=NO_FILE, cure="move it away")
            raise ProblemsFound([problem])
        content = file.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise ProblemsFound([Problem(path=desk.path, code="unreadable", message=message)]) from None
    text = decode(content, desk.path)
    desk.open(text)
    node = compose(text, desk.path)
    return None if node is None or is_null(node) else node

"""Plain pages: content/pages/*.md, Markdown with a little YAML in front."""

from __future__ import annotations

import re

from gleanings.curate.aliases import ALIASES
from gleanings.files.desk import Desk
from gleanings.files.kinds import LANGUAGE, Line, Text, YesNo
from gleanings.files.nodes import Node, is_null
from gleanings.files.shape import Key, Shape, Written
from gleanings.files.yaml import compose, decode
from gleanings.model import Place, PlainPage
from gleanings.patterns import later
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project, find_named_files
from gleanings.slugs import slug

PAGE = Shape(
    "page",
    "the front matter of a page: a mapping with title",
    (
        Key(
            "title",
            Line(),
            "The page's title; without it the first heading, else the file's name.",
            example="title: About",
        ),
        Key("summary", Text(), "A sentence for search engines."),
        Key("lang", LANGUAGE, "The language it is written in."),
        Key("aliases", ALIASES, "Old addresses that lead here."),
        Key("draft", YesNo(), "A draft is held back by build."),
    ),
)
_FRONT = later(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_OPEN_FRONT = later(r"\A---[ \t]*\r?\n[\w-]+[ \t]*:(?:\s|\Z)")
_HEADING = later(r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\r?\n|\Z)")


def read_plain_pages(project: Project, problems: list[Problem]) -> tuple[PlainPage, ...]:
    """Every page below content/pages/, sorted by name; what is wrong with one goes into `problems`."""
    pages = []
    for found in sorted(find_named_files(project.plain_pages, ".md"), key=lambda name: name.split("/")):
        file = project.plain_pages / found
        path, name = project.relative(file), found.removesuffix(".md")
        try:
            page, warnings = parse_plain_page(decode(file.read_bytes(), path), path, name=name)
        except ProblemsFound as error:
            problems += error.problems
            continue
        except OSError as error:
            problems.append(
                Problem(path=path, code="unreadable", message=f"the file cannot be read: {error.strerror}")
            )
            continue
        pages.append(page)
        problems += warnings
    return tuple(pages)


def parse_plain_page(text: str, path: str, *, name: str) -> tuple[PlainPage, tuple[Problem, ...]]:
    """One page and its warnings. Raises ProblemsFound where its front matter cannot be used."""
    desk = Desk(path)
    found = _FRONT.match(text)
    if found is None and _OPEN_FRONT.match(text):
        message = "the front matter that begins here is never closed"
        cure = "write --- in a line of its own below it"
        raise ProblemsFound([Problem(path=path, line=1, column=1, code="front-matter", message=message, cure=cure)])
    body = text[found.end() :] if found else text
    values = dict(_read_front(text, desk).values)
    title = values.pop("title", None)
    heading = _HEADING.match(body)
    if title is None and heading:
        title, body = heading[1], body[heading.end() :]
    page = PlainPage(
        name=name,
        path=path,
        address=address_of_page(name),
        title=title or name.rpartition("/")[2].replace("-", " ").capitalize(),
        body=body,
        **values,
    )
    return page, tuple(desk.problems)


def address_of_page(name: str) -> str:
    """The site-absolute address of a page: the parts of its name."""
    return "/" + "".join(f"{slug(part)}/" for part in name.split("/"))


def compose_front(text: str, path: str) -> Node | None:
    """The node graph of a page's front matter; None where there is none. Raises ProblemsFound."""
    found = _FRONT.match(text)
    # A line break in the place of the opening dashes keeps line numbers true.
    return compose(f"\n{found[1]}", path) if found and found[1].strip() else None


def _read_front(text: str, desk: Desk) -> Written:
    node = compose_front(text, desk.path)
    if node is None or is_null(node):
        return Written(values={}, place=Place(path=desk.path, line=1, column=1))
    written = PAGE.read(node, desk)
    if desk.failed:
        raise ProblemsFound(desk.problems)
    assert isinstance(written, Written)
    return written

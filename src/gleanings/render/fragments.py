"""Finished pieces of prose, taken apart for setting: a note beside its footnotes, a paragraph run into its title."""

from __future__ import annotations

import html
import re

from markupsafe import Markup

from gleanings.patterns import later

_NOTES_MARK = "\x04"
"""Where a fragment's footnotes will stand; see assembly.py."""
_ONE_PARAGRAPH = later(
    r"\s*<p>((?:(?!<(?:p|ul|ol|dl|pre|table|figure|blockquote|div|h\x01?[1-6]|hr|aside|math display)\b).)*)</p>\s*",
    re.DOTALL,
)
_HREF = later(r'<a\b[^>]*?\bhref="([^"]*)"')


def without_footnotes(prose: Markup) -> Markup:
    """The text of a piece of prose, without the list of notes behind it."""
    return Markup(prose.partition(_NOTES_MARK)[0])  # noqa: S704 - a part of finished HTML


def footnotes_of(prose: Markup) -> Markup:
    """The list of notes behind a piece of prose; empty where there is none."""
    _, mark, notes = prose.partition(_NOTES_MARK)
    return Markup(mark + notes)  # noqa: S704 - a part of finished HTML


def is_one_paragraph(prose: Markup) -> bool:
    """Whether a piece of prose can follow a title on the same line."""
    return _ONE_PARAGRAPH.fullmatch(without_footnotes(prose)) is not None


def run_in(prose: Markup) -> Markup:
    """The inside of prose that is one paragraph, without its footnotes; anything else as it is."""
    found = _ONE_PARAGRAPH.fullmatch(without_footnotes(prose))
    return Markup(found[1]) if found else without_footnotes(prose)  # noqa: S704 - a part of finished HTML


def links_in(prose: Markup) -> list[str]:
    """The addresses that a piece of prose links to, in order."""
    return [html.unescape(address) for address in _HREF.findall(prose)]

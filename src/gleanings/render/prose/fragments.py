"""Finished pieces of prose, taken apart for setting: a note beside its footnotes, a paragraph run into its title."""

from __future__ import annotations

import html

from markupsafe import Markup

from gleanings.patterns import later

_NOTES_MARK = "\x04"
"""Where a fragment's footnotes will stand; see assembly.py."""
_NO_NOTES = Markup("")
_OTHER_BLOCK = later(r"<(?:p|ul|ol|dl|pre|table|figure|blockquote|div|h\x01?[1-6]|hr|aside|math display)\b")
_HREF = later(r'<a\b[^>]*?\bhref="([^"]*)"')


def without_footnotes(prose: Markup) -> Markup:
    """The text of a piece of prose, without the list of notes behind it."""
    return prose[: prose.index(_NOTES_MARK)] if _NOTES_MARK in prose else prose


def footnotes_of(prose: Markup) -> Markup:
    """The list of notes behind a piece of prose; empty where there is none."""
    return prose[prose.index(_NOTES_MARK) :] if _NOTES_MARK in prose else _NO_NOTES


def is_one_paragraph(prose: Markup) -> bool:
    """Whether a piece of prose can follow a title on the same line."""
    return _inside(prose) is not None


def run_in(prose: Markup) -> Markup:
    """The inside of prose that is one paragraph, without its footnotes; anything else as it is."""
    inside = _inside(prose)
    return without_footnotes(prose) if inside is None else Markup(inside)  # noqa: S704 - a part of finished HTML


def _inside(prose: Markup) -> str | None:
    """What stands in the only paragraph of a piece of prose."""
    text = str(prose).partition(_NOTES_MARK)[0].strip()
    if not text.startswith("<p>") or not text.endswith("</p>"):
        return None
    inside = text[3:-4]
    return None if _OTHER_BLOCK.search(inside) else inside


def links_in(prose: Markup) -> list[str]:
    """The addresses that a piece of prose links to, in order."""
    return [html.unescape(address) for address in _HREF.findall(prose)]

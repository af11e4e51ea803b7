"""Prose as HTML by the full way: any Markdown, raw HTML cleaned."""

from __future__ import annotations

from collections.abc import Sequence

from gleanings.commonmark import Token, parse_blocks, parse_line, parse_title
from gleanings.patterns import later
from gleanings.render.prose.assembly import mark_definitions
from gleanings.render.prose.markdown.full_blocks import render_blocks
from gleanings.render.prose.markdown.full_lines import label_in_place, render_clean
from gleanings.render.prose.markdown.raw import clean, put_back
from gleanings.render.prose.markdown.setting import Setting
from gleanings.values import replace

_RAW_HEADING = later(r"<(/?)h([1-6])\b")


def render_text(text: str, lang: str, setting: Setting) -> str:
    """Markdown of any length as block HTML, with the footnotes defined in it."""
    tokens, environment = parse_blocks(text, lang=lang)
    setting = replace(setting, environment=environment)
    return _blocks(tokens, setting) + mark_definitions(setting.scope or "", _definitions(tokens, setting))


def render_line(text: str, lang: str, setting: Setting) -> str:
    """A line of Markdown as inline HTML, with the notes that were written in place."""
    tokens, environment = parse_line(text, lang=lang)
    setting = replace(setting, environment=environment)
    return render_clean(tokens, setting) + mark_definitions(setting.scope or "", _definitions([], setting))


def render_title(text: str, setting: Setting) -> str:
    """A work's title as inline HTML."""
    return render_clean(parse_title(text), setting)


def _blocks(tokens: Sequence[Token], setting: Setting) -> str:
    """Block HTML; definitions of footnotes are left out, see `_definitions`."""
    if not any(_has_raw_html(token) for token in tokens):
        return render_blocks(tokens, setting)
    aside = replace(setting, kept=[])
    html = clean(render_blocks(tokens, aside), setting.media, setting.addresses)
    return put_back(_RAW_HEADING.sub("<\\1h\x01\\2", html), aside.kept or ())


def _definitions(tokens: Sequence[Token], setting: Setting) -> dict[str, str]:
    """Label → body of every footnote defined here, in the order written; those in place have labels of their own."""
    bodies: dict[str, str] = {}
    starts: list[int] = []
    for index, token in enumerate(tokens):
        if token.type == "footnote_reference_open":
            starts.append(index)
        elif token.type == "footnote_reference_close":
            start = starts.pop()
            bodies.setdefault(tokens[start].meta["label"], _blocks(tokens[start + 1 : index], setting))
    if setting.scope is not None:
        for note in setting.notes_in_place().values():
            bodies[label_in_place(note["content"])] = f"<p>{render_clean(note['tokens'], setting)}</p>"
    return bodies


def _has_raw_html(token: Token) -> bool:
    if token.type == "html_block":
        return True
    return token.children is not None and any(child.type == "html_inline" for child in token.children)

"""Prose as HTML by the full way: any Markdown, raw HTML cleaned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from gleanings.commonmark import Token, parse_blocks, parse_line, parse_title
from gleanings.patterns import later
from gleanings.render.prose.assembly import mark_definitions
from gleanings.render.prose.markdown.full_blocks import render_blocks
from gleanings.render.prose.markdown.full_lines import label_in_place, render_inlines
from gleanings.render.prose.markdown.links import address_of
from gleanings.render.prose.markdown.setting import Setting
from gleanings.sanitise import clean_prose
from gleanings.values import replace

_RAW_HEADING = later(r"<(/?)h([1-6])\b")
_RAW_HREF = later(r'(<a\b[^>]*?\shref=)"([^"]*)"')
_RAW_PICTURE = later(r"<img\b[^>]*>")
_RAW_EMBED = later(r"<(?:iframe|embed|video|audio|source)\b[^>]*?\ssrc=([\"']?)([^\"'\s>]+)\1[^>]*>", re.IGNORECASE)
_SRC = later(r'\ssrc="([^"]*)"')


def render_text(text: str, lang: str, setting: Setting) -> str:
    """Markdown of any length as block HTML, with the footnotes defined in it."""
    tokens, environment = parse_blocks(text, lang=lang)
    setting = replace(setting, environment=environment)
    return _blocks(tokens, setting) + mark_definitions(setting.scope or "", _definitions(tokens, setting))


def render_line(text: str, lang: str, setting: Setting) -> str:
    """A line of Markdown as inline HTML, with the notes that were written in place."""
    tokens, environment = parse_line(text, lang=lang)
    setting = replace(setting, environment=environment)
    return _line(tokens, setting) + mark_definitions(setting.scope or "", _definitions([], setting))


def render_title(text: str, setting: Setting) -> str:
    """A work's title as inline HTML."""
    return _line(parse_title(text), setting)


def _blocks(tokens: Sequence[Token], setting: Setting) -> str:
    """Block HTML; definitions of footnotes are left out, see `_definitions`."""
    if not any(_has_raw_html(token) for token in tokens):
        return render_blocks(tokens, setting)
    aside = replace(setting, kept=[])
    return _put_back(_RAW_HEADING.sub("<\\1h\x01\\2", _clean(render_blocks(tokens, aside), setting)), aside)


def _line(tokens: Sequence[Token], setting: Setting) -> str:
    """Inline HTML."""
    if not any(token.type == "html_inline" for token in tokens):
        return render_inlines(tokens, setting)
    aside = replace(setting, kept=[])
    return _put_back(_clean(render_inlines(tokens, aside), setting), aside)


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
            bodies[label_in_place(note["content"])] = f"<p>{_line(note['tokens'], setting)}</p>"
    return bodies


def _has_raw_html(token: Token) -> bool:
    if token.type == "html_block":
        return True
    return token.children is not None and any(child.type == "html_inline" for child in token.children)


def _clean(html: str, setting: Setting) -> str:
    """Raw HTML after the gate; its pictures and links to our files are treated like any other. What is embedded
    (a film, a frame) becomes a link, so that nobody is asked for anything and nothing is lost."""
    html = _RAW_EMBED.sub(lambda found: f'<a href="{found[2]}">{found[2]}</a>', html)
    html = _RAW_HREF.sub(lambda found: f'{found[1]}"{_raw_address(found[2], setting)}"', clean_prose(html))
    return _RAW_PICTURE.sub(lambda tag: _raw_picture(tag[0], setting), html)


def _raw_address(written: str, setting: Setting) -> str:
    return escape(address_of(unescape(written), setting.media, setting.addresses))


def _raw_picture(tag: str, setting: Setting) -> str:
    """An `img` written as HTML, with what one written as Markdown has."""
    found = _SRC.search(tag)
    source = unescape(found[1]) if found else ""
    file = setting.media.find(source)
    more = "" if " loading=" in tag else ' loading="lazy"'
    if file is not None:
        tag = _SRC.sub(lambda _: f' src="{escape(file.address)}"', tag)
        more += f' width="{file.width}" height="{file.height}"' if file.width and " width=" not in tag else ""
    elif "//" in source and " referrerpolicy=" not in tag:
        more += ' referrerpolicy="no-referrer"'
    more += "" if " alt=" in tag else ' alt=""'
    return f"{tag[:-1]}{more}>"


def _put_back(html: str, setting: Setting) -> str:
    kept = setting.kept or []
    return re.sub("\x0e(\\d+)\x0f", lambda found: kept[int(found[1])], html)

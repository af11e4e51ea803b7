"""From Markdown tokens to HTML: one short function for each device, most of them for one kind of token.

Not markdown-it's own renderer: ours is several times faster, and every device has our markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from html import escape, unescape
from typing import Any, Protocol
from urllib.parse import quote

from gleanings.commonmark import Token, parse_line
from gleanings.patterns import later
from gleanings.render.assembly import mark_reference, plain_text
from gleanings.render.highlight import highlight
from gleanings.render.mathml import render_maths
from gleanings.render.media import MediaFile, media_name
from gleanings.sanitise import clean_prose
from gleanings.values import Value, replace

_RIGHT_TO_LEFT = later("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_HAN = "[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
_HAN_END, _HAN_START = later(f"{_HAN}$"), later(f"^{_HAN}")
_RAW_HEADING = later(r"<(/?)h([1-6])\b")
_RAW_HREF = later(r'(<a\b[^>]*?\shref=)"([^"]*)"')
_RAW_PICTURE = later(r"<img\b[^>]*>")
_RAW_EMBED = later(r"<(?:iframe|embed|video|audio|source)\b[^>]*?\ssrc=([\"']?)([^\"'\s>]+)\1[^>]*>", re.IGNORECASE)
_SRC = later(r'\ssrc="([^"]*)"')
_FIGURE_PARTS = {"image", "softbreak", "hardbreak", "link_open", "link_close"}
_CALLOUTS = {"NOTE": "Note", "TIP": "Tip", "IMPORTANT": "Important", "WARNING": "Warning", "CAUTION": "Caution"}


class Files(Protocol):
    """Knows the files of the site."""

    def find(self, written: str) -> MediaFile | None:
        """See Media.find."""


class Addresses(Protocol):
    """Knows files below content/ → addresses of their pages."""

    def get(self, path: str) -> str | None:
        """The address, or None."""


class Setting(Value, kw_only=True, gc=True):
    """What a fragment's rendering depends on besides its words."""

    scope: str | None
    """Whose footnotes these are; see assembly.py. None: no footnotes here."""
    media: Files
    addresses: Addresses
    environment: Mapping[str, object]
    """What the parser found besides tokens: notes written in place (`^[…]`)."""
    on_unreadable: Callable[[str], None]
    kept: list[str] | None = None
    """Markup of ours that stands aside while raw HTML is cleaned; None where there is no raw HTML."""


def render_blocks(tokens: Sequence[Token], setting: Setting) -> str:
    """Block HTML; definitions of footnotes are left out, see `render_definitions`."""
    if not any(_has_raw_html(token) for token in tokens):
        return _blocks(tokens, setting)
    aside = replace(setting, kept=[])
    return _put_back(_RAW_HEADING.sub("<\\1h\x01\\2", _clean(_blocks(tokens, aside), setting)), aside)


def render_line(tokens: Sequence[Token], setting: Setting) -> str:
    """Inline HTML."""
    if not any(token.type == "html_inline" for token in tokens):
        return _inline(tokens, setting)
    aside = replace(setting, kept=[])
    return _put_back(_clean(_inline(tokens, aside), setting), aside)


def render_definitions(tokens: Sequence[Token], setting: Setting) -> dict[str, str]:
    """Label → body of every footnote defined here, in the order written; those in place have labels of their own."""
    bodies: dict[str, str] = {}
    start = None
    for index, token in enumerate(tokens):
        if token.type == "footnote_reference_open":
            start = index
        elif token.type == "footnote_reference_close" and start is not None:
            bodies.setdefault(tokens[start].meta["label"], render_blocks(tokens[start + 1 : index], setting))
            start = None
    if setting.scope is not None:
        for note in _notes_in_place(setting).values():
            bodies[_label_in_place(note["content"])] = f"<p>{render_line(note['tokens'], setting)}</p>"
    return bodies


def _notes_in_place(setting: Setting) -> dict[int, Any]:
    """Notes written where they are referred to (`^[…]`): the parser's number → its tokens."""
    found = setting.environment.get("footnotes")
    notes = found["list"] if isinstance(found, dict) else {}
    return {number: note for number, note in notes.items() if "tokens" in note}


def _label_in_place(words: str) -> str:
    """A label that stays while the words stay."""
    return f"here-{sha256(words.encode()).hexdigest()[:8]}"


# ── raw HTML ──


def _has_raw_html(token: Token) -> bool:
    if token.type == "html_block":
        return True
    return token.children is not None and any(child.type == "html_inline" for child in token.children)


def _keep(markup: str, setting: Setting) -> str:
    """Markup of ours that a cleaner would not know: out of its way while there is raw HTML about."""
    if setting.kept is None:
        return markup
    setting.kept.append(markup)
    return f"\x0e{len(setting.kept) - 1}\x0f"


def _clean(html: str, setting: Setting) -> str:
    """Raw HTML after the gate; its pictures and links to our files are treated like any other. What is embedded
    (a film, a frame) becomes a link, so that nobody is asked for anything and nothing is lost."""
    html = _RAW_EMBED.sub(lambda found: f'<a href="{found[2]}">{found[2]}</a>', html)
    return _RAW_PICTURE.sub(lambda tag: _raw_picture(tag[0], setting), _RAW_HREF.sub(
        lambda found: f'{found[1]}"{escape(_address(unescape(found[2]), setting))}"', clean_prose(html)
    ))  # fmt: skip


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


# ── blocks ──


def _blocks(tokens: Sequence[Token], setting: Setting) -> str:
    out: list[str] = []
    index, end = 0, len(tokens)
    while index < end:
        token = tokens[index]
        kind = token.type
        if kind == "inline":
            out.append(_inline(token.children or (), setting))
        elif kind == "paragraph_open":
            index = _paragraph(tokens, index, setting, out)
        elif kind == "footnote_reference_open":
            index = _end_of_definition(tokens, index)
        elif (fixed := _FIXED_BLOCKS.get(kind)) is not None:
            out.append(fixed)
        else:
            out.append(_BLOCKS[kind](token, setting))
        index += 1
    return "".join(out)


def _paragraph(tokens: Sequence[Token], index: int, setting: Setting, out: list[str]) -> int:
    """A paragraph and its end; a line that holds nothing but pictures with captions is a figure for each."""
    opening, words = tokens[index], tokens[index + 1]
    children = words.children or []
    if any(map(_has_caption, children)):
        for is_figure, line in _figures_apart(children):
            body = _figures(line, setting) if is_figure else _inline(line, setting)
            out.append(body if is_figure or opening.hidden else f"<p{_direction(words.content)}>{body}</p>\n")
    elif opening.hidden:
        before = "\n" if out and out[-1].endswith(("</p>", "</figure>")) else ""
        body = _inline(children, setting)
        direction = _direction(words.content)
        out.append(f"{before}<span{direction}>{body}</span>" if direction else before + body)
    else:
        out.append(f"<p{_direction(words.content)}>{_inline(children, setting)}</p>\n")
    return index + 2


def _has_caption(token: Token) -> bool:
    return token.type == "image" and bool(token.attrs.get("title"))


def _figures_apart(children: Sequence[Token]) -> list[tuple[bool, list[Token]]]:
    """The lines of a paragraph: those that are figures each by itself, what stands between them together."""
    parts: list[tuple[bool, list[Token]]] = []
    for line in _lines(children):
        is_figure = any(map(_has_caption, line)) and all(token.type in _FIGURE_PARTS for token in line)
        if parts and not is_figure and not parts[-1][0]:
            parts[-1][1].extend(line)
        else:
            parts.append((is_figure, line if is_figure or parts == [] else line[1:]))
    return parts


def _lines(children: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each line; the break before a line is its first."""
    lines: list[list[Token]] = [[]]
    for child in children:
        if child.type in ("softbreak", "hardbreak") and child.level == 0:
            lines.append([])
        lines[-1].append(child)
    return lines


def _direction(text: str) -> str:
    return ' dir="auto"' if not text.isascii() and _RIGHT_TO_LEFT.search(text) else ""


def _figures(children: Sequence[Token], setting: Setting) -> str:
    figures = []
    link: Token | None = None
    for child in children:
        if child.type == "link_open":
            link = child
        elif child.type == "link_close":
            link = None
        elif child.type == "image":
            picture = _image(child, setting)
            if link is not None:
                picture = f"{_link_open(link, setting)}{picture}</a>"
            title = str(child.attrs.get("title") or "")
            caption = f"<figcaption>{_caption(title, setting)}</figcaption>" if title else ""
            figures.append(f"<figure>{picture}{caption}</figure>\n")
    return "".join(figures)


def _caption(text: str, setting: Setting) -> str:
    tokens, _ = parse_line(text)
    return _inline(tokens, setting)


def _end_of_definition(tokens: Sequence[Token], index: int) -> int:
    while tokens[index].type != "footnote_reference_close":
        index += 1
    return index


def _heading(token: Token, setting: Setting) -> str:
    level = token.tag[1]
    return _keep(f"<h\x01{level}>" if token.nesting == 1 else f"</h\x01{level}>\n", setting)


def _fence(token: Token, setting: Setting) -> str:
    language = token.info.split()[0] if token.info.strip() else ""
    coloured = highlight(token.content, language) if language else None
    if coloured is None:
        return f'<pre tabindex="0"><code>{escape(token.content, quote=False)}</code></pre>\n'
    return _keep(
        f'<pre tabindex="0"><code class="highlight language-{escape(language)}">{coloured}</code></pre>\n', setting
    )


def _maths_block(token: Token, setting: Setting) -> str:
    return f'<div class="maths" tabindex="0">{_maths(token.content.strip(), setting, display=True)}</div>\n'


def _list_open(token: Token, setting: Setting) -> str:
    tasks = ' class="tasks"' if "contains-task-list" in str(token.attrs.get("class", "")) else ""
    start = f' start="{token.attrs["start"]}"' if "start" in token.attrs else ""
    return f"<{token.tag}{start}{tasks}>\n"


def _item_open(token: Token, setting: Setting) -> str:
    """A task's box is a character with a name: it is there in print, in feeds, in a text browser."""
    if "checked" not in token.meta:
        return "<li>"
    word, box = ("done", "☑") if token.meta["checked"] else ("to do", "☐")
    return f'<li class="task"><span role="img" aria-label="{word}">{box}</span> '


def _cell_open(token: Token, setting: Setting) -> str:
    align = str(token.attrs.get("style", "")).removeprefix("text-align:")
    side = f' class="{align}"' if align in ("right", "center") else ""
    return f"<{token.tag}{side}>"


def _callout_open(token: Token, setting: Setting) -> str:
    return f'<div class="callout {str(token.meta["kind"]).lower()}" role="note">\n'


def _raw_block(token: Token, setting: Setting) -> str:
    return token.content


_FIXED_BLOCKS: Mapping[str, str] = {
    "alert_close": "</div>\n",
    "alert_title_close": "</p>\n",
    "alert_title_open": '<p class="callout-title">',
    "blockquote_close": "</blockquote>\n",
    "blockquote_open": "<blockquote>\n",
    "bullet_list_close": "</ul>\n",
    "dd_close": "</dd>\n",
    "dd_open": "<dd>",
    "dl_close": "</dl>\n",
    "dl_open": "<dl>\n",
    "dt_close": "</dt>\n",
    "dt_open": "<dt>",
    "hr": "<hr>\n",
    "list_item_close": "</li>\n",
    "ordered_list_close": "</ol>\n",
    "paragraph_close": "",
    "table_close": "</table></div>\n",
    "table_open": '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n',
    "tbody_close": "</tbody>\n",
    "tbody_open": "<tbody>\n",
    "td_close": "</td>",
    "th_close": "</th>",
    "thead_close": "</thead>\n",
    "thead_open": "<thead>\n",
    "tr_close": "</tr>\n",
    "tr_open": "<tr>",
}

_BLOCKS: Mapping[str, Callable[[Token, Setting], str]] = {
    "alert_open": _callout_open,
    "bullet_list_open": _list_open,
    "code_block": lambda token, setting: _fence(token, setting),
    "fence": _fence,
    "heading_close": _heading,
    "heading_open": _heading,
    "html_block": _raw_block,
    "list_item_open": _item_open,
    "math_block": _maths_block,
    "ordered_list_open": _list_open,
    "td_open": _cell_open,
    "th_open": _cell_open,
}


# ── in a line ──


def _inline(tokens: Sequence[Token], setting: Setting) -> str:
    out: list[str] = []
    for index, token in enumerate(tokens):
        kind = token.type
        if kind == "text":
            out.append(escape(token.content, quote=False))
        elif (fixed := _FIXED_INLINES.get(kind)) is not None:
            out.append(fixed)
        elif kind == "softbreak":
            out.append(_soft_break(tokens, index))
        else:
            out.append(_INLINES[kind](token, setting))
    return "".join(out)


def _soft_break(tokens: Sequence[Token], index: int) -> str:
    """A line end in the source; between Chinese or Japanese characters it is no space (CSS Text 3, 4.1.2)."""
    before = tokens[index - 1].content if index else ""
    after = tokens[index + 1].content if index + 1 < len(tokens) else ""
    return "" if _HAN_END.search(before) and _HAN_START.search(after) else "\n"


def _code(token: Token, setting: Setting) -> str:
    return f"<code>{escape(token.content, quote=False)}</code>"


def _link_open(token: Token, setting: Setting) -> str:
    address = _address(str(token.attrs.get("href", "")), setting)
    title = f' title="{escape(str(token.attrs["title"]))}"' if token.attrs.get("title") else ""
    return f'<a href="{escape(address)}"{title}>'


def _address(written: str, setting: Setting) -> str:
    """Where a link leads: files of ours by name become addresses, everything else stays as written."""
    if ":" in written or written.startswith(("/", "#")):
        return written
    if (file := setting.media.find(written)) is not None:
        return file.address
    path, mark, fragment = written.partition("#")
    ours = setting.addresses.get(path.removeprefix("./").removeprefix("../"))
    return f"{ours}{mark}{fragment}" if ours else written


def _image(token: Token, setting: Setting) -> str:
    source = str(token.attrs.get("src", ""))
    file = setting.media.find(source)
    size = f' width="{file.width}" height="{file.height}"' if file and file.width else ""
    foreign = ' referrerpolicy="no-referrer"' if "//" in source and file is None else ""
    name = media_name(source)
    address = file.address if file else f"/{quote(name)}" if name else source
    words = escape(plain_text(_inline(token.children or (), replace(setting, scope=None))).replace("\n", " "))
    return f'<img src="{escape(address)}" alt="{words}"{size} loading="lazy"{foreign}>'


def _image_in_line(token: Token, setting: Setting) -> str:
    """A picture among words: no place for a caption but its title."""
    title = str(token.attrs.get("title") or "")
    return f'<img title="{escape(title)}"{_image(token, setting)[4:]}' if title else _image(token, setting)


def _maths(tex: str, setting: Setting, *, display: bool = False) -> str:
    element = render_maths(tex, display=display)
    if element is not None:
        return _keep(element, setting)
    setting.on_unreadable(tex)
    return f'<code class="tex">{escape(tex, quote=False)}</code>'


def _footnote(token: Token, setting: Setting) -> str:
    if setting.scope is None:
        return ""
    label = token.meta.get("label")
    if label is None:
        words = _notes_in_place(setting)[token.meta["id"]]["content"]
        return mark_reference(setting.scope, _label_in_place(words), shown="")
    return mark_reference(setting.scope, label, shown=f"[^{label}]")


def _raw_inline(token: Token, setting: Setting) -> str:
    return token.content


_FIXED_INLINES: Mapping[str, str] = {
    "em_close": "</em>",
    "em_open": "<em>",
    "hardbreak": "<br>\n",
    "link_close": "</a>",
    "s_close": "</s>",
    "s_open": "<s>",
    "strong_close": "</strong>",
    "strong_open": "<strong>",
}

_INLINES: Mapping[str, Callable[[Token, Setting], str]] = {
    "code_inline": _code,
    "footnote_ref": _footnote,
    "html_inline": _raw_inline,
    "image": _image_in_line,
    "link_open": _link_open,
    "math_inline": lambda token, setting: _maths(token.content, setting),
    "math_inline_double": lambda token, setting: _maths(token.content, setting, display=True),
}

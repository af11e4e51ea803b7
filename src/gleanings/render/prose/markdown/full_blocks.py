"""From the tokens of blocks to HTML.

Not markdown-it's own renderer: ours is several times faster, and every device has our markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gleanings.commonmark import Token, parse_line
from gleanings.render.prose.markdown.full_lines import (
    render_clean,
    render_formula,
    render_image,
    render_inlines,
    render_link,
)
from gleanings.render.prose.markdown.highlight import code_block
from gleanings.render.prose.markdown.scripts import direction
from gleanings.render.prose.markdown.setting import Setting
from gleanings.values import replace

_FIGURE_PARTS = {"image", "softbreak", "hardbreak", "link_open", "link_close"}


def render_blocks(tokens: Sequence[Token], setting: Setting) -> str:
    """Blocks one after the other; definitions of footnotes are left out."""
    out: list[str] = []
    index, end = 0, len(tokens)
    while index < end:
        token = tokens[index]
        kind = token.type
        if kind == "inline":
            out.append(render_inlines(token.children or (), setting))
        elif kind == "paragraph_open":
            index = _paragraph(tokens, index, setting, out)
        elif kind == "footnote_reference_open":
            index = _end_of_definition(tokens, index)
        elif (fixed := _FIXED.get(kind)) is not None:
            out.append(fixed)
        else:
            out.append(_DEVICES[kind](token, setting))
        index += 1
    return "".join(out)


def _paragraph(tokens: Sequence[Token], index: int, setting: Setting, out: list[str]) -> int:
    """A paragraph and its end; a line that holds nothing but pictures with captions is a figure for each."""
    opening, words = tokens[index], tokens[index + 1]
    children = words.children or []
    if any(map(_has_caption, children)):
        for is_figure, line in _figures_apart(children):
            body = _figures(line, setting) if is_figure else render_inlines(line, setting)
            out.append(body if is_figure or opening.hidden else f"<p{direction(words.content)}>{body}</p>\n")
    elif opening.hidden:
        side, body = direction(words.content), render_inlines(children, setting)
        out.append(f"<span{side}>{body}</span>" if side else body)
    else:
        out.append(f"<p{direction(words.content)}>{render_inlines(children, setting)}</p>\n")
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


def _figures(children: Sequence[Token], setting: Setting) -> str:
    figures = []
    link: Token | None = None
    for child in children:
        if child.type == "link_open":
            link = child
        elif child.type == "link_close":
            link = None
        elif child.type == "image":
            picture = render_image(child, setting)
            if link is not None:
                picture = f"{render_link(link, setting)}{picture}</a>"
            title = str(child.attrs.get("title") or "")
            caption = f"<figcaption>{_caption(title, setting)}</figcaption>" if title else ""
            figures.append(f"<figure>{picture}{caption}</figure>\n")
    return "".join(figures)


def _caption(text: str, setting: Setting) -> str:
    tokens, environment = parse_line(text)
    return render_clean(tokens, replace(setting, environment=environment))


def _end_of_definition(tokens: Sequence[Token], index: int) -> int:
    """Where a footnote's definition ends that may have others in it."""
    depth = 1
    while depth:
        index += 1
        kind = tokens[index].type
        depth += (kind == "footnote_reference_open") - (kind == "footnote_reference_close")
    return index


def _heading(token: Token, setting: Setting) -> str:
    level = token.tag[1]
    return setting.keep(f"<h\x01{level}>" if token.nesting == 1 else f"</h\x01{level}>\n")


def _fence(token: Token, setting: Setting) -> str:
    return setting.keep(code_block(token.content, token.info))


def _maths_block(token: Token, setting: Setting) -> str:
    return f'<div class="maths" tabindex="0">{render_formula(token.content.strip(), setting, display=True)}</div>\n'


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


_FIXED: Mapping[str, str] = {
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

_DEVICES: Mapping[str, Callable[[Token, Setting], str]] = {
    "alert_open": _callout_open,
    "bullet_list_open": _list_open,
    "code_block": _fence,
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

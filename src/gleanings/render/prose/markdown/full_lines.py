"""From the tokens of a line to HTML: one short function for each device, most of them for one kind of token."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from html import escape

from gleanings.commonmark import Token
from gleanings.render.prose.assembly import mark_reference, plain_text
from gleanings.render.prose.markdown.links import address_of, link_start, picture
from gleanings.render.prose.markdown.mathml import render_maths
from gleanings.render.prose.markdown.raw import clean, put_back
from gleanings.render.prose.markdown.scripts import runs_on
from gleanings.render.prose.markdown.setting import Setting
from gleanings.values import replace


def render_inlines(tokens: Sequence[Token], setting: Setting) -> str:
    """What stands in a line."""
    out: list[str] = []
    for index, token in enumerate(tokens):
        kind = token.type
        if kind in ("text", "text_special"):
            out.append(escape(token.content, quote=False))
        elif (fixed := _FIXED.get(kind)) is not None:
            out.append(fixed)
        elif kind == "softbreak":
            out.append(_soft_break(tokens, index))
        else:
            out.append(_DEVICES[kind](token, setting))
    return "".join(out)


def render_clean(tokens: Sequence[Token], setting: Setting) -> str:
    """What stands in a line; its raw HTML is cleaned here, unless all that stands around it will be."""
    if setting.kept is not None or not any(token.type == "html_inline" for token in tokens):
        return render_inlines(tokens, setting)
    aside = replace(setting, kept=[])
    return put_back(clean(render_inlines(tokens, aside), setting.media, setting.addresses), aside.kept or ())


def _soft_break(tokens: Sequence[Token], index: int) -> str:
    """A line end in the source."""
    before = tokens[index - 1].content if index else ""
    after = tokens[index + 1].content if index + 1 < len(tokens) else ""
    return "" if runs_on(before, after) else "\n"


def _code(token: Token, setting: Setting) -> str:
    return f"<code>{escape(token.content, quote=False)}</code>"


def render_link(token: Token, setting: Setting) -> str:
    """The beginning of a link."""
    address = address_of(str(token.attrs.get("href", "")), setting.media, setting.addresses)
    return link_start(address, str(token.attrs.get("title") or ""))


def render_image(token: Token, setting: Setting) -> str:
    """A picture, whatever its title says."""
    words = plain_text(render_inlines(token.children or (), replace(setting, scope=None))).replace("\n", " ")
    return picture(str(token.attrs.get("src", "")), words, setting.media)


def _image_in_line(token: Token, setting: Setting) -> str:
    """A picture among words: no place for a caption but its title."""
    title = str(token.attrs.get("title") or "")
    return (
        f'<img title="{escape(title)}"{render_image(token, setting)[4:]}' if title else render_image(token, setting)
    )


def render_formula(tex: str, setting: Setting, *, display: bool = False) -> str:
    """A formula; one that nobody can read as it was written, with a note of that."""
    element = render_maths(tex, display=display)
    if element is not None:
        return setting.keep(element)
    setting.on_unreadable(tex)
    return f'<code class="tex">{escape(tex, quote=False)}</code>'


def _footnote(token: Token, setting: Setting) -> str:
    if setting.scope is None:
        return ""
    label = token.meta.get("label")
    if label is None:
        words = setting.notes_in_place()[token.meta["id"]]["content"]
        return mark_reference(setting.scope, label_in_place(words), shown=f" ({words})")
    return mark_reference(setting.scope, label, shown=f"[^{label}]")


def label_in_place(words: str) -> str:
    """The label of a note that was written in place: it stays while the words stay."""
    return f"here-{sha256(words.encode()).hexdigest()[:8]}"


def _raw_inline(token: Token, setting: Setting) -> str:
    return token.content


_FIXED: Mapping[str, str] = {
    "em_close": "</em>",
    "em_open": "<em>",
    "hardbreak": "<br>\n",
    "link_close": "</a>",
    "s_close": "</s>",
    "s_open": "<s>",
    "strong_close": "</strong>",
    "strong_open": "<strong>",
}

_DEVICES: Mapping[str, Callable[[Token, Setting], str]] = {
    "code_inline": _code,
    "footnote_ref": _footnote,
    "html_inline": _raw_inline,
    "image": _image_in_line,
    "link_open": render_link,
    "math_inline": lambda token, setting: render_formula(token.content, setting),
    "math_inline_double": lambda token, setting: render_formula(token.content, setting, display=True),
}

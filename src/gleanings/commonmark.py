"""Markdown as the product reads it: CommonMark and the devices of real roundups.

Tables, strike-through, footnotes, definition lists, task lists, callouts (`> [!NOTE]`), maths between dollars where
the body looks like TeX, bare addresses as links, smart punctuation in the prose's own language; between angle
brackets only HTML's own elements are HTML. The only door to markdown-it: everybody else is given tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, emphasis, html_inline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from gleanings.dollars import closing_dollar
from gleanings.patterns import later
from gleanings.punctuation import find_addresses, quotes_of, smarten

__all__ = ["Token", "parse_blocks", "parse_line", "parse_title"]

_HTML = later(
    r"<!--|</?(?:"
    r"a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|big|blink|blockquote|"
    r"body|br|button|canvas|caption|center|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|"
    r"dir|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame|frameset|h1|h2|h3|h4|h5|h6|"
    r"head|header|hgroup|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|marquee|"
    r"math|menu|meta|meter|nav|nobr|noframes|noscript|object|ol|optgroup|option|output|p|param|picture|"
    r"pre|progress|q|rp|rt|ruby|s|samp|script|search|section|select|slot|small|source|span|strike|strong|"
    r"style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|tt|u|"
    r"ul|var|video|wbr"
    r")(?![a-z0-9-])",
    re.IGNORECASE,
)
"""The elements of HTML, those of other days included; whatever else stands between angle brackets is words."""

_CONTROLS = later(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SAFE_SCHEME = later(r"(?i)(?:https?|mailto|tel|xmpp|gemini|ftp|irc|geo|doi|magnet|acct):")
_SCHEME = later(r"(?i)[a-z][a-z0-9+.-]*:")
_MARKER_IN_LINK = later(
    r"(?<!!)\[([^\[\]`]*(?:`[^`]*`[^\[\]`]*)*)(\[\^[^\]\s]+\])([^\[\]`]*)\](\((?:[^()\n]|\([^()\n]*\))*\))"
)


def parse_blocks(text: str, *, lang: str = "en") -> tuple[list[Token], dict[str, Any]]:
    """The block tokens of a piece of prose, and the environment, which holds inline footnotes.

    `lang` is the language of the words (BCP 47): it decides the marks that straight quotes become.
    """
    environment: dict[str, Any] = {}
    return _parser(quotes_of(lang)).parse(_tidy(text), environment), environment


def parse_line(text: str, *, lang: str = "en") -> tuple[list[Token], dict[str, Any]]:
    """The inline tokens of a line of prose: a caption, a subtitle, a reason."""
    environment: dict[str, Any] = {}
    (line,) = _parser(quotes_of(lang)).parseInline(_tidy(text), environment)
    return line.children or [], environment


def parse_title(text: str) -> list[Token]:
    """The inline tokens of a work's title: code and emphasis live, links and HTML are text, quotes stay as typed."""
    (line,) = _title_parser().parseInline(_tidy(text))
    return line.children or []


def _tidy(text: str) -> str:
    """No control characters: no text of ours has them, and the renderer marks places with some."""
    return text if text.isprintable() else _CONTROLS.sub("", text)


@cache
def _parser(quotes: tuple[str, ...] | None) -> MarkdownIt:
    """The configured parser; one for each set of quotation marks."""
    parser = MarkdownIt("commonmark", {"html": True, "tasklists": True, "alerts": True, "typographer": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, move_to_end=False, always_match_refs=True)
    parser.use(deflist_plugin)
    parser.core.ruler.before("inline", "markers_behind_links", _markers_behind_links)
    parser.core.ruler.after("inline", "bare_addresses", _link_bare_addresses)
    parser.block.ruler.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.at("html_inline", _html_inline)
    parser.inline.ruler.at("emphasis", _emphasis)
    _use_dollars(parser)
    parser.validateLink = _is_safe_link  # type: ignore[method-assign,assignment]
    if quotes is not None:
        parser.options["quotes"] = quotes
        parser.core.ruler.after("bare_addresses", "punctuation", _smart_punctuation)
        parser.enable("smartquotes")
    return parser


@cache
def _title_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    _use_dollars(parser)
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.disable(["link", "image", "autolink", "html_inline"])
    parser.enable("strikethrough")
    return parser


def _use_dollars(parser: MarkdownIt) -> None:
    parser.use(dollarmath_plugin, allow_labels=False, allow_blank_lines=False)
    parser.inline.ruler.at("math_inline", _inline_maths)


def _inline_maths(state: StateInline, silent: bool) -> bool:
    """`$…$` by the rule of dollars.py, and `$$…$$` inside a line, which is always meant."""
    start = state.pos
    if state.src[start] != "$":
        return False
    double = state.src.startswith("$$", start)
    if double:
        end = state.src.find("$$", start + 2)
        if end < 0 or not state.src[start + 2 : end].strip() or "\n\n" in state.src[start:end]:
            return False
    else:
        closing = closing_dollar(state.src[: state.posMax], start)
        if closing is None:
            return False
        end = closing
    if not silent:
        width = 2 if double else 1
        token = state.push("math_inline_double" if double else "math_inline", "math", 0)
        token.content = state.src[start + width : end].strip()
    state.pos = end + (2 if double else 1)
    return True


def _is_safe_link(address: str) -> bool:
    """Addresses on the web, mail, telephone, and addresses without a scheme; a `javascript:` link stays text."""
    address = address.strip()
    return not _SCHEME.match(address) or bool(_SAFE_SCHEME.match(address))


def _markers_behind_links(state: StateCore) -> None:
    """`[words[^1]](address)` → `[words](address)[^1]`: a marker glued to a link's words would else undo the link."""
    for block in state.tokens:
        if block.type == "inline" and "[^" in block.content and "](" in block.content:
            block.content = _MARKER_IN_LINK.sub(r"[\1\3]\4\2", block.content)


def _emphasis(state: StateInline, silent: bool) -> bool:
    """CommonMark's emphasis; but underscores of formulas typed as text, `G(x)_i` and `p_\\theta`, are words."""
    start, known = state.pos, len(state.delimiters)
    if not emphasis.tokenize(state, silent):
        return False
    if state.src[start] == "_":
        after_bracket = start > 0 and state.src[start - 1] in ")]}"
        before_tex = state.pos < state.posMax and state.src[state.pos] in "\\{"
        for delimiter in state.delimiters[known:]:
            delimiter.open = delimiter.open and not after_bracket
            delimiter.close = delimiter.close and not before_tex
    return True


def _html_inline(state: StateInline, silent: bool) -> bool:
    """`<b>` is HTML; the types in `Map<Key>` and `<T>` are not."""
    return _HTML.match(state.src, state.pos) is not None and html_inline(state, silent)


def _html_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    start = state.bMarks[start_line] + state.tShift[start_line]
    return _HTML.match(state.src, start) is not None and html_block(state, start_line, end_line, silent)


def _link_bare_addresses(state: StateCore) -> None:
    """`https://…` in running text becomes a link, as on GitHub (GFM, 6.9): who writes an address means one."""
    for block in state.tokens:
        if block.type != "inline" or "://" not in block.content:
            continue
        made: list[Token] = []
        in_link = 0
        for token in block.children or ():
            in_link += token.nesting if token.type in ("link_open", "link_close") else 0
            bare = token.type == "text" and not in_link and "://" in token.content
            made += _with_links(token) if bare else [token]
        block.children = made


def _with_links(token: Token) -> Iterator[Token]:
    """A text's words and addresses, one after the other."""
    at = 0
    for start, address in find_addresses(token.content):
        if start > at:
            yield Token("text", "", 0, content=token.content[at:start], level=token.level)
        yield Token("link_open", "a", 1, attrs={"href": address}, level=token.level, info="auto")
        yield Token("text", "", 0, content=address, level=token.level + 1)
        yield Token("link_close", "a", -1, level=token.level, info="auto")
        at = start + len(address)
    if at < len(token.content):
        yield Token("text", "", 0, content=token.content[at:], level=token.level)


def _smart_punctuation(state: StateCore) -> None:
    """See `smarten`; addresses that were written bare stay as they are."""
    for block in state.tokens:
        in_address = 0
        for token in block.children or ():
            if token.info == "auto":
                in_address += token.nesting
            elif token.type == "text" and not in_address:
                token.content = smarten(token.content)

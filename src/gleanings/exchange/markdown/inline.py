"""What is changed within a text's lines: addresses become absolute, labels numbers, and what only our own Markdown
takes for words is escaped. Every other character stays as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from urllib.parse import quote

from gleanings.dollars import closing_dollar
from gleanings.patterns import later
from gleanings.punctuation import find_addresses
from gleanings.values import Value

_ORDINARY = later(r"[^\\`$<\[\]!h_]+")
_TICKS = later(r"`+")
_AUTOLINK = later(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>")
_TAG = later(r"<[A-Za-z/!?]")
_MARKER = later(r"\[\^([^\]\s]+)\]")
_DESTINATION = later(
    r"\(\s*(?P<to><[^<>\n]*>|[^\s()<]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?P<title>\s+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)"
)
_LABEL = later(r"\[([^\[\]\n]*)\]")
_ESCAPED = later(r"\\([!-/:-@\[-`{-~])")
_OF_BRACKETS = later(r"[\s<>\\]")
"""What an address between angle brackets cannot hold."""
_BEFORE_ADDRESS = later(r"^$|[\s(]")
_BEHIND_ADDRESS = later(r"[.,;:!?)]*(?:\s|\Z)")
_MAYBE_MARKUP = later(r"[\[\]`*$\\|]|~~|__")
"""What may end an address in running text, so that it is left as it was typed."""
_ATTRIBUTE = later(r"""(\s(?:src|href|poster|cite)\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)


class Reference(Value):
    """What a link by reference leads to."""

    address: str
    title: str


class Around(Value, kw_only=True, gc=True):
    """What the lines of one text are read with."""

    resolve: Callable[[str], str]
    """An address as written → the absolute one."""
    number: Callable[[str], int | None]
    """A footnote's label → its number."""
    references: Mapping[str, Reference]
    """By label, as `even_label` makes it."""
    html: tuple[str, ...] = ()
    """What is HTML in these lines; anything else between angle brackets is words."""
    emphasis: bool = False
    """Underscores set words off in these lines."""
    plain: bool = False
    """Of a work's title: neither links nor HTML."""


def even_label(label: str) -> str:
    """A reference's label for comparing (CommonMark, "matches")."""
    return " ".join(label.split()).lower().upper()


def settle_inline(text: str, around: Around, *, in_link: bool = False) -> str:
    """The text, as it may stand in a document of ours."""
    done: list[str] = []
    at = 0
    while at < len(text):
        piece, at = _next(text, at, around, in_link=in_link)
        done.append(piece)
    return "".join(done)


def settle_html(html: str, around: Around) -> str:
    """Raw HTML with absolute addresses."""

    def settle(found: re.Match[str]) -> str:
        written = unescape(found[2].strip("\"'"))
        address = around.resolve(written)
        return found[0] if address == written else f'{found[1]}"{escape(address)}"'

    return _ATTRIBUTE.sub(settle, html)


def _next(text: str, at: int, around: Around, *, in_link: bool) -> tuple[str, int]:
    """The piece that begins at `at`, settled, and where the next one begins."""
    match text[at]:
        case "\\":
            return text[at : at + 2], at + 2
        case "`" | "$":
            end = _end_of_verbatim(text, at)
            return text[at:end], end
        case "<":
            return _angle(text, at, around)
        case "[":
            return _bracket(text, at, around, in_link=in_link)
        case "_":
            return _underscores(text, at, around)
        case "]" if around.plain:
            return "\\]", at + 1
        case "!" if text.startswith("![", at) and not text.startswith("![^", at):
            piece, end = _bracket(text, at + 1, around, in_link=True)
            return f"!{piece}", end
        case "h" if not in_link and not around.plain and (address := _bare_address(text, at)):
            return f"<{address}>", at + len(address)
    ordinary = _ORDINARY.match(text, at)
    return (ordinary[0], ordinary.end()) if ordinary else (text[at], at + 1)


def _underscores(text: str, at: int, around: Around) -> tuple[str, int]:
    """A run of underscores. Those of `G(x)_i` and `p_\\theta` are no emphasis to us, and may be to others."""
    end = at
    while text[end : end + 1] == "_":
        end += 1
    is_of_formula = (at > 0 and text[at - 1] in ")]}") or text[end : end + 1] in ("\\", "{")
    return ("\\_" * (end - at) if is_of_formula and not around.emphasis else text[at:end]), end


def _end_of_verbatim(text: str, at: int) -> int:
    """The end of the code or formula that begins at `at`; of the marks alone where there is none."""
    if text[at] == "`":
        ticks = _TICKS.match(text, at)
        assert ticks
        close = re.compile(rf"(?<!`){ticks[0]}(?!`)").search(text, ticks.end())
        return close.end() if close else ticks.end()
    if text.startswith("$$", at):
        end = text.find("$$", at + 2)
        return end + 2 if end > 0 else at + 2
    closing = closing_dollar(text, at)
    return closing + 1 if closing is not None else at + 1


def _angle(text: str, at: int, around: Around) -> tuple[str, int]:
    if not around.plain:
        for html in around.html:
            if text.startswith(html, at):
                return settle_html(html, around), at + len(html)
        if found := _AUTOLINK.match(text, at):
            return found[0], found.end()
    return ("\\<" if _TAG.match(text, at) else "<"), at + 1


def _bare_address(text: str, at: int) -> str | None:
    """The address that begins here in running text and stands for itself; where marks are glued to it, none."""
    if not text.startswith(("https://", "http://"), at) or not _BEFORE_ADDRESS.search(text[max(at - 1, 0) : at]):
        return None
    start, address = next(find_addresses(text[at:]), (1, ""))
    alone = start == 0 and _BEHIND_ADDRESS.match(text, at + len(address)) and not _MAYBE_MARKUP.search(address)
    return address if alone else None


def _bracket(text: str, at: int, around: Around, *, in_link: bool) -> tuple[str, int]:
    """A link or the words of a picture, else a footnote marker, else a bracket."""
    if not around.plain and (found := _find_link(text, at, around)):
        words, target, end = found
        return _link(words, target, around, in_link=in_link), end
    if marker := _MARKER.match(text, at):
        number = around.number(marker[1])
        return (f"[^{number}]" if number else f"\\{marker[0]}"), marker.end()
    return ("\\[" if around.plain else "["), at + 1


def _find_link(text: str, at: int, around: Around) -> tuple[str, str, int] | None:
    """The words of the link that begins at a bracket, where it leads, and where it ends."""
    close = _closing_bracket(text, at, around)
    if close is None:
        return None
    words = text[at + 1 : close]
    if found := _DESTINATION.match(text, close + 1):
        return words, _format_destination(found["to"], around.resolve) + (found["title"] or ""), found.end()
    found = _LABEL.match(text, close + 1)
    reference = around.references.get(even_label(found[1] if found and found[1].strip() else words))
    if reference is None:
        return None
    title = f' "{reference.title.replace(chr(34), chr(92) + chr(34))}"' if reference.title else ""
    target = _format_destination(reference.address, around.resolve) + title
    return words, target, found.end() if found else close + 1


def _link(words: str, target: str, around: Around, *, in_link: bool) -> str:
    """A link; markers glued to its words go behind it, since a link in a link is none."""
    markers = "".join(found[0] for found in _MARKER.finditer(words))
    words = settle_inline(_MARKER.sub("", words), around, in_link=True)
    return f"[{words}]({target})" + settle_inline(markers, around, in_link=in_link)


def _closing_bracket(text: str, at: int, around: Around) -> int | None:
    """Where the bracket that opens at `at` is closed; None where it is not."""
    depth = 0
    while at < len(text):
        character = text[at]
        if character in "`$":
            at = _end_of_verbatim(text, at)
            continue
        if character == "<" and (html := next((one for one in around.html if text.startswith(one, at)), None)):
            at += len(html)
            continue
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return at
        at += 2 if character == "\\" else 1
    return None


def _format_destination(written: str, resolve: Callable[[str], str]) -> str:
    """Where a link leads, as written where that is absolute already."""
    bare = _ESCAPED.sub(r"\1", written.removeprefix("<").removesuffix(">"))
    address = resolve(bare)
    return written if address == bare and written else format_destination(address)


def format_destination(address: str) -> str:
    """An address as Markdown has it between the brackets of a link."""
    if address and not re.search(r"[\s()<>\\]", address):
        return address
    return f"<{_OF_BRACKETS.sub(lambda found: quote(found[0]), address)}>"

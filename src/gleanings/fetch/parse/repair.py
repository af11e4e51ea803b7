"""Cheap mending of XML text, linear in its length, before a parser sees it.

CDATA and comments are left as they are; between them references are put right. The DOCTYPE goes, whole: without it
no entity can be declared, so nothing ever expands.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from gleanings.patterns import later

_ILLEGAL = bytes(code for code in range(32) if code not in (9, 10, 13))
_TERMINAL_CODES = later(r"\x1b\[[0-9;?]*[A-Za-z]")
_START = later(r"<(?:\?xml\b|!DOCTYPE\b|!--|(?:\w+:)?(?:rss|feed|rdf|channel|opml|urlset|sitemapindex|html)\b)", re.I)
_PROLOG = later(r"\s*<\?xml\b[^>]*\?*>", re.I)
_MARKED = later(r"<!\[CDATA\[|<!--")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_REFERENCE = later(r"&(?:#(\d{1,10}|[xX][0-9a-fA-F]{1,8});|([A-Za-z][A-Za-z0-9]{0,31});)?")
_PAIR = later(r"&#(\d{5}|[xX][dD][89abAB][0-9a-fA-F]{2});&#(\d{5}|[xX][dD][c-fC-F][0-9a-fA-F]{2});")
_BARE_LESS = later(r"<(?![A-Za-z_:/!?])")
_UNCLOSED_TAG = later(r"(</?[A-Za-z][\w:.-]*\s*)(?=<)")
_UNFINISHED_TAG = later(r"<(?=[A-Za-z][^<>\"'=]*<)")
_XML_OWN = {"amp", "lt", "gt", "quot", "apos"}


def strip_illegal(text: str) -> str:
    """Without the characters that XML 1.0 §2.2 forbids; tab, line feed and carriage return stay."""
    if "\x1b" in text:
        text = _TERMINAL_CODES.sub("", text)
    data = text.encode("utf-8", "replace")
    if len(data.translate(None, _ILLEGAL)) != len(data):
        data = data.translate(None, _ILLEGAL)
    return data.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"").decode("utf-8")


def strip_head(text: str) -> tuple[str, bool]:
    """The text from its root element on: blank lines, warnings of a script, the XML declaration and the DOCTYPE go.

    The second value says that there was junk in front, or a DOCTYPE.
    """
    start = _START.search(text, 0, 100_000)
    junk = bool(start and text[: start.start()].strip("\ufeff \t\r\n"))
    text = text[start.start() :] if start else text.lstrip("\ufeff \t\r\n")
    prolog = _PROLOG.match(text)
    text = text[prolog.end() :] if prolog else text
    return _drop_doctype(text), junk


def _drop_doctype(text: str) -> str:
    """Without every `<!DOCTYPE …>`, its internal subset included."""
    for _ in range(3):
        start = re.search(r"<!DOCTYPE\b", text[:100_000], re.I)
        if not start:
            break
        text = text[: start.start()] + text[_doctype_end(text, start.end()) :]
    return text


_DOCTYPE_PART = later(r"\"[^\"]*\"|'[^']*'|<!--.*?-->|[\[\]>]", re.S)


def _doctype_end(text: str, at: int) -> int:
    """Where a DOCTYPE that began before `at` ends."""
    inside = 0
    for part in _DOCTYPE_PART.finditer(text, at, at + 20_000):
        match part.group():
            case "[":
                inside += 1
            case "]":
                inside -= 1
            case ">" if inside <= 0:
                return part.end()
    end = text.find(">", at)
    return end + 1 if end >= 0 else len(text)


def split_marked(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces; True for a whole CDATA section or comment. One that never ends is ordinary text."""
    done = at = 0
    endless: set[str] = set()
    while opener := _MARKED.search(text, at):
        at = opener.end()
        mark = opener.group()
        end = -1 if mark in endless else text.find(_ENDS[mark], at)
        if end < 0:
            endless.add(mark)
            continue
        at = end + 3
        yield text[done : opener.start()], False
        yield text[opener.start() : at], True
        done = at
    yield text[done:], False


def repair(text: str) -> str:
    """References that XML does not know become characters, bare `&` and `<` become `&amp;` and `&lt;`.

    A tag that runs into the next one is closed, so that no parser looks for its end through the whole document.
    """
    return "".join(piece if marked else _repair_plain(piece) for piece, marked in split_marked(text))


def _repair_plain(text: str) -> str:
    if "&" in text:
        text = _REFERENCE.sub(_mend, _PAIR.sub(_join, text))
    text = _UNFINISHED_TAG.sub("&lt;", _UNCLOSED_TAG.sub(r"\1>", text))
    return _BARE_LESS.sub("&lt;", text).replace("]]>", "]]&gt;")


def _join(match: re.Match[str]) -> str:
    """A UTF-16 surrogate pair written as two references: one character."""
    high, low = (_code(group) for group in match.groups())
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return match.group()


def _code(digits: str) -> int:
    return int(digits[1:], 16) if digits[0] in "xX" else int(digits)


def _mend(match: re.Match[str]) -> str:
    digits, name = match.groups()
    if digits:
        return html.escape(html.unescape(f"&#{_code(digits)};"), quote=True)
    if name in _XML_OWN:
        return match.group()
    if name:
        character = html.unescape(f"&{name};")
        return character if character != match.group() else f"&amp;{name};"
    return "&amp;"

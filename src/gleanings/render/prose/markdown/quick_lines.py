"""A line of Markdown as HTML, by a short way: what most lines hold, and `Unsure` for anything else.

Takes: words, `*emphasis*`, `**strong**`, `_both_` and `~~strike-through~~` where runs of marks open and close like
brackets; `code`; links to addresses of the web and of this site (`[words](https://…)`, `/…`, `#…`); bare addresses;
footnote markers; formulas; escapes and the commonest entities; line breaks; quotes, dashes and dots.

Hands over (raises `Unsure`): pictures, titles of links, links to files by name, notes in place, anything in angle
brackets, marks that do not pair off, code between more than one backtick, formulas that nobody can read. So the
short way asks nothing of the site and notes nothing down.

What comes out is what full.py gives, to the byte; tests/test_prose_quick.py holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape

from gleanings.dollars import closing_dollar
from gleanings.patterns import later
from gleanings.punctuation import find_addresses, smarten
from gleanings.render.prose.assembly import mark_reference
from gleanings.render.prose.markdown.mathml import render_maths
from gleanings.render.prose.markdown.quick_quotes import Token, kind_of, pair_quotes
from gleanings.render.prose.markdown.scripts import runs_on


class Unsure(Exception):
    """This text needs the full parser."""


_MARKED = later(r"[\\`*_~\[<>&$\"'\n]")
"""Where none of these stands (nor `://`, `--`, `...`), a line is its own HTML."""
_SPECIAL = later(r"[\\`*_~\[<&$\n]")
_SPACES = later(r"[ \t]*")
_CODE = later(r"`([^`]+)`(?!`)")
_LABEL = r"\[((?:[^\[\]`\\<$]++|`[^`]+`(?!`))*+)\]"
_HOST = r"[A-Za-z0-9-]{1,32}(?:\.[A-Za-z0-9-]{1,32}){0,6}(?::\d+)?"
_PATH = r"(?:[\w/?:@=+$,.!~*'&#-]|%[0-9A-Fa-f]{2})"
_LINK = later(
    rf"{_LABEL}\(((?:https?://{_HOST}|mailto:[\w.+-]+@{_HOST})(?:[/?#](?:{_PATH}++|\({_PATH}*+\))*+)?|"
    rf"/(?!/){_PATH}*+|#{_PATH}*+)\)",
    re.ASCII,
)
"""A link whose address a parser leaves as it is."""
_BRACKETS = later(rf"{_LABEL}(?![(\[:])")
"""`[sic]`: brackets that are just brackets."""
_FOOTNOTE = later(r"\[\^([\w.-]+)\](?![(\[:])")
_FOOTNOTE_IN_TITLE = later(r"\[\^([\w.-]+)\]")
_MARKER_IN_LINK = later(r"\[\^[^\]\s]+\][^\[\]`]*\]\(")
_ENTITY = later(r"&(#?[A-Za-z0-9]+);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": "\u00a0", "mdash": "—", "ndash": "–"}
_ESCAPED = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_PAIRS = {"*": "em", "**": "strong", "_": "em", "__": "strong", "~~": "s"}


def render_line(text: str, quotes: tuple[str, ...] | None, scope: Callable[[], str] | None) -> str:
    """A line of prose, a paragraph, a cell, as inline HTML.

    `quotes` are the language's quotation marks (see `quotes_of`), `scope` tells whose footnotes these are (None:
    footnote markers are left out).
    """
    if _MARKED.search(text) is None and "://" not in text and "--" not in text and "..." not in text:
        return text
    if "[^" in text and _MARKER_IN_LINK.search(text):
        raise Unsure
    line = _Line(text, scope, is_title=False)
    line.read(0, len(text))
    return line.finish(quotes)


def render_title(text: str, scope: Callable[[], str] | None) -> str:
    """The same of a title: brackets and quotes stay as they are."""
    if _MARKED.search(text) is None:
        return text
    line = _Line(text, scope, is_title=True)
    line.read(0, len(text))
    return line.finish(None)


class _Line:
    """A line while it is read."""

    def __init__(self, text: str, scope: Callable[[], str] | None, *, is_title: bool) -> None:
        self.text = text
        self.scope = scope
        self.is_title = is_title
        self.tokens: list[Token] = []
        self.level = 0
        self.links = not is_title
        """Whether bare addresses become links: not in titles, not in the words of a link."""
        self.from_here = 0
        """Where the running text begins that is no token yet."""

    def read(self, start: int, end: int) -> None:
        """Make tokens of a part of the text, with all its marks paired off."""
        open_marks: list[str] = []
        at = self.from_here = start
        text = self.text
        while (found := _SPECIAL.search(text, at, end)) is not None:
            at = found.start()
            mark = text[at]
            at = self.pair(mark, at, end, open_marks) if mark in "*_~" else _DEVICES[mark](self, at, end)
        if open_marks:
            raise Unsure
        self.words_until(end)

    def words_until(self, end: int) -> None:
        """The running text before a device."""
        if end <= self.from_here:
            return
        words = self.text[self.from_here : end]
        self.from_here = end
        if self.links and "://" in words:
            self.addresses(words)
        else:
            self.tokens.append(Token(words, self.level))

    def add(self, html: str, words: str, start: int, end: int) -> int:
        """A device of its own from `start` to `end`."""
        self.words_until(start)
        self.tokens.append(Token(words, self.level, html))
        self.from_here = end
        return end

    def addresses(self, words: str) -> None:
        """Words with addresses among them, which become links; quotes in an address are quotes all the same."""
        at = 0
        for start, address in find_addresses(words):
            if start > at:
                self.tokens.append(Token(words[at:start], self.level))
            self.tokens.append(Token("", self.level, f'<a href="{escape(address)}">'))
            self.tokens.append(Token(address, self.level + 1, is_address=True))
            self.tokens.append(Token("", self.level, "</a>"))
            at = start + len(address)
        if at < len(words):
            self.tokens.append(Token(words[at:], self.level))

    # ── devices: each knows its first character, and says where the text goes on ──

    def pair(self, mark: str, at: int, end: int, open_marks: list[str]) -> int:
        """Runs of `*`, `_` and `~`, by the rules for left- and right-flanking runs (CommonMark 6.2)."""
        after = at + 1
        while after < end and self.text[after] == mark:
            after += 1
        run = self.text[at:after]
        if run == "~":
            return after
        can_open, can_close = self.flanking(mark, at, after, end)
        if not can_open and not can_close:
            return after
        element = _PAIRS.get(run)
        if element is None:
            raise Unsure
        if can_close and open_marks and open_marks[-1] == run:
            open_marks.pop()
            self.words_until(at)
            self.level -= 1
            return self.add(f"</{element}>", "", at, after)
        if can_close and open_marks:
            raise Unsure
        if not can_open:
            return after
        open_marks.append(run)
        self.add(f"<{element}>", "", at, after)
        self.level += 1
        return after

    def flanking(self, mark: str, at: int, after: int, end: int) -> tuple[bool, bool]:
        """Whether a run may open and may close; underscores of formulas typed as text are words (`G(x)_i`)."""
        before_it = self.text[at - 1] if at else " "
        behind_it = self.text[after] if after < end else " "
        before, behind = kind_of(before_it), kind_of(behind_it)
        left = behind != "space" and (behind != "mark" or before != "word")
        right = before != "space" and (before != "mark" or behind != "word")
        if mark != "_":
            return left, right
        can_open = left and (not right or before == "mark") and before_it not in ")]}"
        can_close = right and (not left or behind == "mark") and behind_it not in "\\{"
        return can_open, can_close

    def backslash(self, at: int, end: int) -> int:
        if at + 1 >= end:
            return at + 1
        character = self.text[at + 1]
        if character == "\n":
            return self.line_break(at, end, hard=True)
        words = character if character in _ESCAPED else f"\\{character}"
        return self.add(escape(words, quote=False), words, at, at + 2)

    def newline(self, at: int, end: int) -> int:
        """Two spaces before a line end are a break."""
        start = at
        while start > self.from_here and self.text[start - 1] == " ":
            start -= 1
        return self.line_break(start, end, hard=at - start >= 2)

    def line_break(self, start: int, end: int, *, hard: bool) -> int:
        text = self.text
        found = _SPACES.match(text, text.index("\n", start) + 1, end)
        after = found.end() if found else end
        self.words_until(start)
        if hard:
            return self.add("<br>\n", " ", start, after)
        before = self.tokens[-1].words if self.tokens else ""
        behind = text[after : after + 1] if after < end else ""
        if behind and behind in "`\\&$" and not before.isascii():
            raise Unsure
        return self.add("" if runs_on(before, behind) else "\n", " ", start, after)

    def code(self, at: int, end: int) -> int:
        found = _CODE.match(self.text, at, end)
        if found is None:
            raise Unsure
        words = found[1].replace("\n", " ")
        if words[0] == words[-1] == " " and words.strip(" "):
            words = words[1:-1]
        return self.add(f"<code>{escape(words, quote=False)}</code>", words, at, found.end())

    def bracket(self, at: int, end: int) -> int:
        """A link, a footnote marker, or just brackets."""
        text = self.text
        if not self.is_title and at and text[at - 1] in "!^":
            raise Unsure
        if text.startswith("[^", at):
            return self.footnote(at, end)
        if self.is_title:
            return at + 1
        found = _LINK.match(text, at, end)
        if found is None:
            if _BRACKETS.match(text, at, end) is None:
                raise Unsure
            return at + 1
        self.add(f'<a href="{escape(found[2])}">', "", at, found.start(1))
        links, self.links = self.links, False
        self.level += 1
        self.read(found.start(1), found.end(1))
        self.level -= 1
        self.links = links
        return self.add("</a>", "", found.end(1), found.end())

    def footnote(self, at: int, end: int) -> int:
        found = (_FOOTNOTE_IN_TITLE if self.is_title else _FOOTNOTE).match(self.text, at, end)
        if found is None:
            raise Unsure
        html = "" if self.scope is None else mark_reference(self.scope(), found[1], shown=found[0])
        return self.add(html, "", at, found.end())

    def dollar(self, at: int, end: int) -> int:
        if self.text.startswith("$$", at):
            raise Unsure
        closing = closing_dollar(self.text[:end], at)
        if closing is None:
            return at + 1
        tex = self.text[at + 1 : closing]
        formula = render_maths(tex)
        if formula is None:
            raise Unsure
        return self.add(formula, tex, at, closing + 1)

    def ampersand(self, at: int, end: int) -> int:
        found = _ENTITY.match(self.text, at, end)
        if found is None:
            return at + 1
        character = _ENTITIES.get(found[1])
        if character is None:
            raise Unsure
        return self.add(escape(character, quote=False), character, at, found.end())

    def angle(self, at: int, end: int) -> int:
        """`a < b` is just that; in a title every `<` is."""
        if self.is_title or self.text.startswith("< ", at):
            return at + 1
        raise Unsure

    # ── at the end ──

    def finish(self, quotes: tuple[str, ...] | None) -> str:
        """The HTML of all tokens, with the quotes, dashes and dots of a language."""
        if quotes is not None:
            for token in self.tokens:
                if token.html is None and not token.is_address:
                    token.words = smarten(token.words)
            if "'" in self.text or '"' in self.text:
                pair_quotes(self.tokens, quotes)
        return "".join(escape(one.words, quote=False) if one.html is None else one.html for one in self.tokens)


_DEVICES: Mapping[str, Callable[[_Line, int, int], int]] = {
    "\\": _Line.backslash,
    "\n": _Line.newline,
    "`": _Line.code,
    "[": _Line.bracket,
    "$": _Line.dollar,
    "&": _Line.ampersand,
    "<": _Line.angle,
}

"""A line of Markdown as HTML, by a short way: what most lines hold, and `Unsure` for anything else.

Takes: words, `*emphasis*`, `**strong**`, `***both***`, `_the same_` and `~~strike-through~~` where runs of marks open
and close like brackets, and runs without a partner; `code`; links in place or by definition, to addresses of the web
and of this site; bare addresses and `<https://…>`; pictures; footnote markers; formulas; escapes and entities; line
breaks; quotes, dashes and dots; HTML's elements for words.

Hands over (raises `Unsure`): pictures with a caption among words, notes in place, HTML with attributes, marks that
overlap, addresses that a parser would rewrite, formulas that nobody can read.

What comes out is what full.py gives, to the byte; tests/test_prose_quick.py holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from html.entities import html5

from gleanings.dollars import closing_dollar
from gleanings.patterns import later
from gleanings.punctuation import find_addresses, quotes_of, smarten
from gleanings.render.prose.assembly import mark_reference, plain_text
from gleanings.render.prose.markdown.around import TAGGED, Around
from gleanings.render.prose.markdown.links import address_of, link_start, picture
from gleanings.render.prose.markdown.mathml import render_maths
from gleanings.render.prose.markdown.quick_links import (
    AUTOLINK,
    LINK,
    LINKED_PICTURE,
    OUTER,
    PICTURE_IN_PLACE,
    REFERRED,
    Unsure,
    encoded,
    plain_label,
    title_of,
)
from gleanings.render.prose.markdown.quick_quotes import Token, kind_of, pair_quotes
from gleanings.render.prose.markdown.scripts import runs_on
from gleanings.values import replace

_MARKS = b"\\`*_~[<>&$\"'\n"
"""What makes a line more than its own HTML; `://`, `--` and `...` do as well."""
_SPECIAL = later(r"[\\`*_~\[<&$\n]")
_SPACES = later(r"[ \t]*")
_TICKS = later(r"`+")
_LESS_THAN = later(r"<(?![A-Za-z/!?])[^<>@\s]*+(?:[<>\s]|\Z)")
_FOOTNOTE = later(r"\[\^([\w.-]+)\](?![(\[:])")
_FOOTNOTE_IN_TITLE = later(r"\[\^([\w.-]+)\]")
_MARKER_IN_LINK = later(r"\[\^[^\]\s]+\][^\[\]`]*\]\(")
_ENTITY = later(r"&(?:([A-Za-z][A-Za-z0-9]{1,31})|#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
_ESCAPED = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_PAIRS = {
    "*": ("<em>", "</em>"), "**": ("<strong>", "</strong>"), "***": ("<em><strong>", "</strong></em>"),
    "_": ("<em>", "</em>"), "__": ("<strong>", "</strong>"), "___": ("<em><strong>", "</strong></em>"),
    "~~": ("<s>", "</s>"),
}  # fmt: skip


def render_line(text: str, around: Around) -> str:
    """A line of prose, a paragraph, a cell, as inline HTML."""
    if is_plain(text):
        return text
    if "[^" in text and _MARKER_IN_LINK.search(text):
        raise Unsure
    return _finished(text, around, is_title=False, links=True)


def render_title(text: str, around: Around) -> str:
    """The same of a title: brackets and quotes stay as they are."""
    return text if is_plain(text) else _finished(text, around, is_title=True, links=False)


def is_plain(text: str) -> bool:
    """Whether a line is its own HTML, as no mark stands in it; asked in half the time that an expression takes."""
    content = text.encode("utf-8", "surrogatepass")
    return len(content.translate(None, _MARKS)) == len(content) and not (
        (":" in text and "://" in text) or ("-" in text and "--" in text) or "..." in text
    )


def render_figure(text: str, around: Around) -> str | None:
    """A paragraph that is nothing but a picture with a caption; None for any other."""
    found = PICTURE_IN_PLACE.fullmatch(text)
    linked = None if found else LINKED_PICTURE.fullmatch(text)
    found = found or linked
    title = title_of(found[3]) if found else ""
    if found is None or not title:
        return None
    if "<" in title:
        raise Unsure
    body = _picture(found, around)
    if linked is not None:
        body = f"{_link_start(linked[4], title_of(linked[5]), around)}{body}</a>"
    caption = render_line(title, replace(around, quotes=quotes_of("en"), definitions={}))
    return f"<figure>{body}<figcaption>{caption}</figcaption></figure>\n"


def _link_start(address: str, title: str, around: Around) -> str:
    return link_start(address_of(encoded(address), around.media, around.addresses), title)


def _picture(found: re.Match[str], around: Around) -> str:
    """A picture, with the words for those who do not see it as they were typed."""
    words = _finished(found[1], replace(around, quotes=None, scope=None), is_title=False, links=False)
    return picture(encoded(found[2]), plain_text(words), around.media)


def _finished(text: str, around: Around, *, is_title: bool, links: bool) -> str:
    """Runs of marks that nothing closes are words; that is known when all has been read, which then begins anew."""
    words: frozenset[int] = frozenset()
    while True:
        line = _Line(text, around, words, is_title=is_title, links=links)
        line.read(0, len(text))
        if not line.lonely:
            return line.finish()
        words = words.union(line.lonely)


class _Line:
    """A line while it is read."""

    __slots__ = ("around", "from_here", "is_title", "level", "links", "lonely", "text", "tokens", "words")

    def __init__(self, text: str, around: Around, words: frozenset[int], *, is_title: bool, links: bool) -> None:
        self.text = text
        self.around = around
        self.is_title = is_title
        self.words = words
        """Where runs of marks stand that are none."""
        self.lonely: list[int] = []
        """Where others of that kind were found."""
        self.tokens: list[Token] = []
        self.level = 0
        self.links = links
        """Whether bare addresses become links: not in titles, not in the words of a link."""
        self.from_here = 0
        """Where the running text begins that is no token yet."""

    def read(self, start: int, end: int) -> None:
        """Make tokens of a part of the text, with all its marks paired off."""
        open_marks: list[tuple[str, int]] = []
        at = self.from_here = start
        text = self.text
        while (found := _SPECIAL.search(text, at, end)) is not None:
            at = found.start()
            mark = text[at]
            at = self.pair(mark, at, end, open_marks) if mark in "*_~" else _DEVICES[mark](self, at, end)
        self.lonely += [start for _, start in open_marks]
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

    def pair(self, mark: str, at: int, end: int, open_marks: list[tuple[str, int]]) -> int:
        """Runs of `*`, `_` and `~`, by the rules for left- and right-flanking runs (CommonMark 6.2)."""
        after = at + 1
        while after < end and self.text[after] == mark:
            after += 1
        run = self.text[at:after]
        if run == "~" or at in self.words:
            return after
        can_open, can_close = self.flanking(mark, at, after, end)
        if not can_open and not can_close:
            return after
        html = _PAIRS.get(run)
        if html is None:
            raise Unsure
        if can_close and open_marks and open_marks[-1][0] == run:
            open_marks.pop()
            self.words_until(at)
            self.level -= 1
            return self.add(html[1], "", at, after)
        if can_close and any(other[0] == mark for other, _ in open_marks):
            raise Unsure
        if not can_open:
            return after
        open_marks.append((run, at))
        self.add(html[0], "", at, after)
        self.level += 1
        return after

    def flanking(self, mark: str, at: int, after: int, end: int) -> tuple[bool, bool]:
        """Whether a run may open and may close; underscores of formulas typed as text are words (`G(x)_i`)."""
        before_it = self.text[at - 1] if at else " "
        behind_it = self.text[after] if after < end else " "
        before = "word" if before_it.isalnum() else kind_of(before_it)
        behind = "word" if behind_it.isalnum() else kind_of(behind_it)
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
        if behind and behind in "`\\&$!" and not before.isascii():
            raise Unsure
        return self.add("" if runs_on(before, behind) else "\n", " ", start, after)

    def code(self, at: int, end: int) -> int:
        """Code between runs of as many backticks; a run without its like is words."""
        text = self.text
        runs = _TICKS.finditer(text, at, end)
        after = next(runs).end()
        closing = next((run for run in runs if run.end() - run.start() == after - at), None)
        if closing is None:
            return after
        words = text[after : closing.start()].replace("\n", " ")
        if words[0] == words[-1] == " " and words.strip(" "):
            words = words[1:-1]
        return self.add(f"<code>{escape(words, quote=False)}</code>", words, at, closing.end())

    def bracket(self, at: int, end: int) -> int:
        """A link, a picture, a footnote marker, or just brackets."""
        text = self.text
        if not self.is_title and at and text[at - 1] in "!^":
            return self.picture(at, end)
        if text.startswith("[^", at):
            return self.footnote(at, end)
        if self.is_title:
            return at + 1
        if (found := LINK.match(text, at, end)) is not None:
            return self.link(found, found[2], title_of(found[3]))
        if (found := REFERRED.match(text, at, end)) is not None:
            definition = self.around.definitions.get(plain_label(found[2] or found[1]))
            return self.link(found, *definition) if definition else at + 1
        if (found := LINKED_PICTURE.match(text, at, end)) is not None and not found[3]:
            self.add(_link_start(found[4], title_of(found[5]), self.around), "", at, at + 1)
            self.level += 1
            self.add(_picture(found, self.around), found[1], at + 1, found.end(2))
            self.level -= 1
            return self.add("</a>", "", found.end(2), found.end())
        if OUTER.match(text, at, end) is None and text.find("]", at, end) >= 0:
            raise Unsure
        return at + 1

    def link(self, found: re.Match[str], address: str, title: str) -> int:
        self.add(_link_start(address, title, self.around), "", found.start(), found.start(1))
        links, self.links = self.links, False
        self.level += 1
        self.read(found.start(1), found.end(1))
        self.level -= 1
        self.links = links
        return self.add("</a>", "", found.end(1), found.end())

    def picture(self, at: int, end: int) -> int:
        """A picture without a caption."""
        found = PICTURE_IN_PLACE.match(self.text, at - 1, end)
        if found is None or found[3] or self.from_here >= at:
            raise Unsure
        return self.add(_picture(found, self.around), found[1], at - 1, found.end())

    def footnote(self, at: int, end: int) -> int:
        found = (_FOOTNOTE_IN_TITLE if self.is_title else _FOOTNOTE).match(self.text, at, end)
        if found is None:
            raise Unsure
        scope = self.around.scope
        html = "" if scope is None else mark_reference(scope(), found[1], shown=found[0])
        return self.add(html, "", at, found.end())

    def dollar(self, at: int, end: int) -> int:
        text = self.text
        width = 2 if text.startswith("$$", at) else 1
        if width == 2 and end < len(text):
            raise Unsure
        closing = text.find("$$", at + 2) if width == 2 else closing_dollar(text[:end], at)
        if closing is None or closing < 0:
            return at + 1
        tex = text[at + width : closing]
        if not tex.strip() or "\n\n" in tex:
            return at + 1
        tex = tex.strip()
        formula = render_maths(tex, display=width == 2)
        if formula is None:
            raise Unsure
        return self.add(self.around.keep(formula), tex, at, closing + width)

    def ampersand(self, at: int, end: int) -> int:
        found = _ENTITY.match(self.text, at, end)
        if found is None:
            return at + 1
        name, decimal, hexadecimal = found.groups()
        if name is not None:
            character = html5.get(f"{name};", "")
        else:
            code = int(decimal) if decimal else int(hexadecimal, 16)
            if not (0xA0 <= code < 0xD800 or 0x20 <= code < 0x7F):
                raise Unsure
            character = chr(code)
        return self.add(escape(character, quote=False), character, at, found.end()) if character else at + 1

    def angle(self, at: int, end: int) -> int:
        """`<https://…>`; `a < b` and `<3` are just that; in a title every `<` is."""
        text = self.text
        if self.is_title or _LESS_THAN.match(text, at, end):
            return at + 1
        raw, tag = self.around.raw, TAGGED.match(text, at, end)
        if raw is not None and tag is not None and not (tag[0][1] == "/" == tag[0][-2]):
            raw.found = True
            return self.add(tag[0], tag[0], at, tag.end())
        found = AUTOLINK.match(text, at, end)
        if found is None:
            raise Unsure
        address = found[1]
        html = link_start(encoded(address if "://" in address else f"mailto:{address}"))
        self.add(html, "", at, at + 1)
        self.tokens.append(Token(address, self.level + 1, is_address=True))
        self.from_here = found.end() - 1
        return self.add("</a>", "", self.from_here, found.end())

    # ── at the end ──

    def finish(self) -> str:
        """The HTML of all tokens, with the quotes, dashes and dots of a language."""
        text, tokens, quotes = self.text, self.tokens, self.around.quotes
        if quotes is not None and not self.is_title:
            has_quotes = "'" in text or '"' in text
            if has_quotes or "--" in text or "..." in text:
                for token in tokens:
                    if token.html is None and not token.is_address:
                        token.words = smarten(token.words)
            if has_quotes:
                pair_quotes(tokens, quotes)
        if "&" in text or "<" in text or ">" in text:
            return "".join([escape(one.words, quote=False) if one.html is None else one.html for one in tokens])
        return "".join([one.words if one.html is None else one.html for one in tokens])


_DEVICES: Mapping[str, Callable[[_Line, int, int], int]] = {
    "\\": _Line.backslash,
    "\n": _Line.newline,
    "`": _Line.code,
    "[": _Line.bracket,
    "$": _Line.dollar,
    "&": _Line.ampersand,
    "<": _Line.angle,
}

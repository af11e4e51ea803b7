"""The desk at which a file is read: what is found wrong is told to it, with the place and in words.

Told here too is what every kind of value has to tell: that something else is wanted, that YAML read a text otherwise
than it was meant, which word was probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gleanings.dollars import find_inline_maths
from gleanings.files.cures import cure_by_quotes
from gleanings.files.nodes import MappingNode, Node, ScalarNode, SequenceNode, place_of
from gleanings.model import Place
from gleanings.patterns import later
from gleanings.problems import Problem, Severity

_BREAK = later(r"\r\n|\r|\n")
_GLUED_COMMENT = later(r" #\w")
_NO_BREAK = "\xa0\u202f"
_INVISIBLE = later("[\xa0\xad\u1680\u2000-\u200f\u202f\u205f-\u2064\u3000\ufeff]")
_CONTROL = later(r"[\x00\x07\x08\x0b\x0c\x1b]")
"""What nobody means to write, and what YAML makes of `\\0`, `\\a`, `\\b`, `\\v`, `\\f` and `\\e`."""
_ESCAPE_FOR_NOTHING = later(r"(?<!\\)(?:\\\\)*(\\[0abvfe])")
_ESCAPE_IN_TEX = later(r"(?<!\\)(?:\\\\)*(\\[ntr])(?=[A-Za-z])")
_DISPLAY = later(r"\$\$[^$]+\$\$")
WIDE_COLON = later(r"((?:- +)*)([A-Za-z_-]+)[ ]*：[ ]*(.*)", re.DOTALL)
WIDE_COLON_STANDS = "a full-width colon (：) stands where YAML wants a plain one"
_ROW = later(r"(?:[-*+]|\d{1,3}[.)])[ ]+\S|\|.*\|$|`{3}|~{3}")
"""A line that is an item of a list, a row of a table or an end of a block of code, if it stays a line."""
_PARAGRAPHS = later(r"(?:^|\n)[^\s\n][^\n]*\n[^\s\n]")
"""Two lines that had a blank one between them: what YAML leaves of it ends no paragraph."""
OTHER_DASH = later(r"([–—−•‣·*])[ \xa0]+(\S.*)")
"""An item of a list with another sign than YAML's before it."""
_KEY_LINE = later(
    r"[ ]*(?:- +)*(?:url|title|note|tags|authors|entries|sections|source|kind|links|quotes|related|via|published):"
    r"(?:\s|$)"
)


class Desk:
    """Where a file is read: its path, and the problems found so far."""

    __slots__ = ("_lines", "_text", "has_glued_comment", "key", "path", "problems")

    def __init__(self, path: str, text: str = "") -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.key = ""
        """The key whose value is being read, for messages."""
        self._lines: list[str] | None = None
        self.open(text)

    def open(self, text: str) -> None:
        """Have the file's text at hand, for findings about how something was written."""
        self._text = text
        self._lines = None
        self.has_glued_comment = "#" in text and _GLUED_COMMENT.search(text) is not None

    @property
    def where(self) -> str:
        """`under "tags"`, or `here` at the top of a file."""
        return f'under "{self.key}"' if self.key else "here"

    def line(self, at: int) -> str:
        """A line of the file, counted from 0; empty where there is none."""
        if self._lines is None:
            self._lines = _BREAK.split(self._text)
        return self._lines[at] if at < len(self._lines) else ""

    def object(
        self, node: Node, code: str, message: str, cure: str | None = None, *, severity: Severity = "error"
    ) -> None:
        """Tell a problem at the beginning of `node`."""
        line, column = place_of(node)
        self.problems.append(
            Problem(
                path=self.path, line=line, column=column, code=code, message=message, cure=cure, severity=severity
            )
        )

    def place(self, node: Node) -> Place:
        line, column = place_of(node)
        return Place(path=self.path, line=line, column=column)

    def written(self, node: Node) -> str:
        """A node as it stands in the file."""
        start, end = node.start_mark, node.end_mark
        lines = [self.line(at) for at in range(start.line, end.line + 1)]
        lines[-1] = lines[-1][: end.column]
        lines[0] = lines[0][start.column :]
        return "\n".join(lines)

    @property
    def failed(self) -> bool:
        """True where something was found that keeps the file from being used."""
        return any(problem.severity == "error" for problem in self.problems)


def object_to_form(node: Node, desk: Desk, wanted: str, cure: str | None = None) -> None:
    """Tell that a text, a list or a mapping stands where something else is wanted, and how that may have come."""
    found, likely = _describe(node)
    if wanted.startswith("a mapping of "):
        likely = _cure_to_mapping(node, desk.key)
    desk.object(node, "type", f"{wanted} is wanted {desk.where}, and this is {found}", cure or likely)


def _describe(node: Node) -> tuple[str, str | None]:
    if isinstance(node, ScalarNode):
        if node.value[:1] == "-" and (name := name_invisible(node.value[1:2])):
            return f'the text "{shorten(node.value)}"', f"write a plain space behind each dash; there is {name}"
        if found := OTHER_DASH.match(node.value):
            return f'the text "{shorten(node.value)}"', f"begin each item with - instead of {found[1]}"
        if node.value.startswith("-"):
            return f'the text "{shorten(node.value)}"', "put a space behind each dash, and one item on each line"
        return f'the text "{shorten(node.value)}"', None
    form = "a list" if isinstance(node, SequenceNode) else "a mapping"
    if isinstance(node, (SequenceNode, MappingNode)) and node.flow_style:
        bracket = "[" if isinstance(node, SequenceNode) else "{"
        return form, f"quote a text that begins with {bracket}"
    if isinstance(node, SequenceNode):
        return form, "for text over several lines write | behind the colon"
    return form, "for text over several lines, or with a colon in it, write | behind the key's colon"


def _cure_to_mapping(node: Node, key: str) -> str:
    """`links: [https://…]`: nothing says what is behind the address."""
    items = node.value if isinstance(node, SequenceNode) else [node]
    if isinstance(node, SequenceNode) and items and all(isinstance(item, MappingNode) for item in items):
        return "take the dashes and brackets away: one mapping holds all"
    address = next((item.value for item in items if isinstance(item, ScalarNode) and "://" in item.value), None)
    if address is None:
        return "write a word, a colon and what belongs to it in each line below"
    shown = "https://…" if len(address) > 60 or any(mark in address for mark in " ,[]{}#") else address
    return f"say what each address is, as in {key}: {{pdf: {shown}}}"


def has_other_dash(node: Node) -> bool:
    """True for a text that would be a list if its dashes were YAML's, with a space behind each."""
    return isinstance(node, ScalarNode) and (node.value.startswith("-") or OTHER_DASH.match(node.value) is not None)


def begins_item(node: Node, desk: Desk) -> bool:
    """True where a value or key stands behind a dash in its line."""
    start = node.start_mark
    return desk.line(start.line)[: start.column].strip().startswith("-")


def find_text_in_comment(key_node: Node, desk: Desk) -> None:
    """`title: #1 of its kind` has no title: YAML takes it for a comment."""
    end = key_node.end_mark
    rest = desk.line(end.line)[end.column :]
    if re.match(r":[ \t]+#\w", rest):
        desk.object(
            key_node,
            "comment",
            f'"{key_node.value}" is empty: what stands behind # is a comment',
            cure_by_quotes(rest[1:]),
            severity="warning",
        )


def find_writing_fault(node: ScalarNode, desk: Desk) -> None:
    """Tell of texts that YAML read otherwise than they were meant: a quotation that swallowed the keys below it, TeX
    between double quotes, a number sign that began a comment (`Issue #4`)."""
    start, end = node.start_mark.line, node.end_mark.line
    if node.style:
        if start != end and node.style in "'\"":
            swallowed = next((at for at in range(start + 1, end + 1) if _KEY_LINE.match(desk.line(at))), None)
            if swallowed is not None:
                message = f"the quotation mark {node.style} that opens here is closed only in line {end + 1}"
                cure = f"close the quote before line {swallowed + 1}, which begins with a key"
                desk.object(node, "unclosed-quote", message, cure)
        if node.style == '"':
            _find_lost_backslash(node, desk)
    elif desk.has_glued_comment and re.match(r"[ \t]+#\d", desk.line(end)[node.end_mark.column :]):
        lost = desk.line(end)[node.end_mark.column :].strip()
        desk.object(
            node,
            "comment",
            f'what stands behind # is a comment, so that "{shorten(lost)}" is lost',
            cure_by_quotes(f"{node.value} {lost}", noun="the text"),
            severity="warning",
        )


def _find_lost_backslash(node: ScalarNode, desk: Desk) -> None:
    """`"$\\alpha$"` rings a bell: between double quotes a backslash and a letter are another character."""
    has_control = _CONTROL.search(node.value)
    if not has_control and "$" not in node.value:
        return
    written = desk.written(node)
    found = _ESCAPE_FOR_NOTHING.search(written) if has_control else None
    if found is None and _ESCAPE_IN_TEX.search(written):
        formulas = (*find_inline_maths(written), *(display.span() for display in _DISPLAY.finditer(written)))
        inside = (_ESCAPE_IN_TEX.search(written, *place) for place in formulas)
        found = next((escape for escape in inside if escape), None)
    if found:
        desk.object(
            node,
            "escape",
            f"{found[1]} between double quotes is no backslash and a letter, and is lost",
            "use single quotes, in which a backslash is a backslash, or write | and the text below it, indented",
            severity="warning",
        )


def find_folded_lines(node: ScalarNode, desk: Desk, *, of_one_line: bool = False) -> None:
    """Tell of a list, a table or a paragraph whose lines YAML has joined, since no `|` stands before the text.

    A text `of_one_line`, such as a title, has no paragraphs; a list in it lacks its key.
    """
    start, end = node.start_mark.line, node.end_mark.line
    if start == end or node.style in ("|", '"'):
        return
    # What is folded by > ends with the line before its end.
    further = [desk.line(at).strip() for at in range(start + 1, end + (node.style != ">"))]
    rows = [line for line in further if _ROW.match(line)]
    kept = [line for line in node.value.split("\n") if _ROW.match(line.strip())]
    joined = len(kept) < len(rows) and len(rows) > 1
    if joined and of_one_line:
        message = f"the list below has no key of its own, and is read as more of the text {desk.where}"
        desk.object(node, "folded", message, "write its key above it, such as entries:", severity="warning")
    elif not of_one_line and (joined or _PARAGRAPHS.search(node.value)):
        behind = "-" if begins_item(node, desk) else f"{desk.key}:"
        message = "the lines of this text run together, and its lists, tables and paragraphs with them"
        cure = f"write {behind} | and the text below it, indented"
        desk.object(node, "folded", message, cure, severity="warning")


def find_invisible(text: str) -> tuple[int, str] | None:
    """The first letter of a text that nobody sees or that only looks like a space: where it is, and its name."""
    found = _INVISIBLE.search(text)
    return (found.start(), name_invisible(found[0])) if found else None


def name_invisible(letter: str) -> str:
    """What an invisible letter is, for a message; empty for any other."""
    if not _INVISIBLE.fullmatch(letter):
        return ""
    code = f"U+{ord(letter):04X}"
    return f"a no-break space ({code})" if letter in _NO_BREAK else f"an invisible character ({code})"


def suggest(written: str, known: Iterable[str], *, noun: str) -> str:
    """The cure for an unknown word: the nearest right one, else all of them."""
    names = sorted(known)
    near = find_nearest(written, names)
    return f'did you mean "{near}"?' if near else f"a {noun} is one of: {', '.join(names)}"


def find_nearest(written: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known word that an unknown one was probably meant to be."""
    from difflib import get_close_matches

    names = sorted(known)
    word = written.strip().casefold()
    near = get_close_matches(word, names, n=1, cutoff=cutoff) or [name for name in names if name in word.split()]
    return near[0] if near else None


def shorten(text: str, length: int = 40) -> str:
    """A text for quoting in a message: one line, not long."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"

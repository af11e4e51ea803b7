"""One text of a person's, fit to stand in a document among others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from gleanings.commonmark import Token, parse_blocks
from gleanings.exchange.markdown.inline import Around, Reference, even_label, settle_html, settle_inline
from gleanings.exchange.markdown.notes import AS_TYPED, Notes, Scope, even_text
from gleanings.patterns import later
from gleanings.values import replace

_VERBATIM = ("fence", "code_block", "math_block")
_HASHES = later(r"#{1,6}")
_LABEL = later(r"\[\^[^\]\s]+\]:")

Lines = list[str]


def settle_block(text: str, scope: Scope, resolve: Callable[[str], str], *, level: int) -> str:
    """Markdown of any length; its headings stand below one of `level`. Its footnotes are handed to the scope's
    notes, and its links by reference become plain ones, since both would mean something in other texts too."""
    text = even_text(text)
    tokens, found = parse_blocks(text, lang=AS_TYPED)
    lines = text.split("\n")
    references = found.get("references", {})
    around = Around(
        resolve=resolve,
        number=lambda label: scope.number(label, text),
        references={even_label(label): Reference(one["href"], one["title"]) for label, one in references.items()},
    )
    _settle_lines(lines, tokens, around)
    _settle_headings(lines, tokens, level)
    for one in references.values():
        _blank(lines, *one["map"])
    _take_notes(lines, tokens, around, scope.notes)
    if tokens and tokens[-1].type == "fence" and not _is_closed(tokens[-1], lines):
        lines.append(tokens[-1].markup)
    return _fold_blank_lines(lines, tokens)


def settle_line(text: str, scope: Scope, resolve: Callable[[str], str]) -> str:
    """A line of Markdown: a caption, a reason."""
    return " ".join(settle_block(text, scope, resolve, level=6).split("\n"))


def settle_title(text: str, scope: Scope) -> tuple[str, str]:
    """A work's title, in which links and HTML are text, and the footnote markers that belong behind it."""
    around = Around(
        resolve=lambda address: address, number=lambda label: scope.number(label, text), references={}, plain=True
    )
    markers: list[str] = []

    def take(found: re.Match[str]) -> str:
        if scope.number(found[1], text) is None:
            return found[0]
        markers.append(settle_inline(found[0], around))
        return ""

    words = re.sub(r"(?<!\\)\[\^([^\]\s]+)\]", take, " ".join(text.split()))
    return settle_inline(words, around).strip(), "".join(markers)


def ends_in_list(text: str) -> tuple[str, ...]:
    """What a text must not begin with that stands behind this one, lest it go on with the list at its end."""
    tokens, _ = parse_blocks(text, lang=AS_TYPED)
    match tokens[-1].type if tokens else "":
        case "bullet_list_close":
            return (f"{tokens[-1].markup} ", "    ")
        case "ordered_list_close":
            return (*"0123456789", "    ")
        case _:
            return ()


def links_in(text: str) -> Iterator[str]:
    """Where the links of a text lead, as written."""
    for token in parse_blocks(text, lang=AS_TYPED)[0]:
        for child in token.children or ():
            if child.type == "link_open":
                yield str(child.attrs["href"])


def _settle_lines(lines: Lines, tokens: Iterable[Token], around: Around) -> None:
    """Settle what is neither code nor a formula."""
    # The word above a callout (`Note`) stands in no line: it is our own.
    words = [token for token in tokens if token.type == "inline" and token.map]
    for (start, end), cells in groupby(words, key=_span):
        children = [child for cell in cells for child in cell.children or ()]
        html = tuple(child.content for child in children if child.type == "html_inline")
        emphasis = any(child.markup.startswith("_") for child in children)
        settled = settle_inline("\n".join(lines[start:end]), replace(around, html=html, emphasis=emphasis))
        lines[start:end] = (settled.split("\n") + [""] * (end - start))[: end - start]
    for token in tokens:
        if token.type == "html_block" and token.map:
            start, end = token.map
            lines[start:end] = settle_html("\n".join(lines[start:end]), around).split("\n")


def _span(token: Token) -> tuple[int, int]:
    """The lines of a token: from, to."""
    start, end = token.map or (0, 0)
    return start, max(end, start + 1)


def _settle_headings(lines: Lines, tokens: Iterable[Token], level: int) -> None:
    """Each heading one level below the one it belongs to, the first ones below ours."""
    above: list[int] = []
    for token in tokens:
        if token.type != "heading_open" or not token.map:
            continue
        own = int(token.tag[1:])
        while above and above[-1] >= own:
            above.pop()
        above.append(own)
        hashes = "#" * min(6, level + len(above))
        start, end = token.map
        if token.markup.startswith("#"):
            lines[start] = _HASHES.sub(hashes, lines[start], count=1)
        elif token.level == 0:
            words = " ".join(line.strip() for line in lines[start : end - 1])
            lines[start:end] = [f"{hashes} {words}", *[""] * (end - start - 1)]


def _take_notes(lines: Lines, tokens: Iterable[Token], around: Around, notes: Notes) -> None:
    """Move the definitions of footnotes to the end of the document; one inside a list or a quotation stays there."""
    for token in tokens:
        number = around.number(token.meta["label"]) if token.type == "footnote_reference_open" else None
        if number is None:
            continue
        start, end = _span(token)
        lines[start] = _LABEL.sub(f"[^{number}]:", lines[start], count=1)
        if token.level == 0:
            notes.add(number, "\n".join(lines[start:end]).strip())
            _blank(lines, start, end)


def _blank(lines: Lines, start: int, end: int) -> None:
    lines[start:end] = [""] * (end - start)


def _is_closed(fence: Token, lines: Lines) -> bool:
    start, end = fence.map or (0, 0)
    return end - start > 1 and lines[end - 1].strip().startswith(fence.markup)


def _fold_blank_lines(lines: Lines, tokens: Iterable[Token]) -> str:
    """The lines without the gaps that were left; those within code and formulas stay."""
    kept: set[int] = set()
    for token in tokens:
        if token.type in _VERBATIM and token.map:
            kept.update(range(*token.map))
    folded = [
        line for number, line in enumerate(lines) if line.strip() or number in kept or (number and lines[number - 1])
    ]
    return "\n".join(folded).strip("\n")

"""Where, in a text and in its own style, new items and keys can stand: plans that insert and change nothing.

Each plan is a guess, the likeliest first; `insert` tries them and takes the first that reads as it should.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gleanings.files.layout import Spot, column, first_dash, line_end, line_start, opening
from gleanings.files.writing import STEP, Writable, format_item, format_pairs, format_value
from gleanings.values import Value


class Insertion(Value):
    offset: int
    text: str


Plan = tuple[Insertion, ...]


class Document(Value):
    """A text, and what it says."""

    text: str
    """Without byte order mark."""
    path: str
    root: Spot | None
    line_break: str


# ── lists ──


def plan_empty(document: Document, key: str, items: Sequence[Writable]) -> list[Plan]:
    """A text without data: behind its comments and its `---`, before its `...`."""
    lines = _list_lines(key, items, indent=0, dash=STEP)
    marker = re.search(r"^\.\.\.(?:\s|$)", document.text, re.MULTILINE)
    return [(_whole_lines(document, marker.start() if marker else len(document.text), lines),)]


def plan_new_key(
    document: Document, holder: Spot, key: str, items: Sequence[Writable], before: Sequence[str]
) -> list[Plan]:
    if holder.flow:
        shown = f"{key}: {_in_brackets(items)}"
        return list(_plans_in_brackets(document, holder, [shown], [value for _, value in holder.pairs]))
    first = holder.pairs[0][0]
    indent = column(document.text, first.start)
    lines = _list_lines(key, items, indent=indent, dash=indent + _habit(document))
    plans: list[Plan] = []
    later = next((found[0] for found in map(holder.pair, before) if found), None)
    if later is not None and later is not first:
        place = _above_comments(document.text, later.start)
        spaced = place and not document.text[line_start(document.text, place - 1) : place].strip()
        plans.append((_whole_lines(document, place, [*lines, ""] if spaced else lines),))
    ends = _places_behind(document.text, holder.pairs[-1][1], indent)
    return plans + [(_whole_lines(document, place, lines),) for place in ends]


def plan_fill_null(document: Document, holder: Spot, key: Spot, value: Spot, items: Sequence[Writable]) -> list[Plan]:
    """`entries:` with nothing behind it."""
    colon = value.end
    if holder.flow:
        return [(Insertion(colon, f" {_in_brackets(items)}"),), (Insertion(colon, f": {_in_brackets(items)}"),)]
    indent = column(document.text, key.start)
    lines = _item_lines(items, indent=indent + _habit(document), gap=1, spaced=_many_lines(items))
    plans = [(_whole_lines(document, place, lines),) for place in _places_behind(document.text, value, indent)]
    return [*plans, (_whole_lines(document, line_end(document.text, colon), lines),)]


def plan_append(document: Document, target: Spot, items: Sequence[Writable]) -> list[Plan]:
    if target.flow:
        shown = [format_value(item, in_flow=True) for item in items]
        return list(_plans_in_brackets(document, target, shown, target.items))
    text = document.text
    dash = first_dash(target, text)
    indent = column(text, dash)
    last = target.items[-1]
    lines = _item_lines(items, indent=indent, gap=_gap(text, target, dash), spaced=False)
    spaced = _item_lines(items, indent=indent, gap=_gap(text, target, dash), spaced=True)
    airy = _is_airy(text, target, items)
    near, *far = _places_behind(text, last, indent)
    plans: list[Plan] = [(_whole_lines(document, near, ["", *spaced] if airy else lines),)]
    return [*plans, *((_whole_lines(document, place, lines),) for place in (near, *far))]


def _gap(text: str, target: Spot, dash: int) -> int:
    """Spaces between dash and item, as the list's first item has them."""
    between = target.items[0].start - dash - 1
    return (
        between
        if 0 < between <= 8
        and text[dash + 1 : dash + 1 + between].isspace()
        and "\n" not in text[dash : dash + between]
        else 1
    )


def _is_airy(text: str, target: Spot, items: Sequence[Writable]) -> bool:
    """True where blank lines stand between the items of a list, or would do it good."""
    if len(target.items) == 1:
        only = target.items[0]
        return "\n" in text[only.start : only.end].strip() and _many_lines(items)
    before, last = target.items[-2:]
    return re.search(r"\n[ \t]*\r?\n", text[before.end : last.start]) is not None


def _many_lines(items: Sequence[Writable]) -> bool:
    return any(len(format_item(item, indent=0)) > 1 for item in items)


def _item_lines(items: Sequence[Writable], *, indent: int, gap: int, spaced: bool) -> list[str]:
    lines: list[str] = []
    for item in items:
        if lines and spaced:
            lines.append("")
        lines += format_item(item, indent=indent, gap=gap)
    return lines


def _list_lines(key: str, items: Sequence[Writable], *, indent: int, dash: int) -> list[str]:
    return [f"{' ' * indent}{key}:", *_item_lines(items, indent=dash, gap=1, spaced=_many_lines(items))]


def _habit(document: Document) -> int:
    """How far this file's lists stand in from their keys; 0 where dashes stand under the key's first letter."""
    for holder in _mappings(document.root):
        for key, value in holder.pairs:
            if value.is_list and not value.flow and value.items:
                step = column(document.text, first_dash(value, document.text)) - column(document.text, key.start)
                if 0 <= step <= 8:
                    return step
    return STEP


def _mappings(spot: Spot | None) -> Iterator[Spot]:
    if spot is None:
        return
    if spot.pairs:
        yield spot
    for child in (*spot.items, *(value for _, value in spot.pairs)):
        yield from _mappings(child)


# ── places ──


def _places_behind(text: str, spot: Spot, indent: int) -> list[int]:
    """Line beginnings behind a value of a list or mapping in the column `indent`, the likeliest first.

    Comments deeper than `indent` belong to the value. The later places are for block scalars that keep blank lines.
    """
    near = after = line_end(text, spot.end)
    while after < len(text):
        end = line_end(text, after)
        line = text[after:end]
        words = line.strip()
        if words.startswith("#") and len(line) - len(line.lstrip(" ")) > indent:
            near = end
        elif words:
            break
        after = end
    kept = line_start(text, spot.raw_end) if spot.raw_end > spot.end else near
    return list(dict.fromkeys((near, kept, max(kept, near), after)))


def _above_comments(text: str, offset: int) -> int:
    """Where the line of a key begins, or the comment lines directly above it in the same column."""
    place = line_start(text, offset)
    indent = offset - place
    while place:
        above = line_start(
            text, place - 1 if text[place - 1] != "\n" or place < 2 or text[place - 2] != "\r" else place - 2
        )
        line = text[above:place]
        if not line.strip().startswith("#") or len(line) - len(line.lstrip(" ")) != indent:
            break
        place = above
    return place


def _whole_lines(document: Document, offset: int, lines: Sequence[str]) -> Insertion:
    """Lines at the beginning of a line, or at the end of a text that may lack its last line break."""
    text = document.text
    unfinished = offset == len(text) and text != "" and text[-1] not in "\r\n"
    body = document.line_break.join(lines) + document.line_break
    return Insertion(offset, document.line_break + body if unfinished else body)


# ── brackets ──


def _in_brackets(items: Sequence[Writable]) -> str:
    return "[" + ", ".join(format_value(item, in_flow=True) for item in items) + "]"


def _plans_in_brackets(
    document: Document, target: Spot, shown: Sequence[str], parts: Sequence[Spot]
) -> Iterator[Plan]:
    """Text between brackets, behind the last of `parts`."""
    text = document.text
    if not parts:
        yield (Insertion(opening(target, text) + 1, ", ".join(shown)),)
        yield (Insertion(target.end - 1, ", ".join(shown)),)
        return
    end = parts[-1].end
    closing = target.end - 1
    indent = _own_line_indent(text, parts[-1] if not target.is_mapping else target.pairs[-1][0])
    if indent is None or line_end(text, end) > closing:
        glue = ", " if indent is None else f",{document.line_break}{indent}"
        yield (Insertion(end, glue + glue.join(shown)),)
    else:
        yield _plan_bracket_lines(document, end, indent, shown)
    yield (Insertion(end, ", " + ", ".join(shown)),)
    yield (Insertion(closing, ", ".join(shown)),)


def _plan_bracket_lines(document: Document, end: int, indent: str, shown: Sequence[str]) -> Plan:
    """Lines of their own below the last part's line, whose comment stays with it."""
    text = document.text
    comma = re.compile(r"[ \t]*,").match(text, end)
    body = "".join(f"{indent}{part},{document.line_break}" for part in shown)
    if comma:
        return (Insertion(line_end(text, end), body),)
    bare = body.removesuffix(f",{document.line_break}") + document.line_break
    return (Insertion(end, ","), Insertion(line_end(text, end), bare))


def _own_line_indent(text: str, part: Spot) -> str | None:
    """The white space before a part that begins its line; None for others."""
    before = text[line_start(text, part.start) : part.start]
    return before if not before.strip() and line_start(text, part.start) > 0 else None


# ── keys of an entry ──


def plan_keys(document: Document, spot: Spot, pairs: Mapping[str, Writable], behind: Sequence[str]) -> Plan | None:
    if spot.is_text:
        return _plan_bare_link(document, spot, pairs)
    if not spot.is_mapping or not spot.pairs:
        return None
    waiting = {key: found[1] for key in pairs if (found := spot.pair(key))}
    if waiting:
        rest = {key: value for key, value in pairs.items() if key not in waiting}
        filled = tuple(
            _fill_waiting(document, place, pairs[key], key, in_flow=spot.flow) for key, place in waiting.items()
        )
        plan = plan_keys(document, spot, rest, behind) if rest else ()
        return None if plan is None else (*plan, *filled)
    key, value = next((found for found in map(spot.pair, behind) if found), spot.pairs[0])
    if spot.flow:
        return (Insertion(value.end, "".join(f", {shown}" for shown in _shown_pairs(pairs))),)
    if value.raw_end > value.end:
        return None
    lines = format_pairs(pairs, indent=column(document.text, key.start))
    return (_whole_lines(document, line_end(document.text, value.end), lines),)


def _fill_waiting(document: Document, place: Spot, value: Writable, key: str, *, in_flow: bool) -> Insertion:
    """A value for a key with nothing behind it, or with empty brackets."""
    if place.is_list:
        shown = format_value(value, in_flow=True)
        return Insertion(opening(place, document.text) + 1, shown.removeprefix("[").removesuffix("]"))
    return Insertion(place.end, f" {format_value(value, in_flow=in_flow, key=key)}")


def _plan_bare_link(document: Document, spot: Spot, pairs: Mapping[str, Writable]) -> Plan | None:
    text = document.text
    before = text[line_start(text, spot.start) : spot.start]
    if before.strip(" -") or (not before.strip() and line_start(text, spot.start) == 0):
        shown = "".join(f", {pair}" for pair in _shown_pairs(pairs))
        return (Insertion(spot.start, "{url: "), Insertion(spot.end, shown + "}"))
    lines = format_pairs(pairs, indent=len(before))
    return (Insertion(spot.start, "url: "), _whole_lines(document, line_end(text, spot.end), lines))


def _shown_pairs(pairs: Mapping[str, Writable]) -> list[str]:
    return [f"{key}: {format_value(value, in_flow=True, key=key)}" for key, value in pairs.items()]

"""Titles, names and languages of strangers → plain text that is safe to show anywhere."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from gleanings.patterns import later

Markup = Literal["text", "html", "guess"]
"""How a title is written: RFC 4287's two types, or unsaid, as in RSS."""

LONGEST_TITLE = 500
LONGEST_NAME = 120

_UNSHOWN = later(
    "\x1b\\[[0-9;?]*[A-Za-z]"  # terminal colours
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u202a-\u202e\u2066-\u2069"  # what turns the direction of the text around it
    "\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}
_HAS_C1 = later("[\x80-\x9f]")
_ENTITY = later(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INLINE = (
    "a|abbr|acronym|b|bdi|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span"
    "|strike|strong|sub|sup|tt|u|var"
)
_BLOCK = "div|h[1-6]|p|center|blockquote|li|ul|ol"
_VOID = later(r"<(?:br|wbr|hr)\s*/?>|<img\s[^<>]*>", re.I)
_OPEN_OR_CLOSE = later(rf"<(/?)({_INLINE}|{_BLOCK})(?:\s[^<>]*)?/?>", re.I)
_DANGEROUS = later(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.I | re.S)
_ANY_TAG = later(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.S)


def show(text: str, *, limit: int) -> str:
    """Plain text on one line: controls and direction tricks gone, white space as single spaces, bounded."""
    if _HAS_C1.search(text):
        text = text.translate(_C1)
    text = " ".join(_UNSHOWN.sub("", text).split())
    if len(text) <= limit:
        return text
    return (
        text[: limit - 1].rpartition(" ")[0].rstrip(" ,;:.–—-") + "…"
        if " " in text[:limit]
        else text[: limit - 1] + "…"
    )


def plain_title(written: str, markup: Markup = "guess") -> str | None:
    """A title as plain text; None where nothing is left.

    `text` is taken at its word. Otherwise references are read once and elements that really are elements (closed
    again, or without content by their nature) give way to their text: `<i>Foo</i>` is Foo, while `List<T>`,
    `x < y` and "The <img> tag" stay.
    """
    text = written[: LONGEST_TITLE * 20]
    if markup != "text":
        text = unescape(_strip_elements(text, loosely=markup == "html"))
    return show(text, limit=LONGEST_TITLE) or None


def unescape(text: str) -> str:
    """Character references that end in a semicolon, read once. `&copy=1` and `R&D` stay."""
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text) if "&" in text else text


def _strip_elements(text: str, *, loosely: bool) -> str:
    if "<" not in text:
        return text
    text = _DANGEROUS.sub(" ", text)
    text = _VOID.sub(" ", text)
    opened: list[tuple[str, int, int]] = []
    cuts: list[tuple[int, int]] = []
    for match in _OPEN_OR_CLOSE.finditer(text):
        name = match.group(2).lower()
        if not match.group(1):
            opened.append((name, match.start(), match.end()))
            continue
        partner = next((place for place in range(len(opened) - 1, -1, -1) if opened[place][0] == name), None)
        if partner is not None:
            cuts += [opened[partner][1:], match.span()]
            del opened[partner:]
        elif loosely:
            cuts.append(match.span())
    if loosely:
        cuts += [(start, end) for _, start, end in opened]
    for start, end in sorted(cuts, reverse=True):
        text = text[:start] + text[end:]
    return text


def strip_tags(text: str) -> str:
    """Text without anything that looks like a tag; for names, where `<` means nothing else."""
    return unescape(_ANY_TAG.sub(" ", _DANGEROUS.sub(" ", text[:20_000])))


# ── people ──

_MAIL = r"[^\s@<>()\"',;]+@[^\s@<>()\"',;]+"
_MAIL_THEN_NAME = later(rf"\s*(?:mailto:)?{_MAIL}\s*\((.*)\)\s*", re.S)
_NAME_THEN_MAIL = later(rf"\s*(.*?)\s*[<(](?:mailto:)?{_MAIL}[)>]\s*", re.S)
_BARE_MAIL = later(_MAIL)
_NOBODY = {
    "unknown",
    "noreply",
    "no-reply",
    "nobody",
    "none",
    "null",
    "undefined",
    "author",
    "n/a",
    "anonymous coward",
}
_AND = later(r"\s+(?:and|&|und|et|y)\s+|\s*;\s*")
_POST_NOMINALS = {
    "jr",
    "sr",
    "ii",
    "iii",
    "iv",
    "phd",
    "md",
    "dr",
    "esq",
    "msc",
    "ma",
    "ba",
    "cfa",
    "inc",
    "llc",
    "ltd",
}


def plain_name(written: str) -> str | None:
    """One person's name; the mail address that often stands beside it is never kept."""
    text = strip_tags(written) if "<" in written and not _NAME_THEN_MAIL.fullmatch(written) else unescape(written)
    for pattern in (_MAIL_THEN_NAME, _NAME_THEN_MAIL):
        match = pattern.fullmatch(text)
        if match:
            text = match.group(1)
            break
    text = strip_tags(_BARE_MAIL.sub(" ", text))
    text = show(text, limit=LONGEST_NAME).strip(" \"'<>()[],;")
    text = re.sub(r"^(?:by|von|par)\s+(?=\w)", "", text, flags=re.I) if len(text) > 6 else text
    return text if text and text.lower() not in _NOBODY and any(c.isalpha() for c in text) else None


def split_names(written: str) -> Iterator[str]:
    """A field of names → the names: "A B, C D and E F" are three, "Roe, Jane" is one, "Jane Roe, PhD" is one.

    References are read first: the semicolon of `&amp;` parts nothing.
    """
    for group in _split_and(unescape(written)):
        parts = [part.strip() for part in group.split(",")]
        whole = [part for part in parts if part]
        if len(whole) > 1 and all(_is_full_name(part) for part in whole):
            yield from whole
        else:
            yield group


def _split_and(written: str) -> list[str]:
    parts = [part.strip(" ,") for part in _AND.split(written)]
    if len(parts) > 1 and all(_is_full_name(piece) for part in parts for piece in part.split(",")):
        return parts
    return [written]


def _is_full_name(part: str) -> bool:
    words = part.split()
    return (
        2 <= len(words) <= 5 and words[-1].strip(".").lower() not in _POST_NOMINALS and any(c.isalpha() for c in part)
    )


def unique(texts: Iterable[str | None], *, limit: int) -> tuple[str, ...]:
    """What is there, each once, in order, at most `limit`."""
    return tuple(dict.fromkeys(text for text in texts if text))[:limit]


# ── languages ──

_LANGUAGE = later(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.@].*)?")


def language_tag(written: str | None) -> str | None:
    """A language as BCP 47 writes it: `en-us`, `EN_US` → `en-US`; None for what is no language."""
    match = _LANGUAGE.fullmatch((written or "").strip())
    if not match:
        return None
    language, script, region = match.groups()
    parts = (language.lower(), script.title() if script else None, region.upper() if region else None)
    return "-".join(part for part in parts if part)

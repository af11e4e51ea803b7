"""One item's foreign HTML → HTML that can stand in a page of ours, its words, and what is to be said about it.

The steps, in order: read (nh3 makes it well-formed) → gather Substack's footnotes → convert what publishers write →
convert pictures, players, links, headings, ids → take off the tail → mark formulas → nh3 again, last.
"""

from __future__ import annotations

from gleanings.fetch.clean.footnotes import find_kept_ids, gather_substack_notes, has_both_ends
from gleanings.fetch.clean.markup import Cleaning, Converter
from gleanings.fetch.clean.maths import mark_inline_maths
from gleanings.fetch.clean.plain import EXCERPT_LENGTH, excerpt, first_sentence, plain_text, text_in_line
from gleanings.fetch.clean.post import Post
from gleanings.fetch.clean.publishers import convert_card, drop_tail
from gleanings.fetch.clean.sanitise import normalise, sanitise
from gleanings.fetch.clean.substack import convert_component, is_substack
from gleanings.fetch.clean.tree import Element, format_tree, parse_tree
from gleanings.fetch.parse.parsed import ParsedItem
from gleanings.identity import host_label
from gleanings.values import Value, replace

__all__ = ["Cleaned", "clean_item", "is_substack", "plain_text"]

_MAX_ROUNDS = 4


class Cleaned(Value, kw_only=True):
    """An item's words, safe to store and to show."""

    html: str
    """Clean HTML, ready to stand in a page; ids begin with the item's key."""
    summary: str
    """Plain text of at most 300 characters; empty where the item says the same in summary and content."""
    title: str
    """Plain text, never empty."""
    flags: tuple[str, ...] = ()
    """truncated, no-title."""


def clean_item(item: ParsedItem, *, key: str, substack: bool) -> Cleaned:
    """Clean what an item brought; cleaning the result again changes nothing.

    `key` prefixes ids; `substack` says that the feed is one of Substack's (`is_substack`).
    """
    flags: list[str] = []
    source = item.content_html or item.summary_html
    post = Post(key=key, base=item.base_url or item.url or "", url=item.url, substack=substack)
    html, root, truncated = clean_html(source, post)
    if truncated:
        flags.append("truncated")
    title = item.title or ""
    if not title.strip():
        flags.append("no-title")
        title = _stand_in(root, item)
    return Cleaned(
        html=html,
        summary=_summary(item, root),
        title=title,
        flags=tuple(flags),
    )


def clean_html(source: str, post: Post) -> tuple[str, Element, bool]:
    """Clean HTML, its tree, and whether its end says that more was cut off."""
    html, truncated = source, False
    root = Element("")
    for _ in range(_MAX_ROUNDS):
        root, cut, settled = _clean_once(html, post)
        truncated = truncated or cut
        written = format_tree(root)
        html = sanitise(written)
        # Where the gate had to mend our tree (a block inside a paragraph), its answer is tidied like any other HTML.
        if html == written and settled:
            break
    return html, root, truncated


def _clean_once(html: str, post: Post) -> tuple[Element, bool, bool]:
    """The tree, whether its end was cut off, and whether its anchors all have both ends."""
    root = parse_tree(normalise(html))
    if post.substack and "footnote" in html:
        gather_substack_notes(root)
    post = replace(post, kept_ids=find_kept_ids(root, post) if "#" in html else frozenset())
    converters: tuple[Converter, ...] = (convert_component, convert_card) if post.substack else (convert_card,)
    cleaning = Cleaning(post, converters, lower_headings="<h1" in html.lower())
    root.children = cleaning.children(root)
    truncated = drop_tail(root, post)
    if post.substack and "$" in html:
        mark_inline_maths(root)
    return root, truncated, not post.kept_ids or has_both_ends(root)


def _summary(item: ParsedItem, root: Element) -> str:
    """The summary where it says something of its own, else the beginning of the content."""
    if not item.content_html or not item.summary_html:
        return excerpt(text_in_line(root, limit=2 * EXCERPT_LENGTH))
    summary = plain_text(item.summary_html)
    return "" if summary == text_in_line(root) else excerpt(summary)


def _stand_in(root: Element, item: ParsedItem) -> str:
    words = first_sentence(text_in_line(root, limit=200))
    return words or f"(untitled) {host_label(item.url or item.base_url)}".strip()

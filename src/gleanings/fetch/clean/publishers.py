"""What publishing systems add to a post that is not the post: cards, teasers, "appeared first on"."""

from __future__ import annotations

import re

from gleanings.fetch.clean.embeds import link_line
from gleanings.fetch.clean.maths import convert_katex
from gleanings.fetch.clean.post import Post
from gleanings.fetch.clean.tree import Element, Node, find_all, find_class, find_first, text_of
from gleanings.patterns import later

_DROPPED = frozenset({
    "kg-signup-card", "kg-email-cta-card", "kg-cta-card", "gh-subscribe-form", "gh-post-upgrade-cta", "sharedaddy",
    "jp-relatedposts", "sd-sharing", "wp-block-jetpack-subscriptions", "yarpp", "addtoany_share_save_container",
    "feedflare", "katex-html", "MathJax_Preview", "screen-reader-text", "mw-editsection", "mailchimp-form",
})  # fmt: skip
"""Classes of forms, sharing bars and lists of further posts."""


def convert_card(element: Element, post: Post, parent: str) -> list[Node] | None:
    """WordPress', Ghost's and KaTeX's constructs; None for everything else."""
    classes = element.attrs.get("class")
    if not classes:
        return None
    words = classes.split()
    if not _DROPPED.isdisjoint(words):
        return []
    if "kg-bookmark-card" in words or "kg-bookmark-container" in words:
        return _bookmark(element, parent)
    if "kg-file-card" in words:
        return _file(element, parent)
    if "kg-callout-card" in words:
        return [Element("aside", {"class": "callout"}, element.children)]
    if "katex" in words or "katex-display" in words:
        return convert_katex(element, post, parent)
    return None


def _bookmark(card: Element, parent: str) -> list[Node]:
    """A bookmark card as a line: title, publisher, author."""
    anchor = card if card.tag == "a" else find_first(card, "a")
    title = _words(card, "kg-bookmark-title") or text_of(card)
    details = [_words(card, "kg-bookmark-publisher"), _words(card, "kg-bookmark-author")]
    caption = find_first(card, "figcaption")
    found = link_line(
        parent, anchor.get("href") if anchor else None, title, details=" · ".join(filter(None, details))
    )
    return [*found, Element("p", {}, caption.children)] if caption else found


def _file(card: Element, parent: str) -> list[Node]:
    anchor = find_first(card, "a")
    title = _words(card, "kg-file-card-title") or _words(card, "kg-file-card-filename") or "File"
    return link_line(parent, anchor.get("href") if anchor else None, title)


def _words(card: Element, name: str) -> str:
    found = find_class(card, name)
    return " ".join(text_of(found).split()) if found else ""


# ── the tail ──

_APPEARED = later(
    r"\AThe (?:post|article|entry)\b.{1,400}\b(?:appeared|was) (?:first|originally) (?:published )?(?:on|at)\b",
    re.I | re.S,
)
_MORE = later(
    r"\A\W*(?:read more|continue reading|read on|keep reading|read the (?:rest|full|whole)\b.*|read full\b.*|more|"
    r"continue reading on .*|view (?:post|article)|full (?:story|article|post)|click here to read.*|weiterlesen|"
    r"lire la suite|seguir leyendo|leer más|läs mer|lees verder|leggi tutto|czytaj dalej|číst dál.*)\W*\Z",
    re.I | re.S,
)
_CONTINUE = later(r"\A(?:continue reading|read more)\b.{0,300}\Z", re.I | re.S)
_ELLIPSIS = later(r"(?:\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:more|continued)\s*(?:…|\.\.\.)?\s*\))\s*\Z", re.I)
_SUBSCRIBE = later(r"\bthanks for reading\b|\bsubscribe (?:for free|now|here|to)\b", re.I)
_LONGEST_LINE = 400
_SHORT = 1_500
"""Characters; a "Read more" under a longer text is a link to something else."""


def drop_tail(root: Element, post: Post) -> bool:
    """Take off, in place, what stands behind the last word of the post; True where it says that more was cut off.

    Invitations to subscribe go in front of the first word, too.
    """
    truncated = shortened = False
    words = text_of(root)
    length = len(words)
    while (at := _last_block(root.children)) is not None:
        last = root.children[at]
        assert isinstance(last, Element)
        text = " ".join(text_of(last).split())
        more = _is_more(last, text, post, length=length)
        if not more and not _APPEARED.match(text) and not _is_invitation(last, text):
            break
        truncated = truncated or more
        length -= len(text_of(last))
        shortened = True
        del root.children[at:]
    while (first := _first_block(root.children)) is not None and _is_invitation(first, text_of(first)):
        root.children.remove(first)
        shortened = True
    return _ends_in_ellipsis(text_of(root) if shortened else words) or truncated


def _is_invitation(block: Element, text: str) -> bool:
    """ "Thanks for reading! Subscribe for free …", with a link to a subscription."""
    if block.tag not in ("p", "div", "em") or len(text) >= _LONGEST_LINE or not _SUBSCRIBE.search(text):
        return False
    return any("/subscribe" in link.get("href") for link in _links(block))


def _is_more(last: Element, text: str, post: Post, *, length: int) -> bool:
    """A last line that is nothing but a link to the rest; `length` is that of the whole text."""
    if not text or len(text) > _LONGEST_LINE or (not _CONTINUE.match(text) and not _MORE.match(text)):
        return False
    links = _links(last)
    if len(links) != 1:
        return False
    if not _MORE.match(text) and " ".join(text_of(links[0]).split()) != text:
        return False
    own = (post.url or "").partition("#")[0].rstrip("/")
    leads_home = bool(own) and links[0].get("href").partition("#")[0].rstrip("/").startswith(own)
    return leads_home or length < _SHORT


def _ends_in_ellipsis(text: str) -> bool:
    text = text.rstrip()
    return len(text) < 2 * _SHORT and bool(_ELLIPSIS.search(text[-40:]))


def _links(element: Element) -> list[Element]:
    return [element] if element.tag == "a" else find_all(element, "a")


def _first_block(nodes: list[Node]) -> Element | None:
    return next((node for node in nodes if isinstance(node, Element)), None)


def _last_block(nodes: list[Node]) -> int | None:
    """Where the last element stands; None where loose text stands behind it."""
    for at in range(len(nodes) - 1, -1, -1):
        node = nodes[at]
        if isinstance(node, Element):
            if node.tag != "br":
                return at
        elif node.strip():
            return None
    return None

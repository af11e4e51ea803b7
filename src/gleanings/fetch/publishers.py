"""What publishing systems add to a post that is not the post: cards, teasers, "appeared first on"."""

from __future__ import annotations

import re

from gleanings.fetch.embeds import link_line
from gleanings.fetch.maths import convert_katex
from gleanings.fetch.post import Post
from gleanings.fetch.tree import Element, Node, find_all, find_class, find_first, text_of

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

_APPEARED = re.compile(
    r"\AThe (?:post|article|entry)\b.{1,400}\b(?:appeared|was) (?:first|originally) (?:published )?(?:on|at)\b",
    re.I | re.S,
)
_MORE = re.compile(
    r"\A\W*(?:read more|continue reading|read on|keep reading|read the (?:rest|full|whole)\b.*|read full\b.*|more|"
    r"continue reading on .*|view (?:post|article)|full (?:story|article|post)|click here to read.*|weiterlesen|"
    r"lire la suite|seguir leyendo|leer más|läs mer|lees verder|leggi tutto|czytaj dalej|číst dál.*)\W*\Z",
    re.I | re.S,
)
_CONTINUE = re.compile(r"\A(?:continue reading|read more)\b.{0,300}\Z", re.I | re.S)
_ELLIPSIS = re.compile(r"(?:\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:more|continued)\s*(?:…|\.\.\.)?\s*\))\s*\Z", re.I)
_SUBSCRIBE = re.compile(r"\bthanks for reading\b|\bsubscribe (?:for free|now|here|to)\b", re.I)
_SHORT = 1_500
"""Characters; a "Read more" under a longer text is a link to something else."""


def drop_tail(root: Element, post: Post) -> bool:
    """Take off, in place, what stands behind the last word of the post; True where it says that more was cut off."""
    truncated = False
    _drop_invitations(root)
    while (last := _last_block(root)) is not None:
        text = " ".join(text_of(last).split())
        if _APPEARED.match(text):
            _remove(root, last)
        elif _is_more(last, text, root, post):
            truncated = True
            _remove(root, last)
        else:
            break
    return _ends_in_ellipsis(root) or truncated


def _drop_invitations(root: Element) -> None:
    """ "Thanks for reading! Subscribe for free …" as the first or last block, where it links to a subscription."""
    for block in (_first_block(root), _last_block(root)):
        if block is None or block.tag not in ("p", "div", "em") or not _SUBSCRIBE.search(text_of(block)):
            continue
        links = [element.get("href") for element in _links(block)]
        if any("/subscribe" in href for href in links) and len(text_of(block)) < 400:
            _remove(root, block)


def _is_more(last: Element, text: str, root: Element, post: Post) -> bool:
    links = _links(last)
    if len(links) != 1 or not text or len(text) > 400:
        return False
    if not _MORE.match(text) and not (_CONTINUE.match(text) and " ".join(text_of(links[0]).split()) == text):
        return False
    own = (post.url or "").partition("#")[0].rstrip("/")
    leads_home = bool(own) and links[0].get("href").partition("#")[0].rstrip("/").startswith(own)
    return leads_home or len(text_of(root)) < _SHORT


def _ends_in_ellipsis(root: Element) -> bool:
    text = text_of(root).rstrip()
    return bool(_ELLIPSIS.search(text[-40:])) and len(text) < 2 * _SHORT


def _links(element: Element) -> list[Element]:
    return [element] if element.tag == "a" else find_all(element, "a")


def _first_block(root: Element) -> Element | None:
    return next((child for child in root.children if isinstance(child, Element)), None)


def _last_block(root: Element) -> Element | None:
    """The last element, where no loose text stands behind it."""
    for child in reversed(root.children):
        if isinstance(child, Element):
            if child.tag != "br":
                return child
        elif child.strip():
            return None
    return None


def _remove(root: Element, block: Element) -> None:
    root.children = [child for child in root.children if child is not block]

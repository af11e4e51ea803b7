"""Foreign mark-up as a page of ours can hold it: one walk over the tree, one rule a tag.

A rule is given an element whose children are converted already, and answers with what stands in its place. What
Substack writes is converted first (`substack`), so that its parts pass through the same rules as everybody's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from gleanings.fetch.clean.code_blocks import in_lines, is_code, language_of, read_code
from gleanings.fetch.clean.embeds import convert_frame, convert_media
from gleanings.fetch.clean.maths import convert_mathml, is_maths, read_maths
from gleanings.fetch.clean.pictures import convert_image, convert_picture
from gleanings.fetch.clean.post import Post
from gleanings.fetch.clean.sanitise import LINK_REL, TAGS
from gleanings.fetch.clean.tidy import is_blank, is_block, is_space, tidy
from gleanings.fetch.clean.tree import Element, Node, text_of
from gleanings.patterns import later

Rule = Callable[[Element, Post, str], list[Node]]
"""An element as it came, its post, its parent's tag → what stands in its place."""

Converter = Callable[[Element, Post, str], list[Node] | None]
"""The same for a publisher's construct; None: not one of mine. Its answer is cleaned like everything else."""

_RENAMED = {
    "tt": "code", "strike": "s", "dir": "ul", "menu": "ul", "listing": "pre", "section": "div", "article": "div",
    "main": "div", "header": "div", "footer": "div", "nav": "div", "center": "div", "address": "div",
    "fieldset": "div", "legend": "p", "hgroup": "div", "search": "div", "dialog": "div",
}  # fmt: skip
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NOT_FOR_PARAGRAPHS = frozenset({*_HEADINGS, "dt", "summary", "caption"})
_HIDDEN = later(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_LANGUAGE = later(r"\A[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}\Z")
_PERMALINKS = frozenset({"", "#", "¶", "§", "🔗", "⚓", "⌗"})
_KEPT: dict[str, tuple[str, ...]] = {
    "abbr": ("title",), "dfn": ("title",), "col": ("span",), "colgroup": ("span",), "del": ("datetime",),
    "ins": ("datetime",), "details": ("open",), "li": ("value",), "ol": ("start", "reversed", "type"),
    "td": ("colspan", "rowspan"), "th": ("colspan", "rowspan", "scope"), "time": ("datetime",),
}  # fmt: skip
_OWN_CLASSES: dict[str, tuple[str, ...]] = {
    "aside": ("callout", "sponsor"), "blockquote": ("pullquote", "post"), "section": ("footnotes",),
    "span": ("missing",),
}  # fmt: skip
_CITING = frozenset({"blockquote", "q", "del", "ins"})


class Cleaning:
    """One walk over one post's tree."""

    def __init__(self, post: Post, converters: tuple[Converter, ...], *, lower_headings: bool) -> None:
        self._post = post
        self._converters = converters
        self._shift = 1 if lower_headings else 0
        self._seen_ids: set[str] = set()

    def children(self, parent: Element, *, shown_in: str | None = None) -> list[Node]:
        """What stands in place of the children of `parent`, tidied."""
        nodes: list[Node] = []
        tag = parent.tag if shown_in is None else shown_in
        for child in parent.children:
            if isinstance(child, str):
                nodes.append(child)
            else:
                nodes.extend(self._element(child, tag))
        return tidy(nodes, parent=tag)

    def _element(self, element: Element, parent: str) -> list[Node]:
        attrs = element.attrs
        if attrs:
            if "hidden" in attrs or ("style" in attrs and _HIDDEN.search(attrs["style"])):
                return []
            for convert in self._converters:
                converted = convert(element, self._post, parent)
                if converted is not None:
                    return self._again(converted, parent)
        rule = _RULES.get(element.tag)
        if rule is not None:
            return rule(element, self._post, parent)
        if "class" in attrs and is_maths(element):
            return [read_maths(element)]
        return self._plain(element, parent)

    def _again(self, nodes: list[Node], parent: str) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            found.extend([node] if isinstance(node, str) else self._element(node, parent))
        return found

    def _plain(self, element: Element, parent: str) -> list[Node]:
        tag = self._tag(element)
        if tag == "pre" and is_code(element):
            return [read_code(element)] if text_of(element).strip() else []
        children = self.children(element, shown_in=tag)
        if tag == "a":
            return self._link(element, children, parent)
        attrs = self._attributes(element, tag) if element.attrs else {}
        if "id" not in attrs and is_blank(tag, children):
            return _space_of(children)
        if tag not in TAGS or (tag == "span" and not attrs):
            return children
        if tag == "div" and not attrs:
            return _division(children, parent)
        if tag == "pre":
            children = in_lines(children)
        return [Element(tag, attrs, children)]

    def _tag(self, element: Element) -> str:
        """What the element is called in our page; headings a step lower where the post has an h1 of its own."""
        if element.tag in _HEADINGS:
            return _HEADINGS[min(_HEADINGS.index(element.tag) + self._shift, 5)]
        if element.tag == "section" and "footnotes" in element.classes:
            return "section"
        return _RENAMED.get(element.tag, element.tag)

    def _link(self, element: Element, children: list[Node], parent: str) -> list[Node]:
        attrs = self._attributes(element, "a")
        href = element.get("href").strip()
        fragment = self._post.fragment(href) if "#" in href else None
        name = self._kept(fragment) if fragment else None
        if name and _is_permalink(children, parent):
            return []
        if name and not is_blank("a", children):
            return [Element("a", {"href": f"#{self._post.prefixed(name)}"} | attrs, children)]
        if name or href.startswith("#"):
            return [Element("a", attrs, children)] if "id" in attrs else children
        address = self._post.address(href) if href else None
        if address is None or is_blank("a", children):
            return [Element("a", attrs, children)] if "id" in attrs else children
        attrs = {"href": address} | ({"title": element.get("title")} if element.get("title").strip() else {}) | attrs
        if address.startswith("http"):
            attrs["rel"] = LINK_REL
        return [Element("a", attrs, children)]

    def _kept(self, fragment: str) -> str | None:
        return next((name for name in (fragment, unquote(fragment)) if name in self._post.kept_ids), None)

    def _attributes(self, element: Element, tag: str) -> dict[str, str]:
        came, attrs = element.attrs, {}
        for name in _KEPT.get(tag, ()):
            if name in came:
                attrs[name] = came[name]
        if tag in _CITING and "cite" in came and (address := self._post.file(came["cite"])):
            attrs["cite"] = address
        name = came.get("id") or (came.get("name", "") if tag == "a" else "")
        if name in self._post.kept_ids and name not in self._seen_ids:
            self._seen_ids.add(name)
            attrs["id"] = self._post.prefixed(name)
        if "class" in came and (kept := [name for name in _OWN_CLASSES.get(tag, ()) if name in element.classes]):
            attrs["class"] = kept[0]
        if tag == "code" and (language := language_of(element)):
            attrs["class"] = f"language-{language}"
        if came.get("dir", "").lower() in ("ltr", "rtl", "auto"):
            attrs["dir"] = came["dir"].lower()
        if "lang" in came and _LANGUAGE.match(came["lang"]) and tag not in ("pre", "code"):
            attrs["lang"] = came["lang"].replace("_", "-")
        return attrs


def _is_permalink(children: list[Node], parent: str) -> bool:
    """The sign behind a heading that links to the heading itself."""
    return parent in _HEADINGS and text_of(Element("", {}, children)).strip() in _PERMALINKS


def _space_of(children: list[Node]) -> list[Node]:
    """An empty element between two words still parts them."""
    return [" "] if any(isinstance(child, str) for child in children) else []


def _division(children: list[Node], parent: str) -> list[Node]:
    """A `div` that says nothing: gone around blocks, a paragraph around text."""
    blocks = [is_block(child) for child in children]
    if not any(blocks):
        return [Element("div" if parent in _NOT_FOR_PARAGRAPHS else "p", {}, children)]
    if all(block or is_space(child) for block, child in zip(blocks, children, strict=True)):
        return children
    return [Element("div", {}, children)]


_RULES: dict[str, Rule] = {
    "audio": convert_media,
    "iframe": convert_frame,
    "img": convert_image,
    "math": convert_mathml,
    "picture": convert_picture,
    "video": convert_media,
}

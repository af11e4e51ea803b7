"""Footnotes: which ids of a post stay, and Substack's notes gathered into one list at the end."""

from __future__ import annotations

from urllib.parse import unquote

from gleanings.fetch.clean.post import Post
from gleanings.fetch.clean.tree import Element, Node, walk
from gleanings.patterns import later

_NUMBER = later(r"\A#?footnote-(?:anchor-)?([\w-]{1,40})\Z")


def find_kept_ids(root: Element, post: Post) -> frozenset[str]:
    """The ids (and old `<a name>`s) that a link of the same post leads to."""
    ids: set[str] = set()
    targets: set[str] = set()
    for element in walk(root):
        attrs = element.attrs
        if not attrs:
            continue
        if "id" in attrs:
            ids.add(attrs["id"])
        if element.tag == "a":
            if "name" in attrs:
                ids.add(attrs["name"])
            if "#" in attrs.get("href", "") and (fragment := post.fragment(attrs["href"])):
                targets |= {fragment, unquote(fragment)}
    return frozenset(ids & targets)


def has_both_ends(root: Element) -> bool:
    """True where every id of a cleaned post has its link and every link within it its id."""
    ids = {element.attrs["id"] for element in walk(root) if "id" in element.attrs}
    links = (element.get("href") for element in walk(root) if element.tag == "a")
    return ids == {href[1:] for href in links if href.startswith("#")}


def gather_substack_notes(root: Element) -> None:
    """Make `sup > a` of Substack's anchors and one ordered list of its notes, linked both ways, in place.

    An anchor whose note was cut off with the rest of the text goes; so does a second anchor of the same number's id.
    """
    notes = {number: note for note in walk(root) if (number := _note_number(note))}
    used: set[str] = set()
    _convert(root, notes, used)
    if notes:
        items: list[Node] = [_list_item(number, note, linked=number in used) for number, note in notes.items()]
        root.children.append(Element("section", {"class": "footnotes"}, [Element("ol", {}, items)]))


def _convert(parent: Element, notes: dict[str, Element], used: set[str]) -> None:
    children: list[Node] = []
    for child in parent.children:
        if isinstance(child, str):
            children.append(child)
        elif _is_anchor(child):
            children.extend(_reference(child, notes, used))
        elif not _note_number(child):
            _convert(child, notes, used)
            children.append(child)
    parent.children = children
    for note in notes.values() if parent.tag == "" else ():
        _convert(note, {}, used)


def _is_anchor(element: Element) -> bool:
    return element.tag == "a" and (
        "footnote-anchor" in element.classes or element.get("data-component-name") == "FootnoteAnchorToDOM"
    )


def _number(text: str) -> str:
    found = _NUMBER.match(text)
    return found[1] if found else ""


def _note_number(element: Element) -> str:
    """The number of the note that `element` is; empty for anything else."""
    if element.tag != "div" or not (
        "footnote" in element.classes or element.get("data-component-name") == "FootnoteToDOM"
    ):
        return ""
    mark = next((found for found in walk(element) if "footnote-number" in found.classes), None)
    return _number(mark.get("id")) if mark else ""


def _reference(anchor: Element, notes: dict[str, Element], used: set[str]) -> list[Node]:
    number = _number("#" + anchor.get("href").rpartition("#")[2])
    if number not in notes:
        return []
    attrs = {"href": f"#footnote-{number}"}
    if number not in used:
        used.add(number)
        attrs["id"] = f"footnote-anchor-{number}"
    return [Element("sup", {}, [Element("a", attrs, list(anchor.children))])]


def _list_item(number: str, note: Element, *, linked: bool) -> Element:
    content = next((found for found in walk(note) if "footnote-content" in found.classes), note)
    children = [
        child for child in content.children if isinstance(child, str) or "footnote-number" not in child.classes
    ]
    if linked:
        back = Element("a", {"href": f"#footnote-anchor-{number}"}, ["↩"])
        last = children[-1] if children else None
        if isinstance(last, Element) and last.tag == "p":
            last.children += [" ", back]
        else:
            children += [" ", back]
    attrs = {"id": f"footnote-{number}"} | ({"value": number} if number.isdigit() else {})
    return Element("li", attrs, children)

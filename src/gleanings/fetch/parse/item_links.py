"""Which of an item's addresses is its link; which are its id, its discussion, other addresses of the same."""

from __future__ import annotations

from gleanings.fetch.parse.absolute import FeedLink, base_of, choose_alternate, resolve
from gleanings.fetch.parse.parsed import ParsedItem, Setting
from gleanings.fetch.parse.texts import show, unique
from gleanings.fetch.parse.vocabulary import Part, attribute, text_of
from gleanings.values import replace


def read_links(part: Part, base: str) -> list[FeedLink]:
    """Every Atom link, absolute; also those that stand in RSS."""
    links = []
    for element in part.all("link", "atom:link"):
        href = resolve(attribute(element, "href"), base_of(base, attribute(element, "xml:base")))
        if href:
            links.append(
                FeedLink(
                    href=href,
                    rel=attribute(element, "rel").lower().rpartition("/")[2] or "alternate",
                    type=attribute(element, "type").lower(),
                    hreflang=attribute(element, "hreflang"),
                )
            )
    return links


def with_file_as_link(item: ParsedItem) -> ParsedItem:
    """The sound or film itself is the link of an episode that has no other."""
    if item.url or not item.media:
        return item
    return replace(item, url=item.media[0], flags=(*item.flags, "link-from-file"))


def with_links(item: ParsedItem, part: Part, setting: Setting, base: str) -> ParsedItem:
    """The link, its rivals told apart: feedburner:origLink, RSS `<link>`, alternates, a guid that is a permalink."""
    links = read_links(part, base)
    guid_element = part.first("guid", "id", "atom:id", "dc:identifier")
    guid = text_of(guid_element).strip() if guid_element is not None else ""
    guid = guid or attribute(part.element, "rdf:about")
    written = [text for text in (text_of(one).strip() for one in part.all("link")) if text]
    original = resolve(part.text("feedburner:origlink"), base)
    plain = next((found for text in written if (found := resolve(text, base))), None)
    url = original or plain or choose_alternate(links, setting.lang)
    flags: tuple[str, ...] = ("bad-link",) if written and not plain and not url else ()
    permalink = resolve(guid, "") if guid_element is not None else None
    declared = attribute(guid_element, "isPermaLink").lower() if guid_element is not None else ""
    if url is None and permalink and declared != "false":
        url, flags = permalink, (*flags, "link-from-id")
    discussion = resolve(part.text("comments"), base) or next(
        (one.href for one in links if one.rel == "replies"), None
    )
    return replace(
        item,
        guid=show(guid, limit=2000) or None,
        url=url,
        aliases=unique((plain if original else None,), limit=5),
        discussion=discussion if discussion and discussion.partition("#")[0] != url else None,
        flags=(*item.flags, *flags),
    )

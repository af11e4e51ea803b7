"""An item as its three formats write it, made once.

The first and last bytes of its forms cannot stand in a text of a feed: what is found by a whole form is an item.
"""

from __future__ import annotations

from datetime import datetime

from gleanings.records import digest_bytes
from gleanings.render.feeds.atom import around_atom, atom_with_moment
from gleanings.render.feeds.formulas import annotated, has_maths, quick_xhtml, without_mathml
from gleanings.render.feeds.jsonfeed import json_item, json_with_moment
from gleanings.render.feeds.rss import around_rss
from gleanings.render.feeds.values import Forms, Item, LinkMeaning
from gleanings.render.feeds.xml import escape, xml_bytes
from gleanings.values import replace


def make_forms(item: Item, link: LinkMeaning) -> Forms:
    """The item in every format; `link` says what an RSS item's link means."""
    maths = has_maths(item.content)
    return Forms(
        changed=item.updated.isoformat(),
        text=xml_bytes(escape(without_mathml(item.content) if maths else item.content)),
        xhtml=_as_xhtml(item.content) if maths else None,
        around_rss=around_rss(item, link),
        around_atom=around_atom(item, xhtml=maths),
        json=json_item(item),
    )


def _as_xhtml(html: str) -> bytes:
    html = annotated(html)
    content = quick_xhtml(html)
    if content is None:
        from gleanings.render.feeds.soup import read_soup

        content = xml_bytes(read_soup(html))
    return content


def with_moment(forms: Forms, moment: datetime) -> Forms:
    """The same item, which says that it was updated at another moment; RSS does not tell."""
    return replace(
        forms,
        changed=moment.isoformat(),
        around_atom=atom_with_moment(forms.around_atom, forms.updated, moment),
        json=json_with_moment(forms.json, forms.updated, moment),
    )


def mark_of(forms: Forms) -> str:
    """What changes with the item."""
    return digest_bytes(b"".join((*forms.rss, forms.xhtml or b"", *forms.around_atom, *forms.json)))

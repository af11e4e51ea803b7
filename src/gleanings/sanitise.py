"""The last gate for HTML that we did not write. The only door to nh3."""

from __future__ import annotations

from collections.abc import Callable

_PROSE_TAGS = {
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del",
    "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
    "var", "wbr",
}  # fmt: skip
_PROSE_ATTRIBUTES = {
    "*": {"class", "dir", "lang", "title", "role", "aria-label", "tabindex"},
    "a": {"href", "hreflang"},
    "bdo": {"dir"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height", "loading", "referrerpolicy"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "q": {"cite"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
}
_PROSE_SCHEMES = {"http", "https", "mailto", "tel"}


def make_gate(
    *,
    tags: frozenset[str],
    emptied: frozenset[str],
    attributes: dict[str, set[str]],
    classes: dict[str, set[str]] | None = None,
    schemes: frozenset[str],
) -> Callable[[str], str]:
    """A set of rules for many texts; foreign HTML passes two of them (`fetch.clean.sanitise`).

    Only `tags` stay, of others their words, of `emptied` ones not even those. Made where it is needed: nh3 takes its
    time to load.
    """
    import nh3

    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags=set(emptied),
        attributes=attributes,
        allowed_classes=classes,
        link_rel=None,
        url_schemes=set(schemes),
    ).clean


def clean_prose(html: str) -> str:
    """A person's own prose with raw HTML in it: words stay; scripts, styles, frames, forms, handlers, ids go.

    Elements that were left open are closed, so that a stray `<div>` in a note cannot break a page. Ids go because a
    note stands on several pages beside others.
    """
    import nh3

    return nh3.clean(
        html,
        tags=_PROSE_TAGS,
        attributes=_PROSE_ATTRIBUTES,
        url_schemes=_PROSE_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )

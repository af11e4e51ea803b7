"""What the HTML of a text depends on besides its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gleanings.patterns import later
from gleanings.render.prose.markdown.links import Addresses, Files
from gleanings.render.prose.markdown.raw import clean, keep, put_back
from gleanings.values import Mutable, Value, field, replace

TAG = r"</?(?:abbr|b|bdi|br|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|wbr) */?>"
"""HTML that stands in a line, without attributes."""
TAGGED = later(TAG)


class Raw(Mutable):
    """What a text needs that may have HTML in it."""

    kept: list[str] = field(default_factory=list)
    """Markup of ours that stands aside while all is cleaned, see raw.py."""
    found: bool = False
    """Whether there is any."""


class Around(Value, kw_only=True, gc=True):
    """What the HTML of a line depends on besides its words."""

    quotes: tuple[str, ...] | None
    """The language's quotation marks, see `quotes_of`."""
    scope: Callable[[], str] | None
    """Tells whose footnotes these are; None: footnote markers are left out."""
    media: Files
    addresses: Addresses
    definitions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What `[words][label]` leads to: label (see `plain_label`) → address and title."""
    raw: Raw | None = None

    def keep(self, markup: str) -> str:
        """See raw.keep."""
        return markup if self.raw is None else keep(markup, self.raw.kept)

    def settled(self, html: str, *, is_raw: bool) -> str:
        """What was rendered here, when it is done; `is_raw` where there is HTML in it."""
        if self.raw is None:
            return html
        return put_back(clean(html, self.media, self.addresses) if is_raw else html, self.raw.kept)


def ready_for_html(text: str, around: Around) -> Around:
    """What is around a text, made ready where there may be HTML in it."""
    return replace(around, raw=Raw()) if "<" in text and TAGGED.search(text) else around

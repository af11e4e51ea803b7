"""A person's words as HTML: notes, intros, quotes, titles.

A fragment is rendered once for its words and its anchor, and does not know where on a page it will stand. What
depends on the page is left open by marks (control characters, which no text of ours contains) and settled by
`assemble` (assembly.py) when a page or a feed item is put together: the numbers of footnotes, the levels of headings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from gleanings.commonmark import Token, parse_blocks, parse_line, parse_title
from gleanings.render.assembly import mark_definitions, plain_text, scope_of
from gleanings.render.media import Media
from gleanings.render.tokens import Setting, render_blocks, render_definitions, render_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Something in a text that could only be shown as it was written."""

    anchor: str
    text: str
    """The words in question, such as a formula's TeX."""


@dataclass(slots=True, kw_only=True)
class Prose:
    """Renders texts and remembers what it rendered."""

    media: Media
    lang: str = "en"
    """The site's language, for texts that name none."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Files below content/ that a text may link to by name (`2026-10.yaml`, `pages/about.md`) → their addresses."""
    unreadable: list[Unreadable] = field(default_factory=list)
    _known: dict[tuple[str, ...], Markup] = field(default_factory=dict)

    def block(self, text: str, *, anchor: str, lang: str | None = None) -> Markup:
        """Markdown of any length as block HTML.

        `anchor` names the entry (section, roundup) the text belongs to, in letters that an id may have, and is
        unique in the whole site, such as `2026-11-mixtral`: footnote labels are per anchor, so that a marker in one
        text of an entry finds the definition in another, and ids never collide on a page with several roundups.
        Footnotes defined in the text follow it as `<ol class="footnotes">`.
        """
        key = ("block", text, anchor, lang or self.lang)
        if key not in self._known:
            tokens, environment = parse_blocks(text, lang=lang or self.lang)
            setting = self._setting(text, anchor, environment)
            body = render_blocks(tokens, setting)
            notes = render_definitions(tokens, setting)
            self._known[key] = Markup(body + mark_definitions(setting.scope or "", notes))  # noqa: S704 — rendered and cleaned
        return self._known[key]

    def inline(self, text: str, *, anchor: str | None = None, lang: str | None = None) -> Markup:
        """A line of Markdown as inline HTML, with smart punctuation: captions, subtitles, reasons."""
        key = ("inline", text, anchor or "", lang or self.lang)
        if key not in self._known:
            tokens, environment = parse_line(text, lang=lang or self.lang)
            self._known[key] = self._line(text, tokens, anchor, environment)
        return self._known[key]

    def title(self, text: str, *, anchor: str | None = None) -> Markup:
        """A work's title as inline HTML: quotes and dashes as typed, no links.

        A footnote marker is kept where `anchor` names the entry that defines it, and left out elsewhere.
        """
        key = ("title", text, anchor or "")
        if key not in self._known:
            self._known[key] = self._line(text, parse_title(text), anchor, {})
        return self._known[key]

    def plain(self, text: str) -> str:
        """A line of Markdown as plain text, for `title` elements, feeds and lists."""
        return plain_text(self.title(text))

    def plain_block(self, text: str) -> str:
        """Markdown of any length as plain text, one line a block; footnotes and pictures left out."""
        return plain_text(self.block(text, anchor=""))

    def _line(self, text: str, tokens: list[Token], anchor: str | None, environment: Mapping[str, object]) -> Markup:
        setting = self._setting(text, anchor, environment)
        body = render_line(tokens, setting)
        notes = render_definitions([], setting)
        return Markup(body + mark_definitions(setting.scope or "", notes))  # noqa: S704 — rendered and cleaned

    def _setting(self, text: str, anchor: str | None, environment: Mapping[str, object]) -> Setting:
        return Setting(
            scope=None if anchor is None else scope_of(anchor, text),
            media=self.media,
            addresses=self.addresses,
            environment=environment,
            on_unreadable=lambda words: self.unreadable.append(Unreadable(anchor=anchor or "", text=words)),
        )

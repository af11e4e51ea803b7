"""A person's words as HTML: notes, intros, quotes, titles.

A fragment is rendered once for its words and its anchor, and does not know where on a page it will stand. What
depends on the page is left open by marks (control characters, which no text of ours contains) and settled by
`assemble` (assembly.py) when a page or a feed item is put together: the numbers of footnotes, the levels of headings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from markupsafe import Markup

from gleanings.patterns import holds
from gleanings.punctuation import quotes_of
from gleanings.records import Records
from gleanings.render.prose.assembly import plain_text, scope_of
from gleanings.render.prose.markdown import quick
from gleanings.render.prose.markdown.around import Around
from gleanings.render.prose.markdown.quick_lines import is_plain
from gleanings.render.prose.markdown.setting import Setting
from gleanings.render.prose.media import Media, MediaFile, media_name
from gleanings.values import Mutable, Value, field


class Unreadable(Value, kw_only=True):
    """Something in a text that could only be shown as it was written."""

    anchor: str
    text: str
    """The words in question, such as a formula's TeX."""


class Lookups(Value):
    """What texts asked of the rest of the site, and the answers: while these hold, the texts look the same."""

    media: tuple[tuple[str, MediaFile | None], ...] = ()
    """File as written → what is known of it."""
    links: tuple[tuple[str, str | None], ...] = ()
    """File below content/ → the address of its page."""


class Fragment(Value):
    """A text as HTML."""

    html: Markup
    lookups: Lookups
    unreadable: tuple[Unreadable, ...]
    dear: bool
    """Whether it took the full parser, colours or formulas, so that it is worth remembering."""


_NOTHING = Lookups()
"""Of texts that asked for nothing, as most do."""

Key = tuple[str, ...]
"""How a text was rendered (`block`, `inline`, `title`), its words, anchor and language."""


class Seen(Mutable):
    """What was used while somebody watched."""

    fragments: dict[Key, Fragment] = field(default_factory=dict)
    media: dict[str, MediaFile | None] = field(default_factory=dict)
    """Pictures that stand beside texts."""

    def lookups(self) -> Lookups:
        media = dict(self.media)
        links: dict[str, str | None] = {}
        for fragment in self.fragments.values():
            media.update(fragment.lookups.media)
            links.update(fragment.lookups.links)
        return Lookups(tuple(sorted(media.items(), key=_first)), tuple(sorted(links.items(), key=_first)))

    def unreadable(self) -> tuple[Unreadable, ...]:
        return tuple(dict.fromkeys(one for fragment in self.fragments.values() for one in fragment.unreadable))


def _first(pair: tuple[str, object]) -> str:
    return pair[0]


class Prose(Mutable, kw_only=True):
    """Renders texts and remembers what it rendered."""

    media: Media
    lang: str = "en"
    """The site's language, for texts that name none."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Files below content/ that a text may link to by name (`2026-10.yaml`, `pages/about.md`) → their addresses."""
    _known: dict[Key, Fragment] = field(default_factory=dict)
    _watching: list[Seen] = field(default_factory=list)

    def block(self, text: str, *, anchor: str, lang: str | None = None) -> Markup:
        """Markdown of any length as block HTML.

        `anchor` names the entry (section, roundup) the text belongs to, in letters that an id may have, and is
        unique in the whole site, such as `2026-11-mixtral`: footnote labels are per anchor, so that a marker in one
        text of an entry finds the definition in another, and ids never collide on a page with several roundups.
        Footnotes defined in the text follow it as `<ol class="footnotes">`.
        """
        language = lang or self.lang
        return self._find(("block", text, anchor, language), lambda asked: _block(text, anchor, language, asked))

    def inline(self, text: str, *, anchor: str | None = None, lang: str | None = None) -> Markup:
        """A line of Markdown as inline HTML, with smart punctuation: captions, subtitles, reasons."""
        if _is_its_own_html(text):
            return _as_html(text)
        key = ("inline", text, _key(anchor), lang or self.lang)
        return self._find(key, lambda asked: _line(text, anchor, lang or self.lang, asked))

    def title(self, text: str, *, anchor: str | None = None) -> Markup:
        """A work's title as inline HTML: quotes and dashes as typed, no links.

        A footnote marker is kept where `anchor` names the entry that defines it, and left out elsewhere.
        """
        if _is_its_own_html(text):
            return _as_html(text)
        key = ("title", text, _key(anchor))
        return self._find(key, lambda asked: _title(text, anchor, asked))

    def plain(self, text: str) -> str:
        """A line of Markdown as plain text, for `title` elements, feeds and lists."""
        return plain_text(self.title(text))

    def plain_block(self, text: str) -> str:
        """Markdown of any length as plain text, one line a block; footnotes and pictures left out."""
        return plain_text(self.block(text, anchor=""))

    def find_media(self, written: str) -> MediaFile | None:
        """The file of ours that stands beside a text, such as a cover."""
        file = self.media.find(written)
        for seen in self._watching:
            seen.media[written] = file
        return file

    @contextmanager
    def watch(self) -> Iterator[Seen]:
        """For the length of the block, note every text and file that is used."""
        seen = Seen()
        self._watching.append(seen)
        try:
            yield seen
        finally:
            self._watching.pop()

    def remember(self, fragments: Mapping[Key, Fragment]) -> None:
        """Take over what another run rendered, as far as it still holds."""
        for key, fragment in fragments.items():
            if key not in self._known and self.holds(fragment.lookups):
                self._known[key] = fragment

    def let_go(self, keys: Iterable[Key]) -> None:
        """These texts are not needed any more, or seldom enough to be rendered again."""
        for key in keys:
            self._known.pop(key, None)

    def holds(self, lookups: Lookups) -> bool:
        """Whether the site still gives the same answers."""
        return all(self.media.find(name) == file for name, file in lookups.media) and all(
            self.addresses.get(name) == address for name, address in lookups.links
        )

    def _find(self, key: Key, render: Callable[[_Asked], str]) -> Markup:
        fragment = self._known.get(key)
        if fragment is None:
            asked = _Asked(self.media, self.addresses)
            html = _as_html(render(asked))
            dear = asked.in_full or _is_dear(key[1], html)
            fragment = self._known[key] = Fragment(html, asked.lookups(), tuple(asked.unreadable), dear)
        for seen in self._watching:
            seen.fragments[key] = fragment
        return fragment.html


def recall_prose(name: str, prose: Prose, records: Records) -> Mapping[Key, Fragment]:
    """Take over the texts of a roundup that another build rendered; returns them."""
    fragments = records.load(f"prose {name}", prose.lang, dict[Key, Fragment]) or {}
    prose.remember(fragments)
    return fragments


def remember_prose(name: str, fragments: Mapping[Key, Fragment], prose: Prose, records: Records) -> None:
    """Leave for the next build those texts of a roundup that are dear to render."""
    dear = {key: one for key, one in fragments.items() if one.dear}
    if dear:
        records.save(f"prose {name}", prose.lang, dear)


class _Asked:
    """Answers what one text asks of the site, and writes it down."""

    def __init__(self, media: Media, addresses: Mapping[str, str]) -> None:
        self._media = media
        self._addresses = addresses
        self.media: dict[str, MediaFile | None] = {}
        self.links: dict[str, str | None] = {}
        self.unreadable: list[Unreadable] = []
        self.in_full = False
        """Whether the full parser was needed."""

    def find(self, written: str) -> MediaFile | None:
        """See Media.find."""
        file = self._media.find(written)
        if media_name(written) is not None:
            self.media[written] = file
        return file

    def get(self, path: str) -> str | None:
        """The address of a file below content/."""
        address = self.links[path] = self._addresses.get(path)
        return address

    def lookups(self) -> Lookups:
        if not self.media and not self.links:
            return _NOTHING
        return Lookups(tuple(self.media.items()), tuple(self.links.items()))


def _is_its_own_html(line: str) -> bool:
    """Whether there is nothing to render in a line, nothing to look up and nothing to remember."""
    return line.isprintable() and is_plain(line)


def _as_html(html: str) -> Markup:
    """What is rendered and cleaned already; without Markup's own look at what it is given, which takes longer."""
    return str.__new__(Markup, html)


def _is_dear(text: str, html: str) -> bool:
    """Whether there are formulas in it or colours, so that it is worth remembering."""
    fenced = holds(text, "```") or holds(text, "~~~")
    return ("$" in text and "<math" in html) or (fenced and '<code class="highlight' in html)


def _setting(text: str, anchor: str | None, asked: _Asked) -> Setting:
    asked.in_full = True
    return Setting(
        scope=None if anchor is None else scope_of(anchor, text),
        media=asked,
        addresses=asked,
        on_unreadable=lambda words: asked.unreadable.append(Unreadable(anchor=anchor or "", text=words)),
    )


def _around(text: str, anchor: str | None, lang: str, asked: _Asked) -> Around:
    scope = None if anchor is None else lambda: scope_of(anchor, text)
    return Around(quotes=quotes_of(lang), scope=scope, media=asked, addresses=asked)


def _block(text: str, anchor: str, lang: str, asked: _Asked) -> str:
    def full(region: str) -> str:
        from gleanings.render.prose.markdown import full

        return full.render_text(region, lang, _setting(text, anchor, asked))

    html = quick.render_text(text, _around(text, anchor, lang, asked), full)
    return full(text) if html is None else html


def _line(text: str, anchor: str | None, lang: str, asked: _Asked) -> str:
    html = quick.render_line(text, _around(text, anchor, lang, asked))
    if html is not None:
        return html
    from gleanings.render.prose.markdown import full

    return full.render_line(text, lang, _setting(text, anchor, asked))


def _title(text: str, anchor: str | None, asked: _Asked) -> str:
    html = quick.render_title(text, _around(text, anchor, "", asked))
    if html is not None:
        return html
    from gleanings.render.prose.markdown import full

    return full.render_title(text, _setting(text, anchor, asked))


def _key(anchor: str | None) -> str:
    return "\0" if anchor is None else anchor

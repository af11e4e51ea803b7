"""Any HTML as XML: tags in the wrong order, attributes without quotes, comments, references of HTML's own."""

from __future__ import annotations

from html.parser import HTMLParser

from gleanings.render.feeds.formulas import MATHML, MATHML_ATTRIBUTES, VOID, XHTML
from gleanings.render.feeds.xml import escape, quoted


def read_soup(html: str) -> str:
    """The content as one `div`: every element that was opened is closed, and no other."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return f'<div xmlns="{XHTML}">{"".join(reader.out)}</div>'


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._open: list[str] = []
        self._in_maths = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attrs}
        if tag == "math" or self._in_maths:
            names = {name: value for name, value in names.items() if name in MATHML_ATTRIBUTES}
        if tag == "math":
            names["xmlns"] = MATHML
            self._in_maths = True
        if "lang" in names:
            names["xml:lang"] = names.pop("lang")
        filled = "".join(f' {name}="{quoted(value)}"' for name, value in names.items())
        self.out.append(f"<{tag}{filled} />" if tag in VOID else f"<{tag}{filled}>")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._close()

    def handle_endtag(self, tag: str) -> None:
        if tag == "math":
            self._in_maths = False
        if tag in self._open:
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.out.append(escape(data))

    def close(self) -> None:
        super().close()
        while self._open:
            self._close()

    def _close(self) -> str:
        tag = self._open.pop()
        self.out.append(f"</{tag}>")
        return tag

"""What a roundup's file says, and what a page or a feed says, told independently of the program.

The source is read by a plain YAML reader and a few expressions, the output by a plain HTML reader, so that a fault of
ours in reading Markdown does not hide a fault in writing it. Quotation marks, dashes and dots may differ (smart
punctuation): only words, numbers and speaking signs count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

import yaml

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|[$<>+=%&@¥{}☕🎉💡👩💻]")
_FENCE = re.compile(r"^[ ]*```(\w*)\n(.*?)^[ ]*```[ ]*$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"(?<![\w$\\])\$([A-Z]|[^\s$](?=[^$\n]*[\\^_={}])[^$\n]*)\$(?![\d$])")
_PICTURE = re.compile(r'!\[([^\]]*)\]\(([^\s)]+)(?:\s+"([^"]*)")?\)')
_DEFINED = re.compile(r'^[ ]*\[([^\]^]+)\]:\s+(\S+)(?:\s+"[^"]*")?$', re.MULTILINE)
_BY_NAME = re.compile(r"\[([^\]]+)\]\[(\w+)\]")
_LINK = re.compile(r'\[((?:[^\[\]]|\[[^\]]*\])*)\]\(<?([^\s)>]+)>?(?:\s+"[^"]*")?\)')
_POINTED = re.compile(r"<((?:https?|mailto):[^>\s]+)>")
_RAW_LINK = re.compile(r'<a href="([^"]+)">')
_RAW_TAG = re.compile(r"</?(?:a|b|i|sub|sup)\b[^>]*>")
_BARE = re.compile(r"(?<![\w(<\"/\x00])https?://[^\s<>]+[^\s<>.,;:!?]")
_NOTE = re.compile(r"\[\^[^\]]+\]:?")
_LINE_START = re.compile(r"^[ ]*(?:>[ ]*)*(?:(?:[-*+]|\d+\.)[ ]+(?:\[[ x]\][ ]+)?|#+[ ]+|:[ ]+)?", re.MULTILINE)
_CALLOUT = re.compile(r"\[!\w+\]")
_ITEM = re.compile(r"^( *)([-*+]|\d+\.) +(.*)$")


@dataclass
class Said:
    """What one text, entry or roundup says."""

    texts: list[str] = field(default_factory=list)
    """Plain runs of words: paragraphs, titles, names."""
    links: set[str] = field(default_factory=set)
    formulas: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    notes: int = 0
    pictures: list[str] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)
    items: list[tuple[str, str | None, str]] = field(default_factory=list)
    """Points of lists: words, words of the point above it (None: at the top), `ol` or `ul`."""

    def add(self, other: Said) -> None:
        for name in ("texts", "formulas", "code", "pictures", "alts", "items"):
            getattr(self, name).extend(getattr(other, name))
        self.links |= other.links
        self.notes += other.notes


def words(text: str) -> list[str]:
    """Words, numbers and speaking signs, whatever the punctuation between them."""
    return _WORD.findall(unicodedata.normalize("NFC", text).replace("\ufe0f", ""))


def load(text: str) -> dict[str, Any]:
    """The file as a plain YAML reader sees it, every scalar a text."""
    return dict(yaml.load(text, Loader=yaml.BaseLoader))


# ── the source ──


def of_markdown(text: str) -> Said:
    """What a piece of prose says."""
    said = Said(items=list(_items(text)))

    def fence(found: re.Match[str]) -> str:
        lines = found[2].splitlines()
        indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        said.code.append("\n".join(line[indent:] for line in lines))
        return ""

    kept: list[str] = []

    def keep(body: str) -> str:
        kept.append(body)
        return f"\x00{len(kept) - 1}\x00"

    text = _FENCE.sub(fence, text)
    text = _CODE.sub(lambda found: keep(found[2].replace("\\|", "|")), text)

    def formula(found: re.Match[str]) -> str:
        said.formulas.append(found[1].strip())
        return " "

    text = _INLINE.sub(formula, _DISPLAY.sub(formula, text))
    named = {found[1]: found[2] for found in _DEFINED.finditer(text)}
    text = _DEFINED.sub("", text)

    def picture(found: re.Match[str]) -> str:
        said.pictures.append(found[2])
        said.alts.append(found[1])
        said.texts.append(_bare(found[3] or ""))
        return "\n\n"

    text = _PICTURE.sub(picture, text)

    def link(words_at: int, address: str) -> str:
        said.links.add(address)
        return "" if words_at < 0 else str(words_at)

    def linked(found: re.Match[str]) -> str:
        link(0, found[2])
        return found[1]

    text = _LINK.sub(linked, text)
    for found in _BY_NAME.finditer(text):
        link(0, named[found[2]])
    text = _BY_NAME.sub(r"\1", text)
    said.links.update(_POINTED.findall(text))
    text = _POINTED.sub(lambda found: found[1].removeprefix("mailto:"), text)
    said.links.update(_RAW_LINK.findall(text))
    text = _RAW_TAG.sub("", text)
    said.links.update(_BARE.findall(text))
    said.notes += len(re.findall(r"^[ ]*\[\^[^\]]+\]:", text, re.MULTILINE))
    text = _LINE_START.sub("", _CALLOUT.sub("", _NOTE.sub("", text)))
    text = re.sub(r"^[ :|-]{5,}$|^-{3,}$", "", text, flags=re.MULTILINE).replace("|", " ")
    text = re.sub("\x00(\\d+)\x00", lambda found: kept[int(found[1])], _bare(text))
    said.texts += [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]
    return said


def _bare(text: str) -> str:
    """A line without the marks of emphasis; an underscore inside a word or formula is part of it."""
    return re.sub(r"\*+|~~|(?<![\w)\]}])_|_(?![\w\\{])|\\(?=[*_|])|`", "", text)


def of_title(text: str) -> Said:
    return Said(texts=[_bare(_NOTE.sub("", text))])


def _items(text: str) -> Iterator[tuple[str, str | None, str]]:
    """Points of lists by their indentation."""
    above: list[tuple[int, str]] = []
    for line in _FENCE.sub("", text).splitlines():
        found = _ITEM.match(line)
        if not found:
            if line.strip() and not line.startswith(" "):
                above.clear()
            continue
        indent = len(found[1])
        while above and above[-1][0] >= indent:
            above.pop()
        said = " ".join(words(_plain(re.sub(r"^\[[ x]\] ", "", found[3]))))
        yield said, above[-1][1] if above else None, "ol" if found[2][0].isdigit() else "ul"
        above.append((indent, said))


def _plain(line: str) -> str:
    return _bare(_RAW_TAG.sub("", _NOTE.sub("", _LINK.sub(r"\1", line))))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def of_entry(entry: Any) -> Said:
    """What an entry says, related ones included."""
    said = Said()
    if isinstance(entry, str):
        if entry.startswith("http") and " " not in entry:
            said.links.add(entry)
        else:
            said.add(of_markdown(entry))
        return said
    for key, value in entry.items():
        said.add(_of_key(key, value))
    return said


def _of_key(key: str, value: Any) -> Said:
    if key in ("url", "archive"):
        return Said(links={value})
    if key in ("label", "source", "kind"):
        return Said(texts=[value])
    if key in ("pick", "again"):
        return of_markdown("" if value == "true" else value)
    if key in _SILENT:
        return Said()
    said = Said()
    if key == "links":
        for role, links in value.items():
            said.texts.append(role)
            for link in _listed(links):
                said.add(_of_work(link))
        return said
    for one in value.split(", ") if key == "authors" and isinstance(value, str) else _listed(value):
        said.add(_READERS[key](one))
    return said


def _of_quote(quote: Any) -> Said:
    if isinstance(quote, str):
        return of_markdown(quote)
    said = of_markdown(quote["text"])
    said.add(of_markdown(quote.get("note", "")))
    said.texts += [quote["by"]] if "by" in quote else []
    said.links |= {quote["url"]} if "url" in quote else set()
    return said


def _of_image(image: Any) -> Said:
    said = of_markdown(image.get("caption", ""))
    said.pictures.append(image["src"])
    said.alts.append(image.get("alt", ""))
    return said


def _of_update(update: Any) -> Said:
    return of_markdown(update if isinstance(update, str) else update["note"])


def _of_name(one: Any) -> Said:
    if isinstance(one, str):
        return Said(links={one}) if one.startswith("http") else Said(texts=[one])
    return Said(texts=[one["name"]], links={one["url"]} if "url" in one else set())


def _of_work(work: Any) -> Said:
    if isinstance(work, str):
        return Said(links={work})
    said = Said(links={work["url"]})
    if "title" in work:
        said.add(of_title(work["title"]))
    said.add(of_markdown(work.get("note", "")))
    for author in _listed(work.get("authors", [])):
        said.add(_of_name(author))
    return said


_SILENT = ("status", "tags", "private", "published", "lang", "read", "id")
"""Keys whose values are no prose: facts for lists, machines, oneself."""
_READERS: Mapping[str, Callable[[Any], Said]] = {
    "title": of_title,
    "note": of_markdown,
    "thought": of_markdown,
    "authors": _of_name,
    "via": _of_name,
    "also": _of_work,
    "quotes": _of_quote,
    "image": _of_image,
    "images": _of_image,
    "cover": _of_image,
    "updates": _of_update,
    "related": of_entry,
}


def of_roundup(roundup: Mapping[str, Any]) -> Said:
    """What a roundup says, but for its title."""
    said = Said()
    for key in ("subtitle", "summary", "intro", "outro"):
        said.add(of_markdown(roundup.get(key, "")))
    if "cover" in roundup:
        said.add(_of_key("cover", roundup["cover"]))
    if str(roundup.get("comments", "")).startswith("http"):
        said.links.add(roundup["comments"])
    said.add(_of_group(roundup))
    return said


def _of_group(group: Mapping[str, Any]) -> Said:
    said = Said()
    for entry in group.get("entries", []):
        said.add(of_entry(entry))
    for section in group.get("sections", []):
        said.add(of_title(section.get("title", "")))
        said.add(of_markdown(section.get("intro", "")))
        said.add(_of_group(section))
        said.add(of_markdown(section.get("outro", "")))
    return said


def walk_entries(group: Mapping[str, Any]) -> Iterator[Any]:
    """The entries of a roundup's file at the top, sections included, in the order written."""
    yield from group.get("entries", [])
    for section in group.get("sections", []):
        yield from walk_entries(section)


# ── the output ──

_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "img", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "td", "th", "tr", "ul",
}  # fmt: skip
_VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Shown:
    """What a piece of HTML shows."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    items: list[tuple[str, str | None, str]] = field(default_factory=list)
    """Points of lists: own first words, those of the point above it, `ol` or `ul`."""
    ids: list[str] = field(default_factory=list)
    markers: list[tuple[str, str]] = field(default_factory=list)
    """Footnote markers: (where they lead, their own id)."""
    back_links: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Ids of footnotes."""
    headings: list[int] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = Shown()
        self._open: list[tuple[str, bool]] = []
        self._silent = 0
        self._pre: list[str] | None = None
        self._points: list[tuple[list[str], str]] = []
        self._annotation: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        shown = self.shown
        if "id" in named:
            shown.ids.append(named["id"])
        if named.get("id", "").startswith("fn-"):
            shown.notes.append(named["id"])
        if tag == "a" and "href" in named:
            self._link(named)
        if tag == "img":
            shown.pictures.append((named.get("src", ""), named.get("alt", "")))
        if re.fullmatch("h[1-6]", tag):
            shown.headings.append(int(tag[1]))
        self._pre = [] if tag == "pre" else self._pre
        self._annotation = [] if tag == "annotation" else self._annotation
        if tag in _BLOCKS and tag != "li":
            self._end_of_words()
        if tag == "li":
            self._points.append(([], next(name for name, _ in reversed(self._open) if name in ("ol", "ul"))))
        if tag not in _VOID:
            silent = self._is_formula(tag, named) or self._is_no_prose(tag, named)
            self._open.append((tag, silent))
            self._silent += silent

    def _link(self, named: Mapping[str, str]) -> None:
        match named.get("role"):
            case "doc-noteref":
                self.shown.markers.append((named["href"], named.get("id", "")))
            case "doc-backlink":
                self.shown.back_links.append(named["href"])
            case _:
                self.shown.links.append(named["href"])

    def _is_formula(self, tag: str, named: Mapping[str, str]) -> bool:
        """A `math` element, or the plain form that RSS has, with the TeX as its title."""
        plain = tag == "span" and "title" in named
        if plain or "alttext" in named:
            self.shown.formulas.append(named.get("alttext") or named["title"])
        return plain or tag == "math"

    def _is_no_prose(self, tag: str, named: Mapping[str, str]) -> bool:
        marks = "fn" in named.get("class", "").split() or named.get("role") == "doc-backlink"
        return marks or tag in ("script", "style", "head", "svg")

    def _end_of_words(self) -> None:
        self.shown.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre" and self._pre is not None:
            self.shown.code.append("".join(self._pre))
            self._pre = None
        if tag == "annotation" and self._annotation is not None:
            self.shown.formulas.append("".join(self._annotation))
            self._annotation = None
        if tag == "li" and self._points:
            said, kind = self._points.pop()
            above = " ".join(words("".join(self._points[-1][0]))) if self._points else None
            self.shown.items.append((" ".join(words("".join(said))), above, kind))
        while self._open:
            name, silent = self._open.pop()
            self._silent -= silent
            if name == tag:
                break
        if tag in _BLOCKS:
            self._end_of_words()

    def handle_data(self, data: str) -> None:
        if self._annotation is not None:
            self._annotation.append(data)
        if self._pre is not None:
            self._pre.append(data)
        if not self._silent:
            self.shown.text += data
            if self._points:
                self._points[-1][0].append(data)


def of_html(html: str) -> Shown:
    """What a page, or the content of a feed item, shows."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.shown.code = [unescape(code).rstrip("\n") for code in reader.shown.code]
    return reader.shown

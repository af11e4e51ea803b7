"""The keys of a roundup's file, declared once: what each carries, its other spellings, an example."""

from __future__ import annotations

from typing import Any

from gleanings.curate.aliases import ALIASES
from gleanings.curate.periods import PART, YEARS
from gleanings.files.compound import ByForm, Later, ListOf, Making, MapOf
from gleanings.files.cures import SPACE_BEHIND_COLON, SPACE_BEHIND_DASH, cure_by_typing
from gleanings.files.desk import (
    WIDE_COLON,
    WIDE_COLON_STANDS,
    Desk,
    find_folded_lines,
    find_writing_fault,
    name_invisible,
    shorten,
)
from gleanings.files.kinds import (
    LANGUAGE,
    Day,
    Form,
    Line,
    Number,
    OneOf,
    Text,
    WebAddress,
    YesNo,
    YesOrText,
    find_address_fault,
    find_pasted_ampersand,
)
from gleanings.files.nodes import Node, ScalarNode
from gleanings.files.shape import Key, Shape, Written
from gleanings.model import KINDS, Image, Link, Person, Quote, Update, Via
from gleanings.values import Value

STYLES = ("list", "notes", "articles")
STATUSES = ("reading", "want")
_READ = ("read", "done", "finished", "have read", "already read")

LINE = Line()
MARKDOWN = Text("a text in Markdown", marked_up=True)
ADDRESS = WebAddress()
WORK_ADDRESS = WebAddress(own=True)
DAY = Day(years=YEARS)
MOMENT = Day(time=True, years=YEARS)
ANCHOR = Form("an anchor: a word without spaces", r"[^\s#%\"'<>&]+", "use letters, digits and hyphens")
SLUG = Form("one part of an address", PART, "use letters, digits and hyphens")
WORK_DATE = Day(coarse=True, time=True)


STATUS = OneOf(
    STATUSES,
    "status",
    tuple((word, "take status: away; what has none is read, and read: 2026-11-20 says when") for word in _READ),
)


def _is_address(text: str) -> bool:
    return " " not in text and find_address_fault(text) == ("", None)


def _picture(written: Written) -> Image | None:
    return Image(**written.values) if "src" in written.values else None


def _make_person(written: Written) -> Person | None:
    return Person(**written.values) if "name" in written.values else None


def _make_quote(written: Written) -> Quote | None:
    return Quote(**written.values) if "text" in written.values else None


def _make_link(written: Written) -> Link | None:
    return Link(**written.values) if "url" in written.values else None


def _make_update(written: Written) -> Update | None:
    return Update(**written.values) if "note" in written.values else None


PERSON_SHAPE = Shape(
    "person",
    "a name, or a mapping with name and url",
    (
        Key("name", LINE, "The name as it is shown.", example="name: Ada Lovelace", required=True),
        Key("url", ADDRESS, "The person's own page."),
    ),
    make=_make_person,
)
PERSON = ByForm(PERSON_SHAPE.words, text=Making(LINE, lambda name: Person(name=name)), mapping=PERSON_SHAPE)
PEOPLE = ListOf(PERSON, "a list of names", single=True, commas=True, names=True)

TAGS = ListOf(LINE, "a list of tags", single=True, commas=True)

QUOTE_SHAPE = Shape(
    "quote",
    "a quotation, or a mapping with text, by, url and note",
    (
        Key("text", MARKDOWN, "The words quoted; Markdown.", example="text: …", required=True),
        Key("by", LINE, "Who said it."),
        Key("url", WORK_ADDRESS, "Where it was said."),
        Key("note", MARKDOWN, "Your comment; it stands under the quotation. Markdown."),
    ),
    make=_make_quote,
)
QUOTES = ListOf(
    ByForm(QUOTE_SHAPE.words, text=Making(MARKDOWN, lambda text: Quote(text=text)), mapping=QUOTE_SHAPE),
    "a quotation or a list of them",
    single=True,
)

LINK_SHAPE = Shape(
    "link",
    "a web address, or a mapping with url, title and note",
    (
        Key("url", WORK_ADDRESS, "Where the link leads.", example="url: https://example.org/", required=True),
        Key("title", LINE, "What to call it; without it the role and the host stand there."),
        Key("note", MARKDOWN, "A remark about it; Markdown."),
    ),
    make=_make_link,
)
LINK = ByForm(LINK_SHAPE.words, text=Making(WORK_ADDRESS, lambda url: Link(url=url)), mapping=LINK_SHAPE)
LINKS = MapOf(
    ListOf(LINK, "a web address, a mapping with url, or a list of these", single=True),
    "a mapping of roles to web addresses, like code: https://…",
)

WORK_SHAPE = Shape(
    "work",
    "a web address, or a mapping with url, title and authors",
    (
        Key("url", WORK_ADDRESS, "Where the work is.", example="url: https://example.org/", required=True),
        Key("title", LINE, "Its title."),
        Key("authors", PEOPLE, "Who made it.", ("author",)),
    ),
    make=_make_link,
)
ALSO = ListOf(
    ByForm(WORK_SHAPE.words, text=Making(WORK_ADDRESS, lambda url: Link(url=url)), mapping=WORK_SHAPE),
    "a work or a list of them",
    single=True,
)

VIA_SHAPE = Shape(
    "via",
    "a name, a web address, or a mapping with name and url",
    (Key("name", LINE, "Who passed it on."), Key("url", ADDRESS, "Where they did.")),
    make=lambda written: Via(**written.values),
)
VIA = ListOf(
    ByForm(
        VIA_SHAPE.words,
        text=Making(LINE, lambda text: Via(url=text) if _is_address(text) else Via(name=text)),
        mapping=VIA_SHAPE,
    ),
    "a name or a list of them",
    single=True,
)

IMAGE_SHAPE = Shape(
    "image",
    "a path, or a mapping with src, alt and caption",
    (
        Key("src", LINE, "The file, relative to content/, or a full address.", example="src: media/x.png",
            required=True),
        Key("alt", Text("a text", empty_counts=True),
            'What the picture shows, for those who do not see it; "" says that it is decorative.'),
        Key("caption", MARKDOWN, "What stands under it; Markdown."),
    ),
    make=_picture,
)  # fmt: skip
IMAGE = ByForm(IMAGE_SHAPE.words, text=Making(LINE, lambda src: Image(src=src)), mapping=IMAGE_SHAPE)
IMAGES = ListOf(IMAGE, "a picture or a list of them", single=True)

UPDATE_SHAPE = Shape(
    "update",
    "a text, or a mapping with date and note",
    (
        Key("date", Day(coarse=True, time=True, years=YEARS), "When you added it."),
        Key("note", MARKDOWN, "What is now known; Markdown.", example="note: …", required=True),
    ),
    make=_make_update,
)
UPDATES = ListOf(
    ByForm(UPDATE_SHAPE.words, text=Making(MARKDOWN, lambda note: Update(note=note)), mapping=UPDATE_SHAPE),
    "a correction or a list of them",
    single=True,
)


class BareEntry(Value):
    """A bare link or a bare sentence."""

    words: str = "a link or a sentence"

    def read(self, node: Node, desk: Desk) -> Written | None:
        assert isinstance(node, ScalarNode)
        text: str = node.value.strip()
        if not text:
            desk.object(node, "empty-item", "an entry without a word", "write something there or take the dash away")
            return None
        if " " in text or "\n" in text:
            return self._read_sentence(text, node, desk)
        message, cure = find_address_fault(text)
        if not message:
            find_pasted_ampersand(node, desk)
            return Written(values={"url": text}, place=desk.place(node), bare=True)
        if cure and cure.startswith(("write https://", "write it as https://")):
            if not self._find_trap(text, node, desk):
                desk.object(node, "address", message, cure)
            return None
        return self._read_sentence(text, node, desk)

    def _read_sentence(self, text: str, node: ScalarNode, desk: Desk) -> Written | None:
        if self._find_trap(text, node, desk):
            return None
        if node.style != "|":
            find_writing_fault(node, desk)
            find_folded_lines(node, desk)
        return Written(values={"note": node.value}, place=desk.place(node), bare=True)

    def _find_trap(self, text: str, node: ScalarNode, desk: Desk) -> bool:
        """Tells of `url:https://…` and of lists whose dashes have no space, which YAML takes for sentences."""
        word, colon, rest = text.partition(":")
        if node.style:
            return False
        if (wide := WIDE_COLON.fullmatch(text)) and ENTRY.knows(wide[2]):
            cure = cure_by_typing(f"{wide[2]}: ", wide[3], otherwise="write a plain colon and a space")
            desk.object(node, "colon", WIDE_COLON_STANDS, cure)
            return True
        if colon and ENTRY.knows(word) and rest.strip():
            cure = cure_by_typing(f"{word}: ", rest, otherwise=SPACE_BEHIND_COLON)
            invisible = name_invisible(rest[0])
            message = f'{invisible} stands behind the colon of "{word}"'
            if not invisible:
                message = f'"{shorten(text)}" has no space behind the colon'
            desk.object(node, "colon", message, cure)
            return True
        if text.startswith("-") and not text.startswith("--") and text[1:2].strip():
            cure = cure_by_typing("- ", text[1:], otherwise=SPACE_BEHIND_DASH)
            desk.object(node, "dash", f'"{shorten(text)}" has no space behind the dash', cure)
            return True
        return False

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


ENTRY_FORM = ByForm(
    "an entry: a link, a sentence, or a mapping with keys such as url, title and note",
    text=BareEntry(),
    mapping=Later("entry", lambda: ENTRY),
)
ENTRIES = ListOf(ENTRY_FORM, "a list of entries, each with a dash")
RELATED = ListOf(ENTRY_FORM, "an entry or a list of them", single=True)

ENTRY: Shape = Shape(
    "entry",
    "an entry",
    (
        Key("url", WORK_ADDRESS, "The work.", ("link",), example="url: https://arxiv.org/abs/2401.04088"),
        Key("title", LINE, "Its title: inline Markdown without links or HTML.", example="title: Mixtral of Experts"),
        Key("label", LINE, "A word before the entry.", example="label: Related paper"),
        Key("also", ALSO, "Further works of the same entry.", example="also: https://example.org/part-two"),
        Key("authors", PEOPLE,
            "Who made the work: names, or mappings with name and url; a text with commas or semicolons is a list.",
            ("author",), example="authors: [Ada Lovelace, Charles Babbage]"),
        Key("source", LINE, "The publication it appeared in.", example="source: Distill"),
        Key("published", WORK_DATE, "When the work appeared, as exactly as you know.", example="published: 2024-01"),
        Key("kind", OneOf(KINDS, "kind of work"), "What the work is.", ("type",), example="kind: paper"),
        Key("lang", LANGUAGE, "The work's language.", example="lang: de"),
        Key("note", MARKDOWN, "Your words about it: Markdown with lists to any depth, quotations, callouts, code, "
            "tables, footnotes, maths and figures.", ("description", "commentary", "text"),
            example="note: Worth it for the proof."),
        Key("thought", MARKDOWN, "Your opinion, marked as such.", example="thought: I doubt the second claim."),
        Key("quotes", QUOTES, "The work's own words.", ("quote",), example="quotes: Premature optimisation is …"),
        Key("links", LINKS, "Further links by role: paper, abstract, pdf, code, demo, notebook, model, dataset, "
            "slides, video, discussion, report … An unknown role is shown as written.",
            example="links: {code: https://…}"),
        Key("related", RELATED, "Entries under this entry, to any depth.", example="related: [https://example.org/]"),
        Key("via", VIA, "Who passed it on.", example="via: Ada Lovelace"),
        Key("tags", TAGS, "Topics.", ("tag",), example="tags: [llm, moe]"),
        Key("pick", YesOrText(), "The pick of the month; a sentence says why, and stands above the entry.",
            example="pick: The one to read first."),
        Key("status", STATUS, "Not read yet: being read, or wanted. Counts for no goal.",
            example="status: reading"),
        Key("read", DAY, "The day you read it; goals and the year's page count by it.", example="read: 2026-11-20"),
        Key("image", IMAGES, "A picture or a list of them.", ("images",),
            example="image: {src: media/x.png, alt: …}"),
        Key("updates", UPDATES, "Later corrections.", ("update",), example="updates: The author has answered."),
        Key("again", YesOrText("true, or a reason"), "This work was in an earlier roundup, and that is meant.",
            example="again: The second edition is out."),
        Key("archive", ADDRESS, "An archived copy's address.", example="archive: https://web.archive.org/…"),
        Key("private", Text(), "A note for yourself; it never leaves the file.", example="private: ask Ada"),
        Key("id", ANCHOR, "A fixed anchor; without it the anchor comes from the title.", example="id: mixtral"),
    ),
    foreign={
        "entries": "entries belong to a section or the roundup; for entries under this one write related:",
        "sections": "sections belong to the roundup or to another section",
    },
)  # fmt: skip

SECTION: Shape = Shape(
    "section",
    "a section: a mapping with title and entries",
    (
        Key("title", LINE, "Its heading; without it the section is a group with its own lead-in.",
            example="title: Industry"),
        Key("intro", MARKDOWN, "What stands before its entries; Markdown."),
        Key("entries", ENTRIES, "Its entries."),
        Key("sections", ListOf(Later("section", lambda: SECTION), "a list of sections, each with a dash"),
            "Sections inside it."),
        Key("outro", MARKDOWN, "What stands behind its entries; Markdown."),
        Key("style", OneOf(STYLES, "style"), "How its entries are set; without it the theme chooses.",
            example="style: list"),
        Key("kind", OneOf(KINDS, "kind of work"), "The kind of its entries that name none."),
        Key("status", STATUS, "The status of its entries that name none.", example="status: want"),
        Key("tags", TAGS, "Added to the tags of each of its entries."),
    ),
    foreign={"url": "a section has no address; write it as an entry under entries:"},
)  # fmt: skip

ROUNDUP = Shape(
    "roundup",
    "a roundup: a mapping with keys such as title, intro and entries",
    (
        Key("title", LINE, "Its title; without it the series' pattern makes one.",
            example="title: November ’26 roundup"),
        Key("subtitle", LINE, "A second line under the title."),
        Key("date", MOMENT, "The day it is dated, or a time with its zone; without it the last day of the "
            "period that the file's name gives.", example="date: 2026-11-30"),
        Key("updated", MOMENT, "When it was last changed in a way that readers should know of."),
        Key("number", Number(), "Its number in the series; given once, never reused.", example="number: 12"),
        Key("summary", MARKDOWN, "A sentence or two for lists, feeds and search engines."),
        Key("intro", MARKDOWN, "What stands before the entries; Markdown."),
        Key("entries", ENTRIES, "The entries."),
        Key("sections", ListOf(Later("section", lambda: SECTION), "a list of sections, each with a dash"),
            "Titled groups of entries; they nest."),
        Key("outro", MARKDOWN, "What stands at the end; Markdown."),
        Key("tags", TAGS, "Topics of the whole roundup."),
        Key("style", OneOf(STYLES, "style"), "How entries are set: list runs title and a short note into one line, "
            "articles makes titles headings; without it the theme chooses by the notes' length.",
            example="style: list"),
        Key("draft", YesNo(), "A draft is held back by build.", example="draft: true"),
        Key("slug", SLUG, "The last part of its address instead of the file's name.", example="slug: summer-reading"),
        Key("aliases", ALIASES, "Old addresses that lead here.",
            example="aliases: [/old/path/]"),
        Key("cover", IMAGE, "A picture for link previews and the top of the page."),
        Key("toc", YesNo(), "Whether it has a table of contents; without it the theme chooses by length."),
        Key("lang", LANGUAGE, "The language it is written in, where that is not the site's.", example="lang: de"),
        Key("comments", YesOrText("true, false, or the address where to comment", WebAddress(own=True)),
            "Where readers may answer, or whether.", example="comments: https://example.org/forum/42"),
        Key("author", PERSON, "Who wrote it, where that is not the site's author."),
    ),
    foreign={
        "url": "a roundup's address comes from its file's name; put the link under entries:",
        "note": "a roundup's own words go into intro: or outro:",
    },
)  # fmt: skip

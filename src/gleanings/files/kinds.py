"""The plain kinds of values: texts, words, numbers, days, addresses."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from gleanings import identity
from gleanings.addresses import strip_credentials
from gleanings.files.desk import Desk, find_folded_lines, find_writing_fault, object_to_form, shorten, suggest
from gleanings.files.nodes import Node, ScalarNode
from gleanings.files.shape import Kind
from gleanings.patterns import later
from gleanings.values import Value

_USUAL = later(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:[/?#][!-~]*)?")
"""Most web addresses, told in a sixth of the time."""
_SCHEME = later(r"([A-Za-z][A-Za-z0-9+.-]*):(?!//?[0-9])")
_HOSTLIKE = later(r"(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?(?:[/?#]\S*)?")
_OTHER_SCHEMES = ("mailto", "ftp", "ftps", "gemini", "gopher", "magnet", "tel", "xmpp", "irc", "ipfs", "urn", "acct")
_ISO = later(
    r"(\d{4})(?:-\d\d(?:-(\d\d)(?:[T ](\d\d):\d\d(?::\d\d(?:\.\d+)?)? ?(?:Z|[+-]\d\d:?\d\d)?)?)?)?", re.ASCII
)
_YES = {"true": True, "yes": True, "on": True, "y": True, "false": False, "no": False, "off": False, "n": False}


class Text(Value):
    """Text over any number of lines, kept as written. With `empty_counts`, "" is a value and not an absence."""

    words: str = "a text"
    empty_counts: bool = False
    marked_up: bool = False
    """Markdown, in which lines matter."""

    def read(self, node: Node, desk: Desk) -> str | None:
        if not isinstance(node, ScalarNode):
            object_to_form(node, desk, self.words)
            return None
        value: str = node.value
        if node.style != "|":
            find_writing_fault(node, desk)
            if self.marked_up:
                find_folded_lines(node, desk)
        return value if self.empty_counts or value.strip() else None

    def schema(self) -> dict[str, Any]:
        # `title: 1984` is a number to editors and a text to us.
        return {"type": ["string", "number", "boolean", "null"]}


class Line(Value):
    """Text that is shown on one line: line breaks and the space around it do not count."""

    words: str = "a text"

    def read(self, node: Node, desk: Desk) -> str | None:
        if not isinstance(node, ScalarNode):
            object_to_form(node, desk, self.words)
            return None
        value: str = node.value
        if node.style or desk.has_glued_comment:
            find_writing_fault(node, desk)
        if node.start_mark.line != node.end_mark.line:
            find_folded_lines(node, desk, of_one_line=True)
        if "\n" in value:
            value = " ".join(value.split())
        return value.strip() or None

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean", "null"]}


class OneOf(Value):
    """One of some words, in either case."""

    choices: tuple[str, ...]
    noun: str
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Words that are said in another way → how, for a better cure than the nearest word."""

    @property
    def words(self) -> str:
        return f"one of {', '.join(self.choices)}"

    def read(self, node: Node, desk: Desk) -> str | None:
        if not isinstance(node, ScalarNode):
            object_to_form(node, desk, self.words)
            return None
        value: str = node.value.strip().casefold()
        if value in self.choices:
            return value
        desk.object(
            node,
            "unknown-value",
            f'"{shorten(node.value)}" is no {self.noun}',
            dict(self.elsewhere).get(value) or suggest(value, self.choices, noun=self.noun),
        )
        return None

    def schema(self) -> dict[str, Any]:
        return {"enum": [*self.choices, None]}


class YesNo(Value):
    """Yes or no, in YAML's many words for them."""

    words: str = "true or false"

    def read(self, node: Node, desk: Desk) -> bool | None:
        value = _YES.get(node.value.strip().casefold()) if isinstance(node, ScalarNode) else None
        if value is None:
            found = f'"{shorten(node.value)}"' if isinstance(node, ScalarNode) else "something else"
            desk.object(
                node, "type", f"{self.words} is wanted {desk.where}, and this is {found}", "write true or false"
            )
        return value

    def schema(self) -> dict[str, Any]:
        return {"enum": [*_SPELLED_YES_NO, None]}


class YesOrText(Value):
    """True, false, or a text that says more than true."""

    words: str = "true, or a sentence"
    text: Kind | None = None
    """What the text has to be, if not any."""

    def read(self, node: Node, desk: Desk) -> bool | str | None:
        if not isinstance(node, ScalarNode):
            object_to_form(node, desk, self.words)
            return None
        value: str = node.value.strip()
        said = _YES.get(value.casefold())
        if said is not None or self.text is None:
            return value or None if said is None else said
        found: str | None = self.text.read(node, desk)
        return found

    def schema(self) -> dict[str, Any]:
        return {"type": ["boolean", "string", "null"]}


_SPELLED_YES_NO: tuple[Any, ...] = (True, False, "yes", "no", "on", "off", "Yes", "No", "On", "Off")


class Number(Value):
    """A whole number; `012` is twelve."""

    least: int = 0
    most: int = 1_000_000

    @property
    def words(self) -> str:
        return f"a whole number from {self.least} to {self.most}"

    def read(self, node: Node, desk: Desk) -> int | None:
        text = node.value.strip() if isinstance(node, ScalarNode) else ""
        if re.fullmatch(r"[0-9]{1,9}", text) and self.least <= int(text) <= self.most:
            return int(text)
        found = f'"{shorten(node.value)}"' if isinstance(node, ScalarNode) else "something else"
        desk.object(
            node,
            "type",
            f"{self.words} is wanted {desk.where}, and this is {found}",
            f"write it in digits, such as {max(self.least, 12)}",
        )
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": ["integer", "string", "null"]}


class Day(Value):
    """A date as ISO 8601 writes it, kept at the precision written. `coarse` allows `2024` and `2024-01`,
    `time` a time of day, `years` says which years make sense."""

    coarse: bool = False
    time: bool = False
    years: range = range(1, 10_000)

    @property
    def words(self) -> str:
        forms = (["2024", "2024-01"] if self.coarse else []) + ["2024-01-05"]
        forms += ["2024-01-05T14:30+01:00"] if self.time else []
        return f"a date like {' or '.join(forms)}"

    def read(self, node: Node, desk: Desk) -> str | None:
        if not isinstance(node, ScalarNode):
            object_to_form(node, desk, self.words)
            return None
        value: str = node.value.strip()
        why = self._find_fault(value)
        if why is None:
            return value
        desk.object(node, "date", f'"{shorten(value)}" {why}', f"write {self.words}")
        return None

    def _find_fault(self, value: str) -> str | None:
        found = _ISO.fullmatch(value)
        if not found:
            return "is no date that can be read"
        year, day, hour = found.groups()
        if not self.coarse and day is None:
            return "names no day"
        if not self.time and hour is not None:
            return "names a time of day where a day is wanted"
        try:
            parse_moment(value if day else value + "-01" * (2 - value.count("-")))
        except ValueError:
            return "is in no calendar"
        if int(year) not in self.years:
            return f"lies outside the years {self.years[0]} to {self.years[-1]}"
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "integer", "null"], "pattern": r"^[0-9]{4}"}


def parse_moment(written: str) -> datetime:
    """A day or a time of day that Day has read; a time with a zone where it names one. Raises ValueError."""
    return datetime.fromisoformat(written.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))


class Form(Value):
    """A word of a certain form, such as an anchor or a language."""

    words: str
    pattern: str
    cure: str

    def read(self, node: Node, desk: Desk) -> str | None:
        value = Line(self.words).read(node, desk)
        if value is None or re.fullmatch(self.pattern, value):
            return value
        desk.object(node, "type", f'"{shorten(value)}" is not {self.words}', self.cure)
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "null"]}


LANGUAGE = Form(
    "a language such as en, de or pt-BR",
    r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*",
    "write its code, such as en, de or pt-BR",
)
"""BCP 47 (RFC 5646), by its form alone."""


class WebAddress(Value):
    """The address of something on the web. With `own`, also a path on this site (`/2026/11/`, `media/x.pdf`)."""

    words: str = "a web address"
    own: bool = False

    def read(self, node: Node, desk: Desk) -> str | None:
        if not isinstance(node, ScalarNode):
            object_to_form(node, desk, self.words)
            return None
        value: str = node.value.strip()
        if _is_web_address(value) or self._is_own(value):
            find_pasted_ampersand(node, desk)
            return value
        message, cure = find_address_fault(value)
        if message:
            desk.object(node, "address", message, cure)
            return None
        return value or None

    def _is_own(self, value: str) -> bool:
        return self.own and value.startswith(("/", "media/", "#")) and not value.startswith("//") and " " not in value

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"]}


def find_pasted_ampersand(node: ScalarNode, desk: Desk) -> None:
    """Tell of an address out of a page's source, in which `&amp;` stands for `&`."""
    if "&amp;" in node.value:
        message = "&amp; stands in the address, as in the source of a page"
        desk.object(node, "address", message, "write & for each &amp;", severity="warning")


def find_address_fault(value: str) -> tuple[str, str | None]:
    """Why a text is no address to link to, and the cure; an empty message where it is one."""
    shown = shorten(strip_credentials(value), 60)
    if not value:
        return "", None
    if re.search(r"\s", value):
        first = value.split()[0]
        if _is_web_address(first):
            return (
                f'the address "{shown}" has a space in it',
                "write %20 for the space, or put the words into title or note",
            )
        return f'"{shown}" is no web address', "an address begins with https://"
    if _is_web_address(value):
        return "", None
    if value.casefold().startswith(("http:", "https:", "//")) or value.casefold() in ("http", "https"):
        return f'the address "{shown}" names no host that there can be', "write it as https://host/path"
    if re.match(r"(?i)doi:\s*10\.", value):
        return f'"{shown}" is no web address', f"write https://doi.org/{value.split(':', 1)[1].strip()}"
    if re.match(r"(?i)arxiv:\s*\d", value):
        return f'"{shown}" is no web address', f"write https://arxiv.org/abs/{value.split(':', 1)[1].strip()}"
    scheme = _SCHEME.match(value)
    if scheme and not _HOSTLIKE.fullmatch(value):
        if scheme[1].casefold() in _OTHER_SCHEMES:
            return "", None
        return f'addresses with "{scheme[1]}:" are not linked to', "an address begins with https://"
    if _HOSTLIKE.fullmatch(value):
        return f'the address "{shown}" lacks its beginning', f"write https://{value}"
    return f'"{shown}" is no web address', "an address begins with https://"


def _is_web_address(value: str) -> bool:
    if _USUAL.fullmatch(value):
        return True
    if not identity.is_web_address(value):
        return False
    if value.isascii() and "[" not in value:
        return True
    # Hosts in brackets, and letters that stand for one of /?#@:, are refused by whoever takes the address apart.
    try:
        urlsplit(value)
    except ValueError:
        return False
    return True

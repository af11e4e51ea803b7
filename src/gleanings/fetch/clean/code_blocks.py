"""Code in foreign HTML: the exact text, the language, and none of a highlighter's spans."""

from __future__ import annotations

from gleanings.fetch.clean.tree import Element, Node, find_first
from gleanings.patterns import later

_LANGUAGE = later(
    r"(?:^|[\s-])(?:language|lang|brush|highlight-source|sourceCode|src)[-:]\s*([A-Za-z][\w+#.-]{0,29})"
)
_OWN = later(r"\A[A-Za-z][\w+#.-]{0,29}\Z")
_NOT_LANGUAGES = frozenset({"none", "text", "plaintext", "plain", "undefined", "null"})
_LINES = frozenset({"div", "p", "li", "tr"})
_GUTTERS = frozenset({"lineno", "linenos", "linenodiv", "gutter", "rouge-gutter", "line-numbers-rows"})


def language_of(element: Element) -> str | None:
    """The language that a `pre` or `code` names in its class or data, lower case."""
    found = _LANGUAGE.search(element.get("class"))
    named = found[1] if found else element.get("data-language") or element.get("data-lang")
    if not named or not _OWN.match(named) or named.lower() in _NOT_LANGUAGES:
        return None
    return named.lower()


def code_block(text: str, language: str | None) -> Element:
    attrs = {"class": f"language-{language}"} if language else {}
    return Element("pre", {}, [Element("code", attrs, [text])])


def is_code(pre: Element) -> bool:
    """True for a `pre` that holds code rather than a poem."""
    return find_first(pre, "code") is not None or language_of(pre) is not None


def read_code(pre: Element) -> Element:
    """A `pre` of code as one block of plain text; line breaks made by elements become characters."""
    code = find_first(pre, "code")
    parts: list[str] = []
    _gather_lines(pre, parts)
    language = (language_of(code) if code else None) or language_of(pre)
    return code_block("".join(parts), language)


def in_lines(nodes: list[Node]) -> list[Node]:
    """The children of a `pre` with text for breaks, and no blocks; leading line ends go, as a parser drops one."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag == "br":
            found.append("\n")
        elif isinstance(node, Element) and node.tag in _LINES:
            found += [*in_lines(node.children), "\n"]
        else:
            found.append(node)
    while found and isinstance(found[0], str):
        found[0] = found[0].lstrip("\n")
        if found[0]:
            break
        del found[0]
    return found


def _gather_lines(element: Element, parts: list[str]) -> None:
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
        elif child.tag == "br":
            parts.append("\n")
        elif not _GUTTERS.intersection(child.classes):
            _gather_lines(child, parts)
            if child.tag in _LINES and parts and not parts[-1].endswith("\n"):
                parts.append("\n")

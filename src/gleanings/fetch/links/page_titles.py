"""What a page's title says, without its site's name, and what is no title at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from gleanings.patterns import later

_NO_TITLES = later(
    r"(?:sign in|sign up|log ?in|log ?on|login|register|subscribe|home|homepage|index|untitled(?: document)?|"
    r"document|"
    r"page not found|not found|404|403|500|error(?: \d{3})?|"
    r"(?:error )?\d{3}[ :–-]+.*|forbidden|bad gateway|"
    r"service unavailable|redirecting(?:\.\.\.|…)?|loading(?:\.\.\.|…)?|please wait(?:\.\.\.|…)?|"
    r"(?:- )?youtube|x|twitter|x\.com|arxiv\.org(?: e-print archive)?|github|medium|substack|facebook|instagram|"
    r"linkedin|"
    r"google(?: docs| drive)?|reddit|openreview|hugging face|javascript is (?:not available|disabled)\.?)"
    r"(?:\s*[-–—|·:]\s*.{0,40})?",
    re.I,
)
_BLOCKED = later(
    r"just a moment|attention required|access (?:to this page has been )?denied|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|"
    r"are you (?:a )?(?:robot|human)|checking your browser|security check|captcha|ddos-guard|pardon our interruption|"
    r"one more step|bot verification|human verification|client challenge|making sure you're not a bot|"
    r"before you continue to|robot check",
    re.I,
)  # fmt: skip
_SEPARATOR = later(r"\s+[|·•–—\-»«/:›]+\s+|\s*[|»]\s*|\s::\s")
_COLON = later(r"\A([^:]{2,60}):\s+")


def is_blocked(title: str) -> bool:
    """True for the title of a page that stands before the one that was asked for."""
    return bool(title) and len(title) < 90 and bool(_BLOCKED.search(title))


def is_title(title: str, *, host: str) -> bool:
    """False for what names no page: "Sign in", "404", the bare host."""
    if not any(character.isalnum() for character in title) or title.casefold() in (host, f"www.{host}"):
        return False
    if "{{" in title or title.lower() == "undefined":
        return False
    return not _NO_TITLES.fullmatch(title) and not is_blocked(title)


def clean_title(title: str, *, names: Iterable[str], others: Collection[str]) -> str:
    """The title without the name of its site or author before or behind it.

    A part goes only where it equals one of `names`, and holds less than a third of the words, unless one of the
    page's `others` titles is exactly what remains.
    """
    known = {_even(name) for name in names if name}
    while True:
        shorter = next((rest for rest, part in _parts(title) if _may_go(title, rest, part, known, others)), None)
        if shorter is None:
            return title
        title = shorter


def _parts(title: str) -> Iterable[tuple[str, str]]:
    """What remains and what would go, for each way to part the title: at its end, at its beginning."""
    separators = list(_SEPARATOR.finditer(title))
    if separators:
        yield title[: separators[-1].start()].strip(), title[separators[-1].end() :].strip()
        yield title[separators[0].end() :].strip(), title[: separators[0].start()].strip()
    if colon := _COLON.match(title):
        yield title[colon.end() :].strip(), colon[1].strip()


def _may_go(title: str, rest: str, part: str, known: set[str], others: Collection[str]) -> bool:
    if not rest or not part or _even(part) not in known:
        return False
    few = len(part.split()) * 3 < len(title.split())
    return few or rest in others


def may_be_longer(title: str) -> bool:
    """True for a title that perhaps holds another name, so that a second one is worth reading for."""
    return bool(_SEPARATOR.search(title) or _COLON.match(title))


def _even(text: str) -> str:
    """For comparing: letters and digits alone, in small letters, without a web address's ending."""
    text = re.sub(r"\.(?:com|org|net|io|dev|blog|co|me|ai)\Z", "", text.strip().casefold()).removeprefix("www.")
    return "".join(character for character in text if character.isalnum())

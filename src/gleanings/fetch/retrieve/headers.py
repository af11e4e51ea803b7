"""Headers of an answer, and how their text is shown."""

from __future__ import annotations

import unicodedata

from gleanings.values import Value


class Headers(Value):
    """Names in lower case, values byte-exact as latin-1."""

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The first value of that name, in any case; None where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.pairs if key == wanted), None)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None


def show(text: str, *, most: int = 200) -> str:
    """Text that a stranger sent, fit for one line of a message: no control or invisible characters, not too long."""
    plain = "".join(character if _is_visible(character) else _escape(character) for character in text[:most])
    return plain + ("…" if len(text) > most else "")


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")

"""What can go wrong: findings in files, and the errors that end a command.

GleaningsError                 exit status 1
├── ProblemsFound              one or more findings in a person's files
├── SiteMissing                no site.yaml here or in any folder above
├── UnsafeInsertion            lines cannot be inserted safely; carries them for pasting
├── FileChanged                a file changed on disk while we were about to replace it
├── SameAddress                two pages want one address (render/output/publish.py)
├── LinkUnread                 a page cannot be asked now (fetch/links/link.py)
├── StateUnusable              the inbox cannot be read or written (fetch/inbox/database.py)
├── UsageError                 exit status 2: the command line's words are off
├── NoNetwork                  exit status 3: not one host could be reached
└── SiteLocked                 exit status 4: another run holds the site
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from gleanings.values import Value

Severity = Literal["error", "warning"]


class Problem(Value, kw_only=True):
    """Something wrong in a file a person wrote: where, what, and how to mend it."""

    path: str
    """Relative to the site, with forward slashes."""

    line: int | None = None
    """From 1; None where the finding is about a whole file."""

    column: int | None = None
    """From 1, in characters."""

    code: str
    """Short and stable, such as `unknown-key`; `rules:` in site.yaml switches house rules by it."""

    message: str
    """What was found, in a sentence without a full stop."""

    cure: str | None = None
    """What to do about it."""

    severity: Severity = "error"

    @property
    def place(self) -> str:
        """`path`, `path:line` or `path:line:column`, as editors and terminals understand it."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        word = "" if self.severity == "error" else "warning: "
        cure = f" ({self.cure})" if self.cure else ""
        return f"{self.place}: {word}{self.message}{cure}"

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Findings are told file by file, downwards."""
        return (self.path, self.line or 0, self.column or 0, self.code, self.message)

    def as_json(self) -> dict[str, Any]:
        """The object that `check --json` and `build --json` print."""
        return {
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "cure": self.cure,
        }


class GleaningsError(Exception):
    """The root: its text is one sentence for the person; `cli` prints it and ends with `exit_status`."""

    exit_status: ClassVar[int] = 1


class ProblemsFound(GleaningsError):
    """Files have findings that must be mended first; all of them are in `problems`."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda found: found.sort_key))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SiteMissing(GleaningsError):
    """No site.yaml where one is needed."""


class UnsafeInsertion(GleaningsError):
    """A file's style leaves no safe place to insert; `lines` can be pasted by hand."""

    def __init__(self, message: str, lines: str) -> None:
        super().__init__(message)
        self.lines = lines


class FileChanged(GleaningsError):
    """Somebody else wrote the file after we read it; nothing was overwritten."""


class UsageError(GleaningsError):
    """A command was called with words it cannot act on."""

    exit_status = 2


class NoNetwork(GleaningsError):
    """Every host failed before a connection stood."""

    exit_status = 3


class SiteLocked(GleaningsError):
    """Another run holds the site."""

    exit_status = 4

"""Where things are in a site folder: every path of the product is spelled here.

Nowhere else but in unchanged.py, which spells again what it looks at: it answers before anything is imported.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path
from stat import S_IFDIR, S_IFMT, S_IFREG

from gleanings.problems import SiteMissing
from gleanings.values import Value

NO_FILE = "this is neither a file nor a folder"
"""A finding of find_out_of_reach: a named pipe, a socket."""
_PACKAGE = Path(__file__).parent


class Project(Value):
    """One site folder."""

    root: Path
    """Absolute."""

    @property
    def site_file(self) -> Path:
        return self.root / "site.yaml"

    @property
    def feeds_file(self) -> Path:
        return self.root / "feeds.yaml"

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def plain_pages(self) -> Path:
        return self.content / "pages"

    @property
    def media(self) -> Path:
        return self.content / "media"

    @property
    def templates(self) -> Path:
        """The site's own templates and static files; they win over the default theme."""
        return self.root / "templates"

    @property
    def fonts(self) -> Path:
        """The site's own fonts, for pictures for link previews."""
        return self.templates / "fonts"

    @property
    def sources(self) -> tuple[Path, ...]:
        """The folders that hold what is no output."""
        return (self.content, self.templates, self.state)

    @property
    def public(self) -> Path:
        return self.root / "public"

    @property
    def state(self) -> Path:
        """Machine state. Of a person's it has decisions about the inbox, and in `replaced/` files that made room for
        outputs."""
        return self.root / ".gleanings"

    @property
    def inbox_file(self) -> Path:
        return self.state / "inbox.sqlite3"

    @property
    def schema_file(self) -> Path:
        """The JSON Schema of a roundup, for editors; named in the first line of new roundups."""
        return self.state / "roundup.schema.json"

    @property
    def cache(self) -> Path:
        """What `build` may forget at any time."""
        return self.state / "cache"

    @property
    def roundups_cache(self) -> Path:
        """What was read from roundups' files."""
        return self.cache / "roundups"

    @property
    def templates_cache(self) -> Path:
        """The site's own templates, compiled."""
        return self.cache / "templates"

    @property
    def pictures_cache(self) -> Path:
        """Pictures for link previews, as they were drawn."""
        return self.cache / "pictures"

    def outputs_cache(self, journal: str) -> Path:
        """What was made for the output folder whose journal has that name."""
        return self.cache / journal

    def journal_file(self, folder: Path) -> Path:
        """What was written to an output folder: each has its own, by whatever name it is called."""
        # Unlike Path.resolve, this takes links that lead round in a circle.
        root, there, public = (Path(os.path.realpath(path)) for path in (self.root, folder, self.public))
        if there == public:
            return self.state / "published.json"
        name = there.relative_to(root) if there.is_relative_to(root) else there
        return self.state / f"published-{sha256(os.fsencode(name)).hexdigest()[:12]}.json"

    @property
    def stage(self) -> Path:
        """Where outputs wait until all are made."""
        return self.state / "stage"

    @property
    def preview(self) -> Path:
        """What `serve` shows: drafts and all, never to be published."""
        return self.state / "preview"

    @property
    def fetch_errors_file(self) -> Path:
        """Where our own code failed over feeds, to be sent to us."""
        return self.state / "fetch-errors.txt"

    @property
    def lock_file(self) -> Path:
        return self.state / "lock"

    def roundup_file(self, name: str) -> Path:
        """The file of the roundup `name` (`2026-11`, `weekly/2026-w47`)."""
        return self.content / f"{name}.yaml"

    def relative(self, path: Path) -> str:
        """`path` as findings name it: relative to the site, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()


def find_named_files(folder: Path, ending: str, *, but: Collection[str] = ()) -> list[str]:
    """The visible files with that ending whose names are UTF-8, so that pages can be called by them."""
    return [name for name in find_visible_files(folder, but=but) if name.endswith(ending) and is_utf8(name)]


def find_visible_files(folder: Path, *, but: Collection[str] = ()) -> list[str]:
    """The files below a folder, as paths in it, sorted; `but` names folders of it to pass over.

    Hidden are those whose own name, or that of a folder above them, begins with a dot: a person's or an editor's own.
    """
    return sorted(name for name, lack in _walk(str(folder), "", but) if lack is None)


def find_out_of_reach(folder: Path, *, but: Collection[str] = ()) -> list[tuple[str, str]]:
    """What find_visible_files has to leave out: folders that cannot be read, and what is neither file nor folder.
    Each with its path below the folder (empty for that itself) and a finding, sorted."""
    return sorted((name, lack) for name, lack in _walk(str(folder), "", but) if lack is not None)


def _walk(folder: str, start: str, but: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """Paths from `start` on: files, with None, and what is out of reach, with a finding."""
    try:
        with os.scandir(folder) as listed:
            entries = [entry for entry in listed if not entry.name.startswith(".") and entry.name not in but]
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not Path(folder).is_symlink():
            return
        yield start.removesuffix("/"), f"the folder cannot be read: {error.strerror}"
        return
    for entry in entries:
        name = f"{start}{entry.name}"
        kind = _kind_of(entry)
        if kind == S_IFREG:
            yield name, None
        elif kind != S_IFDIR:
            yield name, NO_FILE
        elif not entry.is_symlink():
            yield from _walk(entry.path, f"{name}/", ())


def _kind_of(entry: os.DirEntry[str]) -> int:
    """What it is, or what a link leads to; a link that leads nowhere counts as a file, and whoever reads it will
    tell."""
    if entry.is_file(follow_symlinks=False):
        return S_IFREG
    if entry.is_dir(follow_symlinks=False):
        return S_IFDIR
    try:
        return S_IFMT(entry.stat().st_mode)
    except OSError:
        return S_IFREG


def is_utf8(name: str) -> bool:
    """Whether a file's name is text, as it should be."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def find_roundup_files(project: Project) -> list[Path]:
    """Every roundup's file below content/, sorted by its path there."""
    names = find_named_files(project.content, ".yaml", but=("pages", "media"))
    return [project.content / name for name in names]


def default_theme() -> Path:
    """The folder of the default theme: inside the wheel, or the repository's own `templates/`."""
    packaged = _PACKAGE / "_theme"
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent / "templates"


def theme_byte_code() -> Path:
    """The folder for compiled templates of the default theme: that in which Python keeps the program's byte code."""
    return _PACKAGE / "__pycache__"


def find_project(start: Path, *, search_upwards: bool) -> Project:
    """The site at `start`, or, with `search_upwards`, in the nearest folder above that holds site.yaml.

    Raises SiteMissing.
    """
    try:
        start = start.absolute()
    except OSError:
        raise SiteMissing("the folder you are in is gone (go to that of your site)") from None
    candidates = (start, *start.parents) if search_upwards else (start,)
    for folder in candidates:
        # A name that is too long is none of a folder.
        if os.path.isfile(folder / "site.yaml"):  # noqa: PTH113 — it never raises
            return Project(folder)
    where = f"{start} or any folder above it" if search_upwards else str(start)
    raise SiteMissing(f"there is no site.yaml in {where} (start a new site with: gleanings init DIR)")

"""A picture per roundup for link previews: an SVG template, drawn by resvg; this module is its one door.

Only where the extra `images` is installed, which brings resvg and the fonts. No font of the machine is used, so that
a picture has the same bytes everywhere. What was drawn is kept by its content in the cache; while no picture changes,
resvg is not even loaded.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from itertools import islice
from pathlib import Path

from gleanings.aside import share
from gleanings.files.atomic import clear_up, write_bytes
from gleanings.model import Roundup
from gleanings.problems import GleaningsError, Problem, ProblemsFound
from gleanings.project import Project
from gleanings.render.indexes.desk import PICTURE_SIZE, Desk, picture_of
from gleanings.render.indexes.works import source_name
from gleanings.render.output.publish import Page
from gleanings.render.pictures.colours import hex_colour
from gleanings.render.pictures.typeface import Fonts, Typeface, load_typeface
from gleanings.render.prose.languages import direction
from gleanings.render.theme.look import LIGHT_PAPER, picture_colours
from gleanings.render.theme.templates import Templates
from gleanings.render.views.addresses import page_file
from gleanings.render.views.naming import main_entries
from gleanings.sites import Library
from gleanings.values import Value

TEMPLATE = "preview.svg"
_FACES = {
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    "italic": ("font_source_serif_pro", "SourceSerifPro-It.ttf"),
    "sans": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
}
_RENDERER = "resvg_py"
_WORKS = 6
"""How many works a template may show."""
_SPARE = 60
"""Kept pictures that are never too many."""
_PAYS = 8
"""Roundups from which on a second process pays."""


class PictureWork(Value, kw_only=True):
    """A work as a line of the picture."""

    title: str
    source: str
    """Where it appeared; empty where that is not known."""


class PictureView(Value, kw_only=True):
    """What the template of a picture is given as `picture`: plain text that the fonts can set."""

    title: str
    site: str
    """The site's title; empty where the fonts cannot set it."""
    series: str
    """Its title, where there are several series."""
    author: str
    date: str
    number: int | None
    works: int
    """How many the roundup has."""
    first: tuple[PictureWork, ...]
    """The first of them that have titles."""
    right_to_left: bool
    paper: str
    ink: str
    accent: str


class Pictures:
    """The drawing of one site's pictures."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._cache = project.pictures_cache

    def choose(self, library: Library, *, published: frozenset[str]) -> frozenset[str]:
        """Names of the roundups that get a picture: published, without a cover, with a title that the fonts have.

        None of them where the extra is not installed, or where the site's own template is an empty file.
        """
        if not self._wanted():
            return frozenset()
        return frozenset(
            roundup.name
            for roundup in library.roundups
            if roundup.name in published and not roundup.cover and self._can_set(roundup.title)
        )

    def mark(self) -> str:
        """Changes when pictures of the same words would be drawn in another way."""
        return self._renderer

    def render(self, desk: Desk, templates: Templates, names: Collection[str]) -> dict[str, Page]:
        """By name the pictures of these roundups, drawn on all cores where they are many.

        Raises ProblemsFound where the template cannot be drawn.
        """
        roundups = [roundup for roundup in desk.library.roundups if roundup.name in names]
        pages = share(roundups, lambda one: self._make(one, desk, templates), kind=Page, pays=len(roundups) >= _PAYS)
        self._forget_old(len(desk.pictures))
        return {roundup.name: page for roundup, page in zip(roundups, pages, strict=True)}

    def _make(self, roundup: Roundup, desk: Desk, templates: Templates) -> Page:
        view = self._compose(roundup, desk)
        svg = templates.render(TEMPLATE, {"picture": view, "fit": self._fonts.fit})
        key = sha256(repr((self._renderer, view.paper, svg)).encode()).hexdigest()[:40]
        kept = self._load(key)
        if kept is None:
            kept = self._draw(svg, view.paper)
            self._save(key, kept)
        return Page(path=page_file(picture_of(desk.indexes.lines[roundup.name]).src), content=kept)

    # ── what is drawn ──

    def _can_set(self, title: str) -> bool:
        """Whether the fonts have a title; they are not opened for plain ASCII, which they have."""
        return title.isascii() or self._fonts.clean(title) is not None

    def _wanted(self) -> bool:
        own = self._project.templates / TEMPLATE
        if own.is_file() and not own.read_bytes().strip():
            return False
        return all(_folder_of(package) for package in (_RENDERER, *(package for package, _ in _FACES.values())))

    def _compose(self, roundup: Roundup, desk: Desk) -> PictureView:
        line = desk.indexes.lines[roundup.name]
        site = desk.library.site
        colours = picture_colours(site.look)
        several = len(desk.site.series) > 1
        author = (roundup.author or site.author).name
        return PictureView(
            title=self._fonts.clean(line.text) or "",
            site=self._fonts.clean(site.title) or "",
            series=(self._fonts.clean(site.find_series(roundup.series).title) or "") if several else "",
            author=self._fonts.clean(author) or "",
            date=line.date.text,
            number=line.number,
            works=line.works,
            first=tuple(islice(self._first_works(roundup, desk), _WORKS)),
            right_to_left=direction(roundup.lang or site.lang) == "rtl",
            paper=hex_colour(colours["paper"]),
            ink=hex_colour(colours["ink"]),
            accent=hex_colour(colours["accent"]),
        )

    def _first_works(self, roundup: Roundup, desk: Desk) -> Iterator[PictureWork]:
        """In the order of the page, as far as they have titles that the fonts have."""
        for entry in main_entries(roundup):
            title = self._fonts.clean(desk.prose.plain(entry.title)) if entry.title else None
            if title:
                yield PictureWork(title=title, source=self._fonts.clean(source_name(entry) or "") or "")

    # ── how it is drawn ──

    @cached_property
    def _fonts(self) -> Fonts:
        faces = {name: load_typeface(file) for name, file in zip(_FACES, _packaged_fonts(), strict=True)}
        return Fonts(faces, tuple(self._own_fonts()))

    def _own_fonts(self) -> Iterator[Typeface]:
        """The site's fonts, for characters that ours have not."""
        for file in self._own_font_files:
            try:
                yield load_typeface(file)
            except ValueError as error:
                problem = Problem(
                    path=self._project.relative(file),
                    code="font",
                    message=f"the file cannot be used as a font: {error}",
                    cure="put a TrueType or OpenType font there (.ttf, .otf or .ttc)",
                )
                raise ProblemsFound([problem]) from error

    @cached_property
    def _own_font_files(self) -> tuple[Path, ...]:
        files = [file for file in self._project.fonts.glob("*") if file.suffix.lower() in (".ttf", ".otf", ".ttc")]
        return tuple(sorted(file for file in files if file.is_file()))

    @cached_property
    def _renderer(self) -> str:
        """Changes when the program that draws, or a font of the site, does."""
        seen = sha256()
        for package in (_RENDERER, *sorted({package for package, _ in _FACES.values()})):
            folder = _folder_of(package)
            versions = sorted(info.name for info in folder.parent.glob(f"{package}-*.dist-info")) if folder else []
            seen.update(repr((package, versions)).encode())
        for file in self._own_font_files:
            seen.update(sha256(file.read_bytes()).digest())
        return seen.hexdigest()

    def _draw(self, svg: str, paper: str) -> bytes:
        fonts = [str(file) for file in (*_packaged_fonts(), *self._own_font_files)]
        try:
            return _rasterise(svg, paper, fonts)
        except ValueError as error:
            if "background" in str(error) and paper != LIGHT_PAPER:
                # A name that is no colour: browsers pass over it too.
                return self._draw(svg, LIGHT_PAPER)
            problem = Problem(
                path=f"templates/{TEMPLATE}",
                code="template",
                message=f"what the template gives cannot be drawn: {error}",
                cure="compare it with the default one; an empty file means that there are no pictures",
            )
            raise ProblemsFound([problem]) from error

    # ── what is kept ──

    def _load(self, key: str) -> bytes | None:
        """A kept picture; None where there is none or where it is damaged."""
        try:
            kept = (self._cache / f"{key}.png").read_bytes()
        except OSError:
            return None
        picture, mark = kept[:-32], kept[-32:]
        return picture if _mark(key, picture) == mark else None

    def _save(self, key: str, picture: bytes) -> None:
        # Where it cannot be kept it is drawn again.
        with suppress(GleaningsError, OSError):
            write_bytes(self._cache / f"{key}.png", picture + _mark(key, picture))

    def _forget_old(self, count: int) -> None:
        """Leave room for some earlier versions of `count` pictures, not for all that ever were, nor for halves of
        them that a build left which was killed."""
        with suppress(OSError):
            clear_up(self._cache, below=False)
            files = list(self._cache.glob("*.png"))
            if len(files) > 3 * count + _SPARE:
                files.sort(key=lambda file: file.stat().st_mtime_ns)
                for file in files[: len(files) - 2 * count]:
                    file.unlink(missing_ok=True)


def _mark(key: str, picture: bytes) -> bytes:
    """By which a kept picture is known to be whole, and that of its key."""
    return sha256(key.encode() + picture).digest()


def _rasterise(svg: str, paper: str, fonts: list[str]) -> bytes:
    """PNG bytes. Raises ValueError where the SVG cannot be drawn."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError as error:
        raise GleaningsError(
            f"resvg, which draws link previews, cannot be loaded: {error} (install gleanings[images] anew)"
        ) from error
    return bytes(
        svg_to_bytes(
            svg_string=svg, background=paper, width=PICTURE_SIZE[0], skip_system_fonts=True, font_files=fonts
        )
    )


def _packaged_fonts() -> list[Path]:
    return [folder / "files" / name for package, name in _FACES.values() if (folder := _folder_of(package))]


def _folder_of(package: str) -> Path | None:
    """Where an installed package is; it is not loaded."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None

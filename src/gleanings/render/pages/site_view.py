"""What every page says of the site, and the static files that all pages share."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from gleanings.project import default_theme
from gleanings.render.feeds.links import site_feeds
from gleanings.render.indexes.desk import series_address
from gleanings.render.output.publish import Page
from gleanings.render.theme.look import compact_css, render_look, theme_colours
from gleanings.render.theme.templates import Templates
from gleanings.render.views.values import NavView, PersonView, SiteView
from gleanings.sites import Library, Series, Site

_STYLESHEET = "static/style.css"


def static_pages(site: Site, templates: Templates) -> Iterator[Page]:
    """The static files of theme and site; what `look:` says follows the stylesheet."""
    for path, file in templates.files.static_files():
        content = stylesheet(site, templates) if path == _STYLESHEET else file.read_bytes()
        yield Page(path=path, content=content)


def stylesheet(site: Site, templates: Templates) -> bytes:
    """The theme's stylesheet, made small, or the site's own as it is; behind it the properties that `look:` sets."""
    sheet = dict(templates.files.static_files())[_STYLESHEET].read_bytes()
    # Known by what is in it: a site may hold the theme itself, at whatever place.
    if sheet == (default_theme() / _STYLESHEET).read_bytes():
        sheet = compact_stylesheet()
    return sheet + render_look(site.look).encode()


def compact_stylesheet() -> bytes:
    """The theme's own, made small."""
    return compact_css((default_theme() / _STYLESHEET).read_text("utf-8")).encode()


def compose_site(library: Library, css: bytes) -> SiteView:
    """What every page says of the site."""
    site = library.site
    return SiteView(
        title=site.title,
        url=site.url,
        description=site.description,
        author=PersonView(name=site.author.name, url=site.author.url),
        email=site.email,
        lang=site.lang,
        nav=tuple(NavView(title=item.title, address=item.url) for item in site.nav) or tuple(_default_nav(library)),
        feeds=site_feeds(site.title),
        series=tuple(NavView(title=series.title, address=series_address(series)) for series in used_series(library)),
        style_address=f"/{_STYLESHEET}?{sha256(css).hexdigest()[:8]}",
        theme_colours=theme_colours(site.look),
    )


def _default_nav(library: Library) -> Iterator[NavView]:
    yield NavView(title="Archive", address="/archive/")
    if any(entry.tags for roundup in library.roundups for entry in roundup.walk_entries()):
        yield NavView(title="Tags", address="/tags/")
    for page in library.pages:
        if page.name == "about":
            yield NavView(title="About", address=page.address)
    yield NavView(title="Feeds", address="/feeds/")
    yield NavView(title="Search", address="/search/")


def used_series(library: Library) -> list[Series]:
    """The series that have roundups, those of site.yaml first."""
    used = {roundup.series for roundup in library.roundups}
    listed = [series for series in library.site.series if series.key in used]
    missing = sorted(used - {series.key for series in listed})
    return [*listed, *(library.site.find_series(key) for key in missing)]

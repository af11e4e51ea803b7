"""A page's head, and its way from a template to bytes."""

from __future__ import annotations

from collections.abc import Mapping

from gleanings.render.output.publish import Page
from gleanings.render.prose.assembly import assemble
from gleanings.render.prose.languages import direction
from gleanings.render.theme.templates import Templates
from gleanings.render.views.addresses import absolute, page_file, relative_links, rooted_links
from gleanings.render.views.values import PageView, SiteView

Context = Mapping[str, object]
"""What a template is given besides `site` and `page`."""


def head_of(site: SiteView, address: str, kind: str, title: str, **more: object) -> PageView:
    """What the head of a page says; `more` are further fields of PageView."""
    lang = str(more.pop("lang", None) or site.lang)
    return PageView(
        address=address,
        canonical=absolute(address, site.url),
        kind=kind,
        title=title,
        lang=lang,
        dir=direction(lang),
        **more,  # type: ignore[arg-type]
    )


def set_page(template: str, page: PageView, context: Context, site: SiteView, templates: Templates) -> Page:
    """The page's bytes. Raises ProblemsFound where the template has a fault."""
    text = templates.render(template, {"site": site, "page": page, **context})
    if template.endswith(".html"):
        text = assemble(text)
        text = rooted_links(text, site.url) if page.kind == "404" else relative_links(text, page.address)
    return Page(path=page_file(page.address), content=text.encode())

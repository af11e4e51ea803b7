"""The page of a roundup, and the home page, which shows the newest one whole.

Both need the view of one roundup and of the site, and nothing else of the library.
"""

from __future__ import annotations

from gleanings.render.indexes.values import YearLine
from gleanings.render.output.publish import Page
from gleanings.render.pages.structured import roundup_data, site_data
from gleanings.render.theme.frame import Context, head_of, set_page
from gleanings.render.theme.templates import Templates
from gleanings.render.views.addresses import absolute
from gleanings.render.views.values import ImageView, PageView, RoundupView, SiteView
from gleanings.values import replace


def render_roundup_page(view: RoundupView, site: SiteView, templates: Templates) -> Page:
    """The page of a roundup. Raises ProblemsFound."""
    head = head_of(
        site,
        view.address,
        "roundup",
        view.text,
        description=view.description,
        lang=view.lang,
        type="article",
        image=_preview(view, site),
        data=roundup_data(view, site),
        published=view.date.machine,
        modified=view.changed.machine,
        hidden=view.draft or view.waiting,
    )
    return set_page("roundup.html", head, {"roundup": view}, site, templates)


def _preview(view: RoundupView, site: SiteView) -> ImageView | None:
    """The cover, else the drawn picture; its address absolute."""
    image = view.cover or view.picture
    return replace(image, src=absolute(image.src, site.url)) if image else None


def render_home_page(
    newest: RoundupView | None, years: tuple[YearLine, ...], site: SiteView, templates: Templates
) -> Page:
    """The home page: the newest roundup and the archive. Raises ProblemsFound."""
    return set_page("home.html", *compose_home(newest, years, site), site, templates)


def compose_home(newest: RoundupView | None, years: tuple[YearLine, ...], site: SiteView) -> tuple[PageView, Context]:
    """The head of the home page, and what its template is given."""
    head = head_of(site, "/", "home", site.title, description=site.description, data=site_data(site))
    return head, {"roundup": newest, "years": years}

"""What composing a roundup needs besides its own file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from gleanings.model import Person, Roundup
from gleanings.render.prose.rendering import Prose
from gleanings.render.views.addresses import absolute, site_address
from gleanings.render.views.dates import Shown, show_date
from gleanings.render.views.values import ImageView, PersonView, RoundupLine, SeenIn, TagView
from gleanings.sites import Series
from gleanings.values import Value, field


class Surroundings(Value, kw_only=True):
    """What a roundup's page says that stands in other files: with the roundup and the site it decides every byte."""

    site_url: str
    series: Series
    series_address: str | None = None
    author: Person
    """Of the site; a roundup may name another."""
    previous: RoundupLine | None = None
    next: RoundupLine | None = None
    waiting: bool = False
    """Of a day to come."""
    also_in: Mapping[str, tuple[SeenIn, ...]] = field(default_factory=dict)
    """Entry anchor → other roundups with the same work."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tag as written → address of its page."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Author's name → address, where there is a page."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Source's name → address, where there is a page."""
    picture: ImageView | None = None
    """The one that is drawn of it for link previews."""


class Bench:
    """What each step of the composing needs: the roundup, its surroundings, the prose."""

    def __init__(self, roundup: Roundup, around: Surroundings, prose: Prose) -> None:
        self.roundup = roundup
        self.around = around
        self.prose = prose
        self.date = date_of(roundup)
        self.permalink = absolute(roundup.address, around.site_url)
        self._prefix = roundup.name.replace("/", "-")

    def anchor(self, name: str) -> str:
        """An entry's (section's, roundup's) anchor made unique in the whole site, for footnotes."""
        return f"{self._prefix}-{name}"

    def block(self, text: str, name: str) -> Markup:
        return self.prose.block(text, anchor=self.anchor(name), lang=self.roundup.lang)

    def block_or_none(self, text: str | None, name: str) -> Markup | None:
        return self.block(text, name) if text else None

    def line(self, text: str, name: str) -> Markup:
        return self.prose.inline(text, anchor=self.anchor(name), lang=self.roundup.lang)

    def title(self, text: str, name: str) -> Markup:
        return self.prose.title(text, anchor=self.anchor(name))

    def address(self, written: str) -> str:
        """Where a work or a further link is: site-absolute where that is a path on this site."""
        return site_address(written, self.roundup.address)

    def person(self, person: Person) -> PersonView:
        return PersonView(name=person.name, url=person.url, address=self.around.people.get(person.name))

    def tags(self, tags: Iterable[str]) -> tuple[TagView, ...]:
        known = self.around.tags
        return tuple([TagView(name=tag, address=known[tag]) for tag in tags if tag in known])


def date_of(roundup: Roundup) -> Shown:
    """The day of a roundup, for machines with the time where one was written."""
    return show_date(roundup.date.date() if roundup.dated_by_day else roundup.date)

"""JSON-LD: what a page is, in the words of schema.org."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from gleanings.render.theme.templates import script_json
from gleanings.render.views.addresses import absolute
from gleanings.render.views.values import EntryView, PersonView, RoundupView, SiteView

_TYPES = {
    "paper": "ScholarlyArticle", "article": "Article", "post": "BlogPosting", "repo": "SoftwareSourceCode",
    "tool": "SoftwareApplication", "book": "Book", "course": "Course", "video": "VideoObject",
    "podcast": "PodcastEpisode", "talk": "VideoObject", "thread": "DiscussionForumPosting", "dataset": "Dataset",
    "newsletter": "Article",
}  # fmt: skip


def site_data(site: SiteView) -> Markup:
    """The home page: a blog and its author."""
    return script_json({"@context": "https://schema.org", **_blog(site), "inLanguage": site.lang})


def roundup_data(roundup: RoundupView, site: SiteView) -> Markup:
    """A roundup: a blog posting that cites the works it speaks of."""
    posting = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "@id": roundup.permalink,
        "url": roundup.permalink,
        "mainEntityOfPage": roundup.permalink,
        "headline": roundup.text,
        "description": roundup.description or None,
        "datePublished": roundup.date.machine,
        "dateModified": roundup.changed.machine,
        "inLanguage": roundup.lang or site.lang,
        "wordCount": roundup.words,
        "image": absolute(image.src, site.url) if (image := roundup.cover or roundup.picture) else None,
        "author": _person(roundup.author, site),
        "isPartOf": _blog(site),
        "keywords": [tag.name for tag in roundup.tags] or None,
        "citation": [_work(entry, site) for entry in roundup.walk_entries() if entry.url] or None,
    }
    return script_json(_filled(posting))


def _blog(site: SiteView) -> dict[str, Any]:
    blog = {
        "@type": "Blog",
        "@id": site.url,
        "url": site.url,
        "name": site.title,
        "description": site.description or None,
        "author": _person(site.author, site),
    }
    return _filled(blog)


def _person(person: PersonView, site: SiteView) -> dict[str, Any]:
    url = absolute(person.url, site.url) if person.url else None
    return _filled({"@type": "Person", "name": person.name, "url": url})


def _work(entry: EntryView, site: SiteView) -> dict[str, Any]:
    url = absolute(entry.url or "", site.url)
    return {"@type": _TYPES.get(entry.kind or "", "CreativeWork"), "name": entry.text, "url": url}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}

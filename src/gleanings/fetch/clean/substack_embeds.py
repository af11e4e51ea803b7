"""What Substack embeds from elsewhere, as quotations and lines with a link."""

from __future__ import annotations

import re

from gleanings.fetch.clean.embeds import link_line, video_address
from gleanings.fetch.clean.pictures import picture, unwrap_cdn
from gleanings.fetch.clean.post import Post
from gleanings.fetch.clean.sanitise import sanitise
from gleanings.fetch.clean.substack_data import Facts, read_facts
from gleanings.fetch.clean.tree import Element, Node, find_all, find_class, find_first, parse_tree, text_of
from gleanings.identity import host_label, preferred
from gleanings.patterns import later

_MONTH_DAY = later(r"\A\w{3} (\w{3} \d{2}) [\d:]{8} \+0000 (\d{4})\Z")
_VIMEO_ID = later(r"\A\d+\Z")
_YOUTUBE_ID = later(r"\A[\w-]{11}\Z")
_SECONDS = later(r"\A(\d{1,6})s?\Z")


def convert_tweet(element: Element, post: Post, parent: str) -> list[Node]:
    """A quotation: the words, who said them and when, with a link to the post on X; its pictures as links."""
    del post
    facts = read_facts(element)
    address = facts.address("url")
    words = sanitise(facts.text("full_text", exact=True).replace("\n", "<br>"))
    if not words.strip():
        return link_line(parent, address, "Post on X") if address else element.children
    signed = _signature(facts, preferred(address) if address else None)
    quoted = facts.inner("quoted_tweet")
    children: list[Node] = [Element("p", {}, parse_tree(words).children)]
    if quoted.text("full_text"):
        name = quoted.text("name") or quoted.text("username")
        inner = parse_tree(sanitise(quoted.text("full_text"))).children
        children.append(Element("blockquote", {}, [Element("p", {}, [f"{name}: " if name else "", *inner])]))
    for number, photo in enumerate(facts.list_of("photos"), 1):
        if photo_address := photo.address("img_url") or photo.address("link_url"):
            children.append(Element("p", {}, [Element("a", {"href": photo_address}, [f"Picture {number}"])]))
    children.append(Element("p", {}, signed))
    return [Element("blockquote", {"class": "post"}, children)]


def _signature(facts: Facts, address: str | None) -> list[Node]:
    name, user = facts.text("name"), facts.text("username").lstrip("@")
    who = f"{name} (@{user})" if name and user else name or (f"@{user}" if user else "")
    when = _day(facts.text("date"))
    linked: Node = Element("a", {"href": address}, [when or "on X"]) if address else when
    return [f"— {who}, " if who else "— ", linked]


def _day(text: str) -> str:
    """`Tue Mar 21 13:10:05 +0000 2023` → `Mar 21, 2023`; an ISO date → its day; other text as it is."""
    if found := _MONTH_DAY.match(text):
        return f"{found[1]}, {found[2]}"
    return text.partition("T")[0]


def convert_video(element: Element, post: Post, parent: str) -> list[Node]:
    """A YouTube or Vimeo player as a link; where it was to start is kept."""
    del post
    facts = read_facts(element)
    video = facts.text("videoId") or str(facts.number("videoId") or "")
    found = _SECONDS.match(facts.text("startTime"))
    start = int(found[1]) if found else facts.number("startTime") or 0
    if _YOUTUBE_ID.match(video) and not _VIMEO_ID.match(video):
        address = video_address(f"https://youtu.be/{video}", start=start)
    elif _VIMEO_ID.match(video):
        address = f"https://vimeo.com/{video}"
    else:
        frame = find_first(element, "iframe")
        address = video_address(frame.get("src"), start=start) if frame else None
    if not address:
        return element.children
    return link_line(parent, address, f"Video: {address.partition('://')[2].removeprefix('www.')}")


def convert_native_media(element: Element, post: Post, parent: str) -> list[Node]:
    """Substack's own players have no lasting file: the post itself is where they play."""
    facts = read_facts(element)
    audio = "audio" in element.get("class") or element.get("data-component-name").startswith("Audio")
    label = ("Audio" if audio else "Video") + (f": {facts.text('label')}" if facts.text("label") else " in the post")
    return link_line(parent, post.url, label, details=_duration(facts.number("duration")))


def _duration(seconds: int | None) -> str:
    return f"{seconds // 60}:{seconds % 60:02}" if seconds else ""


def convert_player(element: Element, post: Post, parent: str) -> list[Node]:
    """Spotify, Apple Podcasts, SoundCloud, TikTok, Instagram, markets: title and author, linked; no frame."""
    frame = element if element.tag == "iframe" else find_first(element, "iframe")
    facts = read_facts(element) or (read_facts(frame) if frame else Facts({}))
    anchor = find_first(element, "a")
    address = (
        facts.address("targetUrl")
        or facts.address("url")
        or _instagram(facts)
        or (anchor.get("href") if anchor else "")
        or (frame.get("src") if frame else "")
    )
    shown = post.address(address) if address else None
    if shown is None:
        return []
    title = facts.text("title") or text_of(element).strip() or host_label(shown)
    by = facts.text("author_name") or facts.text("author") or facts.text("subtitle") or facts.text("podcastTitle")
    return link_line(
        parent, shown, title, details=", ".join(part for part in (by, host_label(shown)) if part != title)
    )


def _instagram(facts: Facts) -> str | None:
    number = facts.text("instagram_id")
    return f"https://www.instagram.com/p/{number}/" if re.fullmatch(r"[\w-]{5,40}", number) else None


def convert_bluesky(element: Element, post: Post, parent: str) -> list[Node]:
    """A post on Bluesky as a quotation."""
    del post
    facts = read_facts(element)
    handle, number = facts.text("authorHandle"), facts.text("postId")
    known = re.fullmatch(r"[\w.-]+", handle) and re.fullmatch(r"\w+", number)
    address = f"https://bsky.app/profile/{handle}/post/{number}" if known else None
    if not facts.text("text"):
        return link_line(parent, address, "Post on Bluesky") if address else element.children
    name = facts.text("authorName")
    who = f"{name} (@{handle})" if name and handle else name or f"@{handle}"
    when = _day(facts.text("createdAt")) or "on Bluesky"
    signed: list[Node] = [f"— {who}, ", Element("a", {"href": address}, [when]) if address else when]
    return [
        Element("blockquote", {"class": "post"}, [Element("p", {}, [facts.text("text")]), Element("p", {}, signed)])
    ]


def convert_datawrapper(element: Element, post: Post, parent: str) -> list[Node]:
    """A chart as its still picture, with caption and a link to the live one."""
    facts = read_facts(element)
    address = facts.address("url")
    still = facts.address("thumbnail_url_full") or facts.address("thumbnail_url")
    title = facts.text("title") or "Chart"
    if not still:
        return link_line(parent, address and post.address(address), title, details=facts.text("description"))
    caption: list[Node] = [Element("a", {"href": address}, [title]) if address else title]
    if facts.text("description"):
        caption.append(f" · {facts.text('description')}")
    return [Element("figure", {}, [picture(unwrap_cdn(still), alt=title), Element("figcaption", {}, caption)])]


def convert_gist(element: Element, post: Post, parent: str) -> list[Node]:
    """A gist's visible code, else a link to it."""
    del post
    facts = read_facts(element)
    if code := find_all(element, "pre"):
        return list(code)
    anchor = next((a for a in find_all(element, "a") if "gist.github.com" in a.get("href")), None)
    address = facts.address("url") or (anchor.get("href") if anchor else None)
    if rows := find_all(element, "tr"):
        return [Element("pre", {}, [Element("code", {}, ["\n".join(text_of(row).strip("\n") for row in rows)])])]
    return link_line(parent, address, "Code on GitHub") if address else element.children


def convert_embedded_post(element: Element, post: Post, parent: str) -> list[Node]:
    """Another post's card as one line: title, publication, authors, day."""
    del post
    facts = read_facts(element)
    anchor = find_first(element, "a")
    address = facts.address("url") or facts.address("canonical_url") or (anchor.get("href") if anchor else None)
    title_box = find_class(element, "embedded-post-title")
    title = facts.text("title") or (text_of(title_box).strip() if title_box else "")
    if not title:
        return element.children
    authors = [by.text("name") for by in (*facts.list_of("bylines"), *facts.list_of("publishedBylines"))]
    day = _day(facts.text("date") or facts.text("post_date"))
    details = [facts.text("publication_name"), ", ".join(filter(None, authors)), day]
    return link_line(parent, address, title, details=" · ".join(filter(None, details)))


def convert_publication(element: Element, post: Post, parent: str) -> list[Node]:
    """Another publication's card as one line; its subscription form goes."""
    del post
    facts = read_facts(element)
    anchor = find_first(element, "a")
    address = facts.address("base_url") or (anchor.get("href") if anchor else None)
    details = [facts.text("hero_text"), facts.text("author_name")]
    return link_line(parent, address, facts.text("name"), details=" · ".join(filter(None, details)))


def convert_remark(element: Element, post: Post, parent: str) -> list[Node]:
    """A quoted note or comment with its author and link; a chat or a message box is nothing to read."""
    del post, parent
    facts = read_facts(element)
    remark = facts.inner("comment") or facts.inner("communityPost") or facts
    words = remark.text("body")
    if not words:
        return []
    name, address = remark.text("name") or remark.text("author_name"), facts.address("url") or remark.address("url")
    signed = Element("a", {"href": address}, [name or "on Substack"]) if address else name
    children: list[Node] = [Element("p", {}, [words])]
    if signed:
        children.append(Element("p", {}, ["— ", signed]))
    return [Element("blockquote", {"class": "post"}, children)]


def convert_poll(element: Element, post: Post, parent: str) -> list[Node]:
    """A poll can only be answered where it stands."""
    del element
    return link_line(parent, post.url, "Poll on the site") if post.url else []

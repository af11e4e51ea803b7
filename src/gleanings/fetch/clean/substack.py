"""Substack's components as plain HTML: one function a construct, one table that says which is which.

A component is an element with `data-component-name`, or of a well-known class, whose facts stand as JSON in
`data-attrs`. That JSON is a stranger's: every value is checked for its type where it is read (`Facts`), every address
passes the same gate as an `href`, every word is text. What a function answers is cleaned like all other HTML.
"""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

from gleanings.fetch.clean import substack_embeds as embeds
from gleanings.fetch.clean.code_blocks import code_block, in_lines, language_of
from gleanings.fetch.clean.maths import display_maths
from gleanings.fetch.clean.pictures import picture, unwrap_cdn
from gleanings.fetch.clean.post import Post
from gleanings.fetch.clean.substack_data import Facts, read_facts
from gleanings.fetch.clean.tree import Element, Node, find_class, find_first, text_of
from gleanings.fetch.parse.parsed import ParsedFeed
from gleanings.patterns import later
from gleanings.values import Value

_MARKS = ("substackcdn.com/image/", 'ToDOM"')
_TAIL_SIZE = later(r"_(\d{1,5})x(\d{1,5})\.\w{3,4}\Z")
_MACHINERY = later(r"/subscribe\b|action=share|/comments\b|substack\.com/(?:refer|app)\b|leaderboard|%%|/gift\b")
_REFERENCE = later(r"&(?:lt|gt|amp|quot|#39);")
"""Some posts escape a formula twice; none of these is TeX."""
_OUR_OWN = ("aside", "blockquote")
"""What pull quotes and callouts have become already."""
_MISSING = "image missing upstream"

Convert = Callable[[Element, Post, str], list[Node]]


class Construct(Value, gc=True):
    """One row of the table: how it is recognised, and what becomes of it."""

    convert: Convert
    names: tuple[str, ...] = ()
    """Values of data-component-name."""
    classes: tuple[str, ...] = ()


def is_substack(feed: ParsedFeed) -> bool:
    """True for a publication on Substack, whatever its domain: by generator, components or pictures."""
    if (feed.generator or "").strip().lower() == "substack":
        return True
    return any(_looks_like_substack(item.content_html) for item in feed.items)


def convert_component(element: Element, post: Post, parent: str) -> list[Node] | None:
    """What stands in place of a Substack component; None for an element that is none."""
    attrs = element.attrs
    name = attrs.get("data-component-name", "")
    if name and name in _BY_NAME:
        return _BY_NAME[name](element, post, parent)
    if "class" in attrs and element.tag not in _OUR_OWN:
        for word in attrs["class"].split():
            if word in _BY_CLASS:
                return _BY_CLASS[word](element, post, parent)
    return [_unmarked(element)] if name else None


def _looks_like_substack(html: str) -> bool:
    return _MARKS[0] in html or ("data-component-name" in html and _MARKS[1] in html)


def _unmarked(element: Element) -> Element:
    """The element without the marks of a component, so that no rule takes it for one again."""
    kept = {
        name: value for name, value in element.attrs.items() if name in ("href", "src", "alt", "id", "dir", "lang")
    }
    return Element(element.tag, kept, element.children)


def drop(element: Element, post: Post, parent: str) -> list[Node]:
    """Machinery: subscription forms, sharing, restacking, chats."""
    del element, post, parent
    return []


def keep_inside(element: Element, post: Post, parent: str) -> list[Node]:
    """A wrapper that adds nothing to what it holds."""
    del post, parent
    return element.children


def convert_image(element: Element, post: Post, parent: str) -> list[Node]:
    """The uploaded file with its true size, out of the wrapper, the resizing address and the lightbox link."""
    image = find_first(element, "img") if element.tag != "img" else element
    if image is None:
        return []
    facts = read_facts(image) or read_facts(element)
    address = unwrap_cdn(facts.address("src") or image.get("src"))
    shown = picture(
        address,
        alt=facts.text("alt") or image.get("alt"),
        title=facts.text("title"),
        size=_size(facts, address, image),
    )
    target = facts.address("href")
    linked = Element("a", {"href": target}, [shown]) if target and unwrap_cdn(target) != address else shown
    return [linked] if parent in ("figure", "a", "p", "td", "span") else [Element("figure", {}, [linked])]


def _size(facts: Facts, address: str, image: Element) -> tuple[str, str] | None:
    found = _TAIL_SIZE.search(address)
    width, height = facts.number("width"), facts.number("height")
    if width and height:
        return (str(width), str(height))
    return (found[1], found[2]) if found else (image.get("width"), image.get("height"))


def convert_gallery(element: Element, post: Post, parent: str) -> list[Node]:
    """One figure a picture, the gallery's caption under the last."""
    del post, parent
    gallery = read_facts(element).inner("gallery")
    figures = [
        Element("figure", {}, [picture(unwrap_cdn(address), alt=image.text("alt") or image.text("caption"))])
        for image in gallery.list_of("images")
        if (address := image.address("src"))
    ]
    if not figures:
        static = find_first(element, "img")
        figures = [Element("figure", {}, [static])] if static else []
    if figures and (caption := gallery.text("caption")):
        figures[-1].children.append(Element("figcaption", {}, [caption]))
    return list(figures)


def convert_asset_error(element: Element, post: Post, parent: str) -> list[Node]:
    """A picture that Substack lost: its original address, else a word in its place."""
    del post
    address = read_facts(element).address("url")
    if address:
        shown: Node = picture(address)
        return [shown] if parent in ("figure", "p", "span") else [Element("p", {}, [shown])]
    return [Element("span", {"class": "missing"}, [_MISSING])]


def convert_latex(element: Element, post: Post, parent: str) -> list[Node]:
    """A display formula; the drawn copy inside the element is ignored."""
    del post
    facts = read_facts(element)
    tex = _REFERENCE.sub(lambda found: unescape(found[0]), facts.text("persistentExpression", exact=True))
    if not tex.strip():
        return [text_of(element)]
    return [display_maths(tex, block=parent != "p")]


def convert_mention(element: Element, post: Post, parent: str) -> list[Node]:
    """The name, linked to the profile or the publication."""
    del post, parent
    facts = read_facts(element)
    name = facts.text("name") or text_of(element).strip()
    profile = f"https://substack.com/profile/{facts.number('id')}" if facts.number("id") else None
    address = facts.address("url") or (profile if facts.text("type") in ("", "user") else None)
    return [Element("a", {"href": address}, [name]) if address and name else name]


def convert_button(element: Element, post: Post, parent: str) -> list[Node]:
    """A button that leads away from Substack is a link; subscribe, share, comment and refer are dropped."""
    facts = read_facts(element)
    anchor = element if element.tag == "a" else find_first(element, "a")
    address = facts.address("url") or (anchor.get("href") if anchor else "")
    text = facts.text("text") or text_of(element).strip()
    if not address or not text or _MACHINERY.search(facts.text("url") or address) or _MACHINERY.search(address):
        return []
    return [Element("p", {}, [Element("a", {"href": address}, [text])])]


def convert_code(element: Element, post: Post, parent: str) -> list[Node]:
    del post, parent
    pre = find_first(element, "pre") or element
    code = find_first(pre, "code")
    named = Element("code", {"data-language": read_facts(element).text("language")})
    return [code_block(text_of(pre), language_of(named) or (language_of(code) if code else None))]


def convert_preformatted(element: Element, post: Post, parent: str) -> list[Node]:
    """A poem: its lines and emphasis, without the label for screen readers."""
    del post, parent
    pre = find_first(element, "pre")
    return [Element("pre", {}, in_lines((pre or element).children))]


def convert_pullquote(element: Element, post: Post, parent: str) -> list[Node]:
    del post, parent
    return [Element("blockquote", {"class": "pullquote"}, element.children)]


def convert_callout(element: Element, post: Post, parent: str) -> list[Node]:
    del post, parent
    return [Element("aside", {"class": "callout"}, element.children)]


def convert_sponsor(element: Element, post: Post, parent: str) -> list[Node]:
    del post, parent
    return [Element("aside", {"class": "sponsor"}, element.children)] if text_of(element).strip() else []


def convert_file(element: Element, post: Post, parent: str) -> list[Node]:
    """An attachment: its title and one link."""
    del post, parent
    anchor = find_first(element, "a")
    heading = find_class(element, "file-embed-details-h1")
    title = " ".join(text_of(heading).split()) if heading else "File"
    address = anchor.get("href") if anchor else ""
    return [Element("p", {}, [Element("a", {"href": address}, [title]) if address else title])]


# fmt: off
TABLE: tuple[Construct, ...] = (
    Construct(
        convert_image,
        names=("Image2ToDOM", "ImageToDOM", "Image2ToDOMStatic", "Image3ToDOM"),
        classes=("image-link", "image2", "image3"),
    ),
    Construct(drop, classes=("image-link-expand", "restack-image", "view-image", "pencraft", "restack-image-button")),
    Construct(convert_gallery, names=("ImageGallery", "ImageGalleryToDOM"), classes=("image-gallery-embed",)),
    Construct(convert_asset_error, names=("AssetErrorToDOM",)),
    Construct(convert_latex, names=("LatexBlockToDOM",), classes=("latex-rendered",)),
    Construct(convert_mention, names=("MentionToDOM", "MentionUser"), classes=("mention-wrap",)),
    Construct(embeds.convert_tweet, names=("Twitter2ToDOM", "TwitterToDOM"), classes=("tweet", "twitter-embed")),
    Construct(embeds.convert_video, names=("Youtube2ToDOM", "VimeoToDOM"), classes=("youtube-wrap", "vimeo-wrap")),
    Construct(
        embeds.convert_native_media,
        names=("VideoPlaceholder", "AudioPlaceholder", "NativeVideoToDOM", "NativeAudioToDOM"),
        classes=("native-video-embed", "native-audio-embed"),
    ),
    Construct(
        embeds.convert_player,
        names=(
            "Spotify2ToDOM", "SpotifyToDOM", "ApplePodcastToDom", "SoundcloudToDOM", "BandcampToDOM",
            "TikTokCreateTikTokEmbed", "InstagramToDOM", "PredictionMarketToDOM", "CodeEmbedToDOM",
        ),
        classes=(
            "spotify-wrap", "apple-podcast-container", "soundcloud-wrap", "bandcamp-wrap", "tiktok-wrap",
            "instagram-embed-wrap", "instagram", "prediction-market-wrap",
        ),
    ),
    Construct(embeds.convert_bluesky, names=("BlueskyCreateBlueskyEmbed",), classes=("bluesky-wrap",)),
    Construct(embeds.convert_datawrapper, names=("DatawrapperToDOM",), classes=("datawrapper-wrap",)),
    Construct(embeds.convert_gist, names=("GitgistToDOM", "GithubGistToDOM"), classes=("github-gist",)),
    Construct(convert_code, names=("HighlightedCodeBlockToDOM",), classes=("highlighted_code_block", "shiki")),
    Construct(convert_preformatted, names=("PreformattedTextBlockToDOM",), classes=("preformatted-block",)),
    Construct(drop, classes=("hide-text",)),
    Construct(convert_pullquote, names=("PullquoteToDOM",), classes=("pullquote",)),
    Construct(convert_callout, names=("CalloutToDOM", "CalloutBlockToDOM"), classes=("callout-block",)),
    Construct(
        embeds.convert_embedded_post,
        names=("EmbeddedPostToDOM", "DigestPostEmbed"),
        classes=("embedded-post-wrap", "digest-post-embed"),
    ),
    Construct(
        embeds.convert_publication,
        names=("EmbeddedPublicationToDOMWithSubscribe", "EmbeddedPublicationToDOM"),
        classes=("embedded-publication-wrap",),
    ),
    Construct(
        drop,
        names=("SubscribeWidgetToDOM", "SubscribeWidget", "CaptionedButtonToDOM", "InstallSubstackAppToDOM"),
        classes=(
            "subscription-widget-wrap", "subscription-widget-wrap-editor", "subscription-widget",
            "captioned-button-wrap", "install-substack-app-embed",
        ),
    ),
    Construct(convert_button, names=("ButtonCreateButton",), classes=("button-wrapper",)),
    Construct(
        embeds.convert_remark,
        names=(
            "CommunityPostPlaceholder", "CommentPlaceholder", "CommunityChatRenderPlaceholder", "DirectMessageToDOM",
        ),
        classes=("community-post", "comment", "community-chat", "directMessage"),
    ),
    Construct(embeds.convert_poll, names=("PollToDOM",), classes=("poll-embed",)),
    Construct(
        convert_sponsor, names=("SponsorshipCampaignToDOM",), classes=("sponsorship-campaign-embed",)
    ),
    Construct(convert_file, names=("FileToDOM",), classes=("file-embed-wrapper",)),
    Construct(drop, names=("PaywallToDOM",), classes=("paywall-jump",)),
    Construct(keep_inside, names=("FootnoteAnchorToDOM", "FootnoteToDOM"), classes=("footnote-content",)),
)
# fmt: on
"""Every construct of a Substack post; footnotes are gathered before the walk (`footnotes`)."""

_BY_NAME = {name: row.convert for row in TABLE for name in row.names}
_BY_CLASS = {name: row.convert for row in TABLE for name in row.classes}

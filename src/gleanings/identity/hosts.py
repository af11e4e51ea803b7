"""Places other than papers' where one work has many addresses: code, videos, posts, threads."""

from __future__ import annotations

import re

from gleanings.identity.address import Address, without_parameters
from gleanings.identity.papers import find_arxiv_mirror
from gleanings.identity.words import words
from gleanings.identity.work import Rule, Work
from gleanings.patterns import later

# ── code and models ──

_GITHUB_PAGES = words(
    """
    about account apps blog codespaces collections contact copilot customer-stories dashboard enterprise events
    explore features gist issues join login logout marketplace mobile models new notifications orgs pricing pulls
    readme resources search security sessions settings signup site solutions sponsors stars team topics trending users
    """
)
"""First path segments on github.com that are nobody's name."""
_OWNER = later(r"[A-Za-z0-9-]{1,39}", re.ASCII)
_HF_PAGES = words(
    """
    api blog chat collections docs enterprise inference join learn login logout models organizations pricing
    posts search settings storage support tasks datasets spaces papers new welcome terms-of-service privacy
    """
)


def _segments(address: Address) -> list[str]:
    return [segment for segment in address.path.split("/") if segment]


def _find_github(address: Address) -> Work | None:
    if address.host == "gist.github.com":
        return _find_gist(address)
    if address.host not in ("github.com", "raw.githubusercontent.com"):
        return None
    segments = _segments(address)
    if len(segments) < 2 or segments[0].lower() in _GITHUB_PAGES or not _OWNER.fullmatch(segments[0]):
        return None
    repository = f"{segments[0]}/{segments[1].removesuffix('.git')}".lower()
    rest = segments[2:]
    if address.host == "raw.githubusercontent.com":
        rest = ["blob", *_without_heads(rest)]
    if rest[:1] == ["raw"]:
        rest = ["blob", *_without_heads(rest[1:])]
    return _github_work(address, repository, rest)


def _github_work(address: Address, repository: str, rest: list[str]) -> Work:
    if rest in ([], ["tree", "main"], ["tree", "master"]):
        return Work(f"github:{repository}")
    query = (
        without_parameters(address.query, ("raw", "plain", "tab")) if rest[0] in ("blob", "tree") else address.query
    )
    return Work(f"github:{'/'.join((repository, *rest))}{f'?{query}' if query else ''}")


def _without_heads(reference: list[str]) -> list[str]:
    return reference[2:] if reference[:2] == ["refs", "heads"] else reference


def _find_gist(address: Address) -> Work | None:
    found = re.fullmatch(r"(?:/[\w-]+)?/([0-9a-f]{20,32})/?.*", address.path)
    return Work(f"gist:{found[1]}") if found else None


def _find_hugging_face(address: Address) -> Work | None:
    if address.path.startswith("/papers/"):
        return find_arxiv_mirror(address)
    segments = _segments(address)
    if not segments or address.query:
        return None
    kind = segments.pop(0) if segments[0] in ("datasets", "spaces") else ""
    if not segments or (not kind and segments[0] in _HF_PAGES):
        return None
    name, rest = segments[:2], segments[2:]
    if not kind and len(name) < 2:
        # One segment is a person, an organisation or an old model: no telling, so the address is the key.
        return None
    if rest and rest[0] not in ("blob", "tree", "resolve"):
        return None
    return Work(f"hf:{'/'.join((kind or 'models', *name)).lower()}")


# ── videos ──

_VIDEO = later(r"[A-Za-z0-9_-]{11}", re.ASCII)
_NO_VIDEO = frozenset({"videoseries", "live_stream"})
_VIDEO_PATH = later(r"/(?:watch|shorts|live|embed|v|e|vi)/([^/?&]+)/?")
_VIMEO = later(r"/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/|album/\d+/video/|showcase/\d+/video/)?(\d+)/?")


def _find_youtube(address: Address) -> Work | None:
    if address.path == "/attribution_link":
        return _youtube_work(address.parameter("u").partition("v=")[2][:11], "")
    found = _VIDEO_PATH.fullmatch(address.path)
    video = found[1] if found else address.parameter("v") if address.path.rstrip("/") in ("/watch", "") else ""
    return _youtube_work(video, _start(address))


def _find_short_youtube(address: Address) -> Work | None:
    return _youtube_work(address.path.strip("/"), _start(address))


def _start(address: Address) -> str:
    written = address.parameter("t", "start") or (address.fragment or "").partition("t=")[2]
    return written if re.fullmatch(r"[0-9hms]+", written, re.ASCII) else ""


def _youtube_work(video: str, start: str) -> Work | None:
    if not _VIDEO.fullmatch(video) or video in _NO_VIDEO:
        return None
    return Work(f"youtube:{video}", f"https://www.youtube.com/watch?v={video}{f'&t={start}' if start else ''}")


def _find_vimeo(address: Address) -> Work | None:
    found = _VIMEO.fullmatch(address.path)
    return Work(f"vimeo:{found[1]}", f"https://vimeo.com/{found[1]}") if found else None


# ── posts and threads ──

_STATUS = later(r"/(?:(\w{1,15})|i/web|i)/status(?:es)?/(\d+)(?:/.*)?", re.ASCII)
_THREAD_READER = later(r"/thread/(\d+)(?:\.html)?/?")
_REDDIT = later(r"/(?:r/[\w.-]+/|u(?:ser)?/[\w.-]+/)?comments/([a-z0-9]+)(?:/[^/]*(?:/([a-z0-9]+))?)?/?")
_SUBSTACK_SHARED = later(r"/pub/([\w-]+)(/p/[^/]+)/?")
_SUBSTACK_NUMBER = later(r"/(?:home/post|@[\w-]+)/p-(\d+)/?")
_MEDIUM = later(r"/(?:.*-|p/)([0-9a-f]{10,12})/?")
_FORUM_POST = later(r"/(?:posts|s/\w+/p|p)/([A-Za-z0-9]{17})(?:/[^/]*)?/?")
_QUESTION = later(r"/(?:questions|q)/(\d+)(?:/[^/]*)?/?")
_ANSWER = later(r"/(?:questions/\d+/[^/]+/(\d+)|a/(\d+)(?:/\d+)?)/?")
_APPLE_SHOW = later(r"(?:/[a-z]{2})?/podcast/(?:[^/]+/)?id(\d+)")
_ASIN = later(r"/(?:.*/)?(?:dp|gp/product|gp/aw/d)/([A-Z0-9]{10})(?:/.*)?")


def _find_tweet(address: Address) -> Work | None:
    found = _STATUS.fullmatch(address.path)
    if not found:
        return None
    return Work(f"x:{found[2]}", f"https://x.com/{found[1] or 'i/web'}/status/{found[2]}")


def _find_unrolled_thread(address: Address) -> Work | None:
    found = _THREAD_READER.fullmatch(address.path)
    return Work(f"x:{found[1]}") if found else None


def _find_reddit(address: Address) -> Work | None:
    found = _REDDIT.fullmatch(address.path)
    return Work(f"reddit:{found[1]}{f'/{found[2]}' if found[2] else ''}") if found else None


def _find_short_reddit(address: Address) -> Work | None:
    found = re.fullmatch(r"/([a-z0-9]+)/?", address.path)
    return Work(f"reddit:{found[1]}") if found else None


def _find_substack(address: Address) -> Work | None:
    if address.host == "open.substack.com" and (found := _SUBSTACK_SHARED.fullmatch(address.path)):
        home = f"{found[1].lower()}.substack.com{found[2]}"
        return Work(f"//{home}", f"https://{home}")
    if address.host == "substack.com" and (found := _SUBSTACK_NUMBER.fullmatch(address.path)):
        return Work(f"substack:{found[1]}")
    return None


def _find_medium(address: Address) -> Work | None:
    found = _MEDIUM.fullmatch(address.path)
    return Work(f"medium:{found[1]}") if found else None


def _find_forum_post(address: Address) -> Work | None:
    """LessWrong, its mirrors and the Alignment Forum share posts and their numbers."""
    found = _FORUM_POST.fullmatch(address.path)
    return Work(f"lesswrong:{found[1]}") if found and not address.parameter("commentId") else None


def _find_question(address: Address) -> Work | None:
    if found := _ANSWER.fullmatch(address.path):
        return Work(f"stackexchange:{address.host}/a/{found[1] or found[2]}")
    found = _QUESTION.fullmatch(address.path)
    return Work(f"stackexchange:{address.host}/q/{found[1]}") if found else None


def _find_apple_podcast(address: Address) -> Work | None:
    found = _APPLE_SHOW.fullmatch(address.path)
    episode = address.parameter("i")
    return Work(f"apple-podcast:{found[1]}{f'/{episode}' if episode else ''}") if found else None


def find_amazon(address: Address) -> Work | None:
    """A product by its number; the countries' shops stay apart."""
    found = _ASIN.fullmatch(address.path)
    return Work(f"amazon:{address.host.partition('amazon.')[2]}/{found[1]}") if found else None


RULES: dict[str, Rule] = {
    "github.com": _find_github,
    "raw.githubusercontent.com": _find_github,
    "huggingface.co": _find_hugging_face,
    "hf.co": _find_hugging_face,
    "youtube.com": _find_youtube,
    "youtube-nocookie.com": _find_youtube,
    "youtube.googleapis.com": _find_youtube,
    "yewtu.be": _find_youtube,
    "youtu.be": _find_short_youtube,
    "vimeo.com": _find_vimeo,
    "x.com": _find_tweet,
    "twitter.com": _find_tweet,
    "xcancel.com": _find_tweet,
    "fxtwitter.com": _find_tweet,
    "vxtwitter.com": _find_tweet,
    "fixupx.com": _find_tweet,
    "fixvx.com": _find_tweet,
    "threadreaderapp.com": _find_unrolled_thread,
    "reddit.com": _find_reddit,
    "redd.it": _find_short_reddit,
    "substack.com": _find_substack,
    "medium.com": _find_medium,
    "lesswrong.com": _find_forum_post,
    "greaterwrong.com": _find_forum_post,
    "alignmentforum.org": _find_forum_post,
    "stackoverflow.com": _find_question,
    "stackexchange.com": _find_question,
    "superuser.com": _find_question,
    "serverfault.com": _find_question,
    "mathoverflow.net": _find_question,
    "podcasts.apple.com": _find_apple_podcast,
}
"""Domain, its subdomains included → its rule. Nitter and Amazon have many domains: see `keys`."""

TWINS = words(
    """
    axios.com bbc.co.uk bbc.com bloomberg.com businessinsider.com cnbc.com cnet.com cnn.com dailymail.co.uk
    economist.com espn.com facebook.com forbes.com ft.com gizmodo.com huffpost.com imdb.com independent.co.uk
    latimes.com linkedin.com medium.com nbcnews.com newsweek.com npr.org nytimes.com politico.com pitchfork.com
    quora.com reddit.com reuters.com rottentomatoes.com scmp.com slashdot.org slate.com smh.com.au spiegel.de
    theatlantic.com theguardian.com theverge.com time.com twitter.com usatoday.com vice.com vox.com
    washingtonpost.com weibo.com wsj.com x.com xkcd.com yelp.com youtube.com zdnet.com
    """
)
"""Domains whose `m.`, `mobile.`, `amp.` and `touch.` hosts show the same pages as the bare one."""

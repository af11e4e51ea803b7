"""Single links: what is asked for each, and what becomes of every kind of answer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from gleanings.fetch.links.discover import Discovery, discover
from gleanings.fetch.links.feed_hints import find_feeds
from gleanings.fetch.links.link import LinkReader, LinkUnread, fetch_links
from gleanings.fetch.retrieve.answers import Failure, FailureKind, Response
from gleanings.fetch.retrieve.gates import Gates
from gleanings.fetch.retrieve.headers import Headers
from gleanings.fetch.retrieve.http import Client, line_maker
from gleanings.fetch.retrieve.urls import find_private_origins
from gleanings.identity import work_key
from gleanings.model import Candidate
from loopback import Loopback, item, loopback, redirect, reply, rss

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Scripted(Client):
    """Answers from a table instead of the network, and writes down what was asked."""

    def __init__(self, answers: dict[str, str | bytes | int | FailureKind | tuple[str, str]]) -> None:
        super().__init__(agent="test", gates=Gates(now=NOW, states={}, make_line=line_maker()))
        self.answers = answers
        self.asked: list[str] = []

    def get(self, url: str, **_: object) -> Response | Failure:
        self.asked.append(url)
        answer = self.answers.get(url, 404)
        final = url
        if isinstance(answer, tuple):
            final, answer = answer
        if isinstance(answer, str) and answer in ("dns", "timeout", "binary", "private", "redirect", "paused"):
            return Failure(kind=answer, message=f"it failed ({answer})", url=url)  # type: ignore[arg-type]
        status = answer if isinstance(answer, int) else 200
        body = b"" if isinstance(answer, int) else answer.encode() if isinstance(answer, str) else answer
        return Response(url=url, final_url=final, status=status, headers=Headers(()), body=body)


def read_link(url: str, *, client: Client) -> Candidate:
    """What the page behind a link says."""
    return LinkReader((url,))(url, client=client, now=NOW)


def paper(number: str, title: str) -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{number}</id><title>{title}</title><published>2024-01-08T18:47:34Z</published>"
        f"<author><name>Ada Lind</name></author><author><name>Bo Dahl</name></author><summary>Is\n new.</summary>"
        f'<link href="http://arxiv.org/abs/{number}" rel="alternate" type="text/html"/></entry>'
    )


def arxiv(*entries: str) -> str:
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>q</title>{"".join(entries)}</feed>'


def ask(*ids: str) -> str:
    return f"https://export.arxiv.org/api/query?id_list={','.join(ids)}&max_results=50"


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2401.04088",
        "https://arxiv.org/pdf/2401.04088v2.pdf",
        "http://www.arxiv.org/html/2401.04088",
        "https://huggingface.co/papers/2401.04088",
        "https://www.alphaxiv.org/abs/2401.04088",
        "https://doi.org/10.48550/arXiv.2401.04088",
    ],
)
def test_every_form_of_an_arxiv_address_is_one_paper(url: str) -> None:
    client = Scripted({ask("2401.04088"): arxiv(paper("2401.04088v1", "Mixing\n  experts"))})
    found = read_link(url, client=client)
    assert found.title == "Mixing experts"
    assert found.authors == ("Ada Lind", "Bo Dahl")
    assert (found.kind, found.source, found.summary) == ("paper", "arXiv", "Is new.")
    assert found.published is not None
    assert found.published.date().isoformat() == "2024-01-08"
    assert found.url == "https://arxiv.org/abs/2401.04088" + ("v2" if "v2" in url else "")
    assert len(client.asked) == 1


def test_many_arxiv_papers_are_one_question() -> None:
    ids = [f"2401.{number:05}" for number in range(1, 11)]
    client = Scripted({ask(*ids): arxiv(*(paper(f"{one}v1", f"Paper {one}") for one in reversed(ids)))})
    found = dict(fetch_links([f"https://arxiv.org/abs/{one}" for one in ids], client=client, now=NOW))
    assert [getattr(one, "title", None) for one in found.values()] == [f"Paper {one}" for one in ids]
    assert len(client.asked) == 1


def test_without_arxiv_s_interface_the_page_is_asked() -> None:
    page = '<meta name="citation_title" content="On x"><meta name="citation_author" content="Lind, Ada">'
    client = Scripted({"https://arxiv.org/abs/2401.04088": page})
    found = read_link("https://arxiv.org/pdf/2401.04088", client=client)
    assert (found.title, found.authors, found.kind) == ("On x", ("Ada Lind",), "paper")


VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
OEMBED = "https://www.youtube.com/oembed?format=json&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DdQw4w9WgXcQ"


def test_a_video_is_asked_by_oembed_and_dated_by_its_page() -> None:
    told = json.dumps({"title": "A talk", "author_name": "Ada", "provider_name": "YouTube"})
    client = Scripted({OEMBED: told, VIDEO: '<meta itemprop="datePublished" content="2020-05-06">'})
    found = read_link("https://youtu.be/dQw4w9WgXcQ?si=x", client=client)
    assert (found.url, found.title, found.authors, found.kind) == (VIDEO, "A talk", ("Ada",), "video")
    assert found.published is not None
    assert found.published.date().isoformat() == "2020-05-06"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_private_video_is_kept_and_marked(status: int) -> None:
    found = read_link(VIDEO, client=Scripted({OEMBED: status}))
    assert (found.url, found.title, found.flags) == (VIDEO, "", ("no-title", "unavailable"))


STORY = "https://hacker-news.firebaseio.com/v0/item/12.json"
ITEM = "https://news.ycombinator.com/item?id=12"


def test_a_hacker_news_item_is_its_story_with_the_item_as_discussion() -> None:
    told = {"title": "HN's words", "url": "https://blog.example/x", "by": "ada", "time": 1700000000}
    client = Scripted({STORY: json.dumps(told), "https://blog.example/x": "<title>The post</title>"})
    found = read_link(ITEM, client=client)
    assert (found.url, found.title, found.discussion) == ("https://blog.example/x", "The post", ITEM)


def test_where_the_story_cannot_be_read_hacker_news_has_its_title() -> None:
    client = Scripted({STORY: json.dumps({"title": "HN's words", "url": "https://blog.example/x"})})
    found = read_link(ITEM, client=client)
    assert (found.url, found.title, found.discussion) == ("https://blog.example/x", "HN's words", ITEM)
    assert "no-title" not in found.flags


def test_an_ask_hn_is_its_own_work() -> None:
    told = {"title": "Ask HN: why?", "text": "I &amp; you", "by": "ada", "time": 1700000000}
    found = read_link(ITEM, client=Scripted({STORY: json.dumps(told)}))
    assert (found.url, found.title, found.authors, found.kind) == (ITEM, "Ask HN: why?", ("ada",), "thread")


@pytest.mark.parametrize(
    "told", ["null", '{"deleted": true}', "[]", "{", '{"url": "https://news.ycombinator.com/item?id=12"}']
)
def test_a_deleted_story_is_no_crash(told: str) -> None:
    found = read_link(ITEM, client=Scripted({STORY: told}))
    assert found.url == ITEM


def test_a_post_on_x_is_titled_by_its_words() -> None:
    url = "https://publish.twitter.com/oembed?omit_script=1&dnt=1&url=https%3A%2F%2Fx.com%2Fada%2Fstatus%2F99"
    told = {
        "html": "<blockquote><p>One thing. And &amp; another.</p>&mdash; Ada (@ada)</blockquote>",
        "author_name": "Ada Lind", "author_url": "https://twitter.com/ada",
    }  # fmt: skip
    found = read_link("https://twitter.com/ada/status/99?s=20", client=Scripted({url: json.dumps(told)}))
    assert (found.url, found.title) == ("https://x.com/ada/status/99", "@ada: One thing")
    assert (found.authors, found.summary) == (("Ada Lind",), "One thing. And & another.")


def test_a_video_whose_number_begins_with_a_word_is_asked_like_any_other() -> None:
    ask = "https://www.youtube.com/oembed?format=json&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DplaylistABC"
    client = Scripted({ask: json.dumps({"title": "Film"})})
    assert read_link("https://youtu.be/playlistABC", client=client).title == "Film"


@pytest.mark.parametrize(
    "before", [pytest.param("", id="itself"), pytest.param("https://web.archive.org/web/2024/", id="its-copy")]
)
def test_a_model_is_asked_of_hugging_face(before: str) -> None:
    told = {"id": "ada/Big-1", "author": "ada", "createdAt": "2024-02-03T10:00:00.000Z"}
    client = Scripted({"https://huggingface.co/api/models/ada/Big-1": json.dumps(told)})
    found = read_link(f"{before}https://huggingface.co/ada/Big-1/tree/main", client=client)
    assert (found.title, found.authors, found.kind, found.source) == ("ada/Big-1", ("ada",), "model", "Hugging Face")


@pytest.mark.parametrize(
    ("url", "graph", "title", "kind"),
    [
        pytest.param("https://github.com/ada/Tool", "GitHub - ada/Tool: x", "ada/Tool", "repo", id="repository"),
        pytest.param(
            "https://github.com/ada/Tool/issues/3",
            "It breaks · Issue #3 · ada/Tool",
            "It breaks · Issue #3",
            "thread",
            id="issue",
        ),
        pytest.param(
            "https://github.com/ada/Tool/releases/tag/v1", "Release v1 · ada/Tool", "Release v1", "tool", id="release"
        ),
    ],
)
def test_github_s_pages_are_named_by_what_they_are(url: str, graph: str, title: str, kind: str) -> None:
    page = (
        f'<meta property="og:title" content="{graph}"><meta property="og:description" '
        'content="Does things. Contribute to ada/Tool development by creating an account on GitHub.">'
    )
    found = read_link(url, client=Scripted({url: page}))
    assert (found.title, found.kind, found.source, found.summary) == (title, kind, "GitHub", "Does things.")


URL = "https://site.example/a/page"


@pytest.mark.parametrize(
    ("answer", "flags"),
    [
        pytest.param(403, ("no-title", "blocked"), id="forbidden"),
        pytest.param(404, ("no-title", "http-404"), id="missing"),
        pytest.param(500, ("no-title", "http-500"), id="broken-server"),
        pytest.param("timeout", ("no-title", "timeout"), id="timeout"),
        pytest.param("redirect", ("no-title", "redirect"), id="loop"),
        pytest.param("<div id=app></div><script>x</script>", ("no-title",), id="script-only"),
        pytest.param("<title>Just a moment...</title>", ("no-title", "blocked"), id="challenge"),
        pytest.param(
            ("https://accounts.google.com/x", "<title>Choose an account</title>"), ("no-title", "blocked"), id="login"
        ),
        pytest.param("", ("no-title",), id="empty"),
    ],
)
def test_a_page_that_says_nothing_is_a_candidate_all_the_same(
    answer: str | int | tuple[str, str], flags: tuple[str, ...]
) -> None:
    found = read_link(URL, client=Scripted({URL: answer}))
    assert (found.url, found.title, found.source, found.flags) == (URL, "", "site.example", flags)
    assert (found.feed, found.first_seen) == (None, NOW)


@pytest.mark.parametrize("answer", ["dns", "paused", "private", 429, 503])
def test_a_page_that_could_not_be_asked_waits(answer: str | int) -> None:
    with pytest.raises(LinkUnread):
        read_link(URL, client=Scripted({URL: answer}))


@pytest.mark.parametrize("answer", ["binary", b"%PDF-1.7 \xff"])
def test_a_file_is_named_by_its_name(answer: str | bytes) -> None:
    url = "https://site.example/files/a_long%20paper.v2.pdf"
    found = read_link(url, client=Scripted({url: answer}))
    assert (found.title, found.flags) == ("a long paper.v2", ("title-from-file",))


def test_an_archived_repository_is_named_like_the_repository() -> None:
    url = "https://web.archive.org/web/2020/https://github.com/ada/Tool"
    assert read_link(url, client=Scripted({url: "<title>Sign in</title>"})).title == "ada/Tool"


def test_an_archived_page_keeps_both_addresses() -> None:
    url = "https://web.archive.org/web/20200101000000/https://gone.example/x"
    found = read_link(url, client=Scripted({url: "<title>Saved</title>"}))
    assert (found.url, found.title, found.source) == (url, "Saved", "gone.example")
    assert work_key(found.url or "") == work_key("https://gone.example/x")


# ── over a real connection ──


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@contextmanager
def client_for(*urls: str) -> Iterator[Client]:
    gates = Gates(now=NOW, states={}, make_line=line_maker(), pause_seconds=0)
    try:
        yield Client(agent="test", gates=gates, private_origins=find_private_origins(urls))
    finally:
        gates.stop()


def fetched(url: str) -> Candidate:
    with client_for(url) as client:
        return read_link(url, client=client)


def discovered(url: str) -> Discovery:
    with client_for(url) as client:
        return discover(url, client=client, now=NOW)


def test_a_short_link_is_its_target(server: Loopback) -> None:
    target = server.script(
        "/post?id=1&utm_source=x", reply("<title>The post</title>", headers={"Content-Type": "text/html"})
    )
    short = server.script("/s", redirect("/hop"))
    server.script("/hop", redirect("/post?id=1&utm_source=x", 302))
    found = fetched(short)
    assert (found.title, found.url) == ("The post", target.replace("&utm_source=x", ""))


@pytest.mark.parametrize("place", ["part-2", "!/route", "/route"])
def test_the_place_on_the_page_and_the_route_that_were_linked_stay(server: Loopback, place: str) -> None:
    page = reply("<title>A page</title>", headers={"Content-Type": "text/html"})
    url = server.script("/page", page)
    assert fetched(f"{url}#{place}").url == f"{url}#{place}"
    moved = server.script("/moved", redirect("/page"))
    assert fetched(f"{moved}#{place}").url == url


def test_a_page_gets_the_password_that_was_written_for_it_and_nobody_sees_it(server: Loopback) -> None:
    url = server.script("/page", reply("<title>A page</title>", headers={"Content-Type": "text/html"}))
    assert fetched(url.replace("http://", "http://me:s3cret@")).url == url
    assert [request.header("authorization") for request in server.asked()] == ["Basic bWU6czNjcmV0"]


def test_a_page_that_leads_to_a_private_machine_is_not_followed(server: Loopback) -> None:
    inner = server.script("/secret", reply("<title>Secret</title>"), host="127.0.0.2")
    page = server.script("/x", redirect(inner))
    with pytest.raises(LinkUnread, match="private"):
        fetched(page)
    assert server.asked(host="127.0.0.2") == []


def test_a_page_larger_than_two_megabytes_is_read_as_far_as_that(server: Loopback) -> None:
    body = b"<title>Big</title>" + b"<p>words</p>" * 1_000_000
    page = server.script("/x", reply(gzip.compress(body), headers={"Content-Encoding": "gzip"}))
    assert fetched(page).title == "Big"


# ── the feeds of a page ──


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        pytest.param(
            '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
            '<link rel="alternate" type="application/feed+json" href="/feed.json">'
            '<link rel="alternate" type="application/rss+xml" title="All" href="/rss">'
            '<link rel="alternate" type="application/atom+xml" href="/atom">'
            '<link rel="alternate" type="application/json+oembed" href="/oembed">',
            ["Atom /atom", "RSS /rss", "JSON Feed /feed.json", "RSS /comments/feed"],
            id="ordered-comments-last",
        ),
        pytest.param(
            '<LINK REL="Alternate" TYPE="Application/RSS+XML; charset=utf-8" HREF="/rss">', ["RSS /rss"], id="case"
        ),
        pytest.param('<link rel="Alternate Stylesheet" type="text/css" href="/x.css">', [], id="stylesheet"),
        pytest.param('<link rel="alternate" type="application/rss+xml" href="">', [], id="empty"),
        pytest.param(
            '<body><link rel="alternate" type="application/rss+xml" href="/rss">', ["RSS /rss"], id="in-the-body"
        ),
        pytest.param(
            '<base href="https://other.example/x/"><link rel="alternate" type="application/rss+xml" href="rss">',
            ["RSS https://other.example/x/rss"],
            id="base",
        ),
        pytest.param(
            '<a href="/blog/feed.xml">RSS</a><a href="/feedback">x</a>', ["feed /blog/feed.xml"], id="linked"
        ),
        pytest.param("<p>nothing</p>", [], id="none"),
    ],
)
def test_the_feeds_of_a_page_are_found_best_first(page: str, feeds: list[str]) -> None:
    found = find_feeds(page.encode(), url="https://site.example/")
    assert [f"{feed.format} {feed.url.removeprefix('https://site.example')}" for feed in found] == feeds


@pytest.mark.parametrize(
    ("url", "feeds"),
    [
        ("https://www.youtube.com/channel/UC123", ["https://www.youtube.com/feeds/videos.xml?channel_id=UC123"]),
        ("https://www.youtube.com/playlist?list=PL1", ["https://www.youtube.com/feeds/videos.xml?playlist_id=PL1"]),
        (
            "https://github.com/ada/tool",
            [f"https://github.com/ada/tool/{one}.atom" for one in ("releases", "commits", "tags")],
        ),
        ("https://ada.substack.com/p/x", ["https://ada.substack.com/feed"]),
        ("https://letters.example/p/a-post", ["https://letters.example/feed"]),
        ("https://medium.com/@ada/x-1", ["https://medium.com/feed/@ada"]),
        ("https://old.reddit.com/r/python/", ["https://www.reddit.com/r/python/.rss"]),
        ("https://social.example/@ada", ["https://social.example/@ada.rss"]),
        ("https://arxiv.org/list/cs.LG/recent", ["https://rss.arxiv.org/atom/cs.LG"]),
    ],
)
def test_some_hosts_feeds_are_known(url: str, feeds: list[str]) -> None:
    assert [feed.url for feed in find_feeds(b"<title>x</title>", url=url)] == feeds


def test_a_channel_by_its_handle_declares_its_feed() -> None:
    page = b'<link rel="canonical" href="https://www.youtube.com/channel/UC9">'
    (feed,) = find_feeds(page, url="https://www.youtube.com/@ada")
    assert feed.url == "https://www.youtube.com/feeds/videos.xml?channel_id=UC9"


def test_an_address_that_is_a_feed_is_asked_once(server: Loopback) -> None:
    url = server.script("/feed", reply(rss(item("a"), title="Ada")))
    found = discovered(url)
    assert found.feed is not None
    assert (found.url, found.feed.title, len(server.asked())) == (url, "Ada", 1)


def test_a_page_without_feeds_is_tried_at_a_few_usual_places(server: Loopback) -> None:
    home = server.script("/", reply("<title>Home</title>"))
    feed = server.script("/atom.xml", reply(rss(item("a"), title="Found")))
    found = discovered(home)
    assert found.feed is not None
    assert (found.url, found.feed.title) == (feed, "Found")
    assert len(server.asked()) == 3


def test_where_nothing_is_found_five_requests_are_all(server: Loopback) -> None:
    home = server.script("/", reply("<title>Home</title>"))
    found = discovered(home)
    assert (found.feed, found.found, found.problem) == (None, (), None)
    assert len(server.asked()) == 5

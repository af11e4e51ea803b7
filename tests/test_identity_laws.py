"""Laws that hold for every text and every address."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from gleanings.files.kinds import find_address_fault
from gleanings.identity import display, guess_kind, host_label, is_archived, is_web_address, preferred, work_key
from gleanings.model import KINDS


def words(text: str, *, empty: bool) -> list[str]:
    return text.split() + [""] * empty


HOSTS = st.sampled_from(
    words(
        """
    example.org www.example.org m.example.org en.m.wikipedia.org bücher.example xn--bcher-kva.example x.com
    mobile.twitter.com nitter.net www.youtube.com youtu.be arxiv.org alphaxiv.org doi.org openreview.net
    aclanthology.org www.aclweb.org github.com raw.githubusercontent.com gist.github.com huggingface.co
    papers.nips.cc proceedings.mlr.press openaccess.thecvf.com www.biorxiv.org dl.acm.org medium.com
    open.substack.com substack.com www.google.com google.com l.facebook.com cdn.ampproject.org web.archive.org
    archive.ph www.reddit.com stackoverflow.com amp.theguardian.com www.amazon.co.uk disq.us urldefense.com
    """,
        empty=False,
    )
)
PARTS = st.sampled_from(
    words(
        """
    abs pdf html papers paper p a b c dp amp index.html url redirect web 2020 s watch v embed status 123 i blob raw
    main 2401.04088 2401.04088v2.pdf 10.48550 arXiv.2401.04088 10.1145 3292500.3330701 P18-1001.pdf dQw4w9WgXcQ
    https: example.org .. . %7Euser %2F ü x;jsessionid=1 0123456789ab tree posts comments doi content forum
    """,
        empty=True,
    )
)
TOKENS = st.sampled_from(
    words(
        """
    a=1 a=2 b utm_source=x utm%5Fmedium=y fbclid=1 ref=main ref=example.org source=rss----1 s=20 t=90 v=dQw4w9WgXcQ
    id=Xy_1
    q=https://example.org/a%3Futm_source%3Db url=https%3A%2F%2Fexample.org%2F&amp;c=d amp=1 sid=0123456789abcdef0
    u=http://arxiv.org/pdf/2401.04088 x=%c3%a9 r=abc =x
    """,
        empty=True,
    )
)
FRAGMENTS = st.sampled_from(["", "#", "#a", "#!/a", "#/a", "#:~:text=x", "#a:~:text=x", "#utm_source=x", "#t=3"])


@st.composite
def addresses(draw: st.DrawFn) -> str:
    path = "/".join(draw(st.lists(PARTS, max_size=6)))
    query = "&".join(draw(st.lists(TOKENS, max_size=4)))
    port = draw(st.sampled_from(["", ":80", ":443", ":8000", ":"]))
    user = draw(st.sampled_from(["", "me@", "me:secret@"]))
    scheme = draw(st.sampled_from(["http", "https", "HTTPS"]))
    return f"{scheme}://{user}{draw(HOSTS)}{port}/{path}{'?' + query if query else ''}{draw(FRAGMENTS)}"


ANYTHING = st.one_of(
    st.text(), addresses(), st.text().map("https://".__add__), st.tuples(addresses(), st.text()).map("".join)
)


@given(ANYTHING)
def test_no_text_makes_it_raise(text: str) -> None:
    for reading in (display, work_key, preferred, host_label):
        assert isinstance(reading(text), str)
    assert guess_kind(text) in (None, *KINDS)
    assert is_web_address(text) in (True, False)
    assert is_archived(text) in (True, False)


@given(ANYTHING)
def test_reading_twice_gives_what_reading_once_gave(text: str) -> None:
    assert display(display(text)) == display(text)
    assert preferred(preferred(text)) == preferred(text)


@given(ANYTHING)
def test_the_address_shown_and_the_best_address_are_the_same_work(text: str) -> None:
    assert work_key(display(text)) == work_key(text)
    assert work_key(preferred(text)) == work_key(text)


@given(addresses())
def test_what_is_shown_is_a_web_address_without_credentials(text: str) -> None:
    assert is_web_address(text)
    assert is_web_address(display(text))
    assert "secret@" not in display(text)


@given(st.lists(st.sampled_from(["a=%20+", "b", "c=%c3%a9", "d=", "=e", "a=2", "x=~%7E", "y='(1)'"]), min_size=1))
def test_kept_parameters_keep_their_bytes_and_their_order(tokens: list[str]) -> None:
    query = "&".join(tokens)
    spoilt = "utm_source=x&" + "&fbclid=1&".join(tokens) + "&mc_cid=2"
    assert display(f"https://example.org/a?{spoilt}") == f"https://example.org/a?{query}"


@given(st.sampled_from(["http", "https"]), st.sampled_from(["", "www."]), st.sampled_from(["", "/"]))
def test_scheme_www_and_trailing_slash_make_no_difference(scheme: str, www: str, slash: str) -> None:
    assert work_key(f"{scheme}://{www}example.org/a{slash}?x=1") == work_key("https://example.org/a?x=1")


def test_a_large_archive_is_identified_at_once() -> None:
    archive = [f"https://www.blog{n % 300}.example.org/2024/01/post-about-{n}/" for n in range(13_000)]
    archive += [f"https://arxiv.org/pdf/2402.{n:05d}v1" for n in range(1_400)]
    started = time.process_time()
    assert len({work_key(address) for address in archive}) == len(archive)
    assert time.process_time() - started < 0.5


@given(
    st.one_of(
        addresses(),
        st.from_regex(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*([/?#][!-~]*)?", fullmatch=True),
        st.text("htps:/[].-a1℀ü{}@", max_size=14).map("https://{}".format),
    )
)
def test_an_address_that_check_accepts_is_one_for_everybody(url: str) -> None:
    if url and find_address_fault(url) == ("", None):
        assert is_web_address(url)
        assert urlsplit(url).hostname

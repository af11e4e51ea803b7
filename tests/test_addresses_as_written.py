"""Addresses as people write them: what is for nobody's eyes, and what `feed:` means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.addresses import read_feed_scheme, strip_credentials
from gleanings.identity import display, is_web_address, work_key


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("https://me:pw@a.example/x@y", "https://a.example/x@y", id="an-at-sign-in-the-path"),
        pytest.param("https://a.example/?m=a@b", "https://a.example/?m=a@b", id="an-at-sign-in-the-query"),
        pytest.param("https://a@b@c.example", "https://c.example", id="two-at-signs"),
        pytest.param("https://me:p w@a.example/x", "https://a.example/x", id="a-space-in-the-password"),
        pytest.param("//me:pw@a.example/x", "//a.example/x", id="without-a-scheme"),
        pytest.param("feed://me:pw@[x", "feed://[x", id="another-scheme-and-no-host"),
        pytest.param("Feed:me:pw@a.example/x", "Feed:a.example/x", id="feed-without-slashes"),
        pytest.param("feed:https://me:pw@a.example/x", "feed:https://a.example/x", id="feed-before-an-address"),
        pytest.param("see https://me:pw@a.example/x", "see https://a.example/x", id="words-around"),
        pytest.param("https://a.example/?u=http://b@c", "https://a.example/?u=http://b@c", id="within-an-address"),
        pytest.param("me@a.example", "me@a.example", id="mail"),
    ],
)
def test_credentials_are_taken_off(written: str, shown: str) -> None:
    assert strip_credentials(written) == shown


ADDRESSES = st.text("ab:@/?#.%", max_size=20).map("https://".__add__).filter(is_web_address)


@given(ADDRESSES)
def test_without_credentials_an_address_means_the_same(address: str) -> None:
    shown = strip_credentials(address)
    assert (display(shown), work_key(shown)) == (display(address), work_key(address))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("feed://a.example/x", "https://a.example/x", id="slashes"),
        pytest.param("FEED:a.example/x ", "https://a.example/x", id="no-slashes"),
        pytest.param("feed:http://a.example/x", "http://a.example/x", id="before-an-address"),
        pytest.param("feed://https://a.example/x", "https://a.example/x", id="slashes-before-an-address"),
        pytest.param("feed:", "https://", id="nothing-behind-it"),
        pytest.param("feeds.example/x", "feeds.example/x", id="another-word"),
        pytest.param("https://a.example/feed:x", "https://a.example/feed:x", id="elsewhere"),
    ],
)
def test_feed_is_read_as_the_web(written: str, meant: str) -> None:
    assert read_feed_scheme(written) == meant

"""Outputs that stand, with some bytes of them replaced."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.render.output.publish import Page, Staged, put
from gleanings.render.output.stage import open_stage
from gleanings.render.retouch import patches as module
from gleanings.render.retouch.patches import Patches


def patch(folder: Path, content: bytes, *pairs: tuple[bytes, bytes]) -> bytes | None:
    """A file in which bytes are replaced, pair after pair; None where one is not there just once."""
    (folder / "a").write_bytes(content)
    patches = Patches(folder)
    if not all(patches.replace("a", *pair) for pair in pairs):
        return None
    with open_stage(folder / "stage", {}) as stage:
        outputs = tuple(patches.put_down(stage))
        put(outputs, folder)
    after = (folder / "a").read_bytes()
    assert all(one.digest == Page(path="a", content=after).digest for one in outputs)
    assert all(isinstance(one, Staged) and one.size == len(after) for one in outputs)
    return after


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("patches")


def test_bytes_take_the_place_of_others(folder: Path) -> None:
    assert patch(folder, b"<a>one</a><b>two</b>", (b"<b>two</b>", b"<b>2</b>"), (b"<a>one", b"<a>1")) == (
        b"<a>1</a><b>2</b>"
    )


def test_what_stays_as_it_is_needs_no_place(folder: Path) -> None:
    assert patch(folder, b"abc", (b"xyz", b"xyz")) == b"abc"


@pytest.mark.parametrize("content", [b"", b"ab", b"abc abc", b"x" * 300 + b"ab"])
def test_what_does_not_stand_there_just_once_is_not_replaced(folder: Path, content: bytes) -> None:
    assert patch(folder, content, (b"abc", b"")) is None


def test_what_has_to_follow_decides(folder: Path) -> None:
    (folder / "a").write_bytes(b"one,two")
    patches = Patches(folder)
    assert patches.replace("a", b"one", b"1", followed_by=b",;")
    assert not patches.replace("a", b"two", b"2", followed_by=b",;")
    assert not patches.replace("a", b"tw", b"2", followed_by=b",;")


@given(
    before=st.binary(max_size=200),
    old=st.binary(min_size=1, max_size=200),
    new=st.binary(max_size=50),
    after=st.binary(max_size=200),
    piece=st.integers(64, 80),
)
def test_where_bytes_stand_in_a_file_makes_no_difference(
    folder: Path, before: bytes, old: bytes, new: bytes, after: bytes, piece: int
) -> None:
    content = before + old + after
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_PIECE", piece)
        alone = old == new or content.find(old, content.find(old) + 1) < 0
        assert patch(folder, content, (old, new)) == (content.replace(old, new) if alone else None)


def test_several_long_outputs_are_patched_as_one_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MUCH", 1)
    contents = {f"long-{name}": f"{name}: as it was, {name * 1000}".encode() for name in "abcde"}
    patches = Patches(folder)
    for path, content in contents.items():
        (folder / path).write_bytes(content)
        assert patches.replace(path, b"as it was", b"as it is")
    with open_stage(folder / "stage", {}) as stage:
        put(patches.put_down(stage), folder)
    after = {path: (folder / path).read_bytes() for path in contents}
    assert after == {path: content.replace(b"as it was", b"as it is") for path, content in contents.items()}


def test_a_whole_output_is_written_where_it_differs(folder: Path) -> None:
    (folder / "a").write_bytes(b"as it was")
    patches = Patches(folder)
    patches.write("a", b"as it was")
    patches.write("new", b"as it is")
    assert patches.read("new") == b"as it is"
    with open_stage(folder / "stage", {}) as stage:
        assert [one.path for one in patches.put_down(stage)] == ["new"]

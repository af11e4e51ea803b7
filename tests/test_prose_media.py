"""The sizes of pictures, read from their first bytes."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleanings.render.prose.media import Media, media_name, picture_size
from prose_cases import png

JPEG = (
    b"\xff\xd8"
    + b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\0" * 9
    + b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, 30, 40, 3) + b"\0" * 9
)  # fmt: skip
TURNED = (
    b"\xff\xd8"
    + b"\xff\xe1" + struct.pack(">H", 2 + 6 + 8 + 2 + 12 + 4) + b"Exif\0\0"
    + b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", 1) + struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) + b"\0" * 4
    + JPEG[20:]
)  # fmt: skip
WEBP_LOSSY = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 4 + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 50, 60)
WEBP_LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L" + b"\0" * 4 + b"\x2f" + struct.pack("<I", (59 << 14) | 49)
WEBP_EXTENDED = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (49).to_bytes(3, "little") + (59).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("head", "size"),
    [
        pytest.param(png(7, 9), (7, 9), id="png"),
        pytest.param(b"GIF89a" + struct.pack("<HH", 3, 5) + b"\0" * 3, (3, 5), id="gif"),
        pytest.param(JPEG, (40, 30), id="jpeg"),
        pytest.param(TURNED, (30, 40), id="jpeg-turned-by-its-exif"),
        pytest.param(WEBP_LOSSY, (50, 60), id="webp-lossy"),
        pytest.param(WEBP_LOSSLESS, (50, 60), id="webp-lossless"),
        pytest.param(WEBP_EXTENDED, (50, 60), id="webp-extended"),
        pytest.param(b'<svg width="12px" height="8.4">', (12, 8), id="svg-with-lengths"),
        pytest.param(b"<?xml version='1.0'?><svg viewBox='0 0 30 20'>", (30, 20), id="svg-with-a-view-box"),
        pytest.param(b'<svg width="100%" height="100%" viewBox="0,0,30,20">', (30, 20), id="svg-in-percent"),
        pytest.param(b"\x89PNG\r\n\x1a\n", None, id="cut-short"),
        pytest.param(b"%PDF-1.7", None, id="no-picture"),
    ],
)
def test_a_picture_tells_its_size(head: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(head) == size


@given(st.binary(max_size=200), st.sampled_from([b"", JPEG[:4], TURNED[:24], WEBP_LOSSY[:16], b"<svg ", b"GIF89a"]))
def test_no_bytes_break_the_reader(tail: bytes, head: bytes) -> None:
    size = picture_size(head + tail)
    assert size is None or (size[0] > 0 and size[1] > 0)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("media/x.png", "media/x.png", id="from-content"),
        pytest.param("../media/x.png", "media/x.png", id="from-a-folder-below"),
        pytest.param("/media/a%20b.png?v=1#x", "media/a b.png", id="as-an-address"),
        pytest.param("media/../../secret", None, id="never-outside"),
        pytest.param("https://e.example/media/x.png", None, id="elsewhere"),
        pytest.param("//e.example/media/x.png", None, id="elsewhere-without-a-scheme"),
    ],
)
def test_files_of_ours_have_one_name(written: str, name: str | None) -> None:
    assert media_name(written) == name


def test_a_file_tells_type_and_length(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media/ä b.png").write_bytes(png(2, 3))
    file = Media(tmp_path).find("media/ä b.png")
    assert file is not None
    assert (file.address, file.type, file.width, file.height) == ("/media/%C3%A4%20b.png", "image/png", 2, 3)
    assert file.length == len(png(2, 3))

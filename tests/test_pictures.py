"""A picture of each roundup for link previews: drawn once, the same everywhere, and only where it can be done."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from importlib.util import find_spec
from pathlib import Path

import pytest

from gleanings.problems import ProblemsFound
from gleanings.project import Project, default_theme
from gleanings.render.pictures.colours import hex_colour
from gleanings.render.pictures.typeface import Fonts, Typeface, break_lines, load_typeface
from gleanings.render.theme.look import picture_colours
from small_site import FILES, SITE, render_pages_of, write_site

OCTOBER = "2026/10/preview.png"
NEEDED = ("resvg_py", "font_source_serif_pro", "font_source_sans_pro")
drawing = pytest.mark.skipif(
    not all(map(find_spec, NEEDED)), reason='pictures are drawn where the extra "images" is installed'
)


def head(page: bytes) -> dict[str, str]:
    """The properties of a page's head that speak of its picture."""
    tags = re.findall(r'<meta (?:property|name)="((?:og:image|twitter)[^"]*)" content="([^"]*)">', page.decode())
    return dict(tags)


def pixels(png: bytes, *, rows: int) -> list[bytes]:
    """The first rows of a picture, four bytes a pixel (PNG, 9: filters 0 to 4)."""
    width, _, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + length
    packed, found, before = zlib.decompress(data), [], bytearray(4 * width)
    for row in range(rows):
        start = row * (4 * width + 1)
        before = unfilter(packed[start], bytearray(packed[start + 1 : start + 1 + 4 * width]), before)
        found.append(bytes(before))
    return found


def unfilter(kind: int, line: bytearray, above: bytearray) -> bytearray:
    if kind == 0 or (kind == 2 and not any(line)):
        return line if kind == 0 else above
    for at in range(len(line)):
        left, corner = (line[at - 4], above[at - 4]) if at >= 4 else (0, 0)
        guess = left + above[at] - corner
        nearest = min((left, above[at], corner), key=lambda value: abs(guess - value))
        line[at] = (line[at] + (0, left, above[at], (left + above[at]) // 2, nearest)[kind]) & 0xFF
    return line


def pictures_of(outputs: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in outputs.items() if path.endswith(".png")}


def change(project: Project, path: str, old: str, new: str) -> None:
    file = project.root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def kept(project: Project) -> list[Path]:
    return sorted((project.cache / "pictures").glob("*"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return write_site(tmp_path / "site")


@drawing
def test_every_published_roundup_has_a_picture_and_its_page_says_so(project: Project) -> None:
    outputs = render_pages_of(project)
    assert sorted(pictures_of(outputs)) == [
        "2026/09/preview.png", OCTOBER, "weekly/2026/10/05/preview.png",
    ]  # fmt: skip
    picture = outputs[OCTOBER]
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    assert head(outputs["2026/10/index.html"]) == {
        "og:image": "https://example.org/reading/2026/10/preview.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "October ’26 roundup: Mixtral of Experts with sparse routing; Mamba, the easy way; "
        "大型语言模型的路由",
        "twitter:card": "summary_large_image",
    }
    assert b'"image":"https://example.org/reading/2026/10/preview.png"' in outputs["2026/10/index.html"]
    assert head(outputs["archive/index.html"]) == {}


@drawing
def test_paper_ink_and_accent_are_those_of_the_look(tmp_path: Path) -> None:
    look = 'look: {paper: "#102030", ink: "hsl(0 0% 100% / 90%)", accent: "oklch(62.8% 0.2577 29.23)"}\n'
    project = write_site(tmp_path, **{"site.yaml": SITE + look})
    rows = pixels(render_pages_of(project)[OCTOBER], rows=220)
    colours = {row[at : at + 3] for row in rows for at in range(0, len(row), 4)}
    assert rows[9][:3] == bytes.fromhex("102030")
    assert bytes.fromhex("ffffff") in colours
    assert bytes.fromhex("ff0000") in colours


@drawing
def test_a_paper_that_is_no_colour_is_passed_over(tmp_path: Path) -> None:
    rows = pixels(
        render_pages_of(write_site(tmp_path, **{"site.yaml": f"{SITE}look: {{paper: papery}}\n"}))[OCTOBER], rows=1
    )
    assert rows[0][:3] == bytes.fromhex(picture_colours({})["paper"].lstrip("#"))


@drawing
def test_a_cover_comes_before_the_drawn_picture(project: Project) -> None:
    change(project, "content/2026-10.yaml", "number: 4\n", "number: 4\ncover: {src: media/c.png, alt: A cover}\n")
    outputs = render_pages_of(project)
    assert OCTOBER not in outputs
    assert head(outputs["2026/10/index.html"])["og:image"] == "https://example.org/reading/media/c.png"
    assert head(outputs["2026/10/index.html"])["og:image:alt"] == "A cover"


@drawing
def test_the_same_bytes_with_the_cache_and_without_and_on_every_machine(project: Project) -> None:
    first = pictures_of(render_pages_of(project))
    assert pictures_of(render_pages_of(project)) == first
    shutil.rmtree(project.cache)
    assert pictures_of(render_pages_of(project)) == first
    # No font but those of the extra: with an environment that knows of none, nothing is different.
    command = [sys.executable, "-m", "gleanings", "-C", str(project.root), "build", "--force"]
    nowhere = {"HOME": "/nonexistent", "FONTCONFIG_FILE": "/nonexistent", "XDG_DATA_HOME": "/nonexistent"}
    subprocess.run(command, check=True, capture_output=True, env=nowhere)
    assert {path: (project.public / path).read_bytes() for path in first} == first


@drawing
def test_pictures_that_changed_places_in_the_cache_are_drawn_again(project: Project) -> None:
    pictures = render_pages_of(project)
    first, second, *_ = kept(project)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    assert render_pages_of(project) == pictures


@drawing
def test_a_damaged_cache_counts_as_none(project: Project) -> None:
    first = render_pages_of(project)
    whole = [file.read_bytes() for file in kept(project)]
    for number, file in enumerate(kept(project)):
        content = whole[number]
        file.write_bytes((b"", content[:-9], content[:99] + b"x" + content[100:])[number % 3])
    assert render_pages_of(project) == first
    assert [file.read_bytes() for file in kept(project)] == whole


@drawing
def test_only_what_changed_is_drawn_again(project: Project) -> None:
    before = pictures_of(render_pages_of(project))
    drawn = kept(project)
    times = [file.stat().st_mtime_ns for file in drawn]
    change(project, "content/2026-10.yaml", "title: Mamba, the easy way", "title: Mamba, the hard way")
    after = pictures_of(render_pages_of(project))
    assert [path for path in after if after[path] != before[path]] == [OCTOBER]
    assert [file.stat().st_mtime_ns for file in drawn] == times
    assert len(kept(project)) == 4


@drawing
def test_pictures_of_the_past_do_not_fill_the_cache(project: Project) -> None:
    folder = project.cache / "pictures"
    folder.mkdir(parents=True)
    for number in range(200):
        (folder / f"{number}.png").write_bytes(b"old")
        os.utime(folder / f"{number}.png", (1, 1))
    render_pages_of(project)
    names = {file.name for file in kept(project)}
    assert len(names) < 10
    assert len([name for name in names if len(name) > 40]) == 3


@drawing
def test_a_build_that_draws_nothing_does_not_load_what_draws(project: Project) -> None:
    def build() -> str:
        command = [sys.executable, "-X", "importtime", "-m", "gleanings", "-C", str(project.root), "build"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stderr

    assert "resvg_py" in build()
    change(project, "content/2026-10.yaml", "outro: Thanks.", "outro: Thank you.")
    assert "resvg_py" not in build()
    assert "Thank you" in (project.public / "2026/10/index.html").read_text(encoding="utf-8")
    command = [sys.executable, "-m", "gleanings", "-C", str(project.root), "build", "--force"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert ": 0 files written" in done.stdout


def test_without_the_extra_a_site_is_built_without_pictures(project: Project) -> None:
    hide = f"import sys; sys.modules.update(dict.fromkeys({NEEDED!r}))\n"
    # A module that is None in sys.modules cannot be found (importlib), as if it were not installed.
    code = (
        hide + f"from gleanings.__main__ import main; sys.argv[1:] = ['-C', {str(project.root)!r}, 'build']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "files written" in done.stdout
    assert list(project.public.rglob("*.png")) == []
    assert head((project.public / "2026/10/index.html").read_bytes()) == {}


@drawing
def test_an_empty_template_means_no_pictures(tmp_path: Path) -> None:
    outputs = render_pages_of(write_site(tmp_path, **{"templates/preview.svg": "\n"}))
    assert pictures_of(outputs) == {}
    assert head(outputs["2026/10/index.html"]) == {}


@drawing
def test_a_site_may_draw_its_own(tmp_path: Path) -> None:
    own = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630">'
        '<rect width="9" height="9" fill="#00f"/></svg>'
    )
    outputs = render_pages_of(write_site(tmp_path, **{"templates/preview.svg": own}))
    row = pixels(outputs[OCTOBER], rows=5)[4]
    assert row[:3] == bytes.fromhex("0000ff")
    assert row[-4:-1] == bytes.fromhex(picture_colours({})["paper"].lstrip("#"))


@drawing
@pytest.mark.parametrize(
    "own",
    [
        pytest.param("Hello", id="no-svg"),
        pytest.param("<svg>{{ picture.titel }}</svg>", id="an-unknown-name"),
        pytest.param("<svg><text></svg>", id="not-well-formed"),
    ],
)
def test_a_template_that_cannot_be_drawn_is_named(tmp_path: Path, own: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        render_pages_of(write_site(tmp_path, **{"templates/preview.svg": own}))
    assert {problem.path for problem in caught.value.problems} == {"templates/preview.svg"}


@drawing
def test_a_font_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound) as caught:
        render_pages_of(write_site(tmp_path, **{"templates/fonts/mine.ttf": "no font"}))
    assert [problem.path for problem in caught.value.problems] == ["templates/fonts/mine.ttf"]


@drawing
def test_a_title_that_the_fonts_have_not_has_no_picture_and_emoji_do_without(tmp_path: Path) -> None:
    files = {
        "content/zh.yaml": "title: 十一月的阅读\ndate: 2026-10-02\nentries: [A sentence.]\n",
        "content/party.yaml": "title: Party 🎉 time\ndate: 2026-10-03\nentries: [A sentence.]\n",
        "content/plain.yaml": "title: Party time\ndate: 2026-10-03\nentries: [A sentence.]\n",
    }
    outputs = render_pages_of(write_site(tmp_path, **files))
    assert "zh/preview.png" not in outputs
    assert head(outputs["zh/index.html"]) == {}
    assert outputs["party/preview.png"] == outputs["plain/preview.png"]


@drawing
def test_a_font_of_the_site_sets_what_ours_cannot(tmp_path: Path) -> None:
    font = tmp_path / "templates" / "fonts" / "own.ttf"
    font.parent.mkdir(parents=True)
    font.write_bytes(square_font("十月"))
    title = "title: 十月\ndate: 2026-10-02\n"
    outputs = render_pages_of(write_site(tmp_path, **{"content/zh.yaml": title}))
    ink = bytes.fromhex(picture_colours({})["ink"].lstrip("#"))
    (row,) = pixels(outputs["zh/preview.png"], rows=300)[-1:]
    assert (ink + b"\xff") * 150 in row


def test_the_colours_without_a_look_are_those_of_the_stylesheet() -> None:
    sheet = (default_theme() / "static" / "style.css").read_text(encoding="utf-8")
    light = sheet.partition("@media")[0]
    for name, colour in picture_colours({}).items():
        assert f"--{name}: {colour};" in light


@pytest.mark.parametrize(
    ("css", "colour"),
    [
        pytest.param("#abc", "#abc", id="hexadecimal"),
        pytest.param("#aabbcc80", "#aabbcc", id="without-transparency"),
        pytest.param("teal", "teal", id="a-name"),
        pytest.param("RebeccaPurple", "#663399", id="a-newer-name"),
        pytest.param("rgb(10 20 30 / 50%)", "#0a141e", id="rgb"),
        pytest.param("rgba(100%, 0%, 0%, 1)", "#ff0000", id="percent"),
        pytest.param("hsl(270deg 50% 40%)", "#663399", id="hsl"),
        pytest.param("oklch(44.027% 0.1603 303.373)", "#663399", id="oklch"),
        pytest.param("oklab(44.027% 0.0882 -0.1339)", "#663399", id="oklab"),
        pytest.param("lab(32.393% 38.429 -47.690)", "#663399", id="lab"),
        pytest.param("lch(32.393% 61.245 308.861)", "#663399", id="lch"),
        pytest.param("oklch(1 0 none)", "#ffffff", id="none"),
    ],
)
def test_colours_of_css_as_hexadecimal(css: str, colour: str) -> None:
    """`rebeccapurple` in every notation of CSS Color 4."""
    assert hex_colour(css) == colour


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        pytest.param("one two three", 7, ["one two", "three"], id="at-spaces"),
        pytest.param("well-known word", 6, ["well-", "known", "word"], id="behind-hyphens"),
        pytest.param("-1 or 2-3", 3, ["-1", "or", "2-3"], id="never-between-figures"),
        pytest.param("abcdefgh ij", 4, ["abcd", "efgh", "ij"], id="within-a-word-only-in-need"),
        pytest.param("十一月的阅读。", 3, ["十一月", "的阅", "读。"], id="between-ideographs-not-before-a-stop"),
        pytest.param("10\u00a0km on", 5, ["10\u00a0km", "on"], id="a-hard-space-holds"),
    ],
)
def test_lines_break_where_they_may(text: str, width: int, lines: list[str]) -> None:
    assert break_lines(text, width, len) == lines


def test_a_text_takes_the_first_size_that_fits_and_else_ends_with_an_ellipsis(tmp_path: Path) -> None:
    fonts = Fonts({"serif": font_of(tmp_path, "abcdefgh …")})
    assert fonts.fit("ab cd", face="serif", sizes=(10, 5), width=50).size == 10
    assert fonts.fit("ab cd ef", face="serif", sizes=(10, 5), width=50).size == 5
    cut = fonts.fit("ab cd ef gh", face="serif", sizes=(10, 5), width=40)
    assert (cut.size, cut.lines) == (5, ("ab cd…",))
    balanced = fonts.fit("aa aa aa aa", face="serif", sizes=(1,), width=8, most=2, balanced=True)
    assert balanced.lines == ("aa aa", "aa aa")
    assert fonts.fit("", face="serif", sizes=(10,), width=50).lines == ()


def test_a_text_without_its_letters_is_none(tmp_path: Path) -> None:
    fonts = Fonts({"serif": font_of(tmp_path, "abc ")})
    assert fonts.clean(" a  🎉 b\u200d ") == "a b"
    assert fonts.clean("abx") is None
    assert fonts.clean("🎉") is None


@drawing
@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Wherever WAVES of AWKWARD TYPOGRAPHY may well overflow", id="wide-letters"),
        pytest.param("Illimitable illiteracy, little by little, till it still fills it", id="narrow-letters"),
    ],
)
def test_nothing_stands_in_the_margins(tmp_path: Path, title: str) -> None:
    """What is measured by the fonts' tables is what is drawn."""
    month = f"title: '{title}'\nentries: [{{url: https://example.org/a, title: '{title} {title} {title}'}}]\n"
    picture = render_pages_of(write_site(tmp_path, **{"content/2026-10.yaml": month}))[OCTOBER]
    rows = pixels(picture, rows=630)
    paper = bytes.fromhex(picture_colours({})["paper"].lstrip("#")) + b"\xff"
    assert all(row[: 4 * 90] == paper * 90 and row[4 * 1108 :] == paper * 92 for row in rows)
    assert all(row == paper * 1200 for row in rows[600:])
    # The lines are full all the same.
    assert any(row[4 * 900 : 4 * 1104] != paper * 204 for row in rows[150:])


def font_of(folder: Path, characters: str) -> Typeface:
    file = folder / "square.ttf"
    file.write_bytes(square_font(characters))
    return load_typeface(file)


def square_font(characters: str) -> bytes:
    """A TrueType font in which every character is a full square, one em wide."""
    codes = sorted(map(ord, characters))
    square = struct.pack(">hhhhhHH4B", 1, 0, 0, 1000, 1000, 3, 0, 0x01, 0x01, 0x01, 0x01) + struct.pack(
        ">4h4h", 0, 0, 1000, 0, 0, 1000, 0, -1000
    )
    square += b"\0" * (-len(square) % 4)
    glyphs = len(codes) + 1
    groups = b"".join(struct.pack(">III", code, code, glyph) for glyph, code in enumerate(codes, 1))
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(codes))
    name = "Square".encode("utf-16-be")
    names = struct.pack(">HHH", 0, 3, 42)
    names += b"".join(struct.pack(">HHHHHH", 3, 1, 0x409, kind, len(name), 0) for kind in (1, 4, 6)) + name
    tables = {
        b"OS/2": struct.pack(">HhHHH", 4, 1000, 400, 5, 0) + b"\0" * 86,
        b"cmap": cmap + groups,
        b"glyf": square * glyphs,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 0x10000, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, 0, 1000, 1000, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">IhhhH11hH", 0x10000, 800, -200, 0, 1000, *[0] * 11, 1),
        b"hmtx": struct.pack(">Hh", 1000, 0) + b"\0\0" * (glyphs - 1),
        b"loca": struct.pack(f">{glyphs + 1}I", *(len(square) * number for number in range(glyphs + 1))),
        b"maxp": struct.pack(">IH13H", 0x10000, glyphs, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": names,
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }  # fmt: skip
    font, at = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, 32), 12 + 16 * len(tables)
    body = b""
    for tag, table in tables.items():
        font += struct.pack(">4sIII", tag, 0, at + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    return font + body


def test_the_site_of_these_tests_has_no_picture_of_its_own() -> None:
    """Else the tests above would find that one."""
    assert not any(path.endswith((".png", ".svg")) for path in FILES)

"""Laws of reading what other programs wrote: nothing makes it fail, and a table gives what was written into it."""

from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gleanings.exchange.saved.netscape import parse_bookmarks
from gleanings.exchange.saved.notes import format_note
from gleanings.exchange.saved.reading import FORMATS, NAMES, find_format, parse_saved
from gleanings.exchange.saved.tables import LAYOUTS, parse_table
from gleanings.exchange.saved.values import read_moment, read_tags
from gleanings.problems import GleaningsError

CELLS = st.text("ab,;\t\"' é\n|#<&", max_size=12).map(str.strip)
PIECES = st.sampled_from(
    [
        "<DT>", "<DL><p>", "</DL>", "<H3>", "</H3>", "<A HREF='https://a.example/'>", '<A HREF="x', "</A>", "<DD>",
        "<li>", "words", "&amp;", "&#0;", "<!--", "-->", "<![CDATA[", "<![x[", "<script>", "\n", "<H1>Unread</H1>",
        "<br>", "\ud800",
    ]
)  # fmt: skip


@given(st.binary(max_size=80), st.sampled_from(FORMATS))
def test_no_file_makes_reading_fail_in_another_way(content: bytes, form: str) -> None:
    for start in (b"", b"PK\x03\x04", b"[", b'[{"href": ', b"url,title\n", b"<dl>"):
        try:
            parse_saved(start + content, form, "x")
        except GleaningsError as error:
            assert str(error).startswith("x")  # noqa: PT017


@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_bookmarks_file_makes_reading_fail(text: str) -> None:
    parse_bookmarks(text)


@pytest.mark.parametrize(
    "piece", ["<A HREF='", '<a "', "<a ", "<", "<!--", "<dl>", "&", "<h3>x", "<dd>", "<a href=x>"]
)
def test_the_time_for_bookmarks_grows_with_their_length_alone(piece: str) -> None:
    def measure(count: int) -> float:
        start = time.process_time()
        parse_bookmarks("<DL><A HREF='https://a.example/'>x</A>" + piece * count)
        return time.process_time() - start

    assert measure(40_000) < 40 * measure(4_000) + 0.5


@given(
    rows=st.lists(st.tuples(CELLS, CELLS), max_size=6),
    columns=st.permutations(["url", "Title", "NOTE", "other"]),
    delimiter=st.sampled_from(",;\t"),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_a_table_gives_what_was_written_into_it(
    rows: list[tuple[str, str]], columns: list[str], delimiter: str, end: str, mark: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for number, (title, note) in enumerate(rows):
        values = {"url": f"https://a.example/{number}", "Title": title, "NOTE": note, "other": note}
        writer.writerow([values[column] for column in columns])
    found = parse_table(mark + file.getvalue(), LAYOUTS["csv"])
    assert [(link.title, link.note) for link in found.links] == rows
    assert found.left_out == ()


@settings(derandomize=True, max_examples=300)
@given(st.text("a *_[]()<>`#&!~\\1.-+=|:\n", max_size=40))
def test_a_note_shows_exactly_what_was_written(text: str) -> None:
    from gleanings.commonmark import parse_blocks

    markup = {
        child.type
        for token in parse_blocks(format_note(text), lang="zxx")[0]
        for child in (token, *(token.children or ()))
        if not child.type.startswith(("paragraph", "inline", "text", "softbreak", "math"))
    }
    lists = {"bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close", "list_item_open",
             "list_item_close"}  # fmt: skip
    assert markup <= lists | {"hr", "code_block"}


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        pytest.param("1600000000", "2020-09-13T12:26:40+00:00", id="seconds"),
        pytest.param("1600000000000", "2020-09-13T12:26:40+00:00", id="thousandths"),
        pytest.param("1600000000000000", "2020-09-13T12:26:40+00:00", id="millionths"),
        pytest.param("2020-09-13", "2020-09-13T00:00:00+00:00", id="day"),
        pytest.param("2020-09-13T12:26:40Z", "2020-09-13T12:26:40+00:00", id="zulu"),
        pytest.param("2020-09-13 14:26:40+02:00", "2020-09-13T12:26:40+00:00", id="zone"),
        pytest.param("2020-09-13 12:26:40 UTC", "2020-09-13T12:26:40+00:00", id="words"),
        pytest.param("9/13/2020", None, id="which-is-the-month"),
        pytest.param("0", None, id="nothing"),
        pytest.param("", None, id="empty"),
    ],
)
def test_moments_are_read_as_programs_write_them(written: str, moment: str | None) -> None:
    found = read_moment(written)
    assert (found.isoformat() if found else None) == moment


@pytest.mark.parametrize(
    ("written", "separator", "tags"),
    [
        pytest.param("a|b c| ", "|", ("a", "b c"), id="bars"),
        pytest.param("#a, b;a", None, ("a", "b"), id="any"),
        pytest.param('["a","b, c"]', ",", ("a", "b, c"), id="json"),
        pytest.param("['a', 'b']", ",", ("a", "b"), id="python"),
        pytest.param("[]", None, (), id="none"),
    ],
)
def test_tags_are_read_as_programs_write_them(written: str, separator: str | None, tags: tuple[str, ...]) -> None:
    assert read_tags(written, separator) == tags


def test_every_format_has_a_name() -> None:
    assert {*FORMATS} < {*NAMES}
    assert find_format("") is None

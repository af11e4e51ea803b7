"""Markdown in, HTML out: every case of tests/prose/."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleanings.render.prose.assembly import assemble
from prose_cases import Case, make_prose, read_cases


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.file}: {case.title}") for case in read_cases()])
def test_markdown_becomes_the_html_that_stands_beside_it(case: Case, tmp_path: Path) -> None:
    prose = make_prose(tmp_path)
    assert assemble(prose.block(case.markdown, anchor="a")).rstrip() == case.html.rstrip()

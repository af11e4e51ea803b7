"""docs/writing.md leaves out no key, no other spelling and no house rule, and its examples can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gleanings.curate.keys import (
    ENTRY,
    IMAGE_SHAPE,
    LINK_SHAPE,
    QUOTE_SHAPE,
    ROUNDUP,
    SECTION,
    UPDATE_SHAPE,
    VIA_SHAPE,
)
from gleanings.curate.rules import RULES
from gleanings.files.shape import Shape
from gleanings.files.yaml import compose
from gleanings.model import KINDS
from gleanings.settings import FEED_SETTINGS, GOAL, NAV_ITEM, SERIES, SITE
from gleanings.subscriptions import FEED

MANUAL = (Path(__file__).parent.parent / "docs" / "writing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^(`{3,4})yaml\n(.*?)^\1$", MANUAL, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(shape, id=shape.name)
        for shape in (
            ENTRY, IMAGE_SHAPE, LINK_SHAPE, QUOTE_SHAPE, ROUNDUP, SECTION, UPDATE_SHAPE, VIA_SHAPE,
            FEED, FEED_SETTINGS, GOAL, NAV_ITEM, SERIES, SITE,
        )
    ],
)  # fmt: skip
def test_every_key_is_explained_or_shown(shape: Shape) -> None:
    missing = [key.name for key in shape.keys if not re.search(rf"(?<![\w-]){key.name}(:|`)", MANUAL)]
    assert missing == []


def test_every_other_spelling_of_an_entrys_keys_is_told() -> None:
    assert [alias for key in ENTRY.keys for alias in key.aliases if f"`{alias}`" not in MANUAL] == []


def test_every_kind_of_work_is_listed() -> None:
    assert ", ".join(KINDS) in MANUAL


def test_the_table_of_house_rules_has_each_rule_once() -> None:
    table = MANUAL.partition("## House rules")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", table, flags=re.MULTILINE)) == sorted(rule.code for rule in RULES)


@pytest.mark.parametrize("example", [pytest.param(text, id=str(index)) for index, (_, text) in enumerate(EXAMPLES)])
def test_every_example_is_yaml_that_we_read(example: str) -> None:
    compose(example, "docs/writing.md")

"""docs/commands.md names every command and every option there is, and none that is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gleanings.cli.app import gleanings

MANUAL = Path(__file__).parent.parent / "docs" / "commands.md"


def sections() -> dict[str, str]:
    """Heading → text below it, to the next heading."""
    parts = re.split(r"^#{2,3} (.+)$", MANUAL.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands(group: click.Group = gleanings, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before what is in them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{above}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")


def find_command(name: str) -> click.Command:
    command: click.Command = gleanings
    for word in name.split():
        assert isinstance(command, click.Group), name
        inner = command.get_command(click.Context(command), word)
        assert inner is not None, f"docs/commands.md: there is no command {name}"
        command = inner
    return command


def options(command: click.Command) -> set[str]:
    """The long names of a command's own options."""
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for name in parameter.opts
        if name.startswith("--")
    }


def test_the_manual_has_a_section_for_every_command() -> None:
    assert sorted(sections()) == sorted(name for name, _ in commands())


def test_the_manual_follows_the_order_of_the_help() -> None:
    listed = gleanings.list_commands(click.Context(gleanings))
    assert [name for name in sections() if name in listed] == listed


@pytest.mark.parametrize("name", [pytest.param(name, id=name.replace(" ", "-")) for name in sections()])
def test_a_section_names_the_options_of_its_command_and_no_others(name: str) -> None:
    told = re.sub(r"`gleanings [^`]*`", "", sections()[name])  # an example of another command
    assert set(re.findall(r"--[a-z][a-z-]*", told)) == options(find_command(name))


def test_every_command_explains_itself_in_its_help() -> None:
    silent = [name for name, command in commands() if not (command.help or "").strip()]
    assert silent == []


def test_messages_name_commands_that_there_are() -> None:
    package = Path(__file__).parent.parent / "src" / "gleanings"
    texts = [file.read_text(encoding="utf-8") for file in package.rglob("*.py")]
    told = {found for text in texts for found in re.findall(r"(?:`|: |run )gleanings ((?:[a-z]+ ?)+)", text)}
    assert len(told) > 10
    for words in told:
        first, *rest = words.split()
        command = find_command(" ".join((first, *rest[:1])) if first == "feeds" else first)
        kinds = [one for one in command.params if isinstance(one, click.Argument) and one.name == "form"]
        for kind in kinds if rest else ():
            assert isinstance(kind.type, click.Choice)
            assert rest[0] in kind.type.choices, words

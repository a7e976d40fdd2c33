"""What people can use is in the guide, and what the guide says exists."""

import re
import shlex
from pathlib import Path

import click
import pytest

import celaje.settings
from celaje import editing
from celaje.cli import main
from celaje.engine.training.run import STAGES
from celaje.media import FORMATS
from celaje.recipes import RECIPES

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "guide.md").read_text()
SECTIONS = {
    "generate": "Make a clip",
    "previz": "Direct it first",
    **dict.fromkeys((command.name or "" for command in editing.COMMANDS), "Go on from a clip"),
    "serve": "Run it for your people",
    "work": "More machines",
    "doctor": "Is everything well",
    "backup": "Back up",
    "restore": "Restore",
    "people": "People",
    "world": "See the world",
    "train": "Train",
    "evaluate": "Measure",
    "scores": "Measure",
}


def section(command: str) -> str:
    """The part of the guide about `command`."""
    return GUIDE.split(f"\n## {SECTIONS[command]}\n")[1].split("\n## ")[0]


def options(command: str) -> set[str]:
    """All names of all options of `command`, or of the commands that it groups."""
    named = main.commands[command]
    commands = named.commands.values() if isinstance(named, click.Group) else [named]
    parameters = [parameter for one in commands for parameter in one.params]
    return {
        name
        for parameter in parameters
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    }


def documented(text: str) -> set[str]:
    """The options that a section's table is about."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `-")]
    return {name for row in rows for name in re.findall(r"`(-[-\w]+)`", row)}


def test_every_command_has_a_section() -> None:
    assert set(main.commands) == set(SECTIONS)


@pytest.mark.parametrize("command", SECTIONS)
def test_options_are_documented_and_exist(command: str) -> None:
    same_section = [one for one in SECTIONS if SECTIONS[one] == SECTIONS[command]]
    assert documented(section(command)) - {"-h", "--help"} == set().union(*(options(one) for one in same_section))


def test_settings_are_documented_and_exist() -> None:
    assert celaje.settings.__file__ is not None
    read = set(re.findall(r'"(CELAJE_\w+)"', Path(celaje.settings.__file__).read_text()))
    assert len(read) > 2
    assert set(re.findall(r"CELAJE_\w+", GUIDE)) == read


def test_nothing_but_settings_reads_the_environment() -> None:
    readers = {path.name for path in (ROOT / "src").rglob("*.py") if re.search(r"environ\b|getenv", path.read_text())}
    assert readers == {"settings.py", "making.py", "asgi.py"}  # the last two only set what is read elsewhere


def test_formats_recipes_and_stages_are_named() -> None:
    table = GUIDE.split("### Formats")[1].split("\n## ")[0]
    assert sorted(re.findall(r"`(\.\w+)`", table.split("All but")[0])) == sorted(FORMATS)
    for recipe in RECIPES:
        assert f"`{recipe}`" in section("train")
    for stage in ("latents", "judge", "transformer", "export"):
        assert stage in STAGES
        assert stage in section("train")


def commands_of(text: str) -> list[str]:
    """The lines of shell blocks that call celaje."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [re.sub(r"^([A-Z_]+=\S+ )+", "", line) for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("celaje ")]


@pytest.mark.parametrize("line", commands_of(GUIDE))
def test_commands_of_the_guide_are_understood(line: str) -> None:
    name, *arguments = shlex.split(line)[1:]
    command = main.commands[name]
    if isinstance(command, click.Group):
        name, *arguments = arguments
        command = command.commands[name]
    command.make_context(name, arguments)


def test_there_are_commands_in_the_guide() -> None:
    assert len(commands_of(GUIDE)) >= len(SECTIONS)
    assert {line.split()[1] for line in commands_of(section("extend"))} == {one.name for one in editing.COMMANDS}


def test_python_of_the_guide_compiles() -> None:
    blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert len(blocks) == 5
    for block in blocks:
        compile(block, "guide.md", "exec")


def test_messages_of_the_guide_are_ours() -> None:
    source = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    table = GUIDE.split("## When something is wrong")[1]
    for message in re.findall(r"^\| `(.+?)` \|", table, re.MULTILINE):
        for piece in message.split("..."):
            words = piece.strip().removesuffix("No space left on device").rstrip(": ")
            assert words in source, message


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"

"""Ctrl+P finds every command of the list and of a record by a word of it; on the live screen it covers nothing."""

from __future__ import annotations

import re

import pytest
from textual.command import CommandPalette, Provider
from textual.widgets import OptionList

from interview_tui.tui import palette
from interview_tui.tui.commands import HOME, Command, spoken
from interview_tui.tui.ports import Home, Read
from interview_tui.tui.review_commands import RECORD
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.live import LiveScreen
from interview_tui.tui.screens.record import RecordScreen
from interview_tui.tui.themes import CHOICES, THEMES
from tests.export.example_record import example_record
from tests.tui.staging import Stage, staged
from tests.tui.test_home import conducted


def a_study() -> Stage:
    stage = Stage()
    conducted(stage, "P01")
    stage.study.record = lambda case: example_record(case=case)
    return stage


async def found(provider: Provider, query: str) -> list[str]:
    """What a word leads to, the best first."""
    hits = [hit async for hit in provider.search(query)]
    return [hit.text or "" for hit in sorted(hits, key=lambda hit: -hit.score)]


async def choose(stage: Stage, word: str) -> None:
    """Ctrl+P, a word, Enter on the first of what it leads to."""
    stage.burst("ctrl+p")
    await stage.until(lambda: isinstance(stage.app.screen, CommandPalette) and stage.app.screen.is_current)
    for character in word:
        await stage.pilot.press("space" if character == " " else character)
    await stage.until(lambda: word in first_hit(stage))
    await stage.pilot.press("enter")
    await stage.until(lambda: not isinstance(stage.app.screen, CommandPalette))


def first_hit(stage: Stage) -> str:
    hits = stage.app.screen.query_one(OptionList)
    return str(hits.get_option_at_index(0).prompt) if hits.option_count else ""


@pytest.mark.parametrize(
    ("start", "finder", "declared", "exports"),
    [(Home(), palette.HomeFinder, HOME, "e"), (Read("P01"), palette.finds(RECORD), RECORD, "^E")],
    ids=["home", "record"],
)
async def test_every_command_is_found_by_every_word_of_it_and_says_its_keys(start, finder, declared, exports):
    async with staged(start, stage=a_study()) as stage:
        commands = finder(stage.app.screen)
        everything = [hit.text async for hit in commands.discover()]
        for command in declared:
            if command.id != "palette":
                (offered,) = [text for text in everything if f"{command.brief} ({spoken(command.keys[0])}" in text]
                for word in words(command):
                    assert offered in await found(commands, word), f"{word!r} does not find {command.id}"
        assert await found(commands, "xyzzy") == []
        (export,) = await found(commands, "export")
        assert export == f"export: write it as files ({exports})"


def words(command: Command) -> list[str]:
    return re.findall(r"\w{3,}", f"{command.title} {command.brief}")


async def test_every_theme_is_found_and_the_one_that_is_worn_is_marked():
    async with staged(Home()) as stage:
        for theme in THEMES:
            stage.app.register_theme(theme)
        stage.app.theme = "blue-orange"
        finder = palette.HomeFinder(stage.app.screen)
        assert [hit.text async for hit in finder.discover()][-len(CHOICES) :] == [
            f"theme: {name} ●" if name == "blue-orange" else f"theme: {name}" for name in CHOICES
        ]
        assert await found(finder, "contrast") == ["theme: high-contrast", "theme: high-contrast-light"]


async def test_a_theme_is_chosen_by_a_word_of_it():
    async with staged(Home()) as stage:
        for theme in THEMES:
            stage.app.register_theme(theme)
        await choose(stage, "contrast")
        await stage.until(lambda: stage.app.theme == "high-contrast")
        assert isinstance(stage.app.screen, HomeScreen)


async def test_a_command_of_the_list_is_done_and_the_list_has_the_keys_again():
    async with staged(Home(), stage=a_study()) as stage:
        await choose(stage, "export")
        await stage.until(lambda: "Export P01" in stage.screen)
        await stage.press("escape")
        await stage.press("t")
        await stage.until(lambda: stage.transcriber.begun == ["P01"])


async def test_an_interview_is_opened_through_the_palette():
    async with staged(Home(), stage=a_study()) as stage:
        await choose(stage, "open")
        await stage.until(lambda: isinstance(stage.app.screen, RecordScreen))


async def test_a_record_is_turned_over_through_the_palette():
    async with staged(Read("P01"), stage=a_study()) as stage:
        await stage.until(lambda: "R1-difficult" in stage.screen)
        await choose(stage, "transcript")
        await stage.until(lambda: "R1-difficult" not in stage.screen)


async def test_escape_leaves_the_palette_and_nothing_is_done():
    async with staged(Home(), stage=a_study()) as stage:
        stage.burst("ctrl+p")
        await stage.until(lambda: isinstance(stage.app.screen, CommandPalette))
        stage.burst("escape")
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
        assert stage.exports.written == []


async def test_only_what_the_program_offers_is_found():
    async with staged(Home()) as stage:
        stage.burst("ctrl+p")
        await stage.until(lambda: isinstance(stage.app.screen, CommandPalette))
        assert stage.app.screen._provider_classes == HomeScreen.COMMANDS


async def test_no_palette_covers_the_line_of_a_call():
    async with staged() as stage:
        await stage.press("ab", "ctrl+p", "c")
        assert isinstance(stage.app.screen, LiveScreen)
        assert not any(isinstance(screen, CommandPalette) for screen in stage.app.screen_stack)
        assert not LiveScreen.COMMANDS
        assert stage.live.line.has_focus

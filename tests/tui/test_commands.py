"""The commands are declared once, on keys that arrive in every terminal, and the manual says so."""

from __future__ import annotations

import os

import pytest
from textual.widgets import Input

from interview_tui.tui import commands
from interview_tui.tui.commands import HOME, LIVE, RECORD, Command
from tests.tui.staging import REPOSITORY

ALIASES = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+j", "ctrl+left_square_bracket"}
FOR_EDITING = {key for binding in Input.BINDINGS for key in binding.key.split(",")}
TAKEN_BY_TERMINALS = {"f1", "f10", "f11"}
FUNCTION_KEYS = {f"f{number}" for number in range(1, 13)} - TAKEN_BY_TERMINALS
ALWAYS_THERE = {"enter", "escape", "up", "down", "pageup", "pagedown", "space"}
MANUAL = REPOSITORY / "docs" / "keys.md"


def is_safe_while_typing(key: str) -> bool:
    """Whether old terminals, tmux and ssh deliver a key, and the line does not want it for editing."""
    if key in ALWAYS_THERE | FUNCTION_KEYS:
        return True
    letter = key.removeprefix("ctrl+")
    return key.startswith("ctrl+") and letter.isalpha() and len(letter) == 1 and key not in ALIASES | FOR_EDITING


@pytest.mark.parametrize(
    "key", ["ctrl+m", "ctrl+i", "ctrl+h", "alt+1", "ctrl+shift+s", "ctrl+enter", "f1", "ctrl+d", "x"]
)
def test_the_rule_for_keys_refuses_what_does_not_arrive(key):
    assert not is_safe_while_typing(key)


@pytest.mark.parametrize("command", LIVE, ids=lambda command: command.id)
def test_every_key_of_the_live_screen_arrives_while_something_is_typed(command: Command):
    assert all(is_safe_while_typing(key) for key in command.keys)


def test_every_command_in_the_footer_of_a_call_has_a_control_key_and_a_function_key():
    for command in LIVE:
        if command.title:
            assert command.keys[0].startswith("ctrl+")
            assert command.keys[1] in FUNCTION_KEYS


@pytest.mark.parametrize("screen", [LIVE, HOME, RECORD])
def test_no_key_means_two_things(screen: tuple[Command, ...]):
    keys = [key for command in screen for key in command.keys]
    assert len(keys) == len(set(keys))
    assert len({command.id for command in screen}) == len(screen)


def test_no_command_of_a_call_quits():
    assert "quit" not in {command.id for command in LIVE}
    assert commands.by_key(LIVE)["ctrl+q"] == "call_menu"


def test_the_manual_of_the_keys_is_the_one_that_the_commands_make():
    if os.environ.get("UPDATE_SNAPSHOTS"):
        MANUAL.write_text(commands.manual(), encoding="utf-8")
    assert MANUAL.read_text(encoding="utf-8") == commands.manual()
    for command in (*LIVE, *HOME, *RECORD):
        assert command.help in commands.manual()

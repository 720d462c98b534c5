"""A person's own keys: what can be used, what is refused, and that no command is left without a key that arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from interview_tui.errors import ConfigError
from interview_tui.tui import commands
from interview_tui.tui.commands import LIVE, Command
from interview_tui.tui.keymap import arrives_everywhere, remapped, retold, safe_keys, shown, unsafe

ACTS = Command("act", ("ctrl+r", "f2"), "act", "act", "Act.")
FLAG = Command("flag", ("ctrl+b", "f4"), "flag", "flag", "Flag.")
TAKE = Command("take", ("enter",), "", "take", "Take.")
THREE = (ACTS, FLAG, TAKE)


def keys(mapped: tuple[Command, ...], command: str) -> tuple[str, ...]:
    return next(found.keys for found in mapped if found.id == command)


def test_no_change_leaves_every_command_as_it_is_declared():
    assert remapped(LIVE, {}) == LIVE


def test_a_command_gets_other_keys_and_the_others_keep_theirs():
    mapped = remapped(THREE, {"flag": ["Ctrl+Z", " f9"]})
    assert keys(mapped, "flag") == ("ctrl+z", "f9")
    assert (keys(mapped, "act"), keys(mapped, "take")) == (ACTS.keys, TAKE.keys)
    assert commands.by_key(mapped) == {"ctrl+r": "act", "f2": "act", "ctrl+z": "flag", "f9": "flag", "enter": "take"}


def test_everything_but_the_keys_stays_and_so_does_the_order():
    (_, flag, _) = remapped(THREE, {"flag": ["f9"]})
    assert (flag.id, flag.title, flag.brief, flag.help) == (FLAG.id, FLAG.title, FLAG.brief, FLAG.help)


def test_two_commands_can_change_their_keys_with_each_other():
    mapped = remapped(THREE, {"act": ["ctrl+b", "f4"], "flag": ["ctrl+r", "f2"]})
    assert (keys(mapped, "act"), keys(mapped, "flag")) == (FLAG.keys, ACTS.keys)


@pytest.mark.parametrize("wanted", [["f9"], ["ctrl+z"], ["f4", "ctrl+b"]])
def test_one_key_is_enough_if_it_arrives_everywhere(wanted):
    assert keys(remapped(THREE, {"flag": wanted}), "flag") == tuple(wanted)


def test_enter_stays_where_it_is_and_may_have_company():
    assert keys(remapped(THREE, {"take": ["enter", "f9"]}), "take") == ("enter", "f9")


@pytest.mark.parametrize(
    ("changes", "said", "way_out"),
    [
        ({"flog": ["f9"]}, "[keys] flog: there is no such command.", "Did you mean flag?"),
        ({"xyzzy": ["f9"]}, "[keys] xyzzy: there is no such command.", "There are act, flag, take."),
        ({"flag": []}, "[keys] flag has no key.", "Give it one of ctrl+"),
        ({"flag": ["ctrl+r"]}, "[keys] flag: ctrl+r is already the key of act.", "Free are ctrl+"),
        ({"flag": ["f9"], "act": ["f9"]}, "[keys] flag: f9 is already the key of act.", "Free are f8, f7, f6."),
        ({"flag": ["ctrl+b"]}, "[keys] flag: ctrl+b alone does not do: tmux keeps it.", "Add one of ctrl+"),
        ({"flag": ["f9", "f1"]}, "[keys] flag: f1 cannot be used: desktop terminals keep it", "Free are f3, f4, f5."),
        ({"flag": ["ctrl+m"]}, "[keys] flag: ctrl+m cannot be used: old terminals cannot tell it from Enter.", "Free"),
        ({"flag": ["enter"]}, "[keys] flag: enter cannot be used: Enter stays with what it does.", "Free are"),
        ({"take": ["f9"]}, "[keys] take: enter is missing, which must stay with it.", 'Add "enter".'),
    ],
)
def test_what_cannot_be_used_names_file_command_key_and_reason_and_says_what_can(changes, said, way_out):
    with pytest.raises(ConfigError) as error:
        remapped(THREE, changes, "/home/ab/preferences.toml")
    assert error.value.message.endswith(".")
    assert error.value.message.startswith(f"/home/ab/preferences.toml: {said}")
    assert error.value.hint.startswith(way_out)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("ctrl+i", "Tab"),
        ("ctrl+m", "Enter"),
        ("ctrl+j", "Enter"),
        ("ctrl+h", "Backspace"),
        ("ctrl+[", "Esc"),
        ("ctrl+left_square_bracket", "Esc"),
        ("alt+1", "alt does not arrive"),
        ("ctrl+shift+s", "shift does not arrive"),
        ("shift+f2", "shift does not arrive"),
        ("super+k", "super does not arrive"),
        ("f1", "desktop terminals keep it"),
        ("f10", "desktop terminals keep it"),
        ("f11", "desktop terminals keep it"),
        *((f"ctrl+{letter}", "the line needs it for editing") for letter in "acdekuwxv"),
        ("home", "the line needs it for editing"),
        ("backspace", "the line needs it for editing"),
        ("x", "it belongs to what is typed"),
        ("space", "it belongs to what is typed"),
        ("tab", "it belongs to what is typed"),
        ("enter", "Enter stays"),
        ("pageup", "PgUp stays"),
        ("ctrl+/", "no key that every terminal can send"),
        ("ctrl+enter", "no key that every terminal can send"),
        ("ctrl+f2", "no key that every terminal can send"),
        ("f13", "no key that every terminal can send"),
        ("", "no key that every terminal can send"),
    ],
)
def test_why_a_key_cannot_be_used(key, reason):
    assert reason in unsafe(key)


def test_every_key_that_the_line_edits_with_is_refused_whatever_textual_s_line_comes_to_use():
    line = Input()
    for key in line._bindings.key_to_bindings:
        assert unsafe(key)


def test_the_safe_keys_are_these():
    letters, numbers = "bfglnopqrstyz", (2, 3, 4, 5, 6, 7, 8, 9, 12)
    assert safe_keys() == (*(f"ctrl+{letter}" for letter in letters), *(f"f{number}" for number in numbers))
    assert not arrives_everywhere("ctrl+b")


def test_sentences_say_the_key_that_a_command_has_now():
    assert shown(THREE, "act") == "Ctrl+R"
    assert shown(remapped(THREE, {"act": ["f9", "ctrl+r"]}), "act") == "F9"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Ctrl+R (^R, F2) resumes, ^B goes back; Ctrl+Refuse F22."),
        ({"act": ["f9"]}, "F9 (F9, F9) resumes, ^B goes back; Ctrl+Refuse F22."),
        ({"act": ["ctrl+z", "f2"]}, "Ctrl+Z (^Z, F2) resumes, ^B goes back; Ctrl+Refuse F22."),
        (
            {"act": ["ctrl+b", "f4"], "flag": ["ctrl+r", "f2"]},
            "Ctrl+B (^B, Ctrl+B) resumes, ^R goes back; Ctrl+Refuse F22.",
        ),
    ],
)
def test_a_sentence_names_the_keys_as_they_are_now(changes, said):
    told = "Ctrl+R (^R, F2) resumes, ^B goes back; Ctrl+Refuse F22."
    assert retold(told, THREE, remapped(THREE, changes)) == said


names = st.sampled_from([*(command.id for command in LIVE), "nothing"])
any_keys = st.lists(
    st.sampled_from([*safe_keys(), "enter", "up", "ctrl+m", "f1", "x", "ctrl+d"]) | st.text("aF1+^ ", max_size=3),
    max_size=3,
)


@given(st.dictionaries(names, any_keys, max_size=3))
def test_whatever_is_wished_for_every_command_keeps_a_key_that_arrives_or_nothing_is_changed(changes):
    try:
        mapped = remapped(LIVE, changes)
    except ConfigError:
        return
    assert [command.id for command in mapped] == [command.id for command in LIVE]
    given_keys = [key for command in mapped for key in command.keys]
    assert len(given_keys) == len(set(given_keys))
    for command in mapped:
        assert any(arrives_everywhere(key) for key in command.keys)

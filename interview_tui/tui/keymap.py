"""The keys of the live screen as one person wants them, over those that `commands` declares.

Which keys can be used at all follows from what terminals can send, what they keep for themselves, and what the line
needs for editing. The last of these is read from Textual's `Input`, so that a new version of it is not forgotten.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import string
from collections.abc import Mapping, Sequence
from functools import cache

from textual.binding import BindingsMap
from textual.widgets import Input

from interview_tui.errors import ConfigError
from interview_tui.tui.commands import Command, spoken

ALIASES = {
    "ctrl+i": "Tab",
    "ctrl+m": "Enter",
    "ctrl+j": "Enter",
    "ctrl+h": "Backspace",
    "ctrl+left_square_bracket": "Esc",
    "ctrl+[": "Esc",
}
"""Control keys that old terminals send as another key."""
KEPT_BY_TERMINALS = frozenset({"f1", "f10", "f11"})
"""Function keys that desktop terminals open their help, a menu or the full screen with."""
KEPT_BY_MULTIPLEXERS = frozenset({"ctrl+b"})
"""Keys that arrive unless tmux runs, whose prefix it is: never the only key of a command."""
OF_THE_LINE = frozenset({"enter", "escape", "up", "down", "pageup", "pagedown"})
"""Keys that stay with the commands that have them."""
FUNCTION_KEYS = frozenset(f"f{number}" for number in range(1, 13))
CONTROL_LETTERS = frozenset(f"ctrl+{letter}" for letter in string.ascii_lowercase)
MODIFIER = re.compile(r"\b(alt|shift|super|hyper|meta|cmd)\+")
NAMED_KEY = re.compile(r"(?:\^|\bCtrl\+)[A-Z]\b|\bF\d{1,2}\b")
OFFERED = 3


def remapped(
    commands: tuple[Command, ...], changes: Mapping[str, Sequence[str]], file: str = "preferences.toml"
) -> tuple[Command, ...]:
    """The commands with the keys that `changes` gives to some of them, by id; the first key is the one that is shown.

    A command may do without a Ctrl key or without a function key, as long as one is left that arrives everywhere.
    Enter, Esc and the arrows stay where they are; their commands may get more keys.

    Raises:
        ConfigError: a command is unknown, or a key cannot be used; says `file`, command, key, reason and what to write.
    """
    declared = {command.id: command for command in commands}
    wanted = {command.id: command.keys for command in commands}
    for name, keys in changes.items():
        if name not in declared:
            raise ConfigError(f"{file}: [keys] {name}: there is no such command.", _nearest(name, declared))
        wanted[name] = tuple(dict.fromkeys(key.strip().lower() for key in keys))
    for name in changes:
        _check(file, declared[name], wanted)
    return tuple(dataclasses.replace(command, keys=wanted[command.id]) for command in commands)


def unsafe(key: str) -> str:
    """Why a key cannot be a command's while something is typed, as the end of a sentence; empty if it can."""
    if key in ALIASES:
        return f"old terminals cannot tell it from {ALIASES[key]}"
    if modifier := MODIFIER.search(key):
        return f"{modifier[1]} does not arrive in every terminal"
    if key in OF_THE_LINE:
        return f"{spoken(key)} stays with what it does"
    if key in KEPT_BY_TERMINALS:
        return "desktop terminals keep it for themselves"
    if key in editing_keys():
        return "the line needs it for editing"
    if key in FUNCTION_KEYS or key in CONTROL_LETTERS:
        return ""
    if len(key) == 1 or key in ("space", "tab"):
        return "it belongs to what is typed"
    return "it is no key that every terminal can send"


@cache
def editing_keys() -> frozenset[str]:
    """The keys that Textual's `Input` uses."""
    return frozenset(key for key, _ in BindingsMap(Input.BINDINGS))


def safe_keys() -> tuple[str, ...]:
    """Every key that a command may have: the Ctrl keys, then the function keys."""
    function_keys = sorted(FUNCTION_KEYS, key=lambda key: int(key[1:]))
    return tuple(key for key in (*sorted(CONTROL_LETTERS), *function_keys) if not unsafe(key))


def arrives_everywhere(key: str) -> bool:
    """Whether a key arrives in every terminal, whatever runs in between."""
    return key not in KEPT_BY_MULTIPLEXERS and (key in OF_THE_LINE or not unsafe(key))


def shown(commands: tuple[Command, ...], command: str) -> str:
    """The first key of a command as a sentence says it: `Ctrl+R`."""
    return next(spoken(found.keys[0]).replace("^", "Ctrl+") for found in commands if found.id == command)


def retold(sentence: str, declared: tuple[Command, ...], mapped: tuple[Command, ...]) -> str:
    """A sentence of the program with the keys that it names as they are now: `Ctrl+R`, `^R`, `F2`."""
    moved = {
        key: spoken(now.keys[0])
        for command, now in zip(declared, mapped, strict=True)
        for key in command.keys
        if key not in now.keys
    }

    def named(mention: re.Match[str]) -> str:
        name = mention[0]
        now = moved.get(name.lower().replace("^", "ctrl+"))
        if now is None:
            return name
        return now if name.startswith("^") else now.replace("^", "Ctrl+")

    return NAMED_KEY.sub(named, sentence)


def _check(file: str, command: Command, wanted: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse what `wanted` has for a command, if it cannot be used."""
    place = f"{file}: [keys] {command.id}"
    keys = wanted[command.id]
    if not keys:
        raise ConfigError(f"{place} has no key.", f"Give it one of {_some(wanted, '')}, or leave the line out.")
    for key in keys:
        reason = unsafe(key) if key not in command.keys else ""
        if reason:
            raise ConfigError(f"{place}: {key} cannot be used: {reason}.", f"Free are {_some(wanted, key)}.")
        other = next((name for name, others in wanted.items() if name != command.id and key in others), None)
        if other is not None:
            raise ConfigError(f"{place}: {key} is already the key of {other}.", f"Free are {_some(wanted, key)}.")
    missing = [key for key in command.keys if key in OF_THE_LINE and key not in keys]
    if missing:
        raise ConfigError(f"{place}: {missing[0]} is missing, which must stay with it.", f'Add "{missing[0]}".')
    if not any(arrives_everywhere(key) for key in keys):
        raise ConfigError(f"{place}: {keys[0]} alone does not do: tmux keeps it.", f"Add one of {_some(wanted, '')}.")


def _nearest(name: str, declared: Mapping[str, Command]) -> str:
    alike = difflib.get_close_matches(name, declared, n=1)
    return f"Did you mean {alike[0]}?" if alike else f"There are {', '.join(declared)}."


def _some(wanted: Mapping[str, tuple[str, ...]], key: str) -> str:
    """Keys that nobody has, those of the same kind as `key` and nearest to it first."""
    taken = {used for keys in wanted.values() for used in keys}
    free = [other for other in safe_keys() if other not in taken and arrives_everywhere(other)]
    kind = key in FUNCTION_KEYS
    free.sort(key=lambda other: ((other in FUNCTION_KEYS) != kind, abs(_number(other) - _number(key))))
    return ", ".join(free[:OFFERED]) or "none: take one from another command first"


def _number(key: str) -> int:
    return int(key[1:]) if key in FUNCTION_KEYS else ord(key[-1:] or "a")

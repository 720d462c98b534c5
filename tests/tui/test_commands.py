"""The commands are declared once, on keys that arrive in every terminal, and the manual says so."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from interview_tui.tui import commands
from interview_tui.tui.commands import HOME, LIVE, PREFLIGHT, Command
from interview_tui.tui.keymap import CONTROL_LETTERS, FUNCTION_KEYS, OF_THE_LINE, remapped, safe_keys, unsafe
from interview_tui.tui.manual import manual
from interview_tui.tui.review_commands import RECORD
from tests.tui.staging import REPOSITORY

MANUAL = REPOSITORY / "docs" / "keys.md"
LONGEST_WAIT_S = 120.0
DECLARED = sorted({key for command in LIVE for key in command.keys})
ACTING = [command for command in LIVE if not OF_THE_LINE.issuperset(command.keys) and command.id != "saved"]
"""What is done by a key that is not Enter, Esc or an arrow; `saved` only says that there is nothing to do."""
TMUX = {"enter": "Enter", "escape": "Escape", "up": "Up", "down": "Down", "pageup": "PPage", "pagedown": "NPage"}
OLD_TERMINALS = ("vt220", "linux", "xterm", "xterm-256color", "rxvt", "screen", "screen-256color", "tmux-256color")
SHOWS_KEYS = """\
import sys
from textual.app import App

class Shown(App, inherit_bindings=False):
    ENABLE_COMMAND_PALETTE = False

    def on_mount(self):
        self.note("ready")

    def on_key(self, event):
        self.note(event.key)

    def note(self, name):
        with open(sys.argv[1], "a", encoding="utf-8") as file:
            print(name, file=file)

Shown().run()
"""


@pytest.mark.parametrize("key", DECLARED)
def test_every_key_of_the_live_screen_arrives_while_something_is_typed(key):
    assert key in OF_THE_LINE or not unsafe(key), unsafe(key)


@pytest.mark.parametrize("command", ACTING, ids=lambda command: command.id)
def test_every_command_that_acts_has_a_control_key_and_a_function_key(command: Command):
    assert command.keys[0] in CONTROL_LETTERS
    assert command.keys[1] in FUNCTION_KEYS
    assert not any(unsafe(key) for key in command.keys)


def test_what_the_footer_shows_acts():
    assert {command.id for command in LIVE if command.title} <= {command.id for command in ACTING}


def test_the_declared_keys_could_be_anybody_s_own():
    assert remapped(LIVE, {command.id: command.keys for command in LIVE}) == LIVE


@pytest.mark.parametrize("screen", [LIVE, HOME, PREFLIGHT, RECORD])
def test_no_key_means_two_things(screen: tuple[Command, ...]):
    keys = [key for command in screen for key in command.keys]
    assert len(keys) == len(set(keys))
    assert len({command.id for command in screen}) == len(screen)


def test_no_command_of_a_call_quits():
    assert "quit" not in {command.id for command in LIVE}
    assert commands.by_key(LIVE)["ctrl+q"] == "call_menu"


def test_the_manual_of_the_keys_is_the_one_that_the_commands_make():
    if os.environ.get("UPDATE_SNAPSHOTS"):
        MANUAL.write_text(manual(), encoding="utf-8")
    assert MANUAL.read_text(encoding="utf-8") == manual()
    for command in (*LIVE, *HOME, *PREFLIGHT, *RECORD):
        assert command.help in manual()


def arrived(sequence: str) -> list[str]:
    """The keys that Textual takes a terminal's bytes for; the second call is the silence after them."""
    parser = XTermParser()
    return [event.key for data in (sequence, "") for event in parser.feed(data) if isinstance(event, Key)]


@pytest.mark.parametrize("key", [key for key in safe_keys() if key in CONTROL_LETTERS])
def test_a_control_key_is_one_byte_of_its_own_in_every_terminal(key):
    assert arrived(chr(ord(key[-1]) - ord("a") + 1)) == [key]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no terminfo")
@pytest.mark.parametrize("terminal", OLD_TERMINALS)
def test_every_function_key_that_an_old_terminal_sends_arrives_under_its_name(terminal):
    sent = function_keys_of(terminal)
    assert sent or terminal != "xterm", "this machine does not even know xterm"
    assert {key: arrived(sequence) for key, sequence in sent.items()} == {key: [key] for key in sent}


def function_keys_of(terminal: str) -> dict[str, str]:
    """What a terminal sends for the function keys that a command may have, by this machine's terminfo."""
    names = [key for key in safe_keys() if key in FUNCTION_KEYS]
    script = (
        "import curses, sys\n"
        "curses.setupterm(sys.argv[1], 1)\n"
        "for name in sys.argv[2:]: print(name, (curses.tigetstr('k' + name) or b'').hex())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, terminal, *names],
        check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    pairs = [line.split() for line in ran.stdout.splitlines()] if ran.returncode == 0 else []
    return {pair[0]: bytes.fromhex(pair[1]).decode("ascii") for pair in pairs if len(pair) == 2}


class Tmux:
    """A tmux of its own, in which a small app writes down every key it gets."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "socket"
        self._app = folder / "shows_keys.py"
        self._app.write_text(SHOWS_KEYS, encoding="utf-8")
        self._keys = folder / "keys"
        self._tell("new-session", "-d", "-x", "80", "-y", "24", f"{sys.executable} {self._app} {self._keys}")
        self.until("the app", lambda: self.arrived == ["ready"])

    def send(self, key: str) -> None:
        self._tell("send-keys", f"C-{key[-1]}" if key.startswith("ctrl+") else TMUX.get(key, key.upper()))

    def close(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._tell("kill-server")

    @property
    def arrived(self) -> list[str]:
        return self._keys.read_text(encoding="utf-8").split() if self._keys.exists() else []

    def until(self, what: str, done: Callable[[], object]) -> None:
        deadline = time.monotonic() + LONGEST_WAIT_S
        while not done():
            assert time.monotonic() < deadline, f"never happened: {what}; what arrived: {self.arrived}"
            time.sleep(0.01)

    def _tell(self, *words: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE")}
        subprocess.run(
            ["tmux", "-S", self._socket, "-f", os.devnull, *words],
            check=True, stdin=subprocess.DEVNULL, capture_output=True, env={**environment, "TERM": "xterm-256color"},
        )  # fmt: skip


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    tmux = Tmux(tmp_path)
    try:
        yield tmux
    finally:
        tmux.close()


@pytest.mark.tmux
def test_every_key_that_is_declared_or_may_be_chosen_arrives_through_tmux_under_its_name(tmux):
    keys = sorted({*DECLARED, *safe_keys()})
    for key in keys:
        before = len(tmux.arrived)
        tmux.send(key)
        tmux.until(key, lambda before=before: len(tmux.arrived) > before)
    assert tmux.arrived == ["ready", *keys]


@pytest.mark.tmux
def test_an_unsafe_key_arrives_through_tmux_under_another_name(tmux):
    tmux.send("ctrl+m")
    tmux.until("Enter", lambda: len(tmux.arrived) > 1)
    assert tmux.arrived == ["ready", "enter"]

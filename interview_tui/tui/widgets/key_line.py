"""The line at the foot of a screen on which letters are commands: it is typed into only while something is asked."""

from __future__ import annotations

from typing import Protocol

from textual import events

from interview_tui.tui.widgets.note_line import NoteLine, Typist


class Taker(Typist, Protocol):
    """Who takes the keys of such a line; see `note_line.Typist`."""

    @property
    def asks(self) -> bool:
        """Whether something is asked for, so that letters are typed."""
        ...


class KeyLine(NoteLine):
    """Takes every key of its screen in the order of typing. The focus never leaves it.

    What is typed is kept nowhere else, and is gone when the line is begun anew.
    """

    def __init__(self, taker: Taker, *, id: str | None = None) -> None:
        super().__init__(taker, lambda: 0, id=id)
        self._taker = taker

    def begin(self, text: str, *, secret: bool) -> None:
        """Let the line read `text`; what is typed to a `secret` is shown as dots."""
        self.password = secret
        self.put(text, 0)

    def remember(self, text: str, first_key_ms: int) -> None:
        """Nothing comes back: it may have been a passphrase."""

    async def _on_key(self, event: events.Key) -> None:
        """A key is a command, or else what it is to the line that this one extends: Textual calls that handler next."""
        if self._taker.asks:
            return
        event.stop()
        event.prevent_default()
        self.keys += 1
        named = event.character if event.is_printable and event.character not in (None, " ") else event.key
        self._taker.pressed(named or event.key)

    def _on_paste(self, event: events.Paste) -> None:
        """What is pasted while nothing is asked for goes nowhere: it is no row of commands."""
        if not self._taker.asks:
            event.stop()
            event.prevent_default()

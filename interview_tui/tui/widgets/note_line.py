"""The one line that is always there, and that loses no key.

Keys that arrive in a burst overtake Textual's `Changed` messages and its bindings: those travel through other queues.
So here everything that a key does is done while that key is handled, in the order of typing: the edit is reported from
within the edit, and keys that cut the text (Enter, the commands) are offered to the screen before anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from textual import events
from textual.message import Message
from textual.widgets import Input


class Typist(Protocol):
    """Who is told what is typed. Each call is made while the key is handled, and must not wait."""

    def edited(self, text: str, first_key_ms: int) -> None:
        """The line reads `text` now; its first key was pressed at `first_key_ms` of the call clock."""
        ...

    def emptied(self) -> None:
        """The line was emptied at one stroke, and can be brought back: its draft is not to be forgotten yet."""
        ...

    def pressed(self, key: str) -> bool:
        """A key that is no printable character was pressed; whether it was a command, and so no edit."""
        ...

    def spaced(self) -> bool:
        """The space bar was pressed; whether it was a command, and so no edit."""
        ...


class NoteLine(Input):
    """A line of text for `typist`; `now_ms` is the call clock. Every key ends here, whatever it is: `keys` counts."""

    def __init__(self, typist: Typist, now_ms: Callable[[], int], *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._typist = typist
        self._now_ms = now_ms
        self._key_ms = 0
        self.keys = 0
        self._first_key_ms = 0
        self._cleared: list[tuple[str, int]] = []
        self._editing_keys = {
            key: binding.action for key, bound in self._bindings.key_to_bindings.items() for binding in bound
        }

    @property
    def first_key_ms(self) -> int:
        """The call clock of the first key of what the line reads; of the last key while it is empty."""
        return self._first_key_ms if self.value else self._key_ms

    @property
    def key_ms(self) -> int:
        """The call clock at which the key that is being handled was pressed."""
        return self._key_ms

    def put(self, text: str, first_key_ms: int) -> None:
        """Let the line read `text`, without telling the typist."""
        self.value = text
        self.cursor_position = len(text)
        self._first_key_ms = first_key_ms

    def take(self) -> tuple[str, int]:
        """What the line reads and its first key; it is empty then."""
        taken = self.value, self.first_key_ms
        self.put("", 0)
        self._cleared.clear()
        return taken

    def remember(self, text: str, first_key_ms: int) -> None:
        """Something typed that is gone from the line, and that Esc brings back."""
        self._cleared.append((text, first_key_ms))

    def clear_or_restore(self) -> bool:
        """Empty the line, or bring back what was last gone from it; whether there was anything to do.

        The draft that is kept on disk stays until something else is typed.
        """
        if self.value:
            self.remember(self.value, self._first_key_ms)
            self.put("", 0)
            self._typist.emptied()
            return True
        if self._cleared:
            self.put(*self._cleared.pop())
            self._typist.edited(self.value, self._first_key_ms)
            return True
        return False

    def replace(self, text: str, start: int, end: int) -> None:
        """Every edit goes through here."""
        before, began_ms = self.value, self._first_key_ms
        if not before:
            self._first_key_ms = self._key_ms
        super().replace(text, start, end)
        if self.value == before:
            return
        if not self.value and len(before) > 1:
            self.remember(before, began_ms)
            self._typist.emptied()
        else:
            self._typist.edited(self.value, self.first_key_ms)

    async def _on_key(self, event: events.Key) -> None:
        self.keys += 1
        self._key_ms = self._pressed_at_ms(event)
        is_command = self._typist.spaced() if event.character == " " else False
        if event.is_printable and not is_command:
            return
        event.stop()
        event.prevent_default()
        if is_command or self._typist.pressed(event.key):
            return
        if action := self._editing_keys.get(event.key):
            await self.run_action(action)

    def _on_paste(self, event: events.Paste) -> None:
        """What is pasted becomes one line: a line break in it is a space, and control characters are left out."""
        event.stop()
        event.prevent_default()
        self._key_ms = self._pressed_at_ms(event)
        line = "".join(character for character in " ".join(event.text.split("\n")) if character.isprintable())
        start, end = sorted(self.selection)
        if line:
            self.replace(line, start, end)

    def _pressed_at_ms(self, event: events.Key | events.Paste) -> int:
        """The call clock at which an event was made, by its age on Textual's own clock; never before the last one."""
        age_ms = round((Message().time - event.time) * 1000)
        return max(self._key_ms, self._now_ms() - max(0, age_ms))

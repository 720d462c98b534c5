"""The line in which a category is named by a few letters.

Keys that arrive in a burst overtake Textual's `Changed` messages and its bindings: here everything that a key does is
done while that key is handled, in the order of typing, so that no letter is taken for the next incident's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual import events
from textual.widgets import Input


class CategoryLine(Input):
    """A line; `keys` are those that give a command instead of editing it, `edited` is told what it reads."""

    def __init__(
        self, keys: Mapping[str, str], give: Callable[[str], None], edited: Callable[[str], None], *, id: str
    ) -> None:
        super().__init__(id=id, compact=True, select_on_focus=False, placeholder="letters of a category, or its number")
        self.cursor_blink = False
        self._commands = keys
        self._give = give
        self._edited = edited

    def take(self) -> str:
        """What the line reads; it is empty then."""
        taken = self.value
        if taken:
            self.value = ""
            self._edited("")
        return taken

    def replace(self, text: str, start: int, end: int) -> None:
        """Every edit goes through here."""
        super().replace(text, start, end)
        self._edited(self.value)

    async def _on_key(self, event: events.Key) -> None:
        command = self._commands.get(event.key)
        if command is None:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        self._give(command)

"""The words of a turn, edited where they stand."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Offset, Region
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

_ELSEWHERE = ("tab", "shift+tab", "ctrl+p", "ctrl+q")


class WordEditor(TextArea, inherit_bindings=False):
    """Lies over a screen while words are edited, and else is not there. A turn is one line, however long.

    Enter accepts, Esc leaves. Function keys are the screen's: it can be played, paused and gone back in meanwhile.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in TextArea.BINDINGS if getattr(binding, "key", "") not in ("f6", "f7")
    ]
    DEFAULT_CSS = """
    WordEditor {
        display: none;
        position: absolute;
        overlay: screen;
        constrain: none inside;
        height: auto;
        max-height: 80%;
        border: none;
        padding: 0;
        background: $boost;
        scrollbar-size-vertical: 1;
    }
    """

    class Accepted(Message):
        """The words are to be `text`."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The words are to stay as they were."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False, id=id, compact=True)

    @property
    def is_open(self) -> bool:
        """Whether words are being edited."""
        return bool(self.display)

    def open(self, text: str, region: Region, at: int = 0) -> None:
        """Edit a text where it stands on the screen; the cursor is before its character `at`."""
        self.load_text(_in_one_line(text))
        self.move_cursor((0, at))
        self.styles.width = region.width
        self.styles.offset = Offset(region.x, region.y)
        self.display = True
        self.screen.set_focus(self)  # at once: what is typed next are words

    def close(self) -> None:
        """Be there no more; the focus is the screen's to give."""
        self.display = False

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; whatever is put in stays in the one line."""
        edit.text = _in_one_line(edit.text)
        return super().edit(edit)

    def on_key(self, event: events.Key) -> None:
        """Enter and Esc end it; no key gets anybody away from it with words that were typed."""
        if event.key not in ("enter", "escape", *_ELSEWHERE):
            return
        event.stop()
        event.prevent_default()
        if event.key not in _ELSEWHERE:
            self.close()
            self.post_message(self.Accepted(self.text) if event.key == "enter" else self.Left())


def _in_one_line(text: str) -> str:
    return text.replace("\r\n", " ").replace("\r", " ").replace("\n", " ")

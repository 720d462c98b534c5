"""The last notes, the newest first, each with where it is filed."""

from __future__ import annotations

from textual.content import Content

from interview_tui.interview.line import PROCEDURAL
from interview_tui.tui import signs
from interview_tui.tui.overview import FiledNote
from interview_tui.tui.widgets.pane import Pane

MARKS = {"!": "! ", '"': "“", "?": "? ", PROCEDURAL: "// "}


HOME_CELLS = 14
"""What a note's home may take of a row: her words matter more."""


class NoteList(Pane[tuple[FiledNote, ...]]):
    """A row a note: when it was heard, its words, its home."""

    def rows(self, value: tuple[FiledNote, ...], width: int, height: int) -> list[Content]:
        title = Content.styled("notes", "$quiet")
        if not value:
            return [title, Content.styled("none yet: type one and press Enter", "$faint")]
        shown = value[: height - 1]
        home_width = min(max((len(filed.home) for filed in shown), default=0) + 3, HOME_CELLS)
        return [title, *(_row(filed, width, home_width) for filed in shown)]


def _row(filed: FiledNote, width: int, home_width: int) -> Content:
    note = filed.note
    when = Content.styled(f"{signs.clock(note.about_ms):>5}  ", "$quiet")
    words = Content.assemble(MARKS.get(note.mark, ""), note.text, "”" if note.mark == '"' else "")
    home = Content.styled(f" → {filed.home}" if filed.home else "", "$quiet")
    room = width - when.cell_length - home_width
    return Content.assemble(
        when, words.truncate(room, ellipsis=True, pad=True), home.truncate(home_width, ellipsis=True)
    )

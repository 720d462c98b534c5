"""The last notes, the newest first, each with where it is filed."""

from __future__ import annotations

from textual.content import Content

from interview_tui.interview.line import PROCEDURAL
from interview_tui.tui import signs
from interview_tui.tui.overview import FiledNote
from interview_tui.tui.widgets.pane import Pane

MARKS = {"!": "! ", '"': "“", "?": "? ", PROCEDURAL: "// "}


class NoteList(Pane[tuple[FiledNote, ...]]):
    """A row a note: when it was heard, its words, its home."""

    def rows(self, value: tuple[FiledNote, ...], width: int, height: int) -> list[Content]:
        title = Content.styled("notes", "$text-muted")
        if not value:
            hint = "type and press Enter: what is no code of the question becomes a note"
            return [title, Content.styled(hint, "$text-disabled")]
        home_width = min(22, width // 3)
        return [title, *(_row(filed, width, home_width) for filed in value[: height - 1])]


def _row(filed: FiledNote, width: int, home_width: int) -> Content:
    note = filed.note
    when = Content.styled(f"{signs.clock(note.about_ms):>5}  ", "$text-muted")
    words = Content.assemble(MARKS.get(note.mark, ""), note.text, "”" if note.mark == '"' else "")
    home = Content.styled(f" → {filed.home}" if filed.home else "", "$text-muted")
    room = width - when.cell_length - home_width
    return Content.assemble(when, words.truncate(room, ellipsis=True, pad=True), home.truncate(home_width, ellipsis=True))

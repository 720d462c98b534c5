"""The transcript of an interview: all that was said, under the questions it answers, to be heard and corrected."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.content import Content

from interview_tui.tui import palette, review_commands
from interview_tui.tui.desk import Lying
from interview_tui.tui.destinations import Go, ToRecord
from interview_tui.tui.reading import Row, transcript_rows
from interview_tui.tui.screens.talk import TalkScreen, bound


class TranscriptScreen(TalkScreen):
    """The talk of a case in order, the questions as headings, the notes at their words."""

    COMMANDS: ClassVar[Any] = {palette.finds(review_commands.TRANSCRIPT)}
    BINDINGS: ClassVar[Any] = bound(review_commands.TRANSCRIPT)
    commands = review_commands.TRANSCRIPT
    at_the_foot = ("play", "repeat", "edit", "give", "move", "quote", "undo", "turn_over", "doubts", "state", "palette")

    def rows(self, lying: Lying) -> list[Row]:
        """The talk, with questions, notes and gaps."""
        return transcript_rows(lying.found.record)

    def headline(self, lying: Lying) -> Content:
        """The case, and how far its review is."""
        record = lying.found.record
        return Content.assemble(Content.styled(record.case, "bold"), Content.styled(f"   {record.review.value}", "$quiet"))

    async def does(self, command: str) -> None:
        """Turn over to the record, at the same moment."""
        if command == "turn_over":
            row = self.view.row
            self.post_message(Go(ToRecord(self.case, row.at_ms if row is not None else None), instead=True))

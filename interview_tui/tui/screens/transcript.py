"""The transcript of an interview: all that was said, under the questions it answers, to be heard and corrected."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content

from interview_tui.tui import belonging, correcting, palette, review_commands, signs
from interview_tui.tui.desk import Lying
from interview_tui.tui.destinations import Go, ToRecord
from interview_tui.tui.dialogs import Picker
from interview_tui.tui.ports import Adapters
from interview_tui.tui.reading import Row, transcript_rows
from interview_tui.tui.screens.talk import TalkScreen, bound
from interview_tui.tui.widgets.note_margin import NoteMargin

WIDE = 110
"""In fewer columns the notes have no margin: they stand in the text."""
NO_MARGIN = "The notes stand in the text: go to one and press w or n."
NO_NOTES = "There are no notes."
NOT_TIED = "Put the cursor on the words that the note is about, and press n there."


class TranscriptScreen(TalkScreen):
    """The talk of a case in order, the questions as headings, the notes beside their words."""

    CSS_PATH: ClassVar[Any] = ["talk.tcss", "transcript.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's
    COMMANDS: ClassVar[Any] = {palette.finds(review_commands.TRANSCRIPT)}
    BINDINGS: ClassVar[Any] = bound(review_commands.TRANSCRIPT)
    commands = review_commands.TRANSCRIPT
    at_the_foot = ("play", "edit", "give", "move", "quote", "undo", "turn_over", "doubts", "palette")

    def __init__(self, adapters: Adapters, case: str, at_ms: int | None = None, *, plays: bool = False) -> None:
        super().__init__(adapters, case, at_ms, plays=plays)
        self.margin = NoteMargin(self.view, id="margin")
        self._has_margin = False

    def panes(self) -> ComposeResult:
        """The talk, and its margin."""
        yield self.view
        yield self.margin

    def rows(self, lying: Lying) -> list[Row]:
        """The talk, with questions and gaps; with the notes where there is no margin for them."""
        rows = transcript_rows(lying.found.record)
        return [row for row in rows if row.kind != "note"] if self._has_margin else rows

    def headline(self, lying: Lying) -> Content:
        """The case; how far it is reviewed, how much was said, when, and what heard it."""
        found = lying.found
        record = found.record
        opened = datetime.fromtimestamp(record.opened_wall_ms / 1000).astimezone()
        words = sum(len(placed.turn.words) for placed in record.turns)
        facts = [
            record.review.value if record.provenance else "not transcribed",
            *([signs.counted(len(found.open_doubts), "doubt")] if found.open_doubts else []),
            f"{words:,} words",
            signs.clock(record.ended_ms or 0),
            f"{opened:%d %b %Y %H:%M}",
            *([f"{record.provenance.engine} {record.provenance.model}"] if record.provenance else []),
        ]
        return Content.assemble(
            Content.styled(record.case, "bold"), Content.styled(f"   {' · '.join(facts)}", "$quiet")
        )

    def show_rows(self) -> None:
        """Lay out the rows anew, and the notes beside them."""
        super().show_rows()
        lying = self.desk.lying
        if lying is not None:
            notes = [row for row in transcript_rows(lying.found.record) if row.kind == "note"]
            self.margin.show(notes, lying.found.record.origin_ms)

    def on_resize(self, event: events.Resize) -> None:
        """There may be a margin now, or none any more."""
        has_margin = event.size.width >= WIDE
        if has_margin != self._has_margin:
            self._has_margin = has_margin
            if not has_margin and self.margin.has_focus:
                self.view.focus()
            self.show_rows()

    def on_note_margin_chosen(self, event: NoteMargin.Chosen) -> None:
        """The cursor goes to the words that the note is about."""
        if event.row.at_ms is not None:
            self.view.go_to_moment(event.row.at_ms)

    def action_give(self, command: str) -> None:
        """Do a command; where a note is chosen in the margin, it is the note that is moved."""
        if command == "pane":
            self.tell("")
            self._turn_to_margin()
        else:
            super().action_give("move note" if command == "move" and self.margin.has_focus else command)

    async def does(self, command: str) -> None:
        """Turn over to the record; tie a note to words; move a note of the margin."""
        match command:
            case "turn_over":
                self.post_message(Go(ToRecord(self.case, self._here_ms), instead=True))
            case "tie":
                await self._tie()
            case "move note" if self.margin.note is not None:
                await self._move(self.margin.note.note)

    @property
    def _here_ms(self) -> int | None:
        """The moment of the word, or else the row, under the cursor."""
        word, row = self.view.word, self.view.row
        return word.start_ms if word is not None else row.at_ms if row is not None else None

    @property
    def _note(self) -> str:
        """The note that a command is about: that of the margin, if it has the keys, or that under the cursor."""
        row = self.margin.note if self.margin.has_focus else self.view.row
        return row.note if row is not None else ""

    def _turn_to_margin(self) -> None:
        if self.margin.has_focus:
            self.set_focus(self.view)
        elif not self._has_margin:
            self.tell(NO_MARGIN)
        elif self.margin.note is None:
            self.tell(NO_NOTES)
        else:
            self.set_focus(self.margin)
            self.margin.choose_near(self._here_ms or 0)

    async def _move(self, note: str) -> None:
        """Say where a note belongs."""
        lying = self.desk.lying
        if lying is not None:
            offered = belonging.places_for_note(lying.found, note)
            key = await self.ask(Picker("Where does the note belong?", offered.choices, offered.chosen))
            if key is not None:
                await self.act(belonging.moves_note(key, note))

    async def _tie(self) -> None:
        """Say which note is about the word under the cursor; leave a note that is under it to the program again."""
        lying, word = self.desk.lying, self.view.word
        if lying is None:
            return
        if note := self._note:
            if belonging.is_tied(lying.found, note):
                await self.act(lambda found: belonging.tie_note(found, note, None))
            else:
                self.tell(NOT_TIED)
        elif word is None:
            self.tell(correcting.NO_WORDS)
        else:
            at_ms = (word.start_ms + word.end_ms) // 2
            offered = belonging.notes_near(lying.found, at_ms)
            chosen = await self.ask(Picker("Which note is about this?", offered.choices, offered.chosen))
            if chosen is not None:
                await self.act(lambda found: belonging.tie_note(found, chosen, at_ms))

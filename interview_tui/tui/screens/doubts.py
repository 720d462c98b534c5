"""The review queue: what the program is unsure about, one by one, each heard and put right where it is."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from interview_tui.record.doubts import DoubtKind, Fix
from interview_tui.record.edits import lies_in
from interview_tui.record.queue import QueuedDoubt
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.tui import acts, correcting, palette, review_commands, worklist
from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.desk import Lying
from interview_tui.tui.destinations import Go, ToTranscript
from interview_tui.tui.dialogs import Picker, Prompt
from interview_tui.tui.ports import Adapters
from interview_tui.tui.reading import Row, transcript_rows
from interview_tui.tui.screens.talk import TalkScreen, bound
from interview_tui.tui.typesetting import TITLES, Spot
from interview_tui.tui.worklist import Since, Worklist

THE_LAST = "No open doubt after it; p goes back."
THE_FIRST = "No open doubt before it."
NOTHING_CHOSEN = "There is nothing to look into."
WIDE = 100
"""From so many cells on the list stands beside the talk."""


class DoubtsScreen(TalkScreen):
    """The doubts about `case` as a list, the one that is looked into in full, and the talk around it.

    Its words are marked: what is given, moved or called inaudible is these words, until the cursor is moved.
    """

    CSS_PATH: ClassVar[Any] = ["talk.tcss", "doubts.tcss"]
    COMMANDS: ClassVar[Any] = {palette.finds(review_commands.DOUBTS)}
    BINDINGS: ClassVar[Any] = bound(review_commands.DOUBTS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's
    commands = review_commands.DOUBTS
    at_the_foot = ("next", "previous", "accept", "repeat", "undo", "order", "all", "state", "palette")

    def __init__(self, adapters: Adapters, case: str) -> None:
        super().__init__(adapters, case)
        self._work = Worklist()
        self._put_ms: int | None = None  # the moment that the cursor was put on for the doubt
        self._given = ""
        self._turn = asyncio.Lock()
        self._list = OptionList(id="doubts", markup=False)
        self._list.can_focus = False
        self._sentence = Static("", id="sentence", markup=False)

    def rows(self, lying: Lying) -> list[Row]:
        """The talk, with questions, notes and gaps."""
        return transcript_rows(lying.found.record)

    def headline(self, lying: Lying) -> Content:
        """The case, and how much of the queue is left."""
        queue = lying.found.queue
        left, most = len(lying.found.open_doubts), max(self._work.most, len(queue))
        told = f"doubts · {left} of {most} left · {self._work.order}" if left else "doubts · none left"
        return Content.assemble(Content.styled(self.case, "bold"), Content.styled(f"   {told}", "$quiet"))

    def panes(self) -> ComposeResult:
        """The list, what is doubtful in full, and the talk around it."""
        yield self._list
        with Vertical():
            yield self._sentence
            yield self.view

    def laid(self, lying: Lying) -> None:
        """The queue was made anew: the doubt that was looked into stays, or what is left of it."""
        queue, before = lying.found.queue, self._work
        if before.most == 0:
            self._work = before.begun(queue)
            self._aim()
            return
        self._work, since = before.renewed(queue)
        back = self._work.reopened(before) if self._given in ("undo", "redo") else None
        if back is not None:
            self._work, since = back, Since.OTHER
        if since is Since.OTHER:
            self._aim()
            return
        if since is Since.SAME and self._is_here:
            self._mark()
        self._list_doubts()

    def action_give(self, command: str) -> None:
        """Do a command; where the cursor was put, Enter plays the doubt, and missing words are written."""
        self._given = command
        rests = command == "pause" and self.adapters.player.at_ms() is None
        if self._is_here and (command == "play" or rests):
            command = "hear"
        elif self._is_here and command == "edit" and self._lacks_words:
            command = "write"
        super().action_give(command)

    async def does(self, command: str) -> None:
        """Go through the doubts, settle them, hear them, write down what was not heard."""
        match command:
            case "hear":
                await self._hear()
            case "write":
                await self._write()
            case "turn_over":
                self.post_message(Go(ToTranscript(self.case, self._moment)))
            case _:
                async with self._turn:
                    await self._walk(command)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A doubt was clicked."""
        self._choose(event.option_index)

    @work(group="correct")
    async def _choose(self, number: int) -> None:
        async with self._turn:
            await self._trying(self._go(self._work.at(number), ""))

    async def _walk(self, command: str) -> None:
        """Go on in the list, or list it otherwise; however quickly it is asked, one thing after the other."""
        match command:
            case "next":
                await self._go(self._work.next(), THE_LAST)
            case "previous":
                await self._go(self._work.previous(), THE_FIRST)
            case "accept":
                await self._accept()
            case "order":
                self._work = self._work.turned()
                self._list_doubts()
            case "all":
                self._work = self._work.with_settled()
                self._list_doubts()

    async def _go(self, work: Worklist | None, otherwise: str) -> None:
        """Look into another doubt, and play it."""
        if work is not None:
            self._work = work
            self._aim()
            await self._hear()
        elif self._work.left:
            self.tell(otherwise)
        else:
            self._work = self._work.done()
            self._aim()

    async def _accept(self) -> None:
        """Settle the doubt, and go on to the next; after the last one, back to the nearest that was passed over."""
        doubt = self._work.chosen
        if doubt is None:
            self.tell(NOTHING_CHOSEN)
            return
        if doubt in self._work.queue and not doubt.settled:
            await self.act(partial(acts.settle, kind=doubt.kind, stretch=doubt.stretch))
        await self._go(self._work.next() or self._work.previous(), "")

    async def _hear(self) -> None:
        """Play what is doubtful, with a little before and after."""
        doubt, lying = self._work.chosen, self.desk.lying
        if doubt is not None and doubt.heard is not None and lying is not None and lying.playable:
            await self.replay.play(lying, doubt.heard)

    async def _write(self) -> None:
        """Write down what is said where no words are."""
        doubt = self._work.chosen
        if doubt is None:
            return
        speakers = [Choice(INTERVIEWER, "the interviewer", "I"), Choice(RESPONDENT, "the respondent", "R")]
        heard = await self.ask(Picker("Who speaks here?", speakers, RESPONDENT))
        text = await self.ask(Prompt("What is said here?")) if heard is not None else None
        if heard is not None and text:
            await self.act(lambda found: correcting.correct_words(found, doubt.stretch, heard, "", text))

    @property
    def _moment(self) -> int | None:
        """The moment of the call that the cursor stands on."""
        word, row = self.view.word, self.view.row
        if word is not None:
            return word.start_ms
        return row.at_ms if row is not None else None

    @property
    def _is_here(self) -> bool:
        """Whether the cursor is where it was put for the doubt."""
        return self._put_ms is not None and self._moment == self._put_ms

    @property
    def _lacks_words(self) -> bool:
        """Whether words are doubtful of which the record has none."""
        doubt = self._work.chosen
        return doubt is not None and Fix.WORDS in doubt.fixes and not self._spots(doubt)

    def _aim(self) -> None:
        """List the doubts, and show the chosen one in the middle of the talk."""
        self._list_doubts()
        self._mark(middle=True)

    def _mark(self, *, middle: bool = False) -> None:
        """Put the cursor on the note or the words that are doubtful, and mark these; where there are none, near by."""
        doubt = self._work.chosen
        if doubt is None:
            self._put_ms = None
            return
        spots = self._spots(doubt)
        noted = [Spot(number) for number, row in enumerate(self.view.rows) if row.note and row.note in doubt.notes]
        if noted:
            self.view.go_to(noted[0], middle=middle)
        elif spots:
            self.view.go_to(spots[0], middle=middle)
            self.view.go_to(spots[-1])
            self.view.action_word(-self._steps(spots[0], spots[-1]), True)
        else:
            self.view.go_to_moment(doubt.stretch.start_ms)
        self._put_ms = self._moment

    def _spots(self, doubt: QueuedDoubt) -> list[Spot]:
        """The words that a doubt is about, in the order of the rows; if it is who speaks, only those of one turn."""
        found = [
            Spot(number, place)
            for number, row in enumerate(self.view.rows)
            if row.turn is not None and row.turn.number in doubt.turns
            for place, word in enumerate(row.turn.words)
            if lies_in(doubt.stretch, word)
        ]
        return [spot for spot in found if spot.row == found[0].row] if doubt.kind is DoubtKind.SPEAKER else found

    def _steps(self, first: Spot, last: Spot) -> int:
        """How many words on from one spot another is; a row without words counts as one."""
        rows = [row for row in self.view.rows[first.row : last.row] if row.kind not in TITLES]
        return sum(len(row.turn.words) if row.turn is not None else 1 for row in rows) - first.word + last.word

    def _list_doubts(self) -> None:
        """List the doubts, and say what the chosen one is about."""
        lying = self.desk.lying
        if lying is None:
            return
        work, origin_ms, shown = self._work, lying.found.record.origin_ms, self._work.shown
        self._list.clear_options()
        self._list.add_options(Option(worklist.listed(work, doubt, origin_ms)) for doubt in shown)
        self._list.highlighted = shown.index(work.chosen) if work.chosen is not None else None
        self._sentence.update(worklist.explained(work, origin_ms, lacks_words=self._lacks_words))
        self.head.update(self.headline(lying))

"""What the screens have in common on which talk is read, heard and corrected: a record, a transcript, its doubts."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from interview_tui.errors import InterviewTuiError
from interview_tui.interview.events import Stretch
from interview_tui.record.review.words import retimed
from interview_tui.record.transcript import Turn
from interview_tui.tui import aiming, correcting, palette, replay
from interview_tui.tui.acts import Acting, heard_of
from interview_tui.tui.commands import Command
from interview_tui.tui.desk import NOT_READ, Desk, Lying
from interview_tui.tui.destinations import Go, ToDoubts, ToHistory, ToNames, ToSearch
from interview_tui.tui.export_dialog import ExportDialog, in_brief
from interview_tui.tui.machine_words import with_the_machine_s_words
from interview_tui.tui.ports import Adapters
from interview_tui.tui.reading import Row
from interview_tui.tui.standing import choose_state
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.status_row import Status, StatusRow
from interview_tui.tui.widgets.talk_view import TalkView
from interview_tui.tui.widgets.word_editor import WordEditor

LOOKS_PER_SECOND = 12
NO_DEVICE = "No sound device: nothing can be played here."
NOTHING_HEARD = "There is nothing to be heard here."
GROWS = 3
"""So many lines more a turn may take while it is edited, without lying over what stands below the talk."""
KEPT = "What you typed is not lost: e brings it back."
EDITING = "Enter takes the words · Esc leaves them · F4 plays and pauses · F3 F5 ∓5 s"


def bound(commands: Sequence[Command]) -> list[Binding]:
    """The keys of a screen's commands."""
    return [Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False) for command in commands]


class TalkScreen(Screen[None]):
    """An interview on the reviewer's desk, as rows with a cursor on a word.

    A screen says which `commands` it has and which of them stand `at_the_foot`, lays out its `rows`, may put panes
    beside the talk, and does the commands that no other one has in `does`. It begins at a moment of the call clock
    (ms), if it is given one, and `plays` from there.
    """

    AUTO_FOCUS = "#talk"
    CSS_PATH: ClassVar[Any] = "talk.tcss"
    commands: ClassVar[tuple[Command, ...]] = ()
    at_the_foot: ClassVar[tuple[str, ...]] = ()

    def __init__(self, adapters: Adapters, case: str, at_ms: int | None = None, *, plays: bool = False) -> None:
        super().__init__()
        self.adapters = adapters
        self.case = case
        self.desk = Desk(adapters, case)
        self.replay = replay.Replay(adapters.player)
        self.view = TalkView(id="talk")
        self.editor = WordEditor(id="editor")
        self._aiming = aiming.Aiming(self.view, self.ask, adapters.reviews.reviewer)
        self._was_away = False
        self._begins_ms = at_ms
        self._begins_playing = plays
        self._follows = True
        self._shows_machine = False
        self._playing = False
        self._edited: Row | None = None
        self._typed: dict[Stretch, str] = {}  # words that could not be kept, by where they belong
        self._message = "Reading the record …"
        self._doubt = ""
        self.head = Static(case, id="title", markup=False)
        self._status = StatusRow(Status(self._message), id="status")

    def rows(self, lying: Lying) -> list[Row]:
        """What is to be read."""
        raise NotImplementedError

    def headline(self, lying: Lying) -> Content:
        """What the interview is called, and what is to be known of it at a glance."""
        raise NotImplementedError

    def panes(self) -> ComposeResult:
        """The talk, and what stands beside it."""
        yield self.view

    def laid(self, lying: Lying) -> None:
        """The interview was read anew, and its rows are shown."""

    def sounds(self, at_ms: int | None) -> None:
        """This moment of the call clock (ms) is heard; None: nothing is."""

    async def does(self, command: str) -> None:
        """Do a command of this screen's own."""

    def compose(self) -> ComposeResult:
        """Title, talk, status, footer; the editor lies over the talk."""
        yield self.head
        with Horizontal(id="panes"):
            yield from self.panes()
        yield self._status
        shown = [command for name in self.at_the_foot for command in self.commands if command.id == name]
        yield CommandFooter(tuple(shown), id="footer")
        yield self.editor

    def on_mount(self) -> None:
        """Read the interview, in a thread: its record is merged from all that is there."""
        self._read()
        self.set_interval(1 / LOOKS_PER_SECOND, self._look)

    def on_screen_suspend(self) -> None:
        """Another screen is shown, or only something is asked over this one."""
        self._was_away = not isinstance(self.app.screen, ModalScreen)

    def on_screen_resume(self) -> None:
        """What was changed on another screen shows."""
        if self._was_away and self.desk.lying is not None:
            self._was_away = False
            self._read()

    def action_give(self, command: str) -> None:
        """Do a command; those of a kind are done one after the other, in their order."""
        self.tell(EDITING if self.editor.is_open else "")
        match command:
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "follow":
                self._follows = not self._follows
                self.tell("The words that are heard are followed." if self._follows else "The text stays where it is.")
            case "machine":
                self._shows_machine = not self._shows_machine
                self.show_rows()
            case "mark":
                self.view.mark()
                self.tell("The arrows mark words now; b again marks none." if self.view.marked else "")
            case "edit":
                self._edit()  # at once: what is typed next are words
            case "leave":
                self._leave()
            case "play" | "pause" | "back" | "on" | "slower" | "faster" | "stop" | "repeat":
                self._sound(command)
            case _:
                self._do(command)

    def tell(self, message: str) -> None:
        """Say what has happened; it stays until the next command."""
        self._message = message
        self._show_status()

    def show_rows(self) -> None:
        """Lay out the rows anew."""
        lying = self.desk.lying
        if lying is None:
            return
        rows = self.rows(lying)
        if self._shows_machine:
            rows = with_the_machine_s_words(rows, lying.found)
        self.view.show(rows, lying.found.record.origin_ms)

    def go_to(self, at_ms: int) -> None:
        """Put the cursor on a moment of the call clock (ms)."""
        self.view.go_to_moment(at_ms)

    async def ask(self, dialog: ModalScreen[str | None]) -> str | None:
        """Ask something over the screen; None if it was left. Only from a worker."""
        answer: str | None = await self.app.push_screen_wait(dialog)
        return answer

    async def play(self, stretch: Stretch | None) -> None:
        """Play a stretch of the call clock, or say why not."""
        lying = self.desk.lying
        if lying is None or stretch is None:
            self.tell(NOTHING_HEARD if lying is not None else NOT_READ)
        elif not lying.playable:
            self.tell(NO_DEVICE)
        else:
            await self.replay.play(lying, stretch)

    async def act(self, acting: Acting) -> None:
        """Do something to the interview, and show what came of it."""
        self.tell(await self.desk.do(acting))
        self._show_all()

    def on_talk_view_moved(self) -> None:
        """Why a turn may belong elsewhere is said where the cursor is on it: in the text it would be in the way."""
        row = self.view.row
        doubt = row.doubt if row is not None else ""
        if doubt or self._doubt:
            self._doubt = doubt
            self._show_status()

    def on_talk_view_chosen(self) -> None:
        """A word was clicked twice: it is played."""
        self.action_give("play")

    def on_word_editor_accepted(self, event: WordEditor.Accepted) -> None:
        """Words were corrected."""
        row, self._edited = self._edited, None
        self.view.focus()
        if row is None or row.turn is None or event.text.split() == row.turn.text.split():
            self.tell(correcting.NOT_CHANGED)
            return
        self.tell("")
        turn, text = row.turn, event.text
        words = retimed(turn.words, text.split(), turn.stretch)
        if words:  # seen at once: reading the interview anew takes its time
            self.view.overwrite(self.view.rows.index(row), replace(turn, words=words))
        self._reword(turn, text)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """While words are edited a click elsewhere takes the keys from nobody."""
        if self.editor.is_open and event.widget is not self.editor:
            self.set_focus(self.editor)

    def on_word_editor_left(self) -> None:
        """The words stay as they were."""
        self.tell("")
        self._edited = None
        self.view.focus()

    @work(group="read", exclusive=True)
    async def _read(self) -> None:
        first = self.desk.lying is None
        try:
            lying = await self.desk.read()
        except InterviewTuiError as error:
            self.tell(str(error))
            return
        self._show_all()
        if first:
            self.tell("" if lying.playable else NO_DEVICE)
            if self._begins_ms is not None:
                self.go_to(self._begins_ms)
            if self._begins_playing:
                self._sound("play")

    @work(group="correct")
    async def _do(self, command: str) -> None:
        await self._trying(self._done(command))

    @work(group="correct")
    async def _reword(self, turn: Turn, text: str) -> None:
        """Correct the words of a turn; if they cannot be kept, nothing that was typed is lost."""
        try:
            await self.act(lambda found: correcting.correct_words(found, turn.stretch, heard_of(turn), turn.text, text))
        except InterviewTuiError as error:
            self._typed[turn.stretch] = text
            self.tell(f"{error} {KEPT}")
            self._show_all()
        else:
            self._typed.pop(turn.stretch, None)

    @work(group="sound")
    async def _sound(self, command: str) -> None:
        await self._trying(self._sounded(command))
        self._look()

    async def _trying(self, doing: Awaitable[None]) -> None:
        """Do something; what goes wrong is said."""
        try:
            await doing
        except InterviewTuiError as error:
            self.tell(str(error))

    async def _done(self, command: str) -> None:
        match command:
            case "state":
                told = await choose_state(self, self.desk, self.adapters)
                if told is not None:
                    self._show_all()
                    self.tell(told)
            case "export":
                await self._export()
            case "doubts":
                self.post_message(Go(ToDoubts(self.case)))
            case "history":
                self.post_message(Go(ToHistory(self.case)))
            case "names":
                self.post_message(Go(ToNames(self.case)))
            case "search":
                self.post_message(Go(ToSearch(self.case)))
            case _ if command in aiming.COMMANDS:
                await self._correct(command)
            case _:
                await self.does(command)

    async def _correct(self, command: str) -> None:
        lying = self.desk.lying
        if lying is None:
            return
        acting = await self._aiming.acting(lying.found, command)
        if isinstance(acting, str):
            self.tell(acting)
        elif acting is not None:
            await self.act(acting)

    async def _sounded(self, command: str) -> None:
        lying, player = self.desk.lying, self.adapters.player
        if command in ("play", "repeat") or (command == "pause" and player.at_ms() is None):
            heard = self._heard_from_here(lying)
            if command == "repeat" and lying is not None and lying.playable:
                at_ms = heard.start_ms if heard is not None else 0
                if await self.replay.repeat(lying, at_ms) is None:
                    self.tell(NOTHING_HEARD)
            else:
                await self.play(heard)
        elif command == "pause":
            await self.replay.toggle()
            if player.paused and self._follows and self.view.heard is not None and not self.editor.is_open:
                self.view.go_to(self.view.heard)  # what was just heard is what is to be corrected
        else:
            await self.replay.do(command)

    def _heard_from_here(self, lying: Lying | None) -> Stretch | None:
        """From the word under the cursor to the end of the recording; of a row without words, what it stands for."""
        word, row = self.view.word, self.view.row
        if word is None or lying is None:
            return row.heard if row is not None else None
        end_ms = max((span.end_ms for span in lying.timeline.spans), default=0)
        return Stretch(word.start_ms, max(word.end_ms, end_ms))

    def _edit(self) -> None:
        row, spot = self.view.row, self.view.spot
        if row is None or spot is None or row.turn is None:
            self.tell(correcting.NO_WORDS)
            return
        self.view.go_to(spot)
        self.view.bring_into_sight(spot.row, more=GROWS)
        self._edited = row
        before, text = sum(len(word.text) + 1 for word in row.turn.words[: spot.word]), row.turn.text
        typed = self._typed.get(row.turn.stretch)
        if typed is not None:
            before, text = len(typed), typed
        self.editor.open(text, self.view.region_of(spot.row), before)
        self.tell(EDITING)

    async def _export(self) -> None:
        dialog = ExportDialog(self.adapters.exports, [self.case], self.adapters.last_choice)
        written = await self.app.push_screen_wait(dialog)
        if written is not None:
            await self.desk.read()  # exporting packs the audio: it lies elsewhere now
            self.tell(in_brief(written))

    @work(group="sound")
    async def _leave(self) -> None:
        """Back, in silence."""
        await self.replay.do("stop")
        if self.is_current:
            self.app.pop_screen()

    def _show_all(self) -> None:
        lying = self.desk.lying
        if lying is not None:
            self.head.update(self.headline(lying))
            self.show_rows()
            self.laid(lying)

    def _look(self) -> None:
        """See what is being heard, and whether it broke off."""
        player = self.adapters.player
        at_ms = player.at_ms()
        was, self._playing = self._playing, at_ms is not None
        if was and not self._playing and player.trouble:
            self._message = player.trouble
        if was or self._playing:
            self.view.light(at_ms, follow=self._follows and not player.paused)
            self.sounds(at_ms)
            self._show_status()

    def _show_status(self) -> None:
        lying = self.desk.lying
        playing = self.replay.shown(lying.found.record.origin_ms) if lying is not None else ""
        damaged = lying.found.damaged if lying is not None else ()
        self._status.show(Status("  ".join(part for part in (self._message or self._doubt, playing) if part), damaged))

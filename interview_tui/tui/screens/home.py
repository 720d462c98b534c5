"""The list of interviews."""

from __future__ import annotations

import asyncio
from datetime import datetime

from rich.text import Text
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import Screen
from textual.widgets import DataTable, Input, Static

from interview_tui.errors import InterviewTuiError
from interview_tui.record.export_ports import Written
from interview_tui.record.ports import InterviewSummary, JobProgress, JobState
from interview_tui.tui import commands, palette, signs
from interview_tui.tui.destinations import Go, GoOn, Ring, ToCases, ToFigures, ToRecord, ToSearch, ToStudy, ToTallies
from interview_tui.tui.export_dialog import ExportDialog, in_brief
from interview_tui.tui.ports import AT_WORK, Adapters
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.status_row import Status, StatusRow
from interview_tui.tui.widgets.tally_lines import Tallied, TallyLines

LOOKS_PER_SECOND = 4
COLUMNS = ("case", "opened", "length", "notes", "incidents", "state")


class HomeScreen(Screen[None]):
    """The interviews of the study, unfinished ones first. A transcription shows how far it is."""

    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "#interviews"
    COMMANDS = {palette.HomeFinder}  # noqa: RUF012 - Textual's
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(
            Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
            for command in commands.HOME
            if command.id != "open"  # Enter is the table's
        ),
    ]

    class Debrief(Message):
        """A debrief is to be written."""

        def __init__(self, case: str) -> None:
            super().__init__()
            self.case = case

    def __init__(self, adapters: Adapters) -> None:
        super().__init__()
        self._adapters = adapters
        self._interviews: list[InterviewSummary] = []
        self._job: JobProgress | None = None
        self._message = ""
        self._unfinished = Static("", id="unfinished", markup=False)
        self._table: DataTable[Text] = DataTable(id="interviews", cursor_type="row", zebra_stripes=False)
        self._case = Input(id="case", compact=True, placeholder="P07")
        self._tallies = TallyLines(Tallied(), id="tallies")
        self._status = StatusRow(Status(), id="status")

    def compose(self) -> ComposeResult:
        """Title, unfinished interviews, table, field for a case, tallies, status, footer."""
        yield Static(self._adapters.study.name, id="title", markup=False)
        yield self._unfinished
        yield self._table
        yield Static("No interview yet. n begins the first.", id="empty")
        with Horizontal(id="new"):
            yield Static("new interview, case ›", id="new-prompt", markup=False)
            yield self._case
        yield self._tallies
        yield self._status
        yield CommandFooter(commands.HOME, id="footer")

    def on_mount(self) -> None:
        """Begin to look at the transcription."""
        self._table.add_columns(*COLUMNS)
        self.set_interval(1 / LOOKS_PER_SECOND, self._look)

    def on_screen_resume(self) -> None:
        """Whatever was done elsewhere shows; it is counted once the list can be seen."""
        self._list()
        self.call_after_refresh(self._count)

    def on_resize(self) -> None:
        """The tallies have as much room as there is now."""
        self._tallies.make_room(self.size)

    def tell(self, message: str) -> None:
        """Say what has happened; it stays until the next command."""
        self._message = message
        if self.is_mounted:
            self._list()
            self._show_status()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter on a line of the list."""
        found = self._found(event.row_key.value)
        if found is not None:
            self.post_message(Go(ToRecord(found.case)) if found.ended else GoOn(found.case))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A case was typed."""
        case = event.value.strip()
        self._close_field()
        if case:
            found = self._found(case)
            if found is None:
                self.post_message(Ring(case))
            else:
                self.post_message(Go(ToRecord(case)) if found.ended else GoOn(case))

    def on_key(self, event: events.Key) -> None:
        """Esc leaves the field."""
        if event.key == "escape" and self.has_class("-new"):
            event.stop()
            self._close_field()

    def action_give(self, command: str) -> None:
        """Do a command of the list."""
        self._message = ""
        try:
            self._commanded(command)
        except InterviewTuiError as error:
            self._message = str(error)
        self._show_status()

    def _commanded(self, command: str) -> None:
        match command:
            case "open":
                self._table.action_select_cursor()
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "new":
                self.add_class("-new")
                self.set_focus(self._case)
            case "sound_check":
                self.post_message(Ring())
            case "transcribe":
                self._transcribe()
            case "cancel":
                self._cancel_transcription()
            case "export":
                self._export()
            case "study":
                self.post_message(Go(ToStudy()))
            case "search":
                self.post_message(Go(ToSearch()))
            case "cases":
                self.post_message(Go(ToCases()))
            case "figures":
                self.post_message(Go(ToFigures()))
            case "tallies":
                self.post_message(Go(ToTallies()))
            case "debrief":
                self._debrief()
            case "quit":
                self.app.exit()

    def _debrief(self) -> None:
        chosen = self._chosen
        if chosen is not None and chosen.ended:
            self.post_message(self.Debrief(chosen.case))
        elif chosen is not None:
            self._message = f"{chosen.case} is unfinished: its debrief comes after its end."

    def _transcribe(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        if not chosen.ended:
            self._message = f"{chosen.case} is unfinished: it is transcribed when it has ended."
        elif not chosen.recorded_ms:
            self._message = f"{chosen.case} was not recorded."
        else:
            self._begin_transcription(chosen.case)

    @work(group="transcribe")
    async def _begin_transcription(self, case: str) -> None:
        try:
            await asyncio.to_thread(self._adapters.transcriber.begin, case)
        except InterviewTuiError as error:
            self.tell(str(error))

    @work(group="transcribe")
    async def _cancel_transcription(self) -> None:
        await asyncio.to_thread(self._adapters.transcriber.cancel)

    def _export(self) -> None:
        chosen, adapters = self._chosen, self._adapters
        if chosen is not None:
            self.app.push_screen(ExportDialog(adapters.exports, [chosen.case], adapters.last_choice), self._exported)

    def _exported(self, written: Written | None) -> None:
        if written is not None:
            self.tell(in_brief(written))

    def _list(self) -> None:
        """Read the list anew; the cursor stays with its case, and goes to an unfinished one at first."""
        table = self._table
        was = self._chosen
        try:
            found = self._adapters.study.interviews()
        except InterviewTuiError as error:
            self._message = str(error)
            found = []
        self._interviews = sorted(found, key=lambda summary: summary.ended)
        table.clear()
        for summary in self._interviews:
            table.add_row(*_row(summary, self._job), key=summary.case)
        cases = [summary.case for summary in self._interviews]
        if was is not None and was.case in cases:
            table.move_cursor(row=cases.index(was.case))
        self.set_class(not cases, "-empty")
        open_ones = [summary for summary in self._interviews if not summary.ended]
        self.set_class(bool(open_ones), "-unfinished")
        self._unfinished.update("\n".join(_unfinished(summary) for summary in open_ones))

    @work(group="tallies", exclusive=True, exit_on_error=False)
    async def _count(self) -> None:
        """Count the tallies, in a thread; what is wrong with them stands in their place."""
        try:
            tallied = Tallied(await asyncio.to_thread(self._adapters.tallies.counted))
        except InterviewTuiError as error:
            tallied = Tallied(trouble=str(error))
        self._tallies.show(tallied)
        self._tallies.make_room(self.size)

    def _look(self) -> None:
        """See how far the transcription is."""
        job = self._adapters.transcriber.poll()
        if job != self._job:
            ended = self._job is not None and job is not None and job.state not in AT_WORK
            self._job = job
            if ended:
                self._list()
        self._show_status()

    def _show_status(self) -> None:
        job = self._job
        failed = (f"{job.case}: {job.message}",) if job is not None and job.state is JobState.FAILED else ()
        parts = [self._message, _progress(job) if job is not None else ""]
        self._status.show(Status("  ".join(part for part in parts if part), failed))

    def _close_field(self) -> None:
        self._case.value = ""
        self.remove_class("-new")
        self.set_focus(self._table)

    def _found(self, case: str | None) -> InterviewSummary | None:
        return next((summary for summary in self._interviews if summary.case == case), None)

    @property
    def _chosen(self) -> InterviewSummary | None:
        row = self._table.cursor_row
        return self._interviews[row] if 0 <= row < len(self._interviews) else None


def _row(summary: InterviewSummary, job: JobProgress | None) -> list[Text]:
    opened = datetime.fromtimestamp(summary.opened_wall_ms / 1000).astimezone()
    if job is not None and job.case == summary.case and job.state in AT_WORK:
        state = "◐ being transcribed"
    elif not summary.ended:
        state = "○ unfinished"
    elif summary.transcribed:
        state = "● transcribed"
    else:
        state = "◐ recorded" if summary.recorded_ms else "◐ notes only"
    if summary.debrief_open:
        glyph, _, done = state.partition(" ")
        state = f"{glyph} debrief open, {done}"
    case = f"{summary.case} (rehearsal)" if summary.rehearsal else summary.case
    length = signs.clock(summary.length_ms)
    cells = (case, f"{opened:%d %b %Y %H:%M}", length, str(summary.notes), str(summary.incidents), state)
    return [Text(cell) for cell in cells]


def _unfinished(summary: InterviewSummary) -> str:
    audio = f"{signs.clock(summary.recorded_ms)} of audio"
    where = f" · at “{summary.where}”" if summary.where else ""
    return (
        f"Unfinished: {summary.case} · {signs.counted(summary.notes, 'note')} · {audio} · Enter goes on with it{where}"
    )


def _progress(job: JobProgress) -> str:
    if job.state not in AT_WORK:
        return "" if job.state is JobState.FAILED else f"{job.case}: transcription {job.state.value}."
    done = f"{signs.clock(round(job.done_s * 1000))} of {signs.clock(round(job.total_s * 1000))}"
    left = "" if job.left_s is None else f" · about {_roughly(job.left_s)} left"
    return f"{job.case}: {job.state.value} {done}{left} · c cancels"


def _roughly(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"

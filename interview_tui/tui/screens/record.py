"""The record of an interview: its incidents and answers with their evidence, and the transcript."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from interview_tui.errors import InterviewTuiError
from interview_tui.interview.events import Stretch
from interview_tui.interview.timeline import Timeline
from interview_tui.record.model import Record
from interview_tui.tui import acts, palette, replay, review_commands, signs
from interview_tui.tui.ports import Adapters
from interview_tui.tui.reading import Row, found_again, record_rows, transcript_rows
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.status_row import Status, StatusRow

LOOKS_PER_SECOND = 4
NO_DEVICE = "No sound device: nothing can be played here."
STYLES = {
    "heading": "bold $accent",
    "field": "bold",
    "question": "bold $text-primary",
    "note": "italic $text-warning",
    "gap": "$quiet",
    "course": "$quiet",
}
INDENTS = {"question": 1, "field": 1, "gap": 3, "turn": 3, "note": 3}
TITLES = ("heading", "course")
DOUBTFUL = "?"
"""Before the time of a turn that may belong elsewhere."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    record: Record
    timeline: Timeline
    folder: Path
    playable: bool


class RecordScreen(Screen[None]):
    """The record of `case`. Enter plays from a row, where there is something to play and a device to play it to."""

    CSS_PATH = "record.tcss"
    AUTO_FOCUS = "#rows"
    COMMANDS = {palette.finds(review_commands.RECORD)}  # noqa: RUF012 - Textual's
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(
            Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
            for command in review_commands.RECORD
            if command.id != "play"  # Enter is the list's
        ),
    ]

    def __init__(self, adapters: Adapters, case: str) -> None:
        super().__init__()
        self._adapters = adapters
        self._replay = replay.Replay(adapters.player)
        self._case = case
        self._loaded: _Loaded | None = None
        self._rows: list[Row] = []
        self._shows_transcript = False
        self._playing = False
        self._correcting = asyncio.Lock()
        self._message = ""
        self._title = Static(case, id="title", markup=False)
        self._list = OptionList(id="rows", markup=False)
        self._status = StatusRow(Status("Reading the record …"), id="status")

    def compose(self) -> ComposeResult:
        """Title, rows, status, footer."""
        yield self._title
        yield self._list
        yield self._status
        at_the_foot = tuple(command for command in review_commands.RECORD if command.id not in replay.COMMANDS)
        yield CommandFooter(at_the_foot, id="footer")

    def on_mount(self) -> None:
        """Read the record, in a thread: it is merged from all that is there."""
        self._load()
        self.set_interval(1 / LOOKS_PER_SECOND, self._look)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter on a row plays from it."""
        self._play(event.option_index)

    def on_resize(self) -> None:
        """Rows are laid out for the width."""
        self._lay_out()

    def action_give(self, command: str) -> None:
        """Do a command of the record."""
        self._message = ""
        match command:
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "play":
                self._play(self._list.highlighted)
            case "pause" if self._adapters.player.at_ms() is None:
                self._play(self._list.highlighted)
            case "pause" | "back" | "on" | "slower" | "faster":
                self._change(command)
            case "stop":
                self._stop()
            case "turn_over":
                self._turn_over()
            case "swap":
                self._correct(attributing.swap, attributing.NOBODY)
            case "give":
                self._give(self._list.highlighted)
            case "export":
                self._export()
            case "leave":
                self._leave()
        self._show_status()

    @work(group="load", exclusive=True)
    async def _load(self) -> None:
        try:
            self._loaded = await asyncio.to_thread(self._read)
        except InterviewTuiError as error:
            self._message = str(error)
        else:
            self._message = "" if self._loaded.playable else NO_DEVICE
            self._title.update(_title(self._loaded.record))
            self._lay_out()
        self._show_status()

    def _read(self) -> _Loaded:
        study, player = self._adapters.study, self._adapters.player
        record = study.record(self._case)
        timeline = study.interview(self._case).timeline()
        return _Loaded(record, timeline, study.audio_folder(self._case), player.available)

    @work(group="export", exclusive=True)
    async def _export(self) -> None:
        exports = self._adapters.exports
        try:
            files = await asyncio.to_thread(exports.write, self._case, list(exports.formats))
            self._loaded = await asyncio.to_thread(self._read)  # exporting packs the audio: it lies elsewhere now
        except InterviewTuiError as error:
            self._message = str(error)
        else:
            self._message = f"Written: {', '.join(str(file) for file in files)}"
        self._show_status()

    def _give(self, number: int | None) -> None:
        """Give the turn of a row on to the next speaker."""
        said = self._rows[number].said if number is not None else None
        if said is None:
            self._message = attributing.NO_TURN
        else:
            self._correct(partial(attributing.give, said=said), attributing.NO_TURN)

    @work(group="correct")
    async def _correct(self, asked: Callable[[Record], Attribution | None], otherwise: str) -> None:
        """Make the correction that is `asked` of the record as it is by then; one after the other, in their order."""
        async with self._correcting:
            if self._loaded is None:
                return
            attribution = asked(self._loaded.record)
            if attribution is None:
                self._message = otherwise
            else:
                try:
                    await asyncio.to_thread(self._adapters.correct, self._case, attribution.correction)
                    self._loaded = await asyncio.to_thread(self._read)
                except InterviewTuiError as error:
                    self._message = str(error)
                else:
                    self._message, top = attribution.done, self._list.scroll_offset.y
                    self._lay_out()
                    self._list.scroll_to(y=top, animate=False)
        self._show_status()

    def _turn_over(self) -> None:
        """Turn to the other view, at the same moment of the call."""
        rows = self._list
        here = self._rows[rows.highlighted].at_ms if rows.highlighted is not None else None
        self._shows_transcript = not self._shows_transcript
        self._lay_out()
        times = [(row.at_ms, number) for number, row in enumerate(self._rows) if row.at_ms is not None]
        if here is not None and times:
            rows.highlighted = min(times, key=lambda found: abs(found[0] - here))[1]

    def _lay_out(self) -> None:
        if self._loaded is None:
            return
        record, before = self._loaded.record, self._rows
        self._rows = transcript_rows(record) if self._shows_transcript else record_rows(record)
        rows = self._list
        highlighted = rows.highlighted
        width = max(20, rows.scrollable_content_region.width)
        rows.clear_options()
        rows.add_options(
            Option(_prompt(row, width, record.origin_ms), disabled=row.kind in TITLES) for row in self._rows
        )
        if highlighted is not None:
            rows.highlighted = found_again(before[highlighted], highlighted, self._rows)

    def _play(self, number: int | None) -> None:
        row = self._rows[number] if number is not None else None
        self._message = ""
        if row is None or row.heard is None:
            self._message = "There is nothing to be heard here."
        elif self._loaded is None or not self._loaded.playable:
            self._message = NO_DEVICE
        else:
            self._start(self._loaded, row.heard)
        self._show_status()

    @work(group="change")
    async def _change(self, command: str) -> None:
        """Do something to what is playing."""
        await (self._replay.toggle() if command == "pause" else self._replay.do(command))
        self._show_status()

    @work(group="play", exclusive=True)
    async def _stop(self) -> None:
        await asyncio.to_thread(self._adapters.player.stop)

    @work(group="play", exclusive=True)
    async def _leave(self) -> None:
        """Back to the list, in silence."""
        await asyncio.to_thread(self._adapters.player.stop)
        if self.is_current:
            self.app.pop_screen()

    @work(group="play", exclusive=True)
    async def _start(self, loaded: _Loaded, heard: Stretch) -> None:
        play = self._adapters.player.play
        try:
            await asyncio.to_thread(play, loaded.timeline, loaded.folder, heard.start_ms, heard.end_ms)
        except InterviewTuiError as error:
            self._message = str(error)
        else:
            self._playing = True
        self._show_status()

    def _look(self) -> None:
        """See what is being heard, and whether it broke off."""
        player = self._adapters.player
        was, self._playing = self._playing, player.at_ms() is not None
        if was and not self._playing and player.trouble:
            self._message = player.trouble
        if was or self._playing:
            self._show_status()

    def _show_status(self) -> None:
        origin_ms = self._loaded.record.origin_ms if self._loaded is not None else 0
        playing = self._replay.shown(origin_ms)
        self._status.show(Status("  ".join(part for part in (playing, self._message) if part)))


def _title(record: Record) -> Content:
    opened = datetime.fromtimestamp(record.opened_wall_ms / 1000).astimezone()
    facts = [
        f"{opened:%d %b %Y %H:%M}",
        signs.clock(record.ended_ms or 0),
        signs.counted(len(record.incidents), "incident"),
        signs.counted(len(record.notes), "note"),
        f"{record.provenance.engine} {record.provenance.model}" if record.provenance else "not transcribed",
        *([signs.counted(len(record.doubts), "doubt")] if record.doubts else []),
    ]
    return Content.assemble(Content.styled(record.case, "bold"), Content.styled(f"   {' · '.join(facts)}", "$quiet"))


def _prompt(row: Row, width: int, origin_ms: int) -> Content:
    """A row as it is read: time from the first recorded sample, sign, and the words wrapped beside them."""
    lead = Content() if row.kind in TITLES else _lead(row, origin_ms)
    words = Content.assemble(
        Content.styled(f"{row.text}  ", STYLES.get(row.kind, "")),
        Content.styled(f"✓ {row.answer}  " if row.answer else "", "$text-success"),
        Content.styled("  ".join(part for part in (row.aside, row.doubt) if part), "$quiet"),
    ).rstrip()
    first, *rest = words.wrap(max(10, width - lead.cell_length)) or [Content()]
    lines = [Content.assemble(lead, first), *(Content.assemble(" " * lead.cell_length, line) for line in rest)]
    return Content("\n").join([Content(), *lines] if row.kind == "heading" else lines)


def _lead(row: Row, origin_ms: int) -> Content:
    when = f"{signs.clock(max(0, row.at_ms - origin_ms)):>7} " if row.at_ms is not None else " " * 8
    mark = Content.styled(DOUBTFUL, "bold $text-warning") if row.doubt else " "
    sign = f"{row.sign} " if row.sign else ""
    return Content.assemble(" " * (INDENTS[row.kind] - 1), mark, Content.styled(when, "$quiet"), sign)

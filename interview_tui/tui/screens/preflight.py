"""Before a call: are both ends heard, is there room, is the machine fed? It advises, and holds nobody up."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from interview_tui.errors import InterviewTuiError
from interview_tui.interview.ports import RecorderState, RecorderStatus
from interview_tui.tui import commands, readiness, signs
from interview_tui.tui.picking import Pick
from interview_tui.tui.ports import Adapters
from interview_tui.tui.readiness import DIGITAL_SILENCE, OUT_OF_SILENCE, Finding, Listening, Prospect, Verdict
from interview_tui.tui.sound_desk import SoundDesk
from interview_tui.tui.widgets.choice_list import ChoiceList, Choices
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.findings import Findings, Meter, Meters
from interview_tui.tui.widgets.status_row import Status, StatusRow

LOOKS_PER_SECOND = 10
SILENT_DB = -99
PLAYED_BACK_S = 5
PLAYING = f"Playing the last {PLAYED_BACK_S} s …"
LOOKING = "Looking for devices …"
KEPT = "Calls are recorded from these on this computer from now on."
REST_S = 0.3
"""How long the arrows rest in the list of devices before one is opened."""
SAY = "Say a sentence, and let them say one: each of you moves a bar."


class PreflightScreen(Screen[None]):
    """The check before the call to `case`, or at any time for the study. Nothing of it is written into the study."""

    CSS_PATH = "preflight.tcss"
    BINDINGS = [  # noqa: RUF012 - Textual's
        Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
        for command in (*commands.PREFLIGHT, *commands.DEVICES[2:])
    ]

    class Ready(Message):
        """On to the call; the source is closed."""

        def __init__(self, case: str) -> None:
            super().__init__()
            self.case = case

    class Left(Message):
        """Back to the list; the source is closed."""

    def __init__(self, adapters: Adapters, case: str = "") -> None:
        super().__init__()
        self._adapters = adapters
        self._case = case
        self._desk = SoundDesk(adapters.sound_check)
        self._listening = Listening()
        self._prospect: Prospect | None = None
        self._unprepared = self._remark = ""
        self._power = readiness.mains(None)
        self._opening = True
        self._refusal = ""
        self._message = ""
        self._leaving = False
        self._plan = Findings((), id="plan")
        self._pick: Pick | None = None
        self._chosen_before = ("", "")
        self._meters = Meters((), id="meters")
        self._devices = ChoiceList(Choices("", ()), id="devices")
        self._machine = Findings((), id="machine")
        self._status = StatusRow(Status(), id="status")

    def compose(self) -> ComposeResult:
        """Title, what is planned, what is heard, the devices to choose from, what there is, status, footer."""
        yield Static(f"Before the call · {self._case}" if self._case else "Sound check", id="title", markup=False)
        yield self._plan
        yield Static(SAY, id="say", markup=False)
        yield self._meters
        yield self._devices
        yield self._machine
        yield Static("", id="gap")
        yield self._status
        yield CommandFooter(_offered(self._case), id="footer")
        yield CommandFooter(commands.DEVICES, id="devices-footer")

    def on_mount(self) -> None:
        """Begin to listen."""
        self._begin()
        self._prepare()
        self.set_interval(1 / LOOKS_PER_SECOND, self._look)

    async def on_unmount(self) -> None:
        """However the screen goes, the source is closed."""
        await self._desk.end()

    def action_give(self, command: str) -> None:
        """Do a command of this screen."""
        self._message = ""
        match command:
            case _ if self._pick is not None:
                self._picked(self._pick, command)
            case "start" if self._case:
                self._leave(self.Ready(self._case))
            case "leave":
                self._leave(self.Left())
            case "play_back":
                self._play_back()
            case "again":
                self._begin()
                self._prepare()
            case "choose":
                self._choose()
        self._look()

    @work(group="choose", exclusive=True)
    async def _choose(self) -> None:
        """Ask what there is to choose, and show it."""
        self._message = LOOKING
        self._message = await self._desk.look_for_devices()
        if not self._message and not self._leaving:
            self._chosen_before = self._desk.chosen
            self._pick = Pick(self._desk.devices, *self._chosen_before)
        self._look()

    def _picked(self, pick: Pick, command: str) -> None:
        """A command while the devices are chosen from."""
        match command:
            case "next" | "previous":
                self._pick = pick.moved(1 if command == "next" else -1)
            case "start":
                self._pick = pick.taken()
                if self._pick is None:
                    self._keep()
                    return
            case "leave":
                self._pick = None
        source, line = self._chosen_before if self._pick is None else (self._pick.source, self._pick.line)
        if (source, line) != self._desk.chosen:
            self._listen_to(source, line)

    @work(group="listen to", exclusive=True)
    async def _listen_to(self, source: str, line: str) -> None:
        """Open other devices, once the arrows rest."""
        await asyncio.sleep(REST_S)
        self._opening, self._refusal = True, ""
        self._look()
        self._refusal = await self._desk.listen_to(source, line)
        self._heard_anew()

    @work(group="keep")
    async def _keep(self) -> None:
        self._message = await self._desk.keep() or KEPT
        self._look()

    def _heard_anew(self) -> None:
        self._opening = False
        self._listening = Listening()
        self._look()

    @work(group="listen")
    async def _begin(self) -> None:
        self._opening, self._refusal = True, ""
        self._refusal = await self._desk.begin()
        self._heard_anew()

    @work(group="prepare")
    async def _prepare(self) -> None:
        """Ask what the interview would begin with, and what feeds the machine."""
        try:
            self._prospect, self._unprepared = await asyncio.to_thread(self._adapters.prospect), ""
        except InterviewTuiError as error:
            self._unprepared = str(error)
        with suppress(InterviewTuiError):  # the list of cases says what is wrong with it
            self._remark = await asyncio.to_thread(self._written)
        self._power = readiness.mains(await asyncio.to_thread(self._adapters.power))
        self._look()

    def _written(self) -> str:
        """What is to be known before the case is rung."""
        cards = self._adapters.cases.cards() if self._case else []
        return next((card.remark for card in cards if card.case == self._case), "")

    @work(group="play", exclusive=True)
    async def _play_back(self) -> None:
        self._message = PLAYING
        refusal = await self._desk.play_back()
        if refusal:
            self._message = refusal
            return
        await asyncio.sleep(PLAYED_BACK_S)
        if self._message == PLAYING:
            self._message = ""

    @work(group="leave")
    async def _leave(self, message: Message) -> None:
        """Close the source, then go: the call must find it free."""
        if not self._leaving:
            self._leaving = True
            await self._desk.end()
            self.post_message(message)

    def _look(self) -> None:
        """Look at the source, and show what has changed."""
        status = self._desk.status()
        self._listening.hear(status)
        self._plan.show(tuple(self._planned(status)))
        self._meters.show(tuple(self._heard(status)))
        self._machine.show(tuple(self._found(status)))
        self.set_class(self._pick is not None, "-picking")
        if self._pick is not None:
            self._devices.show(self._pick.choices)
        closing = "Closing the source …" if self._leaving else ""
        self._status.show(Status(closing or self._message, ()))

    def _planned(self, status: RecorderStatus) -> list[Finding]:
        if self._prospect is not None:
            found = list(readiness.planned(self._case, self._prospect, self._remark))
        elif self._unprepared:
            found = [Finding("schedule", Verdict.WRONG, self._unprepared)]
        else:
            found = []
        return [*found, self._source(status)]

    def _source(self, status: RecorderStatus) -> Finding:
        """What is recorded from, or why it cannot be, in the words of who tried."""
        if self._opening:
            return Finding("source", Verdict.OPEN, "opening …")
        if self._refusal:
            return Finding("source", Verdict.WRONG, self._refusal)
        if status.state is RecorderState.RECORDING and self._listening.is_dead:
            way_out = (self._prospect.out_of_silence if self._prospect is not None else "") or OUT_OF_SILENCE
            return Finding("source", Verdict.WRONG, f"{status.source}. {DIGITAL_SILENCE} {way_out}")
        if status.state is not RecorderState.RECORDING or status.message:
            return Finding("source", Verdict.WRONG, status.message or "It gives no sound any more.")
        shape = f"{signs.counted(status.channels, 'channel')}, {status.rate} Hz"
        return Finding("source", Verdict.RIGHT, f"{status.source}: {shape}")

    def _heard(self, status: RecorderStatus) -> list[Meter]:
        if status.state is not RecorderState.RECORDING:
            return []
        inputs = self._listening.inputs
        return [
            Meter(number, round(max(SILENT_DB, heard.level_db)), *heard.words(number, len(inputs)))
            for number, heard in enumerate(inputs, 1)
        ]

    def _found(self, status: RecorderStatus) -> list[Finding]:
        room = [] if self._prospect is None else [readiness.room(self._prospect, status)]
        return [*room, self._power]


def _offered(case: str) -> tuple[commands.Command, ...]:
    """The commands of the screen: without a case there is no call to go to."""
    return tuple(command for command in commands.PREFLIGHT if case or command.id != "start")

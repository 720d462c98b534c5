"""The app on a stage of fakes: a call to conduct, keys in bursts, what the screen says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot

from interview_tui.interview.call import Call
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Power
from interview_tui.interview.session import Session
from interview_tui.interview.state import Interview, fold
from interview_tui.record.review.changes import Change
from interview_tui.record.review_ports import Overview
from interview_tui.schedule.model import Schedule
from interview_tui.schedule.reader import read_schedule_file
from interview_tui.tui.app import Driver, InterviewApp
from interview_tui.tui.idle_lock import IdleLock
from interview_tui.tui.ports import Adapters, Conduct, Start
from interview_tui.tui.readiness import Prospect
from interview_tui.tui.screens.live import LiveScreen
from tests.fake_coding import FakeCodingDesk
from tests.fake_fieldwork import FakeCaseBook, FakeIdentityBook, FakeTallies
from tests.fake_player import FakePlayer
from tests.fake_review import FakeOverview, FakePseudonyms, FakeReviews
from tests.fake_sound_check import FakeSoundCheck
from tests.fake_study import FakeExports, FakeStudy, FakeTranscriber
from tests.fakes import FakeRecorder, ManualClock, MemoryJournal

REPOSITORY = Path(__file__).parents[2]
PATIENCE_S = 60.0
SHOWS_A_DATE = pytest.mark.skipif(
    not hasattr(time, "tzset") and time.timezone != 0, reason="the time zone of this platform cannot be set for a test"
)
CASE = "P07"


@cache
def mentoring() -> Schedule:
    """The schedule that the program comes with."""
    return read_schedule_file(REPOSITORY / "schedules" / "political-mentoring.yaml")


class Stage:
    """A study, a clock, a recorder and the app over them."""

    def __init__(self, schedule: Schedule | None = None, study: FakeStudy | None = None) -> None:
        self.schedule = schedule or mentoring()
        self.study = study or FakeStudy("Developing Skills for Government")
        self.clock = ManualClock()
        self.recorder = FakeRecorder(self.clock)
        self.transcriber = FakeTranscriber(study=self.study)
        self.player = FakePlayer(self.clock)
        self.exports = FakeExports()
        self.reviews = FakeReviews(self.study, self.clock)
        self.overview: Overview = FakeOverview(self.study)
        self.pseudonyms = FakePseudonyms(self.study)
        self.sound_check = FakeSoundCheck()
        self.power: Power | None = None
        self.cases = FakeCaseBook()
        self.identities = FakeIdentityBook()
        self.tallies = FakeTallies()
        self.coding = FakeCodingDesk()
        self.app: InterviewApp
        self.pilot: Pilot[int]

    @property
    def adapters(self) -> Adapters:
        return Adapters(
            study=self.study,
            open_call=self.open_call,
            reopen=self.reopen,
            destroy=self.destroy,
            reviews=self.reviews,
            overview=self.overview,
            pseudonyms=self.pseudonyms,
            sound_check=lambda: self.sound_check,
            power=lambda: self.power,
            prospect=lambda: self.prospect,
            transcriber=self.transcriber,
            player=self.player,
            exports=self.exports,
            cases=self.cases,
            identities=self.identities,
            idle_lock=IdleLock(self.identities, lambda: self.clock.now().at_ms),
            tallies=self.tallies,
            coding=self.coding,
        )

    @property
    def prospect(self) -> Prospect:
        """What a new interview would begin with."""
        schedule = self.schedule
        return Prospect(schedule.title, schedule.version, schedule.sha256, schedule.minutes, "AB", 41_000_000_000)

    def reopen(self, case: str) -> Call:
        journal = self.study.journal(case)
        session = Session(fold(self.schedule, journal.events))
        return Call(session, journal, self.recorder, self.clock, self.study.audio_folder(case))

    def destroy(self, call: Call, withheld: str) -> Path:
        """What the real part does, without files."""
        call.keep(call.session.destroyed(withheld, 0, 0, call.clock.now()))
        return Path("certificates") / f"{call.interview.case}-{withheld}.txt"

    def open_call(self, case: str) -> Call:
        known = {summary.case for summary in self.study.interviews()}
        journal = self.study.journal(case)
        folder = self.study.audio_folder(case)
        if case in known:
            call = Call(Session(fold(self.schedule, journal.events)), journal, self.recorder, self.clock, folder)
            call.resume()
            return call
        self.study.keep_schedule(self.schedule)
        session, begun = Session.open(self.schedule, case, "AB", self.clock.now())
        journal.append(begun)
        return Call(session, journal, self.recorder, self.clock, folder)

    @property
    def live(self) -> LiveScreen:
        assert self.app.live is not None
        return self.app.live

    @property
    def line(self) -> str:
        return self.live.line.value

    @property
    def journal(self) -> MemoryJournal:
        return self.study.journals[CASE]

    @property
    def interview(self) -> Interview:
        """The interview as the journal has it."""
        return fold(self.schedule, self.journal.events)

    def events(self, *kinds: type[Event]) -> list[Event]:
        """What the journal has of some kinds."""
        return [event for event in self.journal.events if isinstance(event, kinds)]

    def changes(self, *kinds: type[Event]) -> list[Change]:
        """What has been changed in review, of some kinds."""
        return [edit.change for edit in self.study.review_log(CASE).edits if isinstance(edit.change, kinds)]

    @property
    def notes(self) -> list[str]:
        return [note.text for note in self.interview.notes.values()]

    def burst(self, *keys: str) -> None:
        """Put keys into the app's queue without waiting; what is no name of a key is typed.

        No key grows old in the queue, however busy the machine is: the clock of the stage stands still meanwhile.
        """
        for key in keys:
            for event in spelled(key):
                event.time += PATIENCE_S
                self.app.post_message(event)

    async def press(self, *keys: str) -> None:
        """Keys, and then nothing until they are handled and painted."""
        self.burst(*keys)
        await self.settled()

    async def settled(self) -> None:
        """Every key that was pressed is handled, and the screen shows what came of it."""
        handled = asyncio.Event()
        self.app.call_later(lambda: self._queue_behind(handled))
        await asyncio.wait_for(handled.wait(), PATIENCE_S)
        await self.pilot.pause()

    def _queue_behind(self, handled: asyncio.Event) -> None:
        """Behind the keys in the queue of whoever takes them, then behind the painting."""
        screen = self.app.screen
        taker = self.app.line or self.app.focused or screen
        taker.call_later(screen.call_later, screen.call_after_refresh, handled.set)

    async def until(self, done: Callable[[], object]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not done():
                await self.pilot.pause()

    async def consent(self) -> None:
        """Both consents, given one after the other."""
        for item in ("happy to take part", "tape-record"):
            self.clock.advance(2000)
            await self.press("ctrl+g", Pasted(item), "enter", "y", "enter")

    async def record(self) -> None:
        """Both consents, and the recorder runs."""
        await self.consent()
        await self.press("ctrl+r")
        await self.until(lambda: self.interview.recording)
        await self.settled()

    async def go(self, *keys: str) -> None:
        """Go to a question by a word of it."""
        await self.press("ctrl+g", *(key if key in NAMED else Pasted(key) for key in keys), "enter")

    @property
    def screen(self) -> str:
        """What can be read on the screen."""
        return "\n".join(lines(self.app))


class Pasted(str):
    """A text that comes in one piece, out of the clipboard: for what sets the scene, where no key is looked at."""

    __slots__ = ()


def spelled(key: str) -> Sequence[events.Key | events.Paste]:
    """The events of a key's name, or of a text."""
    if isinstance(key, Pasted):
        return [events.Paste(key)]
    if key in NAMED or key.startswith("ctrl+"):
        return [events.Key(key, {"enter": "\r", "space": " "}.get(key))]
    return [events.Key("space" if character == " " else character, character) for character in key]


NAMED = {
    "enter", "escape", "up", "down", "pageup", "pagedown", "space", "backspace", "left", "right", "home", "end",
    "tab", "shift+tab",
    *(f"f{number}" for number in range(1, 13)),
}  # fmt: skip


def lines(app: App[int]) -> list[str]:
    """The rows of the screen as text."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


@asynccontextmanager
async def staged(
    start: Start = Conduct(CASE),  # noqa: B008 - immutable
    size: tuple[int, int] = (100, 30),
    stage: Stage | None = None,
    *,
    driver: Driver | None = None,
    exit_when_ended: bool = False,
) -> AsyncIterator[Stage]:
    """The app runs, and shows what it starts with."""
    stage = stage or Stage()
    stage.app = InterviewApp(lambda: stage.adapters, start, driver=driver, exit_when_ended=exit_when_ended)
    async with stage.app.run_test(size=size) as stage.pilot:
        if isinstance(start, Conduct):
            await stage.until(lambda: stage.app.live is not None and stage.app.live.line.has_focus)
        else:  # what is pushed by a test must not come to lie below what the app begins with
            await stage.until(lambda: len(stage.app.screen_stack) > 1 or stage.app.return_code is not None)
        await stage.pilot.pause()
        yield stage


def pasted(stage: Stage, text: str) -> None:
    """Text out of the clipboard of the terminal."""
    stage.app.post_message(events.Paste(text))


async def told(stage: Stage) -> None:
    """Some minutes into a call: consent, a checklist, an early answer, an incident."""
    await stage.record()
    stage.clock.advance(60_500)  # no second changes while a key is on its way
    await stage.go("have you ever")
    for answer in ("y", "n", "y", "y"):
        stage.clock.advance(5000)
        await stage.press(answer, "enter")
    await stage.go("politicians differ")
    stage.clock.advance(90_000)
    await stage.press(Pasted("\"can't trust your own group, they might want your seat"), "enter")
    await stage.press("ctrl+t", "trust", "down", "space", "down", "space", "enter")
    stage.clock.advance(60_000)
    await stage.press("ctrl+n", "g", "enter")
    for words in (
        "new portfolio holder, first budget, rang at 11pm",
        "told him to sleep on it, go to the leader first",
    ):
        stage.clock.advance(50_000)
        await stage.press(Pasted(words), "enter", "enter")

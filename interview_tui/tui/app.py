"""The application: which screen is shown, and leaving without losing a key."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial

from textual import events, work
from textual.app import ComposeResult
from textual.theme import Theme
from textual.widgets import Static

from interview_tui.errors import InterviewTuiError, StorageError
from interview_tui.interview.call import Call
from interview_tui.interview.ports import Draft
from interview_tui.record.ports import JobState
from interview_tui.tui import themes
from interview_tui.tui.choosers.menu import Errand
from interview_tui.tui.destinations import Go, GoOn, Ring, Tells, ToRecord
from interview_tui.tui.discreet import DiscreetApp
from interview_tui.tui.hearing_along import HearingAlong
from interview_tui.tui.leaving import leaving_on_signals
from interview_tui.tui.ports import AT_WORK, Adapters, Conduct, Home, Personal, Read, Review, Start
from interview_tui.tui.review_screens import screen_for
from interview_tui.tui.screens.debrief import DebriefScreen
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.live import LiveScreen
from interview_tui.tui.screens.preflight import PreflightScreen
from interview_tui.tui.tour import Tour
from interview_tui.tui.widgets.note_line import NoteLine

QUIET_S = 0.15
"""How long no key must have come before a signal to leave is followed."""
LONGEST_BURST_S = 1.5
"""How long it is waited for that at most: less than `leaving.DEADLINE_S`."""
DRAIN_S = 5.0
"""How long leaving a call waits for its journal."""

Driver = Callable[["InterviewApp"], Awaitable[None]]
"""Conducts the call that is shown, with keys."""


class InterviewApp(DiscreetApp, inherit_bindings=False):
    """The app over the adapters that `prepare` gives, starting with `start`.

    `prepare` is called in a thread once something can be seen, for what it imports and opens takes its time. Keys that
    are typed before the live screen is there are given to it then.
    `tour` is shown on the live screen. `driver` is run once that can be seen: it conducts a call with keys, and the
    call is its own to finish, so that the app leaves the journal open. With `exit_when_ended` the app leaves when the
    interview has ended; else its debrief follows, unless it was driven.
    Textual's own bindings are left out: no key quits during a call.
    """

    CSS_PATH = "styles/app.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "interview_tui"

    def __init__(
        self,
        prepare: Callable[[], Adapters],
        start: Start = Home(),  # noqa: B008 - immutable
        *,
        personal: Personal = Personal(),  # noqa: B008 - immutable
        driver: Driver | None = None,
        tour: Tour | None = None,
        exit_when_ended: bool = False,
    ) -> None:
        super().__init__()
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = personal.theme
        self._personal = personal
        self._tour = tour
        self._prepare = prepare
        self._prepared: Adapters | None = None
        self._early: list[tuple[str, str | None]] = []
        self._begins_with = start
        self._driven_by = driver
        self._exit_when_ended = exit_when_ended
        self._call: Call | None = None
        self._along: HearingAlong | None = None
        self._opening = False
        self._unsaved: StorageError | None = None

    @property
    def live(self) -> LiveScreen | None:
        """The live screen, while a call is conducted."""
        return next((screen for screen in self.screen_stack if isinstance(screen, LiveScreen)), None)

    @property
    def debrief(self) -> DebriefScreen | None:
        """The debrief, while one is written."""
        return next((screen for screen in self.screen_stack if isinstance(screen, DebriefScreen)), None)

    @property
    def line(self) -> NoteLine | None:
        """The line that is typed into, on a screen that has one."""
        screen = self.live or self.debrief
        return screen.line if screen is not None else None

    def run_until_left(self) -> int:
        """Run in the terminal until the user leaves, or is made to by a signal; gives the exit code.

        Raises:
            StorageError: what was done in the last call could not be saved.
        """
        with leaving_on_signals(self._ask_to_leave, self._drain):
            self.run_discreetly()
        if self._unsaved is not None:
            raise self._unsaved
        return self.return_code or 0

    def compose(self) -> ComposeResult:
        """What is to be seen while the rest is made ready."""
        yield Static("opening …", id="opening", markup=False)

    def on_mount(self) -> None:
        """Paint, then make ready."""
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self._opening = True
        self.call_after_refresh(self._begin)

    @work(group="conduct")
    async def _begin(self) -> None:
        """Make ready and show what was asked for."""
        try:
            self._prepared = await asyncio.to_thread(self._prepare)
        except InterviewTuiError as error:
            self.exit(return_code=error.exit_code, message=str(error))
            return
        finally:
            self._opening = False
        match self._begins_with:
            case Conduct(case):
                self._conduct(case)
            case Read(case):
                self._show_list(*self._personal.sentences)
                self.push_screen(screen_for(self._adapters, ToRecord(case)))
            case Review(to):
                self._show_list(*self._personal.sentences)
                self.push_screen(screen_for(self._adapters, to))
            case Home():
                self._show_list(*self._personal.sentences)

    def on_key(self, event: events.Key) -> None:
        """A key that came before there was anybody to take it; in the list, it was meant for the list."""
        if self._opening and isinstance(self._begins_with, Conduct):
            self._early.append((event.key, event.character))

    def on_unmount(self) -> None:
        """However the app ends, what was typed is on disk; a recorder that runs is left running.

        A transcription is stopped: it goes on where it was when it is started again.
        """
        job = self._prepared.transcriber.poll() if self._prepared is not None else None
        if self._prepared is not None and job is not None and job.state in AT_WORK:
            self._prepared.transcriber.cancel()
        if self._prepared is not None:
            self._prepared.identities.lock_again()
        if self._along is not None:
            self._along.stop()
        if self._driven_by is None and self._call is not None and not self._drain(DRAIN_S):
            self._unsaved = _unsaved(self._call)

    def on_go_on(self, message: GoOn) -> None:
        """An unfinished interview is to go on."""
        self._conduct(message.case)

    def on_go(self, message: Go) -> None:
        """A screen for review was asked for."""
        screen = screen_for(self._adapters, message.to)
        (self.switch_screen if message.instead else self.push_screen)(screen)

    def on_ring(self, message: Ring) -> None:
        """A new interview, or a sound check, was asked for."""
        if not isinstance(self.screen, PreflightScreen):
            self.push_screen(PreflightScreen(self._adapters, message.case))

    def on_preflight_screen_ready(self, message: PreflightScreen.Ready) -> None:
        """The source is free: on to the call."""
        self.pop_screen()
        self._conduct(message.case)

    def on_preflight_screen_left(self) -> None:
        """Back to the list."""
        self.pop_screen()

    def on_home_screen_debrief(self, message: HomeScreen.Debrief) -> None:
        """A debrief was opened in the list."""
        if not self._opening:
            self._opening = True
            self._reopened(message.case)

    def on_live_screen_painted(self) -> None:
        """The call can be seen: whoever drives it may begin."""
        if self._driven_by is not None:
            self.run_worker(self._driving(self._driven_by), group="driver")

    async def _driving(self, driver: Driver) -> None:
        try:
            await driver(self)
        except InterviewTuiError as error:
            self.exit(return_code=error.exit_code, message=str(error))

    def picture(self) -> str:
        """The screen as an SVG that fetches nothing from anywhere."""
        return re.sub(r"@font-face\s*{[^}]*}", "", self.export_screenshot())

    def press(self, key: str, character: str | None) -> None:
        """Put a key into the app's queue, as the terminal does."""
        self.post_message(events.Key(key, character))

    def show_changes(self) -> None:
        """Paint what was done to the interview past the keys."""
        if self.live is not None:
            self.live.show_changes()

    async def recording(self) -> None:
        """Wait until the recorder has been started.

        Raises:
            AudioError: it could not be.
        """
        if self.live is not None:
            await self.live.recording()

    @work(group="leaving")
    async def on_live_screen_left(self, message: LiveScreen.Left) -> None:
        """The interviewer is through with a call."""
        if self._along is not None:
            self.run_worker(self._along.hung_up(ended=message.ended), group="along", exclusive=True)
        if message.ended and self._driven_by is None and not self._exit_when_ended:
            await self.switch_screen(DebriefScreen(message.call, self._adapters))
            return
        saved = self._driven_by is not None or await asyncio.to_thread(self._drain, DRAIN_S)
        self._call = None
        if self._exit_when_ended and message.ended:
            self._unsaved = None if saved else _unsaved(message.call)
            self.exit()
            return
        self._back_home(message.call, saved=saved)

    @work(group="leaving")
    async def on_debrief_screen_left(self, message: DebriefScreen.Left) -> None:
        """The interviewer is through with a debrief."""
        saved = await asyncio.to_thread(self._drain, DRAIN_S)
        self._call = None
        self._back_home(message.call, saved=saved)

    def _back_home(self, call: Call, *, saved: bool) -> None:
        """Show the list again, and what has become of the call."""
        self.pop_screen()
        interview = call.interview
        if not saved:
            told = str(_unsaved(call))
        elif not interview.ended:
            told = f"{interview.case} is unfinished. Enter goes on with it."
        else:
            job = self._adapters.transcriber.poll(interview.case)
            begun = job is not None and job.state in (*AT_WORK, JobState.DONE)
            ways = [] if begun else ["t transcribes it"]
            ways += [] if interview.course.debriefed else ["d opens its debrief"]
            told = f"{interview.case} has ended. {', '.join(ways)}{'.' if ways else ''}".strip()
        (self._show_list if saved else self._tell)(told)

    @property
    def _adapters(self) -> Adapters:
        assert self._prepared is not None  # no screen is shown before
        return self._prepared

    @property
    def _home(self) -> HomeScreen | None:
        return next((screen for screen in self.screen_stack if isinstance(screen, HomeScreen)), None)

    def _show_list(self, *sentences: str) -> None:
        """The list of interviews, and what there is to be told there."""
        home = self._home
        if home is None:
            home = HomeScreen(self._adapters)
            self.push_screen(home)
        for sentence in sentences:
            home.tell(sentence)

    def _tell(self, sentence: str) -> None:
        """Say something where it is seen."""
        if self.live is not None:
            self.live.tell(sentence)
        elif isinstance(self.screen, Tells):
            self.screen.tell(sentence)
        elif self._prepared is not None:
            self._show_list(sentence)

    def _conduct(self, case: str) -> None:
        """Open a call, once: a second Enter while it is being opened asks for nothing new."""
        if not self._opening:
            self._opening = True
            self._opened(case)

    @work(group="conduct")
    async def _opened(self, case: str) -> None:
        try:
            call, draft = await asyncio.to_thread(self._open, case)
        except InterviewTuiError as error:
            if self._exit_when_ended or isinstance(self._begins_with, Conduct):
                self.exit(return_code=error.exit_code, message=str(error))
            else:
                self._tell(str(error))
            return
        finally:
            self._opening = False
        self._call = call
        await self.push_screen(
            LiveScreen(
                call,
                draft,
                declared=self._personal.live,
                more=self._theme_errands,
                tour=self._tour,
                power=self._adapters.power,
                tallies=partial(self._adapters.tallies.counted, case),
            )
        )
        self._along = HearingAlong(self._adapters, case)
        self.run_worker(self._along.go_on(), group="along", exclusive=True)
        for key, character in self._early:
            self.press(key, character)
        self._early.clear()
        if isinstance(self._begins_with, Conduct):
            for sentence in self._personal.sentences:
                self._tell(sentence)

    def _open(self, case: str) -> tuple[Call, Draft | None]:
        draft = self._adapters.study.draft(case)
        return self._adapters.open_call(case), draft

    @work(group="conduct")
    async def _reopened(self, case: str) -> None:
        try:
            call, draft = await asyncio.to_thread(self._reopen, case)
        except InterviewTuiError as error:
            self._tell(str(error))
            return
        finally:
            self._opening = False
        self._call = call
        await self.push_screen(DebriefScreen(call, self._adapters, draft))

    def _reopen(self, case: str) -> tuple[Call, Draft | None]:
        call = self._adapters.reopen(case)
        try:
            return call, self._adapters.study.draft(case)
        except InterviewTuiError:
            call.journal.close(DRAIN_S)
            raise

    def _theme_errands(self) -> tuple[Errand, ...]:
        """The themes, as the live screen's palette offers them."""
        return tuple(Errand("", f"theme {name}", partial(self._wear, name)) for name in themes.CHOICES)

    def _wear(self, name: str) -> str:
        self.theme = name
        return f"Theme: {name}."

    def _keep_theme(self, theme: Theme) -> None:
        """Keep a theme that was chosen; one that cannot be kept is worn all the same."""
        try:
            self._personal.keep_theme(theme.name)
        except InterviewTuiError as error:
            self._tell(str(error))

    def _ask_to_leave(self) -> None:
        """Leave once the keys that were typed before are handled."""
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self.call_later, self._begin_to_leave)

    def _begin_to_leave(self) -> None:
        self.run_worker(self._leave_after_typing(), group="quit")

    async def _leave_after_typing(self) -> None:
        """Wait until no more keys come, for those of a burst are on their way through other threads and queues."""
        line = self.line
        if line is None:
            self.exit()
            return
        for _ in range(round(LONGEST_BURST_S / QUIET_S)):
            seen = line.keys
            await asyncio.sleep(QUIET_S)
            if line.keys == seen:
                break
        line.call_later(self.exit)

    def _drain(self, timeout_s: float) -> bool:
        return self._call is None or self._call.journal.close(timeout_s)


def _unsaved(call: Call) -> StorageError:
    return StorageError(f"Not all of {call.interview.case} could be saved.", str(call.journal.failure or ""))

"""The recorder as the live screen sees it: its blocking calls in a thread, one after the other, and a watch over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from interview_tui.errors import InterviewTuiError, Refused
from interview_tui.interview.call import Call
from interview_tui.interview.pacing import MINUTE_MS
from interview_tui.interview.ports import Power, RecorderState, RecorderStatus
from interview_tui.interview.sound import SpanEnd
from interview_tui.schedule.model import Consent
from interview_tui.tui import signs
from interview_tui.tui.watching import GONE, STALLED_MS, Caution, Sight, Watch
from interview_tui.tui.widgets.call_header import Tape

T = TypeVar("T")


FOLLOW_AGAIN_S = 1.0
ALONE_MS = 5000
"""A shorter absence of the app is not worth a word."""


class RecordingDesk:
    """Opens and closes the recorder for a call, in the order in which that was asked for, and follows it where it
    begins and ends spans by itself.

    `changed` is called on the event loop after every step, with what went wrong or an empty string.
    """

    def __init__(self, call: Call, changed: Callable[[str], None]) -> None:
        self._call = call
        self._changed = changed
        self._turn = asyncio.Lock()
        self.tried = asyncio.Event()
        """Set from when starting the recorder has succeeded or failed until it is closed or started again."""
        self.opening = False
        self.stay_off = False
        """Set while the recorder is being started: she has gone off the record meanwhile."""
        self._following = False
        self._follow_again_s = 0.0

    def open(self) -> Coroutine[Any, Any, None]:
        """Start or resume recording: from now on it is `opening`; what is to be waited for is given back."""
        self.opening, self.stay_off = True, False
        self.tried.clear()
        return self._open()

    async def _open(self) -> None:
        async with self._turn:
            await self._catch_up()
            status = await self._waited_for(self._call.open_source)
            self.opening = False
            if status is not None:
                await self._opened(status)
            self.tried.set()
            self._changed("")
        if self.stay_off:
            await self.close(SpanEnd.OFF_RECORD)

    async def close(self, reason: SpanEnd) -> bool:
        """Pause or stop recording; whether nothing is being recorded now.

        What has its turn before may read long files; the recorder is silenced meanwhile.
        """
        self.tried.clear()
        if self._turn.locked() and not self.opening:
            await self._waited_for(lambda: self._call.silence(reason))
        async with self._turn:
            await self._close(reason)
            self._changed("")
        return not self._call.recording

    async def _close(self, reason: SpanEnd) -> None:
        spans = await self._waited_for(lambda: self._call.close_source(reason))
        self._call.source_closed(spans or ())
        await self._catch_up()

    @property
    def must_follow(self) -> bool:
        """Whether the recorder has done something by itself that is to be taken note of now (`follow`)."""
        call = self._call
        if self._following or not call.is_behind(call.recorder.status()):
            return False
        return asyncio.get_running_loop().time() >= self._follow_again_s

    def follow(self) -> Coroutine[Any, Any, None]:
        """Take note of what the recorder did by itself; what is to be waited for is given back."""
        self._following = True
        self._follow_again_s = asyncio.get_running_loop().time() + FOLLOW_AGAIN_S
        return self._follow()

    async def _follow(self) -> None:
        try:
            async with self._turn:
                await self._catch_up()
                if not self.opening and (reason := self._call.why_not) is not None:
                    await self._close(reason)
        finally:
            self._following = False
        self._changed("")

    async def _catch_up(self) -> None:
        call = self._call
        status = call.recorder.status()
        if call.is_behind(status):
            closed = await self._waited_for(call.unknown_spans)
            if closed is not None and not call.interview.ended:
                call.follow(status, closed)

    async def _opened(self, status: RecorderStatus) -> None:
        """Take note of the span; if consent was taken back meanwhile, the recorder is stopped."""
        try:
            if self.stay_off:
                self._opened_off_record(status)
            else:
                self._call.source_opened(status)
        except Refused as refusal:
            await self._waited_for(lambda: self._call.close_source(SpanEnd.STOP))
            self._changed(str(refusal))

    def _opened_off_record(self, status: RecorderStatus) -> None:
        """Take note of the span without coming back on the record: it stays withheld from when she went off.

        The events are kept in one piece, so that no crash can leave the record open.
        """
        call = self._call
        now = call.clock.now()
        went = now.earlier(call.interview.off_record_since_ms or 0)
        began = now.earlier(call.clock.at_ms_of(status.started_ns))
        back = call.session.come_back_on_record(went)
        call.keep((*back, *call.session.span_opened(status, began), *call.session.go_off_record(went)))

    async def _waited_for(self, step: Callable[[], T]) -> T | None:
        """The outcome of a step in a thread; None if it failed, which is told."""
        try:
            return await asyncio.to_thread(step)
        except InterviewTuiError as error:
            self._changed(str(error))
        except Exception as error:  # noqa: BLE001 - a thread's boundary: a broken recorder must not take the notes along
            self._changed(f"The recorder broke: {error!r}.")
        return None


class RecorderWatch:
    """Looks at recorder, journal and machine every now and then: what is being done, and what there is to warn of."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._watch = Watch()
        self._recorded_ms = 0

    def look(self, *, opening: bool, left_ms: int, power: Power | None) -> RecorderStatus:
        """What the recorder is doing now; `left_ms` of the planned call, `power` as far as it was told."""
        call, status = self._call, self._call.recorder.status()
        unsaved = "" if call.journal.failure is None else str(call.journal.failure)
        self._watch.look(
            Sight(
                call.clock.now().at_ms,
                status,
                call.should_record and not opening,
                left_ms / MINUTE_MS,
                power,
                unsaved,
                call.interview.soundtrack.interruptions.all,
            )
        )
        return status

    def recorded_ms(self, status: RecorderStatus) -> int:
        """How much has been recorded. It never goes back, though the end of a span is taken note of a little later."""
        self._recorded_ms = max(self._recorded_ms, recorded_ms(self._call, status))
        return self._recorded_ms

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What there is to be warned of, the gravest first."""
        return self._watch.cautions

    def lay_aside(self) -> bool:
        """Lay aside the gravest warning that can be; whether there was one."""
        return self._watch.lay_aside()

    def tape(self, status: RecorderStatus, *, opening: bool) -> Tape:
        """What the screen says of it."""
        interview = self._call.interview
        if interview.ended:
            return Tape.ENDED
        if interview.is_off_record:
            return Tape.OFF_RECORD
        if opening:
            return Tape.OPENING
        if self._call.should_record:
            if status.state is RecorderState.SEEKING:
                return Tape.INTERRUPTED
            if status.state in GONE:
                return Tape.FAILED
            return Tape.STALLED if self._watch.stalled_ms > STALLED_MS else Tape.RECORDING
        if interview.consents.get(Consent.RECORDING) is False or interview.consents.get(Consent.TAKE_PART) is False:
            return Tape.NOTES_ONLY
        return Tape.READY if may_record(self._call) else Tape.WAITING


def may_record(call: Call) -> bool:
    """Whether consent allows the recorder to be started."""
    try:
        call.session.check_may_record()
    except Refused:
        return False
    return True


def recorded_ms(call: Call, status: RecorderStatus) -> int:
    """How much has been recorded, the span that is open included."""
    closed = call.interview.timeline().recorded_ms()
    is_open = call.interview.recording and status.state is RecorderState.RECORDING and status.rate > 0
    return closed + (status.frames * 1000 // status.rate if is_open else 0)


def found_again(call: Call) -> str:
    """What the recorder did while no app was there, to be told when one is started again; empty if it was not alone."""
    meanwhile = call.meanwhile
    if meanwhile is None or meanwhile.alone_ms < ALONE_MS:
        return ""
    alone = signs.length(meanwhile.alone_ms)
    if meanwhile.ended_ms is None:
        return f"The recorder went on alone for {alone}: it is still recording. "
    ended = signs.time_of_day(call.interview.opened_wall_ms + meanwhile.ended_ms)
    return f"The recorder went on alone for {alone} and ended by itself at {ended}; all of it is kept. "

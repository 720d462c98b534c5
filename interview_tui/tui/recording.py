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
from interview_tui.tui.watching import GONE, STALLED_MS, Caution, Sight, Watch
from interview_tui.tui.widgets.call_header import Tape

T = TypeVar("T")


class RecordingDesk:
    """Opens and closes the recorder for a call, in the order in which that was asked for.

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

    def open(self) -> Coroutine[Any, Any, None]:
        """Start or resume recording: from now on it is `opening`; what is to be waited for is given back."""
        self.opening, self.stay_off = True, False
        self.tried.clear()
        return self._open()

    async def _open(self) -> None:
        async with self._turn:
            await self._mend()
            status = await self._waited_for(self._call.open_source)
            self.opening = False
            if status is not None:
                await self._opened(status)
            self.tried.set()
            self._changed("")
        if self.stay_off:
            await self.close(SpanEnd.OFF_RECORD)

    async def close(self, reason: SpanEnd) -> bool:
        """Pause or stop recording; whether nothing is being recorded now."""
        self.tried.clear()
        async with self._turn:
            span = await self._waited_for(lambda: self._call.close_source(reason))
            self._call.source_closed(span)
            await self._mend()
            self._changed("")
        return not self._call.interview.recording

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

    async def _mend(self) -> None:
        """Close the spans whose recorder is gone."""
        call = self._call
        if not call.interview.recording or call.recorder.status().state not in GONE:
            return
        for span in await self._waited_for(lambda: call.recorder.closed_spans(call.folder)) or []:
            call.source_closed(span)

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

    def look(self, *, opening: bool, left_ms: int, power: Power | None) -> RecorderStatus:
        """What the recorder is doing now; `left_ms` of the planned call, `power` as far as it was told."""
        call, status = self._call, self._call.recorder.status()
        interview = call.interview
        expected = interview.recording and not opening and not interview.is_off_record and not interview.ended
        unsaved = "" if call.journal.failure is None else str(call.journal.failure)
        self._watch.look(Sight(call.clock.now().at_ms, status, expected, left_ms / MINUTE_MS, power, unsaved))
        return status

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
        if interview.recording:
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

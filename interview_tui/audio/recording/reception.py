"""What is recorded at this moment: one source or two, brought onto the tape in spans without a gap.

A span holds one set of sources throughout. Whatever changes it closes the span, with the reason, and begins the next;
of what was delivered, the blocks before the change go to the one, those after it to the other. Nothing here waits, and
nothing here knows threads: blocks, beats and commands come one at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import permutations

from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.recording.ear import Ear
from interview_tui.audio.recording.tape import Tape, why_not
from interview_tui.audio.recording.track import AGAIN_BEATS, Listen, Track, brief
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.sound import SpanEnd

GATHER_BEATS = 10  # a source that has spoken waits so long for the other: until then it is in memory only
FREE_EVERY_BEATS = 10
Begun = Callable[[AudioError | None], None]


class Reception:
    """Keeps every source that is wanted on the tape."""

    def __init__(self, tape: Tape, listen: Listen) -> None:
        self._tape, self._listen = tape, listen
        self._tracks: tuple[Track, ...] = ()
        self._layout: list[Track] = []  # those that the span holds, in its order
        self._begun: Begun | None = None  # told when the first block is written, or why it cannot be
        self._least = 1
        self._gathered = 0
        self._trouble, self._trouble_for = "", 0  # why no disk takes anything, and for how many beats
        self._beats = 0
        self._free_bytes = tape.free_bytes
        self._shown = RecorderStatus(RecorderState.STOPPED)

    @property
    def wanted(self) -> bool:
        """Whether sound is to be recorded."""
        return bool(self._tracks)

    @property
    def epochs_ns(self) -> list[int | None]:
        """When the files that are the sources began to play."""
        return [track.epoch_ns for track in self._tracks]

    def record(self, least: int, specs: Sequence[SourceSpec], epochs_ns: Sequence[int | None], begun: Begun) -> None:
        """Open the sources and record from them until `end`, in spans numbered `least` or more."""
        self._least, self._gathered, self._trouble, self._begun = least, 0, "", begun
        self._tracks = tuple(Track(spec, epoch, self._listen) for spec, epoch in zip(specs, epochs_ns, strict=True))

    def hear(self, ear: Ear, pcm: bytes, arrival_ns: int) -> None:
        """A block was delivered."""
        for track in self._tracks:
            if ear is track.heard:
                track.spoke(arrival_ns)
                self._store(track, pcm, arrival_ns)
                self._let_ready_take_over()
                return
            if ear is track.tried:
                track.hold(pcm, arrival_ns)
                self._let_ready_take_over()
                return

    def beat(self) -> None:
        """A beat that was on time has passed, and every block that came before it has been heard."""
        self._beats += 1
        if self._beats % FREE_EVERY_BEATS == 0:
            self._free_bytes = self._tape.free_bytes
        reasons = [reason for track in self._tracks if (reason := track.beat()) is not None]
        if reasons:
            self._change(reasons[0])
        for one, other in permutations(self._layout, 2):
            one.doubt_place(other.place)
        self._let_ready_take_over(gather_on=True)
        if self._trouble:
            self._try_disk()
        refusals = [track.refusal for track in self._tracks if track.refusal is not None]
        if self._begun is not None and refusals and len(refusals) == len(self._tracks):
            self._tell_begun(refusals[0])

    def reaches(self, at_ns: int) -> bool:
        """Whether everything that was captured before `at_ns` is on the tape, of every source that can still speak."""
        writer = self._tape.writer
        return writer is None or all(
            track.ended or track.silent or writer.clock(place).end_ns() >= at_ns
            for place, track in enumerate(self._layout)
        )

    def catch_up(self, at_ns: int, wait_s: float) -> None:
        """Wait for what is on its way from before `at_ns`, in any thread."""
        for track in self._tracks:
            track.catch_up(at_ns, wait_s)

    def hush(self, wait_s: float) -> None:
        """Let every source go, in any thread."""
        for track in self._tracks:
            track.close(wait_s)

    def end(self, reason: SpanEnd) -> RecordedSpan | None:
        """Let the sources go and close the span; gives the span closed last, unless that was told already."""
        self.hush(0.0)
        if self._begun is None:
            self._keep_held()
        self._tracks, self._layout, self._begun, self._trouble = (), [], None, ""
        self._tape.close(reason)
        return self._tape.tell()

    def status(self) -> RecorderStatus:
        """What is being done now."""
        state, writer = self._state(), self._tape.writer
        if writer is None or not writer.frames:
            self._shown = RecorderStatus(
                state=state,
                span=self._tape.last,
                source=" + ".join(track.name for track in self._layout or self._tracks) or self._shown.source,
                heard_ns=self._shown.heard_ns,
                free_bytes=self._free_bytes,
                message=self._message(),
            )
        else:
            self._shown = RecorderStatus(
                state=state,
                span=writer.number,
                frames=writer.frames,
                rate=writer.signals[0].rate,
                channels=sum(signal.channels for signal in writer.signals),
                source=" + ".join(signal.source for signal in writer.signals),
                started_ns=writer.reading.started_ns,
                heard_ns=writer.heard_ns,
                level_db=writer.level_db,
                free_bytes=self._free_bytes,
                message=self._message(),
            )
        return self._shown

    def _state(self) -> RecorderState:
        if not self.wanted or self._begun is not None:
            return RecorderState.PAUSED if self._tape.last else RecorderState.STOPPED
        stored = self._tape.writer is not None and not self._trouble
        if stored and not all(track.silent for track in self._layout):
            return RecorderState.RECORDING
        return RecorderState.SEEKING

    def _message(self) -> str:
        if self._begun is not None or not self.wanted:
            return ""
        if self._trouble:
            return self._trouble
        for track in self._tracks:
            if track.message:
                return track.message
        if self._tape.unspoken:
            names = brief(" + ".join(track.name for track in self._layout))
            return f"{names} gives exact silence: is the microphone allowed?"
        return self._tape.unconfirmed or self._tape.elsewhere

    def _let_ready_take_over(self, *, gather_on: bool = False) -> None:
        ready = [track for track in self._tracks if track.ready]
        if not ready:
            return
        others = [track for track in self._tracks if track not in ready and track.heard is None and track.tried]
        if others and not self._layout and self._gathered < GATHER_BEATS:
            self._gathered += gather_on
            return
        self._change(ready[0].why)

    def _keep_held(self) -> None:
        """Bring onto the tape what is held in case an older opening speaks, or until the other source does."""
        for track in self._tracks:
            track.wait_no_more()
        if reasons := [track.why for track in self._tracks if track.ready]:
            self._change(reasons[0])

    def _change(self, reason: SpanEnd) -> None:
        """Close the span and begin the next with every source that can be heard now."""
        self._tape.close(reason, confirmed=False)  # sound goes on coming
        held = [(track, track.take_over()) for track in self._tracks if track.ready]
        self._layout = [track for track in self._tracks if track.heard is not None]
        self._gathered = 0
        if not self._trouble:
            self._begin_span()
        for track, blocks in held:
            for pcm, arrival_ns in blocks:
                self._store(track, pcm, arrival_ns)

    def _begin_span(self) -> None:
        if self._layout:
            lone_line = len(self._tracks) > 1 and self._layout == [self._tracks[1]]
            self._tape.begin(self._least, [track.signal for track in self._layout], lone_line=lone_line)

    def _store(self, track: Track, pcm: bytes, arrival_ns: int) -> None:
        if self._tape.writer is None:
            return  # no disk takes it
        try:
            self._tape.take(self._layout.index(track), pcm, arrival_ns)
        except Exception as error:  # the thread's boundary: whatever it is, recording goes on as soon as it can
            logging.error("nothing can be written: %s", error, exc_info=not isinstance(error, OSError))
            self._tape.close(SpanEnd.FULL if isinstance(error, OSError) else SpanEnd.LOST)
            self._trouble, self._trouble_for = why_not(error), 0
            if self._begun is not None:
                self._tell_begun(AudioError(self._trouble, "Make room, or choose another folder."))
            return
        self._trouble = ""
        if self._begun is not None:
            self._tell_begun(None)
        for place in self._tape.writer.off_rate:
            self._layout[place].doubt_rate()

    def _try_disk(self) -> None:
        """Once a second: go on in a new span if there is room again."""
        self._trouble_for += 1
        due = self._trouble_for % AGAIN_BEATS == 0 and self._tape.writer is None
        if due and self._tape.has_room([track.signal for track in self._layout]):
            self._begin_span()

    def _tell_begun(self, refusal: AudioError | None) -> None:
        begun, self._begun = self._begun, None
        if begun is not None:
            begun(refusal)

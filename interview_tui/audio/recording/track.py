"""One source of a recording: the opening of it that is recorded from, and the one that is tried beside it.

Time is counted in beats of the recorder's loop, and only in those that were on time. When this process was held up,
or the machine slept, the blocks that waited are taken before any alarm: a late watchdog makes no loss of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from interview_tui.audio.capture import Signal, SourceSpec
from interview_tui.audio.recording.ear import Ear
from interview_tui.audio.wav import SAMPLE_BYTES
from interview_tui.errors import AudioError
from interview_tui.interview.sound import SpanEnd

BEAT_S = 0.1
SILENT_BEATS = 10  # without a block: it is told, and the source is opened a second time beside
HELD_BEATS = 5  # what the second opening gives is held so long, in case the first speaks after all
REFUSED_BEATS = 50  # a device that serves one listener only is let go, to be opened anew
FIRST_BLOCK_BEATS = 100  # a sound server that slept takes 2 s; macOS asks its user for permission
AGAIN_BEATS = 10
RATE_REFUSALS = 5
MISPLACED_BEATS = 50
STEADY_BEATS = 600  # a device that is a wrong rate from the start is not opened again and again for it
BRIEF = 28
SOURCE_ENDED = "The recording that was played as the sound source has ended."
Listen = Callable[[SourceSpec, int | None], Ear]
Block = tuple[bytes, int]


def brief(name: str) -> str:
    """A device's name for a line of 80 columns that says more than the name."""
    return name if len(name) <= BRIEF else f"{name[: BRIEF - 1].rstrip()}…"


class Track:
    """Keeps one source heard for as long as recording is wanted. Begins to open it at once."""

    def __init__(self, spec: SourceSpec, epoch_ns: int | None, listen: Listen) -> None:
        """`epoch_ns` is when a file began to play; None: when it is first heard."""
        self.heard: Ear | None = None
        self.tried: Ear | None = None
        self.why = SpanEnd.BACK  # what ends the span when the opening that is tried takes over
        self.refusal: AudioError | None = None  # why the last try came to nothing
        self._spec, self._epoch_ns, self._listen = spec, epoch_ns, listen
        self._name = spec.path.name if spec.path is not None else spec.name or "the sound device"
        self._held: list[Block] = []
        self._home = self._place = ""  # the devices that the system took the sound from at first, and takes it from
        self._silent = self._refusals = self._failed = 0
        self._spoke_ns = 0  # when the last block arrived that the opening recorded from gave
        self._tried_for = self._held_for = self._wait = self._steady = self._misplaced = 0
        self._try(SpanEnd.BACK)

    @property
    def epoch_ns(self) -> int | None:
        """When the file that is the source began to play; None of a device."""
        return self._epoch_ns

    @property
    def signal(self) -> Signal:
        """What the opening that is recorded from delivers, and the device that it really comes from."""
        assert self.heard is not None
        signal = self.heard.signal
        return replace(signal, source=self._place) if self.moved else signal

    @property
    def name(self) -> str:
        """The source for people."""
        return self.signal.source if self.heard is not None else self._name

    @property
    def ended(self) -> bool:
        """Whether it was played to its end."""
        return self.heard is not None and self.heard.ended

    @property
    def silent(self) -> bool:
        """Whether no block has come for so long that it is told."""
        return self._silent >= SILENT_BEATS

    @property
    def place(self) -> str:
        """The device that the system takes the sound from, where it tells."""
        return self._place

    @property
    def moved(self) -> bool:
        """Whether the system takes the sound from another device than at first."""
        return self._place != self._home

    @property
    def ready(self) -> bool:
        """Whether the opening that is tried has spoken and may take over.

        One that speaks may have blocks on their way that are older than the first of the other: they come first.
        """
        if not self._held:
            return False
        if self.heard is None or self._held_for >= HELD_BEATS:
            return True
        return self.why is not SpanEnd.LOST and self._spoke_ns >= self._held_from_ns()

    @property
    def message(self) -> str:
        """What is wrong with it now, a sentence; empty while nothing is."""
        if self.heard is None:
            return f"No sound comes from {brief(self._name)}: trying again."
        if self.ended:
            return SOURCE_ENDED
        if self.silent:
            return f"No sound has come from {brief(self._name)} for {self._silent * BEAT_S:.0f} s."
        if self.moved:
            return f"Recording from {brief(self._place)} instead of {brief(self._name)}."
        return ""

    def spoke(self, arrival_ns: int = 0) -> None:
        """The opening that is recorded from gave a block: what was opened beside it for its silence is let go."""
        self._silent, self._spoke_ns = 0, arrival_ns
        if self.why is SpanEnd.LOST:
            self._refusals = 0
            self._drop()

    def hold(self, pcm: bytes, arrival_ns: int) -> None:
        """The opening that is tried gave a block."""
        self._held.append((pcm, arrival_ns))

    def wait_no_more(self) -> None:
        """Nothing more will come: what is held may be taken over as it is."""
        self._held_for = HELD_BEATS

    def take_over(self) -> list[Block]:
        """Record from the opening that was tried from now on; gives what it has said."""
        old, self.heard, self.tried = self.heard, self.tried, None
        if old is not None:
            old.close()
        assert self.heard is not None
        self._name, self._epoch_ns = self.heard.signal.source, self.heard.epoch_ns
        self._home = self._place = self.heard.recorded_from
        if self.why is SpanEnd.RATE:
            self._steady = STEADY_BEATS
        self._silent = self._refusals = self._failed = 0
        self.refusal = None
        held, self._held = self._held, []
        return [(pcm, arrival_ns) for pcm, arrival_ns in held if self.heard.admits(arrival_ns)]

    def doubt_place(self, place: str) -> None:
        """Another track is recorded from `place`: if this one was moved there, try whether its own device is there."""
        if self.moved and self._place == place and not self._misplaced:
            self._misplaced = MISPLACED_BEATS
            self._try(SpanEnd.BACK)

    def doubt_rate(self) -> None:
        """The device runs at another rate than it said: try whether it says another one when it is opened anew."""
        if not self._steady and not self._wait:
            self._try(SpanEnd.RATE)

    def catch_up(self, at_ns: int, wait_s: float) -> None:
        """Wait for what is on its way from before `at_ns`; see `Ear.catch_up`."""
        if self.heard is not None and not self.silent:
            self.heard.catch_up(at_ns, wait_s)

    def close(self, wait_s: float = 0.0) -> None:
        """Let the source go, in any thread; see `Ear.close`."""
        for ear in (self.heard, self.tried):
            if ear is not None:
                ear.close(wait_s)

    def beat(self) -> SpanEnd | None:
        """A beat that was on time has passed; gives why the span must end now, if it must.

        All blocks that were posted before the beat have been taken.
        """
        self._wait, self._steady = max(0, self._wait - 1), max(0, self._steady - 1)
        self._misplaced = max(0, self._misplaced - 1)
        if self.tried is not None:
            self._look_at_tried(self.tried)
        if self.heard is not None:
            return self._look_at_heard(self.heard)
        if not self._wait:
            self._try(SpanEnd.BACK)
        return None

    def _look_at_heard(self, heard: Ear) -> SpanEnd | None:
        if heard.ended:
            return None
        self._silent += 1
        # Seen twice: what it posted just before it failed is taken first.
        self._failed = self._failed + 1 if heard.failure else 0
        given_up = bool(self._refusals) and self._silent >= SILENT_BEATS + REFUSED_BEATS
        if self._failed > 1 or given_up:
            return self._lose(heard, SpanEnd.LOST)
        if self.why is SpanEnd.RATE and self._refusals >= RATE_REFUSALS:
            self._steady = STEADY_BEATS
            return self._lose(heard, SpanEnd.RATE)
        if self.silent and not self._wait:
            self._try(SpanEnd.LOST)
        elif heard.may_go_back and not self._wait:
            self._try(SpanEnd.BACK)
        return self._look_at_place(heard.recorded_from)

    def _look_at_place(self, place: str) -> SpanEnd | None:
        self._home = self._home or place
        old, self._place = self._place, place or self._place or self._home
        if self._place == old or not old:
            return None
        return SpanEnd.MOVED if self.moved else SpanEnd.BACK

    def _held_from_ns(self) -> int:
        """When what is held began: a block's length before its first arrival."""
        assert self.tried is not None
        (pcm, arrival_ns), signal = self._held[0], self.tried.signal
        return arrival_ns - len(pcm) // (signal.channels * SAMPLE_BYTES) * 1_000_000_000 // signal.rate

    def _lose(self, heard: Ear, reason: SpanEnd) -> SpanEnd:
        heard.close()
        self.heard, self.why = None, SpanEnd.BACK
        self._silent = self._refusals = self._failed = self._wait = 0
        self._home = self._place = ""
        self._try(SpanEnd.BACK)
        return reason

    def _try(self, why: SpanEnd) -> None:
        if self.tried is None:
            if why is not self.why:
                self.why, self._refusals = why, 0
            self._held, self._tried_for, self._held_for = [], 0, 0
            self.tried = self._listen(self._spec, self._epoch_ns)

    def _look_at_tried(self, tried: Ear) -> None:
        self._tried_for += 1
        if self._held:
            self._held_for += 1
        elif tried.refusal is not None:
            self._refuse(tried.refusal)
        elif tried.failure:
            self._refuse(AudioError(tried.failure, "See that it is plugged in; try another device."))
        elif tried.ended and self._tried_for > 1:
            self._refuse(AudioError(SOURCE_ENDED, "Choose a longer one, or record from a device."))
        elif self._tried_for >= FIRST_BLOCK_BEATS:
            self._refuse(
                AudioError(
                    f"No sound has come from {self._name} within {FIRST_BLOCK_BEATS * BEAT_S:.0f} s.",
                    "See that it is plugged in and that the terminal may use the microphone; try another device.",
                )
            )

    def _refuse(self, refusal: AudioError) -> None:
        self.refusal, self._wait = refusal, AGAIN_BEATS
        self._refusals += 1
        self._drop()

    def _drop(self) -> None:
        tried, self.tried = self.tried, None
        self._held = []
        if tried is not None:
            tried.close()

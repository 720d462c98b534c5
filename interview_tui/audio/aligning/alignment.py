"""What lining up found: which frames of another recorder's file hold which stretch of the call clock, and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FrameStretch:
    """Frames of a file, from `first_frame` up to, but without, `end_frame`."""

    first_frame: int
    end_frame: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the file in which the other recorder ran without a break.

    `start_ms` is the call clock of the file's frame `first_frame`; it may lie before 0 or before the call.
    `drift_ppm` says how much faster the other recorder's clock ran than the call clock, as `Span.drift_ppm` does.
    Windows of the two recordings were compared: of `windows` with sound in both, `windows_used` agree with this line,
    off it by `residual_ms` (median) and `worst_residual_ms`. From `sure_first` up to `sure_end` they do so without
    doubt; what lies before and after is carried on from there.
    """

    first_frame: int
    frames: int
    rate: int
    start_ms: float
    drift_ppm: float
    residual_ms: float
    worst_residual_ms: float
    windows_used: int
    windows: int
    sure_first: int
    sure_end: int

    @property
    def true_rate(self) -> float:
        """Frames per second of the call clock."""
        return self.rate * (1 + self.drift_ppm / 1e6)

    @property
    def end_frame(self) -> int:
        """The frame of the file just after its last."""
        return self.first_frame + self.frames

    @property
    def end_ms(self) -> float:
        """The call clock just after its last frame."""
        return self.ms_at(self.end_frame)

    def ms_at(self, frame: int) -> float:
        """The call clock of a frame of the file."""
        return self.start_ms + (frame - self.first_frame) * 1000 / self.true_rate

    def frame_at(self, ms: float) -> int:
        """The frame of the file that holds `ms` of the call clock, held within the piece (its end included)."""
        frame = self.first_frame + round((ms - self.start_ms) * self.true_rate / 1000)
        return max(self.first_frame, min(self.end_frame, frame))


@dataclass(frozen=True, slots=True)
class Confidence:
    """What the verdict rests on.

    `peak_ratio`: how much better the rhythm of the file fits where it was laid than moved by a second or more (by
    chance about 1). `share`: of the windows with sound in both recordings, those that agree. `longest_doubt_s`: the
    longest stretch in which both have sound and do not agree.
    """

    peak_ratio: float = 0.0
    share: float = 0.0
    longest_doubt_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Alignment:
    """How one file lies on the call clock.

    `pieces` are in file order and leave no frame of the file out; none: not even a guess. Refused (`accepted` is
    False), they are the best guess, to begin from by hand. `verdict` is one sentence that says why;
    `scant` that the only reason is how little of the file lies within the call.
    """

    file: Path
    rate: int
    frames: int
    pieces: tuple[Piece, ...]
    confidence: Confidence
    accepted: bool
    verdict: str
    scant: bool = False

    @property
    def start_ms(self) -> float:
        """The call clock of the file's first frame; raises IndexError without pieces."""
        return self.pieces[0].start_ms

    @property
    def end_ms(self) -> float:
        """The call clock just after the file's last frame; raises IndexError without pieces."""
        return self.pieces[-1].end_ms


@dataclass(frozen=True, slots=True)
class PartsAlignment:
    """How the several files of one recorder lie on the call clock, in the order in which they were given.

    Accepted only if every file is (one of which little lies within the call may lean on its neighbour), and each begins
    after the one before it has ended.
    """

    parts: tuple[Alignment, ...]
    accepted: bool
    verdict: str

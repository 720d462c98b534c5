"""Where somebody speaks, and where to cut it: Silero's voice activity, then chunks that end in pauses.

Everything is counted in frames of 512 samples (32 ms) from the start of a passage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from interview_tui.transcribe.crosstalk import FRAME, loudness
from interview_tui.transcribe.sound import RATE, Samples

FRAMES_PER_SECOND = RATE / FRAME

WINDOW = round(180 * FRAMES_PER_SECOND)  # frames listened to at once: memory stays the same however long the call
WARM_UP = round(4 * FRAMES_PER_SECOND)  # frames heard before a window, so that the detector knows where it is

SPEECH, STILL_SPEECH = 0.2, 0.1  # probabilities at which speech begins, and below which it has ended
HISS_DB = -40.0  # of the noise that is mixed in for the detector, against the loud moments
SHORTEST_PAUSE = 8  # frames: 0.26 s
SHORTEST_SPEECH = 4  # frames: 0.13 s

LONGEST_CHUNK = int(28 * FRAMES_PER_SECOND)  # Whisper hears 30 s at once; the rest is for the pad
LONGEST_GAP = int(3 * FRAMES_PER_SECOND)
EARLIEST_CUT = 0.4  # of the longest chunk: a chunk that must be cut is not cut before

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Speech:
    """A stretch of frames in which somebody speaks, end exclusive."""

    first: int
    last: int

    @property
    def frames(self) -> int:
        """Its length."""
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Core:
    """The part of a chunk that is its own: from its first speech to its last, no pad."""

    speech: tuple[Speech, ...]

    @property
    def first(self) -> int:
        """Its first frame."""
        return self.speech[0].first

    @property
    def last(self) -> int:
        """The frame after its last."""
        return self.speech[-1].last


def speech_probability(read: Callable[[int, int], Samples], frames: int) -> Probabilities:
    """The probability of speech in each of `frames` frames.

    `read(first, count)` gives the sound of `count` frames from frame `first` on. It is called for a few minutes at a
    time, so that memory does not grow with the recording.

    A little hiss is mixed in: the detector learnt from rooms, and overlooks voices on a line whose silence is perfect.
    With the hiss and a low threshold it found 99 % of the words of the hardest simulated telephone voice instead of
    67 %, and still no speech in noise, beeps or ringing.
    """
    from faster_whisper.vad import get_vad_model

    detector = get_vad_model()
    found = np.zeros(frames, dtype=np.float32)
    for start in range(0, frames, WINDOW):
        end = min(start + WINDOW, frames)
        warm = max(0, start - WARM_UP)
        sound = read(warm, end + 1 - warm)  # one frame more: the detector blanks the end of its last
        found[start:end] = detector(_with_hiss(sound)).reshape(-1)[start - warm : end - warm]
    return found


def stretches(probability: Probabilities) -> list[Speech]:
    """The stretches of speech, in order: pauses shorter than 0.26 s do not end one, sounds under 0.13 s are none."""
    found: list[Speech] = []
    first, quiet_since = -1, -1
    for frame, chance in enumerate(probability):
        if chance >= SPEECH:
            first, quiet_since = (frame if first < 0 else first), -1
        elif first >= 0 and chance < STILL_SPEECH and quiet_since < 0:
            quiet_since = frame
        if first >= 0 and quiet_since >= 0 and frame + 1 - quiet_since >= SHORTEST_PAUSE:
            found.append(Speech(first, quiet_since))
            first, quiet_since = -1, -1
    if first >= 0:
        found.append(Speech(first, quiet_since if quiet_since >= 0 else len(probability)))
    return [speech for speech in found if speech.frames >= SHORTEST_SPEECH]


def cut(speech: Sequence[Speech], probability: Probabilities) -> list[Core]:
    """Speech packed into chunks of at most 28 s that hold no gap over 3 s, cut in the longest pause that will do.

    All speech is in exactly one chunk; chunks are in order and do not overlap.
    """
    cores: list[Core] = []
    waiting = [piece for stretch in speech for piece in _split(stretch, probability)]
    while waiting:
        count = _within_reach(waiting)
        if count < len(waiting) and waiting[count].first - waiting[count - 1].last <= LONGEST_GAP:
            count = _best_cut(waiting, count)
        cores.append(Core(tuple(waiting[:count])))
        waiting = waiting[count:]
    return cores


def _with_hiss(sound: Samples) -> Samples:
    """The sound with white noise `HISS_DB` below its loud moments; the same noise every time."""
    loud_db = float(np.percentile(loudness(sound), 99))
    hiss = np.random.default_rng(0).standard_normal(len(sound), dtype=np.float32)
    return sound + hiss * np.float32(10 ** ((loud_db + HISS_DB) / 20))


def _split(stretch: Speech, probability: Probabilities) -> list[Speech]:
    """A stretch, halved where speech is least likely until no part is longer than a chunk may be."""
    if stretch.frames <= LONGEST_CHUNK:
        return [stretch]
    low = stretch.first + int(LONGEST_CHUNK * EARLIEST_CUT)
    high = min(stretch.first + LONGEST_CHUNK, stretch.last - 1)
    at = low + int(np.argmin(probability[low:high]))
    return [Speech(stretch.first, at), *_split(Speech(at, stretch.last), probability)]


def _within_reach(speech: Sequence[Speech]) -> int:
    """How many stretches, from the first on, fit into one chunk."""
    count = 1
    while (
        count < len(speech)
        and speech[count].first - speech[count - 1].last <= LONGEST_GAP
        and speech[count].last - speech[0].first <= LONGEST_CHUNK
    ):
        count += 1
    return count


def _best_cut(speech: Sequence[Speech], count: int) -> int:
    """How many of `count` stretches to take so that the cut falls into the longest pause, and not too early."""
    earliest = speech[0].first + LONGEST_CHUNK * EARLIEST_CUT
    choices = [place for place in range(1, count + 1) if place == count or speech[place - 1].last >= earliest]
    return max(choices, key=lambda place: (speech[place].first - speech[place - 1].last, place))

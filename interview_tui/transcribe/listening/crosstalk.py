"""Two people on two channels: mute each channel where it only carries the other's voice.

Everything is counted in frames of 512 samples (32 ms), the step of the voice detector. What is taken for the leak is
measured block by block, and rests on the blocks heard so far: so a recording can be listened to while it grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt

from interview_tui.transcribe.listening.sound import Samples

FRAME = 512
SILENCE_DB = -100.0
QUIET_DB = 25.0  # a channel is talking where it is at most this far below its loud moments
MARGIN_DB = 10.0  # above the leak of the other's voice, sound is one's own
USUAL_LEAK_DB = -20.0
LOWEST_GATE_DB, HIGHEST_GATE_DB = -30.0, -3.0
SAME_DB = 3.0
SAME_SHARE = 0.95
ENOUGH_TALK = 30  # frames: about a second of talk says something
HOLD = 4  # frames that a gate stays open before and after own sound, so that no word loses its edge

Loudness = npt.NDArray[np.float32]
Frames = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Levels:
    """What a block tells of two channels.

    `loud` is the level of their loud moments, dBFS. In `talking` frames somebody talks, in `alike` of them both
    channels are equally loud. `leaks` is how loud the other's voice was in each channel, dB against the other's own;
    None where the other said too little to tell.
    """

    loud: tuple[float, float]
    talking: int
    alike: int
    leaks: tuple[float | None, float | None]


def loudness(sound: Samples) -> Loudness:
    """Loudness of each frame, dBFS (RMS); a last broken frame is filled up with silence."""
    whole = np.pad(sound, (0, -len(sound) % FRAME)).reshape(-1, FRAME)
    power = np.mean(np.square(whole, dtype=np.float64), axis=1)
    return _decibels(np.maximum(power, 10 ** (SILENCE_DB / 10)))


def measured(one: Loudness, other: Loudness, before: Sequence[Levels]) -> Levels:
    """What a block tells, given the blocks `before` it."""
    loud = (_loud(one), _loud(other))
    usual = [usual_loudness([*(levels.loud[channel] for levels in before), loud[channel]]) for channel in (0, 1)]
    anybody = _talking(np.maximum(one, other), max(usual))
    alike = np.count_nonzero(np.abs(one - other)[anybody] < SAME_DB)
    leaks = (_leak(one, other, usual[1]), _leak(other, one, usual[0]))
    return Levels(loud, int(np.count_nonzero(anybody)), int(alike), leaks)


def usual_loudness(loud: Iterable[float]) -> float:
    """The middle of the loud moments of blocks, not counting those in which nobody spoke, dBFS."""
    known = list(loud)
    return median(level for level in known if level > max(known) - QUIET_DB)


def same_sound(blocks: Sequence[Levels]) -> bool:
    """Whether two channels carry one and the same sound, as a single microphone recorded in stereo does."""
    loudest = max(max(levels.loud) for levels in blocks)
    spoken = [levels for levels in blocks if max(levels.loud) > loudest - QUIET_DB]
    talking = sum(levels.talking for levels in spoken)
    return talking >= ENOUGH_TALK and sum(levels.alike for levels in spoken) > SAME_SHARE * talking


def leak_db(blocks: Sequence[Levels], channel: int) -> float:
    """How loud the other's voice is in a channel, dB against the other's own: the median of the blocks that tell.

    Where next to nothing leaks this is how far the line's noise lies below the voice, which serves as well.
    """
    other = 1 - channel
    loudest = max(levels.loud[other] for levels in blocks)
    told = [levels.leaks[channel] for levels in blocks if levels.loud[other] > loudest - QUIET_DB]
    leaks = [leak for leak in told if leak is not None]
    return round(median(leaks), 1) if leaks else USUAL_LEAK_DB


def own_frames(own: Loudness, other: Loudness, leak: float) -> Frames:
    """The frames in which a channel holds sound of its own, and not only the other's voice leaking in."""
    threshold = min(max(leak + MARGIN_DB, LOWEST_GATE_DB), HIGHEST_GATE_DB)
    smooth = _smoothed(own) - _smoothed(other)
    return _held(smooth > threshold)


def muted(sound: Samples, open_frames: Frames) -> Samples:
    """Sound with its closed frames silenced, faded over a frame; `sound` starts at the first of `open_frames`."""
    if bool(open_frames.all()):
        return sound
    centres = np.arange(len(open_frames)) * FRAME + FRAME / 2
    gain = np.interp(np.arange(len(sound)), centres, open_frames.astype(np.float32))
    return (sound * gain).astype(np.float32)


def _loud(level: Loudness) -> float:
    return round(float(np.percentile(level, 99)), 1) if len(level) else SILENCE_DB


def _talking(level: Loudness, loud: float) -> Frames:
    return level > max(loud - QUIET_DB, SILENCE_DB + QUIET_DB)


def _leak(own: Loudness, other: Loudness, loud: float) -> float | None:
    """The median over the moments at which the other talks and is the louder: mostly one listens then."""
    theirs = _talking(other, loud) & (other > own)
    if np.count_nonzero(theirs) < ENOUGH_TALK:
        return None
    return round(float(np.median((own - other)[theirs])), 1)


def _smoothed(level: Loudness) -> Loudness:
    """The mean power of each frame and its two neighbours, dB."""
    power = np.pad(10 ** (level.astype(np.float64) / 10), 1, mode="edge")
    return _decibels((power[:-2] + power[1:-1] + power[2:]) / 3)


def _decibels(power: npt.NDArray[np.float64]) -> Loudness:
    return np.asarray(10 * np.log10(power), dtype=np.float32)


def _held(open_frames: Frames) -> Frames:
    """Open frames, and `HOLD` frames on either side of each."""
    reach = np.convolve(open_frames.astype(np.int32), np.ones(2 * HOLD + 1, dtype=np.int32))
    return reach[HOLD : HOLD + len(open_frames)] > 0

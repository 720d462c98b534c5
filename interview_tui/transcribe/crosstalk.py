"""Two people on two channels: mute each channel where it only carries the other's voice.

Everything is counted in frames of 512 samples (32 ms), the step of the voice detector.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from interview_tui.transcribe.sound import Samples

FRAME = 512
SILENCE_DB = -100.0
QUIET_DB = 25.0  # a channel is talking where it is at most this far below its loud moments
MARGIN_DB = 10.0  # above the leak of the other's voice, sound is one's own
USUAL_LEAK_DB = -20.0
LOWEST_GATE_DB, HIGHEST_GATE_DB = -30.0, -3.0
SAME_DB = 3.0
HOLD = 4  # frames that a gate stays open before and after own sound, so that no word loses its edge

Loudness = npt.NDArray[np.float32]
Frames = npt.NDArray[np.bool_]


def loudness(sound: Samples) -> Loudness:
    """Loudness of each frame, dBFS (RMS); a last broken frame is filled up with silence."""
    whole = np.pad(sound, (0, -len(sound) % FRAME)).reshape(-1, FRAME)
    power = np.mean(np.square(whole, dtype=np.float64), axis=1)
    return _decibels(np.maximum(power, 10 ** (SILENCE_DB / 10)))


def same_sound(one: Loudness, other: Loudness) -> bool:
    """Whether two channels carry one and the same sound, as a single microphone recorded in stereo does."""
    louder = np.maximum(one, other)
    talking = _talking(louder)
    return bool(talking.any()) and float(np.mean(np.abs(one - other)[talking] < SAME_DB)) > 0.95


def leak_db(own: Loudness, other: Loudness) -> float:
    """How loud the other's voice is in one's own channel, dB against the other's own channel.

    The median over the moments at which the other talks: mostly one listens then. Where next to nothing leaks this
    is how far the line's noise lies below the voice, which serves as well.
    """
    talking = _talking(other)
    if np.count_nonzero(talking) < 30:
        return USUAL_LEAK_DB
    return float(np.median((own - other)[talking]))


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


def _talking(level: Loudness) -> Frames:
    loud = float(np.percentile(level, 99)) if len(level) else SILENCE_DB
    return level > max(loud - QUIET_DB, SILENCE_DB + QUIET_DB)


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

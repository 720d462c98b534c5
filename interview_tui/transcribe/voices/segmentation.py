"""Where somebody speaks, where two do at once, and where the speaker may change: pyannote's segmentation, in windows.

The network hears 10 s at once. Of every window only the middle 2.5 s are kept, so that each moment was heard with
what came before and after it. Its own names for the speakers change from window to window and are not used: whose
voice it is, CAM++ says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from interview_tui.transcribe.listening.sound import RATE, Samples
from interview_tui.transcribe.voices.networks import CENTRE, STEP, WINDOW, WINDOW_FRAMES, Activity

ZONE = 148  # frames kept of a window
BEFORE = (WINDOW_FRAMES - ZONE) // 2
ZONES_AT_ONCE = 24  # a minute: memory stays the same however long the passage
SPAN = 12  # frames (0.2 s) on either side that are compared where the speaker may change

PerFrame = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Conversation:
    """For every frame of 270 samples (17 ms) of a passage, three likelihoods."""

    speech: PerFrame  # that somebody speaks
    overlap: PerFrame  # that two speak at once
    change: PerFrame  # that another speaks after it than before it


def frame_at(ms: float) -> int:
    """The frame whose middle is nearest to a moment of the passage."""
    return max(0, round((ms * RATE / 1000 - CENTRE) / STEP))


def ms_of(frame: float) -> float:
    """The moment in the passage at which a frame begins."""
    return max(0.0, (CENTRE + (frame - 0.5) * STEP) * 1000 / RATE)


def segmented(
    read: Callable[[int, int], Samples], samples: int, activity: Callable[[Samples], Activity]
) -> Conversation:
    """Listen to a passage of so many samples.

    `read(first, count)` gives `count` samples from `first` on, silence after the end.
    """
    frames = max(1, -(-samples // STEP))
    last_window = max(0, frames - WINDOW_FRAMES)
    found = np.zeros((3, frames), dtype=np.float32)
    for block in range(0, frames, ZONE * ZONES_AT_ONCE):
        zones = range(block, min(block + ZONE * ZONES_AT_ONCE, frames), ZONE)
        starts = [min(max(zone - BEFORE, 0), last_window) for zone in zones]
        sound = read(starts[0] * STEP, (starts[-1] - starts[0]) * STEP + WINDOW)
        for zone, start in zip(zones, starts, strict=True):
            offset = (start - starts[0]) * STEP
            heard = _summary(activity(sound[offset : offset + WINDOW]))
            kept = heard[:, zone - start : min(zone - start + ZONE, WINDOW_FRAMES)][:, : frames - zone]
            found[:, zone : zone + kept.shape[1]] = kept
    return Conversation(*found)


def _summary(activity: Activity) -> npt.NDArray[np.float32]:
    """Speech, overlap and change in a window, (3, frames)."""
    ordered = np.sort(activity, axis=1)
    sums = np.pad(np.cumsum(np.pad(activity, ((SPAN, SPAN), (0, 0))), axis=0), ((1, 0), (0, 0)))
    middle = np.arange(len(activity)) + SPAN
    before, after = sums[middle] - sums[middle - SPAN], sums[middle + SPAN] - sums[middle]
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    alike = np.sum(before * after, axis=1) / np.maximum(lengths, 1e-6)
    change = np.where(lengths > 1.0, 1 - alike, 0.0)
    return np.stack([ordered[:, 2], ordered[:, 1], change]).astype(np.float32)

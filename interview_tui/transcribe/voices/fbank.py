"""The features that CAM++ was trained on: 80 logarithmic mel bands, 100 times a second, as Kaldi computes them.

Frames of 25 ms every 10 ms; each loses its mean, is pre-emphasised by 0.97 and weighed with Kaldi's own window; the
power spectrum of 512 points goes into triangles that are even on the mel scale from 20 Hz to 8 kHz. No dither.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from interview_tui.transcribe.listening.sound import RATE, Samples

STEP = RATE // 100  # samples from frame to frame
LENGTH = RATE // 40  # samples in a frame
BANDS = 80
FEATURES_PER_SECOND = RATE // STEP

POINTS = 512
LOWEST_HZ = 20.0
PRE_EMPHASIS = 0.97
FLOOR = float(np.finfo(np.float32).eps)

Features = npt.NDArray[np.float32]


def fbank(sound: Samples) -> Features:
    """The features of 16 kHz mono sound, (frames, 80); only whole frames count, so that the last 15 ms have none."""
    if len(sound) < LENGTH:
        return np.zeros((0, BANDS), dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(sound, LENGTH)[::STEP].astype(np.float64)
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    spectrum = np.fft.rfft((frames - PRE_EMPHASIS * before) * _window(), POINTS)
    power = spectrum.real**2 + spectrum.imag**2
    return np.log(np.maximum(power[:, :-1] @ _triangles(), FLOOR)).astype(np.float32)


@cache
def _window() -> npt.NDArray[np.float64]:
    """Kaldi's: a Hann window to the power of 0.85."""
    hann: npt.NDArray[np.float64] = np.hanning(LENGTH)
    return hann**0.85


@cache
def _triangles() -> npt.NDArray[np.float64]:
    """How much each point of the spectrum counts in each band, (256, 80)."""
    edges = np.linspace(_mel(LOWEST_HZ), _mel(RATE / 2), BANDS + 2)
    points = _mel(np.arange(POINTS // 2) * RATE / POINTS)[:, np.newaxis]
    rising = (points - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - points) / (edges[2:] - edges[1:-1])
    weights: npt.NDArray[np.float64] = np.maximum(0.0, np.minimum(rising, falling))
    return weights


def _mel(hz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    mel: npt.NDArray[np.float64] = 1127.0 * np.log1p(np.asarray(hz, dtype=np.float64) / 700.0)
    return mel

"""Two tracks of two devices, put together on one clock."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.audio.keeping import pairing
from interview_tui.audio.keeping.pairing import Fit
from interview_tui.interview.sound import Track
from interview_tui.interview.timeline import Span
from tests.audio.laid import noise
from tests.audio.signals import Pcm

RATE = 8_000
HOUR_S = 3_600
CHIRP_S = 0.05


def blocks(sound: Pcm, sizes: list[int] | None = None) -> Iterator[Pcm]:
    """The sound in blocks of these sizes, again and again."""
    sizes, first, turn = sizes or [4_000], 0, 0
    while first < len(sound):
        size = sizes[turn % len(sizes)]
        yield sound[first : first + size]
        first, turn = first + size, turn + 1


def paired(own: Pcm, line: Pcm, fitted: Fit, sizes: list[int] | None = None) -> Pcm:
    return np.concatenate(list(pairing.beside(blocks(own), blocks(line, sizes), fitted)))


def span(seconds: float, start_ms: int = 0, drift_ppm: float = 0.0, rate: int = RATE) -> Span:
    return Span(1, start_ms, rate, 1, round(seconds * rate), (), drift_ppm=drift_ppm)


def track(frames: int, start_ms: int = 0, drift_ppm: float = 0.0, rate: int = RATE) -> Track:
    return Track("the line", rate, 1, frames, start_ms, (), drift_ppm)


@pytest.mark.parametrize("start_ms", [-700, 0, 250])
def test_two_clocks_that_keep_together_are_shifted_by_whole_frames_and_not_a_sample_is_touched(start_ms: int):
    own, line = noise(3 * RATE), noise(3 * RATE, seed=2)
    fitted = pairing.fit(span(3, drift_ppm=30), track(len(line), start_ms, drift_ppm=-30))
    assert fitted.rates is None
    both = paired(own, line, fitted)
    assert np.array_equal(both[:, :1], own)
    shift = start_ms * RATE // 1000
    there = both[max(0, shift) : len(own) + min(0, shift), 1]
    assert np.array_equal(there, line[max(0, -shift) : max(0, -shift) + len(there), 0])
    assert not both[: max(0, shift), 1].any()
    assert not both[len(own) + min(0, shift) :, 1].any()


def test_clocks_that_part_by_a_millisecond_until_the_end_are_resampled():
    assert pairing.fit(span(10), track(10 * RATE, drift_ppm=99)).rates is None
    assert pairing.fit(span(10), track(10 * RATE, drift_ppm=101)).rates == (RATE * 1.000101, RATE)
    assert pairing.fit(span(1), track(16_000, rate=16_000)).rates == (16_000, RATE)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(1, 900), min_size=1, max_size=5),
    st.integers(-2_000, 2_000),
    st.integers(1, 3_000),
    st.sampled_from([None, (RATE * 1.0001, float(RATE)), (16_000.0, float(RATE))]),
)
def test_the_span_has_the_frames_of_its_first_track_whatever_the_line_has_and_however_it_comes(
    sizes: list[int], first_frame: int, frames: int, rates: tuple[float, float] | None
):
    own, line = noise(2_000), noise(frames, seed=2)
    both = paired(own, line, Fit(first_frame, rates), sizes)
    assert np.array_equal(both[:, :1], own)
    assert np.array_equal(both, paired(own, line, Fit(first_frame, rates), [1_000_000]))


def test_a_lone_track_keeps_its_side():
    own = noise(5_000)
    left = np.concatenate(list(pairing.alone(blocks(own), is_line=False)))
    right = np.concatenate(list(pairing.alone(blocks(own), is_line=True)))
    assert np.array_equal(left, np.hstack([own, np.zeros_like(own)]))
    assert np.array_equal(right, np.hstack([np.zeros_like(own), own]))


def chirps(rate: int, drift_ppm: float, start_ms: int) -> Pcm:
    """An hour as a device with this clock hears it that begins at `start_ms`: a chirp every 10 s of the call clock."""
    true_rate = rate * (1 + drift_ppm / 1e6)
    sound = np.zeros((round(HOUR_S * true_rate), 1), np.int16)
    for at_s in range(5, HOUR_S, 10):
        first = round((at_s - start_ms / 1000) * true_rate)
        at = (np.arange(first, first + round(CHIRP_S * rate)) / true_rate) - (at_s - start_ms / 1000)
        if first >= 0 and first + len(at) <= len(sound):
            sound[first : first + len(at), 0] = chirp(at)
    return sound


def chirp(at_s: np.ndarray) -> np.ndarray:
    """300 to 2300 Hz, swelling and fading."""
    sweep = np.sin(2 * np.pi * (300 * at_s + 20_000 * at_s**2))
    return (12_000 * sweep * np.hanning(len(at_s))).astype(np.int16)


def apart_ms(own: np.ndarray, line: np.ndarray, rate: int) -> float:
    """By how much the line is late, by correlation."""
    found = np.correlate(line.astype(np.float64), own.astype(np.float64), "full")
    return (int(np.argmax(found)) - (len(own) - 1)) * 1000 / rate


@pytest.mark.parametrize(("own_ppm", "line_ppm"), [(-80.0, 80.0), (80.0, -80.0)])
@pytest.mark.parametrize("line_rate", [RATE, 16_000])
def test_after_an_hour_with_160_ppm_between_them_both_tracks_are_within_20_ms(
    own_ppm: float, line_ppm: float, line_rate: int
):
    own, line = chirps(RATE, own_ppm, start_ms=0), chirps(line_rate, line_ppm, start_ms=1_234)
    fitted = pairing.fit(span(HOUR_S, 0, own_ppm), track(len(line), 1_234, line_ppm, line_rate))
    both = paired(own, line, fitted, [1 << 16])
    errors = []
    for at_s in range(15, HOUR_S - 10, 10):
        first = round((at_s - 0.05) * RATE * (1 + own_ppm / 1e6))
        window = both[first : first + round(0.15 * RATE)]
        assert window[:, 0].any()
        assert window[:, 1].any()
        errors.append(abs(apart_ms(window[:, 0], window[:, 1], RATE)))
    assert max(errors) <= 20.0
    assert max(errors) <= 1.0  # a millisecond of rounding in the two beginnings is all there is

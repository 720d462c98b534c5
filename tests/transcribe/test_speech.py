"""Finding speech, and the laws of cutting it into chunks."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.transcribe import speech
from interview_tui.transcribe.crosstalk import FRAME
from interview_tui.transcribe.sound import RATE, Samples
from interview_tui.transcribe.speech import (
    LONGEST_CHUNK,
    LONGEST_GAP,
    SHORTEST_PAUSE,
    Probabilities,
    Speech,
    cut,
    speech_probability,
    stretches,
)
from tests.transcribe.making import joined, kennedy, silence

runs = st.lists(st.tuples(st.booleans(), st.integers(1, 1500)), max_size=40)


def probabilities(plan: list[tuple[bool, int]]) -> Probabilities:
    """Runs of speech and of none, with some chance in them."""
    chance = np.random.default_rng(len(plan))
    parts = [chance.uniform(0.6, 1.0, length) if loud else chance.uniform(0.0, 0.05, length) for loud, length in plan]
    return np.concatenate([*parts, np.zeros(0)]).astype(np.float32)


@given(runs)
def test_stretches_are_in_order_and_apart(plan: list[tuple[bool, int]]) -> None:
    probability = probabilities(plan)
    found = stretches(probability)
    assert all(0 <= one.first < one.last <= len(probability) for one in found)
    assert all(after.first - before.last >= SHORTEST_PAUSE for before, after in pairwise(found))


@given(runs)
def test_chunks_hold_all_speech_once_in_order_and_none_is_too_long(plan: list[tuple[bool, int]]) -> None:
    probability = probabilities(plan)
    found = stretches(probability)
    cores = cut(found, probability)
    held = [frame for core in cores for part in core.speech for frame in range(part.first, part.last)]
    assert held == [frame for one in found for frame in range(one.first, one.last)]
    assert all(core.last - core.first <= LONGEST_CHUNK for core in cores)
    assert all(before.last <= after.first for before, after in pairwise(cores))


@given(runs)
def test_no_chunk_reaches_over_a_long_gap(plan: list[tuple[bool, int]]) -> None:
    probability = probabilities(plan)
    for core in cut(stretches(probability), probability):
        assert all(after.first - before.last <= LONGEST_GAP for before, after in pairwise(core.speech))


def test_a_cut_falls_into_the_longest_pause() -> None:
    said = [Speech(0, 500), Speech(540, 700), Speech(710, 860), Speech(880, 1200)]
    assert [core.last for core in cut(said, np.ones(1200, np.float32))] == [500, 1200]


def test_endless_speech_is_cut_where_it_is_least_likely() -> None:
    probability = np.ones(1500, dtype=np.float32)
    probability[600] = 0.2
    assert [core.first for core in cut([Speech(0, 1500)], probability)][1] == 600


def reading(sound: Samples) -> tuple[list[int], Probabilities]:
    """How many frames were read at once, and the probability of speech in each frame."""
    read: list[int] = []

    def read_frames(first: int, frames: int) -> Samples:
        read.append(frames)
        piece = sound[first * FRAME : (first + frames) * FRAME]
        return np.pad(piece, (0, frames * FRAME - len(piece)))

    return read, speech_probability(read_frames, len(sound) // FRAME)


def test_speech_is_found_and_silence_is_not() -> None:
    _, probability = reading(joined(silence(4), kennedy(), silence(4)))
    found = stretches(probability)
    assert 3.8 < found[0].first * FRAME / RATE < 4.6
    assert 14.0 < found[-1].last * FRAME / RATE < 15.5


def test_a_long_recording_is_listened_to_in_windows_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = joined(silence(1), kennedy(), silence(2), kennedy(), silence(1))
    _, whole = reading(sound)
    monkeypatch.setattr(speech, "WINDOW", 250)
    read, windowed = reading(sound)
    assert max(read) <= 250 + speech.WARM_UP + 1
    one, other = stretches(whole), stretches(windowed)
    assert abs(sum(part.frames for part in one) - sum(part.frames for part in other)) < 10
    assert abs(one[0].first - other[0].first) <= 2
    assert abs(one[-1].last - other[-1].last) <= 2


def test_noise_and_tones_are_no_speech() -> None:
    at = np.arange(20 * RATE) / RATE
    ringing = 0.1 * (np.sin(2 * np.pi * 440 * at) + np.sin(2 * np.pi * 480 * at)) * (at % 6 < 2)
    hiss = np.random.default_rng(1).standard_normal(20 * RATE) * 0.02
    for sound in (ringing, hiss):
        assert stretches(reading(sound.astype(np.float32))[1]) == []

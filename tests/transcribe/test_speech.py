"""Finding speech in sound."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.transcribe.listening.crosstalk import FRAME
from interview_tui.transcribe.listening.sound import RATE, Samples
from interview_tui.transcribe.listening.speech import (
    DIP_EVERY,
    SHORTEST_PAUSE,
    SHORTEST_SPEECH,
    Probabilities,
    dips,
    speech_probability,
    stretches,
    without_rumble,
)
from tests.transcribe.making import joined, kennedy, silence

runs = st.lists(st.tuples(st.booleans(), st.integers(1, 1500)), max_size=40)


def probabilities(plan: list[tuple[bool, int]]) -> Probabilities:
    """Runs of speech and of none, with some chance in them."""
    chance = np.random.default_rng(len(plan))
    parts = [chance.uniform(0.6, 1.0, length) if loud else chance.uniform(0.0, 0.05, length) for loud, length in plan]
    return np.concatenate([*parts, np.zeros(0)]).astype(np.float32)


@given(runs)
def test_stretches_are_in_order_apart_and_not_too_short(plan: list[tuple[bool, int]]) -> None:
    probability = probabilities(plan)
    found = stretches(probability)
    assert all(first >= 0 and first + SHORTEST_SPEECH <= last <= len(probability) for first, last in found)
    assert all(after[0] - before[1] >= SHORTEST_PAUSE for before, after in pairwise(found))


@given(runs)
def test_all_loud_runs_but_the_shortest_are_speech(plan: list[tuple[bool, int]]) -> None:
    probability = probabilities(plan)
    held = {frame for first, last in stretches(probability) for frame in range(first, last)}
    at = 0
    for loud, length in plan:
        if loud and length >= SHORTEST_SPEECH:
            assert held.issuperset(range(at, at + length))
        at += length


def test_a_long_stretch_may_be_cut_where_speech_is_least_likely() -> None:
    probability = np.ones(300, dtype=np.float32)
    probability[[30, 100, 250]] = 0.2
    assert dips(probability, (10, 10 + 4 * DIP_EVERY)) == [30, 100, 10 + 2 * DIP_EVERY, 250]


def heard(sound: Samples, muted_from_s: float = 1e9) -> Probabilities:
    """The probability of speech in each frame of a sound that is muted from there on."""
    whole = sound[: len(sound) // FRAME * FRAME]
    open_frames = np.arange(len(whole) // FRAME) < muted_from_s * RATE / FRAME
    return speech_probability(whole, open_frames, -20.0)


def test_speech_is_found_and_silence_is_not() -> None:
    found = stretches(heard(joined(silence(4), kennedy(), silence(4))))
    assert 3.8 < found[0][0] * FRAME / RATE < 4.6
    assert 14.0 < found[-1][1] * FRAME / RATE < 15.5


def test_what_is_muted_holds_no_speech_and_what_is_not_is_found_as_without() -> None:
    sound = joined(kennedy(), silence(3), kennedy())
    everything, half = stretches(heard(sound)), stretches(heard(sound, muted_from_s=12.5))
    assert half == [(first, last) for first, last in everything if last < 12.5 * RATE / FRAME]
    assert not heard(sound, muted_from_s=0.0).any()


def test_noise_and_tones_are_no_speech() -> None:
    at = np.arange(20 * RATE) / RATE
    ringing = 0.1 * (np.sin(2 * np.pi * 440 * at) + np.sin(2 * np.pi * 480 * at)) * (at % 6 < 2)
    hiss = np.random.default_rng(1).standard_normal(20 * RATE) * 0.02
    beeps = 0.2 * np.sin(2 * np.pi * 1000 * at) * (at % 1 < 0.3)
    for sound in (ringing, hiss, beeps):
        assert stretches(heard(sound.astype(np.float32))) == []


def test_rumble_is_taken_out_and_a_voice_is_not() -> None:
    seconds = np.arange(2 * RATE) / RATE
    low, voice = (np.sin(2 * np.pi * hertz * seconds).astype(np.float32) for hertz in (30, 200))
    assert np.abs(without_rumble(low)).max() < 0.05
    assert np.abs(without_rumble(low + voice) - voice).max() < 0.05
    assert without_rumble(low).dtype == np.float32


def test_a_quiet_voice_is_found_as_a_loud_one_is() -> None:
    sound = kennedy()[: 11 * RATE // FRAME * FRAME]
    open_frames = np.ones(len(sound) // FRAME, dtype=bool)
    loud, quiet = (
        speech_probability(sound * np.float32(10 ** (-(by + 16) / 20)), open_frames, -36.0 - by) for by in (0, 18)
    )
    assert np.abs(loud - quiet).max() < 0.01

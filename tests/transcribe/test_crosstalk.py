"""Two channels: which of them is somebody's own, moment by moment."""

import numpy as np
import pytest

from interview_tui.transcribe.listening.crosstalk import (
    FRAME,
    Frames,
    Levels,
    leak_db,
    loudness,
    measured,
    muted,
    own_frames,
    same_sound,
    usual_loudness,
)
from interview_tui.transcribe.listening.sound import RATE, Samples
from tests.transcribe.making import babble, joined, silence


def heard_by_both(left: Samples, right: Samples, leak: float) -> tuple[Samples, Samples]:
    """Two voices as two microphones hear them, with a little noise of their own."""
    gain = 10 ** (leak / 20)
    chance = np.random.default_rng(3)
    noise = [chance.standard_normal(len(left)).astype(np.float32) * np.float32(1e-3) for _ in range(2)]
    return (left + gain * right + noise[0]).astype(np.float32), (right + gain * left + noise[1]).astype(np.float32)


def gates(left: Samples, right: Samples) -> tuple[Frames, Frames]:
    one, other = loudness(left), loudness(right)
    told = [measured(one, other, [])]
    return own_frames(one, other, leak_db(told, 0)), own_frames(other, one, leak_db(told, 1))


def told_by(*pairs: tuple[Samples, Samples]) -> list[Levels]:
    """What blocks with these two sounds tell, one after the other."""
    told: list[Levels] = []
    for one, other in pairs:
        told.append(measured(loudness(one), loudness(other), told))
    return told


def share(open_frames: Frames, start_s: float, end_s: float) -> float:
    return float(open_frames[int(start_s * RATE / FRAME) : int(end_s * RATE / FRAME)].mean())


@pytest.mark.parametrize("leak", [-12.0, -20.0, -30.0])
def test_the_others_voice_is_muted_and_ones_own_is_not(leak: float) -> None:
    left = joined(babble(10), silence(10))
    right = joined(silence(10), babble(10))
    left_gate, right_gate = gates(*heard_by_both(left, right, leak))
    assert share(left_gate, 0.2, 9.8) > 0.97
    assert share(left_gate, 10.5, 19.5) < 0.15
    assert share(right_gate, 10.2, 19.8) > 0.97
    assert share(right_gate, 0.5, 9.5) < 0.15


def test_when_both_speak_at_once_both_are_heard() -> None:
    left = joined(babble(10), silence(6), babble(4))
    right = joined(silence(8), babble(12))
    left_gate, right_gate = gates(*heard_by_both(left, right, -20.0))
    assert share(left_gate, 16.2, 19.8) > 0.9
    assert share(right_gate, 16.2, 19.8) > 0.9


def test_a_voice_much_softer_than_the_other_is_kept() -> None:
    left = joined(babble(10, -15.0), silence(10))
    right = joined(silence(10), babble(10, -38.0))
    _, right_gate = gates(*heard_by_both(left, right, -40.0))
    assert share(right_gate, 10.2, 19.8) > 0.9


def test_one_microphone_recorded_in_stereo_is_one_sound() -> None:
    voice = joined(babble(10), silence(3), babble(2))
    assert same_sound(told_by(heard_by_both(voice, voice, -100.0)))
    assert not same_sound(told_by((voice, joined(silence(10), babble(5)))))


def test_silence_on_both_channels_is_no_same_sound_and_has_the_usual_leak() -> None:
    told = told_by((silence(5), silence(5)))
    assert not same_sound(told)
    assert leak_db(told, 0) == leak_db(told, 1) == -20.0


def test_noise_before_anybody_speaks_says_nothing_of_the_channels() -> None:
    quiet = heard_by_both(silence(60), silence(60), -20.0)
    talk = heard_by_both(joined(babble(6), silence(6)), joined(silence(6), babble(6)), -14.0)
    told = told_by(*[quiet] * 5, talk)
    assert not same_sound(told)
    assert leak_db(told, 0) == leak_db(told, 1) == pytest.approx(-14.0, abs=1.0)


def test_the_leak_is_the_one_of_most_blocks() -> None:
    usual = heard_by_both(joined(babble(6), silence(6)), joined(silence(6), babble(6)), -20.0)
    both_at_once = heard_by_both(babble(12), babble(12), -20.0)
    told = told_by(usual, both_at_once, usual)
    assert leak_db(told, 0) == pytest.approx(-20.0, abs=1.0)


def test_one_who_only_listens_for_a_block_leaks_nothing_that_counts() -> None:
    told = told_by(heard_by_both(babble(12), silence(12), -20.0))
    assert leak_db(told, 1) == pytest.approx(-20.0, abs=1.0)
    assert told[0].leaks[0] is None
    assert leak_db(told, 0) == -20.0


def test_a_loud_bang_does_not_make_speech_seem_quiet() -> None:
    assert usual_loudness([-60.0, -2.0, -22.0, -20.0, -21.0, -70.0]) == pytest.approx(-20.5)


def test_closed_frames_are_silent_and_open_ones_untouched() -> None:
    sound = babble(1)
    open_frames = np.zeros(-(-len(sound) // FRAME), dtype=bool)
    open_frames[10:20] = True
    heard = muted(sound, open_frames)
    assert not heard[: 8 * FRAME].any()
    assert np.array_equal(heard[11 * FRAME : 19 * FRAME], sound[11 * FRAME : 19 * FRAME])

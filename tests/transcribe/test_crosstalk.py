"""Two channels: which of them is somebody's own, moment by moment."""

import numpy as np
import pytest

from interview_tui.transcribe.crosstalk import FRAME, Frames, leak_db, loudness, muted, own_frames, same_sound
from interview_tui.transcribe.sound import RATE, Samples
from tests.transcribe.making import babble, joined, silence


def heard_by_both(left: Samples, right: Samples, leak: float) -> tuple[Samples, Samples]:
    """Two voices as two microphones hear them, with a little noise of their own."""
    gain = 10 ** (leak / 20)
    chance = np.random.default_rng(3)
    noise = [chance.standard_normal(len(left)).astype(np.float32) * np.float32(1e-3) for _ in range(2)]
    return (left + gain * right + noise[0]).astype(np.float32), (right + gain * left + noise[1]).astype(np.float32)


def gates(left: Samples, right: Samples) -> tuple[Frames, Frames]:
    one, other = loudness(left), loudness(right)
    return own_frames(one, other, leak_db(one, other)), own_frames(other, one, leak_db(other, one))


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
    one, other = heard_by_both(voice, voice, -100.0)
    assert same_sound(loudness(one), loudness(other))
    assert not same_sound(loudness(one), loudness(joined(silence(10), babble(5))))


def test_silence_on_both_channels_is_no_same_sound_and_has_the_usual_leak() -> None:
    nothing = loudness(silence(5))
    assert not same_sound(nothing, nothing)
    assert leak_db(nothing, nothing) == -20.0


def test_closed_frames_are_silent_and_open_ones_untouched() -> None:
    sound = babble(1)
    open_frames = np.zeros(-(-len(sound) // FRAME), dtype=bool)
    open_frames[10:20] = True
    heard = muted(sound, open_frames)
    assert not heard[: 8 * FRAME].any()
    assert np.array_equal(heard[11 * FRAME : 19 * FRAME], sound[11 * FRAME : 19 * FRAME])

"""Speech is told from silence by level alone, on a real telephone call as well."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import soundfile

from interview_tui.audio.levels import LevelMeter
from interview_tui.tui.hearing import Ear
from interview_tui.tui.watching import Kind
from tests.tui.listening import LOOK_MS, NOISE, TALK, Call, Levels


@pytest.fixture(scope="module")
def telephone(bench) -> Callable[[float], Levels]:
    """The levels of the first minutes of a real call, as the recorder shows them; louder or quieter, if asked for."""
    samples, rate = soundfile.read(
        bench / "calls" / "dev" / "02_mentee" / "audio.flac", dtype="int16", always_2d=True, stop=16_000 * 360
    )

    def levels(gain_db: float) -> Levels:
        louder = np.clip(samples * 10 ** (gain_db / 20), -32768, 32767).astype("<i2")
        meter, block, found = LevelMeter(2), rate // 20, []
        for start in range(0, len(louder) - block, block):
            meter.hear(louder[start : start + block].tobytes())
            if start // block % 4 == 0:
                found.append(meter.level_db)
        return found

    return levels


def test_a_telephone_call_is_not_warned_of_and_a_pause_in_it_is_found(telephone: Callable[[float], Levels]):
    heard, call = telephone(0), Call()
    call.hears(heard)
    assert call.seen == set()
    pause = [min(heard, key=max)] * (25_000 // LOOK_MS)
    call.hears(pause)
    assert call.seen == {Kind.SILENCE}


def test_a_telephone_call_that_is_much_too_loud_is_told(telephone: Callable[[float], Levels]):
    call = Call()
    call.hears(telephone(15))
    assert call.seen == {Kind.CLIPPING}


def test_an_ear_that_has_heard_only_noise_calls_nothing_speech():
    ear = Ear()
    for _ in range(200):
        ear.hear(-50.0, LOOK_MS)
        ear.hear(-46.0, LOOK_MS)
    assert not ear.speaks
    assert ear.spoke_ms == 0


def test_an_ear_hears_who_says_a_word_once_in_a_while():
    ear = Ear()
    for level_db in (*NOISE * 75, *TALK[:4], -20.0):
        ear.hear(level_db, LOOK_MS)
    assert ear.speaks

"""Marks without a scratch recording: the sync tone is found to a hundredth of a millisecond, a clap comes first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.audio import compressed
from interview_tui.audio.aligning import marks
from tests.audio.other_recorder import CODECS, TALK_RATE, OtherRecorder, Sound, encode, speech_like

TALK = speech_like(40, seed=5)


def _played(*at_s: float, loudness_db: float = 0.0) -> Sound:
    """The talk with the sync tone over it at these times, so loud beside the talk."""
    talk, tone = TALK.copy(), marks.chirp_samples(TALK_RATE)
    gain = 10 ** (loudness_db / 20) * float(np.sqrt((talk**2).mean() / (tone**2).mean()))
    for start_s in at_s:
        first = round(start_s * TALK_RATE)
        talk[first : first + len(tone)] += np.float32(gain) * tone
    return talk


@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("loudness_db", [10, -10])
def test_the_tone_is_found_after_every_codec(tmp_path: Path, name: str, loudness_db: float):
    recorder = OtherRecorder(CODECS[name], snr_db=20)
    sound = compressed.resample(_played(12.3, loudness_db=loudness_db), TALK_RATE, recorder.codec.rate)
    path = tmp_path / f"talk.{recorder.codec.suffix}"
    encode(path, sound, recorder.codec)
    found = marks.find_sync_tone(path)
    assert found is not None
    assert found.frame * 1000 / recorder.codec.rate - recorder.codec_delay_ms(tmp_path) == pytest.approx(
        12_300, abs=0.05
    )


@settings(max_examples=15, deadline=None)
@given(at=st.integers(0, 30 * TALK_RATE), rate=st.sampled_from([8_000, 16_000, 44_100, 48_000]))
def test_the_tone_is_where_it_was_played(tmp_path_factory: pytest.TempPathFactory, at: int, rate: int):
    path = tmp_path_factory.mktemp("tone") / "talk.wav"
    sound = compressed.resample(_played(at / TALK_RATE), TALK_RATE, rate)
    soundfile.write(path, sound / max(1.0, np.abs(sound).max()), rate, subtype="FLOAT")
    found = marks.find_sync_tone(path)
    assert found is not None
    assert abs(found.frame / rate - at / TALK_RATE) < 1e-5


def test_a_tone_in_a_later_minute_and_a_second_one_are_both_found(tmp_path: Path):
    sound = np.concatenate([_played(3.0), TALK, _played(20.0)])
    soundfile.write(tmp_path / "talk.wav", sound / np.abs(sound).max(), TALK_RATE)
    first, second = marks.find_sync_tones(tmp_path / "talk.wav")
    assert (first.frame / TALK_RATE, second.frame / TALK_RATE) == pytest.approx((3.0, 100.0), abs=1e-5)
    only = marks.find_sync_tone(tmp_path / "talk.wav", 60 * TALK_RATE)
    assert only is not None
    assert only.frame == pytest.approx(100 * TALK_RATE, abs=0.1)


def test_the_tone_stands_three_times_above_everything_else(tmp_path: Path):
    soundfile.write(tmp_path / "talk.wav", _played(10.0, loudness_db=-10) / 4, TALK_RATE)
    found = marks.find_sync_tone(tmp_path / "talk.wav")
    assert found is not None
    assert found.clearness > 2.9


@pytest.mark.parametrize("sound", [TALK, np.zeros(80_000, np.float32), np.zeros(100, np.float32)])
def test_where_no_tone_was_played_none_is_found(tmp_path: Path, sound: Sound):
    soundfile.write(tmp_path / "talk.wav", sound, TALK_RATE)
    assert marks.find_sync_tone(tmp_path / "talk.wav") is None


def test_a_clap_is_the_sharpest_onset(tmp_path: Path):
    chance = np.random.default_rng(1)
    talk, at = TALK * np.float32(0.3), round(17.25 * TALK_RATE)
    talk[at - TALK_RATE // 2 : at] *= np.float32(0.02)
    fade = np.exp(-np.arange(TALK_RATE // 10) / (0.01 * TALK_RATE))
    talk[at : at + len(fade)] += (0.9 * chance.normal(0, 0.3, len(fade)) * fade).astype(np.float32)
    soundfile.write(tmp_path / "talk.wav", np.clip(talk, -1, 1), TALK_RATE)
    onsets = marks.sharp_onsets(tmp_path / "talk.wav", 2 * TALK_RATE, 30 * TALK_RATE)
    assert abs(onsets[0].frame - at) < 0.002 * TALK_RATE
    assert len(onsets) == 5
    assert [onset.sharpness_db for onset in onsets] == sorted((each.sharpness_db for each in onsets), reverse=True)
    frames = sorted(onset.frame for onset in onsets)
    assert min(np.diff(frames)) > 0.17 * TALK_RATE
    assert all(2 * TALK_RATE <= frame < 32 * TALK_RATE for frame in frames)


def test_in_silence_there_is_no_onset(tmp_path: Path):
    soundfile.write(tmp_path / "still.wav", np.zeros(TALK_RATE * 5), TALK_RATE)
    assert marks.sharp_onsets(tmp_path / "still.wav", 0, TALK_RATE * 5) == ()

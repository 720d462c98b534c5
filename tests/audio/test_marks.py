"""Marks without a scratch recording: of all sharp sounds a clap comes first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from interview_tui.audio.aligning import marks
from tests.audio.other_recorder import TALK_RATE, speech_like

TALK = speech_like(40, seed=5)


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

"""The sound of passages laid end to end, and of a take of them, without a device."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui.audio.playing.reel import Passage, Reel, Samples
from interview_tui.audio.playing.take import Take
from interview_tui.audio.playing.tempo import AHEAD_S, Tempo
from interview_tui.errors import AudioError
from tests.audio.signals import RATE, counter, until, write_counter


def passage(path: Path, first: int, frames: int, start_ms: int = 0, rate: int = RATE) -> Passage:
    return Passage(path, first, frames, rate, start_ms, float(rate))


def sound_of(reel: Reel, frame: int = 0, channels: int = 2) -> Samples:
    return np.concatenate([np.zeros((0, channels), np.float32), *reel.blocks(frame, channels)])


def taken(take: Take) -> Samples:
    """All that a take hands over."""
    blocks: list[Samples] = []

    def over() -> bool:
        while (block := take.hand(1_000)) is not None:
            blocks.append(block)
        return take.over

    until(over, "the end of the take")
    return np.concatenate(blocks)


def test_the_passages_follow_each_other_sample_for_sample_from_any_frame_on(tmp_path: Path):
    path = write_counter(tmp_path / "a.wav", 3)
    reel = Reel([passage(path, 1_000, 50_000), passage(path, 90_000, 20_000, 60_000)], RATE)
    wanted = np.concatenate([counter(50_000, 1_000), counter(20_000, 90_000)])
    assert reel.frames == len(wanted)
    for frame in (0, 1, 49_999, 50_000, 69_999, 70_000):
        assert np.array_equal(np.round(sound_of(reel, frame) * 32_768), wanted[frame:])


def test_what_a_file_lacks_is_silence_and_the_next_keeps_its_place(tmp_path: Path):
    path = write_counter(tmp_path / "a.wav", 1)
    reel = Reel([passage(path, 0, 100_000), passage(path, 0, 1_000, 60_000)], RATE)
    sound = np.round(sound_of(reel) * 32_768)
    assert not sound[RATE:100_000].any()
    assert np.array_equal(sound[100_000:], counter(1_000))


def test_another_rate_and_width_is_brought_to_that_of_the_reel(tmp_path: Path):
    tone = (0.5 * np.sin(2 * np.pi * 500 * np.arange(16_000) / 16_000)).astype(np.float32)
    soundfile.write(tmp_path / "b.wav", tone, 16_000, subtype="FLOAT")
    reel = Reel([passage(tmp_path / "b.wav", 0, 16_000, rate=16_000)], RATE)
    sound = sound_of(reel)
    wanted = 0.5 * np.sin(2 * np.pi * 500 * np.arange(RATE) / RATE)
    assert sound.shape == (RATE, 2)
    assert np.array_equal(sound[:, 0], sound[:, 1])
    assert np.abs(sound[2_000:-2_000, 0] - wanted[2_000:-2_000]).max() < 0.01
    half = sound_of(reel, RATE // 2)
    assert np.abs(half[2_000:-2_000, 0] - wanted[RATE // 2 + 2_000 : -2_000]).max() < 0.01


def test_a_second_track_is_heard_on_the_right_where_it_was_recorded(tmp_path: Path):
    soundfile.write(tmp_path / "own.wav", np.full(RATE, 0.25), RATE)
    soundfile.write(tmp_path / "line.wav", np.full(RATE, 0.5), RATE)
    line = tuple(passage(tmp_path / "line.wav", 0, 4_800, at_ms) for at_ms in (1_100, 1_500))
    own = Passage(tmp_path / "own.wav", 0, RATE, RATE, 1_000, float(RATE), line)
    sound = sound_of(Reel([own], RATE))
    assert np.all(sound[:, 0] == 0.25)
    there = np.flatnonzero(sound[:, 1] == 0.5)
    assert np.array_equal(there, np.concatenate([np.arange(4_800, 9_600), np.arange(24_000, 28_800)]))
    assert np.array_equal(sound_of(Reel([own], RATE), 6_000), sound[6_000:])


def test_files_that_cannot_be_read_are_found_before_anything_is_heard(tmp_path: Path):
    path = write_counter(tmp_path / "a.wav", 1)
    reel = Reel([passage(path, 0, RATE), passage(tmp_path / "gone.wav", 0, RATE)], RATE)
    with pytest.raises(AudioError, match="gone"):
        reel.check(0)


def test_a_take_at_speed_one_is_the_reel_itself_and_says_where_it_is(tmp_path: Path):
    path = write_counter(tmp_path / "a.wav", 2)
    take = Take(Reel([passage(path, 0, 2 * RATE)], RATE), 10_000, 1.0, 2)
    assert take.ready.wait(10)
    assert take.at == 10_000
    assert np.array_equal(np.round(taken(take) * 32_768), counter(2 * RATE - 10_000, 10_000))
    assert take.at == 2 * RATE


def test_a_take_whose_file_is_gone_says_so_and_is_over(tmp_path: Path):
    take = Take(Reel([passage(tmp_path / "gone.wav", 0, RATE)], RATE), 0, 1.0, 2)
    assert take.ready.wait(10)
    until(lambda: take.over, "the end")
    assert take.error is not None
    assert "gone.wav" in str(take.error)


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25, 1.5, 2.0])
def test_frame_n_of_a_stretched_sound_is_frame_n_times_the_speed_of_the_sound_and_half_a_window(speed: float):
    begins = np.arange(0.5, 9.5, 0.5)
    t = np.arange(10 * RATE) / RATE
    sound = sum(np.sin(2 * np.pi * 1_500 * t) * ((t >= at) & (t < at + 0.05)) for at in begins)
    wide = np.stack([0.5 * sound, 0.5 * sound], 1).astype(np.float32)
    tempo = Tempo(speed, RATE, 2)
    stretched = np.concatenate(
        [block for start in range(0, len(wide), 1_920) for block in tempo.feed(wide[start : start + 1_920])]
        + list(tempo.end())
    )
    loud = np.flatnonzero(np.abs(stretched[:, 0]) > 0.2)
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-RATE) > RATE // 20)]
    assert len(starts) == len(begins)
    assert np.abs(starts * speed / RATE + AHEAD_S - begins).max() < 0.020

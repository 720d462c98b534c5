"""A file of another recorder is laid where it belongs in the call, or refused; never laid wrong in silence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interview_tui.audio.aligning.align import line_up, line_up_parts
from interview_tui.audio.aligning.alignment import Piece
from interview_tui.audio.aligning.chains import Line, Match, chains, fitted
from interview_tui.audio.aligning.scratch import Scratch, ScratchClip
from interview_tui.errors import AudioError
from tests.audio.other_recorder import CODECS, TALK_RATE, OtherRecorder, Sound, hold_music, paused, speech_like

TALK = speech_like(180, seed=1)


def _recorded(path: Path, sound: Sound, start_s: float = 0.0, drift_ppm: float = 0.0) -> ScratchClip:
    """The scratch recording of a sound; `drift_ppm` only claimed, the samples are those of the sound."""
    soundfile.write(path, sound, TALK_RATE)
    return ScratchClip(path, 0, len(sound), TALK_RATE, TALK_RATE * (1 + drift_ppm / 1e6), start_s * 1000)


def _said(from_s: float, until_s: float) -> Sound:
    return TALK[round(from_s * TALK_RATE) : round(until_s * TALK_RATE)]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Three minutes of talk."""
    return Scratch([_recorded(tmp_path_factory.mktemp("call") / "call.flac", TALK)])


@pytest.mark.parametrize("name", CODECS)
def test_a_file_of_every_kind_is_laid_where_it_was_recorded(tmp_path: Path, scratch: Scratch, name: str):
    recorder = OtherRecorder(CODECS[name], drift_ppm=80)
    found = line_up(scratch, recorder.writes(tmp_path / "other", _said(20, 170)))
    assert found.accepted, found.verdict
    (piece,) = found.pieces
    assert piece.drift_ppm == pytest.approx(80, abs=1)
    delay_ms = recorder.codec_delay_ms(tmp_path)
    for inside_ms in (2_000, 75_000, 148_000):
        frame = round((inside_ms + delay_ms) / 1000 * piece.rate * (1 + 80e-6))
        assert piece.ms_at(frame) == pytest.approx(20_000 + inside_ms, abs=0.1)
    assert (piece.first_frame, piece.frames) == (0, found.frames)
    assert piece.windows_used == piece.windows == 25
    assert piece.residual_ms < 0.1
    assert "25 of 25" in found.verdict


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start_ms=st.integers(0, 110_000))
def test_the_offset_found_moves_with_the_offset_given(
    tmp_path_factory: pytest.TempPathFactory, scratch: Scratch, start_ms: int
):
    path = OtherRecorder().writes(tmp_path_factory.mktemp("other") / "x", _said(start_ms / 1000, start_ms / 1000 + 70))
    found = line_up(scratch, path)
    assert found.accepted, found.verdict
    assert found.start_ms == pytest.approx(start_ms, abs=0.05)


def test_a_file_may_begin_before_the_call_and_end_after_it(tmp_path: Path, scratch: Scratch):
    around = np.concatenate([speech_like(45, seed=8), TALK, speech_like(30, seed=9)])
    found = line_up(scratch, OtherRecorder(drift_ppm=-40).writes(tmp_path / "long", around))
    assert found.accepted, found.verdict
    (piece,) = found.pieces
    assert piece.start_ms == pytest.approx(-45_000, abs=0.5)
    assert piece.ms_at(piece.frame_at(90_000)) == pytest.approx(90_000, abs=0.1)
    assert piece.windows <= 31  # nothing is expected of what lies outside the call


def test_a_recorder_that_was_paused_gives_two_pieces(tmp_path: Path, scratch: Scratch):
    recorder = OtherRecorder(CODECS["mp3 64k"], drift_ppm=-70)
    found = line_up(scratch, recorder.writes(tmp_path / "paused", paused(TALK, at_s=70, for_s=40)))
    assert found.accepted, found.verdict
    before, after = found.pieces
    assert (before.first_frame, before.end_frame, after.end_frame) == (0, after.first_frame, found.frames)
    assert after.first_frame / found.rate == pytest.approx(70, abs=0.15)
    assert before.start_ms == pytest.approx(0, abs=0.1)
    assert after.ms_at(after.end_frame) == pytest.approx(180_000, abs=0.3)
    assert before.sure_end <= after.first_frame <= after.sure_first
    assert (after.sure_first - before.sure_end) / found.rate < 3


def test_a_pause_off_the_record_is_found_though_the_call_has_a_gap_there(tmp_path: Path):
    """Where in the gap the recorder was paused cannot be known, so all of it counts as off the record."""
    clips = [_recorded(tmp_path / "a.wav", _said(0, 80)), _recorded(tmp_path / "b.wav", _said(120, 180), start_s=120)]
    found = line_up(Scratch(clips), OtherRecorder().writes(tmp_path / "paused", paused(TALK, at_s=90, for_s=20)))
    assert found.accepted, found.verdict
    assert len(found.pieces) == 2
    before, after = found.pieces
    assert before.sure_end <= 80.001 * found.rate
    assert after.sure_first >= 99.999 * found.rate
    assert (after.sure_first - before.sure_end) / found.rate < 22.5


def test_a_gap_in_the_call_is_no_silence_to_be_matched(tmp_path: Path):
    clips = [_recorded(tmp_path / "a.wav", _said(0, 70)), _recorded(tmp_path / "b.wav", _said(115, 180), start_s=115)]
    found = line_up(Scratch(clips), OtherRecorder(drift_ppm=60).writes(tmp_path / "whole", TALK))
    assert found.accepted, found.verdict
    (piece,) = found.pieces
    assert piece.start_ms == pytest.approx(0, abs=0.1)
    assert piece.windows == piece.windows_used < 25


def test_the_call_clock_counts_not_the_clock_of_the_laptops_device(tmp_path: Path):
    """The laptop's device runs fast by 50 ppm: the same samples took less time on the call clock."""
    clip = _recorded(tmp_path / "call.wav", TALK, start_s=1000, drift_ppm=50)
    found = line_up(Scratch([clip]), OtherRecorder().writes(tmp_path / "other", TALK))
    assert found.accepted, found.verdict
    assert found.start_ms == pytest.approx(1_000_000, abs=0.05)
    assert found.end_ms == pytest.approx(1_000_000 + 180_000 / (1 + 50e-6), abs=0.1)


def test_the_call_may_lie_in_many_short_segments_of_two_channels(tmp_path: Path):
    clips = []
    for number in range(9):
        part = _said(20 * number, 20 * number + 20)
        clips.append(_recorded(tmp_path / f"{number}.wav", part, 20 * number))
        soundfile.write(tmp_path / f"{number}.wav", np.stack([part, 0.1 * part], axis=1), TALK_RATE)
    found = line_up(Scratch(reversed(clips)), OtherRecorder().writes(tmp_path / "other", _said(30, 150)))
    assert found.accepted, found.verdict
    assert found.start_ms == pytest.approx(30_000, abs=0.05)
    assert found.confidence.share == 1


def test_parts_are_laid_each_by_itself_and_must_follow_one_another(tmp_path: Path, scratch: Scratch):
    first = OtherRecorder().writes(tmp_path / "first", _said(5, 80))
    second = OtherRecorder(seed=2).writes(tmp_path / "second", _said(82, 170))
    overlapping = OtherRecorder(seed=3).writes(tmp_path / "overlapping", _said(60, 150))
    right = line_up_parts(scratch, [first, second])
    assert right.accepted, right.verdict
    assert [part.start_ms for part in right.parts] == pytest.approx([5_000, 82_000], abs=0.05)
    wrong = line_up_parts(scratch, [second, first])
    assert not wrong.accepted
    assert "first.wav was recorded before second.wav" in wrong.verdict
    twice = line_up_parts(scratch, [first, overlapping])
    assert not twice.accepted
    assert "20.0 s before first.wav ends" in twice.verdict


def test_a_part_of_which_little_lies_in_the_call_leans_on_the_one_it_goes_on_in(tmp_path: Path, scratch: Scratch):
    """A recorder that was switched on long before the call, and began its second file in the middle of it."""
    before = speech_like(200, seed=77)
    first = OtherRecorder().writes(tmp_path / "first", np.concatenate([before, _said(0, 60)]))
    second = OtherRecorder(seed=2).writes(tmp_path / "second", _said(62, 180))
    later = OtherRecorder(seed=2).writes(tmp_path / "later", _said(68, 180))
    alone = line_up(scratch, first)
    assert (alone.accepted, alone.scant) == (False, True)
    assert "too little to be certain" in alone.verdict
    together = line_up_parts(scratch, [first, second])
    assert together.accepted, together.verdict
    assert together.parts[0].start_ms == pytest.approx(-200_000, abs=1)
    assert not line_up_parts(scratch, [first, later]).accepted


@pytest.mark.parametrize("seed", range(4))
def test_a_recording_of_another_talk_is_refused(tmp_path: Path, scratch: Scratch, seed: int):
    found = line_up(scratch, OtherRecorder(seed=seed).writes(tmp_path / "other", speech_like(150, seed=50 + seed)))
    assert not found.accepted
    assert "other.wav" in found.verdict


@pytest.mark.parametrize("first", [True, False])
def test_the_same_hold_music_does_not_make_it_the_same_call(tmp_path: Path, first: bool):
    call = _recorded(tmp_path / "call.flac", np.concatenate([hold_music(60), TALK]))
    other, music = speech_like(150, seed=60), hold_music(60)
    heard = OtherRecorder().writes(tmp_path / "other", np.concatenate([music, other] if first else [other, music]))
    found = line_up(Scratch([call]), heard)
    assert not found.accepted
    assert found.pieces, "the music is the same, so there is a guess to begin from by hand"


def test_a_file_that_holds_something_else_for_long_is_refused(tmp_path: Path):
    """Most windows agree, yet for two minutes both have sound and not the same: somebody has to listen."""
    talk = np.concatenate([TALK, TALK[::-1]])
    call = _recorded(tmp_path / "call.flac", np.concatenate([talk, speech_like(120, seed=70)]))
    found = line_up(Scratch([call]), OtherRecorder().writes(tmp_path / "x", np.concatenate([talk, hold_music(120)])))
    assert found.confidence.share > 0.7
    assert not found.accepted
    assert "on end" in found.verdict


def test_a_few_seconds_are_too_little(tmp_path: Path, scratch: Scratch):
    found = line_up(scratch, OtherRecorder().writes(tmp_path / "short", _said(10, 22)))
    assert (found.accepted, found.pieces) == (False, ())
    assert found.verdict == "short.wav lasts 12 s; less than 30 s cannot be lined up for certain."


def test_silence_is_refused_with_a_sentence(tmp_path: Path, scratch: Scratch):
    soundfile.write(tmp_path / "still.wav", np.zeros(60 * TALK_RATE), TALK_RATE)
    found = line_up(scratch, tmp_path / "still.wav")
    assert not found.accepted
    assert found.verdict == "Nothing can be heard in still.wav."


def test_without_a_recording_of_the_call_there_is_nothing_to_lay_it_beside(tmp_path: Path):
    found = line_up(Scratch([]), OtherRecorder().writes(tmp_path / "other", _said(0, 60)))
    assert not found.accepted
    assert "Nothing of this call was recorded" in found.verdict


def test_what_is_no_audio_file_is_an_error_with_its_name(tmp_path: Path, scratch: Scratch):
    (tmp_path / "notes.mp3").write_text("no sound")
    with pytest.raises(AudioError, match=r"notes\.mp3"):
        line_up(scratch, tmp_path / "notes.mp3")


def _piece(first_frame: int, frames: int, start_ms: float, drift_ppm: float, unsure: int) -> Piece:
    sure = first_frame + min(unsure, frames // 2), first_frame + frames - min(unsure, frames // 2)
    return Piece(first_frame, frames, 1000, start_ms, drift_ppm, 0.0, 0.0, 1, 1, *sure)


@given(
    start_ms=st.floats(-1e6, 1e6),
    drift_ppm=st.floats(-300, 300),
    frames=st.integers(1, 4_000_000),
    part=st.floats(0, 1),
)
def test_a_frame_and_its_time_are_each_others_inverse(start_ms: float, drift_ppm: float, frames: int, part: float):
    piece = _piece(70, frames, start_ms, drift_ppm, 0)
    frame = 70 + round(part * frames)
    assert piece.frame_at(piece.ms_at(frame)) == frame
    assert piece.frame_at(start_ms - 5) == 70
    assert piece.frame_at(piece.end_ms + 5) == piece.end_frame


@given(offset_s=st.floats(-3000, 3000), slope=st.floats(-3e-4, 3e-4), count=st.integers(10, 60))
def test_a_line_is_found_through_what_lies_off_it(offset_s: float, slope: float, count: int):
    line = Line(offset_s, slope)
    matches = [Match(10.0 * n, line.call_s(10.0 * n) + (0.2 if n % 5 == 1 else 0), 9.0) for n in range(count)]
    found = fitted(matches, 0.01)
    assert found.slope == pytest.approx(slope, abs=1e-6)
    assert found.offset_s == pytest.approx(offset_s, abs=1e-3)


@given(pause_s=st.floats(0.5, 100), strays=st.lists(st.tuples(st.integers(0, 39), st.floats(-500, 500)), max_size=8))
def test_matches_become_two_chains_where_the_recorder_was_paused(pause_s: float, strays: Sequence[tuple[int, float]]):
    true = [Match(6.0 * n, 6.0 * n + 100 + (pause_s if n >= 20 else 0), 20.0) for n in range(40)]
    stray = [Match(6.0 * n, 6.0 * n + 100 + off, 4.0) for n, off in strays]
    found = [match for chain in chains([*true, *stray], 0.01, 15.0) for match in chain if match.weight == 20.0]
    assert found == true


def test_a_recorder_never_goes_back_in_time():
    """What would lie earlier in the call than what went before in the file is no piece of it."""
    ahead = [Match(6.0 * n, 6.0 * n + 500, 20.0) for n in range(10)]
    back = [Match(6.0 * n, 6.0 * n + 100, 20.0) for n in range(10, 15)]
    assert chains([*ahead, *back], 0.01, 15.0) == [ahead]

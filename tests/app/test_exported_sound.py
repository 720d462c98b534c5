"""The audio that goes with exports: every moment is heard where it is said to lie, and nothing else is heard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from interview_tui import packing
from interview_tui.audio import files
from interview_tui.errors import AudioError
from interview_tui.export.naming import AUDIO
from interview_tui.export.options import Recording
from interview_tui.exported_sound import ExportedSound
from interview_tui.interview.attached import BY_RECORDING
from interview_tui.interview.attaching import Lined
from interview_tui.interview.events import Stretch
from interview_tui.interview.sound import AttachedPiece, AudioPart
from interview_tui.interview.withholding import Proposal
from interview_tui.record.export_ports import Choice, Sound, Target
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import LAID_RATE, Laid, lay
from tests.audio.signals import Pcm

SPAN_S = 12
DRIFT_PPM = 8_000.0  # within a span, 96 ms: nobody's clock is so bad, but hours of one that is a little so add up
SECOND_MS = 20_000
WITHHELD = Stretch(4_500, 7_500)
BEEP_MS = 20
NEAR_MS = 6  # AAC spreads what is sudden


def beeps(start_ms: int, true_rate: float, seconds: float = SPAN_S) -> Pcm:
    """A beep at every second of the call clock, its pitch telling which."""
    sound = np.zeros((round(seconds * true_rate), 1))
    for second in range(-(-start_ms // 1000), start_ms // 1000 + int(seconds)):
        at = round((second * 1000 - start_ms) * true_rate / 1000)
        length = np.arange(min(BEEP_MS * LAID_RATE // 1000, len(sound) - at))
        sound[at : at + len(length), 0] = 20_000 * np.sin(2 * np.pi * (500 + 50 * second) * length / LAID_RATE)
    return sound.astype(np.int16)


def heard_at(recording: Recording, second: int) -> float:
    """How many ms from where a second of the call clock is said to lie its beep begins; an error if it is not there."""
    rate, _ = files.shape(recording.file)
    found = files.read_frames(recording.file, 0, 100 * rate)[:, 0]
    first = recording.audio_ms(second * 1000) * rate // 1000
    near = found[max(0, first - rate // 4) : first + rate // 4]
    begins = np.flatnonzero(np.abs(near) > 0.3)[0]
    beep = near[begins : begins + BEEP_MS * rate // 1000]
    pitch = np.abs(np.fft.rfft(beep, rate)).argmax() * rate / rate
    assert abs(pitch - (500 + 50 * second)) < 25
    return float(begins - (first - max(0, first - rate // 4))) * 1000 / rate


@pytest.fixture
def made(tmp_path: Path) -> LaidStudy:
    """An interview of two spans, the clock of the first one's device fast."""
    made = LaidStudy.make(tmp_path / "study")
    fast = LAID_RATE * (1 + DRIFT_PPM / 1e6)
    made.journal_span(lay(made.folder, 1, Laid(beeps(0, fast), 0, drift_ppm=DRIFT_PPM, segment_s=5)))
    made.journal_span(lay(made.folder, 2, Laid(beeps(SECOND_MS, LAID_RATE), SECOND_MS)))
    return made


def sound(made: LaidStudy, *, needs_one: bool = True, plays: bool = False, **choice: Any) -> ExportedSound:
    folder = made.study.exports_folder
    chosen = replace(Choice(()), **{"sound": Sound.BESIDE, **choice})
    return ExportedSound(made.study, chosen, folder, needs_one=needs_one, plays=plays)


def ended(made: LaidStudy) -> LaidStudy:
    made.end()
    packing.pack_audio(made.study, CASE)
    return made


def one(made: LaidStudy, **choice: Any) -> Recording:
    found = sound(made, **choice).recording(CASE, made.study.record(CASE))
    assert found is not None
    return found


def test_every_moment_of_a_copy_is_heard_where_it_is_said_to_lie(made: LaidStudy):
    recording = one(ended(made))
    assert recording.path.startswith(f"{AUDIO}/")
    assert recording.file.parent == made.study.exports_folder / AUDIO
    for second in (0, 1, 6, 11, 20, 21, 31):
        assert abs(heard_at(recording, second)) < NEAR_MS
    length = files.info(recording.file).length_ms
    assert recording.length_ms <= length < recording.length_ms + 1024 * 1000 / LAID_RATE
    assert recording.audio_ms(15_000) == recording.pieces[-1].offset_ms
    assert recording.audio_ms(99_000) == recording.length_ms


def test_the_stretches_of_a_packed_interview_go_on_without_a_hole(made: LaidStudy):
    """Before it is packed, a span lies in segments whose ends are rounded."""
    audio = sound(made, sound=Sound.LINKED).audio(CASE, made.study.record(CASE))
    assert [each.path.rsplit("/", 1)[1] for each in audio][:2] != [audio[0].path.rsplit("/", 1)[1]] * 2
    assert [before.end_ms for before in audio[:2]] == [after.start_ms for after in audio[1:3]]
    assert (audio[2].end_ms, audio[3].start_ms) == (SPAN_S * 1000, SECOND_MS)


def test_what_is_withheld_is_not_in_a_copy_and_what_follows_it_lies_where_it_should(made: LaidStudy):
    made.do(lambda session, now: session.withhold(Proposal("some of it", (WITHHELD,)), now), 33_000)
    recording = one(ended(made))
    for second in (0, 4, 8, 11, 20, 31):
        assert abs(heard_at(recording, second)) < NEAR_MS
    record = made.study.record(CASE)
    assert sound(made, plays=True).audio(CASE, record) == recording.pieces
    linked = sound(made, plays=True, sound=Sound.LINKED)
    assert (linked.audio(CASE, record), linked.recording(CASE, record)) == ((), None)
    [remark] = linked.remarks()
    assert f"The audio of {CASE} is left out" in remark
    for second in (5, 6, 7):
        with pytest.raises((AssertionError, IndexError)):
            heard_at(recording, second)
    assert recording.length_ms == pytest.approx(2 * SPAN_S * 1000 - 3000 + DRIFT_PPM / 1000 * 9, abs=3)


def test_a_recording_that_is_one_file_is_taken_as_it_lies_where_the_target_reads_it(tmp_path: Path):
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, Laid(beeps(0, LAID_RATE), 0)))
    ended(made)
    recording = one(made, sound=Sound.LINKED)
    assert recording.file == made.folder / "span-001.flac"
    assert recording.path == f"../recordings/{CASE}/span-001.flac"
    assert recording.length_ms == SPAN_S * 1000
    assert one(made).file.suffix == ".m4a"
    record = made.study.record(CASE)
    assert sound(made, sound=Sound.LINKED, target=Target.NVIVO).recording(CASE, record) is None
    assert len(sound(made, sound=Sound.LINKED, plays=True).audio(CASE, record)) == 1
    assert sound(made, sound=Sound.NONE).recording(CASE, made.study.record(CASE)) is None
    assert sound(made, needs_one=False).recording(CASE, made.study.record(CASE)) is None


@pytest.mark.parametrize("before_s", [0, 3])
def test_a_file_that_holds_more_than_may_be_heard_is_copied_without_it(tmp_path: Path, before_s: int):
    """Another recorder ran on after the call, or before it too."""
    made = LaidStudy.make(tmp_path / "study")
    file = made.folder / "other.flac"
    soundfile.write(file, beeps(0, LAID_RATE, 20), LAID_RATE, subtype="PCM_16")
    part = AudioPart(file.name, before_s * LAID_RATE, 10 * LAID_RATE)
    piece = AttachedPiece(1, part, LAID_RATE, 1, before_s * 1000, 0.0, 1.0, files.sha256(file))
    made.end()
    made.do(lambda session, now: session.attach(Lined("other.flac", "ab", BY_RECORDING, (piece,)), now))
    recording = one(made)
    assert recording.file.suffix == ".m4a"
    assert recording.length_ms == 10_000
    assert abs(heard_at(recording, 4)) < NEAR_MS
    (lies,) = sound(made, sound=Sound.LINKED).audio(CASE, made.study.record(CASE))
    assert lies.path == f"../recordings/{CASE}/other.flac"
    assert (lies.offset_ms, lies.start_ms, lies.end_ms) == (before_s * 1000, before_s * 1000, before_s * 1000 + 10_000)
    assert sound(made, sound=Sound.LINKED, plays=True).audio(CASE, made.study.record(CASE)) == ()


def test_a_copy_is_made_once_and_one_of_what_the_case_was_before_is_deleted(made: LaidStudy):
    ended(made)
    first = one(made)
    inode = first.file.stat().st_ino
    earlier = first.file.with_name(f"{first.file.stem[:-8]}00000000.m4a")
    another = first.file.with_name(earlier.name.replace(CASE, "P08"))
    hers = first.file.with_name(".download.part")
    for file in (earlier, another, hers):
        file.touch()
    assert one(made, target=Target.NVIVO).file.stat().st_ino == inode
    assert sorted(first.file.parent.iterdir()) == sorted([first.file, another, hers])


def test_what_goes_inside_a_file_lies_apart_only_as_long_as_it_is_needed(made: LaidStudy):
    ended(made)
    with sound(made, sound=Sound.INSIDE, needs_one=False) as inside:
        recording = inside.recording(CASE, made.study.record(CASE))
        assert recording is not None
        assert recording.file.is_file()
        assert "The recordings are inside" in " ".join(inside.remarks())
    assert list(made.study.exports_folder.iterdir()) == []


def test_audio_that_is_gone_is_said_and_leaves_no_copy(made: LaidStudy):
    ended(made)
    (made.folder / "span-002.flac").unlink()
    with pytest.raises(AudioError, match=r"no audio file .*span-002\.flac"):
        one(made)
    assert list((made.study.exports_folder / AUDIO).iterdir()) == []

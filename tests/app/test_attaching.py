"""Recordings of another recorder in a real study: where they lie, what of them is kept, and their coming off again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from interview_tui import attaching, bootstrap
from interview_tui.cli import main
from interview_tui.errors import AudioError, ConfigError, Refused
from interview_tui.interview.events import RecordingAttached, RecordingDetached
from interview_tui.interview.ports import Moment, RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.timeline import Timeline
from interview_tui.schedule.model import Consent
from interview_tui.store.study import StudyFolder
from tests.audio.other_recorder import CODECS, TALK_RATE, OtherRecorder, Sound, paused, speech_like

CASE = "P07"
BEFORE_S = 20
"""The other recorder was switched on so long before the call was opened."""
CONSENT_MS, OFF_MS, BACK_MS, END_MS = 10_000, 80_000, 100_000, 190_000
TALK_S = BEFORE_S + 215


@dataclass
class Conducted:
    """A study with an interview that was recorded, off the record in the middle, and ended; and its whole talk."""

    study: StudyFolder
    talk: Sound

    @property
    def timeline(self) -> Timeline:
        return self.study.interview(CASE).timeline()

    @property
    def files(self) -> set[str]:
        return {path.name for path in self.study.audio_folder(CASE).iterdir()}


@pytest.fixture(scope="module")
def talk() -> Sound:
    return speech_like(TALK_S, seed=7)


@pytest.fixture
def conducted(tmp_path: Path, talk: Sound) -> Conducted:
    study = bootstrap.ready_study(tmp_path / "study")
    schedule = bootstrap.study_schedule(study)
    study.keep_schedule(schedule)
    journal, folder = study.journal(CASE), study.audio_folder(CASE)
    folder.mkdir(parents=True, exist_ok=True)
    session, opened = Session.open(schedule, CASE, "AB", Moment(0, 1_700_000_000_000))
    journal.append(opened)

    def at(ms: int) -> Moment:
        return Moment(ms, 1_700_000_000_000 + ms)

    for consent in (Consent.TAKE_PART, Consent.RECORDING):
        journal.append(session.take_in_consent(consent, "May we?", at(CONSENT_MS - 1)))
    for number, (start_ms, end_ms) in enumerate(((CONSENT_MS, OFF_MS), (BACK_MS, END_MS)), 1):
        name = f"call-{number}.flac"
        first, last = ((BEFORE_S * 1000 + ms) * TALK_RATE // 1000 for ms in (start_ms, end_ms))
        soundfile.write(folder / name, talk[first:last], TALK_RATE, subtype="PCM_16")
        began = RecorderStatus(RecorderState.RECORDING, number, rate=TALK_RATE, channels=1, source="laptop")
        journal.append(session.span_opened(began, at(start_ms)))
        reason = SpanEnd.OFF_RECORD if number == 1 else SpanEnd.STOP
        part = AudioPart(name, 0, last - first)
        closed = RecordedSpan(number, TALK_RATE, 1, last - first, 0, (part,), "laptop", reason)
        journal.append(session.span_closed(closed, start_ms, at(end_ms)))
        if number == 1:
            journal.append(session.go_off_record(at(OFF_MS)))
    journal.append(session.end("complete", at(END_MS + 1000)))
    assert journal.close(10.0)
    return Conducted(study, talk)


def _lined_up(conducted: Conducted, *originals: Path) -> list[attaching.Attached]:
    found = attaching.lined_up(conducted.study, CASE, originals, lambda _: None)
    return attaching.attach(conducted.study, CASE, found, attaching.BY_RECORDING, lambda _: None)


def _heard(conducted: Conducted, at_ms: int) -> str:
    position = conducted.timeline.position(at_ms)
    return "" if position is None else position.file


@pytest.mark.parametrize("codec", ["mp3 24k", "amr"])
def test_a_recording_takes_the_place_of_the_one_made_here_and_keeps_its_times(
    conducted: Conducted, tmp_path: Path, codec: str
):
    recorder = OtherRecorder(CODECS[codec], drift_ppm=70, snr_db=20, seed=3)
    delay_ms = recorder.codec_delay_ms(tmp_path)
    (attached,) = _lined_up(conducted, recorder.writes(tmp_path / "DS_0042", conducted.talk))
    (span,) = (span for span in conducted.timeline.spans if span.attached)
    for second in (30, 60, 120, 170):
        truth = ((BEFORE_S + second) * (1 + 70e-6) + delay_ms / 1000) * span.rate
        # The copy begins where the first permitted talk does, so a frame of it is counted from there.
        first = ((BEFORE_S * 1000 + span.start_ms) / 1000 * (1 + 70e-6) + delay_ms / 1000) * span.rate
        assert abs(span.frame_at(second * 1000) - (truth - first)) < 0.005 * span.rate
    assert attached.original.startswith("DS_0042")
    assert _heard(conducted, 60_000) == "other-003.flac"


def test_nothing_that_was_said_before_the_consent_off_the_record_or_after_the_end_is_kept(
    conducted: Conducted, tmp_path: Path
):
    _lined_up(conducted, OtherRecorder(seed=3, snr_db=20).writes(tmp_path / "DS_0042", conducted.talk))
    (span,) = (span for span in conducted.timeline.spans if span.attached and span.start_ms < OFF_MS)
    folder = conducted.study.audio_folder(CASE)
    kept, rate = soundfile.read(folder / "other-003.flac", dtype="int32")
    start_ms = min(span.start_ms for span in conducted.timeline.spans if span.attached)
    assert start_ms >= CONSENT_MS

    def between(from_ms: int, to_ms: int) -> Sound:
        return kept[round((from_ms - start_ms) * rate / 1000) : round((to_ms - start_ms) * rate / 1000)]

    assert not between(OFF_MS - 200, BACK_MS + 200).any()
    assert np.abs(between(BACK_MS + 300, END_MS - 1000)).max() > 0
    assert start_ms + len(kept) * 1000 / rate <= END_MS + 1000
    assert span.number == 3
    assert conducted.files == {"call-1.flac", "call-2.flac", "other-003.flac"}


def test_two_parts_of_a_recorder_are_two_recordings(conducted: Conducted, tmp_path: Path):
    cut, recorder = (BEFORE_S + 110) * TALK_RATE, OtherRecorder(seed=3, snr_db=20)
    parts = [
        recorder.writes(tmp_path / "part1", conducted.talk[:cut]),
        recorder.writes(tmp_path / "part2", conducted.talk[cut:]),
    ]
    first, second = _lined_up(conducted, *parts)
    assert (first.id, second.id) == ("a1", "a2")
    assert abs(second.start_ms - 110_000) < 1000
    assert _heard(conducted, 105_000) != _heard(conducted, 120_000)


def test_a_recorder_that_was_paused_is_taken_in_pieces(conducted: Conducted, tmp_path: Path):
    talk = paused(conducted.talk, BEFORE_S + 120, 15)
    _lined_up(conducted, OtherRecorder(seed=3, snr_db=20).writes(tmp_path / "DS_0042", talk))
    assert _heard(conducted, 60_000) == "other-003.flac"
    assert _heard(conducted, 128_000) == "call-2.flac"
    assert _heard(conducted, 170_000) == "other-004.flac"


def test_it_comes_off_again_and_nothing_is_left_of_it(conducted: Conducted, tmp_path: Path):
    before = conducted.timeline.spans
    original = OtherRecorder(seed=3, snr_db=20).writes(tmp_path / "DS_0042", conducted.talk)
    _lined_up(conducted, original)
    assert attaching.detach(conducted.study, CASE).id == "a1"
    assert conducted.timeline.spans == before
    assert conducted.files == {"call-1.flac", "call-2.flac"}
    with pytest.raises(Refused, match="No other recording is attached"):
        attaching.detach(conducted.study, CASE)
    _lined_up(conducted, original)
    assert _heard(conducted, 60_000) == "other-003.flac"


def test_a_recording_of_another_talk_is_refused_and_leaves_no_trace(conducted: Conducted, tmp_path: Path):
    other = OtherRecorder(seed=3, snr_db=20).writes(tmp_path / "other", speech_like(TALK_S, seed=8))
    with pytest.raises(Refused, match="other") as caught:
        _lined_up(conducted, other)
    assert "--by-hand" in caught.value.hint
    assert conducted.files == {"call-1.flac", "call-2.flac"}


def test_what_an_attempt_left_that_was_killed_goes_with_the_next(conducted: Conducted, tmp_path: Path):
    folder = conducted.study.audio_folder(CASE)
    (folder / "other-003.flac").write_bytes(b"half a copy")
    (folder / "other-004.flac.new").write_bytes(b"less")
    _lined_up(conducted, OtherRecorder(seed=3, snr_db=20).writes(tmp_path / "DS_0042", conducted.talk))
    assert conducted.files == {"call-1.flac", "call-2.flac", "other-003.flac"}
    assert soundfile.info(folder / "other-003.flac").frames > 0


def test_a_disk_that_refuses_changes_nothing(conducted: Conducted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    original = OtherRecorder(seed=3, snr_db=20).writes(tmp_path / "DS_0042", conducted.talk)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("interview_tui.audio.disk.put_in_place", full)
    with pytest.raises(AudioError, match="cannot be copied"):
        _lined_up(conducted, original)
    assert conducted.files == {"call-1.flac", "call-2.flac"}
    assert not conducted.study.interview(CASE).soundtrack.attached


def _run(conducted: Conducted, *arguments: str, typed: str = "") -> tuple[int, str]:
    ended = CliRunner().invoke(main, ["--study", str(conducted.study.path), "attach", *arguments], input=typed)
    return ended.exit_code, ended.output


def test_the_command_says_where_it_lies_how_to_undo_it_and_what_the_original_still_holds(
    conducted: Conducted, tmp_path: Path
):
    original = OtherRecorder(seed=3, snr_db=20).writes(tmp_path / "DS_0042", conducted.talk)
    code, said = _run(conducted, CASE, str(original))
    assert code == 0, said
    assert "DS_0042.wav: from -0:20.0" in said
    assert "windows agree" in said
    assert "interview-tui attach P07 --undo a1" in said
    assert "off the record too" in said
    code, said = _run(conducted, CASE, str(original))
    assert code != 0
    assert "attached already, as a1" in said
    code, said = _run(conducted, CASE, "--undo", "a1", typed="y\n")
    assert (code, "is off" in said) == (0, True)
    assert [type(event) for event in conducted.study.events(CASE)][-2:] == [RecordingAttached, RecordingDetached]


def test_by_time_and_by_a_mark(conducted: Conducted, tmp_path: Path):
    original = OtherRecorder(seed=3, snr_db=20).writes(tmp_path / "DS_0042", conducted.talk)
    code, said = _run(conducted, CASE, str(original), "--at", "-0:20")
    assert code == 0, said
    (span,) = (span for span in conducted.timeline.spans if span.attached)
    assert CONSENT_MS <= span.start_ms <= CONSENT_MS + 2000
    code, said = _run(conducted, CASE, str(original), "--mark", "f9=0:07.3")
    assert code != 0
    assert "attached already" in said


def test_what_cannot_be_understood_is_said_with_the_way_out(conducted: Conducted, tmp_path: Path):
    letter = tmp_path / "letter.mp3"
    letter.write_text("Dear Sir or Madam", encoding="utf-8")
    for arguments, words in (
        ((CASE,), "No recording was named"),
        ((CASE, str(letter)), "cannot be read as audio"),
        (("P99", str(letter)), "There is no interview with P99"),
        ((CASE, str(tmp_path / "none.mp3")), "There is no audio file"),
        ((CASE, "--undo"), "No other recording is attached"),
    ):
        code, said = _run(conducted, *arguments)
        assert code != 0
        assert words in said
        assert "Traceback" not in said


@pytest.mark.parametrize(
    ("text", "ms"), [("12:37", 757_000), ("-0:20", -20_000), ("1:02:03.5", 3_723_500), ("7", 7000)]
)
def test_times_are_read_as_they_are_written(text: str, ms: int):
    assert attaching.clock_ms(text) == ms
    assert attaching.clock_ms(attaching.clock(ms)) == ms
    with pytest.raises(ConfigError, match="no time"):
        attaching.clock_ms("soon")

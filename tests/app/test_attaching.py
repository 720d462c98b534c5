"""Recordings of another recorder in a real study: where they lie, what of them is kept, and their coming off again."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from interview_tui import attaching, bootstrap
from interview_tui.audio import files
from interview_tui.audio.aligning.alignment import Alignment, Confidence, Piece
from interview_tui.cli import main
from interview_tui.errors import AudioError, ConfigError, Refused
from interview_tui.interview.attached import BY_HAND, BY_RECORDING
from interview_tui.interview.events import RecordingAttached, RecordingDetached, Stretch
from tests.app.attached_study import BACK_MS, BEFORE_S, CASE, CONSENT_MS, END_MS, LOST_MS, OFF_MS, TALK_S, Conducted
from tests.audio.other_recorder import CODECS, OtherRecorder, Sound, speech_like

DRIFT_PPM = 70
RECORDED_HERE = {"call-1.flac", "call-2.flac"}


@pytest.fixture(scope="module")
def talk() -> Sound:
    return speech_like(TALK_S, seed=7)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, talk: Sound) -> Conducted:
    return Conducted.make(tmp_path_factory.mktemp("whole") / "study", talk)


@pytest.fixture
def conducted(whole: Conducted, tmp_path: Path) -> Conducted:
    """A copy of it."""
    shutil.copytree(whole.study.path, tmp_path / "study")
    return Conducted(bootstrap.open_study(tmp_path / "study"))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, talk: Sound) -> Path:
    """What the other recorder wrote."""
    recorder = OtherRecorder(drift_ppm=DRIFT_PPM, seed=3, snr_db=20)
    return recorder.writes(tmp_path_factory.mktemp("other") / "DS_0042", talk)


@pytest.fixture(scope="module")
def found(whole: Conducted, original: Path) -> tuple[Alignment, ...]:
    """Where it lies."""
    return attaching.lined_up(whole.study, CASE, [original], lambda _: None)


def _attached(conducted: Conducted, found: tuple[Alignment, ...]) -> list[attaching.Attached]:
    return attaching.attach(conducted.study, CASE, found, BY_RECORDING, lambda _: None)


def _lined_up(conducted: Conducted, *originals: Path) -> list[attaching.Attached]:
    return _attached(conducted, attaching.lined_up(conducted.study, CASE, originals, lambda _: None))


def _cut(original: Path, target: Path, *stretches_s: tuple[float, float]) -> Path:
    """What the other recorder would have written had it run in these stretches only."""
    sound, rate = soundfile.read(original, dtype="int16")
    rows = [sound[round(first * rate) : round(end * rate)] for first, end in stretches_s]
    soundfile.write(target, np.concatenate(rows), rate)
    return target


@pytest.mark.parametrize("codec", ["mp3 24k", "amr"])
def test_a_recording_takes_the_place_of_the_one_made_here_and_keeps_its_times(
    conducted: Conducted, talk: Sound, tmp_path: Path, codec: str
):
    recorder = OtherRecorder(CODECS[codec], drift_ppm=DRIFT_PPM, snr_db=20, seed=3)
    delay_ms = recorder.codec_delay_ms(tmp_path)
    original = recorder.writes(tmp_path / "DS_0042", talk)
    (attached,) = _lined_up(conducted, original)
    for span in conducted.attached:
        sound, rate = soundfile.read(conducted.folder / span.parts[0].file, dtype="float32")
        at_ms = (span.start_ms + span.end_ms) // 2
        first = span.parts[0].first_frame + span.frame_at(at_ms)
        truth = round(((BEFORE_S * 1000 + at_ms) * (1 + DRIFT_PPM / 1e6) + delay_ms) * rate / 1000)
        likeness = np.correlate(
            files.read_frames(original, truth - rate // 50, rate // 2 + rate // 25)[:, 0], sound[first:][: rate // 2]
        )
        assert abs(int(np.argmax(likeness)) - rate // 50) < 0.005 * rate
    assert attached.original.startswith("DS_0042")
    assert conducted.heard(30_000) == "other-003.flac"


def test_nothing_that_was_said_before_the_consent_off_the_record_or_after_the_end_is_kept(
    conducted: Conducted, found: tuple[Alignment, ...]
):
    attaching.attach(conducted.study, CASE, found, BY_RECORDING, lambda _: None, unbroken=True)
    first, second = conducted.attached
    assert (first.start_ms, first.end_ms) == (
        pytest.approx(CONSENT_MS + 250, abs=12),
        pytest.approx(OFF_MS - 250, abs=12),
    )
    assert (second.start_ms, second.end_ms) == (
        pytest.approx(BACK_MS + 250, abs=12),
        pytest.approx(END_MS - 250, abs=12),
    )
    kept, _ = soundfile.read(conducted.folder / "other-003.flac", dtype="int32")
    assert len(kept) == first.frames + second.frames + (gap := second.parts[0].first_frame - first.frames)
    assert not kept[first.frames : first.frames + gap].any()
    assert kept[: first.frames].any()
    assert kept[first.frames + gap :].any()
    assert conducted.files == {*RECORDED_HERE, "other-003.flac"}


def test_beside_what_is_silenced_the_recording_made_here_goes_on(conducted: Conducted, found: tuple[Alignment, ...]):
    _attached(conducted, found)
    assert conducted.heard(30_000) == "other-003.flac"
    assert conducted.heard(OFF_MS - 100) == "call-1.flac"
    assert conducted.heard((OFF_MS + BACK_MS) // 2) == ""
    assert conducted.heard(BACK_MS + 100) == "call-2.flac"
    assert conducted.heard(BACK_MS + 1000) == "other-003.flac"


def test_what_nothing_here_can_be_compared_with_is_kept_only_of_a_recorder_that_was_never_paused(
    conducted: Conducted, found: tuple[Alignment, ...]
):
    _attached(conducted, found)
    assert conducted.attached[-1].end_ms <= LOST_MS
    assert conducted.heard(LOST_MS - 100) == "call-2.flac"
    left_ms = attaching.uncompared_ms(conducted.interview, found[0], BY_RECORDING)
    assert left_ms == pytest.approx(END_MS - LOST_MS, abs=1000)
    attaching.detach(conducted.study, CASE)
    attaching.attach(conducted.study, CASE, found, BY_RECORDING, lambda _: None, unbroken=True)
    assert conducted.heard(LOST_MS + 5000) == "other-003.flac"


def test_two_parts_of_a_recorder_are_two_recordings(conducted: Conducted, original: Path, tmp_path: Path):
    cut_s = BEFORE_S + 62
    parts = [
        _cut(original, tmp_path / "part1.wav", (0, cut_s)),
        _cut(original, tmp_path / "part2.wav", (cut_s, TALK_S)),
    ]
    first, second = _lined_up(conducted, *parts)
    assert (first.id, second.id) == ("a1", "a2")
    assert conducted.heard(40_000) == "other-003.flac"
    assert conducted.heard(85_000) not in {"other-003.flac", *RECORDED_HERE}


def test_a_recorder_that_was_paused_is_taken_in_pieces(conducted: Conducted, original: Path, tmp_path: Path):
    _lined_up(conducted, _cut(original, tmp_path / "DS_0042.wav", (0, BEFORE_S + 68), (BEFORE_S + 76, TALK_S)))
    assert conducted.heard(20_000) == "other-003.flac"
    assert conducted.heard(72_000) == "call-2.flac"
    assert conducted.heard(88_000) not in {"other-003.flac", *RECORDED_HERE}


def test_of_several_files_all_are_attached_or_none(conducted: Conducted, found: tuple[Alignment, ...], tmp_path: Path):
    later = attaching.placed(_cut(found[0].file, tmp_path / "later.wav", (0, 20)), END_MS + 1000)
    with pytest.raises(Refused, match=r"Nothing of later\.wav"):
        _attached(conducted, (*found, later))
    over = attaching.placed(_cut(found[0].file, tmp_path / "over.wav", (0, 20)), 20_000)
    with pytest.raises(Refused, match="lies over another"):
        _attached(conducted, (*found, over))
    assert conducted.files == RECORDED_HERE
    assert not conducted.interview.soundtrack.attached
    with pytest.raises(Refused, match="same recording as one before"):
        attaching.check(conducted.study, CASE, [found[0].file, found[0].file])


def test_it_comes_off_again_and_nothing_is_left_of_it(conducted: Conducted, found: tuple[Alignment, ...]):
    before = conducted.timeline.spans
    _attached(conducted, found)
    assert attaching.detach(conducted.study, CASE).id == "a1"
    assert conducted.timeline.spans == before
    assert conducted.files == RECORDED_HERE
    with pytest.raises(Refused, match="No other recording is attached"):
        attaching.detach(conducted.study, CASE)
    _attached(conducted, found)
    assert conducted.heard(30_000) == "other-003.flac"


def test_a_recording_of_another_talk_is_refused_and_leaves_no_trace(
    conducted: Conducted, original: Path, tmp_path: Path
):
    sound, rate = soundfile.read(original, dtype="int16")
    soundfile.write(tmp_path / "other.wav", sound[::-1], rate)
    with pytest.raises(Refused, match="other") as caught:
        _lined_up(conducted, tmp_path / "other.wav")
    assert "--by-hand" in caught.value.hint
    assert conducted.files == RECORDED_HERE


def test_what_an_attempt_left_that_was_killed_goes_with_the_next_and_nothing_else_does(
    conducted: Conducted, found: tuple[Alignment, ...]
):
    (conducted.folder / "other-003.flac").write_bytes(b"half a copy")
    (conducted.folder / "other-004.flac.new").write_bytes(b"less")
    (conducted.folder / "other-recorder.mp3").write_bytes(b"somebody's")
    _attached(conducted, found)
    assert conducted.files == {*RECORDED_HERE, "other-003.flac", "other-recorder.mp3"}
    assert soundfile.info(conducted.folder / "other-003.flac").frames > 0


def test_a_disk_that_refuses_changes_nothing(
    conducted: Conducted, found: tuple[Alignment, ...], monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("interview_tui.audio.disk.put_in_place", full)
    with pytest.raises(AudioError, match="cannot be copied"):
        _attached(conducted, found)
    assert conducted.files == RECORDED_HERE
    assert not conducted.interview.soundtrack.attached


@st.composite
def _laid(draw: st.DrawFn) -> tuple[Alignment, list[Stretch], float]:
    """An alignment of up to three pieces, what is permitted of the call, and a margin."""
    rate, at_frame, at_ms, pieces = (
        draw(st.sampled_from([8000, 22_050, 48_000])),
        0,
        draw(st.floats(-60_000, 60_000)),
        [],
    )
    for _ in range(draw(st.integers(1, 3))):
        frames = draw(st.integers(1, 60 * rate))
        sure = sorted((draw(st.integers(0, frames)), draw(st.integers(0, frames))))
        drift_ppm = draw(st.floats(-300, 300))
        first, end = at_frame + sure[0], at_frame + sure[1]
        pieces.append(Piece(at_frame, frames, rate, at_ms, drift_ppm, 0.1, draw(st.floats(0, 10)), 5, 5, first, end))
        at_frame += frames
        at_ms = pieces[-1].end_ms + draw(st.floats(0, 30_000))
    times = sorted(draw(st.lists(st.integers(0, 200_000), min_size=2, max_size=8, unique=True)))
    permitted = [Stretch(low, high) for low, high in zip(times[::2], times[1::2], strict=False)]
    alignment = Alignment(Path("other.wav"), rate, at_frame, tuple(pieces), Confidence(), accepted=True, verdict="")
    return alignment, permitted, draw(st.sampled_from([0.0, 250.0, 1500.0]))


@given(_laid(), st.booleans())
def test_no_frame_that_is_heard_lies_within_the_margin_of_what_may_not_be_kept(
    laid: tuple[Alignment, list[Stretch], float], unbroken: bool
):
    alignment, permitted, margin_ms = laid
    for piece in alignment.pieces:
        for heard in attaching.audible(alignment, piece, permitted, margin_ms, unbroken=unbroken):
            begins_ms, ends_ms = piece.ms_at(heard.first_frame), piece.ms_at(heard.end_frame)
            assert any(s.start_ms + margin_ms <= begins_ms and ends_ms <= s.end_ms - margin_ms for s in permitted)
            assert piece.first_frame <= heard.first_frame < heard.end_frame <= piece.end_frame
            first_may_be_unsure = unbroken and piece is alignment.pieces[0]
            end_may_be_unsure = unbroken and piece is alignment.pieces[-1]
            assert first_may_be_unsure or piece.sure_first <= heard.first_frame
            assert end_may_be_unsure or heard.end_frame <= piece.sure_end


def test_margins_are_wide_where_it_was_lined_up_by_hand(conducted: Conducted, original: Path):
    placed = attaching.placed(original, -BEFORE_S * 1000)
    attaching.attach(conducted.study, CASE, [placed], BY_HAND, lambda _: None, unbroken=True)
    bounds = [(span.start_ms, span.end_ms) for span in conducted.attached]
    assert bounds == [(CONSENT_MS + 1500, OFF_MS - 1500), (BACK_MS + 1500, END_MS - 1500)]


def _run(conducted: Conducted, *arguments: str, typed: str = "") -> tuple[int, str]:
    ended = CliRunner().invoke(main, ["--study", str(conducted.study.path), "attach", *arguments], input=typed)
    return ended.exit_code, ended.output


def test_the_command_says_where_it_lies_how_to_undo_it_and_what_the_original_still_holds(
    conducted: Conducted, original: Path
):
    code, said = _run(conducted, CASE, str(original))
    assert code == 0, said
    assert "DS_0042.wav: from -0:10.0" in said
    assert "windows agree" in said
    assert "interview-tui attach P07 --undo a1" in said
    assert "off the record too" in said
    assert "of DS_0042.wav was not kept" in said
    assert "--unbroken" in said
    code, said = _run(conducted, CASE, str(original))
    assert code != 0
    assert "attached already, as a1" in said
    shown = CliRunner().invoke(main, ["--study", str(conducted.study.path), "show", CASE])
    assert "Heard from another recorder: DS_0042.wav (a1, by the recording made here)." in shown.stderr
    code, said = _run(conducted, CASE, "--undo", "a1", typed="y\n")
    assert (code, "is off" in said) == (0, True)
    assert [type(event) for event in conducted.study.events(CASE)][-2:] == [RecordingAttached, RecordingDetached]


def test_by_time_and_by_a_mark(conducted: Conducted, original: Path):
    code, said = _run(conducted, CASE, str(original), "--at", "-0:10")
    assert code == 0, said
    assert conducted.attached[0].start_ms == CONSENT_MS + 1500
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

"""What of a call that goes on can be transcribed: what is finished, on the record, and of one device."""

from pathlib import Path

import pytest

from interview_tui import transcribing
from interview_tui.at_rest.files import changing
from interview_tui.audio.stored.span_log import CONFIG_NAME
from interview_tui.errors import ConfigError
from interview_tui.growing import timeline_so_far
from interview_tui.interview.events import Stretch
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.interview.withholding import Proposal
from tests.app.laid_study import CASE, LaidStudy
from tests.at_rest.encrypted import encrypted_study
from tests.audio.laid import LAID_RATE, Laid, lay, noise

START_MS = 10


@pytest.fixture(params=["open", "encrypted"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> LaidStudy:
    """An interview that goes on."""
    if request.param == "encrypted":
        encrypted_study(tmp_path / "study")
    return LaidStudy.make(tmp_path / "study")


def laid(seconds: float, start_ms: int = START_MS, away: Path | None = None) -> Laid:
    return Laid(noise(round(seconds * LAID_RATE)), start_ms, segment_s=1, away=away)


def begun(made: LaidStudy, number: int, own: Laid, line: Laid | None = None) -> Span:
    """A span that is being recorded: the journal knows of its beginning only."""
    return made.journal_span(lay(made.folder, number, own, line, close=False), closed=False)


def so_far(made: LaidStudy) -> Timeline:
    return timeline_so_far(made.folder, made.study.interview(CASE))


def files_of(made: LaidStudy) -> list[str]:
    return [clip.file.name for clip in transcribing.transcription_spec(made.study, CASE).clips]


def test_of_a_span_that_is_being_recorded_the_finished_segments_can_be_read(made: LaidStudy):
    begun(made, 1, laid(3.5))
    (span,) = so_far(made).spans
    assert [part.file for part in span.parts] == ["span-001-0001.wav", "span-001-0002.wav", "span-001-0003.wav"]
    assert span.frames == 3 * LAID_RATE
    assert files_of(made) == [part.file for part in span.parts]


def test_a_span_that_is_closed_can_be_read_to_its_end(made: LaidStudy):
    made.journal_span(lay(made.folder, 1, laid(2.5)))
    begun(made, 2, laid(1.5, 5_000))
    assert {span.number: span.frames for span in so_far(made).spans} == {1: 2.5 * LAID_RATE, 2: LAID_RATE}


def test_before_a_segment_is_finished_there_is_nothing_to_hear(made: LaidStudy):
    begun(made, 1, laid(0.5))
    assert so_far(made).spans == ()
    with pytest.raises(ConfigError, match="Nothing was recorded"):
        transcribing.transcription_spec(made.study, CASE)


def test_what_two_devices_record_waits_until_it_is_packed(made: LaidStudy):
    made.journal_span(lay(made.folder, 1, laid(2), laid(2)))
    assert so_far(made).spans == ()
    begun(made, 2, laid(3.5), laid(3.5))
    assert so_far(made).spans == ()


def test_segments_that_had_to_go_elsewhere_are_read_there(made: LaidStudy, tmp_path: Path):
    away = tmp_path / "elsewhere" / CASE
    away.mkdir(parents=True)
    (made.folder / CONFIG_NAME).write_text(f'{{"fallback": "{away.parent.as_posix()}"}}', encoding="utf-8")
    begun(made, 1, laid(3.5, away=away))
    there = [clip.file for clip in transcribing.transcription_spec(made.study, CASE).clips]
    assert there == [made.folder / "span-001-0001.wav", away / "span-001-0002.wav", away / "span-001-0003.wav"]


def test_a_segment_that_cannot_be_read_is_where_it_ends(made: LaidStudy):
    begun(made, 1, laid(4.5))
    (made.folder / "span-001-0003.wav").write_bytes(b"no sound")
    (span,) = so_far(made).spans
    assert [part.file for part in span.parts] == ["span-001-0001.wav", "span-001-0002.wav"]


def test_what_was_taken_back_is_cut_out_of_it(made: LaidStudy):
    begun(made, 1, laid(4.5))
    taken_back = Proposal("a test", (Stretch(1_000, 2_500),))
    made.do(lambda session, now: session.withhold(taken_back, now))
    clips = so_far(made).clips(0, 10_000)
    assert sum(clip.frames for clip in clips) == 4 * LAID_RATE - 1_500 * LAID_RATE // 1000
    assert not [clip for clip in clips if 1_000 <= clip.start_ms < 2_500]


def test_off_the_record_nothing_is_handed_on_however_long_the_recorder_goes_on(made: LaidStudy):
    begun(made, 1, laid(4.5))
    made.do(lambda session, now: session.go_off_record(now))
    since_ms = made.study.interview(CASE).off_record_since_ms
    assert since_ms is not None
    clips = so_far(made).clips(0, 10_000)
    assert sum(clip.frames for clip in clips) == (since_ms - so_far(made).spans[0].start_ms) * LAID_RATE // 1000


def test_a_segment_that_was_cut_since_is_looked_into_again(made: LaidStudy):
    begun(made, 1, laid(3.5))
    assert so_far(made).spans[0].frames == 3 * LAID_RATE
    file = made.folder / "span-001-0003.wav"
    with changing(file) as segment:
        segment.truncate(44 + LAID_RATE)
    assert so_far(made).spans[0].frames == 2.5 * LAID_RATE

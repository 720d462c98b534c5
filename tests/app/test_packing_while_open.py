"""Packing what this program has open itself, in its debrief: through the journal that the debrief writes to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from interview_tui import packing
from interview_tui.bootstrap import reopen_call
from interview_tui.errors import StorageError
from interview_tui.interview.call import Call
from interview_tui.interview.events import Event
from interview_tui.store.journal import SqliteJournal
from interview_tui.store.study import DATABASE_FILE
from interview_tui.transcribing import Jobs, transcription_spec
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import LAID_RATE, Laid, as_recorded, lay, noise


def laid(seed: int) -> Laid:
    return Laid(noise(3 * LAID_RATE, seed), segment_s=1)


@pytest.fixture
def made(tmp_path: Path) -> LaidStudy:
    """An interview that two devices recorded, and that has ended."""
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, laid(1), laid(2)))
    made.end()
    return made


@pytest.fixture
def debrief(made: LaidStudy) -> Iterator[Call]:
    """The call to it, open for its debrief."""
    call = reopen_call(made.study, CASE)
    yield call
    assert call.journal.close(10.0)


def write(call: Call, text: str) -> None:
    """Write something down in the debrief."""
    call.keep(call.session.write_debrief("summary", text, call.clock.now()))


def wavs(made: LaidStudy) -> list[Path]:
    return list(made.folder.glob("*.wav"))


def test_two_tracks_are_put_together_while_the_debrief_goes_on(made: LaidStudy, debrief: Call) -> None:
    write(debrief, "before")
    packing.pack_audio(made.study, CASE, debrief)
    write(debrief, "after")
    span = debrief.interview.spans[1]
    assert ([part.file for part in span.parts], span.channels, span.beside) == (["span-001.flac"], 2, None)
    assert wavs(made) == []
    assert debrief.journal.close(10.0)
    assert made.study.interview(CASE) == debrief.interview


def test_what_is_packed_is_not_packed_again(made: LaidStudy, debrief: Call) -> None:
    packing.pack_audio(made.study, CASE, debrief)
    events = debrief.interview.events
    packing.pack_audio(made.study, CASE, debrief)
    assert debrief.interview.events == events


def test_what_one_device_recorded_is_read_as_it_was_recorded_while_the_debrief_goes_on(tmp_path: Path) -> None:
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, laid(1)))
    made.end()
    call, jobs = reopen_call(made.study, CASE), Jobs(made.study)
    jobs.of_opened(call)
    assert [clip.file for clip in jobs.spec(CASE).clips] == sorted(wavs(made))
    assert call.journal.close(10.0)
    assert [clip.file.name for clip in jobs.spec(CASE).clips] == ["span-001.flac"]


class Leaving(SqliteJournal):
    """A journal whose debrief is left at the moment at which it is told of something."""

    def append(self, events: Sequence[Event]) -> int:
        if events:
            self.close(10.0)
        return super().append(events)


def test_a_debrief_that_is_left_meanwhile_costs_nothing(made: LaidStudy, debrief: Call) -> None:
    assert debrief.journal.close(10.0)
    debrief.journal = Leaving(made.study.path / DATABASE_FILE, CASE)
    packing.pack_audio(made.study, CASE, debrief)
    assert made.study.interview(CASE).spans[1].beside is None
    assert wavs(made) == []


def test_after_the_debrief_the_journal_is_taken_as_ever(made: LaidStudy, debrief: Call) -> None:
    assert debrief.journal.close(10.0)
    packing.pack_audio(made.study, CASE, debrief)
    assert wavs(made) == []


def test_what_somebody_else_has_open_is_left_alone(made: LaidStudy, debrief: Call) -> None:
    with pytest.raises(StorageError, match="open in another"):
        packing.pack_audio(made.study, debrief.interview.case)
    assert len(wavs(made)) == 6


def test_a_job_waits_for_the_end_of_the_call_to_be_on_disk(tmp_path: Path) -> None:
    made = LaidStudy.make(tmp_path / "study")
    span = lay(made.folder, 1, laid(1))
    made.journal_span(span, closed=False)
    call, jobs = reopen_call(made.study, CASE), Jobs(made.study)
    jobs.of_opened(call)
    with closing(sqlite3.connect(made.study.path / DATABASE_FILE)) as busy, ThreadPoolExecutor() as pool:
        busy.execute("BEGIN IMMEDIATE")
        call.keep(call.session.span_closed(as_recorded(span), call.interview.spans[1].start_ms, call.clock.now()))
        call.end("complete")
        asked = pool.submit(jobs.spec, CASE)
        busy.rollback()
        assert sum(clip.frames for clip in asked.result().clips) == 3 * LAID_RATE
    assert call.journal.close(10.0)
    assert transcription_spec(made.study, CASE) == jobs.spec(CASE)

"""A call heard by a real process while it goes on, and as soon as it has ended, its debrief still open.

What is taken back meanwhile is in no file any more.
"""

import asyncio
import contextlib
import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from interview_tui.bootstrap import reopen_call
from interview_tui.errors import TranscriptionError
from interview_tui.interview.events import Stretch
from interview_tui.interview.withholding import Proposal
from interview_tui.record.transcript import Transcript
from interview_tui.transcribe.jobs.job import TranscriptionJob
from interview_tui.transcribe.jobs.process import ENDED, TranscriptionProcess
from interview_tui.transcribe.listening.sound import RATE
from interview_tui.transcribe.spec import JobSpec, write_spec
from interview_tui.transcribing import Choice, Jobs, transcription_spec
from interview_tui.tui import hearing_along
from interview_tui.tui.hearing_along import HearingAlong
from interview_tui.tui.ports import Adapters
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import Laid, as_recorded, lay
from tests.audio.signals import Pcm
from tests.transcribe.making import command, kennedy, until

STAYS, GOES = b"Americans", b"country"
TAKEN_BACK = Stretch(4_000, 26_000)
CALL_S = 130


def talk() -> Pcm:
    """`GOES` is said in `TAKEN_BACK` only, and nothing else there; `STAYS` before and afterwards."""
    voice = kennedy()
    americans, country = voice[: int(2.3 * RATE)], voice[int(3.2 * RATE) : int(7.8 * RATE)]
    sound = np.zeros(CALL_S * RATE, dtype=np.float32)
    for start_s in (1, 27):
        sound[start_s * RATE : start_s * RATE + len(americans)] = americans
    for start_s in (5, 10, 15, 20):
        sound[start_s * RATE : start_s * RATE + len(country)] = country
    return (sound[:, None] * 32_000).astype(np.int16)


class Along:
    """A call that is being recorded, two minutes of it by now, and whoever hears it along."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.made = LaidStudy.make(folder)
        self.files = self.made.folder
        self._span = lay(self.files, 1, Laid(talk(), rate=RATE), close=False)
        self.made.journal_span(self._span, closed=False)
        self._cache = cache
        self._process: TranscriptionProcess | None = None
        self.job = TranscriptionJob(self._spec, command)

    def _spec(self, case: str) -> JobSpec:
        return dataclasses.replace(
            transcription_spec(self.made.study, case, Choice(model="tiny.en")), cache=self._cache
        )

    def follow(self) -> None:
        """As `TranscriptionJob.follow` does it, but not at the lowest priority: a test is to be done with some day."""
        order = dataclasses.replace(self._spec(CASE), open=True, threads=1)
        if self._process is None:
            self._process = TranscriptionProcess(order, command)
            self._process.follow_in_thread()
        write_spec(order)

    def unfollow(self) -> None:
        if self._process is not None:
            self._process.end()

    def note(self, text: str) -> None:
        self.made.do(lambda session, now: session.enter(text, now.at_ms, now), TAKEN_BACK.start_ms + 8_000)

    def take_back(self, stretch: Stretch) -> None:
        notes = tuple(note for note in self.made.study.interview(CASE).notes.values() if stretch.holds(note.about_ms))
        proposal = Proposal("a test", (stretch,), notes)
        self.made.do(lambda session, now: session.withhold(proposal, now), CALL_S * 1000)

    def end(self) -> None:
        self.unfollow()
        start_ms = self.made.study.interview(CASE).spans[1].start_ms
        self.made.do(lambda session, now: session.span_closed(as_recorded(self._span), start_ms, now))
        self.made.end()

    def transcribed(self) -> Transcript:
        self.job.begin(CASE, urgent=True)
        until(lambda: (told := self.job.poll(CASE)) is not None and told.state in ENDED, "the end of it")
        transcript = self.made.study.transcript(CASE)
        assert transcript is not None
        return transcript

    def knows(self, words: bytes) -> set[str]:
        """The files in which this is written, whatever is a file of the transcription's."""
        while True:
            with contextlib.suppress(FileNotFoundError):  # one was just put in another's place: look again
                return {file.name for file in self.files.glob("*.json*") if words in file.read_bytes()}


@pytest.fixture
def along(tmp_path: Path) -> Iterator[Along]:
    made = Along(tmp_path / "study", tmp_path / "cache")
    yield made
    made.unfollow()
    made.job.cancel()


def test_what_is_taken_back_after_it_was_heard_is_in_no_file_any_more(along: Along) -> None:
    along.note("spoke of @Wexcombe")
    along.follow()
    until(lambda: "chunks.jsonl" in along.knows(GOES), "words of what is going to be taken back")
    assert along.knows(b"Wexcombe") == {"job.json"}
    along.take_back(TAKEN_BACK)
    along.follow()
    until(lambda: not along.knows(GOES), "the end of them")
    assert along.knows(b"Wexcombe") == set()
    along.end()
    words = [word for turn in along.transcribed().turns for word in turn.words]
    assert any("Americans" in word.text for word in words)
    assert not any(TAKEN_BACK.holds(word.start_ms) or TAKEN_BACK.holds(word.end_ms) for word in words)
    assert along.knows(GOES) | along.knows(b"Wexcombe") == set()


def test_where_all_is_taken_back_nothing_that_was_heard_is_left(along: Along) -> None:
    along.follow()
    until(lambda: "chunks.jsonl" in along.knows(STAYS), "words")
    along.take_back(Stretch(0, CALL_S * 1000 + 1_000))
    along.follow()
    until(lambda: not along.knows(STAYS), "the end of them")
    along.end()
    with pytest.raises(TranscriptionError, match="Nothing was recorded"):
        along.job.begin(CASE, urgent=True)
    assert not list(along.files.glob("chunks.jsonl*"))
    assert not (along.files / "job.json").exists()


LINE_PPM = 120.0  # by so much the line's clock runs fast


def two_tracks() -> tuple[Laid, Laid]:
    """`STAYS` on the interviewer's own device at 16 kHz from 1 s on, `GOES` on the line's at 24 kHz from 6 s on."""
    voice = kennedy()
    own, line = np.zeros(12 * RATE, dtype=np.float32), np.zeros(12 * RATE, dtype=np.float32)
    own[RATE : RATE + int(2.3 * RATE)] = voice[: int(2.3 * RATE)]
    line[6 * RATE : 6 * RATE + int(4.6 * RATE)] = voice[int(3.2 * RATE) : int(7.8 * RATE)]
    at = np.arange(12 * 24_000) / 1.5
    faster = np.interp(at, np.arange(len(line)), line)
    tracks = ((sound[:, None] * 32_000).astype(np.int16) for sound in (own, faster))
    first, second = tracks
    return Laid(first, rate=RATE), Laid(second, rate=24_000, drift_ppm=LINE_PPM)


async def test_what_two_devices_recorded_is_transcribed_while_the_debrief_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing_along, "LOOK_S", 0.01)
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, *two_tracks()))
    jobs = Jobs(made.study)
    call = jobs.of_opened(reopen_call(made.study, CASE))
    job = TranscriptionJob(lambda case: dataclasses.replace(jobs.spec(case), model="tiny.en"), command)
    along = HearingAlong(cast(Adapters, SimpleNamespace(transcriber=job, hears_along=lambda: True)), CASE)
    going = asyncio.create_task(along.go_on())
    try:
        while not along._begun:  # noqa: ASYNC110 - a thread changes it
            await asyncio.sleep(0.005)
        going.cancel()
        call.end("complete")
        await along.hung_up(ended=True)
        call.keep(call.session.write_debrief("summary", "Typed meanwhile.", call.clock.now()))
        until(lambda: (told := job.poll(CASE)) is not None and told.state in ENDED, "the end of it")
        call.keep(call.session.finish_debrief(call.clock.now()))
    finally:
        along.stop()
        job.cancel()
        assert call.journal.close(10.0)
    transcript = made.study.transcript(CASE)
    assert transcript is not None
    (first, second) = transcript.turns
    assert (first.speaker, second.speaker) == ("interviewer", "respondent")
    assert STAYS.decode() in first.text
    assert GOES.decode() in second.text
    assert abs(second.start_ms - first.start_ms - 5_000) < 700
    assert made.study.interview(CASE) == call.interview
    assert call.interview.course.debriefed


async def test_who_leaves_does_not_wait_for_what_is_being_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing_along, "LOOK_S", 0.01)
    followed, preparing, prepared, over = (threading.Event() for _ in range(4))

    def begin(case: str, urgent: bool) -> None:  # noqa: ARG001 - the port's
        preparing.set()
        prepared.wait(20)
        over.set()

    transcriber = SimpleNamespace(follow=lambda _: followed.set(), unfollow=lambda _: None, begin=begin)
    along = HearingAlong(cast(Adapters, SimpleNamespace(transcriber=transcriber, hears_along=lambda: True)), CASE)
    going = asyncio.create_task(along.go_on())
    assert await asyncio.to_thread(followed.wait, 60)
    going.cancel()
    hung_up = asyncio.create_task(along.hung_up(ended=True))
    try:
        assert await asyncio.to_thread(preparing.wait, 60)
        along.stop()
        assert not over.is_set()
    finally:
        prepared.set()
        await hung_up

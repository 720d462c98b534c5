"""A call heard by a real process while it goes on: what is taken back meanwhile is in no file any more."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from interview_tui.errors import TranscriptionError
from interview_tui.interview.events import Stretch
from interview_tui.interview.withholding import Proposal
from interview_tui.record.transcript import Transcript
from interview_tui.transcribe.jobs.job import TranscriptionJob
from interview_tui.transcribe.jobs.process import ENDED, TranscriptionProcess
from interview_tui.transcribe.listening.sound import RATE
from interview_tui.transcribe.spec import JobSpec, write_spec
from interview_tui.transcribing import Choice, transcription_spec
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

"""kill -9 in the middle of a call loses no note, no half-typed line and no audio that was recorded."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX thing", allow_module_level=True)

import soundfile

from interview_tui.audio import files, wav
from interview_tui.bootstrap import bundled
from interview_tui.interview.events import InterviewEnded, InterviewResumed, NoteTaken, SpanClosed, SpanOpened
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.store.study import StudyFolder
from tests.at_rest.encrypted import encrypted_study
from tests.e2e.terminal import Terminal, until

CASE = "P07"


@pytest.fixture(params=["open", "encrypted"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where a study is to be made."""
    if request.param == "encrypted":
        encrypted_study(tmp_path)
    return tmp_path


class Study:
    """The study on disk, as another process sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def events(self, kind: type) -> list:
        if not (self.folder / "study.db").exists():
            return []
        study = StudyFolder.open(self.folder)
        if CASE not in {summary.case for summary in study.interviews()}:
            return []
        return [event for event in study.events(CASE) if isinstance(event, kind)]

    def draft(self) -> str:
        draft = StudyFolder.open(self.folder).draft(CASE)
        return draft.text if draft else ""

    def audio(self, parts: tuple[AudioPart, ...]) -> np.ndarray:
        folder = self.folder / "recordings" / CASE
        return np.concatenate([files.read_frames(folder / p.file, p.first_frame, p.frames) for p in parts])


def begin(folder: Path) -> tuple[Terminal, Study]:
    """Conduct until the recorder runs and a note has been taken."""
    study = Study(folder)
    terminal = conduct(folder)
    until("the screen", lambda: b"mentoring" in terminal.painted or b"project" in terminal.painted)
    terminal.press("ctrl+g", "happy to take part", "enter", "y", "enter")
    terminal.press("ctrl+g", "tape-record", "enter", "y", "enter", "ctrl+r")
    until("recording", lambda: study.events(SpanOpened))
    terminal.press("leader rang at eleven", "enter")
    until("the note", lambda: study.events(NoteTaken))
    return terminal, study


def conduct(folder: Path) -> Terminal:
    recording = str(bundled("data/demo/call.flac"))
    return Terminal("--study", str(folder), "conduct", CASE, "--rehearse", recording)


def end(terminal: Terminal, study: Study) -> SpanClosed:
    terminal.press("ctrl+l", "e", "enter")
    until("the end", lambda: study.events(InterviewEnded))
    closed = study.events(SpanClosed)[-1]
    until("the debrief", lambda: b"How did it go?" in terminal.painted)
    terminal.press("ctrl+q")
    until("the list of interviews", lambda: b"has ended" in terminal.painted)
    terminal.press("ctrl+q")
    assert terminal.wait() == 0
    return closed


def recorder_pid(folder: Path) -> int:
    return int(json.loads((folder / "recordings" / CASE / "recorder.json").read_text(encoding="utf-8"))["pid"])


def test_the_app_killed_loses_nothing_and_finds_its_recorder_again(folder):
    terminal, study = begin(folder)
    terminal.press("and she sai")
    until("the draft", lambda: study.draft() == "and she sai")
    terminal.kill()
    again = conduct(folder)
    until("going on", lambda: study.events(InterviewResumed))
    until("the half-typed line", lambda: b"and she sai" in again.painted)
    again.press("d yes", "enter")
    until("the second note", lambda: len(study.events(NoteTaken)) == 2)
    closed = end(again, study)
    assert [note.text for note in study.events(NoteTaken)] == ["leader rang at eleven", "and she said yes"]
    assert [span.span for span in study.events(SpanClosed)] == [1]
    assert closed.reason is SpanEnd.STOP
    packed = StudyFolder.open(folder).interview(CASE).spans[1].parts
    assert [part.file for part in packed] == ["span-001.flac"]
    recorded = study.audio(packed)
    played, _ = soundfile.read(str(bundled("data/demo/call.flac")), frames=len(recorded), dtype="float32")
    assert len(recorded) == closed.frames
    assert np.array_equal(recorded[: len(played)], played)
    last = study.events(InterviewEnded)[0]
    assert closed.start_ms + closed.frames * 1000 // 16_000 >= study.events(NoteTaken)[1].at_ms - 500
    assert last.at_ms >= study.events(InterviewResumed)[0].at_ms


def test_app_and_recorder_killed_leave_all_that_was_recorded(folder):
    terminal, study = begin(folder)
    sound = folder / "recordings" / CASE
    until("two seconds of audio", lambda: sum(wav.held(f) for f in sound.glob("*.wav")) > 2 * 16_000)
    os.kill(recorder_pid(folder), signal.SIGKILL)
    terminal.kill()
    written = sum(wav.held(f) for f in sound.glob("*.wav"))
    again = conduct(folder)
    until("going on", lambda: study.events(InterviewResumed))
    until("the span", lambda: study.events(SpanClosed))
    (lost,) = study.events(SpanClosed)
    assert lost.reason is SpanEnd.LOST
    assert lost.frames == written
    recorded = study.audio(lost.parts)
    played, _ = soundfile.read(str(bundled("data/demo/call.flac")), frames=len(recorded), dtype="float32")
    assert np.array_equal(recorded, played)
    end(again, study)

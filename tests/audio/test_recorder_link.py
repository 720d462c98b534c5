"""The app's hold on the recorder: killed it is started again, paused it is not, and another version can be stopped."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link import recorder_link
from interview_tui.audio.link.answers import OTHER_VERSION, span_from_json
from interview_tui.audio.link.recorder_link import REVIVALS, REVIVING, RecorderLink
from interview_tui.audio.link.recorder_watch import is_running
from interview_tui.audio.processes.control import ControlServer
from interview_tui.audio.recording.recorder import CONTACT_NAME, LOCK_NAME
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecordedTrack, RecorderState, RecorderStatus
from interview_tui.interview.sound import AudioPart, SpanEnd
from tests.audio.recording import Booth
from tests.audio.signals import RATE, recorded, tally, until

posix = pytest.mark.skipif(os.name != "posix", reason="signals are those of Unix")


def records(link: RecorderLink, span: int) -> Callable[[], bool]:
    """Whether this span is being recorded, half a second of it at least."""

    def is_so() -> bool:
        status = link.status()
        return (status.state, status.span) == (RecorderState.RECORDING, span) and status.frames > RATE // 2

    return is_so


def kill(booth: Booth) -> None:
    """Kill the recorder and do not wait."""
    psutil.Process(booth.pid).kill()


def test_a_recorder_that_is_killed_is_started_again_and_both_spans_are_right(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    until(records(link, 1), "the first span")
    kill(booth)
    until(lambda: link.status().message == REVIVING, "the word of it")
    assert link.status().state is RecorderState.SEEKING
    until(records(link, 2), "the second span")
    assert link.status().message == ""
    second = link.stop()
    assert second is not None
    lost, _ = booth.spans()
    assert (lost.reason, second.number, second.reason) == (SpanEnd.LOST, 2, SpanEnd.STOP)
    for span in (lost, second):
        heard = tally(recorded(booth.folder, span.parts))
        assert (heard.frames, heard.lost, heard.repeated) == (span.frames, 0, 0)
    # The line went on meanwhile, so the second span begins where it was then.
    gap_s = (second.started_ns - lost.started_ns) / 1e9
    assert tally(recorded(booth.folder, second.parts)).first == pytest.approx(gap_s * RATE, abs=0.020 * RATE)


def test_what_ends_every_recorder_ends_the_attempts(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    for number in range(1, REVIVALS + 2):
        until(records(link, number), f"span {number}")
        kill(booth)
    until(lambda: link.status().state is RecorderState.FAILED, "the end of the attempts")
    assert "ended by itself" in link.status().message
    assert not is_running(booth.folder)
    assert [span.number for span in booth.spans()] == list(range(1, REVIVALS + 2))
    assert link.start(booth.folder, REVIVALS + 2).state is RecorderState.RECORDING, "she may start it again"


def test_a_recorder_that_is_killed_while_it_is_paused_stays_dead(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    link.pause(SpanEnd.OFF_RECORD)
    kill(booth)
    until(lambda: link.status().state is RecorderState.FAILED, "the word of it")
    assert not is_running(booth.folder)


def test_a_recorder_that_was_let_go_of_is_not_started_again(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    link.detach()
    booth.kill()
    assert link.attach(booth.folder).state is RecorderState.OFF


@pytest.fixture
def moved_away(booth: Booth) -> Iterator[Callable[[bool], None]]:
    """Take the source away, or put it back."""
    source = booth.source.path
    assert source is not None
    away = source.with_name("away.wav")

    def move(gone: bool) -> None:
        (source if gone else away).rename(away if gone else source)

    yield move
    if away.exists():
        move(False)


def test_a_source_that_cannot_be_opened_just_then_is_tried_again(booth: Booth, moved_away: Callable[[bool], None]):
    link = booth.link()
    link.start(booth.folder, 1)
    until(records(link, 1), "the first span")
    moved_away(True)
    kill(booth)
    until(lambda: "no audio file" in link.status().message, "why it does not go on")
    assert link.status().state is RecorderState.SEEKING
    moved_away(False)
    until(records(link, 2), "the second span")


def test_a_pause_while_another_recorder_is_being_started_leaves_nothing_recording(
    booth: Booth, moved_away: Callable[[bool], None]
):
    link = booth.link()
    link.start(booth.folder, 1)
    moved_away(True)
    kill(booth)
    until(lambda: "no audio file" in link.status().message, "why it does not go on")
    link.pause(SpanEnd.OFF_RECORD)
    moved_away(False)
    until(lambda: link.status().state is not RecorderState.SEEKING, "the end of the attempts")
    assert link.status().state in (RecorderState.PAUSED, RecorderState.STOPPED)
    assert [span.number for span in link.closed_spans(booth.folder)] == [1]
    link.detach()
    link.attach(booth.folder)
    assert [span.number for span in link.closed_spans(booth.folder)] == [1], "whoever holds it"
    assert link.start(booth.folder, 2).state is RecorderState.RECORDING
    link.stop()
    assert not is_running(booth.folder)


def test_a_pause_before_another_recorder_is_there_lets_one_be_started_later(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
):
    link = booth.link()
    link.start(booth.folder, 1)
    monkeypatch.setattr(link, "_give_birth", _stillborn)
    kill(booth)
    until(lambda: "stillborn" in link.status().message, "why it does not go on")
    assert link.pause(SpanEnd.OFF_RECORD) is None
    until(lambda: link.status().state is RecorderState.STOPPED, "the end of the attempts")
    monkeypatch.undo()
    assert link.start(booth.folder, 2).state is RecorderState.RECORDING


def _stillborn(_folder: Path) -> None:
    raise AudioError("stillborn")


def test_the_end_while_another_recorder_is_being_started_leaves_none(booth: Booth, moved_away: Callable[[bool], None]):
    link = booth.link()
    link.start(booth.folder, 1)
    moved_away(True)
    kill(booth)
    until(lambda: "no audio file" in link.status().message, "why it does not go on")
    link.stop()
    assert link.status().state is RecorderState.STOPPED
    assert not is_running(booth.folder)


def test_a_recorder_that_cannot_be_started_for_the_disk_just_then_is_tried_again(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
):
    link = booth.link()
    link.start(booth.folder, 1)
    until(records(link, 1), "the first span")
    monkeypatch.setattr(recorder_link, "start_detached", _full)
    kill(booth)
    until(lambda: "No space left" in link.status().message, "why it does not go on")
    assert link.status().state is RecorderState.SEEKING
    monkeypatch.undo()
    until(records(link, 2), "the second span")


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_recorder_that_was_too_slow_in_starting_is_taken_hold_of_later(booth: Booth, monkeypatch: pytest.MonkeyPatch):
    link = booth.link()
    link.start(booth.folder, 1)
    until(records(link, 1), "the first span")
    give_birth = link._give_birth

    def slowly(folder: Path) -> None:
        give_birth(folder)
        link._let_go()
        raise AudioError("too slow")

    monkeypatch.setattr(link, "_give_birth", slowly)
    kill(booth)
    until(records(link, 2), "the second span")


def test_a_pause_does_not_wait_for_a_start_that_is_under_way(booth: Booth, monkeypatch: pytest.MonkeyPatch):
    link = booth.link()
    link.start(booth.folder, 1)
    link.pause(SpanEnd.PAUSE)
    begun, go_on = threading.Event(), threading.Event()
    ask = link._line.ask if link._line is not None else None
    assert ask is not None

    def late(command: str, timeout_s: float, **arguments: Any) -> dict[str, Any]:
        begun.set()
        go_on.wait()
        return ask(command, timeout_s, **arguments)

    monkeypatch.setattr(link._line, "ask", late)
    refusals: list[str] = []

    def resume() -> None:
        try:
            link.resume(2)
        except AudioError as error:
            refusals.append(error.message)

    starting = threading.Thread(target=resume)
    starting.start()
    begun.wait()
    monkeypatch.setattr(recorder_link.ControlLine, "close", _then(recorder_link.ControlLine.close, go_on.set))
    with contextlib.suppress(AudioError):
        link.pause(SpanEnd.OFF_RECORD)
    starting.join()
    assert refusals == ["The recording was ended before it began."]
    assert [span.number for span in link.closed_spans(booth.folder)] == [1]


def _then(first: Callable[[Any], None], second: Callable[[], None]) -> Callable[[Any], None]:
    def both(line: Any) -> None:
        first(line)
        second()

    return both


def test_a_recorder_whose_contact_was_taken_away_can_be_found_again(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    (booth.folder / CONTACT_NAME).unlink()
    link.detach()
    until((booth.folder / CONTACT_NAME).exists, "the contact")
    assert booth.link().attach(booth.folder).state is RecorderState.RECORDING


def test_the_start_of_a_second_app_does_not_end_what_the_first_one_records(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
):
    """As two apps that are started at the same moment: both find the recorder before either has it record."""
    first, second = booth.link(), booth.link()
    take_hold = second._take_hold

    def then_the_other_is_faster(folder: Path) -> RecorderStatus:
        status = take_hold(folder)
        monkeypatch.undo()
        first.start(folder, 1)
        return status

    first._give_birth(booth.folder)
    monkeypatch.setattr(second, "_take_hold", then_the_other_is_faster)
    with pytest.raises(AudioError, match="recorded already"):
        second.start(booth.folder, 1)
    until(records(first, 1), "the span of the first")
    assert second.status().state is RecorderState.RECORDING


@posix
def test_a_recorder_that_hangs_is_said_and_not_replaced(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    until(records(link, 1), "the first span")
    pid = booth.pid
    os.kill(pid, signal.SIGSTOP)
    until(lambda: "has not answered" in link.status().message, "the word of it")
    os.kill(pid, signal.SIGCONT)
    until(lambda: link.status().message == "", "its answer")
    assert booth.pid == pid
    span = link.stop()
    assert span is not None
    heard = tally(recorded(booth.folder, span.parts))
    assert (span.number, heard.lost, heard.repeated) == (1, 0, 0)


class OtherVersion:
    """A recorder of another version of the program, as its answers show it."""

    def __init__(self, folder: Path, status: dict[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.status = status
        self.stopped = False
        self._lock = FileLock(folder / LOCK_NAME, thread_local=False)
        self._lock.acquire()
        ControlServer(self._answer).contact().leave(folder / CONTACT_NAME)

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["command"] == "stop":
            self.stopped = True
            self._lock.release()
            span = {"number": 1, "rate": 8000, "channels": 1, "frames": 8, "started_ns": 5, "source": "mic"}
            parts = [{"file": "span-001.wav", "first_frame": 0, "frames": 8, "disk": "other"}]
            return {"status": {"state": "over"}, "span": {**span, "parts": parts, "reason": "tea", "colour": "red"}}
        return {"status": self.status}


@pytest.mark.parametrize(
    "status",
    [
        {"state": "recording", "span": 1, "frames": 800, "level_db": [-20.0]},
        {**asdict(RecorderStatus(RecorderState.RECORDING, 1)), "bits": 24},
        {"state": "listening", "span": 1, "level_db": [-20.0]},
    ],
    ids=["older", "newer", "in other words"],
)
def test_a_recorder_of_another_version_is_held_and_can_be_stopped(tmp_path: Path, status: dict[str, Any]):
    other = OtherVersion(tmp_path / "P07", status)
    link = RecorderLink(SourceSpec("device", name="nowhere"))
    found = link.attach(tmp_path / "P07")
    assert (found.state, found.span, found.message) == (RecorderState.RECORDING, 1, OTHER_VERSION)
    span = link.stop()
    assert other.stopped
    assert span is not None
    assert (span.number, span.frames, span.reason) == (1, 8, SpanEnd.LOST)
    assert link.status().state is RecorderState.STOPPED


def test_a_span_with_a_second_track_comes_over_the_line_whole():
    track = RecordedTrack("the line", 44_100, 1, 9, 77, (AudioPart("span-001b.wav", 0, 9),), 12.5, "ab")
    span = RecordedSpan(
        1, 48_000, 1, 8, 5, (AudioPart("/elsewhere/a.wav", 0, 8),), "mic", SpanEnd.BACK, -3.0, "cd", track
    )
    assert span_from_json(asdict(span)) == span
    assert span_from_json(None) is None
    assert span_from_json({"number": 1}) is None

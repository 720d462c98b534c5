"""The recorder's commands and its threads, with sources that hang, speak late and lie."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from interview_tui import monotonic
from interview_tui.audio.capture import CaptureBackend, Deliver, Signal, SourceSpec
from interview_tui.audio.recording.deck import Deck
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.audio.signals import until

RATE, BLOCK = 8_000, 400
SPEC = SourceSpec(name="a device")


class Source:
    """A source that speaks when the test says; `opening` and `closing` hang until they are set."""

    failure = recorded_from = ""
    may_go_back = ended = False
    epoch_ns = None

    def __init__(self) -> None:
        self.opening, self.closing = threading.Event(), threading.Event()
        self.opening.set()
        self.closing.set()
        self.asked = threading.Event()
        self.refusal: AudioError | None = None
        self.closes = 0
        self.speak_when_opened = False
        self.deliver: Deliver | None = None

    @property
    def signal(self) -> Signal:
        """What it delivers."""
        return Signal(RATE, 1, "a device")

    def start(self, deliver: Deliver) -> None:
        """Open."""
        self.asked.set()
        self.opening.wait()
        if self.refusal is not None:
            raise self.refusal
        self.deliver = deliver
        if self.speak_when_opened:
            self.speak()

    def close(self) -> None:
        """Close, some time."""
        self.closes += 1
        self.closing.wait()

    def speak(self, blocks: int = 1, arrival_ns: int | None = None) -> None:
        """Deliver blocks of 50 ms."""
        until(lambda: self.deliver is not None, "the opening")
        assert self.deliver is not None
        for _ in range(blocks):
            block = np.full(BLOCK, 1000, "<i2").tobytes()
            self.deliver(block, monotonic.now_ns() if arrival_ns is None else arrival_ns)


class Desk:
    """A deck, its source, and a command given in another thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.source = folder, Source()
        self.deck = Deck(folder, opener=self._open)

    def _open(self, _spec: SourceSpec, _epoch_ns: int | None) -> CaptureBackend:
        return self.source

    def record(self) -> tuple[threading.Thread, list[object]]:
        """Begin to record, in a thread; the answer is in the list in the end."""
        answers: list[object] = []

        def ask() -> None:
            try:
                answers.append(self.deck.record(1, SPEC))
            except AudioError as error:
                answers.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        return thread, answers

    def recording(self, blocks: int = 10) -> None:
        """Record so many blocks."""
        thread, answers = self.record()
        self.source.speak(blocks)
        thread.join()
        assert not isinstance(answers[0], AudioError)
        until(lambda: self.deck.status().frames == blocks * BLOCK, f"{blocks} blocks")

    def hang_disk(self) -> threading.Event:
        """Let the writer's thread wait, as a disk may, until the event is set."""
        answer = threading.Event()

        def wait() -> None:
            answer.wait()

        self.deck._items.put(wait)
        return answer


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "P07")
    yield made
    for event in (made.source.opening, made.source.closing):
        event.set()
    made.deck.stop()


def test_recording_has_begun_when_its_first_block_is_written(desk: Desk):
    thread, answers = desk.record()
    desk.source.speak()
    thread.join()
    (status,) = answers
    assert status == desk.deck.status()
    assert (desk.deck.status().state, desk.deck.status().frames) == (RecorderState.RECORDING, BLOCK)


def test_what_arrives_after_a_pause_is_stored_nowhere_however_it_comes(desk: Desk):
    desk.recording(10)
    span = desk.deck.pause(SpanEnd.OFF_RECORD)
    desk.source.speak(5)
    desk.source.speak(5, arrival_ns=0)
    assert span is not None
    assert span.frames == 10 * BLOCK
    assert desk.deck.status().state is RecorderState.PAUSED
    sizes = [file.stat().st_size for file in desk.folder.glob("*.wav")]
    assert sizes == [44 + 2 * 10 * BLOCK]
    assert desk.source.closes > 0


def test_blocks_that_wait_for_the_disk_are_stored_if_they_came_before_the_pause_and_dropped_if_not(desk: Desk):
    desk.recording(10)
    at_ns = monotonic.now_ns()
    disk = desk.hang_disk()
    desk.source.speak(4, arrival_ns=at_ns)
    desk.source.speak(3, arrival_ns=at_ns + 1)
    threading.Timer(0.05, disk.set).start()
    span = desk.deck.pause(SpanEnd.OFF_RECORD, at_ns)
    assert span is not None
    assert span.frames == 14 * BLOCK


def test_what_is_on_its_way_to_a_process_that_was_held_up_is_stored_as_far_as_it_came_before_the_pause(desk: Desk):
    now_ns = monotonic.now_ns()
    thread, _ = desk.record()
    desk.source.speak(10, arrival_ns=now_ns - 4_000_000_000)
    thread.join()
    spans: list[object] = []
    pausing = threading.Thread(target=lambda: spans.append(desk.deck.pause(SpanEnd.OFF_RECORD, now_ns)))
    pausing.start()
    until(lambda: desk.deck._permission.withdrawn, "the pause")
    desk.source.speak(20, arrival_ns=now_ns - 1_000_000_000)
    desk.source.speak(3, arrival_ns=now_ns + 1)
    pausing.join()
    (span,) = spans
    assert isinstance(span, RecordedSpan)
    assert span.frames == 30 * BLOCK


def test_a_pause_does_not_wait_for_a_driver_that_hangs_in_closing(desk: Desk):
    desk.recording()
    desk.source.closing.clear()
    span = desk.deck.pause(SpanEnd.PAUSE)
    assert span is not None
    assert not desk.source.closing.is_set()


def test_a_pause_ends_a_recording_that_has_not_begun(desk: Desk):
    desk.source.opening.clear()
    thread, answers = desk.record()
    until(desk.source.asked.is_set, "the opening")
    with pytest.raises(AudioError, match="Nothing is being recorded"):
        desk.deck.pause(SpanEnd.PAUSE)
    thread.join()
    assert isinstance(answers[0], AudioError)
    assert "ended before it began" in answers[0].message
    desk.source.opening.set()
    until(lambda: desk.source.closes > 0, "the closing of what opened too late")
    assert list(desk.folder.glob("*.wav")) == []


def test_what_could_not_be_begun_may_be_tried_again(desk: Desk):
    desk.source.refusal = AudioError("a device is busy.", "Close the other program.")
    with pytest.raises(AudioError, match="busy"):
        desk.deck.record(1, SPEC)
    desk.source.refusal = None
    desk.recording()


def test_commands_out_of_turn_are_refused(desk: Desk):
    with pytest.raises(AudioError, match="Nothing is being recorded"):
        desk.deck.pause(SpanEnd.PAUSE)
    desk.recording()
    with pytest.raises(AudioError, match="Span 1 is being recorded already"):
        desk.deck.record(2, SPEC)
    assert desk.deck.stop() is not None
    assert desk.deck.stop() is None
    assert desk.deck.status().state is RecorderState.STOPPED
    with pytest.raises(AudioError, match="has ended"):
        desk.deck.record(2, SPEC)


def test_the_status_never_waits_and_says_when_nothing_is_written(desk: Desk):
    desk.recording()
    disk = desk.hang_disk()
    until(lambda: "Nothing has been written for" in desk.deck.status().message, "the word that the disk hangs")
    disk.set()
    until(lambda: desk.deck.status().message == "", "its answer")


def test_a_status_that_cannot_be_told_does_not_stop_what_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    desk.recording(10)

    def broken() -> None:
        raise ValueError("telemetry")

    monkeypatch.setattr(desk.deck._reception, "status", broken)
    desk.source.speak(30)
    span = desk.deck.stop()
    assert span is not None
    assert span.frames == 40 * BLOCK


def test_what_was_asked_for_before_a_pause_is_not_begun_after_it(desk: Desk):
    asked_ns = monotonic.now_ns()
    with pytest.raises(AudioError, match="Nothing is being recorded"):
        desk.deck.pause(SpanEnd.OFF_RECORD, asked_ns + 1)
    with pytest.raises(AudioError, match="ended before it began"):
        desk.deck.record(1, SPEC, asked_ns=asked_ns)
    assert not desk.source.asked.is_set()
    desk.recording()


def test_a_pause_and_a_start_at_the_same_moment_never_leave_a_recording_that_was_asked_for_first(tmp_path: Path):
    for turn in range(60):
        made = Desk(tmp_path / f"P{turn}")
        made.source.speak_when_opened = True
        asked_ns = monotonic.now_ns()
        barrier = threading.Barrier(2)

        def record(made: Desk = made, barrier: threading.Barrier = barrier, asked_ns: int = asked_ns) -> None:
            barrier.wait()
            with contextlib.suppress(AudioError):
                made.deck.record(1, SPEC, asked_ns=asked_ns)

        thread = threading.Thread(target=record)
        thread.start()
        barrier.wait()
        for _ in range(turn * 200):  # so that every step of the start is met
            pass
        with contextlib.suppress(AudioError):
            made.deck.pause(SpanEnd.OFF_RECORD)
        thread.join()
        assert made.deck.status().state is not RecorderState.RECORDING, turn
        made.deck.stop()

"""The process that listens to a device: what it is given arrives whole, and it never stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
import pytest

from interview_tui import monotonic
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.processes import child
from interview_tui.audio.sources import device_capture
from interview_tui.audio.sources.device_capture import DeviceCapture
from interview_tui.audio.sources.opening import open_source
from interview_tui.errors import AudioError
from tests.audio.signals import RATE, Pcm, tally, until
from tests.audio.virtual_sound import VirtualSound, virtual_sound

posix = pytest.mark.skipif(os.name != "posix", reason="processes are stopped by a signal")
pytestmark = [pytest.mark.device, pytest.mark.usefixtures("sound")]
RECORDER = """
import sys, time
from interview_tui.audio.sources.device_capture import DeviceCapture
file = open(sys.argv[1], "wb", buffering=0)
capture = DeviceCapture("iv_line", None)
capture.start(lambda pcm, arrival_ns: file.write(pcm))
print(capture._process.pid, flush=True)
time.sleep(600)
"""


@dataclass
class Ear:
    """Takes what a capture delivers."""

    capture: DeviceCapture
    blocks: list[tuple[bytes, int]] = field(default_factory=list)

    def begin(self) -> None:
        """Open the device."""
        self.capture.start(lambda pcm, arrival_ns: self.blocks.append((pcm, arrival_ns)))

    @property
    def frames(self) -> int:
        """Frames that were delivered."""
        return sum(len(pcm) for pcm, _ in self.blocks) // (2 * self.capture.signal.channels)

    @property
    def sound(self) -> Pcm:
        """All that was delivered."""
        whole = np.frombuffer(b"".join(pcm for pcm, _ in self.blocks), np.int16)
        return whole.reshape(-1, self.capture.signal.channels)

    @property
    def child(self) -> psutil.Process:
        """The process that listens."""
        assert self.capture._process is not None
        return psutil.Process(self.capture._process.pid)


@pytest.fixture
def ear() -> Iterator[Ear]:
    """An ear at the virtual telephone line."""
    made = Ear(DeviceCapture("iv_line", None))
    yield made
    made.capture.close()


def test_what_the_device_gives_arrives_bit_for_bit_with_times_that_never_go_back(
    ear: Ear, sound: VirtualSound, line: Path
):
    before_ns = monotonic.now_ns()
    with sound.playing(line):
        ear.begin()
        assert (ear.capture.signal.rate, ear.capture.signal.channels) == (RATE, 2)
        until(lambda: ear.frames > 6 * RATE, "six seconds")
    heard = tally(ear.sound)
    assert heard.frames > 3 * RATE
    assert (heard.lost, heard.repeated, heard.silent) == (0, 0, 0)
    times = [arrival_ns for _, arrival_ns in ear.blocks]
    assert times == sorted(times)
    assert before_ns < times[0]
    assert times[-1] < monotonic.now_ns()
    assert ear.capture.failure == ""


def test_one_channel_is_the_first(sound: VirtualSound, line: Path):
    capture = open_source(SourceSpec(name="iv_line", beside=SourceSpec(name="iv_heard")), None)
    assert isinstance(capture, DeviceCapture)
    ear = Ear(capture)
    try:
        with sound.playing(line):
            ear.begin()
            until(lambda: ear.frames > 4 * RATE, "four seconds")
    finally:
        capture.close()
    assert capture.signal.channels == 1
    heard = ear.sound[:, 0].astype(np.int64)
    heard = heard[np.flatnonzero(heard)[0] :]
    assert len(heard) > RATE
    assert set(np.unique(np.diff(heard) & 0x7FFF)) == {1}


def test_nothing_is_delivered_after_closing_and_nobody_listens(ear: Ear):
    ear.begin()
    listener = ear.child
    until(lambda: len(ear.blocks) > 3, "some blocks")
    ear.capture.close()
    known = len(ear.blocks)
    assert not listener.is_running()
    assert len(ear.blocks) == known
    assert ear.capture.failure == ""
    ear.capture.close()


def test_who_is_delivered_to_may_close(ear: Ear):
    delivered: list[int] = []

    def hear(_pcm: bytes, arrival_ns: int) -> None:
        delivered.append(arrival_ns)
        _let_seconds_pass(1)  # there is more on its way now
        ear.capture.close()

    ear.capture.start(hear)
    assert ear.capture._reader is not None
    ear.capture._reader.join()
    assert len(delivered) == 1


@posix
def test_a_listener_that_hangs_in_its_driver_is_killed(ear: Ear):
    ear.begin()
    listener = ear.child
    until(lambda: len(ear.blocks) > 3, "some blocks")
    listener.suspend()
    ear.capture.close()
    assert not listener.is_running()


@posix
def test_a_listener_that_hangs_while_it_opens_the_device_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(device_capture, "OPEN_WITHIN_S", 0.5)
    monkeypatch.setattr(child, "command", lambda *_: [sys.executable, "-c", "import time; time.sleep(600)"])
    ear = Ear(DeviceCapture("iv_line", None))
    with pytest.raises(AudioError, match="iv_line did not open within") as caught:
        ear.begin()
    assert caught.value.hint
    assert ear.capture._process.poll() is not None


def test_a_listener_that_dies_is_a_failure_at_once_and_what_it_gave_is_kept(ear: Ear, sound: VirtualSound, line: Path):
    with sound.playing(line):
        ear.begin()
        until(lambda: ear.frames > 4 * RATE, "four seconds")
        ear.child.kill()
        until(lambda: ear.capture.failure != "", "the word that it is gone")
    assert ear.capture.failure == "The process that listened to iv_line has ended."
    assert tally(ear.sound).lost == 0


def test_a_listener_that_breaks_down_while_it_opens_the_device_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(child, "command", lambda *_: [sys.executable, "-c", "import os; os.abort()"])
    with pytest.raises(AudioError, match="iv_line could not be opened: the sound library broke down"):
        DeviceCapture("iv_line", None).start(lambda *_: None)


def test_a_device_that_is_not_there_is_an_error_that_names_those_that_are():
    with pytest.raises(AudioError, match="no sound device 'the far end' to record from") as caught:
        DeviceCapture("the far end", None).start(lambda *_: None)
    assert "iv_line" in caught.value.hint


def test_a_sound_system_that_dies_is_a_failure(monkeypatch: pytest.MonkeyPatch):
    with virtual_sound() as doomed:
        for name, value in doomed.environment.items():
            monkeypatch.setenv(name, value)
        ear = Ear(DeviceCapture("iv_line", None))
        try:
            ear.begin()
            until(lambda: len(ear.blocks) > 3, "some blocks")
            doomed.close()
            until(lambda: ear.capture.failure != "", "the word that it is gone")
        finally:
            ear.capture.close()
    assert ear.capture.failure == "iv_line gives no sound any more."


@pytest.fixture
def headset(sound: VirtualSound) -> Iterator[str]:
    """The name of a headset that is plugged in; a test that unplugs it plugs it in again."""
    sound.plug_in("headset", about="Headset")
    yield "pulse:headset.monitor"
    sound.unplug("headset")


@pytest.fixture
def at_headset(headset: str) -> Iterator[Ear]:
    """An ear at the headset."""
    made = Ear(DeviceCapture(headset, None))
    made.begin()
    until(lambda: made.frames > 0, "a block")
    yield made
    made.capture.close()


def test_a_source_of_the_sound_server_is_recorded_under_the_name_people_know(at_headset: Ear):
    capture = at_headset.capture
    assert (capture.signal.source, capture.recorded_from) == ("Monitor of Headset", "Monitor of Headset")
    assert not capture.may_go_back


@pytest.mark.usefixtures("headset")
def test_a_source_may_be_named_as_people_call_it():
    ear = Ear(DeviceCapture("Monitor of Headset", None))
    ear.begin()
    ear.capture.close()
    assert ear.capture.signal.source == "Monitor of Headset"


def test_another_source_than_was_asked_for_is_never_recorded(
    headset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / ".asoundrc").write_text("pcm.!pulse { type pulse device speaker.monitor }\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(AudioError, match="gives Monitor of Null Output where it is asked for Monitor of Headset"):
        DeviceCapture(headset, None).start(lambda *_: None)


def test_a_stream_moved_since_its_source_is_gone_is_told_and_so_is_its_return(at_headset: Ear, sound: VirtualSound):
    sound.unplug("headset")
    capture = at_headset.capture
    until(lambda: capture.recorded_from == "Monitor of Null Output (line.monitor)", "where it is recorded from")
    assert not capture.may_go_back
    heard = at_headset.frames
    until(lambda: at_headset.frames > heard, "sound from there")
    sound.plug_in("headset", about="Headset")
    until(lambda: capture.may_go_back, "the way back")
    assert capture.failure == ""


def test_a_stream_moved_by_hand_is_told_and_stays_there(at_headset: Ear, sound: VirtualSound):
    sound.move_streams("speaker.monitor")
    capture = at_headset.capture
    until(lambda: capture.recorded_from == "Monitor of Null Output (speaker.monitor)", "where it is recorded from")
    assert not capture.may_go_back


def test_a_microphone_with_one_channel_is_recorded_as_one(sound: VirtualSound):
    sound.plug_in("throat", channels=1, about="Throat")
    ear = Ear(DeviceCapture("pulse:throat.monitor", None))
    try:
        ear.begin()
        until(lambda: ear.frames > 0, "a block")
        assert ear.capture.signal.channels == 1
        with pytest.raises(AudioError, match=r"Monitor of Throat offers 1 channel\(s\), not 2"):
            DeviceCapture("pulse:throat.monitor", 2).start(lambda *_: None)
    finally:
        ear.capture.close()
        sound.unplug("throat")


@contextmanager
def _recorder(file: Path) -> Iterator[tuple[psutil.Process, psutil.Process]]:
    """Another process that records the line into `file`, and the one that listens for it."""
    recorder = subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(file)],
        env=child.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert recorder.stdout is not None
        yield psutil.Process(recorder.pid), psutil.Process(int(recorder.stdout.readline()))
    finally:
        recorder.kill()
        recorder.communicate()


def _is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def _let_seconds_pass(seconds: int) -> None:
    """Wait until another listener has heard so much of the line."""
    other = Ear(DeviceCapture("iv_line", None))
    try:
        other.begin()
        until(lambda: other.frames > seconds * RATE, f"{seconds} s")
    finally:
        other.capture.close()


@posix
def test_what_is_heard_while_the_recorder_stands_still_is_kept(sound: VirtualSound, line: Path, tmp_path: Path):
    file = tmp_path / "heard.pcm"
    with sound.playing(line), _recorder(file) as (recorder, _):
        until(lambda: file.stat().st_size > 2 * 4 * RATE, "two seconds")
        recorder.suspend()
        known = file.stat().st_size
        _let_seconds_pass(8)
        assert file.stat().st_size == known
        recorder.resume()
        until(lambda: file.stat().st_size > known + 8 * 4 * RATE, "what was heard meanwhile")
    heard = tally(np.frombuffer(file.read_bytes()[: file.stat().st_size // 4 * 4], np.int16).reshape(-1, 2))
    assert heard.frames > 9 * RATE
    assert (heard.lost, heard.repeated, heard.silent) == (0, 0, 0)


def test_a_recorder_that_is_killed_leaves_no_open_microphone(tmp_path: Path):
    with _recorder(tmp_path / "heard.pcm") as (recorder, listener):
        assert listener.is_running()
        recorder.kill()
        until(lambda: _is_gone(listener), "the listener's end")


@posix
def test_a_recorder_that_is_killed_while_its_pipe_is_full_leaves_no_open_microphone(tmp_path: Path):
    with _recorder(tmp_path / "heard.pcm") as (recorder, listener):
        recorder.suspend()
        _let_seconds_pass(3)  # more than a pipe holds
        assert not _is_gone(listener)
        recorder.kill()
        until(lambda: _is_gone(listener), "the listener's end")


@posix
def test_a_recorder_that_is_killed_while_its_device_is_silent_leaves_no_open_microphone(
    sound: VirtualSound, tmp_path: Path
):
    with _recorder(tmp_path / "heard.pcm") as (recorder, listener), sound.suspended():
        recorder.kill()
        until(lambda: _is_gone(listener), "the listener's end")

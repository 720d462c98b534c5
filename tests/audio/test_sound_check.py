from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link import sound_check
from interview_tui.audio.link.recorder_watch import is_running
from interview_tui.audio.link.sound_check import (
    FOLDER_PREFIX,
    HEARD_NAMES,
    LOCK_NAME,
    DeviceSoundCheck,
    forget_left_over,
)
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.audio.processes import child
from interview_tui.audio.processes.control import Contact
from interview_tui.audio.recording.recorder import CONTACT_NAME
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecorderState, SoundCheck
from tests.audio.recording import Booth, hang_up
from tests.audio.signals import MARK, RATE, Pcm, recorded, tally, until
from tests.audio.virtual_sound import VirtualSound

SILENT_DB = -90
Checked = Callable[[SourceSpec], DeviceSoundCheck]
APP = """
import json, sys, tempfile, time
from interview_tui.audio.link import sound_check
from interview_tui.audio.capture import SourceSpec
tempfile.tempdir = sys.argv[2]
sound_check.ORPHAN_LIMIT_S = int(sys.argv[3])
check = sound_check.DeviceSoundCheck(SourceSpec.from_json(json.loads(sys.argv[1])))
check.begin()
print("listening", flush=True)
if sys.argv[4] == "stay":
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files are made; nothing else is there, and no recorder in it outlives the test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    forget_left_over()


@pytest.fixture
def one_sided(tmp_path: Path) -> Path:
    """A recording of a minute with sound on the left channel only."""
    tone = (np.sin(np.arange(60 * RATE) * 0.05) * 10_000).astype(np.int16)
    soundfile.write(tmp_path / "one-sided.wav", np.stack([tone, tone * 0], axis=1), RATE, subtype="PCM_16")
    return tmp_path / "one-sided.wav"


@pytest.fixture
def two_ends(tmp_path: Path) -> SourceSpec:
    """Two sources that hear an end each, at rates of their own: 441 Hz the interviewer's, 882 Hz the line."""
    for name, hz, rate in (("own", 441, RATE), ("line", 882, 44_100)):
        tone = (np.sin(np.arange(60 * rate) * 2 * np.pi * hz / rate) * 10_000).astype(np.int16)
        soundfile.write(tmp_path / f"{name}.wav", np.stack([tone, tone * 0], axis=1), rate, subtype="PCM_16")
    return SourceSpec("file", path=tmp_path / "own.wav", beside=SourceSpec("file", path=tmp_path / "line.wav"))


@pytest.fixture
def checked() -> Iterator[Checked]:
    """Makes sound checks, and ends them."""
    made: list[DeviceSoundCheck] = []

    def make(source: SourceSpec) -> DeviceSoundCheck:
        made.append(DeviceSoundCheck(source))
        return made[-1]

    yield make
    for check in made:
        check.end()


def _of_file(path: Path) -> SourceSpec:
    return SourceSpec("file", path=path)


def _folders(temporary: Path) -> list[Path]:
    return list(temporary.glob(f"{FOLDER_PREFIX}*"))


def _one_ended_up(check: SoundCheck) -> bool:
    levels = check.status().level_db
    return len(levels) == 2 and levels[0] > -12 and levels[1] < SILENT_DB


@contextmanager
def _app(source: Path, temporary: Path, orphan_limit_s: int, stays: str = "stay") -> Iterator[subprocess.Popen[str]]:
    """Another app at its sound check."""
    given = [json.dumps(_of_file(source).to_json()), str(temporary), str(orphan_limit_s), stays]
    app = subprocess.Popen(
        [sys.executable, "-c", APP, *given],
        env=child.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert app.stdout is not None
        assert app.stdout.readline().strip() == "listening"
        yield app
    finally:
        app.kill()
        app.communicate()


def _recorder(folder: Path) -> psutil.Process:
    contact = Contact.read(folder / CONTACT_NAME)
    assert contact is not None
    return psutil.Process(contact.pid)


def test_levels_move_on_the_channel_that_has_sound_and_stay_down_on_the_silent_one(one_sided: Path, checked: Checked):
    check = checked(_of_file(one_sided))
    assert check.status().state is RecorderState.OFF
    check.begin()
    until(lambda: _one_ended_up(check), "a level")
    status = check.status()
    assert (status.state, status.source, status.rate, status.channels) == (
        RecorderState.RECORDING, "one-sided.wav", RATE, 2,
    )  # fmt: skip


def test_nobody_else_may_read_what_is_heard_and_it_is_gone_afterwards(temporary: Path, line: Path, checked: Checked):
    check = checked(_of_file(line))
    check.begin()
    (folder,) = _folders(temporary)
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o077 for file in folder.iterdir()} == {0}
    recorder = _recorder(folder)
    check.end()
    assert _folders(temporary) == []
    assert not recorder.is_running()
    assert check.status().state is RecorderState.OFF
    check.end()


def test_beginning_again_leaves_one_check(temporary: Path, line: Path, checked: Checked):
    check = checked(_of_file(line))
    check.begin()
    first = _folders(temporary)
    check.begin()
    (folder,) = _folders(temporary)
    assert [folder] != first
    assert is_running(folder)


def test_a_source_that_cannot_be_opened_leaves_nothing(temporary: Path, tmp_path: Path, checked: Checked):
    check = checked(_of_file(tmp_path / "nothing.wav"))
    with pytest.raises(AudioError, match=r"no audio file .*nothing\.wav"):
        check.begin()
    assert _folders(temporary) == []
    assert check.status().state is RecorderState.OFF
    with pytest.raises(AudioError, match="Nothing was heard yet") as caught:
        check.play_back()
    assert caught.value.hint


def test_no_place_for_temporary_files_is_an_error_with_the_way_out(temporary: Path, line: Path, checked: Checked):
    shutil.rmtree(temporary)
    with pytest.raises(AudioError, match="no room for what a sound check hears") as caught:
        checked(_of_file(line)).begin()
    assert "TMPDIR" in caught.value.hint


def test_with_nothing_to_play_to_the_check_goes_on(
    temporary: Path, line: Path, checked: Checked, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PULSE_SERVER", f"unix:{temporary}/nobody")
    if SoundPlayer().available:
        pytest.skip("this machine's devices cannot be taken away for a test")
    check = checked(_of_file(line))
    check.begin()
    with pytest.raises(AudioError, match=r"no sound device to play to|PortAudio") as caught:
        check.play_back()
    assert caught.value.hint
    assert check.status().state is RecorderState.RECORDING


def test_the_disk_does_not_fill_however_long_it_goes_on(
    temporary: Path, line: Path, checked: Checked, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sound_check, "TRIM_EVERY_S", 0.05)
    check = checked(_of_file(line))
    check.begin()
    (folder,) = _folders(temporary)
    for minute in (1, 2, 3):
        (folder / f"span-000-{minute:04d}.wav").write_bytes(b"a minute that has passed")

    def held() -> list[str]:
        return sorted(file.name for file in folder.glob("span-*.wav"))

    until(lambda: len(held()) == 2, "the end of what is not needed")
    assert held() == ["span-000-0003.wav", "span-001-0001.wav"]
    assert check.status().state is RecorderState.RECORDING


def test_a_killed_app_leaves_no_microphone_on(temporary: Path, line: Path):
    with _app(line, temporary, orphan_limit_s=1) as app:
        (folder,) = _folders(temporary)
        recorder = _recorder(folder)
        hang_up(app)
        until(lambda: not recorder.is_running() or recorder.status() == psutil.STATUS_ZOMBIE, "the recorder's end")
    assert not is_running(folder)
    forget_left_over()
    assert _folders(temporary) == []


def test_the_next_check_removes_what_a_killed_app_left_and_ends_its_recorder(
    temporary: Path, line: Path, checked: Checked
):
    with _app(line, temporary, orphan_limit_s=600) as app:
        (left_over,) = _folders(temporary)
        recorder = _recorder(left_over)
        hang_up(app)
    checked(_of_file(line)).begin()
    assert left_over not in _folders(temporary)
    until(lambda: not recorder.is_running() or recorder.status() == psutil.STATUS_ZOMBIE, "the recorder's end")


def test_an_app_that_ends_without_a_word_leaves_nothing(temporary: Path, line: Path):
    with _app(line, temporary, orphan_limit_s=600, stays="leave") as app:
        assert app.wait() == 0
    assert _folders(temporary) == []


def test_the_check_of_another_app_and_what_is_not_ours_are_left_alone(temporary: Path, line: Path, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in (LOCK_NAME, "interview.wav"):
        (elsewhere / name).write_bytes(b"kept")
    if os.name == "posix":
        (temporary / f"{FOLDER_PREFIX}link").symlink_to(elsewhere)
    with _app(line, temporary, orphan_limit_s=600):
        (temporary / f"{FOLDER_PREFIX}being-made").mkdir()
        before = _folders(temporary)
        forget_left_over()
        assert _folders(temporary) == before
        assert [is_running(folder) for folder in before].count(True) == 1
        assert {file.read_bytes() for file in elsewhere.iterdir()} == {b"kept"}
        assert len(list(elsewhere.iterdir())) == 2
        (running,) = [folder for folder in before if is_running(folder)]
        recorder = _recorder(running)
    forget_left_over()
    assert running not in _folders(temporary)
    until(lambda: not recorder.is_running() or recorder.status() == psutil.STATUS_ZOMBIE, "the recorder's end")


def test_two_devices_show_a_level_each_and_both_are_kept_short(
    temporary: Path, two_ends: SourceSpec, checked: Checked, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sound_check, "TRIM_EVERY_S", 0.05)
    check = checked(two_ends)
    check.begin()
    until(lambda: len(check.status().level_db) == 2 and min(check.status().level_db) > -12, "two levels")
    (folder,) = _folders(temporary)
    for name in ("0001", "0002", "line-0001", "line-0002"):
        (folder / f"span-000-{name}.wav").write_bytes(b"a minute that has passed")
    growing = {file.name for file in folder.glob("span-*.wav") if not file.name.startswith("span-000")}
    kept = growing | {"span-000-0002.wav", "span-000-line-0002.wav"}
    until(lambda: {file.name for file in folder.glob("span-*.wav")} == kept, "the end of what is not needed")
    assert len(growing) == 2


def _hz(channel: Pcm) -> float:
    """The loudest frequency."""
    return float(np.argmax(np.abs(np.fft.rfft(channel))) * RATE / len(channel))


@pytest.mark.device
@pytest.mark.usefixtures("sound")
def test_both_ends_are_played_back_each_on_its_side(tmp_path: Path, two_ends: SourceSpec, checked: Checked):
    check = checked(two_ends)
    listener = Booth(SourceSpec("device", name="iv_heard"), tmp_path / "heard")
    try:
        check.begin()
        until(lambda: check.status().frames > 3 * RATE, "something to play")
        listening = listener.link()
        listening.start(listener.folder, 1)
        check.play_back()
        until(lambda: check._player.at_ms() is None, "the end of what is played")
        frames = listening.status().frames
        until(lambda: listening.status().frames > frames + RATE, "the last of it")
        span = listening.stop()
    finally:
        listener.close()
    assert span is not None
    heard = recorded(listener.folder, span.parts)
    heard = heard[np.abs(heard).max(axis=1) > 0]
    assert len(heard) > 2 * RATE
    assert [_hz(heard[: 2 * RATE, side]) for side in (0, 1)] == pytest.approx([441, 882], abs=2)


@pytest.mark.device
def test_a_device_moves_the_level_of_the_end_that_speaks(sound: VirtualSound, one_sided: Path, checked: Checked):
    check = checked(SourceSpec("device", name="iv_line"))
    check.begin()
    until(lambda: check.status().state is RecorderState.RECORDING and max(check.status().level_db) < SILENT_DB)
    with sound.playing(one_sided):
        until(lambda: _one_ended_up(check), "a level")


@pytest.mark.device
@pytest.mark.usefixtures("sound")
def test_a_device_that_is_not_there_is_an_error_that_names_those_that_are(temporary: Path, checked: Checked):
    check = checked(SourceSpec("device", name="the far end"))
    with pytest.raises(AudioError, match="no sound device 'the far end' to record from") as caught:
        check.begin()
    assert "iv_line" in caught.value.hint
    assert _folders(temporary) == []


@pytest.mark.device
def test_what_is_played_back_is_the_last_five_seconds_that_were_heard(
    temporary: Path, tmp_path: Path, sound: VirtualSound, line: Path, checked: Checked
):
    check = checked(SourceSpec("device", name="iv_line"))
    listener = Booth(SourceSpec("device", name="iv_heard"), tmp_path / "heard")
    try:
        with sound.playing(line):
            check.begin()
            until(lambda: check.status().frames > 7 * RATE, "more than what is played")
            listening = listener.link()
            listening.start(listener.folder, 1)
            known = check.status().frames
            check.play_back()
            (folder,) = _folders(temporary)
            played, _ = soundfile.read(folder / HEARD_NAMES[0], dtype="int16", always_2d=True)
            until(lambda: check._player.at_ms() is None, "the end of what is played")
            frames = listening.status().frames
            until(lambda: listening.status().frames > frames + RATE, "the last of it")
            span = listening.stop()
    finally:
        listener.close()
    said = tally(played)
    assert (said.frames, said.lost, said.silent) == (5 * RATE, 0, 0)
    whole, _ = soundfile.read(folder / "span-001-0001.wav", dtype="int16", always_2d=True)
    (end,) = np.flatnonzero((whole == played[-1]).all(axis=1)) + 1
    assert end >= known
    assert span is not None
    heard = recorded(listener.folder, span.parts)
    heard = heard[heard[:, 1] >= MARK]
    assert np.array_equal(heard, played)

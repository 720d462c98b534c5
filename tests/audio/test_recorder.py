"""The recorder with real processes and real files; its source is a recording that is played in real time."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import soundfile

from interview_tui import monotonic
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.audio.link.recorder_watch import is_running
from interview_tui.audio.processes import child
from interview_tui.audio.processes.control import Contact
from interview_tui.audio.recording import recorder
from interview_tui.audio.recording.track import SOURCE_ENDED
from interview_tui.audio.stored.span_log import CONFIG_NAME
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.audio.recording import Booth, hang_up
from tests.audio.signals import RATE, click_frames, recorded, tally, until, write_clicks, write_counter

posix = pytest.mark.skipif(os.name != "posix", reason="signals are those of Unix")


def _frames_reach(link: RecorderLink, frames: int) -> None:
    until(lambda: link.status().frames >= frames, f"{frames} recorded frames")


@pytest.mark.usefixtures("either_study")
def test_what_is_recorded_is_what_was_played_sample_for_sample(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    _frames_reach(link, 2 * RATE)
    span = link.stop()
    assert span is not None
    assert (span.number, span.rate, span.channels, span.source) == (1, RATE, 2, "line.wav")
    assert span.reason is SpanEnd.STOP
    found = tally(recorded(booth.folder, span.parts))
    assert (found.first, found.frames, found.lost, found.repeated) == (0, span.frames, 0, 0)
    assert booth.spans() == [span]


def test_the_status_tells_position_level_and_room(booth: Booth):
    link = booth.link()
    started = link.start(booth.folder, 1)
    assert started.state is RecorderState.RECORDING
    assert started.frames > 0
    _frames_reach(link, RATE)
    status = link.status()
    assert (status.span, status.rate, status.channels, status.source) == (1, RATE, 2, "line.wav")
    assert status.heard_ns > started.heard_ns
    assert status.level_db[1] == pytest.approx(-12.0, abs=0.1)  # the mark in the right channel is a quarter of full
    assert status.free_bytes > 0
    assert status.message == ""


def test_a_pause_leaves_no_sample_of_it_and_both_sides_keep_their_times(tmp_path: Path, booth: Booth):
    clicks_s = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0)
    booth.source = SourceSpec("file", path=write_clicks(tmp_path / "clicks.wav", 30, clicks_s))
    link = booth.link()
    link.start(booth.folder, 1)
    _frames_reach(link, round(1.2 * RATE))
    before = link.pause(SpanEnd.OFF_RECORD)
    assert before is not None
    assert link.status().state is RecorderState.PAUSED
    paused_files = {file.name: file.stat().st_size for file in booth.folder.iterdir() if file.suffix == ".wav"}
    gap_from_s = before.frames / RATE
    until(lambda: _played_s(before) > 2.5, "a click during the pause")
    assert {file.name: file.stat().st_size for file in booth.folder.iterdir() if file.suffix == ".wav"} == paused_files
    link.resume(2)
    gap_to_s = _played_s(before)
    _frames_reach(link, round(1.5 * RATE))
    after = link.stop()
    assert after is not None
    assert (before.reason, before.number, after.number) == (SpanEnd.OFF_RECORD, 1, 2)

    heard_s = [
        (span.started_ns - before.started_ns) / 1e9 + frame / RATE
        for span in (before, after)
        for frame in click_frames(recorded(booth.folder, span.parts))
    ]
    kept = [at_s for at_s in clicks_s if at_s < gap_from_s or gap_to_s <= at_s < heard_s[-1] + 0.5]
    assert 2.0 not in kept
    assert heard_s == pytest.approx(kept, abs=0.020)


def _played_s(span: RecordedSpan) -> float:
    """How much of the source has been played by now, heard or not."""
    return (monotonic.now_ns() - span.started_ns) / 1e9


def test_a_killed_recorder_loses_nothing_that_it_had_written(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    _frames_reach(link, round(1.4 * RATE))
    known = link.status()
    booth.kill()
    (span,) = booth.spans()
    assert span.reason is SpanEnd.LOST
    assert span.frames >= known.frames
    found = tally(recorded(booth.folder, span.parts))
    assert (found.first, found.frames, found.lost, found.repeated) == (0, span.frames, 0, 0)
    assert abs(span.started_ns - known.started_ns) < 20_000_000


@pytest.mark.campaign
def test_a_recorder_killed_at_any_moment_loses_nothing_that_it_had_written(booth: Booth):
    moments = random.Random(11)
    for number in range(1, 21):
        link = booth.link()
        link.start(booth.folder, number)
        _frames_reach(link, moments.randrange(2 * RATE))
        known = link.status().frames
        booth.kill()
        span = booth.spans()[-1]
        assert (span.number, span.frames >= known) == (number, True)
        found = tally(recorded(booth.folder, span.parts))
        assert (found.frames, found.lost, found.repeated) == (span.frames, 0, 0)


@pytest.mark.usefixtures("either_study")
def test_a_killed_app_leaves_the_recorder_recording_and_the_next_one_takes_it_up(booth: Booth):
    with booth.app() as app:
        pid = booth.pid
        hang_up(app)
    link = booth.link()
    found = link.attach(booth.folder)
    assert (found.state, found.span, booth.pid) == (RecorderState.RECORDING, 1, pid)
    _frames_reach(link, found.frames + RATE)
    span = link.stop()
    assert span is not None
    heard = tally(recorded(booth.folder, span.parts))
    assert (heard.first, heard.frames, heard.lost, heard.repeated) == (0, span.frames, 0, 0)


def test_a_span_that_is_being_recorded_is_not_among_the_closed_ones(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    assert booth.spans() == []
    first = link.pause(SpanEnd.DROPPED)
    link.resume(2)
    assert booth.spans() == [first]
    assert link.status().state is RecorderState.RECORDING


def test_the_next_app_may_record_from_another_source(tmp_path: Path, booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    link.pause(SpanEnd.PAUSE)
    link.detach()
    booth.source = SourceSpec("file", path=write_counter(tmp_path / "other.flac", 5, rate=8_000))
    other = booth.link()
    assert other.attach(booth.folder).state is RecorderState.PAUSED
    found = other.resume(2)
    assert (found.source, found.rate) == ("other.flac", 8_000)


def test_nothing_to_attach_to_is_said_so(tmp_path: Path, booth: Booth):
    assert booth.link().attach(tmp_path / "nowhere").state is RecorderState.OFF
    link = booth.link()
    link.start(booth.folder, 1)
    booth.kill()
    assert booth.link().attach(booth.folder).state is RecorderState.OFF


def test_a_stopped_recorder_is_gone_and_leaves_no_way_in(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    pid = booth.pid
    link.stop()
    assert link.status().state is RecorderState.STOPPED
    assert not (booth.folder / recorder.CONTACT_NAME).exists()
    assert not psutil.pid_exists(pid)
    assert link.stop() is None


def test_commands_out_of_turn_are_refused_and_change_nothing(booth: Booth):
    link = booth.link()
    with pytest.raises(AudioError, match="No recorder"):
        link.resume(1)
    link.start(booth.folder, 1)
    with pytest.raises(AudioError, match="being recorded already"):
        link.start(booth.folder, 2)
    assert link.status().state is RecorderState.RECORDING
    link.pause(SpanEnd.PAUSE)
    with pytest.raises(AudioError, match="Nothing is being recorded"):
        link.pause(SpanEnd.PAUSE)
    assert link.resume(1).span == 2


def test_a_source_that_cannot_be_read_is_an_error_and_leaves_no_process(tmp_path: Path, booth: Booth):
    (tmp_path / "letter.wav").write_text("Dear Sir or Madam", encoding="utf-8")
    for path, words in ((tmp_path / "letter.wav", "cannot be read as audio"), (tmp_path / "none.wav", "no audio file")):
        booth.source = SourceSpec("file", path=path)
        link = booth.link()
        with pytest.raises(AudioError, match=words):
            link.start(booth.folder, 1)
        assert link.status().state is RecorderState.OFF
        assert not (booth.folder / recorder.CONTACT_NAME).exists()
    assert booth.spans() == []


def test_a_recording_that_was_played_to_its_end_says_so_and_keeps_its_span_open(tmp_path: Path, booth: Booth):
    booth.source = SourceSpec("file", path=write_counter(tmp_path / "short.wav", 0.73))
    link = booth.link()
    link.start(booth.folder, 1)
    until(lambda: link.status().message == SOURCE_ENDED, "the end of the file")
    span = link.stop()
    assert span is not None
    assert span.frames == round(0.73 * RATE)
    assert tally(recorded(booth.folder, span.parts)).lost == 0


@posix
def test_a_recorder_that_the_system_ends_closes_its_span(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    for number in (signal.SIGHUP, signal.SIGINT):
        os.kill(booth.pid, number)  # a closed terminal and Ctrl+C are not meant for it
    _frames_reach(link, RATE)
    link.detach()
    os.kill(booth.pid, signal.SIGTERM)
    until(lambda: not is_running(booth.folder), "the end of the recorder")
    (span,) = booth.spans()
    assert (span.reason, span.frames > RATE) == (SpanEnd.LOST, True)
    assert '"closed"' in (booth.folder / "spans.jsonl").read_text(encoding="utf-8")


def test_a_recorder_without_an_app_ends_after_the_orphan_limit(booth: Booth):
    link = booth.link(orphan_limit_s=2)
    link.start(booth.folder, 1)
    pid = booth.pid
    link.detach()
    until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE, "its end")
    (span,) = booth.spans()
    assert span.reason is SpanEnd.LOST
    assert tally(recorded(booth.folder, span.parts)).lost == 0
    assert booth.link().attach(booth.folder).state is RecorderState.OFF


def test_the_link_never_waits_for_a_recorder_that_hangs(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    process = psutil.Process(booth.pid)
    process.suspend()
    until(lambda: "has not answered" in link.status().message, "the word that it does not answer")
    assert link.status().state is RecorderState.RECORDING
    process.resume()
    until(lambda: not link.status().message, "its answer")
    span = link.stop()
    assert span is not None
    assert tally(recorded(booth.folder, span.parts)).lost == 0


def test_a_second_recorder_in_the_same_folder_gives_way(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    arguments = child.command("recording.recorder", str(booth.folder / CONFIG_NAME))
    second = subprocess.run(
        arguments, env=child.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert second.returncode == 4
    assert "another recorder" in second.stderr
    assert link.status().state is RecorderState.RECORDING


def test_strangers_on_its_port_get_no_answer(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    contact = Contact.read(booth.folder / recorder.CONTACT_NAME)
    assert contact is not None
    for said in (b'{"command": "stop", "token": "guessed"}\n', b"GET / HTTP/1.1\r\n\r\n", b"[]\n"):
        with socket.create_connection(("127.0.0.1", contact.port), timeout=5) as line:
            line.sendall(said)
            assert line.recv(100) == b""
    assert link.status().state is RecorderState.RECORDING


@pytest.mark.usefixtures("either_study")
@posix
def test_only_the_owner_can_read_what_the_recorder_leaves(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    assert booth.folder.stat().st_mode & 0o777 == 0o700
    for file in booth.folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file


@posix
def test_a_disk_that_takes_no_more_ends_the_span_whole_and_is_told(tmp_path: Path):
    """A limit on file size stands for a full disk: the write stops half-way with an error, as it would there."""
    source = write_counter(tmp_path / "line.wav", 60)
    outcome = subprocess.run(
        [sys.executable, "-c", LIMITED, str(source), str(tmp_path)],
        env=child.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert outcome.stdout.splitlines() == [
        "seeking: The disk is full: nothing is recorded until there is room.",
        "full 44989",
    ], outcome.stderr
    samples, _ = soundfile.read(tmp_path / "span-001-0001.wav", dtype="int16")
    assert (len(samples), tally(samples).lost) == (44989, 0)


LIMITED = """
import resource, sys, time
from pathlib import Path
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.recording.deck import Deck
from interview_tui.interview.sound import SpanEnd
deck = Deck(Path(sys.argv[2]))
resource.setrlimit(resource.RLIMIT_FSIZE, (180_000, 180_000))
deck.record(1, SourceSpec("file", path=Path(sys.argv[1])))
while deck.status().state == "recording":
    time.sleep(0.01)
status = deck.status()
print(f"{status.state}: {status.message}")
span = deck.pause(SpanEnd.PAUSE)
print(span.reason, span.frames)
"""

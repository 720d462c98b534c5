from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from interview_tui.audio.processes import child
from interview_tui.audio.stored import span_log, spans
from interview_tui.audio.stored.span_log import SpanLog, closed, opened, segment
from interview_tui.audio.wav import Segment
from interview_tui.errors import AudioError
from interview_tui.interview.sound import SpanEnd
from tests.audio.desk import DESK_RATE, LINE, MICROPHONE, Desk, samples_of
from tests.audio.recording import SPAN_RATE, SPAN_STARTED_NS, write_span
from tests.audio.signals import counter, recorded, tally


def test_a_long_span_is_cut_into_segments_of_a_minute_without_a_seam(tmp_path: Path):
    write_span(tmp_path, 1, seconds=150)
    (span,) = spans.read(tmp_path, running=False)
    assert [part.file for part in span.parts] == [f"span-001-000{n}.wav" for n in (1, 2, 3)]
    assert [part.frames for part in span.parts] == [60 * SPAN_RATE, 60 * SPAN_RATE, 30 * SPAN_RATE]
    found = tally(recorded(tmp_path, span.parts))
    assert (found.frames, found.lost, found.repeated) == (150 * SPAN_RATE, 0, 0)
    assert abs(span.started_ns - SPAN_STARTED_NS) < 1_000
    assert abs(span.drift_ppm) < 0.01


@pytest.mark.parametrize("seconds", [1, 59, 60, 61, 125])
def test_a_span_that_was_cut_off_is_put_together_from_its_files(tmp_path: Path, seconds: int):
    write_span(tmp_path, 1, seconds, close=False)
    (span,) = spans.read(tmp_path, running=False)
    assert (span.frames, span.reason, span.rate, span.channels) == (seconds * SPAN_RATE, SpanEnd.LOST, SPAN_RATE, 2)
    assert tally(recorded(tmp_path, span.parts)).lost == 0
    assert abs(span.started_ns - SPAN_STARTED_NS) < 1_000_000
    assert spans.read(tmp_path, running=False) == [span]


@pytest.mark.usefixtures("either_study")
def test_a_cut_off_span_is_left_alone_while_its_recorder_runs(tmp_path: Path):
    write_span(tmp_path, 1, seconds=2, close=False)
    write_span(tmp_path, 2, seconds=2, close=False)
    header = (tmp_path / "span-002-0001.wav").read_bytes()[:44]
    assert [span.number for span in spans.read(tmp_path, running=True)] == [1]
    assert (tmp_path / "span-002-0001.wav").read_bytes()[:44] == header
    assert [span.number for span in spans.read(tmp_path, running=False)] == [1, 2]


@pytest.mark.usefixtures("either_study")
def test_an_attempt_that_got_no_frame_does_not_use_up_its_number(tmp_path: Path):
    log = SpanLog(tmp_path)
    log.write(opened(1, 0, 44_100, 1, "another device"), segment(1, 0, "span-001-0001.wav", 0))
    log.close()
    Segment(tmp_path / "span-001-0001.wav", 44_100, 1).let_go()
    assert spans.read(tmp_path, running=False) == []
    assert spans.numbers(tmp_path) == set()
    write_span(tmp_path, 1, seconds=2)
    (span,) = spans.read(tmp_path, running=False)
    assert (span.rate, span.frames, span.source) == (SPAN_RATE, 2 * SPAN_RATE, "a test")
    assert spans.numbers(tmp_path) == {1}


def test_a_torn_last_line_is_passed_over_and_closed_off(tmp_path: Path):
    write_span(tmp_path, 1, seconds=2)
    (whole,) = spans.read(tmp_path, running=False)
    log = tmp_path / span_log.LOG_NAME
    text = log.read_text(encoding="utf-8")
    log.write_text(text[:-100], encoding="utf-8")
    (torn,) = spans.read(tmp_path, running=False)
    assert torn == replace(whole, reason=SpanEnd.LOST)
    write_span(tmp_path, 2, seconds=2)
    assert [span.number for span in spans.read(tmp_path, running=False)] == [1, 2]


def test_a_span_keeps_its_time_when_the_machine_was_started_again(tmp_path: Path):
    write_span(tmp_path, 1, seconds=2)
    (before,) = spans.read(tmp_path, running=False)
    log = tmp_path / span_log.LOG_NAME
    up_before_ns = 5_000_000_000_000_000  # in an earlier life of the machine its clock stood elsewhere
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        for key in {"mono_ns", "started_ns"} & line.keys():
            line[key] += up_before_ns
    log.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (after,) = spans.read(tmp_path, running=False)
    assert abs(after.started_ns - before.started_ns) < 50_000_000


def test_a_log_that_makes_no_sense_is_an_error_that_names_it(tmp_path: Path):
    write_span(tmp_path, 1, seconds=2)
    log = tmp_path / span_log.LOG_NAME
    log.write_text(log.read_text(encoding="utf-8").replace('"pause"', '"lunch"'), encoding="utf-8")
    with pytest.raises(AudioError, match=r"spans\.jsonl is damaged at span 1"):
        spans.read(tmp_path, running=False)


def test_a_folder_without_recordings_has_no_spans(tmp_path: Path):
    assert spans.read(tmp_path, running=False) == []
    assert spans.numbers(tmp_path) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of Unix")
def test_a_line_that_a_full_disk_tore_spoils_no_later_one(tmp_path: Path):
    program = """
import resource, sys
from pathlib import Path
from interview_tui.audio.stored.span_log import SpanLog, opened, segment
log = SpanLog(Path(sys.argv[1]))
log.write(opened(1, 0, 8000, 2, "a device"))
resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))
try:
    log.write(segment(1, 0, "x" * 300, 0))
except OSError:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    log.write(opened(2, 0, 8000, 2, "a device"))
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=child.environment(), check=True, timeout=60)
    assert [line["span"] for line in span_log.lines(tmp_path)] == [1, 2]


BOTH = (MICROPHONE, LINE)


def _cut_off(folder: Path, seconds: float, number: int = 1) -> None:
    """Record two tracks and lose the recorder."""
    with Desk([folder], BOTH, number=number) as desk:
        desk.give(seconds)


def _closings(folder: Path) -> list[span_log.Line]:
    return [line for line in span_log.lines(folder) if line["what"] == "closed"]


@pytest.mark.usefixtures("either_study")
def test_a_cut_off_span_is_put_together_once(tmp_path: Path):
    _cut_off(tmp_path, 65)
    (span,) = spans.read(tmp_path, running=False)
    digest = hashlib.sha256(counter(65 * DESK_RATE).tobytes()).hexdigest()
    assert span.beside is not None
    assert (span.sha256, span.beside.sha256, span.reason) == (digest, digest, SpanEnd.LOST)
    (closing,) = _closings(tmp_path)
    assert closing["mended"]
    (tmp_path / "span-001-0001.wav").chmod(0o400)
    assert spans.read(tmp_path, running=False) == [span]
    assert _closings(tmp_path) == [closing]


def test_two_readers_at_the_same_time_find_the_same(tmp_path: Path):
    _cut_off(tmp_path, 30)
    with ThreadPoolExecutor(8) as readers:
        found = [*readers.map(lambda _: spans.read(tmp_path, running=False), range(16))]
    assert all(each == found[0] for each in found)
    assert len(found[0]) == 1
    assert (samples_of(tmp_path, found[0]) == counter(30 * DESK_RATE)).all()


def test_a_span_that_was_entered_too_early_is_put_together_again(tmp_path: Path):
    """A reader that took a living recorder for a dead one."""
    with Desk([tmp_path]) as desk:
        desk.give(3)
        (early,) = spans.read(tmp_path, running=False)
        assert early.frames == 3 * DESK_RATE
        desk.give(2)
    (span,) = spans.read(tmp_path, running=False)
    assert (samples_of(tmp_path, [span]) == counter(5 * DESK_RATE)).all()
    assert span.sha256 == hashlib.sha256(counter(5 * DESK_RATE).tobytes()).hexdigest()
    assert spans.read(tmp_path, running=False) == [span]
    assert len(_closings(tmp_path)) == 2


def test_the_recorders_own_word_is_worth_more_than_a_readers(tmp_path: Path):
    with Desk([tmp_path]) as desk:
        desk.give(3)
        (early,) = spans.read(tmp_path, running=False)
        span = desk.writer.close(SpanEnd.PAUSE)
        desk.log.write(closed(early, mended=True))
    assert spans.read(tmp_path, running=False) == [span]


@pytest.mark.usefixtures("either_study")
def test_a_recording_without_its_log_is_known_by_its_files(tmp_path: Path):
    _cut_off(tmp_path, 65)
    (tmp_path / span_log.LOG_NAME).unlink()
    (span,) = spans.read(tmp_path, running=False)
    assert (span.rate, span.channels, span.source) == (DESK_RATE, 2, "")
    for track in (0, 1):
        assert (samples_of(tmp_path, [span], track) == counter(65 * DESK_RATE)).all()
    assert spans.read(tmp_path, running=False) == [span]
    assert spans.numbers(tmp_path) == {1}


def test_a_line_that_is_torn_in_the_midst_of_the_log_costs_no_sample(tmp_path: Path):
    _cut_off(tmp_path, 65)
    log = tmp_path / span_log.LOG_NAME
    whole = log.read_bytes().splitlines(keepends=True)
    for torn in range(len(whole)):
        log.write_bytes(b"".join(line[:20] if place == torn else line for place, line in enumerate(whole)))
        (span,) = spans.read(tmp_path, running=False)
        for track in (0, 1):
            assert (samples_of(tmp_path, [span], track) == counter(65 * DESK_RATE)).all()


@pytest.mark.parametrize("left", [0, 20, 44])
def test_a_segment_whose_header_a_power_cut_left_empty_costs_no_other(tmp_path: Path, left: int):
    _cut_off(tmp_path, 125)
    with (tmp_path / "span-001-0002.wav").open("r+b") as file:
        file.write(bytes(44))
        if left < 44:
            file.truncate(left)
    (span,) = spans.read(tmp_path, running=False)
    expected = counter(125 * DESK_RATE)
    if left < 44:
        expected[60 * DESK_RATE : 120 * DESK_RATE] = 0
    assert (samples_of(tmp_path, [span]) == expected).all()
    assert (samples_of(tmp_path, [span], 1) == counter(125 * DESK_RATE)).all()


@pytest.mark.parametrize("told", [True, False])
def test_what_a_segment_lost_at_its_end_is_silence_so_that_the_next_keeps_its_time(tmp_path: Path, told: bool):
    _cut_off(tmp_path, 65)
    if not told:  # the lines on the second segments are lost, too
        log = tmp_path / span_log.LOG_NAME
        log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-2]))
    path = tmp_path / "span-001-line-0001.wav"
    with path.open("r+b") as file:
        file.truncate(44 + 58 * DESK_RATE * 4 + 3)
    (span,) = spans.read(tmp_path, running=False)
    expected = counter(65 * DESK_RATE)
    expected[58 * DESK_RATE : 60 * DESK_RATE] = 0
    assert (samples_of(tmp_path, [span], 1) == expected).all()


def test_a_closed_span_that_lost_the_end_of_a_file_can_be_read_and_its_hash_tells(tmp_path: Path):
    with Desk([tmp_path]) as desk:
        desk.give(65)
        closed = desk.writer.close(SpanEnd.STOP)
    with (tmp_path / "span-001-0001.wav").open("r+b") as file:
        file.truncate(50 * DESK_RATE * 4)
    assert closed is not None
    assert spans.read(tmp_path, running=False) == [closed]
    sound = samples_of(tmp_path, [closed])
    assert hashlib.sha256(sound.tobytes()).hexdigest() != closed.sha256
    assert (sound[60 * DESK_RATE :] == counter(5 * DESK_RATE, 60 * DESK_RATE)).all()


def test_a_part_on_a_disk_that_is_away_keeps_its_place_until_that_is_back(tmp_path: Path):
    home, stick = tmp_path / "P07", tmp_path / "stick"
    home.mkdir()
    (stick / "P07").mkdir(parents=True)
    _cut_off(home, 125)
    elsewhere = stick / "P07" / "span-001-0002.wav"
    (home / elsewhere.name).rename(elsewhere)
    log = home / span_log.LOG_NAME
    log.write_text(log.read_text(encoding="utf-8").replace(elsewhere.name, str(elsewhere)), encoding="utf-8")
    stick.rename(tmp_path / "away")
    (span,) = spans.read(home, running=False)
    assert (span.frames, span.sha256, _closings(home)) == (125 * DESK_RATE, "", [])
    (tmp_path / "away").rename(stick)
    (span,) = spans.read(home, running=False)
    assert (samples_of(home, [span]) == counter(125 * DESK_RATE)).all()
    assert span.sha256


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds a cut-off span and takes not a byte."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    folder = tmp_path / "P07"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        _cut_off(folder, 10.5)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_cut_off_span_in_a_folder_that_cannot_be_written_to_is_given_all_the_same(read_only: Path):
    (span,) = spans.read(read_only, running=False)
    assert span.frames == round(10.5 * DESK_RATE)
    assert span.sha256 == hashlib.sha256(counter(span.frames).tobytes()).hexdigest()
    assert _closings(read_only) == []


@pytest.mark.usefixtures("either_study")
@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of Unix")
def test_a_cut_off_span_on_a_full_disk_is_given_all_the_same(tmp_path: Path):
    _cut_off(tmp_path, 10.5)
    program = """
import resource, sys
from pathlib import Path
from interview_tui.audio.stored import spans
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
(span,) = spans.read(Path(sys.argv[1]), running=False)
sys.stderr.write(f"{span.frames} {span.sha256}")
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, env=child.environment(), check=True, timeout=60, capture_output=True, text=True)
    frames = round(10.5 * DESK_RATE)
    assert done.stderr.endswith(f"{frames} {hashlib.sha256(counter(frames).tobytes()).hexdigest()}")
    assert _closings(tmp_path) == []

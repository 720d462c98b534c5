from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from interview_tui.audio import child, spans
from interview_tui.audio.spans import SpanLog
from interview_tui.audio.wav import Segment
from interview_tui.errors import AudioError
from interview_tui.interview.sound import SpanEnd
from tests.audio.recording import SPAN_RATE, SPAN_STARTED_NS, write_span
from tests.audio.signals import recorded, tally


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


def test_a_cut_off_span_is_left_alone_while_its_recorder_runs(tmp_path: Path):
    write_span(tmp_path, 1, seconds=2, close=False)
    write_span(tmp_path, 2, seconds=2, close=False)
    header = (tmp_path / "span-002-0001.wav").read_bytes()[:44]
    assert [span.number for span in spans.read(tmp_path, running=True)] == [1]
    assert (tmp_path / "span-002-0001.wav").read_bytes()[:44] == header
    assert [span.number for span in spans.read(tmp_path, running=False)] == [1, 2]


def test_an_attempt_that_got_no_frame_does_not_use_up_its_number(tmp_path: Path):
    log = SpanLog(tmp_path)
    log.opened(1, 44_100, 1, "another device")
    log.segment(1, "span-001-0001.wav")
    log.close()
    Segment(tmp_path / "span-001-0001.wav", 44_100, 1).close(durable=False)
    assert spans.read(tmp_path, running=False) == []
    assert spans.numbers(tmp_path) == set()
    write_span(tmp_path, 1, seconds=2)
    (span,) = spans.read(tmp_path, running=False)
    assert (span.rate, span.frames, span.source) == (SPAN_RATE, 2 * SPAN_RATE, "a test")
    assert spans.numbers(tmp_path) == {1}


def test_a_torn_last_line_is_passed_over_and_closed_off(tmp_path: Path):
    write_span(tmp_path, 1, seconds=2)
    (whole,) = spans.read(tmp_path, running=False)
    log = tmp_path / spans.LOG_NAME
    text = log.read_text(encoding="utf-8")
    log.write_text(text[:-100], encoding="utf-8")
    (torn,) = spans.read(tmp_path, running=False)
    assert torn == replace(whole, reason=SpanEnd.LOST)
    write_span(tmp_path, 2, seconds=2)
    assert [span.number for span in spans.read(tmp_path, running=False)] == [1, 2]


def test_a_span_keeps_its_time_when_the_machine_was_started_again(tmp_path: Path):
    write_span(tmp_path, 1, seconds=2)
    (before,) = spans.read(tmp_path, running=False)
    log = tmp_path / spans.LOG_NAME
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
    log = tmp_path / spans.LOG_NAME
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
from interview_tui.audio.spans import SpanLog
log = SpanLog(Path(sys.argv[1]))
log.opened(1, 8000, 2, "a device")
resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource.RLIM_INFINITY))
try:
    log.segment(1, "x" * 300)
except OSError:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    log.opened(2, 8000, 2, "a device")
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=child.environment(), check=True, timeout=60)
    assert [line["span"] for line in spans.lines(tmp_path)] == [1, 2]

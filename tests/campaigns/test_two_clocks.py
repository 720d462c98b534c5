"""Two devices whose clocks are 160 ppm apart, for ten real minutes with pauses: every click keeps its time.

`pytest --campaign -s tests/campaigns/test_two_clocks.py`; the hour is in `tests/audio/test_pairing.py`, simulated.
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.files import read_frames
from interview_tui.audio.keeping.repack import repack_span
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import SpanEnd, Track
from interview_tui.interview.timeline import Span
from tests.audio.recording import Booth
from tests.audio.signals import RATE, click_frames
from tests.campaigns.figures import tell

MINUTES = float(os.environ.get("INTERVIEW_TUI_CAMPAIGN_MINUTES", "10"))
FAST_PPM = (80.0, -80.0)
CLICK_EVERY_S = 10
PAUSES = 4
WITHIN_MS = 20.0

pytestmark = pytest.mark.campaign


def _clicks(path: Path, seconds: float) -> Path:
    """A mono line that clicks every ten seconds, over faint noise."""
    sound = np.random.default_rng(7).integers(-50, 50, round(seconds * RATE)).astype(np.int16)
    for at in range(CLICK_EVERY_S * RATE, len(sound), CLICK_EVERY_S * RATE):
        sound[at : at + RATE // 1000] = 30_000
    soundfile.write(path, sound, RATE, subtype="PCM_16")
    return path


def _on_the_clock(recorded: RecordedSpan) -> Span:
    """The span as an interview has it, its call clock counted from the machine's."""
    line = recorded.beside
    assert line is not None
    track = Track(
        line.source,
        line.rate,
        line.channels,
        line.frames,
        round(line.started_ns / 1e6),
        line.parts,
        line.drift_ppm,
        line.sha256,
    )
    return Span(
        recorded.number,
        round(recorded.started_ns / 1e6),
        recorded.rate,
        recorded.channels,
        recorded.frames,
        recorded.parts,
        drift_ppm=recorded.drift_ppm,
        beside=track,
        sha256=recorded.sha256,
    )


def test_clicks_of_both_devices_keep_their_times_across_pauses(tmp_path: Path):
    own, line = (_clicks(tmp_path / f"{name}.wav", MINUTES * 60 + 60) for name in ("own", "line"))
    beside = SourceSpec("file", path=line, fast_ppm=FAST_PPM[1])
    booth = Booth(SourceSpec("file", path=own, fast_ppm=FAST_PPM[0], beside=beside), tmp_path / "P07")
    link = booth.link()
    moments = random.Random(10)
    try:
        link.start(booth.folder, 1)
        for number in range(2, PAUSES + 3):
            time.sleep(MINUTES * 60 / (PAUSES + 1))
            if number == PAUSES + 2:
                link.stop()
                break
            link.pause(SpanEnd.PAUSE)
            time.sleep(moments.uniform(0.5, 3.0))
            link.resume(number)
        recorded = booth.spans()
    finally:
        booth.close()
    heard: tuple[list[float], list[float]] = ([], [])
    for span in map(_on_the_clock, recorded):
        packed = repack_span(booth.folder, span)
        whole = replace(span, parts=packed.parts, beside=None, channels=2)
        (part,) = packed.parts
        sound = (read_frames(booth.folder / part.file, part.first_frame, part.frames) * 32_768).astype(np.int16)
        for track, times in enumerate(heard):
            times += [whole.ms_at(frame) for frame in click_frames(sound[:, track : track + 1])]
    off_ms: list[float] = []
    for times, fast_ppm in zip(heard, FAST_PPM, strict=True):
        step_ms = CLICK_EVERY_S * 1000 / (1 + fast_ppm / 1e6)
        numbers = [round((at_ms - times[0]) / step_ms) for at_ms in times]
        off_ms += [abs(at_ms - times[0] - number * step_ms) for at_ms, number in zip(times, numbers, strict=True)]
    tell("two devices 160 ppm apart: a click from its time", off_ms, "ms")
    tell("their drift as measured (own track)", [span.drift_ppm for span in recorded], "ppm")
    assert len(off_ms) > 2 * (MINUTES * 60 / CLICK_EVERY_S - 2 * PAUSES - 2)
    assert max(off_ms) <= WITHIN_MS

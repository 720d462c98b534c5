"""Recorders and apps killed and stopped at any moment, often enough to trust what they promise.

`pytest --campaign -s tests/campaigns/test_kills.py` prints the figures; it takes about a quarter of an hour.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import psutil
import pytest

from interview_tui import monotonic
from interview_tui.audio.capture import SourceSpec
from interview_tui.interview.ports import RecorderState
from tests.audio.recording import Booth, hang_up
from tests.audio.signals import RATE, recorded, tally, until, write_counter
from tests.campaigns.figures import tell

RECORDERS_KILLED = 200
APPS_KILLED = 50
LONGEST_S = 2.0
STOPPED_S = 20.0
REATTACHED_WITHIN_S = 1.0

pytestmark = pytest.mark.campaign


@pytest.fixture
def booth(tmp_path: Path) -> Booth:
    """A recorder of a line that holds out for the whole campaign."""
    line = write_counter(tmp_path / "line.wav", RECORDERS_KILLED * (LONGEST_S + 3))
    return Booth(SourceSpec("file", path=line), tmp_path / "P07")


def test_a_recorder_killed_at_any_moment_loses_nothing_that_was_delivered(booth: Booth):
    """Lost is what the recorder had told of and what is not on disk; beside it what was due from the source by then."""
    moments = random.Random(200)
    lost_ms: list[float] = []
    due_ms: list[float] = []
    try:
        for number in range(1, RECORDERS_KILLED + 1):
            link = booth.link()
            link.start(booth.folder, number)
            time.sleep(moments.uniform(0.0, LONGEST_S))
            told = link.status().frames
            link.detach()  # a link that watches would start another
            killed_ns = monotonic.now_ns()
            booth.kill()
            span = booth.spans()[-1]
            found = tally(recorded(booth.folder, span.parts))
            assert (span.number, found.frames, found.lost, found.repeated) == (number, span.frames, 0, 0)
            due = (killed_ns - span.started_ns) * span.rate // 1_000_000_000
            lost_ms.append(max(0, told - span.frames) * 1000 / span.rate)
            due_ms.append(max(0, due - span.frames) * 1000 / span.rate)
    finally:
        booth.close()
    tell("recorder killed: delivered audio lost after the repair", lost_ms, "ms")
    tell("recorder killed: audio due from the source and not there (blocks of 50 ms)", due_ms, "ms")
    assert max(lost_ms) == 0


def test_an_app_killed_at_any_moment_costs_no_frame_and_the_next_one_takes_over(booth: Booth):
    moments = random.Random(50)
    attached_ms: list[float] = []
    try:
        for number in range(APPS_KILLED):
            booth.folder = booth.folder.with_name(f"P{number}")
            with booth.app() as app:
                time.sleep(moments.uniform(0.0, LONGEST_S))
                hang_up(app)
            link = booth.link()
            begun_ns = monotonic.now_ns()
            assert link.attach(booth.folder).state is RecorderState.RECORDING
            attached_ms.append((monotonic.now_ns() - begun_ns) / 1e6)
            span = link.stop()
            assert span is not None
            found = tally(recorded(booth.folder, span.parts))
            assert (found.first, found.frames, found.lost, found.repeated) == (0, span.frames, 0, 0)
            booth.close()
    finally:
        booth.close()
    tell("app killed: frames lost", [0.0] * APPS_KILLED, "frames")
    tell("app killed: until the next one had the recorder", attached_ms, "ms")
    assert max(attached_ms) < REATTACHED_WITHIN_S * 1000


@pytest.mark.skipif(os.name != "posix", reason="signals are those of Unix")
def test_an_app_that_hangs_costs_no_frame(booth: Booth):
    try:
        with booth.app() as app:
            psutil.Process(app.pid).suspend()
            time.sleep(STOPPED_S)
            psutil.Process(app.pid).resume()
            link = booth.link()
            frames = link.attach(booth.folder).frames
            until(lambda: link.status().frames > frames + RATE, "a second more")
            span = link.stop()
        assert span is not None
        assert span.frames > STOPPED_S * RATE
        found = tally(recorded(booth.folder, span.parts))
        assert (found.first, found.frames, found.lost, found.repeated) == (0, span.frames, 0, 0)
    finally:
        booth.close()
    tell(f"app stopped for {STOPPED_S:.0f} s: frames lost", [found.lost], "frames")

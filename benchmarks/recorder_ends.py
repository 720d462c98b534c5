"""Recorders, capture processes and apps that are killed or stopped, and what a command takes."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import click
import psutil

from benchmarks.figures import told
from benchmarks.recorder_bench import (
    Bench,
    family_of,
    missing_ms,
    process_of,
    reach,
    took_ms,
    until_ms,
    wrong_frames,
)
from interview_tui import monotonic
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.audio.recording import hang_up
from tests.audio.signals import RATE

LONGEST_S = 2.0
REVIVED = 3
COMMANDED = 5
WARM_S = 3.0  # a virtual device begins with up to 2 s of which the player gives nothing


def kills(bench: Bench) -> None:
    """The recorder is killed at random moments, and found again."""
    moments = random.Random(20)
    started, lost, due, repaired, wrong = [], [], [], [], 0
    for _ in range(bench.kills):
        with bench.booth() as booth:
            link = booth.link()
            started.append(took_ms(link.start, booth.folder, 1))
            time.sleep(moments.uniform(0.0, LONGEST_S))
            told_frames = link.status().frames
            link.detach()
            killed_ns = monotonic.now_ns()
            booth.kill()
            repaired.append(took_ms(booth.spans))
            (span,) = booth.spans()
            lost.append(max(0, told_frames - span.frames) * 1000 / span.rate)
            due.append(max(0.0, (killed_ns - span.started_ns) / 1e6 - span.frames * 1000 / span.rate))
            wrong += wrong_frames(booth)
    told("start until the first block is on disk", "ms", started, "0.14 to 2.2 s")
    told("kill -9: audio lost after the repair, of what it had told", "ms", lost, "0.0 ms of 40 kills")
    told("kill -9: audio due by then and not there (a block is 50)", "ms", due)
    told("kill -9: frames lost or repeated inside", "frames", [wrong], "0")
    told("kill -9: finding and repairing the spans", "ms", repaired)


def apps(bench: Bench) -> None:
    """The app is killed with its whole group, as with its terminal; the next one takes up the recorder."""
    moments = random.Random(50)
    attached, wrong = [], []
    for _ in range(bench.kills):
        with bench.booth() as booth:
            with booth.app() as app:
                time.sleep(moments.uniform(0.0, LONGEST_S))
                hang_up(app)
            link = booth.link()
            attached.append(took_ms(link.attach, booth.folder))
            if link.status().state is not RecorderState.RECORDING:
                raise click.ClickException("The recorder was not found again.")
            time.sleep(0.3)
            link.stop()
            wrong.append(wrong_frames(booth))
    told("app killed: frames lost or repeated", "frames", wrong, "0 in 7")
    told("app killed: until the next one has the recorder", "ms", attached, "2 to 20 ms")


def revival(bench: Bench) -> None:
    """Recorder or capture process are killed under the eyes of an app: how much is missing until it goes on."""
    for device in (False, True):
        told(
            f"recorder killed, app there: missing ({'device' if device else 'file'})",
            "ms",
            [_revived(bench, device=device, capture=False) for _ in range(min(REVIVED, bench.kills))],
        )
    gone = [_revived(bench, device=True, capture=True) for _ in range(min(REVIVED, bench.kills))]
    told("capture process killed: missing", "ms", gone)


def _revived(bench: Bench, *, device: bool, capture: bool) -> float:
    with bench.booth(device=device) as booth:
        link = booth.link()
        link.start(booth.folder, 1)
        reach(link, WARM_S if device else 1.0)
        victim = process_of(booth).children()[0] if capture else process_of(booth)
        victim.kill()
        until_ms(link, lambda status: status.span > 1 and status.frames > RATE)
        link.stop()
        (missing,) = missing_ms(booth)
        if wrong_frames(booth):
            raise click.ClickException("Frames are missing inside of a span.")
        return missing


def hangs(bench: Bench) -> None:
    """Processes are stopped and go on."""
    for what in ("recorder", "capture process", "app"):
        wrong, spans, missing = _stopped(bench, what)
        said = f"{missing:.0f} ms missing between" if spans > 1 else "nothing missing"
        before = " [recorder: 5 and 10 s: 0 lost; 35 s: 12.5 s lost]" if what == "recorder" else ""
        click.echo(f"  {what} stopped for {bench.stopped_s:g} s: {wrong} frames lost, {spans} span(s), {said}{before}")


def _stopped(bench: Bench, what: str) -> tuple[int, int, float]:
    """Frames lost or repeated, spans, and what is missing between them (ms)."""
    ahead_s = round(bench.stopped_s) + 15
    with bench.booth(device=True, ahead_s=ahead_s) as booth:
        with booth.app() as app:
            link = booth.link()
            link.attach(booth.folder)
            reach(link, WARM_S)
            victims = {"recorder": booth.pid, "app": app.pid, "capture process": family_of(booth)[-1].pid}
            process = psutil.Process(victims[what])
            process.suspend()
            time.sleep(bench.stopped_s)
            with suppress(psutil.NoSuchProcess):  # a capture process is replaced after a while
                process.resume()
        span = link.status().span
        frames = link.status().frames
        until_ms(link, lambda status: not status.message and (status.span > span or status.frames > frames + 3 * RATE))
        link.stop()
        return wrong_frames(booth), len(booth.spans()), sum(missing_ms(booth))


def commands(bench: Bench) -> None:
    """Pausing, resuming and stopping, of a file and of a device; nothing of the pause is kept."""
    for device in (False, True):
        paused, resumed, stopped, given_up = [], [], [], []
        for _ in range(COMMANDED):
            with bench.booth(device=device) as booth:
                link = booth.link()
                link.start(booth.folder, 1)
                reach(link, WARM_S if device else 1.0)
                asked_ns = monotonic.now_ns()
                paused.append(took_ms(link.pause, SpanEnd.OFF_RECORD))
                (span,) = booth.spans()
                given_up.append((asked_ns - span.started_ns) / 1e6 - span.frames * 1000 / span.rate)
                resumed.append(took_ms(link.resume, 2))
                reach(link, 1.0)
                stopped.append(took_ms(link.stop))
        kind = "device" if device else "file"
        told(f"pause, until the span is closed ({kind})", "ms", paused)
        told(f"pause: sound before the key that is given up ({kind})", "ms", given_up)
        told(f"resume, until the first block is on disk ({kind})", "ms", resumed, "0.2 to 2 s")
        told(f"stop, until the recorder has ended ({kind})", "ms", stopped, "about 1.3 s")

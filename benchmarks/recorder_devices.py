"""What a recorder does as its devices go and come back, what becomes of times, and what it costs."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
import psutil
import soundfile

from benchmarks.figures import told
from benchmarks.recorder_bench import (
    LINE,
    Bench,
    booth_of,
    family_of,
    on_the_clock,
    reach,
    until_ms,
    wrong_frames,
)
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.files import read_frames
from interview_tui.audio.keeping.repack import repack_span
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.timeline import Span
from tests.audio.recording import Booth
from tests.audio.signals import RATE, Pcm, click_frames, recorded, write_clicks
from tests.audio.virtual_sound import VirtualSound, virtual_sound

TIMES = 3
AWAY_S = 3.0
CLICK_EVERY_S = 0.5
FAST_PPM = (80.0, -80.0)
Trial = Callable[[Bench, VirtualSound, Booth], tuple[float, float]]


def devices(bench: Bench) -> None:
    """Each is done to a server of its own, a few times."""
    trials: dict[str, tuple[Trial, str]] = {
        "unplugged and plugged in": (_unplugged, ""),
        "sound server killed and started again": (_crashed, "seen in 1.05 s, reopened by itself"),
        "stream moved, and moved back": (_moved, "not noticed at all"),
    }
    for name, (trial, before) in trials.items():
        noticed, back, wrong, gaps = [], [], 0, []
        for _ in range(TIMES):
            with _server() as server, booth_of(LINE, bench.new_folder()) as booth:
                one, other = trial(bench, server, booth)
                noticed.append(one)
                back.append(other)
                found = booth.spans()
                wrong += wrong_frames(booth)
                gaps += [
                    (after.started_ns - before.started_ns) / 1e6 - before.frames * 1000 / before.rate
                    for before, after in pairwise(found)
                ]
        told(f"{name}: until it is told", "ms", noticed, before)
        told(f"{name}: back until it is recorded again", "ms", back)
        told(f"{name}: not recorded between spans", "ms", gaps)
        click.echo(f"  {name}: {wrong} frames lost inside of spans")


@contextmanager
def _server() -> Iterator[VirtualSound]:
    """A sound server that may be mistreated, found by everything that is started meanwhile."""
    kept = dict(os.environ)
    with virtual_sound() as server:
        os.environ.update(server.environment)
        try:
            yield server
        finally:
            os.environ.clear()
            os.environ.update(kept)


def _unplugged(bench: Bench, server: VirtualSound, booth: Booth) -> tuple[float, float]:
    link = booth.link()
    with server.playing(bench.line):
        link.start(booth.folder, 1)
        reach(link, 4.0)
        server.unplug("line")
        noticed = until_ms(link, lambda status: bool(status.message))
    time.sleep(AWAY_S)
    server.plug_in("line")
    with server.playing(bench.line):
        back = until_ms(link, lambda status: not status.message and status.state is RecorderState.RECORDING)
        time.sleep(AWAY_S)
        link.stop()
    return noticed, back


def _crashed(bench: Bench, server: VirtualSound, booth: Booth) -> tuple[float, float]:
    link = booth.link()
    with server.playing(bench.line):
        link.start(booth.folder, 1)
        reach(link, 4.0)
        server.crash()
        noticed = until_ms(link, lambda status: bool(status.message))
    time.sleep(AWAY_S)
    server.restart()
    with server.playing(bench.line):
        back = until_ms(link, lambda status: not status.message and status.state is RecorderState.RECORDING)
        time.sleep(AWAY_S)
        link.stop()
    return noticed, back


def _moved(bench: Bench, server: VirtualSound, booth: Booth) -> tuple[float, float]:
    link = booth.link()
    with server.playing(bench.line):
        link.start(booth.folder, 1)
        reach(link, 4.0)
        server.move_streams("speaker.monitor")
        noticed = until_ms(link, lambda status: bool(status.message))
        time.sleep(1)
        server.move_streams("line.monitor")
        back = until_ms(link, lambda status: not status.message)
        reach(link, 1.0)
        link.stop()
    return noticed, back


def clicks(bench: Bench) -> None:
    """The times of clicks across a pause, of a device and of two sources with clocks of their own."""
    across = [_off_across_a_pause(bench) for _ in range(TIMES)]
    told("clicks on both sides of a pause (device): off at worst", "ms", across, "0 to 0.5 ms; 45 ms after a loss")
    off, drift_ppm = _off_of_two(bench)
    told(f"clicks of two clocks 160 ppm apart, {bench.clicking_s:.0f} s and a pause: off", "ms", off)
    told("their drift as measured, of 80 ppm", "ppm", drift_ppm or [0.0])


def _off_across_a_pause(bench: Bench) -> float:
    path = bench.folder / "clicks.wav"
    if not path.exists():
        write_clicks(path, 40, [CLICK_EVERY_S * number for number in range(1, 80)])
    with booth_of(LINE, bench.new_folder()) as booth, bench.server.punctual(), bench.server.playing(path):
        link = booth.link()
        link.start(booth.folder, 1)
        reach(link, 4.0)
        link.pause(SpanEnd.OFF_RECORD)
        link.resume(2)
        reach(link, 4.0)
        link.stop()
        times_s = [
            span.started_ns / 1e9 + frame / span.rate
            for span in booth.spans()
            for frame in click_frames(recorded(booth.folder, span.parts))
        ]
    return _off_ms([at_s * 1000 for at_s in times_s], CLICK_EVERY_S * 1000)


def _off_of_two(bench: Bench) -> tuple[list[float], list[float]]:
    """How far clicks are off, of both tracks of packed spans, and the drift of the spans that are long enough."""
    own, line = (_mono_clicks(bench.folder / f"{name}.wav", bench.clicking_s + 30) for name in ("own", "line"))
    beside = SourceSpec("file", path=line, fast_ppm=FAST_PPM[1])
    source = SourceSpec("file", path=own, fast_ppm=FAST_PPM[0], beside=beside)
    with booth_of(source, bench.new_folder()) as booth:
        link = booth.link()
        link.start(booth.folder, 1)
        reach(link, bench.clicking_s / 3)
        link.pause(SpanEnd.PAUSE)
        time.sleep(1)
        link.resume(2)
        reach(link, bench.clicking_s * 2 / 3)
        link.stop()
        found = booth.spans()
        heard_ms: tuple[list[float], list[float]] = ([], [])
        for span in map(on_the_clock, found):
            _take_times(booth.folder, span, heard_ms)
    off = [
        _off_ms(times_ms, CLICK_EVERY_S * 1000 / (1 + fast_ppm / 1e6))
        for times_ms, fast_ppm in zip(heard_ms, FAST_PPM, strict=True)
    ]
    return off, [abs(span.drift_ppm) for span in found if span.drift_ppm]


def _take_times(folder: Path, span: Span, heard_ms: tuple[list[float], list[float]]) -> None:
    """Pack a span, and find the clicks of both tracks in the file."""
    (part,) = repack_span(folder, span).parts
    sound: Pcm = (read_frames(folder / part.file, 0, part.frames) * 32_768).astype(np.int16)
    for track, times_ms in enumerate(heard_ms):
        frames = click_frames(sound[:, track : track + 1])
        times_ms += [span.start_ms + frame * 1000 / span.true_rate for frame in frames]


def _off_ms(times_ms: list[float], step_ms: float) -> float:
    """How far the worst click is from its place in a row of equal steps that begins with the first."""
    steps = np.array(times_ms) - times_ms[0]
    return float(np.abs(steps - step_ms * np.round(steps / step_ms)).max())


def _mono_clicks(path: Path, seconds: float) -> Path:
    sound = np.random.default_rng(7).integers(-50, 50, round(seconds * RATE)).astype(np.int16)
    step = round(CLICK_EVERY_S * RATE)
    for at in range(step, len(sound), step):
        sound[at : at + RATE // 1000] = 30_000
    soundfile.write(path, sound, RATE, subtype="PCM_16")
    return path


def load(bench: Bench) -> None:
    """What a recorder and its capture process cost while an app watches, and how the device's clock runs."""
    with bench.booth(device=True) as booth:
        link = booth.link()
        link.start(booth.folder, 1)
        reach(link, 1.0)
        family = family_of(booth)
        before, begun_s = [_busy_s(one) for one in family], time.perf_counter()
        memory_mb = []
        while time.perf_counter() - begun_s < bench.load_s:
            time.sleep(1)
            memory_mb.append([one.memory_info().rss / 1e6 for one in family])
        took_s = time.perf_counter() - begun_s
        busy = [100 * (_busy_s(one) - was) / took_s for one, was in zip(family, before, strict=True)]
        span = link.stop()
    for name, share, held in zip(("recorder", "capture process"), busy, zip(*memory_mb, strict=True), strict=False):
        earlier = "   [one process: 1.0 %, 58 MB]" if name == "recorder" else ""
        click.echo(
            f"  {name}: {share:.1f} % of a core, {statistics.median(held):.0f} MB "
            f"({held[0]:.0f} at first, {held[-1]:.0f} in the end){earlier}"
        )
    drift_ppm = span.drift_ppm if span is not None else 0.0
    click.echo(f"  drift of the virtual device: {drift_ppm:.1f} ppm (known after a minute)   [8.6 ppm]")


def _busy_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system

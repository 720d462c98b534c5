"""What the recorder promises, measured on this machine: `python benchmarks/recorder.py [--kills 20] [--device NAME]`.

Without `--device` its source is a file played in real time, so that it runs anywhere; with it, a sound device.
Loss is what the source had delivered when the recorder was killed and the repaired files do not hold. A file delivers
every 50 ms: a block that was due by then counts as delivered, so on a busy machine one may be called lost that had only
not been handed over yet. Of a device only what the recorder had reported is known.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import psutil
import soundfile

from interview_tui.audio.capture import BLOCK_S, SourceSpec
from interview_tui.audio.control import Contact
from interview_tui.audio.recorder import CONTACT_NAME
from interview_tui.audio.recorder_link import RecorderLink
from interview_tui.audio.recorder_watch import is_running
from interview_tui.interview.ports import RecorderState

RATE = 48_000
LONGEST_S = 3.0


def _told(name: str, unit: str, values: Sequence[float]) -> None:
    ordered = sorted(values)
    p50, worst = statistics.median(ordered), ordered[-1]
    click.echo(f"{name:<44} p50 {p50:8.1f}  max {worst:8.1f} {unit}  (n = {len(ordered)})")


def _process(folder: Path) -> psutil.Process:
    contact = Contact.read(folder / CONTACT_NAME)
    if contact is None:
        raise click.ClickException("The recorder is not running.")
    return psutil.Process(contact.pid)


def _killed(source: SourceSpec, folder: Path, number: int) -> tuple[float, float, float]:
    """Kill a recorder at a random moment; gives the time its start took, the delivered audio lost, the repair (ms)."""
    link = RecorderLink(source)
    begun_ns = time.perf_counter_ns()
    link.start(folder, number)
    started_ms = (time.perf_counter_ns() - begun_ns) / 1e6
    time.sleep(random.uniform(0.2, LONGEST_S))
    reported = link.status().frames
    process = _process(folder)
    killed_ns = time.perf_counter_ns()
    process.kill()
    link.detach()
    while is_running(folder):
        time.sleep(0.001)
    begun_ns = time.perf_counter_ns()
    span = link.closed_spans(folder)[-1]
    repaired_ms = (time.perf_counter_ns() - begun_ns) / 1e6
    block = round(span.rate * BLOCK_S)
    delivered = reported
    if source.kind == "file":
        delivered = int((killed_ns - span.started_ns) / 1e9 / BLOCK_S) * block
    return started_ms, max(0, delivered - span.frames) * 1000 / span.rate, repaired_ms


def _attached(source: SourceSpec, folder: Path, times: int) -> list[float]:
    """Take up a running recorder as a new app does, several times (ms)."""
    first = RecorderLink(source)
    first.start(folder, 1)
    first.detach()
    taken = []
    for _ in range(times):
        link = RecorderLink(source)
        begun_ns = time.perf_counter_ns()
        if link.attach(folder).state is not RecorderState.RECORDING:
            raise click.ClickException("The recorder was not found again.")
        taken.append((time.perf_counter_ns() - begun_ns) / 1e6)
        link.detach()
    first.attach(folder)
    first.stop()
    return taken


def _load(source: SourceSpec, folder: Path, seconds: float) -> tuple[float, float, float]:
    """Processor time (per cent of one core) and memory (MB) of a recorder that an app watches, and its drift (ppm)."""
    link = RecorderLink(source)
    link.start(folder, 1)
    process = _process(folder)
    before, begun = process.cpu_times(), time.perf_counter()
    time.sleep(seconds)
    after, took = process.cpu_times(), time.perf_counter() - begun
    busy = after.user + after.system - before.user - before.system
    memory = process.memory_info().rss / 1e6
    span = link.stop()
    return 100 * busy / took, memory, span.drift_ppm if span is not None else 0.0


@click.command()
@click.option("--kills", default=20, show_default=True, help="How often the recorder is killed.")
@click.option("--seconds", default=30.0, show_default=True, help="How long the load is measured.")
@click.option("--device", default=None, help="A sound device to record from; a file played in real time otherwise.")
def main(kills: int, seconds: float, device: str | None) -> None:
    """Measure the recorder and print the figures."""
    with tempfile.TemporaryDirectory(prefix="interview-tui-") as name:
        folder = Path(name)
        line = folder / "line.wav"
        noise = np.random.default_rng(1).normal(0, 0.05, (round((kills * LONGEST_S + seconds) * RATE), 2))
        soundfile.write(line, noise, RATE, subtype="PCM_16")
        source = SourceSpec("file", path=line) if device is None else SourceSpec("device", name=device)
        outcomes = [_killed(source, folder / "killed", number) for number in range(1, kills + 1)]
        _told("start until the first block is written", "ms", [outcome[0] for outcome in outcomes])
        _told("kill -9: delivered audio lost after repair", "ms", [outcome[1] for outcome in outcomes])
        _told("kill -9: finding and repairing the spans", "ms", [outcome[2] for outcome in outcomes])
        _told("re-attaching to a running recorder", "ms", _attached(source, folder / "attached", kills))
        busy, memory, drift_ppm = _load(source, folder / "load", seconds)
        click.echo(f"recorder process: {busy:.1f} % of a core, {memory:.0f} MB resident, drift {drift_ppm:.1f} ppm")


if __name__ == "__main__":
    main()

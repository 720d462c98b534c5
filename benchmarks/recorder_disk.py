"""What the disk side of a recorder takes and loses: repair, power cuts, a full disk, packing."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np

from benchmarks.figures import told
from benchmarks.recorder_bench import LINE_S, Bench, booth_of, on_the_clock, process_of, reach, took_ms, until_ms
from interview_tui.at_rest.study_key import lock
from interview_tui.audio import disk
from interview_tui.audio.capture import Signal, SourceSpec
from interview_tui.audio.disk import Syncer
from interview_tui.audio.keeping.repack import repack_span
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.audio.stored import spans
from interview_tui.audio.stored.shelves import Shelves
from interview_tui.audio.stored.span_log import SEGMENT_S, SpanLog
from interview_tui.audio.stored.span_writer import SpanWriter
from interview_tui.audio.wav import Segment
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.at_rest.encrypted import encrypted_study
from tests.audio.desk import DESK_RATE, LINE, MICROPHONE, Desk, samples_of
from tests.audio.signals import MARK, RATE, recorded, tally, until
from tests.audio.test_power_cut import Platter

BLOCK_FRAMES = RATE // 20
SYNC_S = 2.0
DISK_MB, RESERVE_MB = 16, 4
TALK_PEAK = 3_000
LINE_PPM = 80.0


def repair(bench: Bench) -> None:
    """A cut-off span of some minutes is found, repaired and hashed; the second time it is known."""
    folder = _written(bench, [Signal(RATE, 2, "a device")], close=False)
    first = took_ms(lambda: spans.read(folder, running=False))
    again = took_ms(lambda: spans.read(folder, running=False))
    told(f"{bench.minutes} min that were cut off: found, repaired, hashed", "ms", [first])
    told("found again", "ms", [again])


def sealed(bench: Bench) -> None:
    """A recorder in an encrypted study, beside one in an open study: a block of 50 ms, the bytes on disk, its load."""
    block = np.random.default_rng(1).integers(-TALK_PEAK, TALK_PEAK, (BLOCK_FRAMES, 2)).astype("<i2").tobytes()
    found: list[tuple[float, ...]] = []
    for kind in ("open", "encrypted"):
        study = bench.new_folder()
        study.mkdir()
        if kind == "encrypted":
            encrypted_study(study)
        segment = Segment(study / "a.wav", RATE, 2)
        wrote_ms = sorted(took_ms(segment.write, block) for _ in range(SEGMENT_S * RATE // BLOCK_FRAMES))
        segment.close(durable=True)
        with booth_of(SourceSpec("file", path=bench.line), study / "P1") as booth:
            link = booth.link()
            link.start(booth.folder, 1)
            reach(link, 1.0)
            process, begun_s = process_of(booth), time.perf_counter()
            before = process.cpu_times()
            time.sleep(min(bench.load_s, LINE_S - 10))
            after, took_s = process.cpu_times(), time.perf_counter() - begun_s
        load = 100 * (after.user + after.system - before.user - before.system) / took_s
        p50, p99 = wrote_ms[len(wrote_ms) // 2], wrote_ms[len(wrote_ms) * 99 // 100]
        found.append((p50, p99, segment.path.stat().st_size / 1e6, load))
        if kind == "encrypted":
            lock(study)
    for name, was, now in zip(("p50 (ms)", "p99 (ms)", "a minute (MB)", "load (% of a core)"), *found, strict=True):
        click.echo(f"  {name:<20} open {was:8.3f}   encrypted {now:8.3f}   ratio {now / was:.3f}")


def packing(bench: Bench) -> None:
    """A closed span of two tracks is made into one file, the line resampled, all verified."""
    folder = _written(bench, [Signal(RATE, 1, "own"), Signal(RATE, 1, "line")], close=True)
    (span,) = map(on_the_clock, spans.read(folder, running=False))
    begun_s = time.process_time()
    wall_ms = took_ms(repack_span, folder, span)
    busy_s = time.process_time() - begun_s
    size_mb = (folder / "span-001.flac").stat().st_size / 1e6
    minutes = bench.minutes
    click.echo(
        f"  {minutes} min of two tracks packed: {wall_ms / 1000:.1f} s, {busy_s:.1f} s of processor, {size_mb:.0f} MB"
    )


def _written(bench: Bench, signals: Sequence[Signal], *, close: bool) -> Path:
    """A span of noise, written as quickly as it can be; the second track's clock is 80 ppm fast."""
    folder = bench.new_folder()
    folder.mkdir()
    syncer = Syncer()
    log = SpanLog(folder, syncer=syncer)
    writer = SpanWriter(Shelves([folder], 0), log, syncer, 1, signals)
    chance = np.random.default_rng(1)
    noise = [chance.integers(-TALK_PEAK, TALK_PEAK, (97, BLOCK_FRAMES * signal.channels)) for signal in signals]
    begun_ns = 5_000_000_000_000
    for number in range(bench.minutes * 60 * RATE // BLOCK_FRAMES):
        for track in range(len(signals)):
            rate = RATE * (1 + track * LINE_PPM / 1e6)
            arrival_ns = begun_ns + round((number + 1) * BLOCK_FRAMES / rate * 1e9)
            writer.take(track, noise[track][number % 97].astype(np.int16).tobytes(), arrival_ns)
    if close:
        writer.close(SpanEnd.STOP)
    log.close()
    syncer.close()
    return folder


def cut(bench: Bench) -> None:
    """Power cuts: files as they were synced last, or a little more; then files cut at random bytes."""
    lost_s, unopened = [], 0
    for seed in range(bench.kills):
        try:
            lost_s.append(_after_a_power_cut(bench, random.Random(seed)))
        except (AssertionError, RuntimeError):
            unopened += 1
    told("power cut, synced every 2 s: lost", "s", lost_s, "p50 1.35 s, max 1.9 s")
    lost = [_after_random_cuts(bench, random.Random(seed)) for seed in range(bench.kills)]
    told("files cut at random bytes: lost besides what was cut off", "ms", lost)
    click.echo(f"  recordings that did not open: {unopened} of {2 * bench.kills}")


def _after_a_power_cut(bench: Bench, chance: random.Random) -> float:
    """What of a recording is missing after a power cut at a random moment (s)."""
    folder = bench.new_folder()
    folder.mkdir()
    platter = Platter(folder)
    with _syncs_noted(platter), Desk([folder], (MICROPHONE, LINE)) as desk:
        since_s = chance.random() * SYNC_S
        for _ in range(round((58 + 6 * chance.random()) / 0.05)):
            desk.give(0.05)
            since_s += 0.05
            if since_s >= SYNC_S:
                desk.syncer.flush()
                since_s = 0.0
        given = desk.given[0]
        found_in = platter.after_the_cut(bench.new_folder(), chance)
    found = spans.read(found_in, running=False)
    left = [np.count_nonzero(samples_of(found_in, found, track)[:, 1] >= MARK) for track in (0, 1)]
    return (given - min(left)) / DESK_RATE


@contextlib.contextmanager
def _syncs_noted(platter: Platter) -> Iterator[None]:
    """Syncs are noted, and made by us alone."""
    kept = disk.SYNC_EVERY_S, disk.sync, disk.sync_folder
    disk.SYNC_EVERY_S, disk.sync, disk.sync_folder = 3600.0, platter.sync, platter.sync_folder
    try:
        yield
    finally:
        disk.SYNC_EVERY_S, disk.sync, disk.sync_folder = kept


def _after_random_cuts(bench: Bench, chance: random.Random) -> float:
    """Every segment is cut at a random byte; gives what is missing besides that (ms)."""
    folder = bench.new_folder()
    folder.mkdir()
    with Desk([folder]) as desk:
        desk.give(61 + chance.random())
    there = 0
    for path in folder.glob("*.wav"):
        length = chance.randint(0, path.stat().st_size)
        os.truncate(path, length)
        there += max(0, length - 44) // 4
    sound = samples_of(folder, spans.read(folder, running=False))
    return (there - np.count_nonzero(sound[:, 1] >= MARK)) * 1000 / DESK_RATE


def full(bench: Bench) -> None:
    """The disk is filled up while it is recorded to: on into the fallback folder; without one, until there is room."""
    small = bench.new_folder()
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(small)]
    if subprocess.run(mount, check=False, stdin=subprocess.DEVNULL, capture_output=True).returncode:
        click.echo("  left out: no small disk can be mounted here")
        return
    try:
        _with_fallback(bench, small)
        _without_fallback(bench, small)
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True, stdin=subprocess.DEVNULL)


def _fill(small: Path) -> Path:
    """Leave some tenths of a second of room above what is kept for the notes."""
    filler = small / "filler"
    room = os.statvfs(small).f_bavail * os.statvfs(small).f_frsize - (RESERVE_MB << 20) - 100_000
    filler.write_bytes(bytes(room))
    return filler


def _with_fallback(bench: Bench, small: Path) -> None:
    elsewhere = bench.new_folder()
    with booth_of(SourceSpec("file", path=bench.line), small / "P1") as booth:
        link = RecorderLink(booth.source, fallback=elsewhere)
        booth.links.append(link)
        link.start(booth.folder, 1)
        reach(link, 2.0)
        filler = _fill(small)
        until(lambda: any((elsewhere / "P1").glob("*.wav")), "the fallback folder")
        reach(link, link.status().frames / RATE + 3)
        link.stop()
        found = [(span, tally(recorded(booth.folder, span.parts))) for span in booth.spans()]
        filler.unlink()
    click.echo(
        f"  full disk, fallback folder: {sum(one.lost for _, one in found)} frames lost, "
        f"{sum(one.repeated for _, one in found)} repeated, {len(found)} span(s) in {len(found[0][0].parts)} files"
        "   [0 lost, 0 repeated]"
    )


def _without_fallback(bench: Bench, small: Path) -> None:
    with booth_of(SourceSpec("file", path=bench.line), small / "P2") as booth:
        link = booth.link()
        link.start(booth.folder, 1)
        reach(link, 2.0)
        filler = _fill(small)
        noticed = until_ms(link, lambda status: status.state is RecorderState.SEEKING)
        told_frames, message = link.status().frames, link.status().message
        filler.unlink()
        again = until_ms(link, lambda status: status.state is RecorderState.RECORDING and status.span > 1)
        reach(link, 1.0)
        link.stop()
        found = [tally(recorded(booth.folder, span.parts)) for span in booth.spans()]
    wrong = sum(one.lost + one.repeated for one in found) + max(0, told_frames - found[0].frames)
    click.echo(
        f"  no room anywhere: told {noticed:.0f} ms after the disk was filled up (“{message}”), {wrong} frames lost"
    )
    click.echo(f"  recording again {again:.0f} ms after there was room")

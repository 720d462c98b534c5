"""Lining up an hour of another recorder's file: `python -m benchmarks.align [--minutes 60] [--hard]`.

The talk is synthetic. Time is that of one file against a scratch recording of the same length (48 kHz, two channels,
FLAC) that was not read before; memory is the most the process held, looked at every 20 ms, in a process of its own.
`--hard`: how far off at worst where the recording is bad.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import click
import numpy as np
import psutil
import soundfile

from interview_tui.audio import compressed
from interview_tui.audio.aligning.align import line_up
from interview_tui.audio.aligning.scratch import Scratch, ScratchClip
from tests.audio.other_recorder import CODECS, TALK_RATE, Codec, OtherRecorder, Sound, speech_like

RATE = 48_000
DRIFT_PPM = 60.0
HARD = {
    "mp3 32k, SNR 5 dB": (Codec("mp3", "libmp3lame", 22_050, 32_000), 5.0),
    "mp3 32k, SNR 0 dB": (Codec("mp3", "libmp3lame", 22_050, 32_000), 0.0),
    "mp3 32k, SNR -5 dB": (Codec("mp3", "libmp3lame", 22_050, 32_000), -5.0),
    "amr 12.2k, SNR 5 dB": (CODECS["amr"], 5.0),
    "amr 12.2k, SNR 0 dB": (CODECS["amr"], 0.0),
    "amr 4.75k, SNR 10 dB": (Codec("amr", "libopencore_amrnb", 8_000, 4_750), 10.0),
}


def _call(folder: Path, talk: Sound) -> Path:
    """The scratch recording: one voice each channel, half as loud in the other."""
    path = folder / "call.flac"
    with soundfile.SoundFile(path, "w", RATE, 2, subtype="PCM_16") as file:
        for first in range(0, len(talk), 60 * TALK_RATE):
            row = compressed.resample(talk[first : first + 60 * TALK_RATE], TALK_RATE, RATE)
            file.write(np.stack([row, row / 2], axis=1) * 0.7)
    return path


def _scratch(path: Path) -> Scratch:
    return Scratch([ScratchClip(path, 0, soundfile.info(path).frames, RATE, float(RATE), 0.0)])


def _measured(call: Path, other: Path) -> None:
    """Line up and tell the time and the most memory: called in a process of its own."""
    process, held_mb, done = psutil.Process(), [psutil.Process().memory_info().rss / 1e6], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            held_mb.append(process.memory_info().rss / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun, begun_cpu = time.perf_counter(), time.process_time()
    found = line_up(_scratch(call), other)
    wall_s, cpu_s = time.perf_counter() - begun, time.process_time() - begun_cpu
    done.set()
    watcher.join()
    memory = f"{held_mb[0]:.0f} MB before, {max(held_mb):.0f} MB at most"
    click.echo(f"{other.suffix:6} {wall_s:6.1f} s, {cpu_s:.1f} s of processor, {memory}: {found.verdict}")


def _hard(folder: Path, call: Path, talk: Sound) -> None:
    scratch = _scratch(call)
    for name, (codec, snr_db) in HARD.items():
        recorder = OtherRecorder(codec, DRIFT_PPM, snr_db, seed=7)
        found = line_up(scratch, recorder.writes(folder / name.replace(" ", ""), talk[: 600 * TALK_RATE]))
        delay_ms = recorder.codec_delay_ms(folder)
        worst_ms = 0.0
        for piece in found.pieces:
            for frame in np.linspace(2 * piece.rate, piece.end_frame - 2 * piece.rate, 50).round():
                true_ms = frame / piece.rate / (1 + DRIFT_PPM / 1e6) * 1000 - delay_ms
                worst_ms = max(worst_ms, abs(piece.ms_at(int(frame)) - true_ms))
        drift = ", ".join(f"{piece.drift_ppm:.2f} ppm" for piece in found.pieces)
        click.echo(f"{name:22} accepted {found.accepted}, off by {worst_ms:.3f} ms at most, {drift}: {found.verdict}")


@click.command()
@click.option("--minutes", default=60, show_default=True)
@click.option("--hard", is_flag=True, help="Bad recordings as well.")
@click.option("--one", nargs=2, type=click.Path(path_type=Path), hidden=True)
def main(minutes: int, hard: bool, one: tuple[Path, Path] | None) -> None:
    """Measure lining up."""
    if one:
        _measured(*one)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        talk = speech_like(minutes * 60, seed=1)
        call = _call(folder, talk)
        for codec in ("mp3 64k", "m4a", "wma", "amr"):
            other = OtherRecorder(CODECS[codec], DRIFT_PPM, seed=5).writes(folder / "other", talk)
            subprocess.run([sys.executable, "-m", "benchmarks.align", "--one", str(call), str(other)], check=True)
        if hard:
            _hard(folder, call, talk)


if __name__ == "__main__":
    main()
